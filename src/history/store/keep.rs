//! Keeping a snapshot: all of it in one transaction.

use super::Store;
use super::contents;
use super::fault::fault;
use super::seal;
use crate::change::Record;
use crate::history::snapshot::listed;
use crate::history::{Material, Sha256, Snapshot, Texts};
use crate::model::Date;
use crate::source::Diagnostic;
use rusqlite::{OptionalExtension as _, Transaction};
use std::collections::BTreeMap;

/// What is kept of an audit.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    /// When, in UTC to the second: `2026-11-22T01:50:57Z`.
    pub taken_at: String,
    /// The day that was judged.
    pub as_of: Date,
    /// The revision of the inventory.
    pub revision: Option<String>,
    /// The program and its version.
    pub tool: String,
    /// The record of what was found, as JSON.
    pub record: Vec<u8>,
    /// From what it was found.
    pub material: Material,
    /// The texts that the material names.
    pub texts: &'a Texts,
    /// Every finding by its fingerprint, and whether it is open; the others are accepted.
    pub findings: BTreeMap<String, bool>,
}

impl<'a> Kept<'a> {
    /// What is kept of a record; none when it cannot be written.
    pub fn of(
        record: &Record,
        material: Material,
        texts: &'a Texts,
        taken_at: String,
    ) -> Option<Self> {
        let findings = record.findings.iter();
        Some(Self {
            taken_at,
            as_of: record.as_of,
            revision: record.revision.clone(),
            tool: record.tool.clone(),
            record: serde_json::to_vec(record).ok()?,
            material,
            texts,
            findings: findings.map(|it| (it.fingerprint.clone(), it.waived.is_none())).collect(),
        })
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the snapshot of this number.
    New(u32),
    /// Nothing differs from the last snapshot, whose number this is; that it was looked at again
    /// is noted.
    Same(u32),
}

/// The end of the chain.
struct Last {
    number: u32,
    as_of: String,
    digest: Sha256,
    record: Sha256,
    material: Sha256,
}

impl Store {
    /// Keeps an audit. What is the same as in the last snapshot is not kept again.
    pub fn keep(&mut self, kept: &Kept<'_>) -> Result<Outcome, Diagnostic> {
        self.sealed(|transaction| write(transaction, kept))
    }

    /// Keeps one that another store kept first, behind the newest one here: its number here. A pruned
    /// one has no contents.
    pub(super) fn take_over(
        &mut self,
        mut snapshot: Snapshot,
        findings: &BTreeMap<String, bool>,
        contents: &[&[u8]],
    ) -> Result<u32, Diagnostic> {
        self.sealed(|transaction| {
            let there = snapshot.digest;
            snapshot.previous = last(transaction)?.map_or(Sha256::NOTHING, |it| it.digest);
            snapshot.digest = snapshot.sealed();
            snapshot.origin = Some(there).filter(|it| *it != snapshot.digest);
            insert(transaction, &snapshot, findings, contents)
        })
    }

    /// Notes when a snapshot was looked at again where it comes from; what is noted here already stays.
    pub(super) fn take_looks(&mut self, number: u32, at: &[String]) -> Result<(), Diagnostic> {
        let known = self.looks(number)?;
        let new: Vec<&String> = at.iter().filter(|it| !known.contains(it)).collect();
        if new.is_empty() {
            return Ok(());
        }
        self.sealed(|transaction| new.iter().try_for_each(|at| note(transaction, number, at)))
    }

