//! Text → tree: commands at the left edge, and what stands below them.

use super::show;
use crate::config::outline::{self, Item};
use crate::config::{Listing, Notes, Score};
use crate::text;

/// Words that lines of this vendor begin with, and what they weigh. IOS shares most of the language.
const SIGNS: &[(&str, u8)] = &[
    ("interface port1.", 60),
    ("interface port2.", 60),
    ("atmf network-name ", 70),
    ("switch 1 provision ", 60),
    ("stack virtual-chassis-id ", 60),
    ("encapsulation ppp 0", 40),
    ("interface ppp0", 25),
    ("interface eth1", 10),
    ("no lacp global-passive-mode enable", 60),
    ("no spanning-tree rstp enable", 30),
    ("spanning-tree mode rstp", 15),
    ("no service telnet", 10),
    ("service telnet", 10),
    ("no service ssh", 15),
    ("service http", 10),
    ("service dhcp-server", 15),
    ("username manager privilege 15", 30),
    ("tunnel mode openvpn ", 50),
    ("access-list hardware ", 50),
];

/// How sure it is that a text is one of AlliedWare Plus.
pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    if show::is_output(listing) {
        return 75;
    }
    let mut score = 0_u8;
    for (sign, weight) in SIGNS {
        if listing.begins_with(|text| text.trim_start().starts_with(sign)) {
            score = score.saturating_add(*weight);
        }
    }
    // Entities, and rules between them.
    let network = listing.begins_with(|text| text.starts_with(" network "));
    let subnet = listing.begins_with(|text| text.trim_start().starts_with("ip subnet "));
    if network && subnet && listing.begins_with(|text| text.starts_with("zone ")) {
        score = score.saturating_add(60);
    }
    let rule = |text: &str| text.starts_with(" rule ") && text.contains(" from ");
    if listing.begins_with(rule) && listing.begins_with(|text| matches!(text, "firewall" | "nat")) {
        score = score.saturating_add(40);
    }
    // Of others these lines are the first ones.
    let foreign = listing.begins_with(|text| {
        text.starts_with("version ")
            || text.starts_with("boot-start-marker")
            || text.starts_with(": Saved")
    });
    if foreign { 0 } else { score.min(95) }
}

/// The commands of a listing with what stands below them. A whole running configuration begins with
/// `service password-encryption` and ends with `end`.
pub(super) fn commands<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Item<'t>> {
    let mut lines = listing.lines.iter().filter(|line| !line.body().starts_with('!'));
    let whole = lines.next().is_some_and(|line| line.text.ends_with("service password-encryption"));
    let ends = listing.lines.iter().rev().take(8).any(|line| line.text == "end");
    if whole && !ends {
        notes.truncated(
            listing.end(),
            text!(
                "ここより後に「end」までの設定があるはずです",
                "the rest up to `end` should follow"
            ),
        );
    }
    outline::commands(listing, notes)
}
