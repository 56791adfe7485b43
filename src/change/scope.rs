//! What was looked at in each of two records: nothing is told as new or gone that was only looked at
//! for the first time, or not any more.

use super::record::{How, Record, Source, Thing};
use super::renames::Renames;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::text;
use crate::topology::{Corroboration, PathKind};
use std::collections::{BTreeMap, BTreeSet};

/// What was read of one thing.
#[derive(Debug, Default)]
struct Look<'r> {
    texts: BTreeSet<&'r str>,
    files: usize,
    unknown: usize,
    /// How many of the files may be less than what the device does.
    doubtful: usize,
}

/// What was read of each thing in two records, by newer ids.
#[derive(Debug)]
pub(super) struct Looks<'r> {
    was: BTreeMap<EntityRef, Look<'r>>,
    is: BTreeMap<EntityRef, Look<'r>>,
    /// Whether one version of the program read both.
    same_reader: bool,
    /// What was observed and probed.
    saw: BTreeSet<(How, &'r str)>,
    sees: BTreeSet<(How, &'r str)>,
}

/// How two looks at one thing compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// Whether it was looked at.
    pub(super) was: bool,
    /// Whether it is.
    pub(super) is: bool,
    /// Whether the very same text was read both times, by the very same reader: what differs then is
    /// the ledger beside it.
    pub(super) unchanged: bool,
    /// Whether the very same text was read both times, and perhaps by another reader.
    pub(super) same: bool,
    /// Whether more of it was seen before: more files, or fewer lines that nobody understands.
    pub(super) less: bool,
    /// Whether more of it is seen now.
    pub(super) more: bool,
    /// By which look at the wire; none for a configuration.
    pub(super) by: Option<How>,
}

impl<'r> Looks<'r> {
    pub(super) fn new(old: &'r Record, new: &'r Record, renames: &Renames) -> Self {
        let none = Renames::default();
        Self {
            was: looks(old, renames),
            is: looks(new, &none),
            same_reader: old.tool == new.tool,
            saw: eyes(old),
            sees: eyes(new),
        }
    }

    /// How the wire was looked at in one way, by capture or by probe.
    pub(super) fn by(&self, how: How) -> Sight {
        let of = |all: &BTreeSet<(How, &'r str)>| -> BTreeSet<&'r str> {
            all.iter().filter(|it| it.0 == how).map(|it| it.1).collect()
        };
        let (was, is) = (of(&self.saw), of(&self.sees));
        let same = was == is;
        let unchanged = same && self.same_reader;
        Sight {
            was: !was.is_empty(),
            is: !is.is_empty(),
            same,
            unchanged,
            by: Some(how),
            ..Sight::default()
        }
    }

    /// How the wire was looked at, in whatever way.
    pub(super) fn by_eye(&self) -> Sight {
        let (captures, probes) = (self.by(How::Capture), self.by(How::Probe));
        if captures.was == captures.is && probes.was != probes.is { probes } else { captures }
    }

    /// How a thing was looked at, by its newer id.
    pub(super) fn at(&self, thing: &EntityRef) -> Sight {
        let (was, is) = (self.was.get(thing), self.is.get(thing));
        let mut sight = Sight { was: was.is_some(), is: is.is_some(), ..Sight::default() };
        if let (Some(was), Some(is)) = (was, is) {
            sight.same = was.texts == is.texts;
            sight.unchanged = sight.same
                && self.same_reader
                && (was.files, was.unknown) == (is.files, is.unknown);
            let (had, has) = (was.doubtful, is.doubtful);
            sight.less = is.files < was.files || is.unknown > was.unknown || has > had;
            sight.more = is.files > was.files || is.unknown < was.unknown || has < had;
        }
        sight
    }

    /// Whether a thing is not as declared on a device whose configuration was read both times: that
    /// nobody could look at where it was declared before is no reason to look away.
    pub(super) fn enters_sight(&self, thing: &Thing) -> bool {
        let differs = matches!(thing.state, Corroboration::NotSeen | Corroboration::Conflicting);
        let device = |value: &String| -> Option<EntityRef> {
            let (kind, rest) = value.split_once('/')?;
            let id = rest.split('.').next().unwrap_or(rest);
            (kind == EntityKind::Device.key()).then(|| EntityRef::new(EntityKind::Device, id))
        };
        let mut at = thing.says(Source::Declared, "at").iter().filter_map(device);
        let read_twice = |it: EntityRef| {
            let sight = self.at(&it);
            sight.was && sight.is
        };
        differs && at.any(read_twice)
    }

    /// Everything that was looked at in one of the records only.
    pub(super) fn changed(&self) -> impl Iterator<Item = &EntityRef> {
        let gone = self.was.keys().filter(|it| !self.is.contains_key(*it));
        let come = self.is.keys().filter(|it| !self.was.contains_key(*it));
        gone.chain(come)
    }
}

/// What was observed and probed.
fn eyes(record: &Record) -> BTreeSet<(How, &str)> {
    let all = record.looked.iter().filter(|it| it.unread.is_none());
    let eyes = all.filter(|it| matches!(it.how, How::Capture | How::Probe));
    eyes.map(|it| (it.how, it.sha256.as_str())).collect()
}

/// Whether only a capture shows this.
pub(super) fn is_observed(thing: &Thing) -> bool {
    let kind = thing.says(Source::Configured, "kind").first();
    let kind = PathKind::ALL.iter().find(|it| Some(it.key()) == kind.map(String::as_str));
    thing.kind == EntityKind::Path && kind.is_some_and(|it| it.is_observed())
}

fn looks<'r>(record: &'r Record, renames: &Renames) -> BTreeMap<EntityRef, Look<'r>> {
    let mut all: BTreeMap<EntityRef, Look<'r>> = BTreeMap::new();
    let read = record.looked.iter().filter(|it| it.unread.is_none());
    for looked in read.filter(|it| it.how == How::Configuration) {
        if let Some(thing) = &looked.thing {
            let look = all.entry(renames.thing(thing)).or_default();
            look.texts.insert(&looked.sha256);
            look.files += 1;
            look.unknown += looked.unknown;
            look.doubtful += usize::from(looked.doubtful);
        }
    }
    all
}

