//! What was confirmed, when, how and by whom (確認): the coverage of a hospital, spot checks by lot,
//! and the yearly list that goes to every owner.
//!
//! ```text
//!  configurations ─┐
//!  recertified ────┼─► Coverage: the last confirmation of each thing, or that nobody looked
//!  confirmations ──┘        ▲
//!                           │ read back
//!  a public seed ─► SpotCheck (steps, expected result) ─► a sheet to fill in
//!  reach, probes ─► Paper: the proof of isolation of a connection (分離確認書)
//!  parties ───────► Recertification lists ──────────────► a sheet to fill in
//! ```
//!
//! This room opens nothing.

pub mod coverage;
pub mod proof;
pub mod recertify;
pub mod reconcile;
mod sent;
pub mod sheet;
pub mod spotcheck;
mod steps;

use crate::inventory::Inventory;
use crate::model::EntityRef;
use crate::model::words::{Means, Outcome};

/// One confirmation as YAML, to be added to an inventory.
pub fn yaml(answers: &[sheet::Answer]) -> String {
    use crate::model::Vocabulary as _;
    let mut text = String::from("confirmations:\n");
    for it in answers {
        let (thing, on, how, result) = (&it.thing, it.on, it.how.key(), it.result.key());
        let by = scalar(&it.by);
        text += &format!("  - {{thing: {thing}, on: {on}, by: {by}, how: {how}, result: {result}");
        if let Some(note) = &it.note {
            text += &format!(", note: {}", scalar(note));
        }
        text += "}\n";
    }
    if answers.is_empty() { String::new() } else { text }
}

/// A text as a double-quoted YAML scalar: JSON's strings are YAML's.
fn scalar(text: &str) -> String {
    let line = crate::locale::one_line(text);
    serde_json::Value::String(line.into_owned()).to_string()
}

/// What the inventory records of a thing beside its own fields.
fn recorded<'i>(
    inventory: &'i Inventory,
    thing: &EntityRef,
) -> impl Iterator<Item = coverage::Confirmed> + 'i {
    let thing = thing.clone();
    inventory.confirmations.iter().filter(move |it| it.thing.value.0.names(&thing)).map(|it| {
        coverage::Confirmed::new(
            Some(it.on.value),
            it.how.as_ref().map_or(Means::SpotCheck, |it| it.value),
            it.by.value.as_str(),
            it.result.as_ref().map_or(Outcome::AsExpected, |it| it.value),
        )
    })
}
