//! Name, legend and summary of a lit sheet: whose view it is, what the strokes mean, how much is
//! reached and what that rests on.

use super::tags::sign;
use super::trees::question;
use super::{GLOW, PALE, PERHAPS};
use crate::audit::Assessment;
use crate::diagram::font;
use crate::diagram::layout::canvas::{Canvas, Tag, Words};
use crate::diagram::layout::style::{ALARM, FAINT, INK, PAPER, SMALL, SOFT, solid};
use crate::diagram::lit::{Lit, Side};
use crate::diagram::scene::{Area, Colour, Item, Point, Role, Shape, Stroke};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::reach::exposure::Certainty;
use crate::text;
use std::collections::BTreeMap;

/// What people call a thing.
pub(super) fn called(assessment: &Assessment, thing: &EntityRef, lang: Lang) -> String {
    named(assessment, thing).get(lang).to_owned()
}

fn named(assessment: &Assessment, thing: &EntityRef) -> Text {
    let path = assessment.topology.paths().iter().find(|it| it.thing == *thing);
    let declared = assessment.inventory.name_of(thing);
    match (path, thing.kind) {
        (Some(path), EntityKind::Path) => path.name.clone(),
        (_, EntityKind::Party) if declared == "internet" => {
            Text::new("インターネット", "the internet")
        }
        _ => Text::same(declared),
    }
}

/// What the drawing is called.
pub(in crate::diagram::layout) fn name(assessment: &Assessment, lit: &Lit, list: bool) -> Text {
    let own = named(assessment, &lit.subject);
    let connection = assessment.inventory.connections.get(&lit.subject.id);
    let connection = connection.filter(|_| lit.subject.kind == EntityKind::Connection);
    let own = match connection {
        Some(it) => {
            let party = named(assessment, &EntityRef::new(EntityKind::Party, it.party.id()));
            text!("{own}／{party}", "{own} / {party}"; own, party)
        }
        None => own,
    };
    match (lit.side, list) {
        (Side::From, false) => {
            text!("到達範囲図：{own} から届く範囲", "Reach: what {own} reaches"; own)
        }
        (Side::To, false) => {
            text!("到達経路図：{own} に届く外部の相手", "Reach: who outside reaches {own}"; own)
        }
        (Side::From, true) => text!("到達範囲の一覧：{own}", "Reach: all that {own} reaches"; own),
        (Side::To, true) => text!("到達経路の一覧：{own}", "Reach: all who reach {own}"; own),
    }
}

