//! Flows: who began, who answered, which packets are the same, what is put together.

use super::packets::{ACK, Bytes, RST, SYN, between, ethernet, join, mac, session, tcp, udp, vlan};
use super::speech::noise;
use super::watching::{ETHERNET, briefs, flows, framed, header, piece, record, watched};
use sekisho::observation::{Conversation, Guess, Observer};
use sekisho::wire::words::Spoken;

const CLIENT: &str = "10.0.0.21";
const SERVER: &str = "10.0.0.10";

#[test]
fn a_session_is_one_flow_with_both_directions() {
    let packets =
        framed(&session((CLIENT, 50000), (SERVER, 104), &[(true, b"hello"), (false, b"yes")]));
    let found = flows(ETHERNET, &packets);
    assert_eq!(briefs(&found), ["10.0.0.21:50000>10.0.0.10:104/6"]);
    let flow = &found[0];
    assert_eq!((flow.guess, flow.answered), (Guess::Syn, true));
    assert_eq!((flow.forth.packets, flow.back.packets), (4, 3));
}

#[test]
fn who_answers_a_greeting_did_not_begin() {
    let reply = between(SERVER, CLIENT).carries(6, &tcp((40000, 50000), SYN | ACK, 7, b""));
    let found = flows(101, &[reply]);
    assert_eq!(
        (briefs(&found)[0].as_str(), found[0].guess),
        ("10.0.0.21:50000>10.0.0.10:40000/6", Guess::Syn)
    );
}

#[test]
fn an_attempt_is_not_an_answer() {
    let syn = between(CLIENT, SERVER).carries(6, &tcp((50000, 445), SYN, 7, b""));
    let refusal = between(SERVER, CLIENT).carries(6, &tcp((445, 50000), RST | ACK, 0, b""));
    for packets in [vec![syn.clone()], vec![syn, refusal]] {
        assert!(!flows(101, &packets)[0].answered);
    }
}

#[test]
fn equal_ports_do_not_make_servers_of_both() {
    for port in [123, 500] {
        let there = between(CLIENT, SERVER).carries(17, &udp((port, port), b"not recognised"));
        let back = between(SERVER, CLIENT).carries(17, &udp((port, port), b"not recognised"));
        let piece = piece(&framed(&[there, back]));
        assert_eq!(piece.conversations.len(), 1);
        let told = &piece.conversations[0];
        assert_eq!((told.from.to_string(), told.guess), (CLIENT.to_owned(), Guess::First));
    }
}

#[test]
fn from_the_middle_the_known_port_serves() {
    let words = between(SERVER, CLIENT).carries(6, &tcp((11112, 50000), ACK, 7, b"..."));
    let found = flows(101, &[words]);
    assert_eq!(found[0].guess, Guess::Port);
    assert_eq!(found[0].to, (SERVER.parse().unwrap(), 11112));
}

#[test]
fn errors_that_quote_a_packet_make_no_flow_and_no_host_of_it() {
    let quoted = between(CLIENT, "203.0.113.9").carries(17, &udp((50000, 53), b"question"));
    let error = join(&[&[3, 1, 0, 0, 0, 0, 0, 0], &quoted]);
    let piece = piece(&framed(&[between("10.0.0.1", CLIENT).carries(1, &error)]));
    assert_eq!(piece.conversations.len(), 1);
    let hosts: Vec<_> = piece.hosts.iter().map(|it| it.address.to_string()).collect();
    assert_eq!(hosts, ["10.0.0.1"]);
}

#[test]
fn the_same_ends_in_two_networks_are_two_flows() {
    let packet = between(CLIENT, SERVER).carries(17, &udp((50000, 7), b"words"));
    let frame = |id| ethernet(mac(1), mac(2), 0x8100, &vlan(id, 0x0800, &packet));
    let plain = ethernet(mac(1), mac(2), 0x0800, &packet);
    assert_eq!(piece(&[plain, frame(10), frame(20)]).conversations.len(), 3);
}

