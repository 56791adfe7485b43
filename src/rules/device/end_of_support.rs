//! The maker no longer fixes it.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry, Inventory, Os};
use crate::locale::Text;
use crate::model::{Date, EntityKind, EntityRef};
use crate::rules::advisories::{EndOfSupport, Product};
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::question::thing;
use crate::rules::running;
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::source::{Span, Spanned};
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "end-of-support",
    title: Text::new(
        "サポートが終了した、または間もなく終了する製品",
        "a product past its end of support, or close to it",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8③"), checklist("2⑥"), okayama("4.4")],
    remedy: Text::new(
        "更新または入替えの時期と費用を事業者と決めてください。それまでの間は、外部からの接続を止めるか接続元を限定し、例外承認として期限を記録してください。",
        "Agree with the vendor when it will be updated or replaced. Until then stop access from outside or limit its sources, and record that as a waiver with an expiry.",
    ),
    page: include_str!("end_of_support.md"),
    check: Check::Facts(check),
};

/// How long before the end it is told: half a year, the least in which a hospital can budget for a
/// replacement.
const AHEAD: i32 = 6;

/// A thing with a life of its own.
struct Subject<'a> {
    thing: EntityRef,
    name: &'a str,
    id: Span,
    declared: Option<&'a Spanned<Date>>,
    /// Where its software, or its version, stands.
    software: Option<Span>,
    product: Product<'a>,
    /// A later date that the hospital declares is an extended contract for this very software.
    /// For a device it is only the contract of its hardware.
    declared_wins: bool,
    severity: Severity,
}

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Inventory { systems, .. } = facts.inventory;
    let at_boundary: BTreeSet<&str> =
        boundary::devices(facts.inventory).into_iter().map(|it| it.id.as_str()).collect();
    for it in running::all(facts) {
        let exposed = it.outside || at_boundary.contains(it.thing.id.as_str());
        out.extend(judge(
            facts,
            &Subject {
                name: facts.inventory.name_of(&it.thing),
                thing: it.thing.clone(),
                id: it.place,
                declared: it.device.and_then(|it| it.support_until.as_ref()),
                software: software_place(it.device, &it.versions),
                product: it.product,
                declared_wins: false,
                severity: if exposed { Severity::High } else { Severity::Medium },
            },
        ));
    }
    for system in systems {
        out.extend(judge(
            facts,
            &Subject {
                thing: thing(EntityKind::System, system),
                name: &system.name,
                id: system.id.span,
                declared: system.support_until.as_ref(),
                software: system.os.as_ref().map(named),
                product: Product::system(system),
                declared_wins: true,
                severity: Severity::Medium,
            },
        ));
    }
}

fn judge(facts: &Facts<'_>, subject: &Subject<'_>) -> Option<Report> {
    let soon = facts.as_of.saturating_add(jiff::Span::new().months(AHEAD));
    let ended = ending(facts, subject, facts.as_of, Text::new("に終了しています", "ended on"));
    if let Some(report) = ended {
        return Some(report.severity(subject.severity));
    }
    let report = ending(facts, subject, soon, Text::new("に終了します", "ends on"))?;
    let severity =
        if subject.severity == Severity::High { Severity::Medium } else { Severity::Low };
    Some(report.severity(severity))
}

/// A product whose support ends before a day, in the words of past or future.
fn ending(facts: &Facts<'_>, subject: &Subject<'_>, day: Date, ends: Text) -> Option<Report> {
    let name = subject.name;
    let declared = subject.declared.filter(|it| it.value < day);
    let known = facts
        .advisories
        .support_of(subject.product)
        .filter(|it| it.until < day)
        .min_by_key(|it| it.until)
        .filter(|it| {
            let extended = subject.declared.is_some_and(|own| own.value > it.until);
            declared.is_none() && !(subject.declared_wins && extended)
        });
    let (message, span, what) = match (declared, known) {
        (Some(until), _) => (
            text!(
                "「{name}」のサポートは{until}{ends}",
                "the support of `{name}` {ends} {until}"; ends
            ),
            until.span,
            text!("サポートの終了日", "the end of its support"),
        ),
        (None, Some(entry)) => {
            let (until, software) = (entry.until, subject.product);
            (
                text!(
                    "「{name}」（{software}）のサポートは{until}{ends}",
                    "the support of `{name}` ({software}) {ends} {until}"; ends
                ),
                place(subject, entry),
                source(entry),
            )
        }
        (None, None) => return None,
    };
    Some(Report::new(subject.thing.clone(), message, span, what))
}

fn place(subject: &Subject<'_>, entry: &EndOfSupport) -> Span {
    subject.software.filter(|_| entry.software.is_some()).unwrap_or(subject.id)
}

/// Where the software of a device stands: its version, in the configuration before the inventory.
fn software_place(device: Option<&Entry<Device>>, versions: &[Span]) -> Option<Span> {
    let declared = device.and_then(|it| it.os.as_ref()).map(named);
    versions.first().copied().or(declared)
}

fn named(os: &Os) -> Span {
    os.version.as_ref().map_or(os.name.span, |it| it.span)
}

fn source(entry: &EndOfSupport) -> Text {
    let source = &entry.source;
    text!("終了日の出典: {source}", "according to {source}")
}
