//! Who gets which chip.

use super::Merged;
use crate::diagram::layout::content::Note;
use crate::diagram::layout::paint::{circuit_key, party_key};
use crate::diagram::layout::style::Look;
use crate::diagram::since::{Since, Told, Turn, listed};
use crate::locale::{Lang, Text};
use crate::model::EntityRef;
use std::collections::BTreeMap;

/// Gives every box of the joined content that is new, gone or different its chip, and new lines
/// their look.
pub(in crate::diagram::layout) fn note(merged: &mut Merged, since: &Since<'_>, lang: Lang) {
    let teller = Teller { since, lang };
    let content = &merged.content;
    let mut notes: BTreeMap<String, Note> = BTreeMap::new();
    let mut lines = Vec::new();
    let mut boxed = |key: String, thing: Option<&EntityRef>| {
        let gone = merged.ghosts.contains(&key);
        if let Some(note) = teller.note(thing, gone) {
            notes.insert(key, note);
        }
    };
    for zone in &content.zones {
        boxed(zone.key.clone(), zone.thing.as_ref());
    }
    for cell in &content.cells {
        boxed(cell.key.clone(), cell.thing.as_ref());
    }
    for device in content.devices.values() {
        boxed(device.thing.to_string(), Some(&device.thing));
    }
    for row in &content.rows {
        if let (Some(key), Some(party)) = (party_key(row), &row.party) {
            boxed(key, Some(&party.thing));
        }
    }
    for (at, row) in content.rows.iter().enumerate().filter(|(_, row)| row.party.is_some()) {
        let gone = merged.gone.contains(&at);
        // The pill stands for the connection and for the circuit that it uses.
        let own = std::iter::once(&row.thing).chain(&row.alike);
        let own = own.map(|it| teller.note(Some(it), gone)).find(Option::is_some).flatten();
        let listed = merged.listed.get(&at).and_then(|it| teller.listed(it, *it == row.thing));
        let line = teller.note(row.line.as_ref(), gone);
        let note = match (listed.or(own), line) {
            (Some(own), Some(line)) => Some(own.and(&line)),
            (own, line) => own.or(line),
        };
        let Some(note) = note else { continue };
        if !gone && note.look == Look::New {
            lines.push(((at, None), Look::New));
        }
        notes.insert(circuit_key(row), note);
    }
    merged.content.notes = notes;
    merged.content.lines.extend(lines);
}

struct Teller<'s> {
    since: &'s Since<'s>,
    lang: Lang,
}

impl Teller<'_> {
    /// The chip of a thing: what happened, the number of it in the list, and in what way.
    fn note(&self, thing: Option<&EntityRef>, gone: bool) -> Option<Note> {
        let changes: Vec<(usize, &Told)> =
            thing.map(|it| self.since.told(it, gone).collect()).unwrap_or_default();
        let worst = changes.iter().map(|(_, it)| it.turn).min();
        let turn = match (worst, gone) {
            // What left its place for another one leaves a ghost without being gone.
            (Some(turn), _) => turn,
            (None, true) => Turn::Gone,
            (None, false) => return None,
        };
        let look = match (turn, gone) {
            (Turn::Scope, true) => Look::Unlooked,
            (_, true) => Look::Gone,
            (Turn::New, _) => Look::New,
            (Turn::Gone | Turn::Changed, _) => Look::Changed,
            (Turn::Scope, _) => Look::Scope,
        };
        let sign = self.say(&match (turn, gone) {
            (Turn::Changed, true) => Text::new("元の位置", "was here"),
            _ => turn.label(),
        });
        let numbers: Vec<String> = changes.iter().map(|(number, _)| number.to_string()).collect();
        let brief = format!("{sign}{}", numbers.join(","));
        let first = match numbers.as_slice() {
            [] | [_] => brief.clone(),
            [first, ..] => format!("{sign}{first}+"),
        };
        let mut ways: Vec<&str> = Vec::new();
        for (_, told) in changes.iter().filter(|_| turn == Turn::Changed && !gone) {
            let word = told.word.get(self.lang);
            if !word.is_empty() && !ways.contains(&word) {
                ways.push(word);
            }
        }
        let full = (!ways.is_empty()).then(|| format!("{brief} {}", ways.join("・")));
        Some(Note { look, words: full.into_iter().chain([brief, first]).collect() })
    }

    /// The chip of a line that is what it was, and that a ledger has now or no longer has.
    fn listed(&self, thing: &EntityRef, now: bool) -> Option<Note> {
        let numbers: Vec<String> =
            self.since.told(thing, !now).map(|(number, _)| number.to_string()).collect();
        let brief = format!("{}{}", self.say(&Turn::Changed.label()), numbers.join(","));
        let full = format!("{brief} {}", self.say(&listed(now)));
        (!numbers.is_empty()).then(|| Note { look: Look::Changed, words: vec![full, brief] })
    }

    fn say(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }
}