/// The legend of a lit sheet.
pub(in crate::diagram::layout) fn legend(canvas: &mut Canvas, area: Area, side: Side, lang: Lang) {
    let none = Tag::default();
    let column = |at: usize| area.x + 7.0 + (area.w - 7.0) * [0.0, 0.36, 0.66][at.min(2)];
    let room = |at: usize, used: f32| (area.w - 7.0) * [0.36, 0.30, 0.34][at.min(2)] - used - 4.0;
    let y = |line: usize| area.y + 20.5 + 9.6 * line as f32;
    let write = |canvas: &mut Canvas, at: usize, used: f32, line: usize, text: Text| {
        let words = Words::new(text.get(lang), SMALL).room(room(at, used));
        canvas.words(Role::Furniture, &none, column(at) + used, y(line), words);
    };
    let head = Text::new("凡例", "Legend");
    let words = Words::new(head.get(lang), 8.0).bold();
    canvas.words(Role::Furniture, &none, area.x + 7.0, area.y + 10.5, words);
    let line = |canvas: &mut Canvas, at: usize, stroke: Stroke, arrow: bool| {
        let (x, y) = (column(0), y(at) - 2.4);
        let points = vec![Point { x, y }, Point { x: x + 24.0, y }];
        let shape = Shape::Line { points, radius: 0.0, stroke, arrow, halo: 0.0 };
        canvas.items.push(Item {
            shape,
            role: Role::Furniture,
            key: None,
            owner: None,
            ends: None,
            thing: None,
        });
    };
    line(canvas, 0, solid(GLOW, 6.4), false);
    line(canvas, 0, solid(INK, 2.3), true);
    write(canvas, 0, 29.0, 0, Text::new("太実線：確実に届く経路", "thick: certain"));
    line(canvas, 1, Stroke { colour: INK, width: 1.6, dash: PERHAPS }, true);
    question(canvas, Point { x: column(0) + 9.0, y: y(1) - 2.4 });
    write(canvas, 0, 29.0, 1, Text::new("破線と？：判定不能", "dashed, ?: not ruled out"));
    line(canvas, 2, solid(FAINT, 1.0), false);
    write(canvas, 0, 29.0, 2, Text::new("灰色：届く経路にないもの", "grey: on no way"));
    line(canvas, 3, solid(INK, 1.0), true);
    let relays = Text::new("細線：中継の先（数えない）", "thin: past a relay");
    write(canvas, 0, 29.0, 3, relays);
    write(
        canvas,
        0,
        0.0,
        4,
        Text::new("線上の番号・語：台帳の許可通信", "words at lines: as declared"),
    );
    let signs = Certainty::ALL.iter().filter(|it| **it != Certainty::Unconfigured);
    for (at, certainty) in signs.enumerate() {
        let sure = certainty.is_sure();
        let (fill, ink, stroke) = match sure {
            true => (INK, PAPER, solid(INK, 0.6)),
            false => (PAPER, INK, solid(SOFT, 0.4)),
        };
        let text = format!("{} SSH", sign(*certainty));
        chip(canvas, Point { x: column(1), y: y(at) }, &text, (fill, ink, stroke));
        let says = match certainty {
            Certainty::Configured => Text::new("設定により届く", "by configuration"),
            Certainty::Declared => Text::new("台帳の記載により届く", "as declared"),
            Certainty::Undetermined | Certainty::Unconfigured => {
                Text::new("判定不能", "undetermined")
            }
        };
        write(canvas, 1, 34.0, at, says);
    }
    write(canvas, 1, 0.0, 3, Text::new("他n件：ほかにn種のサービス", "+n: n more services"));
    write(canvas, 1, 0.0, 4, Text::new("矢印：通信を始める向き", "arrow: opens the session"));
    let square = |line: usize| Area { x: column(2), y: y(line) - 6.4, w: 14.0, h: 7.6 };
    canvas.rect(Role::Furniture, &none, square(0), (1.5, Some(PALE), Some(solid(INK, 2.0))));
    let reached = match side {
        Side::From => Text::new("届くシステム（と視点）", "reached; whose view"),
        Side::To => Text::new("届く相手と、届かれる対象", "who reaches; the target"),
    };
    write(canvas, 2, 18.0, 0, reached);
    let dashed = Stroke { colour: INK, width: 1.5, dash: PERHAPS };
    canvas.rect(Role::Furniture, &none, square(1), (1.5, Some(PAPER), Some(dashed)));
    write(canvas, 2, 18.0, 1, Text::new("届かないと言い切れない", "not ruled out"));
    canvas.rect(Role::Furniture, &none, square(2), (1.5, Some(PAPER), Some(solid(INK, 2.0))));
    write(canvas, 2, 18.0, 2, Text::new("白い太枠：通る機器・回線", "on the way"));
    if side == Side::From {
        let says = Text::new("院外の枠の札：折返しで届く相手", "tag outside: turned back to");
        write(canvas, 2, 0.0, 3, says);
    }
    let says = Text::new("遠隔操作の先は含まない", "not counted: going on by hand");
    write(canvas, 2, 0.0, 4, says);
}

fn chip(canvas: &mut Canvas, at: Point, text: &str, look: (Colour, Colour, Stroke)) {
    let none = Tag::default();
    let (fill, ink, stroke) = look;
    let w = font::width(text, SMALL, true) + 4.0;
    let area = Area { x: at.x, y: at.y - 6.4, w, h: 8.0 };
    canvas.rect(Role::Furniture, &none, area, (1.5, Some(fill), Some(stroke)));
    let words = Words::new(text, SMALL).bold().colour(ink);
    canvas.words(Role::Furniture, &none, at.x + 2.0, at.y, words);
}

