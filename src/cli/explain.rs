//! `sekisho explain`: the list of the rules, or the page of one.

use super::Exit;
use super::args::Explain;
use super::console::{Console, Stop};
use super::load::unknown_rule;
use crate::locale::{Lang, pad_to};
use crate::model::Vocabulary as _;
use crate::rules::{self, PACKS, Rule};
use std::fmt::Write as _;

/// The heading under which a page says everything again in English.
const ENGLISH: &str = "## In English";

/// Prints the page of a rule, or the list of all.
pub(super) fn run(args: &Explain, console: &Console) -> Result<Exit, Stop> {
    let shown = match &args.id {
        None => list(console.lang()),
        Some(id) => match rules::find(id) {
            Some(rule) => page(rule, console.lang()),
            None => return Err(unknown_rule(id).into()),
        },
    };
    console.print(shown.as_bytes())?;
    Ok(Exit::Clean)
}

/// All rules, pack by pack, with severity and title.
fn list(lang: Lang) -> String {
    let columns = rules::all().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for pack in PACKS.iter().filter(|pack| !pack.rules.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", pack.title.get(lang));
        for rule in pack.rules {
            let severity = rule.severity.label();
            let _ = writeln!(
                out,
                "  {}  {}  {}",
                pad_to(rule.id, columns),
                pad_to(severity.get(lang), 8),
                rule.title.get(lang)
            );
        }
    }
    out
}

/// The page with the reader's language first. Pages are written Japanese first.
fn page(rule: &Rule, lang: Lang) -> String {
    match (lang, rule.page.split_once(ENGLISH)) {
        (Lang::En, Some((japanese, english))) => {
            let (_, japanese) = japanese.split_once('\n').unwrap_or_default();
            format!(
                "# {}\n\n{}\n\n## 日本語\n\n{}\n",
                rule.title.en,
                english.trim(),
                japanese.trim()
            )
        }
        _ => format!("{}\n", rule.page.trim_end()),
    }
}
