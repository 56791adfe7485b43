//! The blocks that are read, sorted by name.

use super::super::coverage::Because;
use super::tables::Table;
use Because::{Clock, Hardware, Housekeeping, Inspection, Logging};
use Because::{Performance, Presentation};

const fn table(path: &'static str, read: &'static [&'static str]) -> Table {
    Table { path, read, skip: &[] }
}

/// Settings of a policy that choose how permitted content is looked at and recorded.
#[rustfmt::skip]
const POLICY: &[(Because, &[&str])] = &[
    (
        Inspection,
        &[
    "utm-status", "inspection-mode", "profile-type", "profile-group", "profile-protocol-options",
    "ssl-ssh-profile", "av-profile", "webfilter-profile", "dnsfilter-profile",
    "emailfilter-profile", "spamfilter-profile", "dlp-sensor", "dlp-profile",
    "file-filter-profile", "ips-sensor", "ips-voip-filter", "application-list", "voip-profile",
    "waf-profile", "icap-profile", "cifs-profile", "ssh-filter-profile", "sctp-filter-profile",
    "videofilter-profile", "virtual-patch-profile", "casb-profile", "diameter-filter-profile",
    "application-charts", "http-policy-redirect", "ssh-policy-redirect", "webproxy-profile",
    "webcache", "webcache-https", "wanopt", "wanopt-detection", "wanopt-profile", "wanopt-peer",
    "wanopt-passive-opt", "wccp", "decrypted-traffic-mirror", "block-notification",
    "replacemsg-override-group", "ntlm", "ntlm-guest", "ntlm-enabled-browsers", "disclaimer",
    "email-collect", "custom-log-fields",
        ],
    ),
    (
        Logging,
        &["logtraffic", "logtraffic-start", "logtraffic-app", "capture-packet", "send-deny-packet"],
    ),
    (
        Performance,
        &[
    "tcp-mss-sender", "tcp-mss-receiver", "traffic-shaper", "traffic-shaper-reverse",
    "per-ip-shaper", "dynamic-shaping", "session-ttl", "auto-asic-offload", "np-acceleration",
    "delay-tcp-npu-session", "diffserv-forward", "diffserv-reverse", "diffservcode-forward",
    "diffservcode-rev", "diffserv-copy", "vlan-cos-fwd", "vlan-cos-rev", "timeout-send-rst",
    "tcp-timeout-pid", "udp-timeout-pid",
        ],
    ),
    (Presentation, &["redirect-url", "auth-redirect-addr", "natip"]),
];

/// Every block that is read.
// Packed by hand: one word a line would be thousands of lines.
#[rustfmt::skip]
pub(super) const TABLES: &[Table] = &[
    Table {
        path: "firewall address",
        read: &[
    "subnet", "type", "start-ip", "end-ip", "wildcard", "fqdn", "wildcard-fqdn", "country",
    "interface", "associated-interface", "sub-type", "macaddr", "allow-routing",
        ],
        skip: &[(Performance, &["cache-ttl"]), (Housekeeping, &["clearpass-spt", "list", "dirty"])],
    },
    Table {
        path: "firewall address6",
        read: &["ip6", "type", "start-ip", "end-ip", "fqdn", "host-type"],
        skip: &[(Performance, &["cache-ttl"])],
    },
    table(
    "firewall addrgrp",
        &["member", "exclude", "exclude-member", "type", "category", "allow-routing"],
    ),
    table("firewall addrgrp6", &["member"]),
    table(
    "firewall central-snat-map",
        &[
    "status", "srcintf", "dstintf", "orig-addr", "dst-addr", "nat", "nat-ippool", "type",
    "protocol", "nat-port", "orig-port", "dst-port",
        ],
    ),
    Table {
        path: "firewall consolidated policy",
        read: &[
    "name", "status", "srcintf", "dstintf", "srcaddr4", "dstaddr4", "srcaddr6", "dstaddr6",
    "action", "schedule", "service", "nat", "groups", "users", "ippool", "poolname4",
    "srcaddr-negate", "dstaddr-negate", "service-negate",
        ],
        skip: POLICY,
    },
    table("firewall internet-service-definition", &[]),
    Table {
        path: "firewall ippool",
        read: &["startip", "endip", "type", "associated-interface"],
        skip: &[(
            Performance,
            &[
    "arp-reply", "arp-intf", "permit-any-host", "block-size", "num-blocks-per-user", "pba-timeout",
    "source-startip", "source-endip", "nat64", "add-nat64-route", "startport", "endport",
    "port-per-user",
            ],
        )],
    },
    table(
    "firewall local-in-policy",
        &[
    "intf", "srcaddr", "dstaddr", "action", "service", "schedule", "status", "srcaddr-negate",
    "dstaddr-negate", "service-negate", "ha-mgmt-intf-only",
        ],
    ),
    table(
    "firewall local-in-policy6",
        &[
    "intf", "srcaddr", "dstaddr", "action", "service", "schedule", "status", "srcaddr-negate",
    "dstaddr-negate", "service-negate",
        ],
    ),
    Table {
        path: "firewall policy",
        read: &[
    "name", "status", "srcintf", "dstintf", "srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "action",
    "schedule", "service", "nat", "groups", "users", "fsso-groups", "fsso", "ippool", "poolname",
    "poolname6", "fixedport", "srcaddr-negate", "dstaddr-negate", "srcaddr6-negate",
    "dstaddr6-negate", "service-negate", "internet-service", "internet-service-src",
    "internet-service6", "internet-service6-src", "match-vip", "match-vip-only", "vpntunnel",
    "inbound", "outbound", "schedule-timeout", "rtp-nat", "geoip-match", "nat46", "nat64",
    "permit-any-host", "permit-stun-host", "policy-expiry", "ztna-status", "learning-mode",
    "captive-portal-exempt", "auth-path", "tcp-session-without-syn", "anti-replay",
    "identity-based", "dsri", "radius-mac-auth-bypass", "srcaddr-negate", "natinbound",
    "natoutbound", "reputation-minimum", "reputation-direction", "auth-cert",
    "passive-wan-health-measurement",
        ],
        skip: POLICY,
    },
    Table {
        path: "firewall policy6",
        read: &[
    "name", "status", "srcintf", "dstintf", "srcaddr", "dstaddr", "action", "schedule", "service",
    "nat", "groups", "users", "ippool", "poolname", "srcaddr-negate", "dstaddr-negate",
    "service-negate", "vpntunnel", "inbound", "outbound",
        ],
        skip: POLICY,
    },
    table("firewall schedule onetime", &["start", "end", "start-utc", "end-utc"]),
    table("firewall schedule recurring", &["start", "end", "day"]),
    Table {
        path: "firewall service custom",
        read: &[
    "tcp-portrange", "udp-portrange", "udplite-portrange", "sctp-portrange", "protocol",
    "protocol-number", "icmptype", "icmpcode", "iprange", "fqdn", "proxy", "explicit-proxy",
    "app-service-type",
        ],
        skip: &[
            (Presentation, &["category"]),
            (
                Performance,
                &[
    "tcp-halfclose-timer", "tcp-halfopen-timer", "tcp-timewait-timer", "tcp-rst-timer",
    "udp-idle-timer", "session-ttl",
                ],
            ),
            (Inspection, &["helper", "check-reset-range"]),
        ],
    },
    table("firewall service group", &["member", "proxy", "explicit-proxy"]),
    Table {
        path: "firewall vip",
        read: &[
    "extip", "extintf", "mappedip", "portforward", "protocol", "extport", "mappedport", "type",
    "src-filter", "service", "status", "nat-source-vip", "mapped-addr", "srcintf-filter",
    "server-type", "id", "portmapping-type", "nat44", "extaddr",
        ],
        skip: &[(
            Performance,
            &[
    "arp-reply", "ldb-method", "persistence", "http-multiplex", "max-embryonic-connections",
    "gratuitous-arp-interval", "dns-mapping-ttl", "http-ip-header", "monitor",
            ],
        )],
    },
    Table {
        path: "firewall vip/realservers",
        read: &["ip", "port", "status", "type", "address"],
        skip: &[(Performance, &["weight", "max-connections", "holddown-interval", "healthcheck"])],
    },
    table("firewall vipgrp", &["interface", "member"]),
    table("global", &[]),
    Table {
        path: "router bgp",
        read: &["as"],
        skip: &[(
            Housekeeping,
            &[
    "router-id", "keepalive-timer", "holdtime-timer", "ebgp-multipath", "ibgp-multipath",
    "graceful-restart", "log-neighbour-changes", "log-neighbor-changes", "network-import-check",
    "distance-external", "distance-internal", "distance-local", "scan-time", "deterministic-med",
    "always-compare-med", "bestpath-as-path-ignore",
            ],
        )],
    },
    Table {
        path: "router bgp/neighbor",
        read: &["remote-as", "shutdown", "local-as", "interface", "update-source"],
        skip: &[(
            Housekeeping,
            &[
    "soft-reconfiguration", "soft-reconfiguration6", "next-hop-self",
    "capability-default-originate", "route-map-in", "route-map-out", "prefix-list-in",
    "prefix-list-out", "distribute-list-in", "distribute-list-out", "weight", "description",
    "advertisement-interval", "keep-alive-timer", "holdtime-timer", "connect-timer",
    "ebgp-enforce-multihop", "ebgp-multihop-ttl", "link-down-failover", "send-community",
    "activate", "activate6", "bfd", "capability-graceful-restart", "route-reflector-client",
    "maximum-prefix", "stale-route",
            ],
        )],
    },
    Table {
        path: "router bgp/network",
        read: &[],
        skip: &[(Housekeeping, &["prefix", "route-map", "backdoor", "network-import-check"])],
    },
    Table {
        path: "router bgp/redistribute",
        read: &[],
        skip: &[(Housekeeping, &["status", "route-map"])],
    },
    Table {
        path: "router policy",
        read: &[
    "input-device", "output-device", "src", "dst", "srcaddr", "dstaddr", "protocol", "start-port",
    "end-port", "gateway", "status", "action", "seq-num",
        ],
        skip: &[(Performance, &["tos", "tos-mask"])],
    },
    Table {
        path: "router static",
        read: &[
    "dst", "gateway", "device", "distance", "priority", "status", "blackhole", "sdwan",
    "sdwan-zone", "virtual-wan-link", "internet-service", "internet-service-custom", "dstaddr",
    "dynamic-gateway", "vrf",
        ],
        skip: &[(
            Housekeeping,
            &["weight", "link-monitor-exempt", "bfd", "src", "preferred-source"],
        )],
    },
    Table {
        path: "router static6",
        read: &[
    "dst", "gateway", "device", "distance", "priority", "status", "blackhole", "sdwan",
    "sdwan-zone", "virtual-wan-link", "devindex", "dynamic-gateway", "vrf", "dstaddr",
        ],
        skip: &[(Housekeeping, &["weight", "link-monitor-exempt", "bfd"])],
    },
    Table {
        path: "system admin",
        read: &[
    "password", "trusthost1", "trusthost2", "trusthost3", "trusthost4", "trusthost5", "trusthost6",
    "trusthost7", "trusthost8", "trusthost9", "trusthost10", "ip6-trusthost1", "ip6-trusthost2",
    "ip6-trusthost3", "ip6-trusthost4", "ip6-trusthost5", "ip6-trusthost6", "ip6-trusthost7",
    "ip6-trusthost8", "ip6-trusthost9", "ip6-trusthost10", "remote-auth", "peer-auth",
        ],
        skip: &[(
            Housekeeping,
            &[
    "accprofile", "vdom", "gui-default-dashboard-template", "gui-ignore-release-overview-version",
    "gui-global-menu-favorites", "gui-vdom-menu-favorites", "gui-ignore-invalid-signature-version",
    "password-expire", "force-password-change", "email-to", "sms-server", "sms-phone",
    "sms-custom-server", "wildcard", "remote-group", "accprofile-override", "vdom-override",
    "radius-vdom-override", "radius-accprofile-override", "ssh-public-key1", "ssh-public-key2",
    "ssh-public-key3", "ssh-certificate", "guest-auth", "guest-usergroups", "peer-group",
    "two-factor", "two-factor-authentication", "two-factor-notification", "fortitoken", "schedule",
    "allow-remove-admin-session", "old-password", "history0", "history1", "hidden",
    "gui-detail-panel-location", "gui-dashboard-menu", "status",
            ],
        )],
    },
    Table {
        path: "system central-management",
        read: &["type", "fmg", "mode", "fmg-source-ip", "serial-number"],
        skip: &[(
            Housekeeping,
            &[
    "schedule-config-restore", "schedule-script-restore", "allow-push-configuration",
    "allow-push-firmware", "allow-remote-firmware-upgrade", "allow-monitor",
    "include-default-servers", "enc-algorithm", "fmg-update-port", "vdom",
    "interface-select-method", "fortigate-cloud-sso-default-profile", "ltefw-upgrade-time",
    "allow-remote-lte-firmware-upgrade", "ca-cert", "local-cert", "fmg-source-ip6",
            ],
        )],
    },
    Table {
        path: "system dhcp server",
        read: &["interface", "status", "server-type", "mac-acl-default-action"],
        skip: &[(
            Housekeeping,
            &[
    "dns-service", "dns-server1", "dns-server2", "dns-server3", "dns-server4", "default-gateway",
    "netmask", "lease-time", "ntp-service", "ntp-server1", "ntp-server2", "ntp-server3", "domain",
    "timezone", "timezone-option", "wins-server1", "wins-server2", "filename", "next-server",
    "conflicted-ip-timeout", "auto-configuration", "forticlient-on-net-status", "wifi-ac1",
    "wifi-ac2", "wifi-ac3", "wifi-ac-service", "ip-mode", "ipsec-lease-hold",
    "dhcp-settings-from-fortiipam", "auto-managed-status", "ddns-update", "vci-match",
    "vci-string", "relay-agent", "shared-subnet", "option1", "option2", "option3", "tftp-server",
            ],
        )],
    },
    Table {
        path: "system dhcp server/exclude-range",
        read: &[],
        skip: &[(Housekeeping, &["start-ip", "end-ip"])],
    },
    table("system dhcp server/ip-range", &["start-ip", "end-ip"]),
    Table {
        path: "system dhcp server/options",
        read: &[],
        skip: &[(Housekeeping, &["code", "type", "value", "ip"])],
    },
    Table {
        path: "system dhcp6 server",
        read: &["interface", "status", "subnet"],
        skip: &[(
            Housekeeping,
            &[
    "dns-service", "dns-server1", "dns-server2", "dns-server3", "lease-time", "domain",
    "rapid-commit", "ip-mode", "upstream-interface", "delegated-prefix-iaid",
            ],
        )],
    },
    table("system dhcp6 server/ip-range", &["start-ip", "end-ip"]),
    Table {
        path: "system fortiguard",
        read: &["auto-join-forticloud"],
        skip: &[(
            Housekeeping,
            &[
    "protocol", "port", "sdns-server-ip", "sdns-server-port", "sdns-options", "service-account-id",
    "fortiguard-anycast", "fortiguard-anycast-source", "antispam-force-off", "antispam-cache",
    "antispam-cache-ttl", "antispam-cache-mpercent", "antispam-timeout", "webfilter-force-off",
    "webfilter-cache", "webfilter-cache-ttl", "webfilter-timeout", "outbreak-prevention-force-off",
    "outbreak-prevention-cache", "outbreak-prevention-cache-ttl",
    "outbreak-prevention-cache-mpercent", "outbreak-prevention-timeout", "anycast-sdns-server-ip",
    "anycast-sdns-server-port", "source-ip", "source-ip6", "proxy-server-ip", "proxy-server-port",
    "proxy-username", "update-server-location", "update-ffdb", "update-uwdb", "update-extdb",
    "update-build-proxy", "persistent-connection", "ddns-server-ip", "ddns-server-port",
    "auto-firmware-upgrade", "auto-firmware-upgrade-day", "auto-firmware-upgrade-delay",
    "auto-firmware-upgrade-start-hour", "auto-firmware-upgrade-end-hour",
    "interface-select-method", "videofilter-license", "vdom", "FDS-license-expiring-days",
    "sandbox-region", "sandbox-inline-scan", "load-balance-servers", "gui-prompt-auto-upgrade",
            ],
        )],
    },
    Table {
        path: "system global",
        read: &[
    "hostname", "admin-sport", "admin-port", "admin-ssh-port", "admin-telnet-port",
    "admin-https-redirect", "admin-telnet", "vdom-mode", "vdom-admin", "management-vdom",
        ],
        skip: &[
            (Clock, &["timezone", "dst", "daily-restart", "restart-time"]),
            (
                Presentation,
                &[
    "alias", "language", "gui-theme", "gui-certificates", "gui-custom-language", "gui-date-format",
    "gui-date-time-source", "gui-device-latitude", "gui-device-longitude", "gui-display-hostname",
    "gui-ipv6", "gui-lines-per-page", "gui-local-out", "gui-replacement-message-groups",
    "gui-rest-api-cache", "gui-wireless-opensecurity", "gui-allow-default-hostname",
    "gui-cdn-usage", "gui-firmware-upgrade-warning", "gui-firmware-upgrade-setup-warning",
    "gui-forticare-registration-setup-warning", "gui-fortigate-cloud-sandbox",
    "gui-fortisandbox-cloud", "gui-fortiguard-resource-fetch", "gui-enforce-change-summary",
    "gui-workflow-management", "gui-auto-upgrade-setup-warning", "gui-app-detection-sdwan",
    "pre-login-banner", "post-login-banner", "lcd-pin", "hostname-display",
                ],
            ),
            (
                Housekeeping,
                &[
    "admintimeout", "admin-concurrent", "admin-console-timeout", "admin-forticloud-sso-login",
    "admin-hsts-max-age", "admin-lockout-duration", "admin-lockout-threshold", "admin-login-max",
    "admin-maintainer", "admin-restrict-local", "admin-scp", "admin-server-cert",
    "admin-ssh-grace-time", "admin-ssh-password", "admin-ssh-v1", "admin-https-pki-required",
    "admin-https-ssl-versions", "admin-https-ssl-ciphersuites", "admin-https-ssl-banned-ciphers",
    "admin-reset-button", "admin-host", "strong-crypto", "ssl-min-proto-version",
    "ssl-static-key-ciphers", "ssh-kex-sha1", "ssh-mac-weak", "ssh-cbc-cipher", "ssh-hmac-md5",
    "ssh-enc-algo", "ssh-kex-algo", "ssh-mac-algo", "ssh-hostkey-algo", "auth-cert",
    "auth-http-port", "auth-https-port", "auth-keepalive", "auth-session-limit",
    "auto-auth-extension-device", "autorun-log-fsck", "av-affinity", "av-failopen",
    "av-failopen-session", "batch-cmdb", "cfg-save", "cfg-revert-timeout", "check-protocol-header",
    "check-reset-range", "cli-audit-log", "cloud-communication", "clt-cert-req",
    "compliance-check", "compliance-check-time", "cpu-use-threshold", "csr-ca-attribute",
    "device-identification-active-scan-delay", "device-idle-timeout", "dh-params", "disk-usage",
    "dnsproxy-worker-count", "dst", "early-tcp-npu-session", "endpoint-control-fds-access",
    "endpoint-control-portal-port", "failtime", "faz-disk-buffer-size", "fds-statistics",
    "fds-statistics-period", "fec-port", "fgd-alert-subscription", "forticarrier-bypass",
    "forticonverter-config-upload", "forticonverter-integration", "fortiextender",
    "fortiextender-data-port", "fortiextender-discovery-lockdown",
    "fortiextender-provision-on-authorization", "fortiextender-vlan-mode", "fortiipam-integration",
    "fortiservice-port", "fortitoken-cloud", "honor-df", "ike-embryonic-limit",
    "interface-subnet-usage", "internet-service-database", "internet-service-download-list",
    "ip-src-port-range", "ips-affinity", "ipsec-asic-offload", "ipsec-ha-seqjump-rate",
    "ipsec-hmac-offload", "ipsec-round-robin", "ipsec-soft-dec-async", "ipv6-accept-dad",
    "ipv6-allow-anycast-probe", "ipv6-allow-local-in-slient-drop", "ipv6-allow-multicast-probe",
    "ipv6-allow-traffic-redirect", "irq-time-accounting", "ldapconntimeout", "lldp-reception",
    "lldp-transmission", "log-ssl-connection", "log-uuid-address", "log-uuid-policy", "log-uuid",
    "log-single-cpu-high", "login-timestamp", "management-ip", "management-port",
    "management-port-use-admin-sport", "max-dlpstat-memory", "max-route-cache-size",
    "mc-ttl-notchange", "memory-use-threshold-extreme", "memory-use-threshold-green",
    "memory-use-threshold-red", "miglog-affinity", "miglogd-children",
    "multi-factor-authentication", "multicast-forward", "ndp-max-entry", "per-user-bal",
    "per-user-bwl", "phase1-rekey", "pmtu-discovery", "policy-auth-concurrent", "post-quantum",
    "private-data-encryption", "proxy-and-explicit-proxy", "proxy-auth-lifetime",
    "proxy-auth-lifetime-timeout", "proxy-auth-timeout", "proxy-cert-use-mgmt-vdom",
    "proxy-cipher-hardware-acceleration", "proxy-hardware-acceleration", "proxy-keep-alive-mode",
    "proxy-kxp-hardware-acceleration", "proxy-re-authentication-mode",
    "proxy-re-authentication-time", "proxy-resource-mode", "proxy-worker-count", "purdue-level",
    "quic-ack-thresold", "quic-congestion-control-algo", "quic-max-datagram-size", "quic-pmtud",
    "quic-tls-handshake-timeout", "quic-udp-payload-size-shaping-per-cid", "radius-port",
    "reboot-upon-config-restore", "refresh", "remoteauthtimeout", "reset-sessionless-tcp",
    "revision-backup-on-logout", "revision-image-auto-backup", "scanunit-count",
    "security-rating-result-submission", "security-rating-run-on-schedule", "send-pmtu-icmp",
    "sflowd-max-children-num", "snat-route-change", "special-file-23-support", "speedtest-server",
    "split-port", "ssd-trim-date", "ssd-trim-freq", "ssd-trim-hour", "ssd-trim-min",
    "ssd-trim-weekday", "sslvpn-cipher-hardware-acceleration", "sslvpn-ems-sn-check",
    "sslvpn-kxp-hardware-acceleration", "sslvpn-max-worker-count", "sslvpn-plugin-version-check",
    "sslvpn-web-mode", "switch-controller", "switch-controller-reserved-network",
    "sys-perf-log-interval", "syslog-affinity", "tcp-halfclose-timer", "tcp-halfopen-timer",
    "tcp-option", "tcp-rst-timer", "tcp-timewait-timer", "tftp", "tp-mc-skip-policy",
    "traffic-priority", "traffic-priority-level", "two-factor-email-expiry",
    "two-factor-fac-expiry", "two-factor-ftk-expiry", "two-factor-ftm-expiry",
    "two-factor-sms-expiry", "udp-idle-timer", "url-filter-affinity", "url-filter-count",
    "user-device-store-max-devices", "user-device-store-max-unified-mem",
    "user-device-store-max-users", "user-server-cert", "vip-arp-range", "virtual-server-count",
    "virtual-server-hardware-acceleration", "virtual-switch-vlan", "wad-affinity",
    "wad-csvc-cs-count", "wad-csvc-db-count", "wad-memory-change-granularity",
    "wad-restart-end-time", "wad-restart-mode", "wad-restart-start-time", "wad-source-affinity",
    "wad-worker-count", "wifi-ca-certificate", "wifi-certificate", "wimax-4g-usb",
    "wireless-controller", "wireless-controller-port", "wireless-mode", "airline-mode",
    "anti-replay", "arp-max-entry", "allow-traffic-redirect", "bfd-affinity",
    "block-session-timer", "br-fdb-max-entry", "cert-chain-max", "hyper-scale-vdom-num",
    "httpd-max-worker-count", "gui-feature-visibility", "ha-affinity", "iff-set",
    "intf-subnet-usage", "log-daemon-cpu-threshold",
                ],
            ),
        ],
    },
    table(
    "system gre-tunnel",
        &[
    "interface", "remote-gw", "local-gw", "ip-version", "remote-gw6", "local-gw6", "use-sdwan",
    "keepalive-interval", "keepalive-failtimes", "key-inbound", "key-outbound",
    "checksum-transmission", "checksum-reception", "sequence-number-transmission",
    "sequence-number-reception", "dscp-copying", "diffservcode",
        ],
    ),
    Table {
        path: "system ha",
        read: &[],
        skip: &[(
            Housekeeping,
            &[
    "group-id", "group-name", "mode", "hbdev", "session-pickup", "session-pickup-connectionless",
    "session-pickup-delay", "session-pickup-expectation", "session-pickup-nat", "session-sync-dev",
    "override", "override-wait-time", "priority", "monitor", "arps", "arps-interval",
    "ha-eth-type", "hb-interval", "hb-interval-in-milliseconds", "hb-lost-threshold",
    "hello-holddown", "hc-eth-type", "l2ep-eth-type", "load-balance-all", "link-failed-signal",
    "uninterruptible-upgrade", "upgrade-mode", "schedule", "weight", "sync-config",
    "sync-packet-balance", "encryption", "authentication", "key", "gratuitous-arps", "route-hold",
    "route-ttl", "route-wait", "ha-direct", "ha-uptime-diff-margin", "ssd-failover",
    "memory-compatible-mode", "memory-based-failover", "logical-sn", "unicast-hb",
    "unicast-hb-netmask", "unicast-hb-peerip", "unicast-status", "failover-hold-time",
    "pingserver-failover-threshold", "pingserver-flip-timeout", "pingserver-monitor-interface",
    "pingserver-secondary-force-reset", "vcluster-id", "vcluster-status", "vcluster2", "vdom",
    "standalone-mgmt-vdom", "standalone-config-sync", "cpu-threshold", "memory-threshold",
    "multicast-ttl", "inter-cluster-session-sync", "http-proxy-threshold", "ftp-proxy-threshold",
    "imap-proxy-threshold", "nntp-proxy-threshold", "pop3-proxy-threshold", "smtp-proxy-threshold",
            ],
        )],
    },
    Table {
        path: "system interface",
        read: &[
    "vdom", "ip", "type", "alias", "description", "allowaccess", "role", "vlanid", "interface",
    "member", "mode", "status", "macaddr", "remote-ip", "secondary-IP", "username", "password",
    "defaultgw", "distance", "dhcp-relay-service", "dhcp-relay-ip", "trust-ip-1", "trust-ip-2",
    "trust-ip-3", "dedicated-to", "management-ip", "vrf", "security-mode", "l2tp-client",
    "pptp-client", "explicit-web-proxy", "explicit-ftp-proxy", "ike-saml-server", "vlan-protocol",
    "fortilink", "switch", "l2forward", "vlanforward", "stpforward", "netbios-forward",
    "disc-retry-timeout", "fail-detect",
        ],
        skip: &[
            (
                Performance,
                &[
    "mtu", "mtu-override", "tcp-mss", "speed", "inbandwidth", "outbandwidth",
    "estimated-upstream-bandwidth", "estimated-downstream-bandwidth",
    "measured-upstream-bandwidth", "measured-downstream-bandwidth", "bandwidth-measure-time",
    "ingress-spillover-threshold", "spillover-threshold", "weight", "egress-shaping-profile",
    "ingress-shaping-profile", "priority", "polling-interval", "ring-rx", "ring-tx", "bfd",
    "bfd-desired-min-tx", "bfd-detect-mult", "bfd-required-min-rx", "egress-cos", "ingress-cos",
    "disconnect-threshold", "arpforward",
                ],
            ),
            (
                Logging,
                &[
    "monitor-bandwidth", "netflow-sampler", "netflow-sample-rate", "sflow-sampler", "sample-rate",
    "sample-direction", "device-identification", "lldp-reception", "lldp-transmission",
    "lldp-network-policy", "device-user-identification", "device-identification-active-scan",
    "scan-botnet-connections", "ips-sniffer-mode", "broadcast-forticlient-discovery", "gwdetect",
    "detectserver", "detectprotocol", "ping-serv-status", "ha-priority",
                ],
            ),
            (
                Hardware,
                &[
    "lacp-mode", "lacp-speed", "lacp-ha-secondary", "lacp-ha-slave", "min-links", "min-links-down",
    "algorithm", "link-up-delay", "aggregate-type", "aggregate", "redundant-interface",
    "mediatype", "stp", "stp-bpdu-guard", "stp-ha-secondary", "subst", "substitute-dst-mac",
    "autogenerated", "internal", "devindex", "forward-domain", "icmp-accept-redirect",
    "icmp-send-redirect", "auto-auth-extension-device", "fortilink-split-interface",
    "fortilink-stacking", "fortilink-neighbor-detect", "fortilink-backup-link",
    "switch-controller-access-vlan", "switch-controller-arp-inspection",
    "switch-controller-dhcp-snooping", "switch-controller-dhcp-snooping-option82",
    "switch-controller-dhcp-snooping-verify-mac", "switch-controller-feature",
    "switch-controller-igmp-snooping", "switch-controller-igmp-snooping-fast-leave",
    "switch-controller-igmp-snooping-proxy", "switch-controller-iot-scanning",
    "switch-controller-learning-limit", "switch-controller-mgmt-vlan", "switch-controller-nac",
    "switch-controller-dynamic", "switch-controller-netflow-collect",
    "switch-controller-rspan-mode", "switch-controller-source-ip",
    "switch-controller-traffic-policy", "switch-controller-offload",
    "switch-controller-offload-gw", "switch-controller-offload-ip", "color",
    "fail-action-on-extender", "fail-alert-interfaces", "fail-alert-method", "fail-detect-option",
    "dhcp-client-identifier", "dhcp-renew-time", "dhcp-relay-agent-option", "dhcp-relay-type",
    "dhcp-relay-interface-select-method", "dhcp-relay-request-all-server", "dhcp-relay-source-ip",
    "dhcp-relay-link-selection", "dhcp-relay-circuit-id", "dhcp-relay-vrf-select",
    "dhcp-smart-relay", "dhcp-classless-route-addition", "dhcp-broadcast-flag",
                ],
            ),
            (
                Housekeeping,
                &[
    "snmp-index", "ip-managed-by-fortiipam", "preserve-session-route", "auth-type", "ipunnumbered",
    "pppoe-unnumbered-negotiate", "idle-timeout", "initiated-retry", "lcp-echo-interval",
    "lcp-max-echo-fails", "padt-retry-timeout", "service-name", "ac-name", "pppoe-egress-cos",
    "dns-server-override", "dns-server-protocol", "dns-query", "sw-algorithm", "system-id",
    "system-id-type", "swc-first-create", "swc-vlan", "managed-subnetwork-size", "eap-supplicant",
    "wccp", "drop-fragment", "drop-overlapped-fragment", "src-check", "wins-ip", "reachable-time",
    "default-purdue-level", "ident-accept", "external", "security-external-web", "security-groups",
    "security-exempt-list", "security-redirect-url", "security-external-logout",
    "security-mac-auth-bypass", "security-8021x-mode", "security-8021x-master",
    "security-8021x-dynamic-vlan-id", "security-ip-auth-bypass", "replacemsg-override-group",
    "captive-portal", "outbound-bandwidth", "proxy-captive-portal", "interconnect-profile",
    "mirroring-direction", "mirroring-port",
                ],
            ),
        ],
    },
    Table {
        path: "system interface/ipv6",
        read: &[
    "ip6-address", "ip6-mode", "ip6-allowaccess", "autoconf", "ip6-send-adv",
    "dhcp6-prefix-delegation", "ip6-delegated-prefix-iaid", "ip6-upstream-interface", "ip6-subnet",
    "dhcp6-relay-service", "dhcp6-relay-ip",
        ],
        skip: &[(
            Housekeeping,
            &[
    "ip6-manage-flag", "ip6-other-flag", "ip6-max-interval", "ip6-min-interval", "ip6-link-mtu",
    "ip6-reachable-time", "ip6-retrans-time", "ip6-default-life", "ip6-hop-limit",
    "ip6-dns-server-override", "dhcp6-information-request", "dhcp6-prefix-hint",
    "dhcp6-prefix-hint-plt", "dhcp6-prefix-hint-vlt", "dhcp6-client-options", "dhcp6-relay-type",
    "nd-mode", "nd-cga-modifier", "nd-security-level", "nd-timestamp-delta", "nd-timestamp-fuzz",
    "nd-cert", "unique-autoconf-addr", "interface-identifier", "vrip6_link_local",
    "vrrp-virtual-mac6", "icmp6-send-redirect", "ra-send-mtu", "ip6-prefix-mode",
    "cli-conn6-status", "dhcp6-relay-interface-id", "dhcp6-relay-source-interface",
    "dhcp6-relay-source-ip",
            ],
        )],
    },
    table("system interface/ipv6/ip6-extra-addr", &[]),
    Table {
        path: "system interface/ipv6/ip6-prefix-list",
        read: &[],
        skip: &[(
            Housekeeping,
            &[
    "autonomous-flag", "onlink-flag", "preferred-life-time", "valid-life-time", "rdnss", "dnssl",
            ],
        )],
    },
    Table {
        path: "system interface/secondaryip",
        read: &["ip", "allowaccess"],
        skip: &[(
            Logging,
            &[
    "gwdetect", "detectserver", "detectprotocol", "ping-serv-status", "ha-priority",
    "secip-relay-ip",
            ],
        )],
    },
    table(
    "system interface/vrrp",
        &[
    "vrip", "status", "priority", "preempt", "vrgrp", "adv-interval", "start-time", "version",
    "accept-mode", "ignore-default-route",
        ],
    ),
    table(
    "system ipip-tunnel",
        &["interface", "remote-gw", "local-gw", "use-sdwan", "auto-asic-offload"],
    ),
    table(
    "system lte-modem",
        &[
    "status", "apn", "interface", "mode", "username", "passwd", "extra-init", "holddown-timer",
    "pdptype", "authtype", "allow-modify-mtu-size", "allow-modify-wireless-profile-table",
        ],
    ),
    table(
    "system modem",
        &[
    "status", "phone1", "phone2", "phone3", "username1", "username2", "username3", "passwd1",
    "passwd2", "passwd3", "mode", "interface",
        ],
    ),
    table(
    "system pppoe-interface",
        &[
    "device", "username", "password", "dial-on-demand", "auth-type", "ipv6", "idle-timeout",
    "lcp-echo-interval", "lcp-max-echo-fails", "disc-retry-timeout", "padt-retry-timeout",
    "service-name", "ac-name", "pppoe-unnumbered-negotiate", "ipunnumbered",
        ],
    ),
    table("system sdwan", &["status", "load-balance-mode"]),
    Table {
        path: "system sdwan/duplication",
        read: &[],
        skip: &[(
            Performance,
            &[
    "srcaddr", "dstaddr", "srcintf", "dstintf", "service", "packet-duplication", "service-id",
            ],
        )],
    },
    table(
    "system sdwan/members",
        &[
    "interface", "zone", "gateway", "gateway6", "status", "priority", "priority6", "cost",
    "weight", "source", "source6", "volume-ratio", "spillover-threshold",
    "ingress-spillover-threshold", "preferred-source",
        ],
    ),
    Table {
        path: "system sdwan/neighbor",
        read: &[],
        skip: &[(
            Performance,
            &["member", "role", "health-check", "sla-id", "mode", "minimum-sla-meet-members"],
        )],
    },
    table("system sdwan/service", &[]),
    table(
    "system sdwan/zone",
        &["service-sla-tie-break", "minimum-sla-meet-members", "advpn-select"],
    ),
    Table {
        path: "system settings",
        read: &[
    "opmode", "manageip", "manageip6", "central-nat", "status", "inspection-mode", "ngfw-mode",
    "ike-port", "gateway", "vdom-type", "device", "consolidated-firewall-mode",
        ],
        skip: &[
            (Presentation, &["gui-default-policy-columns", "lan-extension-controller-addr"]),
            (
                Housekeeping,
                &[
    "sip-helper", "sip-nat-trace", "sip-ssl-port", "sip-tcp-port", "sip-udp-port",
    "sip-expectation", "sccp-port", "h323-direct-model", "default-voip-alg-mode", "vpn-stats-log",
    "vpn-stats-period", "v4-ecmp-mode", "bfd", "bfd-desired-min-tx", "bfd-detect-mult",
    "bfd-dont-enforce-src-port", "bfd-required-min-rx", "utf8-spam-tagging", "wccp-cache-engine",
    "ses-denied-traffic", "strict-src-check", "mac-ttl", "fw-session-hairpin",
    "prp-trailer-action", "snat-hairpin-traffic", "dhcp-proxy",
    "dhcp-proxy-interface-select-method", "dhcp-server-ip", "dhcp6-server-ip",
    "discovered-device-timeout", "email-portal-check-dns", "default-app-port-as-service",
    "default-policy-expiry-days", "gui-allow-unnamed-policy", "ike-dn-format", "ike-policy-route",
    "ike-quick-crash-detect", "ike-session-resume", "ike-detailed-event-logs", "ike-tcp-port",
    "implicit-allow-dns", "allow-subnet-overlap", "allow-linkdown-path", "auxiliary-session",
    "block-land-attack", "ecmp-max-paths", "firewall-session-dirty",
    "internet-service-database-cache", "ext-resource-session-check", "dyn-addr-session-check",
    "detect-unknown-esp", "link-down-access", "lldp-reception", "lldp-transmission", "location-id",
    "multicast-forward", "multicast-ttl-notchange", "multicast-skip-policy",
    "nat46-force-ipv4-packet-forwarding", "nat46-generate-ipv6-fragment-header",
    "nat64-force-ipv6-packet-forwarding", "intree-ses-best-route", "policy-offload-level",
    "application-bandwidth-tracking", "asymroute-icmp", "asymroute6-icmp",
    "hyperscale-default-policy-action",
                ],
            ),
        ],
    },
    table(
    "system sit-tunnel",
        &["destination", "interface", "ip6", "source", "use-sdwan", "auto-asic-offload"],
    ),
    table(
    "system snmp community",
        &[
    "status", "name", "query-v1-status", "query-v2c-status", "query-v1-port", "query-v2c-port",
    "trap-v1-status", "trap-v2c-status", "events", "trap-v1-lport", "trap-v1-rport",
    "trap-v2c-lport", "trap-v2c-rport", "mib-view", "vdoms",
        ],
    ),
    table(
    "system snmp community/hosts",
        &["ip", "host-type", "ha-direct", "source-ip", "interface-select-method"],
    ),
    table("system snmp community/hosts6", &["ipv6", "host-type", "ha-direct", "source-ipv6"]),
    table(
    "system snmp sysinfo",
        &[
    "status", "contact-info", "location", "engine-id", "engine-id-type", "trap-high-cpu-threshold",
    "trap-low-memory-threshold", "trap-log-full-threshold", "append-index",
    "trap-free-memory-threshold", "trap-freeable-memory-threshold", "non-mgmt-vdom-query",
        ],
    ),
    table(
    "system snmp user",
        &[
    "status", "security-level", "auth-proto", "priv-proto", "queries", "query-port",
    "notify-hosts", "notify-hosts6", "events", "trap-status", "trap-lport", "trap-rport",
    "ha-direct", "source-ip", "source-ipv6", "mib-view", "vdoms",
        ],
    ),
    table(
    "system switch-interface",
        &[
    "vdom", "member", "type", "intra-switch-policy", "span", "span-dest-port", "span-direction",
    "span-source-port", "mac-ttl",
        ],
    ),
    table("system virtual-switch", &["physical-switch", "vlan", "span"]),
    table("system virtual-switch/port", &["status", "speed", "alias"]),
    table("system virtual-wan-link", &["status", "load-balance-mode"]),
    table(
    "system virtual-wan-link/members",
        &[
    "interface", "gateway", "gateway6", "status", "priority", "cost", "weight", "source",
    "source6", "volume-ratio",
        ],
    ),
    table("system virtual-wire-pair", &["member", "wildcard-vlan", "vlan-filter"]),
    table(
    "system vxlan",
        &[
    "interface", "vni", "remote-ip", "remote-ip6", "dstport", "ip-version", "local-ip", "evpn-id",
    "learn-from-traffic", "multicast-ttl", "auto-asic-offload",
        ],
    ),
    table("system zone", &["interface", "intrazone", "description"]),
    Table {
        path: "user group",
        read: &["member", "group-type"],
        skip: &[(
            Housekeeping,
            &[
    "authtimeout", "auth-concurrent-override", "auth-concurrent-value", "http-digest-realm",
    "sso-attribute-value", "user-id", "password", "user-name", "sponsor", "company", "email",
    "mobile-phone", "sms-server", "sms-custom-server", "expire-type", "expire", "max-accounts",
    "multiple-guest-add", "logic-type", "id",
            ],
        )],
    },
    Table {
        path: "user group/match",
        read: &[],
        skip: &[(Housekeeping, &["server-name", "group-name"])],
    },
    Table {
        path: "user local",
        read: &["status", "type", "two-factor", "passwd"],
        skip: &[(
            Housekeeping,
            &[
    "fortitoken", "email-to", "sms-server", "sms-phone", "sms-custom-server",
    "two-factor-authentication", "two-factor-notification", "passwd-policy", "passwd-time",
    "authtimeout", "auth-concurrent-override", "auth-concurrent-value", "ldap-server",
    "radius-server", "tacacs+-server", "workstation", "username-sensitivity",
    "username-case-sensitivity", "username-case-insensitivity", "ppk-identity", "id",
            ],
        )],
    },
    table("vdom", &[]),
    Table { path: "vpn ipsec phase1", read: PHASE1, skip: PHASE1_SKIP },
    Table { path: "vpn ipsec phase1-interface", read: PHASE1, skip: PHASE1_SKIP },
    Table { path: "vpn ipsec phase2", read: PHASE2, skip: PHASE2_SKIP },
    Table { path: "vpn ipsec phase2-interface", read: PHASE2, skip: PHASE2_SKIP },
    table(
    "vpn l2tp",
        &[
    "status", "sip", "eip", "usrgrp", "enforce-ipsec", "lcp-echo-interval", "lcp-max-echo-fails",
    "hello-interval", "compress",
        ],
    ),
    table("vpn pptp", &["status", "sip", "eip", "usrgrp", "ip-mode", "local-ip"]),
    Table {
        path: "vpn ssl settings",
        read: &[
    "status", "source-interface", "source-address", "source-address6", "source-address-negate",
    "source-address6-negate", "port", "tunnel-ip-pools", "tunnel-ipv6-pools", "default-portal",
    "reqclientcert", "dtls-tunnel", "servercert", "sslvpn-enable",
        ],
        skip: &[(
            Housekeeping,
            &[
    "algorithm", "auth-timeout", "idle-timeout", "login-attempt-limit", "login-block-time",
    "login-timeout", "dns-server1", "dns-server2", "dns-suffix", "wins-server1", "wins-server2",
    "ipv6-dns-server1", "ipv6-dns-server2", "ssl-min-proto-ver", "ssl-max-proto-ver",
    "banned-cipher", "ciphersuite", "ssl-insert-empty-fragment", "https-redirect",
    "x-content-type-options", "unsafe-legacy-renegotiation", "force-two-factor-auth",
    "header-x-forwarded-for", "http-compression", "http-only-cookie", "http-request-body-timeout",
    "http-request-header-timeout", "hsts-include-subdomains", "deflate-compression-level",
    "deflate-min-data-size", "dtls-hello-timeout", "dtls-max-proto-ver", "dtls-min-proto-ver",
    "dtls-heartbeat-idle-timeout", "dtls-heartbeat-interval", "dtls-heartbeat-fail-count",
    "check-referer", "client-sigalgs", "dual-stack-mode", "encode-2f-sequence",
    "encrypt-and-store-password", "port-precedence", "route-source-interface",
    "saml-redirect-port", "server-hostname", "tunnel-addr-assigned-method",
    "tunnel-connect-without-reauth", "tunnel-user-session-timeout", "url-obscuration", "user-peer",
    "web-mode-snat", "transform-backward-slashes", "auto-tunnel-static-route",
    "browser-language-detection", "ztna-trusted-client", "tlsv1-0", "tlsv1-1", "tlsv1-2",
    "tlsv1-3", "sslv3",
            ],
        )],
    },
    table(
    "vpn ssl settings/authentication-rule",
        &[
    "source-interface", "source-address", "source-address-negate", "groups", "users", "portal",
    "realm", "auth", "client-cert", "cipher", "user-peer",
        ],
    ),
    Table {
        path: "vpn ssl web portal",
        read: &["tunnel-mode", "ipv6-tunnel-mode", "web-mode", "ip-pools", "ipv6-pools"],
        skip: &[
            (
                Presentation,
                &[
    "heading", "theme", "custom-lang", "display-bookmark", "display-connection-tools",
    "display-history", "display-status", "customize-forticlient-download-url",
    "forticlient-download", "forticlient-download-method", "macos-forticlient-download-url",
    "windows-forticlient-download-url", "redir-url", "clipboard", "focus-bookmark",
    "landing-page-mode",
                ],
            ),
            (
                Housekeeping,
                &[
    "allow-user-access", "auto-connect", "keep-alive", "save-password", "limit-user-logins",
    "ip-mode", "dhcp-ip-overlap", "dhcp-reservation", "host-check", "host-check-interval",
    "host-check-policy", "os-check", "mac-addr-action", "mac-addr-check", "split-tunneling",
    "split-tunneling-routing-address", "split-tunneling-routing-negate", "ipv6-split-tunneling",
    "ipv6-split-tunneling-routing-address", "ipv6-split-tunneling-routing-negate",
    "exclusive-routing", "ipv6-exclusive-routing", "service-restriction", "dns-server1",
    "dns-server2", "dns-suffix", "ipv6-dns-server1", "ipv6-dns-server2", "ipv6-wins-server1",
    "ipv6-wins-server2", "wins-server1", "wins-server2", "user-bookmark", "user-group-bookmark",
    "smb-ntlmv1-auth", "smb-min-version", "smb-max-version", "skip-check-for-browser",
    "skip-check-for-unsupported-os", "transform-backward-slashes", "use-sdwan", "prefer-ipv6-dns",
    "client-src-range", "hide-sso-credential", "rewrite-ip-uri-ui", "default-window-height",
    "default-window-width", "ipv6-service-restriction", "ip-pool-assignment",
                ],
            ),
        ],
    },
];

/// Settings of the first phase of IPsec.
#[rustfmt::skip]
const PHASE1: &[&str] = &[
    "interface", "ike-version", "type", "remote-gw", "remote-gw6", "remotegw-ddns", "ip-version",
    "local-gw", "local-gw6", "mode", "peertype", "peerid", "peer", "peergrp", "usrgrp", "localid",
    "localid-type", "proposal", "dhgrp", "authmethod", "authmethod-remote", "certificate",
    "xauthtype", "authusr", "authusrgrp", "mode-cfg", "assign-ip", "ipv4-start-ip", "ipv4-end-ip",
    "ipv4-name", "eap", "eap-identity", "passive-mode", "auto-negotiate", "encapsulation",
    "net-device", "add-route", "auto-discovery-sender", "auto-discovery-receiver",
    "auto-discovery-forwarder", "auto-discovery-psk", "auto-discovery-shortcuts", "monitor",
    "remote-gw-match", "remote-gw-subnet", "remote-gw-start-ip", "remote-gw-end-ip", "transport",
    "vni", "encapsulation-address", "encap-local-gw4", "encap-remote-gw4", "client-auto-negotiate",
    "eap-exclude-peergrp", "remote-gw-country", "assign-ip-from", "ipv4-netmask",
];
#[rustfmt::skip]
const PHASE1_SKIP: &[(Because, &[&str])] = &[(
    Housekeeping,
    &[
    "keylife", "dpd", "dpd-retrycount", "dpd-retryinterval", "dpd-retry-interval", "nattraversal",
    "keepalive", "distance", "priority", "wizard-type", "add-gw-route", "childless-ike",
    "fragmentation", "fragmentation-mtu", "ip-fragmentation", "negotiate-timeout", "rekey",
    "reauth", "send-cert-chain", "signature-hash-alg", "rsa-signature-format",
    "rsa-signature-hash-override", "digital-signature-auth", "idle-timeout",
    "idle-timeoutinterval", "ha-sync-esp-seqno", "inbound-dscp-copy", "include-local-lan",
    "save-password", "unity-support", "domain", "banner", "backup-gateway", "dns-mode",
    "ipv4-dns-server1", "ipv4-dns-server2", "ipv4-dns-server3", "ipv4-wins-server1",
    "ipv4-wins-server2", "ipv4-exclude-range", "ipv4-split-include", "ipv4-split-exclude",
    "split-include-service", "ipv6-dns-server1", "ipv6-dns-server2", "ipv6-dns-server3",
    "ipv6-prefix", "ipv6-split-include", "ipv6-split-exclude", "ipv6-start-ip", "ipv6-end-ip",
    "ipv6-name", "acct-verify", "ppk", "ppk-identity", "default-gw", "default-gw-priority",
    "tunnel-search", "exchange-interface-ip", "exchange-ip-addr4", "exchange-ip-addr6",
    "mesh-selector-type", "mode-cfg-allow-client-selector", "forticlient-enforcement",
    "enforce-unique-id", "cert-id-validation", "group-authentication", "suite-b", "esn",
    "fec-base", "fec-codec", "fec-egress", "fec-ingress", "fec-receive-timeout", "fec-redundant",
    "fec-send-timeout", "fec-health-check", "fec-mapping-profile", "monitor-hold-down-delay",
    "monitor-hold-down-type", "monitor-hold-down-time", "monitor-hold-down-weekday",
    "network-overlay", "network-id", "loopback-asymroute", "npu-offload",
    "auto-discovery-offer-interval", "link-cost", "kms", "aggregate-member", "aggregate-weight",
    "dev-id", "dev-id-notification", "packet-redistribution", "cert-trust-store", "qkd",
    "shared-idle-timeout", "addke1", "addke2", "addke3", "addke4", "addke5", "addke6", "addke7",
    ],
)];

/// Settings of the second phase of IPsec.
#[rustfmt::skip]
const PHASE2: &[&str] = &[
    "phase1name", "proposal", "pfs", "dhgrp", "src-addr-type", "dst-addr-type", "src-subnet",
    "dst-subnet", "src-subnet6", "dst-subnet6", "src-name", "dst-name", "src-name6", "dst-name6",
    "src-start-ip", "src-end-ip", "dst-start-ip", "dst-end-ip", "auto-negotiate", "encapsulation",
    "l2tp", "protocol", "src-port", "dst-port",
];
#[rustfmt::skip]
const PHASE2_SKIP: &[(Because, &[&str])] = &[(
    Housekeeping,
    &[
    "keylifeseconds", "keylifekbs", "keylife-type", "keepalive", "replay", "dhcp-ipsec",
    "add-route", "route-overlap", "single-source", "use-natip", "selector-match",
    "inbound-dscp-copy", "diffserv", "diffservcode", "auto-discovery-sender",
    "auto-discovery-forwarder", "ipv4-df", "initiator-ts-narrow", "addke1", "addke2", "addke3",
    "addke4", "addke5", "addke6", "addke7",
    ],
)];
