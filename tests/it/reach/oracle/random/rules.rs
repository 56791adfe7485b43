//! Random filters and translations.

use super::Maker;
use crate::reach::oracle::world::{span, spanned};
use sekisho::model::device::{
    Answers, Applied, Becomes, Family, Filter, FilterLine, Hook, Match, Nat, NatKind, NextHop,
    States, Transport, Verdict,
};
use sekisho::model::{AddressSet, IpNetwork, RangeSet};
use std::net::IpAddr;

impl Maker {
    fn set(&mut self) -> AddressSet {
        let addresses = self.world.addresses();
        let segments: Vec<IpNetwork> = self.world.segments.iter().map(|it| it.network).collect();
        let parties: Vec<IpNetwork> = self.world.parties.iter().map(|it| it.network).collect();
        let networks = [segments, parties].concat();
        let family = if self.world.v6 { AddressSet::any_v6() } else { AddressSet::any_v4() };
        match self.chance.between(0, 9) {
            0..=3 => AddressSet::any(),
            4 => family,
            5 | 6 => self.pick(&addresses).into(),
            7 | 8 => self.pick(&networks).into(),
            _ => AddressSet::from(self.pick(&networks)).complement(),
        }
    }

    fn transports(&mut self) -> Vec<Transport> {
        let ports = |number, ports: &[(u16, u16)]| {
            Transport::ports(number, RangeSet::of(ports.iter().copied()))
        };
        match self.chance.between(0, 9) {
            0..=2 => vec![Transport::any()],
            3 => vec![ports(6, &[(80, 80)])],
            4 => vec![ports(6, &[(1, 100), (300, 400)]), ports(17, &[(53, 53)])],
            5 => vec![ports(6, &[(81, 65535)])],
            6 => vec![Transport::protocol(17)],
            7 => vec![Transport::protocol(if self.world.v6 { 58 } else { 1 })],
            8 => vec![
                Transport { icmp_types: RangeSet::one(8), ..Transport::protocol(1) },
                Transport::protocol(6),
            ],
            _ => vec![Transport {
                source_ports: RangeSet::range(1024, 65535),
                ..ports(6, &[(443, 443)])
            }],
        }
    }

    fn states(&mut self) -> States {
        match self.chance.between(0, 9) {
            0 => States::ESTABLISHED.union(States::RELATED),
            1 => States::NEW,
            2 => States::NEW.complement(),
            _ => States::ALL,
        }
    }

    fn names(&mut self, device: usize) -> Vec<String> {
        let config = &self.world.devices[device].config;
        let mut names: Vec<String> =
            config.interfaces.iter().map(|it| it.name.value.clone()).collect();
        names.extend(config.zones.iter().map(|it| it.name.value.clone()));
        names.extend(config.interfaces.iter().filter_map(|it| it.zone.clone()).map(|it| it.value));
        names.extend(["e*".to_owned(), "e+".to_owned(), "nothing".to_owned()]);
        let mut some = vec![self.pick(&names)];
        if self.percent(20) {
            some.push(self.pick(&names));
        }
        some
    }

    fn about(&mut self, device: usize) -> Match {
        let mut when = Match::any();
        when.source = self.set();
        when.destination = self.set();
        when.transports = self.transports();
        when.states = self.states();
        if self.percent(15) {
            when.from = self.names(device);
        }
        if self.percent(15) {
            when.to = self.names(device);
        }
        if self.percent(5) {
            when.not_from = self.names(device);
        }
        if self.percent(5) {
            when.not_to = self.names(device);
        }
        when
    }

    /// Lists that may call later ones, and where they take effect.
    pub(super) fn filters(&mut self, device: usize) {
        let lists = self.chance.between(1, 5);
        let routes = self.world.devices[device].config.routes.len();
        for at in 0..lists {
            let mut lines = Vec::new();
            for _ in 0..self.chance.between(0, 4) {
                let later = (at + 1 < lists).then(|| self.chance.between(at + 1, lists - 1));
                let verdict = match (self.chance.between(0, 11), later) {
                    (0..=4, _) => Verdict::Permit,
                    (5..=6, _) => Verdict::Deny,
                    (7, _) => Verdict::Return,
                    (8, _) => Verdict::Continue,
                    (9 | 10, Some(later)) => Verdict::Call(format!("L{later}")),
                    (11, Some(later)) => Verdict::Goto(format!("L{later}")),
                    _ => Verdict::Permit,
                };
                let when = self.about(device);
                let enabled = !self.percent(5);
                let span = span(&mut self.spans);
                lines.push(FilterLine { span, label: String::new(), verdict, when, enabled });
            }
            let families = [Family::Both, Family::Both, Family::V4, Family::V6];
            let family = self.pick(&families);
            let otherwise = self.pick(&[Verdict::Permit, Verdict::Deny]);
            let name = spanned(format!("L{at}"));
            self.world.devices[device].config.filters.push(Filter {
                name,
                family,
                lines,
                otherwise,
            });
        }
        // Only the first two take effect by themselves: of the others the end is their caller's.
        let own = lists.min(2);
        for list in self.world.devices[device].config.filters.iter_mut().skip(own) {
            list.otherwise = Verdict::Return;
        }
        for hook in [Hook::In, Hook::Forward, Hook::Out, Hook::Local] {
            if !self.percent(30) {
                continue;
            }
            let filter = format!("L{}", self.chance.between(0, own - 1));
            let interfaces = match hook {
                Hook::In | Hook::Out if self.percent(80) => self.names(device),
                _ => Vec::new(),
            };
            let span = span(&mut self.spans);
            let applied = Applied { span, filter, hook, interfaces, answers: Answers::AsDevice };
            self.world.devices[device].config.applied.push(applied);
        }
        if routes > 0 && self.percent(20) && self.with.chosen_routes {
            let at = self.chance.between(0, routes - 1);
            let plain = self.world.devices[device].config.routes[at].clone();
            let via = NextHop::Address(self.neighbour(device));
            let mut route = self.route(plain.destination, via);
            route.only = Some(spanned("L0".to_owned()));
            if self.percent(50) {
                route.from = vec!["e*".to_owned()];
            }
            let routes = &mut self.world.devices[device].config.routes;
            routes.insert(at, route);
        }
    }

