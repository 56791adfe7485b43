//! Zones must be told apart by their networks and their VLANs.

use super::prefixes::{Prefixes, Range};
use crate::inventory::records::{Inventory, Zone};
use crate::inventory::table::Entry;
use crate::model::{IpNetwork, network_of};
use crate::source::{Diagnostic, Mistakes, Spanned};
use crate::text;
use std::collections::HashMap;

/// One network of one zone.
struct Declared<'a> {
    zone: &'a Entry<Zone>,
    network: &'a Spanned<IpNetwork>,
}

impl PartialEq for Declared<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.zone.id == other.zone.id
    }
}

/// Reports networks that are no networks, overlapping zones and wrong or shared VLAN numbers.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    let zones = inventory.zones.iter().flat_map(|it| &it.networks);
    let parties = inventory.parties.iter().flat_map(|it| &it.networks);
    for network in zones.chain(parties) {
        host_bits(network, out);
    }
    overlaps(inventory, out);
    vlans(inventory, out);
}

fn host_bits(network: &Spanned<IpNetwork>, out: &mut Mistakes) {
    let meant = network_of(network.value);
    if meant == network.value {
        return;
    }
    let (given, host) = (network.value, network.value.ip());
    out.push(
        Diagnostic::error(
            "host-bits",
            text!(
                "「{given}」はネットワークではなく、その中の1台のアドレスです",
                "`{given}` is not a network but the address of a host in one"
            ),
        )
        .at(
            network.span,
            text!("ホスト部が0ではありません", "the bits after the prefix are not zero"),
        )
        .help(text!(
            "ネットワークなら「{meant}」、1台だけなら「{host}」と書きます",
            "write `{meant}` for the network, or `{host}` for the host alone"
        )),
    );
}

fn overlaps(inventory: &Inventory, out: &mut Mistakes) {
    let declared = inventory.zones.iter().filter(|zone| !is_isolated(zone));
    let declared = declared.flat_map(|zone| {
        let networks = zone.networks.iter();
        networks.map(move |network| (Range::of(network.value), Declared { zone, network }))
    });
    let prefixes = Prefixes::new(declared.collect());
    for (inner, outer) in prefixes.nested(|a, b| a != b) {
        let (a, b) = (&inner.zone.id.value, &outer.zone.id.value);
        let (network, around) = (network_of(inner.network.value), network_of(outer.network.value));
        let message = text!(
            "ゾーン「{a}」と「{b}」のネットワークが重なっています",
            "the networks of the zones `{a}` and `{b}` overlap"
        );
        // Two sites may use the same addresses behind translation; one site cannot.
        let overlap = match are_other_sites(inner.zone, outer.zone) {
            true => Diagnostic::warning("overlapping-zones", message),
            false => Diagnostic::error("overlapping-zones", message),
        };
        out.push(
            overlap
                .at(
                    inner.network.span,
                    text!("「{a}」の{network}", "{network} of `{a}`"),
                )
                .at(
                    outer.network.span,
                    text!(
                        "「{b}」の{around}。その中に入っています",
                        "lies inside this one, {around} of `{b}`"
                    ),
                )
                .help(text!(
                    "実際の範囲に狭めてください。基幹から物理的に切り離した網なら isolated: true と書きます",
                    "narrow them to what is really used; for a network physically apart from the backbone write `isolated: true`"
                )),
        );
    }
}

/// Whether a zone may repeat the addresses of others.
pub(super) fn is_isolated(zone: &Zone) -> bool {
    zone.isolated.as_ref().is_some_and(|it| it.value)
}

fn are_other_sites(a: &Zone, b: &Zone) -> bool {
    match (&a.site, &b.site) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

/// Reports a number that no VLAN can have.
pub(super) fn vlan_number(vlan: &Spanned<u32>, out: &mut Mistakes) -> bool {
    let valid = (1..=4094).contains(&vlan.value);
    if !valid {
        let number = vlan.value;
        out.push(
            Diagnostic::error(
                "bad-vlan",
                text!("VLAN番号{number}はありえません", "{number} cannot be a VLAN number"),
            )
            .at(vlan.span, text!("1から4094までです", "they run from 1 to 4094")),
        );
    }
    valid
}

fn vlans(inventory: &Inventory, out: &mut Mistakes) {
    // By site and number: the zone that has it, and where.
    let mut seen = HashMap::<(&str, u32), (&Entry<Zone>, &Spanned<u32>)>::new();
    for zone in inventory.zones.iter() {
        for vlan in &zone.vlan {
            if !vlan_number(vlan, out) || is_isolated(zone) {
                continue;
            }
            let site = zone.site.as_ref().map_or("", |site| site.id());
            let Some((first, earlier)) = seen.get(&(site, vlan.value)) else {
                seen.insert((site, vlan.value), (zone, vlan));
                continue;
            };
            if first.id == zone.id {
                continue;
            }
            let (number, a, b) = (vlan.value, &zone.id.value, &first.id.value);
            out.push(
                Diagnostic::warning(
                    "shared-vlan",
                    text!(
                        "同じ拠点のゾーン「{b}」と「{a}」が、どちらもVLAN {number}です",
                        "the zones `{b}` and `{a}` of one site are both VLAN {number}"
                    ),
                )
                .at(vlan.span, text!("「{a}」のVLAN", "the VLAN of `{a}`"))
                .at(earlier.span, text!("「{b}」のVLAN", "the VLAN of `{b}`"))
                .help(text!(
                    "同じVLANなら1つのゾーンです。番号を確かめるか、ゾーンをまとめてください",
                    "one VLAN is one zone: check the numbers, or make them one zone"
                )),
            );
        }
    }
}
