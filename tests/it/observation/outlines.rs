//! What is told in short is the same as what is told in full.

use super::packets::{Bytes, EVERYBODY, arp, between, ethernet, gre, mac, session, tcp, udp, vlan};
use super::watching::{ETHERNET, framed, header, watched};
use crate::support::corpus;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::observation::lines::Facts;
use sekisho::observation::{Observer, Outline};

/// Holds the outlines and the number of hosts against the facts in full; how many conversations
/// there are.
fn compare(facts: &dyn Facts, name: &str) -> usize {
    let told: Vec<_> = facts.conversations().collect();
    let outlines: Vec<_> = facts.outlines().collect();
    assert_eq!(outlines.len(), told.len(), "{name}");
    for (it, outline) in told.iter().zip(&outlines) {
        assert_eq!(Outline::of(it, outline.place), *outline, "{name}");
        assert_eq!(facts.conversation(outline.place).as_ref(), Some(it), "{name}");
    }
    assert_eq!(facts.hosts_len(), facts.hosts().count(), "{name}");
    told.len()
}

#[test]
fn what_is_told_in_short_is_what_is_told_in_full() {
    let (client, server) = ("10.0.0.21", "10.0.0.10");
    let ssh = session((client, 50000), (server, 2222), &[(false, b"SSH-2.0-OpenSSH_9.6\r\n")]);
    let http = session((client, 50001), (server, 2222), &[(true, b"GET / HTTP/1.1\r\n\r\n")]);
    let inner = between("192.168.0.1", "192.168.0.2").carries(17, &udp((40000, 9), b"inside"));
    let tunnel = between(client, "10.9.0.1").carries(47, &gre(7, 0x0800, &inner));
    let six = between("fd00::21", "fd00::10").carries(6, &tcp((50002, 443), 2, 7, b""));
    let mut packets: Vec<Bytes> = framed(&ssh);
    packets.extend(framed(&http));
    packets.extend([
        ethernet(mac(1), mac(2), 0x0800, &tunnel),
        ethernet(mac(1), mac(2), 0x86dd, &six),
        ethernet(mac(1), mac(2), 0x8100, &vlan(30, 0x0800, &inner)),
        // Who only speaks for itself is a host as well.
        ethernet(mac(3), EVERYBODY, 0x0806, &arp(1, (mac(3), "10.0.0.77"), (mac(0), client))),
    ]);
    let finished = watched(ETHERNET, &packets).finished(header());
    // Both sessions are one conversation; the packet in the tunnel is another one than that beside it.
    assert_eq!(compare(&finished, "made up"), 5);
    let speaks_both = finished.outlines().any(|it| it.speech.len() == 2 && it.answered);
    assert!(speaks_both, "{:?}", finished.outlines().collect::<Vec<_>>());
    assert_eq!(finished.hosts_len(), 5);
    compare(&finished.into_piece(), "made up, in memory");
}

#[test]
fn captures_of_the_corpus_are_told_in_short_as_in_full() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mut observer = Observer::new();
        let file = std::fs::File::open(&path).expect("it opens");
        let Ok(bytes) = unpack(file) else { continue };
        if read(bytes, |it| observer.packet(it)).is_some() {
            compared += compare(&observer.finished(header()), &path.display().to_string());
        }
    }
    assert!(compared > 100, "{compared}");
}
