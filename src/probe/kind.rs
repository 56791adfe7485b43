//! The kinds of packet that may be sent, each well-formed and harmless, and what each sends.

use crate::locale::Text;
use crate::model::vocabulary;
use crate::model::{Protocol, Service, Vocabulary as _};
use crate::text;

vocabulary! {
    /// How something is asked.
    Kind("確認方法", "kind of probe") {
        TcpConnect = "tcp-connect" ("TCP接続", "TCP connect"),
        TcpSyn = "tcp-syn" ("TCP SYN", "TCP SYN"),
        IcmpEcho = "icmp-echo" ("ICMPエコー", "ICMP echo"),
        Dns = "dns" ("DNS問合せ", "DNS query"),
        Ntp = "ntp" ("NTP問合せ", "NTP query"),
        SnmpDiscovery = "snmpv3-discovery" ("SNMPv3ディスカバリ", "SNMPv3 discovery"),
        IkeInit = "ike-sa-init" ("IKE_SA_INIT", "IKE_SA_INIT"),
        OpenVpnReset = "openvpn-reset" ("OpenVPNリセット", "OpenVPN hard reset"),
        TlsHandshake = "tls-handshake" ("TLSハンドシェイク", "TLS handshake"),
        SshBanner = "ssh-banner" ("SSHバナー", "SSH banner"),
        RdpNegotiation = "rdp-negotiation" ("RDPネゴシエーション", "RDP negotiation"),
        HttpHead = "http-head" ("HTTP HEAD", "HTTP HEAD"),
        TraceTcp = "trace-tcp" ("経路確認（TCP）", "trace by TCP"),
        TraceIcmp = "trace-icmp" ("経路確認（ICMP）", "trace by ICMP"),
        Neighbour = "neighbour" ("隣接確認（ARP・NDP）", "neighbour (ARP, NDP)"),
        SnmpRead = "snmp-read" ("SNMP読取り", "SNMP read"),
    }
}

impl Kind {
    /// The protocol it travels by, and whether its question names a port.
    const fn carried(self) -> Option<Protocol> {
        match self {
            Self::TcpConnect
            | Self::TcpSyn
            | Self::TlsHandshake
            | Self::SshBanner
            | Self::RdpNegotiation
            | Self::HttpHead
            | Self::TraceTcp => Some(Protocol::Tcp),
            Self::Dns
            | Self::Ntp
            | Self::SnmpDiscovery
            | Self::IkeInit
            | Self::OpenVpnReset
            | Self::SnmpRead => Some(Protocol::Udp),
            Self::IcmpEcho | Self::TraceIcmp => Some(Protocol::Icmp),
            Self::Neighbour => None,
        }
    }

    /// Whether it travels by TCP.
    pub const fn is_by_tcp(self) -> bool {
        matches!(self.carried(), Some(Protocol::Tcp))
    }

    /// The service that is asked for at a port. A question to a neighbour asks for none.
    pub const fn service(self, port: u16) -> Option<Service> {
        match self.carried() {
            Some(Protocol::Tcp) => Some(Service::tcp(port)),
            Some(Protocol::Udp) => Some(Service::udp(port)),
            Some(_) => Some(Service::of(1, 0)),
            None => None,
        }
    }

    /// What it puts on the wire, for the person who has to permit it. Nothing is repeated by the
    /// kinds themselves; whatever connects by TCP leaves the repeating of a lost SYN to the system,
    /// as every program does.
    ///
    /// Silence is not equal: a server of OpenVPN with `tls-auth` or `tls-crypt`, a gateway of IKE that
    /// does not know the asker, an agent of SNMP, a server of NTP or DNS that serves others say
    /// nothing by intent.
    pub fn sends(self) -> Text {
        match self {
            Self::TcpConnect => text!(
                "TCPの接続を1回開き、何も送らずに正しく閉じます（応答がなければ、OSがSYNを1秒後と3秒後に送り直すことがあります）",
                "opens one TCP connection and closes it in order; sends no data (the operating system may repeat an unanswered SYN after one second and after three)"
            ),
            Self::TcpSyn => text!(
                "TCPのSYNを1つ送り、応答があればRSTで打ち切ります（接続は成立しません）",
                "sends one TCP SYN and, when it is answered, a RST; no connection comes about"
            ),
            Self::IcmpEcho => text!("ICMPエコー要求を1つ送ります", "sends one ICMP echo request"),
            Self::Dns => text!(
                "ルートのNSを問い合わせるDNSの照会を1つ送ります（再帰は求めません）",
                "sends one DNS query for the root's name servers, without asking for recursion"
            ),
            Self::Ntp => {
                text!("NTPのクライアント要求を1つ送ります", "sends one NTP client request")
            }
            Self::SnmpDiscovery => text!(
                "SNMPv3のエンジンID照会を1つ送ります（認証情報は送りません）",
                "sends one SNMPv3 engine discovery, without credentials"
            ),
            Self::IkeInit => text!(
                "IKE_SA_INITを1つ送ります（認証には進みません）",
                "sends one IKE_SA_INIT and does not go on to authenticate"
            ),
            Self::OpenVpnReset => text!(
                "OpenVPNのクライアントリセットを1つ送ります（鍵交換には進みません）",
                "sends one OpenVPN client reset and does not go on to exchange keys"
            ),
            Self::TlsHandshake => text!(
                "TLSのハンドシェイクだけを行い、正しく閉じます（版ごとに1接続、最大4接続）",
                "does a TLS handshake and closes in order; one connection for each version, at most 4"
            ),
            Self::SshBanner => text!(
                "TCPで接続し、相手の名乗りを1行だけ読んで閉じます",
                "connects by TCP, reads the one line in which the server names itself, and closes"
            ),
            Self::RdpNegotiation => text!(
                "TCPで接続し、RDPの接続要求（X.224）を1つ送って応答を読みます",
                "connects by TCP, sends one RDP connection request (X.224) and reads the answer"
            ),
            Self::HttpHead => text!(
                "TCPで接続し、HTTPのHEAD要求を1つ送って応答の見出しを読みます",
                "connects by TCP, sends one HTTP HEAD request and reads the heading of the answer"
            ),
            Self::TraceTcp => text!(
                "TTLを1ずつ増やしたTCPのSYNを、1ホップに1つ、最大30個送ります",
                "sends TCP SYNs with rising TTL, one a hop, at most 30"
            ),
            Self::TraceIcmp => text!(
                "TTLを1ずつ増やしたICMPエコー要求を、1ホップに1つ、最大30個送ります",
                "sends ICMP echo requests with rising TTL, one a hop, at most 30"
            ),
            Self::Neighbour => text!(
                "同じセグメントの1つのアドレスについて、ARP要求または近隣要請を1つ送ります",
                "sends one ARP request or neighbour solicitation for one address of the segment"
            ),
            Self::SnmpRead => text!(
                "利用者が渡した認証情報で、機器のシステム情報・インタフェース・ARP・経路・LLDPを読みます（書込みはしません。最大400要求）",
                "reads system, interfaces, ARP, routes and LLDP of a device with the credentials given; writes nothing; at most 400 requests"
            ),
        }
    }

    /// How many packets or connections of ours one question of this kind causes at most.
    pub const fn most(self) -> u32 {
        match self {
            Self::TlsHandshake => 4,
            Self::TraceTcp | Self::TraceIcmp => 30,
            Self::SnmpRead => 400,
            _ => 1,
        }
    }

    /// The word as it stands in YAML and JSON.
    pub fn word(self) -> &'static str {
        self.key()
    }
}
