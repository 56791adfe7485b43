//! Opening: nothing is touched that is not a store, and nothing that a later version wrote.

use super::fault::{damaged, emptied, fault, folder, foreign, missing, newer, unmade};
use super::schema::{APPLICATION, VERSION, migrate};
use super::seal;
use super::{Access, Store};
use crate::source::Diagnostic;
use crate::text;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// How long a program waits for another one that is writing. A snapshot is written in milliseconds;
/// over a slow network in seconds.
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the store at this path.
    pub fn open(path: &Path, access: Access) -> Result<Self, Diagnostic> {
        match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => return Err(folder(path)),
            Ok(about) if !about.is_file() => return Err(foreign(path)),
            // A store is never empty: it comes into its place when its tables are there.
            Ok(about) if about.len() == 0 => return Err(emptied(path)),
            Err(error)
                if access == Access::Read && error.kind() == std::io::ErrorKind::NotFound =>
            {
                return Err(missing(path));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => begin(path)?,
            _ => {}
        }
        let told = |error| fault(path, &error);
        let connection = match access {
            Access::Write => connect(path, access).and_then(write_at_ease).map_err(told)?,
            Access::Read => match connect(path, access) {
                Err(error) if interrupted(&error) => {
                    // Somebody was killed while writing. Whoever may write takes back what is
                    // half; afterwards it can be read.
                    connect(path, Access::Write).map_err(told)?;
                    connect(path, access).map_err(told)?
                }
                connected => connected.map_err(told)?,
            },
        };
        let mut store = Self { connection, path: path.to_owned() };
        store.recognise(access)?;
        Ok(store)
    }

    /// Refuses what is not a store, or that of a later version; brings an older one up to date
    /// when it may write.
    fn recognise(&mut self, access: Access) -> Result<(), Diagnostic> {
        let (application, version, tables) = self.identity().map_err(self.failed())?;
        let empty = application == 0 && version == 0 && tables == 0;
        if application != APPLICATION && !(empty && access == Access::Write) {
            return Err(if empty { missing(&self.path) } else { foreign(&self.path) });
        }
        if version > VERSION {
            return Err(newer(&self.path, version, VERSION));
        }
        // What an older version wrote is read as it is.
        if version == VERSION || (access == Access::Read && version >= 1) {
            return Ok(());
        }
        if access == Access::Read {
            let why = text!("形式の版が {version} です", "version {version} of the format");
            return Err(damaged(&self.path, &why));
        }
        let path = self.path.clone();
        let told = |error| fault(&path, &error);
        let transaction = match version {
            0 => self.connection.transaction_with_behavior(TransactionBehavior::Immediate),
            // Bringing it up to date seals it anew, which would hide what somebody altered.
            _ => Ok(seal::begin(&mut self.connection, &path)?),
        };
        let transaction = transaction.map_err(told)?;
        // Another program may have been faster.
        let version =
            transaction.pragma_query_value(None, "user_version", |it| it.get(0)).map_err(told)?;
        if version < VERSION {
            migrate(&transaction, version).map_err(told)?;
        }
        transaction.commit().map_err(told)
    }

    fn identity(&self) -> rusqlite::Result<(i32, i32, i32)> {
        let number = |name| self.connection.pragma_query_value(None, name, |it| it.get(0));
        let tables = "SELECT count(*) FROM sqlite_schema";
        Ok((
            number("application_id")?,
            number("user_version")?,
            self.connection.query_row(tables, (), |it| it.get(0))?,
        ))
    }
}

/// Makes a store with its tables, beside its place, and puts it there: whoever is stopped in between
/// leaves nothing that could be taken for one whose contents are gone.
fn begin(path: &Path) -> Result<(), Diagnostic> {
    let beside = path.parent().filter(|it| !it.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    let mut failed = None;
    // SQLite makes the file, so that whoever may read the folder may read it.
    let made = tempfile::Builder::new().prefix(".sekisho-").make_in(beside, |place| {
        failed = tables(place).err();
        match &failed {
            Some(_) => {
                let _ = std::fs::remove_file(place);
                Err(std::io::ErrorKind::Other.into())
            }
            None => Ok(()),
        }
    });
    let place = made.map_err(|error| match &failed {
        Some(error) => fault(path, error),
        None => unmade(path, &error),
    })?;
    match place.into_temp_path().persist_noclobber(path) {
        // Another program was faster.
        Err(why) if why.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(|why| unmade(path, &why.error)),
    }
}

/// A store with nothing in it.
fn tables(place: &Path) -> rusqlite::Result<()> {
    let mut connection = connect(place, Access::Write).and_then(write_at_ease)?;
    let transaction = connection.transaction()?;
    migrate(&transaction, 0)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

/// Connects, and reads for the first time: that is when SQLite looks at the file.
fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    // The file may come from anybody: what it defines is not executed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    Ok(connection)
}

/// Every snapshot is on the disk when it is said to be kept, also when the power fails then.
fn write_at_ease(connection: Connection) -> rusqlite::Result<Connection> {
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Whether a writer was killed and its journal waits for somebody who may write.
fn interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|it| {
        matches!(
            it.extended_code,
            rusqlite::ffi::SQLITE_READONLY_ROLLBACK | rusqlite::ffi::SQLITE_READONLY_RECOVERY
        )
    })
}
