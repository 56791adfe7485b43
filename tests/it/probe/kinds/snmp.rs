//! Reading a device by SNMP: an agent of versions 2c and 3 that is written here, right, hostile, and
//! endless.

use super::{LONG, SHORT, asked_with, detail};
use ring::hmac;
use sekisho::evidence::probe::Means;
use sekisho::evidence::probe::credentials::{Credential, Credentials, Hash, Secret, User};
use sekisho::probe::{Answer, Kind, Outcome};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

type Name = Vec<u32>;
/// What an agent holds: values as they are on the wire.
type Base = BTreeMap<Name, Vec<u8>>;

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    match body.len() {
        short @ ..0x80 => [&[tag, short as u8], body.as_slice()].concat(),
        _ => [&[tag, 0x82, length[0], length[1]], body.as_slice()].concat(),
    }
}

/// The next element: tag, body, the rest, and the whole of it.
fn element(bytes: &[u8]) -> (u8, &[u8], &[u8]) {
    let (start, length) = match bytes[1] {
        0x81 => (3, usize::from(bytes[2])),
        0x82 => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
        short => (2, usize::from(short)),
    };
    (bytes[0], &bytes[start..start + length], &bytes[start + length..])
}

fn elements(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let (tag, body, rest) = element(bytes);
        out.push((tag, body));
        bytes = rest;
    }
    out
}

fn object(name: &[u32]) -> Vec<u8> {
    let mut body = vec![u8::try_from(name[0] * 40 + name[1]).unwrap()];
    for number in &name[2..] {
        let mut bytes = vec![(number & 0x7f) as u8];
        let mut rest = number >> 7;
        while rest > 0 {
            bytes.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        body.extend(bytes.iter().rev());
    }
    tlv(6, &[&body])
}

fn name(body: &[u8]) -> Name {
    let mut out = vec![u32::from(body[0]) / 40, u32::from(body[0]) % 40];
    let mut number = 0;
    for byte in &body[1..] {
        number = number << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            out.push(number);
            number = 0;
        }
    }
    out
}

/// The answer of an agent to a PDU.
fn answer(base: &Base, pdu: (u8, &[u8])) -> Vec<u8> {
    let parts = elements(pdu.1);
    let names: Vec<Name> =
        elements(parts[3].1).iter().map(|it| name(elements(it.1)[0].1)).collect();
    let pair = |name: &[u32], value: &[u8]| tlv(0x30, &[&object(name), value]);
    let mut list = Vec::new();
    for asked in &names {
        if pdu.0 == 0xa0 {
            list.extend(pair(asked, base.get(asked).map_or(&[0x81, 0], |it| it.as_slice())));
            continue;
        }
        let most = parts[2].1.iter().fold(0, |sum, it| sum << 8 | usize::from(*it));
        let after = (std::ops::Bound::Excluded(asked.clone()), std::ops::Bound::Unbounded);
        let found: Vec<_> = base.range(after).take(most).collect();
        found.iter().for_each(|it| list.extend(pair(it.0, it.1)));
        if found.len() < most {
            list.extend(pair(found.last().map_or(asked, |it| it.0), &[0x82, 0]));
        }
    }
    tlv(0xa2, &[&tlv(2, &[parts[0].1]), &[2, 1, 0, 2, 1, 0], &tlv(0x30, &[&list])])
}

