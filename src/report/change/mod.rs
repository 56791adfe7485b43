//! What changed between two states, for people: the same lists on the terminal, as Markdown, as a page
//! and as a workbook. What nobody explained comes first.

mod lists;
mod markdown;
mod page;
mod sheet;
mod terminal;

use crate::change::{Change, Difference, How, Nature, Record};
use crate::locale::{Lang, Text, one_line};
use crate::model::Vocabulary as _;
use crate::report::answer::difference::Caused;
use crate::text;

/// Two records and what differs.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// What the older and the newer state are called: what was typed, or a snapshot.
    pub called: [&'a Text; 2],
    /// The older record.
    pub old: &'a Record,
    /// The newer one.
    pub new: &'a Record,
    /// What differs.
    pub difference: &'a Difference,
    /// By what reach changed, for the formats that do not tell it elsewhere.
    pub causes: &'a [Caused],
    /// The language of the words that are ours.
    pub lang: Lang,
}

impl Changed<'_> {
    /// For a terminal.
    pub fn text(&self, style: super::terminal::Style) -> String {
        terminal::write(self, style)
    }

    /// For a wiki, a ticket or a mail.
    pub fn markdown(&self) -> String {
        markdown::write(self)
    }

    /// One page that opens from a USB stick and prints on A4. The error is that of a damaged program.
    pub fn html(&self) -> Result<String, minijinja::Error> {
        page::write(self)
    }

    /// A workbook, a list a sheet. The error is that of the writer of workbooks.
    pub fn xlsx(&self) -> Result<Vec<u8>, super::NotMade> {
        sheet::write(self)
    }

    /// A sentence in the language of the answer, harmless and on one line.
    fn say(&self, text: &Text) -> String {
        one_line(text.get(self.lang)).into_owned()
    }

    /// The two states, each in a line.
    fn states(&self) -> [Text; 2] {
        let state = |label: Text, name: &Text, it: &Record| {
            let (day, tool) = (it.as_of, &it.tool);
            let by = |how: How| {
                it.looked.iter().filter(|it| it.unread.is_none() && it.how == how).count()
            };
            let looked = by(How::Configuration);
            let (watched, probed) = (by(How::Capture), by(How::Probe));
            let seen = match (watched, probed) {
                (0, 0) => Text::default(),
                _ => text!(
                    "、観測{watched}件、疎通確認{probed}回",
                    ", captures: {watched}, runs of probes: {probed}"
                ),
            };
            let revision = it.revision.as_deref().unwrap_or("—");
            text!(
                "{label}: {name}、基準日 {day}、台帳の版 {revision}、設定を確認したファイル {looked}{seen}（{tool}）",
                "{label}: {name}, as of {day}, revision {revision}, configurations read: {looked}{seen} ({tool})"; label, name, seen
            )
        };
        let [old, new] = self.called;
        [
            state(Text::new("前回", "before"), old, self.old),
            state(Text::new("今回", "now"), new, self.new),
        ]
    }

    /// How much changed, in a sentence.
    fn tally(&self) -> Text {
        let changes = &self.difference.changes;
        let untold = self.difference.untold().count();
        if changes.is_empty() && untold > 0 {
            return text!(
                "台帳と、比較した設定の項目に変化はありません。ただし設定ファイル {untold}件は、比較の対象にない行が変わっています。",
                "Neither the ledger nor what is compared of configurations changed. But {untold} configuration files changed in lines that are not compared."
            );
        }
        if changes.is_empty() {
            return Text::new(
                "台帳・設定に変化はありません。",
                "Neither ledger nor configurations changed.",
            );
        }
        let natures = Nature::ALL.iter().filter_map(|nature| {
            let count = changes.iter().filter(|it| it.nature == *nature).count();
            let label = nature.label();
            (count > 0).then(|| text!("{label} {count}件", "{label}: {count}"; label))
        });
        let natures = Text::list(&natures.collect::<Vec<_>>());
        let natures = match untold {
            0 => natures,
            _ => text!(
                "{natures}、比較の対象にない行が変わった設定ファイル {untold}件",
                "{natures}, configuration files changed in lines that are not compared: {untold}"; natures
            ),
        };
        let asked = changes.iter().any(|it| it.nature != Nature::Scope && !it.follows);
        match self.difference.unexplained().count() {
            0 if !asked => text!(
                "{natures}。確認範囲の変更には、理由と承認者は要りません。",
                "{natures}. Scope changes need no reason."; natures
            ),
            0 => text!(
                "{natures}。理由と承認者の書かれていない変更はありません。",
                "{natures}. Somebody said why of every change."; natures
            ),
            open => text!(
                "{natures}。うち理由と承認者の書かれていない変更が {open}件あります。",
                "{natures}. Of {open} nobody said why, and who approved it."; natures
            ),
        }
    }
}

/// What a thing is called in the list, with its id or ids.
fn called(change: &Change) -> Text {
    let name = &change.name;
    let key = change.kind.key();
    let old = change.old.join(", ");
    let new = change.new.join(", ");
    let ids = match () {
        () if old.is_empty() || old == new => format!("{key}/{new}"),
        () if new.is_empty() => format!("{key}/{old}"),
        () => format!("{key}/{old} → {new}"),
    };
    text!("{name}（{ids}）", "{name} ({ids})"; name)
}
