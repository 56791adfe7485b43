//! What the declaration permits from where the tester stands.

use super::hosts::Host;
use crate::inventory::{Connection, Endpoint, Entry, Flow, Inventory};
use crate::model::words::{Direction, PartyKind};
use crate::model::{EntityKind, EntityRef, IpNetwork, Service, contains, overlap};
use crate::source::Spanned;
use std::net::IpAddr;

/// Where the tester stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Vantage<'i> {
    /// At the party's end of a connection.
    Line(&'i Entry<Connection>),
    /// In a zone.
    Zone(&'i str),
}

/// What the declaration says of a service at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Permit {
    /// It must not be reached.
    No,
    /// It may be reached from somewhere there, not from everywhere: it depends on the address of the tester.
    Depends,
    /// Nothing is declared that could be compared with.
    Unsaid,
    /// It may be reached; whether it answers is not declared.
    May,
    /// It may be reached and must answer.
    Must,
}

/// The declaration, seen from a place.
#[derive(Debug)]
pub(super) struct View<'i> {
    inventory: &'i Inventory,
    /// Where.
    pub vantage: Vantage<'i>,
    /// The tester's own address, when it is known.
    source: Option<IpAddr>,
}

impl<'i> View<'i> {
    /// The view from a connection or a zone; `None` when there is none.
    pub(super) fn new(
        inventory: &'i Inventory,
        from: &EntityRef,
        source: Option<IpAddr>,
    ) -> Option<Self> {
        let vantage = match from.kind {
            EntityKind::Connection => Vantage::Line(inventory.connections.get(&from.id)?),
            EntityKind::Zone => Vantage::Zone(&inventory.zones.get(&from.id)?.id.value),
            _ => return None,
        };
        Some(Self { inventory, vantage, source })
    }

    /// Whether a host stands in the zone of the tester, where everything reaches everything.
    pub(super) fn beside(&self, host: &Host<'_>) -> bool {
        matches!((self.vantage, host.zone), (Vantage::Zone(own), Some(zone)) if own == zone)
    }

    /// What the declaration says of a service of a host.
    pub(super) fn permit(&self, host: &Host<'_>, service: Service) -> Permit {
        let offered = host.services.iter().any(|it| it.includes(service));
        let own = self.by_device(host, service);
        let by = match self.vantage {
            Vantage::Line(connection) => self.by_connection(connection, host, service, offered),
            Vantage::Zone(_) if self.beside(host) => match (host.device, offered) {
                (Some(_), _) => Permit::No,
                (None, true) => Permit::Must,
                (None, false) => Permit::May,
            },
            Vantage::Zone(zone) => self.by_flows(zone, host, service, offered),
        };
        own.map_or(by, |own| own.max(by))
    }

    /// Every single service that a permission names for a host by itself.
    pub(super) fn named(&self, host: &Host<'_>) -> Vec<Service> {
        let mut all = Vec::new();
        let mut add = |services: &[Spanned<Service>]| {
            all.extend(services.iter().map(|it| it.value).filter(|it| single(*it)));
        };
        match self.vantage {
            Vantage::Line(connection) => {
                let inbound = connection.allow.iter().filter(|it| !is_outbound(it));
                let here = inbound.filter(|it| it.via.is_none() && names_it(&it.to.value, host));
                here.for_each(|it| add(&it.services));
            }
            Vantage::Zone(_) => {
                let here = self.inventory.flows.iter().filter(|it| names_it(&it.to.value, host));
                here.for_each(|it| add(&it.services));
            }
        }
        if let Some(device) = host.device.filter(|_| host.zone.is_none()) {
            all.extend(device.forwards.iter().map(|it| it.listen.value).filter(|it| single(*it)));
        }
        all
    }

