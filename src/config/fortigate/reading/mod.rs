//! The blocks that are read, by theme.
//!
//! A list is one string of names, so that a block is a few lines. Names as in the FortiOS CLI
//! Reference.

mod firewall;
mod interfaces;
mod system;
mod vpn;

use super::super::coverage::Because;

/// Settings that say nothing about connections, and why.
pub(super) type Skipped = &'static [(Because, &'static str)];

/// A block whose settings become facts.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name; of a block within a row, the name of the table, `/` and its own.
    pub(super) path: &'static str,
    /// Settings that become facts, or that change nothing when they have their usual value.
    pub(super) read: &'static str,
    /// Settings that say nothing about connections.
    pub(super) skip: Skipped,
}

/// Every block that is read.
pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    [firewall::TABLES, interfaces::TABLES, system::TABLES, vpn::TABLES].into_iter().flatten()
}
