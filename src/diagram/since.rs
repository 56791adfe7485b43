//! What a drawing compares with: the state before, and what became of it. The list is given; the
//! drawing finds nothing out by itself, so that its numbers are those of the list.

use crate::audit::Assessment;
use crate::change::{Change, Difference, Nature, What, Words};
use crate::locale::{Text, shown};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::text;
use crate::topology::{Corroboration, ExternalPath};

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
    pub fn told<'s>(
        &'s self,
        thing: &'s EntityRef,
        gone: bool,
    ) -> impl Iterator<Item = (usize, &'s Told)> {
        let numbered = self.changes.iter().zip(1..);
        numbered
            .filter(
                move |(it, _)| if gone { it.old.contains(thing) } else { it.new.contains(thing) },
            )
            .map(|(it, number)| (number, it))
    }

    /// How many changes there are of a sort.
    pub fn count(&self, turn: Turn) -> usize {
        self.changes.iter().filter(|it| it.turn == turn).count()
    }
}

impl<'a> Since<'a> {
    /// What a drawing of `new` tells of a difference from `old`.
    pub fn of(old: &'a Assessment, new: &Assessment, difference: &Difference) -> Self {
        let names = Names { old, new, words: Words::new() };
        Self { old, changes: difference.changes.iter().map(|it| names.one(it)).collect() }
    }
}

/// What things are called on either side.
struct Names<'n> {
    old: &'n Assessment,
    new: &'n Assessment,
    words: Words,
}

/// What tells most of a thing that is new or gone, by kind: fields of the inventory.
const TELLING: &[(EntityKind, &[&str])] = &[
    (EntityKind::Site, &["address"]),
    (EntityKind::Zone, &["kind", "networks"]),
    (EntityKind::Party, &["kind", "networks"]),
    (EntityKind::Circuit, &["provider", "kind", "circuit_id"]),
    (EntityKind::Device, &["kind", "vendor", "model", "location"]),
    (EntityKind::System, &["kind", "zone", "addresses"]),
    (EntityKind::Connection, &["party", "transport", "at"]),
    (EntityKind::Flow, &["services"]),
    (EntityKind::Backup, &["of", "media"]),
    (EntityKind::Waiver, &["reason", "expires"]),
    (EntityKind::Document, &["version", "date"]),
];

