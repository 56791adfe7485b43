//! What differs between two states, and why (年次差分).
//!
//! ```text
//!  Assessment ──► Record ─┐                     ┌─► what changed, by nature and with a reason
//!                         ├─identity─► pairs ───┼─► findings: new, fixed, still open since
//!  kept last year: Record ┘                     └─► who reaches what
//! ```
//!
//! A [`Record`] is one state of everything, flat and of its own: it is what is kept, and the only
//! thing that a comparison sees. [`Difference::between`] pairs the things of two records, also
//! those that were renumbered, renamed or replaced, and says of each change whether the ledger
//! changed, reality changed, both part from each other (乖離), or only more or less was looked at
//! (確認範囲の変更): what nobody looked at is never told as gone.
//!
//! This room opens nothing: records come from an audit or from the store.

mod attributes;
mod confirmed;
mod difference;
mod explain;
mod findings;
mod followed;
mod hardware;
mod identity;
mod kinds;
mod lines;
mod opened;
mod reach;
pub mod record;
mod renames;
pub mod scan;
mod scope;
mod texts;
mod words;

pub use difference::Difference;
pub use explain::Unused;
pub use findings::Standings;
pub use kinds::{
    AttributeChange, Change, Explained, FindingChange, Identity, Likelihood, Nature, ReachChange,
    Standing, TextChange, TextLine, What,
};
pub use lines::Read;
pub(crate) use lines::first;
pub use record::{
    Accepted, Attribute, Confirmed, Decision, Exposed, Field, Found, How, Looked, Pin, Record,
    Source, Thing,
};
pub use renames::Renames;
pub use words::Words;
