//! Protocols over TCP.

use super::{Sample, all, block16, datagrams, der, ends, hex, noise, spoken, tls, told, utf16};
use sekisho::wire::speech::{Side, stream};
use sekisho::wire::words::{Detail, Learned, NamedBy, Spoken};

fn x224(kind: u8, rest: &[u8]) -> Vec<u8> {
    let body = all(&[&[kind, 0, 0, 0, 0, 0], rest]);
    let body = all(&[&[body.len() as u8], &body]);
    all(&[&[3, 0], &block16(&body, 4)])
}

/// A conference request that names its client.
fn conference(name: &str) -> Vec<u8> {
    let mut unicode = utf16(name);
    unicode.resize(32, 0);
    all(&[
        &hex("0300 0100 02f080 7f65"),
        b"Duca",
        &[0x81, 0x2a],
        &hex("01c0 d800 04000800"),
        &[0; 16],
        &unicode,
        &[0; 64],
    ])
}

/// A request for an association.
pub fn association(kind: u8, called: &str, calling: &str) -> Vec<u8> {
    let title = |it: &str| format!("{it:<16}").into_bytes();
    let item = |kind: u8, body: &[u8]| all(&[&[kind, 0], &block16(body, 0)]);
    let syntax =
        all(&[&[1, 0, 0, 0], &item(0x30, b"1.2.840.10008.1.1"), &item(0x40, b"1.2.840.10008.1.2")]);
    let user = all(&[&item(0x51, &[0, 0, 0x40, 0]), &item(0x55, b"EXAMPLE_371")]);
    let body = all(&[
        &[0, 1, 0, 0],
        &title(called),
        &title(calling),
        &[0; 32],
        &item(0x10, b"1.2.840.10008.3.1.1.1"),
        &item(0x20, &syntax),
        &item(0x50, &user),
    ]);
    all(&[&[kind, 0, 0, 0], &block16(&body, 0)])
}

pub const ADMISSION: &str = "\u{b}MSH|^~\\&|HIS|WARD3|LIS|LAB|20261122||ADT^A01|77|P|2.5\rPID|1||4711||YAMADA^HANAKO||19500101|F\r\u{1c}\r";
pub const RECEIPT: &str =
    "\u{b}MSH|^~\\&|LIS|LAB|HIS|WARD3|20261122||ACK^A01|78|P|2.5\rMSA|AA|77\r\u{1c}\r";

fn smb2(command: u8, answers: u8, body: &[u8]) -> Vec<u8> {
    let head = all(&[
        b"\xfeSMB",
        &[64, 0, 0, 0, 0, 0, 0, 0, command, 0, 1, 0, answers, 0, 0, 0],
        &[0; 44],
    ]);
    all(&[&[0, 0], &block16(&all(&[&head, body]), 0)])
}

fn challenge(name: &str) -> Vec<u8> {
    let name = utf16(name);
    let pairs = all(&[&[1, 0, name.len() as u8, 0], &name, &[0; 4]]);
    let fields = |it: &[u8], at: u8| vec![it.len() as u8, 0, it.len() as u8, 0, at, 0, 0, 0];
    all(&[
        b"NTLMSSP\0",
        &[2, 0, 0, 0],
        &fields(&[], 48),
        &[1, 2, 3, 4],
        &[7; 8],
        &[0; 8],
        &fields(&pairs, 48),
        &pairs,
    ])
}

fn version(major: u8, minor: u8) -> Vec<u8> {
    format!("RFB {major:03}.{minor:03}\n").into_bytes()
}

fn openvpn(opcode: u8, rest: &[u8]) -> Vec<u8> {
    block16(&all(&[&[opcode << 3], rest]), 0)
}

/// Packets of data for one peer.
fn row() -> Vec<u8> {
    let packet = |it: usize| block16(&all(&[&hex("48 000007"), &noise(60 + it)[it..]]), 0);
    (1..6).flat_map(packet).collect()
}

fn bgp_open(number: u8) -> Vec<u8> {
    all(&[&[0xff; 16], &[0, 29, 1, 4, 0xfd, number, 0, 180, 192, 0, 2, number, 0]])
}

