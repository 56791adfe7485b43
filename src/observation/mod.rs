//! Observations (受動観測): what was seen to cross the wire, small enough to keep for a year.
//!
//! ```text
//!  packets ─► wire ─► Observer (flows, hosts, exits) ─► Piece ─┐
//!                                       other taps, other days ─┴─► Observation ─► topology
//! ```
//!
//! A [`Piece`] is what one tap saw in one stretch; an [`Observation`] is a set of pieces. Putting
//! two together is the union of sets, so it does not matter in which order, how often, or on how
//! many machines it is done. Facts of different pieces meet only when they are read.
//!
//! No payload is ever part of an observation. This room opens nothing.

mod checked;
mod facts;
mod filter;
pub mod lines;
mod observer;
mod outline;
mod piece;
mod record;
mod roll;
mod watched;

pub use checked::mistake;
pub use facts::{
    Conversation, Count, Exit, Guess, Host, HostName, Hours, Neighbour, RoleSeen, Sighting, Wrap,
};
pub use filter::{Filter, LeftOut};
pub use observer::{Finished, FlowSeen, Observer};
pub use outline::Outline;
pub use piece::{
    Clock, ClockBy, Counts, Interface, Observation, Piece, Reason, SCHEMA, Source, SourceKind,
};
pub use record::{Header, NO_PACKET, Record};
