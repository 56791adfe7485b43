//! Devices that somebody may change: he reaches everything on their ports.

use super::{Grade, Relay, RelayKind, Stand, stands_of_device};
use crate::inventory::{self, Device};
use crate::locale::Text;
use crate::model::device::{DeviceConfig, names_interface};
use crate::model::{AddressSet, EntityKind, Service, Vocabulary as _};
use crate::reach::Reach;
use crate::reach::network::{Forwarding, Node};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::text;
use std::sync::Arc;

pub(super) fn relays(reach: &Reach<'_>) -> Vec<Relay> {
    let mut all = Vec::new();
    for node in &reach.network.nodes {
        if node.thing.kind != EntityKind::Device {
            continue;
        }
        let declared = reach.inventory.devices.get(&node.thing.id);
        let known = match &node.forwarding {
            Forwarding::Configured(machine) => configured(node, machine.config),
            _ => Vec::new(),
        };
        let opened = match known.is_empty() {
            false => known,
            true => declared.map(|it| vec![by_ledger(reach, it)]).unwrap_or_default(),
        };
        let stands: Arc<[Stand]> = stands_of_device(reach, &node.thing).into();
        all.extend(opened.into_iter().map(|it| Relay {
            thing: node.thing.clone(),
            kind: RelayKind::Management,
            grade: it.grade,
            certain: it.certain,
            possible: it.possible,
            stands: stands.clone(),
            span: Some(it.span),
            says: it.says,
        }));
    }
    all
}

/// What opens the management of a device.
struct Opened {
    grade: Grade,
    certain: PacketSet,
    possible: PacketSet,
    span: Span,
    says: Text,
}

/// As configured. What the filters let through to the device itself has been told from what they
/// stop before packets arrive here.
fn configured(node: &Node<'_>, config: &DeviceConfig) -> Vec<Opened> {
    let enabled = config.management.iter().filter(|it| it.enabled);
    let opened = enabled.map(|it| {
        let asked = |addresses: &AddressSet, sources: &AddressSet| {
            PacketSet::sessions(sources, addresses, &[it.service])
        };
        let on = |name: &str| it.interfaces.iter().any(|one| names_interface(one, name));
        let ports = node.ports.iter().filter(|port| it.interfaces.is_empty() || on(&port.name));
        let addresses: AddressSet = ports.map(|port| port.addresses.clone()).collect();
        let sources = if it.exact { it.sources.clone() } else { AddressSet::any() };
        let kind = it.kind.label();
        Opened {
            grade: Grade::Sure,
            certain: match it.exact {
                true => asked(&addresses, &it.sources),
                false => PacketSet::none(),
            },
            possible: asked(&AddressSet::any(), &sources),
            span: it.span,
            says: text!(
                "管理接続（{kind}）から設定を変え、この機器のすべての網へ進めます",
                "changes it over its management ({kind}) and goes on to every network on its ports";
                kind
            ),
        }
    });
    opened.collect()
}

/// As declared; where nothing is, nobody knows who may change it.
fn by_ledger(reach: &Reach<'_>, device: &inventory::Entry<Device>) -> Opened {
    let any = AddressSet::any();
    let Some(management) = &device.management else {
        return Opened {
            grade: Grade::Unknown,
            certain: PacketSet::none(),
            possible: PacketSet::sessions(&any, &any, &[]),
            span: device.id.span,
            says: Text::new(
                "管理接続が台帳にも設定にもなく、だれが設定を変えられるか分かりません",
                "neither the inventory nor a configuration says who may change it",
            ),
        };
    };
    let services: Vec<Service> = management.services.iter().map(|it| it.value).collect();
    let named: AddressSet =
        management.from.iter().map(|it| reach.network.book.end(&it.value)).collect();
    let sources = if management.from.is_empty() { any.clone() } else { named.clone() };
    let span = management.from.first().map(|it| it.span);
    let span = span.or_else(|| management.services.first().map(|it| it.span));
    Opened {
        grade: Grade::Likely,
        certain: PacketSet::sessions(&named, &any, &services),
        possible: PacketSet::sessions(&sources, &any, &services),
        span: span.unwrap_or(device.id.span),
        says: Text::new(
            "管理接続（台帳の記載）から設定を変え、この機器のすべての網へ進めます",
            "changes it over its declared management and goes on to every network on its ports",
        ),
    }
}
