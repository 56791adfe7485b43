//! Contents: texts and records, packed, each once under its digest.

use super::Store;
use super::fault::damaged;
use crate::history::Sha256;
use crate::source::Diagnostic;
use crate::text;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use rusqlite::{OptionalExtension as _, Transaction};
use std::io::Read as _;

/// The largest content that is unpacked. An inventory of 100,000 systems has 20 MiB.
const MOST: u64 = 512 * 1024 * 1024;

/// Packs and stores one content, unless it is there already; returns its key.
fn store(transaction: &Transaction<'_>, bytes: &[u8]) -> rusqlite::Result<i64> {
    let sha256 = Sha256::of(bytes);
    let known = "SELECT id FROM content WHERE sha256 = ?1";
    let known = transaction.query_row(known, [sha256.bytes()], |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let mut packed = Vec::new();
    // Reading from memory cannot fail.
    let _ = DeflateEncoder::new(bytes, Compression::best()).read_to_end(&mut packed);
    transaction.execute(
        "INSERT INTO content (sha256, bytes, packed) VALUES (?1, ?2, ?3)",
        (sha256.bytes(), bytes.len() as i64, packed),
    )?;
    Ok(transaction.last_insert_rowid())
}

/// Stores one content that a snapshot needs.
pub(super) fn need(
    transaction: &Transaction<'_>,
    snapshot: u32,
    bytes: &[u8],
) -> rusqlite::Result<()> {
    let content = store(transaction, bytes)?;
    let needs = "INSERT OR IGNORE INTO needs (snapshot, content) VALUES (?1, ?2)";
    transaction.execute(needs, (snapshot, content)).map(|_| ())
}

impl Store {
    /// A content, checked against its digest; `None` when it is not (or no longer) there.
    pub fn content(&self, sha256: &Sha256) -> Result<Option<Vec<u8>>, Diagnostic> {
        let row = self
            .connection
            .query_row(
                "SELECT bytes, packed FROM content WHERE sha256 = ?1",
                [sha256.bytes()],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
            )
            .optional()
            .map_err(self.failed())?;
        let Some((length, packed)) = row else { return Ok(None) };
        let length = u64::try_from(length).unwrap_or_default().min(MOST);
        let mut bytes = Vec::new();
        // One byte more than there may be, so that a longer content is noticed and not unpacked.
        let unpacked = DeflateDecoder::new(&*packed).take(length + 1).read_to_end(&mut bytes);
        if unpacked.is_err() || Sha256::of(&bytes) != *sha256 {
            let short = sha256.short();
            let why = text!(
                "内容 {short}… が、保存した時のものではありません",
                "the content {short}… is not what was kept"
            );
            return Err(damaged(&self.path, &why));
        }
        Ok(Some(bytes))
    }
}
