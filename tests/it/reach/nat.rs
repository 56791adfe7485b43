//! Translations by sets agree with a walk of single packets, whatever the unknown turns out to be.

use super::routes::{address, interface, line, network, route, router, thing};
use crate::config::read_as;
use crate::support::random::Chance;
use sekisho::model::device::{
    Acquired, Answers, Applied, Becomes, DeviceConfig, Family, Filter, FilterLine, Hook, Match,
    Nat, NatKind, NextHop, States, TranslationOrder, Transport, Verdict,
};
use sekisho::model::{AddressSet, RangeSet, Service};
use sekisho::reach::device::{Departure, Machine, Way};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{AssumptionKind, Assumptions, Bound};
use sekisho::source::Spanned;
use std::net::IpAddr;

const BOUNDS: [Bound; 2] = [Bound::Certain, Bound::Possible];

/// A router between `lan` (0), `wan` (1) and `dmz` (2); everything else is out of `wan`.
fn gateway(order: TranslationOrder, nat: Vec<Nat>) -> DeviceConfig {
    let interfaces = vec![
        interface("lan", &["10.0.0.1/28"]),
        interface("wan", &["192.0.2.1/28"]),
        interface("dmz", &["10.0.1.1/28"]),
    ];
    let via = NextHop::Over(address("192.0.2.14"), "wan".into());
    let config = router(interfaces, vec![route(0, "0.0.0.0/0", via)]);
    DeviceConfig { nat, translates: order, ..config }
}

fn nat(nth: usize, kind: NatKind, when: Match, becomes: Becomes) -> Nat {
    Nat {
        span: line(nth),
        label: nth.to_string(),
        kind,
        interface: None,
        when,
        at_interface: false,
        becomes,
        ports: None,
        enabled: true,
    }
}

fn any4() -> Match {
    let any = AddressSet::any_v4;
    Match { source: any(), destination: any(), ..Match::any() }
}

fn to(destination: &str) -> Match {
    Match { destination: network(destination).into(), ..any4() }
}

fn set(word: &str) -> AddressSet {
    network(word).into()
}

fn ask<'a>(
    machine: &Machine<'a>,
    over: usize,
    packets: &PacketSet,
    bound: Bound,
) -> Vec<Departure<'a>> {
    machine.carried(Some(over), packets, bound, &mut Assumptions::default())
}

/// Where packets go: destinations, way, line of translation.
fn fates(config: &DeviceConfig, over: usize, packet: &Packet, bound: Bound) -> Vec<String> {
    let machine = Machine::new(thing(), config);
    let mut all: Vec<String> = ask(&machine, over, &packet.into(), bound)
        .into_iter()
        .map(|it| {
            let way = match it.way {
                Way::Own => "own".to_owned(),
                Way::Out(at, _) => config.interfaces[at].name.value.clone(),
                other => format!("{other:?}"),
            };
            let by = it.translated.map(|it| it.map(|it| it.label.clone()).unwrap_or_default());
            let ports = it.packets.v4().flat_map(|it| it.destination_ports.ranges());
            let ports: Vec<String> = ports.map(|(a, _)| a.to_string()).collect();
            let (from, to) = (it.packets.sources(), it.packets.destinations());
            format!("{from}>{to}:{} {way} by {}", ports.join(","), by.join("/"))
        })
        .collect();
    all.sort();
    all
}

fn packet(from: &str, to: &str, port: u16) -> Packet {
    Packet::tcp(address(from), address(to), port)
}

