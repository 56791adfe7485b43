//! Services and addresses that FortiOS knows without their being written.

use crate::model::RangeSet;
use crate::model::device::Transport;

/// A name with its ranges of TCP and of UDP ports.
type Predefined = (&'static str, &'static [(u16, u16)], &'static [(u16, u16)]);

/// Predefined services: name, TCP ports, UDP ports (FortiOS Administration Guide, predefined services).
const PREDEFINED: &[Predefined] = &[
    ("ALL_TCP", &[(1, 65535)], &[]),
    ("ALL_UDP", &[], &[(1, 65535)]),
    ("AFS3", &[(7000, 7009)], &[(7000, 7009)]),
    ("AOL", &[(5190, 5194)], &[]),
    ("BGP", &[(179, 179)], &[]),
    ("CVSPSERVER", &[(2401, 2401)], &[(2401, 2401)]),
    ("DCE-RPC", &[(135, 135)], &[(135, 135)]),
    ("DHCP", &[], &[(67, 68)]),
    ("DHCP6", &[], &[(546, 547)]),
    ("DNS", &[(53, 53)], &[(53, 53)]),
    ("FINGER", &[(79, 79)], &[]),
    ("FTP", &[(21, 21)], &[]),
    ("FTP_GET", &[(21, 21)], &[]),
    ("FTP_PUT", &[(21, 21)], &[]),
    ("GOPHER", &[(70, 70)], &[]),
    (
        "GTP",
        &[(2123, 2123), (2152, 2152), (3386, 3386)],
        &[(2123, 2123), (2152, 2152), (3386, 3386)],
    ),
    ("H323", &[(1720, 1720), (1503, 1503)], &[(1719, 1719)]),
    ("HTTP", &[(80, 80)], &[]),
    ("HTTPS", &[(443, 443)], &[]),
    ("IKE", &[], &[(500, 500), (4500, 4500)]),
    ("IMAP", &[(143, 143)], &[]),
    ("IMAPS", &[(993, 993)], &[]),
    ("IRC", &[(6660, 6669)], &[]),
    ("KERBEROS", &[(88, 88), (464, 464)], &[(88, 88), (464, 464)]),
    ("L2TP", &[(1701, 1701)], &[(1701, 1701)]),
    ("LDAP", &[(389, 389)], &[]),
    ("LDAP_UDP", &[], &[(389, 389)]),
    ("MGCP", &[], &[(2427, 2427), (2727, 2727)]),
    ("MMS", &[(1755, 1755)], &[(1024, 5000)]),
    ("MS-SQL", &[(1433, 1434)], &[]),
    ("MYSQL", &[(3306, 3306)], &[]),
    ("NFS", &[(111, 111), (2049, 2049)], &[(111, 111), (2049, 2049)]),
    ("NNTP", &[(119, 119)], &[]),
    ("NTP", &[(123, 123)], &[(123, 123)]),
    ("NetMeeting", &[(1720, 1720)], &[]),
    ("ONC-RPC", &[(111, 111)], &[(111, 111)]),
    ("PC-Anywhere", &[(5631, 5631)], &[(5632, 5632)]),
    ("POP3", &[(110, 110)], &[]),
    ("POP3S", &[(995, 995)], &[]),
    ("PPTP", &[(1723, 1723)], &[]),
    ("QUAKE", &[], &[(26000, 26000), (27000, 27000), (27910, 27910), (27960, 27960)]),
    ("RADIUS", &[], &[(1812, 1813)]),
    ("RADIUS-OLD", &[], &[(1645, 1646)]),
    ("RAUDIO", &[], &[(7070, 7070)]),
    ("RDP", &[(3389, 3389)], &[]),
    ("REXEC", &[(512, 512)], &[]),
    ("RIP", &[], &[(520, 520)]),
    ("RTSP", &[(554, 554), (7070, 7070), (8554, 8554)], &[(554, 554)]),
    ("SAMBA", &[(139, 139)], &[]),
    ("SCCP", &[(2000, 2000)], &[]),
    ("SIP", &[(5060, 5060)], &[(5060, 5060)]),
    ("SMB", &[(445, 445)], &[]),
    ("SMTP", &[(25, 25)], &[]),
    ("SMTPS", &[(465, 465)], &[]),
    ("SNMP", &[(161, 162)], &[(161, 162)]),
    ("SOCKS", &[(1080, 1080)], &[(1080, 1080)]),
    ("SQUID", &[(3128, 3128)], &[]),
    ("SSH", &[(22, 22)], &[]),
    ("SYSLOG", &[], &[(514, 514)]),
    ("TALK", &[], &[(517, 518)]),
    ("TELNET", &[(23, 23)], &[]),
    ("TFTP", &[], &[(69, 69)]),
    ("UUCP", &[(540, 540)], &[]),
    ("VDOLIVE", &[(7000, 7010)], &[]),
    ("VNC", &[(5900, 5900)], &[]),
    ("WAIS", &[(210, 210)], &[]),
    ("WINFRAME", &[(1494, 1494), (2598, 2598)], &[]),
    ("WINS", &[(1512, 1512)], &[(1512, 1512)]),
    ("X-WINDOWS", &[(6000, 6063)], &[]),
];

/// Predefined services of other protocols: name, protocol, ICMP type.
const OTHERS: &[(&str, u8, Option<u8>)] = &[
    ("AH", 51, None),
    ("ALL_ICMP", 1, None),
    ("ALL_ICMP6", 58, None),
    ("ESP", 50, None),
    ("GRE", 47, None),
    ("INFO_ADDRESS", 1, Some(17)),
    ("INFO_REQUEST", 1, Some(15)),
    ("OSPF", 89, None),
    ("PING", 1, Some(8)),
    ("PING6", 58, Some(128)),
    ("TIMESTAMP", 1, Some(13)),
];

/// Names that are given by FortiOS but whose meaning depends on its version.
const UNCERTAIN: &[&str] = &[
    "NONE",
    "webproxy",
    "Internet-Locator-Service",
    "RSH",
    "TRACEROUTE",
    "RLOGIN",
    "Email Access",
    "Web Access",
    "Windows AD",
    "Exchange Server",
];

/// The meaning of a predefined service.
pub(super) fn predefined(name: &str) -> Option<Vec<Transport>> {
    // `ANY` is what FortiOS called `ALL` before 5.0.
    if name == "ALL" || name == "ANY" {
        return Some(vec![Transport::any()]);
    }
    if let Some((_, protocol, kind)) = OTHERS.iter().find(|(it, _, _)| *it == name) {
        let mut transport = Transport::protocol(*protocol);
        if let Some(kind) = kind {
            transport.icmp_types = RangeSet::one(*kind);
        }
        return Some(vec![transport]);
    }
    let (_, tcp, udp) = PREDEFINED.iter().find(|(it, _, _)| *it == name)?;
    let of = |number, ports: &[(u16, u16)]| {
        let ports = RangeSet::of(ports.iter().copied());
        (!ports.is_empty()).then(|| Transport::ports(number, ports))
    };
    Some(of(6, tcp).into_iter().chain(of(17, udp)).collect())
}

/// Whether FortiOS itself defines a service of this name.
pub(super) fn is_predefined(name: &str) -> bool {
    UNCERTAIN.contains(&name) || predefined(name).is_some()
}

/// Whether FortiOS itself defines an address of this name.
pub(super) fn is_predefined_address(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "all",
        "none",
        "SSLVPN_TUNNEL_ADDR1",
        "SSLVPN_TUNNEL_IPv6_ADDR1",
        "FIREWALL_AUTH_PORTAL_ADDRESS",
        "FABRIC_DEVICE",
        "FCTEMS_ALL_FORTICLOUD_SERVERS",
        "gmail.com",
        "login.microsoft.com",
        "login.microsoftonline.com",
        "login.windows.net",
        "wildcard.dropbox.com",
        "wildcard.google.com",
        "G Suite",
        "Microsoft Office 365",
        "metadata-server",
        "autoupdate.opera.com",
        "google-play",
        "update.microsoft.com",
        "swscan.apple.com",
        "adobe",
        "android",
        "apple",
        "appstore.com",
        "auth.gfx.ms",
        "citrix",
        "dropbox.com",
        "eease",
        "firefox update server",
        "fortinet",
        "googleapis.com",
        "icloud",
        "itunes",
        "microsoft",
        "skype",
        "softwareupdate.vmware.com",
        "verisign",
        "Windows update 2",
        "live.com",
        "mail.google.com",
        "EMS_ALL_UNKNOWN_CLIENTS",
        "EMS_ALL_UNMANAGEABLE_CLIENTS",
    ];
    NAMES.contains(&name)
}
