//! Text → tree: commands at the left edge, and what stands below them.

use crate::config::outline::{self, Item};
use crate::config::{Because, Listing, Notes, Score};
use crate::text;

/// The line that every running configuration begins with, behind `!`.
const HEADER: &str = "NEC Portable Internetwork Core Operating System";

/// Words that only this vendor's lines begin with, and what they weigh.
const SIGNS: &[(&str, u8)] = &[
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

/// Ports whose names only this vendor writes so.
const PORTS: &[&str] = &["GigaEthernet", "MobileEthernet", "USB-Serial"];

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
    // Others leave a blank before the number, or write no part of the port.
    if listing.begins_with(|text| {
        let name = text.trim_start().strip_prefix("interface ").unwrap_or_default();
        let number = PORTS.iter().find_map(|port| name.strip_prefix(port));
        number.is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()) && it.contains('.'))
    }) {
        score = score.saturating_add(25);
    }
    // `permit ip src … dest …`: no other vendor writes both words.
    if listing.begins_with(|text| {
        text.contains("access-list ") && text.contains(" src ") && text.contains(" dest ")
    }) {
        score = score.saturating_add(40);
    }
    // CentreCOM ARX640S of Allied Telesis shares some commands.
    let foreign = |text: &str| {
        text == "service password-encryption" || text.starts_with("interface gigabitEthernet ")
    };
    if listing.begins_with(foreign) { 0 } else { score.min(90) }
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
    "ike ",
    "ikev2 profile ",
    "ikev2 default-profile",
    "ikev2 authentication ",
    "ipsec autokey-",
    "ipsec dynamic-map ",
    "ipsec local-id ",
    "ipsec remote-id ",
    "ipsec rekey ",
    "ipsec commit-bit ",
    "ip prefix-list ",
    "ip dhcp enable",
    "ip dhcp-relay enable",
    "ipv6 dhcp enable",
    "ip ufs-cache enable",
    "ipv6 ufs-cache enable",
    "bridge irb ",
    "timezone ",
    "pki ",
    "radius ",
    "ddns ",
    "dns ",
    "web-console ",
    "schedule ",
    "end",
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

/// A whole running configuration begins with the header and lists every interface, `Null0.0` behind
/// those with a plug; tunnels alone follow it.
fn is_cut(listing: &Listing<'_>) -> bool {
    let whole = listing.begins_with(|text| text.strip_prefix('!').is_some_and(is_header));
    whole && listing.lines.iter().all(|line| line.body() != "interface Null0.0")
}

/// The commands of a listing with what stands below them. What was typed, pasted, or shifted as a
/// whole stands as far in as the command that opened its block: it belongs to the block until `!`,
/// `exit` or the next command that stands in no block.
pub(super) fn commands<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Item<'t>> {
    if is_cut(listing) {
        notes.truncated(
            listing.end(),
            text!(
                "どの機器にもある interface Null0.0 がありません",
                "`interface Null0.0`, which every device lists, is missing"
            ),
        );
    }
    let mut lines = Vec::with_capacity(listing.lines.len());
    // How far in the open block begins, as long as nothing stood further in.
    let mut open: Option<usize> = None;
    for line in &listing.lines {
        let text = line.body();
        if text.starts_with('!') {
            notes.ignored(line, Because::Comment);
            open = open.filter(|_| text.len() > 1);
            continue;
        }
        let indent = line.indent();
        let begins = |words: &[&str]| words.iter().any(|it| text.starts_with(it));
        let mut place = indent;
        match open {
            Some(at) if indent == at && !begins(OUTSIDE) => {
                place += 1;
                open = open.filter(|_| text != "exit");
            }
            _ => open = begins(OPENERS).then_some(indent),
        }
        lines.push((place, *line));
    }
    outline::arrange(lines.into_iter())
}
