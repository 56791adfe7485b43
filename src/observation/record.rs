//! What a capture hands to an observer: one packet after the other, as views.

use super::piece::{Interface, Source};

/// The link type of what a capture numbers among its packets and is none: custom blocks and entries of
/// a journal (pcapng). Wireshark numbers them too.
pub const NO_PACKET: u16 = u16::MAX;

/// One packet as it stands in a block of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// When it was captured, in nanoseconds since 1970-01-01 (UTC); 0 when the capture does not say.
    pub time: u64,
    /// Which interface of the capture saw it, counted from 0 in the order of [`Header::interfaces`].
    pub interface: u32,
    /// The link type of that interface (`LINKTYPE_…`).
    pub link_type: u16,
    /// How many bytes it had on the wire.
    pub length: u32,
    /// Those that were kept.
    pub bytes: &'a [u8],
}

/// What is known of a capture beside its packets, when it has been read.
#[derive(Clone, Debug)]
pub struct Header {
    /// The name of the tap (観測点).
    pub tap: String,
    /// What was read.
    pub source: Source,
    /// Its interfaces.
    pub interfaces: Vec<Interface>,
    /// What was lost before it could be captured; none when the capture does not say.
    pub dropped: Option<u64>,
    /// In how many places the capture is damaged.
    pub damaged: u64,
}
