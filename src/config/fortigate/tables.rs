//! What is read of which block, and what is passed over and why.
//!
//! A setting that stands in neither list is unrecognized. Names as in the FortiOS CLI Reference.

use super::super::coverage::{Because, Fate};
use super::reading;
use Because::{Clock, Hardware, Housekeeping, KeyMaterial, Logging, Performance};
use Because::{Inspection, Presentation, Resolver, Voice};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A block whose settings become facts, and what becomes of each of them.
#[derive(Debug)]
pub(super) struct Block {
    path: &'static str,
    fates: BTreeMap<&'static str, Fate>,
}

static BLOCKS: LazyLock<BTreeMap<&'static str, Block>> = LazyLock::new(|| {
    let block = |table: &reading::Table| {
        let skipped = EVERYWHERE.iter().chain(table.skip);
        let skipped = skipped.flat_map(|(why, names)| {
            names.split_whitespace().map(|name| (name, Fate::Ignored(*why)))
        });
        let read = table.read.split_whitespace().map(|name| (name, Fate::Understood));
        Block { path: table.path, fates: skipped.chain(read).collect() }
    };
    reading::tables().map(|table| (table.path, block(table))).collect()
});

/// What a block is to us.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// It is read.
    Table(&'static Block),
    /// It says nothing about connections.
    Skipped(Because),
    /// Nobody knows.
    Unknown,
}

impl Meaning {
    /// The fate of the lines that open it.
    pub(super) fn of_block(self) -> Fate {
        match self {
            Self::Table(_) => Fate::Understood,
            Self::Skipped(why) => Fate::Ignored(why),
            Self::Unknown => Fate::Unrecognized,
        }
    }

    /// The fate of a setting in it, before anybody has looked at its value.
    pub(super) fn of_setting(self, name: &str) -> Fate {
        match self {
            // What the browser shows, whatever the block.
            Self::Table(block) if name.starts_with("gui-") && !block.fates.contains_key(name) => {
                Fate::Ignored(Presentation)
            }
            Self::Table(block) => block.fates.get(name).copied().unwrap_or_default(),
            other => other.of_block(),
        }
    }
}

/// Settings that say nothing in whatever block.
const EVERYWHERE: reading::Skipped = &[(
    Presentation,
    "uuid uuid-idx comment comments color tags fabric-object global-object visibility
     global-label label obj-tag obj-id",
)];

