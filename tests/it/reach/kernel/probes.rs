//! Packets that open sessions, sent one by one; what set out and what arrived is counted by sets of
//! nftables. A packet is known again after translation by its sequence number (TCP) or length (UDP).

use super::lab::{HOSTS, INTERFACES, Lab, VIRTUAL, address, at, host, run};
use crate::reach::oracle::world::{Got, Key};
use sekisho::model::{EntityKind, EntityRef};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// What is asked for: protocol and port.
pub const SERVICES: [(u8, u16); 6] = [(6, 22), (6, 80), (6, 443), (6, 8080), (17, 53), (17, 8080)];

/// From whom to whom.
pub type Pair = (IpAddr, IpAddr);

/// What becomes of packets, by how they set out.
pub type Truth = BTreeMap<Pair, Got>;

/// The pairs of somebody in a network with everybody elsewhere.
pub fn pairs(network: usize) -> Vec<Pair> {
    let mut all = Vec::new();
    for v6 in [false, true] {
        let others = (0..INTERFACES.len()).filter(|it| *it != network);
        let others = others.flat_map(|at| HOSTS.map(|last| address(v6, at, last)));
        let gate = (0..INTERFACES.len()).map(|at| address(v6, at, "1"));
        let targets = others.chain(gate).chain([VIRTUAL[usize::from(v6)].to_owned()]);
        let targets: Vec<IpAddr> = targets.map(|it| it.parse().unwrap()).collect();
        for last in HOSTS {
            let source = address(v6, network, last).parse().unwrap();
            all.extend(targets.iter().map(|it| (source, *it)));
        }
    }
    all
}

/// Counts what passes a hook; the highest number of a hook is the last that sees it.
fn counter(hook: &str, priority: i32) -> String {
    let mut out = String::from("table inet judge\ndelete table inet judge\ntable inet judge {\n");
    let mut rules = String::new();
    for ip in ["ip", "ip6"] {
        for (protocol, mark) in [("tcp", "sequence"), ("udp", "length")] {
            let key = format!("{ip} saddr . {ip} daddr . {protocol} dport . {protocol} {mark}");
            let name = format!("{protocol}-{ip}");
            let _ = writeln!(out, "set {name} {{ typeof {key}; size 65535; flags dynamic; }}");
            let only = if protocol == "tcp" { "tcp flags & (syn|ack) == syn" } else { "" };
            let _ = writeln!(rules, "{only} add @{name} {{ {key} }}");
        }
    }
    let _ = writeln!(
        out,
        "chain {hook} {{ type filter hook {hook} priority {priority};\n{rules}}}\n}}"
    );
    out
}

/// Everything that a counter saw, each with its mark.
fn counted(listing: &str) -> BTreeSet<(Key, u32)> {
    let listing: serde_json::Value = serde_json::from_str(listing).unwrap();
    let mut all = BTreeSet::new();
    for set in listing["nftables"].as_array().unwrap().iter().filter_map(|it| it.get("set")) {
        let protocol = if set["name"].as_str().unwrap().starts_with("tcp") { 6 } else { 17 };
        for element in set["elem"].as_array().into_iter().flatten() {
            let field = |at: usize| element["concat"][at].clone();
            let address = |at| field(at).as_str().unwrap().parse::<IpAddr>().unwrap();
            let port = u16::try_from(field(2).as_u64().unwrap()).unwrap();
            let mark = u32::try_from(field(3).as_u64().unwrap()).unwrap();
            all.insert(((address(0), address(1), protocol, port), mark));
        }
    }
    all
}

/// A namespace in which hosts send and receive, over `eth0`.
pub struct Station {
    pub namespace: String,
    /// Over which neighbour, and what to whom.
    pub pairs: Vec<(IpAddr, Pair)>,
}

/// Sends everything through the gate as it is, and tells where it arrives.
pub fn truth(lab: &Lab) -> Truth {
    let pairs = |at: usize| {
        let via = |of: &Pair| address(of.0.is_ipv6(), at, "1").parse().unwrap();
        pairs(at).into_iter().map(|it| (via(&it), it)).collect()
    };
    let stations: Vec<Station> = (0..INTERFACES.len())
        .map(|at| Station { namespace: lab.networks[at].clone(), pairs: pairs(at) })
        .collect();
    let gate = EntityRef::new(EntityKind::Device, "gate");
    let whose =
        |at: usize, address| host(address).filter(|it| it.0 == at).map(|(_, nth)| system(at, nth));
    sent(&stations, &[(lab.gate.clone(), gate)], &SERVICES, whose)
}

