//! Something answers over a line, or from a zone, that the declaration keeps from it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, control, nist};
use crate::rules::probing::{Trespass, place, run, services, told, trespasses};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "answers-beyond-permission",
    title: Text::new("許可していない先からの応答", "answers from where nothing is permitted"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("10②"), checklist("2⑬"), nist("AC-17(3)")],
    remedy: Text::new(
        "入口の機器のフィルタを、台帳で許可している通信（allow、flows）だけに狭めてください。必要な通信なら台帳に加えてください。",
        "Narrow the filter of the entry to what the inventory permits (`allow`, `flows`), or add to the inventory what is needed.",
    ),
    page: include_str!("answers_beyond_permission.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (from, answers) in trespasses(facts, |it| matches!(it, Trespass::Beyond)) {
        let Some((first, _)) = answers.first() else { continue };
        let Some(run) = run(facts, first) else { continue };
        let things: BTreeSet<EntityRef> =
            answers.iter().map(|(it, _)| it.thing().clone()).collect();
        let things: Vec<EntityRef> = things.into_iter().collect();
        let (place, targets) = (place(facts, run), names(facts.inventory, &things));
        let (list, _) = services(answers.iter().map(|(it, _)| *it));
        let message = text!(
            "{place}からの疎通確認に、台帳で許可していない{targets}が応答しました（{list}）",
            "{targets} answered probes from {place} ({list}), which the inventory does not permit";
            place, targets, list
        );
        let mut places = answers.iter().map(|(it, _)| told(it));
        let Some((span, here)) = places.next() else { continue };
        let report = Report::new(from.clone(), message, span, here).also_all(places);
        let report = declared(facts, &from).into_iter().fold(report, Report::also_at);
        let report = report.exposes(things);
        let inside = from.kind == EntityKind::Zone;
        out.push(if inside { report.severity(Severity::Medium) } else { report });
    }
}

/// Where the inventory says what is permitted.
fn declared(facts: &Facts<'_>, from: &EntityRef) -> Option<(Span, Text)> {
    let connection = facts.inventory.connections.get(&from.id);
    let connection = connection.filter(|_| from.kind == EntityKind::Connection)?;
    let what =
        text!("台帳で許可しているのはここに書いた通信だけです", "the inventory permits only this");
    Some((connection.allow.first().map_or(connection.id.span, |it| it.span), what))
}
