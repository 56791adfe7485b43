//! The answer to `sekisho isolation`, for one connection or for all of them.

use super::page::{Ink, Marks, Page};
use super::{VERSION, shape};
use crate::inventory::Connection;
use crate::locale::{Text, display_width};
use crate::model::Vocabulary as _;
use crate::reach::isolation::{Isolation, Missing};
use crate::reach::paths::Verdict;
use crate::report::Report;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};

/// The answer about one connection for people.
pub fn text(report: &Report<'_>, answer: &Isolation, style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 分離の確認", "Sekisho: isolation"));
    let (connection, party) = (report.called(&answer.connection), report.called(&answer.party));
    page.field(&Text::new("外部接続", "over"), &connection);
    page.field(&Text::new("相手", "party"), &party);
    if let Some(declared) = report.assessment.inventory.connections.get(&answer.connection.id) {
        permissions(&mut page, declared);
    }
    page.blank();
    page.verdict(answer.verdict(), &because(answer));
    let sections = [
        (
            Text::new("許可を超えて確実に届く通信", "certainly arrives beyond the declaration"),
            &answer.extra,
            Marks::Asked,
        ),
        (
            Text::new(
                "許可を超えて届かないとは言い切れない通信",
                "may arrive beyond the declaration",
            ),
            &answer.undetermined,
            Marks::Asked,
        ),
        (
            Text::new("許可どおりに届く通信", "arrives as declared"),
            &answer.permitted,
            Marks::Permitted,
        ),
        (
            Text::new(
                "接続を受ける機器自身に届く通信（判定には含めない）",
                "gets to the device itself at which the connection comes in; no part of the verdict",
            ),
            &answer.itself,
            Marks::Permitted,
        ),
    ];
    for (title, classes, marks) in sections {
        if !classes.is_empty() {
            page.section(&title, classes.len());
            page.classes(&classes.iter().collect::<Vec<_>>(), marks);
        }
    }
    if !answer.missing.is_empty() {
        let title = Text::new("許可しているのに通らない通信", "declared, and does not pass");
        page.section(&title, answer.missing.len());
        answer.missing.iter().for_each(|it| missing(&mut page, it));
    }
    not_looked(&mut page, answer);
    page.assumptions(&answer.assumptions, &answer.unread);
    page.done()
}

/// What the inventory permits, a line each.
fn permissions(page: &mut Page<'_, '_>, declared: &Connection) {
    let report = page.report;
    let mut label = Text::new("許可", "declared");
    if declared.allow.is_empty() {
        let says = page.say(&Text::new(
            "許可する通信が台帳に書かれていません",
            "the inventory declares no permission",
        ));
        page.field(&label, &says);
    }
    for allow in &declared.allow {
        let services: Vec<String> = allow.services.iter().map(|it| it.value.to_string()).collect();
        let services = match services.is_empty() {
            true => Text::new("すべてのサービス", "every service"),
            false => Text::same(report.join(&services)),
        };
        let to = report.end(&allow.to.value);
        let via = allow.via.as_ref().map(|via| {
            let via = crate::model::EntityRef::new(crate::model::EntityKind::System, via.id());
            let via = report.name(&via);
            text!("（{via} を経由）", " (by way of {via})")
        });
        let via = via.unwrap_or_default();
        let outbound = allow
            .direction
            .as_ref()
            .is_some_and(|it| it.value == crate::model::words::Direction::Outbound);
        let says = match outbound {
            true => {
                text!("{services}  院内から → {to}", "{services}  from inside -> {to}"; services)
            }
            false => text!("{services}  → {to}{via}", "{services}  -> {to}{via}"; services, via),
        };
        let (says, place) = (page.say(&says), report.sources.place(allow.span));
        page.field(&label, &format!("{says}  {place}"));
        label = Text::default();
    }
}

/// The verdict in a sentence.
fn because(answer: &Isolation) -> Text {
    let (extra, doubtful) = (answer.extra.len(), answer.undetermined.len());
    let unread = answer.unread.len();
    match answer.verdict() {
        Verdict::Reachable => text!(
            "台帳の許可を超えて確実に届く先が{extra}件あります。",
            "{extra} thing(s) are certainly reached beyond the declaration."
        ),
        Verdict::Undetermined if answer.no_entry => Text::new(
            "この接続がどこから入ってくるのか、台帳にも設定にもないため、判定できません。",
            "Neither the inventory nor a configuration says where this connection comes in.",
        ),
        Verdict::Undetermined if doubtful > 0 => text!(
            "許可を超えて届かないとは言い切れない先が{doubtful}件あります。",
            "{doubtful} thing(s) cannot be ruled out to be reached beyond the declaration."
        ),
        Verdict::Undetermined => text!(
            "読み取れた限りでは許可を超えて届くものはありませんが、途中の機器{unread}台に読み取れない設定行があります。",
            "Nothing is reached beyond the declaration as far as was read, but {unread} device(s) on the way have lines that were not read."
        ),
        Verdict::Isolated => Text::new(
            "台帳で許可した通信のほかに届くものはないと判断します（前提は下のとおり）。",
            "Nothing is reached beyond the declaration, on the assumptions below.",
        ),
    }
}

