//! Sets of packets in words: exactly, as rows of sources, destinations and services.

use crate::locale::{Text, shown};
use crate::model::{AddressSet, RangeSet, Service};
use crate::reach::network::AddressBook;
use crate::reach::packets::{Cube, Packet, PacketSet};
use crate::text;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One row: everything from these sources to these destinations for these services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) sources: AddressSet,
    pub(super) destinations: AddressSet,
    pub(super) services: Services,
}

/// What packets ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Services {
    tcp: RangeSet<u16>,
    udp: RangeSet<u16>,
    /// Every other protocol, by number.
    others: RangeSet<u8>,
    /// Whether there is a condition that these words do not tell: source ports, types of ICMP.
    narrowed: bool,
}

impl Services {
    fn of<A: crate::model::Point>(cube: &Cube<A>) -> Self {
        let ports = |protocol| match cube.protocols.contains(protocol) {
            true => cube.destination_ports.clone(),
            false => RangeSet::none(),
        };
        let ported = RangeSet::of([(6, 6), (17, 17)]);
        let icmp = cube.protocols.contains(1) || cube.protocols.contains(58);
        Self {
            tcp: ports(6),
            udp: ports(17),
            others: cube.protocols.difference(&ported),
            narrowed: cube.protocols.meets(&ported) && !cube.source_ports.is_all()
                || icmp && !cube.icmp_types.is_all(),
        }
    }

    fn union(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.union(&other.tcp),
            udp: self.udp.union(&other.udp),
            others: self.others.union(&other.others),
            narrowed: self.narrowed || other.narrowed,
        }
    }

    /// In the notation of the inventory; `any` for everything, `protocol 89` for what has no
    /// notation.
    pub(super) fn notations(&self) -> Vec<String> {
        let ported = RangeSet::of([(6, 6), (17, 17)]);
        let rest = self.others.union(&ported);
        if self.tcp.is_all() && self.udp.is_all() && rest.is_all() {
            return vec!["any".to_owned()];
        }
        let mut all = Vec::new();
        for (ports, protocol) in [(&self.tcp, 6), (&self.udp, 17)] {
            let word = if protocol == 6 { "tcp" } else { "udp" };
            if ports.is_all() {
                all.push(word.to_owned());
                continue;
            }
            all.extend(ports.ranges().iter().map(|(first, last)| match first == last {
                true => Service::of(protocol, *first).to_string(),
                false => format!("{first}-{last}/{word}"),
            }));
        }
        if rest.is_all() {
            all.push("other protocols".to_owned());
            return all;
        }
        for (number, word) in PROTOCOLS {
            if self.others.contains(*number) {
                all.push((*word).to_owned());
            }
        }
        let known: RangeSet<u8> = RangeSet::of(PROTOCOLS.iter().map(|(it, _)| (*it, *it)));
        all.extend(self.others.difference(&known).ranges().iter().map(|(first, last)| {
            match first == last {
                true => format!("protocol {first}"),
                false => format!("protocol {first}-{last}"),
            }
        }));
        all
    }

    /// For people: with customary names, the first few.
    pub(super) fn words(&self) -> Text {
        const FEW: usize = 8;
        let notations = self.notations();
        let word = |it: &String| match it.as_str() {
            "any" => Text::new("すべてのサービス", "every service"),
            "other protocols" => Text::new("その他のプロトコル", "other protocols"),
            it => match it.strip_prefix("protocol ") {
                Some(number) => text!("プロトコル {number}", "protocol {number}"),
                None => match it.parse::<Service>().ok().and_then(Service::customary_name) {
                    Some(name) => text!("{it}（{name}）", "{it} ({name})"),
                    None => Text::same(it),
                },
            },
        };
        let shown = shown(notations.len(), FEW);
        let mut words: Vec<Text> = notations.iter().take(shown).map(word).collect();
        if let Some(more) = notations.len().checked_sub(shown).filter(|it| *it > 0) {
            words.push(text!("ほか{more}件", "{more} more"));
        }
        let words = Text::list(&words);
        match self.narrowed {
            true => text!("{words}（一部）", "{words} (a part)"; words),
            false => words,
        }
    }

    /// Whether there is a condition beside those of the notations.
    pub(super) const fn narrowed(&self) -> bool {
        self.narrowed
    }
}

const PROTOCOLS: &[(u8, &str)] =
    &[(1, "icmp"), (47, "gre"), (50, "esp"), (51, "ah"), (58, "icmpv6")];

/// A set, exactly, as few rows as joining neighbours gives.
pub(super) fn rows(packets: &PacketSet) -> Vec<Row> {
    let v4 = packets.v4().map(|it| {
        let of = |set: &RangeSet<u32>| AddressSet { v4: set.clone(), v6: RangeSet::none() };
        (of(&it.source), of(&it.destination), Services::of(it))
    });
    let v6 = packets.v6().map(|it| {
        let of = |set: &RangeSet<u128>| AddressSet { v4: RangeSet::none(), v6: set.clone() };
        (of(&it.source), of(&it.destination), Services::of(it))
    });
    let (mut rows, six) = (joined(v4), joined(v6));
    for row in six {
        // No packet has addresses of both families, so rows of the two may become one.
        let same = |it: &&mut Row| {
            it.services == row.services
                && (is_whole(&it.sources) && is_whole(&row.sources)
                    || is_whole(&it.destinations) && is_whole(&row.destinations))
        };
        match rows.iter_mut().find(same) {
            Some(known) => {
                known.sources = known.sources.union(&row.sources);
                known.destinations = known.destinations.union(&row.destinations);
            }
            None => rows.push(row),
        }
    }
    rows
}

