//! The ledger states a MAC address or VLAN, and another one was seen.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::observation::Host;
use crate::rules::authority::{checklist, control, management};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::hardware;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    id: "observation-contradicts-ledger",
    title: Text::new("台帳と観測の食い違い", "ledger and observation differ"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②"), management("9.1"), checklist("2①")],
    remedy: Text::new(
        "現物を確かめ、台帳を実際に合わせて改めてください。機器を取り替えた覚えがないのにMACアドレスが違うときは、別の機器が同じアドレスを使っている疑いがあります。",
        "Look at the thing itself and correct the ledger. If the MAC address differs although nobody replaced the box, another one may be using its address.",
    ),
    page: include_str!("observation_contradicts_ledger.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    replaced(facts, out);
    other_vlan(facts, out);
}

fn hosts<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Host, Span)> {
    let evidence = facts.evidence;
    let pieces = evidence.observed.pieces.iter();
    pieces.flat_map(|(id, piece)| {
        let spans = evidence.listings.get(id).map(|it| it.hosts.as_slice()).unwrap_or_default();
        piece.hosts.iter().zip(spans.iter().copied())
    })
}

/// Interfaces whose address another hardware address owns.
fn replaced(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        for interface in &device.interfaces {
            let Some(stated) = &interface.mac else { continue };
            let Some(mac) = hardware(&stated.value) else { continue };
            let own = |it: &Host| interface.addresses.iter().any(|at| at.value.ip() == it.address);
            let other =
                |it: &Host| !it.is_virtual && !it.macs.is_empty() && !it.macs.contains(&mac);
            let mut found = hosts(facts).filter(|(it, _)| own(it) && other(it));
            let Some((host, span)) = found.next() else { continue };
            let macs: Vec<String> = host.macs.iter().map(ToString::to_string).collect();
            let (name, address, seen) = (&device.name.value, host.address, macs.join(", "));
            let message = text!(
                "「{name}」のアドレス {address} を、台帳と異なるMACアドレス {seen} が使っています",
                "the address {address} of `{name}` belongs to another MAC address than declared: {seen}"
            );
            let here = text!("観測されたMACアドレス", "the MAC address that was seen");
            let report = Report::new(thing(EntityKind::Device, device), message, span, here);
            let report = report.distinct(EntityRef::new(EntityKind::Device, &interface.id.value));
            out.push(report.also(stated.span, text!("台帳のMACアドレス", "the declared one")));
        }
    }
}

/// Zones whose hosts stand in another VLAN than declared.
fn other_vlan(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let book = &facts.topology.observed().directory;
    let mut found: BTreeMap<String, (BTreeSet<u16>, Vec<Span>)> = BTreeMap::new();
    for (host, span) in hosts(facts).filter(|(it, _)| !it.vlans.is_empty()) {
        let Some(zone) = book.owner(host.address).zone else { continue };
        let Some(declared) = facts.inventory.zones.get(&zone) else { continue };
        let stated = |vlan: &u16| declared.vlan.iter().any(|it| it.value == u32::from(*vlan));
        if !declared.vlan.is_empty() && !host.vlans.iter().any(stated) {
            let (vlans, spans) = found.entry(zone).or_default();
            vlans.extend(&host.vlans);
            spans.push(span);
        }
    }
    for (id, (vlans, spans)) in found {
        let Some(zone) = facts.inventory.zones.get(&id) else { continue };
        let Some((span, more)) = spans.split_first() else { continue };
        let vlans: Vec<String> = vlans.iter().map(ToString::to_string).collect();
        let (name, vlans, count) = (&zone.name.value, vlans.join(", "), spans.len());
        let message = text!(
            "ゾーン「{name}」の機器{count}台が、台帳と異なるVLAN {vlans} で観測されました",
            "{count} host(s) of the zone `{name}` were seen in another VLAN than declared: {vlans}"
        );
        let here = text!("このVLANで観測", "seen in this VLAN");
        let report = Report::new(thing(EntityKind::Zone, zone), message, *span, here.clone());
        let report = report.also_all(more.iter().map(|it| (*it, here.clone())));
        let stated =
            zone.vlan.first().map(|it| (it.span, text!("台帳のVLAN", "the declared VLAN")));
        out.push(stated.into_iter().fold(report, Report::also_at).severity(Severity::Low));
    }
}
