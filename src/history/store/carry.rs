//! Snapshots on their way from one store to another, as one JSON text.

use super::keep::{Kept, Origin};
use super::{Outcome, Store};
use crate::history::{File, Material, Sha256, Snapshot, Texts};
use crate::locale::Text;
use crate::model::Date;
use crate::source::Diagnostic;
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the shape: since the second there may be observations and journals.
const FORMAT: u32 = 2;

/// Snapshots with their contents.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The version of this shape.
    sekisho_history: u32,
    snapshots: Vec<One>,
    /// Every text once.
    texts: Vec<String>,
}

/// One of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    taken_at: String,
    as_of: Date,
    revision: Option<String>,
    tool: String,
    tags: Vec<String>,
    /// As it was kept, byte for byte.
    record: String,
    material: Material,
    files: Vec<File>,
    findings: BTreeMap<String, bool>,
    previous: Sha256,
    digest: Sha256,
}

/// What became of snapshots that were taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many were not here.
    pub new: usize,
    /// How many were here already.
    pub known: usize,
    /// How many of those had been pruned here and have their contents again.
    pub restored: usize,
}

impl Carried {
    /// As JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // A structure of texts and numbers can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From JSON; why not, in words.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Text> {
        let carried: Self = serde_json::from_slice(bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            text!("{line}行{column}列が読めません", "line {line}, column {column} cannot be read")
        })?;
        match carried.sekisho_history {
            1 | FORMAT => Ok(carried),
            other => Err(text!(
                "新しい sekisho の形式（版 {other}）です",
                "it is of a newer sekisho (version {other} of the format)"
            )),
        }
    }
}

impl One {
    /// The snapshot that it was where it comes from.
    fn snapshot(&self, findings: &BTreeMap<String, bool>) -> Snapshot {
        Snapshot {
            number: 0,
            taken_at: self.taken_at.clone(),
            as_of: self.as_of,
            revision: self.revision.clone(),
            tool: self.tool.clone(),
            record: Sha256::of(self.record.as_bytes()),
            material: Sha256::of(&self.material.to_json()),
            findings: Sha256::of(crate::history::snapshot::listed(findings).as_bytes()),
            files: self.files.clone(),
            previous: self.previous,
            digest: self.digest,
            origin: None,
            tags: Vec::new(),
            again: None,
            open: 0,
            pruned: None,
        }
    }
}

impl Store {
    /// These snapshots with their contents. A pruned one cannot be handed on.
    pub fn export(&self, snapshots: &[Snapshot]) -> Result<Carried, Diagnostic> {
        let (mut all, mut given) = (BTreeMap::new(), Vec::new());
        for snapshot in snapshots.iter().filter(|it| it.pruned.is_none() || snapshots.len() == 1) {
            let record = self.record(snapshot)?;
            let (material, texts) = self.material(snapshot)?;
            all.extend(texts.iter().map(|(sha256, text)| (*sha256, text.to_owned())));
            given.push(One {
                taken_at: snapshot.taken_at.clone(),
                as_of: snapshot.as_of,
                revision: snapshot.revision.clone(),
                tool: snapshot.tool.clone(),
                tags: snapshot.tags.clone(),
                record: String::from_utf8_lossy(&record).into_owned(),
                material,
                files: snapshot.files.clone(),
                findings: self.findings(snapshot)?,
                previous: snapshot.previous,
                digest: snapshot.digest,
            });
        }
        let texts = all.into_values().collect();
        Ok(Carried { sekisho_history: FORMAT, snapshots: given, texts })
    }

    /// The organization of snapshots that are carried, and that of the newest one here, when they are
    /// not the same: histories of two hospitals make no history of either.
    pub fn stranger(&self, carried: &Carried) -> Result<Option<(String, String)>, Diagnostic> {
        let here = self.snapshots()?;
        let Some(newest) = here.iter().rev().find(|it| it.pruned.is_none()) else {
            return Ok(None);
        };
        let Some(ours) = organization(&self.record(newest)?) else { return Ok(None) };
        let known: BTreeSet<Sha256> =
            here.iter().flat_map(|it| [Some(it.digest), it.origin]).flatten().collect();
        let others = carried.snapshots.iter().filter(|it| !known.contains(&it.digest));
        let mut named = others.filter_map(|it| organization(it.record.as_bytes()));
        Ok(named.find(|it| *it != ours).map(|theirs| (theirs, ours)))
    }

    /// Takes in what another store handed on. Everything is checked before anything is written. What
    /// is here and was pruned gets its contents back: they are what was kept, by their digests.
    pub fn import(&mut self, carried: &Carried) -> Result<Imported, Diagnostic> {
        let mut texts = Texts::default();
        for text in &carried.texts {
            texts.add(text.as_str());
        }
        for one in &carried.snapshots {
            let complete = one.material.digests().all(|it| texts.get(&it).is_some());
            if !complete || one.snapshot(&one.findings).sealed() != one.digest {
                let (taken, short) = (&one.taken_at, one.digest.short());
                return Err(Diagnostic::error(
                    "import-altered",
                    text!(
                        "{taken} の時点記録（{short}…）は、保存した時のものではありません。何も取り込んでいません",
                        "the snapshot of {taken} ({short}…) is not what was kept; nothing was taken in"
                    ),
                ));
            }
        }
        let here = self.snapshots()?;
        let mut known: BTreeSet<Sha256> =
            here.iter().flat_map(|it| [Some(it.digest), it.origin]).flatten().collect();
        let pruned = |digest: Sha256| {
            here.iter()
                .find(|it| it.digest == digest || it.origin == Some(digest))
                .filter(|it| it.pruned.is_some())
        };
        let mut done = Imported::default();
        for one in &carried.snapshots {
            if !known.insert(one.digest) {
                done.known += 1;
                if let Some(snapshot) = pruned(one.digest) {
                    let material = one.material.to_json();
                    let files = snapshot.files.iter().filter_map(|it| texts.get(&it.sha256));
                    let mut contents = vec![one.record.as_bytes(), material.as_slice()];
                    contents.extend(files.map(str::as_bytes));
                    self.restore(snapshot, &contents)?;
                    done.restored += 1;
                }
                continue;
            }
            let kept = Kept {
                taken_at: one.taken_at.clone(),
                as_of: one.as_of,
                revision: one.revision.clone(),
                tool: one.tool.clone(),
                record: one.record.clone().into_bytes(),
                material: one.material.clone(),
                texts: &texts,
                findings: one.findings.clone(),
            };
            let Outcome::New(number) =
                self.keep_from(&kept, Some(Origin { digest: one.digest }))?
            else {
                continue;
            };
            done.new += 1;
            self.take_tags(number, &one.tags)?;
        }
        Ok(done)
    }

    /// Gives the tags of where it comes from; a name that is taken here stays where it is.
    fn take_tags(&mut self, number: u32, tags: &[String]) -> Result<(), Diagnostic> {
        let snapshots = self.snapshots()?;
        let taken: Vec<&String> = snapshots.iter().flat_map(|it| &it.tags).collect();
        let free = tags.iter().filter(|it| !taken.contains(it));
        let free: Vec<&String> = free.collect();
        if let Some(snapshot) = snapshots.iter().find(|it| it.number == number) {
            for tag in free {
                self.tag(snapshot, tag)?;
            }
        }
        Ok(())
    }
}

/// The organization of a record, read on its own: records of every version have it in this place.
fn organization(record: &[u8]) -> Option<String> {
    /// No more of a record.
    #[derive(Deserialize)]
    struct Head {
        organization: Option<String>,
    }
    serde_json::from_slice::<Head>(record).ok()?.organization
}
