//! TLS: hellos, certificates, fingerprints.

use super::super::packets::{between, ethernet, mac, pppoe, udp, vlan, vxlan};
use super::super::watching;
use super::{Sample, all, block16, der, ends, hex, noise, spoken, told};
use sekisho::observation::Observer;
use sekisho::wire::speech::{Side, datagram, stream};
use sekisho::wire::words::{Detail, Spoken};

fn block8(body: &[u8]) -> Vec<u8> {
    all(&[&[body.len() as u8], body])
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    all(&[&kind.to_be_bytes(), &block16(body, 0)])
}

fn list16(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|it| it.to_be_bytes()).collect()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    all(&[&[kind, 0], &block16(body, 0)])
}

fn record(messages: &[u8]) -> Vec<u8> {
    all(&[&[22, 3, 1], &block16(messages, 0)])
}

fn server_name(name: &str) -> Vec<u8> {
    let entry = all(&[&[0], &block16(name.as_bytes(), 0)]);
    extension(0, &block16(&entry, 0))
}

fn alpn(names: &[&str]) -> Vec<u8> {
    let list: Vec<u8> = names.iter().flat_map(|it| block8(it.as_bytes())).collect();
    extension(16, &block16(&list, 0))
}

fn client_message(ciphers: &[u16], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = extensions.concat();
    let body = all(&[
        &[3, 3],
        &[0x5a; 32],
        &[0],
        &block16(&list16(ciphers), 0),
        &[1, 0],
        &block16(&extensions, 0),
    ]);
    message(1, &body)
}

/// A client's first record.
pub fn client(name: &str, protocols: &[&str]) -> Vec<u8> {
    record(&client_message(&[0xc02f, 0x009c], &[server_name(name), alpn(protocols)]))
}

fn server_hello(version: u16, cipher: u16, extensions: &[u8]) -> Vec<u8> {
    let legacy = version.min(0x0303).to_be_bytes();
    let body =
        all(&[&legacy, &[0x33; 32], &[0], &cipher.to_be_bytes(), &[0], &block16(extensions, 0)]);
    message(2, &body)
}

fn name(common: &str, organisation: &str) -> Vec<u8> {
    let part = |last: u8, text: &str| {
        der(0x31, &der(0x30, &all(&[&[6, 3, 0x55, 4, last], &der(0x0c, text.as_bytes())])))
    };
    der(0x30, &all(&[&part(10, organisation), &part(3, common)]))
}

/// A certificate without a signature that anybody could check.
pub fn certificate(common: &str, issuer: &str, names: &[&str]) -> Vec<u8> {
    let validity = der(0x30, &all(&[&der(0x17, b"250101000000Z"), &der(0x17, b"310228120000Z")]));
    let list: Vec<u8> = names.iter().flat_map(|it| der(0x82, it.as_bytes())).collect();
    let list = all(&[&list, &der(0x87, &[192, 0, 2, 7])]);
    let alternative = der(0x30, &all(&[&[6, 3, 0x55, 0x1d, 0x11], &der(4, &der(0x30, &list))]));
    let body = all(&[
        &der(0xa0, &[2, 1, 2]),
        &[2, 1, 9],
        &der(0x30, &[6, 1, 0x2a]),
        &name(issuer, "Example Authority"),
        &validity,
        &name(common, "Example Hospital"),
        &der(0x30, &[5, 0]),
        &der(0xa3, &der(0x30, &alternative)),
    ]);
    der(0x30, &all(&[&der(0x30, &body), &der(0x30, &[5, 0]), &[3, 1, 0]]))
}

/// A server's flight up to TLS 1.2.
pub fn server(certificate: &[u8], asks: bool) -> Vec<u8> {
    let length = |it: &[u8]| all(&[&[0], &block16(it, 0)]);
    let chain = length(&length(certificate));
    let request = if asks { message(13, &[1, 1, 0, 0, 0, 0]) } else { Vec::new() };
    record(&all(&[
        &server_hello(0x0303, 0xc02f, &[]),
        &message(11, &chain),
        &request,
        &message(14, &[]),
    ]))
}

