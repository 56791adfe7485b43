//! The coverage map (確認状況図): each box and line looks as it was last confirmed. Nothing moves.

use super::canvas::{Canvas, Tag, Words};
use super::content::{Content, Note};
use super::lanes::Sheet;
use super::list::{List, Scale};
use super::paint::{circuit_key, party_key};
use super::style::{ALARM, INK, Look, PAPER, SMALL, SOFT, solid};
use crate::audit::Assessment;
use crate::confirm::coverage::{Coverage, Covered, Standing};
use crate::diagram::Request;
use crate::diagram::font;
use crate::diagram::scene::{Area, Point, Role};
use crate::locale::{Lang, Text};
use crate::model::words::Means;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::text;
use std::collections::BTreeMap;

/// Gives every box and line its look, and what was confirmed its chip.
pub(super) fn note(content: &mut Content, coverage: &Coverage, lang: Lang) {
    let of =
        |thing: Option<&EntityRef>| thing.and_then(|it| coverage.get(it)).map(|it| noted(it, lang));
    let mut notes: BTreeMap<String, Note> = BTreeMap::new();
    for zone in &content.zones {
        notes.extend(of(zone.thing.as_ref()).map(|it| (zone.key.clone(), it)));
    }
    for cell in &content.cells {
        notes.extend(of(cell.thing.as_ref()).map(|it| (cell.key.clone(), it)));
    }
    for device in content.devices.values() {
        notes.extend(of(Some(&device.thing)).map(|it| (device.thing.to_string(), it)));
    }
    for (at, row) in content.rows.iter().enumerate() {
        if let (Some(key), Some(party)) = (party_key(row), &row.party) {
            notes.extend(of(Some(&party.thing)).map(|it| (key, it)));
        }
        if let Some(note) = of(Some(&row.thing)).filter(|_| row.party.is_some()) {
            content.lines.insert((at, None), note.look);
            notes.insert(circuit_key(row), note);
        }
    }
    content.notes = notes;
}

fn noted(it: &Covered, lang: Lang) -> Note {
    let look = look(it);
    let words = match &it.last {
        None => Vec::new(),
        Some(last) => {
            let on = last.on.map_or_else(|| "?".to_owned(), |on| on.to_string());
            let month: String = on.chars().take(7).collect();
            let sign = sign(last.how);
            let sign = sign.get(lang);
            let short = month.get(2..).unwrap_or(&month);
            vec![format!("{sign} {month}"), format!("{sign}{short}")]
        }
    };
    Note { look, words }
}

fn look(it: &Covered) -> Look {
    let how = it.last.as_ref().map(|it| it.how);
    match (it.standing, how) {
        (Standing::Unseen, _) | (_, None) => Look::Unseen,
        (Standing::Different, _) => Look::Differs,
        (Standing::Stale | Standing::Undated | Standing::Partly, _) => Look::Old,
        (Standing::Current, Some(Means::Configuration | Means::Capture | Means::Probe)) => {
            Look::Seen
        }
        (Standing::Current, Some(Means::SpotCheck)) => Look::Visited,
        (Standing::Current, Some(Means::Recertification | Means::Statement)) => Look::Said,
    }
}

/// How it was confirmed, in one or two characters.
fn sign(how: Means) -> Text {
    match how {
        Means::Configuration => Text::new("設定", "cfg"),
        Means::Recertification => Text::new("再確認", "rec"),
        Means::Statement => Text::new("回答", "ans"),
        Means::Capture => Text::new("観測", "cap"),
        Means::Probe => Text::new("疎通", "prb"),
        Means::SpotCheck => Text::new("抜取", "spot"),
    }
}

/// What the drawing is called.
pub(super) fn name(list: bool) -> Text {
    match list {
        false => Text::new(
            "確認状況図（最後にいつ、どう確認したか）",
            "Coverage map: what was last confirmed, when and how",
        ),
        true => Text::new("外部接続の確認状況", "When connections were last confirmed"),
    }
}

/// The legend of a coverage map.
pub(super) fn legend(canvas: &mut Canvas, area: Area, lang: Lang) {
    let none = Tag::default();
    let x = |at: usize| area.x + 7.0 + (area.w - 7.0) * [0.0, 0.5][at.min(1)];
    let room = |used: f32| (area.w - 7.0) * 0.5 - used - 4.0;
    let y = |line: usize| area.y + 20.5 + 9.6 * line as f32;
    let head = Text::new("凡例", "Legend");
    let words = Words::new(head.get(lang), 8.0).bold();
    canvas.words(Role::Furniture, &none, area.x + 7.0, area.y + 10.5, words);
    let looks = [
        (
            Look::Seen,
            Text::new("設定・観測・疎通で確認（12か月以内）", "by configuration, capture, probe"),
        ),
        (Look::Visited, Text::new("抜取確認で見た（12か月以内）", "looked at in a spot check")),
        (
            Look::Said,
            Text::new(
                "年次再確認・事業者の回答（12か月以内）",
                "somebody said so within 12 months",
            ),
        ),
        (
            Look::Old,
            Text::new("12か月超・日付不明・一部だけ確認", "over a year ago, undated, in part"),
        ),
        (Look::Differs, Text::new("確認したら台帳と違った", "found to differ")),
        (Look::Unseen, Text::new("灰色：だれも確認していない", "grey: nobody looked")),
    ];
    for (at, (look, says)) in looks.into_iter().enumerate() {
        let (column, line) = (at / 4, at % 4);
        let square = Area { x: x(column), y: y(line) - 6.4, w: 14.0, h: 7.6 };
        let (fill, stroke) = look.boxed(Some(PAPER), Some(solid(INK, 1.0)));
        canvas.rect(Role::Furniture, &none, square, (1.5, fill, stroke));
        let middle = y(line) - 2.4;
        let points = vec![
            Point { x: x(column) + 18.0, y: middle },
            Point { x: x(column) + 40.0, y: middle },
        ];
        canvas.line(Role::Furniture, &none, points, look.line(solid(INK, 1.2), 2.4), false, None);
        let words = Words::new(says.get(lang), SMALL).room(room(45.0));
        canvas.words(Role::Furniture, &none, x(column) + 45.0, y(line), words);
    }
    let says = Text::new(
        "札：方法と年月（設定 再確認 回答 観測 疎通 抜取）",
        "chip: how and in which month",
    );
    canvas.words(
        Role::Furniture,
        &none,
        x(1),
        y(2),
        Words::new(says.get(lang), SMALL).room(room(0.0)),
    );
    let says = Text::new("?：いつ取得した設定か分からない", "?: a configuration of an unknown day");
    canvas.words(
        Role::Furniture,
        &none,
        x(1),
        y(3),
        Words::new(says.get(lang), SMALL).room(room(0.0)),
    );
}

