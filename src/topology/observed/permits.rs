//! Which declaration permits that two addresses talk across the border.

use super::directory::{Owner, Realm};
use crate::inventory::{Connection, Endpoint, Entry, Inventory};
use crate::model::words::{Direction, PartyKind, Transport};
use crate::model::{AddressSet, EntityKind, Service, is_any};
use crate::observation::{Conversation, Guess};
use crate::source::{Span, Spanned};
use crate::topology::territory::is_public;
use crate::wire::words::Spoken;
use std::net::IpAddr;

/// What a declaration says of a crossing. The order is that of preference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// This connection, by the address of its party.
    Declared(String),
    /// A forward, an access from outside or a flow permits it, here.
    Permitted(Span),
    /// This connection, whose party has no declared address.
    Assumed(String),
    /// This connection, with the internet at large.
    AtLarge(String),
    /// The party of this connection, with whom or what it may not.
    Beyond(String),
    /// Nobody declared it.
    Undeclared,
}

/// One conversation across the border, seen from inside.
#[derive(Debug)]
pub(super) struct Crossing<'a> {
    /// What was seen.
    pub conversation: &'a Conversation,
    /// The address of ours.
    pub inner: (IpAddr, &'a Owner),
    /// The other address.
    pub outer: (IpAddr, &'a Owner),
    /// Whether the other side began.
    pub inbound: bool,
}

impl Crossing<'_> {
    /// What was asked for, as services are written.
    fn service(&self) -> Service {
        service(self.conversation)
    }

    /// Whether it hides other traffic, or hands a screen or a shell to somebody at a port where one
    /// browses: that the internet may be used at large says nothing of it.
    fn is_stealthy(&self) -> bool {
        let mut speech = self.conversation.speech.iter().map(|it| it.spoken);
        speech.any(|it| {
            it.is_tunnel() || it == Spoken::RemoteControl || it.is_session() && self.is_browsing()
        }) || matches!(self.conversation.protocol, 4 | 41 | 47 | 50 | 51)
    }

    /// Whether it goes to a port where one browses. Who may browse, or ask a server for pages, may
    /// not do there whatever else passes by such a port.
    fn is_browsing(&self) -> bool {
        const PORTS: &[u16] = &[80, 443, 3128, 8000, 8080, 8443];
        matches!(self.conversation.protocol, 6 | 17)
            && self.conversation.port.is_some_and(|it| PORTS.contains(&it))
    }
}

/// What a conversation asks for, as services are written.
pub fn service(conversation: &Conversation) -> Service {
    Service::of(conversation.protocol, conversation.port.unwrap_or_default())
}

/// What is declared about crossings.
#[derive(Debug)]
pub(super) struct Permits<'i> {
    inventory: &'i Inventory,
    connections: Vec<Permit<'i>>,
}

#[derive(Debug)]
struct Permit<'i> {
    connection: &'i Entry<Connection>,
    /// The addresses that are known to be the party's.
    peers: AddressSet,
    /// Whether it leads to the internet at large.
    at_large: bool,
}

