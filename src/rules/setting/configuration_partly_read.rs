//! Of a configuration, much was not understood, or its end is missing.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "configuration-partly-read",
    title: Text::new(
        "一部しか読み取れていない設定",
        "a configuration of which only a part was understood",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("2②")],
    remedy: Text::new(
        "途中で切れている場合は、機器から設定の全体を取り直してください。読み取れない行が多い場合は、報告書の一覧にある行の意味を設定した事業者に確認してください。",
        "Where its end is missing, take the whole configuration again. Where many lines were not understood, ask what the lines listed in the report mean.",
    ),
    page: include_str!("configuration_partly_read.md"),
    check: Check::Facts(check),
};

/// Below this share of understood lines, in percent, what a configuration does not show proves little.
const ENOUGH: usize = 80;
/// How many of the lines are shown; the report lists them all.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let name = facts.inventory.name_of(thing);
    let remarks = configured.files.iter().flat_map(|it| &it.remarks);
    let truncated = remarks.filter(|it| it.code == "config-truncated");
    let mut ends = truncated.filter_map(|it| it.labels.first());
    if let Some(end) = ends.next() {
        let message = text!(
            "「{name}」の設定は途中で終わっており、残りを確認していません",
            "the configuration of `{name}` ends in the middle; the rest was not looked at"
        );
        let report = Report::new(thing.clone(), message, end.span, end.text.clone());
        let report = report.also_all(ends.map(|it| (it.span, it.text.clone())));
        return Some(report.severity(Severity::Medium));
    }
    let file = configured.files.iter().min_by_key(|it| it.coverage.percent())?;
    let (percent, count) = (file.coverage.percent(), file.coverage.unrecognized.len());
    if percent >= ENOUGH {
        return None;
    }
    let message = text!(
        "「{name}」の設定は{percent}%しか読み取れず、{count}行の意味が分かりません",
        "only {percent} % of the configuration of `{name}` was understood; {count} lines were not"
    );
    let what = text!("意味を読み取れない行です", "this line was not understood");
    let mut places = file.coverage.unrecognized.iter().take(SHOWN).map(|it| (*it, what.clone()));
    let (span, first) = places.next()?;
    Some(Report::new(thing.clone(), message, span, first).also_all(places))
}
