//! What one configured device does with packets: translate, filter, route, in the vendor's order.

mod answers;
mod broadcasts;
mod explain;
mod filter;
mod nat;
mod offers;
mod routes;
mod shift;

pub(super) use explain::Explained;
pub use explain::{Event, Stage};
pub use filter::{Between, Decision};
pub(super) use routes::Routed;
pub use routes::Way;

use super::doubt::{AssumptionKind, Assumptions, Bound};
use super::packets::PacketSet;
use crate::model::EntityRef;
use crate::model::device::{DeviceConfig, Hook, Nat, TranslationOrder};
use crate::source::Span;
use crate::text;
use filter::Lists;
use routes::Table;
use std::sync::Arc;

/// In which orders a device may translate and filter.
const ORDERS: [TranslationOrder; 3] = [
    TranslationOrder::OutsideFilters,
    TranslationOrder::AfterIncoming,
    TranslationOrder::AtInterfaces,
];

/// A configured device, ready to be asked.
#[derive(Debug)]
pub struct Machine<'a> {
    /// What it is.
    pub thing: EntityRef,
    /// What it is configured to do.
    pub config: &'a DeviceConfig,
    table: Table,
    lists: Arc<Lists<'a>>,
}

/// Packets that a device has dealt with.
#[derive(Clone, Debug)]
pub struct Departure<'a> {
    /// As they leave.
    pub packets: PacketSet,
    /// Where to: never [`Way::Discard`].
    pub way: Way,
    /// The line that chose the way.
    pub route: Option<Span>,
    /// The lines that translated them, destination and source.
    pub translated: [Option<&'a Nat>; 2],
}

impl<'a> Machine<'a> {
    /// Prepares a device.
    pub fn new(thing: EntityRef, config: &'a DeviceConfig) -> Self {
        Self { thing, config, table: Table::new(config), lists: Arc::new(Lists::new(config)) }
    }

    /// How many choices it has at most between equal routes.
    pub(super) fn choices(&self) -> usize {
        self.table.choices()
    }

    /// The device when it has chosen between equal routes; without a number it takes none of them.
    pub(super) fn choosing(&self, nth: Option<usize>) -> Self {
        let (thing, lists) = (self.thing.clone(), Arc::clone(&self.lists));
        Self { thing, config: self.config, table: self.table.choosing(nth), lists }
    }

