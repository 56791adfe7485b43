//! Declared connections and circuits that no configuration shows.
//!
//! *Not seen* is said only where a look would have shown them: the configuration of the device at
//! which the connection ends was read, to its end, and nearly all of it was understood; it is of a
//! kind that such a tunnel is written in; and the tunnel cannot end on a host behind it. In every
//! other case nobody has looked.

use super::{Joint, connections, forwards, is_box};
use crate::evidence::{Configured, EvidenceSet};
use crate::inventory::{Connection, Entry, Inventory};
use crate::model::words::Transport;
use crate::model::{EntityKind, EntityRef, Service};
use crate::topology::external::PathKind;
use crate::topology::ledger::{Leads, Ledger};
use crate::topology::{Corroboration, Joined, JoinedBy};

/// Of the lines that say something, how many in a hundred must have been understood.
const ENOUGH: usize = 90;

pub(super) fn settle(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    joined: &[Joined],
    joint: &mut Joint,
) {
    let known = |it: &&Joined| it.by != JoinedBy::Nothing && is_box(&it.thing);
    for connection in &inventory.connections {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        if joint.states.contains_key(&thing) {
            continue;
        }
        // Where it would be written, and everything that was read of it.
        let looked: Vec<(&Joined, Ledger<'_>, &Configured)> = joined
            .iter()
            .filter(known)
            .map(|it| (it, Ledger::new(inventory, &it.thing), evidence.devices.get(it.configured)))
            .filter(|(_, ledger, _)| {
                ledger.connections.iter().any(|it| it.id.value == connection.id.value)
                    && connections::ends_at(ledger, connection)
            })
            .filter_map(|(it, ledger, configured)| Some((it, ledger, configured?)))
            .collect();
        let state = match looked.is_empty() {
            true => None,
            false if connection.transport.value.is_tunnel() => tunnel(connection, &looked, joint),
            false => line(connection, &looked, joint),
        };
        if let Some(state) = state {
            joint.state(thing.clone(), state);
            let shown =
                connection.circuit.as_ref().map(|it| EntityRef::new(EntityKind::Circuit, it.id()));
            let spans = shown.and_then(|it| joint.shown.get(&it).cloned());
            if state == Corroboration::Confirmed {
                for span in spans.into_iter().flatten() {
                    joint.show(thing.clone(), span);
                }
            }
        }
    }
    circuits(inventory, evidence, joined, joint);
}

type Looked<'a> = (&'a Joined, Ledger<'a>, &'a Configured);

/// A tunnel that none of its devices has.
fn tunnel(
    connection: &Entry<Connection>,
    looked: &[Looked<'_>],
    joint: &Joint,
) -> Option<Corroboration> {
    // A session that only the inside opens may be a tunnel of the host that opens it.
    let from_inside =
        !connection.allow.is_empty() && forwards::inbound(connection).next().is_none();
    let passed_on = |it: &Looked<'_>| {
        let mut paths = joint.paths.iter().filter(|path| path.device == it.0.thing);
        paths.any(|path| {
            path.kind == PathKind::Forward && carries(connection.transport.value, &path.services)
        })
    };
    let clear = |it: &Looked<'_>| {
        shows(it.2, connection.transport.value) && is_read(it.2) && !passed_on(it)
    };
    (!from_inside && looked.iter().any(clear)).then_some(Corroboration::NotSeen)
}

/// A connection that is nothing but its line: it is there when the line is.
fn line(
    connection: &Entry<Connection>,
    looked: &[Looked<'_>],
    joint: &Joint,
) -> Option<Corroboration> {
    let transport = connection.transport.value;
    if !transport.is_closed() && transport != Transport::PlainInternet {
        return None;
    }
    let circuit = connection.circuit.as_ref().map(|it| it.id().to_owned());
    let entered = looked.iter().find_map(|(_, ledger, _)| {
        let named = connection.at.as_ref()?.value.interface.as_deref()?;
        let port = ledger.ports.iter().find(|it| it.id == named)?;
        match &port.leads {
            Leads::Circuit(id) => Some(id.clone()),
            _ => None,
        }
    });
    let circuit = EntityRef::new(EntityKind::Circuit, circuit.or(entered)?);
    match joint.states.get(&circuit) {
        Some(Corroboration::Confirmed | Corroboration::Conflicting) => {
            Some(Corroboration::Confirmed)
        }
        _ => None,
    }
}

/// Whether a forward may lead to a server for such a tunnel on an inside host. Those over TLS, and
/// those that choose their port, may stand behind any.
fn carries(transport: Transport, services: &[Service]) -> bool {
    use Transport as T;
    let ports: &[Service] = match transport {
        T::IpsecIke => &[Service::udp(500), Service::udp(4500)],
        T::L2tpIpsec => &[Service::udp(500), Service::udp(4500), Service::udp(1701)],
        T::L2tp => &[Service::udp(1701)],
        T::Pptp => &[Service::tcp(1723)],
        _ => return true,
    };
    services.is_empty() || services.iter().any(|it| ports.iter().any(|port| it.includes(*port)))
}

/// Whether such a tunnel would be written in these files. A firewall of Linux says nothing of VPN.
fn shows(configured: &Configured, transport: Transport) -> bool {
    use Transport as T;
    configured.files.iter().any(|file| match (file.format.part, file.format.id) {
        (false, _) => true,
        (true, "wireguard") => transport == T::WireGuard,
        (true, "strongswan") => matches!(transport, T::IpsecIke | T::L2tpIpsec),
        (true, "openvpn") => {
            matches!(transport, T::OpenVpn | T::SslVpnClient | T::SslVpnOther)
        }
        (true, _) => false,
    })
}

/// Whether a configuration was read whole and nearly all of it understood.
pub(in crate::topology) fn is_read(configured: &Configured) -> bool {
    configured.files.iter().all(|file| {
        let whole = file.remarks.iter().all(|it| it.code != "config-truncated");
        whole && file.coverage.percent() >= ENOUGH
    })
}

/// Circuits that end at devices that were read, none of which has a line to spare for them.
fn circuits(inventory: &Inventory, evidence: &EvidenceSet, joined: &[Joined], joint: &mut Joint) {
    for circuit in &inventory.circuits {
        let thing = EntityRef::new(EntityKind::Circuit, &circuit.id.value);
        if joint.states.contains_key(&thing) {
            continue;
        }
        let leads = Leads::Circuit(circuit.id.value.clone());
        let ends: Vec<EntityRef> = inventory
            .devices
            .iter()
            .map(|it| EntityRef::new(EntityKind::Device, &it.id.value))
            .filter(|it| Ledger::new(inventory, it).ports.iter().any(|port| port.leads == leads))
            .collect();
        let read = |end: &EntityRef| {
            joined.iter().any(|it| {
                let configured = evidence.devices.get(it.configured);
                it.thing == *end
                    && configured.is_some_and(|it| {
                        is_read(it) && it.files.iter().any(|file| !file.format.part)
                    })
            })
        };
        if !ends.is_empty() && ends.iter().all(read) {
            joint.state(thing, Corroboration::NotSeen);
        }
    }
}
