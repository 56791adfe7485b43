//! FortiGate (FortiOS 6 and 7): `show`, `show full-configuration`, backups, and scripts.
//!
//! Sources: Fortinet, *FortiOS CLI Reference* and *FortiOS Administration Guide*, versions 6.0 to 7.4.

mod convert;
mod objects;
mod parse;
mod reading;
mod secrets;
mod services;
mod tables;
mod tree;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "fortigate",
    name: Text::new("FortiGate（FortiOS）", "FortiGate (FortiOS)"),
    maker: "fortinet",
    part: false,
    recognise,
    read,
};

fn recognise(listing: &Listing<'_>) -> Score {
    if listing.begins_with(|line| line.starts_with("#config-version=")) {
        return 100;
    }
    let begins = |words: &[&'static str]| {
        let words = words.to_vec();
        listing.begins_with(move |line| words.iter().any(|it| line.trim_start().starts_with(it)))
    };
    let block = listing.begins_with(|line| {
        line.strip_prefix("config ")
            .is_some_and(|name| name == "vdom" || name == "global" || tables::is_outermost(name))
    });
    match (block, begins(&["edit ", "set "]), begins(&["next", "end"])) {
        (true, true, true) => 90,
        (true, true, false) => 60,
        _ => 0,
    }
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let tree = parse::parse(listing, notes);
    convert::convert(&tree, listing, notes)
}
