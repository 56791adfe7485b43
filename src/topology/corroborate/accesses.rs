//! Servers, dial-in, cloud management and inside gateways ↔ what is declared of them.

use super::Desk;
use super::connections::{enabled, ends_here};
use super::transports::{agrees, is_first};
use crate::inventory::{Connection, Endpoint, Entry};
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::words::{Ipv6Handling, PartyKind, Transport};
use crate::model::{Answer, EntityKind, EntityRef};
use crate::topology::external::{Contradiction, Disagreement, PathKind};

pub(super) fn settle(desk: &mut Desk<'_>) {
    for at in 0..desk.paths.len() {
        let Some(path) = desk.paths.get(at) else { continue };
        if path.declared.is_some() {
            continue;
        }
        match (path.kind, path.encapsulation) {
            (PathKind::RemoteAccess | PathKind::DialIn, Some(kind)) => server(desk, at, kind),
            (PathKind::Tunnel, Some(kind)) => accepted(desk, at, kind),
            (PathKind::Cloud, _) => cloud(desk, at),
            (PathKind::Gateway, _) => gateway(desk, at),
            (PathKind::Ipv6, _) => ipv6(desk, at),
            _ => {}
        }
    }
}

/// A server: the connections of its kind that end here use it, else the device says that it
/// accepts such access.
fn server(desk: &mut Desk<'_>, at: usize, kind: TunnelKind) {
    let Some(path) = desk.paths.get(at) else { return };
    let (on, span) = (path.enabled, path.span);
    let protected = desk.is_protected(at);
    // What is written for another kind first, and what has a tunnel of its own, means that one.
    let meant = |transport: Transport| match is_first(kind, protected, transport) {
        true => Some(0_u8),
        false => agrees(kind, protected, transport).then_some(1),
    };
    let has_tunnel = |thing: &EntityRef, transport: Transport| {
        desk.paths.iter().any(|path| {
            let first = path.encapsulation.is_some_and(|kind| is_first(kind, true, transport));
            path.kind == PathKind::Tunnel
                && path.enabled
                && path
                    .declared
                    .as_ref()
                    .is_some_and(|(it, _)| it == thing || *thing == *desk.ledger.thing)
                && first
        })
    };
    let mut users: Vec<(u8, &Entry<Connection>)> = Vec::new();
    for user in &desk.ledger.connections {
        let thing = EntityRef::new(EntityKind::Connection, &user.id.value);
        if let Some(rank) = meant(user.transport.value)
            && ends_here(desk, user)
            && !has_tunnel(&thing, user.transport.value)
            && desk.shared.iter().all(|(it, _)| *it != thing)
        {
            users.push((rank, user));
        }
    }
    let best = users.iter().map(|(rank, _)| *rank).min();
    let users: Vec<&Entry<Connection>> =
        users.into_iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, it)| it).collect();
    let accepts = desk
        .ledger
        .remote_access
        .iter()
        .filter_map(|it| Some((meant(it.transport.value)?, it)))
        .filter(|(rank, it)| *rank == 0 || !has_tunnel(desk.ledger.thing, it.transport.value))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, it)| it);
    if let Some(stopped) = accepts.filter(|it| it.enabled.as_ref().is_some_and(|it| !it.value)) {
        // Declared as switched off: told when it is on, silent when it is off, too.
        let declared = stopped.enabled.as_ref().map_or(stopped.span, |it| it.span);
        desk.declare(at, desk.ledger.thing.clone(), stopped.span);
        if on {
            desk.contradict(
                at,
                Contradiction {
                    about: Disagreement::Enabled,
                    declared: (
                        Text::new("台帳では停止", "switched off, says the ledger"),
                        declared,
                    ),
                    configured: (Text::new("設定では有効", "switched on on the device"), span),
                },
            );
        }
        return;
    }
    let found = match (users.first(), accepts) {
        (Some(user), _) => {
            Some((EntityRef::new(EntityKind::Connection, &user.id.value), user.id.span))
        }
        (None, Some(accepts)) => Some((desk.ledger.thing.clone(), accepts.span)),
        (None, None) => None,
    };
    let Some((thing, declared)) = found else { return };
    desk.declare(at, thing, declared);
    if !on {
        desk.contradict(at, enabled(declared, span));
        return;
    }
    for user in users.iter().skip(1) {
        desk.shared.push((EntityRef::new(EntityKind::Connection, &user.id.value), span));
    }
}