/// Whether these are all addresses of a family.
fn is_whole(set: &AddressSet) -> bool {
    *set == AddressSet::any_v4() || *set == AddressSet::any_v6()
}

/// Products of one family: services of the same addresses together, then destinations, then sources.
fn joined(products: impl Iterator<Item = (AddressSet, AddressSet, Services)>) -> Vec<Row> {
    let mut by_addresses: BTreeMap<(AddressSet, AddressSet), Services> = BTreeMap::new();
    for (sources, destinations, services) in products {
        let key = (sources, destinations);
        let known = by_addresses.get(&key).map(|it| it.union(&services));
        by_addresses.insert(key, known.unwrap_or(services));
    }
    let mut by_source: BTreeMap<(AddressSet, Services), AddressSet> = BTreeMap::new();
    for ((sources, destinations), services) in by_addresses {
        let known = by_source.entry((sources, services)).or_default();
        *known = known.union(&destinations);
    }
    let mut by_destination: BTreeMap<(AddressSet, Services), AddressSet> = BTreeMap::new();
    for ((sources, services), destinations) in by_source {
        let known = by_destination.entry((destinations, services)).or_default();
        *known = known.union(&sources);
    }
    let rows = by_destination.into_iter();
    rows.map(|((destinations, services), sources)| Row { sources, destinations, services })
        .collect()
}

/// What packets ask for, wherever they go.
pub(super) fn services(packets: &PacketSet) -> Option<Services> {
    let v4 = packets.v4().map(Services::of);
    let v6 = packets.v6().map(Services::of);
    v4.chain(v6).reduce(|a, b| a.union(&b))
}

/// Whether sources are everybody, in the families that they have.
pub(super) fn covers(sources: &AddressSet, everybody: &AddressSet) -> bool {
    (sources.v4.is_empty() || sources.v4.includes(&everybody.v4))
        && (sources.v6.is_empty() || sources.v6.includes(&everybody.v6))
}

/// Addresses in words. Stand-ins for addresses that nobody wrote down are never shown.
pub(super) fn addresses(set: &AddressSet) -> Text {
    const FEW: usize = 4;
    if set.is_any() || *set == AddressSet::any_v4() || *set == AddressSet::any_v6() {
        return Text::new("すべてのアドレス", "any address");
    }
    let (shown, unwritten) = written(set);
    let notations: Vec<String> = shown.notations().collect();
    let first = crate::locale::shown(notations.len(), FEW);
    let mut words: Vec<Text> = notations.iter().take(first).map(Text::same).collect();
    if let Some(more) = notations.len().checked_sub(first).filter(|it| *it > 0) {
        words.push(text!("ほか{more}件", "{more} more"));
    }
    if unwritten {
        words.push(UNWRITTEN);
    }
    Text::list(&words)
}

/// A set without stand-ins, and whether it had any.
pub(super) fn written(set: &AddressSet) -> (AddressSet, bool) {
    let last: IpAddr = [255, 255, 255, 254].into();
    let all = AddressBook::stand_ins();
    let shown = set.difference(&all);
    let has = set.meets(&all);
    // A complement of something holds them all, and is about none of them.
    match set.includes(&AddressSet::range([254, 0, 0, 0].into(), last)) {
        true => (shown, false),
        false => (shown, has),
    }
}

const UNWRITTEN: Text = Text::new("（アドレス未記載）", "(address not written down)");

/// One packet in words: `198.51.100.1:49152 → 10.10.1.10:3389/tcp`.
pub(super) fn packet(it: &Packet) -> Text {
    let address = |address: IpAddr| match AddressBook::is_stand_in(address) {
        true => UNWRITTEN,
        false => Text::same(address.to_string()),
    };
    let (source, destination) = (address(it.source), address(it.destination));
    let service = it.service();
    match (it.protocol, service) {
        (6 | 17, service) => {
            let name = service.customary_name();
            let port = it.source_port;
            match name {
                Some(name) => text!(
                    "{source} の {port} 番ポート → {destination} の {service}（{name}）",
                    "{source} port {port} -> {destination} {service} ({name})"; source, destination
                ),
                None => text!(
                    "{source} の {port} 番ポート → {destination} の {service}",
                    "{source} port {port} -> {destination} {service}"; source, destination
                ),
            }
        }
        (number, Service::Any) => text!(
            "{source} → {destination}、プロトコル {number}",
            "{source} -> {destination}, protocol {number}"; source, destination
        ),
        (_, service) => text!(
            "{source} → {destination}、{service}",
            "{source} -> {destination}, {service}"; source, destination
        ),
    }
}
