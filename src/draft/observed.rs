//! What was seen and nobody declared: boxes, exits, and ways to the outside with their parties. What
//! a capture cannot say stands there as the least favourable word, to be confirmed.

use super::sheet::{Section, field, key, list, quoted};
use super::{CONFIRM, Work};
use crate::model::device::Remote;
use crate::model::words::{
    DeviceKind, Direction, PartyKind, Purpose, SystemClass, SystemKind, Transport,
};
use crate::model::{EntityKind, Vocabulary as _};
use crate::text;
use crate::topology::observed::{Stranger, Unknown};
use crate::topology::{Corroboration, ExternalPath, PathKind};

/// So many boxes of one zone are drafted one by one.
const MOST: usize = 100;

pub(super) fn draft(work: &mut Work<'_>) {
    let topology = work.material.topology;
    let ways = topology
        .paths()
        .iter()
        .filter(|it| it.kind.is_observed() && it.corroboration == Corroboration::Undeclared);
    for way in ways {
        match way.kind {
            PathKind::ObservedExit => exit(work, way),
            _ => connection(work, way),
        }
        work.drafted.insert(way.thing.clone());
    }
    // A box that carries traffic out was drafted as that.
    let gates = &topology.observed().gates;
    let is_gate = |it: &Stranger| it.mac.is_some_and(|mac| gates.contains_key(&mac));
    let hosts = topology.observed().strangers.iter();
    let hosts = hosts.filter(|it| it.what == Unknown::Host && !is_gate(it));
    for host in hosts.take(MOST) {
        system(work, host);
    }
}

/// A box that carries traffic out: a device with its line.
fn exit(work: &mut Work<'_>, way: &ExternalPath) {
    let id = work.id(Section::Devices, &way.device.id);
    let (name, why) = said(work, way);
    let gates = work.material.topology.observed().gates.values();
    let gate = gates.into_iter().find(|it| it.spans.contains(&way.span));
    let mut fields = vec![field("name", &name), format!("kind: {}", DeviceKind::Router.key())];
    if let Some(gate) = gate {
        let zone = gate.zones.first().map(|it| format!("zone: {}, ", key(it))).unwrap_or_default();
        let own = gate.own.iter().map(|it| quoted(&it.to_string())).collect::<Vec<_>>().join(", ");
        let mac = quoted(&gate.mac.to_string());
        fields.push(format!("interfaces: {{lan: {{{zone}addresses: [{own}], mac: {mac}}}}}"));
    }
    work.sheet.add(Section::Devices, &[why], &id, &fields);
}

/// A way that was seen: a connection, with the party at its other end.
fn connection(work: &mut Work<'_>, way: &ExternalPath) {
    let (name, why) = said(work, way);
    let party = work.id(Section::Parties, &format!("party-{}", way.thing.id));
    let networks = match &way.remote {
        Some(Remote::Address(address)) => vec![quoted(&address.to_string())],
        _ => way.beyond.notations().take(8).map(|it| quoted(&it)).collect(),
    };
    let networks: Vec<String> = networks.into_iter().filter(|it| !it.contains('-')).collect();
    let called = CONFIRM.get(work.material.lang);
    let mut fields = vec![field("name", called), format!("kind: {}", PartyKind::Other.key())];
    fields.extend(list("networks", networks));
    fields.push("internet_exposed: unknown".to_owned());
    work.sheet.add(Section::Parties, std::slice::from_ref(&why), &party, &fields);

    let transport = match (way.encapsulation, way.kind) {
        (Some(kind), _) => super::connections::transport(kind, false),
        (None, PathKind::ObservedRemoteControl) => Transport::RemoteControl,
        _ => Transport::PlainInternet,
    };
    let id = work.id(Section::Connections, &way.thing.id);
    let mut fields = vec![
        field("name", &name),
        format!("purpose: {}", Purpose::Other.key()),
        format!("party: {}", key(&party)),
        format!("transport: {}", transport.key()),
    ];
    let outbound = way.kind != PathKind::ObservedInbound;
    let ends = way
        .exposes
        .iter()
        .filter(|it| matches!(it.kind, EntityKind::System | EntityKind::Zone | EntityKind::Device));
    let allowed: Vec<String> = ends
        .map(|it| match outbound {
            true => format!(
                "{{from: {}, to: {}, direction: {}}}",
                key(&it.id),
                key(&party),
                Direction::Outbound.key()
            ),
            false => format!("{{from: {}, to: {}}}", key(&party), key(&it.id)),
        })
        .collect();
    fields.extend(list("allow", allowed));
    work.sheet.add(Section::Connections, &[why], &id, &fields);
}

/// A box in a zone.
fn system(work: &mut Work<'_>, host: &Stranger) {
    let (Some(address), Some(span)) = (host.addresses.first(), host.spans.first()) else { return };
    let id = work.id(Section::Systems, &format!("host-{address}"));
    let place = work.place(*span);
    let what = host.names.first().cloned().unwrap_or_else(|| address.to_string());
    let name = work.say(&text!("要確認（{what}）", "to be confirmed ({what})"));
    let mac = host.mac.map(|it| it.to_string()).unwrap_or_default();
    let why = work.say(&text!(
        "要確認: 何の機器か、観測からは分かりません。MAC {mac} [{place}]",
        "to be confirmed: the capture does not say what this is; MAC {mac} [{place}]"
    ));
    let mut fields = vec![
        field("name", &name),
        format!("kind: {}", SystemKind::Other.key()),
        format!("class: {}", SystemClass::Terminal.key()),
    ];
    fields.extend(host.zones.first().map(|it| format!("zone: {}", key(it))));
    fields.extend(list("addresses", host.addresses.iter().map(|it| quoted(&it.to_string()))));
    work.sheet.add(Section::Systems, &[why], &id, &fields);
}

/// What a way is called, and why it stands in the draft: where it was seen.
fn said(work: &Work<'_>, way: &ExternalPath) -> (String, String) {
    let (name, place) = (way.name.get(work.material.lang), work.place(way.span));
    let called = work.say(&text!("要確認: {name}", "to be confirmed: {name}"));
    let why = work.say(&text!(
        "要確認: 観測されました。目的・相手・契約は観測からは分かりません [{place}]",
        "to be confirmed: this was seen; purpose, party and contract are not known from it [{place}]"
    ));
    (called, why)
}