/// A device with two interfaces, a neighbour, routes of both kinds and LLDP.
fn device() -> Base {
    let text = |it: &str| tlv(4, &[it.as_bytes()]);
    let number = |it: u8| vec![2, 1, it];
    let mac = |last: u8| tlv(4, &[&[2, 0, 0, 0, 0, last]]);
    let mut base = Base::new();
    let mut add = |name: &[u32], value: Vec<u8>| base.insert(name.to_vec(), value);
    add(&[1, 3, 6, 1, 2, 1, 1, 1, 0], text("Router\nrev 15"));
    add(&[1, 3, 6, 1, 2, 1, 1, 2, 0], object(&[1, 3, 6, 1, 4, 1, 1182, 70000]));
    add(&[1, 3, 6, 1, 2, 1, 1, 5, 0], text("core-1"));
    for (index, name) in [(1, "lan1"), (300, "wan")] {
        add(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, index], text(name));
        add(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 6, index], mac(index as u8));
        add(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 8, index], number(if index == 1 { 1 } else { 2 }));
    }
    add(&[1, 3, 6, 1, 2, 1, 4, 22, 1, 2, 1, 192, 0, 2, 9], mac(9));
    let route =
        [1, 3, 6, 1, 2, 1, 4, 24, 7, 1, 7, 1, 4, 198, 51, 100, 0, 24, 2, 0, 0, 1, 4, 192, 0, 2, 1];
    add(&route, number(1));
    let lldp = |column, value| ([1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, column, 0, 3, 1], value);
    for (name, value) in [lldp(5, mac(7)), lldp(7, text("ge-0/0/1")), lldp(9, text("sw1"))] {
        add(&name, value);
    }
    base
}

/// An agent that answers with `reply` for as long as the test runs; how often it was asked.
fn agent(reply: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> (SocketAddr, Arc<AtomicU32>) {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let to = socket.local_addr().unwrap();
    let count = Arc::new(AtomicU32::new(0));
    let asked = Arc::clone(&count);
    std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok((length, from)) = socket.recv_from(&mut bytes) {
            asked.fetch_add(1, Ordering::SeqCst);
            for it in reply(&bytes[..length]) {
                let _ = socket.send_to(&it, from);
            }
        }
    });
    (to, count)
}

fn community(base: Base) -> impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static {
    move |bytes| {
        let message = elements(element(bytes).1);
        if message[1].1 != b"hush" {
            return Vec::new(); // as agents do
        }
        let pdu = answer(&base, message[2]);
        vec![tlv(0x30, &[&[2, 1, 1], &tlv(4, &[b"hush"]), &pdu])]
    }
}

fn means(credential: Credential) -> Means {
    Means::open(&[]).unwrap().with_credentials(Credentials::all(credential))
}

fn hush() -> Means {
    means(Credential::Community(Secret::new("hush")))
}

fn words<'a>(answer: &'a Answer, key: &str) -> Vec<&'a str> {
    answer.details.get(key).into_iter().flatten().map(String::as_str).collect()
}

#[test]
fn a_device_tells_what_it_is_and_whom_it_knows() {
    let (to, _) = agent(community(device()));
    let answer = asked_with(&hush(), Kind::SnmpRead, to, LONG);
    assert_eq!(answer.outcome, Outcome::Open);
    assert_eq!(detail(&answer, "system-name"), "core-1");
    assert_eq!(detail(&answer, "system-description"), "Router\u{fffd}rev 15");
    assert_eq!(detail(&answer, "system-object"), "1.3.6.1.4.1.1182.70000");
    let interfaces = ["1 lan1 up 02:00:00:00:00:01", "300 wan down 02:00:00:00:00:2c"];
    assert_eq!(words(&answer, "interface"), interfaces);
    assert_eq!(words(&answer, "arp"), ["192.0.2.9 02:00:00:00:00:09 1"]);
    assert_eq!(words(&answer, "route"), ["198.51.100.0/24 via 192.0.2.1 if 1"]);
    assert_eq!(words(&answer, "lldp"), ["port 3 sw1 02:00:00:00:00:07 ge-0/0/1"]);
    assert_eq!(detail(&answer, "interface-count"), "2");
    assert_eq!(detail(&answer, "incomplete"), "");
    let whole = serde_json::to_string(&answer).unwrap();
    assert!(!whole.contains("hush"), "{whole}");
}

#[test]
fn who_has_no_credentials_or_wrong_ones_reads_nothing() {
    let (to, count) = agent(community(device()));
    let answer = asked_with(&Means::open(&[]).unwrap(), Kind::SnmpRead, to, SHORT);
    assert_eq!((answer.outcome, count.load(Ordering::SeqCst)), (Outcome::NotSent, 0));
    let wrong = means(Credential::Community(Secret::new("guess")));
    let answer = asked_with(&wrong, Kind::SnmpRead, to, SHORT);
    // One request, and no second guess.
    assert_eq!((answer.outcome, count.load(Ordering::SeqCst)), (Outcome::Silent, 1));
}

