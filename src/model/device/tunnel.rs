//! Encrypted and encapsulating links.

use crate::model::IpNetwork;
use crate::model::vocabulary::vocabulary;
use crate::model::words::Authentication;
use crate::source::{Span, Spanned};
use std::net::IpAddr;

vocabulary! {
    /// What encapsulates.
    TunnelKind("トンネルの種類", "kind of tunnel") {
        Ipsec = "ipsec" ("IPsec", "IPsec"),
        L2tpIpsec = "l2tp-ipsec" ("L2TP/IPsec", "L2TP over IPsec"),
        L2tp = "l2tp" ("L2TP（暗号化なし）", "L2TP without IPsec"),
        L2tpV3 = "l2tpv3" ("L2TPv3", "L2TPv3"),
        Pptp = "pptp" ("PPTP", "PPTP"),
        Gre = "gre" ("GRE", "GRE"),
        IpIp = "ipip" ("IPIP", "IP in IP"),
        SixInFour = "6in4" ("6in4（IPv6 over IPv4）", "IPv6 over IPv4"),
        FourInSix = "4in6" ("4in6（DS-Lite等）", "IPv4 over IPv6 (DS-Lite and the like)"),
        MapE = "map-e" ("MAP-E", "MAP-E"),
        EtherIp = "etherip" ("EtherIP", "EtherIP"),
        Vxlan = "vxlan" ("VXLAN", "VXLAN"),
        WireGuard = "wireguard" ("WireGuard", "WireGuard"),
        OpenVpn = "openvpn" ("OpenVPN", "OpenVPN"),
        SslVpn = "ssl-vpn" ("SSL-VPN", "SSL-VPN"),
        Sstp = "sstp" ("SSTP", "SSTP"),
        DataConnect = "data-connect" ("データコネクト", "Data Connect"),
        DialUp = "dial-up" ("ダイヤルアップ（ISDN・電話回線）", "dial-up (ISDN or telephone)"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// The version of the key exchange.
    IkeVersion("IKEの版", "version of IKE") {
        One = "ikev1" ("IKEv1", "IKEv1"),
        Two = "ikev2" ("IKEv2", "IKEv2"),
    }
}

/// Who stands at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remote {
    /// This address.
    Address(IpAddr),
    /// Any address of this network.
    Network(IpNetwork),
    /// Whoever this name resolves to.
    Name(String),
    /// Whoever calls this telephone number, or is called at it.
    Telephone(String),
    /// Anybody who knows the secret.
    Any,
    /// The text does not say.
    Unknown,
}

/// Traffic that a tunnel carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Our side.
    pub local: IpNetwork,
    /// Their side.
    pub remote: IpNetwork,
}

/// How keys are agreed. Only what is written, or what the vendor's manual gives as default.
#[derive(Clone, Debug, Default)]
pub struct Ike {
    /// The version, when it is known.
    pub version: Option<Spanned<IkeVersion>>,
    /// Where aggressive mode is chosen, or follows from the settings.
    pub aggressive: Option<Span>,
    /// Offered ciphers in lower case: `des`, `3des`, `aes-128`, `aes-256`, `aes-256-gcm` …
    pub encryption: Vec<Spanned<String>>,
    /// Offered hashes in lower case: `md5`, `sha1`, `sha256` …
    pub hash: Vec<Spanned<String>>,
    /// Offered Diffie-Hellman groups by number (IANA): 1 is 768 bit, 2 is 1024, 5 is 1536, 14 is 2048.
    pub groups: Vec<Spanned<u16>>,
    /// Who we say we are.
    pub local_id: Option<Spanned<String>>,
    /// Who they must say they are.
    pub remote_id: Option<Spanned<String>>,
}

/// A link to another network.
#[derive(Clone, Debug)]
pub struct Tunnel {
    /// The line that begins it.
    pub span: Span,
    /// What the device calls it: `tunnel 1`, `Tunnel0`, a connection's name. Unique in the device
    /// together with its remote end.
    pub name: String,
    /// The interface that it appears as, when it has one.
    pub interface: Option<String>,
    /// What encapsulates.
    pub kind: TunnelKind,
    /// Whether IPsec protects it (always so for the kinds that are IPsec).
    pub ipsec: bool,
    /// Whether it carries Ethernet frames, so that both ends are one broadcast domain.
    pub layer2: bool,
    /// Where it is switched off, if it is.
    pub disabled: Option<Span>,
    /// The interface or address it leaves from, as written.
    pub local: Option<Spanned<String>>,
    /// Who stands at the other end.
    pub remote: Spanned<Remote>,
    /// The traffic it carries, when the text limits it. Empty: whatever is routed into it.
    pub selectors: Vec<Spanned<Selector>>,
    /// Whether this side opens it; `None` when it is not known.
    pub initiates: Option<bool>,
    /// How keys are agreed, for IPsec.
    pub ike: Option<Ike>,
    /// How the ends prove who they are.
    pub authentication: Vec<Authentication>,
}
