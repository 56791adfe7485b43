//! Captures: every format, whole and broken, hands out exactly the packets that are in it.

use super::captures::{
    Ink, MICRO, NANO, PATCHED, Packet, block, enhanced, interface, old, option, pcap, pcapng,
    plain, section, simple, some, statistics,
};
use super::speech::noise;
use crate::support::corpus;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::{
    How, Outcome, SOURCES, file, files, natural, read, series, stream,
};
use sekisho::locale::Lang;
use sekisho::observation::Record;
use std::io::{Read, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicU64;

const INKS: [Ink; 2] = [Ink { big: false }, Ink { big: true }];

/// What comes out of a capture: interface, link type and packet.
fn records(bytes: &[u8]) -> (Vec<(u32, u16, Packet)>, Outcome) {
    let mut out = Vec::new();
    let outcome = read(bytes, |it: &Record<'_>| {
        let packet = Packet { time: it.time, length: it.length, bytes: it.bytes.to_vec() };
        out.push((it.interface, it.link_type, packet));
    });
    let outcome = outcome.expect("it is a capture");
    assert_eq!(outcome.packets, out.len() as u64);
    (out, outcome)
}

fn packets(bytes: &[u8]) -> Vec<Packet> {
    records(bytes).0.into_iter().map(|(_, _, packet)| packet).collect()
}

#[test]
fn pcap_in_either_byte_order_and_with_every_clock_says_the_same() {
    let expected = some(40);
    for ink in INKS {
        for magic in [MICRO, NANO, PATCHED] {
            let (found, outcome) = records(&pcap(ink, magic, 113, &expected));
            let same = found.iter().map(|(_, _, it)| it).eq(&expected);
            assert!(same, "{ink:?} {magic:x}");
            assert!(found.iter().all(|(_, link, _)| *link == 113));
            assert_eq!(outcome.damaged, 0);
            assert_eq!(outcome.interfaces[0].snap_length, 65535);
        }
    }
}

#[test]
fn pcapng_in_either_byte_order_says_the_same() {
    let expected = some(40);
    for ink in INKS {
        let (found, outcome) = records(&pcapng(ink, &expected));
        assert!(found.iter().map(|(_, _, it)| it).eq(&expected), "{ink:?}");
        assert_eq!((outcome.damaged, outcome.dropped), (0, None));
    }
}

#[test]
fn every_interface_of_pcapng_has_its_own_link_type_and_clock() {
    let second = 1_790_000_000;
    let expected = Packet::new(second * 1_000_000_000 + 500_000_000, b"a packet of some kind");
    for ink in INKS {
        // The resolution, what half a second is in it, and how many seconds are added.
        let clocks: [(u8, u64, i64); 6] = [
            (6, second * 1_000_000 + 500_000, 0),
            (9, second * 1_000_000_000 + 500_000_000, 0),
            (3, second * 1000 + 500, 0),
            (0x80 | 20, (second << 20) + (1 << 19), 0),
            (6, 500_000, second as i64),
            (9, (second + 3600) * 1_000_000_000 + 500_000_000, -3600),
        ];
        let mut capture = section(ink);
        for (index, (resolution, _, offset)) in clocks.iter().enumerate() {
            let options = [
                option(ink, 2, format!("eth{index}").as_bytes()),
                option(ink, 9, &[*resolution]),
                option(ink, 14, &ink.eight(*offset as u64)),
                option(ink, 11, b"\0not port 22"),
                option(ink, 0, b""),
            ];
            capture.extend(interface(ink, 100 + index as u16, 96, &options));
        }
        for (index, (_, ticks, _)) in clocks.iter().enumerate() {
            capture.extend(enhanced(ink, index as u32, *ticks, &expected));
        }
        let (found, outcome) = records(&capture);
        for (index, it) in found.iter().enumerate() {
            assert_eq!(*it, (index as u32, 100 + index as u16, expected.clone()), "{ink:?}");
        }
        assert_eq!(found.len(), clocks.len());
        assert_eq!(outcome.interfaces[3].name, "eth3");
        assert_eq!(outcome.interfaces[3].filter, "not port 22");
        assert_eq!(outcome.interfaces[3].snap_length, 96);
    }
}

