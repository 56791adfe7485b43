//! What is one thing in two records, and what is not: renumbered, renamed, replaced, split, merged;
//! and where nobody can tell.

use super::{HOSPITAL, between, differ, line, lines, record, with};
use crate::support::{probed, read, today, told};
use sekisho::audit;
use sekisho::change::{Difference, Likelihood, Record};
use sekisho::evidence::EvidenceSet;
use sekisho::model::EntityKind;

/// The hospital after some replacements, compared with the hospital.
#[track_caller]
fn changed(replacements: &[(&str, &str)], expected: &[&str]) -> sekisho::change::Difference {
    differ(HOSPITAL, &with(HOSPITAL, replacements), expected)
}

#[test]
fn nothing_differs_from_itself_in_whatever_order() {
    let difference = changed(&[], &[]);
    assert!(difference.is_empty());
    let (head, systems) = HOSPITAL.split_once("  ehr-db:").unwrap();
    let (first, rest) = systems.split_once('\n').unwrap();
    let (mine, tail) = rest.split_once("connections:").unwrap();
    let moved = format!("{head}{mine}  ehr-db:{first}\nconnections:{tail}");
    differ(HOSPITAL, &moved, &[]);
}

#[test]
fn a_new_address_a_new_name_and_a_new_place_are_told_as_such() {
    changed(&[("[10.10.1.20]", "[10.10.1.21]")], &["declared renumbered systems pacs addresses"]);
    changed(&[("PACSサーバ", "画像サーバ")], &["declared renamed systems pacs name"]);
    changed(
        &[("zone: office, addresses: [10.20.1.20]", "zone: clinical, addresses: [10.10.9.20]")],
        &["declared renumbered+moved systems payroll zone addresses"],
    );
    changed(&[("[104/tcp, 11112/tcp]", "[104/tcp]")], &["declared changed systems pacs services"]);
    changed(
        &[("PACSサーバ", "画像サーバ"), ("[10.10.1.20]", "[10.10.1.21]")],
        &["declared renamed+renumbered systems pacs name addresses"],
    );
}

#[test]
fn swapped_addresses_and_swapped_names_stay_with_their_ids() {
    changed(
        &[("[10.10.1.10]", "[X]"), ("[10.10.1.20]", "[10.10.1.10]"), ("[X]", "[10.10.1.20]")],
        &[
            "declared renumbered systems ehr-db addresses",
            "declared renumbered systems pacs addresses",
        ],
    );
    changed(
        &[("電子カルテDB", "X"), ("PACSサーバ", "電子カルテDB"), ("name: X,", "name: PACSサーバ,")],
        &["declared renamed systems ehr-db name", "declared renamed systems pacs name"],
    );
}

#[test]
fn another_id_is_followed_by_what_stayed_the_same_and_references_follow() {
    let difference = changed(&[("pacs:", "imaging:")], &["declared renamed systems pacs>imaging"]);
    let identity = difference.changes[0].identity.clone().unwrap();
    assert_eq!(identity.confidence, Likelihood::Likely);
    assert!(identity.reason.ja.contains("名称") && identity.reason.ja.contains("アドレス"));
    // Whatever refers to it has not changed.
    changed(&[("ehr-db", "ehr-database")], &["declared renamed systems ehr-db>ehr-database"]);
    changed(&[("fujimi", "fujimi-medical")], &["declared renamed parties fujimi>fujimi-medical"]);
    changed(&[("vpn1", "gateway")], &["declared renamed devices vpn1>gateway"]);
    changed(
        &[("clinical:", "care:"), ("zone: clinical", "zone: care"), ("to: clinical", "to: care")],
        &["declared renamed zones clinical>care"],
    );
    changed(
        &[("ehr-maintenance:", "ehr-support:")],
        &["declared renamed connections ehr-maintenance>ehr-support"],
    );
}

#[test]
fn a_box_is_known_by_its_serial_number_whatever_else_changed() {
    let difference = changed(
        &[
            ("vpn1", "edge"),
            ("保守用VPNルータ", "外部接続ルータ"),
            ("203.0.113.10/29", "203.0.113.20/29"),
        ],
        &["declared renamed+renumbered devices vpn1>edge name interfaces.wan.addresses"],
    );
    let identity = difference.changes[0].identity.clone().unwrap();
    assert_eq!(identity.confidence, Likelihood::Sure);
    assert!(identity.reason.ja.contains("製造番号"), "{}", identity.reason.ja);
}

