//! The table of tuples.

use super::content::{Voice, called, heads, ink};
use crate::confirm::proof::Standing;
use crate::confirm::proof::paper::{Configured, Decided, Paper, Probed, Row};
use crate::locale::{Text, shown};
use crate::model::Vocabulary as _;
use crate::report::paper::{Cell, Ink, Table};
use crate::text;

/// So many addresses of one row are written out.
const ADDRESSES: usize = 4;

pub(super) fn table(paper: &Paper, voice: Voice) -> Table {
    let head = [
        (Text::new("番号", "no."), 0.06),
        (Text::new("宛先", "to"), 0.25),
        (Text::new("台帳", "declared"), 0.1),
        (Text::new("設定の解析", "configuration"), 0.31),
        (Text::new("疎通確認", "packets"), 0.28),
    ];
    let rows = paper.rows.iter().enumerate().map(|(at, row)| {
        vec![
            vec![(Ink::Plain, (at + 1).to_string())],
            target(row, voice),
            declared(row, voice),
            configuration(row.configuration.as_ref(), voice),
            packets(row.packets.as_ref(), voice),
        ]
    });
    Table { head: heads(&head, voice), rows: rows.collect() }
}

/// What it is about, and how the two sides stand to each other.
fn target(row: &Row, voice: Voice) -> Cell {
    let ink = match row.standing {
        Standing::Contradicted | Standing::Beyond => Ink::Alarm,
        Standing::Agrees => Ink::Soft,
        _ => Ink::Doubt,
    };
    let first = row.addresses.iter().take(shown(row.addresses.len(), ADDRESSES));
    let mut addresses: Vec<String> = first.map(|it| voice.name(it)).collect();
    let more = row.addresses.len().saturating_sub(addresses.len());
    if more > 0 {
        addresses.push(voice.say(&text!("ほか{more}件", "{more} more")));
    }
    let (addresses, service) = (voice.join(&addresses), voice.say(&row.service));
    vec![
        (Ink::Strong, called(&row.to, voice)),
        (Ink::Plain, format!("{addresses} {service}").trim().to_owned()),
        (ink, voice.say(&row.standing.label())),
    ]
}

fn declared(row: &Row, voice: Voice) -> Cell {
    let permitted = match row.declared {
        true => Text::new("許可", "permitted"),
        false => Text::new("許可なし", "not permitted"),
    };
    let mut cell = vec![(Ink::Plain, voice.say(&permitted))];
    cell.extend(row.expected.map(|it| (Ink::Soft, voice.say(&it.label()))));
    cell
}

fn configuration(it: Option<&Configured>, voice: Voice) -> Cell {
    let Some(it) = it else {
        let says = Text::new("設定からは問えません", "cannot be asked");
        return vec![(Ink::Doubt, voice.say(&says))];
    };
    let mut cell = vec![(ink(it.verdict), voice.say(&it.verdict.label()))];
    cell.push((Ink::Plain, voice.say(&it.because)));
    if let Some(line) = deciding(&it.trace) {
        let (at, says) = (voice.say(&line.at), voice.say(&line.says));
        cell.push((Ink::Soft, voice.say(&text!("{at}: {says}", "{at}: {says}"))));
        let place = line.place.as_deref().map(|it| voice.name(it)).unwrap_or_default();
        let text = line.text.as_deref().map(|it| voice.name(it)).unwrap_or_default();
        let quoted: String = text.chars().take(90).collect();
        let shown = format!("{place} {quoted}");
        cell.extend(Some((Ink::Soft, shown.trim().to_owned())).filter(|it| !it.1.is_empty()));
    }
    cell
}

/// The last thing of a way that a line of a file decided.
fn deciding(trace: &[Decided]) -> Option<&Decided> {
    trace.iter().rev().find(|it| it.place.is_some()).or_else(|| trace.last())
}

fn packets(it: Option<&Probed>, voice: Voice) -> Cell {
    let Some(it) = it else {
        return vec![(Ink::Doubt, voice.say(&Text::new("確認していない", "not probed")))];
    };
    let mut cell = vec![
        (ink(it.verdict), voice.say(&it.verdict.label())),
        (Ink::Plain, voice.say(&it.because)),
    ];
    let kind = it.kind.label();
    if let Some(outcome) = it.outcome {
        let outcome = outcome.label();
        cell.push((
            Ink::Soft,
            voice.say(&match it.by {
                Some(by) => text!(
                    "{kind}: {outcome}（{by} から）", "{kind}: {outcome} (by {by})";
                    kind, outcome
                ),
                None => text!("{kind}: {outcome}", "{kind}: {outcome}"; kind, outcome),
            }),
        ));
    }
    cell.extend(it.at.map(|at| (Ink::Soft, voice.time(at))));
    cell.extend(it.control.map(|at| {
        let at = voice.time(at);
        (Ink::Soft, voice.say(&text!("対照の応答 {at}", "control answered {at}")))
    }));
    cell
}
