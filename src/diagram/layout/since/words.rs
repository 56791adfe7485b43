//! Name, legend and summary of a sheet that shows a difference.

use crate::audit::Assessment;
use crate::diagram::font;
use crate::diagram::layout::canvas::{Canvas, Tag, Words};
use crate::diagram::layout::content::Note;
use crate::diagram::layout::legend::Columns;
use crate::diagram::layout::style::{self, ALARM, Carriage, INK, Look, PAPER, SMALL, SOFT, solid};
use crate::diagram::scene::{Area, Point, Role};
use crate::diagram::since::{Since, Turn};
use crate::locale::{Lang, Text};
use crate::model::EntityKind;
use crate::text;
use crate::topology::Corroboration;

/// What the drawing is called.
pub(in crate::diagram::layout) fn name(list: bool) -> Text {
    match list {
        false => Text::new(
            "外部接続構成図（前回との差分）",
            "External connections (difference since last time)",
        ),
        true => Text::new("前回からの変更一覧", "Changes since last time"),
    }
}

/// The legend of a sheet that shows a difference.
pub(in crate::diagram::layout) fn legend(canvas: &mut Canvas, area: Area, lang: Lang) {
    let none = Tag::default();
    let head = Text::new("凡例", "Legend");
    let words = Words::new(head.get(lang), 8.0).bold();
    canvas.words(Role::Furniture, &none, area.x + 7.0, area.y + 10.5, words);
    let looks = [
        (Look::New, Turn::New, Text::new("太枠・極太線：新しくできた", "bold: new")),
        (Look::Gone, Turn::Gone, Text::new("破線の影：なくなった", "dashed: gone")),
        (Look::Changed, Turn::Changed, Text::new("札に変更の内容", "chip: changed")),
        (Look::Scope, Turn::Scope, Text::new("点線枠：確認範囲の違い", "dots: other scope")),
    ];
    let chip = |look: Look, turn: Turn| {
        let note = Note { look, words: vec![format!("{}1", turn.label().get(lang))] };
        let width = note.fitting(60.0).map_or(0.0, |it| it.1);
        (note, width)
    };
    let chips = looks.iter().map(|(look, turn, _)| chip(*look, *turn).1);
    let beside = 18.0 + chips.fold(0.0, f32::max) + 4.0;
    let numbers = Text::new("札の番号：変更一覧の番号", "chip numbers: list of changes");
    let traffic = [
        (Some(Look::New), Text::new("新しい通信", "new traffic")),
        (Some(Look::Gone), Text::new("なくなった通信", "traffic that is gone")),
        (None, Text::new("前回から変わらない通信", "as it was")),
    ];
    let badges = Text::new("外部接続番号（白抜きは前回）", "hollow: before");
    let colours = Text::new("青：閉域 緑：暗号化 茶：暗号化なし", "blue closed, green encrypted");
    let states = [
        (Corroboration::Confirmed, Text::new("太線：機器の設定と一致", "thick: as configured")),
        (Corroboration::NotLooked, Text::new("実線：台帳の記載のみ", "solid: declared")),
        (Corroboration::NotSeen, Text::new("点線：設定に見当たらない", "dotted: not found")),
        (Corroboration::Conflicting, Text::new("一点鎖線：台帳と不一致", "dash-dot: differs")),
        (Corroboration::Undeclared, Text::new("赤破線：台帳未記載", "red: undeclared")),
    ];
    let own = looks.iter().map(|it| (beside, &it.2)).chain([(0.0, &numbers)]);
    let lines = traffic.iter().map(|it| (27.0, &it.1)).chain([(27.0, &badges), (0.0, &colours)]);
    let strokes = states.iter().map(|it| (26.0, &it.1));
    let columns = Columns::of(area, &[own.collect(), lines.collect(), strokes.collect()], lang);
    let x = |at: usize| columns.x(at);
    let y = |line: usize| area.y + 20.5 + 9.6 * line as f32;
    let write = |canvas: &mut Canvas, at: usize, used: f32, line: usize, text: &Text| {
        let words = Words::new(text.get(lang), SMALL).room(columns.room(at, used));
        canvas.words(Role::Furniture, &none, x(at) + used, y(line), words);
    };
    for (line, (look, turn, says)) in looks.iter().enumerate() {
        let square = Area { x: x(0), y: y(line) - 6.4, w: 14.0, h: 7.6 };
        let (fill, stroke) = look.boxed(Some(PAPER), Some(solid(INK, 1.0)));
        canvas.rect(Role::Furniture, &none, square, (1.5, fill, stroke));
        let (note, width) = chip(*look, *turn);
        canvas.note(&none, x(0) + 18.0 + width, y(line) - 0.2, 60.0, &note);
        write(canvas, 0, beside, line, says);
    }
    write(canvas, 0, 0.0, 4, &numbers);
    for (line, (look, says)) in traffic.iter().enumerate() {
        let usual = style::route(Carriage::Closed, Corroboration::NotLooked);
        let stroke = look.map_or(usual.clone(), |it| it.line(usual, 3.4));
        let at = y(line) - 2.4;
        let points = vec![Point { x: x(1), y: at }, Point { x: x(1) + 22.0, y: at }];
        canvas.line(Role::Furniture, &none, points, stroke, true, None);
        write(canvas, 1, 27.0, line, says);
    }
    canvas.badge(&none, Point { x: x(1) + 6.0, y: y(3) - 2.4 }, "1", SOFT);
    canvas.hollow(&none, Point { x: x(1) + 18.0, y: y(3) - 2.4 }, "2", Look::Gone);
    write(canvas, 1, 27.0, 3, &badges);
    write(canvas, 1, 0.0, 4, &colours);
    for (line, (state, says)) in states.iter().enumerate() {
        let at = y(line) - 2.4;
        let points = vec![Point { x: x(2), y: at }, Point { x: x(2) + 22.0, y: at }];
        let stroke = style::route(Carriage::Closed, *state);
        canvas.line(Role::Furniture, &none, points, stroke, false, None);
        write(canvas, 2, 26.0, line, says);
    }
}

