//! Captures: packets out of files, pipes and interfaces, each source with the privilege that it needs.
//!
//! ```text
//!  file ─┐                        ┌─ pcap ───┐
//!  pipe ─┼─► unpack (gzip, zstd) ─┤          ├─► Record, a view ─► Observer ─► Piece
//!  live ─┘       one block        └─ pcapng ─┘
//! ```
//!
//! Nothing here sends: every source says so, and a test reads it.

mod block;
#[cfg(feature = "probe")]
mod datalink;
mod fifo;
mod files;
#[cfg(target_os = "linux")]
mod frames;
mod interface;
#[cfg(target_os = "linux")]
mod kernel;
pub mod live;
mod number;
pub mod packed;
mod parts;
pub mod pcap;
pub mod pcapng;
#[cfg(target_os = "linux")]
mod program;
mod read;
#[cfg(target_os = "linux")]
mod ring;
mod series;

pub use fifo::{Fifo, PATIENCE};
pub use files::{How, Refused, Taken, file, files, stream};
pub use read::{Damage, Flaw, Outcome, is_capture, read};
pub use series::{Series, natural, series};

use crate::locale::Text;

/// What a source needs to be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Read the files that are named.
    Files,
    /// Receive every packet of an interface (Linux: `CAP_NET_RAW`).
    Packets,
}

/// What a source is.
#[derive(Debug)]
pub struct About {
    /// Short name. Stable.
    pub id: &'static str,
    /// What it is.
    pub name: Text,
    /// What it needs.
    pub privilege: Privilege,
    /// Whether it sends anything.
    pub transmits: bool,
}

/// Every source.
pub static SOURCES: &[&About] = &[&pcap::ABOUT, &pcapng::ABOUT, &live::ABOUT];
