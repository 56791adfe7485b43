//! WireGuard: files of `wg-quick`, `wg showconf`, and what `wg show` prints, as text or as a dump.
//!
//! Sources: the manual pages wg(8) and wg-quick(8) of wireguard-tools.
//!
//! How a peer becomes a fact:
//!
//! - A peer with an `Endpoint` is a [`Tunnel`](crate::model::device::Tunnel) that this side opens.
//! - A peer without one may come from any address. When a network stands among its `AllowedIPs`,
//!   another site stands behind it: a tunnel to anybody who knows the key, which only answers.
//!   When they are single addresses, it is one person or device: all such peers of an interface
//!   together are one [`RemoteAccess`](crate::model::device::RemoteAccess).
//! - What `wg show` prints as endpoint may be where a peer was last seen. There it stands for a
//!   configured one only beside a network or a keepalive.

mod convert;
mod hooks;
mod parse;
mod quick;
mod repr;
mod state;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "wireguard",
    name: Text::new("WireGuard", "WireGuard"),
    maker: "",
    part: true,
    recognise,
    read,
};

fn recognise(listing: &Listing<'_>) -> Score {
    quick::recognise(listing).max(state::recognise(listing))
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let links = if quick::recognise(listing) >= state::recognise(listing) {
        vec![quick::read(listing, notes)]
    } else {
        state::read(listing, notes)
    };
    convert::convert(links)
}
