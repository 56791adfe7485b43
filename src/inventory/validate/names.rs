//! Ids that endpoints may name must be unambiguous.

use crate::inventory::records::Inventory;
use crate::model::{EntityKind, Vocabulary};
use crate::source::{Diagnostic, Mistakes, Spanned};
use crate::text;
use std::collections::HashMap;

/// Reports ids that two kinds of thing share, and ids that are words with a meaning of their own.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    let mut seen: HashMap<&str, (EntityKind, &Spanned<String>)> = HashMap::new();
    let zones = inventory.zones.ids().map(|id| (EntityKind::Zone, id));
    let parties = inventory.parties.ids().map(|id| (EntityKind::Party, id));
    let devices = inventory.devices.ids().map(|id| (EntityKind::Device, id));
    let systems = inventory.systems.ids().map(|id| (EntityKind::System, id));
    for (kind, id) in zones.chain(parties).chain(devices).chain(systems) {
        if is_reserved(kind, &id.value) {
            out.push(reserved(id));
        }
        match seen.get(id.value.as_str()) {
            Some((other, first)) if *other != kind => out.push(shared(kind, id, *other, first)),
            Some(_) => {}
            None => {
                seen.insert(&id.value, (kind, id));
            }
        }
    }
}

/// Whether endpoints or duties use this word for something else.
fn is_reserved(kind: EntityKind, id: &str) -> bool {
    match id {
        "any" => true,
        // The party `internet` is the internet itself.
        "internet" => kind != EntityKind::Party,
        "hospital" | "undefined" => kind == EntityKind::Party,
        _ => false,
    }
}

fn reserved(id: &Spanned<String>) -> Diagnostic {
    let word = &id.value;
    Diagnostic::error(
        "reserved-id",
        text!(
            "「{word}」は決まった意味を持つ語なので、識別子にできません",
            "`{word}` has a meaning of its own and cannot be an id"
        ),
    )
    .at(id.span, text!("別の識別子にします", "choose another id"))
}

fn shared(
    kind: EntityKind,
    second: &Spanned<String>,
    other: EntityKind,
    first: &Spanned<String>,
) -> Diagnostic {
    let id = &second.value;
    let (kind, other) = (kind.label(), other.label());
    Diagnostic::error(
        "ambiguous-id",
        text!(
            "識別子「{id}」が{other}と{kind}の両方に使われています",
            "the id `{id}` is used for a {other} and for a {kind}"; kind, other
        ),
    )
    .at(second.span, text!("{kind}の識別子", "the id of the {kind}"; kind))
    .at(first.span, text!("{other}の識別子", "the id of the {other}"; other))
    .help(text!(
        "通信の from や to は識別子だけで相手を指すので、どちらかを別の識別子にしてください",
        "`from` and `to` name things by id alone; give one of them another id"
    ))
}
