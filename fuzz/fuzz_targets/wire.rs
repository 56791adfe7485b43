//! Whatever stands on a wire: packets of every link type, streams, datagrams, frames.
//!
//! `cargo +nightly fuzz run wire`. The first byte says what the rest is; ports and cuts follow.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::observation::{Observer, Record};
use sekisho::wire::frame::{ETHERNET, Found, Path, Walk, plain};
use sekisho::wire::speech::{self, Ends, Kind, Said};
use std::net::Ipv4Addr;

/// Ethernet, loop, PPP, raw IP, Linux cooked (both), and one that nobody reads.
const LINKS: &[u16] = &[1, 0, 9, 101, 113, 276, 147];

const KINDS: &[Kind] = &[
    Kind::Ethertype(0x88cc),
    Kind::Ethertype(0x2000),
    Kind::Snap { oui: 0x0c, pid: 0x2000 },
    Kind::Snap { oui: 0x0c, pid: 0x010b },
    Kind::Llc { dsap: 0x42, ssap: 0x42 },
    Kind::Llc { dsap: 0xfe, ssap: 0xfe },
    Kind::IpProtocol(88),
    Kind::IpProtocol(89),
    Kind::IpProtocol(103),
    Kind::IpProtocol(112),
    Kind::Icmpv6,
];

/// Names are short, few, and command nothing.
fn judge(said: &Said) {
    for values in said.speech.iter().flat_map(|it| it.details.values()) {
        assert!(values.len() <= 16);
        for value in values {
            assert!(value.chars().count() <= 128 && !value.chars().any(char::is_control));
        }
    }
    assert!(said.learned.len() <= 64 && said.speech.len() <= 32);
}

/// What is read at once is what the walk finds.
fn agree(bytes: &[u8], length: u32) {
    let Some(quick) = plain(bytes) else { return };
    let (mut path, mut walk) = (Path::default(), Walk::new(ETHERNET, bytes, length));
    match walk.next(&mut path) {
        Some(Found::Ip(it)) => assert_eq!(format!("{:?}", quick.packet), format!("{it:?}")),
        other => panic!("{other:?}"),
    }
    assert!(path.layers().len() == usize::from(quick.vlan != 0));
    assert!(walk.next(&mut path).is_none() && walk.trouble.is_none() && walk.macs == quick.macs);
}

fuzz_target!(|data: &[u8]| {
    let Some(([what, a, b, c, d], bytes)) = data.split_first_chunk::<5>() else { return };
    let (from_port, to_port) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
    let [from, to] = [7, 9].map(|it| Ipv4Addr::new(192, 0, 2, it).into());
    let ends = Ends { from, from_port, to, to_port };
    match what % 4 {
        0 => {
            // Packets one after the other, each behind its length.
            let link_type = LINKS[usize::from(*a) % LINKS.len()];
            let (mut observer, mut left, mut time) = (Observer::new(), bytes, 0);
            while let Some(([high, low], rest)) = left.split_first_chunk::<2>() {
                let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
                let (bytes, rest) = rest.split_at(length);
                left = rest;
                time += 1_000_000;
                let length = length as u32 + u32::from(*b & 3);
                observer.packet(&Record { time, interface: 0, link_type, length, bytes });
                agree(bytes, length);
            }
        }
        1 => {
            let Some((cut, bytes)) = bytes.split_first_chunk::<2>() else { return };
            let cut = usize::from(u16::from_be_bytes(*cut)).min(bytes.len());
            let (forth, back) = bytes.split_at(cut);
            judge(&speech::stream(&ends, forth, back));
        }
        2 => judge(&speech::datagram(&ends, bytes)),
        _ => drop(speech::frame(KINDS[usize::from(*a) % KINDS.len()], bytes)),
    }
});
