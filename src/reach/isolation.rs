//! `isolation`: does a connection reach only what is declared?
//!
//! Everything that the party can send over the connection is followed, and what arrives anywhere is
//! compared with the permissions of the connection as they are declared: by destination and service,
//! for each part of the sources on its own, so that a translation on the way hides nothing. What
//! arrives beyond them is an extra; so is a target that is reached directly although a relay was
//! declared, and another party that is reached through the hospital.

use super::ends::{End, Sender};
use super::network::{Forwarding, NodeId, Permission};
use super::packets::PacketSet;
use super::parallel::in_parallel;
use super::paths::{Cause, Class, Refusal, Unread, Verdict, in_order};
use super::{Assumptions, Bound, Disposition, Reach};
use crate::inventory::Connection;
use crate::model::device::names_interface;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A declared permission that certainly carries nothing, service by service.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The service; any when none is declared.
    pub service: Service,
    /// Where it is declared.
    pub declared: Span,
    /// What blocks it.
    pub refusal: Refusal,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// The connection.
    pub connection: EntityRef,
    /// The party.
    pub party: EntityRef,
    /// What certainly arrives beyond the declaration.
    pub extra: Vec<Class>,
    /// What may arrive beyond the declaration; nobody knows.
    pub undetermined: Vec<Class>,
    /// What arrives as it is declared.
    pub permitted: Vec<Class>,
    /// What gets to the device itself at which the connection comes in, at services of which the
    /// configuration does not say that they are open. No part of the verdict.
    pub itself: Vec<Class>,
    /// What is declared and certainly does not arrive.
    pub missing: Vec<Missing>,
    /// Devices that packets came to and that were not read to the end.
    pub unread: Vec<Unread>,
    /// Devices that packets came to and of which no configuration was read.
    pub unconfigured: Vec<EntityRef>,
    /// Whether nobody knows where this connection comes in.
    pub no_entry: bool,
    /// What the answer takes for granted.
    pub assumptions: Assumptions,
}

impl Isolation {
    /// Isolated only when nothing beyond the declaration is left that could arrive, and everything
    /// on the way was read.
    pub const fn verdict(&self) -> Verdict {
        let open = !self.undetermined.is_empty() || !self.unread.is_empty() || self.no_entry;
        match (self.extra.is_empty(), open) {
            (false, _) => Verdict::Reachable,
            (true, true) => Verdict::Undetermined,
            (true, false) => Verdict::Isolated,
        }
    }
}

/// What some of the sources of a connection may reach, and what they do reach.
struct Part {
    sender: Sender,
    /// What is declared for these sources, whoever the packets seem to come from when they arrive.
    permitted: PacketSet,
    certain: BTreeMap<EntityRef, PacketSet>,
    possible: BTreeMap<EntityRef, PacketSet>,
    /// What is lost only because nobody wrote down a way to it.
    astray: PacketSet,
    /// What got to addresses that nobody declared, by device: for certain, and possibly.
    undeclared: [BTreeMap<EntityRef, PacketSet>; 2],
}

/// Packets on both sides of the unknown.
#[derive(Default)]
struct Sides {
    certain: PacketSet,
    possible: PacketSet,
}

