//! Lines: which are open to the internet, and who stands behind each.

use super::declared::sources;
use super::{Behind, Network, NodeId, PlaceId, PlaceKind};
use crate::inventory::{Circuit, Connection, Inventory};
use crate::model::words::{CircuitKind, Transport};
use crate::model::{AddressSet, Answer, EntityKind, EntityRef};
use crate::topology::Topology;

/// Whether anybody on the internet can send packets over such a line.
pub(super) fn is_open(circuit: &Circuit) -> bool {
    matches!(circuit.kind.value, CircuitKind::Internet | CircuitKind::MobileInternet)
        || circuit.shared_with_internet.as_ref().is_some_and(|it| it.value == Answer::Yes)
}

/// Whether packets come as they are, out of no tunnel that the device itself would end.
pub(super) const fn is_plain(transport: Transport) -> bool {
    use Transport as T;
    matches!(
        transport,
        T::Dedicated
            | T::Isdn
            | T::IpVpn
            | T::ClosedMobile
            | T::TlsMtls
            | T::Tls
            | T::RemoteControl
            | T::PlainInternet
    )
}

/// The party of a connection.
pub(super) fn party(connection: &Connection) -> EntityRef {
    EntityRef::new(EntityKind::Party, connection.party.id())
}

impl Network<'_> {
    /// Whether a place is outside.
    pub(super) fn is_outside(&self, place: PlaceId) -> bool {
        self.places.get(place).is_some_and(|it| matches!(it.kind, PlaceKind::Outside(_)))
    }

    /// Whether a place is what a circuit leads to.
    pub(super) fn is_circuit(&self, place: PlaceId, circuit: &str) -> bool {
        let kind = self.places.get(place).map(|it| &it.kind);
        matches!(kind, Some(PlaceKind::Outside(Some(it))) if it.id == circuit)
    }

    /// The first node on a circuit.
    pub(super) fn at_circuit(&self, circuit: &str) -> Option<NodeId> {
        let here =
            |ports: &[super::Port]| ports.iter().any(|it| self.is_circuit(it.place, circuit));
        self.nodes.iter().position(|node| here(&node.ports))
    }

    /// Who stands behind each place outside.
    pub(super) fn find_behind(&mut self, inventory: &Inventory, topology: &Topology) {
        let mut all: Vec<Vec<Behind>> = vec![Vec::new(); self.places.len()];
        for (place, behind) in self.places.iter().zip(&mut all) {
            let PlaceKind::Outside(circuit) = &place.kind else { continue };
            if let Some(path) = circuit.as_ref().filter(|it| it.kind == EntityKind::Path) {
                behind.extend(self.behind_path(inventory, topology, path));
                continue;
            }
            let circuit = circuit.as_ref().and_then(|it| inventory.circuits.get(&it.id));
            if circuit.is_none_or(|it| is_open(it)) {
                let none = AddressSet::none;
                let internet = (topology.internet(), self.book.internet());
                for (thing, addresses) in
                    std::iter::once(internet).chain(self.book.public_parties())
                {
                    behind.push(Behind { thing, addresses, perhaps: none() });
                }
            }
        }
        for connection in &inventory.connections {
            let Some(place) = self.place_of(inventory, connection) else { continue };
            let own = sources(&self.book, connection);
            let perhaps = match self.book.is_made_up(&own) {
                true => self.book.outside(),
                false => AddressSet::none(),
            };
            let thing = party(connection);
            let Some(behind) = all.get_mut(place) else { continue };
            match behind.iter_mut().find(|it| it.thing == thing) {
                Some(known) => {
                    known.addresses = known.addresses.union(&own);
                    known.perhaps = known.perhaps.union(&perhaps);
                }
                None => behind.push(Behind { thing, addresses: own, perhaps }),
            }
        }
        self.behind = all;
    }

    /// Who stands behind a path that is a node of its own.
    fn behind_path(
        &self,
        inventory: &Inventory,
        topology: &Topology,
        thing: &EntityRef,
    ) -> Option<Behind> {
        let path = topology.paths().iter().find(|it| it.thing == *thing)?;
        let declared = path.declared.as_ref().filter(|it| it.0.kind == EntityKind::Connection);
        let connection = declared.and_then(|it| inventory.connections.get(&it.0.id));
        let thing = connection.map_or_else(|| path.thing.clone(), |it| party(it));
        let own = connection.map(|it| sources(&self.book, it)).unwrap_or_default();
        let addresses = own.union(&path.beyond);
        Some(Behind { thing, addresses, perhaps: self.book.outside() })
    }

    /// Over which place outside a connection comes.
    fn place_of(&self, inventory: &Inventory, connection: &Connection) -> Option<PlaceId> {
        let circuit = connection.circuit.as_ref().map(|it| it.id().to_owned());
        let at = connection.at.as_ref().map(|it| &it.value);
        let named = || {
            let at = at?;
            let device = inventory.devices.get(&at.owner)?;
            let port = device.interfaces.get(at.interface.as_deref()?)?;
            Some(port.circuit.as_ref()?.id().to_owned())
        };
        if let Some(circuit) = circuit.or_else(named) {
            return self
                .places
                .iter()
                .enumerate()
                .map(|it| it.0)
                .find(|it| self.is_circuit(*it, &circuit));
        }
        let node = self.node(&EntityRef::new(EntityKind::Device, &at?.owner))?;
        let mut outside = self.nodes.get(node)?.ports.iter().filter(|it| self.is_outside(it.place));
        outside.next().filter(|_| outside.next().is_none()).map(|it| it.place)
    }
}
