//! Objects and policies of the firewall.

use super::{Skipped, Table};
use crate::config::coverage::Because;
use Because::{Housekeeping, Inspection, Logging, Performance, Presentation};

pub(super) const TABLES: &[Table] = &[
    Table {
        path: "firewall address",
        read: "subnet type start-ip end-ip wildcard fqdn wildcard-fqdn country interface
               associated-interface sub-type macaddr allow-routing",
        skip: &[(Performance, "cache-ttl"), (Housekeeping, "clearpass-spt list dirty")],
    },
    Table {
        path: "firewall address6",
        read: "ip6 type start-ip end-ip fqdn host-type",
        skip: &[(Performance, "cache-ttl")],
    },
    Table {
        path: "firewall addrgrp",
        read: "member exclude exclude-member type category allow-routing",
        skip: &[],
    },
    Table { path: "firewall addrgrp6", read: "member", skip: &[] },
    Table {
        path: "firewall central-snat-map",
        read: "status srcintf dstintf orig-addr dst-addr nat nat-ippool type protocol nat-port
               orig-port dst-port",
        skip: &[],
    },
    Table {
        path: "firewall consolidated policy",
        read: "name status srcintf dstintf srcaddr4 dstaddr4 srcaddr6 dstaddr6 action schedule
               service nat groups users ippool poolname4 srcaddr-negate dstaddr-negate
               service-negate",
        skip: POLICY,
    },
    Table { path: "firewall internet-service-definition", read: "", skip: &[] },
    Table {
        path: "firewall ippool",
        read: "startip endip type associated-interface",
        skip: &[(
            Performance,
            "arp-reply arp-intf permit-any-host block-size num-blocks-per-user pba-timeout
             source-startip source-endip nat64 add-nat64-route startport endport port-per-user",
        )],
    },
    Table {
        path: "firewall local-in-policy",
        read: "intf srcaddr dstaddr action service schedule status srcaddr-negate dstaddr-negate
               service-negate ha-mgmt-intf-only",
        skip: &[],
    },
    Table {
        path: "firewall local-in-policy6",
        read: "intf srcaddr dstaddr action service schedule status srcaddr-negate dstaddr-negate
               service-negate",
        skip: &[],
    },
    Table {
        path: "firewall acl",
        read: "status interface srcaddr dstaddr service action",
        skip: &[(Presentation, "comments name")],
    },
    Table {
        path: "firewall ipmacbinding setting",
        read: "bindthroughfw",
        skip: &[(Housekeeping, "bindtofw undefinedhost")],
    },
    Table {
        path: "firewall acl6",
        read: "status interface srcaddr dstaddr service action",
        skip: &[(Presentation, "comments name")],
    },
    Table {
        path: "firewall policy",
        read: "name status srcintf dstintf srcaddr dstaddr srcaddr6 dstaddr6 action schedule
               service nat groups users fsso-groups fsso ippool poolname poolname6 fixedport
               srcaddr-negate dstaddr-negate srcaddr6-negate dstaddr6-negate service-negate
               internet-service internet-service-src internet-service6 internet-service6-src
               match-vip match-vip-only vpntunnel inbound outbound schedule-timeout rtp-nat
               geoip-match nat46 nat64 permit-any-host permit-stun-host policy-expiry
               ztna-status learning-mode captive-portal-exempt auth-path tcp-session-without-syn
               anti-replay identity-based dsri radius-mac-auth-bypass natinbound natoutbound
               reputation-minimum reputation-direction auth-cert passive-wan-health-measurement",
        skip: POLICY,
    },
    Table {
        path: "firewall policy6",
        read: "name status srcintf dstintf srcaddr dstaddr action schedule service nat groups
               users ippool poolname srcaddr-negate dstaddr-negate service-negate vpntunnel
               inbound outbound",
        skip: POLICY,
    },
    Table { path: "firewall schedule onetime", read: "start end start-utc end-utc", skip: &[] },
    Table { path: "firewall schedule recurring", read: "start end day", skip: &[] },
    Table {
        path: "firewall service custom",
        read: "tcp-portrange udp-portrange udplite-portrange sctp-portrange protocol
               protocol-number icmptype icmpcode iprange fqdn proxy explicit-proxy
               app-service-type",
        skip: &[
            (Presentation, "category"),
            (
                Performance,
                "tcp-halfclose-timer tcp-halfopen-timer tcp-timewait-timer tcp-rst-timer
                 udp-idle-timer session-ttl",
            ),
            (Inspection, "helper check-reset-range"),
        ],
    },
    Table { path: "firewall service group", read: "member proxy explicit-proxy", skip: &[] },
    Table {
        path: "firewall vip",
        read: "extip extintf mappedip portforward protocol extport mappedport type src-filter
               service status nat-source-vip mapped-addr srcintf-filter server-type id
               portmapping-type nat44 extaddr",
        skip: &[(
            Performance,
            "arp-reply ldb-method persistence http-multiplex max-embryonic-connections
             gratuitous-arp-interval dns-mapping-ttl http-ip-header monitor",
        )],
    },
    Table {
        path: "firewall vip/realservers",
        read: "ip port status type address",
        skip: &[(Performance, "weight max-connections holddown-interval healthcheck")],
    },
    Table { path: "firewall vipgrp", read: "interface member", skip: &[] },
];

/// Settings of a policy that choose how permitted content is looked at and recorded.
const POLICY: Skipped = &[
    (
        Inspection,
        "utm-status inspection-mode profile-type profile-group profile-protocol-options
         ssl-ssh-profile av-profile webfilter-profile dnsfilter-profile emailfilter-profile
         spamfilter-profile dlp-sensor dlp-profile file-filter-profile ips-sensor
         ips-voip-filter application-list voip-profile waf-profile icap-profile cifs-profile
         ssh-filter-profile sctp-filter-profile videofilter-profile virtual-patch-profile
         casb-profile diameter-filter-profile application-charts http-policy-redirect
         ssh-policy-redirect webproxy-profile webcache webcache-https wanopt wanopt-detection
         wanopt-profile wanopt-peer wanopt-passive-opt wccp decrypted-traffic-mirror
         block-notification replacemsg-override-group ntlm ntlm-guest ntlm-enabled-browsers
         disclaimer email-collect custom-log-fields",
    ),
    (Logging, "logtraffic logtraffic-start logtraffic-app capture-packet send-deny-packet"),
    (
        Performance,
        "tcp-mss-sender tcp-mss-receiver traffic-shaper traffic-shaper-reverse per-ip-shaper
         dynamic-shaping session-ttl auto-asic-offload np-acceleration delay-tcp-npu-session
         diffserv-forward diffserv-reverse diffservcode-forward diffservcode-rev diffserv-copy
         vlan-cos-fwd vlan-cos-rev timeout-send-rst tcp-timeout-pid udp-timeout-pid",
    ),
    (Presentation, "redirect-url auth-redirect-addr natip"),
];