    /// Does all of it, and seals it, or nothing.
    fn sealed<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Diagnostic> {
        let path = self.path.clone();
        let told = |error| fault(&path, &error);
        let transaction = seal::begin(&mut self.connection, &path)?;
        let outcome = change(&transaction).map_err(told)?;
        seal::write(&transaction).map_err(told)?;
        transaction.commit().map_err(told)?;
        Ok(outcome)
    }
}

fn write(transaction: &Transaction<'_>, kept: &Kept<'_>) -> rusqlite::Result<Outcome> {
    let material = kept.material.to_json();
    let last = last(transaction)?;
    let (record, material_digest) = (Sha256::of(&kept.record), Sha256::of(&material));
    if let Some(last) = &last
        && (last.record, last.material) == (record, material_digest)
        && last.as_of == kept.as_of.to_string()
    {
        note(transaction, last.number, &kept.taken_at)?;
        return Ok(Outcome::Same(last.number));
    }
    let size = |sha256: &Sha256| kept.texts.get(sha256).map_or(0, |text| text.len() as u64);
    let mut snapshot = Snapshot {
        number: 0,
        taken_at: kept.taken_at.clone(),
        as_of: kept.as_of,
        revision: kept.revision.clone(),
        tool: kept.tool.clone(),
        record,
        material: material_digest,
        findings: Sha256::of(listed(&kept.findings).as_bytes()),
        files: Snapshot::files_of(&kept.material, size),
        previous: last.map_or(Sha256::NOTHING, |it| it.digest),
        digest: Sha256::NOTHING,
        origin: None,
        tags: Vec::new(),
        again: None,
        open: 0,
        pruned: None,
    };
    snapshot.digest = snapshot.sealed();
    let mut contents = vec![kept.record.as_slice(), material.as_slice()];
    contents.extend(
        snapshot.files.iter().filter_map(|it| kept.texts.get(&it.sha256)).map(str::as_bytes),
    );
    insert(transaction, &snapshot, &kept.findings, &contents).map(Outcome::New)
}

/// Notes that a snapshot was looked at again.
fn note(transaction: &Transaction<'_>, snapshot: u32, at: &str) -> rusqlite::Result<()> {
    let noted = "INSERT INTO again (snapshot, at) VALUES (?1, ?2)";
    transaction.execute(noted, (snapshot, at)).map(|_| ())
}

fn last(transaction: &Transaction<'_>) -> rusqlite::Result<Option<Last>> {
    let last = "SELECT number, as_of, digest, record, material FROM snapshot
                ORDER BY number DESC LIMIT 1";
    let digest = |bytes: [u8; 32]| Sha256::from_bytes(&bytes).unwrap_or(Sha256::NOTHING);
    transaction
        .query_row(last, (), |row| {
            Ok(Last {
                number: row.get(0)?,
                as_of: row.get(1)?,
                digest: digest(row.get(2)?),
                record: digest(row.get(3)?),
                material: digest(row.get(4)?),
            })
        })
        .optional()
}

/// Writes a snapshot with its findings and its contents: its number.
fn insert(
    transaction: &Transaction<'_>,
    snapshot: &Snapshot,
    findings: &BTreeMap<String, bool>,
    contents: &[&[u8]],
) -> rusqlite::Result<u32> {
    let number = row(transaction, snapshot)?;
    for bytes in contents {
        contents::need(transaction, number, bytes)?;
    }
    for (fingerprint, open) in findings {
        transaction
            .execute("INSERT OR IGNORE INTO fingerprint (text) VALUES (?1)", [fingerprint])?;
        transaction.execute(
            "INSERT INTO found (snapshot, fingerprint, open)
             SELECT ?1, id, ?3 FROM fingerprint WHERE text = ?2",
            (number, fingerprint, open),
        )?;
    }
    Ok(number)
}

fn row(transaction: &Transaction<'_>, snapshot: &Snapshot) -> rusqlite::Result<u32> {
    let files = serde_json::to_string(&snapshot.files)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    transaction.execute(
        "INSERT INTO snapshot
         (taken_at, as_of, revision, tool, record, material, findings, files, previous, digest,
          origin, pruned)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
            &snapshot.taken_at,
            snapshot.as_of.to_string(),
            &snapshot.revision,
            &snapshot.tool,
            snapshot.record.bytes(),
            snapshot.material.bytes(),
            snapshot.findings.bytes(),
            files,
            snapshot.previous.bytes(),
            snapshot.digest.bytes(),
            snapshot.origin.as_ref().map(Sha256::bytes),
            &snapshot.pruned,
        ),
    )?;
    Ok(transaction.last_insert_rowid() as u32)
}
