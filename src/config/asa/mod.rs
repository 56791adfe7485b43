//! Cisco ASA: firewalls since 8.3, and PIX before them as far as the lines are the same.
//!
//! Syntax and defaults as in Cisco's *ASA Series Command Reference* and *CLI Configuration Guides*
//! (general operations, firewall, VPN; 8.4 to 9.20).

mod access;
mod clients;
mod convert;
mod grammar;
mod management;
mod nat;
mod network;
mod objects;
mod old_nat;
mod repr;
mod tables;
mod vpn;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "cisco-asa",
    name: Text::new("Cisco ASA", "Cisco ASA"),
    maker: "cisco",
    part: false,
    recognise,
    read,
};

fn recognise(listing: &Listing<'_>) -> Score {
    let begins = |start: &str| listing.begins_with(|line| line.starts_with(start));
    if begins("ASA Version ") || begins("PIX Version ") {
        return 98;
    }
    let marks = ["nameif ", "security-level ", "access-group ", "nat (", "same-security-traffic "];
    let begins = |start: &str| listing.begins_with(|line| line.trim_start().starts_with(start));
    let score = marks.iter().filter(|mark| begins(mark)).count() as u32 * 22;
    score.min(90) as Score
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let commands = super::ios::parse::outline_of(listing, &grammar::GRAMMAR, notes);
    let repr = repr::Repr::of(&commands, notes);
    super::ios::parse::refer_from_ignored(listing, notes);
    convert::device(repr, listing, notes)
}
