//! From what an audit was made: everything that is needed to make it again.
//!
//! Texts are kept as they were read, those of configurations with their secrets masked. What the
//! mask hides the rules still ask: whether two secrets are the same, and whether one is among
//! those that everybody tries first. That much is written down beside the text, and no more.

use super::Sha256;
use crate::evidence::{EvidenceSet, Named, Unread, called, file};
use crate::inventory::{self, Inventory, Reading};
use crate::locale::Text;
use crate::model::Date;
use crate::model::device::{Digest, Secret, SecretKind};
use crate::observation::lines::{lines, opening};
use crate::source::{Diagnostic, FileId, Level, SourceMap, Span};
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From what an audit was made. The texts stand elsewhere, by their digests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// The files of the inventory, in the order in which they were read.
    pub inventory: Vec<Declared>,
    /// The configurations, in that order.
    pub configurations: Vec<Configuration>,
    /// What could not be read.
    pub unread: Vec<NotRead>,
    /// What was observed, piece by piece, as evidence files. Missing in what versions before the third
    /// of the store kept: there nobody knows what was observed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Declared>,
    /// Journals of probes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journals: Vec<Declared>,
}

/// A file of an inventory, or evidence that is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name; that of a file of an inventory is relative to it.
    pub name: String,
    /// The digest of its text.
    pub sha256: Sha256,
}

/// A file of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Its name.
    pub name: String,
    /// The digest of its masked text.
    pub sha256: Sha256,
    /// The device that the inventory says it is of, and the path that it gives there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<NamedBy>,
    /// The folder whose files belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What there was to say about its encoding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Told>,
    /// What the mask hides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Hidden>,
}

/// Where an inventory names a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedBy {
    /// The id of the device.
    pub device: String,
    /// The path, as the inventory writes it.
    pub path: String,
}

/// What is known of a masked secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Its first byte in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What it is for.
    pub kind: SecretKind,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Secrets with the same number are the same; none for one that cannot be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same: Option<u32>,
    /// Whether everybody tries it first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessable: bool,
}

/// A file that gave no facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotRead {
    /// Its name.
    pub name: String,
    /// The device whose configuration it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<NamedBy>,
    /// Why.
    pub why: Told,
}

/// A diagnostic without its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its name.
    pub code: String,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
}

/// Texts by their digests.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<Sha256, String>);

impl Texts {
    /// Adds a text.
    pub fn add(&mut self, text: impl Into<String>) -> Sha256 {
        let text = text.into();
        let sha256 = Sha256::of(text.as_bytes());
        self.0.entry(sha256).or_insert(text);
        sha256
    }

    /// The text with this digest.
    pub fn get(&self, sha256: &Sha256) -> Option<&str> {
        self.0.get(sha256).map(String::as_str)
    }

    /// All texts, by digest.
    pub fn iter(&self) -> impl Iterator<Item = (&Sha256, &str)> {
        self.0.iter().map(|(sha256, text)| (sha256, text.as_str()))
    }
}

/// What was read again from a material.
#[derive(Debug)]
pub struct Replayed {
    /// The texts.
    pub sources: SourceMap,
    /// Those of the inventory.
    pub files: Vec<FileId>,
    /// What it declares, and what is wrong with it.
    pub reading: Reading,
    /// What was read from devices.
    pub evidence: EvidenceSet,
}

impl Material {
    /// Notes from what an audit is made. Before the audit, or after it: nothing is used up.
    pub fn of(
        sources: &SourceMap,
        files: &[FileId],
        inventory: &Inventory,
        evidence: &EvidenceSet,
    ) -> (Self, Texts) {
        let mut texts = Texts::default();
        let declared = files.iter().map(|file| {
            let file = sources.file(*file);
            Declared { name: file.name().to_owned(), sha256: texts.add(file.text()) }
        });
        let declared = declared.collect();
        let mut groups = Groups::default();
        let configurations = evidence.added.iter().map(|added| {
            let file = sources.file(added.file);
            Configuration {
                name: file.name().to_owned(),
                sha256: texts.add(file.text()),
                named: added.named.as_ref().and_then(|it| NamedBy::of(it, inventory)),
                group: added.group.clone(),
                remarks: added.remarks.iter().map(Told::of).collect(),
                secrets: groups.hidden(added.file, evidence, sources),
            }
        });
        let configurations = configurations.collect();
        let unread = evidence.unread.iter().map(|it| NotRead {
            name: it.name.clone(),
            named: it.named.as_ref().and_then(|it| NamedBy::of(it, inventory)),
            why: Told::of(&it.why),
        });
        let unread = unread.collect();
        let mut kept =
            |name: &str, text: String| Declared { name: name.to_owned(), sha256: texts.add(text) };
        let pieces = evidence.observed.pieces.values();
        let observations = pieces
            .map(|it| kept(&called(it), std::iter::once(opening()).chain(lines(it)).collect()));
        let observations = observations.collect();
        let journals = evidence.probes.iter().map(|it| kept(&it.name, it.text.clone()));
        let journals = journals.collect();
        (Self { inventory: declared, configurations, unread, observations, journals }, texts)
    }

