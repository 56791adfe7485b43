//! Requests by UDP, and answers that are right, of somebody else, cut short, or nonsense.

use super::{LONG, SHORT, asked, detail};
use sekisho::probe::{Answer, Kind, Outcome};
use sekisho::wire::speech::{Ends, Side, datagram};
use sekisho::wire::words::Spoken;
use std::net::{SocketAddr, UdpSocket};

type Reply = fn(&[u8]) -> Vec<u8>;

/// Each kind with an answer to it, and where in the answer our own number stands.
const KINDS: &[(Kind, Spoken, u16, Reply, usize)] = &[
    (Kind::Dns, Spoken::Dns, 53, dns, 0),
    (Kind::Ntp, Spoken::Ntp, 123, ntp, 24),
    (Kind::SnmpDiscovery, Spoken::Snmp, 161, snmp, 9),
    (Kind::IkeInit, Spoken::Ike, 500, ike, 0),
    (Kind::OpenVpnReset, Spoken::OpenVpn, 1194, openvpn, 14),
    (Kind::OpenVpnReset, Spoken::OpenVpn, 1194, acknowledged, 14),
];

fn dns(request: &[u8]) -> Vec<u8> {
    // Refused, with the question repeated.
    [&request[..2], &[0x80, 5, 0, 1, 0, 0, 0, 0, 0, 0], &request[12..]].concat()
}

fn ntp(request: &[u8]) -> Vec<u8> {
    let mut out = vec![0x24, 2, 6, 0xec];
    out.extend([0; 8]);
    out.extend([192, 0, 2, 123]);
    out.extend([1; 8]);
    out.extend(&request[40..48]);
    out.extend([2; 16]);
    out
}

