//! What translations do with sets of packets.
//!
//! The lines are tried in turn. Two things are kept apart. What nobody knows (a condition that was not
//! understood, whether a port forward works from inside too) is resolved by the bound: possibly the
//! line translates and possibly it does not; for certain is only what happens either way. What the
//! device chooses, such as an address of a pool, it may choose: both bounds hold every choice. Of an
//! address that is given to an interface from outside it is taken for granted that the sender knows it.

use super::shift::{AddressShift, Shift};
use super::{Between, Machine};
use crate::model::device::{
    Acquired, Becomes, Interface, Nat, NatKind, States, TranslationOrder, Transport,
    names_interface,
};
use crate::model::{AddressSet, RangeSet};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::text;

/// Packets after a stage of translation, with the line that translated them; none for the rest.
pub(in crate::reach) type Translated<'a> = Vec<(PacketSet, Option<&'a Nat>)>;

/// A translation at its stage.
struct Stage<'a> {
    nat: &'a Nat,
    /// The packets that it is about, at most.
    about: PacketSet,
    /// Whether it is about them in any case.
    sure: bool,
    /// Destinations of which one is meant, and nobody knows which.
    given: AddressSet,
    /// Whether the packets come in elsewhere than at the interface of the line.
    elsewhere: bool,
    new: New,
}

/// What addresses become.
enum New {
    Same,
    Nothing,
    Anything,
    /// One of these.
    Pool(AddressSet),
    /// Address by address.
    Each(AddressShift),
}

/// What ports become.
enum Ports {
    Same,
    Pool(RangeSet<u16>),
    Each(Shift<u16>),
}

