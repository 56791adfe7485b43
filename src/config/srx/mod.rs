//! Juniper SRX (Junos): the curly form and the `set` form, with groups and inactive parts.
//!
//! Sources: Juniper, *Junos OS CLI User Guide* and the *User Guides for Security Devices*.

mod applications;
mod convert;
mod grammar;
mod parse;
mod secrets;
mod tree;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "juniper-srx",
    name: Text::new("Juniper SRX", "Juniper SRX"),
    maker: "juniper",
    part: false,
    recognise,
    read,
};

/// The words with which the outermost statements of Junos begin.
const OUTERMOST: &[&str] = &[
    "access",
    "applications",
    "bridge-domains",
    "chassis",
    "class-of-service",
    "event-options",
    "firewall",
    "forwarding-options",
    "groups",
    "interfaces",
    "policy-options",
    "protocols",
    "routing-instances",
    "routing-options",
    "security",
    "services",
    "snmp",
    "system",
    "vlans",
    "apply-groups",
    "version",
];

fn recognise(listing: &Listing<'_>) -> Score {
    let set = listing.count(|line| {
        let mut words = line.split_whitespace();
        matches!(words.next(), Some("set" | "deactivate"))
            && words.next().is_some_and(|word| OUTERMOST.contains(&word))
            // The old AlliedWare of Allied Telesis begins lines alike: `set system name="…"`.
            && words.next().is_some_and(|word| !word.contains('='))
    });
    let block =
        listing.count(|line| line.strip_suffix(" {").is_some_and(|word| OUTERMOST.contains(&word)));
    let ends = listing.count(|line| line.ends_with(';'));
    let indented = listing.count(|line| line.starts_with("    ") && line.ends_with(['{', ';']));
    match (set, block) {
        (3.., _) => 95,
        (1.., _) => 60,
        (_, 1..) if ends > 0 && indented > 0 => 85,
        _ => 0,
    }
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let tree = parse::parse(listing, notes);
    convert::convert(&tree, notes)
}
