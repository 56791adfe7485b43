//! Declared facts: YAML → [`Inventory`], every value with its place in the file.
//!
//! ```text
//! text ──yaml──► Node tree ──decode──► records ──read: merge──► Inventory ──validate──► diagnostics
//!                                                                    └─flat──► key and value, thing by thing
//! ```
//!
//! Reading is total: it never stops at the first mistake and never panics. The records in
//! [`records`] are the vocabulary of the inventory; one list of fields gives the reader, the JSON
//! Schema ([`schema`]) and the documentation, so that they cannot disagree.
//!
//! Other files that people write and that speak of the same things (the permission for probes)
//! are read with the same machinery: `record`, `decode`, [`read_beside`].
//!
//! This room is handed text; it opens no files. It knows nothing of configurations,
//! observations or findings.

pub(crate) mod decode;
pub(crate) mod flat;
pub(crate) mod meant;
mod patterns;
mod read;
pub(crate) mod record;
pub mod records;
mod reference;
mod rewrite;
pub mod schema;
mod syntax;
mod table;
mod traps;
mod validate;
pub(crate) mod yaml;

pub use flat::{FieldName, Stated, entry};
pub(crate) use read::read_beside;
pub use read::{Reading, read, read_as_of};
pub use records::*;
pub use reference::{Changed, Endpoint, Holder, Mount, Ref, Subject};
pub use rewrite::{Place, rewritten};
pub use table::{Entry, Table};
pub use validate::EXPIRED;
