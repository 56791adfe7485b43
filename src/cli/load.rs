//! An inventory, read and checked: what every command but `init` begins with.

use super::args::Day;
use super::console::{Console, Stop};
use super::gather::{Gathered, gather};
use super::options::today;
use crate::inventory::{self, Inventory};
use crate::model::Date;
use crate::rules::{self, Rule};
use crate::source::{Diagnostic, FileId, Level, SourceMap, closest};
use crate::text;
use std::path::Path;

/// What an inventory says, and what is wrong with how it says it.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Its texts; what is read later comes behind them.
    pub(super) sources: SourceMap,
    /// Its files.
    pub(super) files: Vec<FileId>,
    /// The declared facts. Judge them only when nothing is wrong.
    pub(super) inventory: Inventory,
    /// The day to judge: asked for, else the inventory's own, else today.
    pub(super) as_of: Date,
    /// Every mistake: unreadable files first, then by place.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads and checks an inventory.
pub(super) fn load(path: &Path, day: &Day, console: &Console) -> Loaded {
    console.step(&text!("台帳を読んでいます", "reading the inventory"));
    let Gathered { sources, files, problems } = gather(path);
    let reading = inventory::read_as_of(&sources, &files, day.as_of, today());
    let inventory = reading.inventory;
    let mut diagnostics = problems;
    diagnostics.extend(reading.diagnostics);
    waived_rules(&inventory, &mut diagnostics);
    console.settle();
    let declared = inventory.as_of.as_ref().map(|date| date.value);
    if let (None, Some(declared)) = (day.as_of, declared) {
        remark_age(declared, console);
    }
    Loaded {
        as_of: day.as_of.or(declared).unwrap_or_else(today),
        sources,
        files,
        inventory,
        diagnostics,
    }
}

/// The same for commands that go on to judge: mistakes are told and end the run. What warnings
/// say about dates is left to the rules, which judge the same dates.
pub(super) fn load_sound(path: &Path, day: &Day, console: &Console) -> Result<Loaded, Stop> {
    let mut loaded = load(path, day, console);
    loaded.diagnostics.retain(|it| it.level == Level::Error || it.code != inventory::EXPIRED);
    console.complain_about(&loaded.diagnostics, &loaded.sources);
    let errors = loaded.count(Level::Error);
    if errors == 0 {
        return Ok(loaded);
    }
    console.summarize(&text!(
        "台帳に誤りが{errors}件あるため、判定していません。",
        "{errors} mistake(s) in the inventory; nothing was judged."
    ));
    Err(Stop::Told)
}

/// After so many days a person should look again at the day that the inventory gives.
const OLD: i32 = 90;

/// Dates are measured by the inventory's own day, so an old one hides what has passed since.
fn remark_age(as_of: Date, console: &Console) {
    let days = as_of.until(today()).map_or(0, |span| span.get_days());
    if days > OLD {
        console.remark_today(&text!(
            "台帳の基準日 {as_of} は{days}日前です。見直したら as_of を改めるか、--as-of で今日の日付を指定してください",
            "the inventory's as_of, {as_of}, lies {days} days back; set it anew after a review, or give today with --as-of"
        ));
    }
}

impl Loaded {
    /// How many mistakes of a level there are.
    pub(super) fn count(&self, level: Level) -> usize {
        let levels = self.diagnostics.iter().map(|it| it.level);
        levels.filter(|it| *it == level).count()
    }
}

/// Waivers must name a rule that exists. The inventory itself does not know the rules.
fn waived_rules(inventory: &Inventory, diagnostics: &mut Vec<Diagnostic>) {
    for waiver in &inventory.waivers {
        let id = waiver.rule.value.as_str();
        if rules::find(id).is_some() {
            continue;
        }
        diagnostics.push(unknown_rule(id).at(
            waiver.rule.span,
            text!("この例外承認は何にも効きません", "this waiver accepts nothing"),
        ));
    }
}

/// No rule has this id; which ones were probably meant.
pub(super) fn unknown_rule(id: &str) -> Diagnostic {
    let problem = Diagnostic::error(
        "unknown-rule",
        text!("「{id}」という規則はありません", "there is no rule `{id}`"),
    );
    let (titled, part) = (titled(id), id.to_lowercase());
    let similar: Vec<_> = rules::all()
        .map(|rule| rule.id)
        .filter(|it| titled.iter().any(|rule| rule.id == *it) || is_part(&part, it))
        .collect();
    let similar = similar.join(", ");
    problem.help(match closest(id, rules::all().map(|rule| rule.id)) {
        Some(word) => text!("「{word}」ではありませんか", "did you mean `{word}`?"),
        None if !similar.is_empty() => text!("似た規則: {similar}", "similar rules: {similar}"),
        None => {
            text!("sekisho explain で規則の一覧が見られます", "`sekisho explain` lists the rules")
        }
    })
}

/// Whether this is a part of an id, long enough to mean something.
fn is_part(part: &str, id: &str) -> bool {
    part.len() >= 3 && id.contains(part)
}

/// The rules with this in their titles.
pub(super) fn titled(part: &str) -> Vec<&'static Rule> {
    let part = part.trim().to_lowercase();
    let contains = |rule: &&Rule| {
        let titles = [&rule.title.ja, &rule.title.en];
        titles.iter().any(|title| title.to_lowercase().contains(&part))
    };
    match part.is_empty() {
        true => Vec::new(),
        false => rules::all().filter(contains).collect(),
    }
}
