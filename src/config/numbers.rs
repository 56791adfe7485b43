//! Numbers that vendors write as words: protocols, ports, masks, Diffie-Hellman groups.

use crate::model::{AddressSet, IpNetwork, RangeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The number of an IP protocol, written as number or name (IANA Protocol Numbers; the names that
/// vendors use beside them).
pub(super) fn protocol(word: &str) -> Option<u8> {
    if let Ok(number) = word.parse() {
        return Some(number);
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "icmp" => 1,
        "igmp" => 2,
        "ipip" | "ipinip" | "ip-in-ip" | "ipencap" | "ipv4" => 4,
        "tcp" => 6,
        "egp" => 8,
        "igp" | "igrp" => 9,
        "udp" => 17,
        "ipv6" | "ip6" | "6in4" => 41,
        "rsvp" => 46,
        "gre" => 47,
        "esp" | "ipsec-esp" | "ipv6-crypt" => 50,
        "ah" | "ahp" | "ipsec-ah" | "ipv6-auth" => 51,
        "icmp6" | "icmpv6" | "ipv6-icmp" => 58,
        "eigrp" => 88,
        "ospf" | "ospfigp" => 89,
        "nos" => 94,
        "etherip" => 97,
        "pim" => 103,
        "pcp" | "ipcomp" => 108,
        "vrrp" => 112,
        "l2tp" | "l2tpv3" => 115,
        "sctp" => 132,
        "udplite" => 136,
        _ => return None,
    })
}

/// The number of a port, written as number or name (IANA Service Name and Transport Protocol Port
/// Number Registry; the names that vendors use beside them).
pub(super) fn port(word: &str) -> Option<u16> {
    if let Ok(number) = word.parse() {
        return Some(number);
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "tcpmux" => 1,
        "echo" => 7,
        "discard" => 9,
        "systat" => 11,
        "daytime" => 13,
        "chargen" => 19,
        "ftp-data" | "ftpdata" => 20,
        "ftp" => 21,
        "ssh" => 22,
        "telnet" => 23,
        "smtp" | "mail" => 25,
        "time" => 37,
        "nameserver" | "name" => 42,
        "whois" | "nicname" => 43,
        "tacacs" | "tacacs-ds" => 49,
        "domain" | "dns" => 53,
        "bootps" | "dhcp-server" | "dhcps" => 67,
        "bootpc" | "dhcp-client" | "dhcpc" => 68,
        "tftp" => 69,
        "gopher" => 70,
        "finger" => 79,
        "www" | "http" | "www-http" => 80,
        "kerberos" | "kerberos-sec" => 88,
        "hostname" | "hostnames" => 101,
        "pop2" => 109,
        "pop3" => 110,
        "sunrpc" | "portmap" | "portmapper" => 111,
        "ident" | "auth" => 113,
        "sftp" => 115,
        "nntp" => 119,
        "ntp" => 123,
        "epmap" | "msrpc" | "loc-srv" => 135,
        "netbios-ns" | "netbios_ns" => 137,
        "netbios-dgm" | "netbios_dgm" | "netbios-dgram" => 138,
        "netbios-ssn" | "netbios_ssn" | "netbios-ss" => 139,
        "imap" | "imap2" | "imap4" | "imap-2" => 143,
        "snmp" => 161,
        "snmptrap" | "snmp-trap" => 162,
        "xdmcp" => 177,
        "bgp" => 179,
        "irc" => 194,
        "imap3" => 220,
        "ldap" => 389,
        "https" => 443,
        "microsoft-ds" | "cifs" | "smb" => 445,
        "kpasswd" => 464,
        "isakmp" | "ike" => 500,
        "exec" | "biff" => 512,
        "login" | "rlogin" | "who" => 513,
        "syslog" | "cmd" | "shell" | "rsh" => 514,
        "lpd" | "printer" | "lpr" => 515,
        "talk" => 517,
        "ntalk" => 518,
        "rip" | "router" => 520,
        "ripng" | "ripngd" => 521,
        "uucp" => 540,
        "klogin" => 543,
        "kshell" => 544,
        "dhcpv6-client" => 546,
        "dhcpv6-server" => 547,
        "rtsp" => 554,
        "nntps" => 563,
        "submission" => 587,
        "ipp" => 631,
        "ldaps" => 636,
        "ldp" => 646,
        "rsync" => 873,
        "ftps-data" => 989,
        "ftps" => 990,
        "imaps" => 993,
        "pop3s" => 995,
        "socks" => 1080,
        "openvpn" => 1194,
        "lotusnotes" => 1352,
        "ms-sql-s" | "mssql" | "sqlserver" => 1433,
        "ms-sql-m" => 1434,
        "citrix-ica" | "ica" => 1494,
        "sqlnet" | "oracle" => 1521,
        "h323" => 1720,
        "l2tp" => 1701,
        "pptp" => 1723,
        "radius" => 1812,
        "radius-acct" => 1813,
        "ssdp" => 1900,
        "nfs" => 2049,
        "squid" => 3128,
        "mysql" => 3306,
        "rdp" | "ms-wbt-server" => 3389,
        "ipsec-nat-t" | "ipsec-msft" | "non500-isakmp" | "nat-t" => 4500,
        "radacct" => 1646,
        "sip" => 5060,
        "sips" => 5061,
        "postgresql" | "postgres" => 5432,
        "vnc" => 5900,
        "x11" => 6000,
        "http-alt" | "webcache" => 8080,
        "https-alt" => 8443,
        _ => return None,
    })
}