#[test]
fn a_routed_packet_that_is_shown_twice_counts_once() {
    let packet = |ttl, id| {
        between(CLIENT, "10.1.0.9").ttl(ttl).id(id).carries(17, &udp((50000, 7), b"words"))
    };
    let before = |id| ethernet(mac(1), mac(2), 0x0800, &packet(64, id));
    let after = |id| ethernet(mac(2), mac(3), 0x0800, &packet(63, id));
    let piece = piece(&[before(1), after(1), before(2), after(2)]);
    let told = &piece.conversations[0];
    assert_eq!((piece.conversations.len(), told.forth.packets, piece.counts.copies), (1, 2, 2));
    assert_eq!(told.hops.len(), 2, "{:?}", told.hops);
}

/// A datagram that reads as a question to a name server, torn into parts.
fn torn() -> Vec<Bytes> {
    let whole = udp((40000, 514), &[b'x'; 40]);
    let ip = between(CLIENT, SERVER).id(9);
    let part = |from: usize, to: usize| {
        ip.fragment(from as u16, to < whole.len()).carries(17, &whole[from..to])
    };
    vec![part(0, 16), part(16, 32), part(32, whole.len())]
}

#[test]
fn fragments_in_any_order_are_one_flow() {
    let parts = torn();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let packets: Vec<_> = order.iter().map(|it| parts[*it].clone()).collect();
        assert_eq!(
            briefs(&flows(101, &packets)),
            ["10.0.0.21:40000>10.0.0.10:514/17"],
            "{order:?}"
        );
    }
}

#[test]
fn fragments_that_never_come_are_counted() {
    let piece = watched(101, &torn()[..2]).finish(header());
    assert_eq!(piece.counts.undecoded.get("fragment-lost"), Some(&1));
    assert_eq!(piece.conversations[0].port, Some(514));
}

#[test]
fn two_observers_of_two_parts_are_one() {
    let said: [(bool, &[u8]); 4] = [
        (true, b"SSH-2.0-"),
        (true, b"Viewer_1.0\r\n"),
        (false, b"SSH-2.0-Gate"),
        (false, b"way_2.0\r\n"),
    ];
    let mut packets = framed(&session((CLIENT, 50000), (SERVER, 2222), &said));
    packets.extend(framed(&session(("2001:db8::5", 50001), ("2001:db8::1", 22), &said)));
    packets.extend(framed(&torn()));
    let tagged = |it: &Bytes| ethernet(mac(1), mac(2), 0x8100, &vlan(12, 0x0800, it));
    packets.extend(session((CLIENT, 50000), (SERVER, 2222), &said).iter().map(tagged));
    let whole = watched(ETHERNET, &packets).finish(header());
    assert!(whole.conversations.iter().any(|it| !it.speech.is_empty()));
    for cut in 0..=packets.len() {
        let mut parts = [Observer::new(), Observer::new()];
        for (at, bytes) in packets.iter().enumerate() {
            parts[usize::from(at >= cut)].packet(&record(ETHERNET, at as u64, bytes));
        }
        let [mut first, second] = parts;
        first.absorb(second);
        assert_eq!(first.finish(header()), whole, "cut at {cut}");
    }
}

#[test]
fn nobody_is_everybody_and_an_unknown_port_proves_nothing() {
    let cookie = [0x63, 0x82, 0x53, 0x63, 53, 1, 2, 255];
    let offer = join(&[&[2, 1, 6, 0], &[0; 232], &cookie]);
    let everybody = between("10.0.0.1", "255.255.255.255").carries(17, &udp((67, 68), &offer));
    assert_eq!(
        briefs(&flows(ETHERNET, &framed(&[everybody]))),
        ["10.0.0.1:67>255.255.255.255:68/17"]
    );
    // Both ports are anybody's: the one that was seen first began.
    let ask = between("10.0.0.21", "203.0.113.9").carries(17, &udp((3797, 32900), &[0x11; 20]));
    let answer = between("203.0.113.9", "10.0.0.21").carries(17, &udp((32900, 3797), &[0x22; 20]));
    let found = flows(ETHERNET, &framed(&[ask, answer]));
    assert_eq!(briefs(&found), ["10.0.0.21:3797>203.0.113.9:32900/17"]);
    assert_eq!(found[0].guess, Guess::First);
}

