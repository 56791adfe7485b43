//! What one side says of a line, brought into a form in which both can be compared.

use super::{About, Difference, Said};
use crate::inventory::{Connection, Device, Endpoint, Entry, Half, Holder, Inventory};
use crate::locale::Text;
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::source::{Span, Spanned};
use std::collections::BTreeSet;

/// What one side says of one thing: every part of it, comparable, with its words.
struct Stated {
    parts: BTreeSet<(String, Text)>,
    span: Option<Span>,
}

type Of = fn(&Inventory, &Entry<Connection>) -> Option<Stated>;

/// How each thing is read.
const COMPARED: &[(About, Of)] = &[
    (About::Purpose, |_, it| word(&it.purpose)),
    (About::Transport, |_, it| word(&it.transport)),
    (About::Circuit, |inventory, it| {
        let id = inventory.circuits.get(it.circuit.as_ref()?.value.id())?.circuit_id.as_ref()?;
        Some(one(number(&id.value), Text::same(&*id.value), id.span))
    }),
    (About::EndDevice, |inventory, it| {
        let model = end(inventory, it)?.model.as_ref()?;
        Some(written(model))
    }),
    (About::EndAddress, |inventory, it| {
        let span = it.at.as_ref().map(|it| it.span);
        several(own_addresses(inventory, it).into_iter().map(same), span)
    }),
    (About::Sources, |inventory, it| {
        let span = it.sources.first().map(|it| it.span);
        several(sources(inventory, it).into_iter().map(same), span)
    }),
    (About::Services, |inventory, it| {
        let span = it.allow.first().map(|it| it.span);
        several(permitted(inventory, it).into_iter().map(same), span)
    }),
    (About::Authentication, |_, it| {
        let span = it.authentication.first().map(|it| it.span);
        let words =
            it.authentication.iter().map(|it| (it.value.key().to_owned(), it.value.label()));
        several(words, span)
    }),
    (About::Standing, |_, it| {
        let standing = it.standing.as_ref()?;
        let says = match standing.value {
            true => Text::new("常時接続", "always up"),
            false => Text::new("使うときだけ", "only on demand"),
        };
        Some(one(standing.value.to_string(), says, standing.span))
    }),
    (About::Hours, |_, it| it.hours.as_ref().map(written)),
    (About::Contract, |_, it| it.contract.as_ref()?.r#ref.as_ref().map(written)),
    (About::Until, |_, it| {
        let until = it.contract.as_ref()?.until.as_ref()?;
        Some(one(until.value.to_string(), Text::same(until.value.to_string()), until.span))
    }),
    (About::Demarcation, |_, it| it.demarcation.as_ref().map(written)),
    (About::PatchesInside, |inventory, it| holder(inventory, it, true, |it| &it.patches)),
    (About::PatchesOutside, |inventory, it| holder(inventory, it, false, |it| &it.patches)),
    (About::CutsInside, |inventory, it| holder(inventory, it, true, |it| &it.cuts)),
    (About::PatientData, |_, it| word(it.patient_data.as_ref()?)),
];

/// On what the sides do not agree. What neither says is no difference; what only one says is.
pub(super) fn differences(
    (hospital, our): (&Inventory, &Entry<Connection>),
    (vendor, their): (&Inventory, &Entry<Connection>),
) -> Vec<Difference> {
    let mut all = Vec::new();
    for (about, of) in COMPARED {
        let (ours, theirs) = (of(hospital, our), of(vendor, their));
        let keys = |it: &Option<Stated>| -> BTreeSet<String> {
            it.iter().flat_map(|it| &it.parts).map(|it| it.0.clone()).collect()
        };
        let (we, they) = (keys(&ours), keys(&theirs));
        if we == they {
            continue;
        }
        // Of lists, only what the other side does not have.
        let said = |it: Option<Stated>, other: &BTreeSet<String>| {
            it.map(|it| {
                let own = it.parts.iter().filter(|it| !other.contains(&it.0)).map(|it| &it.1);
                let mut shown: Vec<&Text> = own.collect();
                if shown.is_empty() {
                    shown = it.parts.iter().map(|it| &it.1).collect();
                }
                Said { says: Text::list(shown), span: it.span }
            })
        };
        let (hospital, vendor) = (said(ours, &they), said(theirs, &we));
        all.push(Difference { about: *about, hospital, vendor });
    }
    all
}

fn one(key: String, says: Text, span: Span) -> Stated {
    Stated { parts: BTreeSet::from([(key, says)]), span: Some(span) }
}

fn word<T: crate::model::Vocabulary>(it: &Spanned<T>) -> Option<Stated> {
    Some(one(it.value.key().to_owned(), it.value.label(), it.span))
}

fn written(it: &Spanned<String>) -> Stated {
    one(plain(&it.value), Text::same(&*it.value), it.span)
}

fn same(text: String) -> (String, Text) {
    (text.clone(), Text::same(text))
}

fn several(parts: impl Iterator<Item = (String, Text)>, span: Option<Span>) -> Option<Stated> {
    let parts: BTreeSet<_> = parts.collect();
    (!parts.is_empty()).then_some(Stated { parts, span })
}

/// A text as both sides would write it: full-width letters and digits as half-width ones, no blanks,
/// small letters.
pub(super) fn plain(text: &str) -> String {
    let narrow = |it: char| match it {
        '！'..='～' => char::from_u32(u32::from(it) - 0xfee0).unwrap_or(it),
        it => it,
    };
    text.chars().map(narrow).filter(|it| !it.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A number as both would write it: letters and digits alone.
fn number(text: &str) -> String {
    plain(text).chars().filter(|it| it.is_alphanumeric()).collect()
}

/// The number of the circuit of a line.
pub(super) fn circuit(inventory: &Inventory, it: &Connection) -> Option<String> {
    let id = inventory.circuits.get(it.circuit.as_ref()?.value.id())?.circuit_id.as_ref()?;
    Some(number(&id.value)).filter(|it| !it.is_empty())
}

/// The device at which a line comes in.
fn end<'i>(inventory: &'i Inventory, it: &Connection) -> Option<&'i Device> {
    inventory.devices.get(&it.at.as_ref()?.value.owner).map(|it| &**it)
}

/// The addresses of the interface at which a line comes in.
fn own_addresses(inventory: &Inventory, it: &Connection) -> BTreeSet<String> {
    let interface = it
        .at
        .as_ref()
        .and_then(|at| end(inventory, it)?.interfaces.get(at.value.interface.as_deref()?));
    let addresses = interface.into_iter().flat_map(|it| &it.addresses);
    addresses.map(|it| it.value.ip().to_string()).collect()
}

/// By which addresses a line is known: those of its end at the hospital together with those of the
/// party. One alone would be that of several lines.
pub(super) fn end_addresses(inventory: &Inventory, it: &Connection) -> BTreeSet<String> {
    let (own, sources) = (own_addresses(inventory, it), sources(inventory, it));
    let pairs = own.iter().flat_map(|own| sources.iter().map(move |it| format!("{it} → {own}")));
    pairs.collect()
}

fn sources(inventory: &Inventory, it: &Connection) -> BTreeSet<String> {
    let named: BTreeSet<String> =
        it.sources.iter().flat_map(|it| addresses(inventory, &it.value)).collect();
    if !named.is_empty() {
        return named;
    }
    let party = inventory.parties.get(it.party.value.id());
    party.into_iter().flat_map(|it| &it.networks).map(|it| it.value.to_string()).collect()
}

/// What a line permits: from, to and service, one by one.
fn permitted(inventory: &Inventory, it: &Connection) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for allow in &it.allow {
        let outbound = allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound);
        let arrow = if outbound { "←" } else { "→" };
        let services: Vec<String> = match allow.services.as_slice() {
            [] => vec!["any".to_owned()],
            several => several.iter().map(|it| it.value.to_string()).collect(),
        };
        for to in addresses(inventory, &allow.to.value) {
            all.extend(services.iter().map(|service| format!("{arrow} {to} {service}")));
        }
    }
    all
}

