//! The registers as one workbook: findings, external connections, related parties, what is reached from
//! outside, and waivers. What an administrator keeps beside the drawing and hands to an inspector.

use super::workbook::{self, Imprint, NotMade, Row, SUMMARY, Sheet};
use super::{Report, Tally, connections, exposure, parties, waivers};
use crate::finding::Finding;
use crate::locale::{Text, one_line};
use crate::model::Vocabulary as _;

/// What a file of it is called when nobody says otherwise.
pub const FILE_NAME: &str = "report.xlsx";

/// Makes it.
pub fn write(report: &Report<'_>) -> Result<Vec<u8>, NotMade> {
    let assessment = report.assessment;
    let organization = assessment.inventory.organization.as_ref();
    let organization = organization.map(|it| one_line(&it.name.value).into_owned());
    let imprint = Imprint {
        title: report.say(&Text::new("外部接続 監査報告書", "Audit of external connections")),
        organization: organization.clone().unwrap_or_default(),
        as_of: assessment.as_of,
    };
    let tally = report.say(&Tally::of(assessment).line());
    let about = [report.say(&SUMMARY)].into_iter().chain(organization);
    let about: Vec<String> = about.chain([tally, report.say(&report.basis())]).collect();
    let named = |title: &Text, table| Sheet::of(report.say(title), table);
    let sheets = [
        findings(report),
        named(&Text::new("外部接続一覧", "External connections"), connections::table(report)),
        named(&Text::new("関係者一覧", "Related parties"), parties::table(report)),
        named(
            &Text::new("到達範囲一覧", "What is reached"),
            exposure::table(report, assessment.exposure()),
        ),
        register(report),
    ];
    workbook::write(&imprint, &about, &sheets)
}

/// Every finding, worst first; those that somebody accepted say by which waiver.
fn findings(report: &Report<'_>) -> Sheet {
    let columns = [
        (Text::new("番号", "no."), 6),
        (Text::new("重大度", "severity"), 9),
        (Text::new("指摘", "finding"), 28),
        (Text::new("対象", "subject"), 30),
        (Text::new("内容", "what was found"), 50),
        (Text::new("対処", "remedy"), 50),
        (Text::new("場所", "place"), 22),
        (Text::new("いつから", "since"), 11),
        (Text::new("例外承認の期限", "waived until"), 11),
        (Text::new("識別", "fingerprint"), 18),
    ];
    let rows = report.assessment.findings.iter().zip(1_usize..).map(|(it, number)| Row {
        cells: vec![
            number.to_string(),
            report.say(&it.severity.label()),
            report.title(it),
            subject(report, it),
            report.say(&it.message),
            report.say(&it.remedy),
            it.locations.first().map_or_else(String::new, |at| report.sources.place(at.span)),
            it.since.map_or_else(String::new, |since| since.on.to_string()),
            it.waived.as_ref().map_or_else(String::new, |it| it.expires.to_string()),
            it.fingerprint().to_string(),
        ],
        bold: false,
    });
    Sheet {
        title: report.say(&Text::new("指摘事項", "Findings")),
        columns: columns.iter().map(|(title, width)| (report.say(title), *width)).collect(),
        rows: rows.collect(),
    }
}

fn subject(report: &Report<'_>, finding: &Finding) -> String {
    let all = std::iter::once(&finding.subject).chain(&finding.distinct);
    all.map(|it| report.subject(it)).collect::<Vec<_>>().join(" / ")
}

/// The register of waivers; what needs a look stands out.
fn register(report: &Report<'_>) -> Sheet {
    let rows = waivers::rows(report);
    let title = report.say(&Text::new("例外承認一覧", "Register of waivers"));
    let mut sheet = Sheet::of(title, waivers::table(report, &rows));
    for (shown, row) in sheet.rows.iter_mut().zip(&rows) {
        shown.bold = row.standing != waivers::Standing::InForce;
    }
    sheet
}
