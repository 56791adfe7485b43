//! Rule sets with published answers, each confirmed by pushing packets through the Linux kernel
//! (`configs/kernel-oracle/results.txt` in the corpus): the sets give exactly these.

use crate::config::read_as;
use crate::support::corpus;
use sekisho::model::device::{DeviceConfig, Hook};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::device::{Between, Machine};
use sekisho::reach::packets::Packet;
use sekisho::reach::{Assumptions, Bound};

/// A rule set of the corpus; none when it is absent.
fn rules(name: &str) -> Option<DeviceConfig> {
    let path = corpus()?.join("configs/iptables").join(name);
    let text = std::fs::read_to_string(path).expect("a rule set");
    Some(read_as("iptables", &text).1.config)
}

fn machine(config: &DeviceConfig) -> Machine<'_> {
    Machine::new(EntityRef { kind: EntityKind::Device, id: "gate".to_owned() }, config)
}

/// Whether a packet that opens a session passes the filters of a hook: in any case, and possibly.
fn both(machine: &Machine<'_>, hook: Hook, from: &str, to: &str, packet: &Packet) -> (bool, bool) {
    let names = |name| Vec::from_iter(Some(name).filter(|it: &&str| !it.is_empty()));
    let between = Between::arriving(names(from)).to(names(to));
    let set = |bound| {
        let mut assumptions = Assumptions::default();
        machine.filtered(hook, &between, &packet.into(), bound, &mut assumptions)
    };
    (!set(Bound::Certain).is_empty(), !set(Bound::Possible).is_empty())
}

/// Whether it passes through, which must be certain either way.
fn passes(machine: &Machine<'_>, from: &str, to: &str, packet: &Packet) -> bool {
    let (certain, possible) = both(machine, Hook::Forward, from, to, packet);
    assert_eq!(certain, possible, "undetermined: {from} to {to}, {packet:?}");
    certain
}

fn tcp(source: &str, destination: &str, port: u16) -> Packet {
    Packet::tcp(source.parse().expect("an address"), destination.parse().expect("an address"), port)
}

#[test]
fn the_factory_lets_twelve_pairs_talk_and_no_liar() {
    let Some(config) = rules("factory.iptables-save") else { return };
    let path = corpus().expect("the corpus").join("configs/iptables/factory.ipmapping");
    let mapping = std::fs::read_to_string(path).expect("the interfaces of the factory");
    let hosts: Vec<(&str, &str)> = mapping
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.nth(1)?))
        })
        .map(|(name, address)| (name.trim_start_matches('$').trim_end_matches("_ipv4"), address))
        .collect();
    assert_eq!(hosts.len(), 12, "{hosts:?}");
    let machine = machine(&config);
    let mut pairs = Vec::new();
    let mut liars = Vec::new();
    for (over, from) in &hosts {
        for (to, destination) in hosts.iter().filter(|it| it.0 != *over) {
            if passes(&machine, over, to, &tcp(from, destination, 80)) {
                pairs.push(format!("{over} {to}"));
            }
            for (_, source) in hosts.iter().filter(|it| it.1 != *from && it.0 != *to) {
                if passes(&machine, over, to, &tcp(source, destination, 80)) {
                    liars.push((*over, *source, *to));
                }
            }
        }
    }
    pairs.sort();
    let published = [
        "AdminPc MissionControl1",
        "AdminPc MissionControl2",
        "FireSensor SensorSink",
        "MissionControl1 Bot1",
        "MissionControl1 Bot2",
        "MissionControl2 Bot2",
        "PresenceSensor SensorSink",
        "SensorSink Statistics",
        "TempSensor SensorSink",
        "Watchdog Bot1",
        "Watchdog Bot2",
        "Webcam SensorSink",
    ];
    assert_eq!(pairs, published);
    assert_eq!(liars, [], "right address, wrong interface");
}

