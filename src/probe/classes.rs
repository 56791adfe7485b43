//! Who stands at an address, and how careful one has to be with it.

use super::scope::{embedded, is_single};
use crate::inventory::Inventory;
use crate::model::words::{SystemClass, SystemKind};
use crate::model::{EntityKind, EntityRef, IpNetwork, network_of, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

vocabulary! {
    /// How careful one has to be with a thing. The order is that of strictness.
    Care("確認の可否", "care") {
        Ordinary = "ordinary" ("確認範囲指定書があれば可", "may be asked within a scope"),
        Consent = "consent" ("所有者の同意が必要", "needs the consent of its owner"),
        Never = "never" ("行わない", "is never asked"),
    }
}

/// What a class of equipment asks for. Devices are known to reboot at one unexpected packet.
const fn of_class(class: SystemClass) -> Care {
    match class {
        SystemClass::LifeSupport => Care::Never,
        SystemClass::MedicalDevice => Care::Consent,
        SystemClass::Server | SystemClass::Terminal | SystemClass::Appliance | SystemClass::Iot => {
            Care::Ordinary
        }
    }
}

/// What a kind of system asks for, whatever its class says: the stricter of the two holds.
const fn of_kind(kind: SystemKind) -> Care {
    match kind {
        SystemKind::Therapy | SystemKind::PatientMonitor => Care::Never,
        SystemKind::Modality
        | SystemKind::Analyzer
        | SystemKind::NurseCall
        // Controllers of power, air and gases are as fragile as medical devices (NIST SP 800-82r3).
        | SystemKind::BuildingManagement => Care::Consent,
        _ => Care::Ordinary,
    }
}

/// The stricter of what the class and the kind of a system ask for.
pub fn care(class: SystemClass, kind: SystemKind) -> Care {
    of_class(class).max(of_kind(kind))
}

/// One declaration of addresses.
#[derive(Clone, Debug)]
struct Holder {
    thing: EntityRef,
    care: Care,
    network: IpNetwork,
}

/// What stands at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Everything that declares the address, by itself or as one of a group, with its care.
    pub things: Vec<(&'a EntityRef, Care)>,
    /// Whether something declares the address singly, not only as one of a group.
    pub singly: bool,
    /// Whether it was seen on the wire.
    pub observed: bool,
}

impl<'a> Standing<'a> {
    /// The strictest care. What nothing declares counts as medical.
    pub fn care(&self) -> Care {
        self.things.iter().map(|(_, care)| *care).max().unwrap_or(Care::Consent)
    }

    /// The things of a care.
    pub fn with(&self, care: Care) -> impl Iterator<Item = &'a EntityRef> + '_ {
        self.things.iter().filter(move |it| it.1 == care).map(|it| it.0)
    }
}

/// Who stands where, by the declaration and by what was passively observed.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    holders: Vec<Holder>,
    /// The holders of single addresses.
    hosts: BTreeMap<IpAddr, Vec<usize>>,
    /// The holders of networks.
    groups: Vec<usize>,
    observed: BTreeSet<IpAddr>,
    /// Every network that is declared anywhere and has special addresses.
    networks: BTreeSet<IpNetwork>,
}

impl Classes {
    /// Reads the declaration; `observed` are addresses of hosts that were seen passively.
    pub fn new(inventory: &Inventory, observed: impl IntoIterator<Item = IpAddr>) -> Self {
        let mut all =
            Self { observed: observed.into_iter().map(embedded).collect(), ..Self::default() };
        for zone in &inventory.zones {
            zone.networks.iter().for_each(|it| all.span(it.value));
        }
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let care = care(system.class.value, system.kind.value);
            let own = system.addresses.iter();
            let further = system.interfaces.iter().flat_map(|it| &it.addresses);
            own.chain(further).for_each(|it| all.hold(&thing, care, it.value));
        }
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            for address in device.interfaces.iter().flat_map(|it| &it.addresses) {
                all.span(network_of(address.value));
                all.hold(&thing, Care::Ordinary, single(address.value.ip()));
            }
        }
        for party in &inventory.parties {
            // Equipment of others: they are its owner.
            let thing = EntityRef::new(EntityKind::Party, &party.id.value);
            party.networks.iter().for_each(|it| all.hold(&thing, Care::Consent, it.value));
        }
        all
    }

    /// Notes a thing at an address, or at any address of a network.
    fn hold(&mut self, thing: &EntityRef, care: Care, network: IpNetwork) {
        self.span(network_of(network));
        // With bits of a host it is the address of one, whatever the prefix length.
        let one = is_single(network) || network.ip() != network.network();
        let network = if one { single(embedded(network.ip())) } else { network };
        let at = self.holders.len();
        match one {
            true => self.hosts.entry(network.ip()).or_default().push(at),
            false => self.groups.push(at),
        }
        self.holders.push(Holder { thing: thing.clone(), care, network });
    }

    fn span(&mut self, network: IpNetwork) {
        // Networks of one or two have no special addresses (RFC 3021, RFC 6164).
        let most = if network.is_ipv4() { 30 } else { 126 };
        if network.prefix() <= most {
            self.networks.insert(network_of(network));
        }
    }

    /// What stands at an address.
    pub fn at(&self, address: IpAddr) -> Standing<'_> {
        let address = embedded(address);
        let singly = self.hosts.get(&address);
        let groups = self.groups.iter().filter_map(|at| self.holders.get(*at));
        let groups = groups.filter(|it| it.network.contains(address));
        let hosts = singly.into_iter().flatten().filter_map(|at| self.holders.get(*at));
        Standing {
            things: hosts.chain(groups).map(|it| (&it.thing, it.care)).collect(),
            singly: singly.is_some(),
            observed: self.observed.contains(&address),
        }
    }

    /// Whether something is known to stand there: declared, or seen.
    pub fn knows(&self, address: IpAddr) -> bool {
        let standing = self.at(address);
        standing.observed || !standing.things.is_empty()
    }

    /// The addresses that were seen passively.
    pub fn observed(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.observed.iter().copied()
    }

    /// Every declared network that has special addresses.
    pub(super) fn networks(&self) -> impl Iterator<Item = IpNetwork> + '_ {
        self.networks.iter().copied()
    }
}

/// The network of one address.
fn single(address: IpAddr) -> IpNetwork {
    IpNetwork::from(address)
}