#[test]
fn one_to_one_keeps_the_place_in_both_directions() {
    let rule = nat(1, NatKind::Static, to("192.0.2.8/30"), Becomes::Addresses(set("10.0.1.4/30")));
    let rule = Nat { interface: Some("wan".into()), ..rule };
    let config = gateway(TranslationOrder::OutsideFilters, vec![rule]);
    for bound in BOUNDS {
        let inward = fates(&config, 1, &packet("203.0.113.9", "192.0.2.10", 22), bound);
        assert_eq!(inward, ["203.0.113.9>10.0.1.6:22 dmz by 1/"]);
        let outward = fates(&config, 2, &packet("10.0.1.7", "203.0.113.9", 22), bound);
        assert_eq!(outward, ["192.0.2.11>203.0.113.9:22 wan by /1"]);
        let others = fates(&config, 2, &packet("10.0.1.9", "203.0.113.9", 22), bound);
        assert_eq!(others, ["10.0.1.9>203.0.113.9:22 wan by /"]);
    }
    // From inside to the outside address: nobody knows, and it is said.
    let hairpin = packet("10.0.0.5", "192.0.2.10", 22);
    assert_eq!(fates(&config, 0, &hairpin, Bound::Certain), [""; 0]);
    let possible = fates(&config, 0, &hairpin, Bound::Possible);
    assert_eq!(possible, ["10.0.0.5>10.0.1.6:22 dmz by 1/", "10.0.0.5>192.0.2.10:22 wan by /"]);
    let mut assumptions = Assumptions::default();
    let machine = Machine::new(thing(), &config);
    machine.carried(Some(0), &(&hairpin).into(), Bound::Possible, &mut assumptions);
    let told: Vec<_> = assumptions.iter().map(|it| (it.kind, it.span)).collect();
    assert_eq!(told, [(AssumptionKind::Translation, Some(line(1)))]);
}