impl Names<'_> {
    fn one(&self, change: &Change) -> Told {
        let things = |ids: &[String]| -> Vec<EntityRef> {
            ids.iter().map(|id| EntityRef::new(change.kind, id)).collect()
        };
        let listed = self.listed(change);
        let turn = match (change.nature, change.main()) {
            (Nature::Scope, _) => Turn::Scope,
            _ if listed.is_some() => Turn::Changed,
            (_, What::Added) => Turn::New,
            (_, What::Removed) => Turn::Gone,
            _ => Turn::Changed,
        };
        let words = change.what.iter().filter_map(|it| word(*it)).chain(listed);
        let words: Vec<Text> = words.collect();
        let explained = change.explained.as_ref().map(|it| {
            let (reason, by) = (&it.reason, &it.approved_by);
            text!("{reason}（承認：{by}）", "{reason} (approved by {by})")
        });
        Told {
            turn,
            old: things(&change.old),
            new: things(&change.new),
            word: Text::list(&words),
            name: change.name.clone(),
            detail: self.detail(change),
            explained,
            unexplained: change.is_unexplained(),
        }
    }

    /// What happened to a connection that only one of the ledgers has, where devices were configured for
    /// it in both years.
    fn listed(&self, change: &Change) -> Option<Text> {
        let (now, id, with, without) = match (change.main(), &*change.old, &*change.new) {
            (What::Added, _, [id]) => (true, id, self.new, self.old),
            (What::Removed, [id], _) => (false, id, self.old, self.new),
            _ => return None,
        };
        let thing = EntityRef::new(change.kind, id);
        let is = |it: &&ExternalPath| it.declared.as_ref().is_some_and(|(it, _)| *it == thing);
        let bare = |way: &ExternalPath| {
            let same = |it: &ExternalPath| {
                it.thing == way.thing && it.corroboration == Corroboration::Undeclared
            };
            without.topology.paths().iter().any(same)
        };
        with.topology.paths().iter().filter(is).any(bare).then(|| listed(now))
    }

    /// What changed in it, attribute by attribute, and why it is taken for the same.
    fn detail(&self, change: &Change) -> Text {
        const MOST: usize = 4;
        let mut parts: Vec<Text> = match change.main() {
            What::Added => self.told(self.new, change.kind, &change.new),
            What::Removed => self.told(self.old, change.kind, &change.old),
            _ => Vec::new(),
        };
        let shown = shown(change.attributes.len(), MOST);
        for attribute in change.attributes.iter().take(shown) {
            let label = &attribute.label;
            let old = self.said(self.old, change.kind, &attribute.key, &attribute.old);
            let new = self.said(self.new, change.kind, &attribute.key, &attribute.new);
            parts.push(match (attribute.old.is_empty(), attribute.new.is_empty()) {
                (true, _) => text!("{label}：{new} を追加", "{label}: added {new}"; label, new),
                (_, true) => text!("{label}：{old} を削除", "{label}: removed {old}"; label, old),
                _ => text!("{label}：{old} → {new}", "{label}: {old} → {new}"; label, old, new),
            });
        }
        let more = change.attributes.len().saturating_sub(shown);
        if more > 0 {
            parts.push(text!("ほか{more}項目", "{more} more"));
        }
        if change.old.len() > 1 || change.new.len() > 1 {
            let kind = change.kind;
            let list = |state: &Assessment, ids: &[String]| {
                let names = ids
                    .iter()
                    .map(|id| Text::same(state.inventory.name_of(&EntityRef::new(kind, id))));
                Text::list(&names.collect::<Vec<Text>>())
            };
            let (old, new) = (list(self.old, &change.old), list(self.new, &change.new));
            parts.push(text!("{old} → {new}", "{old} → {new}"; old, new));
        }
        if let Some(identity) = &change.identity {
            let (sure, reason) = (identity.confidence.label(), &identity.reason);
            parts.push(text!("同一と判断（{sure}）：{reason}", "the same ({sure}): {reason}"; sure, reason));
        }
        parts.extend(change.note.clone());
        Text::list(&parts)
    }

    /// What a thing is that only one of the states has.
    fn told(&self, state: &Assessment, kind: EntityKind, ids: &[String]) -> Vec<Text> {
        let Some(thing) = ids.first().map(|id| EntityRef::new(kind, id)) else { return Vec::new() };
        if let Some(path) = state.topology.paths().iter().find(|it| it.thing == thing) {
            return vec![path.kind.label(), path.corroboration.label()];
        }
        let telling = TELLING.iter().find(|it| it.0 == kind).map_or(&[][..], |it| it.1);
        let stated = state.inventory.stated(&thing);
        let said = telling.iter().filter_map(|key| stated.iter().find(|it| it.key == *key));
        said.map(|it| self.said(state, kind, &it.key, &it.value)).collect()
    }

    /// Values in words: a reference by its name.
    fn said(&self, state: &Assessment, kind: EntityKind, key: &str, values: &[String]) -> Text {
        const MOST: usize = 3;
        let called = |thing: &EntityRef| Some(state.inventory.name_of(thing).to_owned());
        let first = values.iter().take(shown(values.len(), MOST));
        let mut said: Vec<Text> =
            first.map(|value| self.words.value(kind, key, value, called)).collect();
        let more = values.len().saturating_sub(said.len());
        if more > 0 {
            said.push(text!("ほか{more}", "{more} more"));
        }
        Text::list(&said)
    }
}

/// What happened to a line that stayed what it was: a ledger has it now, or no longer.
pub(in crate::diagram) fn listed(now: bool) -> Text {
    match now {
        true => Text::new("台帳に記載", "declared"),
        false => Text::new("台帳から削除", "no longer declared"),
    }
}

/// What happened in the words of a chip.
fn word(what: What) -> Option<Text> {
    match what {
        What::Added | What::Removed | What::Changed => None,
        What::Split => Some(Text::new("分割", "split")),
        What::Merged => Some(Text::new("統合", "merged")),
        What::Replaced => Some(Text::new("交換", "replaced")),
        What::Renamed => Some(Text::new("名称変更", "renamed")),
        What::Renumbered => Some(Text::new("番号変更", "renumbered")),
        What::Moved => Some(Text::new("移設", "moved")),
    }
}