    /// Reads everything again. The error says what is missing.
    pub fn replay(&self, texts: &Texts, as_of: Date) -> Result<Replayed, Diagnostic> {
        let text = |name: &str, sha256| {
            let found = texts.get(sha256).map(str::to_owned);
            found.ok_or_else(|| missing(name))
        };
        let mut sources = SourceMap::new();
        let mut files = Vec::new();
        for declared in &self.inventory {
            let text = text(&declared.name, &declared.sha256)?;
            files.push(sources.add(declared.name.as_str(), text));
        }
        let reading = inventory::read_as_of(&sources, &files, Some(as_of), as_of);
        let named = |it: &Option<NamedBy>| it.as_ref().and_then(|it| it.found(&reading.inventory));
        let mut evidence = EvidenceSet::default();
        for it in &self.configurations {
            let text = text(&it.name, &it.sha256)?;
            let remarks = it.remarks.iter().map(Told::again).collect();
            let group = it.group.as_deref();
            evidence.add_text(&mut sources, &it.name, text, remarks, named(&it.named), group);
        }
        self.uncover(&mut evidence);
        for it in &self.observations {
            let text = text(&it.name, &it.sha256)?;
            let read = file::read(text.as_bytes()).map_err(|_| altered(&it.name))?;
            read.observation.pieces.into_values().for_each(|it| evidence.observed.add(it));
        }
        for it in &self.journals {
            let text = text(&it.name, &it.sha256)?;
            evidence.probe(&it.name, text);
        }
        evidence.list(&mut sources);
        // What was wrong with a journal was told when it was kept.
        evidence.unread = self
            .unread
            .iter()
            .map(|it| Unread {
                name: it.name.clone(),
                named: named(&it.named),
                why: it.why.again(),
            })
            .collect();
        Ok(Replayed { sources, files, reading, evidence })
    }

    /// Puts back what the mask hides.
    fn uncover(&self, evidence: &mut EvidenceSet) {
        let files: BTreeMap<FileId, &Configuration> =
            evidence.added.iter().map(|it| it.file).zip(&self.configurations).collect();
        for device in &mut evidence.devices {
            let of = device.files.iter().filter_map(|it| Some((it.file, *files.get(&it.file)?)));
            device.config.secrets =
                of.flat_map(|(file, it)| it.secrets.iter().map(move |it| it.again(file))).collect();
        }
    }

    /// The digests of all texts.
    pub fn digests(&self) -> impl Iterator<Item = Sha256> {
        let declared = self.inventory.iter().map(|it| it.sha256);
        let kept = self.observations.iter().chain(&self.journals).map(|it| it.sha256);
        declared.chain(self.configurations.iter().map(|it| it.sha256)).chain(kept)
    }

    /// As JSON: the same material, the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // A structure of texts and numbers can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From JSON.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Text> {
        serde_json::from_slice(bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            text!(
                "資料の一覧の{line}行{column}列が読めません",
                "the list of sources cannot be read at line {line}, column {column}"
            )
        })
    }
}

/// Equal secrets, numbered in the order of their first appearance.
#[derive(Default)]
struct Groups(Vec<Digest>);

impl Groups {
    fn hidden(&mut self, file: FileId, evidence: &EvidenceSet, sources: &SourceMap) -> Vec<Hidden> {
        let secrets = evidence.devices.iter().flat_map(|it| &it.config.secrets);
        let of_file = secrets.filter(|it| it.span.file == file);
        of_file
            .map(|it| (it, sources.shown(it.span)))
            .map(|(it, span)| Hidden {
                start: span.start,
                end: span.end,
                kind: it.kind,
                owner: it.owner.clone(),
                same: it.digest.map(|digest| self.number(digest)),
                guessable: it.guessable,
            })
            .collect()
    }

    fn number(&mut self, digest: Digest) -> u32 {
        let known = self.0.iter().position(|it| *it == digest).unwrap_or_else(|| {
            self.0.push(digest);
            self.0.len() - 1
        });
        known as u32
    }
}

impl Hidden {
    fn again(&self, file: FileId) -> Secret {
        Secret {
            span: Span { file, start: self.start, end: self.end },
            kind: self.kind,
            owner: self.owner.clone(),
            // Only whether two are equal is asked of a digest.
            digest: self.same.map(|number| Digest::of(&number.to_string())),
            guessable: self.guessable,
        }
    }
}

impl NamedBy {
    fn of(named: &Named, inventory: &Inventory) -> Option<Self> {
        let device = inventory.devices.get(&named.device)?;
        let path = device.config.iter().find(|it| it.span == named.span)?;
        Some(Self { device: named.device.clone(), path: path.value.clone() })
    }

    fn found(&self, inventory: &Inventory) -> Option<Named> {
        let device = inventory.devices.get(&self.device)?;
        let path = device.config.iter().find(|it| it.value == self.path)?;
        Some(Named { device: self.device.clone(), span: path.span })
    }
}

/// The names of diagnostics that rules and reports ask for.
const CODES: &[&str] = &[
    "config-absolute",
    "config-damaged",
    "config-encoding",
    "config-unknown",
    "not-a-file",
    "not-a-text",
    "too-large",
    "unreadable",
    "wrong-evidence",
    "wrong-journal",
];

impl Told {
    fn of(diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.to_owned(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }

    fn again(&self) -> Diagnostic {
        Diagnostic {
            level: Level::Warning,
            code: CODES.iter().find(|it| **it == self.code).copied().unwrap_or("as-kept"),
            message: self.message.clone(),
            labels: Vec::new(),
            help: self.help.clone(),
        }
    }
}

fn missing(name: &str) -> Diagnostic {
    Diagnostic::error(
        "kept-text-missing",
        text!("保存した「{name}」の内容がありません", "the text of `{name}` was not kept"),
    )
}

fn altered(name: &str) -> Diagnostic {
    Diagnostic::error(
        "kept-text-altered",
        text!(
            "保存した観測「{name}」を、この版の sekisho では読めません",
            "this version of sekisho cannot read the observation `{name}` that was kept"
        ),
    )
}
