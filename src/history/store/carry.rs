//! Snapshots on their way from one store to another, as one JSON text.

use super::{Altered, Store};
use crate::history::{File, Material, Sha256, Snapshot, Texts};
use crate::locale::Text;
use crate::model::Date;
use crate::source::Diagnostic;
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the shape: since the second there may be observations and journals; since the third
/// pruned snapshots are carried, too, and a digest covers all of it; since the fourth it says when each
/// was looked at again. Older ones are read as well.
const FORMAT: u32 = 4;

/// Snapshots with their contents; those that were pruned with what remains of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The version of this shape.
    sekisho_history: u32,
    snapshots: Vec<One>,
    /// Every text once.
    texts: Vec<String>,
    /// What something else than this program altered in the history that they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    altered: Option<Text>,
    /// The digest of everything above; none before the third version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<Sha256>,
}

/// One of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    taken_at: String,
    as_of: Date,
    revision: Option<String>,
    tool: String,
    /// When an audit found nothing different from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<String>,
    tags: Vec<String>,
    /// As it was kept, byte for byte; none of a pruned one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    material: Option<Material>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pruned: Option<Bare>,
    files: Vec<File>,
    findings: BTreeMap<String, bool>,
    previous: Sha256,
    digest: Sha256,
}

/// What remains of a pruned snapshot beside its list of findings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {
    /// When it was pruned.
    at: String,
    /// The digests of what was removed.
    record: Sha256,
    material: Sha256,
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
    /// How many of the new ones were pruned where they come from.
    pub pruned: usize,
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
            1 | 2 if carried.digest.is_none() => Ok(carried),
            1 | 2 => Err(text!("版とハッシュ値が合いません", "it does not fit its version")),
            3 | FORMAT if carried.digest == Some(carried.sum()) => Ok(carried),
            3 | FORMAT => Err(text!(
                "書き出した後に書き換えられています（全体のハッシュ値が合いません）",
                "it was altered after it was written: its digest does not agree"
            )),
            other => Err(text!(
                "新しい sekisho の形式（版 {other}）です",
                "it is of a newer sekisho (version {other} of the format)"
            )),
        }
    }
}

impl Carried {
    /// The digest of everything else in it.
    fn sum(&self) -> Sha256 {
        #[derive(Serialize)]
        struct Summed<'a>(u32, &'a [One], &'a [String], &'a Option<Text>);
        let all = Summed(self.sekisho_history, &self.snapshots, &self.texts, &self.altered);
        // A structure of texts and numbers can always be written.
        Sha256::of(&serde_json::to_vec(&all).unwrap_or_default())
    }

    /// Whether a digest covers all of it, tags too; older versions wrote none.
    pub fn is_covered(&self) -> bool {
        self.digest.is_some()
    }

    /// What something else than this program had altered in the history that it comes from.
    pub fn altered(&self) -> Option<&Text> {
        self.altered.as_ref()
    }

    /// How many snapshots it carries, and how many of those were pruned.
    pub fn count(&self) -> (usize, usize) {
        let pruned = self.snapshots.iter().filter(|it| it.pruned.is_some()).count();
        (self.snapshots.len(), pruned)
    }
}

impl One {
    /// The digests of its record and its material; none when it is neither whole nor pruned.
    fn digests(&self) -> Option<(Sha256, Sha256)> {
        match (&self.record, &self.material, &self.pruned) {
            (Some(record), Some(material), None) => {
                Some((Sha256::of(record.as_bytes()), Sha256::of(&material.to_json())))
            }
            (None, None, Some(bare)) => Some((bare.record, bare.material)),
            _ => None,
        }
    }