/// A tunnel that fits no connection but is one of those that the device is said to accept.
fn accepted(desk: &mut Desk<'_>, at: usize, kind: TunnelKind) {
    let Some(path) = desk.paths.get(at) else { return };
    let protected = desk.is_protected(at);
    let mut accesses = desk.ledger.remote_access.iter();
    let found = accesses.find(|it| {
        let on = it.enabled.as_ref().is_none_or(|it| it.value);
        let from = desk.territory.addresses(&it.from);
        let theirs = match &path.remote {
            Some(Remote::Network(network)) => from.meets(&(*network).into()),
            // Anybody may come only where the ledger does not limit who may.
            Some(Remote::Any) => from.is_empty(),
            // A tunnel to one known site is a connection: who may knock does not explain it.
            _ => false,
        };
        on && theirs && agrees(kind, protected, it.transport.value)
    });
    let span = found.map(|it| it.span);
    if let Some(span) = span.filter(|_| path.enabled) {
        desk.declare(at, desk.ledger.thing.clone(), span);
    }
}

/// A connection to a cloud service or a maker that is about this device itself.
fn cloud(desk: &mut Desk<'_>, at: usize) {
    let about_us = |it: &&&Entry<Connection>| {
        let transport = matches!(
            it.transport.value,
            Transport::Tls | Transport::TlsMtls | Transport::RemoteControl
        );
        let party = desk.inventory.parties.get(it.party.id()).map(|it| it.kind.value);
        let maker = matches!(
            party,
            Some(PartyKind::Cloud | PartyKind::Vendor | PartyKind::Integrator | PartyKind::Carrier)
        );
        transport && maker && names(it, &desk.ledger.thing.id)
    };
    let found = desk.ledger.connections.iter().find(about_us).copied();
    if let Some(connection) = found {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        desk.declare(at, thing, connection.id.span);
    }
}

/// Whether a connection is about the device at which it enters: its permissions name it, or there
/// are none.
fn names(connection: &Connection, device: &str) -> bool {
    let is_it = |end: &Endpoint| matches!(end, Endpoint::Named(id) if id == device);
    connection.allow.is_empty()
        || connection.allow.iter().any(|it| {
            is_it(&it.to.value) || it.from.as_ref().is_some_and(|from| is_it(&from.value))
        })
}

/// An inside host that is declared to have a line of its own, or to pass traffic on.
fn gateway(desk: &mut Desk<'_>, at: usize) {
    let Some(Remote::Address(host)) = desk.paths.get(at).and_then(|it| it.remote.clone()) else {
        return;
    };
    let systems = desk.territory.owners(host).iter().filter(|it| it.kind == EntityKind::System);
    let found = systems.filter_map(|it| desk.inventory.systems.get(&it.id)).find_map(|system| {
        let mut interfaces = system.interfaces.iter();
        let leads = interfaces.find(|it| {
            it.circuit.is_some() || it.forwarding.as_ref().is_some_and(|it| it.value == Answer::Yes)
        });
        let entered = desk
            .inventory
            .connections
            .iter()
            .any(|it| it.at.as_ref().is_some_and(|at| at.value.owner == system.id.value));
        let span = leads.map(|it| it.id.span).or(entered.then_some(system.id.span))?;
        Some((EntityRef::new(EntityKind::System, &system.id.value), span))
    });
    if let Some((thing, span)) = found {
        desk.declare(at, thing, span);
    }
}

/// IPv6 that the ledger says is passed through.
fn ipv6(desk: &mut Desk<'_>, at: usize) {
    let device = desk.inventory.devices.get(&desk.ledger.thing.id);
    let stated = device.and_then(|it| it.ipv6.as_ref());
    let stated = stated.filter(|it| it.value == Ipv6Handling::PassThrough).map(|it| it.span);
    if let Some(span) = stated {
        desk.declare(at, desk.ledger.thing.clone(), span);
    }
}