pub fn samples() -> Vec<Sample> {
    let pacs =
        certificate("pacs.example.jp", "Example CA 3", &["pacs.example.jp", "img.example.jp"]);
    let anydesk = certificate("AnyNet Relay", "AnyNet Root CA", &[]);
    vec![
        Sample::new(
            "tls 1.2",
            8443,
            client("pacs.example.jp", &["h2", "http/1.1"]),
            server(&pacs, true),
        )
        .is(Spoken::Tls)
        .tells(Detail::ServerName, "pacs.example.jp")
        .tells(Detail::Alpn, "h2 | http/1.1")
        .tells(Detail::Version, "TLS 1.2")
        .tells(Detail::Chosen, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        .tells(
            Detail::Certificate,
            "192.0.2.7 | Example Hospital | img.example.jp | pacs.example.jp",
        )
        .tells(Detail::Issuer, "Example Authority | Example CA 3")
        .tells(Detail::NotAfter, "2031-02-28")
        .tells(Detail::ClientCertificate, "requested"),
        Sample::new("anydesk by its certificate", 80, client("x", &[]), server(&anydesk, false))
            .is(Spoken::Tls)
            .is(Spoken::RemoteControl),
        Sample::new("anydesk by its protocol", 6568, client("x", &["anydesk/9.0.1/windows"]), [])
            .is(Spoken::Tls)
            .is(Spoken::RemoteControl),
        Sample::new("teamviewer by its name", 443, client("router7.teamviewer.com", &[]), [])
            .is(Spoken::Tls)
            .is(Spoken::RemoteControl),
        Sample::new("a maker's page", 443, client("www.teamviewer.com", &["h2"]), [])
            .is(Spoken::Tls),
        Sample::new("not below that name", 443, client("evilnet.anydesk.com.example.jp", &[]), [])
            .is(Spoken::Tls),
        Sample::new(
            "fortinet's box at the port of its ssl-vpn",
            10_443,
            client("vpn.example.jp", &[]),
            server(&certificate("FGT1", "Fortinet", &[]), false),
        )
        .is(Spoken::Tls),
        Sample::new(
            "fortinet's box elsewhere",
            443,
            client("fw.example.jp", &[]),
            server(&certificate("FGT1", "Fortinet", &[]), false),
        )
        .is(Spoken::Tls),
        Sample::new("tailscale's relay", 443, client("derp7.tailscale.com", &[]), [])
            .is(Spoken::Tls)
            .is(Spoken::Tailscale),
    ]
}

#[test]
fn version_three_is_named_by_its_extension() {
    let answer = record(&server_hello(0x0304, 0x1301, &extension(43, &[3, 4])));
    let said = stream(&ends(50_000, 443), &client("a.example.jp", &[]), &answer);
    assert_eq!(told(&said, Spoken::Tls, Detail::Version), "TLS 1.3");
    assert!(!said.open, "the rest is enciphered");
}

/// Version 1.3 calls itself 1.2 until the last extension: however a hello is cut, it is not both.
#[test]
fn a_hello_that_is_cut_names_no_other_version() {
    let answer = record(&server_hello(0x0304, 0x1301, &extension(43, &[3, 4])));
    for cut in 0..answer.len() {
        let said = stream(&ends(50_000, 443), &client("a.example.jp", &[]), &answer[..cut]);
        assert_eq!(told(&said, Spoken::Tls, Detail::Version), "", "{cut}");
    }
    let answer = record(&server_hello(0x0303, 0xc02f, &[]));
    let said = stream(&ends(50_000, 443), &client("a.example.jp", &[]), &answer);
    assert_eq!(told(&said, Spoken::Tls, Detail::Version), "TLS 1.2");
}

/// The example of the public description of JA4: Chrome with 15 ciphers and 16 extensions, among
/// values that mean nothing.
#[test]
fn the_published_fingerprint_comes_out() {
    let ciphers = [
        0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
        0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
    ];
    let signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
    let plain = [
        0x1a1a, 0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x0005, 0x0023, 0x0012, 0xff01, 0x000b,
        0x000a, 0x0015,
    ];
    let mut extensions: Vec<_> = plain.iter().map(|it| extension(*it, &[])).collect();
    extensions.push(server_name("www.example.jp"));
    extensions.push(alpn(&["h2", "http/1.1"]));
    extensions.push(extension(43, &[6, 0x3a, 0x3a, 3, 4, 3, 3]));
    extensions.push(extension(13, &block16(&list16(&signatures), 0)));
    let said = stream(&ends(50_000, 443), &record(&client_message(&ciphers, &extensions)), &[]);
    assert_eq!(told(&said, Spoken::Tls, Detail::Ja4), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

#[test]
fn a_hello_from_the_other_side_turns_the_connection() {
    let said = stream(
        &ends(443, 50_000),
        &server(&certificate("a", "b", &[]), false),
        &client("a.example.jp", &[]),
    );
    assert_eq!(spoken(&said), [Spoken::Tls]);
    assert_eq!(said.initiator_is, Some(Side::To));
}

#[test]
fn a_hello_in_several_records_is_one() {
    let whole = client_message(&[0xc02f], &[server_name("split.example.jp")]);
    let split: Vec<u8> = whole.chunks(7).flat_map(record).collect();
    let said = stream(&ends(50_000, 443), &split, &[]);
    assert_eq!(told(&said, Spoken::Tls, Detail::ServerName), "split.example.jp");
}

/// What a capture with a short snapshot length keeps of a hello, and the middle of a session.
#[test]
fn a_cut_hello_and_the_middle_of_a_session_are_tls() {
    let whole = client("pacs.example.jp", &[]);
    for kept in 11..60 {
        let said = stream(&ends(50_000, 9443), whole.get(..kept).unwrap(), &[]);
        assert_eq!(spoken(&said), [Spoken::Tls], "{kept} bytes");
        assert_eq!(said.initiator_is, Some(Side::From));
    }
    let record = |length: usize| all(&[&[23, 3, 3], &block16(&noise(length), 0)]);
    let middle = all(&[&record(80), &record(120), &record(64)]);
    let said = stream(&ends(50_000, 9443), &[], &middle);
    assert_eq!((spoken(&said), said.initiator_is), (vec![Spoken::Tls], None));
    let two = middle.get(..middle.len() - 1).unwrap();
    assert_eq!(spoken(&stream(&ends(50_000, 9443), two, &[])), []);
}

/// The first packet of a client, with the hello in two frames, the second one first.
fn quic(version: u32, first: u8, keys: [&str; 3], hello: &[u8]) -> Vec<u8> {
    let (front, back) = hello.split_at(40);
    quic_packet(version, first, keys, 2, &[(40, back), (0, front)])
}

/// A packet of a client with parts of its hello, with the keys that RFC 9001 (appendix A.1) and RFC 9369
/// (appendix A.1) publish for their identifier.
fn quic_packet(
    version: u32,
    first: u8,
    keys: [&str; 3],
    number: u8,
    parts: &[(u16, &[u8])],
) -> Vec<u8> {
    use ring::aead;
    let [key, iv, mask] = keys.map(hex);
    let frame = |(at, part): &(u16, &[u8])| {
        all(&[
            &[6],
            &(0x4000 | at).to_be_bytes(),
            &(0x4000 | part.len() as u16).to_be_bytes(),
            part,
        ])
    };
    let frames: Vec<u8> = parts.iter().flat_map(frame).collect();
    let mut body = all(&[&[1], &frames]);
    assert!(body.len() <= 1200 - 22 - 16, "more than one datagram");
    body.resize(1200 - 22 - 16, 0);
    let length = (0x4000 | (4 + body.len() as u16 + 16)).to_be_bytes();
    let to = [&[8][..], &hex("8394c8f03e515708"), &[0, 0]].concat();
    let mut header = all(&[&[first], &version.to_be_bytes(), &to, &length, &[0, 0, 0, number]]);
    let mut nonce: [u8; 12] = iv.try_into().unwrap();
    nonce[11] ^= number;
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_128_GCM, &key).unwrap());
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, aead::Aad::from(&header), &mut body).unwrap();
    let cover = aead::quic::HeaderProtectionKey::new(&aead::quic::AES_128, &mask).unwrap();
    let cover = cover.new_mask(&body[..16]).unwrap();
    header[0] ^= cover[0] & 0x0f;
    let at = header.len() - 4;
    header[at..].iter_mut().zip(&cover[1..]).for_each(|(it, cover)| *it ^= cover);
    [header, body].concat()
}

