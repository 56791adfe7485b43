//! Since when a finding stands.

use super::store::Store;
use crate::finding::Since;
use crate::model::Date;
use crate::source::Diagnostic;
use std::collections::BTreeMap;

impl Store {
    /// Since when the findings of an audit of this day stand. Accepted ones count: who accepts a
    /// finding has not mended it. Snapshots of later days are left out. What something altered is told
    /// by [`Store::altered`].
    pub fn since<'f>(
        &self,
        as_of: Date,
        findings: impl IntoIterator<Item = &'f str>,
    ) -> Result<BTreeMap<&'f str, Since>, Diagnostic> {
        let mut snapshots = self.snapshots()?;
        snapshots.retain(|it| it.as_of <= as_of);
        snapshots.sort_by_key(|it| std::cmp::Reverse((it.as_of, it.number)));
        /// A finding on the way back through the years.
        struct Walk {
            since: Since,
            /// Whether a snapshot without it has been passed.
            broken: bool,
        }
        let begin = Since { on: as_of, reopened: false };
        let mut walks: BTreeMap<&str, Walk> =
            findings.into_iter().map(|it| (it, Walk { since: begin, broken: false })).collect();
        for snapshot in &snapshots {
            let found = self.findings_as_they_stand(snapshot)?;
            for (fingerprint, walk) in &mut walks {
                match (found.contains_key(*fingerprint), walk.broken) {
                    (true, false) => walk.since.on = snapshot.as_of,
                    (true, true) => walk.since.reopened = true,
                    (false, _) => walk.broken = true,
                }
            }
        }
        Ok(walks.into_iter().map(|(fingerprint, walk)| (fingerprint, walk.since)).collect())
    }
}
