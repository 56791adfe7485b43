//! Whether everything is as it was kept.

use super::Store;
use super::fault::damaged;
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
        Ok(snapshots.len())
    }

    fn altered(&self, why: Text) -> Diagnostic {
        damaged(&self.path, &why)
    }
}
