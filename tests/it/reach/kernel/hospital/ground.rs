//! The hospital in namespaces: segments, what stands on them, who sends.
//!
//! ```text
//!  net: attacker, vendor C ──wan── border ──trn── inner ──┬─clin── ehr, pc
//!  vb: vendor B ──────────linb───────┘│            ││     ├─pacs── archive, viewer
//!                                    dmz           ││     ├─mod─── ct, lte ──mobile── vendor D
//!                                   relay      leg ││aux  └─guest─ signage, a visitor
//!  va: vendor A ──────────line── maint ────────────┘┘
//! ```

use crate::reach::kernel::lab::{self, at, run};
use sekisho::model::{EntityKind, EntityRef};
use std::fmt::Write as _;
use std::net::IpAddr;

/// A network: its name, how its addresses begin, the length of its prefix.
struct Segment {
    name: &'static str,
    v4: (&'static str, u8),
    v6: Option<&'static str>,
}

const fn segment(name: &'static str, v4: (&'static str, u8), v6: Option<&'static str>) -> Segment {
    Segment { name, v4, v6 }
}

const SEGMENTS: &[Segment] = &[
    segment("wan", ("192.0.2.", 29), Some("2001:db8:ffff::")),
    segment("linb", ("172.30.2.", 24), None),
    segment("line", ("172.30.1.", 24), None),
    segment("dmz", ("172.20.0.", 24), Some("2001:db8:d::")),
    segment("trn", ("10.10.254.", 30), Some("2001:db8:254::")),
    segment("leg", ("10.10.253.", 30), None),
    segment("aux", ("10.10.252.", 30), None),
    segment("clin", ("10.10.10.", 24), Some("2001:db8:10::")),
    segment("pacs", ("10.10.20.", 24), Some("2001:db8:20::")),
    segment("mod", ("10.10.50.", 24), Some("2001:db8:50::")),
    segment("guest", ("10.10.99.", 24), Some("2001:db8:99::")),
    segment("mobile", ("192.0.2.", 29), None),
];

/// The namespaces that pass packets on. What `lte` is nobody wrote down.
pub const DEVICES: [&str; 3] = ["border", "inner", "maint"];
const UNLISTED: &str = "lte";

/// Who stands where: the namespace, its interface, the segment, the ends of its addresses.
const ENDS: &[(&str, &str, &str, &[&str])] = &[
    ("net", "eth0", "wan", &["1"]),
    ("vb", "eth0", "linb", &["10"]),
    ("va", "eth0", "line", &["10"]),
    ("dmz", "eth0", "dmz", &["10"]),
    ("clin", "eth0", "clin", &["10", "20"]),
    ("pacs", "eth0", "pacs", &["10", "11"]),
    ("mod", "eth0", "mod", &["10"]),
    ("guest", "eth0", "guest", &["10", "30"]),
    ("mobile", "eth0", "mobile", &["1"]),
    ("border", "wan", "wan", &["2"]),
    ("border", "linb", "linb", &["1"]),
    ("border", "dmz", "dmz", &["1"]),
    ("border", "trn", "trn", &["1"]),
    ("inner", "trn", "trn", &["2"]),
    ("inner", "leg", "leg", &["1"]),
    ("inner", "aux", "aux", &["1"]),
    ("inner", "clin", "clin", &["1"]),
    ("inner", "pacs", "pacs", &["1"]),
    ("inner", "mod", "mod", &["1"]),
    ("inner", "guest", "guest", &["1"]),
    ("maint", "line", "line", &["1"]),
    ("maint", "leg", "leg", &["2"]),
    ("maint", "aux", "aux", &["2"]),
    ("lte", "lan", "mod", &["254"]),
    ("lte", "wwan", "mobile", &["2"]),
];

/// Addresses behind the gateway of a carrier, and whose they are.
const FAR: &[(&str, &str, &str)] = &[
    ("net", "203.0.113.66", "web"),
    ("net", "2001:db8:f::66", "web"),
    ("net", "198.51.100.10", "vc"),
    ("net", "2001:db8:c::10", "vc"),
    ("mobile", "198.51.100.200", "vd"),
];

