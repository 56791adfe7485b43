//! The well-run hospital after a probe from one vendor's line and one from the management zone:
//! nothing is found. One answer more, one less, or one declaration changed yields exactly its finding.

use crate::support::scene::violations;
use crate::support::{probed, read, root, today, told};
use sekisho::audit::{Assessment, audit};
use sekisho::confirm::coverage::{Coverage, Standing};
use sekisho::diagram::{self, Request};
use sekisho::evidence::EvidenceSet;
use sekisho::model::words::{Means, Verdict};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::rules::PACKS;
use sekisho::topology::Corroboration;

/// What was asked from a line of a vendor: its target answers, what must not is told off by a router,
/// after a quiet time and before two controls.
const LINE: &str = r#"{"run": {"addresses": ["198.51.100.6"], "tester": "東都イメージング 山田", "party": "v06"}}
{"to": "172.20.0.12", "port": 22, "target": "systems/relay"}


{"to": "172.20.0.12", "port": 3389, "expect": "must-not-answer", "outcome": "filtered", "by": "203.0.113.10"}
{"to": "172.20.0.12", "port": 22, "target": "systems/relay"}
{"to": "172.20.0.12", "port": 22, "target": "systems/relay"}


{"to": "172.20.0.12", "port": 445, "expect": "must-not-answer", "outcome": "filtered", "by": "203.0.113.10"}
{"to": "172.20.0.12", "port": 22, "target": "systems/relay"}
{"to": "172.20.0.12", "port": 22, "target": "systems/relay"}
"#;

/// What was asked from the management zone.
const INSIDE: &str = r#"{"run": {"addresses": ["10.90.0.7"], "tester": "医療情報部 西田"}}
{"to": "172.20.0.1", "port": 443, "target": "devices/vpn"}
"#;

/// Everything that would be found but for a proof of every line: those that were not probed.
const OTHERS: &str = "isolation-unproved organization/organization";

