//! Every way in words: what the tags have no room for.

use super::words::called;
use crate::audit::Assessment;
use crate::diagram::layout::lanes::Sheet;
use crate::diagram::layout::list::{List, Scale};
use crate::diagram::lit::{Lit, Side};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef, Vocabulary};

/// The table of the ways; things that are reached alike share a line.
pub(in crate::diagram::layout) fn table(
    assessment: &Assessment,
    lit: &Lit,
    scale: Scale,
    sheet: Sheet,
    lang: Lang,
) -> List {
    let columns = vec![
        (Text::new("外部の相手", "outsider"), 0.14),
        (Text::new("入ってくる線", "comes in by"), 0.13),
        (Text::new("届く先", "reaches"), 0.27),
        (Text::new("サービス", "services"), 0.14),
        (Text::new("確かさ", "certainty"), 0.13),
        (Text::new("通る機器・ゾーン（通信1例）", "passes (one packet)"), 0.19),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for way in &lit.ways {
        let subject = if lit.side == Side::From { &way.to } else { &way.from };
        let called = |thing: &EntityRef| called(assessment, thing, lang);
        let passes: Vec<String> =
            way.passes.iter().filter(|it| **it != way.to).map(called).collect();
        let what = match way.to.kind {
            EntityKind::Device => Text::new("（管理）", " (management)"),
            EntityKind::Zone => Text::new("（台帳にない機器）", " (hosts not declared)"),
            _ => Text::new("", ""),
        };
        let to = format!("{}{}", called(&way.to), what.get(lang));
        for (certainty, services) in &way.services {
            let mark = super::tags::sign(*certainty);
            let same = [
                called(&way.from),
                called(&way.by),
                services.words().get(lang).to_owned(),
                format!("{mark} {}", certainty.label().get(lang)),
                passes.join(" → "),
            ];
            match rows.iter_mut().find(|it| it.same == same && it.room() >= to.chars().count()) {
                Some(row) => row.to.push(to.clone()),
                None => rows.push(Row { subject: subject.clone(), to: vec![to.clone()], same }),
            }
        }
    }
    let rows = rows.into_iter().map(|row| {
        let [from, by, services, certainty, passes] = row.same;
        (row.subject, vec![from, by, row.to.join("、"), services, certainty, passes])
    });
    let title = Text::new("到達範囲の一覧", "Everything that is reached");
    List::of(title, columns, rows.collect(), scale, sheet, lang)
}

/// Things that are reached alike.
struct Row {
    /// The first of them.
    subject: EntityRef,
    to: Vec<String>,
    /// Outsider, line, services, certainty, what is passed.
    same: [String; 5],
}

impl Row {
    /// How many characters still find room in its four lines.
    fn room(&self) -> usize {
        const MOST: usize = 90;
        MOST.saturating_sub(self.to.iter().map(|it| it.chars().count() + 1).sum())
    }
}
