//! What a configuration of IOS means, in its own terms.

use super::interface::Port;
use super::lists::Lists;
use super::objects::Objects;
use super::parse::walk;
use super::routing::Clause;
use super::{group, tables};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{DeviceConfig, StructureKind};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// First and last of each range of VLANs.
pub(super) type Vlans = Vec<(u16, u16)>;

/// A configuration of IOS.
#[derive(Debug, Default)]
pub(super) struct Repr {
    /// Facts that need nothing else to be understood.
    pub config: DeviceConfig,
    /// Interfaces in the order of the text.
    pub ports: Vec<Port>,
    index: BTreeMap<String, usize>,
    /// Access lists.
    pub lists: Lists,
    /// Groups that they name.
    pub objects: Objects,
    /// Route maps by name, their clauses in order.
    pub route_maps: BTreeMap<String, Vec<Clause>>,
    /// Encryption.
    pub crypto: super::crypto::Crypto,
    /// Translation.
    pub nat: super::nat::NatLines,
    /// Inspection and zones.
    pub inspection: super::inspect::Inspection,
    /// Servers for people and hosts.
    pub servers: super::access::Servers,
    /// `ip local policy route-map`
    pub local_policy: Option<Spanned<String>>,
    /// Terminal lines, web servers and the like.
    pub management: super::management::Lines,
    /// `ipv6 unicast-routing`
    pub routes_v6: Option<Span>,
    /// `no ip routing`
    pub unrouted: Option<Span>,
    /// `define interface-range NAME …`: the interfaces of each name.
    pub ranges: BTreeMap<String, Vec<String>>,
    /// Interfaces of which nobody knows which they are, with lines below them.
    pub somewhere: Vec<Spanned<String>>,
    /// `vlan filter MAP vlan-list …`: the map and the VLANs.
    pub vlan_filters: Vec<(Spanned<String>, Vlans)>,
    /// `pseudowire-class`: name → encapsulation.
    pub pseudowires: BTreeMap<String, String>,
    /// `l2vpn xconnect context`
    pub contexts: Vec<super::pseudowire::Context>,
    /// Pools of addresses: name, first, last.
    pub pools: BTreeMap<String, Vec<Spanned<crate::model::AddressSet>>>,
    /// `ip forward-protocol udp …`
    pub forwarded: super::broadcasts::Forwarded,
    /// Whether `end` closes it.
    pub ended: bool,
}

impl Repr {
    /// The meaning of commands.
    pub(super) fn of(commands: &[Item<'_>], notes: &mut Notes) -> Self {
        let mut repr = Self::default();
        // Lists name groups, whichever stands first.
        walk(&mut repr, commands, group::GROUPS, notes);
        repr.objects.resolve();
        walk(&mut repr, commands, tables::GLOBAL, notes);
        repr
    }

    /// Where an interface stands in `ports`.
    pub(super) fn port(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Takes an interface, in place of what was known of it.
    pub(super) fn put(&mut self, name: &str, port: Port) {
        let next = self.ports.len();
        let at = *self.index.entry(name.to_owned()).or_insert(next);
        match self.ports.get_mut(at) {
            Some(known) => *known = port,
            None => self.ports.push(port),
        }
    }

    /// An interface is named.
    pub(super) fn refer_interface(&self, name: &str, span: Span, notes: &mut Notes) {
        // Virtual and null interfaces exist without being configured.
        if !name.starts_with("Null") && !name.starts_with("Virtual-Access") {
            notes.structures.refer(StructureKind::Interface, name, span);
        }
    }
}
