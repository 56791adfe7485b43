//! Whether everything is as it was kept.

use super::Store;
use super::fault::damaged;
use super::seal;
use crate::history::Sha256;
use crate::locale::Text;
use crate::source::Diagnostic;
use crate::text;

impl Store {
    /// Checks the file, every digest and the chain; how many snapshots there are. The error names
    /// the first that is not as it was kept.
    ///
    /// That the newest ones were taken off the end nobody can tell from the store alone: compare
    /// the digest of the last one with one that stands elsewhere, on paper or in a bundle.
    pub fn check(&self) -> Result<usize, Diagnostic> {
        // One state of everything: others may be writing.
        let reading = self.connection.unchecked_transaction().map_err(self.failed())?;
        let verdict: String = self
            .connection
            .pragma_query_value(None, "integrity_check", |row| row.get(0))
            .map_err(self.failed())?;
        if verdict != "ok" {
            return Err(self.altered(Text::same(verdict)));
        }
        let snapshots = self.snapshots()?;
        let mut previous = Sha256::NOTHING;
        for snapshot in &snapshots {
            let number = snapshot.number;
            if snapshot.previous != previous {
                return Err(self.altered(text!(
                    "#{number} の前にあった時点記録が、なくなっているか入れ替わっています",
                    "the snapshot before #{number} is gone or was exchanged"
                )));
            }
            if snapshot.sealed() != snapshot.digest {
                return Err(self.altered(text!(
                    "#{number} の記載が書き換えられています",
                    "what stands about #{number} was altered"
                )));
            }
            previous = snapshot.digest;
            self.findings(snapshot)?;
            if snapshot.pruned.is_none() {
                self.record(snapshot)?;
                self.material(snapshot)?;
            }
        }
        let version = |row| self.connection.pragma_query_value(None, row, |it| it.get(0));
        let version: i32 = version("user_version").map_err(self.failed())?;
        if !seal::holds(&self.connection, version).map_err(self.failed())? {
            return Err(self.altered(text!(
                "時点記録のほかの記載（タグ、再確認の日時、整理の記録など）が書き換えられています",
                "something beside the snapshots was altered: a tag, when something was looked at again or pruned, or the like"
            )));
        }
        drop(reading);
        Ok(snapshots.len())
    }

    fn altered(&self, why: Text) -> Diagnostic {
        damaged(&self.path, &why)
    }
}
