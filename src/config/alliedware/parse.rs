//! Text → tree: commands at the left edge, and what stands below them.

use super::show;
use crate::config::outline::{self, Item};
use crate::config::{Because, Line, Listing, Notes, Score};
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
    outline::arrange(places(listing, notes).into_iter())
}

/// Commands that begin a block.
const OPENERS: &[&str] = &[
    "interface ",
    "zone ",
    "application ",
    "crypto isakmp profile ",
    "crypto ipsec profile ",
    "ip dhcp pool ",
    "vlan database",
    "vlan access-map ",
    "access-list hardware ",
    "access-list extended ",
    "access-list standard ",
    "ipv6 access-list ",
    "router ",
    "line ",
];
/// Commands that stand alone, never inside a block.
const OUTSIDE: &[&str] = &[
    "hostname ",
    "service ",
    "no service ",
    "username ",
    "ip route ",
    "ipv6 route ",
    "ip name-server ",
    "ip domain-lookup",
    "crypto ",
    "snmp-server",
    "ssh server ",
    "access-list ",
    "vlan filter ",
    "atmf ",
    "aaa ",
    "ntp ",
    "clock ",
    "log ",
    "bridge ",
    "spanning-tree mode ",
    "end",
];
/// What stands below a zone when nothing is indented, and how far in it belongs.
const ENTITIES: &[(&str, usize)] = &[
    ("network ", 1),
    ("host ", 2),
    ("ip subnet ", 2),
    ("ipv6 subnet ", 2),
    ("ip address ", 3),
    ("ipv6 address ", 3),
];

/// How far in every command belongs. What was typed without indentation belongs to the block that
/// was opened last, until `!`, `exit` or the next command that stands in no block.
fn places<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<(usize, Line<'t>)> {
    let mut lines = Vec::with_capacity(listing.lines.len());
    // How far in the open block begins, as long as nothing stood further in, and whether it is a zone.
    let mut open: Option<(usize, bool)> = None;
    for line in &listing.lines {
        let text = line.body();
        if text.starts_with('!') {
            notes.ignored(line, Because::Comment);
            open = open.filter(|_| text.len() > 1);
            continue;
        }
        let indent = line.indent();
        let begins = |words: &[&str]| words.iter().any(|it| text.starts_with(it));
        let opens = begins(OPENERS) || matches!(text, "firewall" | "nat");
        let place = match open {
            Some((at, zone)) if indent == at && !opens && !begins(OUTSIDE) => {
                let entity = ENTITIES.iter().find(|(words, _)| zone && text.starts_with(words));
                open = open.filter(|_| zone || text != "exit");
                indent + entity.map_or(1, |(_, depth)| *depth)
            }
            _ => {
                open = opens.then_some((indent, text.starts_with("zone ")));
                indent
            }
        };
        lines.push((place, *line));
    }
    lines
}