fn missing(page: &mut Page<'_, '_>, it: &Missing) {
    let service = it.service;
    let place = page.report.sources.place(it.declared);
    page.refusal(&it.refusal);
    let declared = text!("{service} を許可（{place}）", "{service}, at {place}");
    let declared = page.say(&declared);
    page.field(&Text::new("台帳", "declared"), &declared);
    page.blank();
}

/// What nobody looked at.
fn not_looked(page: &mut Page<'_, '_>, answer: &Isolation) {
    let blind = &answer.unconfigured;
    if blind.is_empty() {
        return;
    }
    let title = Text::new(
        "設定を読んでいない途中の機器",
        "devices on the way whose configuration was not read",
    );
    page.section(&title, blind.len());
    for device in blind {
        let name = page.report.called(device);
        page.paragraph("  * ", &name, Ink::Plain);
    }
    page.blank();
}

/// Every connection in one table for people: worst first.
pub fn table(report: &Report<'_>, answers: &[Isolation], style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 分離の確認", "Sekisho: isolation"));
    let mut rows: Vec<(&Isolation, u32)> =
        answers.iter().zip(report.assessment.inventory.connection_numbers()).collect();
    rows.sort_by_key(|(it, number)| (rank(it.verdict()), *number));
    let head = [
        Text::new("判定", "verdict"),
        Text::new("番号", "no."),
        Text::new("超過", "extra"),
        Text::new("不明", "open"),
        Text::new("不通", "missing"),
        Text::new("外部接続（相手）", "connection (party)"),
    ];
    let mut lines: Vec<([String; 6], Ink)> = vec![(head.map(|it| page.say(&it)), Ink::Strong)];
    for (it, number) in &rows {
        let name = report.name(&it.connection);
        let party = report.name(&it.party);
        let connection = page.say(&text!("{name}（{party}）", "{name} ({party})"));
        let verdict = it.verdict();
        let cells = [
            page.say(&verdict.label()),
            number.to_string(),
            it.extra.len().to_string(),
            it.undetermined.len().to_string(),
            it.missing.len().to_string(),
            connection,
        ];
        lines.push((cells, Ink::of(verdict)));
    }
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|(cells, _)| cells.get(column));
        cells.map(|it| display_width(it)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..5).map(width).collect();
    for (cells, ink) in &lines {
        page.row(cells, &widths, *ink);
    }
    page.blank();
    let count = |verdict| answers.iter().filter(|it| it.verdict() == verdict).count();
    let (reachable, open, isolated) =
        (count(Verdict::Reachable), count(Verdict::Undetermined), count(Verdict::Isolated));
    let tally = page.say(&text!(
        "到達可能 {reachable}、判定不能 {open}、分離確認済 {isolated}。番号か識別子を指定すると、1本ずつの理由を示します。",
        "{reachable} reachable, {open} undetermined, {isolated} isolated. Name one by its number or id for the reasons."
    ));
    page.paragraph("", &tally, Ink::Strong);
    page.done()
}

/// Worst first.
const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Reachable => 0,
        Verdict::Undetermined => 1,
        Verdict::Isolated => 2,
    }
}

/// The answers for programs, in the order of the inventory.
pub fn json(report: &Report<'_>, answers: &[Isolation]) -> Value {
    let all = answers.iter().map(|it| {
        let classes = |all: &[crate::reach::paths::Class]| -> Value {
            all.iter().map(|it| report.class(it)).collect()
        };
        json!({
            "connection": it.connection.to_string(),
            "party": it.party.to_string(),
            "verdict": it.verdict().key(),
            "extra": classes(&it.extra),
            "undetermined": classes(&it.undetermined),
            "permitted": classes(&it.permitted),
            "itself": classes(&it.itself),
            "missing": it.missing.iter().map(|it| json!({
                "service": it.service.to_string(),
                "declared": report.place(Some(it.declared)),
                "refusal": report.refusal(&it.refusal),
            })).collect::<Vec<_>>(),
            "no_entry": it.no_entry,
            "unread": report.unread(&it.unread),
            "unconfigured": it.unconfigured.iter().map(|it| shape::thing(Some(it))).collect::<Vec<_>>(),
            "assumptions": report.granted(&it.assumptions),
        })
    });
    let mut value = json!({
        "schema_version": VERSION,
        "question": { "kind": "isolation" },
        "connections": all.collect::<Vec<_>>(),
    });
    neutralise(&mut value);
    value
}
