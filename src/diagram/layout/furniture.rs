//! What every sheet has: frame, title, legend, summary, title block.

use super::canvas::{Canvas, Tag, Words};
use super::covered;
use super::lanes::Sheet;
use super::light;
use super::since;
use super::style::{self, ALARM, Carriage, FAINT, INK, PAPER, SMALL, SOFT, VENDOR, solid};
use crate::audit::Assessment;
use crate::diagram::scene::{Anchor, Area, Point, Role, Stroke};
use crate::diagram::{Request, View};
use crate::finding::{Finding, Severity};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, Vocabulary};
use crate::topology::Corroboration;

/// What a sheet is called.
#[derive(Clone, Debug)]
pub(super) struct Title {
    pub(super) drawing: String,
    /// The same without its explanation, for narrow places.
    pub(super) short: String,
    pub(super) hospital: String,
    pub(super) edition: String,
    pub(super) revision: String,
    pub(super) date: String,
    /// Which taps saw what, from when to when; none where nobody watched.
    pub(super) watched: Option<String>,
    pub(super) sheet: String,
}

impl Title {
    pub(super) fn of(
        assessment: &Assessment,
        request: &Request<'_>,
        sheet: usize,
        of: usize,
        list: bool,
    ) -> Self {
        let (inventory, lang) = (&assessment.inventory, request.lang);
        let special = match (request.lit, request.since) {
            (Some(lit), _) => Some(light::name(assessment, lit, list)),
            (None, Some(_)) => Some(since::name(list)),
            (None, None) => request.coverage.map(|_| covered::name(list)),
        };
        let name = match (list, &request.view) {
            (true, _) => Text::new("外部接続一覧", "External connections"),
            (_, View::Whole) => Text::new(
                "全体構成図（外部接続を含むネットワーク構成図）",
                "Whole network, external connections included",
            ),
            (_, View::External) => Text::new("外部接続図", "External connections"),
            (_, View::Connection(id)) => {
                let connection = inventory.connections.get(id);
                let name = connection.map_or(id.as_str(), |it| it.name.value.as_str());
                crate::text!("外部接続図（個別）：{name}", "Connection: {name}")
            }
        };
        let name = special.unwrap_or(name);
        let nobody = Text::new("（施設名 未記載）", "(organization not declared)");
        let hospital = inventory
            .organization
            .as_ref()
            .map_or_else(|| nobody.get(lang).to_owned(), |it| it.name.value.clone());
        let date = assessment.as_of;
        let dated = crate::text!("{date} 現在", "as of {date}");
        let edition = match &inventory.revision {
            Some(revision) => format!("{revision}　{}", dated.get(lang)),
            None => dated.get(lang).to_owned(),
        };
        Self {
            short: short(name.get(lang), request.lit.is_some() || request.coverage.is_some()),
            drawing: name.get(lang).to_owned(),
            hospital,
            edition,
            revision: inventory
                .revision
                .as_ref()
                .map_or_else(|| "―".to_owned(), |it| it.value.clone()),
            date: date.to_string(),
            watched: super::watched::of(assessment, lang),
            sheet: format!("{sheet} / {of}"),
        }
    }

    pub(super) fn document(&self) -> String {
        format!("{} {}", self.hospital, self.drawing)
    }
}

/// The name without its explanation; that of a lit sheet without its subject.
fn short(name: &str, explained: bool) -> String {
    let parts: &[&str] = if explained { &["：", ":", "（", " ("] } else { &["（", " ("] };
    let end = parts.iter().filter_map(|it| name.find(it)).min().unwrap_or(name.len());
    name.get(..end).unwrap_or(name).to_owned()
}

