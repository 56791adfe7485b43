//! The seal: one digest over every row of every table, written with every change.
//!
//! The chain covers what an audit found. Tags, the note that something was looked at again, when
//! something was pruned, where it came from: the seal covers these, too. Whoever forges a row on
//! purpose can forge the seal; a disk that loses a bit, or somebody who tries, is noticed.

use super::fault::{damaged, fault};
use crate::history::Sha256;
use crate::source::Diagnostic;
use crate::text;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};
use sha2::Digest as _;
use std::path::Path;

/// What is covered, in this order. A content is covered by its digest, which is checked where it is
/// read.
const ROWS: [&str; 8] = [
    "SELECT id, sha256, bytes, length(packed) FROM content ORDER BY id",
    "SELECT number, taken_at, as_of, revision, tool, record, material, findings, files, previous,
            digest, origin, pruned FROM snapshot ORDER BY number",
    "SELECT snapshot, content FROM needs ORDER BY snapshot, content",
    "SELECT id, text FROM fingerprint ORDER BY id",
    "SELECT snapshot, fingerprint, open FROM found ORDER BY snapshot, fingerprint",
    "SELECT name, snapshot FROM tag ORDER BY name",
    "SELECT snapshot, at FROM again ORDER BY rowid",
    "SELECT name, seq FROM sqlite_sequence ORDER BY name",
];

/// The digest over everything.
fn over(connection: &Connection) -> rusqlite::Result<Sha256> {
    let mut digest = sha2::Sha256::new();
    for rows in ROWS {
        let mut statement = connection.prepare(rows)?;
        let columns = statement.column_count();
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                // A length before every value: what is written here can be read in one way only.
                let mut add = |kind: u8, bytes: &[u8]| {
                    digest.update([kind]);
                    digest.update((bytes.len() as u64).to_be_bytes());
                    digest.update(bytes);
                };
                match row.get_ref(column)? {
                    ValueRef::Null => add(0, &[]),
                    ValueRef::Integer(number) => add(1, &number.to_be_bytes()),
                    ValueRef::Real(number) => add(2, &number.to_be_bytes()),
                    ValueRef::Text(text) => add(3, text),
                    ValueRef::Blob(bytes) => add(4, bytes),
                }
            }
        }
        digest.update([9]);
    }
    Ok(Sha256::from_digest(digest.finalize().into()))
}

/// Begins a change of a store that is as it was when it was sealed. One that somebody altered is left
/// alone: a new seal would hide it.
pub(super) fn begin<'c>(
    connection: &'c mut Connection,
    path: &Path,
) -> Result<Transaction<'c>, Diagnostic> {
    let told = |error| fault(path, &error);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
    if holds(&transaction).map_err(told)? {
        return Ok(transaction);
    }
    let why = text!(
        "前回の書込みの後に、sekisho 以外が書き換えています。書き加えると分からなくなるため、何も書いていません",
        "something other than sekisho altered it after it was last written; writing to it would hide that, so nothing was written"
    );
    Err(damaged(path, &why))
}

/// Writes the seal: the last thing that happens to a store before a change is done.
pub(super) fn write(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let digest = over(transaction)?;
    transaction
        .execute("INSERT OR REPLACE INTO seal (id, digest) VALUES (1, ?1)", [digest.bytes()])
        .map(|_| ())
}

/// The version of the format since which there is a seal.
const SINCE: i32 = 2;

/// Whether everything is as it was when the seal was written; what the first version of the format
/// wrote has none. Whoever sets back the number of the version takes no seal away.
pub(super) fn holds(connection: &Connection) -> rusqlite::Result<bool> {
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let is_there = exists(connection)?;
    if !is_there || version < SINCE {
        return Ok(!is_there && version < SINCE);
    }
    let stored = "SELECT digest FROM seal WHERE id = 1";
    let stored = connection.query_row(stored, (), |row| row.get::<_, Vec<u8>>(0)).optional()?;
    Ok(stored.as_deref() == Some(over(connection)?.bytes().as_slice()))
}

/// Whether there is one.
pub(super) fn exists(connection: &Connection) -> rusqlite::Result<bool> {
    let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'seal'";
    connection.query_row(table, (), |row| row.get::<_, i32>(0)).map(|count| count > 0)
}
