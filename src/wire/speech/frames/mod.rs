//! What is said outside of flows: between neighbours, among routers.

mod bridges;
mod cdp;
mod lldp;
mod routers;

use super::bytes;
use crate::wire::words::{Learned, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// By what the frame is told; the bytes are those after that header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An EtherType: LLDP is 0x88cc.
    Ethertype(u16),
    /// IEEE 802.2; the bytes begin after the control field (three bytes of header).
    Llc {
        /// Destination service access point.
        dsap: u8,
        /// Source service access point.
        ssap: u8,
    },
    /// SNAP; the bytes begin after its five bytes.
    Snap {
        /// The organisation: Cisco is 0x00000c.
        oui: u32,
        /// Its protocol.
        pid: u16,
    },
    /// A protocol directly over IPv4 or IPv6, by its number: OSPF is 89, VRRP is 112.
    IpProtocol(u8),
    /// ICMPv6, beginning with its type.
    Icmpv6,
}

/// What one frame says. Nothing when it is not understood or malformed.
pub fn frame(kind: Kind, bytes: &[u8]) -> Vec<Learned> {
    match kind {
        Kind::Ethertype(0x88cc) => lldp::read(bytes),
        // CDP over GRE has its number as an EtherType (Cisco).
        Kind::Ethertype(0x2000) | Kind::Snap { oui: 0x0000_000c, pid: 0x2000 } => cdp::read(bytes),
        Kind::Llc { dsap: 0x42, ssap: 0x42 } => bridges::spanning_tree(bytes, false),
        Kind::Snap { oui: 0x0000_000c, pid: 0x010b } => bridges::spanning_tree(bytes, true),
        Kind::Llc { dsap: 0xfe, ssap: 0xfe } => routers::isis(bytes),
        Kind::IpProtocol(88) => routers::eigrp(bytes),
        Kind::IpProtocol(89) => routers::ospf(bytes),
        Kind::IpProtocol(103) => routers::pim(bytes),
        Kind::IpProtocol(112) => routers::vrrp(bytes),
        Kind::Icmpv6 => routers::advertisement(bytes),
        _ => None,
    }
    .into_iter()
    .collect()
}

/// A role with its words, under collection.
#[derive(Default)]
pub(super) struct RoleWords {
    details: BTreeMap<String, BTreeSet<String>>,
    virtual_addresses: BTreeSet<IpAddr>,
}

impl RoleWords {
    /// How many values of a word are kept at most.
    const MOST: usize = 16;

    pub(super) fn note(&mut self, word: &str, value: impl Into<String>) {
        let value = value.into();
        let values = self.details.entry(word.to_owned()).or_default();
        if values.len() < Self::MOST && !value.is_empty() {
            values.insert(value);
        }
    }

    pub(super) fn shares(&mut self, address: IpAddr) {
        if self.virtual_addresses.len() < Self::MOST && !address.is_unspecified() {
            self.virtual_addresses.insert(address);
        }
    }

    pub(super) fn of(self, role: Role) -> Learned {
        Learned::Role {
            by: None,
            role,
            details: self.details.into(),
            virtual_addresses: self.virtual_addresses,
        }
    }
}
