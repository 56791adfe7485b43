//! The register of waivers (例外承認の一覧): what is accepted, by whom, until when, and what it covers.

mod paper;

pub use paper::{pages, pdf};

use super::{Format, Report, csv};
use crate::finding::Finding;
use crate::inventory::Waiver;
use crate::locale::{Lang, Text, one_line};
use crate::model::{Date, Vocabulary as _, vocabulary};
use crate::rules::{self, WAIVER_SOON, WaiverUse};
use crate::source::Spanned;
use crate::text;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A table for a spreadsheet: a row a waiver.
pub(super) static FORMAT: Format = Format {
    id: "waivers",
    extension: "csv",
    file_name: "waivers.csv",
    title: Text::new("例外承認一覧（CSV）", "register of waivers (CSV)"),
    write: |report, sink| csv::write(&table(report, &rows(report)), sink),
};

vocabulary! {
    /// How a waiver stands.
    Standing("例外承認の状態", "how a waiver stands") {
        Expired = "expired" ("期限切れ", "expired"),
        Unused = "unused" ("当てはまる指摘なし", "covers nothing"),
        NotLooked = "not-looked" ("確認していない（観測・設定なし）", "not looked at (no observation or configuration)"),
        TooWide = "too-wide" ("範囲が広すぎる", "too wide"),
        Soon = "expiring-soon" ("期限間近", "expires soon"),
        InForce = "in-force" ("有効", "in force"),
    }
}

/// One waiver.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Its position in the inventory, from 1.
    pub number: usize,
    /// As it is declared.
    pub waiver: &'a Waiver,
    /// The findings that it names.
    pub findings: Vec<&'a Finding>,
    /// How it stands, the worst of it.
    pub standing: Standing,
}

/// Every waiver, in the order of the inventory.
pub fn rows<'a>(report: &Report<'a>) -> Vec<Row<'a>> {
    let assessment = report.assessment;
    let rows = assessment.inventory.waivers.iter().enumerate().map(|(index, waiver)| {
        let findings = assessment.findings.iter().filter(|it| waiver.names(it)).collect();
        let it = WaiverUse::of(index, waiver, &assessment.findings);
        let looked = || rules::could_look(&waiver.rule.value, &assessment.evidence);
        let standing = standing(waiver, it, assessment.as_of, looked);
        Row { number: index + 1, waiver, findings, standing }
    });
    rows.collect()
}

/// How a waiver stands on a day; `looked` tells whether what it is about was looked at.
fn standing(waiver: &Waiver, it: WaiverUse, as_of: Date, looked: impl Fn() -> bool) -> Standing {
    let soon = as_of.saturating_add(jiff::Span::new().days(WAIVER_SOON));
    match () {
        () if waiver.expires.value < as_of => Standing::Expired,
        () if it.findings == 0 && !looked() => Standing::NotLooked,
        () if it.findings == 0 => Standing::Unused,
        () if rules::waiver_too_wide(waiver, it).is_some() => Standing::TooWide,
        () if waiver.expires.value <= soon => Standing::Soon,
        () => Standing::InForce,
    }
}

/// What stands in each column.
pub(super) struct Cells {
    pub(super) number: String,
    pub(super) standing: String,
    pub(super) finding: String,
    pub(super) rule: String,
    pub(super) subject: String,
    pub(super) id: String,
    pub(super) owner: String,
    pub(super) reason: String,
    pub(super) instead: String,
    pub(super) approved: String,
    pub(super) until: String,
    /// The findings that it names, a line each.
    pub(super) findings: Vec<String>,
    /// Where it stands.
    pub(super) place: String,
}

/// The words of a row.
pub(super) fn cells(report: &Report<'_>, row: &Row<'_>) -> Cells {
    let Row { waiver, .. } = row;
    let said = |text: &str| one_line(text).into_owned();
    let optional =
        |it: &Option<Spanned<String>>| it.as_ref().map(|it| said(&it.value)).unwrap_or_default();
    let rule = &waiver.rule.value;
    let subject = &waiver.subject.value;
    let id = subject
        .kind
        .map_or_else(|| subject.id.clone(), |kind| format!("{}/{}", kind.key(), subject.id));
    Cells {
        number: row.number.to_string(),
        standing: report.say(&row.standing.label()),
        finding: rules::find(rule).map_or_else(|| said(rule), |it| report.say(&it.title)),
        rule: said(rule),
        subject: said(&report.assessment.inventory.name_of_subject(subject)),
        id: said(&id),
        owner: optional(&waiver.owner),
        reason: said(&waiver.reason.value),
        instead: optional(&waiver.compensating),
        approved: said(&waiver.approved_by.value),
        until: waiver.expires.value.to_string(),
        findings: row.findings.iter().map(|it| covered(report, it)).collect(),
        place: report.sources.place(waiver.span),
    }
}

/// A finding in a line: how bad, about what, and the fingerprint under which reports have it.
fn covered(report: &Report<'_>, finding: &Finding) -> String {
    format!("{} {}", about(report, finding), finding.fingerprint())
}

/// How bad a finding is, and about what.
fn about(report: &Report<'_>, finding: &Finding) -> String {
    let severity = report.say(&finding.severity.label());
    let about = std::iter::once(&finding.subject).chain(&finding.distinct);
    let about: Vec<String> = about.map(|it| report.subject(it)).collect();
    format!("{severity} {}", about.join(" / "))
}

