//! The tables, by version. A version that was ever published is never changed: a new one is
//! added, with the statements that lead to it.

use rusqlite::Transaction;

/// What SQLite writes into the header of the file, so that no other program's file is taken for a
/// store: `SKSH`.
pub(super) const APPLICATION: i32 = 0x534B_5348;

/// The statements that lead from each version to the next; the first from an empty file.
const STEPS: &[&str] = &[V1, V2, V3];

/// The newest version.
pub(super) const VERSION: i32 = STEPS.len() as i32;

/// Contents are kept once under their digest. `kept` is the order of keeping, which the chain
/// follows; `number` is never given again (`AUTOINCREMENT`).
const V1: &str = "
CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    bytes INTEGER NOT NULL,
    packed BLOB NOT NULL
) STRICT;
CREATE TABLE snapshot (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    taken_at TEXT NOT NULL,
    as_of TEXT NOT NULL,
    revision TEXT,
    tool TEXT NOT NULL,
    record BLOB NOT NULL,
    material BLOB NOT NULL,
    findings BLOB NOT NULL,
    files TEXT NOT NULL,
    previous BLOB NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    origin BLOB,
    pruned TEXT
) STRICT;
CREATE TABLE needs (
    snapshot INTEGER NOT NULL REFERENCES snapshot (number),
    content INTEGER NOT NULL REFERENCES content (id),
    PRIMARY KEY (snapshot, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX needed ON needs (content);
CREATE TABLE fingerprint (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE found (
    snapshot INTEGER NOT NULL REFERENCES snapshot (number),
    fingerprint INTEGER NOT NULL REFERENCES fingerprint (id),
    open INTEGER NOT NULL,
    PRIMARY KEY (snapshot, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE TABLE tag (
    name TEXT PRIMARY KEY,
    snapshot INTEGER NOT NULL REFERENCES snapshot (number)
) STRICT, WITHOUT ROWID;
CREATE TABLE again (
    snapshot INTEGER NOT NULL REFERENCES snapshot (number),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX again_of ON again (snapshot);
";

/// One digest over everything: see [`super::seal`].
const V2: &str = "
CREATE TABLE seal (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
";

/// The tables stay as they are. What is kept of an audit may hold observations and journals of probes,
/// which programs before this version would not understand: by the number they know it.
const V3: &str = "";

/// Leads a store of an older version, or an empty file, to the newest one.
pub(super) fn migrate(transaction: &Transaction<'_>, from: i32) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    super::seal::write(transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)
}
