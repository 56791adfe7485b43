//! What several datagrams of one sender say in a row, and what none of them says alone.

use super::super::watching::header;
use super::datagrams::heard;
use super::{all, hex, noise};
use crate::support::corpus;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::observation::Observer;
use sekisho::wire::words::Spoken;

type Talk = Vec<(bool, Vec<u8>)>;

/// Forth and back in turn, each made of its number.
fn in_turn(count: u32, words: impl Fn(u32) -> Vec<u8>) -> Talk {
    (0..count).map(|at| (at % 2 == 0, words(at))).collect()
}

fn one_way(count: u32, words: impl Fn(u32) -> Vec<u8>) -> Talk {
    (0..count).map(|at| (true, words(at))).collect()
}

/// Noise that is another one each time.
fn chance(at: u32, count: usize) -> Vec<u8> {
    noise(count + 8 * at as usize + 8).split_off(8 * at as usize + 8)
}

fn esp(spi: u32, number: u32) -> Vec<u8> {
    all(&[&spi.to_be_bytes(), &number.to_be_bytes(), &chance(number % 64, 80)])
}

const KEY: u32 = 0xc0ff_ee01;

#[test]
fn on_port_4500_only_what_counts_on_in_one_association_is_esp() {
    let silent = |talk: &Talk| assert_eq!(heard(4500, talk), []);
    // Anything at all, once each way or often.
    silent(&in_turn(2, |at| chance(at, 100)));
    silent(&in_turn(40, |at| chance(at, 100)));
    // Two in a row are few.
    silent(&one_way(2, |at| esp(KEY, at + 1)));
    // Another association each time; the same number each time; numbers that leap, or fall.
    silent(&in_turn(40, |at| esp(KEY + at / 2, at + 1)));
    silent(&in_turn(40, |_| esp(KEY, 77)));
    silent(&in_turn(40, |at| esp(KEY, 1 + at * 1000)));
    silent(&in_turn(40, |at| esp(KEY, 90 - at)));
    // Reserved indexes.
    silent(&one_way(40, |at| esp(200, at)));
    // Speech: the head counts, and the source is always the same.
    let rtp = |at: u32| {
        let head = all(&[&[0x80, 8], &(at as u16).to_be_bytes(), &(at * 160).to_be_bytes()]);
        all(&[&head, b"abcd", &chance(at, 160)])
    };
    silent(&in_turn(40, rtp));
    silent(&one_way(40, rtp));
    // A session of QUIC that began before: an identifier that stays behind a byte that changes.
    silent(&one_way(40, |at| all(&[&[0x40 | (at as u8 & 31)], b"session1", &chance(at, 87)])));
    silent(&one_way(40, |at| all(&[b"\x43session1", &chance(at, 87)])));
}

#[test]
fn esp_is_told_from_the_middle_and_from_one_direction() {
    let told = |talk: &Talk| assert_eq!(heard(4500, talk), [Spoken::Esp]);
    told(&one_way(3, |at| esp(KEY, at + 1)));
    told(&in_turn(6, |at| esp(KEY + at % 2, 70_000 + at / 2)));
    // Some are lost, one comes late, one twice; the low half of a long number turns over.
    let numbers = [5_u32, 9, 8, 9, 30];
    told(&numbers.iter().map(|at| (false, esp(KEY, *at))).collect());
    told(&one_way(3, |at| esp(KEY, 0xffff_ffff_u32.wrapping_add(at))));
}

fn initiation(own: u32) -> Vec<u8> {
    all(&[&[1, 0, 0, 0], &own.to_le_bytes(), &noise(124), &[0; 16]])
}

fn response(own: u32, to: u32) -> Vec<u8> {
    all(&[&[2, 0, 0, 0], &own.to_le_bytes(), &to.to_le_bytes(), &noise(64), &[0; 16]])
}

fn data(to: u32, counter: u64) -> Vec<u8> {
    all(&[&[4, 0, 0, 0], &to.to_le_bytes(), &counter.to_le_bytes(), &noise(48)])
}

