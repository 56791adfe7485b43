//! The diagram does not show what is there now.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Document, Entry, Inventory};
use crate::locale::Text;
use crate::model::words::DocumentKind;
use crate::model::{Date, EntityKind, EntityRef};
use crate::rules::authority::{control, survey};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "diagram-stale",
    title: Text::new(
        "古い、または存在しないネットワーク構成図",
        "a network diagram that is out of date or missing",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②"), control("13⑪"), survey("Q5")],
    remedy: Text::new(
        "sekisho diagram で構成図を作り直し、内容を確認して承認を受け、見直した日を documents に書いてください。",
        "Draw it anew with `sekisho diagram`, have it checked and approved, and record the day under `documents`.",
    ),
    page: include_str!("diagram_stale.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let diagrams = inventory.documents.iter();
    let diagrams = diagrams.filter(|it| it.kind.value == DocumentKind::NetworkDiagram);
    let current = diagrams.max_by_key(|it| looked_at(it).map(|on| on.value));
    match current {
        None => out.extend(missing(inventory)),
        Some(diagram) => out.extend(stale(facts, diagram)),
    }
}

/// When somebody last looked at a document.
fn looked_at(document: &Document) -> Option<&Spanned<Date>> {
    let days = [document.reviewed.as_ref(), document.date.as_ref()];
    days.into_iter().flatten().max_by_key(|it| it.value)
}

fn missing(inventory: &Inventory) -> Option<Report> {
    let first = inventory.connections.iter().next()?;
    let count = inventory.connections.len();
    let message = text!(
        "外部接続が{count}件ありますが、ネットワーク構成図が文書として登録されていません",
        "there are {count} connections, but no network diagram is registered as a document"
    );
    let place = inventory.organization.as_ref().map(|it| it.name.span);
    let what = text!("documents に構成図がありません", "no diagram under `documents`");
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    let span = place.unwrap_or(first.id.span);
    let remedy = Text::new(
        "sekisho diagram で構成図を作成し、内容を確認して承認を受け、documents に kind: network-diagram として作成日（date）と所在（location）を書いてください。",
        "Draw it with `sekisho diagram`, have it checked and approved, and declare it under `documents` as `kind: network-diagram` with its `date` and `location`.",
    );
    Some(Report::new(subject, message, span, what).remedy(remedy))
}

fn stale(facts: &Facts<'_>, diagram: &Entry<Document>) -> Option<Report> {
    let name = &diagram.name.value;
    let subject = thing(EntityKind::Document, diagram);
    let Some(on) = looked_at(diagram) else {
        let message = text!(
            "構成図「{name}」がいつのものか書かれていません",
            "the diagram `{name}` has no date"
        );
        let what = text!("date も reviewed もありません", "neither `date` nor `reviewed`");
        return Some(Report::new(subject, message, diagram.id.span, what));
    };
    let connections = facts.inventory.connections.iter();
    let newer: Vec<_> = connections
        .filter(|it| it.introduced.as_ref().is_some_and(|day| day.value > on.value))
        .map(|it| thing(EntityKind::Connection, it))
        .collect();
    let message = if newer.is_empty() {
        text!(
            "構成図「{name}」は、{on}を最後に1年以上見直されていません",
            "the diagram `{name}` was last reviewed on {on}, more than a year ago"
        )
    } else {
        let list = names(facts.inventory, &newer);
        text!(
            "構成図「{name}」（{on}）より後に始まった外部接続があります: {list}",
            "connections began after the diagram `{name}` of {on}: {list}"; list
        )
    };
    let old = on.value < facts.a_year_ago() || !newer.is_empty();
    let what = text!("最後に見直した日", "when it was last reviewed");
    old.then(|| Report::new(subject, message, on.span, what).exposes(newer))
}