/// A port or a range `a-b`, in numbers or names.
pub(super) fn ports(word: &str) -> Option<RangeSet<u16>> {
    if let Some(one) = port(word) {
        return Some(RangeSet::one(one));
    }
    let (first, last) = word.split_once('-')?;
    let first = if first.is_empty() { 0 } else { port(first)? };
    let last = if last.is_empty() { u16::MAX } else { port(last)? };
    (first <= last).then(|| RangeSet::range(first, last))
}

/// `10.0.0.1/24`, `2001:db8::1/64`, or an address alone. Host bits stay.
pub(super) fn network(word: &str) -> Option<IpNetwork> {
    word.parse().ok()
}

/// An address and a mask of leading ones: `10.0.0.1 255.255.255.0`. Host bits stay.
pub(super) fn masked(address: &str, mask: &str) -> Option<IpNetwork> {
    let (address, mask): (Ipv4Addr, Ipv4Addr) = (address.parse().ok()?, mask.parse().ok()?);
    let length = mask.to_bits().leading_ones();
    let whole = mask.to_bits().count_ones() == length;
    let network = IpNetwork::new(IpAddr::V4(address), length as u8).ok()?;
    whole.then_some(network)
}

/// An address and a wildcard, as access lists of IOS write them: `10.0.0.0 0.0.0.255`.
pub(super) fn wildcard(address: &str, wildcard: &str) -> Option<AddressSet> {
    AddressSet::wildcard(address.parse().ok()?, wildcard.parse().ok()?)
}

/// An address, a range `a-b` or a network.
pub(super) fn addresses(word: &str) -> Option<AddressSet> {
    if let Some(network) = network(word) {
        return Some(network.into());
    }
    let (first, last) = word.split_once('-')?;
    let set = AddressSet::range(first.trim().parse().ok()?, last.trim().parse().ok()?);
    (!set.is_empty()).then_some(set)
}

/// The networks that together are exactly the addresses from one to another, both included; none
/// when the families differ or the order is wrong.
pub(super) fn networks(first: IpAddr, last: IpAddr) -> Vec<IpNetwork> {
    let (mut at, end, bits) = match (first, last) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits().into(), b.to_bits().into(), 32_u32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return Vec::new(),
    };
    let mut networks = Vec::new();
    while at <= end {
        // The largest block that begins here and does not reach beyond the end.
        let room = (end - at).checked_add(1).map_or(bits, u128::ilog2);
        let free = at.trailing_zeros().min(room).min(bits);
        let address = match bits {
            32 => IpAddr::V4(Ipv4Addr::from_bits(at as u32)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(at)),
        };
        networks.extend(IpNetwork::new(address, (bits - free) as u8));
        match 1_u128.checked_shl(free).and_then(|size| at.checked_add(size)) {
            Some(next) => at = next,
            None => break,
        }
    }
    networks
}

/// The number of a Diffie-Hellman group, written as number, `group14`, or by its size in the ways
/// of vendors (IANA, Transform Type 4): `modp2048`, `1024-bit`, `ecp256`, `curve25519`.
pub(super) fn group(word: &str) -> Option<u16> {
    let word = word.to_ascii_lowercase();
    let digits = word.trim_start_matches("group").trim_start_matches('-');
    if let Ok(number) = digits.parse::<u16>()
        && number < 100
    {
        return Some(number);
    }
    Some(match word.as_str() {
        "modp768" | "768-bit" => 1,
        "modp1024" | "1024-bit" => 2,
        "modp1536" | "1536-bit" => 5,
        "modp2048" | "2048-bit" => 14,
        "modp3072" | "3072-bit" => 15,
        "modp4096" | "4096-bit" => 16,
        "modp6144" | "6144-bit" => 17,
        "modp8192" | "8192-bit" => 18,
        "ecp256" | "256-bit" => 19,
        "ecp384" | "384-bit" => 20,
        "ecp521" | "521-bit" => 21,
        "modp1024s160" => 22,
        "modp2048s224" => 23,
        "modp2048s256" => 24,
        "ecp192" => 25,
        "ecp224" => 26,
        "curve25519" | "x25519" => 31,
        "curve448" | "x448" => 32,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::networks;

    #[test]
    fn a_range_is_covered_by_its_largest_networks() {
        for (first, last, expected) in [
            ("192.0.2.0", "192.0.2.255", vec!["192.0.2.0/24"]),
            ("192.0.2.9", "192.0.2.9", vec!["192.0.2.9/32"]),
            ("192.0.2.1", "192.0.2.4", vec!["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/32"]),
            ("192.0.2.4", "192.0.2.1", vec![]),
            ("0.0.0.0", "255.255.255.255", vec!["0.0.0.0/0"]),
            ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", vec!["::/0"]),
            ("2001:db8::10", "2001:db8::1f", vec!["2001:db8::10/124"]),
        ] {
            let (Ok(first_address), Ok(last_address)) = (first.parse(), last.parse()) else {
                panic!("{first}, {last}: no addresses");
            };
            let covered = networks(first_address, last_address);
            let covered: Vec<String> = covered.iter().map(ToString::to_string).collect();
            assert_eq!(covered, expected, "{first} to {last}");
        }
    }
}
