//! The algebra of packet sets agrees with enumeration: in a universe so small that every packet of it
//! can be asked, whatever is computed holds exactly the packets that it should.

use crate::support::random::Chance;
use sekisho::model::device::{Match, States, Transport};
use sekisho::model::{AddressSet, RangeSet, Service};
use sekisho::reach::packets::{Packet, PacketSet, Spoken};
use std::net::IpAddr;

/// Addresses, in classes that every set of the test holds whole or not at all.
const ADDRESSES: [(&str, &str); 5] = [
    ("0.0.0.0", "192.0.1.255"),
    ("192.0.2.0", "192.0.2.127"),
    ("192.0.2.128", "255.255.255.255"),
    ("::", "2001:db8::ffff"),
    ("2001:db8::1:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];
const PORTS: [(u16, u16); 3] = [(0, 21), (22, 22), (23, u16::MAX)];
const TYPES: [(u8, u8); 2] = [(0, 7), (8, u8::MAX)];
/// Protocols with types, with ports (twice) and without either, each with one that stands for all.
const PROTOCOLS: [(u8, &[(u8, u8)]); 4] = [
    (1, &[(1, 1), (58, 58)]),
    (6, &[(6, 6)]),
    (17, &[(17, 17), (33, 33), (132, 132), (136, 136)]),
    (50, &[(0, 0), (2, 5), (7, 16), (18, 32), (34, 57), (59, 131), (133, 135), (137, u8::MAX)]),
];
const STATES: [States; 3] =
    [States::NEW, States::ESTABLISHED, States::RELATED.union(States::INVALID)];

fn class(at: usize) -> AddressSet {
    let (first, last) = ADDRESSES[at];
    AddressSet::range(first.parse().unwrap(), last.parse().unwrap())
}

fn address(at: usize) -> IpAddr {
    ADDRESSES[at].1.parse().unwrap()
}

/// Every packet of the universe, by its classes: the last of each stands for the class.
fn universe() -> Vec<Packet> {
    let mut all = Vec::new();
    for (source, destination) in pairs(ADDRESSES.len(), ADDRESSES.len()) {
        let (source, destination) = (address(source), address(destination));
        if source.is_ipv4() != destination.is_ipv4() {
            continue;
        }
        for state in [States::NEW, States::ESTABLISHED, States::INVALID] {
            for (protocol, _) in PROTOCOLS {
                let packet = Packet {
                    source,
                    destination,
                    protocol,
                    source_port: 0,
                    destination_port: 0,
                    icmp_type: 0,
                    state,
                };
                match protocol {
                    1 => all
                        .extend(TYPES.map(|(_, icmp_type)| Packet { icmp_type, ..packet.clone() })),
                    50 => all.push(packet),
                    _ => all.extend(pairs(PORTS.len(), PORTS.len()).map(|(from, to)| Packet {
                        source_port: PORTS[from].1,
                        destination_port: PORTS[to].1,
                        ..packet.clone()
                    })),
                }
            }
        }
    }
    all
}

fn pairs(a: usize, b: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..a).flat_map(move |x| (0..b).map(move |y| (x, y)))
}

/// A set and, for every packet of the universe, whether it should hold it.
#[derive(Clone)]
struct Pair {
    set: PacketSet,
    model: Vec<bool>,
}

impl Chance {
    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.between(0, all.len() - 1)].clone()
    }

    fn some<T: Clone>(&mut self, all: &[T]) -> Vec<T> {
        let some: Vec<T> = all.iter().filter(|_| self.once_in(2)).cloned().collect();
        // Everything as often as all the rest: conditions are rare.
        if self.once_in(2) { all.to_vec() } else { some }
    }

    fn addresses(&mut self) -> AddressSet {
        let classes: Vec<usize> = (0..ADDRESSES.len()).collect();
        self.some(&classes).into_iter().map(class).collect()
    }

    fn transport(&mut self) -> Transport {
        let protocols = self.some(&PROTOCOLS).into_iter().flat_map(|(_, ranges)| ranges.to_vec());
        let protocols = RangeSet::of(protocols.collect::<Vec<_>>());
        let (from, to) = (self.some(&PORTS), self.some(&PORTS));
        Transport {
            protocols,
            source_ports: RangeSet::of(from),
            destination_ports: RangeSet::of(to),
            icmp_types: RangeSet::of(self.some(&TYPES)),
        }
    }

    /// A set as a line of a filter describes it.
    fn described(&mut self, universe: &[Packet]) -> Pair {
        let transports: Vec<_> = (0..self.between(1, 3)).map(|_| self.transport()).collect();
        let when = Match {
            source: self.addresses(),
            destination: self.addresses(),
            transports,
            states: self.some(&STATES).into_iter().fold(States::NONE, States::union),
            ..Match::any()
        };
        let holds = |it: &Packet| {
            when.source.contains(it.source)
                && when.destination.contains(it.destination)
                && when.states.includes(it.state)
                && when.transports.iter().any(|transport| speaks_of(transport, it))
        };
        let model = universe.iter().map(holds).collect();
        Pair { set: PacketSet::of_match(&when), model }
    }
}

