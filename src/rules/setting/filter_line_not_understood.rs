//! A filter in effect has lines whose meaning is not known.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::device::{FilterLine, Verdict};
use crate::rules::authority::control;
use crate::rules::configured::{each, in_effect};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "filter-line-not-understood",
    title: Text::new("意味を読み取れないフィルタの行", "filter lines that were not understood"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13⑪")],
    remedy: Text::new(
        "挙げた行が何を通し何を止めるかを、設定した事業者に確認してください。この行にかかわる判定は「判定不能」としています。",
        "Ask whoever configured it what these lines pass and stop. Every answer that depends on them is given as undetermined.",
    ),
    page: include_str!("filter_line_not_understood.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let lines = in_effect(&configured.config).into_iter().flat_map(|it| &it.lines);
    let mut spans: Vec<_> = lines.filter(|it| is_vague(it)).map(|it| it.span).collect();
    spans.sort_unstable();
    spans.dedup();
    let (name, count) = (facts.inventory.name_of(thing), spans.len());
    let what =
        || text!("何を通し何を止める行か、読み取れません", "what it passes and stops is not known");
    let mut places = spans.into_iter().map(|it| (it, what()));
    let (span, first) = places.next()?;
    let message = text!(
        "「{name}」で使われているフィルタに、意味を読み取れない行が{count}行あります",
        "filters in effect on `{name}` have {count} lines that were not understood"
    );
    Some(Report::new(thing.clone(), message, span, first).also_all(places))
}

fn is_vague(line: &FilterLine) -> bool {
    line.enabled && (line.verdict == Verdict::Unknown || !line.when.is_exact())
}
