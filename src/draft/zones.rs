//! Zones guessed from the networks that devices stand in.

use super::Work;
use super::sheet::{Section, field, list, quoted};
use crate::model::words::ZoneKind;
use crate::model::{IpNetwork, Vocabulary as _, contains, overlap};
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;

/// Networks and the zones they belong to, declared and drafted.
#[derive(Debug, Default)]
pub(super) struct Zones {
    networks: Vec<(IpNetwork, String)>,
    vlans: BTreeSet<u16>,
}

impl Zones {
    /// The zone in which a network or an address lies.
    pub(super) fn of(&self, network: IpNetwork) -> Option<&str> {
        let found = self.networks.iter().find(|(it, _)| contains(*it, network));
        found.map(|(_, id)| id.as_str())
    }
}

/// The zones that the inventory declares.
pub(super) fn known(work: &mut Work<'_>) {
    for zone in &work.material.inventory.zones {
        let networks = zone.networks.iter().map(|it| (it.value, zone.id.value.clone()));
        work.zones.networks.extend(networks);
        let vlans = zone.vlan.iter().filter_map(|it| u16::try_from(it.value).ok());
        work.zones.vlans.extend(vlans);
    }
}

/// The networks that a device stands in at one interface.
pub(super) struct Stands {
    pub(super) networks: Vec<IpNetwork>,
    /// What the device calls it: interface, description, zone.
    pub(super) called: String,
    pub(super) vlan: Option<u16>,
    pub(super) span: Span,
}

/// What a name tells about what a network is for. Whatever is not told is the most delicate.
const TOLD: &[(&str, ZoneKind)] = &[
    ("dmz", ZoneKind::Dmz),
    ("guest", ZoneKind::Guest),
    ("来訪", ZoneKind::Guest),
    ("患者wi-fi", ZoneKind::Guest),
    ("mgmt", ZoneKind::Management),
    ("management", ZoneKind::Management),
    ("管理", ZoneKind::Management),
    ("backup", ZoneKind::Backup),
];

/// Drafts a zone for the networks of every interface that lie in none. Of networks within one
/// another the widest is one.
pub(super) fn draft(work: &mut Work<'_>, mut stands: Vec<Stands>) {
    let widest = |it: &Stands| it.networks.iter().map(|it| it.prefix()).min();
    stands.sort_by_key(|it| (widest(it), it.span));
    for mut stand in stands {
        let mut own: Vec<IpNetwork> = Vec::new();
        stand.networks.sort_by_key(|it| (it.is_ipv6(), it.prefix(), *it));
        for network in &stand.networks {
            let whole = if network.is_ipv4() { 32 } else { 128 };
            let mut others = work.zones.networks.iter().map(|(it, _)| it).chain(&own);
            let known = others.any(|it| overlap(*it, *network));
            if !known && network.prefix() != whole && network.prefix() != 0 {
                own.push(*network);
            }
        }
        if !own.is_empty() {
            zone(work, &stand, &own);
        }
    }
}

fn zone(work: &mut Work<'_>, stand: &Stands, networks: &[IpNetwork]) {
    let Stands { called, span, .. } = stand;
    let Some(first) = networks.first() else { return };
    let id = work.id(Section::Zones, &format!("net-{first}"));
    let lower = called.to_lowercase();
    let told = TOLD.iter().find(|(word, _)| lower.contains(word));
    let kind = told.map_or(ZoneKind::Clinical, |(_, kind)| *kind);
    let (place, label) = (work.place(*span), kind.label());
    let why = match told {
        Some(_) => text!(
            "要確認: 種別「{label}」は名前からの推定です [{place}]",
            "to be confirmed: the kind `{label}` is guessed from a name [{place}]"; label
        ),
        None => text!(
            "要確認: 種別は設定から分からないため、仮に「{label}」としました [{place}]",
            "to be confirmed: the kind is not known; `{label}` stands in for it [{place}]"; label
        ),
    };
    let why = work.say(&why);
    let name = work.say(&text!("要確認（{called} {first}）", "to be confirmed ({called} {first})"));
    let mut fields = vec![field("name", &name), format!("kind: {}", kind.key())];
    fields.extend(list("networks", networks.iter().map(|it| quoted(&it.to_string()))));
    // A VLAN that another zone has already is one broadcast domain with it, or another site's.
    let vlan = stand.vlan.filter(|it| work.zones.vlans.insert(*it));
    fields.extend(vlan.map(|it| format!("vlan: [{it}]")));
    work.sheet.add(Section::Zones, &[why], &id, &fields);
    work.zones.networks.extend(networks.iter().map(|it| (*it, id.clone())));
}
