//! One audit as it was kept.

use super::{Material, Sha256};
use crate::model::Date;
use serde::{Deserialize, Serialize};

/// What a file that was kept is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A file of the inventory.
    Inventory,
    /// A configuration of a device, with its secrets masked.
    Configuration,
    /// What was observed: headers, names and protocol facts, no payload.
    Observation,
    /// A journal of probes.
    Journal,
}

/// A file that was kept. When its snapshot is pruned this stays, and the text goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What it is.
    pub role: Role,
    /// Its name, relative to the inventory.
    pub name: String,
    /// The digest of the text that was kept. Never that of the text before secrets were masked:
    /// from it a weak secret could be guessed.
    pub sha256: Sha256,
    /// How many bytes that text has.
    pub bytes: u64,
}

/// One audit as it was kept: everything but the contents, which stay in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its number in this store; never given again.
    pub number: u32,
    /// When it was kept, in UTC to the second: `2026-11-22T01:50:57Z`.
    pub taken_at: String,
    /// The day that was judged.
    pub as_of: Date,
    /// The revision of the inventory.
    pub revision: Option<String>,
    /// The program and its version: `sekisho 0.1.0`.
    pub tool: String,
    /// The digest of the record.
    pub record: Sha256,
    /// The digest of the [`Material`].
    pub material: Sha256,
    /// The digest of the list of its findings.
    pub findings: Sha256,
    /// The files that it was made from.
    pub files: Vec<File>,
    /// The digest of the snapshot before it.
    pub previous: Sha256,
    /// The digest of everything above but the number.
    pub digest: Sha256,
    /// The digest it had where it was first kept, when it was imported behind another one.
    pub origin: Option<Sha256>,
    /// Names that people gave it.
    pub tags: Vec<String>,
    /// How often later audits found exactly the same, and when last.
    pub again: Option<(u32, String)>,
    /// How many findings were open.
    pub open: usize,
    /// When its contents were removed.
    pub pruned: Option<String>,
}

/// What the digest of a snapshot covers, in this order.
#[derive(Serialize)]
struct Sealed<'a> {
    format: u32,
    taken_at: &'a str,
    as_of: String,
    revision: Option<&'a str>,
    tool: &'a str,
    record: Sha256,
    material: Sha256,
    findings: Sha256,
    files: &'a [File],
    previous: Sha256,
}

impl Snapshot {
    /// The digest that it must have.
    pub fn sealed(&self) -> Sha256 {
        let sealed = Sealed {
            format: 1,
            taken_at: &self.taken_at,
            as_of: self.as_of.to_string(),
            revision: self.revision.as_deref(),
            tool: &self.tool,
            record: self.record,
            material: self.material,
            findings: self.findings,
            files: &self.files,
            previous: self.previous,
        };
        // A structure of texts and numbers can always be written.
        Sha256::of(&serde_json::to_vec(&sealed).unwrap_or_default())
    }

    /// The files that a material consists of.
    pub(super) fn files_of(material: &Material, size: impl Fn(&Sha256) -> u64) -> Vec<File> {
        let file = |role, name: &str, sha256| File {
            role,
            name: name.to_owned(),
            sha256,
            bytes: size(&sha256),
        };
        let inventory = material.inventory.iter();
        let inventory = inventory.map(|it| file(Role::Inventory, &it.name, it.sha256));
        let configurations = material.configurations.iter();
        let configurations =
            configurations.map(|it| file(Role::Configuration, &it.name, it.sha256));
        let observations = material.observations.iter();
        let observations = observations.map(|it| file(Role::Observation, &it.name, it.sha256));
        let journals = material.journals.iter();
        let journals = journals.map(|it| file(Role::Journal, &it.name, it.sha256));
        inventory.chain(configurations).chain(observations).chain(journals).collect()
    }
}

/// The findings of a snapshot as one text, whose digest the chain covers: sorted lines of
/// fingerprint and `open` or `accepted`.
pub(super) fn listed(findings: &std::collections::BTreeMap<String, bool>) -> String {
    let line = |(fingerprint, open): (&String, &bool)| {
        format!("{fingerprint}\t{}\n", if *open { "open" } else { "accepted" })
    };
    findings.iter().map(line).collect()
}
