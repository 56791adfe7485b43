//! The four natures: the ledger changed, reality changed, both part, or only the looking did.

use super::{HOSPITAL, line, record, recorded, with};
use sekisho::change::{Difference, Nature, Record};

/// The router of the hospital as it is configured: one tunnel to the vendor.
const ROUTER: &str = "\
# RTX830 Rev.15.02.30
ip route default gateway 203.0.113.9
ip lan1 address 10.10.254.1/16
ip lan2 address 203.0.113.10/29
tunnel select 1
 ipsec tunnel 101
  ipsec sa policy 101 1 esp aes256-cbc sha256-hmac
  ipsec ike local address 1 203.0.113.10
  ipsec ike pre-shared-key 1 text *
  ipsec ike remote address 1 198.51.100.1
 tunnel enable 1
ip route 198.51.100.0/28 gateway tunnel 1
telnetd service off
";

/// A second tunnel, to nobody of whom the ledger knows.
const SECOND: &str = "\
tunnel select 2
 ipsec tunnel 102
  ipsec sa policy 102 2 esp aes256-cbc sha256-hmac
  ipsec ike local address 2 203.0.113.10
  ipsec ike pre-shared-key 2 text *
  ipsec ike remote address 2 192.0.2.77
 tunnel enable 2
ip route 192.168.77.0/24 gateway tunnel 2
";

fn state(configuration: Option<&str>) -> Record {
    let given: Vec<(&str, &str)> = configuration.map(|it| ("vpn1", it)).into_iter().collect();
    recorded(HOSPITAL, &given, false)
}

fn lines(difference: &Difference) -> Vec<String> {
    difference.changes.iter().map(line).collect()
}

#[test]
fn a_tunnel_that_nobody_declared_is_drift_and_its_end_a_change_of_reality() {
    let (one, two) = (state(Some(ROUTER)), state(Some(&format!("{ROUTER}{SECOND}"))));
    let more = Difference::between(&one, &two, &[]);
    let drift: Vec<String> =
        more.changes.iter().filter(|it| it.nature == Nature::Drift).map(line).collect();
    assert_eq!(drift, ["drift added paths >vpn1.tunnel-2"], "{:#?}", lines(&more));
    assert!(more.changes.iter().all(|it| it.nature != Nature::Scope && it.is_unexplained()));
    let observed: Vec<String> =
        more.changes.iter().filter(|it| it.nature == Nature::Observed).map(line).collect();
    assert_eq!(observed, ["observed changed devices vpn1 ports.tunnel2 routes tunnels"]);
    let less = Difference::between(&two, &one, &[]);
    assert!(
        lines(&less).contains(&"observed removed paths vpn1.tunnel-2>".to_owned()),
        "{:#?}",
        lines(&less)
    );
}

#[test]
fn a_configuration_given_in_one_state_only_makes_nothing_new_and_nothing_gone() {
    let (without, given) = (state(None), state(Some(&format!("{ROUTER}{SECOND}"))));
    for (old, new) in [(&without, &given), (&given, &without)] {
        let difference = Difference::between(old, new, &[]);
        assert!(!difference.changes.is_empty());
        for it in &difference.changes {
            assert_eq!(it.nature, Nature::Scope, "{}", line(it));
            assert!(it.note.is_some(), "{}", line(it));
        }
        assert_eq!(difference.unexplained().count(), 0);
        assert!(difference.reach.iter().all(|it| it.scope));
    }
}

#[test]
fn what_is_gone_from_a_text_that_is_understood_less_may_still_be_there() {
    let unknown = "mystery command one\nmystery command two\n";
    let old = state(Some(&format!("{ROUTER}{SECOND}")));
    let new = state(Some(&format!("{ROUTER}{unknown}")));
    let difference = Difference::between(&old, &new, &[]);
    let told = lines(&difference);
    assert!(told.contains(&"scope removed paths vpn1.tunnel-2>".to_owned()), "{told:#?}");
    // The other way round: what appears where more is understood may have been there.
    let difference = Difference::between(&new, &old, &[]);
    assert!(lines(&difference).contains(&"scope added paths >vpn1.tunnel-2".to_owned()));
}

