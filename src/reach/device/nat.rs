//! What translations do with sets of packets.

use super::{Between, Machine};
use crate::model::AddressSet;
use crate::model::device::{Becomes, Interface, Nat, NatKind, TranslationOrder, names_interface};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::text;

/// Packets after a stage of translation, with the line that translated them; none for the rest.
pub(in crate::reach) type Translated<'a> = Vec<(PacketSet, Option<&'a Nat>)>;

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
        let mut left = packets;
        let mut done = Vec::new();
        for nat in self.translations(&kinds, &between.from) {
            let mut what = PacketSet::of_match(&nat.when);
            if nat.when.destination.is_any()
                && self.config.translates != TranslationOrder::AfterIncoming
            {
                what = what.to(&self.own(over));
            }
            let hit = left.intersection(&what);
            if hit.is_empty() {
                continue;
            }
            let sure = nat.when.is_certain() && nat.becomes != Becomes::Unknown;
            let new = match &nat.becomes {
                Becomes::Addresses(new) => hit.with_destination(new, nat.ports.as_ref()),
                Becomes::Interface => hit.with_destination(&self.own(over), nat.ports.as_ref()),
                Becomes::Unchanged => hit.clone(),
                Becomes::Discarded => PacketSet::none(),
                Becomes::Unknown => {
                    hit.with_destination(&AddressSet::any(), Some(&crate::model::RangeSet::all()))
                }
            };
            if sure || bound == Bound::Possible {
                done.push((new, Some(nat)));
            }
            if sure || bound == Bound::Certain {
                left = left.difference(&hit);
            }
            if !sure {
                self.unclear(nat, assumptions);
            }
        }
        done.push((left, None));
        done.retain(|(packets, _)| !packets.is_empty());
        done
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
        let mut left = packets;
        let mut done = Vec::new();
        for nat in self.translations(&kinds, &between.to) {
            let (what, new) = match (nat.kind, &nat.becomes) {
                // One to one: the inside address becomes the outside one.
                (NatKind::Static, Becomes::Addresses(inside)) => {
                    (PacketSet::any().from(inside), Some(nat.when.destination.clone()))
                }
                (NatKind::Static, _) => continue,
                (_, Becomes::Interface) => {
                    (PacketSet::of_match(&nat.when), Some(self.own(Some(over))))
                }
                (_, Becomes::Addresses(new)) => (PacketSet::of_match(&nat.when), Some(new.clone())),
                (_, Becomes::Unknown) => (PacketSet::of_match(&nat.when), Some(AddressSet::any())),
                (_, Becomes::Unchanged | Becomes::Discarded) => {
                    (PacketSet::of_match(&nat.when), None)
                }
            };
            let hit = left.intersection(&what);
            if hit.is_empty() {
                continue;
            }
            let sure = nat.when.is_certain();
            let new = match (&nat.becomes, new) {
                (Becomes::Discarded, _) => PacketSet::none(),
                (_, Some(new)) => hit.with_source(&new),
                (_, None) => hit.clone(),
            };
            if sure || bound == Bound::Possible {
                done.push((new, Some(nat)));
            }
            if sure || bound == Bound::Certain {
                left = left.difference(&hit);
            }
            if !sure || nat.becomes == Becomes::Unknown {
                self.unclear(nat, assumptions);
            }
        }
        done.push((left, None));
        done.retain(|(packets, _)| !packets.is_empty());
        done
    }

    /// The translations of some kinds that take effect at an interface with these names.
    fn translations<'s>(
        &self,
        kinds: &'s [NatKind],
        names: &'s [&'s str],
    ) -> impl Iterator<Item = &'a Nat> + use<'a, 's> {
        let here = |nat: &Nat, names: &[&str]| match &nat.interface {
            None => true,
            Some(own) => names.iter().any(|it| names_interface(own, it)),
        };
        self.config
            .nat
            .iter()
            .filter(move |it| it.enabled && kinds.contains(&it.kind) && here(it, names))
    }

    /// The addresses of an interface, as far as they are written; every one of a family that is
    /// given to it from outside.
    fn own(&self, over: Option<&Interface>) -> AddressSet {
        use crate::model::device::Acquired as A;
        let Some(over) = over else { return AddressSet::any() };
        let fixed: AddressSet =
            over.addresses.iter().map(|it| AddressSet::from(it.value.ip())).collect();
        let given = over.acquired.iter().map(|it| match it.value {
            A::Dhcp | A::Ppp => AddressSet::any_v4(),
            A::Advertisement | A::Delegation => AddressSet::any_v6(),
        });
        let own: AddressSet = std::iter::once(fixed).chain(given).collect();
        if own.is_empty() { AddressSet::any() } else { own }
    }

    fn unclear(&self, nat: &Nat, assumptions: &mut Assumptions) {
        let says = text!(
            "このアドレス変換の条件か変換先を読み取れません",
            "the condition or the result of this translation was not understood"
        );
        let kind = AssumptionKind::Translation;
        assumptions.add(kind, Some(&self.thing), Some(nat.span), says);
    }
}
