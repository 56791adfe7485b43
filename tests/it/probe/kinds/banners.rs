//! What servers say of themselves: the line of SSH, the negotiation of RDP, the head of HTTP.

use super::{LONG, SHORT, asked, detail};
use sekisho::probe::{Answer, Kind, Outcome};
use sekisho::wire::speech::{Ends, stream};
use sekisho::wire::words::Spoken;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// Asks a server that says this and waits; shows what it heard until the client was at its end.
fn served(kind: Kind, patience: std::time::Duration, says: &[u8]) -> (Answer, Vec<u8>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let to = listener.local_addr().unwrap();
    let says = says.to_vec();
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        if kind != Kind::SshBanner {
            let mut bytes = [0; 1024];
            let length = stream.read(&mut bytes).unwrap();
            heard.extend(&bytes[..length]);
        }
        stream.write_all(&says).unwrap();
        stream.read_to_end(&mut heard).unwrap(); // a FIN, not a reset
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "connected twice");
        heard
    });
    let answer = asked(kind, to, patience);
    (answer, serving.join().unwrap())
}

fn spoken(heard: &[u8]) -> Option<Spoken> {
    let none = [127, 0, 0, 1].into();
    let ends = Ends { from: none, from_port: 40_000, to: none, to_port: 40_001 };
    stream(&ends, heard, &[]).speech.first().map(|it| it.spoken)
}

#[test]
fn the_line_of_ssh_is_read_and_nothing_is_sent() {
    let says = b"Authorised use only\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\nrest";
    let (answer, heard) = served(Kind::SshBanner, LONG, says);
    assert_eq!(answer.outcome, Outcome::Open);
    assert_eq!(detail(&answer, "banner"), "SSH-2.0-OpenSSH_9.2p1 Debian-2");
    assert_eq!(detail(&answer, "software"), "OpenSSH_9.2p1");
    assert_eq!(detail(&answer, "version"), "2.0");
    assert!(heard.is_empty(), "{heard:?}");
}

#[test]
fn the_negotiation_of_rdp_tells_whether_users_authenticate_first() {
    let confirm = |negotiation: &[u8]| {
        let length = u8::try_from(11 + negotiation.len()).unwrap();
        [&[3, 0, 0, length, length - 5, 0xd0, 0, 0, 0x12, 0x34, 0], negotiation].concat()
    };
    for (negotiation, nla, other) in [
        (&[2, 0, 8, 0, 1, 0, 0, 0][..], "not-required", "TLS"),
        (&[3, 0, 8, 0, 5, 0, 0, 0], "required", "NLA required"),
        (&[3, 0, 8, 0, 2, 0, 0, 0], "not-required", "standard RDP security"),
        (&[], "not-required", "standard RDP security"),
    ] {
        let (answer, heard) = served(Kind::RdpNegotiation, LONG, &confirm(negotiation));
        assert_eq!(detail(&answer, "nla"), nla);
        let said = [detail(&answer, "security"), detail(&answer, "failure")];
        assert!(said.contains(&other), "{answer:?}");
        assert_eq!(spoken(&heard), Some(Spoken::Rdp));
    }
}

#[test]
fn the_head_of_http_is_read_without_paths() {
    let says = b"HTTP/1.1 302 Found\r\nServer: nginx/1.22.1\r\n\
        Location: https://user@portal.example:8443/patients/42?name=x\r\n\r\n";
    let (answer, heard) = served(Kind::HttpHead, LONG, says);
    assert_eq!(detail(&answer, "status"), "302");
    assert_eq!(detail(&answer, "server"), "nginx/1.22.1");
    assert_eq!(detail(&answer, "redirect-host"), "portal.example");
    assert_eq!(spoken(&heard), Some(Spoken::Http));
    assert!(heard.starts_with(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:"), "{heard:?}");
    assert!(!format!("{answer:?}").contains("patients"));
}

#[test]
fn who_says_nothing_or_something_else_is_there_all_the_same() {
    for (kind, word) in
        [(Kind::SshBanner, "ssh"), (Kind::RdpNegotiation, "rdp"), (Kind::HttpHead, "http")]
    {
        let (answer, _) = served(kind, SHORT, b"");
        assert_eq!((answer.outcome, detail(&answer, word)), (Outcome::Open, "silent"));
        let (answer, _) = served(kind, SHORT, &[0xff; 700]);
        assert_eq!((answer.outcome, detail(&answer, word)), (Outcome::Open, "no"));
    }
}
