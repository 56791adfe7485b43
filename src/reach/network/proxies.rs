//! Addresses that a device answers for on a link although no interface has them: those that it
//! translates to hosts behind it (proxy ARP, RFC 1027).

use super::{Forwarding, Network, Node, NodeId, PlaceId};
use crate::model::AddressSet;
use crate::model::device::TranslationOrder;
use std::collections::BTreeMap;

/// Addresses of others for which a port takes packets.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// The node.
    pub node: NodeId,
    /// Its port.
    pub port: usize,
    /// The addresses.
    pub addresses: AddressSet,
    /// Whether it does.
    pub answers: Answering,
}

/// Whether a device answers for the addresses that it translates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Devices of the kind do unless told not to.
    Usually,
    /// Devices of the kind do where it is configured, after whoever has the address.
    WhereTold,
    /// Nobody knows of what kind the device is in this.
    Unknown,
}

/// Who answers for what at which place.
pub(super) fn proxies(nodes: &[Node<'_>]) -> BTreeMap<PlaceId, Vec<Proxy>> {
    let mut all: BTreeMap<PlaceId, Vec<Proxy>> = BTreeMap::new();
    for (id, node) in nodes.iter().enumerate() {
        let Forwarding::Configured(machine) = &node.forwarding else { continue };
        for (at, port) in node.ports.iter().enumerate() {
            let listens = port.interface.map(|it| machine.listens_for(it)).unwrap_or_default();
            let addresses = listens.difference(&port.addresses);
            if !addresses.is_empty() {
                let answers = match machine.config.translates {
                    TranslationOrder::OutsideFilters => Answering::Usually,
                    TranslationOrder::AfterIncoming | TranslationOrder::AtInterfaces => {
                        Answering::WhereTold
                    }
                    TranslationOrder::Unknown => Answering::Unknown,
                };
                let proxy = Proxy { node: id, port: at, addresses, answers };
                all.entry(port.place).or_default().push(proxy);
            }
        }
    }
    all
}

impl Network<'_> {
    /// Who answers at a place for addresses that are none of their own.
    pub fn proxies(&self, place: PlaceId) -> &[Proxy] {
        self.proxies.get(&place).map_or(&[], Vec::as_slice)
    }
}