/// A condition on ports or types holds of no packet that has none.
fn speaks_of(transport: &Transport, packet: &Packet) -> bool {
    let ports = transport.source_ports.contains(packet.source_port)
        && transport.destination_ports.contains(packet.destination_port);
    let no_ports = transport.source_ports.is_all() && transport.destination_ports.is_all();
    let no_types = transport.icmp_types.is_all();
    transport.protocols.contains(packet.protocol)
        && match packet.protocol {
            1 => no_ports && transport.icmp_types.contains(packet.icmp_type),
            50 => no_ports && no_types,
            _ => ports && no_types,
        }
}

fn ported(packet: &Packet) -> bool {
    [6, 17].contains(&packet.protocol)
}

struct Test {
    universe: Vec<Packet>,
    chance: Chance,
    pool: Vec<Pair>,
}

impl Test {
    fn new(seed: u64) -> Self {
        Self { universe: universe(), chance: Chance(seed), pool: Vec::new() }
    }

    fn any(&mut self) -> Pair {
        match self.pool.is_empty() || self.chance.once_in(3) {
            true => self.chance.described(&self.universe),
            false => self.chance.pick(&self.pool),
        }
    }

    /// Whether a set holds exactly what it should.
    fn agree(&self, what: &str, pair: &Pair) {
        for (packet, expected) in self.universe.iter().zip(&pair.model) {
            assert_eq!(pair.set.contains(packet), *expected, "{what}: {packet:?}");
        }
        assert_eq!(pair.set.is_empty(), !pair.model.contains(&true), "{what}: emptiness");
        let sample = pair.set.sample();
        assert_eq!(sample.is_none(), pair.set.is_empty(), "{what}: a sample");
        assert!(sample.is_none_or(|it| pair.set.contains(&it)), "{what}: the sample is in the set");
        let (sources, destinations) = (pair.set.sources(), pair.set.destinations());
        let held = || self.universe.iter().zip(&pair.model).filter(|it| *it.1).map(|it| it.0);
        for at in 0..ADDRESSES.len() {
            let it = address(at);
            assert_eq!(sources.contains(it), held().any(|p| p.source == it), "{what}: sources");
            let expected = held().any(|p| p.destination == it);
            assert_eq!(destinations.contains(it), expected, "{what}: destinations");
        }
    }

    /// The model of the packets for which some packet of another model fulfils a condition.
    fn image(&self, of: &Pair, condition: impl Fn(&Packet, &Packet) -> bool) -> Vec<bool> {
        let held: Vec<_> =
            self.universe.iter().zip(&of.model).filter(|it| *it.1).map(|it| it.0).collect();
        self.universe.iter().map(|new| held.iter().any(|old| condition(old, new))).collect()
    }

