//! The wire (観測): what the bytes of a packet say. Bytes in, meaning out, nothing remembered.
//!
//! ```text
//!  captured bytes ─► frame: link, tags, wrappings, addresses, ports ─► payload
//!                                                                       │
//!                      words: Speech, Learned  ◄── speech: who talks ◄──┘
//! ```
//!
//! Everything here is total: bytes are a stranger's, so nothing is indexed unchecked, nothing
//! recurses without a bound, and what is not understood has a reason that can be counted.
//! No payload leaves this room: only names, versions and identifiers that a protocol announces.

pub mod frame;
pub mod shared;
pub mod speech;
pub mod words;