    /// What the connection permits: what its `allow` says, inwards.
    fn by_connection(
        &self,
        connection: &Connection,
        host: &Host<'_>,
        service: Service,
        offered: bool,
    ) -> Permit {
        if connection.allow.is_empty() && connection.purpose.value.opened_from_outside() {
            let entered = self.entered(connection);
            let here = host.zone.is_some_and(|zone| entered.contains(&zone));
            return if here { Permit::Unsaid } else { Permit::No };
        }
        let mut best = Permit::No;
        for allow in connection.allow.iter().filter(|it| !is_outbound(it)) {
            let via = allow.via.as_ref();
            let there = match via {
                // Whoever must come through a relay reaches the relay, and nothing behind it.
                Some(via) => host.thing.kind == EntityKind::System && host.thing.id == via.id(),
                None => end_is(&allow.to.value, host),
            };
            if !there || !spoken(&allow.services, service) {
                continue;
            }
            let from = allow.from.as_ref().map_or(Permit::Must, |it| self.stands_at(&it.value));
            let by_name = via.is_none() && names_it(&allow.to.value, host);
            let listed = allow.services.iter().any(|it| it.value == service);
            let answers = if offered || (by_name && listed) { Permit::Must } else { Permit::May };
            best = best.max(from.min(answers));
        }
        // What is forwarded at the border is asked for there.
        let forwarded = self.entry(connection).is_some_and(|device| {
            device.forwards.iter().any(|it| {
                let inner = it.service.as_ref().unwrap_or(&it.listen).value;
                host.thing.kind == EntityKind::System
                    && host.thing.id == it.to.id()
                    && inner.includes(service)
            })
        });
        if forwarded && best == Permit::Must { Permit::May } else { best }
    }

    /// What a device itself offers: its management, and at its outside what it accepts and forwards.
    fn by_device(&self, host: &Host<'_>, service: Service) -> Option<Permit> {
        let device = host.device?;
        let mut best = None;
        let mut add = |services: &[Spanned<Service>], from: &[Spanned<Endpoint>]| {
            if services.iter().any(|it| it.value.includes(service)) {
                let who = from.iter().map(|it| self.stands_at(&it.value)).max();
                best = best.max(Some(who.unwrap_or(Permit::Unsaid)));
            }
        };
        if let Some(it) = &device.management {
            add(&it.services, &it.from);
        }
        if host.zone.is_none() {
            let enabled = device.remote_access.iter();
            let enabled = enabled.filter(|it| it.enabled.as_ref().is_none_or(|it| it.value));
            enabled.for_each(|it| add(&it.services, &it.from));
            let forwards = device.forwards.iter();
            forwards.for_each(|it| add(std::slice::from_ref(&it.listen), &it.from));
            // Another line's end answers whom it likes; only our own must answer us.
            let entry = match self.vantage {
                Vantage::Line(connection) => self.entry(connection),
                Vantage::Zone(_) => None,
            };
            if entry.is_none_or(|it| it.id.value != device.id.value) && best == Some(Permit::Must) {
                best = Some(Permit::May);
            }
        }
        best
    }

    fn by_flows(&self, zone: &str, host: &Host<'_>, service: Service, offered: bool) -> Permit {
        if self.inventory.flows.is_empty() {
            return Permit::Unsaid;
        }
        let fits = |it: &&Flow| end_is(&it.to.value, host) && spoken(&it.services, service);
        let mut best = Permit::No;
        for flow in self.inventory.flows.iter().filter(fits) {
            let from = self.within(zone, &flow.from.value);
            let listed = flow.services.iter().any(|it| it.value == service);
            let by_name = names_it(&flow.to.value, host) && listed;
            let answers = if offered || by_name { Permit::Must } else { Permit::May };
            best = best.max(from.min(answers));
        }
        best
    }

    /// Whether the tester is among those whom an end of a permission means.
    fn stands_at(&self, end: &Endpoint) -> Permit {
        match self.vantage {
            Vantage::Zone(zone) => self.within(zone, end),
            Vantage::Line(connection) => self.at_party(connection, end),
        }
    }

    /// The same at the far end of a connection: the tester asks from an address that the line is for.
    fn at_party(&self, connection: &Connection, end: &Endpoint) -> Permit {
        let party = self.inventory.parties.get(connection.party.id());
        let internet = party.is_some_and(|it| it.kind.value == PartyKind::Internet);
        let yes = match end {
            Endpoint::Any => true,
            Endpoint::Internet => internet,
            Endpoint::Named(id) => id == connection.party.id(),
            Endpoint::Network(network) => match self.source {
                Some(source) => network.contains(source),
                None => {
                    let own = party.into_iter().flat_map(|it| &it.networks).map(|it| it.value);
                    let named = connection.sources.iter().filter_map(|it| match it.value {
                        Endpoint::Network(it) => Some(it),
                        _ => None,
                    });
                    let mut own = own.chain(named).peekable();
                    own.peek().is_none() || own.any(|it| overlap(it, *network))
                }
            },
        };
        if yes { Permit::Must } else { Permit::No }
    }

