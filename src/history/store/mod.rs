//! The store: one SQLite file of snapshots.

mod carry;
mod check;
mod contents;
mod fault;
mod keep;
mod open;
mod prune;
mod reading;
mod references;
mod schema;
mod seal;

pub use carry::{Carried, Imported};
pub use check::Altered;
pub use keep::{Kept, Outcome};
pub use prune::Pruned;

use crate::source::Diagnostic;
use rusqlite::Connection;
use std::path::PathBuf;

/// What the store beside an inventory is called.
pub const FILE_NAME: &str = "sekisho.history";

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read; it must be there. Others may read and write at the same time.
    Read,
    /// To write; it is made when it is not there. One writes at a time, the others wait.
    Write,
}

/// An open store. Every error is a sentence for a person, and leaves the store as it was.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// What went wrong, in words.
    fn failed(&self) -> impl Fn(rusqlite::Error) -> Diagnostic + '_ {
        |error| fault::fault(&self.path, &error)
    }
}
