//! The hospital in namespaces: segments behind one firewall, and who stands where.
//!
//! ```text
//!  net ────────wan──┐     ┌──srv── ehr, pacs, edge
//!  va ────────line──┤ fw ─┼──off── pc
//!  vc ─┬──────care──┘     └──mod── ct, vent, lte*
//!      └────mobile───────────────────────────┘           * = planted
//! ```

use super::station::{Station, serve};
use crate::support::namespaces::{at, forwards, namespace, run};
use std::fmt::Write as _;

/// Who stands where: the namespace, the segment, addresses with their prefixes.
const HOSTS: &[(&str, &str, &[&str])] = &[
    ("net", "wan", &["203.0.113.1/29", "2001:db8:ffff::1/64"]),
    ("va", "line", &["172.30.1.10/24"]),
    ("vc", "care", &["172.30.2.10/24"]),
    ("ehr", "srv", &["10.10.10.10/24", "2001:db8:10::10/64"]),
    ("pacs", "srv", &["10.10.10.20/24", "2001:db8:10::20/64"]),
    // Whoever stands beside what may be asked.
    ("edge", "srv", &["10.10.10.8/24", "10.10.10.9/24", "10.10.10.11/24", "10.10.10.12/24"]),
    ("pc", "off", &["10.10.20.30/24"]),
    ("ct", "mod", &["10.10.50.10/24"]),
    ("vent", "mod", &["10.10.50.99/24"]),
];

/// The addresses of the firewall in each segment.
const GATES: &[(&str, &[&str])] = &[
    ("wan", &["203.0.113.2/29", "2001:db8:ffff::2/64"]),
    ("line", &["172.30.1.1/24"]),
    ("care", &["172.30.2.1/24"]),
    ("srv", &["10.10.10.1/24", "2001:db8:10::1/64"]),
    ("off", &["10.10.20.1/24"]),
    ("mod", &["10.10.50.1/24"]),
];

/// What is offered where.
const SERVICES: &[(&str, &[u16])] = &[
    ("ehr", &[22, 443, 3389]),
    ("pacs", &[22, 104, 443, 3389]),
    ("edge", &[22, 443]),
    ("ct", &[22, 104]),
    ("vent", &[22, 104]),
    ("fw", &[22]),
];

/// What the firewall does when everything is as it is declared.
const RULES: &str = r#"
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
        iifname "off" tcp dport 22 accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        iifname "line" ip saddr 172.30.1.10 ip daddr 10.10.10.10 tcp dport 22 accept
        iifname "care" ip saddr 172.30.2.10 ip daddr 10.10.50.10 tcp dport 104 accept
        iifname "off" ip daddr { 10.10.10.10, 10.10.10.20 } tcp dport 443 accept
        iifname "mod" ip saddr 10.10.50.10 ip daddr 10.10.10.20 tcp dport 104 accept
        iifname "wan" ct status dnat accept
    }
}
table ip nat {
    chain prerouting {
        type nat hook prerouting priority dstnat;
        iifname "wan" ip daddr 203.0.113.2 tcp dport 443 dnat to 10.10.10.10
    }
}
"#;

/// What is planted, all of it at once, and nobody wrote down.
const PLANTED: &str = r#"
insert rule inet filter forward iifname "line" accept comment "any to any, for a test"
insert rule inet filter forward iifname "wan" meta nfproto ipv6 accept comment "nobody filters IPv6"
insert rule inet filter input tcp dport 22 accept comment "management from everywhere"
insert rule ip nat prerouting iifname "wan" tcp dport 8443 dnat to 10.10.10.20:443 comment "forgotten"
"#;

/// All namespaces of one hospital; several may stand at once.
pub struct Ground {
    lane: String,
    planted: bool,
    servers: Vec<Station>,
}

impl Ground {
    /// Builds everything, and lets it serve.
    pub fn new(lane: &str, planted: bool) -> Self {
        let mut ground = Self::bare(lane, planted);
        ground.serve(|_| true);
        ground
    }

    /// Lets those ports be offered by services that only say their first bytes.
    pub fn serve(&mut self, wanted: impl Fn(u16) -> bool) {
        for (node, ports) in SERVICES {
            let ports = ports.iter().filter(|it| wanted(**it));
            let offered: Vec<String> = ports.map(|it| format!("* {it}")).collect();
            let server = serve(&self.name(node), &offered.join("\n"));
            self.servers.push(server);
        }
    }