const KEYS: [&str; 3] = [
    "1f369613dd76d5467730efcbe3b1a22d",
    "fa044b2f42a3fd3b46fb255c",
    "9f50449e04a0e810283a1e9933adedd2",
];

/// Two datagrams of a client whose hello has a key that withstands quantum computers, as browsers send
/// it today: the first holds the middle and the beginning, the second the rest with the name. Then what
/// the same hello says in TCP.
fn torn() -> (Vec<Vec<u8>>, String) {
    let key = extension(51, &block16(&all(&[&[0x11, 0xec], &block16(&noise(1216), 0)]), 0));
    let extensions = [key, alpn(&["h3"]), server_name("relay.example.jp")];
    let hello = client_message(&[0x1301], &extensions);
    let part = |from: usize, to: usize| (from as u16, &hello[from..to]);
    let first = [part(600, 1000), part(0, 300)];
    let second = [part(1000, hello.len()), part(300, 600)];
    let datagrams =
        [(0, first), (1, second)].map(|(number, it)| quic_packet(1, 0xc3, KEYS, number, &it));
    let said = stream(&ends(50_000, 443), &record(&hello), &[]);
    (datagrams.into(), told(&said, Spoken::Tls, Detail::Ja4))
}

/// What is told of QUIC by an observer of frames: the name and the fingerprint.
fn quic_told(observer: Observer) -> [String; 2] {
    let piece = observer.finish(watching::header());
    let conversation = piece.conversations.last().unwrap();
    let speech = conversation.speech.iter().find(|it| it.spoken == Spoken::Quic).unwrap();
    [Detail::ServerName, Detail::Ja4].map(|detail| {
        let values = speech.details.get(&detail).into_iter().flatten().cloned();
        values.collect::<Vec<_>>().join(" | ")
    })
}

