//! The hospital asked from every side: what the command concludes is what is true, nothing that is
//! planted is missed, nothing else is flagged, and nothing but the plan leaves.

use super::declared::{INVENTORY, VANTAGES, Vantage, scope};
use super::desk::Desk;
use super::ground::Ground;
use super::station::{Tuple, open};
use super::{sniffer, truth};
use crate::support::{read, told};
use sekisho::audit::audit;
use sekisho::evidence::EvidenceSet;
use sekisho::model::words::Verdict;
use sekisho::probe::verdict::{Judged, verdicts};
use sekisho::probe::{Expectation, Plan};
use sekisho::rules::PACKS;
use std::collections::BTreeSet;

/// What one vantage did and concluded.
pub struct Asked {
    pub vantage: &'static Vantage,
    plan: Plan,
    judged: Vec<Judged>,
    /// What the run wrote down.
    pub journal: String,
}

/// Asks from a vantage.
fn ask(ground: &Ground, vantage: &'static Vantage) -> Asked {
    let namespace = ground.name(vantage.node);
    let desk = Desk::new(&scope(vantage.from, vantage.targets, ""));
    let plan = desk.planned(&namespace, vantage.from, &[]);
    let journal = desk.carry_out(&namespace, || {
        for node in ground.nodes() {
            let seen = sniffer::seen(ground, node, &vantage.askers());
            assert!(seen.is_empty(), "the rehearsal of {} sent {seen:?} to {node}", vantage.node);
        }
    });
    let judged = verdicts(&[journal], &[], &Default::default());
    assert_eq!(judged.len(), plan.questions.len(), "{}", vantage.node);
    let mut files = desk.files();
    files.sort();
    let journal = std::fs::read_to_string(files.pop().unwrap()).unwrap();
    Asked { vantage, plan, judged, journal }
}

/// Builds the hospital and asks it from everywhere at once.
pub fn holds(planted: bool) {
    let ground = Ground::new(if planted { "planted" } else { "clean" }, planted);
    audited(&everywhere(&ground, planted), planted);
}

/// Asks from everywhere at once; what was concluded is what is true.
pub fn everywhere(ground: &Ground, planted: bool) -> Vec<Asked> {
    sniffer::start(ground);
    let all: Vec<Asked> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            VANTAGES.iter().map(|it| scope.spawn(move || ask(ground, it))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    all.iter().for_each(|it| within_the_plan(ground, it));
    for asked in &all {
        as_measured(ground, asked, planted);
    }
    for (what, node, to, port) in truth::OPENED.iter().filter(|_| planted) {
        let asked = all.iter().find(|it| it.vantage.node == *node).unwrap();
        let to: std::net::IpAddr = to.parse().unwrap();
        let found = asked
            .judged
            .iter()
            .any(|it| (it.question.to, it.question.port) == (to, *port) && is_finding(it));
        assert!(found, "{what} is not found by {node}");
    }
    all
}

/// What the probes of the planted hospital must find, rule by rule.
pub const FOUND: &[&str] = &[
    "answers-beyond-permission connections/ct-care",
    "answers-beyond-permission connections/ehr-care",
    "answers-beyond-permission connections/portal",
    "management-answers-from-outside devices/fw",
];

/// The runs as evidence of an audit: each thing that is planted is a finding, and nothing else is.
fn audited(all: &[Asked], planted: bool) {
    let (mut sources, reading) = read(INVENTORY);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for it in all {
        evidence.probe(&format!("{}.jsonl", it.vantage.node), it.journal.clone());
    }
    evidence.list(&mut sources);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let assessment = audit(reading.inventory, evidence, today);
    let pack = PACKS.iter().find(|it| it.id == "probed").unwrap();
    let of_probes = |rule: &str| pack.rules.iter().any(|it| it.id == rule);
    let found = assessment.findings.iter().filter(|it| of_probes(it.rule));
    // Without a witness no line is proved to be isolated: true of both hospitals.
    let found = found.filter(|it| it.rule != "isolation-unproved");
    let found: BTreeSet<String> = found.map(|it| format!("{} {}", it.rule, it.subject)).collect();
    let expected = if planted { FOUND } else { &[] };
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// Whether something is reached that must not be.
fn is_finding(it: &Judged) -> bool {
    it.question.expect == Expectation::NoAnswer && it.verdict == Verdict::Reachable
}

/// Every packet that arrived anywhere was one of the plan.
fn within_the_plan(ground: &Ground, asked: &Asked) {
    let planned: BTreeSet<Tuple> = asked.plan.questions.iter().map(|it| (it.to, it.port)).collect();
    let hosts: BTreeSet<_> = planned.iter().map(|it| it.0).collect();
    let ports: BTreeSet<_> = planned.iter().map(|it| it.1).collect();
    let mut arrived = 0;
    for node in ground.nodes() {
        for (from, to, protocol, port) in sniffer::seen(ground, node, &asked.vantage.askers()) {
            // Behind the forward of the firewall the same packet has another destination.
            let forwarded = node != "fw" && asked.vantage.node == "net" && to.is_ipv4();
            let planned = match forwarded {
                true => ports.contains(&port) || port == 443,
                false => planned.contains(&(to, port)),
            };
            assert!(planned && protocol == 6, "{from} to {to} {protocol} {port} at {node}");
            assert!(node != "vent", "{from} reached life support: {to} {port}");
            arrived += 1;
        }
    }
    assert!(arrived >= hosts.len(), "the sniffers saw nothing");
}

/// Every conclusion is what plain connections find.
fn as_measured(ground: &Ground, asked: &Asked, planted: bool) {
    let tuples: BTreeSet<Tuple> = asked.plan.questions.iter().map(|it| (it.to, it.port)).collect();
    let open = open(&ground.name(asked.vantage.node), &tuples);
    let node = asked.vantage.node;
    let (mut isolated, mut undetermined) = (0, 0);
    for it in &asked.judged {
        let question = &it.question;
        let is_open = open.contains(&(question.to, question.port));
        let reached = it.verdict == Verdict::Reachable;
        assert_eq!(reached, is_open, "{node} (planted: {planted}): {it:#?}");
        isolated += usize::from(it.verdict == Verdict::Isolated);
        undetermined += usize::from(it.verdict == Verdict::Undetermined);
        if question.expect != Expectation::NoAnswer {
            assert!(reached, "{node}: what is declared does not answer: {it:#?}");
            continue;
        }
        assert!(planted || !is_finding(it), "{node}: flagged in the clean hospital: {it:#?}");
        let is_control = |of: &&Judged| {
            of.question.to == question.to && of.question.expect == Expectation::Control
        };
        let proved = asked.judged.iter().any(|of| is_control(&of));
        if proved && !planted {
            assert!(it.reason.excludes_a_connection(), "{node}: {it:#?}");
        }
    }
    let findings = asked.judged.iter().filter(|it| is_finding(it)).count();
    let all = asked.judged.len();
    eprintln!(
        "{node} (planted: {planted}): {all} asked, {findings} findings, {isolated} isolated, {undetermined} undetermined"
    );
}
