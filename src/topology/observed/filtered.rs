//! What a tap did not look at because of its filter. A declared connection of which a part may have
//! been left out is not one that was not seen.
//!
//! A filter is harmless to a connection only where that is sure: it leaves out addresses of our own
//! networks that the connection does not use, or ports that it does not use.

use crate::inventory::{Connection, Endpoint, Entry, Inventory};
use crate::model::Service;
use crate::model::words::Transport;
use crate::observation::{Filter, LeftOut, Piece};
use ipnetwork::IpNetwork;

/// The filters with which a piece was captured.
pub(super) fn filters(piece: &Piece) -> impl Iterator<Item = &str> {
    piece.interfaces.iter().map(|it| it.filter.as_str()).filter(|it| !it.is_empty())
}

/// Whether a piece may have left out something of a connection.
pub(super) fn leaves_out(
    inventory: &Inventory,
    piece: &Piece,
    connection: &Entry<Connection>,
) -> bool {
    filters(piece).any(|filter| match Filter::parse(filter) {
        Ok(filter) => filter.terms().any(|it| !match it {
            LeftOut::Network(network) => spares(inventory, connection, network),
            LeftOut::Ports(service) => leaves_ports(connection, service),
        }),
        // The filter of another program: what it leaves out is not known.
        Err(_) => true,
    })
}

/// Whether a network is one of ours, and nothing of a connection is in it.
fn spares(inventory: &Inventory, connection: &Connection, network: IpNetwork) -> bool {
    let all = inventory.zones.iter().flat_map(|it| &it.networks);
    let is_ours = all.clone().any(|it| holds(it.value, network));
    let used = addresses(inventory, connection);
    is_ours && used.is_some_and(|it| !it.iter().any(|own| meet(*own, network)))
}

/// Every address that a connection uses inside, and those of its entry point; none where that cannot
/// be told.
fn addresses(inventory: &Inventory, connection: &Connection) -> Option<Vec<IpNetwork>> {
    let mut used = Vec::new();
    let mut take = |id: &str| {
        let count = used.len();
        let zone = |id: &str| inventory.zones.get(id).into_iter().flat_map(|it| &it.networks);
        if let Some(system) = inventory.systems.get(id) {
            used.extend(system.attachments().flat_map(|it| it.addresses).map(|it| it.value));
            if used.len() == count {
                used.extend(system.zones().into_iter().flat_map(zone).map(|it| it.value));
            }
        } else if let Some(device) = inventory.devices.get(id) {
            let own = device.interfaces.iter().flat_map(|it| &it.addresses);
            used.extend(own.map(|it| IpNetwork::from(it.value.ip())));
        } else if inventory.parties.get(id).is_some() {
            // Outside, wherever that is: no network of ours.
            return Some(());
        } else {
            used.extend(zone(id).map(|it| it.value));
        }
        (used.len() > count).then_some(())
    };
    take(&connection.at.as_ref()?.value.owner)?;
    (!connection.allow.is_empty()).then_some(())?;
    for allow in &connection.allow {
        let via = allow.via.iter().map(|it| it.id());
        via.into_iter().try_for_each(&mut take)?;
    }
    let mut networks = Vec::new();
    for end in connection.allow.iter().flat_map(|it| it.from.iter().chain([&it.to])) {
        match &end.value {
            Endpoint::Any => return None,
            Endpoint::Internet => {}
            Endpoint::Network(it) => networks.push(*it),
            Endpoint::Named(id) => take(id)?,
        }
    }
    used.extend(networks);
    Some(used)
}

/// Whether a connection surely says nothing on these ports, inside its tunnel and outside.
fn leaves_ports(connection: &Connection, left: Service) -> bool {
    let inside = connection.allow.iter().flat_map(|it| &it.services).map(|it| it.value);
    let all_told = connection.allow.iter().all(|it| !it.services.is_empty());
    let outside: &[Service] = match connection.transport.value {
        it if it.is_closed() => &[],
        Transport::IpsecIke => &[Service::udp(500), Service::udp(4500)],
        Transport::L2tpIpsec => &[Service::udp(500), Service::udp(4500), Service::udp(1701)],
        _ => return false,
    };
    let mut all = inside.chain(outside.iter().copied());
    !connection.allow.is_empty() && all_told && !all.any(|it| share(it, left))
}

/// Whether two services have a port in common.
fn share(a: Service, b: Service) -> bool {
    match (a, b) {
        (Service::Any, _) | (_, Service::Any) => true,
        (
            Service::Ports { protocol: a, first: a1, last: a2 },
            Service::Ports { protocol: b, first: b1, last: b2 },
        ) => a == b && a1 <= b2 && b1 <= a2,
    }
}

fn meet(a: IpNetwork, b: IpNetwork) -> bool {
    holds(a, b) || holds(b, a)
}

fn holds(outer: IpNetwork, inner: IpNetwork) -> bool {
    outer.is_ipv4() == inner.is_ipv4()
        && outer.prefix() <= inner.prefix()
        && outer.contains(inner.ip())
}