    /// One operation on what there is.
    fn step(&mut self) -> (&'static str, Pair) {
        let (a, b) = (self.any(), self.any());
        let both = |f: fn(bool, bool) -> bool| -> Vec<bool> {
            a.model.iter().zip(&b.model).map(|(a, b)| f(*a, *b)).collect()
        };
        match self.chance.between(0, 10) {
            0 | 1 => ("union", Pair { set: a.set.union(&b.set), model: both(|a, b| a || b) }),
            2 => (
                "intersection",
                Pair { set: a.set.intersection(&b.set), model: both(|a, b| a && b) },
            ),
            3..=5 => {
                ("difference", Pair { set: a.set.difference(&b.set), model: both(|a, b| a && !b) })
            }
            6 => {
                let new = self.chance.addresses();
                let model = self.image(&a, |old, it| {
                    let same =
                        Packet { source: old.source, source_port: old.source_port, ..it.clone() };
                    same == *old && new.contains(it.source)
                });
                ("with_source", Pair { set: a.set.with_source(&new), model })
            }
            7 => {
                let new = self.chance.addresses();
                let ports = self.chance.once_in(2).then(|| self.chance.some(&PORTS));
                let ports = ports.map(RangeSet::of);
                let model = self.image(&a, |old, it| {
                    let mut same = Packet { destination: old.destination, ..it.clone() };
                    let mut fits = new.contains(it.destination);
                    if let Some(ports) = ports.as_ref().filter(|_| ported(it)) {
                        same.destination_port = old.destination_port;
                        fits &= ports.contains(it.destination_port);
                    }
                    fits && same == *old
                });
                let set = a.set.with_destination(&new, ports.as_ref());
                ("with_destination", Pair { set, model })
            }
            8 => {
                let model = self.image(&a, |old, it| {
                    let back = Packet {
                        source: it.destination,
                        destination: it.source,
                        source_port: it.destination_port,
                        destination_port: it.source_port,
                        icmp_type: old.icmp_type,
                        state: old.state,
                        ..it.clone()
                    };
                    it.state == States::ESTABLISHED && back == *old
                });
                ("answers", Pair { set: a.set.answers(), model })
            }
            9 => {
                let some = self.chance.addresses();
                let model = self.image(&a, |old, it| old == it && some.contains(it.source));
                ("from", Pair { set: a.set.from(&some), model })
            }
            _ => {
                let some = self.chance.addresses();
                let model = self.image(&a, |old, it| old == it && some.contains(it.destination));
                ("to", Pair { set: a.set.to(&some), model })
            }
        }
    }

    /// Whether comparisons say what they should.
    fn compare(&self, a: &Pair, b: &Pair) {
        let within = |a: &Pair, b: &Pair| a.model.iter().zip(&b.model).all(|(a, b)| !a || *b);
        let common = a.model.iter().zip(&b.model).any(|(a, b)| *a && *b);
        assert_eq!(a.set == b.set, a.model == b.model, "equality");
        assert_eq!(a.set.includes(&b.set), within(b, a), "includes");
        assert_eq!(a.set.meets(&b.set), common, "meets");
    }
}

#[test]
fn every_operation_agrees_with_enumeration() {
    let mut equal = 0;
    for seed in 0..40 {
        let mut test = Test::new(seed);
        for _ in 0..40 {
            let (what, pair) = test.step();
            test.agree(what, &pair);
            let other = test.any();
            test.compare(&pair, &other);
            // The same set, cut in another way.
            let again = Pair {
                set: pair.set.difference(&other.set).union(&other.set.intersection(&pair.set)),
                model: pair.model.clone(),
            };
            test.compare(&pair, &again);
            equal += usize::from(pair.model == other.model);
            test.pool.push(pair);
        }
    }
    assert!(equal > 60, "too few equal sets were compared: {equal}");
}

#[test]
fn packets_services_and_lines_mean_the_same() {
    let any = AddressSet::any();
    let sessions = |it: &str| PacketSet::sessions(&any, &any, &[it.parse().unwrap()]);
    for packet in universe().iter().filter(|it| it.state == States::NEW) {
        let one: PacketSet = packet.into();
        assert!(one.contains(packet) && one.sample().as_ref() == Some(packet));
        let asked = sessions(&packet.service().to_string());
        assert!(asked.includes(&one), "{packet:?} is in its own service {}", packet.service());
        let when = Match { transports: packet.service().transports(), ..Match::any() };
        assert!(PacketSet::of_match(&when).includes(&one));
        // Nothing but the one packet is taken away with it.
        let rest = asked.difference(&one);
        assert!(!rest.contains(packet) && rest.union(&one) == asked);
    }
    // One packet of every protocol without ports makes up the protocol.
    let (here, there) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
    let esp = Packet {
        protocol: 50,
        destination_port: 0,
        source_port: 0,
        ..Packet::tcp(here, there, 22)
    };
    let all = PacketSet::sessions(&here.into(), &there.into(), &["esp".parse().unwrap()]);
    assert!(all == (&esp).into());
    assert!(sessions("any").includes(&sessions("icmp")));
    assert!(!sessions("tcp").meets(&sessions("esp")));
    // "Port 22, whatever the protocol" speaks of nothing that has no ports.
    let port = Transport { protocols: RangeSet::all(), ..Transport::ports(6, RangeSet::one(0)) };
    let when = Match { transports: vec![port], ..Match::any() };
    assert!(!PacketSet::of_match(&when).contains(&esp));
    assert!(PacketSet::of_match(&when).contains(&Packet::tcp(here, there, 0)));
    assert_eq!(Packet::tcp(here, there, 3389).service(), Service::tcp(3389));
}

