//! The register of waivers (例外承認の一覧): what is accepted, by whom, until when, and what it covers.

use super::Report;
use crate::inventory::Waiver;
use crate::locale::{Lang, Text, one_line};
use crate::model::{Date, EntityKind, Vocabulary as _, vocabulary};
use crate::rules;
use crate::text;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

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

/// So many days ahead is soon, as for the rule `waiver-expiring-soon`.
const SOON: i64 = 60;
/// More findings than this are more than somebody weighed one by one.
const WIDE: usize = 3;

/// One waiver.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its position in the inventory, from 1.
    pub number: usize,
    /// As it is declared.
    pub waiver: &'a Waiver,
    /// How many findings it names.
    pub findings: usize,
    /// How it stands, the worst of it.
    pub standing: Standing,
}

/// Every waiver, in the order of the inventory.
pub fn rows<'a>(report: &Report<'a>) -> Vec<Row<'a>> {
    let assessment = report.assessment;
    let rows = assessment.inventory.waivers.iter().zip(1..).map(|(waiver, number)| {
        let covers = assessment
            .findings
            .iter()
            .filter(|it| it.rule == waiver.rule.value && waiver.subject.value.names(&it.subject));
        let findings = covers.count();
        let standing = match standing(waiver, findings, assessment.as_of) {
            Standing::Unused if !rules::could_look(&waiver.rule.value, &assessment.evidence) => {
                Standing::NotLooked
            }
            known => known,
        };
        Row { number, waiver, findings, standing }
    });
    rows.collect()
}

fn standing(waiver: &Waiver, findings: usize, as_of: Date) -> Standing {
    let whole = [EntityKind::Organization, EntityKind::Site, EntityKind::Zone];
    let whole = waiver.subject.value.kind.is_some_and(|it| whole.contains(&it));
    let soon = as_of.saturating_add(jiff::Span::new().days(SOON));
    match () {
        () if waiver.expires.value < as_of => Standing::Expired,
        () if findings == 0 => Standing::Unused,
        () if findings > WIDE || (whole && findings > 1) => Standing::TooWide,
        () if waiver.expires.value <= soon => Standing::Soon,
        () => Standing::InForce,
    }
}

/// What stands in each column.
fn cells(report: &Report<'_>, row: &Row<'_>) -> Vec<(Text, String)> {
    let lang = report.lang;
    let Row { waiver, .. } = row;
    let optional = |it: &Option<crate::source::Spanned<String>>| {
        it.as_ref().map(|it| it.value.clone()).unwrap_or_default()
    };
    let title = rules::find(&waiver.rule.value);
    let title = title.map_or_else(|| waiver.rule.value.clone(), |it| it.title.get(lang).to_owned());
    let subject = &waiver.subject.value;
    let name = report.assessment.inventory.name_of_subject(subject);
    let id = subject
        .kind
        .map_or_else(|| subject.id.clone(), |kind| format!("{}/{}", kind.key(), subject.id));
    let cell = |ja, en, value: String| (Text::new(ja, en), one_line(&value).into_owned());
    vec![
        cell("番号", "no.", row.number.to_string()),
        cell("状態", "standing", row.standing.label().get(lang).to_owned()),
        cell("指摘", "finding", title),
        cell("規則", "rule", waiver.rule.value.clone()),
        cell("対象", "subject", name),
        cell("識別子", "id", id),
        cell("当てはまる指摘", "findings covered", row.findings.to_string()),
        cell("責任者", "owner", optional(&waiver.owner)),
        cell("理由", "reason", waiver.reason.value.clone()),
        cell("代わりの対策", "done instead", optional(&waiver.compensating)),
        cell("承認者", "approved by", waiver.approved_by.value.clone()),
        cell("期限", "until", waiver.expires.value.to_string()),
    ]
}

/// For a terminal: a block a waiver.
pub fn text(report: &Report<'_>, rows: &[Row<'_>]) -> String {
    let lang = report.lang;
    let mut page = String::new();
    for row in rows {
        let cells = cells(report, row);
        let get = |at: usize| cells.get(at).map_or("", |(_, it)| it.as_str());
        let (number, standing, subject, finding) = (get(0), get(1), get(4), get(2));
        let _ = writeln!(page, "{number}. [{standing}] {subject}: {finding}");
        for (label, value) in cells.iter().skip(5).chain(cells.get(3)) {
            let value = if value.is_empty() { "—" } else { value };
            let _ = writeln!(page, "     {}: {value}", label.get(lang));
        }
    }
    if rows.is_empty() {
        page.push_str(Text::new("例外承認はありません", "there are no waivers").get(lang));
        page.push('\n');
    }
    page
}

/// For a spreadsheet.
pub fn csv(report: &Report<'_>, rows: &[Row<'_>], sink: &mut dyn Write) -> io::Result<()> {
    let mut table: Vec<Vec<String>> = Vec::new();
    for row in rows {
        let cells = cells(report, row);
        if table.is_empty() {
            table.push(cells.iter().map(|(label, _)| label.get(report.lang).to_owned()).collect());
        }
        table.push(cells.into_iter().map(|(_, value)| value).collect());
    }
    super::csv::write(&table, sink)
}

/// For programs.
pub fn json(rows: &[Row<'_>]) -> Value {
    let all = rows.iter().map(|row| {
        let waiver = row.waiver;
        let text =
            |it: &Option<crate::source::Spanned<String>>| it.as_ref().map(|it| it.value.clone());
        json!({
            "number": row.number,
            "standing": row.standing.key(),
            "rule": waiver.rule.value,
            "subject": waiver.subject.value.id,
            "findings": row.findings,
            "owner": text(&waiver.owner),
            "reason": waiver.reason.value,
            "compensating": text(&waiver.compensating),
            "approved_by": waiver.approved_by.value,
            "expires": waiver.expires.value.to_string(),
        })
    });
    json!({"schema_version": 1, "waivers": all.collect::<Value>()})
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
