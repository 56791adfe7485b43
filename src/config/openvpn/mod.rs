//! OpenVPN: configurations of servers, clients and point-to-point links, with inline keys, and the
//! files that a server keeps for single clients (`client-config-dir`).
//!
//! Source: the manual page openvpn(8), versions 2.4 to 2.6.
//!
//! - `server`, `server-bridge` or `mode server` is a server for remote access; `tap` makes it one
//!   at layer 2, and beside it stands a tunnel that says so.
//! - Every `remote` is a tunnel that this side opens, of which one is up at a time. Without a
//!   `remote` a point-to-point link waits for anybody.
//! - A file for one client with `iroute` is a site behind the server: a tunnel that answers.
//! - What a server pushes configures the other end, and is ignored on purpose.

mod convert;
mod directives;
mod idle;
mod parse;
mod repr;

use super::{Format, Listing, Notes};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "openvpn",
    name: Text::new("OpenVPN", "OpenVPN"),
    maker: "",
    part: true,
    recognise: parse::recognise,
    read,
};

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let items = parse::parse(listing, notes);
    let setup = directives::read(&items, listing, notes);
    convert::convert(setup)
}
