//! Something is configured and probably does not work as meant.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "setting-without-effect",
    title: Text::new("働いていないと思われる設定", "settings that probably do not work"),
    severity: Severity::Info,
    confidence: Confidence::Medium,
    references: &[control("13⑤")],
    remedy: Text::new(
        "意図した動作かどうかを設定した事業者に確認し、不要な行は削除してください。",
        "Ask whoever configured it whether this is meant, and delete what is not needed.",
    ),
    page: include_str!("setting_without_effect.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let doubts = &configured.config.doubts;
    let (first, more) = doubts.split_first()?;
    let (name, count) = (facts.inventory.name_of(thing), doubts.len());
    let message = text!(
        "「{name}」に、意図どおりに働いていないと思われる設定が{count}か所あります",
        "`{name}` has settings in {count} places that probably do not work as meant"
    );
    let report = Report::new(thing.clone(), message, first.span, first.why.clone());
    Some(report.also_all(more.iter().map(|it| (it.span, it.why.clone()))))
}
