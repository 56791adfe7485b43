//! Text → tree: commands at the left edge, and what stands below them.

use crate::config::outline::{self, Item};
use crate::config::{Because, Listing, Notes, Score};

/// The line that every running configuration begins with, behind `!`.
const HEADER: &str = "NEC Portable Internetwork Core Operating System";

/// Words that only this vendor's lines begin with, and what they weigh.
const SIGNS: &[(&str, u8)] = &[
    ("interface GigaEthernet", 25),
    ("interface MobileEthernet", 25),
    ("ip napt enable", 25),
    ("ip napt static ", 25),
    ("ip napt service ", 25),
    ("ip ufs-cache ", 25),
    ("ipv6 ufs-cache ", 25),
    ("ike policy ", 20),
    ("ike proposal ", 15),
    ("ipsec autokey-map ", 30),
    ("ipsec dynamic-map ", 30),
    ("ipsec autokey-proposal ", 30),
    ("ikev2 authentication psk id ", 30),
    ("tunnel mode ipsec-ikev2", 20),
    ("telnet-server ip ", 20),
    ("ssh-server ip ", 20),
    ("http-server ip ", 20),
    ("proxy-dns ip ", 20),
    ("nm ip enable", 25),
    ("ppp binding ", 15),
    ("device GigaEthernet", 20),
    ("device FastEthernet", 15),
];

/// How sure it is that a text is one of an IX.
pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    if listing.begins_with(|text| text.trim_start().strip_prefix('!').is_some_and(is_header)) {
        return 98;
    }
    let mut score = 0_u8;
    for (sign, weight) in SIGNS {
        if listing.begins_with(|text| text.trim_start().starts_with(sign)) {
            score = score.saturating_add(*weight);
        }
    }
    // `permit ip src … dest …`: no other vendor writes both words.
    if listing.begins_with(|text| {
        text.contains("access-list ") && text.contains(" src ") && text.contains(" dest ")
    }) {
        score = score.saturating_add(40);
    }
    score.min(90)
}

fn is_header(text: &str) -> bool {
    text.trim_start().starts_with(HEADER)
}

/// Commands that stand alone or begin a block, never inside one, by their first words.
const OUTSIDE: &[&str] = &[
    "interface ",
    "device ",
    "hostname ",
    "ip route ",
    "ipv6 route ",
    "ip access-list ",
    "ipv6 access-list ",
    "ip dhcp profile ",
    "ipv6 dhcp client-profile ",
    "ipv6 dhcp server-profile ",
    "ppp profile ",
    "ike policy ",
    "ike proposal ",
    "ikev2 profile ",
    "ikev2 default-profile",
    "ikev2 authentication ",
    "ipsec autokey-",
    "ipsec dynamic-map ",
    "router ",
    "ip router ",
    "ipv6 router ",
    "route-map ",
    "watch-group ",
    "network-monitor ",
    "telnet-server ",
    "ssh-server ",
    "http-server ",
    "snmp-agent ",
    "username ",
    "nm ",
    "proxy-dns ",
    "ntp ",
    "logging ",
    "syslog ",
    "class-map ",
    "policy-map ",
];
/// Commands that begin a block.
const OPENERS: &[&str] = &[
    "interface ",
    "device ",
    "ip dhcp profile ",
    "ipv6 dhcp client-profile ",
    "ipv6 dhcp server-profile ",
    "ppp profile ",
    "ikev2 profile ",
    "ikev2 default-profile",
    "router ",
    "ip router ",
    "ipv6 router ",
    "route-map ",
    "watch-group ",
    "policy-map ",
    "class-map ",
];

/// The commands of a listing with what stands below them. What was typed or pasted without
/// indentation belongs to the block that was opened last, until `!`, `exit` or the next command
/// that stands in no block.
pub(super) fn commands<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Item<'t>> {
    let indented =
        listing.lines.iter().any(|line| line.indent() > 0 && !line.body().starts_with('!'));
    if indented {
        return outline::commands(listing, notes);
    }
    let mut items: Vec<Item<'t>> = Vec::new();
    let mut open = false;
    for line in &listing.lines {
        let text = line.text;
        let begins = |words: &[&str]| words.iter().any(|it| text.starts_with(it));
        if text.starts_with('!') {
            notes.ignored(line, Because::Comment);
            open &= text.len() > 1;
            continue;
        }
        let item = Item { line: *line, children: Vec::new() };
        match items.last_mut() {
            Some(block) if open && !begins(OUTSIDE) => {
                open = text != "exit";
                block.children.push(item);
            }
            _ => {
                open = begins(OPENERS);
                items.push(item);
            }
        }
    }
    items
}