#[test]
fn the_same_text_read_by_a_better_reader_is_no_change_of_reality() {
    let old = state(Some(ROUTER));
    let mut new = old.clone();
    for thing in &mut new.things {
        thing.attributes.retain(|it| it.key != "tunnels");
    }
    let difference = Difference::between(&new, &old, &[]);
    assert_eq!(lines(&difference), ["scope changed devices vpn1 tunnels"]);
}

#[test]
fn what_only_follows_from_the_ledger_asks_for_no_second_reason() {
    let start = HOSPITAL.find("connections:").unwrap();
    let end = HOSPITAL.find("flows:").unwrap();
    let without = format!("{}{}", &HOSPITAL[..start], &HOSPITAL[end..]);
    let reason = "changes:\n  - {thing: connections/ehr-maintenance, on: 2025-11-20, reason: 台帳の訂正, approved_by: 田中}\n";
    let given = [("vpn1", ROUTER)];
    for (old, new) in [(&without, HOSPITAL), (&HOSPITAL.to_owned(), without.as_str())] {
        let old = recorded(old, &given, false);
        let told = |new: &str| Difference::between(&old, &recorded(new, &given, false), &[]);
        let silent = told(new);
        let open: Vec<String> = silent.unexplained().map(line).collect();
        assert_eq!(open.len(), 1, "{open:#?}");
        assert!(
            open[0].contains("connections ehr-maintenance") || open[0].contains(">ehr-"),
            "{open:?}"
        );
        assert!(silent.changes.iter().any(|it| it.follows || !it.along.is_empty()));
        assert_eq!(told(&format!("{new}{reason}")).unexplained().count(), 0);
    }
    // Where the configuration changed, too, nothing follows from the ledger alone.
    let old = recorded(&without, &given, false);
    let two = format!("{ROUTER}{SECOND}");
    let new = recorded(HOSPITAL, &[("vpn1", &two)], false);
    let difference = Difference::between(&old, &new, &[]);
    let drift = difference.changes.iter().find(|it| it.nature == Nature::Drift).unwrap();
    assert!(drift.is_unexplained() && drift.rule().unwrap().id == "unexplained-change");
}

#[test]
fn a_reason_explains_its_change_and_no_other_and_not_for_ever() {
    let text = with(
        HOSPITAL,
        &[
            ("[10.10.1.20]", "[10.10.1.21]"),
            ("医事会計", "医事会計システム"),
            ("as_of: 2025-11-20", "as_of: 2026-11-20"),
        ],
    );
    let told = |changes: &str| {
        let old = recorded(HOSPITAL, &[], false);
        let new = recorded(&format!("{text}changes:\n{changes}"), &[], false);
        Difference::between(&old, &new, &[])
    };
    let reason = "reason: 更新, approved_by: 室長";
    let difference = told(&format!("  - {{on: 2026-03-01, thing: systems/pacs, {reason}}}\n"));
    let explained: Vec<(String, bool)> =
        difference.changes.iter().map(|it| (line(it), it.is_unexplained())).collect();
    assert_eq!(
        explained,
        [
            ("declared renamed systems billing name".to_owned(), true),
            ("declared renumbered systems pacs addresses".to_owned(), false),
        ]
    );
    assert_eq!(difference.changes[1].explained.clone().unwrap().approved_by, "室長");
    let unexplained = |changes: &str| told(changes).unexplained().count();
    assert_eq!(unexplained(&format!("  - {{thing: pacs, what: renumbered, {reason}}}\n")), 1);
    assert_eq!(unexplained(&format!("  - {{thing: pacs, what: removed, {reason}}}\n")), 2);
    // A dash is no reason, and nobody is nobody.
    for nothing in ["reason: \"-\", approved_by: 室長", "reason: 更新, approved_by: 未定"] {
        assert_eq!(unexplained(&format!("  - {{thing: pacs, {nothing}}}\n")), 2, "{nothing}");
    }
    assert_eq!(unexplained(&format!("  - {{thing: devices/pacs, {reason}}}\n")), 2);
    assert_eq!(unexplained(&format!("  - {{on: 2024-03-01, thing: pacs, {reason}}}\n")), 2);
    assert_eq!(unexplained(&format!("  - {{on: 2027-03-01, thing: pacs, {reason}}}\n")), 2);
    let unused = told(&format!("  - {{thing: systems/nothing, {reason}}}\n"));
    assert_eq!(unused.unused.len(), 1);
}