/// Sets of hundreds of products, which are kept in another way than small ones: networks of a
/// checkerboard, two ports and two states, set and taken away in patches.
#[test]
fn many_products_agree_with_enumeration() {
    const SIDE: usize = 16;
    let network = |at: usize| -> AddressSet {
        let (first, last) = (format!("10.0.{at}.0"), format!("10.0.{at}.255"));
        AddressSet::range(first.parse().unwrap(), last.parse().unwrap())
    };
    let states = [States::NEW, States::ESTABLISHED];
    let ports = [22, 443];
    let mut products = 0;
    for seed in 0..5 {
        let mut chance = Chance(seed);
        let (mut set, mut model) = (PacketSet::none(), [false; SIDE * SIDE * 4]);
        for step in 0..400 {
            // Few large patches between many small ones.
            let most = if chance.once_in(8) { SIDE } else { 2 };
            let mut part = |most: usize| -> Vec<usize> {
                (0..chance.between(1, most)).map(|_| chance.between(0, SIDE - 1)).collect()
            };
            let (sources, destinations) = (part(most), part(most));
            let port = chance.some(&[0, 1]);
            let state = chance.some(&[0, 1]);
            let patch = PacketSet::of(
                &sources.iter().map(|it| network(*it)).collect(),
                &destinations.iter().map(|it| network(*it)).collect(),
                &[Transport::ports(6, port.iter().map(|it| (ports[*it], ports[*it])).collect())],
                state.iter().fold(States::NONE, |all, it| all.union(states[*it])),
            );
            let adds = step < 150 || chance.once_in(2);
            for (source, destination) in pairs(SIDE, SIDE) {
                for (p, s) in pairs(2, 2) {
                    let hit = sources.contains(&source)
                        && destinations.contains(&destination)
                        && port.contains(&p)
                        && state.contains(&s);
                    if hit {
                        model[(source * SIDE + destination) * 4 + p * 2 + s] = adds;
                    }
                }
            }
            match adds {
                true => set.extend(&patch),
                false => set = set.difference(&patch),
            }
            assert_eq!(set.includes(&patch), adds || patch.is_empty());
            assert_eq!(set.meets(&patch), adds && !patch.is_empty());
            products = products.max(set.v4().count());
            if step % 40 != 39 {
                continue;
            }
            for (source, destination) in pairs(SIDE, SIDE) {
                for (p, s) in pairs(2, 2) {
                    let address = |at| format!("10.0.{at}.9").parse().unwrap();
                    let tcp = Packet::tcp(address(source), address(destination), ports[p]);
                    let packet = Packet { state: states[s], ..tcp };
                    let expected = model[(source * SIDE + destination) * 4 + p * 2 + s];
                    assert_eq!(set.contains(&packet), expected, "{seed} {step} {packet:?}");
                }
            }
            let disjoint =
                set.v4().enumerate().all(|(at, a)| set.v4().skip(at + 1).all(|b| !a.meets(b)));
            assert!(disjoint, "products overlap");
        }
    }
    assert!(products > 200, "the sets were small: {products} products");
}

fn spoken(services: &[&str]) -> Spoken {
    let services: Vec<Service> = services.iter().map(|it| it.parse().unwrap()).collect();
    PacketSet::sessions(&AddressSet::any(), &AddressSet::any(), &services).spoken()
}