    /// Every name by which filters may call the interface at a position; beyond the last interface
    /// stand the servers for remote access, which filters may call by their names.
    pub(super) fn names(&self, at: Option<usize>) -> Vec<&'a str> {
        let beyond = at.and_then(|at| at.checked_sub(self.config.interfaces.len()));
        if let Some(server) = beyond.and_then(|nth| self.config.remote_access.get(nth)) {
            let name = server.name.as_str();
            let zones = self.config.zones.iter();
            let zones = zones.filter(|it| it.interfaces.iter().any(|it| it.value == name));
            return std::iter::once(name).chain(zones.map(|it| it.name.value.as_str())).collect();
        }
        let interface = at.and_then(|at| self.config.interfaces.get(at));
        interface.map(|it| self.config.names_of(it)).unwrap_or_default()
    }

    /// What becomes of packets that come in over an interface; from the device itself when there is
    /// none. What is thrown away is in no departure.
    pub fn carried(
        &self,
        over: Option<usize>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Departure<'a>> {
        let order = self.config.translates;
        let matters = |hook| matches!(hook, Hook::In | Hook::Out);
        let unknown = order == TranslationOrder::Unknown
            && self.config.applied.iter().any(|it| matters(it.hook));
        let Some(first) = self.config.nat.iter().find(|it| it.enabled).filter(|_| unknown) else {
            return self.carried_in(order, over, packets, bound, assumptions);
        };
        let says = text!(
            "フィルタがアドレス変換の前と後のどちらのアドレスを見るかは分かりません",
            "whether filters see the addresses before or after the translation is not known"
        );
        let kind = AssumptionKind::Translation;
        assumptions.add(kind, Some(&self.thing), Some(first.span), says);
        let mut each = ORDERS.map(|it| self.carried_in(it, over, packets, bound, assumptions));
        if bound == Bound::Possible {
            return each.into_iter().flatten().collect();
        }
        // For certain is what happens in every order.
        let [all, others @ ..] = &mut each;
        for departure in all.iter_mut() {
            for other in &*others {
                let same = other.iter().filter(|it| it.way == departure.way);
                let same: PacketSet = same.map(|it| it.packets.clone()).collect();
                departure.packets = departure.packets.intersection(&same);
            }
        }
        all.retain(|it| !it.packets.is_empty());
        std::mem::take(all)
    }

    /// The same where the order of translations and filters is known.
    fn carried_in(
        &self,
        order: TranslationOrder,
        over: Option<usize>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Departure<'a>> {
        let from = over.and_then(|at| self.config.interfaces.get(at));
        let arriving = Between::arriving(self.names(over));
        let first = order == TranslationOrder::OutsideFilters;
        let mut all = Vec::new();
        let incoming = match first {
            true => packets.clone(),
            false => self.filtered(Hook::In, &arriving, packets, bound, assumptions),
        };
        for (packets, inward) in self.destinations(from, &arriving, incoming, bound, assumptions) {
            let arriving = arriving.after(inward);
            let packets = match first {
                true => self.filtered(Hook::In, &arriving, &packets, bound, assumptions),
                false => packets,
            };
            let asked = self.spoken_of(Hook::In, &arriving);
            for Routed { packets, way, span } in self.routed(over, packets, bound, assumptions) {
                let depart = |packets, outward| Departure {
                    packets,
                    way: way.clone(),
                    route: span,
                    translated: [inward, outward],
                };
                match &way {
                    Way::Own => {
                        let packets =
                            self.filtered(Hook::Local, &arriving, &packets, bound, assumptions);
                        all.push(depart(packets, None));
                    }
                    Way::Out(at, _) => {
                        let between = arriving.to(self.names(Some(*at)));
                        let leaving = self.passing(&between, &asked, packets, bound, assumptions);
                        for (packets, outward) in
                            self.leaving(order, *at, &between, leaving, bound, assumptions)
                        {
                            all.push(depart(packets, outward));
                        }
                    }
                    Way::Discard => {}
                    Way::None | Way::Unknown => all.push(depart(packets, None)),
                }
            }
        }
        all.retain(|it| !it.packets.is_empty());
        all
    }

    /// What the filters on the way through let pass; what none of them speaks of meets the default.
    fn passing(
        &self,
        between: &Between<'_>,
        asked: &PacketSet,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        let mut asked = asked.clone();
        for hook in [Hook::Forward, Hook::Out] {
            asked.extend(&self.spoken_of(hook, between));
        }
        let unfiltered = packets.difference(&asked);
        let mut passed = self.filtered(
            Hook::Forward,
            between,
            &packets.intersection(&asked),
            bound,
            assumptions,
        );
        if self.passes_unfiltered(bound) {
            passed.extend(&unfiltered);
        }
        passed
    }

    /// What leaves over an interface, translated before or after its filters.
    fn leaving(
        &self,
        order: TranslationOrder,
        at: usize,
        between: &Between<'_>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> nat::Translated<'a> {
        let Some(over) = self.config.interfaces.get(at) else {
            return Vec::new();
        };
        if order == TranslationOrder::AtInterfaces {
            let translated = self.sources(over, between, packets, bound, assumptions);
            let each = translated.into_iter().map(|(packets, nat)| {
                (self.filtered(Hook::Out, between, &packets, bound, assumptions), nat)
            });
            return each.collect();
        }
        let packets = self.filtered(Hook::Out, between, &packets, bound, assumptions);
        self.sources(over, between, packets, bound, assumptions)
    }
}
