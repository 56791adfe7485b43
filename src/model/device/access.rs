//! What a device offers to people and hosts: access from outside, management, addresses, cloud.

use super::tunnel::TunnelKind;
use crate::model::address_set::AddressSet;
use crate::model::range_set::RangeSet;
use crate::model::vocabulary::vocabulary;
use crate::model::words::Authentication;
use crate::model::{IpNetwork, Service};
use crate::source::{Span, Spanned};

/// A server that lets people or other devices in.
#[derive(Clone, Debug)]
pub struct RemoteAccess {
    /// The line that switches it on, else the one that begins it.
    pub span: Span,
    /// What the device calls it.
    pub name: String,
    /// How it is carried.
    pub kind: TunnelKind,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Interfaces it listens on, by name; empty for all.
    pub interfaces: Vec<String>,
    /// What it listens on.
    pub services: Vec<Service>,
    /// Who may connect, as far as the device limits it by address.
    pub sources: AddressSet,
    /// Addresses that it gives to those who connect.
    pub pool: Vec<Spanned<IpNetwork>>,
    /// Names of users that are written in the configuration, in its order.
    pub users: Vec<Spanned<String>>,
    /// How users prove who they are.
    pub authentication: Vec<Authentication>,
}

vocabulary! {
    /// How a device is managed.
    ManagementKind("管理接続の種類", "kind of management") {
        Telnet = "telnet" ("Telnet", "Telnet"),
        Ssh = "ssh" ("SSH", "SSH"),
        Http = "http" ("HTTP", "HTTP"),
        Https = "https" ("HTTPS", "HTTPS"),
        Snmp = "snmp" ("SNMP", "SNMP"),
        FileTransfer = "file-transfer" ("ファイル転送（FTP・TFTP・SFTP）", "file transfer (FTP, TFTP, SFTP)"),
        Api = "api" ("管理API（NETCONF等）", "management API (NETCONF and the like)"),
        Remote = "remote-setup" ("遠隔設定（電話回線等）", "remote setup (over a telephone line and the like)"),
        Other = "other" ("その他", "other"),
    }
}

/// A service that changes or shows the device itself.
#[derive(Clone, Debug)]
pub struct Management {
    /// The line.
    pub span: Span,
    /// How.
    pub kind: ManagementKind,
    /// What it listens on.
    pub service: Service,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Interfaces on which it answers, by name; empty for all.
    pub interfaces: Vec<String>,
    /// Who may connect, as far as the service itself limits it (filters come on top).
    pub sources: AddressSet,
    /// Whether all limits of the service were understood.
    pub exact: bool,
}

vocabulary! {
    /// Who hands out addresses.
    AddressingKind("アドレス配布の種類", "kind of address service") {
        DhcpServer = "dhcp-server" ("DHCPサーバ", "DHCP server"),
        DhcpRelay = "dhcp-relay" ("DHCPリレー", "DHCP relay"),
        Dhcpv6Server = "dhcpv6-server" ("DHCPv6サーバ", "DHCPv6 server"),
        RouterAdvertisement = "router-advertisement" ("ルータ広告（RA）", "router advertisement"),
    }
}

/// An address service.
#[derive(Clone, Debug)]
pub struct Addressing {
    /// The line.
    pub span: Span,
    /// Which.
    pub kind: AddressingKind,
    /// Where it answers, by interface name; `None` when the text does not say.
    pub interface: Option<String>,
    /// The addresses it gives, or the servers a relay passes on to.
    pub addresses: AddressSet,
}

/// UDP broadcasts that a router sends on to a host, as packets of its own (`ip helper-address`).
#[derive(Clone, Debug)]
pub struct BroadcastRelay {
    /// The line.
    pub span: Span,
    /// The interface that hears them, by name.
    pub interface: String,
    /// The host.
    pub to: AddressSet,
    /// To which ports they are sent, before and after.
    pub ports: RangeSet<u16>,
}

/// Management by a service in a cloud.
#[derive(Clone, Debug)]
pub struct CloudManagement {
    /// The line.
    pub span: Span,
    /// What the vendor calls it: `YNO`, `NetMeister`, `FortiGate Cloud`, `AMF Cloud`.
    pub product: String,
    /// Whether it is switched on.
    pub enabled: bool,
}