/// What happened, lines more from the vendor's line and from the management zone (behind a `-`: lines
/// with this are gone), edits of the inventory (after the first text, the second becomes the third),
/// and exactly the findings besides [`OTHERS`].
type Case<'a> =
    (&'a str, &'a [&'a str], &'a [&'a str], &'a [(&'a str, &'a str, &'a str)], &'a [&'a str]);

fn with(lines: &[&str], base: &str) -> String {
    let mut all = base.to_owned();
    for line in lines {
        match line.strip_prefix('-') {
            Some(gone) => {
                let kept: Vec<&str> = all.lines().filter(|it| !it.contains(gone)).collect();
                all = kept.join("\n") + "\n";
            }
            None => all = all + line + "\n",
        }
    }
    all
}

fn judged(over: &[&str], inside: &[&str], edits: &[(&str, &str, &str)]) -> Assessment {
    let mut text = std::fs::read_to_string(root().join("inventories/well-run.yaml")).unwrap();
    for (after, from, to) in edits {
        let at = text.find(after).unwrap_or_else(|| panic!("no {after:?}"));
        let found = text[at..].find(from).unwrap_or_else(|| panic!("no {from:?} after {after:?}"));
        text.replace_range(at + found..at + found + from.len(), to);
    }
    let (mut sources, reading) = read(&text);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    let line = probed::journal("connections/pacs-maintenance", &with(over, LINE)).unwrap();
    evidence.probe("line.jsonl", line);
    let inside = probed::journal("zones/mgmt", &with(inside, INSIDE)).unwrap();
    evidence.probe("inside.jsonl", inside);
    evidence.list(&mut sources);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    audit(reading.inventory, evidence, today())
}

fn listed(assessment: &Assessment) -> Vec<String> {
    let all = assessment.findings.iter().map(|it| format!("{} {}", it.rule, it.subject));
    all.filter(|it| it != OTHERS).collect()
}

#[test]
fn probes_of_the_well_run_hospital_show_nothing_wrong_and_confirm_what_answered() {
    let assessment = judged(&[], &[], &[]);
    assert_eq!(listed(&assessment), [""; 0]);
    let thing = |kind, id: &str| EntityRef::new(kind, id);
    let line = thing(EntityKind::Connection, "pacs-maintenance");
    assert_eq!(assessment.topology.corroboration(&line), Corroboration::Confirmed);
    let proof = assessment.topology.probed().line(&line).unwrap();
    assert_eq!((proof.verdict(), proof.isolated), (Verdict::Isolated, 2));
    // What the proof of one line is worth to the others: nothing.
    let unproved = assessment.findings.iter().find(|it| it.rule == "isolation-unproved").unwrap();
    assert!(!unproved.exposes.contains(&line), "{:?}", unproved.exposes);
    assert!(unproved.exposes.contains(&thing(EntityKind::Connection, "ris-maintenance")));
    // Confirmed when, from where and by whom.
    let coverage = Coverage::of(&assessment);
    let covered = coverage.get(&line).unwrap();
    assert_eq!(covered.standing, Standing::Current);
    let last = covered.last.as_ref().unwrap();
    assert_eq!((last.how, last.on), (Means::Probe, Some(jiff::civil::date(2026, 11, 10))));
    assert!(last.by.contains("山田") && last.by.contains("PACS"), "{}", last.by);
    let other = coverage.get(&thing(EntityKind::System, "pacs")).unwrap();
    assert_eq!(other.standing, Standing::Unseen, "nobody asked it");
    let drawing = diagram::draw(&assessment, &Request::default());
    assert_eq!(violations(&drawing.sheets[0]), [""; 0]);
    let drawn = format!("{:?}", drawing.sheets[0]);
    assert!(drawn.contains("疎通確認済"), "nothing marks what a probe confirmed");
}

#[test]
fn a_line_over_which_more_arrives_than_declared_is_not_marked_as_confirmed() {
    let beyond = [r#"{"to": "10.10.1.10", "port": 3389, "expect": "must-not-answer"}"#];
    let drawing = diagram::draw(&judged(&beyond, &[], &[]), &Request::default());
    assert_eq!(violations(&drawing.sheets[0]), [""; 0]);
    let drawn = format!("{:?}", drawing.sheets[0]);
    assert!(drawn.contains("疎通不一致") && !drawn.contains("【疎通確認済】"));
}

#[test]
fn one_answer_more_is_one_finding() {
    let cases: &[Case<'_>] = &[
        (
            "the management of the VPN answers a vendor",
            &[r#"{"to": "172.20.0.1", "port": 443, "expect": "must-not-answer"}"#],
            &[],
            &[],
            &["management-answers-from-outside devices/vpn"],
        ),
        (
            "a vendor reaches the record",
            &[r#"{"to": "10.10.1.10", "port": 3389, "expect": "must-not-answer"}"#],
            &[],
            &[],
            &["answers-beyond-permission connections/pacs-maintenance"],
        ),
        (
            "Telnet at the relay",
            &[],
            &[r#"{"to": "172.20.0.12", "port": 23, "expect": "must-answer"}"#],
            &[],
            &["undeclared-service-answers systems/relay"],
        ),
        (
            "the relay has stopped",
            &[
                r#"-"port": 22,"#,
                r#"{"to": "203.0.113.10", "port": 500, "kind": "ike-sa-init"}"#,
                r#"{"to": "172.20.0.12", "port": 22, "outcome": "silent"}"#,
            ],
            &[],
            &[],
            &["declared-service-silent systems/relay"],
        ),
        (
            "an old version of TLS, and a certificate that ended",
            &[],
            &[
                r#"-"port": 443"#,
                r#"{"to": "172.20.0.1", "port": 443, "kind": "tls-handshake", "details": {"version": ["TLS 1.0", "TLS 1.2"], "certificate-not-after": ["2026-11-01T00:00:00Z"]}}"#,
            ],
            &[],
            &["tls-old-answered devices/vpn", "certificate-expired devices/vpn"],
        ),
        (
            "a server that asks for no client certificate",
            &[
                r#"{"to": "172.20.0.12", "port": 22, "kind": "tls-handshake", "details": {"client-certificate": ["not-requested"]}}"#,
            ],
            &[],
            &[(
                "\n  pacs-maintenance:\n",
                "transport: ipsec-ike,\n     authentication: [machine-certificate",
                "transport: tls-mtls,\n     authentication: [client-certificate",
            )],
            &["client-certificate-not-asked connections/pacs-maintenance"],
        ),
        (
            "a proof of two years ago",
            &[r#"{"run": {"started": "2024-11-10T05:00:00Z"}}"#],
            &[],
            &[],
            &["isolation-overdue connections/pacs-maintenance"],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, over, inside, edits, expected) in cases {
        let found = listed(&judged(over, inside, edits));
        if found != *expected {
            wrong.push(format!("{name}:\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    let pack = PACKS.iter().find(|it| it.id == "probed").unwrap();
    // What needs a configuration beside the packets is shown by its page.
    let elsewhere = ["isolation-unproved", "reach-contradicts-packets"];
    for rule in pack.rules.iter().filter(|it| !elsewhere.contains(&it.id)) {
        let mut told = cases.iter().flat_map(|(.., expected)| *expected);
        if !told.any(|it| it.split_once(' ').is_some_and(|(id, _)| id == rule.id)) {
            wrong.push(format!("nothing here breaks {}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_proves_nothing_confirms_nothing_and_accuses_nobody() {
    let quiet = |over: &[&str], inside: &[&str]| judged(over, inside, &[]);
    let line = EntityRef::new(EntityKind::Connection, "pacs-maintenance");
    // A dry run.
    let dry = quiet(&[r#"{"run": {"dry": true}}"#], &[r#"{"run": {"dry": true}}"#]);
    assert!(dry.topology.probed().is_empty() && dry.topology.probed().dry.len() == 2);
    assert_eq!(dry.findings.len(), 0, "{:?}", listed(&dry));
    assert_eq!(dry.topology.corroboration(&line), Corroboration::NotLooked);
    // What could not be sent, and a line that was closed as a whole.
    for outcome in ["not-sent", "silent"] {
        let asked = format!(r#"{{"to": "172.20.0.12", "port": 22, "outcome": "{outcome}"}}"#);
        let closed = quiet(&[r#"-"port": 22,"#, &asked], &[]);
        assert_eq!(listed(&closed), [""; 0], "{outcome}");
        assert_eq!(closed.topology.corroboration(&line), Corroboration::NotLooked, "{outcome}");
        assert_ne!(
            closed.topology.probed().line(&line).unwrap().verdict(),
            Verdict::Isolated,
            "without a control nothing is isolated"
        );
    }
    // A box that answers for every port, and one that refuses in the name of others.
    let all = [22, 80, 443, 3389].map(|port| {
        format!(r#"{{"to": "10.10.1.10", "port": {port}, "expect": "must-not-answer"}}"#)
    });
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(listed(&quiet(&all, &[])), [""; 0]);
    let refused =
        r#"{"to": "10.10.1.10", "port": 3389, "expect": "must-not-answer", "outcome": "refused"}"#;
    assert_eq!(listed(&quiet(&[refused], &[])), [""; 0]);
    // A journal of another hospital.
    let foreign = quiet(&[r#"{"run": {"from": "connections/nobody"}}"#], &[]);
    assert_eq!(listed(&foreign), [""; 0]);
    assert_eq!(foreign.topology.corroboration(&line), Corroboration::NotLooked);
}