/// An end by its addresses, so that both sides may call it as they like; by its name when it has
/// none.
fn addresses(inventory: &Inventory, end: &Endpoint) -> Vec<String> {
    let id = match end {
        Endpoint::Named(id) => id,
        other => return vec![other.to_string()],
    };
    let networks = |all: &[Spanned<crate::model::IpNetwork>]| -> Vec<String> {
        all.iter().map(|it| it.value.to_string()).collect()
    };
    let system = inventory.systems.get(id).map(|it| networks(&it.addresses));
    let zone = || inventory.zones.get(id).map(|it| networks(&it.networks));
    let party = || inventory.parties.get(id).map(|it| networks(&it.networks));
    let found = system.or_else(zone).or_else(party).filter(|it| !it.is_empty());
    found.unwrap_or_else(|| {
        let kinds = [EntityKind::System, EntityKind::Zone, EntityKind::Party, EntityKind::Device];
        let things = kinds.map(|kind| EntityRef::new(kind, id));
        let named = things.iter().map(|it| inventory.name_of(it)).find(|it| it != id);
        vec![plain(named.unwrap_or(id))]
    })
}

/// Who holds a duty, by name: the two sides have ids of their own.
fn holder(
    inventory: &Inventory,
    it: &Connection,
    inside: bool,
    of: fn(&Half) -> &Option<Spanned<Holder>>,
) -> Option<Stated> {
    let halves = it.responsibility.as_ref()?;
    let half = if inside { &halves.inside } else { &halves.outside };
    let held = of(half.as_ref()?).as_ref()?;
    let (key, says) = match &held.value {
        Holder::Hospital => ("hospital".to_owned(), Text::new("病院", "the hospital")),
        Holder::Undefined => ("undefined".to_owned(), Text::new("未定", "undefined")),
        Holder::Party(id) => {
            let party = EntityRef::new(EntityKind::Party, id);
            let name = inventory.name_of(&party);
            (plain(name), Text::same(name))
        }
    };
    Some(one(key, says, held.span))
}