#[test]
fn a_replaced_box_is_no_new_one() {
    changed(
        &[
            ("S4H0001", "S4H9999"),
            ("RTX830", "RTX840"),
            ("00:a0:de:00:00:01", "00:a0:de:00:09:01"),
            ("00:a0:de:00:00:02", "00:a0:de:00:09:02"),
        ],
        &["declared replaced devices vpn1 model serial interfaces.wan.mac interfaces.lan.mac"],
    );
    // Under another id, too.
    let difference = changed(
        &[
            ("S4H0001", "S4H9999"),
            ("00:a0:de:00:00:01", "00:a0:de:00:09:01"),
            ("00:a0:de:00:00:02", "00:a0:de:00:09:02"),
            ("vpn1", "vpn-new"),
        ],
        &[
            "declared replaced+renamed devices vpn1>vpn-new serial interfaces.wan.mac interfaces.lan.mac",
        ],
    );
    assert!(difference.changes[0].identity.clone().unwrap().confidence < Likelihood::Possible);
}

#[test]
fn a_box_at_the_address_of_another_is_another_box() {
    // Another kind of system, another name, the same address: gone and new.
    changed(
        &[
            ("pacs: {name: PACSサーバ, kind: pacs", "lab: {name: 検査サーバ, kind: laboratory"),
            ("[104/tcp, 11112/tcp]", "[2575/tcp]"),
        ],
        &["declared added systems >lab", "declared removed systems pacs>"],
    );
    // Two boxes that changed places say so.
    let two = with(
        HOSPITAL,
        &[(
            "systems:\n",
            "  vpn2: {name: 予備VPNルータ, kind: vpn-gateway, vendor: yamaha, model: RTX830, serial: S4H0002}\nsystems:\n",
        )],
    );
    let swapped =
        with(&two, &[("S4H0001", "X"), ("S4H0002", "S4H0001"), ("serial: X", "serial: S4H0002")]);
    let difference = differ(
        &two,
        &swapped,
        &["declared replaced devices vpn1 serial", "declared replaced devices vpn2 serial"],
    );
    assert!(difference.changes[0].note.clone().unwrap().ja.contains("devices/vpn2"));
}

#[test]
fn a_network_that_is_renumbered_as_a_whole_is_one_change() {
    let difference =
        changed(&[("10.10.", "10.11.")], &["declared renumbered zones clinical networks"]);
    let along: Vec<String> = difference.changes[0].along.iter().map(ToString::to_string).collect();
    assert_eq!(along, ["devices/vpn1", "systems/ehr-db", "systems/ehr-ap", "systems/pacs"]);
    // Who does not move along is told.
    changed(
        &[("10.10.", "10.11."), ("[10.11.1.20]", "[10.11.7.7]")],
        &[
            "declared renumbered zones clinical networks",
            "declared renumbered systems pacs addresses",
        ],
    );
    // Also when what stands in it gets other ids at the same time.
    let difference = changed(
        &[("10.10.", "10.11."), ("pacs:", "imaging:")],
        &["declared renumbered zones clinical networks", "declared renamed systems pacs>imaging"],
    );
    assert_eq!(difference.changes[1].identity.clone().unwrap().confidence, Likelihood::Likely);
}

