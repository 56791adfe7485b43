//! Whether everything is as it was kept.

use super::Store;
use super::fault::damaged;
use super::seal;
use crate::history::{Sha256, Snapshot};
use crate::locale::Text;
use crate::source::Diagnostic;
use crate::text;
use rusqlite::OptionalExtension as _;
use std::collections::BTreeSet;
use std::path::Path;

/// What something else than this program altered in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The first snapshot that is not as it was kept, or that is not there any more, so that nothing
    /// from there on is certain; none when every one that is there is as it was kept.
    pub since: Option<u32>,
    /// What it is.
    pub why: Text,
}

impl Altered {
    /// Whether a snapshot may be another one than was kept.
    pub fn concerns(&self, snapshot: &Snapshot) -> bool {
        self.since.is_some_and(|since| snapshot.number >= since)
    }

    /// The same in words.
    pub fn told(&self, path: &Path) -> Diagnostic {
        let (name, why) = (path.display(), &self.why);
        let extent = match self.since {
            Some(since) => text!(
                "#{since} 以降の表示は、保存した時のものとは限りません",
                "from #{since} on, what is shown may not be what was kept"
            ),
            None => text!(
                "残っている時点記録は保存した時のままですが、最新のものが取り除かれていないかは、このファイルだけでは分かりません",
                "the snapshots that are there are as they were kept; whether newer ones were taken away, this file alone does not tell"
            ),
        };
        Diagnostic::error(
            "history-altered",
            text!(
                "履歴「{name}」は、sekisho 以外が書き換えています: {why}。{extent}",
                "something other than sekisho altered the history `{name}`: {why}; {extent}"; why, extent
            ),
        )
        .help(text!(
            "控えと見比べてください。sekisho history check ですべてを確かめられます。この履歴には何も書き加えません",
            "compare it with a copy; `sekisho history check` checks all of it; nothing more is written to it"
        ))
    }
}

impl Store {
    /// Checks the file, every digest and the chain; how many snapshots there are. The error names
    /// the first that is not as it was kept.
    ///
    /// Whoever takes the newest ones off the end and forges the last number and the seal, or puts an
    /// older copy in its place, leaves a store in which nothing shows it: compare the digest of the
    /// last one with one that stands elsewhere, on paper or in a bundle.
    pub fn check(&self) -> Result<usize, Diagnostic> {
        // One state of everything: others may be writing.
        let reading = self.connection.unchecked_transaction().map_err(self.failed())?;
        let verdict: String = self
            .connection
            .pragma_query_value(None, "integrity_check", |row| row.get(0))
            .map_err(self.failed())?;
        if verdict != "ok" {
            return Err(damaged(&self.path, &Text::same(verdict)));
        }
        let snapshots = self.snapshots()?;
        let mut previous = Sha256::NOTHING;
        for snapshot in &snapshots {
            if let Some(why) = broken(snapshot, previous) {
                return Err(damaged(&self.path, &why));
            }
            previous = snapshot.digest;
            self.findings(snapshot)?;
            if snapshot.pruned.is_none() {
                self.record(snapshot)?;
                self.material(snapshot)?;
            }
        }
        if let Some((_, why)) = self.taken_away(&snapshots).map_err(self.failed())? {
            return Err(damaged(&self.path, &why));
        }
        if !self.is_sealed()? {
            return Err(damaged(&self.path, &beside()));
        }
        drop(reading);
        Ok(snapshots.len())
    }

    /// Whether something else than this program altered it, as far as that shows without unpacking
    /// what was kept: said of every history that is read, which is shown all the same.
    pub fn altered(&self) -> Result<Option<Altered>, Diagnostic> {
        let reading = self.connection.unchecked_transaction().map_err(self.failed())?;
        let mut previous = Sha256::NOTHING;
        let snapshots = self.snapshots()?;
        let contents = self.contents().map_err(self.failed())?;
        for snapshot in &snapshots {
            let number = snapshot.number;
            let broken = broken(snapshot, previous)
                .or_else(|| self.findings(snapshot).err().map(|_| other_findings(number)))
                .or_else(|| self.incomplete(snapshot, &contents));
            if let Some(why) = broken {
                return Ok(Some(Altered { since: Some(number), why }));
            }
            previous = snapshot.digest;
        }
        let first = snapshots.first().map_or(1, |it| it.number);
        if let Some(why) = self.cut_off().map_err(self.failed())? {
            return Ok(Some(Altered { since: Some(first), why }));
        }
        if let Some((since, why)) = self.taken_away(&snapshots).map_err(self.failed())? {
            return Ok(Some(Altered { since: Some(since), why }));
        }
        let sealed = self.is_sealed()?;
        // Something differs, and it may be a content: now they are worth unpacking.
        let spoilt = match sealed {
            true => None,
            false => snapshots.iter().find(|it| it.pruned.is_none() && !self.is_whole(it)),
        };
        drop(reading);
        Ok(match (sealed, spoilt) {
            (true, _) => None,
            (false, None) => Some(Altered { since: None, why: beside() }),
            (false, Some(it)) => {
                let number = it.number;
                let why = text!(
                    "#{number} の内容が書き換えられているか、壊れています",
                    "the contents of #{number} were altered or are damaged"
                );
                Some(Altered { since: Some(number), why })
            }
        })
    }