/// The kinds of hosts of the medium-sized company: some of each, and where they stand.
const KINDS: &[(char, &str, &[&str])] = &[
    ('A', "ppp0", &["46.4.115.113"]),
    ('B', "tun0", &["192.168.255.7", "192.168.255.8"]),
    (
        'C',
        "eth0",
        &[
            "172.16.2.5",
            "172.16.2.6",
            "172.16.2.34",
            "172.16.2.230",
            "172.16.2.247",
            "172.16.2.250",
        ],
    ),
    ('D', "eth0", &["172.16.2.100", "172.16.2.101", "172.16.2.16"]),
    ('E', "ppp0", &["198.51.100.9", "192.0.2.77"]),
];

#[test]
fn the_medium_sized_company_lets_seven_kinds_of_pairs_open_ssh() {
    let Some(config) = rules("medium-sized-company.iptables-save") else { return };
    let machine = machine(&config);
    let edges = |port| {
        let mut edges = Vec::new();
        for (a, over, sources) in KINDS {
            for (b, to, destinations) in KINDS {
                let pairs = sources.iter().flat_map(|s| destinations.iter().map(move |d| (s, d)));
                let passed = pairs
                    .filter(|(s, d)| s != d)
                    .any(|(s, d)| passes(&machine, over, to, &tcp(s, d, port)));
                if passed {
                    edges.push(format!("{a}{b}"));
                }
            }
        }
        edges.join(" ")
    };
    assert_eq!(edges(22), "BC BD CB CC CD CE DB");
    assert_eq!(edges(3389), "BC BD CB CC CD CE DB");
    // D behaves like C.
    assert_eq!(edges(80), "BC BD CB CC CD CE DB DC DD DE");
    assert_eq!(edges(443), "BC BD CB CC CD CE DB DC DD DE");
}

#[test]
fn the_synology_lets_everybody_open_ssh_and_the_house_open_three_ports() {
    let Some(config) = rules("synology-jun2015.iptables-save") else { return };
    let machine = machine(&config);
    for port in [21, 22, 23, 80, 443, 3306, 5000, 5001, 8080, 9999] {
        // It lets sessions in within a rate, and drops them beyond: certain is only what comes from
        // where no rate is kept.
        let open = |from, source| {
            let destination = if from == "lo" { "127.0.0.1" } else { "192.168.1.5" };
            let packet = tcp(source, destination, port);
            let (certain, possible) = both(&machine, Hook::Local, from, "", &packet);
            assert_eq!(certain, possible && from == "lo", "{port} from {source}");
            possible
        };
        let anybody = port == 22;
        let house = anybody || matches!(port, 5000 | 5001 | 8080 | 9999);
        assert_eq!(open("eth0", "192.168.1.99"), house, "{port} from the house");
        assert_eq!(open("eth0", "10.9.9.9"), anybody, "{port} from another private network");
        assert_eq!(open("eth0", "198.51.100.9"), anybody, "{port} from the internet");
        assert!(open("lo", "127.0.0.1"), "{port} from itself");
    }
}

