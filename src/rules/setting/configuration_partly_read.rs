//! Of a configuration, much was not understood, or its end is missing.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::shown_by;

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
        "途中で切れている場合や、ほかの操作の記録が混ざっている場合は、いまの設定の全体を機器から取り直してください。同じ機器の設定が複数ある場合は、古い控えを外してください。読み取れない行が多い場合は、報告書の一覧にある行の意味を設定した事業者に確認してください。",
        "Where its end is missing, or where it is mixed with what somebody typed, take the whole present configuration from the device again. Where there are several of one device, leave out the old copies. Where many lines were not understood, ask what the lines listed in the report mean.",
    ),
    page: include_str!("configuration_partly_read.md"),
    check: Check::Facts(check),
};

/// Below this share of understood lines, in percent, what a configuration does not show proves little.
const ENOUGH: usize = 80;
/// How many of the lines are shown; the report lists them all.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut reports = each(facts, |thing, it| judge(facts, thing, it));
    for (thing, report) in twice(facts) {
        let report = match reports.remove(&thing) {
            Some(first) => first.absorb(report),
            None => report,
        };
        reports.insert(thing, report);
    }
    out.extend(reports.into_values());
}

/// Devices of which several whole configurations were given: today's, and perhaps an old copy.
fn twice(facts: &Facts<'_>) -> Vec<(EntityRef, Report)> {
    let whole: Vec<(&EntityRef, &Configured)> = facts
        .configured()
        .filter(|(_, it)| it.files.iter().any(|file| !file.format.part))
        .collect();
    let mut found: Vec<(EntityRef, Report)> = Vec::new();
    for (at, (thing, configured)) in whole.iter().enumerate() {
        let earlier = whole.iter().take(at).find(|(it, _)| it == thing);
        let (Some((_, first)), Some(span)) = (earlier, shown_by(configured)) else { continue };
        if found.iter().any(|(it, _)| it == *thing) {
            continue;
        }
        let name = facts.inventory.name_of(thing);
        let (one, other) = (&first.name, &configured.name);
        let message = text!(
            "「{name}」の設定が複数あります（{one}、{other}）。古い控えが混ざっていると、いまの経路を正しく確認できません",
            "several configurations of `{name}` were given ({one}, {other}); with an old copy among them, its present paths cannot be told"
        );
        let here = text!("同じ機器の別の設定", "another configuration of the same device");
        let report = Report::new((*thing).clone(), message, span, here);
        found.push(((*thing).clone(), report.severity(Severity::Medium)));
    }
    found
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let name = facts.inventory.name_of(thing);
    let doubtful = || configured.files.iter().flat_map(|it| it.doubtful());
    let mut ends = doubtful().filter_map(|it| it.labels.first());
    if let (Some(remark), Some(end)) = (doubtful().next(), ends.next()) {
        let message = match remark.code {
            "config-truncated" => text!(
                "「{name}」の設定は途中で終わっており、残りを確認していません",
                "the configuration of `{name}` ends in the middle; the rest was not looked at"
            ),
            _ => {
                let Text { ja, en } = &remark.message;
                text!(
                    "「{name}」がいまどう動いているか、設定から分かりません: {ja}",
                    "the configuration of `{name}` does not tell what it does now: {en}"
                )
            }
        };
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
