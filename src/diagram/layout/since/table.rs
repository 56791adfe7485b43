//! Every change in words, under the numbers that the drawing shows.

use crate::diagram::layout::lanes::Sheet;
use crate::diagram::layout::list::{List, Scale};
use crate::diagram::since::{Since, Turn};
use crate::locale::{Lang, Text};
use crate::model::Vocabulary;

/// The list of changes.
pub(in crate::diagram::layout) fn table(
    since: &Since<'_>,
    scale: Scale,
    sheet: Sheet,
    lang: Lang,
) -> List {
    let columns = vec![
        (Text::new("番号", "No."), 0.04),
        (Text::new("区分", "change"), 0.10),
        (Text::new("種別", "kind"), 0.08),
        (Text::new("名称", "name"), 0.17),
        (Text::new("内容（前回 → 今回）", "what (before → now)"), 0.37),
        (Text::new("理由・承認", "reason, approval"), 0.24),
    ];
    let say = |text: &Text| text.get(lang).to_owned();
    let rows = since.changes.iter().zip(1..).filter_map(|(told, number)| {
        let thing = told.new.first().or(told.old.first())?;
        let word = say(&told.word);
        let what = match (told.turn, word.is_empty()) {
            (Turn::Changed, false) => word,
            (Turn::Scope, false) => format!("{} {word}", say(&told.turn.label())),
            _ => say(&told.turn.label()),
        };
        let why = match &told.explained {
            Some(why) => say(why),
            None if told.unexplained => say(&Text::new("★ 説明なし", "★ unexplained")),
            None => "―".to_owned(),
        };
        let texts = vec![
            number.to_string(),
            what,
            say(&thing.kind.label()),
            say(&told.name),
            say(&told.detail),
            why,
        ];
        Some((thing.clone(), texts))
    });
    let title = Text::new("前回からの変更一覧", "Changes since last time");
    List::of(title, columns, rows.collect(), scale, sheet, lang)
}
