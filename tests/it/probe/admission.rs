//! Admission against an oracle: random scopes beside random inventories, every question of a small
//! world asked of both. The oracle knows no networks, only lists of addresses, and states each rule
//! once more in its own words.

use super::Beside;
use crate::support::random::Chance;
use jiff::{SignedDuration, Timestamp};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::probe::scope::{Admission, Pins, Reason, forbidden, pin};
use sekisho::probe::{Care, Classes, Expectation, Kind, Question};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

/// Every address that is asked for.
fn world() -> Vec<IpAddr> {
    let mut all: Vec<String> = (0..32).map(|it| format!("10.0.0.{it}")).collect();
    all.extend((0..16).map(|it| format!("fd00::{it:x}")));
    all.extend([0, 5, 7, 12, 15].map(|it| format!("::ffff:10.0.0.{it}")));
    all.extend([5, 12].map(|it| format!("64:ff9b::10.0.0.{it}")));
    all.extend(
        ["::10.0.0.5", "2002:a00:5::1", "::ffff:127.0.0.1", "::ffff:255.255.255.255"]
            .map(str::to_owned),
    );
    all.extend(
        [
            "0.0.0.0",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "::",
            "224.0.0.1",
            "ff02::1",
            "ff05::2",
            "255.255.255.255",
            "240.0.0.1",
            "169.254.7.7",
            "fe80::5",
            "10.0.1.255",
            "10.0.1.0",
            "10.0.1.9",
            "192.0.2.1",
        ]
        .map(str::to_owned),
    );
    all.iter().map(|it| it.parse().unwrap()).collect()
}

/// The IPv4 address inside, where a socket would see one.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// A network by arithmetic: the addresses of the world that lie in it, its first and its last.
#[derive(Clone, Debug)]
struct Net {
    text: String,
    single: bool,
    members: BTreeSet<IpAddr>,
    first: IpAddr,
    last: IpAddr,
}

fn number(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(it) => (false, u128::from(u32::from(it))),
        IpAddr::V6(it) => (true, u128::from(it)),
    }
}

fn address(six: bool, number: u128) -> IpAddr {
    match six {
        true => IpAddr::V6(number.into()),
        false => IpAddr::V4(u32::try_from(number).unwrap().into()),
    }
}

fn net(address_in: IpAddr, prefix: u32) -> Net {
    let (six, at) = number(address_in);
    let bits = if six { 128 } else { 32 };
    let size = 1u128 << (bits - prefix);
    let first = at / size * size;
    let inside = |it: &IpAddr| {
        let (other, at) = number(*it);
        other == six && at >= first && at - first < size
    };
    Net {
        text: format!("\"{}/{prefix}\"", address(six, first)),
        single: size == 1,
        members: world().into_iter().map(plain).filter(inside).collect(),
        first: address(six, first),
        last: address(six, first + (size - 1)),
    }
}

/// A single address or a small network of the world.
fn some_net(chance: &mut Chance, widest: u32) -> Net {
    let six = chance.once_in(4);
    let host = chance.between(0, if six { 15 } else { 31 }) as u128;
    let base: IpAddr = if six { "fd00::" } else { "10.0.0.0" }.parse().unwrap();
    let (_, base) = number(base);
    let bits: u32 = if six { 128 } else { 32 };
    let narrow = chance.between(0, widest as usize) as u32;
    net(address(six, base + host), bits - narrow)
}

#[derive(Debug)]
struct Thing {
    id: String,
    care: Care,
    nets: Vec<Net>,
}

#[derive(Debug)]
struct Permission {
    nets: Vec<Net>,
    ports: Vec<(char, u16, u16)>,
    kinds: Vec<Kind>,
}

/// A whole case, as text for the program and as lists for the oracle.
#[derive(Debug)]
struct Case {
    inventory: String,
    scope: String,
    things: Vec<Thing>,
    declared: Vec<Net>,
    observed: BTreeSet<IpAddr>,
    targets: Vec<Permission>,
    excluded: Vec<Permission>,
    consents: Vec<(String, bool)>,
    vantages: Vec<&'static str>,
}

const KINDS: [(Kind, char); 6] = [
    (Kind::TcpConnect, 't'),
    (Kind::TcpSyn, 't'),
    (Kind::TlsHandshake, 't'),
    (Kind::Dns, 'u'),
    (Kind::IcmpEcho, 'i'),
    (Kind::Neighbour, 'n'),
];