pub(super) fn furnish(
    canvas: &mut Canvas,
    assessment: &Assessment,
    found: &[&Finding],
    title: &Title,
    sheet: Sheet,
    request: &Request<'_>,
) {
    let lang = request.lang;
    let none = Tag::default();
    let frame = sheet.frame();
    canvas.rect(Role::Ground, &none, frame, (0.0, None, Some(solid(INK, 1.4))));
    let right = format!("{}　{}", title.hospital, title.edition);
    let words = Words::new(&right, 9.0).colour(SOFT).anchor(Anchor::End).room(frame.w * 0.45);
    let taken = canvas.words(Role::Furniture, &none, frame.right() - 8.0, frame.y + 18.0, words);
    let words = Words::new(&title.drawing, 14.0).bold().room(frame.w - 30.0 - taken);
    canvas.words(Role::Furniture, &none, frame.x + 9.0, frame.y + 18.2, words);
    let footer = sheet.footer();
    let wide = sheet.width > 1000.0;
    let (legend, summary) = if wide { (0.40, 0.30) } else { (0.43, 0.26) };
    let part = |from: f32, share: f32| Area {
        x: footer.x + footer.w * from,
        w: footer.w * share,
        ..footer
    };
    canvas.rule(
        Point { x: footer.x, y: footer.y },
        Point { x: footer.right(), y: footer.y },
        solid(INK, 0.9),
    );
    match (request.lit, request.since) {
        (Some(lit), _) => {
            light::legend(canvas, part(0.0, legend), lit.side, lang);
            light::summary(canvas, assessment, lit, part(legend, summary), lang);
        }
        (None, Some(since)) => {
            since::legend(canvas, part(0.0, legend), lang);
            since::summary(canvas, assessment, since, part(legend, summary), lang);
        }
        (None, None) if request.coverage.is_some() => {
            covered::legend(canvas, part(0.0, legend), lang);
            covered::summary(canvas, request, part(legend, summary));
        }
        (None, None) => {
            let watched = !assessment.topology.observed().is_empty();
            let confirmed = super::watched::confirmed(assessment);
            draw_legend(canvas, part(0.0, legend), wide, (watched, confirmed), request);
            draw_summary(canvas, assessment, found, part(legend, summary), request);
        }
    }
    draw_block(canvas, wide, title, part(legend + summary, 1.0 - legend - summary), lang);
}