    pub(super) fn translations(&mut self, device: usize) {
        let count = if self.percent(50) { self.chance.between(0, 3) } else { 0 };
        let count = if self.with.translations { count } else { 0 };
        for _ in 0..count {
            let mut when = self.about(device);
            (when.from, when.to, when.not_from, when.not_to) = Default::default();
            when.states = States::ALL;
            let outer = self.chance.between(0, self.world.devices[device].on.len() - 1);
            let interface = self.world.devices[device].config.interfaces[outer].name.value.clone();
            let kinds =
                [NatKind::Source, NatKind::Destination, NatKind::Destination, NatKind::Static];
            let kind = self.pick(&kinds);
            let addresses: Vec<IpAddr> = self.world.hosts.iter().map(|it| it.address).collect();
            let own: Vec<IpAddr> = self.world.addresses();
            let mut nat = Nat {
                span: span(&mut self.spans),
                label: String::new(),
                kind,
                interface: Some(interface.clone()),
                when,
                at_interface: false,
                becomes: Becomes::Unchanged,
                ports: None,
                enabled: !self.percent(5),
            };
            match kind {
                NatKind::Source => {
                    if self.percent(20) {
                        nat.interface = None;
                    }
                    nat.becomes = match self.chance.between(0, 9) {
                        0..=5 => Becomes::Interface,
                        6 => Becomes::Unchanged,
                        _ => Becomes::Addresses(self.pick(&own).into()),
                    };
                    if self.world.devices[device].config.interfaces[outer].addresses.is_empty() {
                        nat.becomes = Becomes::Unchanged;
                    }
                }
                NatKind::Destination => {
                    nat.when.from = vec![interface];
                    nat.becomes = match self.chance.between(0, 9) {
                        0..=6 => Becomes::Addresses(self.pick(&addresses).into()),
                        7 => Becomes::Unchanged,
                        8 => Becomes::Discarded,
                        _ => Becomes::Interface,
                    };
                    nat.at_interface = self.percent(30);
                    if nat.at_interface {
                        nat.when.destination = AddressSet::any();
                    } else if self.percent(60) {
                        nat.when.destination = self.pick(&own).into();
                    }
                    if matches!(nat.becomes, Becomes::Addresses(_)) && self.percent(40) {
                        nat.ports = Some(RangeSet::one(self.pick(&[80, 443])));
                        nat.when.transports = vec![Transport::ports(6, RangeSet::one(443))];
                    }
                    if self.percent(15) {
                        nat.interface = None;
                        nat.at_interface = false;
                        nat.when.from = Vec::new();
                    }
                    let without = &self.world.devices[device].config.interfaces[outer].addresses;
                    if without.is_empty() && nat.becomes == Becomes::Interface {
                        nat.becomes = Becomes::Unchanged;
                    }
                }
                NatKind::Static => {
                    nat.when = Match::any();
                    nat.when.from = vec![interface];
                    nat.when.destination = self.pick(&own).into();
                    nat.becomes = Becomes::Addresses(self.pick(&addresses).into());
                }
            }
            self.world.devices[device].config.nat.push(nat);
        }
    }

    /// Translations get names, and some lines are about what one of them translated.
    pub(super) fn after_translations(&mut self, device: usize) {
        let translations = &mut self.world.devices[device].config.nat;
        for (at, nat) in translations.iter_mut().enumerate() {
            nat.label = format!("nat{at}");
        }
        let inward = translations.iter().filter(|it| it.kind != NatKind::Source);
        let names: Vec<String> = inward.map(|it| it.label.clone()).collect();
        if names.is_empty() {
            return;
        }
        let lists = self.world.devices[device].config.filters.len();
        for list in 0..lists {
            for line in 0..self.world.devices[device].config.filters[list].lines.len() {
                if self.percent(12) {
                    let name = self.pick(&names);
                    let filter = &mut self.world.devices[device].config.filters[list];
                    filter.lines[line].when.after = vec![name];
                }
            }
        }
    }
}
