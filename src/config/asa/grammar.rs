//! The modes of ASA.

use super::tables;
use crate::config::ios::modes::{Grammar, Mode, best};
use crate::config::ios::parse::Command;

/// Modes by the words that open them.
pub(super) const GRAMMAR: Grammar = Grammar { modes: MODES, global };

const OF_GROUPS: &[&str] = &[
    "network-object",
    "port-object",
    "service-object",
    "group-object",
    "protocol-object",
    "icmp-object",
    "description",
];
const OF_POLICIES: &[&str] =
    &["authentication", "encryption", "hash", "integrity", "prf", "group", "lifetime"];

const MODES: &[Mode] = &[
    Mode::of(
        "interface",
        2,
        &[
            "nameif",
            "security-level",
            "ip address",
            "ipv6 address",
            "ipv6 enable",
            "ipv6 nd",
            "vlan",
            "shutdown",
            "description",
            "management-only",
            "speed",
            "duplex",
            "channel-group",
            "switchport",
            "ospf",
            "lacp",
            "flowcontrol",
            "bridge-group",
            "member-interface",
            "pppoe client",
            "allow-ssc-mgmt",
            "tunnel",
            "mac-address",
            "policy-route",
            "forward interface",
        ],
    ),
    Mode::of("object network", 3, &["host", "subnet", "range", "fqdn", "nat", "description"]),
    Mode::of("object service", 3, &["service", "description"]),
    Mode::of("object-group", 3, OF_GROUPS),
    Mode::of("crypto ikev1 policy", 4, OF_POLICIES),
    Mode::of("crypto isakmp policy", 4, OF_POLICIES),
    Mode::of("crypto ikev2 policy", 4, OF_POLICIES),
    Mode::of("crypto ipsec ikev2 ipsec-proposal", 5, &["protocol esp"]),
    Mode::of("crypto ipsec profile", 4, &["set", "responder-only"]),
    Mode::of(
        "crypto ca trustpoint",
        4,
        &[
            "enrollment",
            "subject-name",
            "keypair",
            "crl",
            "fqdn",
            "proxy-ldc-issuer",
            "validation-usage",
            "ip-address",
            "revocation-check",
            "id-usage",
        ],
    ),
    Mode::of("crypto ca certificate chain", 5, &["certificate"]),
    Mode::of(
        "tunnel-group",
        3,
        &[
            "pre-shared-key",
            "ikev1",
            "ikev2",
            "address-pool",
            "default-group-policy",
            "authentication-server-group",
            "group-alias",
            "group-url",
            "isakmp",
            "peer-id-validate",
            "authentication",
            "accounting-server-group",
            "trust-point",
            "authorization-server-group",
            "secondary-authentication-server-group",
            "dhcp-server",
            "strip-realm",
            "password-management",
            "chain",
        ],
    ),
    Mode::of(
        "group-policy",
        3,
        &[
            "dns-server",
            "wins-server",
            "split-tunnel-policy",
            "split-tunnel-network-list",
            "default-domain",
            "address-pools",
            "banner",
            "vpn-tunnel-protocol",
            "vpn-filter",
            "vpn-idle-timeout",
            "vpn-session-timeout",
            "vpn-simultaneous-logins",
            "split-dns",
            "webvpn",
            "anyconnect",
            "svc",
            "url-list",
            "password-storage",
            "ip-comp",
            "pfs",
            "ipsec-udp",
            "group-lock",
            "user-authentication",
        ],
    ),
    Mode::of(
        "webvpn",
        1,
        &[
            "enable",
            "anyconnect",
            "svc",
            "tunnel-group-list",
            "cache",
            "error-recovery",
            "hsts",
            "http-headers",
            "anyconnect-essentials",
            "keepout",
            "port",
            "dtls",
            "csd",
        ],
    ),
    Mode::of(
        "aaa-server",
        4,
        &[
            "key",
            "timeout",
            "authentication-port",
            "accounting-port",
            "ldap-base-dn",
            "ldap-scope",
            "ldap-naming-attribute",
            "ldap-login-password",
            "ldap-login-dn",
            "server-type",
            "nt-auth-domain-controller",
            "ldap-over-ssl",
            "ldap-attribute-map",
        ],
    ),
    Mode::of(
        "username",
        3,
        &["vpn-group-policy", "service-type", "vpn-filter", "group-lock", "memberof"],
    ),
    Mode::of("class-map", 2, &["match", "description"]),
    Mode::of(
        "policy-map",
        2,
        &["class", "parameters", "message-length", "inspect", "description", "set", "police"],
    ),
    Mode::of("time-range", 2, &["absolute", "periodic"]),
    Mode::of("dns server-group", 3, &["name-server", "domain-name"]),
];

/// How many words of a command the global mode knows.
fn global(command: &Command<'_>) -> usize {
    /// More than any beginning of a command has.
    const SURELY: usize = 9;
    let twice = command.begins("nat")
        && matches!(
            command.words.get(2).or(command.words.get(1)),
            Some(word) if matches!(*word, "source" | "after-auto") || word.parse::<u32>().is_ok()
        );
    if twice {
        return SURELY;
    }
    best(tables::GLOBAL.iter().map(|(prefix, _)| *prefix), command)
}
