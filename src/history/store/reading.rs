//! Reading snapshots.

use super::Store;
use super::fault::damaged;
use crate::history::snapshot::listed;
use crate::history::{Material, Sha256, Snapshot, Texts};
use crate::model::Date;
use crate::source::Diagnostic;
use crate::text;
use rusqlite::Row;
use rusqlite::types::Type;
use std::collections::BTreeMap;
use std::path::Path;

const SNAPSHOTS: &str = "
SELECT number, taken_at, as_of, revision, tool, record, material, findings, files, previous,
       digest, origin, pruned,
       (SELECT count(*) FROM again WHERE again.snapshot = number),
       (SELECT max(at) FROM again WHERE again.snapshot = number),
       (SELECT count(*) FROM found WHERE found.snapshot = number AND open)
FROM snapshot ORDER BY number";

impl Store {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All snapshots in the order in which they were kept.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>, Diagnostic> {
        self.read_snapshots().map_err(self.failed())
    }

    fn read_snapshots(&self) -> rusqlite::Result<Vec<Snapshot>> {
        let mut tags: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut statement =
            self.connection.prepare("SELECT snapshot, name FROM tag ORDER BY name")?;
        let pairs = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        for pair in pairs {
            let (number, name) = pair?;
            tags.entry(number).or_default().push(name);
        }
        let mut statement = self.connection.prepare(SNAPSHOTS)?;
        let rows = statement.query_map((), |row| {
            let mut read = snapshot(row)?;
            read.tags = tags.get(&read.number).cloned().unwrap_or_default();
            Ok(read)
        })?;
        rows.collect()
    }

    /// The record of a snapshot, as JSON.
    pub fn record(&self, snapshot: &Snapshot) -> Result<Vec<u8>, Diagnostic> {
        match self.content(&snapshot.record)? {
            Some(bytes) => Ok(bytes),
            None => Err(self.gone(snapshot)),
        }
    }

    /// From what a snapshot was made.
    pub fn material(&self, snapshot: &Snapshot) -> Result<(Material, Texts), Diagnostic> {
        let bytes = self.content(&snapshot.material)?.ok_or_else(|| self.gone(snapshot))?;
        let material = Material::from_json(&bytes).map_err(|why| damaged(&self.path, &why))?;
        let mut texts = Texts::default();
        for sha256 in material.digests() {
            let bytes = self.content(&sha256)?.ok_or_else(|| self.gone(snapshot))?;
            texts.add(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok((material, texts))
    }

    /// The findings of a snapshot, and which of them were open. They stay when it is pruned.
    pub fn findings(&self, snapshot: &Snapshot) -> Result<BTreeMap<String, bool>, Diagnostic> {
        let findings = self.findings_as_they_stand(snapshot)?;
        if Sha256::of(listed(&findings).as_bytes()) != snapshot.findings {
            return Err(damaged(&self.path, &super::check::other_findings(snapshot.number)));
        }
        Ok(findings)
    }

    /// The same, also where they are not what was kept: see [`Store::altered`].
    pub fn findings_as_they_stand(
        &self,
        snapshot: &Snapshot,
    ) -> Result<BTreeMap<String, bool>, Diagnostic> {
        let read = || -> rusqlite::Result<BTreeMap<String, bool>> {
            let mut statement = self.connection.prepare(
                "SELECT text, open FROM found JOIN fingerprint ON fingerprint.id = fingerprint
                 WHERE snapshot = ?1",
            )?;
            let rows =
                statement.query_map([snapshot.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        };
        read().map_err(self.failed())
    }

    /// When a snapshot was looked at again, and nothing was different.
    pub(super) fn looks(&self, number: u32) -> Result<Vec<String>, Diagnostic> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement =
                self.connection.prepare("SELECT at FROM again WHERE snapshot = ?1 ORDER BY at")?;
            statement.query_map([number], |row| row.get(0))?.collect()
        };
        read().map_err(self.failed())
    }

    /// Its contents are not there: pruned, or lost.
    fn gone(&self, snapshot: &Snapshot) -> Diagnostic {
        let number = snapshot.number;
        match &snapshot.pruned {
            Some(at) => Diagnostic::error(
                "history-pruned",
                text!(
                    "#{number} の内容は {at} に整理されて、残っていません（日付、指摘事項の一覧、ハッシュ値だけが残っています）",
                    "the contents of #{number} were pruned at {at}; its dates, its list of findings and its digests remain"
                ),
            ),
            None => {
                let why =
                    text!("#{number} の内容がありません", "the contents of #{number} are missing");
                damaged(&self.path, &why)
            }
        }
    }
}

fn snapshot(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    let digest = |at| -> rusqlite::Result<Sha256> {
        let bytes: Vec<u8> = row.get(at)?;
        Sha256::from_bytes(&bytes).ok_or_else(|| unexpected(at, Type::Blob))
    };
    let origin: Option<Vec<u8>> = row.get(11)?;
    let files: String = row.get(8)?;
    let as_of: String = row.get(2)?;
    let (count, last): (u32, Option<String>) = (row.get(13)?, row.get(14)?);
    let open: i64 = row.get(15)?;
    Ok(Snapshot {
        number: row.get(0)?,
        taken_at: row.get(1)?,
        as_of: as_of.parse::<Date>().map_err(|_| unexpected(2, Type::Text))?,
        revision: row.get(3)?,
        tool: row.get(4)?,
        record: digest(5)?,
        material: digest(6)?,
        findings: digest(7)?,
        files: serde_json::from_str(&files).map_err(|_| unexpected(8, Type::Text))?,
        previous: digest(9)?,
        digest: digest(10)?,
        origin: origin.and_then(|it| Sha256::from_bytes(&it)),
        tags: Vec::new(),
        again: last.map(|last| (count, last)),
        open: usize::try_from(open).unwrap_or_default(),
        pruned: row.get(12)?,
    })
}

/// A column that holds something else than was written.
fn unexpected(column: usize, kind: Type) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "snapshot".to_owned(), kind)
}