#[test]
fn sections_blocks_of_every_kind_and_losses_are_read() {
    let expected = some(6);
    let mut capture = Vec::new();
    for ink in INKS {
        capture.extend(section(ink));
        capture.extend(interface(ink, 1, 60, &[option(ink, 2, b"eth0")]));
        capture.extend(interface(ink, 101, 0, &[option(ink, 2, b"tun0")]));
        // Names, secrets, something unknown.
        capture.extend(block(ink, 4, &[0; 40]));
        capture.extend(block(ink, 10, b"CLIENT_RANDOM 00 00"));
        capture.extend(block(ink, 0x8000_0001, &[7; 21]));
        capture.extend(enhanced(ink, 0, expected[0].time / 1000, &expected[0]));
        capture.extend(old(ink, 1, expected[1].time / 1000, &expected[1]));
        let cut = Packet { length: 1500, ..Packet::new(0, &[9; 60]) };
        capture.extend(simple(ink, &cut));
        let counted = |drop: u64| option(ink, 5, &ink.eight(drop));
        capture.extend(statistics(ink, 0, &[counted(3)]));
        capture.extend(statistics(ink, 0, &[counted(5), option(ink, 7, &ink.eight(2))]));
        capture.extend(statistics(ink, 1, &[counted(100)]));
    }
    let (found, outcome) = records(&capture);
    let plain: Vec<(u32, u16, usize)> =
        found.iter().map(|(index, link, it)| (*index, *link, it.bytes.len())).collect();
    let once = [(0, 1, 20), (1, 101, 27), (0, 1, 60)];
    assert_eq!(plain, [once, once].concat(), "the same interfaces in both sections are the same");
    assert_eq!(found[2].2.length, 1500);
    assert_eq!(found[2].2.time, expected[1].time, "a simple packet comes after the one before it");
    assert_eq!(outcome.interfaces.len(), 2);
    assert_eq!(outcome.dropped, Some(2 * 107));
    assert_eq!(outcome.damaged, 0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn packed_captures_say_what_they_said_before() {
    let capture = plain(&some(2000));
    let (front, back) = capture.split_at(capture.len() / 3);
    let skippable = [&0x184d_2a53_u32.to_le_bytes()[..], &5_u32.to_le_bytes(), b"aside"].concat();
    let packed = [
        ("gzip", gzip(&capture)),
        ("gzip in members", [gzip(front), gzip(back)].concat()),
        ("zstd", zstd(&capture)),
        ("zstd in frames", [skippable, zstd(front), zstd(back)].concat()),
    ];
    for (what, packed) in packed {
        let mut unpacked = Vec::new();
        unpack(&packed[..]).unwrap().read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == capture, "{what}");
    }
}

#[test]
fn a_packed_capture_that_breaks_off_gives_what_was_before() {
    let packets = some(20_000);
    let capture = plain(&packets);
    for (what, packed) in [("gzip", gzip(&capture)), ("zstd", zstd(&capture))] {
        let how = How { tap: "", hash: true, threads: 1, read: &AtomicU64::new(0) };
        let cut = &packed[..packed.len() / 2];
        let taken = stream("cut", cut, &how).unwrap();
        let piece = taken.into_piece();
        let counts = &piece.counts;
        assert!(counts.packets > 100 && counts.packets < 20_000, "{what}: {}", counts.packets);
        assert_eq!(counts.undecoded.get("damaged"), Some(&1), "{what}");
        assert_eq!(piece.source.bytes, cut.len() as u64, "{what}");
    }
}

/// What is left when a capture is cut at any byte: every packet before, and damage unless the cut
/// is between two records.
#[test]
fn a_capture_cut_at_any_byte_gives_every_packet_before_the_cut() {
    let expected = some(9);
    for ink in INKS {
        for (capture, first) in [(pcap(ink, MICRO, 1, &expected), 24), (pcapng(ink, &expected), 12)]
        {
            let mut most = 0;
            for cut in first..=capture.len() {
                let (found, outcome) = records(&capture[..cut]);
                let found: Vec<Packet> = found.into_iter().map(|(_, _, it)| it).collect();
                assert_eq!(found, expected[..found.len()], "cut at {cut}");
                assert!(found.len() >= most);
                most = found.len();
                assert!(outcome.damaged <= 1);
                if let [damage] = outcome.damages.as_slice() {
                    assert_eq!(damage.packet, found.len() as u64 + 1);
                    assert!(damage.offset < cut as u64);
                }
            }
            assert_eq!(most, expected.len());
        }
    }
}

/// Any bit may be wrong: what stands before it is read all the same.
#[test]
fn a_capture_with_any_bit_flipped_gives_every_packet_before_it() {
    let expected = some(9);
    for ink in INKS {
        for (capture, first) in [(pcap(ink, MICRO, 1, &expected), 24), (pcapng(ink, &expected), 48)]
        {
            for bit in first * 8..capture.len() * 8 {
                let mut flipped = capture.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let found = packets(&flipped);
                // The records that end before the flipped byte.
                let whole = records(&capture[..bit / 8]).0.len();
                assert!(found.len() >= whole, "bit {bit}: {} of {whole}", found.len());
                assert_eq!(found[..whole], expected[..whole], "bit {bit}");
                assert!(found.len() <= expected.len() + 1, "bit {bit}: {}", found.len());
            }
        }
    }
}

#[test]
fn after_damage_reading_goes_on() {
    let expected = some(60);
    for ink in INKS {
        // The length of the twentieth record says four thousand million.
        let mut capture = pcap(ink, MICRO, 1, &expected);
        let before = pcap(ink, MICRO, 1, &expected[..20]).len();
        capture[before + 8..before + 12].fill(0xff);
        let (found, outcome) = records(&capture);
        let rest: Vec<Packet> = found.into_iter().map(|(_, _, it)| it).collect();
        assert_eq!(rest, [&expected[..20], &expected[21..]].concat(), "{ink:?}");
        let damage = &outcome.damages[0];
        assert_eq!((damage.offset, damage.packet), (before as u64, 21));
        assert!(damage.passed.is_some() && outcome.damaged == 1);

        let mut capture = pcapng(ink, &expected);
        let before = pcapng(ink, &expected[..20]).len();
        capture[before + 4..before + 8].fill(0xff);
        let (found, outcome) = records(&capture);
        let rest: Vec<Packet> = found.into_iter().map(|(_, _, it)| it).collect();
        assert_eq!(rest, [&expected[..20], &expected[21..]].concat(), "{ink:?}");
        assert_eq!((outcome.damages[0].offset, outcome.damaged), (before as u64, 1));
    }
}

#[test]
fn a_packet_of_an_interface_nobody_described_is_damage_and_nothing_more() {
    let expected = some(3);
    let ink = INKS[0];
    let mut capture = pcapng(ink, &expected[..1]);
    capture.extend(enhanced(ink, 7, 0, &expected[1]));
    capture.extend(enhanced(ink, 0, expected[2].time / 1000, &expected[2]));
    let (found, outcome) = records(&capture);
    let found: Vec<Packet> = found.into_iter().map(|(_, _, it)| it).collect();
    assert_eq!(found, [expected[0].clone(), expected[2].clone()]);
    assert_eq!(outcome.damaged, 1);
}

#[test]
fn what_is_no_capture_is_refused() {
    for bytes in
        [&b""[..], b"\x0a\x0d\x0d\x0a", b"PK\x03\x04", b"hello, this is some text", &[0; 99]]
    {
        assert!(read(bytes, |_: &Record<'_>| ()).is_none(), "{bytes:?}");
    }
}

#[test]
fn no_source_transmits() {
    assert!(SOURCES.len() > 1);
    assert!(SOURCES.iter().all(|it| !it.transmits));
    // No more than they say: nothing there could send.
    let folder = crate::support::root().join("src/evidence/capture");
    let mut looked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let code = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in ["libc::send", "libc::write", "libc::pwrite", "libc::connect", "UdpSocket"] {
            assert!(!code.contains(call), "{call}");
        }
        looked += usize::from(code.contains("libc::socket("));
    }
    assert_eq!(looked, 1, "one file opens a socket");
}

#[test]
fn a_folder_and_a_pattern_stand_for_the_captures_in_natural_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("older")).unwrap();
    for name in ["trace10.pcap", "trace9.pcap", "trace1.cap", "older/trace2.pcap.gz"] {
        let capture = plain(&some(2));
        let bytes = if name.ends_with("gz") { gzip(&capture) } else { capture };
        std::fs::write(at(name), bytes).unwrap();
    }
    std::fs::write(at("notes.txt"), "what was captured where").unwrap();
    std::fs::write(at(".hidden.pcap"), plain(&some(1))).unwrap();
    let names = |argument: &Path| -> Vec<String> {
        let found = series(argument).unwrap().paths;
        let name = |it: &std::path::PathBuf| {
            it.strip_prefix(folder.path()).unwrap().to_string_lossy().replace('\\', "/")
        };
        found.iter().map(name).collect()
    };
    let all = ["older/trace2.pcap.gz", "trace1.cap", "trace9.pcap", "trace10.pcap"];
    assert_eq!(names(folder.path()), all);
    assert_eq!(series(folder.path()).unwrap().others, 1);
    assert_eq!(names(&at("trace*.pcap")), ["trace9.pcap", "trace10.pcap"]);
    assert_eq!(names(&at("*/*.gz")), ["older/trace2.pcap.gz"]);
    assert_eq!(names(&at("trace?.*")), ["trace1.cap", "trace9.pcap"]);
    assert!(series(&at("nothing*")).is_err());
    assert!(natural("a2b10", "a2b9").is_gt() && natural("a02", "a2").is_ne());
    let how = How { tap: "核", hash: true, threads: 3, read: &AtomicU64::new(0) };
    let taken = files(&series(folder.path()).unwrap().paths, &how);
    let read: Vec<String> =
        taken.into_iter().map(|it| it.unwrap().into_piece().source.name).collect();
    assert_eq!(read, ["trace2.pcap.gz", "trace1.cap", "trace9.pcap", "trace10.pcap"]);
}