impl<'a> Machine<'a> {
    /// Packets that came in over an interface, after the translation of their destinations.
    pub(super) fn destinations(
        &self,
        over: Option<&Interface>,
        between: &Between<'_>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Translated<'a> {
        let kinds = [NatKind::Destination, NatKind::Static];
        let lines = self.config.nat.iter().filter(|it| it.enabled && kinds.contains(&it.kind));
        let stages = lines.filter_map(|nat| self.inward(nat, over, between));
        self.staged(stages, true, packets, bound, assumptions)
    }

    /// The same for packets to the very address that the line gives to the interface.
    pub(super) fn meant(
        &self,
        over: &Interface,
        between: &Between<'_>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Translated<'a> {
        let kinds = [NatKind::Destination, NatKind::Static];
        let lines = self.config.nat.iter().filter(|it| it.enabled && kinds.contains(&it.kind));
        let stages = lines.filter_map(|nat| self.inward(nat, Some(over), between));
        let meant = stages.map(|it| Stage { given: AddressSet::none(), ..it });
        self.staged(meant, true, packets, bound, assumptions)
    }

    /// The addresses of the networks at an interface that lines for what comes in there listen at.
    pub(in crate::reach) fn listens_for(&self, at: usize) -> AddressSet {
        let Some(interface) = self.config.interfaces.get(at) else { return AddressSet::none() };
        let names = self.config.names_of(interface);
        let networks: AddressSet =
            interface.addresses.iter().map(|it| AddressSet::from(it.value)).collect();
        let kinds = [NatKind::Destination, NatKind::Static];
        let lines = self.config.nat.iter().filter(|it| it.enabled && kinds.contains(&it.kind));
        let here = lines.filter(|it| {
            let leads_on = !matches!(it.becomes, Becomes::Unchanged | Becomes::Discarded);
            let at = it.interface.as_ref().is_none_or(|it| named(it, &names));
            leads_on && at && !it.at_interface && among(&it.when.from, &it.when.not_from, &names)
        });
        // A line about everything that comes by is none about single addresses.
        let theirs = here.map(|it| it.when.destination.intersection(&networks));
        theirs.filter(|it| *it != networks).collect()
    }

    /// Packets that leave over an interface, after the translation of their sources.
    pub(super) fn sources(
        &self,
        over: &Interface,
        between: &Between<'_>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Translated<'a> {
        let kinds = [NatKind::Source, NatKind::Static];
        let lines = self.config.nat.iter().filter(|it| it.enabled && kinds.contains(&it.kind));
        let stages = lines.filter_map(|nat| self.outward(nat, over, between));
        self.staged(stages, false, packets, bound, assumptions)
    }

    fn staged(
        &self,
        stages: impl Iterator<Item = Stage<'a>>,
        inward: bool,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Translated<'a> {
        let possible = bound == Bound::Possible;
        let mut left = packets;
        let mut done = Vec::new();
        // Exempt or not, nobody knows: they stay as they are if no later line changes them.
        let mut spared = PacketSet::none();
        for stage in stages {
            if left.is_empty() {
                break;
            }
            let hit = left.intersection(&stage.about);
            if hit.is_empty() {
                continue;
            }
            let unclear = !stage.sure || matches!(stage.new, New::Anything);
            self.assume(&stage, unclear, assumptions);
            let stays = matches!(stage.new, New::Same);
            if !possible && !stage.sure && stays {
                spared.extend(&hit);
                continue;
            }
            if possible || !unclear {
                let moved = match possible || stays {
                    true => hit.clone(),
                    false => hit.difference(&spared),
                };
                let ports = self.ports(stage.nat, inward);
                // No device is known to choose a reserved port for a client.
                let reserved = !possible && !inward && matches!(ports, Ports::Pool(_));
                let mut changed = stage.changes(&moved, ports, inward);
                if reserved {
                    changed = changed.difference(&reserved_sources());
                }
                done.push((changed, Some(stage.nat)));
            }
            let meant = || hit.difference(&hit.to(&stage.given));
            left = match (possible, stage.sure) {
                (true, true) => left.difference(&meant()),
                (true, false) => left,
                // From inside, most destinations are not the one that is meant.
                (false, _) if stage.elsewhere => left.difference(&meant()),
                (false, _) => left.difference(&hit),
            };
        }
        done.push((left, None));
        done.retain(|(packets, _)| !packets.is_empty());
        done
    }

    /// A line for packets that come in.
    fn inward(
        &self,
        nat: &'a Nat,
        over: Option<&Interface>,
        between: &Between<'_>,
    ) -> Option<Stage<'a>> {
        let when = &nat.when;
        if between.from.is_empty() || !among(&when.from, &when.not_from, &between.from) {
            return None;
        }
        let here = nat.interface.as_ref().is_none_or(|it| named(it, &between.from));
        // Where they will leave is decided later.
        let anywhere = when.not_to.is_empty() && among(&when.to, &[], &between.from);
        let sure = when.is_certain()
            && when.after.is_empty()
            && anywhere
            && (here || !when.from.is_empty());
        let mut about = PacketSet::of_match(when);
        let mut old = when.destination.clone();
        let mut given = AddressSet::none();
        if nat.at_interface {
            let own = self.own_at(nat, over);
            old = old.intersection(&own.fixed.union(&own.given));
            given = own.given;
            about = about.to(&old);
        }
        let new = match &nat.becomes {
            Becomes::Unchanged => New::Same,
            Becomes::Discarded => New::Nothing,
            Becomes::Unknown => New::Anything,
            Becomes::Interface => New::Pool(self.reached(over)),
            Becomes::Addresses(new) => self.new_addresses(nat, &old, new),
        };
        let about = within_families(about, &new);
        Some(Stage { nat, about, sure, given, elsewhere: !here, new })
    }

    /// A line for packets that leave.
    fn outward(&self, nat: &'a Nat, over: &Interface, between: &Between<'_>) -> Option<Stage<'a>> {
        let when = &nat.when;
        if nat.interface.as_ref().is_some_and(|it| !named(it, &between.to)) {
            return None;
        }
        // A static line says how packets come in; going out it is the other way round.
        let turned = nat.kind == NatKind::Static && nat.becomes != Becomes::Unchanged;
        let (from, to) = match turned {
            true => (&between.to, &between.from),
            false => (&between.from, &between.to),
        };
        if !among(&when.from, &when.not_from, from) || !among(&when.to, &when.not_to, to) {
            return None;
        }
        let own = || self.addresses_of(over).either();
        let outside = || match nat.at_interface {
            true => own(),
            false => when.destination.clone(),
        };
        let (about, new) = match (&nat.becomes, turned) {
            // It is one of the inside, and nobody knows which.
            (Becomes::Unknown, true) => {
                let any = [Transport::any()];
                let about = PacketSet::of(&AddressSet::any(), &when.source, &any, when.states);
                (about, New::Pool(outside()))
            }
            (Becomes::Addresses(inside), true) => {
                let outside = outside();
                let new = self.new_addresses(nat, inside, &outside);
                let about = PacketSet::of(inside, &when.source, &[Transport::any()], when.states);
                (about, new)
            }
            (_, true) => return None,
            (becomes, false) => {
                let new = match becomes {
                    Becomes::Unchanged => New::Same,
                    Becomes::Discarded => New::Nothing,
                    Becomes::Unknown => New::Anything,
                    // Of an interface of which no address is written nobody knows whether it has one.
                    Becomes::Interface if is_unnumbered(over) => New::Anything,
                    Becomes::Interface => New::Pool(own()),
                    Becomes::Addresses(new) => New::Pool(new.clone()),
                };
                (PacketSet::of_match(when), new)
            }
        };
        let about = within_families(about, &new);
        // Whether a virtual IP led here is not known any more.
        let sure = when.is_certain()
            && when.after.is_empty()
            && !(turned && nat.becomes == Becomes::Unknown);
        let given = AddressSet::none();
        Some(Stage { nat, about, sure, given, elsewhere: false, new })
    }

    /// New addresses: one to one where as many come as go, but for netfilter, which chooses.
    fn new_addresses(&self, nat: &Nat, old: &AddressSet, new: &AddressSet) -> New {
        match AddressShift::new(old, new) {
            Some(shift) if self.keeps_places(nat) => New::Each(shift),
            _ => New::Pool(new.clone()),
        }
    }

    fn keeps_places(&self, nat: &Nat) -> bool {
        use TranslationOrder as T;
        let order = self.config.translates;
        nat.kind == NatKind::Static || matches!(order, T::OutsideFilters | T::AtInterfaces)
    }

    /// What the ports become: inwards those of the destination, outwards those of the source.
    fn ports(&self, nat: &Nat, inward: bool) -> Ports {
        match (inward, &nat.ports) {
            (true, None) => Ports::Same,
            (true, Some(new)) => {
                let mut old = nat.when.transports.iter().map(|it| &it.destination_ports);
                let first = old.next().filter(|first| old.all(|it| it == *first));
                let shift = first.and_then(|old| Shift::new(old, new));
                match shift.filter(|_| self.keeps_places(nat)) {
                    Some(shift) => Ports::Each(shift),
                    None => Ports::Pool(new.clone()),
                }
            }
            (false, _) if nat.kind == NatKind::Static => Ports::Same,
            (false, _) if nat.becomes == Becomes::Unchanged => Ports::Same,
            (false, _) => Ports::Pool(RangeSet::all()),
        }
    }

    fn assume(&self, stage: &Stage<'_>, unclear: bool, assumptions: &mut Assumptions) {
        let kind = AssumptionKind::Translation;
        let mut add = |says| assumptions.add(kind, Some(&self.thing), Some(stage.nat.span), says);
        if unclear && stage.nat.when.is_certain() && stage.nat.becomes != Becomes::Unknown {
            add(text!(
                "この変換が内側からの通信にも働くかどうか（ヘアピンNAT）は設定から分かりません",
                "whether this translation also works for packets from inside (hairpins) cannot be told from the configuration"
            ));
        } else if unclear {
            add(text!(
                "このアドレス変換の条件か変換先を読み取れません",
                "the condition or the result of this translation was not understood"
            ));
        }
        if !stage.given.is_empty() {
            add(text!(
                "外側のアドレスは回線から割り当てられるため、相手はそれを知っているものとしています",
                "the outside address is given by the line, so the sender is taken to know it"
            ));
        }
    }

    /// The addresses that a line at the address of an interface listens at.
    fn own_at(&self, nat: &Nat, over: Option<&Interface>) -> Own {
        let Some(name) = &nat.interface else {
            return over.map(|it| self.addresses_of(it)).unwrap_or_default();
        };
        let meant = |it: &&Interface| named(name, &self.config.names_of(it));
        let mut own = Own::default();
        for interface in self.config.interfaces.iter().filter(meant) {
            let Own { fixed, given } = self.addresses_of(interface);
            own = Own { fixed: own.fixed.union(&fixed), given: own.given.union(&given) };
        }
        match own.fixed.is_empty() && own.given.is_empty() {
            // Nothing is known of it.
            true => Own { fixed: AddressSet::none(), given: AddressSet::any() },
            false => own,
        }
    }

    /// The address of the device that a redirection leads to.
    fn reached(&self, over: Option<&Interface>) -> AddressSet {
        let fixed = over.map(|it| self.addresses_of(it).fixed).unwrap_or_default();
        match (fixed.is_empty(), self.addresses()) {
            (true, all) if !all.is_empty() => all,
            (true, _) => AddressSet::any(),
            (false, _) => fixed,
        }
    }

    /// The addresses of an interface.
    pub(super) fn addresses_of(&self, interface: &Interface) -> Own {
        let fixed: AddressSet =
            interface.addresses.iter().map(|it| AddressSet::from(it.value.ip())).collect();
        let mut given = AddressSet::none();
        for acquired in &interface.acquired {
            match acquired.value {
                Acquired::Dhcp | Acquired::Ppp => given.v4 = RangeSet::all(),
                Acquired::Advertisement | Acquired::Delegation => given.v6 = RangeSet::all(),
            }
        }
        if is_unnumbered(interface) {
            given = AddressSet::any();
        }
        // Where one is written, it is the one.
        if !fixed.v4.is_empty() {
            given.v4 = RangeSet::none();
        }
        if !fixed.v6.is_empty() {
            given.v6 = RangeSet::none();
        }
        if !given.is_empty() {
            // No line gives an address out of a network that is elsewhere.
            let others = self.config.interfaces.iter().filter(|it| it.enabled);
            let others = others.flat_map(|it| &it.addresses).map(|it| it.value);
            given = given.difference(&others.collect());
        }
        Own { fixed, given }
    }
}

/// The addresses of the device on an interface.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// Those that are written.
    pub fixed: AddressSet,
    /// Those of which the line gives one.
    pub given: AddressSet,
}