/// Outermost blocks that say nothing about connections: a name, or with a blank at the end
/// everything that begins so.
const SKIPPED: &[(&str, Because)] = &[
    ("alertemail ", Logging),
    ("antivirus ", Inspection),
    ("application ", Inspection),
    ("casb ", Inspection),
    ("certificate ", KeyMaterial),
    ("cifs ", Inspection),
    ("diameter-filter ", Inspection),
    ("dlp ", Inspection),
    ("dnsfilter ", Inspection),
    ("emailfilter ", Inspection),
    ("endpoint-control ", Inspection),
    ("file-filter ", Inspection),
    ("firewall DoS-policy", Inspection),
    ("firewall DoS-policy6", Inspection),
    ("firewall carrier-endpoint-bwl", Inspection),
    ("firewall internet-service-name", Presentation),
    ("firewall ldb-monitor", Performance),
    ("firewall multicast-address", Housekeeping),
    ("firewall multicast-address6", Housekeeping),
    ("firewall profile-group", Inspection),
    ("firewall profile-protocol-options", Inspection),
    ("firewall proxy-address", Inspection),
    ("firewall schedule group", Housekeeping),
    ("firewall service category", Presentation),
    ("firewall shaper per-ip-shaper", Performance),
    ("firewall shaper traffic-shaper", Performance),
    ("firewall shaping-policy", Performance),
    ("firewall shaping-profile", Performance),
    ("firewall ssh local-ca", Housekeeping),
    ("firewall ssh local-key", Housekeeping),
    ("firewall ssh setting", Housekeeping),
    ("firewall ssl setting", Inspection),
    ("firewall ssl-server", Inspection),
    ("firewall ssl-ssh-profile", Inspection),
    ("firewall traffic-class", Performance),
    ("firewall wildcard-fqdn custom", Inspection),
    ("firewall wildcard-fqdn group", Inspection),
    ("gtp ", Inspection),
    ("icap ", Inspection),
    ("ips ", Inspection),
    ("log ", Logging),
    ("report ", Logging),
    ("router access-list", Housekeeping),
    ("router access-list6", Housekeeping),
    ("router aspath-list", Housekeeping),
    ("router auth-path", Housekeeping),
    ("router community-list", Housekeeping),
    ("router key-chain", Housekeeping),
    ("router prefix-list", Housekeeping),
    ("router prefix-list6", Housekeeping),
    ("router route-map", Housekeeping),
    ("router setting", Housekeeping),
    ("sctp-filter ", Inspection),
    ("ssh-filter ", Inspection),
    ("switch-controller auto-config ", Hardware),
    ("switch-controller flow-tracking", Logging),
    ("switch-controller igmp-snooping", Hardware),
    ("switch-controller initial-config ", Hardware),
    ("switch-controller lldp-profile", Hardware),
    ("switch-controller lldp-settings", Hardware),
    ("switch-controller network-monitor-settings", Logging),
    ("switch-controller ptp ", Hardware),
    ("switch-controller qos ", Hardware),
    ("switch-controller remote-log", Logging),
    ("switch-controller security-policy ", Hardware),
    ("switch-controller sflow", Logging),
    ("switch-controller storm-control", Hardware),
    ("switch-controller storm-control-policy", Hardware),
    ("switch-controller stp-settings", Hardware),
    ("switch-controller switch-profile", Hardware),
    ("switch-controller traffic-policy", Hardware),
    ("system accprofile", Housekeeping),
    ("system alarm", Logging),
    ("system alias", Presentation),
    ("system arp-table", Housekeeping),
    ("system auto-install", Housekeeping),
    ("system automation-action", Logging),
    ("system automation-destination", Logging),
    ("system automation-stitch", Logging),
    ("system automation-trigger", Logging),
    ("system autoupdate push-update", Housekeeping),
    ("system autoupdate schedule", Housekeeping),
    ("system cluster-sync", Housekeeping),
    ("system console", Hardware),
    ("system custom-language", Presentation),
    ("system ddns", Resolver),
    ("system device-upgrade", Housekeeping),
    ("system dns", Resolver),
    ("system dns-database", Resolver),
    ("system dns-server", Resolver),
    ("system dns64", Resolver),
    ("system dscp-based-priority", Performance),
    ("system email-server", Logging),
    ("system external-resource", Inspection),
    ("system federated-upgrade", Housekeeping),
    ("system fips-cc", Housekeeping),
    ("system fm", Housekeeping),
    ("system fortiai", Logging),
    ("system fortindr", Logging),
    ("system fortisandbox", Inspection),
    ("system fsso-polling", Housekeeping),
    ("system ftm-push", Housekeeping),
    ("system geoip-override", Housekeeping),
    ("system gui-dashboard", Presentation),
    ("system ike", Performance),
    ("system ips", Inspection),
    ("system ips-urlfilter-dns", Resolver),
    ("system ips-urlfilter-dns6", Resolver),
    ("system isf-queue-profile", Hardware),
    ("system link-monitor", Logging),
    ("system lldp network-policy", Housekeeping),
    ("system mac-address-table", Housekeeping),
    ("system management-tunnel", Housekeeping),
    ("system nat64", Housekeeping),
    ("system netflow", Logging),
    ("system network-visibility", Logging),
    ("system np6", Hardware),
    ("system np6xlite", Hardware),
    ("system np7", Hardware),
    ("system npu", Hardware),
    ("system ntp", Clock),
    ("system object-tagging", Presentation),
    ("system password-policy", Housekeeping),
    ("system password-policy-guest-admin", Housekeeping),
    ("system physical-switch", Hardware),
    ("system probe-response", Logging),
    ("system ptp", Clock),
    ("system replacemsg ", Presentation),
    ("system replacemsg-group", Presentation),
    ("system replacemsg-image", Presentation),
    ("system resource-limits", Performance),
    ("system saml", Housekeeping),
    ("system sdn-connector", Housekeeping),
    ("system session-helper", Performance),
    ("system session-ttl", Performance),
    ("system sflow", Logging),
    ("system sms-server", Logging),
    ("system speed-test-schedule", Performance),
    ("system speed-test-server", Performance),
    ("system speed-test-setting", Logging),
    ("system ssh-config", Housekeeping),
    ("system sso-admin", Housekeeping),
    ("system standalone-cluster", Housekeeping),
    ("system storage", Hardware),
    ("system stp", Hardware),
    ("system tos-based-priority", Performance),
    ("system vdom-dns", Resolver),
    ("system vdom-exception", Housekeeping),
    ("system vdom-netflow", Logging),
    ("system vdom-property", Performance),
    ("system vdom-sflow", Logging),
    ("system virtual-wan-link health-check", Logging),
    ("user adgrp", Housekeeping),
    ("user certificate", Housekeeping),
    ("user device-category", Presentation),
    ("user domain-controller", Housekeeping),
    ("user exchange", Housekeeping),
    ("user fortitoken", Housekeeping),
    ("user fsso", Housekeeping),
    ("user fsso-polling", Housekeeping),
    ("user krb-keytab", Housekeeping),
    ("user ldap", Housekeeping),
    ("user nac-policy", Housekeeping),
    ("user password-policy", Housekeeping),
    ("user peer", Housekeeping),
    ("user peergrp", Housekeeping),
    ("user pop3", Housekeeping),
    ("user quarantine", Inspection),
    ("user radius", Housekeeping),
    ("user saml", Housekeeping),
    ("user security-exempt-list", Housekeeping),
    ("user setting", Housekeeping),
    ("user tacacs+", Housekeeping),
    ("videofilter ", Inspection),
    ("virtual-patch ", Inspection),
    ("voip ", Voice),
    ("vpn certificate ca", KeyMaterial),
    ("vpn certificate crl", KeyMaterial),
    ("vpn certificate local", KeyMaterial),
    ("vpn certificate ocsp-server", KeyMaterial),
    ("vpn certificate remote", KeyMaterial),
    ("vpn certificate setting", KeyMaterial),
    ("vpn ssl web host-check-software", Inspection),
    ("waf ", Inspection),
    ("wanopt ", Performance),
    ("web-proxy debug-url", Logging),
    ("web-proxy global", Inspection),
    ("webfilter ", Inspection),
    ("wireless-controller apcfg-profile", Hardware),
    ("wireless-controller arrp-profile", Hardware),
    ("wireless-controller ble-profile", Hardware),
    ("wireless-controller bonjour-profile", Hardware),
    ("wireless-controller global", Hardware),
    ("wireless-controller hotspot20 ", Hardware),
    ("wireless-controller inter-controller", Hardware),
    ("wireless-controller log", Logging),
    ("wireless-controller qos-profile", Hardware),
    ("wireless-controller region", Hardware),
    ("wireless-controller setting", Hardware),
    ("wireless-controller timers", Hardware),
    ("wireless-controller utm-profile", Hardware),
    ("wireless-controller wids-profile", Hardware),
    ("wireless-controller wtp-profile", Hardware),
];