/// The summary of a lit sheet.
pub(in crate::diagram::layout) fn summary(
    canvas: &mut Canvas,
    assessment: &Assessment,
    lit: &Lit,
    area: Area,
    lang: Lang,
) {
    let none = Tag::default();
    let edge = |y: f32| Point { x: area.x, y };
    canvas.rule(edge(area.y), edge(area.bottom()), solid(INK, 0.6));
    let mut y = area.y + 10.5;
    let mut write = |canvas: &mut Canvas, step: f32, words: Words<'_>| {
        canvas.words(Role::Furniture, &none, area.x + 7.0, y, words.room(area.w - 13.0));
        y += step;
    };
    let own = called(assessment, &lit.subject, lang);
    let head = match lit.side {
        Side::From => text!("要約　視点：{own}", "Summary, as seen by {own}"),
        Side::To => text!("要約　対象：{own}（外部から見た到達）", "Summary: {own}, from outside"),
    };
    write(canvas, 10.1, Words::new(head.get(lang), 8.0).bold());
    if !lit.entered {
        let says = Text::new(
            "どこから入るかが台帳にも設定にもなく、調べられません",
            "where it comes in is neither declared nor configured: not asked",
        );
        write(canvas, 9.8, Words::new(says.get(lang), 7.6).bold().colour(ALARM));
        let says = Text::new(
            "（届かないという意味ではありません）",
            "(this does not mean that nothing is reached)",
        );
        write(canvas, 9.4, Words::new(says.get(lang), SMALL));
        return;
    }
    if lit.ways.is_empty() {
        let says = Text::new(
            "通る通信は、可能性を含めて見つかりません",
            "nothing passes, nor is anything left open",
        );
        write(canvas, 9.8, Words::new(says.get(lang), 7.6).bold());
        let says = Text::new(
            "（前提：台帳と機器の設定に書かれた経路がすべてであること）",
            "(provided that all ways in are declared or configured)",
        );
        write(canvas, 9.4, Words::new(says.get(lang), SMALL));
        return;
    }
    let ends = match lit.side {
        Side::From => lit.ends(&[EntityKind::System]),
        Side::To => lit.ends(EntityKind::ALL),
    };
    let (sure, configured, declared, open) = tally(&ends);
    let all = assessment.inventory.systems.len();
    let says = match lit.side {
        Side::From => text!(
            "届くシステム {sure}／{all}（設定により {configured}・台帳の記載により {declared}）",
            "{sure} of {all} systems reached ({configured} by configuration, {declared} as declared)"
        ),
        Side::To => text!(
            "届く外部の相手 {sure}（設定により {configured}・台帳の記載により {declared}）",
            "{sure} outside reach it ({configured} by configuration, {declared} as declared)"
        ),
    };
    write(canvas, 9.8, Words::new(says.get(lang), 7.6).bold());
    let says = match lit.side {
        Side::From if lit.as_anybody => text!(
            "ほかに判定不能 {open} システム（誰もが届くものは除く：--reach internet）",
            "{open} more undetermined; without what anybody reaches (--reach internet)"
        ),
        Side::From => text!(
            "ほかに判定不能 {open} システム（届かないと言い切れない）",
            "{open} more undetermined (not ruled out)"
        ),
        Side::To => text!(
            "ほかに判定不能 {open} 者（届かないと言い切れない）",
            "{open} more undetermined (not ruled out)"
        ),
    };
    write(canvas, 9.4, Words::new(says.get(lang), 7.2));
    if lit.side == Side::From {
        let count = |kind| lit.ends(&[kind]).len();
        let (devices, zones, parties) =
            (count(EntityKind::Device), count(EntityKind::Zone), count(EntityKind::Party));
        let says = text!(
            "判定不能を含む：機器の管理 {devices}・未登録機器の網 {zones}・他事業者 {parties}",
            "also, or undetermined: {devices} devices managed, unlisted hosts of {zones} zones, {parties} parties"
        );
        write(canvas, 9.4, Words::new(says.get(lang), SMALL));
    }
    if !lit.unread.is_empty() {
        let names: Vec<Text> =
            lit.unread.iter().map(|it| Text::same(called(assessment, it, lang))).collect();
        let names = Text::list(&names);
        let says = text!("設定未読の経路機器：{names}", "on the way, not read: {names}"; names);
        write(canvas, 9.4, Words::new(says.get(lang), SMALL).colour(SOFT));
    }
    if let Some(first) = lit.doubts.first() {
        let more = lit.doubts.len() - 1;
        let says = match more {
            0 => text!("判定不能の理由：{first}", "why undetermined: {first}"; first),
            _ => {
                text!("判定不能の理由：{first} ほか{more}", "why undetermined: {first}, {more} more"; first)
            }
        };
        write(canvas, 9.4, Words::new(says.get(lang), SMALL).colour(SOFT));
    }
}

/// How many are reached for certain, of these by configuration and as declared; how many are open.
fn tally(ends: &BTreeMap<&EntityRef, Certainty>) -> (usize, usize, usize, usize) {
    let count = |of: Certainty| ends.values().filter(|it| **it == of).count();
    let (configured, declared) = (count(Certainty::Configured), count(Certainty::Declared));
    (configured + declared, configured, declared, count(Certainty::Undetermined))
}
