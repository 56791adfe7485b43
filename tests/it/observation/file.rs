//! Evidence files: what is written is read again, what is wrong is told with its line, and merging is
//! a union whatever the order.

use super::captures::{Packet, plain};
use sekisho::evidence::capture::{How, stream};
use sekisho::evidence::file::{self, Wrong, is_evidence};
use sekisho::observation::{Observation, Piece};
use std::sync::atomic::AtomicU64;

/// A frame of UDP over IPv4, from one address of a network to another.
fn datagram(from: u8, to: u8, port: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0];
    frame.extend([0x45, 0]);
    frame.extend((28 + payload.len() as u16).to_be_bytes());
    frame.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, from, 192, 0, 2, to]);
    frame.extend(40_000_u16.to_be_bytes());
    frame.extend(port.to_be_bytes());
    frame.extend((8 + payload.len() as u16).to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(payload);
    frame
}

/// What a capture of some datagrams shows; another number gives another piece.
fn piece(number: u8) -> Piece {
    seen_at(number, &(0..10).collect::<Vec<_>>())
}

/// What a capture of datagrams in these seconds shows.
fn seen_at(number: u8, seconds: &[u64]) -> Piece {
    let time = |it: u64| 1_790_000_000_000_000_000 + it * 1_000_000_000;
    let packets = (0_u16..).zip(seconds).map(|(it, second)| {
        let to = 100 + (it % 4) as u8;
        Packet::new(time(*second), &datagram(number, to, 5000 + it, b"payload"))
    });
    let capture = plain(&packets.collect::<Vec<_>>());
    let tap = format!("観測点{}", number % 3);
    let how = How { tap: &tap, hash: true, threads: 1, read: &AtomicU64::new(0) };
    stream(&format!("{number}.pcap"), &capture[..], &how).unwrap().into_piece()
}

fn observation(numbers: &[u8]) -> Observation {
    let mut all = Observation::default();
    numbers.iter().for_each(|it| all.add(piece(*it)));
    all
}

fn written(observation: &Observation, packed: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    file::write(observation.lines(), packed, &mut bytes).unwrap();
    bytes
}

/// Through a file.
fn reread(observation: &Observation) -> Observation {
    file::read(&written(observation, true)[..]).unwrap().observation
}

fn merged(a: &Observation, b: &Observation) -> Observation {
    let mut all = reread(a);
    all.merge(reread(b));
    reread(&all)
}

#[test]
fn what_is_written_is_read_again() {
    let all = observation(&[1, 2, 3]);
    assert!(all.pieces.values().all(|it| !it.conversations.is_empty() && !it.hosts.is_empty()));
    for packed in [true, false] {
        let bytes = written(&all, packed);
        assert!(is_evidence(&bytes[..]));
        let read = file::read(&bytes[..]).unwrap();
        assert_eq!(read.passed_over, 0);
        assert_eq!(read.observation, all);
        assert!(written(&read.observation, packed) == bytes, "the same bytes");
    }
    let text = String::from_utf8(written(&all, false)).unwrap();
    let mut keys = text.lines().map(|it| it.split('"').nth(1).unwrap());
    assert_eq!(keys.next(), Some("sekisho"));
    assert_eq!(keys.next(), Some("piece"));
    // Files that are put one after the other are read as one.
    let both = [written(&observation(&[1]), true), written(&observation(&[2]), true)].concat();
    assert_eq!(file::read(&both[..]).unwrap().observation, observation(&[1, 2]));
}

#[test]
fn merging_does_not_depend_on_order_grouping_or_repetition() {
    let mut state = 0x5e15_u64;
    let mut some = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let numbers: Vec<u8> = (0..8).filter(|it| state >> (33 + it) & 1 == 1).collect();
        observation(&numbers)
    };
    for _ in 0..12 {
        let (a, b, c) = (some(), some(), some());
        let bytes = |it: &Observation| written(it, true);
        assert!(bytes(&merged(&a, &b)) == bytes(&merged(&b, &a)));
        assert!(bytes(&merged(&merged(&a, &b), &c)) == bytes(&merged(&a, &merged(&b, &c))));
        assert!(bytes(&merged(&a, &a)) == bytes(&a));
        assert!(bytes(&merged(&merged(&a, &b), &b)) == bytes(&merged(&a, &b)));
    }
}

/// The stretches of a piece, in seconds after the moment in which all begins.
fn stretches(piece: &Piece) -> Vec<(i64, i64)> {
    let second = |it: jiff::Timestamp| it.as_second() - 1_790_000_000;
    piece.stretches().iter().map(|(a, b)| (second(*a), second(*b))).collect()
}

