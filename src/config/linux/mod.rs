//! What `ip` of iproute2 says of a Linux host: `ip -j addr`, `ip -j link`, `ip -j route`, `ip -j neigh`,
//! with `-d` for details, and the same as plain text.
//!
//! Formats: manual pages ip-address(8), ip-link(8), ip-route(8) of iproute2, and its output.

mod convert;
mod json;
mod repr;
mod text;

use super::netfilter::Fates;
use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "linux",
    name: Text::new("Linuxのipコマンドの出力", "output of the ip command of Linux"),
    maker: "",
    part: true,
    recognise,
    read,
};

fn recognise(listing: &Listing<'_>) -> Score {
    if json::is_output(listing) { 95 } else { text::score(listing) }
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut fates = Fates::new(listing);
    let host = match json::is_output(listing) {
        true => json::host(listing, &mut fates, notes),
        false => text::host(listing, &mut fates),
    };
    fates.tell(listing, notes);
    convert::device(&host)
}