#[test]
fn what_is_spoken_is_told() {
    let en = |it: Spoken| it.text().en.into_owned();
    assert_eq!(en(spoken(&[])), "any");
    assert_eq!(en(spoken(&["3389/tcp", "22/tcp", "esp", "icmp"])), "22/tcp, 3389/tcp, icmp, esp");
    assert_eq!(en(spoken(&["22/tcp", "23-25/tcp"])), "22-25/tcp");
    assert_eq!(en(PacketSet::none().spoken()), "none");
    let all = PacketSet::any();
    let but = |services: &[&str]| {
        let any = AddressSet::any();
        let services: Vec<Service> = services.iter().map(|it| it.parse().unwrap()).collect();
        let gone: Vec<Transport> = services.iter().flat_map(|it| it.transports()).collect();
        all.difference(&PacketSet::of(&any, &any, &gone, States::ALL)).spoken()
    };
    assert_eq!(en(but(&["445/tcp", "esp"])), "any except 445/tcp, esp");
    assert_eq!(but(&["445/tcp"]).text().ja, "445/tcp以外のすべて");
    // Neither a type of ICMP nor a protocol without a name vanishes.
    let any = AddressSet::any();
    let echo = Transport { icmp_types: RangeSet::one(8), ..Transport::protocol(1) };
    let set = PacketSet::of(&any, &any, &[echo, Transport::protocol(89)], States::NEW);
    assert_eq!(set.spoken().text().en, "icmp type 8, protocol 89");
    assert_eq!(set.spoken().text().ja, "icmp（タイプ8）、プロトコル番号89");
    assert_eq!(set.spoken().others(), RangeSet::one(89));
    assert_eq!(set.spoken().services(), ["icmp".parse().unwrap()]);
    // What is told is what the universe says, however it is cut.
    for seed in 0..10 {
        let mut test = Test::new(1000 + seed);
        for _ in 0..20 {
            let (what, pair) = test.step();
            let spoken = pair.set.spoken();
            let mut expected = Spoken::default();
            let held = test.universe.iter().zip(&pair.model).filter(|it| *it.1);
            for (packet, _) in held.clone() {
                let port = |set: &mut RangeSet<u16>| {
                    let whole = PORTS.into_iter().filter(|it| it.1 == packet.destination_port);
                    *set = set.union(&RangeSet::of(whole));
                };
                match packet.protocol {
                    6 => port(&mut expected.tcp),
                    17 => port(&mut expected.udp),
                    1 => {
                        let whole = TYPES.into_iter().filter(|it| it.1 == packet.icmp_type);
                        expected.icmp = expected.icmp.union(&RangeSet::of(whole));
                    }
                    _ => {}
                }
            }
            assert_eq!(
                (&spoken.tcp, &spoken.udp, &spoken.icmp),
                (&expected.tcp, &expected.udp, &expected.icmp),
                "{what}"
            );
            assert_eq!(spoken.protocols.contains(50), held.clone().any(|it| it.0.protocol == 50));
            assert_eq!(spoken.complement().complement(), spoken);
            // Every destination stands once, with what is spoken to it.
            let rows = pair.set.by_destination();
            for at in 0..ADDRESSES.len() {
                let own: Vec<_> =
                    rows.iter().filter(|it| it.0.contains(address(at))).map(|it| &it.1).collect();
                let alone = pair.set.to(&class(at)).spoken();
                assert_eq!(
                    own,
                    Some(&alone).filter(|it| !it.is_empty()).into_iter().collect::<Vec<_>>()
                );
            }
            test.pool.push(pair);
        }
    }
}

#[test]
fn a_set_is_summed_up() {
    let addresses = |it: &str| AddressSet::from(it.parse::<IpAddr>().unwrap());
    let session = |from: &str, to: &str, service: &str| {
        PacketSet::sessions(&addresses(from), &addresses(to), &[service.parse().unwrap()])
    };
    let set: PacketSet = [
        session("192.0.2.1", "10.0.0.5", "3389/tcp"),
        session("192.0.2.2", "10.0.0.9", "104/tcp"),
        session("192.0.2.2", "10.0.0.5", "161/udp"),
        session("192.0.2.1", "10.0.0.8", "104/tcp"),
        session("2001:db8::1", "2001:db8::2", "22/tcp"),
    ]
    .into_iter()
    .collect();
    let expected = "192.0.2.1-192.0.2.2, 2001:db8::1 → 10.0.0.5, 10.0.0.8/31, 2001:db8::2: \
                    22/tcp, 104/tcp, 3389/tcp, 161/udp";
    assert_eq!(set.summary().text().en, expected);
    let rows: Vec<String> = set
        .by_destination()
        .iter()
        .map(|(to, spoken)| format!("{to}: {}", spoken.text().en))
        .collect();
    let expected = ["10.0.0.5: 3389/tcp, 161/udp", "10.0.0.8/31: 104/tcp", "2001:db8::2: 22/tcp"];
    assert_eq!(rows, expected);
}
