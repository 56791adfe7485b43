//! What can be learned from packets, as words: protocols, details, roles, reasons.

use super::shared::SharedWords;
use crate::locale::deceives;
use crate::model::vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A hardware address (EUI-48).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// Whether it is of one station: neither broadcast nor multicast nor all zeros.
    pub fn is_station(self) -> bool {
        self.0[0] & 1 == 0 && self.0 != [0; 6]
    }

    /// It as one number, which is quicker to compare.
    #[inline]
    pub const fn number(self) -> u64 {
        let [a, b, c, d, e, f] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    /// Whether it was made up by software (locally administered, IEEE 802 §8.4).
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 != 0
    }
}

impl std::fmt::Display for Mac {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e, f] = self.0;
        write!(to, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

impl std::fmt::Debug for Mac {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, to)
    }
}

impl std::str::FromStr for Mac {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next().filter(|it| it.len() == 2);
            *byte = part
                .and_then(|it| u8::from_str_radix(it, 16).ok())
                .ok_or_else(|| format!("not a hardware address: {text}"))?;
        }
        if parts.next().is_some() {
            Err(format!("not a hardware address: {text}"))
        } else {
            Ok(Self(bytes))
        }
    }
}

impl serde::Serialize for Mac {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Mac {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

vocabulary! {
    /// What is spoken, told by what is said, never by the port alone.
    Spoken("話されているプロトコル", "protocol that is spoken") {
        Tls = "tls" ("TLS", "TLS"),
        Ssh = "ssh" ("SSH", "SSH"),
        Rdp = "rdp" ("リモートデスクトップ（RDP）", "remote desktop (RDP)"),
        Vnc = "vnc" ("VNC（RFB）", "VNC (RFB)"),
        Http = "http" ("HTTP", "HTTP"),
        Dns = "dns" ("DNS", "DNS"),
        Mdns = "mdns" ("mDNS", "mDNS"),
        Llmnr = "llmnr" ("LLMNR", "LLMNR"),
        Nbns = "nbns" ("NetBIOS名前解決", "NetBIOS name service"),
        Dicom = "dicom" ("DICOM", "DICOM"),
        Hl7 = "hl7-mllp" ("HL7（MLLP）", "HL7 (MLLP)"),
        Smb = "smb" ("ファイル共有（SMB）", "file sharing (SMB)"),
        Snmp = "snmp" ("SNMP", "SNMP"),
        Telnet = "telnet" ("Telnet", "Telnet"),
        Ftp = "ftp" ("FTP", "FTP"),
        Tftp = "tftp" ("TFTP", "TFTP"),
        Smtp = "smtp" ("SMTP", "SMTP"),
        Pop3 = "pop3" ("POP3", "POP3"),
        Imap = "imap" ("IMAP", "IMAP"),
        Ldap = "ldap" ("LDAP", "LDAP"),
        Kerberos = "kerberos" ("Kerberos", "Kerberos"),
        Syslog = "syslog" ("syslog", "syslog"),
        Ntp = "ntp" ("NTP", "NTP"),
        Dhcp = "dhcp" ("DHCP", "DHCP"),
        Dhcpv6 = "dhcpv6" ("DHCPv6", "DHCPv6"),
        Quic = "quic" ("QUIC", "QUIC"),
        Stun = "stun" ("STUN", "STUN"),
        Sip = "sip" ("SIP", "SIP"),
        Radius = "radius" ("RADIUS", "RADIUS"),
        Socks = "socks" ("SOCKSプロキシ", "SOCKS proxy"),
        HttpProxy = "http-proxy" ("HTTPプロキシ", "HTTP proxy"),
        Mysql = "mysql" ("MySQL", "MySQL"),
        Postgresql = "postgresql" ("PostgreSQL", "PostgreSQL"),
        MsSql = "mssql" ("SQL Server（TDS）", "SQL Server (TDS)"),
        Oracle = "oracle" ("Oracle（TNS）", "Oracle (TNS)"),
        Mongodb = "mongodb" ("MongoDB", "MongoDB"),
        Redis = "redis" ("Redis", "Redis"),
        Iris = "iris" ("InterSystems IRIS／Caché", "InterSystems IRIS/Caché"),
        Bacnet = "bacnet" ("BACnet", "BACnet"),
        Modbus = "modbus" ("Modbus", "Modbus"),
        Bgp = "bgp" ("BGP", "BGP"),
        Ospf = "ospf" ("OSPF", "OSPF"),
        Rip = "rip" ("RIP", "RIP"),
        Ike = "ike" ("IKE（IPsecの鍵交換）", "IKE (IPsec key exchange)"),
        Esp = "esp" ("ESP（IPsec）", "ESP (IPsec)"),
        Ah = "ah" ("AH（IPsec）", "AH (IPsec)"),
        WireGuard = "wireguard" ("WireGuard", "WireGuard"),
        OpenVpn = "openvpn" ("OpenVPN", "OpenVPN"),
        L2tp = "l2tp" ("L2TP", "L2TP"),
        Pptp = "pptp" ("PPTP", "PPTP"),
        Sstp = "sstp" ("SSTP", "SSTP"),
        SoftEther = "softether" ("SoftEther", "SoftEther"),
        Tinc = "tinc" ("tinc", "tinc"),
        Tailscale = "tailscale" ("Tailscale", "Tailscale"),
        ZeroTier = "zerotier" ("ZeroTier", "ZeroTier"),
        Gre = "gre" ("GRE", "GRE"),
        IpInIp = "ip-in-ip" ("IP-in-IP", "IP-in-IP"),
        SixInFour = "6in4" ("6in4", "6in4"),
        Teredo = "teredo" ("Teredo", "Teredo"),
        Vxlan = "vxlan" ("VXLAN", "VXLAN"),
        Geneve = "geneve" ("Geneve", "Geneve"),
        SslVpn = "ssl-vpn" ("SSL-VPN", "SSL-VPN"),
        RelayTunnel = "relay-tunnel" ("中継サービス経由のトンネル", "tunnel through a relay service"),
        Dtls = "dtls" ("DTLS", "DTLS"),
        NatPmp = "nat-pmp" ("NAT-PMP／PCP", "NAT-PMP/PCP"),
        Ssdp = "ssdp" ("SSDP（UPnP）", "SSDP (UPnP)"),
        WsDiscovery = "ws-discovery" ("WS-Discovery", "WS-Discovery"),
        Hsrp = "hsrp" ("HSRP", "HSRP"),
        Glbp = "glbp" ("GLBP", "GLBP"),
        MsRpc = "msrpc" ("Microsoft RPC", "Microsoft RPC"),
        SunRpc = "sunrpc" ("ONC RPC（NFSなど）", "ONC RPC (NFS and others)"),
        Rsync = "rsync" ("rsync", "rsync"),
        Iscsi = "iscsi" ("iSCSI", "iSCSI"),
        X11 = "x11" ("X11", "X11"),
        Rtsp = "rtsp" ("RTSP", "RTSP"),
        Mqtt = "mqtt" ("MQTT", "MQTT"),
        RemoteControl = "remote-control" ("遠隔操作製品", "remote-control product"),
    }
}

impl Spoken {
    /// Whether somebody works at another machine by it: a screen, a shell.
    pub const fn is_session(self) -> bool {
        matches!(self, Self::Rdp | Self::Vnc | Self::Ssh | Self::Telnet | Self::X11)
    }

