//! The register on paper: what somebody has to look at first, with room to sign that it was reviewed.

use super::{Cells, Row, Standing, about, cells, tally};
use crate::diagram::pdf::{Document, PdfError, write};
use crate::diagram::scene::Scene;
use crate::locale::{Text, one_line};
use crate::report::Report;
use crate::report::paper::{Block, Cell, Content, Ink, Table, paged};
use crate::text;

/// The pages as one PDF/A-3u.
///
/// # Errors
/// When the writer refuses the result.
pub fn pdf(report: &Report<'_>, rows: &[Row<'_>]) -> Result<Vec<u8>, PdfError> {
    let content = content(report, rows);
    let document = Document {
        title: format!("{} {}", content.title, content.subtitle),
        author: hospital(report),
        lang: report.lang,
        as_of: report.assessment.as_of,
        attachments: Vec::new(),
    };
    write(&paged(&content, report.lang), &document)
}

/// The pages as scenes: what the PDF shows.
pub fn pages(report: &Report<'_>, rows: &[Row<'_>]) -> Vec<Scene> {
    paged(&content(report, rows), report.lang)
}

fn hospital(report: &Report<'_>) -> Option<String> {
    let organization = report.assessment.inventory.organization.as_ref()?;
    Some(one_line(&organization.name.value).into_owned())
}

fn content(report: &Report<'_>, rows: &[Row<'_>]) -> Content {
    let (day, hospital) = (report.assessment.as_of, hospital(report));
    let hospital = hospital.unwrap_or_else(|| "—".to_owned());
    let in_force = |row: &&Row<'_>| row.standing == Standing::InForce;
    let (fine, open): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.iter().partition(in_force);
    let said = tally(rows, report.lang).unwrap_or_else(|| {
        let all = rows.len();
        report.say(&text!("例外承認 {all}件は、すべて有効です", "all {all} waivers are in force"))
    });
    let mut blocks = vec![Block::List(vec![said])];
    for (title, rows) in [
        (Text::new("見直しの要るもの", "To be reviewed"), open),
        (Text::new("有効なもの", "In force"), fine),
    ] {
        if !rows.is_empty() {
            blocks.push(Block::Section(report.say(&title)));
            blocks.push(Block::Table(table(report, &rows)));
        }
    }
    blocks.push(Block::Section(report.say(&Text::new("確認", "Reviewed by"))));
    blocks.push(signatures(report));
    let title = Text::new("例外承認一覧", "Register of waivers");
    Content {
        foot: report.say(&text!(
            "例外承認一覧　{hospital}　基準日 {day}",
            "Register of waivers, {hospital}, as of {day}"
        )),
        framed: (report.say(&Text::new("基準日", "as of")), day.to_string()),
        title: report.say(&title),
        subtitle: hospital,
        blocks,
    }
}

fn table(report: &Report<'_>, rows: &[&Row<'_>]) -> Table {
    let head = [
        (Text::new("番号", "no."), 0.06),
        (Text::new("状態・期限", "standing, until"), 0.14),
        (Text::new("指摘と対象", "finding, subject"), 0.3),
        (Text::new("理由・代わりの対策", "reason, done instead"), 0.32),
        (Text::new("責任者・承認者", "owner, approved by"), 0.18),
    ];
    Table {
        head: head.iter().map(|(title, share)| (report.say(title), *share)).collect(),
        rows: rows.iter().map(|row| line(report, row)).collect(),
    }
}

/// A waiver: whatever is missing is said to be.
fn line(report: &Report<'_>, row: &Row<'_>) -> Vec<Cell> {
    let Cells {
        number,
        standing,
        finding,
        subject,
        id,
        owner,
        reason,
        instead,
        approved,
        until,
        place,
        ..
    } = cells(report, row);
    let ink = match row.standing {
        Standing::InForce => Ink::Plain,
        Standing::Expired => Ink::Alarm,
        _ => Ink::Doubt,
    };
    let soft = |label: Text, value: String| {
        let value = if value.is_empty() { report.say(&NOT_STATED) } else { value };
        (Ink::Soft, report.say(&text!("{label}: {value}", "{label}: {value}"; label)))
    };
    let mut covered = vec![(Ink::Strong, subject), (Ink::Plain, finding), (Ink::Soft, id)];
    let each = row.findings.iter().map(|it| about(report, it));
    covered.extend(each.map(|it| (Ink::Soft, format!("・{it}"))));
    vec![
        vec![(Ink::Plain, number)],
        vec![(ink, standing), (ink, until)],
        covered,
        vec![
            (Ink::Plain, reason),
            soft(Text::new("代わりの対策", "done instead"), instead),
            soft(Text::new("記載箇所", "declared at"), place),
        ],
        vec![
            soft(Text::new("責任者", "owner"), owner),
            soft(Text::new("承認者", "approved by"), approved),
        ],
    ]
}

const NOT_STATED: Text = Text::new("記載なし", "not stated");

fn signatures(report: &Report<'_>) -> Block {
    let sides = [
        Text::new("見直した者", "Reviewed by"),
        Text::new("承認した者（医療情報システム安全管理責任者など）", "Approved by"),
    ];
    let blanks = [
        Text::new("日付", "date"),
        Text::new("部署・氏名", "section, name"),
        Text::new("署名・押印", "signature, seal"),
    ];
    let say = |all: &[Text]| all.iter().map(|it| report.say(it)).collect();
    Block::Signatures { sides: say(&sides), blanks: say(&blanks), seal: Vec::new() }
}