/// Declared systems: where, and the end of their addresses.
pub const SYSTEMS: &[(&str, &str, &str)] = &[
    ("relay", "dmz", "10"),
    ("ehr", "clin", "10"),
    ("pc", "clin", "20"),
    ("archive", "pacs", "10"),
    ("viewer", "pacs", "11"),
    ("ct", "mod", "10"),
    ("signage", "guest", "10"),
];

/// Who sends, as the engine is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    Party(&'static str),
    Zone(&'static str),
    /// Somebody of whom nobody wrote anything.
    Nobody,
}

/// Who sends: from which namespace, over which neighbours, with which addresses.
pub const SENDERS: &[(From, &str, &[&str], &[&str])] = &[
    (
        From::Party("web"),
        "net",
        &["192.0.2.2", "2001:db8:ffff::2"],
        &["203.0.113.66", "2001:db8:f::66"],
    ),
    (
        From::Party("vc"),
        "net",
        &["192.0.2.2", "2001:db8:ffff::2"],
        &["198.51.100.10", "2001:db8:c::10"],
    ),
    (From::Party("va"), "va", &["172.30.1.1"], &["172.30.1.10"]),
    (From::Party("vb"), "vb", &["172.30.2.1"], &["172.30.2.10"]),
    (
        From::Zone("dmz"),
        "dmz",
        &["172.20.0.1", "2001:db8:d::1"],
        &["172.20.0.10", "2001:db8:d::10"],
    ),
    (
        From::Zone("clin"),
        "clin",
        &["10.10.10.1", "2001:db8:10::1"],
        &["10.10.10.20", "2001:db8:10::20"],
    ),
    (
        From::Zone("guest"),
        "guest",
        &["10.10.99.1", "2001:db8:99::1"],
        &["10.10.99.30", "2001:db8:99::30"],
    ),
    (From::Nobody, "mobile", &["192.0.2.2"], &["198.51.100.200"]),
];

/// Both addresses of an end of a segment.
pub fn addresses(segment: &str, last: &str) -> Vec<IpAddr> {
    let it = SEGMENTS.iter().find(|it| it.name == segment).expect("a segment");
    let both = [Some(format!("{}{last}", it.v4.0)), it.v6.map(|v6| format!("{v6}{last}"))];
    both.into_iter().flatten().map(|it| it.parse().unwrap()).collect()
}

/// The networks of a segment.
pub fn networks(segment: &str) -> Vec<String> {
    let it = SEGMENTS.iter().find(|it| it.name == segment).expect("a segment");
    let v4 = format!("\"{}0/{}\"", it.v4.0, it.v4.1);
    std::iter::once(v4).chain(it.v6.map(|v6| format!("\"{v6}/64\""))).collect()
}

/// The interfaces of a device: name, segment, addresses.
pub fn interfaces(device: &str) -> Vec<(&'static str, &'static str, Vec<IpAddr>)> {
    let own = ENDS.iter().filter(|it| it.0 == device);
    own.map(|(_, name, segment, last)| {
        (*name, *segment, last.iter().flat_map(|it| addresses(segment, it)).collect())
    })
    .collect()
}

/// Everybody whom packets are sent to, and what he is called.
pub fn targets() -> Vec<(EntityRef, IpAddr)> {
    let mut all = Vec::new();
    for (id, segment, last) in SYSTEMS {
        let thing = EntityRef::new(EntityKind::System, *id);
        all.extend(addresses(segment, last).into_iter().map(|it| (thing.clone(), it)));
    }
    for device in DEVICES {
        let thing = EntityRef::new(EntityKind::Device, device);
        let own = interfaces(device).into_iter().flat_map(|it| it.2);
        all.extend(own.map(|it| (thing.clone(), it)));
    }
    for (namespace, segment) in [("va", "line"), ("vb", "linb")] {
        let thing = EntityRef::new(EntityKind::Party, namespace);
        all.extend(addresses(segment, "10").into_iter().map(|it| (thing.clone(), it)));
    }
    for (_, address, whose) in FAR.iter().filter(|it| it.0 == "net") {
        all.push((EntityRef::new(EntityKind::Party, *whose), address.parse().unwrap()));
    }
    all
}

/// All namespaces of one hospital; several hospitals may stand at once.
pub struct Ground {
    lane: u64,
}

