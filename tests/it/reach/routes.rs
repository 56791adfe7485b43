//! Routes by sets agree with the longest prefix of single addresses.

use crate::support::random::Chance;
use sekisho::model::device::{
    Acquired, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Interface, InterfaceKind,
    Match, NextHop, Route, RoutingPeer, Verdict,
};
use sekisho::model::{AddressSet, EntityKind, EntityRef, IpNetwork, RangeSet};
use sekisho::reach::device::{Machine, Way};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{AssumptionKind, Assumptions, Bound};
use sekisho::source::{SourceMap, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// The nth line of a text.
pub fn line(nth: usize) -> Span {
    let mut sources = SourceMap::new();
    let file = sources.add("device", String::new());
    let start = u32::try_from(nth).unwrap();
    Span { file, start, end: start }
}

pub fn network(word: &str) -> IpNetwork {
    word.parse().unwrap()
}

pub fn address(word: &str) -> IpAddr {
    word.parse().unwrap()
}

/// An interface that is switched on.
pub fn interface(name: &str, addresses: &[&str]) -> Interface {
    let mut it = Interface::new(Spanned::new(name.into(), line(0)), InterfaceKind::Ethernet);
    it.addresses = addresses.iter().map(|it| Spanned::new(network(it), line(0))).collect();
    it
}

pub fn route(nth: usize, destination: &str, via: NextHop) -> Route {
    Route {
        span: line(nth),
        destination: network(destination),
        via: vec![via],
        distance: None,
        enabled: true,
        only: None,
        from: Vec::new(),
        instance: None,
    }
}

pub fn router(interfaces: Vec<Interface>, routes: Vec<Route>) -> DeviceConfig {
    DeviceConfig { interfaces, routes, unfiltered: Verdict::Permit, ..DeviceConfig::default() }
}

pub fn thing() -> EntityRef {
    EntityRef::new(EntityKind::Device, "r1")
}

fn to(word: &str) -> PacketSet {
    (&Packet::tcp(address("10.0.0.77"), address(word), 443)).into()
}

/// The ways to an address, with their lines.
fn ways(config: &DeviceConfig, over: usize, to_: &str, bound: Bound) -> Vec<(Way, Option<u32>)> {
    let machine = Machine::new(thing(), config);
    let departures = machine.carried(Some(over), &to(to_), bound, &mut Assumptions::default());
    let ways = departures.into_iter().map(|it| (it.way, it.route.map(|it| it.start)));
    let mut ways: Vec<_> = ways.collect();
    ways.sort();
    ways
}

fn both(config: &DeviceConfig, destination: &str) -> [Vec<(Way, Option<u32>)>; 2] {
    [Bound::Certain, Bound::Possible].map(|bound| ways(config, 0, destination, bound))
}

fn hop(word: &str) -> NextHop {
    NextHop::Address(address(word))
}

fn standard() -> Vec<Interface> {
    vec![
        interface("lan", &["10.0.0.1/24", "10.0.1.1/25"]),
        interface("wan", &["192.0.2.2/31"]),
        interface("dmz", &["198.51.100.1/28", "2001:db8:1::1/64"]),
    ]
}

#[test]
fn the_longest_prefix_of_lines_that_take_effect() {
    let mut interfaces = standard();
    let mut off = interface("off", &["203.0.113.1/24"]);
    off.enabled = false;
    interfaces.push(off);
    let routes = vec![
        route(1, "0.0.0.0/0", hop("192.0.2.3")),
        route(2, "10.9.0.0/16", hop("198.51.100.9")),
        route(3, "10.9.9.0/24", NextHop::Discard),
        // Out of an interface that is switched off, and to a neighbour on its network.
        route(4, "10.9.8.0/24", NextHop::Interface("off".into())),
        route(5, "10.9.7.0/24", hop("203.0.113.9")),
        route(6, "2001:db8:2::/48", hop("2001:db8:1::9")),
        Route { enabled: false, ..route(7, "10.9.6.0/24", NextHop::Discard) },
    ];
    let mut config = router(interfaces, routes);
    let dmz = || (Way::Out(2, Some(address("198.51.100.9"))), Some(2));
    let out = || (Way::Out(1, Some(address("192.0.2.3"))), Some(1));
    for (destination, expected) in [
        ("10.0.0.1", vec![(Way::Own, Some(0))]),
        ("198.51.100.1", vec![(Way::Own, Some(0))]),
        ("10.0.0.9", vec![(Way::Out(0, None), Some(0))]),
        ("10.0.1.9", vec![(Way::Out(0, None), Some(0))]),
        // The broadcast address of a network is no host, and the second address of a /31 is one.
        ("10.0.0.255", vec![]),
        ("10.0.1.127", vec![]),
        ("10.0.1.128", vec![out()]),
        ("192.0.2.3", vec![(Way::Out(1, None), Some(0))]),
        ("10.9.1.1", vec![dmz()]),
        ("10.9.9.1", vec![]),
        ("10.9.8.1", vec![dmz()]),
        ("10.9.6.1", vec![dmz()]),
        ("203.0.113.9", vec![out()]),
    ] {
        assert_eq!(both(&config, destination), [expected.clone(), expected], "{destination}");
    }
    // Whether a next hop is looked for behind the default route, devices differ.
    let by_default = (Way::Out(1, Some(address("192.0.2.3"))), Some(5));
    assert_eq!(both(&config, "10.9.7.1"), [vec![], vec![by_default, dmz()]]);
    config.routes.remove(0);
    assert_eq!(both(&config, "10.9.7.1"), [vec![dmz()], vec![dmz()]]);
    assert_eq!(both(&config, "203.0.113.9").map(|it| it.len()), [1, 1]);
    assert_eq!(ways(&config, 0, "203.0.113.9", Bound::Possible), [(Way::None, None)]);
    let machine = Machine::new(thing(), &config);
    let v6 = Packet::tcp(address("2001:db8:1::7"), address("2001:db8:2::7"), 443);
    let found =
        machine.carried(Some(0), &(&v6).into(), Bound::Certain, &mut Assumptions::default());
    let found: Vec<_> = found.into_iter().map(|it| (it.way, it.route)).collect();
    assert_eq!(found, [(Way::Out(2, Some(address("2001:db8:1::9"))), Some(line(6)))]);
}

#[test]
fn equal_ways_are_both_in_use_and_backups_only_possibly() {
    let equal = |nth, hop_| Route { distance: Some(5), ..route(nth, "10.9.0.0/16", hop(hop_)) };
    let routes = vec![
        equal(1, "192.0.2.3"),
        equal(2, "198.51.100.9"),
        Route { distance: Some(200), ..route(3, "10.9.0.0/16", hop("10.0.0.9")) },
    ];
    let config = router(standard(), routes);
    let [certain, possible] = both(&config, "10.9.1.1");
    let lines = |ways: &[(Way, Option<u32>)]| {
        ways.iter().filter_map(|it| it.1).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!((lines(&certain), lines(&possible)), (vec![1, 2], vec![1, 2, 3]));
    let mut assumptions = Assumptions::default();
    Machine::new(thing(), &config).carried(
        Some(0),
        &to("10.9.1.1"),
        Bound::Possible,
        &mut assumptions,
    );
    let backups: Vec<_> = assumptions.iter().map(|it| (it.kind, it.span)).collect();
    let told = [(AssumptionKind::Backup, line(3)), (AssumptionKind::EqualRoutes, line(1))];
    assert_eq!(backups, told.map(|(kind, line)| (kind, Some(line))));
}

#[test]
fn a_next_hop_behind_another_route_and_one_that_nobody_knows() {
    let mut interfaces = standard();
    let routes = vec![
        route(1, "172.16.0.0/16", hop("198.51.100.9")),
        route(2, "172.17.0.0/16", hop("172.16.0.1")),
        route(3, "172.18.0.0/16", hop("203.0.113.77")),
        route(4, "172.18.5.0/24", hop("172.18.5.1")),
    ];
    let config = router(interfaces.clone(), routes.clone());
    let there = vec![(Way::Out(2, Some(address("198.51.100.9"))), Some(2))];
    assert_eq!(both(&config, "172.17.1.1"), [there.clone(), there]);
    // On no network: it does not take effect; nor does one that leads to itself.
    let none = vec![(Way::None, None)];
    assert_eq!(both(&config, "172.18.1.1"), [none.clone(), none.clone()]);
    assert_eq!(both(&config, "172.18.5.9"), [none.clone(), none.clone()]);
    // With a line whose network is not written it may.
    let mut given = interface("ppp", &[]);
    given.acquired = vec![Spanned::new(Acquired::Ppp, line(0))];
    interfaces.push(given);
    let config = router(interfaces, routes);
    let certain = ways(&config, 0, "172.18.1.1", Bound::Certain);
    assert!(certain.is_empty(), "{certain:?}");
    let possible = ways(&config, 0, "172.18.1.1", Bound::Possible);
    let out = (Way::Out(3, Some(address("203.0.113.77"))), Some(3));
    assert!(possible.contains(&out) && possible.contains(&(Way::None, None)), "{possible:?}");
}

#[test]
fn instances_have_tables_of_their_own_and_may_hand_over() {
    let mut interfaces = standard();
    interfaces[2].instance = Some("guest".into());
    let routes = vec![
        route(1, "0.0.0.0/0", hop("192.0.2.3")),
        Route {
            instance: Some("guest".into()),
            ..route(2, "10.0.0.0/24", NextHop::Instance("inet".into()))
        },
    ];
    let config = router(interfaces, routes);
    let from_guest = |to| ways(&config, 2, to, Bound::Possible);
    assert_eq!(from_guest("10.0.0.9"), [(Way::Out(0, None), Some(0))]);
    assert_eq!(from_guest("10.0.0.1"), [(Way::Own, Some(0))]);
    assert_eq!(from_guest("203.0.113.9"), [(Way::None, None)]);
    let none = (Way::Out(1, Some(address("192.0.2.3"))), Some(1));
    assert_eq!(ways(&config, 0, "198.51.100.9", Bound::Possible), [none]);
}

fn selecting(name: &str, lines: Vec<FilterLine>) -> (Filter, Applied) {
    let filter = Filter {
        name: Spanned::new(name.into(), line(0)),
        family: Family::V4,
        lines,
        otherwise: Verdict::Deny,
    };
    let applied = Applied {
        span: line(0),
        filter: name.into(),
        hook: Hook::Selection,
        interfaces: Vec::new(),
        answers: Default::default(),
    };
    (filter, applied)
}

#[test]
fn policy_routes_come_first_and_filters_of_a_destination_only_there() {
    let permit = |source: &str, doubtful: bool| FilterLine {
        span: line(9),
        label: String::new(),
        verdict: Verdict::Permit,
        when: Match {
            source: AddressSet::from(network(source)),
            not_understood: if doubtful { vec![line(9)] } else { Vec::new() },
            ..Match::any()
        },
        enabled: true,
    };
    let chosen = |from: &[&str], nth, hop_| Route {
        only: Some(Spanned::new("these".into(), line(nth))),
        from: from.iter().map(|it| (*it).to_owned()).collect(),
        ..route(nth, "0.0.0.0/0", hop(hop_))
    };
    let with = |doubtful, routes: Vec<Route>| {
        let mut config = router(standard(), routes);
        let (filter, applied) = selecting("these", vec![permit("10.0.0.64/26", doubtful)]);
        (config.filters, config.applied) = (vec![filter], vec![applied]);
        config
    };
    let default = || route(1, "0.0.0.0/0", hop("192.0.2.3"));
    let own = |nth, hop_: &str| vec![(Way::Out(2, Some(address(hop_))), Some(nth))];
    // Before everything, also before connected networks, where packets come in over the interface.
    let config = with(false, vec![default(), chosen(&["lan"], 2, "198.51.100.9")]);
    assert_eq!(both(&config, "10.0.1.9"), [own(2, "198.51.100.9"), own(2, "198.51.100.9")]);
    assert_eq!(ways(&config, 1, "10.0.1.9", Bound::Possible), [(Way::Out(0, None), Some(0))]);
    // Among the lines of its destination.
    let config = with(false, vec![default(), chosen(&[], 2, "198.51.100.9")]);
    assert_eq!(both(&config, "10.0.1.9")[1], [(Way::Out(0, None), Some(0))]);
    assert_eq!(both(&config, "203.0.113.9"), [own(2, "198.51.100.9"), own(2, "198.51.100.9")]);
    // Where the filter was not understood: one of the two, and none for certain.
    let config = with(true, vec![default(), chosen(&[], 2, "198.51.100.9")]);
    let [certain, possible] = both(&config, "203.0.113.9");
    assert_eq!((certain.len(), possible.len()), (0, 2));
}

#[test]
fn neighbours_may_have_told_more_and_an_address_may_bring_a_route() {
    let mut config = router(standard(), vec![route(1, "10.9.0.0/16", hop("192.0.2.3"))]);
    config.peers = vec![RoutingPeer {
        span: line(8),
        protocol: "bgp",
        address: address("192.0.2.3"),
        remote_as: None,
        local_as: None,
        enabled: true,
    }];
    let nowhere = (Way::None, None);
    assert_eq!(
        both(&config, "203.0.113.9"),
        [vec![nowhere.clone()], vec![nowhere.clone(), (Way::Unknown, Some(8))]]
    );
    // A smaller network in it may lie elsewhere; none in that of an interface does.
    let [certain, possible] = both(&config, "10.9.1.1");
    assert_eq!((certain.len(), possible.len()), (0, 2));
    assert_eq!(both(&config, "10.0.0.77").map(|it| it.len()), [1, 1]);
    config.peers.clear();
    config.interfaces[1].addresses.clear();
    config.interfaces[1].acquired = vec![Spanned::new(Acquired::Dhcp, line(7))];
    let possible = &both(&config, "203.0.113.9")[1];
    assert!(possible.contains(&(Way::Out(1, None), Some(7))), "{possible:?}");
    // It is not known which address is its own: from the line itself, the one that is dialled.
    assert!(possible.contains(&(Way::Own, Some(7))));
    assert!(ways(&config, 1, "203.0.113.9", Bound::Certain).contains(&(Way::Own, Some(7))));
    assert!(!both(&config, "10.0.0.77")[1].contains(&(Way::Own, Some(7))));
}

#[test]
fn sets_go_where_each_of_their_addresses_goes() {
    for seed in 0..400 {
        let mut chance = Chance(seed);
        let mut routes = Vec::new();
        let mut plain: BTreeMap<IpNetwork, Vec<(u32, usize)>> = BTreeMap::new();
        for nth in 1..=chance.between(0, 40) {
            let bits = u32::try_from(chance.between(0, 255)).unwrap();
            let prefix = u8::try_from(chance.between(24, 32)).unwrap();
            let prefix = if chance.once_in(12) { 0 } else { prefix };
            let base = Ipv4Addr::from_bits(0xac10_0000 | bits);
            let destination = IpNetwork::new(base.into(), prefix).unwrap();
            let destination = sekisho::model::network_of(destination);
            let distance = u32::try_from(chance.between(20, 22)).unwrap();
            let via = NextHop::Interface((*chance.of(&["lan", "wan", "dmz", "off"])).into());
            let out =
                ["lan", "wan", "dmz"].iter().position(|it| via == NextHop::Interface((*it).into()));
            if let Some(out) = out {
                plain.entry(destination).or_default().push((distance, out));
            }
            let distance = Some(distance);
            routes.push(Route { distance, destination, ..route(nth, "0.0.0.0/0", via) });
        }
        let mut interfaces = standard();
        interfaces.push(interface("off", &[]));
        interfaces[3].enabled = false;
        let config = router(interfaces, routes);
        let machine = Machine::new(thing(), &config);
        let wide =
            AddressSet { v4: RangeSet::range(0xac10_0000, 0xac10_00ff), v6: RangeSet::none() };
        let packets = PacketSet::sessions(&address("10.0.0.77").into(), &wide, &[]);
        for bound in [Bound::Certain, Bound::Possible] {
            let departures = machine.carried(Some(0), &packets, bound, &mut Assumptions::default());
            for bits in 0xac10_0000..=0xac10_00ff_u32 {
                let to = IpAddr::V4(Ipv4Addr::from_bits(bits));
                let packet = Packet::tcp(address("10.0.0.77"), to, 443);
                let found: BTreeSet<Way> = departures
                    .iter()
                    .filter(|it| it.packets.contains(&packet))
                    .map(|it| it.way.clone())
                    .collect();
                let longest = plain.iter().filter(|(it, _)| it.contains(to));
                let longest = longest.max_by_key(|(it, _)| it.prefix());
                let expected: BTreeSet<Way> = match longest {
                    None => [Way::None].into(),
                    Some((_, lines)) => {
                        let best = lines.iter().map(|it| it.0).min().unwrap();
                        let taken =
                            lines.iter().filter(|it| it.0 == best || bound == Bound::Possible);
                        taken.map(|it| Way::Out(it.1, None)).collect()
                    }
                };
                assert_eq!(found, expected, "seed {seed} {bound:?} {to}");
            }
        }
    }
}

#[test]
fn ten_thousand_routes_are_looked_up_for_all_destinations_at_once() {
    let routes: Vec<Route> = (0..10_000_u32)
        .map(|nth| {
            let base = Ipv4Addr::from_bits(0x0b00_0000 + (nth << 9));
            let via =
                NextHop::Interface((*["lan", "wan", "dmz"].get(nth as usize % 3).unwrap()).into());
            let destination = IpNetwork::new(base.into(), 24).unwrap();
            Route { destination, ..route(nth as usize, "0.0.0.0/0", via) }
        })
        .chain([route(10_000, "0.0.0.0/0", NextHop::Interface("wan".into()))])
        .collect();
    let config = router(standard(), routes);
    let machine = Machine::new(thing(), &config);
    let departures =
        machine.carried(Some(0), &PacketSet::any(), Bound::Possible, &mut Assumptions::default());
    // Nobody looks at ten thousand parts: they are as many as there are ways.
    assert!(departures.len() < 12, "{}", departures.len());
    for nth in [0_u32, 1, 2, 4_999, 9_999] {
        let to = IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + (nth << 9) + 7));
        let packet = Packet::tcp(address("10.0.0.77"), to, 443);
        let ways: Vec<&Way> =
            departures.iter().filter(|it| it.packets.contains(&packet)).map(|it| &it.way).collect();
        assert_eq!(ways, [&Way::Out(nth as usize % 3, None)]);
        // For one packet the line is told.
        let one = machine.carried(
            Some(0),
            &(&packet).into(),
            Bound::Certain,
            &mut Assumptions::default(),
        );
        assert_eq!(one.first().and_then(|it| it.route), Some(line(nth as usize)));
    }
}
