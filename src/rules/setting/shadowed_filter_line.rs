//! A line of a filter never takes effect.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::{Filter, FilterLine, Shadow, Shadowed, Verdict};
use crate::model::{EntityRef, RangeSet};
use crate::rules::authority::control;
use crate::rules::configured::{each, in_effect};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "shadowed-filter-line",
    title: Text::new("手前の行に隠れて働かないフィルタの行", "filter lines that never take effect"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑪")],
    remedy: Text::new(
        "行の順序が意図どおりかを設定した事業者に確認し、順序を入れ替えるか、不要な行を削除してください。",
        "Ask whether the order of the lines is what was meant; change the order or delete what is not needed.",
    ),
    page: include_str!("shadowed_filter_line.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

/// What it means that a line is never reached, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// What it should stop passes.
    Passes,
    /// What it should let pass is stopped, or something else happens than it says.
    Other,
    /// None: earlier lines do the same.
    Nothing,
}

struct Dead<'a> {
    harm: Harm,
    span: Span,
    what: Text,
    by: Option<&'a FilterLine>,
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let filters = in_effect(&configured.config);
    let mut dead: Vec<Dead<'_>> = filters.into_iter().flat_map(dead_lines).collect();
    dead.sort_by_key(|it| (it.harm, it.span));
    dead.dedup_by_key(|it| it.span);
    let (name, first) = (facts.inventory.name_of(thing), dead.first()?);
    let count = dead.iter().filter(|it| it.harm == first.harm).count();
    let (message, severity) = match first.harm {
        Harm::Passes => (
            text!(
                "「{name}」のフィルタで、拒否の行{count}行が手前の許可に隠れて働いていません",
                "on `{name}`, {count} lines that deny never take effect: earlier lines permit"
            ),
            Severity::Medium,
        ),
        Harm::Other => (
            text!(
                "「{name}」のフィルタで、{count}行が手前の行に隠れて働いていません",
                "on `{name}`, {count} filter lines never take effect: earlier lines decide otherwise"
            ),
            Severity::Low,
        ),
        Harm::Nothing => (
            text!(
                "「{name}」のフィルタに、手前の行と重なって不要な行が{count}行あります",
                "filters of `{name}` have {count} lines that earlier lines make superfluous"
            ),
            Severity::Info,
        ),
    };
    let mut places = dead.iter().flat_map(places);
    let (span, what) = places.next()?;
    Some(Report::new(thing.clone(), message, span, what).also_all(places).severity(severity))
}

fn places(dead: &Dead<'_>) -> impl Iterator<Item = (Span, Text)> {
    let by = dead.by.filter(|_| dead.harm != Harm::Nothing);
    let by = by.map(|it| (it.span, text!("先にこの行で決まります", "this line decides before")));
    std::iter::once((dead.span, dead.what.clone())).chain(by)
}

fn dead_lines(filter: &Filter) -> Vec<Dead<'_>> {
    let told = filter.shadowed();
    told.iter().filter_map(|it| dead_line(filter, it)).collect()
}

fn dead_line<'a>(filter: &'a Filter, shadowed: &Shadowed) -> Option<Dead<'a>> {
    let line = filter.lines.get(shadowed.line)?;
    let by = shadowed.by.first().and_then(|it| filter.lines.get(*it));
    let harm = match (shadowed.shadow, &line.verdict) {
        (Shadow::Redundant, _) => Harm::Nothing,
        (Shadow::Contradicted, Verdict::Deny) => Harm::Passes,
        (Shadow::Contradicted, _) => Harm::Other,
    };
    let part = shadowed.ports.as_ref().map(ports);
    let what = match (harm, part) {
        (Harm::Nothing, _) => text!("手前の行と同じ働きです", "earlier lines do the same"),
        (_, Some(ports)) => text!(
            "ポート{ports}について、この行は働きません",
            "for port {ports} this line never takes effect"
        ),
        (_, None) => text!("この行は働きません", "this line never takes effect"),
    };
    Some(Dead { harm, span: line.span, what, by })
}

fn ports(ports: &RangeSet<u16>) -> String {
    let ranges = ports.ranges().iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    ranges.collect::<Vec<_>>().join(",")
}
