//! Since when a finding stands.

use super::store::Store;
use crate::model::Date;
use crate::source::Diagnostic;
use std::collections::BTreeMap;

/// The unbroken row of audits in which a finding stood, up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The day of the first of them.
    pub since: Date,
    /// Whether it stood earlier too, and was gone in between.
    pub reopened: bool,
}

impl Store {
    /// The rows of the findings of an audit of this day. Accepted ones count: who accepts a
    /// finding has not mended it. Snapshots of later days are left out.
    pub fn rows<'f>(
        &self,
        as_of: Date,
        findings: impl IntoIterator<Item = &'f str>,
    ) -> Result<BTreeMap<&'f str, Row>, Diagnostic> {
        let mut snapshots = self.snapshots()?;
        snapshots.retain(|it| it.as_of <= as_of);
        snapshots.sort_by_key(|it| std::cmp::Reverse((it.as_of, it.number)));
        /// A finding on the way back through the years.
        struct Walk {
            row: Row,
            /// Whether a snapshot without it has been passed.
            broken: bool,
        }
        let begin = Row { since: as_of, reopened: false };
        let mut walks: BTreeMap<&str, Walk> =
            findings.into_iter().map(|it| (it, Walk { row: begin, broken: false })).collect();
        for snapshot in &snapshots {
            let found = self.findings(snapshot)?;
            for (fingerprint, walk) in &mut walks {
                match (found.contains_key(*fingerprint), walk.broken) {
                    (true, false) => walk.row.since = snapshot.as_of,
                    (true, true) => walk.row.reopened = true,
                    (false, _) => walk.broken = true,
                }
            }
        }
        Ok(walks.into_iter().map(|(fingerprint, walk)| (fingerprint, walk.row)).collect())
    }
}