    /// The same in a zone.
    fn within(&self, zone: &str, end: &Endpoint) -> Permit {
        let networks = |id: &str| -> Vec<IpNetwork> {
            let zone = self.inventory.zones.get(id);
            zone.into_iter().flat_map(|it| &it.networks).map(|it| it.value).collect()
        };
        let some_of = |addresses: &[IpNetwork]| match self.source {
            Some(source) if addresses.iter().any(|it| it.contains(source)) => Permit::Must,
            Some(_) => Permit::No,
            None => Permit::Depends,
        };
        match end {
            Endpoint::Any => Permit::Must,
            Endpoint::Internet => Permit::No,
            Endpoint::Named(id) if id == zone => Permit::Must,
            Endpoint::Named(id) => {
                let system = self.inventory.systems.get(id);
                let attached = system.into_iter().flat_map(|it| it.attachments());
                let here = attached.filter(|it| it.zone.is_some_and(|it| it.id() == zone));
                let addresses: Vec<IpNetwork> =
                    here.flat_map(|it| it.addresses).map(|it| it.value).collect();
                match system.is_some_and(|it| it.zones().contains(&zone)) {
                    true => some_of(&addresses),
                    false => Permit::No,
                }
            }
            Endpoint::Network(network) => {
                let own = networks(zone);
                let whole = !own.is_empty() && own.iter().all(|it| contains(*network, *it));
                match (whole, own.iter().any(|it| overlap(*it, *network))) {
                    (true, _) => Permit::Must,
                    (false, true) => some_of(&[*network]),
                    (false, false) => Permit::No,
                }
            }
        }
    }

    /// The device at which a connection enters.
    fn entry(&self, connection: &Connection) -> Option<&'i Entry<crate::inventory::Device>> {
        let at = connection.at.as_ref()?;
        self.inventory.devices.get(&at.value.owner)
    }

    /// The zones at the entry of a connection.
    fn entered(&self, connection: &Connection) -> Vec<&'i str> {
        let at = connection.at.as_ref().map(|at| at.value.owner.as_str());
        let through = connection.through.iter().map(|it| it.id());
        let mut zones = at.into_iter().chain(through).filter_map(|id| {
            let (device, system) = (self.inventory.devices.get(id), self.inventory.systems.get(id));
            let zones = device.map(|it| it.zones()).or_else(|| system.map(|it| it.zones()))?;
            (!zones.is_empty()).then_some(zones)
        });
        zones.next().unwrap_or_default()
    }
}

fn is_outbound(allow: &crate::inventory::Allow) -> bool {
    allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound)
}

/// Whether a list of services has this one; an empty list means every service.
fn spoken(stated: &[Spanned<Service>], service: Service) -> bool {
    stated.is_empty() || stated.iter().any(|it| it.value.includes(service))
}

/// Whether an end of a permission means this host, by itself or with others.
fn end_is(end: &Endpoint, host: &Host<'_>) -> bool {
    match end {
        Endpoint::Any => true,
        Endpoint::Internet => false,
        Endpoint::Network(network) => network.contains(host.to),
        Endpoint::Named(id) => {
            let itself = host.thing.kind != EntityKind::Zone && host.thing.id == *id;
            itself || host.zone.is_some_and(|it| it == id)
        }
    }
}

/// Whether it means this host alone.
fn names_it(end: &Endpoint, host: &Host<'_>) -> bool {
    match end {
        Endpoint::Network(network) => {
            crate::probe::scope::is_single(*network) && network.contains(host.to)
        }
        Endpoint::Named(id) => host.thing.kind != EntityKind::Zone && host.thing.id == *id,
        Endpoint::Any | Endpoint::Internet => false,
    }
}

/// Whether a service is one port, or needs none.
pub(super) const fn single(service: Service) -> bool {
    use crate::model::Protocol;
    match service {
        Service::Any => false,
        Service::Ports { protocol: Protocol::Tcp | Protocol::Udp, first, last } => first == last,
        Service::Ports { .. } => true,
    }
}
