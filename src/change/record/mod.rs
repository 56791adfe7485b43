//! One state of everything, flat and of its own: no places, no borrowed text, nothing that has to be
//! computed again. This is what the store keeps, so it only ever grows: a field that is added has a
//! default, and a record of any earlier version stays readable for ever.

mod configured;
mod observed;
mod of;
mod things;

pub(super) use configured::fields as fields_configured;

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{Date, EntityKind, EntityRef, Vocabulary as _, vocabulary};
use crate::reach::exposure::Certainty;
use crate::text;
use crate::topology::Corroboration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the shape of records. Additions with a default keep it; anything else raises it.
pub const SCHEMA: u32 = 1;

/// One state of everything that is declared, configured and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the shape: [`SCHEMA`] when it was written.
    pub schema: u32,
    /// What made it: `sekisho 0.1.0`.
    pub tool: String,
    /// The day that was judged.
    pub as_of: Date,
    /// The revision of the inventory, as its authors call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The name of the hospital or clinic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Whether nobody declared anything: the state is that of configurations alone, and what stands in
    /// for a ledger was made of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undeclared: bool,
    /// Everything that has an id or a place in the inventory, and every configured external path: kind
    /// by kind, each in the order of declaration.
    pub things: Vec<Thing>,
    /// What the attributes of things are called, by kind and key (`devices.interfaces.*.addresses`):
    /// those that occur.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// What is wrong, worst first; accepted findings too.
    #[serde(default)]
    pub findings: Vec<Found>,
    /// The ids of the rules that judged, sorted: a rule that did not exist found nothing.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Who outside reaches what.
    #[serde(default)]
    pub exposed: Vec<Exposed>,
    /// What was looked at beside the inventory, sorted.
    #[serde(default)]
    pub looked: Vec<Looked>,
    /// Why something was changed, and who approved it.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// What somebody looked at; none where it was not recorded yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmations: Option<Vec<Confirmed>>,
    /// What somebody says is the same thing under two ids.
    #[serde(default)]
    pub pins: Vec<Pin>,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What it is.
    pub kind: EntityKind,
    /// Its id; the position, counted from 1, of what has none (flows, waivers).
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// How far ledger and reality agree about it.
    pub state: Corroboration,
    /// How far ledger and configurations alone agree, where what was observed or probed says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configured: Option<Corroboration>,
    /// What is known of it: what is declared in the order of the inventory's fields, then what is
    /// configured, then what was seen that identifies it. A key stands there once a source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

/// One thing that a source says of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Which: `transport`, `interfaces.wan.addresses`.
    pub key: String,
    /// Its values, sorted, each once. A reference reads `zones/clinical`; an entry of a list reads as
    /// it would in the inventory: `{to: systems/ehr-db, services: [3389/tcp]}`.
    pub value: Vec<String>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Source::is_declared")]
    pub source: Source,
}

vocabulary! {
    /// Who says something.
    Source("情報源", "source") {
        Declared = "declared" ("台帳", "inventory"),
        Configured = "configured" ("機器の設定", "configuration"),
        Observed = "observed" ("観測", "observation"),
    }
}

impl Source {
    const fn is_declared(&self) -> bool {
        matches!(self, Self::Declared)
    }
}

#[expect(clippy::derivable_impls, reason = "the enumeration comes from a list of words")]
impl Default for Source {
    fn default() -> Self {
        Self::Declared
    }
}

/// What an attribute is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// In words.
    pub about: Text,
    /// Whether its values may name other things (`zones/clinical`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names: bool,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The rule that says so.
    pub rule: String,
    /// What it is about.
    pub subject: EntityRef,
    /// What tells two findings of the rule about the subject apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distinct: Vec<EntityRef>,
    /// What identifies it from one audit to the next.
    pub fingerprint: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The condition that the rule names.
    pub title: Text,
    /// The condition, with the names of this hospital in it.
    pub message: Text,
    /// The configurations, captures and journals whose lines show it, by name, sorted; empty when the
    /// inventory alone does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown_in: Vec<String>,
    /// What it exposes, sorted; none in records of versions that did not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposes: Option<Vec<EntityRef>>,
    /// The acceptance that covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Accepted>,
}

/// The acceptance of a finding for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// By whom.
    pub approved_by: String,
    /// Until when.
    pub expires: Date,
}

/// Somebody outside reaches something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exposed {
    /// Somebody outside.
    pub party: EntityRef,
    /// What is reached.
    pub thing: EntityRef,
    /// How sure it is.
    pub certainty: Certainty,
    /// What may be spoken, in the notation of the inventory.
    pub services: Vec<String>,
}

vocabulary! {
    /// How something was looked at.
    How("確認の方法", "means of looking") {
        Configuration = "configuration" ("設定の読取り", "configuration read"),
        Capture = "capture" ("受動観測", "capture"),
        Probe = "probe" ("疎通確認", "probe"),
        Person = "person" ("人による確認", "confirmed by a person"),
    }
}

