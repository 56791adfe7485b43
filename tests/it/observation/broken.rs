//! Whatever stands in a packet: no panic, and every packet is counted.

use super::packets::{Bytes, between, ethernet, gre, mac, mpls, pppoe, session, udp, vlan, vxlan};
use super::watching::{ETHERNET, flows, header, record, watched};
use crate::support::corpus;
use crate::support::random::Chance;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::observation::{Observer, Record};

/// One packet of every kind that the builders make.
fn kinds() -> Vec<(u16, Bytes)> {
    let question = between("10.0.0.1", "10.0.0.53").carries(17, &udp((40000, 53), b"a question"));
    let frame = |kind, inside: &[u8]| ethernet(mac(1), mac(2), kind, inside);
    let outer = between("192.0.2.1", "198.51.100.1");
    let v6 = between("2001:db8::1", "2001:db8::2").carries(17, &udp((1, 2), b"words"));
    let inner = frame(0x0800, &question);
    let mut kinds = vec![
        (1, frame(0x88a8, &vlan(100, 0x8100, &vlan(12, 0x0800, &question)))),
        (1, frame(0x8847, &mpls(29, &question))),
        (1, frame(0x8864, &pppoe(7, 0x21, &question))),
        (1, frame(0x0800, &outer.carries(47, &gre(40, 0x6558, &inner)))),
        (1, frame(0x0800, &outer.carries(17, &udp((5000, 4789), &vxlan(1, &inner))))),
        (1, frame(0x0800, &outer.carries(41, &v6))),
        (1, frame(0x0800, &outer.id(4).fragment(8, true).carries(17, &[1; 64]))),
        (113, question.clone()),
        (276, question.clone()),
        (50, question),
        (108, v6),
    ];
    kinds.extend(
        session(("10.0.0.1", 5), ("10.0.0.2", 22), &[(true, b"SSH-2.0-x\r\n")])
            .into_iter()
            .map(|it| (101, it)),
    );
    kinds
}

#[test]
fn every_packet_cut_at_every_byte_is_counted_and_read_as_far_as_it_goes() {
    for (link_type, bytes) in kinds() {
        let whole = flows(link_type, std::slice::from_ref(&bytes)).len();
        for length in 0..bytes.len() {
            let mut observer = Observer::new();
            let part = &bytes[..length];
            observer.packet(&Record { length: bytes.len() as u32, ..record(link_type, 0, part) });
            assert!(observer.flows().count() <= whole);
            assert_eq!(observer.finish(header()).counts.packets, 1);
        }
    }
}

#[test]
fn every_packet_with_any_bit_flipped_is_counted() {
    let mut observer = Observer::new();
    let mut fed = 0;
    for (link_type, bytes) in kinds() {
        for at in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            observer.packet(&record(link_type, fed, &bytes));
            fed += 1;
        }
    }
    assert_eq!(observer.finish(header()).counts.packets, fed);
}

#[test]
fn noise_of_any_link_type_is_counted() {
    let mut chance = Chance(7);
    let mut observer = Observer::new();
    for at in 0..40_000 {
        let bytes: Bytes = (0..chance.next() % 120).map(|_| chance.next() as u8).collect();
        let link_type = [1, 0, 9, 12, 50, 51, 101, 104, 108, 113, 204, 276][at as usize % 12];
        observer.packet(&record(link_type, at, &bytes));
    }
    assert_eq!(observer.finish(header()).counts.packets, 40_000);
}

#[test]
fn nothing_is_forgotten_of_a_cut_packet_that_was_there() {
    let bytes = ethernet(
        mac(1),
        mac(2),
        0x0800,
        &between("10.0.0.1", "10.0.0.2").carries(6, &[0, 22, 0, 80]),
    );
    let found = flows(ETHERNET, std::slice::from_ref(&bytes));
    assert_eq!((found[0].from.1, found[0].to.1), (22, 80));
    let counts = watched(ETHERNET, &[bytes]).finish(header()).counts;
    assert_eq!(counts.undecoded.get("malformed"), Some(&1));
}

#[test]
fn captures_of_the_corpus_may_be_damaged_anywhere() {
    let Some(corpus) = corpus() else { return };
    let mut chance = Chance(11);
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mut observer = Observer::new();
        let (mut fed, mut bytes) = (0u64, Vec::new());
        let file = std::fs::File::open(&path).expect("it opens");
        read(unpack(file).expect("it unpacks"), |it| {
            for _ in 0..4 {
                bytes.clear();
                let cut = if chance.next().is_multiple_of(2) {
                    it.bytes.len() as u64
                } else {
                    chance.next() % (it.bytes.len() as u64 + 1)
                };
                bytes.extend_from_slice(&it.bytes[..cut as usize]);
                for _ in 0..chance.next() % 4 {
                    let at = chance.next() % (bytes.len() as u64 + 1);
                    if let Some(byte) = bytes.get_mut(at as usize) {
                        *byte ^= 1 << (chance.next() % 8);
                    }
                }
                observer.packet(&Record { bytes: &bytes, ..*it });
                fed += 1;
            }
        });
        assert_eq!(observer.finish(header()).counts.packets, fed, "{}", path.display());
    }
}