#[test]
fn a_large_capture_read_in_parts_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pcap");
    let packet = |it: u64| {
        let mut bytes = vec![0x11; 1400];
        // Bytes that look like the beginning of a record, to be taken for one by mistake.
        bytes[64..80].copy_from_slice(&plain(&[Packet::new(it * 1_000_000, &[])])[24..]);
        Packet::new(1_790_000_000_000_000_000 + it * 1_000_000, &bytes)
    };
    let all: Vec<Packet> = (0..52_000).map(packet).collect();
    let mut capture = plain(&all);
    let read = |threads: usize| {
        let how = How { tap: "", hash: false, threads, read: &AtomicU64::new(0) };
        let taken = file(&path, &how).unwrap();
        let damage = taken.outcome.damages.first().map(|it| (it.offset, it.packet));
        (taken.into_piece(), damage)
    };
    std::fs::write(&path, &capture).unwrap();
    assert_eq!(read(1), read(2));
    assert_eq!(read(1).0.counts.packets, 52_000);
    // Damage in the second part, then also in the first.
    let record = 16 + 1400;
    for number in [40_000, 10_000] {
        capture[24 + number * record + 8..][..4].fill(0xff);
        std::fs::write(&path, &capture).unwrap();
        assert_eq!(read(1), read(2), "damage at {number}");
        assert_eq!(read(2).1, Some((24 + (number * record) as u64, number as u64 + 1)));
    }
}