#[test]
fn a_hello_of_quic_that_is_torn_over_two_datagrams_is_read() {
    let (datagrams, ja4) = torn();
    let expected = ["relay.example.jp".to_owned(), format!("q{}", &ja4[1..])];
    let packet = |words: &Vec<u8>| {
        between("10.0.0.21", "198.51.100.7").carries(17, &udp((50_000, 443), words))
    };
    let packets: Vec<Vec<u8>> = datagrams.iter().map(packet).collect();
    let frame = |it: &Vec<u8>| ethernet(mac(1), mac(2), 0x0800, it);
    let frames: Vec<Vec<u8>> = packets.iter().map(frame).collect();
    let seen = |frames: &[Vec<u8>]| watching::watched(watching::ETHERNET, frames);
    assert_eq!(quic_told(seen(&frames)), expected);
    // Alone neither has a name, and what is not whole has no fingerprint.
    for frame in &frames {
        assert_eq!(quic_told(seen(std::slice::from_ref(frame))), [const { String::new() }; 2]);
    }
    // In the other order, sent twice, in tags and tunnels, and over the seam of two parts of a capture.
    let turned: Vec<Vec<u8>> = frames.iter().rev().cloned().collect();
    assert_eq!(quic_told(seen(&turned)), expected);
    let twice: Vec<Vec<u8>> = frames.iter().flat_map(|it| [it.clone(), it.clone()]).collect();
    assert_eq!(quic_told(seen(&twice)), expected);
    let outer = between("192.0.2.1", "192.0.2.2");
    let wrapped = |it: &Vec<u8>| {
        let inside = ethernet(mac(3), mac(4), 0x8100, &vlan(12, 0x8864, &pppoe(7, 0x21, it)));
        frame(&outer.carries(17, &udp((5000, 4789), &vxlan(9, &inside))))
    };
    let wrapped: Vec<Vec<u8>> = packets.iter().map(wrapped).collect();
    assert_eq!(quic_told(seen(&wrapped)), expected);
    let [mut first, second] = [0, 1].map(|it| seen(std::slice::from_ref(&frames[it])));
    first.absorb(second);
    assert_eq!(quic_told(first), expected);
    // A copy on another segment, with another address, is another flow and waits for its own parts.
    let copy =
        between("203.0.113.9", "198.51.100.7").carries(17, &udp((50_000, 443), &datagrams[0]));
    let copied = [frames[0].clone(), frame(&copy), frames[1].clone()];
    let piece = seen(&copied).finish(watching::header());
    let names = piece.conversations.iter().flat_map(|it| &it.speech);
    let names: Vec<_> = names.filter_map(|it| it.details.get(&Detail::ServerName)).collect();
    assert_eq!(names.len(), 1, "{:?}", piece.conversations);
}