#[test]
fn ports_of_a_forward_are_shifted_and_exemptions_come_before_later_lines() {
    let ports = |first, last| vec![Transport::ports(6, RangeSet::range(first, last))];
    let mut exempt = nat(1, NatKind::Destination, to("192.0.2.1/32"), Becomes::Unchanged);
    exempt.when.source = set("203.0.113.0/28");
    let mut forward =
        nat(2, NatKind::Destination, to("192.0.2.1/32"), Becomes::Addresses(set("10.0.1.5/32")));
    forward.when.transports = ports(8000, 8009);
    forward.ports = Some(RangeSet::range(80, 89));
    let rest = nat(3, NatKind::Destination, to("192.0.2.1/32"), Becomes::Discarded);
    let config =
        gateway(TranslationOrder::OutsideFilters, vec![exempt.clone(), forward, rest.clone()]);
    for bound in BOUNDS {
        let ask = |from, port| fates(&config, 1, &packet(from, "192.0.2.1", port), bound);
        assert_eq!(ask("203.0.113.77", 8003), ["203.0.113.77>10.0.1.5:83 dmz by 2/"]);
        assert_eq!(ask("203.0.113.7", 8003), ["203.0.113.7>192.0.2.1:8003 own by 1/"]);
        assert_eq!(ask("203.0.113.77", 22), [""; 0]);
    }
    // Exempt or not, what no later line changes stays as it is for certain.
    exempt.when.not_understood = vec![line(1)];
    let config = gateway(TranslationOrder::OutsideFilters, vec![exempt.clone()]);
    let ask = |config: &DeviceConfig, bound| {
        let fates = fates(config, 1, &packet("203.0.113.7", "192.0.2.1", 22), bound);
        fates.iter().map(|it| it.split(" by").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let own = "203.0.113.7>192.0.2.1:22 own";
    assert_eq!(ask(&config, Bound::Certain), [own]);
    let config = gateway(TranslationOrder::OutsideFilters, vec![exempt, rest]);
    assert_eq!(ask(&config, Bound::Certain), [""; 0]);
    assert_eq!(ask(&config, Bound::Possible), [own]);
}

#[test]
fn a_forward_at_the_address_of_the_interface_and_masquerade() {
    let mut forward = nat(1, NatKind::Destination, any4(), Becomes::Addresses(set("10.0.1.5/32")));
    forward.when.transports = Service::of(6, 443).transports().into_iter().collect();
    (forward.interface, forward.at_interface) = (Some("wan".into()), true);
    let mut refuse = nat(2, NatKind::Destination, any4(), Becomes::Discarded);
    (refuse.interface, refuse.at_interface) = (Some("wan".into()), true);
    refuse.when.states = States::NEW;
    let mut masquerade = nat(3, NatKind::Source, any4(), Becomes::Interface);
    masquerade.interface = Some("wan".into());
    let lines = vec![forward, refuse, masquerade];
    let config = gateway(TranslationOrder::OutsideFilters, lines.clone());
    for bound in BOUNDS {
        let inward = |to, port| fates(&config, 1, &packet("203.0.113.9", to, port), bound);
        assert_eq!(inward("192.0.2.1", 443), ["203.0.113.9>10.0.1.5:443 dmz by 1/"]);
        assert_eq!(inward("192.0.2.1", 22), [""; 0]);
        // Not its address: nothing is translated.
        assert_eq!(inward("10.0.1.6", 443), ["203.0.113.9>10.0.1.6:443 dmz by /"]);
        let outward = fates(&config, 0, &packet("10.0.0.5", "203.0.113.9", 443), bound);
        assert_eq!(outward, ["192.0.2.1>203.0.113.9:443 wan by /3"]);
        let inside = fates(&config, 0, &packet("10.0.0.5", "10.0.1.5", 443), bound);
        assert_eq!(inside, ["10.0.0.5>10.0.1.5:443 dmz by /"]);
    }
    // The line gives the address: whoever dials it knows it, and what is refused stays refused.
    let mut config = gateway(TranslationOrder::OutsideFilters, lines);
    config.interfaces[1].addresses.clear();
    config.interfaces[1].acquired = vec![Spanned::new(Acquired::Ppp, line(9))];
    let machine = Machine::new(thing(), &config);
    let everything = PacketSet::sessions(&set("203.0.113.9/32"), &AddressSet::any_v4(), &[]);
    for bound in BOUNDS {
        let arrived = |at: &str| -> PacketSet {
            let all = ask(&machine, 1, &everything, bound).into_iter();
            all.map(|it| it.packets.to(&set(at))).collect()
        };
        assert!(arrived("10.0.1.5/32").contains(&packet("203.0.113.9", "10.0.1.5", 443)));
        let own = ask(&machine, 1, &everything, bound).into_iter().any(|it| {
            it.way == Way::Own
                && !it.packets.to(&AddressSet::any_v4().difference(&set("10.0.0.0/8"))).is_empty()
        });
        assert!(!own, "{bound:?}: what masquerade refuses is not for the device");
        // From inside, the Internet is reached for certain, by an address that nobody knows.
        let out = ask(&machine, 0, &(&packet("10.0.0.5", "198.51.100.7", 443)).into(), bound);
        assert!(out.iter().any(|it| matches!(it.way, Way::Out(1, _))), "{bound:?}");
    }
    // A family without a new address stays as it is.
    let mut config = gateway(
        TranslationOrder::AfterIncoming,
        vec![nat(1, NatKind::Source, Match::any(), Becomes::Interface)],
    );
    config.interfaces[1].addresses.push(Spanned::new(network("2001:db8::1/64"), line(0)));
    config.interfaces[2].addresses.push(Spanned::new(network("2001:db8:2::1/64"), line(0)));
    config.interfaces[1].addresses.remove(0);
    let v4 = fates(&config, 0, &packet("10.0.0.5", "203.0.113.9", 443), Bound::Possible);
    assert_eq!(v4, ["10.0.0.5>203.0.113.9:443 wan by /"]);
}

/// What was not known, as it turns out to be: one bit a line.
type Resolution = u64;

const HOSTS: [&str; 10] = [
    "10.0.0.1",
    "10.0.0.4",
    "10.0.0.5",
    "10.0.1.1",
    "10.0.1.4",
    "10.0.1.5",
    "192.0.2.1",
    "192.0.2.8",
    "192.0.2.9",
    "203.0.113.9",
];
const NETWORKS: [&str; 9] = [
    "0.0.0.0/0",
    "10.0.0.0/24",
    "10.0.0.4/31",
    "10.0.1.4/31",
    "10.0.1.5/32",
    "192.0.2.8/31",
    "192.0.2.1/32",
    "192.0.2.0/28",
    "203.0.113.9/32",
];
const NAMES: [&str; 3] = ["lan", "wan", "dmz"];

fn random(chance: &mut Chance, order: TranslationOrder) -> Vec<Nat> {
    let mut all = Vec::new();
    for nth in 0..chance.between(1, 6) {
        let kinds = [NatKind::Source, NatKind::Destination, NatKind::Static];
        let mut kind = kinds[chance.between(0, 2)];
        if kind == NatKind::Static && order == TranslationOrder::AfterIncoming {
            kind = NatKind::Destination;
        }
        let mut when = any4();
        if !chance.once_in(3) {
            when.source = set(chance.of(&NETWORKS));
        }
        if !chance.once_in(3) {
            when.destination = set(chance.of(&NETWORKS));
        }
        if chance.once_in(2) {
            let (first, wide) = (chance.between(1, 3) as u16, chance.between(0, 1) as u16);
            when.transports = vec![Transport::ports(6, RangeSet::range(first, first + wide))];
        }
        if chance.once_in(4) {
            when.not_understood = vec![line(nth)];
        }
        if chance.once_in(6) {
            when.sometimes = true;
        }
        if chance.once_in(4) {
            when.from = vec![chance.of(&NAMES).to_owned()];
        }
        if kind == NatKind::Source && chance.once_in(4) {
            when.to = vec![chance.of(&NAMES).to_owned()];
        }
        let becomes = match chance.between(0, 7) {
            0 => Becomes::Unchanged,
            1 if kind == NatKind::Destination => Becomes::Discarded,
            2 => Becomes::Unknown,
            3 if kind != NatKind::Static => Becomes::Interface,
            _ => Becomes::Addresses(set(chance.of(&NETWORKS[2..]))),
        };
        let mut it = nat(nth, kind, when, becomes);
        if chance.once_in(2) {
            it.interface = Some("wan".into());
            it.at_interface = kind == NatKind::Destination && chance.once_in(2);
        }
        if it.at_interface {
            it.when.destination = AddressSet::any_v4();
        }
        if kind == NatKind::Destination && chance.once_in(3) {
            let (first, wide) = (chance.between(7, 9) as u16, chance.between(0, 1) as u16);
            it.ports = Some(RangeSet::range(first, first + wide));
        }
        all.push(it);
    }
    all
}

/// The plainest reading: one packet, line by line. What the device chooses are several packets.
struct Plain<'p> {
    config: &'p DeviceConfig,
    over: usize,
    resolution: Resolution,
}

fn members(set: &AddressSet) -> Vec<IpAddr> {
    HOSTS.iter().map(|it| address(it)).filter(|it| set.contains(*it)).collect()
}

/// The nth number of a set and back, by counting.
fn place(set: &AddressSet, address: IpAddr) -> Option<u64> {
    let IpAddr::V4(address) = address else { return None };
    let mut before = 0;
    for (first, last) in set.v4.ranges() {
        if (*first..=*last).contains(&address.to_bits()) {
            return Some(before + u64::from(address.to_bits() - first));
        }
        before += u64::from(last - first) + 1;
    }
    None
}

fn at_place(set: &AddressSet, mut nth: u64) -> IpAddr {
    for (first, last) in set.v4.ranges() {
        if nth <= u64::from(last - first) {
            let bits = first + u32::try_from(nth).unwrap();
            return IpAddr::V4(std::net::Ipv4Addr::from_bits(bits));
        }
        nth -= u64::from(last - first) + 1;
    }
    panic!("no such place")
}

fn size(set: &AddressSet) -> u64 {
    set.v4.ranges().iter().map(|(first, last)| u64::from(last - first) + 1).sum()
}

impl Plain<'_> {
    fn open(&self, nth: usize, unknown: bool) -> bool {
        !unknown || self.resolution & (1 << nth) != 0
    }

    fn is_about(when: &Match, packet: &Packet) -> bool {
        when.source.contains(packet.source)
            && when.destination.contains(packet.destination)
            && when.transports.iter().any(|it| {
                it.protocols.contains(packet.protocol)
                    && it.destination_ports.contains(packet.destination_port)
            })
    }

    /// The packets after the translation of destinations.
    fn inward(&self, packet: &Packet) -> Vec<Packet> {
        let name = NAMES[self.over];
        for (nth, nat) in self.config.nat.iter().enumerate() {
            let when = &nat.when;
            if nat.kind == NatKind::Source || !Self::is_about(when, packet) {
                continue;
            }
            if !when.from.is_empty() && !when.from.iter().any(|it| it == name) {
                continue;
            }
            if nat.at_interface && packet.destination != address("192.0.2.1") {
                continue;
            }
            let elsewhere = nat.interface.is_some() && name != "wan" && when.from.is_empty();
            if !self.open(nth, elsewhere || !when.is_certain()) {
                continue;
            }
            let old = match nat.at_interface {
                true => set("192.0.2.1/32"),
                false => when.destination.clone(),
            };
            let keeps = nat.kind == NatKind::Static
                || self.config.translates == TranslationOrder::OutsideFilters;
            let addresses = match &nat.becomes {
                Becomes::Unchanged => return vec![packet.clone()],
                Becomes::Discarded => return Vec::new(),
                Becomes::Unknown => vec![address("10.0.1.5")],
                Becomes::Interface => {
                    vec![self.config.interfaces[self.over].addresses[0].value.ip()]
                }
                Becomes::Addresses(new) if keeps && size(new) == size(&old) => {
                    vec![at_place(new, place(&old, packet.destination).unwrap())]
                }
                Becomes::Addresses(new) => members(new),
            };
            let span = |set: &RangeSet<u16>| set.ranges()[0];
            let ports: Vec<u16> = match &nat.ports {
                None => vec![packet.destination_port],
                Some(new) => {
                    let (old, new) = (span(&when.transports[0].destination_ports), span(new));
                    match keeps && old.1 - old.0 == new.1 - new.0 {
                        true => vec![new.0 + (packet.destination_port - old.0)],
                        false => (new.0..=new.1).collect(),
                    }
                }
            };
            let all = addresses.iter().flat_map(|to| ports.iter().map(move |port| (*to, *port)));
            return all
                .map(|(destination, destination_port)| Packet {
                    destination,
                    destination_port,
                    ..packet.clone()
                })
                .collect();
        }
        vec![packet.clone()]
    }

    fn way(packet: &Packet) -> Option<Way> {
        let own = ["10.0.0.1", "192.0.2.1", "10.0.1.1"].map(address);
        let within = |word: &str| network(word).contains(packet.destination);
        let ends = ["10.0.0.15", "10.0.1.15", "192.0.2.15"].map(address);
        Some(match packet.destination {
            it if own.contains(&it) => Way::Own,
            it if ends.contains(&it) => return None,
            _ if within("10.0.0.0/28") => Way::Out(0, None),
            _ if within("10.0.1.0/28") => Way::Out(2, None),
            _ if within("192.0.2.0/28") => Way::Out(1, None),
            _ => Way::Out(1, Some(address("192.0.2.14"))),
        })
    }

    /// The packets after the translation of sources; source ports are not looked at.
    fn outward(&self, packet: &Packet, out: usize) -> Vec<Packet> {
        let (from, to) = (NAMES[self.over], NAMES[out]);
        for (nth, nat) in self.config.nat.iter().enumerate() {
            let when = &nat.when;
            let turned = nat.kind == NatKind::Static && nat.becomes != Becomes::Unchanged;
            let (first, second) = if turned { (to, from) } else { (from, to) };
            let there = nat.kind != NatKind::Destination
                && (nat.interface.is_none() || to == "wan")
                && (when.from.is_empty() || when.from.iter().any(|it| it == first))
                && (when.to.is_empty() || when.to.iter().any(|it| it == second));
            let about = match (turned, &nat.becomes) {
                (true, Becomes::Addresses(inside)) => {
                    inside.contains(packet.source) && when.source.contains(packet.destination)
                }
                (true, _) => false,
                (false, _) => Self::is_about(when, packet),
            };
            if !there || !about || !self.open(nth, !when.is_certain()) {
                continue;
            }
            let sources = match &nat.becomes {
                Becomes::Unchanged => return vec![packet.clone()],
                Becomes::Discarded => return Vec::new(),
                Becomes::Unknown => vec![address("203.0.113.9")],
                Becomes::Interface => vec![self.config.interfaces[out].addresses[0].value.ip()],
                Becomes::Addresses(inside) if turned => {
                    match size(inside) == size(&when.destination) {
                        true => {
                            let nth = place(inside, packet.source).unwrap();
                            vec![at_place(&when.destination, nth)]
                        }
                        false => members(&when.destination),
                    }
                }
                Becomes::Addresses(new) => members(new),
            };
            return sources.into_iter().map(|source| Packet { source, ..packet.clone() }).collect();
        }
        vec![packet.clone()]
    }

    /// Everything that may become of a packet, by the choice of the device.
    fn fates(&self, packet: &Packet) -> Vec<(Packet, Way)> {
        let mut all = Vec::new();
        for packet in self.inward(packet) {
            match Self::way(&packet) {
                Some(Way::Out(at, next)) => {
                    let out = self.outward(&packet, at).into_iter();
                    all.extend(out.map(|it| (it, Way::Out(at, next))));
                }
                Some(way) => all.push((packet, way)),
                None => {}
            }
        }
        all
    }
}