#[test]
fn the_shape_of_wireguard_is_not_enough() {
    let silent = |talk: &Talk| assert_eq!(heard(33_000, talk), []);
    silent(&vec![(true, initiation(1))]);
    silent(&vec![(true, all(&[&[1, 0, 0, 0], &noise(144)]))]);
    // Asked again and again, and never answered.
    silent(&one_way(20, |at| initiation(at + 1)));
    silent(&in_turn(20, |at| initiation(at + 1)));
    // An answer to somebody else, and to nobody.
    silent(&vec![(true, initiation(0x0101)), (false, response(0x0202, 0x0303))]);
    silent(&vec![(false, response(0x0202, 0x0303))]);
    // Data for another one each time; that count nothing; that leap.
    silent(&in_turn(40, |at| data(0x0700 + at, at.into())));
    silent(&in_turn(40, |_| data(0x0700, 9)));
    silent(&in_turn(40, |at| data(0x0700, u64::from(at) * 7919)));
    silent(&one_way(2, |at| data(0x0700, at.into())));
}

#[test]
fn wireguard_is_told_by_what_belongs_together() {
    let told = |talk: &Talk| assert_eq!(heard(33_000, talk), [Spoken::WireGuard]);
    told(&vec![(true, initiation(0x0101)), (false, response(0x0202, 0x0101))]);
    let again = [(true, initiation(0x0100)), (true, initiation(0x0101))];
    told(&[&again[..], &[(false, response(0x0202, 0x0101))]].concat());
    let cookie = all(&[&[3, 0, 0, 0], &0x0101_u32.to_le_bytes(), &noise(56)]);
    told(&vec![(true, initiation(0x0101)), (false, cookie)]);
    // One direction: of who asks, of who answers; and from the middle.
    let asks = |at: u32| if at == 0 { initiation(0x0101) } else { data(0x0202, u64::from(at) - 1) };
    told(&one_way(4, asks));
    told(&vec![(false, response(0x0202, 0x0101)), (false, data(0x0101, 0))]);
    told(&one_way(3, |at| data(0x0202, 70_000 + u64::from(at))));
    told(&in_turn(6, |at| data(0x0202 + at % 2, u64::from(at / 2))));
}

/// Of a recorded session the packets of one sender, or of both, without so many in front.
fn spoken_in(name: &str, from: Option<[u8; 4]>, without: usize) -> Option<Vec<Spoken>> {
    let file = std::fs::File::open(corpus()?.join("captures").join(name)).expect("it opens");
    let (mut observer, mut seen) = (Observer::new(), 0);
    read(unpack(file).expect("it unpacks"), |it| {
        let is_own = from.is_none_or(|from| it.bytes.get(26..30) == Some(&from[..]));
        seen += usize::from(is_own);
        if is_own && seen > without {
            observer.packet(it);
        }
    });
    let mut all: Vec<_> =
        observer.finished(header()).conversations().flat_map(|it| it.speech).collect();
    all.sort_by_key(|it| it.spoken);
    all.dedup_by_key(|it| it.spoken);
    Some(all.into_iter().map(|it| it.spoken).collect())
}

#[test]
fn recorded_tunnels_are_told_from_the_middle_and_from_one_direction() {
    if corpus().is_none() {
        return;
    }
    let wireguard = "zeek-spicy-wireguard__wireguard.pcap";
    for from in [None, Some([188, 166, 170, 114]), Some([188, 166, 170, 115])] {
        for without in [0, 1, 2, 3, 7, 12] {
            let said = spoken_in(wireguard, from, without).unwrap();
            assert_eq!(said, [Spoken::WireGuard], "{from:?} without {without}");
        }
    }
    for without in 0..6 {
        let said = spoken_in("tcpdump__espudp1.pcap", None, without).unwrap();
        assert_eq!(said, [Spoken::Esp], "without {without}");
    }
}

#[test]
fn openvpn_is_still_told_by_two_that_follow_each_other() {
    let packet = |at: u32| all(&[&hex("48 000003"), &(at + 1).to_be_bytes(), &chance(at, 80)]);
    assert_eq!(heard(33_000, &one_way(2, packet)), [Spoken::OpenVpn]);
    assert_eq!(heard(33_000, &one_way(9, |at| packet(at * 9))), []);
}
