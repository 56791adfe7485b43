//! Which devices stand between the inside and the outside, and what enters there.

use crate::inventory::{Connection, Device, Endpoint, Entry, Inventory, RemoteAccess};
use crate::locale::Text;
use crate::model::words::{DeviceKind, Transport};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::Report;
use crate::rules::question::{enabled, entry_devices, thing};
use crate::text;
use std::collections::BTreeSet;

/// Every device at which the hospital can be entered: it stands on a circuit, an external
/// connection enters or passes there, or it accepts access from outside. Line terminals (ONU)
/// belong to the carrier and decide nothing; they are left out.
pub(super) fn devices(inventory: &Inventory) -> Vec<&Entry<Device>> {
    let entered: BTreeSet<&str> = inventory
        .connections
        .iter()
        .flat_map(|it| {
            let at = it.at.iter().map(|at| at.owner.as_str());
            at.chain(it.through.iter().map(|device| device.id()))
        })
        .collect();
    inventory
        .devices
        .iter()
        .filter(|device| device.kind.value != DeviceKind::MediaConverter)
        .filter(|device| {
            entered.contains(device.id.as_str())
                || device.interfaces.iter().any(|it| it.circuit.is_some())
                || accepts_access(device)
        })
        .collect()
}

/// The external connections that enter or pass at a device.
pub(super) fn connections_at<'a>(
    inventory: &'a Inventory,
    device: &'a str,
) -> impl Iterator<Item = &'a Entry<Connection>> {
    inventory.connections.iter().filter(move |it| {
        it.at.as_ref().is_some_and(|at| at.owner == device)
            || it.through.iter().any(|passed| passed.id() == device)
    })
}

/// Whether a device accepts sessions from outside: VPN access that is not switched off, or a
/// port forward.
pub(super) fn accepts_access(device: &Device) -> bool {
    let enabled = |it: &RemoteAccess| it.enabled.as_ref().is_none_or(|e| e.value);
    !device.forwards.is_empty() || device.remote_access.iter().any(enabled)
}

/// Whether a device offers SSL-VPN: `None` when the inventory does not say what it offers. A
/// connection that passes several devices ends its tunnel at the innermost.
pub(super) fn offers_ssl_vpn(inventory: &Inventory, device: &Entry<Device>) -> Option<bool> {
    let ssl = |transport: Transport| {
        matches!(transport, Transport::SslVpnClient | Transport::SslVpnOther)
    };
    let declared = &device.remote_access;
    let offered = declared
        .iter()
        .any(|it| ssl(it.transport.value) && it.enabled.as_ref().is_none_or(|e| e.value));
    let used = connections_at(inventory, &device.id.value).any(|it| {
        let innermost = it.through.last().is_none_or(|last| last.id() == device.id.value);
        innermost && ssl(it.transport.value)
    });
    match (offered || used, declared.is_empty()) {
        (true, _) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
    }
}

/// The ids of the systems that inbound traffic of external connections is declared to reach.
pub(super) fn targets(inventory: &Inventory) -> BTreeSet<&str> {
    let named = inventory.connections.iter().flat_map(|it| &it.allow);
    let named = named.filter_map(|allow| match &allow.to.value {
        Endpoint::Named(id) if inventory.systems.declares(id) => Some(id.as_str()),
        _ => None,
    });
    let forwarded = inventory.devices.iter().flat_map(|it| &it.forwards);
    named.chain(forwarded.map(|forward| forward.to.id())).collect()
}

/// What devices accept from outside by the transports concerned: one report a device, however
/// many of its accesses are.
pub(super) fn accepting(
    inventory: &Inventory,
    concerned: fn(Transport) -> bool,
    what: fn() -> Text,
) -> impl Iterator<Item = (EntityRef, Report)> {
    inventory.devices.iter().filter_map(move |device| {
        let accesses = device.remote_access.iter().filter(|it| enabled(it));
        let mut found = accesses.filter(|it| concerned(it.transport.value));
        let first = found.next()?;
        let (name, transport) = (&device.name.value, first.transport.value.label());
        let device = thing(EntityKind::Device, device);
        let report = Report::new(
            device.clone(),
            text!(
                "「{name}」は{transport}の接続を受け付けます",
                "`{name}` accepts {transport}"; transport
            ),
            first.transport.span,
            what(),
        );
        Some((device, found.fold(report, |report, it| report.also(it.transport.span, what()))))
    })
}

/// Whether a device at which a connection enters accepts its transport: then it is told there.
pub(super) fn accepted_at_entry(inventory: &Inventory, connection: &Connection) -> bool {
    entry_devices(inventory, connection).any(|device| {
        let mut accesses = device.remote_access.iter().filter(|it| enabled(it));
        accesses.any(|it| it.transport.value == connection.transport.value)
    })
}
