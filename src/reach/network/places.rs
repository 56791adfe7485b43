//! Where ports meet: what makes two of them stand at the same place.

use super::{Place, PlaceId, PlaceKind};
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork, network_of};
use std::collections::BTreeMap;

/// What makes two ports stand at the same place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Zone(String),
    Circuit(String),
    /// An end that faces outside, by device and interface.
    Outside(String, String),
    /// A network between nodes.
    Network(IpNetwork),
    /// A cable between two devices, by their ids in order.
    Cable(String, String),
}

/// The places, and where each is found.
#[derive(Default)]
pub(super) struct Places {
    pub(super) all: Vec<Place>,
    pub(super) known: BTreeMap<Key, PlaceId>,
}

impl Places {
    pub(super) fn add(&mut self, key: Key, kind: PlaceKind, networks: AddressSet) -> PlaceId {
        if let Some(at) = self.known.get(&key) {
            if let Some(place) = self.all.get_mut(*at)
                && !matches!(place.kind, PlaceKind::Zone(_))
            {
                place.networks = place.networks.union(&networks);
            }
            return *at;
        }
        self.all.push(Place { kind, networks });
        let at = self.all.len() - 1;
        self.known.insert(key, at);
        at
    }

    pub(super) fn circuit(&mut self, id: &str, networks: AddressSet) -> PlaceId {
        let thing = EntityRef::new(EntityKind::Circuit, id);
        self.add(Key::Circuit(id.to_owned()), PlaceKind::Outside(Some(thing)), networks)
    }

    pub(super) fn link(&mut self, network: IpNetwork) -> PlaceId {
        let network = network_of(network);
        self.add(Key::Network(network), PlaceKind::Link(network.to_string()), network.into())
    }

    pub(super) fn cable(&mut self, one: &str, other: &str) -> PlaceId {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        let name = format!("{one}–{other}");
        let key = Key::Cable(one.to_owned(), other.to_owned());
        self.add(key, PlaceKind::Link(name), AddressSet::none())
    }
}