impl Own {
    fn either(self) -> AddressSet {
        self.fixed.union(&self.given)
    }
}

impl Stage<'_> {
    /// Packets after it.
    fn changes(&self, hit: &PacketSet, ports: Ports, inward: bool) -> PacketSet {
        let any = AddressSet::any();
        let ports = match self.new {
            New::Same => return hit.clone(),
            New::Nothing => return PacketSet::none(),
            New::Anything => Ports::Pool(RangeSet::all()),
            _ => ports,
        };
        let address = |old: &AddressSet| match &self.new {
            New::Pool(new) => new.clone(),
            New::Each(shift) => shift.of(old),
            _ => any.clone(),
        };
        let port = |old: &RangeSet<u16>| match &ports {
            Ports::Same => old.clone(),
            Ports::Pool(new) => new.clone(),
            Ports::Each(shift) => shift.of(old),
        };
        let mut changed = PacketSet::none();
        let mut put =
            |source: AddressSet, destination: AddressSet, transport: Transport, states| {
                let new = match inward {
                    true => {
                        let ports = port(&transport.destination_ports);
                        let transport = Transport { destination_ports: ports, ..transport };
                        PacketSet::of(&source, &address(&destination), &[transport], states)
                    }
                    false => {
                        let source_ports = port(&transport.source_ports);
                        let transport = Transport { source_ports, ..transport };
                        PacketSet::of(&address(&source), &destination, &[transport], states)
                    }
                };
                changed.extend(&new);
            };
        macro_rules! each {
            ($family:ident, $other:ident) => {
                for cube in hit.$family() {
                    let set = |it: &RangeSet<_>| AddressSet {
                        $family: it.clone(),
                        $other: RangeSet::none(),
                    };
                    let transport = Transport {
                        protocols: cube.protocols.clone(),
                        source_ports: cube.source_ports.clone(),
                        destination_ports: cube.destination_ports.clone(),
                        icmp_types: cube.icmp_types.clone(),
                    };
                    put(set(&cube.source), set(&cube.destination), transport, cube.states);
                }
            };
        }
        each!(v4, v6);
        each!(v6, v4);
        changed
    }
}

