//! Services as people write them: `3389/tcp`, `500/udp`, `49152-65535/tcp`, `esp`, `icmp`, `any`.

use super::RangeSet;
use super::device::Transport;
use std::fmt;
use std::str::FromStr;

/// A transport or network protocol that a service is carried by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP (6)
    Tcp,
    /// UDP (17)
    Udp,
    /// ICMP and ICMPv6 (1, 58)
    Icmp,
    /// ESP (50), the payload of IPsec
    Esp,
    /// AH (51)
    Ah,
    /// GRE (47)
    Gre,
}

/// What may be spoken: a protocol with a range of destination ports, or anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Every protocol and port.
    Any,
    /// A protocol with ports. For protocols without ports the range is `0..=65535`.
    Ports {
        /// Carried by.
        protocol: Protocol,
        /// First destination port.
        first: u16,
        /// Last destination port, not below `first`.
        last: u16,
    },
}

impl Service {
    /// TCP on one port.
    pub const fn tcp(port: u16) -> Self {
        Self::Ports { protocol: Protocol::Tcp, first: port, last: port }
    }

    /// UDP on one port.
    pub const fn udp(port: u16) -> Self {
        Self::Ports { protocol: Protocol::Udp, first: port, last: port }
    }

    /// The service that a packet of an IP protocol to a port asks for; [`Service::Any`] for a
    /// protocol without a notation.
    pub const fn of(protocol: u8, port: u16) -> Self {
        let (protocol, ports) = match protocol {
            6 => (Protocol::Tcp, true),
            17 => (Protocol::Udp, true),
            1 | 58 => (Protocol::Icmp, false),
            50 => (Protocol::Esp, false),
            51 => (Protocol::Ah, false),
            47 => (Protocol::Gre, false),
            _ => return Self::Any,
        };
        match ports {
            true => Self::Ports { protocol, first: port, last: port },
            false => Self::Ports { protocol, first: 0, last: u16::MAX },
        }
    }

    /// The packets of the service, by protocol and port. ICMP is that of both families.
    pub fn transports(self) -> Vec<Transport> {
        let Self::Ports { protocol, first, last } = self else {
            return vec![Transport::any()];
        };
        let numbers: &[u8] = match protocol {
            Protocol::Tcp => &[6],
            Protocol::Udp => &[17],
            Protocol::Icmp => &[1, 58],
            Protocol::Esp => &[50],
            Protocol::Ah => &[51],
            Protocol::Gre => &[47],
        };
        let ports = RangeSet::range(first, last);
        numbers.iter().map(|it| Transport::ports(*it, ports.clone())).collect()
    }

    /// Whether everything that `other` allows is allowed by this one too.
    pub const fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Ports { .. }, Self::Any) => false,
            (
                Self::Ports { protocol: a, first: a1, last: a2 },
                Self::Ports { protocol: b, first: b1, last: b2 },
            ) => a as u8 == b as u8 && a1 <= b1 && b2 <= a2,
        }
    }

    /// The customary name of a well-known single port, for people: `RDP`, `DICOM`.
    pub fn customary_name(self) -> Option<&'static str> {
        let Self::Ports { protocol, first, last } = self else {
            return None;
        };
        if first != last {
            return None;
        }
        WELL_KNOWN
            .iter()
            .find(|(p, port, _)| *p == protocol && *port == first)
            .map(|(_, _, name)| *name)
    }

    /// The service with this customary name, whatever its case; of several the first in the table.
    pub fn named(name: &str) -> Option<Self> {
        let found = WELL_KNOWN.iter().find(|(.., known)| known.eq_ignore_ascii_case(name))?;
        Some(Self::Ports { protocol: found.0, first: found.1, last: found.1 })
    }

    /// The service that is customary on a port.
    pub fn well_known(port: u16) -> Option<Self> {
        let found = WELL_KNOWN.iter().find(|(_, known, _)| *known == port)?;
        Some(Self::Ports { protocol: found.0, first: port, last: port })
    }

    /// For people, in few characters: the customary name, else the notation.
    pub fn brief(self) -> String {
        match self.customary_name() {
            Some(name) => name.to_owned(),
            None => self.to_string(),
        }
    }

    /// For people: the customary name before the notation, `RDP 3389/tcp`.
    pub fn described(self) -> String {
        match self.customary_name() {
            Some(name) => format!("{name} {self}"),
            None => self.to_string(),
        }
    }
}

