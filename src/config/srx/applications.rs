//! Applications that Junos knows without their being written (`show configuration groups junos-defaults`).

use crate::model::RangeSet;
use crate::model::device::Transport;

/// A name with its protocols and ranges of ports.
type Predefined = (&'static str, &'static [(u8, u16, u16)]);

const PREDEFINED: &[Predefined] = &[
    ("junos-bgp", &[(6, 179, 179)]),
    ("junos-dhcp-client", &[(17, 68, 68)]),
    ("junos-dhcp-server", &[(17, 67, 67)]),
    ("junos-dns-tcp", &[(6, 53, 53)]),
    ("junos-dns-udp", &[(17, 53, 53)]),
    ("junos-finger", &[(6, 79, 79)]),
    ("junos-ftp", &[(6, 21, 21)]),
    ("junos-http", &[(6, 80, 80)]),
    ("junos-http-ext", &[(6, 7001, 7001)]),
    ("junos-https", &[(6, 443, 443)]),
    ("junos-ident", &[(6, 113, 113)]),
    ("junos-ike", &[(17, 500, 500)]),
    ("junos-ike-nat", &[(17, 4500, 4500)]),
    ("junos-imap", &[(6, 143, 143)]),
    ("junos-imaps", &[(6, 993, 993)]),
    ("junos-ldap", &[(6, 389, 389)]),
    ("junos-lpr", &[(6, 515, 515)]),
    ("junos-mail", &[(6, 25, 25)]),
    ("junos-ms-sql", &[(6, 1433, 1433)]),
    ("junos-netbios-session", &[(6, 139, 139)]),
    ("junos-nntp", &[(6, 119, 119)]),
    ("junos-ntp", &[(17, 123, 123)]),
    ("junos-pop3", &[(6, 110, 110)]),
    ("junos-pptp", &[(6, 1723, 1723)]),
    ("junos-radius", &[(17, 1812, 1812)]),
    ("junos-rtsp", &[(6, 554, 554)]),
    ("junos-smb-session", &[(6, 445, 445)]),
    ("junos-smtp", &[(6, 25, 25)]),
    ("junos-smtps", &[(6, 465, 465)]),
    ("junos-ssh", &[(6, 22, 22)]),
    ("junos-syslog", &[(17, 514, 514)]),
    ("junos-tacacs", &[(6, 49, 49)]),
    ("junos-telnet", &[(6, 23, 23)]),
    ("junos-tftp", &[(17, 69, 69)]),
    ("junos-tcp-any", &[(6, 0, 65535)]),
    ("junos-udp-any", &[(17, 0, 65535)]),
];

/// The meaning of a predefined application.
pub(super) fn predefined(name: &str) -> Option<Vec<Transport>> {
    let echo = |number| Transport { icmp_types: RangeSet::one(8), ..Transport::protocol(number) };
    match name {
        "any" => return Some(vec![Transport::any()]),
        "junos-icmp-all" => return Some(vec![Transport::protocol(1)]),
        "junos-icmp6-all" => return Some(vec![Transport::protocol(58)]),
        "junos-ping" | "junos-icmp-ping" => return Some(vec![echo(1)]),
        "junos-gre" => return Some(vec![Transport::protocol(47)]),
        "junos-ospf" => return Some(vec![Transport::protocol(89)]),
        _ => {}
    }
    let (_, parts) = PREDEFINED.iter().find(|(it, _)| *it == name)?;
    let transport = |(number, first, last): &(u8, u16, u16)| {
        Transport::ports(*number, RangeSet::range(*first, *last))
    };
    Some(parts.iter().map(transport).collect())
}
