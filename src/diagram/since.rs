//! What a drawing compares with: the state before, and what became of it. The list is given; the
//! drawing finds nothing out by itself, so that its numbers are those of the list.

use crate::audit::Assessment;
use crate::locale::Text;
use crate::model::EntityRef;

/// The state before a drawing, and how it differs.
#[derive(Clone, Debug)]
pub struct Since<'a> {
    /// The state before.
    pub old: &'a Assessment,
    /// What changed, in the order in which it is numbered from 1.
    pub changes: Vec<Told>,
}

/// What happened to a thing, as a drawing shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// 新設
    New,
    /// 廃止
    Gone,
    /// 変更
    Changed,
    /// 確認範囲: it may have been there all the time, or may still be there.
    Scope,
}

impl Turn {
    /// The word on its chips.
    pub fn label(self) -> Text {
        match self {
            Self::New => Text::new("新設", "new "),
            Self::Gone => Text::new("廃止", "gone "),
            Self::Changed => Text::new("変更", "chg "),
            Self::Scope => Text::new("範囲", "scope "),
        }
    }
}

/// One change of the list.
#[derive(Clone, Debug)]
pub struct Told {
    /// What happened.
    pub turn: Turn,
    /// What it was before: several when they were joined, none when it is new.
    pub old: Vec<EntityRef>,
    /// What it is now: several when it was split, none when it is gone.
    pub new: Vec<EntityRef>,
    /// What happened in very few words, as 移設 or 番号変更.
    pub word: Text,
    /// What people call it.
    pub name: Text,
    /// From what to what.
    pub detail: Text,
    /// Who approved it and why; none when nobody said so.
    pub explained: Option<Text>,
    /// Whether somebody should have said why.
    pub unexplained: bool,
}

impl Since<'_> {
    /// What a thing of the state before is called now; `None` when it is gone.
    pub fn now(&self, old: &EntityRef) -> Option<EntityRef> {
        let change = self.changes.iter().find(|it| it.old.contains(old) && !it.new.is_empty());
        let same = |it: &&Told| it.new.contains(old);
        let change = match self.changes.iter().filter(|it| it.old.contains(old)).find(same) {
            Some(_) => return Some(old.clone()),
            None => change,
        };
        match change {
            Some(change) => change.new.first().cloned(),
            None if self.changes.iter().any(|it| it.old.contains(old)) => None,
            None => Some(old.clone()),
        }
    }

    /// The changes of a thing, numbered; by what it is called now or, when it is gone, was.
    pub fn of<'s>(&'s self, thing: &'s EntityRef, gone: bool) -> impl Iterator<Item = (usize, &'s Told)> {
        let numbered = self.changes.iter().zip(1..);
        numbered
            .filter(move |(it, _)| if gone { it.old.contains(thing) } else { it.new.contains(thing) })
            .map(|(it, number)| (number, it))
    }

    /// How many changes there are of a sort.
    pub fn count(&self, turn: Turn) -> usize {
        self.changes.iter().filter(|it| it.turn == turn).count()
    }
}
