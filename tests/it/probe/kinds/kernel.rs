//! Every kind across two routers in network namespaces, counted by somebody else: the first router
//! counts what the asker sends.
//!
//! ```text
//!  asker ══ near ══ far ══ target      .10 answers; the far router drops what is for .11, refuses .12
//!  192.0.2.1   203.0.113.1–2   198.51.100.10–14    by prohibition, .13 by port, .14 by reset
//! ```
//!
//! Needs `setpriv` and `unshare` (util-linux), `ip`, `nft` and namespaces, as root or in a user namespace.
//! Without them the test says so and passes; `SEKISHO_MUST_RUN_KERNEL=1` makes it fail.
#![cfg(target_os = "linux")]

use super::{asked_with, detail};
use sekisho::evidence::probe::Means;
use sekisho::probe::{Answer, Kind, Outcome};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Says to the test inside that it stands in namespaces of its own.
const INSIDE: &str = "SEKISHO_KINDS_INSIDE";
/// What to wait for that comes, also when neighbours must be sought first.
const LONG: Duration = Duration::from_secs(8);
/// What to wait for that never comes.
const SHORT: Duration = Duration::from_millis(300);

fn sh(script: &str) -> String {
    let done = Command::new("sh").args(["-ec", script]).output().unwrap();
    let (out, why) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}: {out}{why}");
    out.into_owned()
}

/// The command that runs in namespaces of its own, as root or as one who is root only there.
fn contained(root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]);
    if !root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

/// Runs a test of these files in namespaces of its own, or says loudly that it cannot.
pub(super) fn in_namespaces(test: &str) {
    let script = "mount -t tmpfs none /run && mkdir /run/netns && ip netns add try \
                  && ip netns exec try nft add table inet try && ip link add va type veth peer name vb";
    let possible = [true, false].into_iter().find(|root| {
        let tried = contained(*root).args(["sh", "-c", script]).output();
        tried.is_ok_and(|it| it.status.success())
    });
    let Some(root) = possible else {
        let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
        assert!(!must, "there are no network namespaces here");
        eprintln!("SKIPPED: no packet was counted: there are no network namespaces here");
        return;
    };
    let mut inside = contained(root);
    inside.arg(std::env::current_exe().unwrap());
    let path = module_path!().split_once("::").map_or("", |it| it.1).rsplit_once("::").unwrap().0;
    inside.args(["--exact", &format!("{path}::{test}"), "--ignored", "--nocapture"]);
    let output = inside.env(INSIDE, "1").output().unwrap();
    let (out, said) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{said}");
    said.lines().filter(|it| it.starts_with("SKIPPED")).for_each(|it| eprintln!("{it}"));
}

