//! What every sheet has: frame, title, legend, summary, title block.

use super::canvas::{Canvas, Tag, Words};
use super::lanes::Sheet;
use super::style::{self, ALARM, Carriage, FAINT, INK, PAPER, SMALL, SOFT, VENDOR, solid};
use crate::audit::Assessment;
use crate::diagram::View;
use crate::diagram::scene::{Anchor, Area, Point, Role, Stroke};
use crate::finding::Severity;
use crate::locale::{Lang, Text};
use crate::model::Vocabulary;
use crate::topology::Corroboration;

/// What a sheet is called.
#[derive(Clone, Debug)]
pub(super) struct Title {
    pub(super) drawing: String,
    /// The same without its explanation, for narrow places.
    pub(super) short: String,
    pub(super) hospital: String,
    pub(super) edition: String,
    pub(super) sheet: String,
}

impl Title {
    pub(super) fn of(
        assessment: &Assessment,
        view: &View,
        sheet: usize,
        of: usize,
        list: bool,
        lang: Lang,
    ) -> Self {
        let inventory = &assessment.inventory;
        let name = match (list, view) {
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
            short: name.get(lang).split('（').next().unwrap_or_default().to_owned(),
            drawing: name.get(lang).to_owned(),
            hospital,
            edition,
            sheet: format!("{sheet} / {of}"),
        }
    }

    pub(super) fn document(&self) -> String {
        format!("{} {}", self.hospital, self.drawing)
    }
}

pub(super) fn furnish(
    canvas: &mut Canvas,
    assessment: &Assessment,
    title: &Title,
    sheet: Sheet,
    lang: Lang,
) {
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
    let (legend, summary) = if wide { (0.40, 0.30) } else { (0.41, 0.27) };
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
    draw_legend(canvas, part(0.0, legend), wide, lang);
    draw_summary(canvas, assessment, part(legend, summary), lang);
    draw_block(canvas, assessment, title, part(legend + summary, 1.0 - legend - summary), lang);
}

fn draw_legend(canvas: &mut Canvas, area: Area, wide: bool, lang: Lang) {
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
        write(canvas, 0, 35.0, line, &carriage.label());
    }
    let y = top + pitch * 3.0 - 2.4;
    canvas.badge(&none, Point { x: x(0) + 6.0, y }, "1", SOFT);
    write(
        canvas,
        0,
        15.0,
        3,
        &Text::new("外部接続番号（一覧と対応）", "number in the list of connections"),
    );
    let text = Text::new("矢印はセッションを開く向き", "arrows: who opens the session");
    write(canvas, 0, 0.0, 4, &text);
    let states = [
        (Corroboration::Confirmed, Text::new("太線：実測・設定で確認済", "thick: confirmed")),
        (
            Corroboration::NotLooked,
            Text::new("実線：台帳の記載のみ", "solid: declared, nobody looked"),
        ),
        (Corroboration::NotSeen, Text::new("点線：観測で見えない", "dotted: looked, not seen")),
        (Corroboration::Conflicting, Text::new("一点鎖線：台帳と不一致", "dash-dot: conflicting")),
        (Corroboration::Undeclared, Text::new("破線：台帳未記載", "dashed: undeclared")),
    ];
    for (line, (state, text)) in states.into_iter().enumerate() {
        let y = top + pitch * line as f32 - 2.4;
        let points = vec![Point { x: x(1), y }, Point { x: x(1) + 22.0, y }];
        canvas.line(
            Role::Furniture,
            &none,
            points,
            style::route(Carriage::Closed, state),
            false,
            None,
        );
        write(canvas, 1, 26.0, line, &text);
    }
    let square =
        |line: usize| Area { x: x(2), y: top + pitch * line as f32 - 6.4, w: 14.0, h: 7.6 };
    canvas.rect(Role::Furniture, &none, square(0), (1.5, Some(PAPER), Some(solid(INK, 1.3))));
    write(canvas, 2, 18.0, 0, &Text::new("外部接続の相手", "end of a connection"));
    canvas.rect(Role::Furniture, &none, square(1), (1.5, Some(VENDOR), Some(solid(INK, 1.3))));
    let inner = square(1);
    canvas.rect(
        Role::Furniture,
        &none,
        Area { x: inner.x + 1.6, y: inner.y + 1.6, w: inner.w - 3.2, h: inner.h - 3.2 },
        (0.8, None, Some(solid(INK, 0.4))),
    );
    write(canvas, 2, 18.0, 1, &Text::new("二重枠：事業者所有", "double frame: owned by a party"));
    let word = |canvas: &mut Canvas, line: usize, text: &str| {
        canvas.words(
            Role::Furniture,
            &none,
            x(2) + 3.0,
            top + pitch * line as f32,
            Words::new(text, 7.0).bold(),
        );
    };
    word(canvas, 2, "◆");
    write(canvas, 2, 18.0, 2, &Text::new("複数の網に接続", "host on several networks"));
    word(canvas, 3, "▲");
    write(canvas, 2, 18.0, 3, &Text::new("指摘事項（件数）", "findings, with their number"));
    word(canvas, 4, "△");
    write(canvas, 2, 18.0, 4, &Text::new("例外承認した指摘", "findings accepted for a time"));
}