pub fn samples() -> Vec<Sample> {
    use Spoken::*;
    let request = x224(0xe0, b"Cookie: mstshash=maker1\r\n\x01\x00\x08\x00\x03\x00\x00\x00");
    let confirm = x224(0xd0, &hex("02 00 0800 01000000"));
    let hello = tls::client("ws1.example.jp", &[]);
    let flight = tls::server(&tls::certificate("ws1", "ws1", &[]), false);
    let prelogin = |kind: u8, version: &str| {
        let body = hex(&format!("00 000b 0006 01 0011 0001 ff {version} 00"));
        all(&[&[kind, 1], &block16(&all(&[&[0; 4], &body]), 4)])
    };
    let bind = hex("30 0c 02 01 01 60 07 02 01 03 04 00 80 00");
    let bound = hex("30 0c 02 01 01 61 07 0a 01 00 04 00 04 00");
    let ticket = |kind: u8, first: u8| {
        let fields =
            all(&[&der(first, &[2, 1, 5]), &der(first + 1, &[2, 1, kind]), &der(0xa4, &[0; 40])]);
        all(&[&[0, 0], &block16(&der(0x60 + kind, &der(0x30, &fields)), 0)])
    };
    let session = noise(8);
    let mut mysql = all(&[&[74, 0, 0, 0, 10], b"8.0.36\0", &[9, 0, 0, 0], &noise(8), &[0]]);
    mysql.resize(78, 1);
    vec![
        Sample::new("ssh", 2022, "SSH-2.0-OpenSSH_9.6 x\r\n", "hello\r\nSSH-2.0-dropbear_2024.85\r\n")
            .is(Ssh)
            .tells(Detail::Software, "OpenSSH_9.6 | dropbear_2024.85")
            .unproved(),
        Sample::new("rdp with tls", 40_000, all(&[&request, &hello]), all(&[&confirm, &flight]))
            .is(Rdp)
            .is(Tls)
            .tells(Detail::Cookie, "maker1")
            .tells(Detail::Mode, "TLS"),
        Sample::new("rdp in the clear", 3389, all(&[&x224(0xe0, &[]), &conference("READER-7")]), x224(0xd0, &[]))
            .is(Rdp)
            .tells(Detail::Name, "READER-7")
            .tells(Detail::Mode, "standard RDP security"),
        Sample::new("rdp with tls, of which one direction is seen", 40_000, all(&[&request, &hello]), "")
            .is(Rdp)
            .is(Tls)
            .tells(Detail::Cookie, "maker1"),
        Sample::new("vnc without password", 41_000, all(&[&version(3, 8), &[1]]), all(&[&version(3, 8), &[1, 1]]))
            .is(Vnc)
            .tells(Detail::Mode, "no authentication")
            .unproved(),
        Sample::new("dicom", 11_112, association(1, "PACS7", "CT-9"), association(2, "PACS7", "CT-9"))
            .is(Dicom)
            .tells(Detail::CalledAe, "PACS7")
            .tells(Detail::CallingAe, "CT-9")
            .tells(Detail::Application, "Verification")
            .tells(Detail::Software, "EXAMPLE_371"),
        Sample::new("hl7", 6661, ADMISSION, RECEIPT)
            .is(Hl7)
            .tells(Detail::Application, "HIS | LAB | LIS | WARD3")
            .tells(Detail::Message, "ACK^A01 | ADT^A01"),
        Sample::new("http", 8080, "GET /a?b=c HTTP/1.1\r\nHost: his.example.jp\r\nUser-Agent: Probe/2.1 (x)\r\n\r\n", "HTTP/1.1 200 OK\r\nServer: nginx/1.25 (y)\r\n\r\n")
            .is(Http)
            .tells(Detail::ServerName, "his.example.jp")
            .tells(Detail::Software, "Probe/2.1 | nginx/1.25"),
        Sample::new("a proxy, and tls in it", 3128, all(&[b"CONNECT vpn.example.jp:443 HTTP/1.1\r\nHost: vpn.example.jp:443\r\n\r\n", &hello]), all(&[b"HTTP/1.1 200 OK\r\n\r\n", &flight]))
            .is(HttpProxy)
            .is(Tls)
            .tells(Detail::ServerName, "vpn.example.jp:443"),
        Sample::new("sstp", 443, "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\nHost: v.example.jp\r\n\r\n", "")
            .is(Http)
            .is(Sstp),
        Sample::new("softether", 5555, "POST /vpnsvc/connect.cgi HTTP/1.1\r\nHost: s.example.jp\r\nContent-Length: 9\r\n\r\nVPNCONNECT", "")
            .is(Http)
            .is(SoftEther),
        Sample::new("fortinet's tunnel", 10_443, "GET /remote/sslvpn-tunnel HTTP/1.1\r\nHost: sslvpn\r\n\r\n", all(&[&hex("003c 5050 0036"), &noise(54)]))
            .is(Http)
            .is(SslVpn),
        Sample::new("socks, and rdp in it", 1080, all(&[&[5, 1, 0, 5, 1, 0, 1, 10, 0, 0, 9, 0x0d, 0x3d], &request]), all(&[&[5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], &confirm]))
            .is(Socks)
            .is(Rdp)
            .tells(Detail::ServerName, "10.0.0.9:3389"),
        Sample::new("socks, of which one direction is seen", 11_080, all(&[&[5, 2, 0, 2, 1, 2], b"me", &[2], b"pw", &[5, 1, 0, 1, 10, 0, 0, 9, 0x0d, 0x3d], &request]), "")
            .is(Socks)
            .is(Rdp)
            .tells(Detail::ServerName, "10.0.0.9:3389"),
        Sample::new("socks 4a", 1080, all(&[&hex("04 01 0050 00000001"), b"\0his.example.jp\0"]), hex("00 5a 0000 00000000"))
            .is(Socks)
            .tells(Detail::ServerName, "his.example.jp:80"),
        Sample::new("smtp that turns to tls", 2525, all(&[b"EHLO a\r\nSTARTTLS\r\n", &hello]), all(&[b"220 mail.example.jp ESMTP\r\n250 STARTTLS\r\n220 go\r\n", &flight]))
            .is(Smtp)
            .is(Tls),
        Sample::new("ftp", 2121, "USER maker\r\n", "220 (vsFTPd 3.0.5)\r\n331 say\r\n").is(Ftp).tells(Detail::Software, "(vsFTPd 3.0.5)"),
        Sample::new("pop3", 1100, "CAPA\r\n", "+OK ready\r\n").is(Pop3),
        Sample::new("imap", 1430, "a1 LOGIN x y\r\n", "* OK Dovecot ready.\r\n").is(Imap),
        Sample::new("telnet", 2323, hex("fffd03 fffb18"), hex("fffb01 fffd1f")).is(Telnet).unproved(),
        Sample::new("smb 3", 4450, smb2(0, 0, &[36, 0]), all(&[&smb2(0, 1, &hex("4100 0300 1103 0000")), &smb2(1, 1, &challenge("FILES3"))]))
            .is(Smb)
            .tells(Detail::Version, "SMB 3.1.1")
            .tells(Detail::Mode, "signing required"),
        Sample::new("smb 1", 139, all(&[&hex("0000 0023"), b"\xffSMB\x72", &[0; 30]]), all(&[&hex("0000 0023"), b"\xffSMB\x72", &[0, 0, 0, 0, 0x88], &[0; 25]]))
            .is(Smb)
            .tells(Detail::Version, "SMB 1"),
        Sample::new("ldap", 3890, bind, bound).is(Ldap),
        Sample::new("kerberos", 8888, ticket(10, 0xa1), ticket(11, 0xa0)).is(Kerberos),
        Sample::new("mysql", 3307, "", mysql).is(Mysql).tells(Detail::Version, "8.0.36"),
        Sample::new("postgresql with tls", 5433, all(&[&hex("00000008 04d2162f"), &hello]), all(&[b"S", &flight]))
            .is(Postgresql)
            .is(Tls)
            .tells(Detail::Mode, "TLS"),
        Sample::new("sql server", 14_330, prelogin(0x12, "000000000000"), prelogin(4, "0f0007d00000"))
            .is(MsSql)
            .tells(Detail::Version, "15.0.2000"),
        Sample::new("oracle", 1522, all(&[&hex("0060 0000 01 00 0000 013b 012c"), &[0; 40], b"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=his)(CID=(USER=u))))"]), "")
            .is(Oracle)
            .tells(Detail::Application, "his"),
        Sample::new("mongodb", 27_018, all(&[&hex("37000000 01000000 00000000 dd070000 00000000 00 22000000"), &[0; 40]]), "").is(Mongodb),
        Sample::new("redis", 6380, "*1\r\n$4\r\nPING\r\n", "+PONG\r\n").is(Redis),
        Sample::new("modbus", 1502, hex("0007 0000 0006 11 03 006b 0003"), hex("0007 0000 0009 11 03 06 ae41 5652 4340")).is(Modbus),
        Sample::new("bgp", 10_179, bgp_open(1), bgp_open(2)).is(Bgp).unproved(),
        Sample::new("sip", 5070, "REGISTER sip:pbx.example.jp SIP/2.0\r\nUser-Agent: Phone/4\r\n\r\n", "").is(Sip).tells(Detail::Software, "Phone/4").unproved(),
        Sample::new("rtsp", 554, "DESCRIBE rtsp://cam.example.jp/1 RTSP/1.0\r\n\r\n", "RTSP/1.0 200 OK\r\n").is(Rtsp),
        Sample::new("ipsec in tcp", 4433, all(&[b"IKETCP", &block16(&ike_message(), 2), &block16(&all(&[&hex("c0ffee01 00000001"), &noise(80)]), 2)]), block16(&ike_message(), 2))
            .is(Ike)
            .is(Esp)
            .tells(Detail::NatTraversal, "TCP")
            .tells(Detail::Mode, "main mode"),
        Sample::new("pptp", 17_230, all(&[&hex("009c 0001 1a2b3c4d 0001 0000 0100 0000 00000001 00000001 0000 0001"), &padded("ward-pc"), &padded("Maker")]), "")
            .is(Pptp)
            .tells(Detail::Name, "ward-pc")
            .tells(Detail::Software, "Maker"),
        Sample::new("tinc", 6550, "0 siteA 17.7\n1 94 64 0 0 AB\n", "0 siteB 17.7\n").is(Tinc).tells(Detail::Name, "siteA | siteB").unproved(),
        Sample::new("openvpn", 443, openvpn(7, &all(&[&session, &[0; 5]])), openvpn(8, &all(&[&noise(9)[1..], &[1, 0, 0, 0, 0], &session, &[0; 4]])))
            .is(OpenVpn)
            .tells(Detail::Mode, "TLS without tls-auth"),
        Sample::new("openvpn in the middle", 443, row(), "").is(OpenVpn).unproved(),
        Sample::new("citrix's gateway", 2598, b"\x1aCGP/01\0".as_slice(), "").is(RemoteControl),
        Sample::new("citrix", 1494, "", b"\x7f\x7fICA\0".as_slice()).is(RemoteControl).tells(Detail::Product, "Citrix ICA"),
        Sample::new("teamviewer", 5938, hex("1724 0a20 0000"), hex("1724 0a20 0001")).is(RemoteControl).tells(Detail::Product, "TeamViewer").unproved(),
        Sample::new("rustdesk", 21_116, all(&[&[52, 0x32, 11, 0x0a, 9], b"123456789"]), "").is(RemoteControl).tells(Detail::Product, "RustDesk"),
        Sample::new("remote calls", 49_670, hex("0500 0b03 10000000 4800 0000 01000000"), hex("0500 0c03 10000000 4400 0000 01000000")).is(MsRpc),
        Sample::new("nfs", 2049, hex("80000028 00000007 00000000 00000002 000186a3 00000003 00000000"), "").is(SunRpc).tells(Detail::Application, "NFS"),
        Sample::new("rsync", 8730, "@RSYNCD: 31.0\n", "@RSYNCD: 31.0\n").is(Rsync).unproved(),
        Sample::new("x11", 6010, hex("6c00 0b00 0000 0000 0000 0000"), "").is(X11),
        Sample::new("mqtt", 18_830, hex("10 10 0004 4d515454 05 02 003c 0000"), "").is(Mqtt),
        Sample::new("dns over tcp", 53, block16(&super::datagrams::question("his.example.jp"), 0), "").is(Dns),
    ]
}