/// Whether this process stands in namespaces of its own.
pub(super) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Builds the network. Nobody says anything of its own accord, and neighbours are known beforehand,
/// so that what is counted was asked.
pub(super) fn build() {
    sh("mount -t tmpfs none /run; mkdir /run/netns
        for it in near far target; do ip netns add $it; done
        for it in near far target; do ip netns exec $it sh -ec '
            echo 1 > /proc/sys/net/ipv4/ip_forward
            echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
            echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
            ip link set lo up'; done
        quiet='for it in all default; do
            echo 0 > /proc/sys/net/ipv6/conf/$it/accept_dad
            echo 0 > /proc/sys/net/ipv6/conf/$it/router_solicitations; done'
        sh -ec \"$quiet\"
        for it in near far target; do ip netns exec $it sh -ec \"$quiet; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding\"; done
        ip link add eth0 type veth peer name lan netns near
        ip link add wan netns near type veth peer name wan netns far
        ip link add lan netns far type veth peer name eth0 netns target
        n='ip -n near' f='ip -n far' t='ip -n target'
        ip link set lo up
        ip link set eth0 address 02:00:00:00:00:01
        $n link set lan address 02:00:00:00:00:02
        ip addr add 192.0.2.1/24 dev eth0; ip addr add 2001:db8:1::1/64 dev eth0 nodad
        $n addr add 192.0.2.254/24 dev lan; $n addr add 2001:db8:1::fe/64 dev lan nodad
        $n addr add 203.0.113.1/30 dev wan; $n addr add 2001:db8:2::1/64 dev wan nodad
        $f addr add 203.0.113.2/30 dev wan; $f addr add 2001:db8:2::2/64 dev wan nodad
        $f addr add 198.51.100.254/24 dev lan; $f addr add 2001:db8:3::fe/64 dev lan nodad
        for it in 10 11 12 13 14; do
            $t addr add 198.51.100.$it/24 dev eth0; $t addr add 2001:db8:3::$it/64 dev eth0 nodad; done
        ip link set eth0 up; $n link set lan up; $n link set wan up
        $f link set wan up; $f link set lan up; $t link set eth0 up
        ip neigh replace 192.0.2.254 lladdr 02:00:00:00:00:02 dev eth0 nud permanent
        ip neigh replace 2001:db8:1::fe lladdr 02:00:00:00:00:02 dev eth0 nud permanent
        ip route add default via 192.0.2.254; ip -6 route add default via 2001:db8:1::fe
        $n route add default via 203.0.113.2; $n -6 route add default via 2001:db8:2::2
        $f route add default via 203.0.113.1; $f -6 route add default via 2001:db8:2::1
        $t route add default via 198.51.100.254; $t -6 route add default via 2001:db8:3::fe
        ip netns exec far nft -f - <<'END'
table inet guard {
    chain forward { type filter hook forward priority 0;
    ip daddr 198.51.100.11 drop
    ip6 daddr 2001:db8:3::11 drop
    ip daddr 198.51.100.12 reject with icmp admin-prohibited
    ip6 daddr 2001:db8:3::12 reject with icmpv6 admin-prohibited
    ip daddr 198.51.100.13 reject with icmp port-unreachable
    ip6 daddr 2001:db8:3::13 reject with icmpv6 port-unreachable
    ip daddr 198.51.100.14 meta l4proto tcp reject with tcp reset
    }
}
END
        ip netns exec near nft -f - <<'END'
table inet watch {
    counter echoes { }
    counter syns { }
    counter resets { }
    counter acks { }
    counter datagrams { }
    counter solicitations { }
    counter others { }
    chain sent { type filter hook prerouting priority -300;
        iifname != lan return
        icmp type echo-request counter name echoes return
        icmpv6 type echo-request counter name echoes return
        icmpv6 type nd-neighbor-solicit counter name solicitations return
        icmpv6 type { nd-neighbor-advert, mld2-listener-report, mld-listener-report } return
        tcp flags & (syn | ack | rst) == syn counter name syns return
        tcp flags & rst == rst counter name resets return
        tcp flags & ack == ack counter name acks return
        meta l4proto udp counter name datagrams return
        counter name others
    }
}
table arp watch {
    counter requests { }
    chain sent { type filter hook input priority 0; iifname lan arp operation request counter name requests
    }
}
END
        sleep 0.3");
}

/// What the near router has counted since it was asked last, without what is zero.
pub(super) fn counted() -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for family in ["inet", "arp"] {
        let text = sh(&format!("ip netns exec near nft -j reset counters table {family} watch"));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        for it in read["nftables"].as_array().unwrap() {
            let (name, packets) = (&it["counter"]["name"], &it["counter"]["packets"]);
            if let (Some(name), Some(packets @ 1..)) = (name.as_str(), packets.as_u64()) {
                all.push((name.to_owned(), packets));
            }
        }
    }
    all.sort();
    all
}

/// What is expected to be counted.
fn only(all: &[(&str, u64)]) -> Vec<(String, u64)> {
    let mut all: Vec<_> = all.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    all.sort();
    all
}

fn address(family: u8, last: u8) -> IpAddr {
    let text =
        if family == 4 { format!("198.51.100.{last}") } else { format!("2001:db8:3::{last}") };
    text.parse().unwrap()
}

