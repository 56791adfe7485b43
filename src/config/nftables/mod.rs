//! nftables: `nft list ruleset`, files for `nft -f`, and `nft -j list ruleset`.
//!
//! Syntax: manual pages nft(8) and libnftables-json(5) of nftables 1.0. Both notations are read into
//! the same ruleset, and mean the same facts.

mod conditions;
mod convert;
mod cursor;
mod fields;
mod json;
mod lex;
mod repr;
mod statement;
mod text;

use super::netfilter::Fates;
use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "nftables",
    name: Text::new("nftables（nft list ruleset・JSON）", "nftables (nft list ruleset, JSON)"),
    maker: "",
    part: true,
    recognise,
    read,
};

fn recognise(listing: &Listing<'_>) -> Score {
    if json::is_ruleset(listing) {
        return 100;
    }
    let table = |line: &str| {
        let mut words = line.trim_start_matches("add ").split(' ');
        words.next() == Some("table")
            && matches!(words.next(), Some("ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev"))
    };
    let plain = |line: &str| line.starts_with("table ") && line.ends_with(" {");
    let hook = |line: &str| line.trim_start().starts_with("type ") && line.contains(" hook ");
    let program = |line: &str| line.starts_with("#!") && line.ends_with("nft -f");
    match (listing.begins_with(table), listing.begins_with(hook)) {
        (true, true) => 98,
        (true, false) => 85,
        (false, true) if listing.begins_with(plain) => 95,
        _ if listing.begins_with(program) => 90,
        _ => 0,
    }
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut fates = Fates::new(listing);
    let ruleset = match json::is_ruleset(listing) {
        true => json::ruleset(listing, &mut fates, notes),
        false => text::ruleset(listing, &mut fates, notes),
    };
    let device = convert::device(&ruleset, &mut fates, notes);
    fates.tell(listing, notes);
    device
}
