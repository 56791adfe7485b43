//! The well-run hospital with one fact broken at a time yields exactly the findings of that fact:
//! a rule that keeps silent and a rule that spams both fail here.

use crate::support::{read, root, today, told};
use sekisho::audit::audit;

/// One fact broken.
struct Mutation {
    /// What happened.
    name: &'static str,
    /// The edits: in the text after the first marker, the second text becomes the third.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// Exactly these findings, as `rule subject`.
    expected: &'static [&'static str],
}

const fn broken(
    name: &'static str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    expected: &'static [&'static str],
) -> Mutation {
    Mutation { name, edits, expected }
}

const MUTATIONS: &[Mutation] = &[
    // ---- ways in ----
    broken(
        "the VPN box answers everybody",
        &[("\n  vpn:\n", "from: [198.51.100.0/27]", "from: [any]")],
        &["vpn-open-to-any-source devices/vpn"],
    ),
    broken(
        "the management of the VPN box answers everybody",
        &[("\n  vpn:\n", "from: [mgmt]", "from: [any]")],
        &["management-open-to-any-source devices/vpn"],
    ),
    broken(
        "one vendor logs in with a password alone",
        &[(
            "\n  ehr-maintenance:\n",
            "[machine-certificate, personal-account, otp]",
            "[personal-account]",
        )],
        &["single-factor-remote-access connections/ehr-maintenance"],
    ),
    broken(
        "one vendor's staff share an account",
        &[(
            "\n  ehr-maintenance:\n",
            "[machine-certificate, personal-account, otp]",
            "[machine-certificate, shared-account, otp]",
        )],
        &["shared-maintenance-account connections/ehr-maintenance"],
    ),
    broken(
        "one vendor is asked for nothing",
        &[("\n  ct-maintenance:\n", "[machine-certificate, personal-account, otp]", "[none]")],
        &["no-authentication-at-entry connections/ct-maintenance"],
    ),
    broken(
        "one maintenance line stays up",
        &[("\n  pacs-maintenance:\n", "standing: false", "standing: true")],
        &["standing-remote-maintenance connections/pacs-maintenance"],
    ),
    broken(
        "one vendor comes by RDP without the relay",
        &[("\n  lis-maintenance:\n", ", via: relay", "")],
        &["direct-remote-desktop connections/lis-maintenance"],
    ),
    broken(
        "one vendor may speak anything",
        &[("\n  ct-maintenance:\n", "services: [443/tcp]", "services: [any]")],
        &["unrestricted-target connections/ct-maintenance"],
    ),
    broken(
        "one vendor may reach a whole zone",
        &[("\n  ct-maintenance:\n", "to: ct,", "to: modality,")],
        &["unrestricted-target connections/ct-maintenance"],
    ),
    broken(
        "one vendor may reach what another maintains",
        &[(
            "\n  mri-maintenance:\n",
            "allow: [",
            "allow: [{from: 198.51.100.21, to: linac, services: [443/tcp]}, ",
        )],
        &["vendor-reaches-beyond-target connections/mri-maintenance"],
    ),
    broken(
        "a port is passed on to a server",
        &[(
            "\n  fw-edge:\n",
            "    ipv6: disabled\n",
            "    ipv6: disabled\n    forwards: [{listen: 443/tcp, to: ehr, from: [any]}]\n",
        )],
        &["port-forward-to-inside devices/fw-edge+systems/ehr"],
    ),
    broken(
        "four ports are passed on, and one line accepts whatever is",
        &[
            (
                "\n  fw-edge:\n",
                "    ipv6: disabled\n",
                "    ipv6: disabled\n    forwards: [{listen: 443/tcp, to: ehr}, {listen: 444/tcp, to: pacs}, {listen: 445/tcp, to: ris}, {listen: 446/tcp, to: lis}]\n",
            ),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
            ("\nwaivers:\n", "standing-remote-maintenance", "port-forward-to-inside"),
            ("\nwaivers:\n", "connections/pacs-maintenance", "devices/fw-edge"),
        ],
        &[
            "port-forward-to-inside devices/fw-edge+systems/ehr (waived)",
            "port-forward-to-inside devices/fw-edge+systems/lis (waived)",
            "port-forward-to-inside devices/fw-edge+systems/pacs (waived)",
            "port-forward-to-inside devices/fw-edge+systems/ris (waived)",
            "waiver-too-wide waivers/1",
        ],
    ),
    broken(
        "remote-control software on a server",
        &[("\n  nutrition:", "logs: *kept", "remote_control: [AnyDesk], logs: *kept")],
        &["remote-control-product systems/nutrition"],
    ),
    broken(
        "nobody wrote down what a line is for",
        &[(
            "\ncircuits:\n",
            "  vpn-line:",
            "  spare: {name: 装置メーカーのモバイル回線, kind: closed-mobile, provider: 中央通信, circuit_id: M000000000, onu: MRI操作室, phone: 0120-000-113}\n  vpn-line:",
        )],
        &["way-in-without-connection circuits/spare"],
    ),
    broken(
        "a VPN that nobody uses is switched on",
        &[(
            "\n  vpn:\n",
            "    remote_access:\n",
            "    remote_access:\n      - {transport: ssl-vpn-client, from: [198.51.100.0/27], authentication: [client-certificate, personal-account]}\n",
        )],
        &["way-in-without-connection devices/vpn"],
    ),
    broken(
        "how one vendor is asked is not written down",
        &[
            (
                "\n  ct-maintenance:\n",
                "authentication: [machine-certificate, personal-account, otp], sources",
                "sources",
            ),
            ("\n  vpn:\n", ", authentication: [machine-certificate, personal-account, otp]}", "}"),
        ],
        &["authentication-not-stated connections/ct-maintenance"],
    ),
    broken(
        "a vendor's addresses are not known",
        &[
            ("\n  vpn:\n", "from: [198.51.100.0/27]", "from: [v01]"),
            ("\n  v01:", "networks: [198.51.100.1], ", ""),
        ],
        &["vpn-open-to-any-source devices/vpn"],
    ),
    broken(
        "criticality is left out and no backup names the health record",
        &[
            ("\n  ehr:", "criticality: critical, ", ""),
            ("\n  his-disk:", "of: [ehr, ", "of: ["),
            ("\n  his-tape:", "of: [ehr, ", "of: ["),
        ],
        &["backup-missing systems/ehr"],
    ),
    // ---- devices and credentials ----
    broken(
        "the VPN box runs a version that is attacked",
        &[("\n  vpn:\n", "version: 7.4.11", "version: 7.4.1")],
        &["known-exploited-version devices/vpn"],
    ),
    broken(
        "support of a firewall has ended",
        &[("\n  fw-edge:\n", "support_until: 2030-03-31", "support_until: 2026-03-31")],
        &["end-of-support devices/fw-edge"],
    ),
    broken(
        "support of a firewall ends in spring",
        &[("\n  fw-edge:\n", "support_until: 2030-03-31", "support_until: 2027-03-31")],
        &["end-of-support devices/fw-edge"],
    ),
    broken(
        "a server runs what nobody knows the end of",
        &[(
            "\n  nutrition:",
            "{name: Windows Server, version: \"2022\"}",
            "{name: Solaris, version: \"10\"}",
        )],
        &["support-end-unknown organization/organization"],
    ),
    broken(
        "nobody updated the VPN box for three years",
        &[("\n  vpn:\n", "updated: 2026-10-12", "updated: 2023-10-12")],
        &["firmware-not-updated devices/vpn"],
    ),
    broken(
        "the VPN box forgets its logs",
        &[
            ("\n  vpn:\n", "&kept {store: server, days: 730, reviewed: yes}", "{store: volatile}"),
            (
                "\n  fw-edge:\n",
                "logs: *kept",
                "logs: &kept {store: server, days: 730, reviewed: yes}",
            ),
        ],
        &["logs-missing-or-volatile devices/vpn"],
    ),
    broken(
        "a vendor owns and configures the router",
        &[
            ("\n  rt-onshi:\n", "owner: hospital", "owner: claims"),
            (
                "\n  rt-onshi:\n",
                "responsibility: *ours",
                "responsibility: {owner: claims, installer: claims, maintainer: claims, configuration: claims, patches: claims, logs: claims, cuts: hospital}",
            ),
        ],
        &["vendor-owned-box devices/rt-onshi"],
    ),
    broken(
        "the factory password is in use",
        &[("\n  cg-edge:", "factory_default: no", "factory_default: yes")],
        &["factory-or-guessable-password credential_groups/cg-edge"],
    ),
    broken(
        "passwords are short",
        &[("\n  cg-edge:", "min_length: 16", "min_length: 6")],
        &["short-password credential_groups/cg-edge"],
    ),
    broken(
        "accounts never lock",
        &[("\n  cg-edge:", "lockout: yes", "lockout: no")],
        &["account-without-lockout credential_groups/cg-edge"],
    ),
    broken(
        "the password leaked and was not changed",
        &[("\n  cg-edge:", "changed: 2026-09-01", "changed: 2026-09-01, leaked: 2026-10-01")],
        &["leaked-credentials-in-use credential_groups/cg-edge"],
    ),
    broken(
        "a vendor uses the same password elsewhere",
        &[("\n  cg-edge:", "used_by_party: no", "used_by_party: yes")],
        &["credentials-used-at-other-customers credential_groups/cg-edge"],
    ),
    broken(
        "the VPN box and the directory share administrators",
        &[("\n  ad:", "credential_group: cg-ad", "credential_group: cg-edge")],
        &["shared-credentials-across-zones credential_groups/cg-edge"],
    ),
    broken(
        "terminals and the health record share administrators",
        &[
            ("\n  ehr:", "patient_data: yes", "patient_data: yes, credential_group: cg-relay"),
            ("\n  relay:", "credential_group: cg-relay, ", ""),
            ("\n  terminals:", "patient_data: no", "patient_data: no, credential_group: cg-relay"),
        ],
        &["servers-and-terminals-share-administrator credential_groups/cg-relay"],
    ),
    // ---- lines ----
    broken(
        "a maintenance line crosses the internet unprotected",
        &[("\n  ct-maintenance:\n", "transport: ipsec-ike", "transport: plain-internet")],
        &["plain-internet-transport connections/ct-maintenance"],
    ),
    broken(
        "an SSL-VPN without a client",
        &[("\n  ct-maintenance:\n", "transport: ipsec-ike", "transport: ssl-vpn-other")],
        &["clientless-ssl-vpn connections/ct-maintenance"],
    ),
    broken(
        "the closed line shares its terminal with internet use",
        &[("\n  onshi-line:", "shared_with_internet: no", "shared_with_internet: yes")],
        &["ip-vpn-shares-internet-circuit circuits/onshi-line"],
    ),
    broken(
        "nobody knows where a line ends",
        &[("\n  vpn-line:", "onu: 病院棟3階 サーバ室, ", "")],
        &["circuit-details-unknown circuits/vpn-line"],
    ),
    broken(
        "IPv6 passes the router unfiltered",
        &[("\n  rt-onshi:\n", "ipv6: filtered", "ipv6: pass-through")],
        &["ipv6-passed-through devices/rt-onshi"],
    ),
    broken(
        "traffic turns around in the VPN box",
        &[("\n  vpn:\n", "between_connections: no", "between_connections: yes")],
        &["vpn-hairpin devices/vpn"],
    ),
    broken(
        "a partner's own entries are unknown",
        &[("\n  v08:", "internet_exposed: no", "internet_exposed: unknown")],
        &["partner-exposure-unknown parties/v08"],
    ),
    broken(
        "the eligibility terminal may be entered from outside",
        &[(
            "\n  onshi:\n",
            "allow: [",
            "allow: [{from: claims, to: claims-pc, services: [443/tcp]}, ",
        )],
        &[],
    ),
    // ---- inside ----
    broken(
        "a server stands in two zones",
        &[(
            "\n  nutrition:",
            "logs: *kept",
            "interfaces: {second: {zone: info, addresses: [192.168.10.77], forwarding: unknown}}, logs: *kept",
        )],
        &["multi-homed-host systems/nutrition"],
    ),
    broken(
        "departments reach the clinical zone without limit",
        &[(
            "\nflows:\n",
            "  - {from: terminals, to: pacs",
            "  - {from: dept, to: his, services: [any], by: fw-inner}\n  - {from: terminals, to: pacs",
        )],
        &["zones-joined-without-limit flows/1"],
    ),
    broken(
        "no copy of the health record is off the network",
        &[
            ("\n  his-disk:", "offline: by-schedule", "offline: never"),
            (
                "\n  his-tape:",
                "of: [ehr, ordering, nursing, billing, docs, ad]",
                "of: [ordering, nursing, billing, docs, ad]",
            ),
        ],
        &["backup-not-offline backups/his-disk"],
    ),
    broken(
        "the health record is not backed up",
        &[("\n  his-disk:", "of: [ehr, ", "of: ["), ("\n  his-tape:", "of: [ehr, ", "of: [")],
        &["backup-missing systems/ehr"],
    ),
    broken(
        "nobody saw the tapes for a year",
        &[("\n  dept-tape:", "verified: 2026-11-01", "verified: 2025-06-01")],
        &["backup-claim-unverified backups/dept-tape"],
    ),
    broken(
        "a maintained server has no malware protection",
        &[("\n  nutrition:", "antivirus: yes", "antivirus: no")],
        &["external-target-without-antivirus connections/nutrition-maintenance"],
    ),
    broken(
        "an open wireless network leads inside",
        &[(
            "\n  fw-inner:\n",
            "    between_connections: no\n",
            "    between_connections: no\n    wireless: {ssid: WAKABA, security: open, access_control: yes, zones: [his]}\n",
        )],
        &["wireless-open devices/fw-inner"],
    ),
    broken(
        "terminals read the laboratory in plain HTTP",
        &[("\nflows:\n", "to: lis, services: [443/tcp]", "to: lis, services: [80/tcp]")],
        &["plaintext-traffic flows/2"],
    ),
    broken(
        "nobody applies updates to one line's equipment",
        &[("\n  pathology-maintenance:\n", "patches: v10", "patches: undefined")],
        &["responsibility-undefined connections/pathology-maintenance"],
    ),
    broken(
        "one demarcation is not written down",
        &[(
            "\n  pathology-maintenance:\n",
            ", demarcation: VPN装置のLAN側ポートより内側は病院",
            "",
        )],
        &["demarcation-undefined connections/pathology-maintenance"],
    ),
    broken(
        "one contract has run out",
        &[("\n  pathology-maintenance:\n", "until: 2027-03-31", "until: 2026-03-31")],
        &["contract-not-in-force connections/pathology-maintenance"],
    ),
    broken(
        "one connection has no contract",
        &[("\n  pathology-maintenance:\n", "contract: {ref: W-2026-010, until: 2027-03-31}, ", "")],
        &["contract-not-in-force connections/pathology-maintenance"],
    ),
    broken(
        "nobody confirmed one connection for two years",
        &[("\n  pathology-maintenance:\n", "on: 2026-09-15", "on: 2024-09-15")],
        &["recertification-stale connections/pathology-maintenance"],
    ),
    broken(
        "nobody ever confirmed one connection",
        &[(
            "\n  pathology-maintenance:\n",
            "recertified: {on: 2026-09-15, by: 医療情報部 西田}, ",
            "",
        )],
        &["recertification-stale connections/pathology-maintenance"],
    ),
    broken("a vendor cannot be called at night", &[("\n  v10:", ", hours: 24h", "")], &[]),
    broken(
        "a vendor has no contact",
        &[(
            "\n  v10:",
            ", contacts: [{name: 病理診断支援 保守窓口, role: 障害受付, phone: 000-0001-0010, hours: 24h}]",
            "",
        )],
        &["contact-missing parties/v10"],
    ),
    broken(
        "a product came without MDS/SDS",
        &[("\n  pathology:", "mds_sds: {received: 2026-04-01}, ", "")],
        &["mds-sds-missing parties/v10"],
    ),
    broken(
        "nobody has to update a server",
        &[(
            "\n  pathology:",
            "security_update: {responsible: v10, contract: 病理診断支援保守契約 第8条}, ",
            "",
        )],
        &["server-update-duty-unwritten organization/organization"],
    ),
    broken(
        "the diagram is two years old",
        &[(
            "\n  network-diagram:",
            "date: 2026-10-20, reviewed: 2026-10-20",
            "date: 2024-10-20, reviewed: 2024-10-20",
        )],
        &["diagram-stale documents/network-diagram"],
    ),
    broken(
        "nobody wrote down how to cut everything",
        &[(
            "\norganization:\n",
            "  cut_procedure: 緊急遮断手順書 第5版（医療情報部・防災センターに紙）\n",
            "",
        )],
        &["cut-procedure-missing organization/organization"],
    ),
    broken(
        "nobody is responsible for safety",
        &[(
            "\norganization:\n",
            "  security_officer: {name: 森 恵, role: 医療情報部長（医療情報システム安全管理責任者）, phone: 000-0000-1100, hours: 24h}\n",
            "",
        )],
        &["security-officer-missing organization/organization"],
    ),
    broken(
        "nobody can be called in an emergency",
        &[
            ("\norganization:\n", ", phone: 000-0000-2001", ""),
            ("\norganization:\n", ", phone: 000-0000-2002", ""),
            ("\norganization:\n", ", phone: 000-0000-2003", ""),
            ("\ndocuments:\n", "kind: contact-list", "kind: other"),
        ],
        &["incident-contacts-missing organization/organization"],
    ),
    broken(
        "a vendor did not return the checklist",
        &[("\n  v10:", "checklist_received: 2026-05-10, ", "")],
        &["provider-checklist-missing parties/v10"],
    ),
    broken(
        "where notices about the VPN box come from is not written down",
        &[("\n  vpn:\n", "    vulnerability_source: メーカ通知メール、JPCERT/CC\n", "")],
        &["ledger-incomplete devices/vpn"],
    ),
    // ---- further ways ----
    broken(
        "a partner on a closed line is exposed",
        &[
            ("\n  claims:", "internet_exposed: no", "internet_exposed: yes"),
            (
                "\n  onshi:\n",
                "allow: [",
                "allow: [{from: claims, to: claims-pc, services: [443/tcp]}, ",
            ),
        ],
        &["closed-line-to-exposed-partner parties/claims"],
    ),
    broken(
        "the eligibility terminal opens sessions to billing",
        &[(
            "\nflows:\n",
            "  - {from: terminals, to: pacs",
            "  - {from: claims-pc, to: billing, services: [443/tcp]}\n  - {from: terminals, to: pacs",
        )],
        &["eligibility-terminal-reaches-inward systems/claims-pc"],
    ),
    broken(
        "a monitor stands among servers and terminals",
        &[(
            "\n  monitor:",
            "zone: modality, addresses: [10.30.4.10]",
            "zone: his, addresses: [10.10.4.10]",
        )],
        &["flat-network zones/his"],
    ),
    broken(
        "visitors reach the departments",
        &[
            (
                "\nzones:\n",
                "  dmz: ",
                "  guest: {name: 来訪者, kind: guest, site: main, networks: [192.168.200.0/24]}\n  dmz: ",
            ),
            (
                "\nflows:\n",
                "  - {from: terminals, to: pacs",
                "  - {from: guest, to: pacs, services: [443/tcp]}\n  - {from: terminals, to: pacs",
            ),
        ],
        &["guest-reaches-inside zones/guest"],
    ),
    broken(
        "a standing RDP line past the relay, from one who serves others",
        &[
            ("\n  nutrition-maintenance:\n", "standing: false", "standing: true"),
            ("\n  nutrition-maintenance:\n", ", via: relay", ""),
        ],
        &[
            "direct-remote-desktop connections/nutrition-maintenance",
            "hub-partner parties/v18",
            "standing-remote-maintenance connections/nutrition-maintenance",
        ],
    ),
    broken(
        "a line is ISDN",
        &[("\n  onshi-line:", "kind: ip-vpn", "kind: isdn")],
        &["isdn-line-in-use circuits/onshi-line"],
    ),
    broken(
        "a maintenance line uses PPTP",
        &[("\n  ct-maintenance:\n", "transport: ipsec-ike", "transport: pptp")],
        &["legacy-tunnel connections/ct-maintenance"],
    ),
    broken(
        "a maintenance line uses TLS with passwords",
        &[
            ("\n  ct-maintenance:\n", "transport: ipsec-ike", "transport: tls"),
            (
                "\n  ct-maintenance:\n",
                "[machine-certificate, personal-account, otp]",
                "[personal-account, otp]",
            ),
        ],
        &["tls-without-client-certificate connections/ct-maintenance"],
    ),
    broken(
        "modalities reach the internet",
        &[(
            "\nflows:\n",
            "  - {from: terminals, to: pacs",
            "  - {from: ct, to: internet, services: [443/tcp]}\n  - {from: terminals, to: pacs",
        )],
        &["medical-devices-reach-internet systems/ct"],
    ),
    broken(
        "the eligibility terminal browses the internet",
        &[(
            "\n  internet:\n",
            "allow: [",
            "allow: [{from: claims-pc, to: internet, services: [443/tcp], direction: outbound}, ",
        )],
        &["open-and-closed-session-on-one-terminal systems/claims-pc"],
    ),
    broken(
        "a contractor works where the way leads on to the health record",
        &[
            ("\n  v18:", "kind: vendor", "kind: contractor"),
            (
                "\nflows:\n",
                "  - {from: terminals, to: pacs",
                "  - {from: nutrition, to: ehr, services: [443/tcp]}\n  - {from: terminals, to: pacs",
            ),
        ],
        &["partner-network-to-ehr connections/nutrition-maintenance"],
    ),
    broken(
        "who updates a router is told in two ways",
        &[(
            "\n  rt-onshi:\n",
            "responsibility: *ours",
            "responsibility: {owner: hospital, configuration: net-si, patches: hospital}",
        )],
        &["responsibility-contradictory devices/rt-onshi"],
    ),
    // ---- waivers ----
    broken(
        "a waiver that matches nothing",
        &[("\nflows:\n", "\nbackups:\n", WAIVER)],
        &["waiver-unused waivers/1"],
    ),
    broken(
        "a standing line that somebody accepted",
        &[
            ("\n  pacs-maintenance:\n", "standing: false", "standing: true"),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
        ],
        &["standing-remote-maintenance connections/pacs-maintenance (waived)"],
    ),
    broken(
        "a standing line accepted until next month",
        &[
            ("\n  pacs-maintenance:\n", "standing: false", "standing: true"),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
            ("\nwaivers:\n", "2027-03-31", "2026-12-31"),
        ],
        &[
            "standing-remote-maintenance connections/pacs-maintenance (waived)",
            "waiver-expiring-soon waivers/1",
        ],
    ),
    broken(
        "a standing line accepted for years",
        &[
            ("\n  pacs-maintenance:\n", "standing: false", "standing: true"),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
            ("\nwaivers:\n", "2027-03-31", "2031-03-31"),
        ],
        &[
            "standing-remote-maintenance connections/pacs-maintenance (waived)",
            "waiver-beyond-a-year waivers/1",
        ],
    ),
    broken(
        "a gap of the hospital itself that somebody accepted",
        &[
            (
                "\norganization:\n",
                "  cut_procedure: 緊急遮断手順書 第5版（医療情報部・防災センターに紙）\n",
                "",
            ),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
            ("\nwaivers:\n", "standing-remote-maintenance", "cut-procedure-missing"),
            ("\nwaivers:\n", "connections/pacs-maintenance", "organization/organization"),
        ],
        &["cut-procedure-missing organization/organization (waived)"],
    ),
    broken(
        "a standing line whose acceptance has expired",
        &[
            ("\n  pacs-maintenance:\n", "standing: false", "standing: true"),
            ("\nflows:\n", "\nbackups:\n", WAIVER),
            ("\nwaivers:\n", "2027-03-31", "2026-03-31"),
        ],
        &["standing-remote-maintenance connections/pacs-maintenance", "waiver-expired waivers/1"],
    ),
];

/// Before the backups, a waiver for the line to the imaging archive.
const WAIVER: &str = "
waivers:
  - {rule: standing-remote-maintenance, subject: connections/pacs-maintenance, reason: 更改まで,
     approved_by: 森 恵, expires: 2027-03-31}

backups:
";

#[test]
fn one_broken_fact_yields_exactly_its_findings() {
    let clean = std::fs::read_to_string(root().join("inventories/well-run.yaml")).unwrap();
    let mut wrong = Vec::new();
    for mutation in MUTATIONS {
        let mut text = clean.clone();
        for (marker, from, to) in mutation.edits {
            let at =
                text.find(marker).unwrap_or_else(|| panic!("{}: no {marker:?}", mutation.name));
            let (head, tail) = text.split_at(at + marker.len());
            assert!(tail.contains(from), "{}: no {from:?}", mutation.name);
            text = format!("{head}{}", tail.replacen(from, to, 1));
        }
        let (sources, reading) = read(&text);
        if !reading.is_sound() {
            wrong.push(format!("{}\n{}", mutation.name, told(&sources, &reading)));
            continue;
        }
        let mut found: Vec<_> = audit(reading.inventory, Default::default(), today())
            .findings
            .iter()
            .map(|it| {
                let more: String = it.distinct.iter().map(|it| format!("+{it}")).collect();
                let waived = if it.is_open() { "" } else { " (waived)" };
                format!("{} {}{more}{waived}", it.rule, it.subject)
            })
            .collect();
        found.sort();
        let mut expected = mutation.expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", mutation.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fact_that_breaks_it() {
    // What only a configuration can show is broken by the configurations of the pages, what only
    // an observation can by the weeks at the mirror port, what only a packet can by the probes,
    // what only a comparison can by the pages.
    let shown = ["setting", "path", "reach", "observed", "probed", "compared"];
    let declared = sekisho::rules::PACKS.iter().filter(|it| !shown.contains(&it.id));
    let silent: Vec<_> = declared
        .flat_map(|pack| pack.rules.iter().map(|rule| rule.id))
        .filter(|id| {
            let spoken = MUTATIONS.iter().flat_map(|it| it.expected);
            let mut rules = spoken.filter_map(|it| it.split_once(' '));
            !rules.any(|(rule, _)| rule == *id)
        })
        .collect();
    assert!(silent.is_empty(), "no mutation for {silent:?}");
}
