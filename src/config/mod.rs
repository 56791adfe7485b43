//! Configured facts: what the boxes really say. Text of a vendor → [`DeviceConfig`], with the fate
//! of every line.
//!
//! ```text
//!  bytes ─► decode ─► Listing ─► a vendor's  parse ─► repr ─► convert ─► DeviceConfig
//!           encodings  prompts,               text →    the      → model     + Coverage
//!                      pagers,                tree      vendor's             + masked text
//!                      sections                         meaning
//! ```
//!
//! One vendor, one folder, one entry in [`FORMATS`]. The format is recognised from the text, never
//! from the name of the file. What a reader promises:
//!
//! - It never panics, and reads whatever part of a damaged text it can.
//! - Every line is understood, ignored on purpose with a reason, or unrecognized ([`Coverage`]). A
//!   line counts as understood only when its meaning is in the [`DeviceConfig`].
//! - A filter line that is not understood becomes a line with an unknown verdict or an inexact
//!   match; it is never left out, and never means "deny".
//! - Secrets are handed to [`Notes::secret`] and to nothing else. They are masked in the text before
//!   anybody can quote it, and so is whatever looks like one on other lines ([`secrets`]).
//!
//! This room opens no files: it is handed bytes.

mod alliedware;
mod asa;
mod coverage;
mod decode;
mod dumps;
mod fortigate;
mod ios;
mod iptables;
mod ix;
mod json;
mod linux;
mod listing;
mod netfilter;
mod nftables;
mod notes;
mod numbers;
mod openvpn;
mod outline;
mod read;
mod rtx;
mod secrets;
mod sections;
mod srx;
mod strongswan;
mod switched;
mod taken;
mod unrouted;
mod unsure;
mod wireguard;

pub use coverage::{Because, Coverage, Fate};
pub use decode::decode;
pub use listing::{Line, Listing, Word};
pub use notes::Notes;
pub use read::{ConfigFile, read, recognise};

use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// How sure a format is that a text is its own, from 0 (no) to 100 (a header says so).
pub type Score = u8;

/// A format that is read.
pub struct Format {
    /// Short, stable, kebab-case.
    pub id: &'static str,
    /// For people.
    pub name: Text,
    /// The word that an inventory writes as `vendor` of such a device; empty when many use it.
    pub maker: &'static str,
    /// Whether a text of this format is only a part of what a host is configured to do, so that
    /// several files make one device.
    pub part: bool,
    /// How sure it is that a text is its own.
    pub recognise: fn(&Listing<'_>) -> Score,
    /// Reads a text, whatever its state.
    pub read: fn(&Listing<'_>, &mut Notes) -> DeviceConfig,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every format, in the order in which ties are decided.
pub static FORMATS: &[&Format] = &[
    &rtx::FORMAT,
    &ix::FORMAT,
    &fortigate::FORMAT,
    &ios::FORMAT,
    &asa::FORMAT,
    &alliedware::FORMAT,
    &srx::FORMAT,
    &iptables::FORMAT,
    &nftables::FORMAT,
    &wireguard::FORMAT,
    &strongswan::FORMAT,
    &openvpn::FORMAT,
    &linux::FORMAT,
];

/// The format with this id.
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}
