//! What is read of which block, and what is passed over and why.
//!
//! A setting that stands in neither list is unrecognized. Names as in the FortiOS CLI Reference.

use super::super::coverage::{Because, Fate};
use super::reading::TABLES;
use Because::{Clock, Hardware, Housekeeping, KeyMaterial, Logging, Performance};
use Because::{Inspection, Presentation, Resolver, Voice};

/// A block whose settings become facts.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name; of a block within a row, the name of the table, `/` and its own.
    pub(super) path: &'static str,
    /// Settings that become facts, or that change nothing when they have their usual value.
    pub(super) read: &'static [&'static str],
    /// Settings that say nothing about connections.
    pub(super) skip: &'static [(Because, &'static [&'static str])],
}

/// What a block is to us.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// It is read.
    Table(&'static Table),
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
        let Self::Table(table) = self else { return self.of_block() };
        if table.read.contains(&name) {
            return Fate::Understood;
        }
        let lists = table.skip.iter().chain(EVERYWHERE);
        let why = lists.clone().find(|(_, names)| names.contains(&name));
        why.map_or(Fate::Unrecognized, |(why, _)| Fate::Ignored(*why))
    }
}

/// Settings that say nothing in whatever block.
const EVERYWHERE: &[(Because, &[&str])] = &[(
    Presentation,
    &[
        "uuid",
        "uuid-idx",
        "comment",
        "comments",
        "color",
        "tags",
        "fabric-object",
        "global-object",
        "visibility",
        "global-label",
        "label",
        "obj-tag",
        "obj-id",
    ],
)];

/// Outermost blocks that say nothing about connections: a name, or with a blank at the end
/// everything that begins so.
const SKIPPED: &[(&str, Because)] = &[
    ("alertemail ", Logging),
    ("antivirus ", Inspection),
    ("application ", Inspection),
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
    ("firewall ipmacbinding setting", Inspection),
    ("firewall ldb-monitor", Performance),
    ("firewall profile-group", Inspection),
    ("firewall profile-protocol-options", Inspection),
    ("firewall schedule group", Housekeeping),
    ("firewall service category", Presentation),
    ("firewall shaper per-ip-shaper", Performance),
    ("firewall shaper traffic-shaper", Performance),
    ("firewall shaping-policy", Performance),
    ("firewall shaping-profile", Performance),
    ("firewall ssl-server", Inspection),
    ("firewall ssl-ssh-profile", Inspection),
    ("firewall ssl setting", Inspection),
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
    ("router community-list", Housekeeping),
    ("router key-chain", Housekeeping),
    ("router prefix-list", Housekeeping),
    ("router prefix-list6", Housekeeping),
    ("router route-map", Housekeeping),
    ("router setting", Housekeeping),
    ("sctp-filter ", Inspection),
    ("ssh-filter ", Inspection),
    ("system accprofile", Housekeeping),
    ("system alarm", Logging),
    ("system alias", Presentation),
    ("system arp-table", Housekeeping),
    ("system auto-install", Housekeeping),
    ("system auto-script", Housekeeping),
    ("system automation-action", Logging),
    ("system automation-destination", Logging),
    ("system automation-stitch", Logging),
    ("system automation-trigger", Logging),
    ("system autoupdate push-update", Housekeeping),
    ("system autoupdate schedule", Housekeeping),
    ("system console", Hardware),
    ("system custom-language", Presentation),
    ("system ddns", Resolver),
    ("system dns", Resolver),
    ("system dns64", Resolver),
    ("system dns-database", Resolver),
    ("system dns-server", Resolver),
    ("system dscp-based-priority", Performance),
    ("system email-server", Logging),
    ("system external-resource", Inspection),
    ("system fips-cc", Housekeeping),
    ("system fm", Housekeeping),
    ("system fortisandbox", Inspection),
    ("system fsso-polling", Housekeeping),
    ("system ftm-push", Housekeeping),
    ("system geoip-override", Housekeeping),
    ("system gui-dashboard", Presentation),
    ("system ike", Performance),
    ("system ips", Inspection),
    ("system ips-urlfilter-dns", Resolver),
    ("system ips-urlfilter-dns6", Resolver),
    ("system link-monitor", Logging),
    ("system lldp network-policy", Housekeeping),
    ("system mac-address-table", Housekeeping),
    ("system management-tunnel", Housekeeping),
    ("system nat64", Housekeeping),
    ("system netflow", Logging),
    ("system network-visibility", Logging),
    ("system np6", Hardware),
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
    ("user device-category", Presentation),
    ("user quarantine", Inspection),
    ("user setting", Housekeeping),
    ("videofilter ", Inspection),
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
    ("webfilter ", Inspection),
    ("wireless-controller timers", Hardware),
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
    let table = |path: &str| {
        let at = TABLES.binary_search_by(|table| table.path.cmp(path)).ok();
        at.and_then(|at| TABLES.get(at)).map(Meaning::Table)
    };
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
    use super::{CATEGORIES, SKIPPED, TABLES};

    #[test]
    fn lists_are_in_order_and_agree() {
        for pair in TABLES.windows(2) {
            assert!(pair[0].path < pair[1].path, "{} before {}", pair[0].path, pair[1].path);
        }
        for table in TABLES {
            let first = table.path.split([' ', '/']).next().unwrap_or_default();
            let known = CATEGORIES.contains(&first) || ["vdom", "global"].contains(&first);
            assert!(known, "{}", table.path);
            for (_, names) in table.skip {
                for name in *names {
                    assert!(!table.read.contains(name), "{}: {name} twice", table.path);
                }
            }
        }
        for (path, _) in SKIPPED {
            assert!(!TABLES.iter().any(|table| table.path == *path), "{path} twice");
        }
    }
}