impl Reach<'_> {
    /// The answer for every connection, in the order of declaration.
    pub fn isolations(&self) -> Vec<Isolation> {
        let connections = self.inventory.connections.iter();
        let things = connections.map(|it| EntityRef::new(EntityKind::Connection, &it.id.value));
        let things: Vec<_> = things.collect();
        in_parallel(&things, |it| self.isolation(it)).into_iter().flatten().collect()
    }

    /// Whether a connection reaches only what is declared; none for one that is not declared.
    pub fn isolation(&self, connection: &EntityRef) -> Option<Isolation> {
        self.judged(connection, true)
    }

    /// The verdict on a connection alone, which costs much less than its witnesses.
    pub fn verdict(&self, connection: &EntityRef) -> Option<Verdict> {
        self.judged(connection, false).map(|it| it.verdict())
    }

    /// The answer for a connection, `told` with a way for everything in it or without any.
    fn judged(&self, connection: &EntityRef, told: bool) -> Option<Isolation> {
        let declared = self.inventory.connections.get(&connection.id)?;
        let party = EntityRef::new(EntityKind::Party, declared.party.id());
        // What nobody permitted is beyond the declaration, also where the way in leads to a whole zone.
        let permissions = match declared.allow.is_empty() {
            true => Vec::new(),
            false => self.inward(connection),
        };
        let mut answer = Isolation {
            connection: connection.clone(),
            party: party.clone(),
            extra: Vec::new(),
            undetermined: Vec::new(),
            permitted: Vec::new(),
            itself: Vec::new(),
            missing: Vec::new(),
            unread: Vec::new(),
            unconfigured: Vec::new(),
            no_entry: false,
            assumptions: Assumptions::default(),
        };
        let mut nodes = BTreeSet::new();
        let mut parts = Vec::new();
        let senders = self.senders(&End::Thing(connection.clone()), None).all;
        answer.no_entry = senders.is_empty();
        for sender in senders {
            for sources in atoms(&sender.start().packets().sources(), &permissions) {
                let Some(sender) = sender.clone().only(&sources) else { continue };
                let mut side = |bound| {
                    let arrivals = self.from_start(sender.start(), &PacketSet::any(), bound);
                    nodes.extend(&arrivals.nodes);
                    answer.assumptions.extend(&arrivals.assumptions);
                    let arrived = self.arrived(&End::Any, &arrivals).into_iter().collect();
                    (arrived, arrivals.astray, arrivals.undeclared)
                };
                let (certain, _, surely) = side(Bound::Certain);
                let (possible, astray, perhaps) = side(Bound::Possible);
                let undeclared = [surely, perhaps];
                let theirs =
                    permissions.iter().filter(|it| it.packets.sources().includes(&sources));
                let permitted = theirs.map(|it| it.packets.with_source(&AddressSet::any()));
                let permitted = permitted.collect();
                parts.push(Part { sender, permitted, certain, possible, astray, undeclared });
            }
        }
        let things: BTreeSet<&EntityRef> = parts.iter().flat_map(|it| it.possible.keys()).collect();
        for thing in things.into_iter().filter(|it| **it != party) {
            self.compare(&parts, thing, told, &mut answer);
        }
        answer.undetermined.extend(self.astray(&parts, told));
        let [surely, perhaps] = self.undeclared(&parts, told);
        answer.extra.extend(surely);
        answer.undetermined.extend(perhaps);
        for classes in [&mut answer.extra, &mut answer.undetermined, &mut answer.permitted] {
            in_order(classes);
        }
        if told {
            answer.missing = self.missing(&parts, &permissions, declared);
        }
        answer.unconfigured = self.unconfigured(&nodes);
        answer.unread = self.unread(nodes);
        Some(answer)
    }

    /// The permissions for sessions that the party opens. The second half of a way over a relay is
    /// the relay's own.
    fn inward<'s>(&'s self, connection: &'s EntityRef) -> Vec<&'s Permission> {
        let inside = self.network.book.inside();
        let all = self.network.declared.of(connection);
        all.filter(|it| !inside.includes(&it.packets.sources())).collect()
    }

    /// Compares what arrives at a thing with what is declared.
    fn compare(&self, parts: &[Part], thing: &EntityRef, told: bool, answer: &mut Isolation) {
        let mut over = Sides::default();
        let mut itself = Sides::default();
        let mut within = Sides::default();
        let mut senders: Vec<&Sender> = Vec::new();
        for part in parts {
            let arrived = |side: &BTreeMap<EntityRef, PacketSet>| {
                side.get(thing).cloned().unwrap_or_default()
            };
            let (certain, possible) = (arrived(&part.certain), arrived(&part.possible));
            if possible.is_empty() {
                continue;
            }
            senders.push(&part.sender);
            within.certain.extend(&certain.intersection(&part.permitted));
            within.possible.extend(&possible.intersection(&part.permitted));
            let (certain, possible) =
                (certain.difference(&part.permitted), possible.difference(&part.permitted));
            match self.managed(&part.sender, thing) {
                None => {
                    over.certain.extend(&certain);
                    over.possible.extend(&possible);
                }
                Some(open) => {
                    over.certain.extend(&certain.intersection(&open.certain));
                    over.possible.extend(&possible.intersection(&open.possible));
                    itself.possible.extend(&possible.difference(&open.possible));
                }
            }
        }
        let class = |packets: PacketSet, sure| match told {
            true => self.class(senders.iter().copied(), thing, packets, sure),
            false => senders.first().and_then(|it| untold(it, thing, packets, sure)),
        };
        answer.undetermined.extend(class(over.possible.difference(&over.certain), false));
        answer.extra.extend(class(over.certain, true));
        answer.permitted.extend(class(within.possible.difference(&within.certain), false));
        answer.permitted.extend(class(within.certain, true));
        answer.itself.extend(class(itself.possible, false));
    }

    /// What does not get to the zones only because nobody wrote down a way: it cannot be ruled out.
    fn astray(&self, parts: &[Part], told: bool) -> Vec<Class> {
        let mut all = Vec::new();
        for part in parts.iter().filter(|it| !it.astray.is_empty()) {
            let mut lost = part.astray.difference(&part.permitted);
            part.possible.values().for_each(|it| lost = lost.difference(it));
            for zone in &self.inventory.zones {
                let zone = EntityRef::new(EntityKind::Zone, &zone.id.value);
                let packets = lost.to(&self.network.book.of(&zone));
                if packets.is_empty() {
                    continue;
                }
                if !told {
                    all.extend(untold(&part.sender, &zone, packets, false));
                    continue;
                }
                let refusal = self.refusal(&part.sender, Some(zone.clone()), packets);
                let trace = match refusal.cause {
                    Cause::Stopped(trace) => Some(*trace),
                    _ => None,
                };
                all.push(Class {
                    from: refusal.from,
                    by: refusal.by,
                    to: zone,
                    sources: refusal.packets.sources(),
                    packets: refusal.packets,
                    certain: false,
                    end: trace.as_ref().map_or(Disposition::NoRoute, |it| it.end),
                    trace,
                });
            }
        }
        all
    }

    /// What gets to addresses that nobody declared, beyond the declaration: for certain, and possibly.
    fn undeclared(&self, parts: &[Part], told: bool) -> [Vec<Class>; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        for part in parts {
            let [surely, perhaps] = &part.undeclared;
            for (thing, possible) in perhaps {
                let certain = surely.get(thing).cloned().unwrap_or_default();
                let possible = possible.difference(&part.permitted).difference(&certain);
                let certain = certain.difference(&part.permitted);
                for (side, packets) in sides.iter_mut().zip([certain, possible]) {
                    let class = untold(&part.sender, thing, packets, false);
                    side.extend(
                        class.map(|it| if told { self.delivered(&part.sender, it) } else { it }),
                    );
                }
            }
        }
        let [surely, _] = &mut sides;
        surely.iter_mut().for_each(|it| it.certain = true);
        sides
    }

    /// A class with the way of one packet that is delivered to a network without a name.
    fn delivered(&self, sender: &Sender, class: Class) -> Class {
        let own = class.packets.intersection(&sender.start().packets()).sample();
        let mut ways = own.map(|it| self.ways(sender, &it)).unwrap_or_default().into_iter();
        let trace = ways.find(|it| it.end == Disposition::Delivered && it.at.is_none());
        Class { end: Disposition::Delivered, trace, ..class }
    }

    /// For the device at which a sender comes in: which packets its management takes, as configured.
    /// Packets to its other services come there because the line ends there.
    fn managed(&self, sender: &Sender, thing: &EntityRef) -> Option<Sides> {
        let Sender::Over(entry) = sender else { return None };
        if thing.kind != EntityKind::Device {
            return None;
        }
        let node = self.network.nodes.get(entry.node).filter(|it| it.thing == *thing)?;
        let Forwarding::Configured(machine) = &node.forwarding else {
            // Nobody knows what its management takes.
            return Some(Sides { certain: PacketSet::none(), possible: PacketSet::any() });
        };
        let config = machine.config;
        let over = entry.over.and_then(|at| config.interfaces.get(at));
        let names = over.map(|it| config.names_of(it)).unwrap_or_default();
        let mut open = Sides::default();
        for it in config.management.iter().filter(|it| it.enabled) {
            let mut patterns = it.interfaces.iter();
            let here = it.interfaces.is_empty()
                || patterns.any(|it| names.iter().any(|name| names_interface(it, name)));
            if !here {
                continue;
            }
            let any = AddressSet::any();
            let packets = PacketSet::sessions(&it.sources, &any, &[it.service]);
            if it.exact {
                open.certain.extend(&packets);
                open.possible.extend(&packets);
            } else {
                open.possible.extend(&PacketSet::sessions(&any, &any, &[it.service]));
            }
        }
        Some(open)
    }

    /// Declared permissions of which certainly nothing arrives, service by service.
    fn missing(
        &self,
        parts: &[Part],
        permissions: &[&Permission],
        declared: &Connection,
    ) -> Vec<Missing> {
        let mut all = Vec::new();
        for permission in permissions {
            let Some(allow) = declared.allow.iter().find(|it| it.span == permission.span) else {
                continue;
            };
            let theirs = permission.packets.sources();
            let part = |it: &&Part| theirs.includes(&it.sender.start().packets().sources());
            let own: Vec<&Part> = parts.iter().filter(part).collect();
            let Some(first) = own.first() else { continue };
            let to = allow.via.as_ref().map_or_else(
                || self.end(&allow.to.value.to_string()).ok(),
                |via| Some(End::Thing(EntityRef::new(EntityKind::System, via.id()))),
            );
            let to = match to {
                Some(End::Thing(thing)) => Some(thing),
                _ => None,
            };
            let services: Vec<Service> = match allow.services.as_slice() {
                [] => vec![Service::Any],
                several => several.iter().map(|it| it.value).collect(),
            };
            for service in services {
                let targets = permission.packets.destinations();
                let wanted = PacketSet::sessions(&AddressSet::any(), &targets, &[service]);
                let mut arrived = own.iter().flat_map(|it| it.possible.values());
                if !wanted.is_empty() && !arrived.any(|it| it.meets(&wanted)) {
                    let refusal = self.refusal(&first.sender, to.clone(), wanted);
                    all.push(Missing { service, declared: allow.span, refusal });
                }
            }
        }
        all
    }

    /// Of nodes, those that decide and of which no configuration was read.
    fn unconfigured(&self, nodes: &BTreeSet<NodeId>) -> Vec<EntityRef> {
        let nodes = nodes.iter().filter_map(|id| self.network.nodes.get(*id));
        let blind = nodes.filter(|it| matches!(it.forwarding, Forwarding::Declared));
        blind.map(|it| it.thing.clone()).collect()
    }
}

/// Packets that get from a sender to a thing, without a way of any of them; none when there are none.
fn untold(sender: &Sender, thing: &EntityRef, packets: PacketSet, certain: bool) -> Option<Class> {
    (!packets.is_empty()).then(|| Class {
        from: sender.whose().clone(),
        by: sender.by().cloned(),
        to: thing.clone(),
        sources: packets.sources(),
        packets,
        certain,
        end: Disposition::InsufficientInformation,
        trace: None,
    })
}

/// The parts of sources that every permission treats as one.
fn atoms(sources: &AddressSet, permissions: &[&Permission]) -> Vec<AddressSet> {
    let mut atoms = vec![sources.clone()];
    for permission in permissions {
        let theirs = permission.packets.sources();
        let cut = |it: AddressSet| [it.intersection(&theirs), it.difference(&theirs)];
        atoms = atoms.into_iter().flat_map(cut).filter(|it| !it.is_empty()).collect();
    }
    atoms
}