/// A mirror of both directions shows each fragment twice, one right after the other.
#[test]
fn fragments_that_are_shown_twice_are_one_packet() {
    let twice: Vec<_> = torn().iter().flat_map(|it| [it.clone(), it.clone()]).collect();
    for packets in [twice, [torn(), torn()].concat()] {
        let piece = watched(101, &packets).finish(header());
        let ports: Vec<_> = piece.conversations.iter().map(|it| it.port).collect();
        assert_eq!(ports, [Some(514)]);
        assert_eq!(piece.counts.undecoded.get("fragment-lost"), None);
    }
}

/// A datagram of which the capture kept no port is counted, and no flow of port 0.
#[test]
fn a_header_without_its_ports_makes_no_flow() {
    let mut cut = between(CLIENT, SERVER).carries(17, &udp((50000, 53), b"question"));
    cut.truncate(22);
    let piece = watched(101, &[cut]).finish(header());
    assert!(piece.conversations.is_empty(), "{:?}", piece.conversations);
    assert_eq!(piece.counts.undecoded.values().sum::<u64>(), 1, "{:?}", piece.counts);
}

/// Both sides send from the ports of IKE: a sender that nobody answered is no server.
#[test]
fn who_alone_sent_from_a_port_of_ike_began() {
    for (port, other) in [(4500, 6000), (4500, 50_000), (500, 40_000)] {
        let words = join(&[&[0xaa, 0xbb], &noise(40)]);
        let sent = between(CLIENT, SERVER).carries(17, &udp((port, other), &words));
        let found = flows(101, &[sent]);
        assert_eq!(briefs(&found), [format!("{CLIENT}:{port}>{SERVER}:{other}/17")]);
    }
    // Elsewhere the known port serves, even when its answers alone were seen.
    let answer = between(SERVER, CLIENT).carries(17, &udp((53, 50_000), b"an answer"));
    assert_eq!(briefs(&flows(101, &[answer])), ["10.0.0.21:50000>10.0.0.10:53/17"]);
}

/// A tunnel that began before the capture: one datagram of it says nothing, two that follow each other
/// do. The same numbers in another flow, or far from each other, do not.
#[test]
fn a_tunnel_is_told_from_its_middle_by_datagrams_that_follow_each_other() {
    let data = |packet: u32| join(&[&[0x48, 0, 0, 1], &packet.to_be_bytes(), &noise(100)]);
    let sent = |ports: (u16, u16), packet: u32| {
        between(CLIENT, SERVER).carries(17, &udp(ports, &data(packet)))
    };
    let spoken = |packets: &[Bytes]| {
        let piece = piece(&framed(packets));
        let speech = piece.conversations.iter().flat_map(|it| &it.speech);
        speech.map(|it| it.spoken).collect::<Vec<_>>()
    };
    let one = (50_000, 40_001);
    assert_eq!(spoken(&[sent(one, 5000), sent(one, 5001)]), [Spoken::OpenVpn]);
    assert_eq!(spoken(&[sent(one, 5000)]), []);
    assert_eq!(spoken(&[sent(one, 5000), sent(one, 9000)]), []);
    assert_eq!(spoken(&[sent(one, 5000), sent((50_000, 40_002), 5001)]), []);
}

/// The data of tinc says nothing; its ends do, over TCP at the same port.
#[test]
fn tinc_over_udp_is_known_by_its_connection() {
    let words: &[(bool, &[u8])] = &[(true, b"0 alpha 17.7\n"), (false, b"0 beta 17.7\n")];
    let data = |port| between(CLIENT, SERVER).carries(17, &udp((port, port), &noise(120)));
    let mut packets = session((CLIENT, 50_000), (SERVER, 40_655), words);
    packets.extend([data(40_655), data(40_656)]);
    let spoken = |packets: &[Bytes]| -> Vec<(u8, u16, Vec<Spoken>)> {
        let all = piece(&framed(packets)).conversations;
        let speech = |it: &Conversation| it.speech.iter().map(|it| it.spoken).collect();
        all.iter().map(|it| (it.protocol, it.port.unwrap_or_default(), speech(it))).collect()
    };
    let tinc = || vec![Spoken::Tinc];
    let mut found = spoken(&packets);
    found.sort();
    let expected = [(6, 40_655, tinc()), (17, 40_655, tinc()), (17, 40_656, Vec::new())];
    assert_eq!(found, expected);
    assert_eq!(spoken(&[data(40_655)]), [(17, 40_655, Vec::new())]);
}