/// Without a new address of a family, packets of that family are not translated.
fn within_families(about: PacketSet, new: &New) -> PacketSet {
    let New::Pool(new) = new else { return about };
    let mut families = AddressSet::none();
    if !new.v4.is_empty() {
        families.v4 = RangeSet::all();
    }
    if !new.v6.is_empty() {
        families.v6 = RangeSet::all();
    }
    if families == AddressSet::any() { about } else { about.to(&families) }
}

/// Packets from ports that clients do not use.
fn reserved_sources() -> PacketSet {
    let from = |protocol| Transport {
        source_ports: RangeSet::range(0, 1023),
        ..Transport::protocol(protocol)
    };
    PacketSet::of(&AddressSet::any(), &AddressSet::any(), &[from(6), from(17)], States::ALL)
}

/// Whether nothing is written of the addresses of an interface.
fn is_unnumbered(interface: &Interface) -> bool {
    interface.addresses.is_empty() && interface.acquired.is_empty()
}

/// Whether one of these names is meant by a name of a line.
fn named(pattern: &str, names: &[&str]) -> bool {
    names.iter().any(|it| names_interface(pattern, it))
}

/// Whether one of these names is among some and not among others; no name at all stands for any.
pub(super) fn among(these: &[String], not: &[String], names: &[&str]) -> bool {
    let any = |patterns: &[String]| patterns.iter().any(|it| named(it, names));
    (these.is_empty() || any(these)) && !any(not)
}