#[test]
fn a_zone_that_is_split_and_zones_that_are_merged_are_known() {
    let split = with(
        HOSPITAL,
        &[
            (
                "networks: [10.10.0.0/16], vlan: 10}",
                "networks: [10.10.0.0/17], vlan: 10}\n  imaging: {name: 画像系, kind: clinical, site: main, networks: [10.10.128.0/17], vlan: 11}",
            ),
            (
                "pacs: {name: PACSサーバ, kind: pacs, class: server, zone: clinical, addresses: [10.10.1.20]",
                "pacs: {name: PACSサーバ, kind: pacs, class: server, zone: imaging, addresses: [10.10.1.20]",
            ),
            (
                "ehr-ap: {name: 電子カルテAP, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.11]",
                "ehr-ap: {name: 電子カルテAP, kind: ehr, class: server, zone: imaging, addresses: [10.10.1.11]",
            ),
            ("[10.10.254.1/16]", "[10.10.100.1/17]"),
        ],
    );
    let split = with(
        &split,
        &[
            ("zone: imaging, addresses: [10.10.1.20]", "zone: imaging, addresses: [10.10.201.20]"),
            ("zone: imaging, addresses: [10.10.1.11]", "zone: imaging, addresses: [10.10.201.11]"),
        ],
    );
    let difference = differ(
        HOSPITAL,
        &split,
        &[
            "declared split zones clinical>clinical+imaging networks",
            "declared renumbered devices vpn1 interfaces.lan.addresses",
            "declared renumbered systems ehr-ap addresses",
            "declared renumbered systems pacs addresses",
        ],
    );
    assert_eq!(difference.changes[0].identity.clone().unwrap().confidence, Likelihood::Sure);
    assert_eq!(difference.changes[0].along.len(), 2);
    let merged = differ(
        &split,
        HOSPITAL,
        &[
            "declared merged zones clinical+imaging>clinical networks",
            "declared renumbered devices vpn1 interfaces.lan.addresses",
            "declared renumbered systems ehr-ap addresses",
            "declared renumbered systems pacs addresses",
        ],
    );
    assert_eq!(merged.changes[0].along.len(), 2);
}

#[test]
fn on_a_tie_nobody_knows() {
    // Two boxes like twins are gone and two others like twins are there.
    let twins = |ids: [&str; 2]| {
        with(
            HOSPITAL,
            &[(
                "systems:\n",
                &format!(
                    "systems:\n  {}: {{name: 受付端末, kind: ordering, class: terminal, zone: office, addresses: [10.20.3.0/24]}}\n  {}: {{name: 受付端末, kind: ordering, class: terminal, zone: office, addresses: [10.20.3.0/24]}}\n",
                    ids[0], ids[1]
                ),
            )],
        )
    };
    let difference = between(&twins(["a1", "a2"]), &twins(["b1", "b2"]));
    let mut found = lines(&difference);
    found.sort();
    assert_eq!(
        found,
        [
            "declared added systems >b1",
            "declared added systems >b2",
            "declared removed systems a1>",
            "declared removed systems a2>",
        ]
    );
}

#[test]
fn a_pin_overrides_whatever_else_speaks() {
    let pin = |text: &str, old: &str, new: &str| {
        format!("{text}same: [{{kind: systems, old: {old}, new: {new}, reason: 更新計画書}}]\n")
    };
    let other = with(
        HOSPITAL,
        &[
            ("pacs: {name: PACSサーバ, kind: pacs", "lab: {name: 検査サーバ, kind: laboratory"),
            ("[10.10.1.20]", "[10.10.1.77]"),
        ],
    );
    let difference = differ(
        HOSPITAL,
        &pin(&other, "pacs", "lab"),
        &["declared renamed+renumbered+changed systems pacs>lab name kind addresses"],
    );
    let identity = difference.changes[0].identity.clone().unwrap();
    assert_eq!(
        (identity.confidence, identity.reason.ja.as_ref()),
        (Likelihood::Sure, "台帳の指定: 更新計画書")
    );
    // Even where ids say otherwise: one was given to another.
    let crossed = pin(
        &with(HOSPITAL, &[("payroll:", "X:"), ("billing:", "payroll:"), ("X:", "salary:")]),
        "billing",
        "payroll",
    );
    differ(
        HOSPITAL,
        &crossed,
        &["declared renamed systems billing>payroll", "declared renamed systems payroll>salary"],
    );
}

#[test]
fn flows_are_known_by_what_they_say_wherever_they_stand() {
    let two = with(
        HOSPITAL,
        &[("flows:\n", "flows:\n  - {from: clinical, to: office, services: [445/tcp]}\n")],
    );
    differ(HOSPITAL, &two, &["declared added flows >1"]);
    differ(&two, HOSPITAL, &["declared removed flows 1>"]);
    changed(&[("services: [443/tcp]}\n\"", "")][..0], &[]);
    let wider = with(
        HOSPITAL,
        &[("to: clinical, services: [443/tcp]", "to: clinical, services: [443/tcp, 22/tcp]")],
    );
    differ(HOSPITAL, &wider, &["declared changed flows 1 services"]);
}