/// Ports with a customary name in hospitals. Sources: IANA Service Name and Transport Protocol
/// Port Number Registry; DICOM PS3.8 and PS3.15 (104, 11112, 2762); HL7 MLLP (2575).
const WELL_KNOWN: &[(Protocol, u16, &str)] = &[
    (Protocol::Tcp, 21, "FTP"),
    (Protocol::Tcp, 22, "SSH"),
    (Protocol::Tcp, 23, "Telnet"),
    (Protocol::Tcp, 25, "SMTP"),
    (Protocol::Tcp, 53, "DNS"),
    (Protocol::Udp, 53, "DNS"),
    (Protocol::Tcp, 80, "HTTP"),
    (Protocol::Tcp, 102, "S7"),
    (Protocol::Tcp, 104, "DICOM"),
    (Protocol::Udp, 123, "NTP"),
    (Protocol::Tcp, 135, "RPC"),
    (Protocol::Tcp, 139, "NetBIOS"),
    (Protocol::Udp, 161, "SNMP"),
    (Protocol::Tcp, 389, "LDAP"),
    (Protocol::Tcp, 443, "HTTPS"),
    (Protocol::Tcp, 445, "SMB"),
    (Protocol::Udp, 500, "IKE"),
    (Protocol::Udp, 514, "syslog"),
    (Protocol::Tcp, 502, "Modbus"),
    (Protocol::Tcp, 554, "RTSP"),
    (Protocol::Tcp, 587, "SMTP"),
    (Protocol::Tcp, 636, "LDAPS"),
    (Protocol::Tcp, 1433, "SQL Server"),
    (Protocol::Tcp, 1521, "Oracle"),
    (Protocol::Udp, 1701, "L2TP"),
    (Protocol::Tcp, 1723, "PPTP"),
    (Protocol::Tcp, 2575, "HL7"),
    (Protocol::Tcp, 2762, "DICOM-TLS"),
    (Protocol::Tcp, 3306, "MySQL"),
    (Protocol::Tcp, 3389, "RDP"),
    (Protocol::Udp, 4500, "IKE NAT-T"),
    (Protocol::Tcp, 5432, "PostgreSQL"),
    (Protocol::Tcp, 5900, "VNC"),
    (Protocol::Tcp, 5938, "TeamViewer"),
    (Protocol::Tcp, 6514, "syslog-TLS"),
    (Protocol::Tcp, 8080, "HTTP"),
    (Protocol::Tcp, 8443, "HTTPS"),
    (Protocol::Tcp, 11112, "DICOM"),
    (Protocol::Udp, 47808, "BACnet"),
    (Protocol::Udp, 51820, "WireGuard"),
];

/// Why a text is not a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAService;

impl FromStr for Service {
    type Err = NotAService;

    fn from_str(text: &str) -> Result<Self, NotAService> {
        let whole = |protocol| Self::Ports { protocol, first: 0, last: u16::MAX };
        match text {
            "any" => return Ok(Self::Any),
            "tcp" => return Ok(whole(Protocol::Tcp)),
            "udp" => return Ok(whole(Protocol::Udp)),
            "icmp" => return Ok(whole(Protocol::Icmp)),
            "esp" => return Ok(whole(Protocol::Esp)),
            "ah" => return Ok(whole(Protocol::Ah)),
            "gre" => return Ok(whole(Protocol::Gre)),
            _ => {}
        }
        let (ports, protocol) = text.split_once('/').ok_or(NotAService)?;
        let protocol = match protocol {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            _ => return Err(NotAService),
        };
        let port = |text: &str| {
            let plain = text.bytes().all(|byte| byte.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'));
            plain.then(|| text.parse::<u16>().ok()).flatten().ok_or(NotAService)
        };
        let (first, last) = match ports.split_once('-') {
            Some((first, last)) => (port(first)?, port(last)?),
            None => (port(ports)?, port(ports)?),
        };
        if first > last {
            return Err(NotAService);
        }
        Ok(Self::Ports { protocol, first, last })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
            Self::Esp => "esp",
            Self::Ah => "ah",
            Self::Gre => "gre",
        })
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Ports { protocol, first: 0, last: u16::MAX } => write!(f, "{protocol}"),
            Self::Ports { protocol, first, last } if first == last => {
                write!(f, "{first}/{protocol}")
            }
            Self::Ports { protocol, first, last } => write!(f, "{first}-{last}/{protocol}"),
        }
    }
}
