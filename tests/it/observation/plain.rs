//! What is read at once is what the walk finds: the quick way and the careful one never differ.

use super::packets::{
    Bytes, between, ethernet, geneve, gre, mac, mpls, pppoe, session, udp, vlan, vxlan,
};
use crate::support::corpus;
use crate::support::random::Chance;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::wire::frame::{ETHERNET, Found, Layer, Path, Walk, arp, plain, plainest};
use sekisho::wire::speech::Kind;

/// Compares both ways; whether the quick one was taken.
fn both(bytes: &[u8], length: u32) -> bool {
    let quickest = plainest(bytes).map(|it| format!("{it:?}"));
    let Some(quick) = plain(bytes) else {
        assert_eq!(quickest, None, "only the quickest way finds {bytes:02x?}");
        return false;
    };
    // The quickest one takes what has no tag and is IPv4.
    let is_plainest = quick.vlan == 0 && quick.packet.header.from.is_ipv4();
    let told = is_plainest.then(|| format!("{:?}", (quick.macs, quick.packet)));
    assert_eq!(quickest, told, "{bytes:02x?}");
    let (mut path, mut walk) = (Path::default(), Walk::new(ETHERNET, bytes, length));
    let Some(Found::Ip(packet)) = walk.next(&mut path) else {
        panic!("the walk finds no packet in {bytes:02x?}")
    };
    assert_eq!(format!("{:?}", quick.packet), format!("{packet:?}"), "{bytes:02x?}");
    assert_eq!(quick.macs, walk.macs);
    let tag = [Layer::Vlan(quick.vlan)];
    assert_eq!(path.layers(), if quick.vlan == 0 { &[] } else { &tag[..] });
    assert!(walk.next(&mut path).is_none(), "the walk finds more in {bytes:02x?}");
    assert_eq!(walk.trouble, None, "{bytes:02x?}");
    true
}

/// Frames of many kinds, and how many of them are usual.
fn kinds() -> (Vec<Bytes>, usize) {
    let frame = |kind, inside: &[u8]| ethernet(mac(1), mac(2), kind, inside);
    let tagged = |inside: &[u8]| frame(0x8100, &vlan(12, 0x0800, inside));
    let (v4, v6) = (between("10.0.0.1", "10.0.0.53"), between("2001:db8::1", "2001:db8::2"));
    let outer = between("192.0.2.1", "198.51.100.1");
    let question = v4.carries(17, &udp((40000, 53), b"a question"));
    let teredo = v6.carries(17, &udp((1, 2), b"words"));
    let mut kinds = vec![
        frame(0x0800, &question),
        tagged(&question),
        frame(0x86dd, &teredo),
        frame(0x0800, &v4.carries(1, &[8, 0, 0, 0, 0, 1, 0, 1])),
        frame(0x0800, &v4.carries(50, &[7; 40])),
    ];
    let said: [(bool, &[u8]); 2] = [(true, b"SSH-2.0-x\r\n"), (false, b"SSH-2.0-y\r\n")];
    for ends in [("10.0.0.1", "10.0.0.2"), ("2001:db8::5", "2001:db8::1")] {
        let kind = if ends.0.contains(':') { 0x86dd } else { 0x0800 };
        let packets = session((ends.0, 5), (ends.1, 22), &said);
        kinds.extend(packets.iter().map(|it| frame(kind, it)));
    }
    let usual = kinds.len();
    let inner = frame(0x0800, &question);
    kinds.extend([
        frame(0x88a8, &vlan(100, 0x8100, &vlan(12, 0x0800, &question))),
        frame(0x8100, &vlan(0, 0x0800, &question)),
        frame(0x8847, &mpls(29, &question)),
        frame(0x8864, &pppoe(7, 0x21, &question)),
        frame(0x0800, &outer.carries(47, &gre(40, 0x6558, &inner))),
        frame(0x0800, &outer.carries(17, &udp((5000, 4789), &vxlan(1, &inner)))),
        frame(0x0800, &outer.carries(17, &udp((5000, 5001), &vxlan(1, &inner)))),
        frame(0x0800, &outer.carries(17, &udp((5000, 6081), &geneve(1, &inner)))),
        frame(0x0800, &outer.carries(17, &udp((5000, 3544), &teredo))),
        frame(0x0800, &outer.carries(41, &teredo)),
        frame(0x0800, &outer.id(4).fragment(8, true).carries(17, &[1; 64])),
        frame(0x0806, &[0; 28]),
    ]);
    (kinds, usual)
}

#[test]
fn what_is_usual_is_read_at_once_and_nothing_else() {
    let (kinds, usual) = kinds();
    for (at, bytes) in kinds.iter().enumerate() {
        assert_eq!(both(bytes, bytes.len() as u32), at < usual, "{bytes:02x?}");
    }
}

#[test]
fn both_ways_agree_on_every_cut_and_every_flipped_bit() {
    let mut quick = 0;
    for bytes in kinds().0 {
        for cut in 0..bytes.len() {
            quick += usize::from(both(&bytes[..cut], bytes.len() as u32));
        }
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            quick += usize::from(both(&bytes, bytes.len() as u32));
        }
    }
    assert!(quick > 5_000, "only {quick} were read at once");
}

#[test]
fn both_ways_agree_on_the_corpus_whole_and_damaged() {
    let Some(corpus) = corpus() else { return };
    let mut chance = Chance(5);
    let (mut all, mut quick) = (0, 0);
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let file = std::fs::File::open(entry.expect("an entry").path()).expect("it opens");
        let mut bytes = Vec::new();
        read(unpack(file).expect("it unpacks"), |it| {
            all += 1;
            quick += u32::from(both(it.bytes, it.length));
            for _ in 0..8 {
                bytes.clear();
                bytes.extend_from_slice(it.bytes);
                for _ in 0..1 + chance.next() % 3 {
                    // Mostly in the headers, where it matters.
                    let at = chance.next() % 80;
                    if let Some(byte) = bytes.get_mut(at as usize) {
                        *byte = chance.next() as u8;
                    }
                }
                both(&bytes, it.length);
            }
        });
    }
    assert!(quick > all / 2, "only {quick} of {all} were read at once");
}

#[test]
fn a_message_of_arp_that_is_read_at_once_is_what_the_walk_finds() {
    let mut quick = 0;
    for bytes in kinds().0 {
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            for cut in [14, bytes.len()] {
                let bytes = &bytes[..cut];
                let Some(message) = arp(bytes) else { continue };
                let (mut path, mut walk) = (Path::default(), Walk::new(ETHERNET, bytes, 60));
                let Some(Found::Frame(Kind::Ethertype(0x0806), found)) = walk.next(&mut path)
                else {
                    panic!("the walk finds no ARP in {bytes:02x?}")
                };
                assert_eq!((message, path.layers()), (found, &[][..]));
                assert!(walk.next(&mut path).is_none() && walk.trouble.is_none());
                quick += 1;
            }
        }
    }
    assert!(quick > 400, "only {quick} were read at once");
}