/// Batfish's example network with its two hosts, every network of it a zone.
fn example_network<T>(ask: impl FnOnce(&sekisho::reach::Reach<'_>) -> T) -> Option<T> {
    use sekisho::evidence::EvidenceSet;
    let live = corpus()?.join("configs/batfish/example-live/live");
    let read = |path: std::path::PathBuf| std::fs::read(path).expect("a file of the network");
    let entries = std::fs::read_dir(live.join("configs")).expect("the configurations");
    let mut paths: Vec<_> = entries.map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    let texts: Vec<Vec<u8>> = paths.into_iter().map(read).collect();
    let mut networks = std::collections::BTreeSet::new();
    for text in &texts {
        let text = String::from_utf8_lossy(text);
        for line in text.lines().filter_map(|it| it.trim().strip_prefix("ip address ")) {
            if let Some(address) = line.strip_suffix(" 255.255.255.0") {
                networks.insert(address.rsplit_once('.').expect("an address").0.to_owned());
            }
        }
    }
    let mut inventory = String::from("schema: 1\nzones:\n");
    for network in &networks {
        let id = network.replace('.', "-");
        inventory += &format!(
            "  n{id}: {{name: '{network}', kind: information, networks: [{network}.0/24]}}\n"
        );
    }
    inventory += "systems:\n";
    let hosts = [("host1", "2.128.0"), ("host2", "2.128.1")];
    for (host, network) in hosts {
        let zone = network.replace('.', "-");
        inventory += &format!(
            "  {host}: {{name: {host}, kind: other, class: server, zone: n{zone}, addresses: [{network}.101]}}\n"
        );
    }
    let (mut sources, reading) = crate::support::read(&inventory);
    assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (nth, text) in texts.iter().enumerate() {
        evidence.add(&mut sources, &format!("router{nth}.cfg"), text, None, None);
    }
    for (host, network) in hosts {
        let rules = read(live.join(format!("iptables/{host}.iptables")));
        let addresses = format!(
            "[root@{host} ~]# ip -j addr\n[{{\"ifindex\":2,\"ifname\":\"eth0\",\"flags\":[\"UP\"],\"link_type\":\"ether\",\"addr_info\":[{{\"family\":\"inet\",\"local\":\"{network}.101\",\"prefixlen\":24}}]}}]\n[root@{host} ~]# ip -j route\n[{{\"dst\":\"default\",\"gateway\":\"{network}.1\",\"dev\":\"eth0\",\"flags\":[]}}]\n"
        );
        let named = |part: &str| format!("{host}/{part}");
        evidence.add(&mut sources, &named("addresses.txt"), addresses.as_bytes(), None, Some(host));
        evidence.add(&mut sources, &named("rules.txt"), &rules, None, Some(host));
    }
    assert_eq!(evidence.devices.len(), 15, "{:?}", evidence.unread);
    let topology = sekisho::topology::build(&reading.inventory, &evidence);
    Some(ask(&sekisho::reach::Reach::new(&reading.inventory, &evidence, &topology)))
}

/// Batfish: `as1core1` to 2.128.0.101 over UDP 33434 is denied in at `host1`. OSPF and BGP routes
/// stand in no text, so that the way there is possible; that it ends at the host is certain.
#[test]
fn batfish_the_probe_of_a_core_router_is_denied_in_at_the_host() {
    example_network(|reach| {
        let core = EntityRef::new(EntityKind::Device, "as1core1");
        let host = EntityRef::new(EntityKind::System, "host1");
        let zone = EntityRef::new(EntityKind::Zone, "n1-0-1");
        let place = reach.network.zone(&zone).expect("a network of the router");
        assert!(reach.network.node(&core).is_some() && reach.network.node(&host).is_some());
        let probe = Packet { protocol: 17, ..tcp("1.0.1.2", "2.128.0.101", 33434) };
        let ways = reach.trace_from(place, &probe);
        assert!(ways.iter().all(|it| !it.reaches(&host)), "{ways:#?}");
        let denied = |it: &&sekisho::reach::Trace| {
            it.end == sekisho::reach::Disposition::DeniedIn && it.at.as_ref() == Some(&host)
        };
        assert!(ways.iter().any(|it| denied(&it)), "{ways:#?}");
        let allowed = Packet { destination_port: 53, ..probe };
        let ways = reach.trace_from(place, &allowed);
        assert!(ways.iter().any(|it| it.reaches(&host)), "{ways:#?}");
    });
}

/// Batfish: `host2` to 1.0.1.1 is accepted. The routes between are not in the texts: possible.
#[test]
fn batfish_a_host_may_reach_the_border_router() {
    example_network(|reach| {
        let border = EntityRef::new(EntityKind::Device, "as1border1");
        let zone = EntityRef::new(EntityKind::Zone, "n2-128-1");
        let place = reach.network.zone(&zone).expect("the network of the host");
        let ways = reach.trace_from(place, &tcp("2.128.1.101", "1.0.1.1", 22));
        assert!(ways.iter().any(|it| it.reaches(&border)), "{ways:#?}");
    });
}
