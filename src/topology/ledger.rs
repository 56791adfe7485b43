//! What the inventory says of one device or system: its ends, its lines, what enters there.

use crate::inventory::{Connection, Entry, Forward, Interface, Inventory, RemoteAccess, System};
use crate::model::words::{CircuitKind, DeviceKind};
use crate::model::{EntityKind, EntityRef, IpNetwork};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// To where a declared interface leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// Out over this circuit.
    Circuit(String),
    /// Into a zone.
    Zone(String),
    /// To another device.
    Device(String),
    /// Nobody wrote it down.
    Unstated,
}

/// A declared interface.
#[derive(Debug)]
pub(super) struct Port<'i> {
    /// Its id.
    pub id: &'i str,
    /// Where it is declared.
    pub span: Span,
    /// To where it leads.
    pub leads: Leads,
    /// Its addresses.
    pub addresses: &'i [Spanned<IpNetwork>],
}

impl Port<'_> {
    /// Whether it has this address.
    pub(super) fn has(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|it| it.value.ip() == address)
    }
}

/// Everything that is declared about one box. Empty for a box that nobody declared.
#[derive(Debug)]
pub(super) struct Ledger<'i> {
    /// The device or system.
    pub thing: &'i EntityRef,
    /// Its interfaces.
    pub ports: Vec<Port<'i>>,
    /// What it accepts from outside.
    pub remote_access: &'i [RemoteAccess],
    /// What it passes on.
    pub forwards: &'i [Forward],
    /// The connections that enter or pass here, or use a circuit that ends here.
    pub connections: Vec<&'i Entry<Connection>>,
}

impl<'i> Ledger<'i> {
    pub(super) fn new(inventory: &'i Inventory, thing: &'i EntityRef) -> Self {
        let mut ledger = Self {
            thing,
            ports: Vec::new(),
            remote_access: &[],
            forwards: &[],
            connections: Vec::new(),
        };
        match thing.kind {
            EntityKind::Device => {
                if let Some(device) = inventory.devices.get(&thing.id) {
                    ledger.remote_access = &device.remote_access;
                    ledger.forwards = &device.forwards;
                    ledger.ports = device.interfaces.iter().map(|it| port(inventory, it)).collect();
                }
            }
            EntityKind::System => {
                let systems = inventory.systems.get(&thing.id).into_iter();
                let own = |it: &'i Entry<System>| it.attachments().map(move |at| (it, at));
                ledger.ports = systems
                    .flat_map(own)
                    .map(|(system, it)| Port {
                        id: it.interface.map_or("", |it| it.value.as_str()),
                        span: it.interface.map_or(system.id.span, |it| it.span),
                        leads: match (it.circuit, it.zone) {
                            (Some(circuit), _) => Leads::Circuit(circuit.id().to_owned()),
                            (None, Some(zone)) => Leads::Zone(zone.id().to_owned()),
                            (None, None) => Leads::Unstated,
                        },
                        addresses: it.addresses,
                    })
                    .collect();
            }
            _ => {}
        }
        let here = |it: &&Entry<Connection>| ledger.enters(it);
        ledger.connections = inventory.connections.iter().filter(here).collect();
        ledger
    }

    /// Whether a connection enters or passes here, or uses a circuit that ends here.
    fn enters(&self, connection: &Connection) -> bool {
        let at = connection.at.as_ref();
        let device = self.thing.kind == EntityKind::Device;
        at.is_some_and(|at| at.value.owner == self.thing.id)
            || device && connection.through.iter().any(|it| it.id() == self.thing.id)
            || at.is_none()
                && connection.circuit.as_ref().is_some_and(|circuit| {
                    let leads = Leads::Circuit(circuit.id().to_owned());
                    self.ports.iter().any(|port| port.leads == leads)
                })
    }

    /// The zones that it stands in, each once.
    pub(super) fn zones(&self) -> Vec<EntityRef> {
        let mut zones = Vec::new();
        for port in &self.ports {
            if let Leads::Zone(id) = &port.leads {
                let zone = EntityRef::new(EntityKind::Zone, id);
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
        }
        zones
    }

    /// The declared interface with this address.
    pub(super) fn port_at(&self, address: IpAddr) -> Option<&Port<'i>> {
        self.ports.iter().find(|port| port.has(address))
    }
}

/// An interface as it is declared. One that is connected to the terminal of a line leads out over
/// the line of that terminal.
fn port<'i>(inventory: &'i Inventory, it: &'i Entry<Interface>) -> Port<'i> {
    let terminal = |id: &str| {
        let device = inventory.devices.get(id)?;
        let terminal =
            matches!(device.kind.value, DeviceKind::MediaConverter | DeviceKind::TerminalAdapter);
        let circuit = device.interfaces.iter().find_map(|it| it.circuit.as_ref());
        circuit.filter(|_| terminal).map(|it| it.id().to_owned())
    };
    let leads = match (&it.circuit, &it.zone, &it.device) {
        (Some(circuit), ..) => Leads::Circuit(circuit.id().to_owned()),
        (None, Some(zone), _) => Leads::Zone(zone.id().to_owned()),
        (None, None, Some(device)) => match terminal(device.id()) {
            Some(circuit) => Leads::Circuit(circuit),
            None => Leads::Device(device.id().to_owned()),
        },
        (None, None, None) => Leads::Unstated,
    };
    Port { id: &it.id.value, span: it.id.span, leads, addresses: &it.addresses }
}

/// Whether a circuit of this kind is a mobile one.
pub(super) const fn is_mobile(kind: CircuitKind) -> bool {
    matches!(kind, CircuitKind::ClosedMobile | CircuitKind::MobileInternet)
}