/// The first message of IKE, behind its marker.
fn ike_message() -> Vec<u8> {
    all(&[&[0; 4], &datagrams::ike(0x10, 2, 0, 1, &[0; 8], &datagrams::phase_one())])
}

fn padded(text: &str) -> Vec<u8> {
    let mut out = text.as_bytes().to_vec();
    out.resize(64, 0);
    out
}

/// Both ways round: who began may have been guessed wrongly, and must then be put right.
#[test]
fn every_protocol_is_told_from_either_side() {
    for it in samples().into_iter().chain(tls::samples()) {
        let ends = ends(it.ports.0, it.ports.1);
        let said = stream(&ends, &it.forth, &it.back);
        assert_eq!(spoken(&said), it.spoken, "{}", it.name);
        for (detail, value) in &it.told {
            let first = it.spoken.first().copied().unwrap();
            assert_eq!(told(&said, first, *detail), *value, "{} {detail:?}", it.name);
        }
        assert_eq!(said.initiator_is, it.proved.then_some(Side::From), "{}", it.name);
        let turned = stream(&ends.turned(), &it.back, &it.forth);
        assert_eq!(spoken(&turned), it.spoken, "{} turned", it.name);
        assert_eq!(turned.initiator_is, it.proved.then_some(Side::To), "{} turned", it.name);
    }
}

#[test]
fn names_are_those_of_the_side_that_claims_them() {
    let named = |name: &'static str| samples().into_iter().find(|it| it.name == name).unwrap();
    let name = |address: &str, name: &str, by| Learned::Name {
        address: address.parse().unwrap(),
        name: name.to_owned(),
        by,
    };
    let rdp = named("rdp in the clear");
    let said = stream(&ends(50_000, 3389), &rdp.forth, &rdp.back);
    assert_eq!(said.learned, [name("192.0.2.10", "READER-7", NamedBy::Rdp)]);
    let smb = named("smb 3");
    let said = stream(&ends(50_000, 445), &smb.forth, &smb.back);
    assert_eq!(said.learned, [name("198.51.100.20", "FILES3", NamedBy::Smb)]);
}
