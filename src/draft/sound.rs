//! The last look at a draft: it is read as an inventory, and what cannot be one is put into
//! comments with the reason, so that one odd line never costs the rest.

use super::Draft;
use super::sheet::comment;
use crate::inventory;
use crate::locale::{Lang, one_line};
use crate::model::Date;
use crate::source::{Diagnostic, Level, SourceMap};
use crate::text;
use std::collections::BTreeMap;

/// How often a draft is read again: what refers to something that was taken out goes after it.
const TURNS: usize = 16;

/// A draft of which everything that is not a comment is read as an inventory, together with the
/// texts that are `declared` already. Errors are what could not be helped.
///
/// # Errors
/// The mistakes of a draft that stays unreadable.
pub fn confirmed(
    mut draft: Draft,
    declared: &[String],
    today: Date,
    lang: Lang,
) -> Result<Draft, (SourceMap, Vec<Diagnostic>)> {
    for turn in 0.. {
        if draft.things == 0 {
            break;
        }
        let mut sources = SourceMap::new();
        let mut files: Vec<_> = (1..)
            .zip(declared)
            .map(|(nth, text): (u32, &String)| sources.add(format!("declared-{nth}"), text.clone()))
            .collect();
        let own = sources.add("draft.yaml", draft.text.clone());
        files.push(own);
        let mut errors = inventory::read(&sources, &files, today).diagnostics;
        errors.retain(|it| it.level == Level::Error);
        if errors.is_empty() {
            break;
        }
        let mut wrong: BTreeMap<usize, String> = BTreeMap::new();
        for error in &errors {
            let mut labels = error.labels.iter().map(|it| it.span);
            if let Some(span) = labels.find(|it| it.file == own) {
                let why = error.message.get(lang).to_owned();
                wrong.entry(sources.position(span).line.saturating_sub(1)).or_insert(why);
            }
        }
        let without = without(&draft.text, &wrong, lang);
        if without == draft.text || turn >= TURNS {
            return Err((sources, errors));
        }
        draft.text = without;
        draft.things = things(&draft.text);
    }
    Ok(draft)
}

/// The text with these lines, or the things that they belong to, as comments.
fn without(text: &str, wrong: &BTreeMap<usize, String>, lang: Lang) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: BTreeMap<usize, Option<&str>> = BTreeMap::new();
    for (at, why) in wrong {
        let Some(line) = lines.get(*at).filter(|it| is_yaml(it)) else { continue };
        // One line of a list of interfaces or forwards can go alone.
        if depth(line) >= 6 {
            out.insert(*at, Some(why));
            continue;
        }
        let head =
            |index: &usize| lines.get(*index).is_some_and(|it| is_yaml(it) && depth(it) <= 2);
        let Some(first) = (0..=*at).rev().find(head) else { continue };
        let inner =
            |index: &usize| lines.get(*index).is_some_and(|it| !is_yaml(it) || depth(it) > 2);
        let whole = std::iter::once(first).chain((first + 1..lines.len()).take_while(inner));
        for index in whole.filter(|it| lines.get(*it).is_some_and(|it| is_yaml(it))) {
            out.entry(index).or_insert(None);
        }
        out.insert(first, Some(why));
    }
    // A key over nothing is no list any more: from the last line to the first.
    let mut below = [false; 8];
    for (index, line) in lines.iter().enumerate().rev().filter(|(_, it)| is_yaml(it)) {
        let level = (depth(line) / 2).min(6);
        let is_key = line.ends_with(':');
        let empty = is_key && !below.get(level + 1).copied().unwrap_or(true);
        if empty {
            out.entry(index).or_insert(None);
        }
        let stays = !out.contains_key(&index);
        for (deeper, some) in below.iter_mut().enumerate() {
            if deeper > level {
                *some = false;
            }
            if deeper == level {
                *some |= stays;
            }
        }
    }
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(why) = out.get(&index) else {
            text += line;
            text.push('\n');
            continue;
        };
        let depth = depth(line);
        if let Some(why) = why {
            let why = one_line(why);
            let left_out = text!(
                "要確認: 台帳として読めないため外しました（{why}）",
                "to be confirmed: left out, because an inventory cannot hold it ({why})"
            );
            comment(&mut text, depth, left_out.get(lang));
        }
        comment(&mut text, depth, line.trim_start());
    }
    text
}

fn is_yaml(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// How many things a draft declares.
fn things(text: &str) -> usize {
    text.lines().filter(|it| is_yaml(it) && depth(it) == 2).count()
}
