//! Protocols over UDP.

use super::super::packets::{between, udp};
use super::super::watching;
use super::{all, block16, der, ends, hex, noise, spoken, told};
use sekisho::wire::speech::{Ends, Said, Side, datagram};
use sekisho::wire::words::{Detail, Learned, Mac, NamedBy, Role, Spoken};
use std::net::IpAddr;

fn labels(name: &str) -> Vec<u8> {
    let mut out: Vec<u8> =
        name.split('.').flat_map(|it| all(&[&[it.len() as u8], it.as_bytes()])).collect();
    out.push(0);
    out
}

/// A question for the address of a name.
pub fn question(name: &str) -> Vec<u8> {
    all(&[&hex("1234 0100 0001 0000 0000 0000"), &labels(name), &[0, 1, 0, 1]])
}

/// Its answer, with an alias on the way.
fn answer(name: &str, address: [u8; 4]) -> Vec<u8> {
    let alias = labels("cdn.example.net");
    all(&[
        &hex("1234 8180 0001 0002 0000 0000"),
        &labels(name),
        &[0, 1, 0, 1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9],
        &block16(&alias, 0),
        &alias,
        &[0, 1, 0, 1, 0, 0, 0, 9, 0, 4],
        &address,
    ])
}

fn netbios(name: &str, kind: u8) -> Vec<u8> {
    let mut out = vec![32];
    for byte in format!("{name:<15}").bytes().chain([kind]) {
        out.extend([b'A' + (byte >> 4), b'A' + (byte & 15)]);
    }
    out.push(0);
    out
}

const CLIENT: [u8; 6] = [2, 0, 0x5e, 0, 0x53, 7];

/// A message of DHCP with these options.
pub fn dhcp(
    operation: u8,
    client: [u8; 4],
    yours: [u8; 4],
    relay: [u8; 4],
    options: &[(u8, &[u8])],
) -> Vec<u8> {
    let options: Vec<u8> =
        options.iter().flat_map(|(code, body)| all(&[&[*code, body.len() as u8], body])).collect();
    all(&[
        &[operation, 1, 6, 0],
        &[9; 8],
        &client,
        &yours,
        &[0; 4],
        &relay,
        &CLIENT,
        &[0; 202],
        &hex("63825363"),
        &options,
        &[255],
    ])
}

pub fn ike(
    version: u8,
    exchange: u8,
    flags: u8,
    next: u8,
    responder: &[u8; 8],
    body: &[u8],
) -> Vec<u8> {
    let length = u32::try_from(28 + body.len()).unwrap().to_be_bytes();
    all(&[&noise(8), responder, &[next, version, exchange, flags, 0, 0, 0, 0], &length, body])
}

fn payload(next: u8, body: &[u8]) -> Vec<u8> {
    all(&[&[next, 0], &block16(body, 4)])
}

/// AES-CBC-256, SHA1, a shared key, MODP-1024; then two vendor ids.
pub fn phase_one() -> Vec<u8> {
    let attributes = hex("80010007 800e0100 80020002 80030001 80040002");
    let transform = payload(0, &all(&[&[1, 1, 0, 0], &attributes]));
    let proposal = payload(0, &all(&[&[1, 1, 0, 1], &transform]));
    let association = all(&[&[0, 0, 0, 1, 0, 0, 0, 1], &proposal]);
    all(&[
        &payload(13, &association),
        &payload(13, &hex("afcad71368a1f1c96b8696fc77570100")),
        &payload(0, b"EXAMPLE-GW"),
    ])
}

fn snmp(community: &str, kind: u8, pairs: &[u8]) -> Vec<u8> {
    let body = der(kind, &all(&[&[2, 1, 9, 2, 1, 0, 2, 1, 0], &der(0x30, pairs)]));
    der(0x30, &all(&[&[2, 1, 1], &der(4, community.as_bytes()), &body]))
}