#[test]
fn a_tap_was_not_at_work_while_it_saw_nothing() {
    assert_eq!(stretches(&seen_at(1, &[0, 200, 450])), [(0, 450)]);
    assert_eq!(stretches(&seen_at(1, &[0, 200, 501, 600])), [(0, 200), (501, 600)]);
    // Packets need not come in order.
    assert_eq!(stretches(&seen_at(1, &[9000, 0, 200])), [(0, 200), (9000, 9000)]);
    // Rolled together, in any order, two moments are no month.
    let pieces =
        [seen_at(1, &[0, 10]), seen_at(1, &[200, 250]), seen_at(1, &[2_000_000, 2_000_009])];
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut all = Observation::default();
        order.iter().for_each(|it| all.add(pieces[*it].clone()));
        let rolled = reread(&all.rolled());
        let rolled: Vec<&Piece> = rolled.pieces.values().collect();
        assert_eq!(rolled.len(), 1);
        assert_eq!(stretches(rolled[0]), [(0, 250), (2_000_000, 2_000_009)]);
    }
}

#[test]
fn pieces_of_a_tap_are_rolled_into_one_that_is_never_counted_twice() {
    // Every third number is of the same tap.
    let all = observation(&[0, 1, 3, 4, 6]);
    let rolled = reread(&all.clone().rolled());
    assert_eq!(rolled.pieces.len(), 2);
    let sum = |of: &Observation| of.pieces.values().map(|it| it.counts.packets).sum::<u64>();
    assert_eq!(sum(&rolled), sum(&all));
    let contained: usize = rolled.pieces.values().map(|it| it.contains.len()).sum();
    assert_eq!(contained, 5);
    // The pieces themselves add nothing any more, in whatever order they come.
    assert_eq!(merged(&rolled, &all), rolled);
    assert_eq!(merged(&all, &rolled), rolled);
    // Rolling again with something new contains everything.
    let more = merged(&rolled, &observation(&[9]));
    let again = reread(&more.clone().rolled());
    assert_eq!(again.pieces.len(), 2);
    assert_eq!(merged(&again, &more), again);
    assert_eq!(merged(&again, &observation(&[0, 1, 3, 4, 6, 9])), again);
    assert_eq!(again.clone().rolled(), again);
    // The same conversation, seen twice, is one.
    let mut twice = Observation::default();
    let mut other = piece(0);
    other.source.name = "again.pcap".to_owned();
    other.conversations.iter_mut().for_each(|it| it.from_ports = "1-3,40001".to_owned());
    twice.add(piece(0));
    twice.add(other.sealed());
    let once = twice.rolled();
    let (_, rolled) = once.pieces.first_key_value().unwrap();
    assert_eq!(rolled.conversations.len(), piece(0).conversations.len());
    assert_eq!(rolled.conversations[0].from_ports, "1-3,40000-40001");
    assert_eq!(rolled.conversations[0].sessions, piece(0).conversations[0].sessions * 2);
    assert_eq!(rolled.source.name, "0.pcap…again.pcap");
}