/// The register as rows, the titles first.
pub(super) fn table(report: &Report<'_>, rows: &[Row<'_>]) -> Vec<Vec<String>> {
    let titles = [
        Text::new("番号", "no."),
        Text::new("状態", "standing"),
        Text::new("指摘", "finding"),
        Text::new("規則", "rule"),
        Text::new("対象", "subject"),
        Text::new("識別子", "id"),
        Text::new("責任者", "owner"),
        Text::new("理由", "reason"),
        Text::new("代わりの対策", "done instead"),
        Text::new("承認者", "approved by"),
        Text::new("期限", "until"),
        Text::new("当てはまる指摘の数", "findings covered"),
        Text::new("当てはまる指摘", "which"),
        Text::new("記載箇所", "declared at"),
    ];
    let mut table = vec![titles.iter().map(|it| report.say(it)).collect()];
    table.extend(rows.iter().map(|row| {
        let it = cells(report, row);
        let count = it.findings.len().to_string();
        let findings = report.join(&it.findings);
        vec![
            it.number,
            it.standing,
            it.finding,
            it.rule,
            it.subject,
            it.id,
            it.owner,
            it.reason,
            it.instead,
            it.approved,
            it.until,
            count,
            findings,
            it.place,
        ]
    }));
    table
}

/// For a terminal: a block a waiver.
pub fn text(report: &Report<'_>, rows: &[Row<'_>]) -> String {
    let mut page = String::new();
    for row in rows {
        let it = cells(report, row);
        let (number, standing, subject, finding) = (it.number, it.standing, it.subject, it.finding);
        let _ = writeln!(page, "{number}. [{standing}] {subject}: {finding}");
        let count = it.findings.len().to_string();
        for (label, value) in [
            (Text::new("識別子", "id"), it.id),
            (Text::new("責任者", "owner"), it.owner),
            (Text::new("理由", "reason"), it.reason),
            (Text::new("代わりの対策", "done instead"), it.instead),
            (Text::new("承認者", "approved by"), it.approved),
            (Text::new("期限", "until"), it.until),
            (Text::new("規則", "rule"), it.rule),
            (Text::new("記載箇所", "declared at"), it.place),
            (Text::new("当てはまる指摘", "findings covered"), count),
        ] {
            let value = if value.is_empty() { "—" } else { value.as_str() };
            let _ = writeln!(page, "     {}: {value}", label.get(report.lang));
        }
        for finding in it.findings {
            let _ = writeln!(page, "       - {finding}");
        }
    }
    if rows.is_empty() {
        page.push_str(Text::new("例外承認はありません", "there are no waivers").get(report.lang));
        page.push('\n');
    }
    page
}

/// For a spreadsheet.
pub fn spreadsheet(report: &Report<'_>, rows: &[Row<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = csv::write(&table(report, rows), &mut bytes);
    bytes
}

/// For programs.
pub fn json(rows: &[Row<'_>]) -> Value {
    let all = rows.iter().map(|row| {
        let waiver = row.waiver;
        let text = |it: &Option<Spanned<String>>| it.as_ref().map(|it| it.value.clone());
        let prints = row.findings.iter().map(|it| json!(it.fingerprint().as_str()));
        json!({
            "number": row.number,
            "standing": row.standing.key(),
            "rule": waiver.rule.value,
            "subject": waiver.subject.value.id,
            "findings": row.findings.len(),
            "fingerprints": prints.collect::<Value>(),
            "owner": text(&waiver.owner),
            "reason": waiver.reason.value,
            "compensating": text(&waiver.compensating),
            "approved_by": waiver.approved_by.value,
            "expires": waiver.expires.value.to_string(),
        })
    });
    json!({"schema_version": 1, "waivers": all.collect::<Value>()})
}

/// The JSON Schema of [`json`] (draft 2020-12).
pub fn schema() -> Value {
    let standings: Vec<&str> = Standing::ALL.iter().map(|it| it.key()).collect();
    let properties = json!({
        "number": { "type": "integer", "minimum": 1, "description": "台帳での順番 / its position in the inventory" },
        "standing": { "enum": standings },
        "rule": { "type": "string" },
        "subject": { "type": "string" },
        "findings": { "type": "integer", "minimum": 0 },
        "fingerprints": { "type": "array", "items": { "type": "string" }, "description": "当てはまる指摘 / the findings that it names" },
        "owner": { "type": ["string", "null"] },
        "reason": { "type": "string" },
        "compensating": { "type": ["string", "null"] },
        "approved_by": { "type": "string" },
        "expires": { "type": "string", "format": "date" },
    });
    let names: Vec<&String> = properties.as_object().into_iter().flat_map(|it| it.keys()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sekisho:answer:waivers",
        "title": "Sekisho waivers / 関所 例外承認一覧",
        "type": "object",
        "additionalProperties": false,
        "required": ["schema_version", "waivers"],
        "properties": {
            "schema_version": { "const": 1 },
            "waivers": {
                "type": "array",
                "items": { "type": "object", "additionalProperties": false, "required": names, "properties": properties },
            },
        },
    })
}

/// How many need somebody: everything but those in force.
pub fn tally(rows: &[Row<'_>], lang: Lang) -> Option<String> {
    let open = rows.iter().filter(|it| it.standing != Standing::InForce).count();
    let all = rows.len();
    (open > 0).then(|| {
        text!(
            "例外承認 {all}件のうち、見直しの要るもの {open}件",
            "of {all} waivers {open} need a look"
        )
        .get(lang)
        .to_owned()
    })
}