#[test]
fn both_bounds_hold_whatever_the_unknown_is() {
    let (mut moved, mut certainly) = (0, 0);
    for seed in 0..1_500 {
        let mut chance = Chance(seed);
        let orders = [TranslationOrder::OutsideFilters, TranslationOrder::AfterIncoming];
        let order = orders[chance.between(0, 1)];
        let config = gateway(order, random(&mut chance, order));
        let machine = Machine::new(thing(), &config);
        for _ in 0..6 {
            let over = chance.between(0, 2);
            let from = chance.of(&HOSTS).to_owned();
            let to = chance.of(&HOSTS).to_owned();
            let asked = packet(&from, &to, chance.between(1, 4) as u16);
            let [certain, possible] =
                BOUNDS.map(|bound| ask(&machine, over, &(&asked).into(), bound));
            let wide = PacketSet::sessions(&set("0.0.0.0/0"), &set("0.0.0.0/0"), &[]);
            let wide = ask(&machine, over, &wide, Bound::Possible);
            for _ in 0..6 {
                let resolution = chance.next();
                let plain = Plain { config: &config, over, resolution };
                let truth = plain.fates(&asked);
                for (packet, way) in &truth {
                    let among = |departures: &[Departure<'_>]| {
                        departures.iter().any(|it| it.way == *way && it.packets.contains(packet))
                    };
                    let why = || {
                        format!(
                            "seed {seed}: {asked:?}\n{packet:?} {way:?}\n{possible:?}\n{:#?}",
                            config.nat
                        )
                    };
                    assert!(among(&possible), "not possible: {}", why());
                    assert!(among(&wide), "not possible of all: {}", why());
                    moved += usize::from(*packet != asked);
                }
                // What is certain is certain for every choice that lies in the little world.
                for departure in &certain {
                    let told: Vec<_> = truth.iter().filter(|it| it.1 == departure.way).collect();
                    certainly += 1;
                    assert!(
                        told.iter().any(|it| departure.packets.contains(&it.0)),
                        "seed {seed}: not certain {departure:?} of {asked:?}\n{truth:?}\n{:#?}",
                        config.nat
                    );
                    for source in members(&departure.packets.sources()) {
                        for destination in members(&departure.packets.destinations()) {
                            let known = told
                                .iter()
                                .any(|it| it.0.source == source && it.0.destination == destination);
                            assert!(known, "seed {seed}: {source}>{destination} is not certain");
                        }
                    }
                }
            }
        }
    }
    assert!(moved > 10_000 && certainly > 10_000, "{moved} {certainly}");
}