impl<'i> Permits<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        let connections = inventory.connections.iter().map(|it| permit(inventory, it));
        Self { inventory, connections: connections.collect() }
    }

    /// The best that any declaration says of a crossing.
    pub(super) fn judge(&self, crossing: &Crossing<'_>) -> Verdict {
        let connections = self.connections.iter().map(|it| self.by(it, crossing));
        let best = connections.min().unwrap_or(Verdict::Undeclared);
        match self.otherwise(crossing) {
            Some(span) => best.min(Verdict::Permitted(span)),
            None => best,
        }
    }

    fn by(&self, permit: &Permit<'_>, crossing: &Crossing<'_>) -> Verdict {
        let (connection, outer) = (permit.connection, crossing.outer.0);
        let id = || connection.id.value.clone();
        let fit = self.fit(connection, crossing);
        let stealthy = crossing.is_stealthy();
        let disguised = stealthy
            && crossing.is_browsing()
            && crossing.inner.1.realm == Realm::Inside
            && is_open(connection.transport.value);
        let blank = permit.peers.is_empty() && !permit.at_large;
        match (permit.peers.contains(outer), fit) {
            (true, Fit::Not) => Verdict::Beyond(id()),
            (_, Fit::Named) if disguised => Verdict::Undeclared,
            (true, _) => Verdict::Declared(id()),
            (false, Fit::Not) => Verdict::Undeclared,
            // What carries other traffic is told by its ends alone.
            (false, _) if blank && (!stealthy || carries(connection.transport.value)) => {
                match crossing.inner.1.realm {
                    // Inside, a party without addresses may be anybody: its target must be named.
                    Realm::Inside if fit == Fit::Whole => Verdict::Undeclared,
                    _ => Verdict::Assumed(id()),
                }
            }
            (false, fit) if permit.at_large && (is_public(outer)) => match stealthy {
                true if fit != Fit::Named || ends_here(connection, crossing) => Verdict::Undeclared,
                _ => Verdict::AtLarge(id()),
            },
            (false, _) => Verdict::Undeclared,
        }
    }

    /// Whether a conversation between two of ours goes on to the outside by a proxy, hides there what
    /// it carries, and no connection that carries such things begins at this end.
    pub(super) fn is_relayed(&self, conversation: &Conversation, near: (IpAddr, &Owner)) -> bool {
        let by_proxy = |it: &Spoken| matches!(it, Spoken::HttpProxy | Spoken::Socks);
        let crossing = Crossing { conversation, inner: near, outer: near, inbound: false };
        conversation.speech.iter().any(|it| by_proxy(&it.spoken))
            && crossing.is_stealthy()
            && !self.connections.iter().any(|it| {
                let here = |it: &Spanned<Endpoint>| names(&it.value, near.0, near.1);
                let mut allow = it.connection.allow.iter();
                carries(it.connection.transport.value)
                    && allow.any(|it| here(&it.to) || it.from.as_ref().is_some_and(here))
            })
    }

    /// How well the near end, the direction and the service are what a connection permits.
    fn fit(&self, connection: &Connection, crossing: &Crossing<'_>) -> Fit {
        let (address, owner) = crossing.inner;
        if owner.realm == Realm::Border {
            return self.at_border(connection, crossing);
        }
        if connection.allow.is_empty() {
            return Fit::Whole;
        }
        let service = crossing.service();
        let mut best = Fit::Not;
        for allow in &connection.allow {
            let outbound = allow.direction.as_ref().map(|it| it.value) == Some(Direction::Outbound);
            // Whoever is handed a screen by a relay stands there already: the program inside has asked
            // the relay for work.
            let relay = connection.transport.value == Transport::RemoteControl;
            if outbound == crossing.inbound && (outbound || !relay) {
                continue;
            }
            let near = match outbound {
                true => allow.from.as_ref().map(|it| &it.value),
                false => Some(&allow.to.value),
            };
            let relayed = allow.via.as_ref().is_some_and(|via| {
                owner
                    .thing
                    .as_ref()
                    .is_some_and(|it| it.kind == EntityKind::System && it.id == via.id())
            });
            let by_end = near.is_none_or(|it| names(it, address, owner));
            // Whoever comes in stands at the relay first, whatever it does there.
            let anybody = near.is_none_or(|it| matches!(it, Endpoint::Any));
            let fit = match (relayed, by_end, includes(&allow.services, service)) {
                (true, ..) | (_, true, Some(true)) => Fit::Named,
                (_, true, None) if anybody => Fit::Whole,
                (_, true, None) => Fit::Near,
                _ => Fit::Not,
            };
            best = best.max(fit);
        }
        best
    }

    /// At the address of a device towards a line everything that enters or leaves there is one.
    fn at_border(&self, connection: &Connection, crossing: &Crossing<'_>) -> Fit {
        let Some(thing) = &crossing.inner.1.thing else { return Fit::Not };
        let here = connection.at.as_ref().is_some_and(|at| at.value.owner == thing.id)
            || connection.through.iter().any(|it| it.id() == thing.id)
            || connection.at.is_none() && self.line_of(connection, &thing.id);
        if here { Fit::Named } else { Fit::Not }
    }

    fn line_of(&self, connection: &Connection, device: &str) -> bool {
        let Some(circuit) = &connection.circuit else { return false };
        let device = self.inventory.devices.get(device);
        let interfaces = device.into_iter().flat_map(|it| &it.interfaces);
        let mut circuits = interfaces.filter_map(|it| it.circuit.as_ref());
        circuits.any(|it| it.id() == circuit.id())
    }

    /// What permits a crossing beside connections: flows out, forwards in, accesses of devices.
    fn otherwise(&self, crossing: &Crossing<'_>) -> Option<Span> {
        let inventory = self.inventory;
        let (service, (address, owner)) = (crossing.service(), crossing.inner);
        let outer = crossing.outer;
        if !crossing.inbound {
            let flows = inventory.flows.iter().find(|flow| {
                let far = match &flow.to.value {
                    Endpoint::Any | Endpoint::Internet => is_public(outer.0),
                    end => names(end, outer.0, outer.1),
                };
                let stated = includes(&flow.services, service);
                let hidden = match stated {
                    Some(_) => crossing.is_stealthy() && crossing.is_browsing(),
                    None => crossing.is_stealthy(),
                };
                far && stated != Some(false) && !hidden && names(&flow.from.value, address, owner)
            });
            return flows.map(|it| it.span);
        }
        let device = owner.thing.as_ref().filter(|it| it.kind == EntityKind::Device);
        let device = device.and_then(|it| inventory.devices.get(&it.id));
        let admits = |from: &[Spanned<Endpoint>]| {
            from.is_empty()
                || from.iter().any(|it| match &it.value {
                    Endpoint::Any | Endpoint::Internet => true,
                    end => names(end, outer.0, outer.1),
                })
        };
        if let Some(device) = device {
            let access = device
                .remote_access
                .iter()
                .find(|it| admits(&it.from) && includes(&it.services, service) != Some(false));
            let forward = device.forwards.iter();
            let mut forward = forward.filter(|it| admits(&it.from));
            let forward = forward.find(|it| it.listen.value.includes(service));
            return access.map(|it| it.transport.span).or(forward.map(|it| it.span));
        }
        let system = owner.thing.as_ref().filter(|it| it.kind == EntityKind::System)?;
        let mut forwards = inventory.devices.iter().flat_map(|it| &it.forwards);
        let forward = forwards.find(|it| {
            let inner = it.service.as_ref().unwrap_or(&it.listen);
            it.to.id() == system.id && admits(&it.from) && inner.value.includes(service)
        });
        forward.map(|it| it.span)
    }
}

