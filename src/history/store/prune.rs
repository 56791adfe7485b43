//! Pruning: contents go, the chain stays, and they may come back. A pruned snapshot keeps its dates, its digests, the
//! names of its files and the list of its findings, so that "since when" stays true.

use super::Store;
use super::contents;
use super::fault::fault;
use super::seal;
use crate::history::Snapshot;
use crate::model::Date;
use crate::source::Diagnostic;
use rusqlite::Transaction;

/// What pruning comes to.
#[derive(Clone, Debug)]
pub struct Pruned {
    /// The snapshots whose contents go.
    pub snapshots: Vec<Snapshot>,
    /// How many bytes the file had, and has; equal when nothing was done.
    pub bytes: (u64, u64),
}

impl Store {
    /// The snapshots that pruning would take: those judged before a day, without the tagged ones
    /// when they are to be kept. The newest is never taken.
    pub fn prunable(
        &self,
        before: Option<Date>,
        keep_tagged: bool,
    ) -> Result<Vec<Snapshot>, Diagnostic> {
        let mut snapshots = self.snapshots()?;
        snapshots.pop();
        snapshots.retain(|it| {
            it.pruned.is_none()
                && before.is_none_or(|day| it.as_of < day)
                && (!keep_tagged || it.tags.is_empty())
        });
        Ok(snapshots)
    }

    /// Removes the contents of these snapshots.
    pub fn prune(&mut self, snapshots: Vec<Snapshot>, at: &str) -> Result<Pruned, Diagnostic> {
        let path = self.path.clone();
        let told = |error| fault(&path, &error);
        let size = || std::fs::metadata(&path).map_or(0, |it| it.len());
        let before = size();
        let transaction = seal::begin(&mut self.connection, &path)?;
        remove(&transaction, &snapshots, at).map_err(told)?;
        transaction.commit().map_err(told)?;
        // What is gone is gone already; that the file shrinks is a courtesy.
        let _ = self.connection.execute_batch("VACUUM");
        Ok(Pruned { snapshots, bytes: (before, size()) })
    }
}

impl Store {
    /// Gives a pruned snapshot its contents back.
    pub(super) fn restore(
        &mut self,
        snapshot: &Snapshot,
        bytes: &[&[u8]],
    ) -> Result<(), Diagnostic> {
        let path = self.path.clone();
        let told = |error| fault(&path, &error);
        let transaction = seal::begin(&mut self.connection, &path)?;
        let number = snapshot.number;
        let write = || -> rusqlite::Result<()> {
            for content in bytes {
                contents::need(&transaction, number, content)?;
            }
            let whole = "UPDATE snapshot SET pruned = NULL WHERE number = ?1";
            transaction.execute(whole, [number])?;
            seal::write(&transaction)
        };
        write().map_err(told)?;
        transaction.commit().map_err(told)
    }
}

fn remove(transaction: &Transaction<'_>, snapshots: &[Snapshot], at: &str) -> rusqlite::Result<()> {
    for snapshot in snapshots {
        transaction.execute("DELETE FROM needs WHERE snapshot = ?1", [snapshot.number])?;
        transaction
            .execute("UPDATE snapshot SET pruned = ?2 WHERE number = ?1", (snapshot.number, at))?;
    }
    transaction.execute(
        "DELETE FROM content WHERE NOT EXISTS
         (SELECT 1 FROM needs WHERE needs.content = content.id)",
        (),
    )?;
    seal::write(transaction)
}