#[test]
fn where_nobody_knows_the_order_both_are_possible_and_only_both_certain() {
    let forward =
        nat(1, NatKind::Destination, to("192.0.2.1/32"), Becomes::Addresses(set("10.0.1.5/32")));
    let permits = |destination: &str| FilterLine {
        span: line(2),
        label: String::new(),
        verdict: Verdict::Permit,
        when: to(destination),
        enabled: true,
    };
    let with = |order, lines: &[&str]| {
        let mut config = gateway(order, vec![forward.clone()]);
        config.filters.push(Filter {
            name: Spanned::new("list".into(), line(2)),
            family: Family::V4,
            lines: lines.iter().map(|it| permits(it)).collect(),
            otherwise: Verdict::Deny,
        });
        config.applied.push(Applied {
            span: line(2),
            filter: "list".into(),
            hook: Hook::In,
            interfaces: vec!["wan".into()],
            answers: Answers::AsDevice,
        });
        BOUNDS.map(|bound| {
            fates(&config, 1, &packet("203.0.113.9", "192.0.2.1", 80), bound).is_empty()
        })
    };
    use TranslationOrder as T;
    let (outside, inside) = (["192.0.2.1/32"], ["10.0.1.5/32"]);
    for (order, at_outside, at_inside) in [
        (T::OutsideFilters, [true, true], [false, false]),
        (T::AfterIncoming, [false, false], [true, true]),
        (T::AtInterfaces, [false, false], [true, true]),
        (T::Unknown, [true, false], [true, false]),
    ] {
        assert_eq!(with(order, &outside), at_outside, "{order:?}");
        assert_eq!(with(order, &inside), at_inside, "{order:?}");
        assert_eq!(with(order, &[outside[0], inside[0]]), [false, false], "{order:?}");
    }
}