/// The summary of a coverage map.
pub(super) fn summary(canvas: &mut Canvas, request: &Request<'_>, area: Area) {
    let Some(coverage) = request.coverage else { return };
    let (none, lang) = (Tag::default(), request.lang);
    let edge = |y: f32| Point { x: area.x, y };
    canvas.rule(edge(area.y), edge(area.bottom()), solid(INK, 0.6));
    let mut y = area.y + 10.5;
    let mut write = |canvas: &mut Canvas, step: f32, words: Words<'_>| {
        canvas.words(Role::Furniture, &none, area.x + 7.0, y, words.room(area.w - 13.0));
        y += step;
    };
    let head = Text::new("確認状況の要約", "Summary of what was confirmed");
    write(canvas, 11.0, Words::new(head.get(lang), 8.0).bold());
    let share = coverage.share(EntityKind::Connection);
    let (confirmed, all) = (share.confirmed, share.all);
    let says = match share.percent() {
        None => Text::new("外部接続の記載がありません", "no external connection is declared"),
        Some(percent) => text!(
            "12か月以内に確認した外部接続 {confirmed}／{all} 件（{percent}%）",
            "{confirmed} of {all} connections ({percent}%) confirmed within 12 months"
        ),
    };
    let colour = if confirmed < all { ALARM } else { INK };
    write(canvas, 10.4, Words::new(says.get(lang), 7.6).bold().colour(colour));
    let counts = Standing::ALL.iter().map(|it| (it, coverage.count(EntityKind::Connection, *it)));
    let counts = counts.filter(|(_, count)| *count > 0).map(|(it, count)| {
        let label = it.label();
        text!("{label} {count}", "{label} {count}"; label)
    });
    for line in lines(counts, area.w - 13.0, lang) {
        write(canvas, 9.4, Words::new(line.get(lang), SMALL));
    }
    for kinds in [[EntityKind::Device, EntityKind::System], [EntityKind::Zone, EntityKind::Party]] {
        let shares = kinds.map(|kind| {
            let (label, share) = (kind.label(), coverage.share(kind));
            let (confirmed, all) = (share.confirmed, share.all);
            text!("{label} {confirmed}／{all}", "{label} {confirmed}/{all}"; label)
        });
        let says = Text::list(&shares);
        write(canvas, 9.4, Words::new(says.get(lang), SMALL).colour(SOFT));
    }
}

/// As many words on a line as there is room for.
fn lines(words: impl Iterator<Item = Text>, room: f32, lang: Lang) -> Vec<Text> {
    let mut lines: Vec<Vec<Text>> = Vec::new();
    for word in words {
        let longer = lines.last().map(|it| [it.as_slice(), std::slice::from_ref(&word)].concat());
        let fits = |it: &Vec<Text>| font::width(Text::list(it).get(lang), SMALL, false) <= room;
        match (longer.filter(fits), lines.last_mut()) {
            (Some(longer), Some(last)) => *last = longer,
            _ => lines.push(vec![word]),
        }
    }
    lines.iter().map(Text::list).collect()
}

/// When every connection was last confirmed, in words.
pub(super) fn table(
    assessment: &Assessment,
    request: &Request<'_>,
    scale: Scale,
    sheet: Sheet,
) -> List {
    let lang = request.lang;
    let columns = vec![
        (Text::new("番号", "No."), 0.05),
        (Text::new("外部接続", "connection"), 0.27),
        (Text::new("接続先", "party"), 0.20),
        (Text::new("確認状況", "standing"), 0.18),
        (Text::new("最後の確認", "last confirmed"), 0.10),
        (Text::new("方法", "how"), 0.08),
        (Text::new("確認者", "by"), 0.12),
    ];
    let inventory = &assessment.inventory;
    let mut rows: Vec<(u32, EntityRef, Vec<String>)> = Vec::new();
    for (connection, number) in inventory.connections.iter().zip(inventory.connection_numbers()) {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let Some(it) = request.coverage.and_then(|it| it.get(&thing)) else { continue };
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let say = |text: Text| text.get(lang).to_owned();
        let last = it.last.as_ref();
        let blank = || "―".to_owned();
        let texts = vec![
            number.to_string(),
            connection.name.value.clone(),
            inventory.name_of(&party).to_owned(),
            say(it.standing.label()),
            last.map_or_else(blank, |it| say(it.day())),
            last.map_or_else(blank, |it| say(it.how.label())),
            last.map_or_else(blank, |it| it.by.clone()),
        ];
        rows.push((number, thing, texts));
    }
    rows.sort_by_key(|(number, ..)| *number);
    let rows = rows.into_iter().map(|(_, thing, texts)| (thing, texts)).collect();
    List::of(name(true), columns, rows, scale, sheet, lang)
}
