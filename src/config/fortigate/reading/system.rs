//! The device itself, its management and its administrators.

use super::Table;
use crate::config::coverage::Because;
use Because::{Clock, Housekeeping, Presentation};

pub(super) const TABLES: &[Table] = &[
    Table { path: "global", read: "", skip: &[] },
    Table {
        path: "system admin",
        read: "password trusthost1 trusthost2 trusthost3 trusthost4 trusthost5 trusthost6
               trusthost7 trusthost8 trusthost9 trusthost10 ip6-trusthost1 ip6-trusthost2
               ip6-trusthost3 ip6-trusthost4 ip6-trusthost5 ip6-trusthost6 ip6-trusthost7
               ip6-trusthost8 ip6-trusthost9 ip6-trusthost10 remote-auth peer-auth",
        skip: &[(
            Housekeeping,
            "accprofile vdom gui-default-dashboard-template gui-ignore-release-overview-version
             gui-global-menu-favorites gui-vdom-menu-favorites
             gui-ignore-invalid-signature-version password-expire force-password-change email-to
             sms-server sms-phone sms-custom-server wildcard remote-group accprofile-override
             vdom-override radius-vdom-override radius-accprofile-override ssh-public-key1
             ssh-public-key2 ssh-public-key3 ssh-certificate guest-auth guest-usergroups
             peer-group two-factor two-factor-authentication two-factor-notification fortitoken
             schedule allow-remove-admin-session old-password history0 history1 hidden
             gui-detail-panel-location gui-dashboard-menu status",
        )],
    },
    Table {
        path: "system central-management",
        read: "type fmg mode fmg-source-ip serial-number",
        skip: &[(
            Housekeeping,
            "schedule-config-restore schedule-script-restore allow-push-configuration
             allow-push-firmware allow-remote-firmware-upgrade allow-monitor
             include-default-servers enc-algorithm fmg-update-port vdom interface-select-method
             fortigate-cloud-sso-default-profile ltefw-upgrade-time
             allow-remote-lte-firmware-upgrade ca-cert local-cert fmg-source-ip6",
        )],
    },
    Table {
        path: "system fortiguard",
        read: "auto-join-forticloud",
        skip: &[(
            Housekeeping,
            "protocol port sdns-server-ip sdns-server-port sdns-options service-account-id
             fortiguard-anycast fortiguard-anycast-source antispam-force-off antispam-cache
             antispam-cache-ttl antispam-cache-mpercent antispam-timeout webfilter-force-off
             webfilter-cache webfilter-cache-ttl webfilter-timeout outbreak-prevention-force-off
             outbreak-prevention-cache outbreak-prevention-cache-ttl
             outbreak-prevention-cache-mpercent outbreak-prevention-timeout
             anycast-sdns-server-ip anycast-sdns-server-port source-ip source-ip6
             proxy-server-ip proxy-server-port proxy-username update-server-location update-ffdb
             update-uwdb update-extdb update-build-proxy persistent-connection ddns-server-ip
             ddns-server-port auto-firmware-upgrade auto-firmware-upgrade-day
             auto-firmware-upgrade-delay auto-firmware-upgrade-start-hour
             auto-firmware-upgrade-end-hour interface-select-method videofilter-license vdom
             FDS-license-expiring-days sandbox-region sandbox-inline-scan load-balance-servers
             gui-prompt-auto-upgrade",
        )],
    },
    Table {
        path: "system global",
        read: "hostname admin-sport admin-port admin-ssh-port admin-telnet-port
               admin-https-redirect admin-telnet vdom-mode vdom-admin management-vdom
               allow-traffic-redirect ipv6-allow-traffic-redirect",
        skip: &[
            (Clock, "timezone dst daily-restart restart-time"),
            (
                Presentation,
                "alias language gui-theme gui-certificates gui-custom-language gui-date-format
                 gui-date-time-source gui-device-latitude gui-device-longitude
                 gui-display-hostname gui-ipv6 gui-lines-per-page gui-local-out
                 gui-replacement-message-groups gui-rest-api-cache gui-wireless-opensecurity
                 gui-allow-default-hostname gui-cdn-usage gui-firmware-upgrade-warning
                 gui-firmware-upgrade-setup-warning gui-forticare-registration-setup-warning
                 gui-fortigate-cloud-sandbox gui-fortisandbox-cloud
                 gui-fortiguard-resource-fetch gui-enforce-change-summary
                 gui-workflow-management gui-auto-upgrade-setup-warning gui-app-detection-sdwan
                 pre-login-banner post-login-banner lcd-pin hostname-display",
            ),
            (
                Housekeeping,
                "admintimeout admin-concurrent admin-console-timeout admin-forticloud-sso-login
                 admin-hsts-max-age admin-lockout-duration admin-lockout-threshold
                 admin-login-max admin-maintainer admin-restrict-local admin-scp
                 admin-server-cert admin-ssh-grace-time admin-ssh-password admin-ssh-v1
                 admin-https-pki-required admin-https-ssl-versions admin-https-ssl-ciphersuites
                 admin-https-ssl-banned-ciphers admin-reset-button admin-host strong-crypto
                 ssl-min-proto-version ssl-static-key-ciphers ssh-kex-sha1 ssh-mac-weak
                 ssh-cbc-cipher ssh-hmac-md5 ssh-enc-algo ssh-kex-algo ssh-mac-algo
                 ssh-hostkey-algo auth-cert auth-http-port auth-https-port auth-keepalive
                 auth-session-limit auto-auth-extension-device autorun-log-fsck av-affinity
                 av-failopen av-failopen-session batch-cmdb cfg-save cfg-revert-timeout
                 check-protocol-header check-reset-range cli-audit-log cloud-communication
                 clt-cert-req compliance-check compliance-check-time cpu-use-threshold
                 csr-ca-attribute device-identification-active-scan-delay device-idle-timeout
                 dh-params disk-usage dnsproxy-worker-count early-tcp-npu-session
                 endpoint-control-fds-access endpoint-control-portal-port failtime
                 faz-disk-buffer-size fds-statistics fds-statistics-period fec-port
                 fgd-alert-subscription forticarrier-bypass forticonverter-config-upload
                 forticonverter-integration fortiextender fortiextender-data-port
                 fortiextender-discovery-lockdown fortiextender-provision-on-authorization
                 fortiextender-vlan-mode fortiipam-integration fortiservice-port
                 fortitoken-cloud honor-df ike-embryonic-limit interface-subnet-usage
                 internet-service-database internet-service-download-list ip-src-port-range
                 ips-affinity ipsec-asic-offload ipsec-ha-seqjump-rate ipsec-hmac-offload
                 ipsec-round-robin ipsec-soft-dec-async ipv6-accept-dad ipv6-allow-anycast-probe
                 ipv6-allow-local-in-slient-drop ipv6-allow-multicast-probe
                 irq-time-accounting ldapconntimeout lldp-reception
                 lldp-transmission log-ssl-connection log-uuid-address log-uuid-policy log-uuid
                 log-single-cpu-high login-timestamp management-ip management-port
                 management-port-use-admin-sport max-dlpstat-memory max-route-cache-size
                 mc-ttl-notchange memory-use-threshold-extreme memory-use-threshold-green
                 memory-use-threshold-red miglog-affinity miglogd-children
                 multi-factor-authentication multicast-forward ndp-max-entry per-user-bal
                 per-user-bwl phase1-rekey pmtu-discovery policy-auth-concurrent post-quantum
                 private-data-encryption proxy-and-explicit-proxy proxy-auth-lifetime
                 proxy-auth-lifetime-timeout proxy-auth-timeout proxy-cert-use-mgmt-vdom
                 proxy-cipher-hardware-acceleration proxy-hardware-acceleration
                 proxy-keep-alive-mode proxy-kxp-hardware-acceleration
                 proxy-re-authentication-mode proxy-re-authentication-time proxy-resource-mode
                 proxy-worker-count purdue-level quic-ack-thresold quic-congestion-control-algo
                 quic-max-datagram-size quic-pmtud quic-tls-handshake-timeout
                 quic-udp-payload-size-shaping-per-cid radius-port reboot-upon-config-restore
                 refresh remoteauthtimeout reset-sessionless-tcp revision-backup-on-logout
                 revision-image-auto-backup scanunit-count security-rating-result-submission
                 security-rating-run-on-schedule send-pmtu-icmp sflowd-max-children-num
                 snat-route-change special-file-23-support speedtest-server split-port
                 ssd-trim-date ssd-trim-freq ssd-trim-hour ssd-trim-min ssd-trim-weekday
                 sslvpn-cipher-hardware-acceleration sslvpn-ems-sn-check
                 sslvpn-kxp-hardware-acceleration sslvpn-max-worker-count
                 sslvpn-plugin-version-check sslvpn-web-mode switch-controller
                 switch-controller-reserved-network sys-perf-log-interval syslog-affinity
                 tcp-halfclose-timer tcp-halfopen-timer tcp-option tcp-rst-timer
                 tcp-timewait-timer tftp tp-mc-skip-policy traffic-priority
                 traffic-priority-level two-factor-email-expiry two-factor-fac-expiry
                 two-factor-ftk-expiry two-factor-ftm-expiry two-factor-sms-expiry
                 udp-idle-timer url-filter-affinity url-filter-count
                 user-device-store-max-devices user-device-store-max-unified-mem
                 user-device-store-max-users user-server-cert vip-arp-range virtual-server-count
                 virtual-server-hardware-acceleration virtual-switch-vlan wad-affinity
                 wad-csvc-cs-count wad-csvc-db-count wad-memory-change-granularity
                 wad-restart-end-time wad-restart-mode wad-restart-start-time
                 wad-source-affinity wad-worker-count wifi-ca-certificate wifi-certificate
                 wimax-4g-usb wireless-controller wireless-controller-port wireless-mode
                 airline-mode anti-replay arp-max-entry bfd-affinity
                 block-session-timer br-fdb-max-entry cert-chain-max hyper-scale-vdom-num
                 httpd-max-worker-count gui-feature-visibility ha-affinity iff-set
                 intf-subnet-usage log-daemon-cpu-threshold",
            ),
        ],
    },
    Table {
        path: "system ha",
        read: "",
        skip: &[(
            Housekeeping,
            "group-id group-name mode hbdev session-pickup session-pickup-connectionless
             session-pickup-delay session-pickup-expectation session-pickup-nat session-sync-dev
             override override-wait-time priority monitor arps arps-interval ha-eth-type
             hb-interval hb-interval-in-milliseconds hb-lost-threshold hello-holddown
             hc-eth-type l2ep-eth-type load-balance-all link-failed-signal
             uninterruptible-upgrade upgrade-mode schedule weight sync-config
             sync-packet-balance encryption authentication key gratuitous-arps route-hold
             route-ttl route-wait ha-direct ha-uptime-diff-margin ssd-failover
             memory-compatible-mode memory-based-failover logical-sn unicast-hb
             unicast-hb-netmask unicast-hb-peerip unicast-status failover-hold-time
             pingserver-failover-threshold pingserver-flip-timeout pingserver-monitor-interface
             pingserver-secondary-force-reset vcluster-id vcluster-status vcluster2 vdom
             standalone-mgmt-vdom standalone-config-sync cpu-threshold memory-threshold
             multicast-ttl inter-cluster-session-sync http-proxy-threshold ftp-proxy-threshold
             imap-proxy-threshold nntp-proxy-threshold pop3-proxy-threshold smtp-proxy-threshold",
        )],
    },
    Table {
        path: "system settings",
        read: "opmode manageip manageip6 central-nat status inspection-mode ngfw-mode ike-port
               gateway vdom-type device consolidated-firewall-mode",
        skip: &[
            (Presentation, "gui-default-policy-columns lan-extension-controller-addr"),
            (
                Housekeeping,
                "sip-helper sip-nat-trace sip-ssl-port sip-tcp-port sip-udp-port sip-expectation
                 sccp-port h323-direct-model default-voip-alg-mode vpn-stats-log
                 vpn-stats-period v4-ecmp-mode bfd bfd-desired-min-tx bfd-detect-mult
                 bfd-dont-enforce-src-port bfd-required-min-rx utf8-spam-tagging
                 wccp-cache-engine ses-denied-traffic strict-src-check mac-ttl
                 fw-session-hairpin prp-trailer-action snat-hairpin-traffic dhcp-proxy
                 dhcp-proxy-interface-select-method dhcp-server-ip dhcp6-server-ip
                 discovered-device-timeout email-portal-check-dns default-app-port-as-service
                 default-policy-expiry-days gui-allow-unnamed-policy ike-dn-format
                 ike-policy-route ike-quick-crash-detect ike-session-resume
                 ike-detailed-event-logs ike-tcp-port implicit-allow-dns allow-subnet-overlap
                 allow-linkdown-path auxiliary-session block-land-attack ecmp-max-paths
                 firewall-session-dirty internet-service-database-cache
                 ext-resource-session-check dyn-addr-session-check detect-unknown-esp
                 link-down-access lldp-reception lldp-transmission location-id multicast-forward
                 multicast-ttl-notchange multicast-skip-policy
                 nat46-force-ipv4-packet-forwarding nat46-generate-ipv6-fragment-header
                 nat64-force-ipv6-packet-forwarding intree-ses-best-route policy-offload-level
                 application-bandwidth-tracking asymroute-icmp asymroute6-icmp
                 hyperscale-default-policy-action",
            ),
        ],
    },
    Table {
        path: "system snmp community",
        read: "status name query-v1-status query-v2c-status query-v1-port query-v2c-port
               trap-v1-status trap-v2c-status events trap-v1-lport trap-v1-rport trap-v2c-lport
               trap-v2c-rport mib-view vdoms",
        skip: &[],
    },
    Table {
        path: "system snmp community/hosts",
        read: "ip host-type ha-direct source-ip interface-select-method",
        skip: &[],
    },
    Table {
        path: "system snmp community/hosts6",
        read: "ipv6 host-type ha-direct source-ipv6",
        skip: &[],
    },
    Table {
        path: "system snmp sysinfo",
        read: "status contact-info location engine-id engine-id-type trap-high-cpu-threshold
               trap-low-memory-threshold trap-log-full-threshold append-index
               trap-free-memory-threshold trap-freeable-memory-threshold non-mgmt-vdom-query",
        skip: &[],
    },
    Table {
        path: "system snmp user",
        read: "status security-level auth-proto priv-proto queries query-port notify-hosts
               notify-hosts6 events trap-status trap-lport trap-rport ha-direct source-ip
               source-ipv6 mib-view vdoms",
        skip: &[],
    },
    Table { path: "vdom", read: "", skip: &[] },
];
