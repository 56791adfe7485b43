//! What the reports of the incidents say was wrong must be found in their re-creations, each item
//! by the rule named here and about the thing named here.
//!
//! Not judged by a rule of its own: in Okayama one VLAN for internet use joined two sites (4.5), which
//! no zone border shows, and the hypervisors' management was within reach (7), which is exposed by
//! the finding about the unrestricted line.

use super::{files, judge, read, shipped};

/// Hospital, what the report says was wrong, the finding that says so.
const EXPECTED: &[(&str, &str, &str)] = &[
    // 半田: 有識者会議調査報告書（2022-06-07）
    (
        "handa-2021",
        "VPN without a limit of source (4.2.3)",
        "vpn-open-to-any-source devices/fgt60e",
    ),
    (
        "handa-2021",
        "management without a limit of source (4.2.3)",
        "management-open-to-any-source devices/fgt60e",
    ),
    ("handa-2021", "CVE-2018-13379 open (4.2.2)", "known-exploited-version devices/fgt60e"),
    ("handa-2021", "firmware never updated (4.2)", "firmware-not-updated devices/fgt60e"),
    (
        "handa-2021",
        "no second factor (4.2.4)",
        "single-factor-remote-access connections/maintenance",
    ),
    (
        "handa-2021",
        "credentials in the list of 2021-09 (4.2.2)",
        "leaked-credentials-in-use credential_groups/cg-vpn",
    ),
    ("handa-2021", "nobody's duty (3.4.5)", "responsibility-undefined connections/maintenance"),
    (
        "handa-2021",
        "line, carrier unknown (3.4.5.3)",
        "circuit-details-unknown circuits/maintenance-line",
    ),
    ("handa-2021", "the line reaches everything", "unrestricted-target connections/maintenance"),
    (
        "handa-2021",
        "short passwords of the directory",
        "short-password credential_groups/cg-windows",
    ),
    (
        "handa-2021",
        "one administrator on every machine",
        "servers-and-terminals-share-administrator credential_groups/cg-windows",
    ),
    ("handa-2021", "no lockout", "account-without-lockout credential_groups/cg-windows"),
    ("handa-2021", "plain HTTP to the health record", "plaintext-traffic flows/1"),
    ("handa-2021", "backup within reach", "backup-not-offline backups/server"),
    ("handa-2021", "no logs of the box", "logs-missing-or-volatile devices/fgt60e"),
    ("handa-2021", "free Wi-Fi without a password", "wireless-open devices/ap-free"),
    // 大阪: 調査委員会報告書（2023-03-28）と報道
    ("osaka-2022", "RDP always connected", "standing-remote-maintenance connections/meal"),
    ("osaka-2022", "RDP straight from the partner", "direct-remote-desktop connections/meal"),
    ("osaka-2022", "the partner's own VPN entry", "closed-line-to-exposed-partner parties/caterer"),
    ("osaka-2022", "one partner joins several hospitals", "hub-partner parties/caterer"),
    (
        "osaka-2022",
        "the same password everywhere",
        "shared-credentials-across-zones credential_groups/cg-common",
    ),
    ("osaka-2022", "no lockout", "account-without-lockout credential_groups/cg-common"),
    ("osaka-2022", "duties undefined", "responsibility-undefined connections/meal"),
    (
        "osaka-2022",
        "departments reach the health record without limit",
        "zones-joined-without-limit flows/1",
    ),
    // 国分: 病院の公表（2024年3月）
    (
        "kokubu-2024",
        "a port passed on to a computer inside",
        "port-forward-to-inside devices/image-router+systems/image-ws",
    ),
    (
        "kokubu-2024",
        "remote desktop from the internet",
        "direct-remote-desktop connections/image-maintenance",
    ),
    (
        "kokubu-2024",
        "without authentication",
        "no-authentication-at-entry connections/image-maintenance",
    ),
    ("kokubu-2024", "without encryption", "plain-internet-transport connections/image-maintenance"),
    (
        "kokubu-2024",
        "no malware protection on the server reached",
        "external-target-without-antivirus connections/image-maintenance",
    ),
    // 岡山: ランサムウェア事案調査報告書（2025-02-13）
    (
        "okayama-2024",
        "SSL-VPN without a limit of source (8.3.2)",
        "vpn-open-to-any-source devices/sslvpn",
    ),
    (
        "okayama-2024",
        "exploited weaknesses of the ASA (4.4)",
        "known-exploited-version devices/sslvpn",
    ),
    ("okayama-2024", "support of the ASA ended (4.4)", "end-of-support devices/sslvpn"),
    ("okayama-2024", "support of FortiOS 6.0 ended (4.4)", "end-of-support devices/dc-fw1"),
    (
        "okayama-2024",
        "guessable password (5.5.1)",
        "factory-or-guessable-password credential_groups/cg-all",
    ),
    (
        "okayama-2024",
        "the same on VPN and all Windows (5.5.1)",
        "shared-credentials-across-zones credential_groups/cg-all",
    ),
    ("okayama-2024", "no second factor", "single-factor-remote-access connections/maintenance"),
    (
        "okayama-2024",
        "logs in memory, overwritten (5.5.1)",
        "logs-missing-or-volatile devices/sslvpn",
    ),
    ("okayama-2024", "the line reaches everything", "unrestricted-target connections/maintenance"),
    ("okayama-2024", "flat segments (7.4.4)", "zones-joined-without-limit flows/1"),
    ("okayama-2024", "a vendor's own box (4.2), 1", "vendor-owned-box devices/v1-vpn"),
    ("okayama-2024", "a vendor's own box (4.2), 2", "vendor-owned-box devices/v2-vpn"),
    ("okayama-2024", "a vendor's own box (4.2), 3", "vendor-owned-box devices/v3-vpn"),
    ("okayama-2024", "a vendor's own box (4.2), 4", "vendor-owned-box devices/v4-vpn"),
    (
        "okayama-2024",
        "maintenance undefined between A and B (8.3.4)",
        "responsibility-undefined connections/maintenance",
    ),
    ("okayama-2024", "backup on the directory server (7.7)", "backup-not-offline backups/on-ad"),
    (
        "okayama-2024",
        "offline backup claimed, not taken (8.3.3)",
        "backup-claim-unverified backups/claimed",
    ),
    // 武蔵小杉: 病院の公表（2026年2月）
    (
        "musashikosugi-2026",
        "the line of one system reaches another",
        "vendor-reaches-beyond-target connections/vital-maintenance",
    ),
    (
        "musashikosugi-2026",
        "VPN without a limit of source",
        "vpn-open-to-any-source devices/vital-vpn",
    ),
    (
        "musashikosugi-2026",
        "duties not settled",
        "responsibility-undefined connections/vital-maintenance",
    ),
];

#[test]
fn what_the_reports_name_is_found() {
    let mut silent = Vec::new();
    for (name, path) in shipped() {
        let (sources, reading) = read(&files(&path));
        let found = super::listed(&judge(&name, sources, reading));
        for (hospital, item, finding) in EXPECTED.iter().filter(|it| it.0 == name) {
            if !found.lines().any(|line| line.get(9..) == Some(finding)) {
                silent.push(format!("{hospital}: {item}: {finding}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