/// Blocks within rows that say nothing about connections, whatever the table.
const SKIPPED_INSIDE: &[(&str, Because)] = &[
    ("gui-dashboard", Presentation),
    ("dashboard-tabs", Presentation),
    ("dashboard", Presentation),
    ("tagging", Presentation),
    ("egress-queues", Performance),
    ("client-options", Housekeeping),
    ("health-check", Logging),
    ("login-time", Presentation),
    ("reserved-address", Housekeeping),
];

/// The first words of outermost blocks.
const CATEGORIES: &[&str] = &[
    "alertemail",
    "antivirus",
    "application",
    "automation",
    "certificate",
    "cifs",
    "diameter-filter",
    "dlp",
    "dnsfilter",
    "emailfilter",
    "endpoint-control",
    "extender",
    "extender-controller",
    "extension-controller",
    "file-filter",
    "firewall",
    "ftp-proxy",
    "gtp",
    "icap",
    "ips",
    "log",
    "monitoring",
    "report",
    "router",
    "rule",
    "sctp-filter",
    "spamfilter",
    "ssh-filter",
    "switch-controller",
    "system",
    "user",
    "videofilter",
    "virtual-patch",
    "voip",
    "vpn",
    "waf",
    "wanopt",
    "web-proxy",
    "webfilter",
    "wireless-controller",
    "ztna",
];

/// Whether a block of this name stands in no other.
pub(super) fn is_outermost(name: &str) -> bool {
    name.split_once(' ').is_some_and(|(first, _)| CATEGORIES.contains(&first))
}

/// What a block is, in another one or outermost.
pub(super) fn meaning(parent: Option<Meaning>, name: &str) -> Meaning {
    let table = |path: &str| BLOCKS.get(path).map(Meaning::Table);
    match parent {
        None => table(name).or_else(|| skipped(name)).unwrap_or(Meaning::Unknown),
        Some(Meaning::Table(parent)) => {
            let inside = SKIPPED_INSIDE.iter().find(|(it, _)| *it == name);
            // `config redistribute "connected"`: the rest is a choice, not a name.
            let first = name.split_once(' ').map_or(name, |(first, _)| first);
            table(&format!("{}/{name}", parent.path))
                .or_else(|| table(&format!("{}/{first}", parent.path)))
                .or(inside.map(|(_, why)| Meaning::Skipped(*why)))
                .unwrap_or(Meaning::Unknown)
        }
        Some(skipped) => skipped,
    }
}

fn skipped(name: &str) -> Option<Meaning> {
    let first = name.split_once(' ').map_or(name, |(first, _)| first);
    let whole =
        |it: &str| name == it || name.strip_prefix(it).is_some_and(|it| it.starts_with(' '));
    let found = SKIPPED.iter().find(|(it, _)| match it.strip_suffix(' ') {
        Some(start) => start == first || whole(start),
        None => *it == name,
    });
    found.map(|(_, why)| Meaning::Skipped(*why))
}

#[cfg(test)]
mod tests {
    use super::super::reading;
    use super::{BLOCKS, CATEGORIES, SKIPPED};
    use std::collections::BTreeSet;

    #[test]
    fn lists_agree() {
        let tables: Vec<_> = reading::tables().collect();
        assert_eq!(tables.len(), BLOCKS.len(), "a block stands twice");
        for table in tables {
            let first = table.path.split([' ', '/']).next().unwrap_or_default();
            let known = CATEGORIES.contains(&first) || ["vdom", "global"].contains(&first);
            assert!(known, "{}", table.path);
            let mut seen = BTreeSet::new();
            for names in table.skip.iter().map(|(_, names)| *names).chain([table.read]) {
                for name in names.split_whitespace() {
                    assert!(seen.insert(name), "{}: {name} twice", table.path);
                }
            }
        }
        for (path, _) in SKIPPED {
            assert!(!BLOCKS.contains_key(path), "{path} twice");
        }
    }
}
