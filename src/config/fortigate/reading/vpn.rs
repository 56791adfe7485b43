//! Tunnels, remote access, and their users.

use super::{Skipped, Table};
use crate::config::coverage::Because;
use Because::{Housekeeping, Presentation};

pub(super) const TABLES: &[Table] = &[
    Table {
        path: "user group",
        read: "member group-type",
        skip: &[(
            Housekeeping,
            "authtimeout auth-concurrent-override auth-concurrent-value http-digest-realm
             sso-attribute-value user-id password user-name sponsor company email mobile-phone
             sms-server sms-custom-server expire-type expire max-accounts multiple-guest-add
             logic-type id",
        )],
    },
    Table { path: "user group/match", read: "", skip: &[(Housekeeping, "server-name group-name")] },
    Table {
        path: "user local",
        read: "status type two-factor passwd",
        skip: &[(
            Housekeeping,
            "fortitoken email-to sms-server sms-phone sms-custom-server
             two-factor-authentication two-factor-notification passwd-policy passwd-time
             authtimeout auth-concurrent-override auth-concurrent-value ldap-server
             radius-server tacacs+-server workstation username-sensitivity
             username-case-sensitivity username-case-insensitivity ppk-identity id",
        )],
    },
    Table { path: "vpn ipsec manualkey", read: MANUAL, skip: &[] },
    Table { path: "vpn ipsec manualkey-interface", read: MANUAL, skip: &[] },
    Table { path: "vpn ipsec phase1", read: PHASE1, skip: PHASE1_SKIP },
    Table { path: "vpn ipsec phase1-interface", read: PHASE1, skip: PHASE1_SKIP },
    Table { path: "vpn ipsec phase2", read: PHASE2, skip: PHASE2_SKIP },
    Table { path: "vpn ipsec phase2-interface", read: PHASE2, skip: PHASE2_SKIP },
    Table {
        path: "vpn l2tp",
        read: "status sip eip usrgrp enforce-ipsec lcp-echo-interval lcp-max-echo-fails
               hello-interval compress",
        skip: &[],
    },
    Table { path: "vpn pptp", read: "status sip eip usrgrp ip-mode local-ip", skip: &[] },
    Table {
        path: "vpn ssl settings",
        read: "status source-interface source-address source-address6 source-address-negate
               source-address6-negate port tunnel-ip-pools tunnel-ipv6-pools default-portal
               reqclientcert dtls-tunnel servercert sslvpn-enable",
        skip: &[(
            Housekeeping,
            "algorithm auth-timeout idle-timeout login-attempt-limit login-block-time
             login-timeout dns-server1 dns-server2 dns-suffix wins-server1 wins-server2
             ipv6-dns-server1 ipv6-dns-server2 ssl-min-proto-ver ssl-max-proto-ver banned-cipher
             ciphersuite ssl-insert-empty-fragment https-redirect x-content-type-options
             unsafe-legacy-renegotiation force-two-factor-auth header-x-forwarded-for
             http-compression http-only-cookie http-request-body-timeout
             http-request-header-timeout hsts-include-subdomains deflate-compression-level
             deflate-min-data-size dtls-hello-timeout dtls-max-proto-ver dtls-min-proto-ver
             dtls-heartbeat-idle-timeout dtls-heartbeat-interval dtls-heartbeat-fail-count
             check-referer client-sigalgs dual-stack-mode encode-2f-sequence
             encrypt-and-store-password port-precedence route-source-interface
             saml-redirect-port server-hostname tunnel-addr-assigned-method
             tunnel-connect-without-reauth tunnel-user-session-timeout url-obscuration user-peer
             web-mode-snat transform-backward-slashes auto-tunnel-static-route
             browser-language-detection ztna-trusted-client tlsv1-0 tlsv1-1 tlsv1-2 tlsv1-3
             sslv3",
        )],
    },
    Table {
        path: "vpn ssl settings/authentication-rule",
        read: "source-interface source-address source-address-negate groups users portal realm
               auth client-cert cipher user-peer",
        skip: &[],
    },
    Table {
        path: "vpn ssl web portal",
        read: "tunnel-mode ipv6-tunnel-mode web-mode ip-pools ipv6-pools",
        skip: &[
            (
                Presentation,
                "heading theme custom-lang display-bookmark display-connection-tools
                 display-history display-status customize-forticlient-download-url
                 forticlient-download forticlient-download-method macos-forticlient-download-url
                 windows-forticlient-download-url redir-url clipboard focus-bookmark
                 landing-page-mode",
            ),
            (
                Housekeeping,
                "allow-user-access auto-connect keep-alive save-password limit-user-logins
                 ip-mode dhcp-ip-overlap dhcp-reservation host-check host-check-interval
                 host-check-policy os-check mac-addr-action mac-addr-check split-tunneling
                 split-tunneling-routing-address split-tunneling-routing-negate
                 ipv6-split-tunneling ipv6-split-tunneling-routing-address
                 ipv6-split-tunneling-routing-negate exclusive-routing ipv6-exclusive-routing
                 service-restriction dns-server1 dns-server2 dns-suffix ipv6-dns-server1
                 ipv6-dns-server2 ipv6-wins-server1 ipv6-wins-server2 wins-server1 wins-server2
                 user-bookmark user-group-bookmark smb-ntlmv1-auth smb-min-version
                 smb-max-version skip-check-for-browser skip-check-for-unsupported-os
                 transform-backward-slashes use-sdwan prefer-ipv6-dns client-src-range
                 hide-sso-credential rewrite-ip-uri-ui default-window-height
                 default-window-width ipv6-service-restriction ip-pool-assignment",
            ),
        ],
    },
];