fn draw_legend(
    canvas: &mut Canvas,
    area: Area,
    wide: bool,
    (watched, confirmed): (bool, Text),
    request: &Request<'_>,
) {
    let lang = request.lang;
    let none = Tag::default();
    let head = Text::new("凡例", "Legend");
    canvas.words(
        Role::Furniture,
        &none,
        area.x + 7.0,
        area.y + 10.5,
        Words::new(head.get(lang), 8.0).bold(),
    );
    let top = area.y + 20.5;
    let pitch = 9.6;
    let columns = if wide { [0.0, 0.36, 0.68] } else { [0.0, 0.37, 0.69] };
    let x = |column: usize| area.x + 7.0 + (area.w - 7.0) * columns[column];
    let room = |column: usize, used: f32| {
        let next = columns.get(column + 1).copied().unwrap_or(1.0);
        (area.w - 7.0) * (next - columns[column]) - used - 4.0
    };
    let write = |canvas: &mut Canvas, column: usize, used: f32, line: usize, text: &Text| {
        let words = Words::new(text.get(lang), SMALL).room(room(column, used));
        canvas.words(Role::Furniture, &none, x(column) + used, top + pitch * line as f32, words);
    };
    for (line, carriage) in
        [Carriage::Closed, Carriage::Encrypted, Carriage::Open].into_iter().enumerate()
    {
        let y = top + pitch * line as f32 - 2.4;
        let stroke = style::route(carriage, Corroboration::NotLooked);
        let sign = carriage.sign();
        let points = vec![Point { x: x(0), y }, Point { x: x(0) + 20.0, y }];
        canvas.line(Role::Furniture, &none, points, stroke.clone(), true, None);
        let area = Area { x: x(0) + 23.0, y: y - 4.2, w: 8.6, h: 8.6 };
        canvas.rect(Role::Furniture, &none, area, (1.5, None, Some(solid(stroke.colour, 0.8))));
        let words =
            Words::new(sign.get(lang), SMALL).bold().colour(stroke.colour).anchor(Anchor::Middle);
        canvas.words(Role::Furniture, &none, area.x + 4.3, y + 2.4, words);
        // Of what was only seen nobody may know whether it is encrypted.
        let label = match (carriage, watched) {
            (Carriage::Open, true) => {
                Text::new("暗号化なし（？は不明）", "not encrypted (?: unknown)")
            }
            _ => carriage.label(),
        };
        write(canvas, 0, 35.0, line, &label);
    }
    let y = top + pitch * 3.0 - 2.4;
    canvas.badge(&none, Point { x: x(0) + 6.0, y }, "1", SOFT);
    write(canvas, 0, 15.0, 3, &Text::new("外部接続番号（一覧と対応）", "number in the list"));
    let text = Text::new("矢印：通信を始める向き", "arrow: opens the session");
    write(canvas, 0, 0.0, 4, &text);
    let (unlooked, unseen) = match watched {
        true => (
            Text::new("疎な点線：確認していない", "sparse dots: not looked at"),
            Text::new("点線：見えるはずが見えない", "dotted: not seen"),
        ),
        false => (
            Text::new("実線：台帳の記載のみ", "solid: declared"),
            Text::new("点線：設定に見当たらない", "dotted: not found"),
        ),
    };
    let states = [
        (Corroboration::Confirmed, confirmed),
        (Corroboration::NotLooked, unlooked),
        (Corroboration::NotSeen, unseen),
        (Corroboration::Conflicting, Text::new("一点鎖線：台帳と不一致", "dash-dot: differs")),
        (Corroboration::Undeclared, Text::new("破線：台帳未記載", "dashed: undeclared")),
    ];
    for (line, (state, text)) in states.into_iter().enumerate() {
        let y = top + pitch * line as f32 - 2.4;
        let points = vec![Point { x: x(1), y }, Point { x: x(1) + 22.0, y }];
        canvas.line(
            Role::Furniture,
            &none,
            points,
            match (state, watched) {
                (Corroboration::NotLooked, true) => {
                    Stroke { dash: style::SPARSE, ..style::route(Carriage::Closed, state) }
                }
                _ => style::route(Carriage::Closed, state),
            },
            false,
            None,
        );
        write(canvas, 1, 26.0, line, &text);
    }
    let square =
        |line: usize| Area { x: x(2), y: top + pitch * line as f32 - 6.4, w: 14.0, h: 7.6 };
    canvas.rect(Role::Furniture, &none, square(0), (1.5, Some(PAPER), Some(solid(INK, 1.3))));
    write(canvas, 2, 18.0, 0, &Text::new("外部とつながるシステム", "end of a connection"));
    canvas.rect(Role::Furniture, &none, square(1), (1.5, Some(VENDOR), Some(solid(INK, 1.3))));
    let inner = square(1);
    canvas.rect(
        Role::Furniture,
        &none,
        Area { x: inner.x + 1.6, y: inner.y + 1.6, w: inner.w - 3.2, h: inner.h - 3.2 },
        (0.8, None, Some(solid(INK, 0.4))),
    );
    write(canvas, 2, 18.0, 1, &Text::new("二重枠：事業者の所有", "owned by a party"));
    let word = |canvas: &mut Canvas, line: usize, text: &str| {
        canvas.words(
            Role::Furniture,
            &none,
            x(2) + 3.0,
            top + pitch * line as f32,
            Words::new(text, 7.0).bold(),
        );
    };
    word(canvas, 2, "◎");
    write(canvas, 2, 18.0, 2, &Text::new("複数の網につながる", "on several networks"));
    if !request.hide_findings {
        word(canvas, 3, "▲");
        let text = Text::new("指摘：緊高中低 △承認済", "findings △waived");
        write(canvas, 2, 18.0, 3, &text);
    }
    let y = top + pitch * 4.0 - 2.4;
    for (at, (fill, stroke)) in
        [(INK, solid(PAPER, 0.8)), (PAPER, solid(ALARM, 1.1))].into_iter().enumerate()
    {
        let centre = x(2) + 3.6 + 7.6 * at as f32;
        let corner = |dx: f32, dy: f32| Point { x: centre + dx * 3.2, y: y + dy * 3.2 };
        let points = vec![corner(0.0, -1.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(-1.0, 0.0)];
        canvas.polygon(Role::Furniture, None, points, fill, stroke);
    }
    write(canvas, 2, 18.0, 4, &Text::new("責任分界点（白は未記載）", "boundary of duty"));
}

fn draw_summary(
    canvas: &mut Canvas,
    assessment: &Assessment,
    found: &[&Finding],
    area: Area,
    request: &Request<'_>,
) {
    let none = Tag::default();
    let lang = request.lang;
    let edge = |y: f32| Point { x: area.x, y };
    canvas.rule(edge(area.y), edge(area.bottom()), solid(INK, 0.6));
    let left = area.x + 7.0;
    let room = area.w - 13.0;
    let mut y = area.y + 10.5;
    let mut write = |canvas: &mut Canvas, step: f32, words: Words<'_>| {
        canvas.words(Role::Furniture, &none, left, y, words.room(room));
        y += step;
    };
    let head = if request.hide_findings {
        Text::new("要約（指摘事項を載せない版）", "Summary (without findings)")
    } else {
        super::watched::compared(assessment)
    };
    write(canvas, 10.0, Words::new(head.get(lang), 8.0).bold());
    if !matches!(request.view, View::Connection(_)) {
        let text = connections(assessment);
        write(canvas, 10.1, Words::new(text.get(lang), 7.2));
    }
    if request.hide_findings {
        return;
    }
    let open: Vec<&&Finding> = found.iter().filter(|it| it.is_open()).collect();
    let mut parts: Vec<String> = Vec::new();
    for severity in Severity::ALL {
        let count = open.iter().filter(|it| it.severity == *severity).count();
        if count > 0 {
            parts.push(format!("{} {count}", severity.label().get(lang)));
        }
    }
    let (total, waived) = (open.len(), found.len() - open.len());
    let split = match (parts.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Ja) => format!("（{}）", parts.join("・")),
        (false, Lang::En) => format!(" ({})", parts.join(", ")),
    };
    let tally = crate::text!(
        "指摘事項 {total} 件{split}　例外承認 {waived} 件",
        "{total} finding(s){split}, {waived} waived"
    );
    let worst = open.first().map(|it| it.severity);
    let colour = if worst.is_some_and(|it| it.reaches(Severity::High)) { ALARM } else { INK };
    write(canvas, 9.8, Words::new(tally.get(lang), 7.6).bold().colour(colour));
    // What is about things without a box would be missed by somebody who only counts marks.
    let boxless = open.iter().filter(|it| !has_box(it.subject.kind)).count();
    let shown = if boxless > 0 { 2 } else { 3 };
    for finding in open.iter().take(shown) {
        let weight = style::weight(finding.severity);
        let text = format!("▲{} {}", weight.get(lang), finding.message.get(lang));
        write(canvas, 9.4, Words::new(&text, SMALL).colour(style::severity(finding.severity)));
    }
    if boxless > 0 {
        let text = crate::text!(
            "（うち {boxless} 件は図に現れないもの：資格情報、バックアップ、文書など）",
            "({boxless} of them about what has no box: credentials, backups, documents)"
        );
        write(canvas, 9.4, Words::new(text.get(lang), SMALL).colour(SOFT));
    }
}

