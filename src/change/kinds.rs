//! The vocabulary of differences.

use super::record::{Found, Source};
use crate::locale::Text;
pub use crate::model::words::What;
use crate::model::{Date, EntityKind, EntityRef, vocabulary};
use crate::reach::exposure::Certainty;
use crate::rules::Rule;
use crate::rules::compared::UNEXPLAINED_CHANGE;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What kind of difference it is.
    Nature("変化の性質", "nature of a change") {
        Drift = "drift" ("乖離", "drift"),
        Observed = "observed" ("実際の変化", "change of reality"),
        Declared = "declared" ("台帳の変更", "change of the ledger"),
        Scope = "scope" ("確認範囲の変更", "scope change"),
    }
}

vocabulary! {
    /// How sure it is that two things are one.
    Likelihood("同一とみなす確からしさ", "likelihood that two things are one") {
        Sure = "sure" ("確実", "sure"),
        Likely = "likely" ("ほぼ確実", "likely"),
        Possible = "possible" ("可能性あり", "possible"),
    }
}

/// Why two things under different ids are taken for one; or why one under the same id is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// How sure it is.
    pub confidence: Likelihood,
    /// By what.
    pub reason: Text,
}

/// One thing that changed in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What kind of difference it is.
    pub nature: Nature,
    /// What happened, the weightiest first; never empty.
    pub what: Vec<What>,
    /// What the thing is.
    pub kind: EntityKind,
    /// Its ids in the older record: none for what was added, several for what was merged.
    pub old: Vec<String>,
    /// Its ids in the newer record: none for what was removed, several for what was split.
    pub new: Vec<String>,
    /// What people call it, in the newer record when it is there.
    pub name: Text,
    /// Why things under different ids are taken for one; none when the id is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// What changed in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeChange>,
    /// What changed with it and for the same reason, by newer ids: systems of a network that was
    /// renumbered or of a zone that was split, what else is confirmed now that somebody looked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub along: Vec<EntityRef>,
    /// What is to be kept in mind about it, such as what was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// Whether it only follows from what changed in the ledger: the configuration is as before, so
    /// reasons are asked of those changes alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// Why it was done and who approved it; none as long as nobody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<Explained>,
}

/// One attribute that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// Which: `interfaces.wan.addresses`.
    pub key: String,
    /// What it is called.
    pub label: Text,
    /// Who says so.
    pub source: Source,
    /// The values that only the older record has.
    pub old: Vec<String>,
    /// The values that only the newer record has.
    pub new: Vec<String>,
}

/// Why something was changed, and who approved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
}

vocabulary! {
    /// What became of a finding.
    Standing("指摘事項の推移", "what became of a finding") {
        New = "new" ("新規", "new"),
        Reopened = "reopened" ("再発", "reopened"),
        Widened = "widened" ("継続（開いている対象が増えた）", "still open, and opens more"),
        StillOpen = "still-open" ("継続", "still open"),
        NewlySeen = "newly-seen" ("確認範囲の変更により判明", "seen because more was looked at"),
        NoLongerSeen = "no-longer-seen" ("今回は確認していない", "not looked at this time"),
        Accepted = "accepted" ("例外承認", "accepted"),
        Fixed = "fixed" ("解消", "fixed"),
    }
}

/// What became of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingChange {
    /// What became of it.
    pub standing: Standing,
    /// The first day of the unbroken run of records in which it stands; of one that is gone, of the
    /// run that ended.
    pub since: Date,
    /// What its subject opens that it did not open before: things, else addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<String>,
    /// The finding, as in the newer record; as in the older one when it is gone.
    pub found: Found,
}

impl FindingChange {
    /// Whether somebody has to do something about it that the older state did not ask for.
    pub const fn is_new(&self) -> bool {
        matches!(self.standing, Standing::New | Standing::Reopened | Standing::Widened)
    }
}

/// Somebody outside reaches more or less of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachChange {
    /// Somebody outside, by the newer id.
    pub party: EntityRef,
    /// What is reached, by the newer id.
    pub thing: EntityRef,
    /// How surely it was reached at all.
    pub was: Option<Certainty>,
    /// How surely it is reached at all.
    pub is: Option<Certainty>,
    /// Services that are reached now, surely or possibly, and were not.
    pub opened: Vec<String>,
    /// Services that were reached, surely or possibly, and are not.
    pub closed: Vec<String>,
    /// Whether more or less was looked at, so that it may be for that alone.
    pub scope: bool,
}

impl ReachChange {
    /// Whether more is reached, or surely what nobody could tell before.
    pub fn is_more(&self) -> bool {
        let sure = |it: Option<Certainty>| it.is_some_and(Certainty::is_sure);
        !self.opened.is_empty() || (sure(self.is) && !sure(self.was))
    }
}

/// A configuration whose text changed, of something that was read both times. Secrets are masked in
/// it, so that another password is no other text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChange {
    /// What it is the configuration of, by the newer id.
    pub thing: EntityRef,
    /// The file that only the older record has; none when one more was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The file that only the newer record has; none when one less was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// Whether changes tell of this configuration; else what changed in it is nothing that is compared.
    pub compared: bool,
    /// The lines that differ and of which no change tells, comments and blank lines apart: those that
    /// are gone, then those that came. None as long as nobody compared the lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<TextLine>>,
}

/// A line of a configuration that only one of two texts has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLine {
    /// Whether the newer text has it; else the older one.
    pub added: bool,
    /// Its number in that text, from 1.
    pub line: usize,
    /// The line behind those that it stands under, with secrets masked:
    /// `config system admin / edit "remote" / set accprofile "super_admin"`.
    pub text: String,
}

impl TextChange {
    /// Whether the text changed in something that is not compared, so that it may mean anything.
    pub fn is_untold(&self) -> bool {
        let both = self.old.is_some() && self.new.is_some();
        both && self.lines.as_ref().map_or(!self.compared, |it| !it.is_empty())
    }

    /// Whether nothing but comments, blank lines and the order of lines differs.
    pub fn is_silent(&self) -> bool {
        !self.compared && self.lines.as_ref().is_some_and(Vec::is_empty)
    }
}

impl Change {
    /// The weightiest of what happened.
    pub fn main(&self) -> What {
        self.what.first().copied().unwrap_or(What::Changed)
    }

    /// Whether somebody should have said why: not for what differs only because of what was looked at,
    /// or only because something else changed that wants its own reason.
    pub fn is_unexplained(&self) -> bool {
        self.explained.is_none() && self.nature != Nature::Scope && !self.follows
    }

    /// The rule that it breaks, if it does.
    pub fn rule(&self) -> Option<&'static Rule> {
        self.is_unexplained().then_some(UNEXPLAINED_CHANGE)
    }

    /// The thing in the newer record, else in the older one.
    pub fn thing(&self) -> EntityRef {
        let id = self.new.first().or(self.old.first());
        EntityRef::new(self.kind, id.map_or("", String::as_str))
    }
}