#[test]
fn endless_tables_and_circles_come_to_an_end() {
    let mut base = device();
    for low in 0..=255_u32 {
        for high in 0..8 {
            let row = [1, 3, 6, 1, 2, 1, 4, 22, 1, 2, 1, 10, 0, high, low];
            base.insert(row.to_vec(), tlv(4, &[&[2, 0, 0, 0, high as u8, low as u8]]));
        }
    }
    let (to, count) = agent(community(base));
    let answer = asked_with(&hush(), Kind::SnmpRead, to, LONG);
    assert!(words(&answer, "arp").len() <= 512);
    assert_eq!(words(&answer, "incomplete"), ["arp"]);
    assert!(count.load(Ordering::SeqCst) <= Kind::SnmpRead.most());
    // The same row for ever.
    let circle = |bytes: &[u8]| {
        let message = elements(element(bytes).1);
        let id = elements(message[2].1)[0].1.to_vec();
        let row = tlv(0x30, &[&object(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 1]), &tlv(4, &[b"lan"])]);
        let pdu = tlv(0xa2, &[&tlv(2, &[&id]), &[2, 1, 0, 2, 1, 0], &tlv(0x30, &[&row])]);
        vec![tlv(0x30, &[&[2, 1, 1], &tlv(4, &[b"hush"]), &pdu])]
    };
    let (to, count) = agent(circle);
    let answer = asked_with(&hush(), Kind::SnmpRead, to, SHORT);
    assert_eq!(answer.outcome, Outcome::Open);
    assert!(count.load(Ordering::SeqCst) < 20);
}

#[test]
fn half_answers_and_nonsense_harm_nobody() {
    let right = community(device());
    let (to, _) = agent(move |bytes| {
        let whole = right(bytes).remove(0);
        let cut = (1..whole.len()).map(|end| whole[..end].to_vec());
        cut.chain([whole.clone()]).collect()
    });
    let answer = asked_with(&hush(), Kind::SnmpRead, to, LONG);
    assert_eq!(detail(&answer, "system-name"), "core-1");
    for value in [0x00, 0x7f, 0x80, 0x84, 0xff] {
        let right = community(device());
        let turn = Mutex::new(0);
        let (to, _) = agent(move |bytes| {
            let mut whole = right(bytes).remove(0);
            let mut turn = turn.lock().unwrap();
            *turn += 11;
            let at = *turn % whole.len();
            whole[at] = value;
            vec![whole]
        });
        let means = hush();
        for _ in 0..4 {
            let answer =
                asked_with(&means, Kind::SnmpRead, to, std::time::Duration::from_millis(2));
            assert!(answer.details.values().flatten().all(|it| it.chars().count() <= 128));
        }
    }
}

/// RFC 3414 §A.3.2: the key of `maplesyrup` for engine 00 … 02.
const KEY: [u8; 20] = [
    0x66, 0x95, 0xfe, 0xbc, 0x92, 0x88, 0xe3, 0x62, 0x82, 0x23, 0x5f, 0xc7, 0x15, 0x1f, 0x12, 0x84,
    0x97, 0xb3, 0x8f, 0x3f,
];
const ENGINE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

