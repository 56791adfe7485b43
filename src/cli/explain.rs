//! `sekisho explain`: the list of the rules, or the page of one.

use super::Exit;
use super::args::Explain;
use super::console::{Console, Stop};
use super::load::{titled, unknown_rule};
use crate::locale::{Lang, Text, pad_to};
use crate::model::Vocabulary as _;
use crate::rules::{self, PACKS, Rule};
use std::fmt::Write as _;

/// The heading under which a page says everything again in English.
const ENGLISH: &str = "## In English";

/// Prints the page of a rule, or the list of all.
pub(super) fn run(args: &Explain, console: &Console) -> Result<Exit, Stop> {
    let lang = console.lang();
    let shown = match &args.id {
        None => list(rules::all().collect(), lang),
        Some(asked) => match meant(asked).as_slice() {
            [] => return Err(unknown_rule(asked).into()),
            [rule] => page(rule, lang),
            several => list(several.to_vec(), lang),
        },
    };
    console.print(shown.as_bytes())?;
    Ok(Exit::Clean)
}

/// The rule with this id, or those with this in their titles.
fn meant(asked: &str) -> Vec<&'static Rule> {
    match rules::find(asked) {
        Some(rule) => vec![rule],
        None => titled(asked),
    }
}

/// Rules, pack by pack, with the severity that they usually have, and title.
fn list(chosen: Vec<&Rule>, lang: Lang) -> String {
    let columns = rules::all().map(|rule| rule.id.len()).max().unwrap_or(0);
    let row = |id: &str, severity: &Text, title: &Text| {
        let severity = pad_to(severity.get(lang), 8);
        format!("  {}  {severity}  {}\n", pad_to(id, columns), title.get(lang))
    };
    let id = Text::new("識別子", "id");
    let (usual, title) = (Text::new("既定", "usual"), Text::new("指摘", "finding"));
    let mut out = row(id.get(lang), &usual, &title);
    for pack in PACKS {
        let rules = pack.rules.iter().filter(|rule| chosen.iter().any(|it| it.id == rule.id));
        let rows: String =
            rules.map(|rule| row(rule.id, &rule.severity.label(), &rule.title)).collect();
        if !rows.is_empty() {
            let _ = write!(out, "\n{}\n{rows}", pack.title.get(lang));
        }
    }
    out
}

/// The page in the reader's language. Pages are written in Japanese first, then in English.
fn page(rule: &Rule, lang: Lang) -> String {
    let (japanese, english) = rule.page.split_once(ENGLISH).unwrap_or((rule.page, ""));
    match lang {
        Lang::Ja => format!("{}\n", japanese.trim_end()),
        Lang::En => format!("# {}\n\n{}\n", rule.title.en, english.trim()),
    }
}