/// Sends everything that stations have to send, and tells where it arrives: at which device on the
/// way, at whom of a station.
pub fn sent(
    stations: &[Station],
    gates: &[(String, EntityRef)],
    services: &[(u8, u16)],
    whose: impl Fn(usize, IpAddr) -> Option<EntityRef>,
) -> Truth {
    let hosts = counter("prerouting", -350) + &counter("output", 350).replace("judge", "sender");
    gates.iter().for_each(|it| drop(at(&it.0, "nft -f -", &counter("input", 350))));
    stations.iter().for_each(|it| drop(at(&it.namespace, "nft -f -", &hosts)));
    let line = crate::support::namespaces::oneself("reach::kernel::send");
    std::thread::scope(|scope| {
        let mut before = 0;
        for it in stations {
            let plan = plan(&it.pairs, before, services);
            before += it.pairs.len();
            let line = &line;
            scope.spawn(move || at(&it.namespace, line, &plan));
        }
        // A packet of UDP is known by its length, and shall not be cut into pieces.
        assert!(before * 2 < 1400, "{before} pairs");
    });
    std::thread::sleep(Duration::from_millis(60));
    let mut truth = Truth::new();
    let mut origin: BTreeMap<(u8, u32), Pair> = BTreeMap::new();
    for station in stations {
        let sent = counted(&at(&station.namespace, "nft -j list table inet sender", ""));
        let all = station.pairs.len() * services.len();
        assert_eq!(sent.len(), all, "sent by {}", station.namespace);
        for ((source, destination, protocol, _), mark) in sent {
            let twice = origin.insert((protocol, mark), (source, destination));
            assert_eq!(twice, None, "two packets with one mark");
        }
        truth.extend(station.pairs.iter().map(|it| (it.1, Got::new())));
    }
    let mut arrives = |thing: EntityRef, key: Key, mark: u32| {
        let pair = origin.get(&(key.2, mark)).expect("only what was sent arrives");
        truth.get_mut(pair).unwrap().insert((thing, key));
    };
    let seen = |namespace: &str| counted(&at(namespace, "nft -j list table inet judge", ""));
    for (namespace, gate) in gates {
        seen(namespace).into_iter().for_each(|(key, mark)| arrives(gate.clone(), key, mark));
    }
    for (at, station) in stations.iter().enumerate() {
        for (key, mark) in seen(&station.namespace) {
            if let Some(thing) = whose(at, key.1) {
                arrives(thing, key, mark);
            }
        }
    }
    truth
}

/// The system of a host.
pub fn system(network: usize, nth: usize) -> EntityRef {
    EntityRef::new(EntityKind::System, format!("s{network}-{nth}"))
}

/// What a station shall send: one packet a line, source by source. So many pairs have gone before.
fn plan(pairs: &[(IpAddr, Pair)], before: usize, services: &[(u8, u16)]) -> String {
    let mut out = String::new();
    let mut source = None;
    for (nth, (via, pair)) in pairs.iter().enumerate() {
        if source != Some(pair.0) {
            let _ = writeln!(out, "from {} {via}", pair.0);
            source = Some(pair.0);
        }
        for (at, (protocol, port)) in services.iter().enumerate() {
            // No length and no source port is used twice.
            let length = (before + nth) * 2 + at % 2;
            let own = 10_000 + length;
            let _ = writeln!(out, "{protocol} {} {port} {length} {own}", pair.1);
        }
    }
    out
}

/// Sends what standard input asks for.
pub fn send_plan() {
    let mut plan = String::new();
    std::io::stdin().read_to_string(&mut plan).unwrap();
    std::thread::scope(|scope| {
        let mut source: IpAddr = [0, 0, 0, 0].into();
        let mut waiting = Vec::new();
        for line in plan.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            if words[0] == "from" {
                waiting
                    .drain(..)
                    .for_each(|it: std::thread::ScopedJoinHandle<'_, ()>| it.join().unwrap());
                source = words[1].parse().unwrap();
                // A client of TCP cannot choose its address here; its route does.
                let via = words[2];
                let length = if source.is_ipv6() { 128 } else { 32 };
                let routes = format!(
                    "route replace {via}/{length} dev eth0 src {source}
route replace default via {via} src {source}\n"
                );
                run("ip -batch -", &routes);
                continue;
            }
            let to =
                SocketAddr::from((words[1].parse::<IpAddr>().unwrap(), words[2].parse().unwrap()));
            if words[0] == "6" {
                let open = move || drop(TcpStream::connect_timeout(&to, Duration::from_millis(20)));
                waiting.push(scope.spawn(open));
                continue;
            }
            let own: u16 = words[4].parse().unwrap();
            let length: usize = words[3].parse().unwrap();
            let socket = UdpSocket::bind((source, own)).unwrap();
            socket.send_to(&vec![0; length], to).unwrap();
        }
    });
}