impl Sight {
    /// Whether what appears may have been there before, unseen.
    pub(super) const fn may_have_been(self) -> bool {
        !self.was || (self.same && !self.unchanged) || self.more
    }

    /// Whether what disappears may still be there, unseen.
    pub(super) const fn may_still_be(self) -> bool {
        !self.is || (self.same && !self.unchanged) || self.less
    }

    /// Why.
    pub(super) fn note(self) -> Text {
        match self {
            Self { was: false, by: Some(How::Probe), .. } => {
                Text::new("前回は疎通確認をしていません", "nobody probed before")
            }
            Self { is: false, by: Some(How::Probe), .. } => {
                Text::new("今回は疎通確認をしていません", "nobody probed this time")
            }
            Self { was: false, by: Some(_), .. } => {
                Text::new("前回は観測していません", "nobody watched the traffic before")
            }
            Self { is: false, by: Some(_), .. } => {
                Text::new("今回は観測していません", "nobody watched the traffic this time")
            }
            Self { was: false, .. } => Text::new(
                "前回は設定を確認していません",
                "its configuration was not looked at before",
            ),
            Self { is: false, .. } => Text::new(
                "今回は設定を確認していません",
                "its configuration was not looked at this time",
            ),
            Self { same: true, .. } => Text::new(
                "設定は前回と同じで、読み取れた範囲だけが変わりました",
                "the configuration is the same as before; only what is understood of it differs",
            ),
            Self { less: true, .. } => Text::new(
                "今回は設定のうち読み取れた範囲が前回より狭くなっています",
                "less of the configuration was understood than before",
            ),
            _ => Text::new(
                "今回は設定のうち読み取れた範囲が前回より広くなっています",
                "more of the configuration was understood than before",
            ),
        }
    }
}

impl Sight {
    /// What is said of a thing of which only what was observed or probed says something else; none
    /// where both looked at it, and it is as it is.
    pub(super) fn eye_note(self, old: Corroboration, new: Corroboration) -> Option<Text> {
        let not = Corroboration::NotLooked;
        match (old == not, new == not) {
            _ if self.was != self.is => Some(self.note()),
            (true, _) => Some(Text::new(
                "前回は観測・疎通確認の範囲の外でした",
                "it was outside of what was watched and probed before",
            )),
            (_, true) => Some(Text::new(
                "今回は観測・疎通確認の範囲の外です",
                "it is outside of what was watched and probed this time",
            )),
            _ => None,
        }
    }
}

/// What is said of a thing whose looks differ.
pub(super) fn looked_otherwise(sight: Sight) -> Text {
    let note = sight.note();
    match sight.is {
        true => text!("{note}（今回はじめて確認）", "{note}; it is for the first time"; note),
        false => text!("{note}（前回は確認）", "{note}; it was before"; note),
    }
}
