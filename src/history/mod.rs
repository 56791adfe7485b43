//! What was found is kept: snapshots through the years, in one file beside the inventory.
//!
//! ```text
//!  Assessment ─► Record ──┐                       ┌─► since when, and what came back
//!  sources ────► Material ┴─► Store (SQLite) ─────┼─► list, export, prune
//!                   ▲             │ chain of      └─► compare with a snapshot
//!                   └─ replayed ──┘ SHA-256
//! ```
//!
//! A [`Store`] keeps a [`Snapshot`] of an audit: the record of what was found, and the
//! [`Material`] from which anybody can find it again: the texts of the inventory and the
//! configurations with their secrets masked. Every snapshot carries the digest of the one before,
//! so that none can be changed, taken out or put in without being noticed; what is pruned leaves
//! its digests and its findings behind.
//!
//! The store is a file in a folder that several people share, often over a network. It is
//! therefore SQLite with a rollback journal: a write-ahead log needs memory that only programs on
//! one machine share, and leaves two more files beside the store, without which a copy of it is
//! not whole.

pub mod bundle;
mod material;
mod sha256;
mod since;
mod snapshot;
mod store;

pub use material::{
    Configuration, Declared, Hidden, Material, NamedBy, NotRead, Replayed, Texts, Told,
};
pub use sha256::Sha256;
pub use snapshot::{File, Role, Snapshot};
pub use store::{Access, Altered, Carried, FILE_NAME, Imported, Kept, Outcome, Pruned, Store};
