//! Zones guessed from the networks that devices stand in.

use super::Work;
use super::sheet::{Section, field, list, quoted};
use crate::model::words::ZoneKind;
use crate::model::{IpNetwork, Vocabulary as _, overlap};
use crate::source::Span;
use crate::text;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Networks and the zones they belong to, declared and drafted, by family, first address and
/// prefix length.
#[derive(Debug, Default)]
pub(super) struct Zones {
    networks: BTreeMap<(bool, u128, u8), String>,
    prefixes: BTreeSet<u8>,
    vlans: BTreeSet<u16>,
}

impl Zones {
    /// The zone in which a network or an address lies; of several the narrowest.
    pub(super) fn of(&self, network: IpNetwork) -> Option<&str> {
        let (six, first, _) = place(network);
        self.prefixes.range(..=network.prefix()).rev().find_map(|prefix| {
            let around = first & mask(six, *prefix);
            self.networks.get(&(six, around, *prefix)).map(String::as_str)
        })
    }

    /// Whether a zone has some of a network.
    fn meets(&self, network: IpNetwork) -> bool {
        let (six, first, prefix) = place(network);
        let last = first | (!mask(six, prefix) & whole(six));
        let mut inner = self.networks.range((six, first, 0)..=(six, last, u8::MAX));
        self.of(network).is_some() || inner.next().is_some()
    }

    fn insert(&mut self, network: IpNetwork, zone: &str) {
        self.prefixes.insert(network.prefix());
        self.networks.entry(place(network)).or_insert_with(|| zone.to_owned());
    }
}

/// Family, first address and prefix length.
fn place(network: IpNetwork) -> (bool, u128, u8) {
    let first = match network.network() {
        IpAddr::V4(it) => it.to_bits().into(),
        IpAddr::V6(it) => it.to_bits(),
    };
    (network.is_ipv6(), first, network.prefix())
}

/// All addresses of a family.
fn whole(six: bool) -> u128 {
    if six { u128::MAX } else { u32::MAX.into() }
}

/// The bits that a prefix of this length decides.
fn mask(six: bool, prefix: u8) -> u128 {
    let width: u32 = if six { 128 } else { 32 };
    let free = width.saturating_sub(prefix.into());
    1_u128.checked_shl(free).map_or(0, |size| whole(six) & !(size - 1))
}

/// The zones that the inventory declares.
pub(super) fn known(work: &mut Work<'_>) {
    for zone in &work.material.inventory.zones {
        for network in &zone.networks {
            work.zones.insert(network.value, &zone.id.value);
        }
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
            let known = work.zones.meets(*network) || own.iter().any(|it| overlap(*it, *network));
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
    for network in networks {
        work.zones.insert(*network, &id);
    }
}