/// Whether somebody outside began a tunnel to the device itself, at which a connection ends that carries
/// none. What began inside may have passed there under the device's address.
fn ends_here(connection: &Connection, crossing: &Crossing<'_>) -> bool {
    crossing.inner.1.realm == Realm::Border
        && crossing.inbound
        && crossing.conversation.guess != Guess::First
        && !carries(connection.transport.value)
}

/// How well a connection fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Not,
    /// It permits everything.
    Whole,
    /// It permits everything there.
    Near,
    /// It permits this there.
    Named,
}

fn permit<'i>(inventory: &'i Inventory, connection: &'i Entry<Connection>) -> Permit<'i> {
    let party = inventory.parties.get(connection.party.id());
    let internet = party.is_some_and(|it| it.kind.value == PartyKind::Internet);
    let outbound = |it: &&crate::inventory::Allow| {
        it.direction.as_ref().map(|it| it.value) == Some(Direction::Outbound)
    };
    let far = connection.allow.iter().map(|it| match outbound(&it) {
        true => Some(&it.to),
        false => it.from.as_ref(),
    });
    let far: Vec<&Spanned<Endpoint>> = far.flatten().chain(&connection.sources).collect();
    let mut peers: AddressSet =
        party.into_iter().flat_map(|it| &it.networks).map(|it| it.value).collect();
    let mut at_large = internet;
    for end in far {
        match &end.value {
            Endpoint::Any | Endpoint::Internet => at_large = true,
            Endpoint::Network(network) if is_any(*network) => at_large = true,
            Endpoint::Network(network) => peers = peers.union(&(*network).into()),
            Endpoint::Named(id) => {
                let networks = inventory.parties.get(id).into_iter().flat_map(|it| &it.networks);
                peers = peers.union(&networks.map(|it| it.value).collect());
            }
        }
    }
    Permit { connection, peers, at_large }
}

/// Whether an end of a permission means this address.
fn names(end: &Endpoint, address: IpAddr, owner: &Owner) -> bool {
    match end {
        Endpoint::Any => true,
        Endpoint::Internet => owner.realm == Realm::Public,
        Endpoint::Network(network) => network.contains(address),
        Endpoint::Named(id) => {
            owner.thing.as_ref().is_some_and(|it| it.id == *id)
                || owner.zone.as_ref().is_some_and(|it| it == id)
        }
    }
}

/// Whether a list of services has this one; `None` when it means every service.
fn includes(stated: &[Spanned<Service>], service: Service) -> Option<bool> {
    match stated.is_empty() || stated.iter().any(|it| it.value == Service::Any) {
        true => None,
        false => Some(stated.iter().any(|it| it.value.includes(service))),
    }
}

/// Whether sessions over a transport are of the service alone that is permitted.
const fn is_open(transport: Transport) -> bool {
    matches!(transport, Transport::PlainInternet | Transport::Tls | Transport::TlsMtls)
}

/// Whether a transport carries other traffic, or hands over a screen.
const fn carries(transport: Transport) -> bool {
    !matches!(
        transport,
        Transport::PlainInternet | Transport::Tls | Transport::TlsMtls | Transport::Dedicated
    )
}
