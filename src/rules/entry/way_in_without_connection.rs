//! A line or an access from outside that no declared connection accounts for.

use crate::finding::{Confidence, Severity};
use crate::inventory::{
    Circuit, Connection, Device, Endpoint, Entry, Forward, Interface, Inventory, RemoteAccess,
};
use crate::locale::Text;
use crate::model::words::DeviceKind;
use crate::model::{EntityKind, EntityRef, Vocabulary as _, contains};
use crate::rules::authority::{checklist, control, handa, survey};
use crate::rules::boundary::connections_at;
use crate::rules::entry::port_forward_to_inside::in_dmz;
use crate::rules::question::{
    enabled, entry_devices, inbound, leads_to_internet, name, opened_from_outside, thing,
};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "way-in-without-connection",
    title: Text::new(
        "外部接続として書かれていない入口",
        "a way in that no declared connection accounts for",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13①"), checklist("2②"), survey("Q5"), handa("3.4.5.3")],
    remedy: Text::new(
        "誰が何のために使う入口かを契約書と事業者への確認で突き止め、外部接続（connections）に書いてください。使っていなければ、受付を止め（enabled: false）、回線を抜いて解約してください。",
        "Find out who uses this way in and what for, and declare it under `connections`. If nobody does, switch it off (`enabled: false`), unplug the line and cancel it.",
    ),
    page: include_str!("way_in_without_connection.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let mut told = BTreeSet::new();
    for device in &inventory.devices {
        let places = unexplained(inventory, device);
        if places.is_empty() {
            continue;
        }
        // A line that ends at this device is the same forgotten way in.
        told.extend(
            device.interfaces.iter().filter_map(|it| it.circuit.as_ref()).map(|it| it.id()),
        );
        out.extend(of_device(device, places));
    }
    for circuit in &inventory.circuits {
        let id = circuit.id.as_str();
        if !told.contains(id) && !explained(inventory, circuit) {
            out.push(of_circuit(inventory, circuit));
        }
    }
}

/// What a device accepts from outside without a connection that comes that way: what, and where.
fn unexplained(inventory: &Inventory, device: &Entry<Device>) -> Vec<(Text, Span)> {
    let used = |it: &&RemoteAccess| {
        let same = |user: &Entry<Connection>| user.transport.value == it.transport.value;
        connections_at(inventory, device.id.as_str()).any(same)
    };
    let accesses = device.remote_access.iter().filter(|it| enabled(it) && !used(it));
    let accesses = accesses.map(|it| (it.transport.value.label(), it.transport.span));
    let meant = |it: &&Forward| {
        connections_at(inventory, device.id.as_str())
            .any(|user| comes_to(inventory, user, it.to.id()))
    };
    // A port forward to the inside is told by the rule of that name, connection or not.
    let published = |it: &&Forward| {
        inventory.systems.get(it.to.id()).is_some_and(|system| in_dmz(inventory, system))
    };
    let forwards = device.forwards.iter().filter(|it| published(it) && !meant(it));
    let forwards = forwards.map(|it| {
        let to = name(inventory, &EntityRef::new(EntityKind::System, it.to.id()));
        (text!("「{to}」へのポート転送", "a port forward to `{to}`"; to), it.listen.span)
    });
    accesses.chain(forwards).collect()
}

/// Whether a connection is meant to be opened to a system.
fn comes_to(inventory: &Inventory, connection: &Connection, system: &str) -> bool {
    let Some(target) = inventory.systems.get(system) else {
        return false;
    };
    let covers = |to: &Endpoint| match to {
        Endpoint::Any => true,
        Endpoint::Internet => false,
        Endpoint::Named(id) => id == system || target.zones().contains(&id.as_str()),
        Endpoint::Network(network) => {
            let mut addresses = target.attachments().flat_map(|it| it.addresses);
            addresses.any(|it| contains(*network, it.value))
        }
    };
    opened_from_outside(connection)
        && (connection.allow.is_empty() || inbound(connection).any(|it| covers(&it.to.value)))
}

/// Whether something declared says what a circuit is for: a connection uses it or enters by it, it
/// joins two devices of the hospital, or a flow leads to the internet by the device it ends at.
fn explained(inventory: &Inventory, circuit: &Entry<Circuit>) -> bool {
    let id = circuit.id.as_str();
    let here = |it: &Interface| it.circuit.as_ref().is_some_and(|it| it.id() == id);
    let ends: Vec<&Entry<Device>> = inventory
        .devices
        .iter()
        .filter(|it| it.kind.value != DeviceKind::MediaConverter)
        .filter(|it| it.interfaces.iter().any(|it| here(it)))
        .collect();
    // Two devices at one site are a pair that stands in for each other, not the ends of a line.
    let sites: Vec<_> = ends.iter().map(|it| it.site.as_ref().map(|it| it.id())).collect();
    let apart = |(at, site): (usize, &Option<&str>)| {
        sites.iter().skip(at + 1).any(|other| site.is_none() || other != site)
    };
    let joins_two = !leads_to_internet(circuit.kind.value) && sites.iter().enumerate().any(apart);
    let browsed = leads_to_internet(circuit.kind.value)
        && inventory.flows.iter().any(|flow| {
            let by = flow.by.as_ref();
            flow.to.value == Endpoint::Internet
                && by.is_none_or(|by| ends.iter().any(|it| it.id.as_str() == by.id()))
        });
    joins_two || browsed || inventory.connections.iter().any(|it| uses(inventory, it, id))
}

/// Whether a connection comes over a circuit: it says so, or it enters where the circuit ends.
fn uses(inventory: &Inventory, connection: &Connection, circuit: &str) -> bool {
    if connection.circuit.as_ref().is_some_and(|it| it.id() == circuit) {
        return true;
    }
    let at = connection.at.as_ref();
    let interface = at.and_then(|at| {
        let device = inventory.devices.get(&at.owner)?;
        device.interfaces.get(at.interface.as_deref()?)?.circuit.as_ref()
    });
    if let Some(at) = interface {
        return at.id() == circuit;
    }
    let on_system = at.and_then(|at| inventory.systems.get(&at.owner)).is_some_and(|it| {
        it.interfaces.iter().any(|it| it.circuit.as_ref().is_some_and(|it| it.id() == circuit))
    });
    let on_device = connection.circuit.is_none()
        && entry_devices(inventory, connection).any(|device| {
            let mut lines = device.interfaces.iter().filter_map(|it| it.circuit.as_ref());
            lines.any(|it| it.id() == circuit)
        });
    on_system || on_device
}

fn of_device(device: &Entry<Device>, places: Vec<(Text, Span)>) -> Option<Report> {
    let name = &device.name.value;
    let words: Vec<Text> = places.iter().map(|(words, _)| words.clone()).collect();
    let ways = Text::list(&words);
    let message = text!(
        "「{name}」は外部からの接続（{ways}）を受け付けますが、それを使う外部接続が書かれていません",
        "`{name}` accepts access from outside ({ways}), but no declared connection uses it"; ways
    );
    let what = || text!("使う外部接続がありません", "no connection comes this way");
    let mut spans = places.into_iter().map(|(_, span)| span);
    let first = spans.next()?;
    let report = Report::new(thing(EntityKind::Device, device), message, first, what());
    Some(spans.fold(report, |report, span| report.also(span, what())))
}

fn of_circuit(inventory: &Inventory, circuit: &Entry<Circuit>) -> Report {
    let subject = thing(EntityKind::Circuit, circuit);
    let (name, kind) = (name(inventory, &subject), circuit.kind.value.label());
    let message = text!(
        "回線「{name}」（{kind}）がありますが、それを使う外部接続が書かれていません",
        "there is the circuit `{name}` ({kind}), but no declared connection uses it"; name, kind
    );
    let what = text!("使う外部接続がありません", "no connection uses it");
    Report::new(subject, message, circuit.id.span, what).severity(Severity::Medium)
}