/// The line that is told, with what is wrong there in English.
#[track_caller]
fn wrong(text: &str) -> (u64, String) {
    match file::read(text.as_bytes()) {
        Err(Wrong::Lines(mut all, _)) => {
            let (line, what) = all.swap_remove(0);
            (line, what.en.into_owned())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = String::from_utf8(written(&observation(&[1]), false)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines.iter().position(|it| it.starts_with("{\"conversation\"")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
    let changes: [(&str, serde_json::Value, &str); 9] = [
        ("from_ports", "7-3".into(), "ascending"),
        ("from_ports", "1,70000".into(), "ascending"),
        ("days", "20000,monday".into(), "ascending"),
        ("vlans", [4096].into(), "no VLAN 4096"),
        ("also_as", ["here>there"].into(), "address>address"),
        ("inside", ["ip:192.0.2.1"].into(), "no kind of wrapping"),
        ("port", serde_json::Value::Null, "do not go together"),
        ("sessions", (1_u64 << 60).into(), "no count"),
        ("from", "300.1.1.1".into(), "not a line of evidence"),
    ];
    for (field, value, _) in &changes {
        let mut spoilt = whole.clone();
        spoilt["conversation"][field] = value.clone();
        lines.insert(at, spoilt.to_string());
    }
    let text: String = lines.iter().map(|it| format!("{it}\n")).collect();
    let Err(Wrong::Lines(told, 0)) = file::read(text.as_bytes()) else { panic!("it was read") };
    // They were put before each other; at last the number of facts does not fit.
    for (step, ((line, what), (field, _, words))) in
        told.iter().zip(changes.iter().rev()).enumerate()
    {
        assert_eq!(*line as usize, at + 1 + step, "{field}");
        assert!(what.en.contains(words), "{field}: {}", what.en);
    }
    assert_eq!(told.len(), changes.len() + 1);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let text = String::from_utf8(written(&observation(&[1]), false)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|it| format!("{it}\n")).collect::<String>();
    // Cut after any line, or within one.
    for cut in 2..lines.len() {
        assert!(wrong(&joined(&lines[..cut])).1.contains("cut short"), "after line {cut}");
        let (line, what) = wrong(&text[..joined(&lines[..cut]).len() - 2]);
        assert_eq!((line, what.contains("cut short")), (cut as u64, true));
    }
    // A line that is missing.
    for missing in 2..lines.len() - 1 {
        let mut fewer = lines.clone();
        fewer.remove(missing);
        let (line, what) = wrong(&joined(&fewer));
        assert_eq!(line, fewer.len() as u64);
        assert!(what.contains("lines of facts"), "{what}");
    }
    let mut damaged = lines.clone();
    damaged[3] = "{\"host\":{\"address\":\"192.0.2.300\"}}";
    let (line, what) = wrong(&joined(&damaged));
    assert!(line == 4 && what.starts_with("column 32"), "{line}: {what}");
    let mut foreign = lines.clone();
    foreign[2] = "{\"opinion\":{}}";
    assert_eq!(wrong(&joined(&foreign)).0, 3, "a kind of line that this version does not have");
    assert!(wrong("{}\n").1.contains("not an evidence file"));
    assert!(wrong("").1.contains("empty"));
    let later = text.replacen("\"schema\":1", "\"schema\":2", 1);
    let (line, what) = wrong(&later);
    assert!(line == 1 && what.contains("version 2") && what.contains("newer sekisho"), "{what}");
}

#[test]
fn what_a_later_version_added_is_passed_over_and_counted() {
    let all = observation(&[4]);
    let text = String::from_utf8(written(&all, false)).unwrap();
    let text = text.replacen(sekisho::observation::lines::TOOL, "sekisho 99.0.0", 1);
    assert_eq!(file::read(text.as_bytes()).unwrap().passed_over, 0);
    let hosts = all.pieces.values().map(|it| it.hosts.len() as u64).sum::<u64>();
    let text = text.replace("{\"host\":{", "{\"host\":{\"mood\":\"good\",\"nothing\":[],");
    let read = file::read(text.as_bytes()).unwrap();
    assert_eq!((read.passed_over, &read.observation), (hosts, &all));
    // A kind of fact that is new counts among the facts.
    let conversations = text.matches("{\"conversation\":").count() as u64;
    let text = text.replace("{\"conversation\":", "{\"dialogue\":");
    let read = file::read(text.as_bytes()).unwrap();
    assert_eq!(read.passed_over, hosts + conversations);
}

#[test]
fn damaged_evidence_is_refused_and_never_taken_for_less() {
    let packed = written(&observation(&[1, 2]), true);
    for cut in 0..packed.len() {
        assert!(file::read(&packed[..cut]).is_err(), "cut at {cut}");
    }
    let expected = observation(&[1, 2]);
    for bit in (0..packed.len() * 8).step_by(5) {
        let mut flipped = packed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = file::read(&flipped[..]) {
            // Some bits of a frame mean nothing.
            assert_eq!(read.observation, expected, "bit {bit}");
        }
    }
}

#[test]
fn a_bomb_does_not_explode() {
    // A line that never ends, packed a thousandfold.
    let bomb = vec![b' '; 1 << 26];
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let mut packed = written(&observation(&[1]), true);
    packed.extend(ruzstd::encoding::compress_to_vec(&bomb[..], level));
    assert!(packed.len() < 1 << 20);
    let Err(Wrong::Lines(what, 0)) = file::read(&packed[..]) else { panic!("it was read") };
    assert!(what[0].1.en.contains("too long"), "{what:?}");
}

#[test]
fn no_payload_is_in_evidence() {
    let patient = "ＹＡＭＡＤＡ^HANAKO";
    let message = format!(
        "\x0bMSH|^~\\&|HIS|AOBA|RIS|AOBA|20261122||ADT^A01|1|P|2.5\rPID|1||0012345||{patient}||19700101|F\r\x1c\r"
    );
    let packets: Vec<Packet> = [2575, 104, 80, 5000]
        .iter()
        .enumerate()
        .map(|(at, port)| {
            let time = 1_790_000_000_000_000_000 + at as u64;
            Packet::new(time, &datagram(1, 2, *port, message.as_bytes()))
        })
        .collect();
    let how = How { tap: "", hash: true, threads: 1, read: &AtomicU64::new(0) };
    let piece = stream("hl7.pcap", &plain(&packets)[..], &how).unwrap().into_piece();
    let mut all = Observation::default();
    all.add(piece);
    let text = String::from_utf8(written(&all, false)).unwrap();
    for planted in ["HANAKO", "ＹＡＭＡＤＡ", "0012345", "19700101"] {
        assert!(!text.contains(planted), "{planted} in {text}");
    }
    assert!(text.contains("2575"));
}

/// The `zstd` program reads what we pack.
#[test]
fn other_programs_unpack_evidence() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let all = observation(&[1, 2, 3, 4]);
    let run = Command::new("zstd").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut run) = run else {
        eprintln!("SKIPPED: the program zstd is not here");
        return;
    };
    run.stdin.take().unwrap().write_all(&written(&all, true)).unwrap();
    let output = run.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout == written(&all, false));
}
