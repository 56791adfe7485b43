//! Which interfaces of a device face the outside, and how that is known.

use crate::model::device::{
    Acquired, DeviceConfig, Interface, InterfaceKind, NatKind, Route, names_interface,
};
use crate::model::{IpNetwork, network_of};
use crate::source::Span;
use crate::topology::ledger::{Leads, Ledger};
use crate::topology::territory::{Territory, is_public};
use std::net::IpAddr;

/// What an interface is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// It is no end of a line: a tunnel, a loopback, a member without addresses.
    None,
    /// It faces the hospital, or nothing says otherwise.
    Inside,
    /// It has a public address that nobody declared as inside, and nothing more is known.
    Public,
    /// It faces outside: the inventory or the configuration says so, or the way to everywhere
    /// leads over it to somebody who is not of the hospital.
    Outside,
}

/// A device with everything that is needed to tell inside from outside.
pub(crate) struct View<'a> {
    /// What it is configured to do.
    pub config: &'a DeviceConfig,
    /// What the inventory says of it.
    pub ledger: &'a Ledger<'a>,
    /// Whose addresses are whose.
    pub territory: &'a Territory<'a>,
    sides: Vec<Side>,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        config: &'a DeviceConfig,
        ledger: &'a Ledger<'a>,
        territory: &'a Territory<'a>,
    ) -> Self {
        let mut view = Self { config, ledger, territory, sides: Vec::new() };
        view.sides = config.interfaces.iter().map(|it| view.judge(it)).collect();
        // A public address alone is a line only where nothing better is known to be one.
        if view.sides.contains(&Side::Outside) {
            for side in view.sides.iter_mut().filter(|it| **it == Side::Public) {
                *side = Side::Inside;
            }
        }
        view
    }

    /// The interfaces that are switched on, with their sides.
    pub(crate) fn interfaces(&self) -> impl Iterator<Item = (&'a Interface, Side)> {
        let all = self.config.interfaces.iter().zip(self.sides.iter().copied());
        all.filter(|(interface, _)| interface.enabled)
    }

    /// The interfaces that face outside.
    pub(crate) fn outside(&self) -> impl Iterator<Item = &'a Interface> {
        let out = |side| matches!(side, Side::Outside | Side::Public);
        self.interfaces().filter(move |(_, side)| out(*side)).map(|(interface, _)| interface)
    }

    /// The side of the interface or zone with this name; `None` when there is none such.
    pub(crate) fn side(&self, name: &str) -> Option<Side> {
        let mut all = self.config.interfaces.iter().zip(&self.sides);
        let known = all.find(|(it, _)| it.name.value == name).map(|(_, side)| *side);
        known.or_else(|| {
            let zone = self.config.zones.iter().find(|it| it.name.value == name)?;
            zone.interfaces.iter().filter_map(|it| self.interface_side(&it.value)).max()
        })
    }

    fn interface_side(&self, name: &str) -> Option<Side> {
        let mut all = self.config.interfaces.iter().zip(&self.sides);
        all.find(|(it, _)| it.name.value == name).map(|(_, side)| *side)
    }

    /// The networks of the interfaces that face the hospital.
    pub(crate) fn inside_networks(&self) -> impl Iterator<Item = IpNetwork> + use<'_, 'a> {
        let inside = self.interfaces().filter(|(_, side)| *side == Side::Inside);
        let addresses = inside.flat_map(|(interface, _)| &interface.addresses);
        addresses.map(|it| network_of(it.value))
    }

    /// Whether the device itself has this address.
    pub(crate) fn is_own(&self, address: IpAddr) -> bool {
        let mut all = self.config.interfaces.iter().flat_map(|it| &it.addresses);
        all.any(|it| it.value.ip() == address)
    }

    /// The default routes that take effect for all packets.
    pub(crate) fn defaults(&self) -> impl Iterator<Item = &'a Route> {
        self.config.routes.iter().filter(|it| it.is_default() && it.enabled && it.only.is_none())
    }

    /// What the inventory says of an interface, by its addresses; then what the device says; then
    /// what follows from the routes.
    fn judge(&self, interface: &Interface) -> Side {
        use InterfaceKind as K;
        if matches!(interface.kind, K::Tunnel | K::Loopback | K::Null) {
            return Side::None;
        }
        let addresses = || interface.addresses.iter().map(|it| it.value.ip());
        match addresses().find_map(|it| self.ledger.port_at(it)).map(|port| &port.leads) {
            Some(Leads::Circuit(_)) => return Side::Outside,
            Some(Leads::Zone(_) | Leads::Device(_)) => return Side::Inside,
            Some(Leads::Unstated) | None => {}
        }
        if matches!(interface.kind, K::Pppoe | K::Mobile | K::Isdn) {
            return Side::Outside;
        }
        if addresses().any(|it| self.territory.inside().contains(it)) {
            return Side::Inside;
        }
        if interface.outside.is_some() || self.leads_away(interface) {
            return Side::Outside;
        }
        let public = addresses().any(|it| it.is_ipv4() && is_public(it));
        match (public, interface.addresses.is_empty() && interface.acquired.is_empty()) {
            (true, _) => Side::Public,
            (false, true) => Side::None,
            (false, false) => Side::Inside,
        }
    }

    /// Whether a default route leads over an interface to a stranger: a neighbour with a public
    /// address or one that the carrier names (DHCP, PPP, advertisements), or, where the sources of
    /// sessions are translated on the way out, any that is not of the hospital.
    fn leads_away(&self, interface: &Interface) -> bool {
        let several = self.config.interfaces.iter().filter(|it| it.enabled).count() > 1;
        let here =
            |it: Option<&Interface>| it.is_some_and(|it| it.name.value == interface.name.value);
        let acquired = |it: &Acquired| interface.acquired.iter().any(|way| way.value == *it);
        let given = acquired(&Acquired::Dhcp) || acquired(&Acquired::Ppp);
        let translated = self.config.nat.iter().any(|nat| {
            let bound = nat.interface.as_ref().is_some_and(|it| self.stands_for(it, interface));
            let out = nat.interface.is_none()
                && !nat.when.to.is_empty()
                && nat.when.leaves_over(Some(&interface.name.value));
            nat.kind == NatKind::Source && nat.enabled && (bound || out)
        });
        let stranger = |next: IpAddr| {
            self.territory.owners(next).is_empty() && !self.territory.inside().contains(next)
        };
        let mut ways = self.defaults().flat_map(|route| self.config.ways(route));
        let routed = ways.any(|(over, next)| {
            here(over)
                && match next {
                    Some(next) => stranger(next) && (is_public(next) || translated),
                    None => given || translated || interface.addresses.is_empty(),
                }
        });
        // A default route that comes with the address stands in no line.
        several && (routed || given && translated)
    }

    /// Whether the device itself says that the interface or zone with this name faces outside,
    /// whatever the inventory says: before it may stand another device of the hospital.
    pub(crate) fn is_marked_outside(&self, name: &str) -> bool {
        let mut all = self.config.interfaces.iter();
        all.any(|it| it.enabled && it.outside.is_some() && self.stands_for(name, it))
    }

    /// Whether a name of an interface or of a zone stands for an interface.
    fn stands_for(&self, name: &str, interface: &Interface) -> bool {
        let zone = || interface.zone.as_ref().is_some_and(|it| it.value == name);
        let member = || {
            let zones = self.config.zones.iter().filter(|it| it.name.value == name);
            zones.flat_map(|it| &it.interfaces).any(|it| it.value == interface.name.value)
        };
        names_interface(name, &interface.name.value) || zone() || member()
    }
}

/// Where an interface says that it is one: of its first address, else of its name.
pub(crate) fn place(interface: &Interface) -> Span {
    let address = interface.addresses.first().map(|it| it.span);
    let acquired = interface.acquired.first().map(|it| it.span);
    address.or(acquired).unwrap_or(interface.name.span)
}
