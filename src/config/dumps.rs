//! Files that do not show one configuration as it runs: several are in them, or somebody went on to
//! change the device after it was shown.
//!
//! People log a whole session: `show startup-config` and then `show running-config`, before a change
//! and after it, one router and then the next. Merged, the stricter filter of the one would seem to
//! stand before the way that the other leaves open.

use super::coverage::{Because, Fate};
use super::listing::Line;
use super::notes::Notes;
use super::sections::{self, shows_configuration};
use crate::source::Span;
use std::collections::BTreeSet;

/// A command of a session: what was typed, and on which line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command<'t> {
    pub(super) typed: &'t str,
    pub(super) line: u32,
}

/// What only the first lines of a configuration hold, once.
const HEADS: &[&str] = &[
    "# RTX",
    "# NVR",
    "# FWX",
    "# SRT",
    "! NEC Portable Internetwork Core",
    "#config-version=",
    "ASA Version ",
    "Building configuration...",
    "Current configuration",
    "hostname ",
    "version ",
    "set version ",
    "set system host-name ",
    "config system global",
    "system {",
];
/// A part with fewer telling lines than this is what a command said on its way, no configuration.
const SMALLEST: usize = 3;

/// Keeps the first configuration of a file. Others that say the same are left out; one that says
/// something else makes it unknown what the device does, and that is noted.
pub(super) fn only_one<'t>(
    kept: &mut Vec<Line<'t>>,
    commands: &[Option<Command<'t>>],
    notes: &mut Notes,
) {
    let parts = parts(kept, commands);
    let Some(at) = parts.get(1).copied() else { return };
    let Some(first) = kept.first().map(Line::span) else { return };
    let told = telling(&kept[..at]);
    let mut ends = parts.iter().skip(2).copied().chain([kept.len()]);
    let other = parts.iter().skip(1).find(|from| {
        let to = ends.next().unwrap_or(kept.len());
        telling(&kept[**from..to]) != told
    });
    let second = other.and_then(|from| kept.get(*from)).map(Line::span);
    for line in kept.drain(at..) {
        notes.set(line.number, Fate::Ignored(Because::OtherOutput));
    }
    if let Some(second) = second {
        notes.several(first, second);
    }
}

/// Where the configurations of a listing begin: at a mark, or a command, that was there before.
fn parts<'t>(kept: &[Line<'t>], commands: &[Option<Command<'t>>]) -> Vec<usize> {
    let mut parts = vec![0];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut shown: Vec<Command<'t>> = Vec::new();
    let mut from = 0;
    for (at, line) in kept.iter().enumerate() {
        let command = commands.get(at).copied().flatten();
        let again = command.is_some_and(|command| {
            let mut same = shown.iter().filter(|it| whole(it.typed) == whole(command.typed));
            whole(command.typed).is_some() && same.any(|it| it.line != command.line)
        });
        let head = head(line);
        let repeats = again || head.is_some_and(|head| seen.contains(head));
        if repeats && telling(&kept[from..at]).len() >= SMALLEST {
            parts.push(at);
            from = at;
            seen.clear();
            shown.clear();
        }
        seen.extend(head);
        if let Some(command) = command
            && shown.iter().all(|it| it.line != command.line)
        {
            shown.push(command);
        }
    }
    if telling(&kept[from..]).len() < SMALLEST {
        parts.pop_if(|it| *it > 0);
    }
    parts
}

/// The mark of a vendor with which a line begins a configuration.
fn head(line: &Line<'_>) -> Option<&'static str> {
    let head = HEADS.iter().copied().find(|head| line.text.starts_with(*head))?;
    // People write comments about their router, too; and `version 2` is one of RIP.
    let sure = match head {
        "version " => line.text.contains('.'),
        _ if head.starts_with("# ") => line.text.contains(" Rev."),
        _ => true,
    };
    sure.then_some(head)
}

/// What a command shows, when that is all of a configuration: the same for `sh run` and
/// `show startup-config`, of which one should say what the other says.
fn whole(command: &str) -> Option<&str> {
    if !shows_configuration(command) {
        return None;
    }
    let mut words = command.split_whitespace().skip(2);
    match command.split_whitespace().next() {
        Some("show" | "sh" | "display") => match words.next() {
            None => Some("show"),
            Some("|") => matches!(words.next(), Some("display" | "no-more")).then_some("show"),
            Some(_) => None,
        },
        _ => Some(command),
    }
}

/// What lines say, without comments, counters and sizes, which differ each time.
pub(super) fn telling<'t>(lines: &[Line<'t>]) -> Vec<&'t str> {
    const SAID: &[&str] = &[
        "!",
        "#",
        ": ",
        "Building ",
        "Current configuration",
        "Using ",
        "Cryptochecksum",
        "ntp clock-period",
        "[OK]",
    ];
    let bodies = lines.iter().map(|it| it.text.trim());
    let bodies =
        bodies.filter(|it| !it.is_empty() && SAID.iter().all(|said| !it.starts_with(said)));
    let uncounted = bodies.map(|it| match it.rsplit_once(" [") {
        Some((chain, counters)) if chain.starts_with(':') && counters.ends_with(']') => chain,
        _ => it,
    });
    uncounted.collect()
}

/// Notes what was typed after the configuration was shown and may have changed it.
pub(super) fn changed_after(
    kept: &[Line<'_>],
    shown: &[Option<Command<'_>>],
    typed: &[Line<'_>],
    notes: &mut Notes,
) {
    let Some(last) = kept.last().map(|it| it.number) else { return };
    // What is saved is not what runs: there, earlier changes count as well.
    let saved = |it: &&Command<'_>| {
        let object = it.typed.split_whitespace().nth(1).unwrap_or_default();
        object.starts_with("start") || object.starts_with("saved")
    };
    let since = match shown.iter().flatten().last().filter(saved) {
        Some(_) => 0,
        None => last,
    };
    let changes = typed.iter().filter(|it| it.number > since);
    if let Some(first) = changes.into_iter().find(|it| sections::changes(it.text)) {
        notes.changed(first.span());
    }
}

/// The first setting that was typed; for where nothing shows the configuration that it changes.
pub(super) fn setting(typed: &[Line<'_>]) -> Option<Span> {
    typed.iter().find(|it| sections::changes(it.text)).map(Line::span)
}