    /// Whether it carries other traffic: a tunnel.
    pub const fn is_tunnel(self) -> bool {
        matches!(
            self,
            Self::Ike
                | Self::Esp
                | Self::Ah
                | Self::WireGuard
                | Self::OpenVpn
                | Self::L2tp
                | Self::Pptp
                | Self::Sstp
                | Self::SoftEther
                | Self::Tinc
                | Self::Tailscale
                | Self::ZeroTier
                | Self::Gre
                | Self::IpInIp
                | Self::SixInFour
                | Self::Teredo
                | Self::Vxlan
                | Self::Geneve
                | Self::SslVpn
                | Self::RelayTunnel
        )
    }
}

vocabulary! {
    /// What a protocol announces about itself or its speaker. Nothing here can hold payload.
    Detail("観測された項目", "observed detail") {
        ServerName = "server-name" ("接続先の名前（SNI）", "server name (SNI)"),
        Alpn = "alpn" ("ALPN", "ALPN"),
        Certificate = "certificate" ("証明書の名前", "names of the certificate"),
        Issuer = "issuer" ("証明書の発行者", "issuer of the certificate"),
        NotAfter = "not-after" ("証明書の期限", "certificate valid until"),
        ClientCertificate = "client-certificate" ("クライアント証明書の要求", "client certificate asked for"),
        Version = "version" ("版", "version"),
        Mode = "mode" ("方式", "mode"),
        Proposal = "proposal" ("暗号の提案", "proposal"),
        Chosen = "chosen" ("選ばれた暗号", "chosen algorithms"),
        VendorId = "vendor-id" ("ベンダID", "vendor id"),
        Spi = "spi" ("SPI", "SPI"),
        Ja4 = "ja4" ("JA4", "JA4"),
        Software = "software" ("ソフトウェア", "software"),
        Product = "product" ("製品", "product"),
        Name = "name" ("名前", "name"),
        CallingAe = "calling-ae" ("発信元AEタイトル", "calling AE title"),
        CalledAe = "called-ae" ("着信先AEタイトル", "called AE title"),
        Application = "application" ("アプリケーション", "application"),
        Session = "session" ("セッションの識別子", "session identifier"),
        Community = "community" ("コミュニティが既定値", "community is a default"),
        NatTraversal = "nat-traversal" ("NAT越え", "NAT traversal"),
        Cookie = "cookie" ("RDPの接続クッキー", "RDP routing cookie"),
        Message = "message" ("メッセージの種類", "kind of message"),
    }
}

/// Details with the values that were heard, sorted.
pub type Details = BTreeMap<Detail, BTreeSet<String>>;

/// How many characters of an announced name are kept at most.
pub const LONGEST_NAME: usize = 128;
/// How many values of one detail are kept at most.
pub const MOST_VALUES: usize = 16;

/// Text of a stranger as a name: at most [`LONGEST_NAME`] characters, without blanks and NULs at
/// its ends, with U+FFFD for whatever commands a terminal or is no character at all.
pub fn announced(bytes: &[u8]) -> String {
    // Nearly all names: nothing to replace, nothing to cut.
    if bytes.len() <= LONGEST_NAME && bytes.iter().all(u8::is_ascii_graphic) {
        return String::from_utf8(bytes.to_vec()).unwrap_or_default();
    }
    let ends = |c: char| c == '\0' || c.is_whitespace();
    let shown =
        |c: char| if c.is_control() || deceives(c) { char::REPLACEMENT_CHARACTER } else { c };
    let bytes = bytes.get(..4 * LONGEST_NAME).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    text.trim_matches(ends).chars().take(LONGEST_NAME).map(shown).collect()
}

/// What is spoken in a flow, with what it announces.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Speech {
    /// The protocol.
    pub spoken: Spoken,
    /// What it announces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: Details,
}

impl Speech {
    /// Nothing but the protocol.
    pub const fn of(spoken: Spoken) -> Self {
        Self { spoken, details: Details::new() }
    }