/// The summary of a sheet that shows a difference.
pub(in crate::diagram::layout) fn summary(
    canvas: &mut Canvas,
    assessment: &Assessment,
    since: &Since<'_>,
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
    let edition = |it: &Assessment| {
        let revision = it.inventory.revision.as_ref().map(|it| format!("{} ", it.value));
        format!("{}{}", revision.unwrap_or_default(), it.as_of)
    };
    let (before, now) = (edition(since.old), edition(assessment));
    let head = text!("差分の要約　前回 {before} → 今回 {now}", "Summary: {before} → {now}");
    write(canvas, 10.3, Words::new(head.get(lang), 8.0).bold());
    let count = |turn: Turn| since.count(turn);
    let (new, gone, changed, scope) =
        (count(Turn::New), count(Turn::Gone), count(Turn::Changed), count(Turn::Scope));
    let all = since.changes.len();
    let tally = text!(
        "変更 {all} 件：新設 {new}・廃止 {gone}・変更 {changed}・確認範囲 {scope}",
        "{all} changes: {new} new, {gone} gone, {changed} changed, {scope} by scope"
    );
    write(canvas, 10.0, Words::new(tally.get(lang), 7.6).bold());
    let (was, is) = (since.old.inventory.connections.len(), assessment.inventory.connections.len());
    let connections = |turn: Turn| {
        let own = |it: &&crate::diagram::since::Told| {
            let mut things = it.old.iter().chain(&it.new);
            it.turn == turn && things.any(|it| it.kind == EntityKind::Connection)
        };
        since.changes.iter().filter(own).count()
    };
    let (new, gone) = (connections(Turn::New), connections(Turn::Gone));
    // Lines that were there, and that only the ledger has got or lost.
    let listed = |now: bool| {
        let own = |it: &&crate::diagram::since::Told| {
            let (with, without) = if now { (&it.new, &it.old) } else { (&it.old, &it.new) };
            let of = with.iter().any(|it| it.kind == EntityKind::Connection);
            it.turn == Turn::Changed && of && without.is_empty()
        };
        let count = since.changes.iter().filter(own).count();
        let word = crate::diagram::since::listed(now);
        match count {
            0 => Text::default(),
            _ => text!("・{word} {count}", ", {count} {word}"; word),
        }
    };
    let (entered, struck) = (listed(true), listed(false));
    let says = text!(
        "外部接続 {was} → {is} 件（新設 {new}・廃止 {gone}{entered}{struck}）",
        "connections: {was} → {is} ({new} new, {gone} gone{entered}{struck})"; entered, struck
    );
    write(canvas, 9.8, Words::new(says.get(lang), 7.2));
    let open: Vec<usize> = since
        .changes
        .iter()
        .zip(1..)
        .filter(|(it, _)| it.unexplained)
        .map(|(_, number)| number)
        .collect();
    let count = open.len();
    if count == 0 {
        let says = Text::new("説明のない変更：なし", "every change is explained");
        write(canvas, 9.6, Words::new(says.get(lang), 7.2).bold());
    } else {
        let numbers = runs(&open);
        let named = text!(
            "説明のない変更：{count} 件（番号 {numbers}）",
            "unexplained: {count} (numbers {numbers})"
        );
        // Half a list of numbers would be taken for the whole.
        let marked = text!(
            "説明のない変更：{count} 件（変更一覧の★）",
            "unexplained: {count} (★ in the list of changes)"
        );
        let fits = font::width(named.get(lang), SMALL, true) <= area.w - 13.0;
        let says = if fits { named } else { marked };
        write(canvas, 9.6, Words::new(says.get(lang), 7.2).bold().colour(ALARM));
    }
    let unseen = unseen(assessment);
    let says = text!(
        "今回の外部接続のうち、設定で確かめていないもの {unseen} 件",
        "connections now that no configuration confirms: {unseen}"
    );
    write(canvas, 9.4, Words::new(says.get(lang), SMALL).colour(SOFT));
}

/// Numbers in few words: three and more that follow one another as the first and the last of them.
fn runs(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let told = runs.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}・{last}"),
        _ => format!("{first}–{last}"),
    });
    told.collect::<Vec<String>>().join("・")
}

/// How many declared connections no configuration confirms.
fn unseen(assessment: &Assessment) -> usize {
    let confirmed = |id: &str| {
        let thing = crate::model::EntityRef::new(EntityKind::Connection, id);
        assessment.topology.corroboration(&thing) == Corroboration::Confirmed
    };
    let all = assessment.inventory.connections.iter();
    all.filter(|it| !confirmed(&it.id.value)).count()
}