/// The far router as the near side sees it.
fn far(family: u8) -> Option<IpAddr> {
    Some(if family == 4 { "203.0.113.2" } else { "2001:db8:2::2" }.parse().unwrap())
}

#[test]
fn every_kind_sends_what_it_says_and_knows_who_answered() {
    in_namespaces("kernel::inside");
}

/// Listens in the namespace of the target until its input ends.
#[test]
#[ignore = "run by the test above, in the namespace of the target"]
fn listening() {
    if !is_inside() {
        return;
    }
    let listeners =
        ["0.0.0.0:8080", "[2001:db8:3::10]:8080"].map(|it| TcpListener::bind(it).unwrap());
    std::io::stdout().write_all(b"listening\n").unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    drop(listeners);
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside() {
    if !is_inside() {
        return;
    }
    build();
    let own = std::env::current_exe().unwrap();
    let test = std::thread::current().name().unwrap().replace("::inside", "::listening");
    let mut server = Command::new("ip")
        .args(["netns", "exec", "target"])
        .arg(own)
        .args(["--exact", &test, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = server.stdout.take().unwrap();
    while !said.contains("listening\n") {
        let mut byte = [0];
        assert!(out.read(&mut byte).unwrap() > 0, "{said}");
        said.push(char::from(byte[0]));
    }
    let kinds = [Kind::TcpSyn, Kind::TraceIcmp, Kind::Neighbour];
    let means = Means::open(&kinds).unwrap();
    for family in [4, 6] {
        packets(&means, family);
        traces(&means, family);
    }
    neighbours(&means);
    drop(server.stdin.take());
    server.wait().unwrap();
}

/// Outcome and author of one question, and what was counted meanwhile.
fn asked(
    means: &Means,
    kind: Kind,
    to: SocketAddr,
    patience: Duration,
) -> (Answer, Vec<(String, u64)>) {
    counted();
    let answer = asked_with(means, kind, to, patience);
    // Of its own accord the kernel asks for nobody but the router.
    let is_asked = |it: &(String, u64)| kind == Kind::Neighbour || it.0 != "solicitations";
    (answer, counted().into_iter().filter(is_asked).collect())
}

fn packets(means: &Means, family: u8) {
    use Outcome::{Filtered, Open, Refused, Silent, Unreachable};
    let (echo, syn, datagram) =
        (only(&[("echoes", 1)]), only(&[("syns", 1)]), only(&[("datagrams", 1)]));
    let half_open = only(&[("syns", 1), ("resets", 1)]);
    let far = far(family);
    let mut table = vec![
        (Kind::IcmpEcho, 10, 0, Open, None, &echo),
        (Kind::IcmpEcho, 11, 0, Silent, None, &echo),
        (Kind::IcmpEcho, 12, 0, Filtered, far, &echo),
        (Kind::IcmpEcho, 99, 0, Unreachable, far, &echo),
        (Kind::TcpSyn, 10, 8080, Open, None, &half_open),
        (Kind::TcpSyn, 10, 81, Refused, None, &syn),
        (Kind::TcpSyn, 11, 8080, Silent, None, &syn),
        (Kind::TcpSyn, 12, 8080, Filtered, far, &syn),
        (Kind::TcpSyn, 13, 8080, Refused, far, &syn),
        (Kind::TcpConnect, 10, 81, Refused, None, &syn),
        (Kind::TcpConnect, 13, 8080, Refused, far, &syn),
        (Kind::TcpConnect, 12, 8080, Filtered, far, &syn),
    ];
    for kind in [Kind::Dns, Kind::Ntp, Kind::SnmpDiscovery, Kind::IkeInit, Kind::OpenVpnReset] {
        table.extend([
            (kind, 10, 5000, Refused, None, &datagram),
            (kind, 12, 5000, Filtered, far, &datagram),
            (kind, 13, 5000, Refused, far, &datagram),
        ]);
    }
    table.push((Kind::IkeInit, 11, 5000, Silent, None, &datagram));
    if family == 4 {
        table.push((Kind::TcpSyn, 14, 8080, Refused, None, &syn)); // in the name of the target
    }
    for (kind, last, port, outcome, by, sent) in table {
        let to = SocketAddr::new(address(family, last), port);
        let patience = if outcome == Silent { SHORT } else { LONG };
        let (answer, counted) = asked(means, kind, to, patience);
        assert_eq!((answer.outcome, answer.by), (outcome, by), "{kind:?} {to} {answer:?}");
        assert_eq!(detail(&answer, "said-by"), "", "{kind:?} {to}");
        assert_eq!(&counted, sent, "{kind:?} {to}");
    }
    for kind in [Kind::TcpConnect, Kind::SshBanner, Kind::TlsHandshake] {
        let to = SocketAddr::new(address(family, 10), 8080);
        let (answer, counted) = asked(means, kind, to, SHORT);
        assert_eq!(answer.outcome, Open, "{kind:?}");
        // One connection that ends in order: no reset of ours.
        let words: Vec<_> = counted.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(words, ["acks", "syns"], "{kind:?}");
        assert_eq!(counted[1].1, 1, "{kind:?}");
    }
}

fn traces(means: &Means, family: u8) {
    use Outcome::{Filtered, Open, Refused, Silent};
    let far = far(family);
    let near = if family == 4 { "192.0.2.254" } else { "2001:db8:1::fe" };
    for (kind, last, port, outcome, by, hops, sent) in [
        (Kind::TraceTcp, 10, 8080, Open, None, 3, vec![("syns", 3), ("resets", 1)]),
        (Kind::TraceTcp, 10, 81, Refused, None, 3, vec![("syns", 3)]),
        (Kind::TraceIcmp, 10, 0, Open, None, 3, vec![("echoes", 3)]),
        // Five silent hops, then it ends.
        (Kind::TraceTcp, 11, 8080, Silent, None, 2, vec![("syns", 7)]),
        (Kind::TraceIcmp, 11, 0, Silent, None, 2, vec![("echoes", 7)]),
        (Kind::TraceIcmp, 12, 0, Filtered, far, 3, vec![("echoes", 3)]),
    ] {
        let to = SocketAddr::new(address(family, last), port);
        let (answer, counted) = asked(means, kind, to, SHORT);
        assert_eq!((answer.outcome, answer.by), (outcome, by), "{kind:?} {to} {answer:?}");
        assert_eq!(detail(&answer, "hop-1"), near, "{kind:?} {to}");
        assert_eq!(detail(&answer, "hop-2"), far.unwrap().to_string(), "{kind:?} {to}");
        let shown = answer.details.keys().filter(|it| it.starts_with("hop-")).count();
        assert_eq!(shown, hops, "{kind:?} {to}");
        assert_eq!(counted, only(&sent), "{kind:?} {to}");
    }
}

fn neighbours(means: &Means) {
    for (to, mac, sent) in [
        ("192.0.2.254", "02:00:00:00:00:02", only(&[("requests", 1)])),
        ("192.0.2.77", "", only(&[("requests", 1)])),
        ("2001:db8:1::fe", "02:00:00:00:00:02", only(&[("solicitations", 1)])),
    ] {
        let to = SocketAddr::new(to.parse().unwrap(), 0);
        let (answer, counted) = asked(means, Kind::Neighbour, to, SHORT);
        let outcome = if mac.is_empty() { Outcome::Silent } else { Outcome::Open };
        assert_eq!((answer.outcome, detail(&answer, "mac")), (outcome, mac), "{to}");
        assert_eq!(counted, sent, "{to}");
    }
    let elsewhere = SocketAddr::new(address(4, 10), 0);
    let (answer, counted) = asked(means, Kind::Neighbour, elsewhere, SHORT);
    assert_eq!((answer.outcome, counted), (Outcome::NotSent, Vec::new()));
}
