//! The same ports again: another connection, listened to like the first.

use super::packets::{ACK, Bytes, SYN, between, ethernet, mac, tcp, udp};
use super::watching::{BEGIN, ETHERNET, header};
use sekisho::observation::{Observer, Piece, Record};
use sekisho::wire::words::Spoken;

const PC: &str = "10.0.0.21";
const FAR: &str = "198.51.100.9";
const SECOND: u64 = 1_000_000_000;

/// When, and which frame.
type Timed = (u64, Bytes);

/// A connection that begins then, with these first numbers, as seen between two stations.
fn connection(at: u64, isn: u32, ttl: u8, said: &[(bool, &[u8])]) -> Vec<Timed> {
    let (a, b) = if ttl == 64 { (1, 2) } else { (2, 3) };
    let (mut forth, mut back) = (isn, !isn);
    let mut packets = Vec::new();
    let mut add = |by_client: bool, flags: u8, words: &[u8]| {
        let next = if by_client { &mut forth } else { &mut back };
        let (from, to) = if by_client { (PC, FAR) } else { (FAR, PC) };
        let ports = if by_client { (50_000, 3128) } else { (3128, 50_000) };
        let ip = between(from, to).ttl(if by_client { ttl } else { 120 - ttl });
        let packet = ip.carries(6, &tcp(ports, flags, *next, words));
        *next += words.len() as u32 + u32::from(flags & SYN != 0);
        let (from, to) = if by_client { (mac(a), mac(b)) } else { (mac(b), mac(a)) };
        let time = at + packets.len() as u64 * 1_000_000;
        packets.push((time, ethernet(from, to, 0x0800, &packet)));
    };
    add(true, SYN, b"");
    add(false, SYN | ACK, b"");
    said.iter().for_each(|(by_client, words)| add(*by_client, ACK, words));
    packets
}

fn observed(frames: &[Timed]) -> Observer {
    let mut observer = Observer::new();
    for (time, bytes) in frames {
        let (time, length) = (BEGIN + time, bytes.len() as u32);
        observer.packet(&Record { time, interface: 0, link_type: ETHERNET, length, bytes });
    }
    observer
}

fn spoken(piece: &Piece) -> Vec<Spoken> {
    piece.conversations.iter().flat_map(|it| &it.speech).map(|it| it.spoken).collect()
}

const SSH: &[(bool, &[u8])] = &[(false, b"SSH-2.0-a\r\n"), (true, b"SSH-2.0-b\r\n")];
const HTTP: &[(bool, &[u8])] =
    &[(true, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"), (false, b"HTTP/1.1 200 OK\r\n\r\n")];

#[test]
fn another_connection_over_the_same_ports_is_listened_to() {
    for gap in [1, 130, 4000] {
        let frames = [connection(0, 77, 64, HTTP), connection(gap * SECOND, 999, 64, SSH)].concat();
        let whole = observed(&frames).finish(header());
        assert_eq!(spoken(&whole), [Spoken::Ssh, Spoken::Http], "after {gap} s");
        assert_eq!((whole.conversations.len(), whole.conversations[0].sessions), (1, 2));
        for cut in 0..=frames.len() {
            let (before, behind) = frames.split_at(cut);
            let mut parts = observed(before);
            parts.absorb(observed(behind));
            let parts = parts.finish(header());
            assert_eq!(spoken(&parts), spoken(&whole), "after {gap} s, cut at {cut}");
            // Cut between a greeting and its answer, another greeting at once may be the same one.
            assert!(gap < 3 || parts == whole, "after {gap} s, cut at {cut}");
        }
    }
}

#[test]
fn a_greeting_that_is_repeated_or_shown_at_a_second_place_is_no_other_connection() {
    let mut frames = connection(0, 77, 64, SSH);
    frames.insert(1, (500_000, frames[0].1.clone()));
    let again = (20 * 1_000_000, frames[0].1.clone());
    let copies = connection(100_000, 77, 63, SSH);
    frames.extend(copies);
    frames.sort_by_key(|it| it.0);
    frames.push(again);
    let found = observed(&frames).finish(header());
    assert_eq!((found.conversations.len(), found.conversations[0].sessions), (1, 1));
    assert_eq!(observed(&frames).flows_len(), 1);
}

/// Who has the ports of a datagram after minutes of silence may be somebody else.
#[test]
fn datagrams_are_listened_to_anew_after_a_long_silence() {
    let sent = |at: u64, words: &[u8]| {
        let packet = between(PC, FAR).carries(17, &udp((50_000, 40_001), words));
        (at, ethernet(mac(1), mac(2), 0x0800, &packet))
    };
    let sip =
        b"OPTIONS sip:a@10.6.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.5.0.1\r\nCSeq: 1 OPTIONS\r\n\r\n";
    let talk = |silence: u64| {
        let mut frames: Vec<_> = (0..60).map(|it| sent(it * SECOND, &[0x11; 20])).collect();
        frames.push(sent((60 + silence) * SECOND, sip));
        frames
    };
    assert_eq!(spoken(&observed(&talk(1)).finish(header())), []);
    let frames = talk(400);
    let whole = observed(&frames).finish(header());
    assert_eq!(spoken(&whole), [Spoken::Sip]);
    let (before, behind) = frames.split_at(60);
    let mut parts = observed(before);
    parts.absorb(observed(behind));
    assert_eq!(parts.finish(header()), whole);
}