/// Nobody may make the observer keep more than it has room for.
#[test]
fn hellos_that_never_end_are_given_up() {
    let (datagrams, _) = torn();
    let frames: Vec<Vec<u8>> = (0..2000)
        .map(|port| {
            let from = between("10.0.0.21", "198.51.100.7");
            let packet = from.carries(17, &udp((10_000 + port, 443), &datagrams[0]));
            ethernet(mac(1), mac(2), 0x0800, &packet)
        })
        .collect();
    let piece = watching::watched(watching::ETHERNET, &frames).finish(watching::header());
    assert_eq!(piece.conversations[0].speech[0].spoken, Spoken::Quic);
}

#[test]
fn the_name_is_read_from_the_first_packet_of_quic() {
    let one = KEYS;
    let two = [
        "8b1a0bc121284290a29e0971b5cd045d",
        "91f73e2351d8fa91660e909f",
        "45b95e15235d6f45a6b19cbcb0294ba9",
    ];
    let record = client("derp7.tailscale.com", &["h3"]);
    let hello = record.get(5..).unwrap();
    for (version, first, keys) in [(1, 0xc3, one), (0x6b33_43cf, 0xd3, two)] {
        let packet = quic(version, first, keys, hello);
        assert_eq!(packet.len(), 1200);
        let said = datagram(&ends(50_000, 8443), &packet);
        assert_eq!(spoken(&said), [Spoken::Quic, Spoken::Tailscale], "{version:x}");
        assert_eq!(told(&said, Spoken::Quic, Detail::ServerName), "derp7.tailscale.com");
        assert_eq!(told(&said, Spoken::Quic, Detail::Alpn), "h3");
        assert!(told(&said, Spoken::Quic, Detail::Ja4).starts_with('q'));
        assert_eq!(said.initiator_is, Some(Side::From));
        // What does not open says no more than it did.
        let mut spoilt = packet.clone();
        spoilt[600] ^= 1;
        assert_eq!(spoken(&datagram(&ends(50_000, 8443), &spoilt)), [Spoken::Quic]);
        for cut in 0..packet.len() {
            datagram(&ends(50_000, 8443), packet.get(..cut).unwrap());
        }
    }
}
