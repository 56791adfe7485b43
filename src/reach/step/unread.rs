//! What nodes do of which nobody read the configuration: what is declared, and whatever else they may.

use super::{Asked, At, Freedom, Step, To, anything};
use crate::locale::Text;
use crate::model::device::Nat;
use crate::model::{AddressSet, EntityKind};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::network::{Arrival, Forwarding, Network, Node, PlaceId, PlaceKind};
use crate::reach::packets::PacketSet;
use crate::reach::trace::Disposition;
use crate::text;
use std::collections::BTreeSet;

impl<'a> Network<'a> {
    /// What a node does of which no configuration was read.
    pub(super) fn unconfigured<'n>(
        &'n self,
        node: &'n Node<'a>,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let mut steps = Vec::new();
        let mut own = packets.to(&self.own(node));
        let others = packets.difference(&own);
        for forward in node.forwards.iter().filter(|_| asked.word) {
            let hit = packets.intersection(&PacketSet::of_match(&forward.nat.when));
            if hit.is_empty() {
                continue;
            }
            own = own.difference(&hit);
            let inner = hit.with_destination(&forward.to, forward.nat.ports.as_ref());
            for place in &forward.places {
                let mut step = Step::new(inner.clone(), To::At(At::Place(*place, None, None)));
                step.translated = [Some(&forward.nat), None];
                steps.push(step);
            }
            self.takes_word(node, assumptions);
        }
        let undeclared = node.undeclared.as_ref();
        let may = asked.freedom >= Freedom::Translate && asked.bound == Bound::Possible;
        if let Some(nat) = undeclared.filter(|_| may) {
            let hit = packets.intersection(&PacketSet::of_match(&nat.when));
            let inner = hit.with_destination(self.book.inside(), nat.ports.as_ref());
            let before = steps.len();
            self.leads_on(node, inner, asked.bound, &mut steps);
            for step in steps.iter_mut().skip(before) {
                step.translated = [Some(nat), None];
            }
            // Over a cable that nobody declared, and by any source. Whoever can talk to the device may
            // have a way on by what it offers: a translation, a proxy, a tunnel of its own.
            if self.may_stray(asked) {
                if !hit.is_empty() {
                    self.strays(anything(), [Some(nat), Some(nat)], &mut steps);
                }
                self.strays(packets, [None, Some(nat)], &mut steps);
            }
            if steps.len() > before {
                let name = &node.thing.id;
                let says = text!(
                    "「{name}」の設定が無いため、台帳にない配線や変換により、どこへでも通す可能性があります",
                    "there is no configuration of `{name}`, so it may pass on anything, by cables or translations that nobody declared"
                );
                assumptions.add(AssumptionKind::Translation, Some(&node.thing), None, says);
            }
        }
        // Where it leads nobody knows, nor whether it is the only one that stands there.
        if asked.bound == Bound::Possible && asked.freedom != Freedom::None {
            let unclaimed = others.to(&self.book.unclaimed());
            if node.is_unread() && !unclaimed.is_empty() {
                steps.push(Step::new(unclaimed, To::Nobody(node.thing.clone())));
            }
        }
        // What is for the host behind which a path leads on is delivered to the host itself.
        if !own.is_empty() && node.thing.kind != EntityKind::Path {
            steps.extend(node.takes(Arrival::over(None), own, asked.bound));
        }
        let passed = match (&node.forwarding, asked.word) {
            (Forwarding::Nothing, _) | (_, false) => PacketSet::none(),
            (Forwarding::Everything, true) => others.clone(),
            (_, true) if asked.bound == Bound::Possible && asked.freedom != Freedom::None => {
                others.clone()
            }
            // The inventory may be wrong about what its configuration does not tell any more.
            (_, true) if self.doubted.contains_key(&node.thing) => PacketSet::none(),
            (_, true) => others.intersection(&self.declared.all),
        };
        if passed.is_empty() {
            let why = match node.forwarding {
                Forwarding::Nothing => Disposition::DeniedThrough,
                _ => Disposition::InsufficientInformation,
            };
            steps.push(Step::new(others, To::Lost(why)));
            return steps;
        }
        self.takes_word(node, assumptions);
        self.leads_on(node, passed, asked.bound, &mut steps);
        steps
    }

    /// Out over any cable that nobody declared, to anywhere inside and over any line, as if sent by
    /// anybody: nobody knows what becomes of the source.
    pub(in crate::reach) fn strays<'n>(
        &self,
        packets: &PacketSet,
        translated: [Option<&'n Nat>; 2],
        steps: &mut Vec<Step<'n>>,
    ) {
        if packets.is_empty() {
            return;
        }
        let packets = packets.with_source(&AddressSet::any());
        let outside = |it: &PlaceId| {
            self.places.get(*it).is_some_and(|it| matches!(it.kind, PlaceKind::Outside(_)))
        };
        let lines = (0..self.places.len()).filter(outside).map(To::Behind);
        let all = std::iter::once(To::At(At::Somewhere)).chain(lines);
        steps.extend(all.map(|to| Step {
            translated,
            stray: true,
            ..Step::new(packets.clone(), to)
        }));
    }

    /// On over the ends of a node of which nobody knows the routes.
    fn leads_on(
        &self,
        node: &Node<'a>,
        packets: PacketSet,
        bound: Bound,
        steps: &mut Vec<Step<'_>>,
    ) {
        if packets.is_empty() {
            return;
        }
        let places: BTreeSet<PlaceId> = node.ports.iter().map(|it| it.place).collect();
        for place in &places {
            steps.push(Step::new(packets.clone(), To::At(At::Anyone(*place, None))));
        }
        let outside = |it: &PlaceId| {
            self.places.get(*it).is_none_or(|it| matches!(it.kind, PlaceKind::Outside(_)))
        };
        // A way out that nobody declared may as well be a device of the inside that nobody read.
        let gateway = bound == Bound::Possible
            && node.thing.kind == EntityKind::Path
            && matches!(node.forwarding, Forwarding::Declared);
        if gateway || places.iter().all(outside) {
            // Nobody wrote down to which zones it leads.
            steps.push(Step::new(packets, To::At(At::Somewhere)));
        }
    }

    fn takes_word(&self, node: &Node<'a>, assumptions: &mut Assumptions) {
        let name = &node.thing.id;
        if let Some((span, why)) = self.doubted.get(&node.thing) {
            let Text { ja, en } = why;
            let says = text!(
                "「{name}」の設定は、いまの動作の根拠にしていません: {ja}",
                "the configuration of `{name}` does not tell what it does now: {en}"
            );
            assumptions.add(AssumptionKind::Declared, Some(&node.thing), *span, says);
            return;
        }
        let says = match node.forwarding {
            Forwarding::Everything => text!(
                "「{name}」は台帳の記載により、つながる網の間ですべて中継するものとしています",
                "`{name}` is taken to pass everything on between its networks, as declared"
            ),
            _ => text!(
                "「{name}」の設定が無いため、台帳の記載どおりに通すものとしています",
                "there is no configuration of `{name}`, so it is taken to pass what the inventory says"
            ),
        };
        assumptions.add(AssumptionKind::Declared, Some(&node.thing), None, says);
    }
}
