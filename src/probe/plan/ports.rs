//! What is customarily offered by what, and what a kind of probe may be asked at.

use crate::model::words::{SystemClass, SystemKind};
use crate::model::{Protocol, Service};
use crate::probe::Kind;

/// Ports by which intruders come and go, by class of equipment: what must not be reached is tried
/// there, beside what the thing is declared to offer.
pub(super) const fn of_class(class: SystemClass) -> &'static [u16] {
    match class {
        SystemClass::Server => &[3389, 445, 22, 443, 80, 135],
        SystemClass::Terminal => &[3389, 445, 135, 5900],
        // Fragile: what they speak anyway, and nothing else.
        SystemClass::MedicalDevice | SystemClass::LifeSupport => &[104, 11112],
        SystemClass::Appliance | SystemClass::Iot => &[443, 80, 22, 23],
    }
}

/// The same by what a system does.
pub(super) const fn of_kind(kind: SystemKind) -> &'static [u16] {
    match kind {
        SystemKind::Ehr | SystemKind::Ordering | SystemKind::Billing | SystemKind::Claims => {
            &[1521, 1433, 5432]
        }
        SystemKind::Pacs | SystemKind::Modality => &[104, 11112, 2762],
        SystemKind::Ris | SystemKind::Laboratory | SystemKind::Pharmacy => &[2575, 1433],
        SystemKind::Directory => &[389, 636, 88],
        SystemKind::FileServer | SystemKind::BackupServer => &[445, 139],
        SystemKind::Virtualization => &[443, 902],
        SystemKind::Relay => &[3389, 22],
        SystemKind::Proxy => &[8080, 25],
        SystemKind::Camera => &[554],
        SystemKind::Groupware => &[443, 25],
        SystemKind::LogServer => &[6514],
        _ => &[],
    }
}

/// The same for network devices: their management.
pub(super) const DEVICE: &[u16] = &[22, 23, 80, 443, 8443];

/// The same for what nobody declared.
pub(super) const STRANGER: &[u16] = &[3389, 445, 22, 443, 80, 23];

/// A port that hardly anybody offers. Where even this is answered, somebody answers for others.
pub(super) const NOBODY: &[u16] = &[64999, 1];

/// At which ports a kind of probe is customarily answered.
const fn customary(kind: Kind) -> &'static [u16] {
    match kind {
        Kind::Dns => &[53],
        Kind::Ntp => &[123],
        Kind::SnmpDiscovery | Kind::SnmpRead => &[161],
        Kind::IkeInit => &[500, 4500],
        Kind::OpenVpnReset => &[1194],
        Kind::TlsHandshake => &[443, 465, 636, 853, 990, 2762, 5986, 6514, 8443, 10443],
        Kind::SshBanner => &[22],
        Kind::RdpNegotiation => &[3389],
        Kind::HttpHead => &[80, 8000, 8080],
        _ => &[],
    }
}

/// Ways to find out whether a service answers at all, the gentlest first.
pub(super) const REACHING: &[Kind] = &[
    Kind::TcpConnect,
    Kind::TcpSyn,
    Kind::IcmpEcho,
    Kind::Dns,
    Kind::Ntp,
    Kind::SnmpDiscovery,
    Kind::IkeInit,
    Kind::OpenVpnReset,
];

/// Ways to find out more of a service that must answer, only where the scope asks for them.
pub(super) const ASKING: &[Kind] =
    &[Kind::TlsHandshake, Kind::SshBanner, Kind::RdpNegotiation, Kind::HttpHead, Kind::SnmpRead];

/// Whether a kind may be asked at a service: harmless there, because it is what is spoken there.
pub(super) fn suits(kind: Kind, service: Service) -> bool {
    let Service::Ports { protocol, first: port, .. } = service else { return false };
    match (kind, protocol) {
        (Kind::TcpConnect | Kind::TcpSyn | Kind::TraceTcp, Protocol::Tcp)
        | (Kind::IcmpEcho | Kind::TraceIcmp, Protocol::Icmp) => true,
        _ => kind.service(port) == Some(service) && customary(kind).contains(&port),
    }
}

/// How many packets one attempt of a kind sends at most, all that closing takes included.
pub(super) const fn packets(kind: Kind) -> u64 {
    match kind {
        // A connection: its request with what the system repeats of it, its confirmation, its end.
        Kind::TcpConnect => 6,
        Kind::TcpSyn => 2,
        Kind::SshBanner | Kind::RdpNegotiation | Kind::HttpHead => 10,
        Kind::TlsHandshake => 40,
        Kind::TraceTcp | Kind::TraceIcmp => 30,
        Kind::SnmpRead => 500,
        _ => 1,
    }
}