fn draw_summary(canvas: &mut Canvas, assessment: &Assessment, area: Area, lang: Lang) {
    let none = Tag::default();
    canvas.rule(
        Point { x: area.x, y: area.y },
        Point { x: area.x, y: area.bottom() },
        solid(INK, 0.6),
    );
    let left = area.x + 7.0;
    let room = area.w - 13.0;
    let head = Text::new(
        "監査結果の要約（台帳による判定。設定・実測との照合なし）",
        "Summary (declared facts only)",
    );
    canvas.words(
        Role::Furniture,
        &none,
        left,
        area.y + 10.5,
        Words::new(head.get(lang), 8.0).bold().room(room),
    );
    let inventory = &assessment.inventory;
    let count = |carriage: Carriage| {
        inventory
            .connections
            .iter()
            .filter(|it| Carriage::of(it.transport.value) == carriage)
            .count()
    };
    let all = inventory.connections.len();
    let (closed, encrypted, open) =
        (count(Carriage::Closed), count(Carriage::Encrypted), count(Carriage::Open));
    let connections = crate::text!(
        "外部接続 {all} 件（閉域 {closed}・暗号化 {encrypted}・暗号化なし {open}）",
        "{all} connections ({closed} closed, {encrypted} encrypted, {open} not encrypted)"
    );
    canvas.words(
        Role::Furniture,
        &none,
        left,
        area.y + 20.5,
        Words::new(connections.get(lang), 7.2).room(room),
    );
    let mut parts: Vec<String> = Vec::new();
    for severity in Severity::ALL {
        let open = assessment.open(*severity);
        if open > 0 {
            parts.push(format!("{} {open}", severity.label().get(lang)));
        }
    }
    let waived = assessment.findings.iter().filter(|it| !it.is_open()).count();
    let total: usize = assessment.findings.len() - waived;
    let split =
        if parts.is_empty() { String::new() } else { format!("（{}）", parts.join("・")) };
    let tally = crate::text!(
        "指摘事項 {total} 件{split}　例外承認 {waived} 件",
        "{total} findings {split}, {waived} accepted for a time"
    );
    let worst = assessment.findings.iter().find(|it| it.is_open()).map(|it| it.severity);
    let colour = if worst.is_some_and(|it| it.reaches(Severity::High)) { ALARM } else { INK };
    canvas.words(
        Role::Furniture,
        &none,
        left,
        area.y + 30.6,
        Words::new(tally.get(lang), 7.6).bold().colour(colour).room(room),
    );
    let mut y = area.y + 40.4;
    for finding in assessment.findings.iter().filter(|it| it.is_open()).take(3) {
        let text = format!("▲ {}", finding.message.get(lang));
        canvas.words(
            Role::Furniture,
            &none,
            left,
            y,
            Words::new(&text, SMALL).colour(style::severity(finding.severity)).room(room),
        );
        y += 9.6;
    }
}

fn draw_block(canvas: &mut Canvas, assessment: &Assessment, title: &Title, area: Area, lang: Lang) {
    let none = Tag::default();
    let _ = assessment;
    let stamps = 3.0 * 38.0;
    canvas.rule(
        Point { x: area.x, y: area.y },
        Point { x: area.x, y: area.bottom() },
        solid(INK, 0.9),
    );
    let rows = [
        (Text::new("図面名", "drawing"), title.short.clone()),
        (Text::new("施設", "hospital"), title.hospital.clone()),
        (Text::new("版・基準日", "edition"), title.edition.clone()),
        (
            Text::new("根拠", "basis"),
            Text::new(
                "安全管理ガイドライン システム運用編 2②・13⑪",
                "MHLW guideline, system operation 2②, 13⑪",
            )
            .get(lang)
            .to_owned(),
        ),
        (Text::new("図番", "sheet"), title.sheet.clone()),
    ];
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
            area.x + 44.0,
            base,
            Words::new(&value, 7.6).bold().room(split - area.x - 49.0),
        );
    }
    let names =
        [Text::new("作成", "drawn"), Text::new("確認", "checked"), Text::new("承認", "approved")];
    for (at, name) in names.into_iter().enumerate() {
        let x = split + 38.0 * at as f32;
        canvas.rule(Point { x, y: area.y }, Point { x, y: area.bottom() }, solid(INK, 0.6));
        canvas.words(
            Role::Furniture,
            &none,
            x + 19.0,
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
