//! The vocabulary as pure data: what networks, services and words *are*, wherever they come from.
//!
//! Declared, configured and observed facts each have structures of their own in their own rooms;
//! what they share are the values in this room. Nothing here reads, writes or judges.

mod address_set;
mod answer;
pub mod device;
mod entity;
mod network;
mod range_set;
mod service;
mod vocabulary;
pub mod words;

pub use address_set::AddressSet;
pub use answer::Answer;
pub use entity::{EntityKind, EntityRef};
pub use network::{contains, is_any, network_of, overlap};
pub use range_set::{Point, RangeSet};
pub use service::{Protocol, Service};
pub use vocabulary::Vocabulary;
pub(crate) use vocabulary::{from_word, vocabulary};

/// A network or an address with its prefix length, IPv4 or IPv6. A plain address has the full
/// prefix length; host bits are kept (`10.10.254.1/16` is an interface address).
pub use ipnetwork::IpNetwork;
/// A date without time or zone, as people write it: `2026-11-20`.
pub use jiff::civil::Date;