    /// The snapshot that it was where it comes from; none when it is neither whole nor pruned.
    fn snapshot(&self) -> Option<Snapshot> {
        let (record, material) = self.digests()?;
        Some(Snapshot {
            number: 0,
            taken_at: self.taken_at.clone(),
            as_of: self.as_of,
            revision: self.revision.clone(),
            tool: self.tool.clone(),
            record,
            material,
            findings: Sha256::of(crate::history::snapshot::listed(&self.findings).as_bytes()),
            files: self.files.clone(),
            previous: self.previous,
            digest: self.digest,
            origin: None,
            tags: Vec::new(),
            again: None,
            open: 0,
            pruned: self.pruned.as_ref().map(|it| it.at.clone()),
        })
    }

    /// Whether it is what was kept, with every text that it needs.
    fn is_sound(&self, texts: &Texts) -> bool {
        let complete = |it: &Material| it.digests().all(|it| texts.get(&it).is_some());
        self.material.as_ref().is_none_or(complete)
            && self.snapshot().is_some_and(|it| it.sealed() == self.digest)
    }
}

impl Store {
    /// These snapshots with their contents; of a pruned one its dates, its digests and its findings.
    /// What was altered in this history, if anything, goes with them.
    pub fn export(
        &self,
        snapshots: &[Snapshot],
        altered: Option<&Altered>,
    ) -> Result<Carried, Diagnostic> {
        let (mut all, mut given) = (BTreeMap::new(), Vec::new());
        for snapshot in snapshots {
            let (mut record, mut material) = (None, None);
            let pruned = snapshot.pruned.as_ref().map(|at| Bare {
                at: at.clone(),
                record: snapshot.record,
                material: snapshot.material,
            });
            if pruned.is_none() {
                record = Some(String::from_utf8_lossy(&self.record(snapshot)?).into_owned());
                let (whole, texts) = self.material(snapshot)?;
                all.extend(texts.iter().map(|(sha256, text)| (*sha256, text.to_owned())));
                material = Some(whole);
            }
            given.push(One {
                taken_at: snapshot.taken_at.clone(),
                as_of: snapshot.as_of,
                revision: snapshot.revision.clone(),
                tool: snapshot.tool.clone(),
                again: self.looks(snapshot.number)?,
                tags: snapshot.tags.clone(),
                record,
                material,
                pruned,
                files: snapshot.files.clone(),
                findings: self.findings(snapshot)?,
                previous: snapshot.previous,
                digest: snapshot.digest,
            });
        }
        let mut carried = Carried {
            sekisho_history: FORMAT,
            snapshots: given,
            texts: all.into_values().collect(),
            altered: altered.map(|it| it.why.clone()),
            digest: None,
        };
        carried.digest = Some(carried.sum());
        Ok(carried)
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
        let mut named = others.filter_map(|it| organization(it.record.as_ref()?.as_bytes()));
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
            if !one.is_sound(&texts) {
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
                let is = |it: &&Snapshot| it.digest == one.digest || it.origin == Some(one.digest);
                if let Some(snapshot) = here.iter().find(is) {
                    self.take_looks(snapshot.number, &one.again)?;
                }
                if let (Some(snapshot), Some(record), Some(material)) =
                    (pruned(one.digest), &one.record, &one.material)
                {
                    let material = material.to_json();
                    let files = snapshot.files.iter().filter_map(|it| texts.get(&it.sha256));
                    let mut contents = vec![record.as_bytes(), material.as_slice()];
                    contents.extend(files.map(str::as_bytes));
                    self.restore(snapshot, &contents)?;
                    done.restored += 1;
                }
                continue;
            }
            let Some(snapshot) = one.snapshot() else { continue };
            let material = one.material.as_ref().map(Material::to_json).unwrap_or_default();
            let mut contents = Vec::new();
            if let (Some(record), Some(_)) = (&one.record, &one.material) {
                let files = one.files.iter().filter_map(|it| texts.get(&it.sha256));
                contents.extend([record.as_bytes(), material.as_slice()]);
                contents.extend(files.map(str::as_bytes));
            }
            let number = self.take_over(snapshot, &one.findings, &contents)?;
            done.new += 1;
            done.pruned += usize::from(one.pruned.is_some());
            self.take_looks(number, &one.again)?;
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