/// The addresses of the company whose rules are proved: `eth0` inside, a line to the Internet.
fn company() -> Option<(DeviceConfig, usize)> {
    let path =
        crate::support::corpus()?.join("configs/iptables/medium-sized-company.iptables-save");
    let text = std::fs::read_to_string(path).ok()?;
    let (_, read) = read_as("iptables", &text);
    let mut ppp = interface("ppp0", &[]);
    ppp.acquired = vec![Spanned::new(Acquired::Ppp, line(0))];
    let interfaces = vec![interface("eth0", &["172.16.2.254/24"]), ppp];
    let default = route(0, "0.0.0.0/0", NextHop::Interface("ppp0".into()));
    let mut config = router(interfaces, vec![default]);
    config.absorb(read.config);
    Some((config, 1))
}

#[test]
fn the_forward_of_the_medium_sized_company_is_open_to_the_internet() {
    let Some((mut config, ppp)) = company() else {
        eprintln!("SKIPPED: the corpus is not here");
        return;
    };
    let inside = || packet("8.8.8.8", "172.16.2.34", 4081);
    for dialled in ["203.0.113.9", "198.51.100.77", "172.16.2.200"] {
        for bound in BOUNDS {
            let machine = Machine::new(thing(), &config);
            let asked = packet("8.8.8.8", dialled, 4081);
            let found = ask(&machine, ppp, &(&asked).into(), bound);
            let there = found.iter().find(|it| it.packets.contains(&inside()));
            let there = there.unwrap_or_else(|| panic!("{bound:?} {dialled}: {found:?}"));
            assert_eq!(there.way, Way::Out(0, None));
            assert!(there.translated[0].is_some());
        }
    }
    // Without the line whoever dials another address does not get there.
    config.nat.clear();
    let machine = Machine::new(thing(), &config);
    let elsewhere = AddressSet::any_v4().difference(&set("172.16.2.34/32"));
    let asked = PacketSet::sessions(&set("8.8.8.8/32"), &elsewhere, &[]);
    let found = ask(&machine, ppp, &asked, Bound::Possible);
    assert!(!found.iter().any(|it| it.packets.contains(&inside())), "by the forward alone");
    assert!(config.applied.iter().any(|it| it.hook == Hook::Forward));
}
