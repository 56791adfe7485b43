//! A configuration defines things that nothing uses.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityRef, Vocabulary as _};
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "unused-definition",
    title: Text::new("どこからも使われていない設定", "settings that nothing uses"),
    severity: Severity::Info,
    confidence: Confidence::High,
    references: &[control("2②")],
    remedy: Text::new(
        "不要なら削除してください。フィルタの場合は、適用し忘れていないかを設定した事業者に確認してください。",
        "Delete what is not needed. Of a filter, ask whether somebody forgot to apply it.",
    ),
    page: include_str!("unused_definition.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let unused = configured.config.structures.unused();
    let (name, count) = (facts.inventory.name_of(thing), unused.len());
    let mut places = unused.into_iter().map(|it| {
        let (kind, name) = (it.kind.label(), &it.name);
        (
            it.span,
            text!("{kind}「{name}」は使われていません", "nothing uses the {kind} `{name}`"; kind),
        )
    });
    let (span, what) = places.next()?;
    let message = text!(
        "「{name}」に、どこからも使われていない設定が{count}個あります",
        "`{name}` has {count} settings that nothing uses"
    );
    Some(Report::new(thing.clone(), message, span, what).also_all(places))
}