/// A hospital whose servers have two addresses each.
fn servers() -> String {
    with(
        HOSPITAL,
        &[
            (
                "addresses: [10.10.1.11], services: [443/tcp]",
                "addresses: [10.10.1.11, 10.10.1.12], services: [443/tcp, 8443/tcp]",
            ),
            (
                "to: ehr-db, services: [3389/tcp]}]",
                "to: ehr-db, services: [3389/tcp]}, {from: 198.51.100.0/28, to: ehr-ap, services: [443/tcp]}]",
            ),
        ],
    )
}

#[test]
fn a_system_that_is_split_and_systems_that_are_merged_are_known() {
    let one = servers();
    // Under two new ids and names, one of which somebody outside still maintains.
    let two = with(
        &one,
        &[
            (
                "ehr-ap: {name: 電子カルテAP, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.11, 10.10.1.12], services: [443/tcp, 8443/tcp]}",
                "web-a: {name: 参照系, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.11], services: [443/tcp]}\n  web-b: {name: 更新系, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.12], services: [8443/tcp]}",
            ),
            ("to: ehr-ap, services", "to: web-a, services"),
        ],
    );
    let connection = "declared changed connections ehr-maintenance allow";
    let difference = differ(&one, &two, &["declared split systems ehr-ap>web-a+web-b", connection]);
    let identity = difference.changes[0].identity.clone().unwrap();
    assert_eq!(identity.confidence, Likelihood::Likely);
    assert_eq!(identity.reason.en, "the same: address, services, neighbours");
    differ(&two, &one, &["declared merged systems web-a+web-b>ehr-ap", connection]);
    // One part keeps the id.
    let kept = with(
        &one,
        &[(
            "addresses: [10.10.1.11, 10.10.1.12], services: [443/tcp, 8443/tcp]}",
            "addresses: [10.10.1.11], services: [443/tcp]}\n  web-b: {name: 更新系, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.12], services: [8443/tcp]}",
        )],
    );
    differ(&one, &kept, &["declared split systems ehr-ap>ehr-ap+web-b addresses services"]);
    differ(&kept, &one, &["declared merged systems ehr-ap+web-b>ehr-ap addresses services"]);
    // What only stands beside it is another one; so is one of another kind.
    let beside = one.replace(
        "  pacs: {",
        "  web-b: {name: 更新系, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.13], services: [8443/tcp]}\n  pacs: {",
    );
    differ(&one, &beside, &["declared added systems >web-b"]);
    let other = kept.replace("更新系, kind: ehr", "印刷, kind: printers");
    differ(
        &one,
        &other,
        &["declared changed systems ehr-ap addresses services", "declared added systems >web-b"],
    );
}

#[test]
fn a_zone_that_is_split_is_known_by_its_systems_under_whatever_ids() {
    // New ids, new addresses outside of the old network; only the names of the systems stay.
    let split = with(
        HOSPITAL,
        &[
            (
                "networks: [10.10.0.0/16], vlan: 10}",
                "networks: [10.10.0.0/16], vlan: 10}\n  imaging: {name: 画像系, kind: clinical, site: main, networks: [10.77.0.0/16], vlan: 11}",
            ),
            (
                "pacs: {name: PACSサーバ, kind: pacs, class: server, zone: clinical, addresses: [10.10.1.20]",
                "pacs-2: {name: PACSサーバ, kind: pacs, class: server, zone: imaging, addresses: [10.77.1.20]",
            ),
            (
                "ehr-ap: {name: 電子カルテAP, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.11]",
                "ap-2: {name: 電子カルテAP, kind: ehr, class: server, zone: imaging, addresses: [10.77.1.11]",
            ),
        ],
    );
    let difference = between(HOSPITAL, &split);
    let zones: Vec<_> =
        difference.changes.iter().filter(|it| it.kind == EntityKind::Zone).collect();
    let [zone] = zones.as_slice() else { panic!("{:#?}", difference.changes) };
    assert_eq!(zone.new, ["clinical", "imaging"]);
    assert_eq!(zone.main(), sekisho::change::What::Split);
    assert_eq!(zone.identity.clone().unwrap().confidence, Likelihood::Likely);
}