/// Settings of the first phase of IPsec.
const PHASE1: &str =
    "interface ike-version type remote-gw remote-gw6 remotegw-ddns ip-version local-gw local-gw6
     mode peertype peerid peer peergrp usrgrp localid localid-type proposal dhgrp authmethod
     authmethod-remote certificate xauthtype authusr authusrgrp mode-cfg assign-ip ipv4-start-ip
     ipv4-end-ip ipv4-name eap eap-identity passive-mode auto-negotiate encapsulation net-device
     add-route auto-discovery-sender auto-discovery-receiver auto-discovery-forwarder
     auto-discovery-psk auto-discovery-shortcuts monitor remote-gw-match remote-gw-subnet
     remote-gw-start-ip remote-gw-end-ip transport vni encapsulation-address encap-local-gw4
     encap-remote-gw4 client-auto-negotiate eap-exclude-peergrp remote-gw-country assign-ip-from
     ipv4-netmask";
const PHASE1_SKIP: Skipped = &[(
    Housekeeping,
    "keylife dpd dpd-retrycount dpd-retryinterval dpd-retry-interval nattraversal keepalive
         distance priority wizard-type add-gw-route childless-ike fragmentation
         fragmentation-mtu ip-fragmentation negotiate-timeout rekey reauth send-cert-chain
         signature-hash-alg rsa-signature-format rsa-signature-hash-override
         digital-signature-auth idle-timeout idle-timeoutinterval ha-sync-esp-seqno
         inbound-dscp-copy include-local-lan save-password unity-support domain banner
         backup-gateway dns-mode ipv4-dns-server1 ipv4-dns-server2 ipv4-dns-server3
         ipv4-wins-server1 ipv4-wins-server2 ipv4-exclude-range ipv4-split-include
         ipv4-split-exclude split-include-service ipv6-dns-server1 ipv6-dns-server2
         ipv6-dns-server3 ipv6-prefix ipv6-split-include ipv6-split-exclude ipv6-start-ip
         ipv6-end-ip ipv6-name acct-verify ppk ppk-identity default-gw default-gw-priority
         tunnel-search exchange-interface-ip exchange-ip-addr4 exchange-ip-addr6
         mesh-selector-type mode-cfg-allow-client-selector forticlient-enforcement
         enforce-unique-id cert-id-validation group-authentication suite-b esn fec-base
         fec-codec fec-egress fec-ingress fec-receive-timeout fec-redundant fec-send-timeout
         fec-health-check fec-mapping-profile monitor-hold-down-delay monitor-hold-down-type
         monitor-hold-down-time monitor-hold-down-weekday network-overlay network-id
         loopback-asymroute npu-offload auto-discovery-offer-interval link-cost kms
         aggregate-member aggregate-weight dev-id dev-id-notification packet-redistribution
         cert-trust-store qkd shared-idle-timeout addke1 addke2 addke3 addke4 addke5 addke6
         addke7",
)];

/// Settings of the second phase of IPsec.
const PHASE2: &str =
    "phase1name proposal pfs dhgrp src-addr-type dst-addr-type src-subnet dst-subnet src-subnet6
     dst-subnet6 src-name dst-name src-name6 dst-name6 src-start-ip src-end-ip dst-start-ip
     dst-end-ip auto-negotiate encapsulation l2tp protocol src-port dst-port";
const PHASE2_SKIP: Skipped = &[(
    Housekeeping,
    "keylifeseconds keylifekbs keylife-type keepalive replay dhcp-ipsec add-route
         route-overlap single-source use-natip selector-match inbound-dscp-copy diffserv
         diffservcode auto-discovery-sender auto-discovery-forwarder ipv4-df initiator-ts-narrow
         addke1 addke2 addke3 addke4 addke5 addke6 addke7",
)];

/// Settings of a tunnel whose keys are written down.
const MANUAL: &str = "interface remote-gw remote-gw6 ip-version local-gw local-gw6 auth-alg
     authentication enc-alg encryption local-spi localspi remote-spi remotespi addr-type npu-offload";
