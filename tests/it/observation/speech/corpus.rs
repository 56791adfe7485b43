//! Over the corpus of real captures: what is spoken, as people say it is; and no tunnel and no
//! remote control where there is none.

use super::super::watching::header;
use crate::support::corpus;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::observation::{Conversation, Observer};
use sekisho::wire::words::{Detail, Spoken};
use std::path::Path;

/// Capture; who began with whom; the port; what is spoken; a detail and what it holds.
type Row = (&'static str, &'static str, u16, Spoken, Option<(Detail, &'static str)>);

const TOLD: &[Row] = &[
    (
        "zeek-spicy-ipsec__ipsec-ikev1-isakmp-main-mode.pcap",
        "192.168.12.1>192.168.12.2",
        500,
        Spoken::Ike,
        Some((Detail::Mode, "main mode")),
    ),
    (
        "zeek-spicy-ipsec__ipsec.cap",
        "192.168.140.205>192.168.140.200",
        500,
        Spoken::Ike,
        Some((Detail::VendorId, "strongSwan")),
    ),
    (
        "zeek-spicy-ipsec__ipsec.cap",
        "192.168.140.205>192.168.140.200",
        0,
        Spoken::Esp,
        Some((Detail::Spi, "0x1c0d7b38")),
    ),
    (
        "zeek-spicy-ipsec__ipsec_client.pcap",
        "192.168.0.10>144.76.154.114",
        4500,
        Spoken::Ike,
        Some((Detail::NatTraversal, "UDP 4500")),
    ),
    (
        "arkime__IKEv2.pcap",
        "2003:51:6012::2>2003:51:6012::4",
        500,
        Spoken::Ike,
        Some((Detail::Version, "IKEv2")),
    ),
    (
        "tcpdump__isakmp4500.pcap",
        "192.1.2.254>192.1.2.23",
        4500,
        Spoken::Esp,
        Some((Detail::Spi, "0xf4dc0ae5")),
    ),
    (
        "tcpdump__espudp1.pcap",
        "192.1.2.23>192.1.2.45",
        4500,
        Spoken::Esp,
        Some((Detail::Spi, "0x12345678")),
    ),
    (
        "tcpdump__ISAKMP_sa_setup.pcap",
        "10.0.0.1>10.0.0.2",
        500,
        Spoken::Ike,
        Some((Detail::VendorId, "Cisco Unity")),
    ),
    (
        "zeek-spicy-openvpn__openvpn_udp_tls-auth.pcap",
        "192.168.56.103>192.168.56.102",
        1194,
        Spoken::OpenVpn,
        None,
    ),
    (
        "zeek-spicy-openvpn__openvpn_udp_tls-auth.pcap",
        "192.168.56.104>192.168.56.102",
        1194,
        Spoken::OpenVpn,
        None,
    ),
    (
        "zeek-spicy-openvpn__openvpn_tcp_nontlsauth.pcap",
        "192.168.56.103>192.168.56.102",
        1194,
        Spoken::OpenVpn,
        None,
    ),
    (
        "zeek-spicy-openvpn__openvpn_udp_hmac_256.pcap",
        "192.168.88.5>68.235.38.75",
        1194,
        Spoken::OpenVpn,
        Some((Detail::Mode, "tls-auth, 256-bit HMAC")),
    ),
    (
        "zeek-spicy-wireguard__wireguard.pcap",
        "188.166.170.114>188.166.170.115",
        51194,
        Spoken::WireGuard,
        None,
    ),
    (
        "zeek__gre-sample.pcap",
        "66.59.111.190>172.28.2.3",
        22,
        Spoken::Ssh,
        Some((Detail::Software, "OpenSSH_3.1p1")),
    ),
    (
        "zeek__rdp-to-ssl.pcap",
        "192.168.1.200>192.168.1.150",
        3389,
        Spoken::Rdp,
        Some((Detail::Cookie, "AWAKECODI")),
    ),
    ("zeek__rdp-to-ssl.pcap", "192.168.1.200>192.168.1.150", 3389, Spoken::Tls, None),
    (
        "suricata-verify__RDP-003.pcap",
        "10.226.41.226>10.226.29.74",
        3389,
        Spoken::Rdp,
        Some((Detail::Name, "ISD2-KM84178")),
    ),
    (
        "zeek__vnc-mac-to-linux.pcap",
        "192.168.2.115>192.168.2.125",
        5901,
        Spoken::Vnc,
        Some((Detail::Version, "3.8")),
    ),
    ("zeek__single-conn.pcap", "192.150.186.169>131.159.14.23", 22, Spoken::Ssh, None),
    (
        "zeek__reverse-ssh.pcap",
        "10.0.0.1>13.13.13.37",
        22,
        Spoken::Ssh,
        Some((Detail::Software, "dropbear_2018.76")),
    ),
    ("arkime__socks5-rdp.pcap", "10.0.0.3>10.0.0.2", 42356, Spoken::Socks, None),
    ("arkime__socks5-rdp.pcap", "10.0.0.3>10.0.0.2", 42356, Spoken::Rdp, None),
    (
        "zeek__snmpwalk-short.pcap",
        "138.68.14.240>138.68.10.203",
        161,
        Spoken::Snmp,
        Some((Detail::Community, "public")),
    ),
    (
        "own__dcmtk-generated-dicom-echo-store.pcap",
        "10.88.1.21>10.88.1.10",
        104,
        Spoken::Dicom,
        Some((Detail::CallingAe, "CTSCAN1")),
    ),
    (
        "own__dcmtk-generated-dicom-echo-store.pcap",
        "10.88.1.21>10.88.1.10",
        11112,
        Spoken::Dicom,
        Some((Detail::CalledAe, "WRONG")),
    ),
    (
        "arkime__pppoe.pcap",
        "172.202.246.57>64.12.189.217",
        443,
        Spoken::Tls,
        Some((Detail::Version, "SSL 3.0")),
    ),
    (
        "zeek__vxlan-encapsulated-http.pcap",
        "172.16.11.201>54.86.237.188",
        80,
        Spoken::Http,
        Some((Detail::ServerName, "eu.httpbin.org")),
    ),
];

/// Captures in which there are tunnels, and which kinds.
const TUNNELS: &[(&str, &[Spoken])] = &[
    ("ipsec", &[Spoken::Ike, Spoken::Esp]),
    ("IKEv2", &[Spoken::Ike, Spoken::Esp]),
    ("ISAKMP", &[Spoken::Ike]),
    ("isakmp4500", &[Spoken::Ike, Spoken::Esp]),
    ("espudp1", &[Spoken::Esp]),
    ("ah-esp", &[Spoken::Ah, Spoken::Esp]),
    ("openvpn", &[Spoken::OpenVpn]),
    ("wireguard", &[Spoken::WireGuard]),
    ("6in4", &[Spoken::SixInFour]),
    ("ping6-in-ipv4", &[Spoken::SixInFour]),
    ("Teredo", &[Spoken::Teredo]),
    ("gre", &[Spoken::Gre, Spoken::Pptp, Spoken::IpInIp, Spoken::SixInFour]),
    ("nhrp", &[Spoken::Gre]),
    ("vxlan", &[Spoken::Vxlan]),
    ("geneve", &[Spoken::Geneve]),
];

fn conversations(path: &Path) -> Vec<Conversation> {
    let mut observer = Observer::new();
    let file = std::fs::File::open(path).expect("it opens");
    read(unpack(file).expect("it unpacks"), |it| observer.packet(it));
    observer.finished(header()).conversations().collect()
}

#[test]
fn what_is_spoken_in_the_corpus_is_what_people_say() {
    let Some(corpus) = corpus() else { return };
    for (name, ends, port, spoken, detail) in TOLD {
        let all = conversations(&corpus.join("captures").join(name));
        let speech = all
            .iter()
            .filter(|it| format!("{}>{}", it.from, it.to) == *ends && it.port.unwrap_or(0) == *port)
            .flat_map(|it| &it.speech)
            .find(|it| it.spoken == *spoken);
        let Some(speech) = speech else { panic!("{name}: {ends}:{port} speaks no {spoken:?}") };
        if let Some((detail, value)) = detail {
            let values = speech.details.get(detail);
            assert!(values.is_some_and(|it| it.contains(*value)), "{name}: {detail:?} {values:?}");
        }
    }
}

#[test]
fn nobody_in_the_corpus_is_accused_falsely() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let allowed: Vec<_> =
            TUNNELS.iter().filter(|it| name.contains(it.0)).flat_map(|it| it.1).collect();
        for conversation in conversations(&path) {
            seen += 1;
            for spoken in conversation.speech.iter().map(|it| it.spoken) {
                let accuses = spoken.is_tunnel() || spoken == Spoken::RemoteControl;
                assert!(!accuses || allowed.contains(&&spoken), "{name}: {conversation:?}");
            }
        }
    }
    assert!(seen > 150, "{seen} conversations");
}
