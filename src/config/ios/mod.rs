//! Cisco IOS and IOS-XE: routers and Catalyst switches.
//!
//! Syntax and defaults as in Cisco's *IOS Command References* (12.4, 15M&T, IOS XE 17) and
//! *Security Configuration Guides* (access control lists, zone-based policy firewall, IPsec, IKEv2,
//! DMVPN).

mod access;
mod broadcasts;
mod convert;
pub(super) mod crypto;
pub(super) mod entry;
mod forwarding;
mod grammar;
mod group;
mod inspect;
mod interface;
pub(super) mod lists;
mod management;
pub(super) mod modes;
pub(super) mod names;
mod nat;
pub(super) mod objects;
pub(super) mod parse;
mod pseudowire;
mod repr;
mod routing;
mod serve;
pub(super) mod tables;
pub(super) mod tunnels;
mod version;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "cisco-ios",
    name: Text::new("Cisco IOS・IOS-XE", "Cisco IOS and IOS-XE"),
    maker: "cisco",
    part: false,
    recognise,
    read,
};

/// What no other system writes, and how surely.
const OURS: &[(&str, Score)] = &[
    ("Current configuration :", 45),
    ("boot-start-marker", 50),
    ("service timestamps ", 40),
    ("version 1", 35),
    ("no aaa new-model", 25),
    ("aaa new-model", 15),
    ("no ip http server", 25),
    ("no ip http secure-server", 25),
    ("no ip domain-lookup", 25),
    ("no ip domain lookup", 25),
    ("ip cef", 25),
    ("line vty ", 15),
    ("ip access-list extended ", 20),
    ("ip access-list standard ", 20),
    ("crypto isakmp policy ", 20),
    ("ip nat inside source ", 30),
    ("snmp-server community ", 10),
    ("spanning-tree mode ", 10),
    ("ip route 0.0.0.0 0.0.0.0 ", 15),
];
/// What other systems write that look alike: ASA, NX-OS, UNIVERGE IX, AlliedWare Plus, EOS, IOS XR.
const OTHERS: &[&str] = &[
    "ASA Version ",
    "PIX Version ",
    "FWSM Version ",
    ": Saved",
    " nameif ",
    "nameif ",
    "vdc ",
    "feature ",
    "! NEC Portable",
    "! device: ",
    "!! IOS XR",
    "interface port1.",
    "interface GigaEthernet",
    "interface ethernet ",
];

fn recognise(listing: &Listing<'_>) -> Score {
    if listing.begins_with(|line| OTHERS.iter().any(|other| line.starts_with(other))) {
        return 0;
    }
    let mut score: u32 = 0;
    for (start, weight) in OURS {
        if listing.begins_with(|line| line.starts_with(start)) {
            score += u32::from(*weight);
        }
    }
    let interface = |line: &str| {
        line.strip_prefix("interface ").is_some_and(|name| {
            let name = name.strip_prefix("range ").unwrap_or(name);
            let name = name.split_whitespace().next().unwrap_or_default();
            names::is_interface(name) && !name.ends_with(".0")
        })
    };
    let masked = |line: &str| {
        let mut words = line.split_whitespace();
        let address = words.by_ref().take(2).eq(["ip", "address"]);
        let mut dotted = words.filter(|word| word.parse::<std::net::Ipv4Addr>().is_ok());
        address && dotted.by_ref().count() >= 2
    };
    let switched = |line: &str| line.trim_start().starts_with("switchport ");
    if listing.begins_with(interface) {
        score += 25;
        if listing.begins_with(masked) {
            score += 30;
        }
        if listing.begins_with(switched) {
            score += 15;
        }
    }
    score.min(95) as Score
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let commands = parse::outline_of(listing, &grammar::GRAMMAR, notes);
    let repr = repr::Repr::of(&commands, notes);
    parse::refer_from_ignored(listing, notes);
    convert::device(repr, listing, notes)
}
