//! Vendor ids that are publicly known: RFC 3947, RFC 3706, and the lists that Wireshark
//! (`packet-isakmp.c`), strongSwan (`ike_vendor`) and ike-scan (`ike-vendor-ids`) publish. Most are
//! MD5 sums of a text, often with a version behind them.

use super::super::super::bytes::{hex, is_visible};

/// By the beginning, in hexadecimal.
const KNOWN: &[(&str, &str)] = &[
    ("4a131c81070358455c5728f20e95452f", "NAT traversal (RFC 3947)"),
    ("4485152d18b6bbcd0be8a8469579ddcc", "NAT traversal (draft 00)"),
    ("cd60464335df21f87cfdb2fc68b6a448", "NAT traversal (draft 02)"),
    ("90cb80913ebb696e086381b5ec427b1f", "NAT traversal (draft 02)"),
    ("7d9419a65310ca6f2c179d9215529d56", "NAT traversal (draft 03)"),
    ("afcad71368a1f1c96b8696fc7757", "DPD (RFC 3706)"),
    ("09002689dfd6b712", "XAUTH"),
    ("12f5f28c457168a9702d9fe274cc", "Cisco Unity"),
    ("1f07f70eaa6514d3b0fa96542a", "Cisco VPN 3000"),
    ("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"),
    ("4f45755c645c6a795c5c6170", "Openswan"),
    ("7003cbc1097dbe9c2600ba6983bc8b35", "racoon"),
    ("1e2b516905991c7d7c96fcbfb587e461", "Microsoft Windows"),
    ("fb1de3cdf341b7ea16b7e5be0855f120", "Microsoft negotiation discovery"),
    ("26244d38eddb61b3172a36e3d0cfb819", "Microsoft initial contact"),
    ("e3a5966a76379fe707228231e5ce8652", "Microsoft IKE CGA"),
    ("214ca4faffa7f32d6748e5303395ae83", "Microsoft MamieExists"),
    ("ad2c0dd0b9c32083ccba25b8861ec455", "GSSAPI"),
    ("4048b7d56ebce88525e7de7f00d6c2d3", "fragmentation"),
    ("8299031757a36082c6a621de", "Fortinet FortiGate"),
    ("f4ed19e0c114eb516faaac0ee37daf28", "Check Point"),
    ("166f932d55eb64d8e4df4fd37e2313f0d0fd8451", "Juniper NetScreen"),
    ("699369228741c6d4ca094c93e242c9de19e7b7c6", "Juniper SRX"),
    ("404bf439522ca3f6", "SonicWall"),
    ("5b362bc820f6", "SonicWall"),
    ("da8e937880010000", "SonicWall"),
    ("975b7816f69789600dda89040576e0db", "WatchGuard or SafeNet"),
];

/// The name, or the text where it is one; nothing where nobody knows.
pub(super) fn name(id: &[u8]) -> String {
    let digits = hex(id.get(..32).unwrap_or(id));
    match KNOWN.iter().find(|it| digits.starts_with(it.0)) {
        Some(it) => it.1.to_owned(),
        None if id.len() >= 4 && is_visible(id) => String::from_utf8_lossy(id).into_owned(),
        None => String::new(),
    }
}
