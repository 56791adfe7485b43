//! Translations in the order in which the router tries them: entries of hosts, pairs of addresses,
//! then what becomes of everything else that comes in, then what goes out.
//!
//! Packets that come in are translated before they are filtered, packets that leave after it
//! (「コマンドリファレンス」, NAT 機能): an inbound filter sees inside addresses.

use crate::config::rtx::repr::{Daemon, Descriptor, Entry, Incoming, Outer, Pair, Router};
use crate::model::device::{Becomes, Match, Nat, NatKind, States, Transport};
use crate::model::{AddressSet, RangeSet};
use crate::source::Span;

/// Descriptors that are bound, by interface; then those that are not, switched off.
pub(super) fn translations(router: &Router) -> Vec<Nat> {
    let mut all = Vec::new();
    let mut used = std::collections::BTreeSet::new();
    let upnp = upnp(router);
    for port in router.ports.iter() {
        for number in port.nat.iter().flat_map(|it| &it.value) {
            used.insert(number.value);
            if let Some(descriptor) = router.descriptors.get(&number.value) {
                let on = Some(port.name.value.as_str());
                let of = Of { number: number.value, descriptor, on, upnp };
                of.put(&mut all);
            }
        }
    }
    for (number, descriptor) in &router.descriptors {
        if !used.contains(number) {
            Of { number: *number, descriptor, on: None, upnp }.put(&mut all);
        }
    }
    all
}

/// The line that lets hosts inside ask for entries (UPnP).
pub(super) fn upnp(router: &Router) -> Option<Span> {
    let switch = router.services.get(&Daemon::Upnp).and_then(|it| it.on.as_ref());
    switch.filter(|it| it.value).map(|it| it.span)
}

/// A descriptor at an interface.
struct Of<'r> {
    number: u32,
    descriptor: &'r Descriptor,
    on: Option<&'r str>,
    /// The line that lets hosts inside ask for entries (UPnP).
    upnp: Option<Span>,
}

impl Of<'_> {
    fn put(&self, all: &mut Vec<Nat>) {
        let kind = self.descriptor.kind.as_ref().map_or("none", |it| it.value.as_str());
        if kind == "none" {
            return;
        }
        let masquerades = matches!(kind, "masquerade" | "nat-masquerade");
        if masquerades || kind == "static" {
            all.extend(self.descriptor.entries.iter().map(|(id, it)| self.entry(id, it)));
        }
        // Every type but `none` translates these too (Yamaha, `nat descriptor type`).
        all.extend(self.descriptor.pairs.iter().map(|(id, it)| self.pair(id, it)));
        if masquerades {
            all.extend(self.asked_for());
            all.extend(self.incoming());
        }
        if kind != "static" {
            all.push(self.outgoing());
        }
    }

    fn nat(&self, span: Span, label: String, kind: NatKind, when: Match, becomes: Becomes) -> Nat {
        let interface = self.on.map(str::to_owned);
        // Where no outside address is written, it is that of the interface.
        let at_interface = kind != NatKind::Source && when.destination == AddressSet::any_v4();
        let (ports, enabled) = (None, self.on.is_some());
        Nat { span, label, kind, interface, when, at_interface, becomes, ports, enabled }
    }

    fn any() -> Match {
        Match { source: AddressSet::any_v4(), destination: AddressSet::any_v4(), ..Match::any() }
    }

    /// The outside address, when it is written.
    fn outer(&self) -> AddressSet {
        match self.descriptor.outer.as_ref().map(|it| &it.value) {
            Some(Outer::Addresses(set)) => set.clone(),
            Some(Outer::Interface) | None => AddressSet::any_v4(),
        }
    }

    fn entry(&self, id: &str, entry: &Entry) -> Nat {
        let transport = Transport {
            protocols: entry.protocols.clone(),
            destination_ports: entry.outer_ports.clone(),
            ..Transport::any()
        };
        let when = Match {
            destination: entry.outer.map_or_else(|| self.outer(), AddressSet::from),
            transports: vec![transport],
            ..Self::any()
        };
        let becomes = Becomes::Addresses(entry.inner.into());
        let label = format!("{} {id}", self.number);
        let ports = entry.inner_ports.clone();
        Nat { ports, ..self.nat(entry.span, label, NatKind::Destination, when, becomes) }
    }

    fn pair(&self, id: &str, pair: &Pair) -> Nat {
        let when = Match { destination: pair.outer.clone(), ..Self::any() };
        let becomes = Becomes::Addresses(pair.inner.clone());
        let label = format!("{} {id}", self.number);
        self.nat(pair.span, label, NatKind::Static, when, becomes)
    }

    /// What hosts inside may have asked for: an entry for any port to any of them. Which stand there
    /// only the router knows (Yamaha, 「UPnP」).
    fn asked_for(&self) -> Option<Nat> {
        let span = self.upnp?;
        let transports = vec![Transport::protocol(6), Transport::protocol(17)];
        let (destination, states) = (self.outer(), States::NEW);
        let not_understood = vec![span];
        let when = Match { destination, transports, states, not_understood, ..Self::any() };
        let label = format!("{} upnp", self.number);
        Some(self.nat(span, label, NatKind::Destination, when, Becomes::Unknown))
    }

    /// What nothing else translates. 「コマンドリファレンス」 NAT 機能,
    /// `nat descriptor masquerade incoming`: `reject` unless something else is said; what `through`
    /// lets pass untouched does not hold for the TCP ports 0 to 1023.
    fn incoming(&self) -> Vec<Nat> {
        let told = self.descriptor.incoming.as_ref();
        let span = told.map_or(self.descriptor.span, |it| it.span);
        let when = Match { destination: self.outer(), states: States::NEW, ..Self::any() };
        let label = format!("{} incoming", self.number);
        let one =
            |when, becomes| self.nat(span, label.clone(), NatKind::Destination, when, becomes);
        match told.map_or(&Incoming::Refused, |it| &it.value) {
            Incoming::Refused => vec![one(when, Becomes::Discarded)],
            Incoming::Through => {
                let known = vec![Transport::ports(6, RangeSet::range(0, 1023))];
                let refused = Match { transports: known, ..when.clone() };
                vec![one(refused, Becomes::Discarded), one(when, Becomes::Unchanged)]
            }
            Incoming::Forward(host) => vec![one(when, Becomes::Addresses((*host).into()))],
        }
    }

    fn outgoing(&self) -> Nat {
        let inner = self.descriptor.inner.as_ref().map(|it| it.value.clone());
        let when = Match { source: inner.unwrap_or_else(AddressSet::any_v4), ..Self::any() };
        let becomes = match self.descriptor.outer.as_ref().map(|it| &it.value) {
            Some(Outer::Addresses(set)) => Becomes::Addresses(set.clone()),
            _ => Becomes::Interface,
        };
        let label = self.number.to_string();
        self.nat(self.descriptor.span, label, NatKind::Source, when, becomes)
    }
}