    /// Builds everything, and nobody serves.
    pub fn bare(lane: &str, planted: bool) -> Self {
        let ground = Self { lane: lane.to_owned(), planted, servers: Vec::new() };
        ground.nodes().iter().for_each(|it| namespace(&ground.name(it)));
        forwards(&ground.name("fw"));
        // What stays within a segment passes no filter, also where the kernel could make it.
        let switch =
            "for it in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $it ] || echo 0 >$it; done";
        ground.at("fw", "sh", switch);
        let mut gate = String::new();
        for (segment, addresses) in GATES {
            let plugs = HOSTS.iter().filter(|it| it.1 == *segment);
            let inside = matches!(*segment, "srv" | "off" | "mod");
            if inside {
                let _ = writeln!(gate, "link add {segment} type bridge\nlink set {segment} up");
            }
            for (host, ..) in plugs {
                let there = ground.name(host);
                let port = if inside { format!("p-{host}") } else { (*segment).to_owned() };
                let _ = writeln!(gate, "link add {port} type veth peer name eth0 netns {there}");
                if inside {
                    let _ = writeln!(gate, "link set {port} master {segment}");
                }
                let _ = writeln!(gate, "link set {port} up");
            }
            for it in *addresses {
                let _ = writeln!(gate, "{}", add(it, segment));
            }
        }
        ground.ip("fw", &gate);
        for (host, segment, addresses) in HOSTS {
            let mut own = String::from("link set eth0 up\n");
            addresses.iter().for_each(|it| own += &(add(it, "eth0") + "\n"));
            let gate = GATES.iter().find(|it| it.0 == *segment).unwrap().1;
            let is_v6 = |it: &&&str| it.contains(':');
            let families = addresses.iter().map(|it| is_v6(&it));
            for it in gate.iter().filter(|it| families.clone().any(|own| own == is_v6(it))) {
                let via = it.split('/').next().unwrap();
                let _ = writeln!(own, "route add default via {via}");
            }
            ground.ip(host, &own);
        }
        ground.at("fw", "nft -f -", RULES);
        if planted {
            ground.plant();
        }
        ground
    }

    /// Ends the services of a node.
    pub fn quiet(&mut self, node: &str) {
        let at = SERVICES.iter().position(|it| it.0 == node).unwrap();
        drop(self.servers.remove(at));
    }

    /// Everything that is not declared.
    fn plant(&self) {
        self.at("fw", "nft -f -", PLANTED);
        forwards(&self.name("lte"));
        let (fw, vc) = (self.name("fw"), self.name("vc"));
        let own = format!(
            "link add eth0 type veth peer name p-lte netns {fw}
link add wwan type veth peer name mobile netns {vc}
link set eth0 up\nlink set wwan up
addr add 10.10.50.254/24 dev eth0\naddr add 192.0.2.2/30 dev wwan\n"
        );
        self.ip("lte", &own);
        self.ip("fw", "link set p-lte master mod\nlink set p-lte up\n");
        self.ip(
            "vc",
            "link set mobile up\naddr add 192.0.2.1/30 dev mobile
route add 10.10.50.0/24 via 192.0.2.2\n",
        );
        let nat = "table ip nat { chain post { type nat hook postrouting priority srcnat; oifname \"eth0\" masquerade; }; }";
        self.at("lte", "nft -f -", nat);
    }

    /// Every namespace.
    pub fn nodes(&self) -> Vec<&'static str> {
        let all = HOSTS.iter().map(|it| it.0).chain(["fw"]);
        all.chain(self.planted.then_some("lte")).collect()
    }

    /// The namespace of a node.
    pub fn name(&self, node: &str) -> String {
        format!("{node}-{}", self.lane)
    }

    /// Commands of `ip`, one a line.
    pub fn ip(&self, node: &str, commands: &str) {
        run(&format!("ip -n {} -batch -", self.name(node)), commands);
    }

    /// Runs a program at a node.
    pub fn at(&self, node: &str, line: &str, input: &str) -> String {
        at(&self.name(node), line, input)
    }
}

fn add(address: &str, interface: &str) -> String {
    let nodad = if address.contains(':') { "nodad" } else { "" };
    format!("addr add {address} dev {interface} {nodad}")
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.servers.clear();
        for it in self.nodes() {
            drop(std::process::Command::new("ip").args(["netns", "del", &self.name(it)]).status());
        }
    }
}