    /// The same, with a detail.
    #[must_use]
    pub fn with(mut self, detail: Detail, value: impl AsRef<str>) -> Self {
        self.note(detail, value);
        self
    }

    /// Adds a detail as [`announced`]; an empty one adds nothing, and neither does one too many.
    pub fn note(&mut self, detail: Detail, value: impl AsRef<str>) {
        let value = match detail {
            Detail::ServerName => host(value.as_ref()),
            _ => value.as_ref(),
        };
        let known = self.details.get(&detail);
        if known.is_some_and(|it| it.len() >= MOST_VALUES || it.contains(value)) {
            return;
        }
        let value = announced(value.as_bytes());
        if !value.is_empty() {
            self.details.entry(detail).or_default().insert(value);
        }
    }
}

/// The host of what a client asks for: who he is, the path and the query are payload.
fn host(asked: &str) -> &str {
    let asked = asked.split_once("://").map_or(asked, |(_, rest)| rest);
    let authority = asked.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

vocabulary! {
    /// How a name was learned.
    NamedBy("名前の情報源", "source of a name") {
        Dhcp = "dhcp" ("DHCP", "DHCP"),
        Mdns = "mdns" ("mDNS", "mDNS"),
        Nbns = "nbns" ("NetBIOS", "NetBIOS"),
        Llmnr = "llmnr" ("LLMNR", "LLMNR"),
        Dns = "dns" ("DNS", "DNS"),
        Snmp = "snmp" ("SNMP", "SNMP"),
        Smb = "smb" ("SMB", "SMB"),
        Rdp = "rdp" ("RDP", "RDP"),
        Lldp = "lldp" ("LLDP", "LLDP"),
        Cdp = "cdp" ("CDP", "CDP"),
    }
}

vocabulary! {
    /// What a box does for a network, and thereby opens a way.
    Role("ネットワーク上の役割", "role in a network") {
        DhcpServer = "dhcp-server" ("DHCPサーバ", "DHCP server"),
        DhcpRelay = "dhcp-relay" ("DHCPリレー", "DHCP relay"),
        Dhcpv6Server = "dhcpv6-server" ("DHCPv6サーバ", "DHCPv6 server"),
        RouterAdvertisement = "router-advertisement" ("IPv6ルータ広告", "IPv6 router advertisement"),
        Vrrp = "vrrp" ("VRRP", "VRRP"),
        Hsrp = "hsrp" ("HSRP", "HSRP"),
        Ospf = "ospf" ("OSPF", "OSPF"),
        Bgp = "bgp" ("BGP", "BGP"),
        Rip = "rip" ("RIP", "RIP"),
        Eigrp = "eigrp" ("EIGRP", "EIGRP"),
        Isis = "is-is" ("IS-IS", "IS-IS"),
        Pim = "pim" ("PIM", "PIM"),
        UpnpGateway = "upnp-gateway" ("UPnP", "UPnP"),
        NatPmp = "nat-pmp" ("NAT-PMP／PCP", "NAT-PMP/PCP"),
        ProxyArp = "proxy-arp" ("代理ARP", "proxy ARP"),
        Glbp = "glbp" ("GLBP", "GLBP"),
        SpanningTree = "spanning-tree" ("スパニングツリー", "spanning tree"),
        AccessConcentrator = "pppoe-server" ("PPPoEサーバ", "PPPoE server"),
    }
}

/// One thing that a packet says beside who talks to whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Learned {
    /// An address has a name.
    Name {
        /// The address.
        address: IpAddr,
        /// The name, as announced, without a trailing dot.
        name: String,
        /// By what.
        by: NamedBy,
    },
    /// An address was given to a hardware address (DHCP).
    Lease {
        /// The address.
        address: IpAddr,
        /// To whom.
        mac: Mac,
    },
    /// Whoever sent this does something for the network.
    Role {
        /// Who, where it is not simply the sender: both ends of a BGP session are speakers.
        by: Option<IpAddr>,
        /// What.
        role: Role,
        /// With which words (`group 42`, `prefix 2001:db8::/64`, `gateway 10.0.0.1`): key and value.
        details: SharedWords,
        /// Addresses that are nobody's own: the virtual ones of VRRP and HSRP.
        virtual_addresses: BTreeSet<IpAddr>,
    },
    /// Whoever sent this announces itself to its neighbour on the cable.
    Neighbour(Announced),
}

/// What LLDP (IEEE 802.1AB) and CDP announce.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Announced {
    /// By what: `lldp`, `cdp`.
    pub by: String,
    /// The chassis, as announced.
    #[serde(default)]
    pub chassis: String,
    /// The port, as announced.
    #[serde(default)]
    pub port: String,
    /// The port's description.
    #[serde(default)]
    pub port_description: String,
    /// The name of the system.
    #[serde(default)]
    pub system: String,
    /// Its platform or description, first line.
    #[serde(default)]
    pub platform: String,
    /// Where it is managed.
    #[serde(default)]
    pub management: BTreeSet<IpAddr>,
    /// The native VLAN.
    #[serde(default)]
    pub native_vlan: Option<u16>,
}
