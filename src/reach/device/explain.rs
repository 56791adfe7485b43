//! What a device does with one packet, in words, with the line that says so at every stage.

use super::{Between, Decision, Departure, Machine, Way};
use crate::locale::Text;
use crate::model::device::{Hook, Nat, TranslationOrder, Verdict};
use crate::reach::doubt::{Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::reach::trace::Disposition;
use crate::source::Span;
use crate::text;

/// By what something happens to a packet. What a person would change first stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A filter decided.
    Filter,
    /// A translation changed it.
    Translation,
    /// A route or a tunnel chose the way.
    Route,
    /// The inventory says so, or nobody.
    Word,
}

/// Something that happened to a packet.
#[derive(Clone, Debug)]
pub struct Event {
    /// By what.
    pub stage: Stage,
    /// What.
    pub says: Text,
    /// The line that says so.
    pub span: Option<Span>,
}

/// One possible fate of a packet at a device.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Explained<'a> {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// How it leaves, if it does, or may where nobody knows the route.
    pub departure: Option<Departure<'a>>,
    /// Why it does not.
    pub stopped: Option<Disposition>,
    /// Whether this happens in any case.
    pub certain: bool,
}

impl<'a> Machine<'a> {
    /// Every fate of a packet that comes in over an interface: a set with one element, or with what
    /// something nobody knows may have made of it.
    pub(in crate::reach) fn explained(
        &self,
        over: Option<usize>,
        packet: &PacketSet,
        assumptions: &mut Assumptions,
    ) -> Vec<Explained<'a>> {
        let bound = Bound::Possible;
        let sure = self.carried(over, packet, Bound::Certain, &mut Assumptions::default());
        let from = over.and_then(|at| self.config.interfaces.get(at));
        let arriving = Between::arriving(self.names(over));
        let first = self.config.translates == TranslationOrder::OutsideFilters;
        let mut events = Vec::new();
        let mut all = Vec::new();
        let stop = |events: &[Event], why| Explained {
            events: events.to_vec(),
            departure: None,
            stopped: Some(why),
            certain: sure.is_empty(),
        };
        let mut packet = packet.clone();
        if !first {
            self.decided_at(Hook::In, &arriving, &packet, &mut events);
            packet = self.filtered(Hook::In, &arriving, &packet, bound, assumptions);
            if packet.is_empty() {
                return vec![stop(&events, Disposition::DeniedIn)];
            }
        }
        let inward = self.destinations(from, &arriving, packet, bound, assumptions);
        if inward.is_empty() {
            return vec![stop(&events, Disposition::Discarded)];
        }
        for (mut packet, nat) in inward {
            let arriving = arriving.after(nat);
            let mut events = events.clone();
            events.extend(nat.map(|nat| translated(nat, &packet, true)));
            if first {
                self.decided_at(Hook::In, &arriving, &packet, &mut events);
                packet = self.filtered(Hook::In, &arriving, &packet, bound, assumptions);
                if packet.is_empty() {
                    all.push(stop(&events, Disposition::DeniedIn));
                    continue;
                }
            }
            let asked = self.spoken_of(Hook::In, &arriving);
            for routed in self.routed(over, packet, bound, assumptions) {
                let mut events = events.clone();
                let (packet, way) = (routed.packets, routed.way);
                let certain = sure.iter().any(|it| it.way == way);
                if let Some(event) = self.towards(&way, routed.span) {
                    events.push(event);
                }
                let (at, next) = match way {
                    Way::Own => {
                        self.decided_at(Hook::Local, &arriving, &packet, &mut events);
                        let left =
                            self.filtered(Hook::Local, &arriving, &packet, bound, assumptions);
                        all.push(match left.is_empty() {
                            true => stop(&events, Disposition::DeniedIn),
                            false => Explained {
                                events,
                                departure: Some(Departure {
                                    packets: left,
                                    way,
                                    route: None,
                                    translated: [nat, None],
                                }),
                                stopped: None,
                                certain,
                            },
                        });
                        continue;
                    }
                    Way::Discard => {
                        all.push(stop(&events, Disposition::Discarded));
                        continue;
                    }
                    // Where nobody knows the route it may leave all the same.
                    Way::None | Way::Unknown => {
                        let (why, certain) = match way {
                            Way::None => (Disposition::NoRoute, true),
                            _ => (Disposition::InsufficientInformation, sure.is_empty()),
                        };
                        let translated = [nat, None];
                        let departure = Departure { packets: packet, way, route: None, translated };
                        all.push(Explained {
                            departure: Some(departure),
                            certain,
                            ..stop(&events, why)
                        });
                        continue;
                    }
                    Way::Out(at, next) => (at, next),
                };
                let between = arriving.to(self.names(Some(at)));
                let spoken = events.len();
                self.decided_at(Hook::Forward, &between, &packet, &mut events);
                let silent = events.len() == spoken && !packet.meets(&asked);
                let left = self.passing(&between, &asked, packet, bound, assumptions);
                if left.is_empty() {
                    if silent && self.config.unfiltered == Verdict::Deny {
                        let says = text!(
                            "許可する行が無いため通さない（機器の既定）",
                            "no line permits it, and the device denies by default"
                        );
                        events.push(Event { stage: Stage::Filter, says, span: None });
                    }
                    all.push(stop(&events, Disposition::DeniedThrough));
                    continue;
                }
                self.decided_at(Hook::Out, &between, &left, &mut events);
                let mut leaving =
                    self.leaving(self.config.translates, at, &between, left, bound, assumptions);
                leaving.retain(|(packets, _)| !packets.is_empty());
                if leaving.is_empty() {
                    all.push(stop(&events, Disposition::DeniedOut));
                }
                for (packets, outward) in leaving {
                    let mut events = events.clone();
                    events.extend(outward.map(|nat| translated(nat, &packets, false)));
                    all.push(Explained {
                        events,
                        departure: Some(Departure {
                            packets,
                            way: Way::Out(at, next),
                            route: routed.span,
                            translated: [nat, outward],
                        }),
                        stopped: None,
                        certain,
                    });
                }
            }
        }
        all
    }

    /// What may leave over an interface to which nobody knows the route, past the filters there.
    /// `inward` has translated the destination.
    pub(in crate::reach) fn sent_over(
        &self,
        over: Option<usize>,
        at: usize,
        inward: Option<&'a Nat>,
        packets: &PacketSet,
        assumptions: &mut Assumptions,
    ) -> Vec<(PacketSet, Option<&'a Nat>)> {
        let arriving = Between::arriving(self.names(over)).after(inward);
        let between = arriving.to(self.names(Some(at)));
        let asked = self.spoken_of(Hook::In, &arriving);
        let bound = Bound::Possible;
        let passing = self.passing(&between, &asked, packets.clone(), bound, assumptions);
        self.leaving(self.config.translates, at, &between, passing, bound, assumptions)
    }

    fn decided_at(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packet: &PacketSet,
        events: &mut Vec<Event>,
    ) {
        for Decision { passes, filter, label, span } in self.decisions(hook, between, packet) {
            let line = if label.is_empty() { filter } else { format!("{filter} {label}") };
            let says = match passes {
                Some(true) => text!("フィルタ {line} が許可", "permitted by the filter {line}"),
                Some(false) => text!("フィルタ {line} が拒否", "denied by the filter {line}"),
                None => {
                    text!("フィルタ {line} は解釈できない", "the filter {line} was not understood")
                }
            };
            events.push(Event { stage: Stage::Filter, says, span: Some(span) });
        }
    }

    /// A way in words.
    fn towards(&self, way: &Way, span: Option<Span>) -> Option<Event> {
        let says = match way {
            Way::Own => text!("この機器自身宛", "for the device itself"),
            Way::Discard => text!("この経路で破棄", "thrown away by this route"),
            Way::None => text!("宛先への経路が無い", "no route to the destination"),
            Way::Unknown => text!("経路を解釈できない", "the route was not understood"),
            Way::Out(at, next) => {
                let name = &self.config.interfaces.get(*at)?.name.value;
                match next {
                    Some(next) => text!("{name} から {next} へ", "over {name} to {next}"),
                    None => text!("{name} の網へ", "onto the network of {name}"),
                }
            }
        };
        Some(Event { stage: Stage::Route, says, span })
    }
}

fn translated(nat: &Nat, packet: &PacketSet, inward: bool) -> Event {
    let addresses = if inward { packet.destinations() } else { packet.sources() };
    let says = match inward {
        true => text!("宛先を {addresses} に変換", "the destination becomes {addresses}"),
        false => text!("送信元を {addresses} に変換", "the source becomes {addresses}"),
    };
    Event { stage: Stage::Translation, says, span: Some(nat.span) }
}
