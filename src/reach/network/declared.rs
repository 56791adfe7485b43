//! What the inventory permits, as packets: permissions of connections, flows, port forwards.

use super::AddressBook;
use crate::inventory::{Connection, Entry, Inventory};
use crate::model::words::Direction;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::reach::packets::PacketSet;
use crate::source::Span;

/// One declared permission.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The packets.
    pub packets: PacketSet,
    /// The line of the inventory.
    pub span: Span,
    /// The connection or the flow that it belongs to.
    pub of: EntityRef,
}

/// Everything that the inventory permits.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// One by one, in the order of the inventory.
    pub permissions: Vec<Permission>,
    /// All of them together.
    pub all: PacketSet,
}

impl Declared {
    pub(super) fn new(inventory: &Inventory, book: &AddressBook) -> Self {
        let mut permissions = Vec::new();
        for connection in &inventory.connections {
            permissions.extend(of_connection(inventory, book, connection));
        }
        for (at, flow) in inventory.flows.iter().enumerate() {
            let services: Vec<Service> = flow.services.iter().map(|it| it.value).collect();
            let (from, to) = (book.end(&flow.from.value), book.end(&flow.to.value));
            permissions.push(Permission {
                packets: PacketSet::sessions(&from, &to, &services),
                span: flow.span,
                of: EntityRef::new(EntityKind::Flow, at.to_string()),
            });
        }
        let all = permissions.iter().map(|it| it.packets.clone()).collect();
        Self { permissions, all }
    }

    /// What a connection permits: from the party inwards, and from inside to the party.
    pub fn of<'s>(&'s self, connection: &'s EntityRef) -> impl Iterator<Item = &'s Permission> {
        self.permissions.iter().filter(move |it| it.of == *connection)
    }
}

fn of_connection(
    inventory: &Inventory,
    book: &AddressBook,
    connection: &Entry<Connection>,
) -> Vec<Permission> {
    let of = EntityRef::new(EntityKind::Connection, &connection.id.value);
    let party = sources(book, connection);
    let mut all = Vec::new();
    let mut push = |from: &AddressSet, to: &AddressSet, services: &[Service], span| {
        let packets = PacketSet::sessions(from, to, services);
        all.push(Permission { packets, span, of: of.clone() });
    };
    for allow in &connection.allow {
        let services: Vec<Service> = allow.services.iter().map(|it| it.value).collect();
        let to = book.end(&allow.to.value);
        let outbound = allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound);
        let from = match &allow.from {
            Some(from) => book.end(&from.value),
            None if outbound => book.inside().clone(),
            None => party.clone(),
        };
        match &allow.via {
            Some(via) if !outbound => {
                let relay = book.of(&EntityRef::new(EntityKind::System, via.id()));
                push(&from, &relay, &services, allow.span);
                push(&relay, &to, &services, allow.span);
            }
            _ => push(&from, &to, &services, allow.span),
        }
    }
    if connection.allow.is_empty() && connection.purpose.value.opened_from_outside() {
        // Nothing keeps it from the zones at its entry.
        let zones = entered(inventory, connection).into_iter();
        let to: AddressSet = zones.map(|it| book.of(&it)).collect();
        push(&party, &to, &[], connection.id.span);
    }
    all
}

/// From which addresses the party of a connection comes: those that the connection names, else its
/// own.
pub(super) fn sources(book: &AddressBook, connection: &Connection) -> AddressSet {
    let named: AddressSet = connection.sources.iter().map(|it| book.end(&it.value)).collect();
    match named.is_empty() {
        // Whoever comes from outside has no address of the inside, unless he forges it: then no
        // answer gets back to him.
        false if named.is_any() => named.difference(book.inside()),
        false => named,
        true => book.of(&EntityRef::new(EntityKind::Party, connection.party.id())),
    }
}

/// The zones at the entry of a connection.
fn entered(inventory: &Inventory, connection: &Connection) -> Vec<EntityRef> {
    let at = connection.at.as_ref().map(|at| at.value.owner.as_str());
    let through = connection.through.iter().map(|it| it.id());
    let zones = at.into_iter().chain(through).find_map(|id| {
        let zones = match (inventory.devices.get(id), inventory.systems.get(id)) {
            (Some(device), _) => device.zones(),
            (None, Some(system)) => system.zones(),
            (None, None) => Vec::new(),
        };
        (!zones.is_empty()).then_some(zones)
    });
    zones.unwrap_or_default().into_iter().map(|it| EntityRef::new(EntityKind::Zone, it)).collect()
}
