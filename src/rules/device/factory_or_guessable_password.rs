//! Everybody knows the password.

use crate::finding::{Confidence, Severity};
use crate::inventory::CredentialGroup;
use crate::locale::Text;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::credentials::members;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "factory-or-guessable-password",
    title: Text::new(
        "初期値のまま、または推測しやすいパスワード",
        "a factory or guessable password",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("8⑤"), checklist("2⑧"), okayama("5.5.1")],
    remedy: Text::new(
        "推測できない長いパスワードに変更してください。事業者が管理する機器は、変更したことを事業者確認用チェックリストで確認してください。",
        "Change it to a long one that cannot be guessed. For equipment that a party administers, have the change confirmed in its provider checklist.",
    ),
    page: include_str!("factory_or_guessable_password.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let name = &group.name.value;
        let subject = thing(EntityKind::CredentialGroup, group);
        if let Some((span, how)) = stated(group, Answer::Yes).next() {
            let all = members.things();
            let list = names(facts.inventory, &all);
            let message = text!(
                "資格情報「{name}」のパスワードは{how}ものです（使用: {list}）",
                "the password of `{name}` is {how} (used by: {list})"; how, list
            );
            let severity = match members.boundary.is_empty() {
                true => Severity::High,
                false => Severity::Critical,
            };
            let what = text!("変更が必要です", "must be changed");
            let report = Report::new(subject, message, span, what);
            out.push(report.severity(severity).exposes(all));
        } else if let Some((span, how)) = stated(group, Answer::Unknown).next() {
            let message = text!(
                "資格情報「{name}」のパスワードが{how}ものでないか、確認されていません",
                "nobody knows whether the password of `{name}` is {how}"; how
            );
            let what = text!("「不明」と書かれています", "stated as unknown");
            out.push(Report::new(subject, message, span, what).severity(Severity::Low));
        }
    }
}

/// The questions about a password that were answered this way.
fn stated(group: &CredentialGroup, answer: Answer) -> impl Iterator<Item = (Span, Text)> {
    let factory = Text::new("初期値のままの", "still the factory's");
    let guessable = Text::new("推測しやすい", "easy to guess");
    [(&group.factory_default, factory), (&group.guessable, guessable)].into_iter().filter_map(
        move |(it, how)| {
            let it = it.as_ref().filter(|it| it.value == answer)?;
            Some((it.span, how))
        },
    )
}
