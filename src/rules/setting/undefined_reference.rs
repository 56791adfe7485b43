//! A configuration uses names that it does not define.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::StructureKind;
use crate::model::{EntityRef, Vocabulary as _};
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "undefined-reference",
    title: Text::new("定義のない名前を使っている設定", "names that are used and not defined"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13⑪")],
    remedy: Text::new(
        "定義が抜けているのか、不要な行が残っているのかを設定した事業者に確認し、定義するか行を削除してください。",
        "Ask whether a definition is missing or a line was left over; define the name or delete the line.",
    ),
    page: include_str!("undefined_reference.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let mut told = BTreeSet::new();
    let mut undefined = configured.config.structures.undefined();
    undefined.retain(|it| told.insert((it.kind, it.name.clone())));
    let mut places = undefined.iter().map(|it| {
        let (kind, name) = (it.kind.label(), &it.name);
        (it.span, text!("{kind}「{name}」の定義がありません", "there is no {kind} `{name}`"; kind))
    });
    let (span, what) = places.next()?;
    let (name, count) = (facts.inventory.name_of(thing), told.len());
    let message = text!(
        "「{name}」の設定は、定義されていない名前を{count}個使っています",
        "the configuration of `{name}` uses {count} names that it does not define"
    );
    let report = Report::new(thing.clone(), message, span, what).also_all(places);
    // Devices differ in what a filter that does not exist means: some let everything pass.
    let filter = undefined.iter().any(|it| it.kind == StructureKind::Filter);
    Some(if filter { report.severity(Severity::Medium) } else { report })
}