/// Something was looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Looked {
    /// What; none when nobody knows what the source is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thing: Option<EntityRef>,
    /// How.
    pub how: How,
    /// The name of the source.
    pub name: String,
    /// The SHA-256 of its text, secrets masked, in hexadecimal; empty for what could not be read.
    #[serde(default)]
    pub sha256: String,
    /// Its lines.
    #[serde(default)]
    pub lines: usize,
    /// How many of them were understood.
    #[serde(default)]
    pub understood: usize,
    /// How many of them nobody understands.
    #[serde(default)]
    pub unknown: usize,
    /// Whether it may be less than what the device does: cut off, or mixed with what somebody typed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// Why it could not be read at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Text>,
}

/// Why something was changed, and who approved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// What was changed: `devices/vpn1`, or the bare id; by its older or its newer id.
    pub thing: String,
    /// Which change is meant; every one when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<super::What>,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
}

/// Somebody looked at a thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Confirmed {
    /// When.
    pub on: Date,
    /// What was looked at: `connections/ehr-maintenance`, or the bare id.
    pub thing: String,
    /// By whom.
    pub by: String,
    /// How: a word of the inventory.
    pub how: String,
    /// What was found: a word of the inventory.
    pub result: String,
    /// What else was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Somebody says that two ids are one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// What it is.
    pub kind: EntityKind,
    /// Its id in older records.
    pub old: String,
    /// Its id in newer ones.
    pub new: String,
    /// How it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The JSON Schema of records (draft 2020-12). The error is that of a damaged program.
pub fn schema() -> serde_json::Result<serde_json::Value> {
    serde_json::from_str(include_str!("record.schema.json"))
}

impl Thing {
    /// Its name among things.
    pub fn thing(&self) -> EntityRef {
        EntityRef::new(self.kind, &self.id)
    }

    /// How far ledger and configurations alone agree about it.
    pub fn by_configuration(&self) -> Corroboration {
        self.configured.unwrap_or(self.state)
    }

    /// What a source says under a key; nothing when it does not speak of it.
    pub fn says(&self, source: Source, key: &str) -> &[String] {
        let found = self.attributes.iter().find(|it| it.source == source && it.key == key);
        found.map_or(&[], |it| &it.value)
    }
}

impl Record {
    /// What remains of a state whose contents were pruned: its day, and its findings by nothing but
    /// their fingerprints.
    pub fn remains(
        tool: String,
        as_of: Date,
        fingerprints: impl IntoIterator<Item = String>,
    ) -> Self {
        let found = |fingerprint| Found {
            rule: String::new(),
            subject: EntityRef::new(EntityKind::Organization, ""),
            distinct: Vec::new(),
            fingerprint,
            severity: Severity::Info,
            confidence: Confidence::Low,
            title: Text::default(),
            message: Text::default(),
            shown_in: Vec::new(),
            exposes: None,
            waived: None,
        };
        Self {
            schema: SCHEMA,
            tool,
            as_of,
            revision: None,
            organization: None,
            undeclared: false,
            things: Vec::new(),
            fields: BTreeMap::new(),
            findings: fingerprints.into_iter().map(found).collect(),
            rules: Vec::new(),
            exposed: Vec::new(),
            looked: Vec::new(),
            decisions: Vec::new(),
            confirmations: None,
            pins: Vec::new(),
        }
    }

    /// Whether only its findings are known: see [`Record::remains`].
    pub fn is_pruned(&self) -> bool {
        self.things.is_empty() && self.findings.iter().all(|it| it.rule.is_empty())
    }

    /// A thing; a search through all of them.
    pub fn find(&self, thing: &EntityRef) -> Option<&Thing> {
        self.things.iter().find(|it| it.kind == thing.kind && it.id == thing.id)
    }

    /// What the attribute of a kind is called: `インタフェース wan › アドレス`. The key itself for one that
    /// nobody named.
    pub fn label(&self, kind: EntityKind, key: &str) -> Text {
        let mut pattern = kind.key().to_owned();
        let mut words: Option<Text> = None;
        // Ids of the thing's own may hold points, too: what follows one without a name goes on with it.
        let mut own = false;
        for part in key.split('.') {
            let exact = format!("{pattern}.{part}");
            let field = self.fields.get(&exact);
            let about = field.map_or_else(|| Text::same(part), |it| brief(&it.about));
            words = Some(match words {
                None => about,
                Some(before) if field.is_some() => {
                    text!("{before} › {about}", "{before} › {about}"; before, about)
                }
                Some(before) if own => text!("{before}.{part}", "{before}.{part}"; before),
                Some(before) => text!("{before} {part}", "{before} {part}"; before),
            });
            own = field.is_none();
            pattern = if own { format!("{pattern}.*") } else { exact };
        }
        words.unwrap_or_else(|| Text::same(key))
    }

    /// The configurations that were read of a thing.
    pub fn looked_at<'s>(&'s self, thing: &'s EntityRef) -> impl Iterator<Item = &'s Looked> {
        let read = |it: &&Looked| it.unread.is_none() && it.how == How::Configuration;
        self.looked.iter().filter(read).filter(move |it| it.thing.as_ref() == Some(thing))
    }
}

/// What a field is called, without what its explanation goes on to say for those who fill it in.
fn brief(about: &Text) -> Text {
    let first = |text: &str, ends: &[char]| {
        let head = text.split(ends).next().unwrap_or_default().trim();
        if head.is_empty() { text.to_owned() } else { head.to_owned() }
    };
    let (ja, en) = (first(&about.ja, &['。', '（']), first(&about.en, &[';', '(']));
    text!("{ja}", "{en}")
}