    /// Whether everything from which a snapshot was made is what was kept.
    fn is_whole(&self, snapshot: &Snapshot) -> bool {
        self.record(snapshot).is_ok() && self.material(snapshot).is_ok()
    }

    /// The first snapshot that was taken off the end. Numbers are never given again, and the store
    /// notes the last that it gave.
    fn taken_away(&self, snapshots: &[Snapshot]) -> rusqlite::Result<Option<(u32, Text)>> {
        let given = "SELECT seq FROM sqlite_sequence WHERE name = 'snapshot'";
        let given: Option<u32> =
            self.connection.query_row(given, (), |row| row.get(0)).optional()?;
        let (given, last) = (given.unwrap_or(0), snapshots.last().map_or(0, |it| it.number));
        let first = last.saturating_add(1);
        Ok((given > last).then(|| {
            let why = match given - last {
                1 => text!(
                    "最新の時点記録 #{given} が取り除かれています",
                    "the newest snapshot, #{given}, was taken away"
                ),
                _ => text!(
                    "最新の時点記録 #{first}〜#{given} が取り除かれています",
                    "the newest snapshots, #{first} to #{given}, were taken away"
                ),
            };
            (first, why)
        }))
    }

    /// Whether a seal covers tags, notes and the end of the list: the first version of the format had
    /// none.
    pub fn has_seal(&self) -> Result<bool, Diagnostic> {
        seal::exists(&self.connection).map_err(self.failed())
    }

    fn is_sealed(&self) -> Result<bool, Diagnostic> {
        seal::holds(&self.connection).map_err(self.failed())
    }

    /// Whether the file is shorter or longer than it says itself. Nobody writes to it meanwhile.
    fn cut_off(&self) -> rusqlite::Result<Option<Text>> {
        let number =
            |name| self.connection.pragma_query_value(None, name, |it| it.get::<_, i64>(0));
        let said = number("page_count")?.saturating_mul(number("page_size")?);
        let Ok(bytes) = std::fs::metadata(&self.path).map(|it| it.len()) else { return Ok(None) };
        let whole = u64::try_from(said).is_ok_and(|it| it == bytes);
        Ok((!whole).then(|| {
            text!(
                "ファイルが{bytes}バイトで、{said}バイトのはずです",
                "the file has {bytes} bytes and should have {said}"
            )
        }))
    }

    /// The digests of all contents that are there.
    fn contents(&self) -> rusqlite::Result<BTreeSet<Vec<u8>>> {
        let mut statement = self.connection.prepare("SELECT sha256 FROM content")?;
        let all = statement.query_map((), |row| row.get(0))?;
        all.collect()
    }

    fn incomplete(&self, snapshot: &Snapshot, contents: &BTreeSet<Vec<u8>>) -> Option<Text> {
        let files = snapshot.files.iter().map(|it| &it.sha256);
        let mut needed = [&snapshot.record, &snapshot.material].into_iter().chain(files);
        let lacks = needed.any(|it| !contents.contains(it.bytes().as_slice()));
        let number = snapshot.number;
        (lacks && snapshot.pruned.is_none())
            .then(|| text!("#{number} の内容がありません", "the contents of #{number} are missing"))
    }
}

/// What of a snapshot is not as it was kept behind this one.
fn broken(snapshot: &Snapshot, previous: Sha256) -> Option<Text> {
    let number = snapshot.number;
    if snapshot.previous != previous {
        return Some(text!(
            "#{number} の前にあった時点記録が、なくなっているか入れ替わっています",
            "the snapshot before #{number} is gone or was exchanged"
        ));
    }
    (snapshot.sealed() != snapshot.digest).then(|| {
        text!("#{number} の記載が書き換えられています", "what stands about #{number} was altered")
    })
}

pub(super) fn other_findings(number: u32) -> Text {
    text!(
        "#{number} の指摘事項の一覧が書き換えられています",
        "the list of findings of #{number} was altered"
    )
}

fn beside() -> Text {
    text!(
        "全体の封印が合いません。タグ、再確認の日時、整理の記録が書き換えられたか、時点記録の番号の控えが書き換えられています",
        "the seal over everything does not agree: a tag, when something was looked at again or pruned, or the note of the last number was altered"
    )
}
