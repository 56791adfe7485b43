//! What a device is configured to do: the same vocabulary for every vendor.
//!
//! Configured facts never share a structure with declared or observed ones; the graph joins
//! them. Every fact carries the place that says it. What a reader did not understand is part of
//! the fact ([`Match::not_understood`], [`Verdict::Unknown`]), never a silent "deny" or "permit".

mod access;
mod admission;
mod filter;
mod interface;
mod intersection;
mod nat;
mod secret;
mod shadow;
mod structure;
mod tunnel;

pub use access::{
    Addressing, AddressingKind, BroadcastRelay, CloudManagement, Management, ManagementKind,
    RemoteAccess,
};
pub use admission::Admission;
pub use filter::{
    Answers, Applied, Family, Filter, FilterLine, Hook, Match, Protocols, States, Transport,
    Verdict, names_interface,
};
pub use interface::{
    Acquired, Bridge, Interface, InterfaceKind, Neighbour, NextHop, Route, RoutingPeer, Zone,
};
pub use nat::{Becomes, Nat, NatKind, TranslationOrder};
pub use secret::{Digest, Secret, SecretKind};
pub use shadow::{Shadow, Shadowed};
pub use structure::{Definition, Reference, StructureKind, Structures};
pub use tunnel::{Ike, IkeVersion, Remote, Selector, Tunnel, TunnelKind};

use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// Everything that one device, or one file of it, is configured to do.
#[derive(Clone, Debug, Default)]
pub struct DeviceConfig {
    /// The name that the device gives itself. A hint, never an identity.
    pub hostname: Option<Spanned<String>>,
    /// Names that a public name service keeps pointed at it: dynamic DNS, NetVolante DNS. Somebody
    /// outside means to reach it by them.
    pub published: Vec<Spanned<String>>,
    /// Its model, where the text says so: `RTX1210`, `FGT60F`.
    pub product: Option<Spanned<String>>,
    /// The version of its software as the vendor writes it: `14.01.42`, `7.2.5`.
    pub version: Option<Spanned<String>>,
    /// Its serial number.
    pub serial: Option<Spanned<String>>,
    /// Termination points, physical and logical, with the tunnel interfaces.
    pub interfaces: Vec<Interface>,
    /// Layer 2: interfaces that form one broadcast domain.
    pub bridges: Vec<Bridge>,
    /// The vendor's own zones of interfaces.
    pub zones: Vec<Zone>,
    /// Static and connected-by-configuration routes, in the order of the text.
    pub routes: Vec<Route>,
    /// Neighbours of routing protocols.
    pub peers: Vec<RoutingPeer>,
    /// Hosts that were seen on its links.
    pub neighbours: Vec<Neighbour>,
    /// Lists of filter lines.
    pub filters: Vec<Filter>,
    /// Where filters take effect. What is not applied does nothing.
    pub applied: Vec<Applied>,
    /// What happens to forwarded traffic that no applied filter speaks about; [`Verdict::Unknown`]
    /// when the vendor's default is not known.
    pub unfiltered: Verdict,
    /// Whether answers of permitted sessions come back without a filter line of their own, as on
    /// every firewall with a session table.
    pub stateful: bool,
    /// Translations in the order in which the device tries them.
    pub nat: Vec<Nat>,
    /// When it does so, relative to its filters.
    pub translates: TranslationOrder,
    /// Encrypted or encapsulating links, also switched-off ones.
    pub tunnels: Vec<Tunnel>,
    /// Servers that let people or devices in: VPN, dial-in.
    pub remote_access: Vec<RemoteAccess>,
    /// Portals that fetch pages and files inside on behalf of those who log in, past every filter.
    pub portals: Vec<Span>,
    /// Management services and who may reach them.
    pub management: Vec<Management>,
    /// DHCP and router advertisements.
    pub addressing: Vec<Addressing>,
    /// UDP broadcasts that it sends on to hosts elsewhere.
    pub broadcasts: Vec<BroadcastRelay>,
    /// Management by a service in the vendor's cloud.
    pub cloud: Vec<CloudManagement>,
    /// Secrets, as digests.
    pub secrets: Vec<Secret>,
    /// Names that are defined and names that are used.
    pub structures: Structures,
    /// What stands in the text but probably does not work, and why.
    pub doubts: Vec<Doubt>,
}

/// Something that is configured and, as far as the text shows, does not take effect or not as meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The line.
    pub span: crate::source::Span,
    /// Why.
    pub why: crate::locale::Text,
}

impl DeviceConfig {
    /// The interface with this name.
    pub fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|it| it.name.value == name)
    }

    /// The interface in whose network an address lies.
    pub fn towards(&self, address: IpAddr) -> Option<&Interface> {
        let all = self.interfaces.iter().filter(|it| it.enabled);
        let best = all.filter_map(|interface| {
            let networks = interface.addresses.iter().map(|it| it.value);
            let longest = networks.filter(|it| it.contains(address)).map(|it| it.prefix()).max();
            Some((longest?, interface))
        });
        best.max_by_key(|(prefix, _)| *prefix).map(|(_, interface)| interface)
    }

    /// The interfaces over which a route leads, with the neighbour where one is named.
    pub fn ways(
        &self,
        route: &Route,
    ) -> impl Iterator<Item = (Option<&Interface>, Option<IpAddr>)> {
        route.via.iter().filter_map(|via| match via {
            NextHop::Address(next) => Some((self.towards(*next), Some(*next))),
            NextHop::Interface(name) => Some((self.interface(name), None)),
            NextHop::Over(next, name) => Some((self.interface(name), Some(*next))),
            NextHop::Instance(_) | NextHop::Discard | NextHop::Unknown(_) => None,
        })
    }

    /// The filter with this name.
    pub fn filter(&self, name: &str) -> Option<&Filter> {
        self.filters.iter().find(|it| it.name.value == name)
    }

    /// Joins what another file of the same device says. Interfaces of one name become one.
    pub fn absorb(&mut self, other: Self) {
        self.hostname = self.hostname.take().or(other.hostname);
        self.published.extend(other.published);
        self.product = self.product.take().or(other.product);
        self.version = self.version.take().or(other.version);
        self.serial = self.serial.take().or(other.serial);
        for interface in other.interfaces {
            let name = &interface.name.value;
            match self.interfaces.iter_mut().find(|it| it.name.value == *name) {
                Some(known) => known.absorb(interface),
                None => self.interfaces.push(interface),
            }
        }
        self.bridges.extend(other.bridges);
        self.zones.extend(other.zones);
        self.routes.extend(other.routes);
        self.peers.extend(other.peers);
        self.neighbours.extend(other.neighbours);
        self.filters.extend(other.filters);
        self.applied.extend(other.applied);
        if self.unfiltered == Verdict::Unknown {
            self.unfiltered = other.unfiltered;
        }
        self.stateful |= other.stateful;
        self.nat.extend(other.nat);
        if self.translates == TranslationOrder::Unknown {
            self.translates = other.translates;
        }
        self.tunnels.extend(other.tunnels);
        self.remote_access.extend(other.remote_access);
        self.portals.extend(other.portals);
        self.management.extend(other.management);
        self.addressing.extend(other.addressing);
        self.broadcasts.extend(other.broadcasts);
        self.cloud.extend(other.cloud);
        self.secrets.extend(other.secrets);
        self.structures.absorb(other.structures);
        self.doubts.extend(other.doubts);
    }
}