/// Whether things of this kind have a box, and so a mark, on the drawing.
fn has_box(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::Zone
            | EntityKind::System
            | EntityKind::Device
            | EntityKind::Party
            | EntityKind::Circuit
            | EntityKind::Connection
    )
}

/// How many connections there are, by what protects them.
fn connections(assessment: &Assessment) -> Text {
    let inventory = &assessment.inventory;
    let count = |carriage: Carriage| {
        let all = inventory.connections.iter();
        all.filter(|it| Carriage::of(it.transport.value) == carriage).count()
    };
    let all = inventory.connections.len();
    let (closed, encrypted, open) =
        (count(Carriage::Closed), count(Carriage::Encrypted), count(Carriage::Open));
    match all {
        0 => Text::new("外部接続の記載がありません", "no external connection is declared"),
        _ => crate::text!(
            "外部接続 {all} 件（閉域 {closed}・暗号化 {encrypted}・暗号化なし {open}）",
            "{all} connections: {closed} closed, {encrypted} encrypted, {open} open"
        ),
    }
}

fn draw_block(canvas: &mut Canvas, wide: bool, title: &Title, area: Area, lang: Lang) {
    let none = Tag::default();
    let stamp = if wide { 38.0 } else { 26.0 };
    let stamps = 3.0 * stamp;
    canvas.rule(
        Point { x: area.x, y: area.y },
        Point { x: area.x, y: area.bottom() },
        solid(INK, 0.9),
    );
    let rows = [
        (Text::new("図面名", "drawing"), format!("{}　{}", title.short, title.sheet)),
        (Text::new("施設", "hospital"), title.hospital.clone()),
        (Text::new("版", "edition"), title.revision.clone()),
        (Text::new("基準日", "as of"), title.date.clone()),
        (
            Text::new("根拠", "basis"),
            Text::new("安全管理GL システム運用編 2②・13⑪", "MHLW guideline, operation 2②, 13⑪")
                .get(lang)
                .to_owned(),
        ),
    ];
    let watched = title.watched.clone().map(|it| (Text::new("観測", "watched"), it));
    let rows: Vec<(Text, String)> = rows.into_iter().chain(watched).collect();
    let height = area.h / rows.len() as f32;
    let split = area.right() - stamps;
    let thin = || Stroke { colour: FAINT, width: 0.6, dash: &[] };
    for (at, (label, value)) in rows.into_iter().enumerate() {
        let y = area.y + height * at as f32;
        if at > 0 {
            canvas.rule(Point { x: area.x, y }, Point { x: split, y }, thin());
        }
        let base = y + height / 2.0 + 2.6;
        canvas.words(
            Role::Furniture,
            &none,
            area.x + 5.0,
            base,
            Words::new(label.get(lang), SMALL).colour(SOFT),
        );
        canvas.words(
            Role::Furniture,
            &none,
            area.x + 37.0,
            base,
            Words::new(&value, 7.4).bold().room(split - area.x - 41.0),
        );
    }
    let names =
        [Text::new("作成", "drawn"), Text::new("確認", "check"), Text::new("承認", "appr.")];
    for (at, name) in names.into_iter().enumerate() {
        let x = split + stamp * at as f32;
        canvas.rule(Point { x, y: area.y }, Point { x, y: area.bottom() }, solid(INK, 0.6));
        canvas.words(
            Role::Furniture,
            &none,
            x + stamp / 2.0,
            area.y + 9.0,
            Words::new(name.get(lang), 7.0).anchor(Anchor::Middle),
        );
    }
    canvas.rule(
        Point { x: split, y: area.y + 12.5 },
        Point { x: area.right(), y: area.y + 12.5 },
        solid(INK, 0.6),
    );
}