/// Name, ports, payload, what is spoken, who began.
pub struct Case(pub &'static str, pub u16, pub u16, pub Vec<u8>, pub Spoken, pub Option<Side>);

/// A datagram that begins remote desktop: what it acknowledges, and its flags.
fn desktop(acknowledged: u32, flags: u16) -> Vec<u8> {
    let head = [&acknowledged.to_be_bytes()[..], &[0, 64], &flags.to_be_bytes()].concat();
    let mut payload = all(&[&head, &hex("c0ffee07 04d0 04d0")]);
    payload.resize(1232, 0);
    payload
}

pub fn cases() -> Vec<Case> {
    use Side::{From, To};
    use Spoken::*;
    let guarded = |opcode: u8, hash: usize| {
        all(&[
            &[opcode << 3],
            &noise(8),
            &noise(200)[100..100 + hash],
            &[0, 0, 0, 1],
            &hex("6789abcd"),
            &[0, 0, 0, 0, 0],
        ])
    };
    let hello = {
        let body = all(&[&[0xfe, 0xfd], &[7; 32], &[0, 0, 0, 2, 0xc0, 0x2b, 1, 0]]);
        let head =
            all(&[&[1, 0, 0, body.len() as u8, 0, 0, 0, 0, 0, 0, 0, body.len() as u8], &body]);
        all(&[&hex("16 fefd 0000 000000000000"), &block16(&head, 0)])
    };
    vec![
        Case("dns", 50_000, 5300, question("his.example.jp"), Dns, Some(From)),
        Case("dns answer", 53, 50_000, answer("his.example.jp", [192, 0, 2, 7]), Dns, Some(To)),
        Case("mdns", 5353, 5353, answer("ct.local", [192, 0, 2, 7]), Mdns, None),
        Case("llmnr", 50_000, 5355, question("ct"), Llmnr, None),
        Case("nbns", 137, 137, all(&[&hex("0001 0110 0001 0000 0000 0000"), &netbios("CT9", 0), &hex("0020 0001")]), Nbns, Some(From)),
        Case("dhcp", 68, 67, dhcp(1, [0; 4], [0; 4], [0; 4], &[(53, &[1])]), Dhcp, Some(From)),
        Case("dhcpv6", 546, 547, hex("01 123456 0001 000a 0003 0001 02005e005307"), Dhcpv6, Some(From)),
        Case("ntp asks", 123, 123, all(&[&[0x23], &[0; 47]]), Ntp, Some(From)),
        Case("ntp answers", 123, 123, all(&[&[0x24, 2], &[1; 46]]), Ntp, Some(To)),
        Case("ntp among equals", 123, 123, all(&[&[0x21, 2], &[1; 46]]), Ntp, None),
        Case("snmp", 50_000, 1610, snmp("s3cret", 0xa0, &[]), Snmp, Some(From)),
        Case("snmp answer", 161, 50_000, snmp("public", 0xa2, &[]), Snmp, Some(To)),
        Case("snmp 3", 50_000, 161, der(0x30, &all(&[&[2, 1, 3], &der(0x30, &hex("020101 0203 00ffe3 0401 04 020103")), &der(4, &[0; 20])])), Snmp, Some(From)),
        Case("tftp", 50_000, 6900, b"\0\x01boot.bin\0octet\0".to_vec(), Tftp, Some(From)),
        Case("syslog", 50_000, 5140, b"<134>Nov 22 01:02:03 fw x".to_vec(), Syslog, Some(From)),
        Case("radius", 50_000, 18_120, all(&[&[1, 7, 0, 27], &noise(16), &[1, 7], b"maker"]), Radius, Some(From)),
        Case("quic", 50_000, 8443, all(&[&hex("c3 00000001 08"), &noise(8), &[0], &noise(1190)]), Quic, Some(From)),
        Case("stun", 50_000, 34_780, all(&[&hex("0001 0000 2112a442"), &noise(12)]), Stun, Some(From)),
        Case("ssdp", 50_000, 1900, b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n".to_vec(), Ssdp, Some(From)),
        Case("nat-pmp", 50_000, 5351, vec![0, 0], NatPmp, Some(From)),
        Case("rip", 520, 520, hex("02020000 00020000 0a000000 ff000000 00000000 00000001"), Rip, None),
        Case("hsrp", 1985, 1985, hex("00 00 10 03 0a 64 07 00 636973636f000000 c0000201"), Hsrp, Some(From)),
        Case("bacnet", 47_808, 47_808, hex("81 0b 000c 01 20 ffff 00 ff 10 08"), Bacnet, Some(From)),
        Case("bacnet answer", 47_808, 47_809, hex("81 0a 000c 01 00 30 01 0c 00 00 00"), Bacnet, Some(To)),
        Case("bacnet says who it is", 47_808, 47_808, hex("81 0b 000a 01 00 10 00 c4 02"), Bacnet, None),
        Case("ike 1", 500, 500, ike(0x10, 2, 0, 1, &[0; 8], &phase_one()), Ike, Some(From)),
        Case("ike 2, odd port", 50_000, 9000, ike(0x20, 34, 8, 41, &[0; 8], &payload(0, &[0, 0, 0x40, 4])), Ike, Some(From)),
        Case("ike 2, enciphered, behind nat", 4500, 4500, all(&[&[0; 4], &ike(0x20, 35, 0x20, 46, &[7; 8], &payload(35, &noise(60)))]), Ike, Some(To)),
        Case("openvpn", 50_000, 443, all(&[&[0x38], &noise(8), &[0; 5]]), OpenVpn, Some(From)),
        Case("openvpn, sha1", 50_000, 443, guarded(7, 20), OpenVpn, Some(From)),
        Case("openvpn, sha512", 1194, 50_000, guarded(8, 64), OpenVpn, Some(To)),
        Case("openvpn data", 50_000, 1194, all(&[&hex("48 000001 00000009"), &noise(90)]), OpenVpn, None),
        Case("l2tp", 1701, 1701, all(&[&hex("c802 0022 0000 0000 0000 0000"), &hex("8008 0000 0000 0001 800e 0000 0007"), b"branch-7"]), L2tp, Some(From)),
        Case("teredo", 50_000, 3544, all(&[&hex("60000000 0004 3b 40"), &hex("20010000"), &[1; 12], &[0x20; 16], &[0; 4]]), Teredo, None),
        Case("zerotier", 50_000, 9999, all(&[&[5; 8], &[6; 5], &[0xaa, 1, 2, 3, 4], &[0; 9], &[1, 12, 1, 14, 0, 2], &[0, 0, 1, 0x8f, 0, 0, 0, 0], &[0xaa, 1, 2, 3, 4], &[0; 64]]), ZeroTier, Some(From)),
        Case("tailscale", 50_000, 50_001, all(&[b"TS\xf0\x9f\x92\xac", &noise(80)]), Tailscale, None),
        Case("softether", 5004, 50_000, b"IP=192.0.2.7,PORT=50000".to_vec(), SoftEther, Some(To)),
        Case("softether's table", 5004, 50_000, all(&[&hex("00000002 00000007"), b"opcode", &hex("00000002 00000001 00000009"), b"get_token"]), SoftEther, None),
        Case("anyconnect", 50_000, 443, all(&[&hex("17 0100 0001 000000000007"), &block16(&noise(64), 0)]), Dtls, None),
        Case("dtls", 50_000, 4433, hello, Dtls, Some(From)),
        Case("rustdesk", 50_000, 50_001, all(&[&[0x32, 11, 0x0a, 9], b"123456789"]), RemoteControl, Some(From)),
        Case("rdp over udp", 50_000, 13_389, desktop(u32::MAX, 0x1001), Rdp, Some(From)),
        Case("rdp over udp answers", 3389, 50_000, desktop(7, 5), Rdp, Some(To)),
        Case("teamviewer", 50_000, 5938, hex("00 0000000000 0000000000 1724 0a"), RemoteControl, None),
        Case("kerberos", 50_000, 88, der(0x6a, &der(0x30, &all(&[&der(0xa1, &[2, 1, 5]), &der(0xa2, &[2, 1, 10]), &der(0xa4, &[0; 40])]))), Kerberos, Some(From)),
        Case("ws-discovery", 50_000, 3702, b"<?xml version=\"1.0\"?><e xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"/>".to_vec(), WsDiscovery, None),
    ]
}

#[test]
fn every_protocol_is_told() {
    for Case(name, from, to, payload, expected, by) in cases() {
        let said = datagram(&ends(from, to), &payload);
        assert_eq!(spoken(&said).first(), Some(&expected), "{name}");
        assert_eq!(said.initiator_is, by, "{name}");
    }
}

fn first(name: &str) -> Said {
    let Case(_, from, to, payload, ..) = cases().into_iter().find(|it| it.0 == name).unwrap();
    datagram(&ends(from, to), &payload)
}

#[test]
fn the_key_exchange_tells_its_strength() {
    let one = first("ike 1");
    assert_eq!(told(&one, Spoken::Ike, Detail::Version), "IKEv1");
    assert_eq!(told(&one, Spoken::Ike, Detail::Mode), "main mode");
    assert_eq!(
        told(&one, Spoken::Ike, Detail::Proposal),
        "AES-CBC-256 / SHA1 / pre-shared key / MODP-1024"
    );
    assert_eq!(told(&one, Spoken::Ike, Detail::VendorId), "DPD (RFC 3706) | EXAMPLE-GW");
    let aggressive = datagram(&ends(500, 500), &ike(0x10, 4, 0, 1, &[0; 8], &phase_one()));
    assert_eq!(told(&aggressive, Spoken::Ike, Detail::Mode), "aggressive mode");
    let behind = first("ike 2, enciphered, behind nat");
    assert_eq!(told(&behind, Spoken::Ike, Detail::NatTraversal), "UDP 4500");
    let transforms = hex(
        "0300000c 01 00 000c 800e0100 03000008 02 00 0005 03000008 03 00 000c 00000008 04 00 000e",
    );
    let two = payload(0, &payload(0, &all(&[&[1, 1, 0, 4], &transforms])));
    let answer = datagram(&ends(500, 500), &ike(0x20, 34, 0x20, 33, &[7; 8], &two));
    let words = "AES-CBC-256 / HMAC-SHA2-256-128 / PRF-HMAC-SHA2-256 / MODP-2048";
    assert_eq!(told(&answer, Spoken::Ike, Detail::Chosen), words);
}

/// Before the server has chosen, both say 1.0 whatever they will speak (RFC 6347 §4.2.1).
#[test]
fn the_version_of_dtls_is_the_one_that_is_chosen() {
    let hand = |record: &str, kind: u8, version: &str, rest: usize| {
        let body = all(&[&hex(version), &noise(rest)]);
        let length = [0, 0, body.len() as u8];
        let message = all(&[&[kind], &length, &[0; 5], &length, &body]);
        all(&[&[22], &hex(record), &[0; 8], &block16(&message, 0)])
    };
    let version = |payload: &[u8]| {
        told(&datagram(&ends(50_000, 4433), payload), Spoken::Dtls, Detail::Version)
    };
    assert_eq!(version(&hand("feff", 1, "fefd", 60)), "");
    assert_eq!(version(&hand("feff", 3, "feff", 21)), "");
    assert_eq!(version(&hand("fefd", 2, "fefd", 60)), "DTLS 1.2");
    assert_eq!(version(&hand("feff", 2, "feff", 60)), "DTLS 1.0");
    let data = all(&[&hex("17 fefd 0001 000000000007"), &block16(&noise(64), 0)]);
    assert_eq!(version(&data), "DTLS 1.2");
}

#[test]
fn a_secret_community_stays_secret() {
    assert_eq!(told(&first("snmp"), Spoken::Snmp, Detail::Community), "");
    assert_eq!(told(&first("snmp answer"), Spoken::Snmp, Detail::Community), "public");
    let pair = der(0x30, &all(&[&der(6, &[0x2b, 6, 1, 2, 1, 1, 5, 0]), &der(4, b"core-sw1")]));
    let said = datagram(&ends(161, 50_000), &snmp("s3cret", 0xa2, &pair));
    let name = Learned::Name {
        address: address("192.0.2.10"),
        name: "core-sw1".to_owned(),
        by: NamedBy::Snmp,
    };
    assert_eq!(said.learned, [name]);
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn leases_roles_and_names_come_from_dhcp() {
    let options: &[(u8, &[u8])] = &[
        (53, &[5]),
        (54, &[192, 0, 2, 1]),
        (1, &[255, 255, 255, 0]),
        (3, &[192, 0, 2, 254]),
        (12, b"ct-9"),
    ];
    let said = datagram(&ends(67, 68), &dhcp(2, [0; 4], [192, 0, 2, 50], [0; 4], options));
    let Some(Learned::Role { by: None, role: Role::DhcpServer, details, .. }) =
        said.learned.first()
    else {
        panic!("{:?}", said.learned)
    };
    assert!(details["gateway"].contains("192.0.2.254"));
    assert!(
        said.learned.contains(&Learned::Lease { address: address("192.0.2.50"), mac: Mac(CLIENT) })
    );
    let name = |name: &str| Learned::Name {
        address: address("192.0.2.50"),
        name: name.to_owned(),
        by: NamedBy::Dhcp,
    };
    assert!(said.learned.contains(&name("ct-9")));
    let wish: &[(u8, &[u8])] = &[(53, &[3]), (50, &[192, 0, 2, 50]), (12, b"mri-2")];
    let said = datagram(&ends(68, 67), &dhcp(1, [0; 4], [0; 4], [0; 4], wish));
    assert_eq!(said.learned, [name("mri-2")]);
    // A refusal makes nobody a server of addresses; a relay is one wherever it stands.
    let refusal = datagram(&ends(67, 68), &dhcp(2, [0; 4], [0; 4], [10, 0, 0, 1], &[(53, &[6])]));
    let roles: Vec<_> = refusal
        .learned
        .iter()
        .filter_map(|it| match it {
            Learned::Role { role, by, .. } => Some((*role, *by)),
            _ => None,
        })
        .collect();
    assert_eq!(roles, [(Role::DhcpRelay, Some(address("10.0.0.1")))]);
}

#[test]
fn a_chain_of_aliases_is_named_as_asked() {
    let name = Learned::Name {
        address: address("192.0.2.7"),
        name: "his.example.jp".to_owned(),
        by: NamedBy::Dns,
    };
    assert_eq!(first("dns answer").learned, [name]);
}

#[test]
fn to_ask_for_a_products_name_is_a_hint_and_no_session() {
    let said = datagram(&ends(50_000, 53), &question("relay-1.net.anydesk.com"));
    assert_eq!(spoken(&said), [Spoken::Dns]);
    assert_eq!(told(&said, Spoken::Dns, Detail::Product), "AnyDesk");
}

#[test]
fn netbios_names_are_those_of_one_computer() {
    let registration = |kind: u8, flags: u8| {
        let head = hex("0001 2910 0001 0000 0000 0001");
        let record = all(&[&hex("c00c 0020 0001 00000000 0006"), &[flags, 0, 192, 0, 2, 10]]);
        all(&[&head, &netbios("CT9", kind), &hex("0020 0001"), &record])
    };
    let names = |kind, flags| datagram(&ends(137, 137), &registration(kind, flags)).learned.len();
    assert_eq!((names(0, 0), names(0x20, 0)), (1, 1));
    assert_eq!((names(0, 0x80), names(0x1d, 0)), (0, 0), "a group, a browser");
}

#[test]
fn gateways_show_their_roles() {
    let role = |said: Said| {
        said.learned.into_iter().find_map(|it| match it {
            Learned::Role { role, virtual_addresses, .. } => Some((role, virtual_addresses)),
            _ => None,
        })
    };
    let (hsrp, shared) = role(first("hsrp")).unwrap();
    assert_eq!((hsrp, shared.contains(&address("192.0.2.1"))), (Role::Hsrp, true));
    assert_eq!(role(first("rip")).unwrap().0, Role::Rip);
    let upnp =
        b"NOTIFY * HTTP/1.1\r\nNT: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n";
    assert_eq!(role(datagram(&ends(1900, 1900), upnp)).unwrap().0, Role::UpnpGateway);
    assert_eq!(
        role(datagram(
            &ends(50_000, 1900),
            b"M-SEARCH * HTTP/1.1\r\nST: urn:x:device:InternetGatewayDevice:1\r\n\r\n"
        )),
        None
    );
    assert_eq!(
        role(datagram(&ends(5351, 50_000), &[0, 128, 0, 0, 0, 0, 0, 9, 203, 0, 113, 7])).unwrap().0,
        Role::NatPmp
    );
    let advert = hex("07 123456 0001 000a 0003 0001 02005e005307 0002 000a 0003 0001 02005e005301");
    assert_eq!(role(datagram(&ends(547, 546), &advert)).unwrap().0, Role::Dhcpv6Server);
}

#[test]
fn anydesk_looks_for_its_like_in_a_group_of_its_own() {
    let group = Ends { to: address("239.255.102.18"), ..ends(50_001, 50_001) };
    assert_eq!(spoken(&datagram(&group, &[1; 20])), [Spoken::RemoteControl]);
    assert_eq!(spoken(&datagram(&ends(50_001, 50_001), &[1; 20])), []);
}

#[test]
fn a_keepalive_is_neither_speech_nor_a_stranger() {
    assert_eq!(spoken(&datagram(&ends(4500, 4500), &[0xff])), []);
}

/// What is spoken between two ends in these datagrams, each from the first end or back.
pub fn heard(port: u16, datagrams: &[(bool, Vec<u8>)]) -> Vec<Spoken> {
    let packet = |(forth, words): &(bool, Vec<u8>)| match forth {
        true => between("10.0.0.1", "198.51.100.7").carries(17, &udp((40_000, port), words)),
        false => between("198.51.100.7", "10.0.0.1").carries(17, &udp((port, 40_000), words)),
    };
    let packets: Vec<Vec<u8>> = datagrams.iter().map(packet).collect();
    let piece = watching::piece(&watching::framed(&packets));
    piece.conversations[0].speech.iter().map(|it| it.spoken).collect()
}

#[test]
fn esp_in_udp_is_told_on_any_port_where_keys_were_agreed_on() {
    let esp = |number: u8| all(&[&hex("c0ffee01 000000"), &[number], &noise(80)]);
    let auth = |flags: u8| ike(0x20, 35, flags, 46, &[7; 8], &payload(35, &noise(60)));
    let marked = |message: Vec<u8>| all(&[&[0; 4], &message]);
    let session = [(true, marked(auth(8))), (false, marked(auth(0x20))), (true, esp(1))];
    assert_eq!(heard(10_500, &session), [Spoken::Ike, Spoken::Esp]);
    // Certificates need many messages before.
    let mut long: Vec<(bool, Vec<u8>)> = (0..12).map(|at| (at % 2 == 0, marked(auth(8)))).collect();
    long.push((true, esp(1)));
    assert_eq!(heard(10_500, &long), [Spoken::Ike, Spoken::Esp]);
    // Alone it looks like anything: no guess.
    assert_eq!(heard(10_500, &[(true, esp(1)), (false, esp(2)), (true, esp(3))]), []);
    // Without the marker IKE and ESP would not share a port.
    assert_eq!(heard(10_500, &[(true, auth(8)), (true, esp(1))]), [Spoken::Ike]);
    // What is not enciphered is no ESP.
    let words = all(&[&hex("c0ffee01 00000001"), &[b'a'; 80]]);
    assert_eq!(heard(10_500, &[(true, marked(auth(8))), (true, words)]), [Spoken::Ike]);
    assert_eq!(heard(4500, &session), [Spoken::Ike, Spoken::Esp]);
}