/// A report: unknown engine, ours is `80 00 1f 88 04 "demo"`.
fn snmp(request: &[u8]) -> Vec<u8> {
    let length = usize::from(request[8]);
    let id = &request[7..9 + length];
    let tlv = |tag: u8, parts: &[&[u8]]| {
        let body = parts.concat();
        [&[tag, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    };
    let engine = [0x80, 0, 0x1f, 0x88, 4, b'd', b'e', b'm', b'o'];
    let header = tlv(0x30, &[id, &[2, 2, 0x10, 0, 4, 1, 0, 2, 1, 3]]);
    let usm = tlv(0x30, &[&tlv(4, &[&engine]), &[2, 1, 7, 2, 2, 1, 0, 4, 0, 4, 0, 4, 0]]);
    let counter = [0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0];
    let pair = tlv(0x30, &[&tlv(6, &[&counter]), &[0x41, 1, 1]]);
    let report = tlv(0xa8, &[id, &[2, 1, 0, 2, 1, 0], &tlv(0x30, &[&pair])]);
    let scoped = tlv(0x30, &[&tlv(4, &[&engine]), &[4, 0], &report]);
    tlv(0x30, &[&[2, 1, 3], &header, &tlv(4, &[&usm]), &scoped])
}

/// `NO_PROPOSAL_CHOSEN`.
fn ike(request: &[u8]) -> Vec<u8> {
    let tail = [0, 0, 0, 8, 0, 0, 0, 14];
    let head = [41, 0x20, 34, 0x20, 0, 0, 0, 0, 0, 0, 0, 36];
    [&request[..8], &[9; 8], &head, &tail].concat()
}

fn openvpn(request: &[u8]) -> Vec<u8> {
    let session = [0xa1, 0x3c, 0x77, 0x19, 0xe2, 0x5d, 0x08, 0xbb];
    [&[8 << 3][..], &session, &[1, 0, 0, 0, 0], &request[1..9], &[0, 0, 0, 0]].concat()
}

/// What a server for one peer says to another, once somebody has addressed it.
fn acknowledged(request: &[u8]) -> Vec<u8> {
    let session = [0x42, 0x1b, 0x5c, 0x84, 0x18, 0x5c, 0x4c, 0xe5];
    [&[5 << 3][..], &session, &[1, 0, 0, 0, 0], &request[1..9]].concat()
}

/// Asks a server that gives these answers to whatever it hears first, and shows what it heard.
fn served(
    kind: Kind,
    patience: std::time::Duration,
    replies: impl FnOnce(&[u8]) -> Vec<Vec<u8>> + Send + 'static,
) -> (Answer, Vec<u8>) {
    let server = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let to = server.local_addr().unwrap();
    let serving = std::thread::spawn(move || {
        let mut bytes = [0; 2048];
        let (length, from) = server.recv_from(&mut bytes).unwrap();
        for reply in replies(&bytes[..length]) {
            server.send_to(&reply, from).unwrap();
        }
        server.set_nonblocking(true).unwrap();
        (server, bytes[..length].to_vec())
    });
    let answer = asked(kind, to, patience);
    let (server, request) = serving.join().unwrap();
    assert!(server.recv(&mut [0; 64]).is_err(), "{kind:?} has sent more than one datagram");
    (answer, request)
}

#[test]
fn the_right_answer_counts_and_what_is_sent_is_what_it_claims_to_be() {
    for (kind, spoken, port, reply, _) in KINDS {
        let reply = *reply;
        let (answer, request) = served(*kind, LONG, move |it| vec![reply(it)]);
        assert_eq!(answer.outcome, Outcome::Open, "{kind:?}");
        assert!(answer.micros.is_some() && answer.attempts == 1);
        let none = SocketAddr::from(([127, 0, 0, 1], 40_000));
        let ends = Ends { from: none.ip(), from_port: 40_000, to: none.ip(), to_port: *port };
        let said = datagram(&ends, &request);
        assert_eq!(said.speech.first().map(|it| it.spoken), Some(*spoken), "{kind:?}");
        assert_eq!(said.initiator_is, Some(Side::From), "{kind:?}");
    }
}

#[test]
fn answers_say_what_they_are() {
    let said = |kind, reply: Reply, key: &str| {
        let (answer, _) = served(kind, LONG, move |it| vec![reply(it)]);
        detail(&answer, key).to_owned()
    };
    assert_eq!(said(Kind::Dns, dns, "code"), "REFUSED");
    assert_eq!(said(Kind::Ntp, ntp, "stratum"), "2");
    assert_eq!(said(Kind::SnmpDiscovery, snmp, "enterprise"), "8072");
    assert_eq!(said(Kind::SnmpDiscovery, snmp, "boots"), "7");
    assert_eq!(said(Kind::OpenVpnReset, openvpn, "mode"), "TLS without tls-auth");
    let (answer, _) = served(Kind::IkeInit, LONG, |it| vec![ike(it)]);
    assert!(answer.details["message"].contains("NO_PROPOSAL_CHOSEN"), "{answer:?}");
}

#[test]
fn an_answer_to_somebody_else_is_a_stray() {
    for (kind, _, _, reply, at) in KINDS {
        let (reply, at) = (*reply, *at);
        let (answer, _) = served(*kind, SHORT, move |it| {
            let mut wrong = reply(it);
            wrong[at] ^= 0x15;
            // Nor is our own request an answer, if somebody sends it back.
            vec![wrong, it.to_vec(), b"hello".to_vec()]
        });
        assert_eq!(answer.outcome, Outcome::Silent, "{kind:?}");
        assert_eq!(detail(&answer, "stray-answers"), "3", "{kind:?}");
    }
}

#[test]
fn half_an_answer_is_none() {
    for (kind, _, _, reply, _) in KINDS {
        let reply = *reply;
        let (answer, request) = served(*kind, SHORT, move |it| {
            let whole = reply(it);
            (1..whole.len()).map(|end| whole[..end].to_vec()).collect()
        });
        assert_eq!(answer.outcome, Outcome::Silent, "{kind:?} {answer:?}");
        let cuts = reply(&request).len() - 1;
        assert_eq!(detail(&answer, "stray-answers"), cuts.to_string(), "{kind:?}");
    }
}

#[test]
fn nonsense_in_any_byte_harms_nobody() {
    for (kind, _, _, reply, _) in KINDS {
        for value in [0x00, 0x7f, 0x80, 0x84, 0xff] {
            let reply = *reply;
            let (answer, _) = served(*kind, LONG, move |it| {
                let whole = reply(it);
                let changed = (0..whole.len()).rev().map(|at| {
                    let mut bytes = whole.clone();
                    bytes[at] = value;
                    bytes
                });
                changed.chain([whole.clone()]).collect()
            });
            assert_eq!(answer.outcome, Outcome::Open, "{kind:?} {value:x}");
            let all = answer.details.values().flatten();
            assert!(all.clone().all(|it| it.chars().count() <= 128));
            assert!(!all.flat_map(|it| it.chars()).any(char::is_control), "{answer:?}");
        }
    }
}
