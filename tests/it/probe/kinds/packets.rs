//! ICMP echo and TCP SYN on loopback.

use super::{LONG, SHORT, asked, asked_with, detail, raw};
use sekisho::probe::{Kind, Outcome};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

const BOTH: [SocketAddr; 2] = [
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

#[test]
fn an_echo_is_answered_by_both_families() {
    let answers = BOTH.map(|it| asked(Kind::IcmpEcho, it, LONG));
    for answer in answers {
        if answer.outcome == Outcome::NotSent {
            let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
            assert!(!must, "{answer:?}");
            eprintln!("SKIPPED: echo was not asked: {:?}", answer.error);
            continue;
        }
        assert_eq!((answer.outcome, answer.by), (Outcome::Open, None));
        assert!(answer.micros.is_some());
    }
}

#[test]
fn a_syn_finds_open_and_closed_ports_and_opens_no_connection() {
    let Some(means) = raw(Kind::TcpSyn) else { return };
    for any in BOTH {
        let listener = TcpListener::bind(any).unwrap();
        listener.set_nonblocking(true).unwrap();
        let open = listener.local_addr().unwrap();
        let answer = asked_with(&means, Kind::TcpSyn, open, LONG);
        assert_eq!((answer.outcome, answer.by), (Outcome::Open, None), "{open}");
        // The kernel has reset it: nothing is there to be accepted.
        std::thread::sleep(SHORT);
        assert!(listener.accept().is_err());
        drop(listener);
        let answer = asked_with(&means, Kind::TcpSyn, open, LONG);
        assert_eq!((answer.outcome, answer.by), (Outcome::Refused, None), "{open}");
    }
}

#[test]
fn a_refused_connection_is_known_to_be_reset() {
    let Some(means) = raw(Kind::TcpSyn) else { return };
    for any in BOTH {
        let closed = TcpListener::bind(any).unwrap().local_addr().unwrap();
        for kind in [Kind::TcpSyn, Kind::TcpConnect, Kind::SshBanner] {
            let answer = asked_with(&means, kind, closed, LONG);
            assert_eq!((answer.outcome, detail(&answer, "said")), (Outcome::Refused, "tcp-reset"));
        }
    }
    // Where resets are not heard, nobody says who it was.
    let closed = TcpListener::bind(BOTH[0]).unwrap().local_addr().unwrap();
    let answer = asked(Kind::TcpConnect, closed, LONG);
    assert_eq!((answer.outcome, detail(&answer, "said-by")), (Outcome::Refused, "unknown"));
}

#[test]
fn two_hundred_syns_at_once_find_their_own_answers() {
    let Some(means) = raw(Kind::TcpSyn) else { return };
    let listeners: Vec<_> = (0..100).map(|_| TcpListener::bind(BOTH[0]).unwrap()).collect();
    let open: Vec<_> = listeners.iter().map(|it| it.local_addr().unwrap()).collect();
    let closed: Vec<_> = {
        let gone: Vec<_> = (0..100).map(|_| TcpListener::bind(BOTH[0]).unwrap()).collect();
        gone.iter().map(|it| it.local_addr().unwrap()).collect()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let means = std::sync::Arc::new(means);
    let found = runtime.block_on(async {
        let mut all = tokio::task::JoinSet::new();
        for to in open.iter().chain(&closed).copied() {
            let means = std::sync::Arc::clone(&means);
            all.spawn(async move {
                let question = super::question(Kind::TcpSyn, to);
                (to, sekisho::evidence::probe::ask(&question, LONG, &means).await.outcome)
            });
        }
        all.join_all().await
    });
    let with = |outcome| {
        let mut ports: Vec<_> = found.iter().filter(|it| it.1 == outcome).map(|it| it.0).collect();
        ports.sort();
        ports
    };
    let sorted = |mut ports: Vec<SocketAddr>| {
        ports.sort();
        ports
    };
    assert_eq!(with(Outcome::Open), sorted(open));
    assert_eq!(with(Outcome::Refused), sorted(closed));
}

/// An error of ICMP about a datagram from one port of loopback to another, which its kernel never sent.
fn error(from: u16, to: u16) -> Vec<u8> {
    let mut out = vec![3, 3, 0, 0, 0, 0, 0, 0];
    out.extend([0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
    out.extend(from.to_be_bytes());
    out.extend(to.to_be_bytes());
    out.extend([0, 12, 0, 0]);
    out
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() >= 4 {
        bytes[2..4].fill(0);
        let words = bytes
            .chunks(2)
            .map(|it| u32::from(it[0]) << 8 | it.get(1).map_or(0, |it| u32::from(*it)));
        let sum: u32 = words.sum();
        let sum = (sum & 0xffff) + (sum >> 16);
        let sum = !(((sum & 0xffff) + (sum >> 16)) as u16);
        bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    }
    bytes
}

#[test]
fn hostile_errors_neither_deafen_nor_are_believed_of_others() {
    if raw(Kind::TcpSyn).is_none() {
        return;
    }
    let icmp = socket2::Socket::new(
        socket2::Domain::IPV4,
        socket2::Type::RAW,
        Some(socket2::Protocol::ICMPV4),
    )
    .unwrap();
    let icmp = std::net::UdpSocket::from(icmp);
    let server = std::net::UdpSocket::bind(BOTH[0]).unwrap();
    let port = server.local_addr().unwrap().port();
    let asking = std::thread::spawn({
        let to = server.local_addr().unwrap();
        move || asked(Kind::Ntp, to, LONG)
    });
    let (_, asker) = server.recv_from(&mut [0; 64]).unwrap();
    let send = |bytes: Vec<u8>| {
        let _ = icmp.send_to(&with_checksum(bytes), (Ipv4Addr::LOCALHOST, 0));
    };
    let right = error(asker.port(), port);
    for end in 0..right.len() - 1 {
        send(right[..end].to_vec());
    }
    // About somebody else's datagram; with a header that claims to be longer than it is.
    send(error(asker.port() ^ 1, port));
    send(error(asker.port(), port ^ 1));
    let mut long = right.clone();
    long[8] = 0x4f;
    send(long);
    std::thread::sleep(SHORT);
    assert!(!asking.is_finished(), "it believed what was not about it");
    send(right);
    let answer = asking.join().unwrap();
    assert_eq!(
        (answer.outcome, detail(&answer, "said")),
        (Outcome::Refused, "icmp-port-unreachable")
    );
}

#[test]
fn a_closed_port_of_udp_is_refused_by_the_one_who_was_asked() {
    let closed = std::net::UdpSocket::bind(BOTH[0]).unwrap().local_addr().unwrap();
    let answer = asked(Kind::Ntp, closed, LONG);
    assert_eq!((answer.outcome, answer.by), (Outcome::Refused, None));
    // Who said it is known only where ICMP is heard.
    let author = [detail(&answer, "said"), detail(&answer, "said-by")];
    assert!(matches!(author, ["icmp-port-unreachable", ""] | ["", "unknown"]), "{author:?}");
}