/// An agent of version 3 with that engine and one user who signs by SHA-1.
fn signing(base: Base, forges: bool) -> impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &KEY);
    move |bytes| {
        let message = elements(element(bytes).1);
        let (header, usm) = (elements(message[1].1), elements(element(message[2].1).1));
        let id = tlv(2, &[header[0].1]);
        let pdu = elements(message[3].1)[2];
        let signature = usm[4].1;
        let signed = header[2].1[0] & 1 != 0;
        // RFC 3414 §6.3.2: twelve bytes, counted over the message with zeros in their place.
        if signed {
            let at = bytes.windows(12).rposition(|it| it == signature).unwrap();
            let mut zeroed = bytes.to_vec();
            zeroed[at..at + 12].fill(0);
            let tag = hmac::sign(&key, &zeroed);
            assert_eq!(&tag.as_ref()[..12], signature, "signed with another key");
            assert_eq!(usm[0].1, ENGINE);
        }
        let told = if signed {
            answer(&base, pdu)
        } else {
            let engines = tlv(0x30, &[&object(&[1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0]), &[0x41, 1, 1]]);
            let body = elements(pdu.1)[0].1;
            tlv(0xa8, &[&tlv(2, &[body]), &[2, 1, 0, 2, 1, 0], &tlv(0x30, &[&engines])])
        };
        let scoped = tlv(0x30, &[&tlv(4, &[&ENGINE]), &[4, 0], &told]);
        let zeros: &[u8] = if signed { &[0; 12] } else { &[] };
        let security = tlv(
            0x30,
            &[
                &tlv(4, &[&ENGINE]),
                &[2, 1, 3, 2, 1, 9],
                &tlv(4, &[usm[3].1]),
                &tlv(4, &[zeros]),
                &[4, 0],
            ],
        );
        let header = tlv(0x30, &[&id, &[2, 2, 0x10, 0], &[4, 1, u8::from(signed)], &[2, 1, 3]]);
        let mut out = tlv(0x30, &[&[2, 1, 3], &header, &tlv(4, &[&security]), &scoped]);
        if signed && !forges {
            let tag = hmac::sign(&key, &out);
            let at = out.windows(12).position(|it| it == [0; 12]).unwrap();
            // The engine of the RFC begins with eleven zeros; the signature has twelve.
            out[at..at + 12].copy_from_slice(&tag.as_ref()[..12]);
        }
        vec![out]
    }
}

fn user(password: &str) -> Credential {
    let authentication = Some((Hash::Sha1, Secret::new(password)));
    Credential::User(User { name: "audit".to_owned(), authentication, privacy: None })
}

#[test]
fn passwords_become_the_keys_of_the_rfc_and_messages_are_signed_with_them() {
    let (to, _) = agent(signing(device(), false));
    let answer = asked_with(&means(user("maplesyrup")), Kind::SnmpRead, to, LONG);
    assert_eq!((answer.outcome, detail(&answer, "system-name")), (Outcome::Open, "core-1"));
    assert_eq!(words(&answer, "interface").len(), 2);
    // What is not signed by the device is not from it.
    let (to, _) = agent(signing(device(), true));
    let answer = asked_with(&means(user("maplesyrup")), Kind::SnmpRead, to, SHORT);
    assert_eq!((answer.outcome, detail(&answer, "system-name")), (Outcome::Silent, ""));
}

#[test]
fn credentials_are_read_from_a_file_that_nobody_else_can_read_and_never_shown() {
    let file = |text: &str, mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(file.path(), permissions).unwrap();
        let read = Credentials::from_file(file.path());
        (file, read)
    };
    let text = r#"{"192.0.2.1": {"community": "hush-1"},
        "*": {"user": "audit", "sha256": "hush-22", "aes128": "hush-333"}}"#;
    let (_file, read) = file(text, 0o600);
    let read = read.unwrap();
    let shown = format!("{read:?} {:?}", Means::open(&[]).unwrap().with_credentials(read.clone()));
    assert!(shown.contains("audit") && !shown.contains("hush"), "{shown}");
    let community = Credential::Community(Secret::new("hush-1"));
    assert_eq!(read.of([192, 0, 2, 1].into()), Some(&community));
    assert!(matches!(read.of([192, 0, 2, 9].into()), Some(Credential::User(_))));
    assert!(file(text, 0o644).1.unwrap_err().contains("chmod 600"));
    for half in [
        r#"{"*": {"user": "a", "aes128": "hush"}}"#,
        r#"{"*": {"user": "a", "sha1": "hush", "sha256": "hush"}}"#,
        r#"{"*": {"community": "hush", "user": "b"}}"#,
        r#"{"*": {"user": "a", "md5": "hush"}}"#,
        r#"{"host": {"community": "hush"}}"#,
        "[]",
    ] {
        let why = file(half, 0o600).1.unwrap_err();
        assert!(!why.contains("hush"), "{why}");
    }
}
