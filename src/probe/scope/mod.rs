//! The scope (確認範囲指定書): the written permission for probes, and what it permits.
//!
//! ```text
//!  scope.yaml ──► ScopeFile ──► Scope ──┐
//!  inventory ──► Classes ───────────────┼─► Admission: one question, one moment ──► go, or a Refusal
//!  names, resolved once ──► Pins ───────┘
//! ```
//!
//! Everything that is not permitted is refused, before a socket exists, with the reason. A scope
//! widens nothing by leaving something out: no ports means no question. What no scope can permit
//! stands in [`forbidden`].

mod admit;
mod check;
mod forbidden;
mod pins;
mod record;
mod refusal;
mod windows;
mod words;

pub use admit::Admission;
pub use forbidden::{embedded, forbidden, never};
pub use pins::{Pins, Unpinned, pin};
pub use record::{
    Approver, Consent, Excluded, Notice, Opening, RaisedBy, ScopeFile, ScopeLimits, Target, Tester,
};
pub use refusal::{Reason, Refusal};
pub(crate) use words::is_single;
pub use words::{Hours, Place, TimeZone};

use super::{Limits, Window};
use crate::inventory::{Inventory, read_beside};
use crate::model::{EntityKind, EntityRef};
use crate::source::{Diagnostic, FileId, Level, SourceMap};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A scope without mistakes.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What the file says.
    pub file: ScopeFile,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub hash: String,
    /// Where probes may be sent from: connections (at the party's end) and zones.
    pub from: Vec<EntityRef>,
    /// How slowly.
    pub limits: Limits,
    /// When: in order, apart from one another, none beyond the expiry.
    pub windows: Vec<Window>,
    /// From this moment on nothing is permitted.
    pub expires: Timestamp,
}

impl Scope {
    /// Reads a scope beside the inventory whose things it names. `bytes` are those of the file,
    /// for the hash. There is no scope as long as there is a mistake.
    pub fn read(
        sources: &SourceMap,
        file: FileId,
        bytes: &[u8],
        inventory: &Inventory,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let (read, told) = read_beside::<ScopeFile>(sources, file, inventory, |read, out| {
            check::check(read, inventory, out);
        });
        let sound = !told.iter().any(|it| it.level == Level::Error);
        let scope = read.filter(|_| sound).map(|file| Self {
            hash: hexadecimal(bytes),
            from: file.from.iter().filter_map(|it| vantage(inventory, &it.value)).collect(),
            limits: file.limits.as_ref().map_or_else(Limits::default, check::limits),
            windows: windows::expand(&file),
            expires: windows::expiry(&file),
            file,
        });
        (scope, told)
    }
}

/// The JSON Schema of a scope, as `sekisho schema --scope` prints it.
pub fn json_schema() -> serde_json::Value {
    crate::inventory::schema::of::<ScopeFile>("Sekisho scope / 関所 確認範囲指定書")
}

/// The connection or the zone that is named.
fn vantage(inventory: &Inventory, named: &crate::inventory::Subject) -> Option<EntityRef> {
    let kinds = [EntityKind::Connection, EntityKind::Zone];
    let kinds = kinds.into_iter().filter(|kind| named.kind.is_none_or(|it| it == *kind));
    let mut things = kinds.map(|kind| EntityRef::new(kind, &named.id));
    things.find(|it| inventory.span_of(it).is_some())
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