#[test]
fn captures_of_the_corpus_have_as_many_packets_as_other_tools_count() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut looked = 0;
    let how = How { tap: "", hash: true, threads: 1, read: &AtomicU64::new(0) };
    for path in series(&corpus.join("captures")).unwrap().paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = corpus.join("expected").join(format!("{name}.json"));
        let expected: serde_json::Value =
            serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
        let piece = file(&path, &how).unwrap().into_piece();
        let found = (piece.counts.packets, piece.source.sha256);
        let expected = (
            expected["packets"].as_u64().unwrap(),
            expected["sha256"].as_str().unwrap().to_owned(),
        );
        if expected != found {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
        looked += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(looked > 70, "only {looked} captures were found");
}

/// A few kilobytes that unpack without end are given up and counted as damage, with what was read
/// before; a capture that merely packs well is read to its end.
#[test]
fn what_swells_beyond_any_capture_is_given_up() {
    let packed = |noisy: usize| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&pcap(INKS[0], MICRO, 1, &[])).unwrap();
        let record = Packet::new(1_790_000_000_000_000_000, &[0; 1 << 17]);
        let mut record = pcap(INKS[0], MICRO, 1, &[record]).split_off(24);
        record[100..100 + noisy].copy_from_slice(&noise(noisy));
        (0..1024).for_each(|_| packer.write_all(&record).unwrap());
        packer.finish().unwrap()
    };
    let read_all = |bytes: &[u8]| read(unpack(bytes).unwrap(), |_| ()).expect("it is a capture");
    let bomb = read_all(&packed(0));
    assert_eq!(bomb.damaged, 1);
    assert!((512..600).contains(&bomb.packets), "{}", bomb.packets);
    let told = bomb.damages[0].flaw.text();
    assert!(told.get(Lang::En).contains("400 times its size"), "{}", told.get(Lang::En));
    let dense = read_all(&packed(2000));
    assert_eq!((dense.damaged, dense.packets), (0, 1024));
}