impl Ground {
    /// Lays the cables; nothing is configured yet but addresses.
    pub fn new(lane: u64, with_lte: bool) -> Self {
        let ground = Self { lane };
        let mut nodes: Vec<&str> = ENDS.iter().map(|it| it.0).collect();
        nodes.dedup();
        nodes.iter().for_each(|it| lab::namespace(&ground.name(it)));
        lab::namespace(&ground.name("fabric"));
        DEVICES.iter().chain([&UNLISTED]).for_each(|it| lab::forwards(&ground.name(it)));
        let mut fabric = String::new();
        for it in SEGMENTS {
            let _ = writeln!(fabric, "link add s-{0} type bridge\nlink set s-{0} up", it.name);
        }
        ground.ip("fabric", &fabric);
        let mut plugs = String::new();
        for (nth, (node, interface, segment, last)) in ENDS.iter().enumerate() {
            if *node == UNLISTED && !with_lte {
                continue;
            }
            let it = SEGMENTS.iter().find(|it| it.name == *segment).expect("a segment");
            let mut own = format!(
                "link add {interface} address {} type veth peer name p{nth} netns {}
link set {interface} up\n",
                hardware(nth),
                ground.name("fabric")
            );
            let _ = writeln!(plugs, "link set p{nth} master s-{segment}\nlink set p{nth} up");
            for address in last.iter().flat_map(|it| addresses(segment, it)) {
                let (prefix, nodad) = match address {
                    IpAddr::V4(_) => (it.v4.1, ""),
                    IpAddr::V6(_) => (64, "nodad"),
                };
                let _ = writeln!(own, "addr add {address}/{prefix} dev {interface} {nodad}");
            }
            for (_, address, _) in FAR.iter().filter(|it| it.0 == *node) {
                let (prefix, nodad) = if address.contains(':') { (128, "nodad") } else { (32, "") };
                let _ = writeln!(own, "addr add {address}/{prefix} dev {interface} {nodad}");
            }
            // Neighbours are known, so that no filter can hide them.
            let others = ENDS.iter().enumerate().filter(|(at, it)| *at != nth && it.2 == *segment);
            for (at, (.., last)) in others {
                for address in last.iter().flat_map(|it| addresses(segment, it)) {
                    let _ = writeln!(
                        own,
                        "neigh replace {address} lladdr {} dev {interface}",
                        hardware(at)
                    );
                }
            }
            ground.ip(node, &own);
        }
        ground.ip("fabric", &plugs);
        if with_lte {
            ground.ip(UNLISTED, "route add default via 192.0.2.1\n");
        }
        ground
    }

    /// The namespace of a node.
    pub fn name(&self, node: &str) -> String {
        format!("{node}{}", self.lane)
    }

    /// Commands of `ip`, one a line.
    pub fn ip(&self, node: &str, commands: &str) {
        run(&format!("ip -n {} -batch -", self.name(node)), commands);
    }

    /// Runs a program at a node.
    pub fn at(&self, node: &str, line: &str, input: &str) -> String {
        at(&self.name(node), line, input)
    }

    /// What is called so at a node: a system, somebody outside.
    pub fn whose(node: &str, address: IpAddr) -> Option<EntityRef> {
        let here = |segment: &str| ENDS.iter().any(|it| it.0 == node && it.2 == segment);
        let system = SYSTEMS.iter().find(|(_, segment, last)| {
            here(segment) && addresses(segment, last).contains(&address)
        });
        if let Some((id, ..)) = system {
            return Some(EntityRef::new(EntityKind::System, *id));
        }
        let far = FAR.iter().find(|it| it.0 == node && it.1.parse() == Ok(address)).map(|it| it.2);
        let vendor = matches!(node, "va" | "vb").then_some(node);
        far.or(vendor).map(|it| EntityRef::new(EntityKind::Party, it))
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let mut nodes: Vec<&str> = ENDS.iter().map(|it| it.0).chain(["fabric"]).collect();
        nodes.dedup();
        for it in nodes {
            drop(std::process::Command::new("ip").args(["netns", "del", &self.name(it)]).status());
        }
    }
}

/// The hardware address of an end.
fn hardware(nth: usize) -> String {
    format!("02:00:00:00:00:{nth:02x}")
}