#[test]
fn a_reason_of_the_year_before_explains_nothing_and_the_newest_is_told() {
    let entry = |on: &str, reason: &str| {
        format!("  - {{{on}thing: systems/pacs, reason: {reason}, approved_by: 室長}}\n")
    };
    let later = [("[10.10.1.20]", "[10.10.1.21]"), ("as_of: 2025-11-20", "as_of: 2026-11-20")];
    let told = |before: &str, after: &str| {
        let old = format!("{HOSPITAL}changes:\n{before}");
        let new = format!("{}changes:\n{before}{after}", with(HOSPITAL, &later));
        let difference = Difference::between(&record(&old), &record(&new), &[]);
        let reason = difference.changes[0].explained.clone().map(|it| it.reason);
        (reason, difference.unused.len())
    };
    for day in ["", "on: 2025-11-20, "] {
        assert_eq!(told(&entry(day, "去年"), ""), (None, 1), "{day}");
        assert_eq!(told(&entry(day, "去年"), &entry(day, "今年")).0.as_deref(), Some("今年"));
    }
    // What was planned before explains what came to pass.
    assert_eq!(told(&entry("on: 2026-03-01, ", "計画"), "").0.as_deref(), Some("計画"));
    let (first, second) = (entry("on: 2026-03-01, ", "先"), entry("on: 2026-04-01, ", "後"));
    let newest = told("", &format!("{second}{first}{}", entry("", "日付なし")));
    assert_eq!(newest, (Some("後".to_owned()), 0));
    let same_day = told("", &format!("{first}{}", entry("on: 2026-03-01, ", "書き直し")));
    assert_eq!(same_day.0.as_deref(), Some("書き直し"));
}

#[test]
fn two_years_of_a_hospital_differ_in_exactly_what_was_done() {
    let (_, first) = super::record::records().iter().find(|it| it.0 == "well-run").unwrap();
    let mut second = first.clone();
    let system = second.things.iter().position(|it| it.kind == sekisho::model::EntityKind::System);
    let gone = second.things.remove(system.unwrap());
    let difference = Difference::between(first, &second, &[]);
    let expected = format!("declared removed systems {}>", gone.id);
    assert_eq!(lines(&difference), [expected]);
    // Every shipped inventory equals itself, and every attribute of it that changes is told, alone.
    for (name, record) in super::record::records() {
        assert!(Difference::between(record, record, &[]).is_empty(), "{name}");
        for (at, thing) in record.things.iter().enumerate().step_by(7) {
            let mut other = record.clone();
            let Some(attribute) =
                other.things[at].attributes.iter_mut().find(|it| it.key == "note")
            else {
                continue;
            };
            attribute.value = vec!["別の備考".to_owned()];
            let expected = match thing.kind {
                sekisho::model::EntityKind::Path => continue,
                kind => format!(
                    "declared changed {} {} note",
                    sekisho::model::Vocabulary::key(kind),
                    thing.id
                ),
            };
            assert_eq!(lines(&Difference::between(record, &other, &[])), [expected], "{name}");
        }
    }
}

#[test]
fn a_reason_for_one_kind_of_change_leaves_the_others_open() {
    let text = with(HOSPITAL, &[("[10.10.1.20]", "[10.10.1.21]"), ("11112/tcp]", "4242/tcp]")]);
    let unexplained = |whats: &[&str]| {
        let reason = "reason: 更新, approved_by: 室長";
        let one = |what: &&str| format!("  - {{thing: systems/pacs, what: {what}, {reason}}}\n");
        let changes: String = whats.iter().map(one).collect();
        let new = recorded(&format!("{text}changes:\n{changes}"), &[], false);
        let old = recorded(HOSPITAL, &[], false);
        Difference::between(&old, &new, &[]).unexplained().count()
    };
    assert_eq!(unexplained(&["renumbered"]), 1);
    assert_eq!(unexplained(&["changed"]), 1);
    assert_eq!(unexplained(&["renumbered", "changed"]), 0);
}