const PORTS: [u16; 8] = [0, 53, 443, 3389, 9099, 9100, 9107, 9108];

fn ports(chance: &mut Chance) -> Vec<(char, u16, u16)> {
    let mut all = Vec::new();
    for _ in 0..chance.between(1, 3) {
        all.push(match chance.between(0, 5) {
            0 => ('i', 0, 0),
            1 => ('t', 9000, 9200),
            2 => ('u', 53, 53),
            3 => ('t', 1, 65535),
            _ => {
                let port = PORTS[chance.between(1, 3)];
                ('t', port, port)
            }
        });
    }
    all
}

fn written(ports: &[(char, u16, u16)]) -> String {
    let one = |(protocol, first, last): &(char, u16, u16)| match protocol {
        'i' => "icmp".to_owned(),
        't' => format!("{first}-{last}/tcp"),
        _ => format!("{first}-{last}/udp"),
    };
    ports.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn listed(nets: &[Net]) -> String {
    nets.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(", ")
}

fn case(seed: u64) -> Case {
    let chance = &mut Chance(seed);
    let mut inventory = String::from(
        "parties: {p: {name: P, kind: vendor}}\n\
         connections: {line: {name: L, purpose: other, party: p, transport: ip-vpn}}\n\
         zones:\n  z: {name: Z, kind: clinical, networks: [10.0.0.0/28, \"fd00::/124\"]}\n  \
         y: {name: Y, kind: clinical, networks: [10.0.0.16/29]}\n",
    );
    let four = |it: &str| it.parse::<IpAddr>().unwrap();
    let mut declared =
        vec![net(four("10.0.0.0"), 28), net(four("10.0.0.16"), 29), net(four("fd00::"), 124)];
    let mut things = Vec::new();
    inventory.push_str("systems:\n");
    for at in 0..chance.between(1, 6) {
        let (class, kind, care) = [
            ("server", "ehr", Care::Ordinary),
            ("server", "ehr", Care::Ordinary),
            ("terminal", "terminals", Care::Ordinary),
            ("medical-device", "modality", Care::Consent),
            ("server", "analyzer", Care::Consent),
            ("life-support", "other", Care::Never),
            ("server", "therapy", Care::Never),
        ][chance.between(0, 6)];
        let widest = if chance.once_in(3) { 3 } else { 0 };
        let nets: Vec<Net> = (0..chance.between(1, 2)).map(|_| some_net(chance, widest)).collect();
        let _ = writeln!(
            inventory,
            "  s{at}: {{name: S{at}, kind: {kind}, class: {class}, zone: z, addresses: [{}]}}",
            listed(&nets)
        );
        declared.extend(nets.iter().cloned());
        things.push(Thing { id: format!("s{at}"), care, nets });
    }
    let world = world();
    let observed: BTreeSet<IpAddr> =
        world.iter().copied().filter(|_| chance.once_in(3)).map(plain).collect();
    let mut scope = String::from(
        "scope: 1\npurpose: p\ntime_zone: UTC\napprover: {name: A, role: R}\ntelephone: t\n\
         vendor_notice: {to: v, on: 2026-01-01}\ntester: {name: T}\nexpires: 2026-11-27\n\
         windows:\n  - {from: 2026-11-26, until: 2026-11-27, hours: 20:00-04:00}\ntargets:\n",
    );
    let mut targets = Vec::new();
    for _ in 0..chance.between(1, 3) {
        let mut nets: Vec<Net> = (0..chance.between(1, 3)).map(|_| some_net(chance, 5)).collect();
        if chance.once_in(6) {
            nets.push(net(four("127.0.0.1"), 32));
        }
        if chance.once_in(6) {
            nets.push(net(four("10.0.1.0"), 24));
        }
        let ports = ports(chance);
        let mut kinds: Vec<Kind> = KINDS
            .iter()
            .filter(|it| it.1 == 'n' || ports.iter().any(|port| port.0 == it.1))
            .filter(|_| chance.once_in(2))
            .map(|it| it.0)
            .collect();
        if kinds.is_empty() && !ports.iter().any(|it| it.0 == 't') {
            kinds.push(Kind::Neighbour);
        }
        let words: Vec<&str> = kinds.iter().map(|it| it.word()).collect();
        let _ = writeln!(
            scope,
            "  - {{to: [{}], services: [{}], kinds: [{}]}}",
            listed(&nets),
            written(&ports),
            words.join(", ")
        );
        if kinds.is_empty() {
            kinds.push(Kind::TcpConnect);
        }
        targets.push(Permission { nets, ports, kinds });
    }
    let mut excluded = Vec::new();
    if chance.once_in(2) {
        scope.push_str("excluded:\n");
        for _ in 0..chance.between(1, 2) {
            let nets: Vec<Net> = (0..chance.between(0, 1)).map(|_| some_net(chance, 2)).collect();
            let ports = if nets.is_empty() || chance.once_in(2) { ports(chance) } else { vec![] };
            let _ =
                writeln!(scope, "  - {{to: [{}], services: [{}]}}", listed(&nets), written(&ports));
            excluded.push(Permission { nets, ports, kinds: vec![] });
        }
    }
    let mut consents = Vec::new();
    let mut lines = String::new();
    let named = things.iter().map(|it| it.id.clone());
    let some = world.iter().filter(|it| plain(**it) == **it && it.to_string().starts_with("10."));
    for who in named.chain(some.map(|it| it.to_string())) {
        if chance.once_in(3) {
            let late = chance.once_in(3);
            let on = if late { "2026-11-27" } else { "2026-11-26" };
            let _ = writeln!(lines, "  - {{system: {who}, by: B, on: {on}}}");
            consents.push((who, late));
        }
    }
    if !lines.is_empty() {
        let _ = write!(scope, "consents:\n{lines}");
    }
    let vantages = if chance.once_in(2) { vec!["line"] } else { vec!["line", "z"] };
    let _ = writeln!(scope, "from: [{}]", vantages.join(", "));
    Case { inventory, scope, things, declared, observed, targets, excluded, consents, vantages }
}

/// Whether a question may be asked: the rules once more.
fn oracle(case: &Case, question: &Question, from: &str, at: Timestamp) -> bool {
    let here = plain(question.to);
    let text = here.to_string();
    let protocol = KINDS.iter().find(|it| it.0 == question.kind).unwrap().1;
    // A question is a question.
    let has_port = matches!(protocol, 't' | 'u');
    if has_port == (question.port == 0) || (has_port && (9100..9108).contains(&question.port)) {
        return false;
    }
    // Nobody stands there, or too many do.
    let hopeless = ["0.", "224.", "240.", "255.", "ff0", "64:ff9b:", "2002:"];
    if hopeless.iter().any(|it| text.starts_with(it)) || text == "::" || text == "::a00:5" {
        return false;
    }
    let local = ["169.254.", "fe80:"].iter().any(|it| text.starts_with(it));
    if local && question.kind != Kind::Neighbour {
        return false;
    }
    let in_any = |nets: &[Net]| nets.iter().any(|it| it.members.contains(&here));
    let loopback = text.starts_with("127.") || text == "::1";
    let mut scoped = case.targets.iter().flat_map(|it| &it.nets);
    if loopback && !scoped.any(|it| it.members.contains(&here) && it.text.starts_with("\"127.")) {
        return false;
    }
    for known in case.declared.iter().chain(case.targets.iter().flat_map(|it| &it.nets)) {
        let (six, first) = number(known.first);
        let wide = number(known.last).1 - first >= 3;
        if wide && (here == known.first || (!six && here == known.last)) {
            return false;
        }
    }
    // Who stands there.
    let holding: Vec<&Thing> = case.things.iter().filter(|it| in_any(&it.nets)).collect();
    if holding.iter().any(|it| it.care == Care::Never) {
        return false;
    }
    let singly = holding
        .iter()
        .any(|it| it.nets.iter().any(|net| net.single && net.members.contains(&here)));
    let named = case
        .targets
        .iter()
        .any(|target| target.nets.iter().any(|net| net.single && net.members.contains(&here)));
    if !singly && !loopback {
        if here.is_ipv4() && (text.ends_with(".255") || text.ends_with(".0")) {
            return false;
        }
        if holding.is_empty() && !case.observed.contains(&here) || !named {
            return false;
        }
    }
    // When and from where.
    let minute = at.duration_since(stamp("2026-11-26T00:00:00Z")).as_secs() / 60;
    let open = (20 * 60..28 * 60).contains(&minute) || (44 * 60..48 * 60).contains(&minute);
    if !open || !case.vantages.contains(&from) {
        return false;
    }
    // What is written.
    let port_in = |ports: &[(char, u16, u16)]| {
        protocol == 'n'
            || ports.iter().any(|(p, first, last)| {
                *p == protocol && (*p == 'i' || (*first..=*last).contains(&question.port))
            })
    };
    if case.excluded.iter().any(|it| {
        (it.nets.is_empty() || in_any(&it.nets)) && (it.ports.is_empty() || port_in(&it.ports))
    }) {
        return false;
    }
    if !case
        .targets
        .iter()
        .any(|it| in_any(&it.nets) && port_in(&it.ports) && it.kinds.contains(&question.kind))
    {
        return false;
    }
    // Who consented.
    let consented = |who: &str| {
        let mut mine = case.consents.iter().filter(|it| it.0 == who);
        mine.any(|it| !it.1 || minute >= 24 * 60)
    };
    match holding.is_empty() {
        true => loopback || consented(&text),
        false => holding.iter().all(|it| it.care == Care::Ordinary || consented(&it.id)),
    }
}

fn stamp(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn nothing_is_admitted_that_the_rules_do_not_permit_and_nothing_else_refused() {
    let begin = stamp("2026-11-26T00:00:00Z");
    let moments: Vec<Timestamp> = [0, 1199, 1200, 1300, 1679, 1680, 2640, 2879, 2880, 9999]
        .map(|minute| begin + SignedDuration::from_mins(minute))
        .into();
    let (mut admitted, mut refused) = (0u32, 0u32);
    for seed in 0..160 {
        let case = case(seed);
        let beside = Beside::whatever(&case.inventory, &case.scope);
        let scope = beside.sound();
        let classes = Classes::new(&beside.inventory, case.observed.iter().copied());
        let pins = Pins::default();
        let admission = Admission { scope, classes: &classes, pins: &pins };
        let chance = &mut Chance(seed ^ 0xabcd);
        for to in world() {
            for (kind, _) in KINDS {
                for port in PORTS {
                    let (from, entity) = match chance.once_in(2) {
                        true => ("line", EntityRef::new(EntityKind::Connection, "line")),
                        false => ("z", EntityRef::new(EntityKind::Zone, "z")),
                    };
                    let at = moments[chance.between(0, moments.len() - 1)];
                    let target = EntityRef::new(EntityKind::System, "s0");
                    let expect = Expectation::NoAnswer;
                    let question = Question { to, port, kind, expect, target };
                    let said = admission.admit(&question, &entity, at);
                    let must = oracle(&case, &question, from, at);
                    assert_eq!(
                        said.is_ok(),
                        must,
                        "seed {seed}: {question:?} from {from} at {at}: {said:?}\n{}\n{}\n{:?}",
                        case.inventory,
                        case.scope,
                        case.observed
                    );
                    if forbidden(&question).is_some() {
                        assert!(said.is_err());
                    }
                    *(if must { &mut admitted } else { &mut refused }) += 1;
                }
            }
        }
    }
    // The test has looked at both sides.
    assert!(admitted > 300 && refused > 100_000, "{admitted} admitted, {refused} refused");
}

const INVENTORY: &str = "
parties: {p: {name: P, kind: vendor}}
connections: {line: {name: L, purpose: other, party: p, transport: ip-vpn}}
zones: {z: {name: Z, kind: clinical, networks: [10.0.0.0/24]}}
systems:
  a: {name: A, kind: ehr, class: server, zone: z, addresses: [10.0.0.10, 10.0.0.11]}
  vent: {name: V, kind: other, class: life-support, zone: z, addresses: [10.0.0.66]}
";

fn named_scope(more: &str) -> String {
    format!(
        "scope: 1\npurpose: p\nfrom: line\ntargets: [{{to: [a.hospital.example], services: [443/tcp]}}]\n\
         time_zone: UTC\nwindows: [{{from: 2026-11-26, hours: 00:00-24:00}}]\n\
         approver: {{name: A, role: R}}\ntelephone: t\nvendor_notice: {{to: v, on: 2026-01-01}}\n\
         tester: {{name: T}}\nexpires: 2026-11-27\n{more}"
    )
}

#[test]
fn names_are_pinned_once_and_every_surprise_is_told() {
    let ip = |it: &str| it.parse::<IpAddr>().unwrap();
    let beside = Beside::read(INVENTORY, &named_scope(""));
    let scope = beside.sound();
    let classes = Classes::new(&beside.inventory, []);
    let ask = |pins: &Pins, to: &str| {
        let question = Question {
            to: ip(to),
            port: 443,
            kind: Kind::TcpConnect,
            expect: Expectation::Answers,
            target: EntityRef::new(EntityKind::System, "a"),
        };
        let from = EntityRef::new(EntityKind::Connection, "line");
        Admission { scope, classes: &classes, pins }
            .permits(&question, &from)
            .map_err(|it| it.reason)
    };
    let none = Pins::default();
    assert_eq!(ask(&none, "10.0.0.10"), Err(Reason::Address), "a name that nobody resolved");

    let (one, told) = pin(scope, &classes, &none, |_| Ok(vec![ip("::ffff:10.0.0.10")]));
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(ask(&one, "10.0.0.10"), Ok(()));
    assert_eq!(ask(&one, "10.0.0.11"), Err(Reason::Address));

    let (several, told) =
        pin(scope, &classes, &none, |_| Ok(vec![ip("10.0.0.11"), ip("10.0.0.10")]));
    assert!(told.len() == 1 && told[0].text().en.contains("10.0.0.10, 10.0.0.11"), "{told:?}");
    assert_eq!(ask(&several, "10.0.0.11"), Ok(()));

    let (held, told) = pin(scope, &classes, &one, |_| Ok(vec![ip("10.0.0.11")]));
    assert!(told.len() == 1 && told[0].is_grave(), "{told:?}");
    assert_eq!(held, one, "what was pinned stays pinned");

    // What a name stands for now and then: life support, nobody, everybody.
    for (to, reason) in [
        ("10.0.0.66", Reason::LifeSupport),
        ("10.0.0.77", Reason::Unknown),
        ("203.0.113.9", Reason::Unknown),
        ("10.0.0.255", Reason::Broadcast),
        ("224.0.0.9", Reason::Multicast),
        ("127.0.0.1", Reason::Loopback),
    ] {
        let (pins, told) = pin(scope, &classes, &none, |_| Ok(vec![ip(to)]));
        assert_eq!(ask(&pins, to), Err(reason), "{to}");
        assert!(to == "10.0.0.66" || !told.is_empty(), "{to}: nothing told");
    }

    let why = || sekisho::locale::Text::new("応答なし", "no answer");
    let (empty, told) = pin(scope, &classes, &none, |_| Err(why()));
    assert!(empty.0.is_empty() && told.len() == 1);
    let (held, told) = pin(scope, &classes, &one, |_| Err(why()));
    assert!(held == one && told.is_empty(), "a pinned name needs no resolver");
}

#[test]
fn an_excluded_name_that_nobody_resolved_may_be_anybody() {
    let excluded = "excluded: [{to: [b.hospital.example]}]\n";
    let text = named_scope(excluded).replace("a.hospital.example", "10.0.0.10");
    let beside = Beside::read(INVENTORY, &text);
    let classes = Classes::new(&beside.inventory, []);
    let question = Question {
        to: "10.0.0.10".parse().unwrap(),
        port: 443,
        kind: Kind::TcpConnect,
        expect: Expectation::Answers,
        target: EntityRef::new(EntityKind::System, "a"),
    };
    let from = EntityRef::new(EntityKind::Connection, "line");
    let ask = |pins: &Pins| {
        let admission = Admission { scope: beside.sound(), classes: &classes, pins };
        admission.permits(&question, &from).map_err(|it| it.reason)
    };
    assert_eq!(ask(&Pins::default()), Err(Reason::Excluded));
    let (other, _) =
        pin(beside.sound(), &classes, &Pins::default(), |_| Ok(vec!["10.0.0.11".parse().unwrap()]));
    assert_eq!(ask(&other), Ok(()));
}

#[test]
fn what_is_approved_only_tomorrow_permits_nothing_today() {
    for (on, permitted) in [("2026-11-26", true), ("2026-11-27", false)] {
        let dated = format!("approver: {{name: A, role: R, on: {on}}}");
        let text = named_scope("").replace("approver: {name: A, role: R}", &dated);
        let beside = Beside::read(INVENTORY, &text);
        let (classes, pins) = (Classes::new(&beside.inventory, []), Pins::default());
        let admission = Admission { scope: beside.sound(), classes: &classes, pins: &pins };
        let at = "2026-11-26T12:00:00Z".parse().unwrap();
        assert_eq!(admission.timely(at).is_ok(), permitted, "{on}");
    }
}
