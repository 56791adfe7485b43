//! A waiver must be about something that exists.

use super::references::{declares, ids, named};
use crate::inventory::records::Inventory;
use crate::inventory::reference::Subject;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::source::{Diagnostic, Mistakes, Span, closest};
use crate::text;

/// The id of the organization, which has none of its own, as findings name it.
const ORGANIZATION: &str = "organization";

/// Reports subjects that are nowhere, and bare ids that mean several things.
pub(super) fn check(inventory: &Inventory, subjects: &[(Subject, Span)], out: &mut Mistakes) {
    for (subject, span) in subjects {
        match meant(inventory, subject).as_slice() {
            [] => out.push(nowhere(inventory, subject, *span)),
            [_] => {}
            several => out.push(ambiguous(subject, several, *span)),
        }
    }
}

/// The kinds of thing that a subject names.
fn meant(inventory: &Inventory, subject: &Subject) -> Vec<EntityKind> {
    let id = subject.id.as_str();
    let exists = |kind: EntityKind| match kind {
        EntityKind::Organization => id == ORGANIZATION,
        // By position: only together with the kind does a number mean something.
        EntityKind::Flow | EntityKind::Waiver => {
            subject.kind.is_some() && inventory.span_of(&EntityRef::new(kind, id)).is_some()
        }
        // What devices are configured for is not known here.
        EntityKind::Path => subject.kind == Some(EntityKind::Path),
        kind => declares(inventory, kind, id),
    };
    let kinds = EntityKind::ALL.iter().copied();
    kinds
        .filter(|kind| subject.kind.is_none_or(|written| written == *kind))
        .filter(|kind| exists(*kind))
        .collect()
}

fn nowhere(inventory: &Inventory, subject: &Subject, span: Span) -> Diagnostic {
    let id = &subject.id;
    let mistake = Diagnostic::error(
        "waiver-matches-nothing",
        text!(
            "例外承認の対象「{id}」は宣言されていません",
            "the subject of the waiver, `{id}`, is not declared"
        ),
    );
    let mistake = match subject.kind.map(Vocabulary::label) {
        Some(kind) => {
            mistake.at(span, text!("この識別子の{kind}がありません", "no {kind} has this id"; kind))
        }
        None => mistake.at(span, text!("何も指していません", "this names nothing")),
    };
    let kinds = EntityKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| subject.kind.is_none_or(|written| written == *kind));
    if let Some(thing) = named(inventory, EntityKind::ALL, id) {
        return mistake.help(text!(
            "名称ではなく識別子を書きます:「{thing}」ではありませんか",
            "write the id, not the name: did you mean `{thing}`?"
        ));
    }
    let known = kinds.flat_map(|kind| ids(inventory, kind));
    match subject.kind {
        Some(EntityKind::Organization) => mistake.help(text!(
            "施設は organization/{ORGANIZATION} と書きます",
            "the organization is written organization/{ORGANIZATION}"
        )),
        Some(EntityKind::Flow | EntityKind::Waiver) => mistake.help(text!(
            "識別子のないものは、書かれた順に1から数えた番号で指します",
            "what has no id is named by its position, counted from 1"
        )),
        _ => match closest(id, known.map(|id| id.value.as_str())) {
            Some(word) => {
                mistake.help(text!("「{word}」ではありませんか", "did you mean `{word}`?"))
            }
            None => mistake.help(text!(
                "対象がもうないなら、この例外承認を消してください",
                "if the thing is gone, delete this waiver"
            )),
        },
    }
}

fn ambiguous(subject: &Subject, kinds: &[EntityKind], span: Span) -> Diagnostic {
    let id = &subject.id;
    let labels: Vec<Text> = kinds.iter().map(|kind| kind.label()).collect();
    let labels = Text::list(&labels);
    let paths: Vec<String> = kinds.iter().map(|kind| format!("{}/{id}", kind.key())).collect();
    let paths = paths.join(", ");
    Diagnostic::error(
        "ambiguous-subject",
        text!(
            "例外承認の対象「{id}」が複数のものを指しています",
            "the subject of the waiver, `{id}`, names several things"
        ),
    )
    .at(span, text!("{labels}にこの識別子があります", "this id is used for: {labels}"; labels))
    .help(text!("次のどれかを書いてください: {paths}", "write one of: {paths}"))
}