#[test]
fn an_interface_under_another_name_is_one_and_so_is_what_stands_at_it() {
    let renamed = with(
        HOSPITAL,
        &[("interfaces: {wan: {", "interfaces: {outside: {"), ("at: vpn1.wan", "at: vpn1.outside")],
    );
    differ(HOSPITAL, &renamed, &["declared changed devices vpn1 interfaces"]);
    // Named after its zone, and renamed with it.
    let named = with(HOSPITAL, &[("lan: {zone: clinical", "clinical: {zone: clinical")]);
    let both = named.replace("clinical:", "medical:").replace("zone: clinical", "zone: medical");
    let both = both.replace("to: clinical", "to: medical");
    let difference = differ(&named, &both, &["declared renamed zones clinical>medical"]);
    assert_eq!(difference.changes[0].along.len(), 1, "{:?}", difference.changes);
}

/// The record of an inventory after a probe from the office: who answered at which address, with which
/// certificate, and whether it could use the key.
fn shown(text: &str, answers: &[(&str, &str, bool)]) -> Record {
    let (mut sources, reading) = read(text);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut lines = r#"{"run": {"addresses": ["10.20.1.99"], "tester": "西田"}}"#.to_owned();
    for (address, print, proved) in answers {
        let key = if *proved { "" } else { r#", "certificate-key": ["not-proved"]"# };
        let details = format!(r#"{{"certificate-sha256": ["{print}"]{key}}}"#);
        lines += &format!(
            "\n{{\"to\": \"{address}\", \"port\": 443, \"kind\": \"tls-handshake\", \"details\": {details}}}"
        );
    }
    let mut evidence = EvidenceSet::default();
    evidence.probe("probe.jsonl", probed::journal("zones/office", &(lines + "\n")).unwrap());
    evidence.list(&mut sources);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let assessment = audit::audit_with(reading.inventory, evidence, today(), std::iter::empty());
    Record::of(&assessment, &sources)
}

#[test]
fn a_server_is_known_by_the_certificate_that_it_proves_to_be_its_own() {
    let moved = with(HOSPITAL, &[("ehr-ap: {name: 電子カルテAP", "portal: {name: 職員ポータル")]);
    let moved = with(&moved, &[("[10.10.1.11]", "[10.10.7.7]")]);
    let followed = |was: &[(&str, &str, bool)], is: &[(&str, &str, bool)]| -> Vec<String> {
        let difference = Difference::between(&shown(HOSPITAL, was), &shown(&moved, is), &[]);
        difference.changes.iter().map(line).filter(|it| it.starts_with("declared ")).collect()
    };
    let mine = ("10.10.1.11", "aa11", true);
    let one = "declared renamed+renumbered systems ehr-ap>portal name addresses";
    let there = shown(&moved, &[("10.10.7.7", "aa11", true)]);
    let difference = Difference::between(&shown(HOSPITAL, &[mine]), &there, &[]);
    let change = difference.changes.iter().find(|it| line(it) == one).unwrap();
    let identity = change.identity.as_ref().unwrap();
    assert_eq!(identity.confidence, Likelihood::Sure);
    assert!(identity.reason.ja.contains("証明書") && identity.reason.en.contains("certificate"));
    // Another certificate, one that was copied, one that two servers share, or none tells nothing.
    let gone_and_new = ["declared added systems >portal", "declared removed systems ehr-ap>"];
    for is in [
        &[("10.10.7.7", "bb22", true)][..],
        &[("10.10.7.7", "aa11", false)],
        &[("10.10.7.7", "aa11", true), ("10.10.1.20", "aa11", true)],
        &[],
    ] {
        let mut told = followed(&[mine], is);
        told.sort();
        assert_eq!(told, gone_and_new, "{is:?}");
    }
    // A certificate that was renewed, or that nobody looked at this year, is no change.
    let renewed = Difference::between(
        &shown(HOSPITAL, &[mine]),
        &shown(HOSPITAL, &[("10.10.1.11", "cc33", true)]),
        &[],
    );
    assert_eq!(lines(&renewed), [""; 0]);
    let unseen = Difference::between(&shown(HOSPITAL, &[mine]), &record(HOSPITAL), &[]);
    assert!(unseen.changes.iter().all(|it| !line(it).contains("certificates")));
}

const TWINS: &str = r#"
as_of: 2025-11-20
organization: {name: 青葉市立病院}
zones: {clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}}
devices:
  r1: {name: 北ルータ, kind: router, vendor: yamaha, serial: SN1, interfaces: {lan: {zone: clinical, addresses: [10.10.0.1/16], mac: "00:11:22:33:44:01"}}}
  r2: {name: 南ルータ, kind: router, vendor: yamaha, serial: SN2, interfaces: {lan: {zone: clinical, addresses: [10.10.0.2/16], mac: "00:11:22:33:44:02"}}}
systems:
  s1: {name: 検査, kind: laboratory, class: server, zone: clinical, addresses: [10.10.1.1]}
  s2: {name: 放射線, kind: ris, class: server, zone: clinical, addresses: [10.10.1.2]}
  s3: {name: 薬剤, kind: pharmacy, class: server, zone: clinical, addresses: [10.10.1.3]}
"#;

/// Who took whose id, and nothing else happened.
#[test]
fn exchanged_ids_are_seen_through() {
    let ids = |text: &str, pairs: &[(&str, &str)]| {
        let away: Vec<(String, String)> =
            pairs.iter().map(|(old, _)| (format!("  {old}:"), format!("  {old}-away:"))).collect();
        let there: Vec<(String, String)> = pairs
            .iter()
            .map(|(old, new)| (format!("  {old}-away:"), format!("  {new}:")))
            .collect();
        let all: Vec<(&str, &str)> =
            away.iter().chain(&there).map(|(a, b)| (a.as_str(), b.as_str())).collect();
        with(text, &all)
    };
    differ(
        TWINS,
        &ids(TWINS, &[("r1", "r2"), ("r2", "r1")]),
        &["declared renamed devices r1>r2", "declared renamed devices r2>r1"],
    );
    let rotated = differ(
        TWINS,
        &ids(TWINS, &[("s1", "s2"), ("s2", "s3"), ("s3", "s1")]),
        &[
            "declared renamed systems s1>s2",
            "declared renamed systems s2>s3",
            "declared renamed systems s3>s1",
        ],
    );
    assert!(rotated.changes.iter().all(|it| it.identity.is_some()));
    // The id alone is no proof: it is followed, and said to be all there is.
    let reused = with(TWINS, &[("name: 検査", "name: 給食"), ("10.10.1.1]", "10.10.1.99]")]);
    let told = differ(TWINS, &reused, &["declared renamed+renumbered systems s1 name addresses"]);
    let identity = told.changes[0].identity.clone().unwrap();
    assert_eq!(identity.confidence, Likelihood::Possible);
    assert!(identity.reason.en.contains("the id alone"));
    // A box that moved elsewhere, and another one that took its id.
    let box_moved = with(
        TWINS,
        &[
            ("  r1: {name: 北ルータ", "  r5: {name: 予備ルータ"),
            ("10.10.0.1/16", "10.10.0.5/16"),
            (
                "  r2:",
                "  r1: {name: 新ルータ, kind: router, vendor: cisco, serial: SN9, interfaces: {lan: {zone: clinical, addresses: [10.10.0.9/16], mac: \"00:11:22:33:44:09\"}}}\n  r2:",
            ),
        ],
    );
    let told = lines(&between(TWINS, &box_moved));
    assert!(told.contains(&"declared added devices >r1".to_owned()), "{told:?}");
    assert!(told.iter().any(|it| it.contains("devices r1>r5")), "{told:?}");
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for (old, new) in [
        ("00:11:22:33:44:01", "0011.2233.4401"),
        ("00:11:22:33:44:01", "00-11-22-33-44-01"),
        ("serial: SN1", "serial: sn1"),
    ] {
        differ(TWINS, &with(TWINS, &[(old, new)]), &[]);
        let renamed =
            with(TWINS, &[(old, new), ("  r1: {name: 北ルータ", "  r9: {name: 東ルータ")]);
        let told = lines(&between(TWINS, &with(&renamed, &[("10.10.0.1/16", "10.10.0.77/16")])));
        assert_eq!(told.len(), 1, "{new}: {told:?}");
        assert!(told[0].contains("devices r1>r9"), "{told:?}");
    }
    // Another card in the same box does not make it another box.
    let card = with(TWINS, &[("00:11:22:33:44:01", "00:11:22:33:44:77")]);
    differ(TWINS, &card, &["declared changed devices r1 interfaces.lan.mac"]);
}
