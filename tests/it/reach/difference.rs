//! Difference: what became reachable, what stopped, and by which change.

use super::exposure::{HOSPITAL, ROUTER, party, state};
use sekisho::evidence::EvidenceSet;
use sekisho::inventory::Inventory;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::difference::{CauseKind, Difference, State, Turn, Which};
use sekisho::reach::exposure::Exposure;
use sekisho::source::SourceMap;
use sekisho::topology;

type Facts = (SourceMap, Inventory, EvidenceSet);

/// A difference, and the lines that it points at by state.
fn between(old: &Facts, new: &Facts) -> (Difference, Vec<(CauseKind, Which, String)>) {
    let graphs = [old, new].map(|(_, inventory, evidence)| topology::build(inventory, evidence));
    let reaches = [(old, &graphs[0]), (new, &graphs[1])]
        .map(|((_, inventory, evidence), graph)| Reach::new(inventory, evidence, graph));
    let exposures = [&reaches[0], &reaches[1]].map(Exposure::new);
    let side = |at: usize, facts| {
        let (sources, _, evidence): &Facts = facts;
        State { reach: &reaches[at], evidence, exposure: &exposures[at], sources }
    };
    let difference = Difference::between(side(0, old), side(1, new), EntityRef::clone);
    let lines = difference.changes.iter().map(|it| {
        let sources = if it.cause.which == Which::Old { &old.0 } else { &new.0 };
        let line = it.cause.span.map(|it| sources.line(it).trim().to_owned());
        (it.cause.kind, it.cause.which, line.unwrap_or_default())
    });
    let lines = lines.collect();
    (difference, lines)
}

fn told(difference: &Difference, turn: Turn) -> Vec<String> {
    let shifts = difference.shifts().filter(|(_, it)| it.turn == turn);
    shifts
        .map(|(_, it)| format!("{} -> {}: {}", it.who.id, it.to.id, it.services.words().en))
        .collect()
}

#[test]
fn the_same_state_has_no_difference() {
    let (difference, _) = between(&state(HOSPITAL, ROUTER), &state(HOSPITAL, ROUTER));
    assert!(difference.changes.is_empty(), "{difference:#?}");
}

#[test]
fn a_new_line_that_lets_packets_through_is_the_one_cause_of_all_that_it_opens() {
    let line = "permit tcp host 203.0.113.9 host 192.0.2.2 eq 33389";
    let wider = ROUTER.replace(" deny ip any any", &format!(" {line}\n deny ip any any"));
    let (narrow, wide) = (state(HOSPITAL, ROUTER), state(HOSPITAL, &wider));
    let (opened, lines) = between(&narrow, &wide);
    let expected = ["midori -> ehr: RDP", "midori -> clinical: RDP"];
    assert_eq!(told(&opened, Turn::Opened), expected, "{opened:#?}");
    assert_eq!(opened.shifts().count(), 2, "{opened:#?}");
    assert_eq!(lines, [(CauseKind::Permits, Which::New, line.to_owned())]);
    let sample = opened.changes[0].shifts[0].sample.as_ref().unwrap();
    assert_eq!(sample.packet.destination_port, 33389);
    // The other way round the line is gone.
    let (closed, lines) = between(&wide, &narrow);
    assert_eq!(told(&closed, Turn::Closed), expected);
    assert_eq!(lines, [(CauseKind::Permits, Which::Old, line.to_owned())]);
}

#[test]
fn a_line_that_no_longer_stops_packets_is_a_cause_too() {
    let barred =
        ROUTER.replace(" permit tcp any", " deny ip host 203.0.113.9 any\n permit tcp any");
    let (closed, open) = (state(HOSPITAL, &barred), state(HOSPITAL, ROUTER));
    let (opened, lines) = between(&closed, &open);
    assert_eq!(
        told(&opened, Turn::Opened),
        ["midori -> portal: HTTPS", "midori -> clinical: HTTPS"]
    );
    let line = "deny ip host 203.0.113.9 any".to_owned();
    assert_eq!(lines, [(CauseKind::Blocks, Which::Old, line)]);
}

#[test]
fn a_line_that_is_no_longer_understood_opens_nothing_and_closes_nothing() {
    let unclear = ROUTER.replace("host 192.0.2.2 eq 443", "host 192.0.2.2 eq 443 ttl lt 9");
    let (difference, _) = between(&state(HOSPITAL, ROUTER), &state(HOSPITAL, &unclear));
    assert!(!difference.has(&[Turn::Opened, Turn::Closed]), "{difference:#?}");
    assert!(difference.has(&[Turn::Doubtful]));
    let (difference, _) = between(&state(HOSPITAL, &unclear), &state(HOSPITAL, ROUTER));
    assert!(difference.has(&[Turn::Confirmed]) && !difference.has(&[Turn::Opened]));
}

#[test]
fn what_only_one_state_has_is_its_own_cause() {
    let more = HOSPITAL.replace(
        "systems:\n",
        "systems:\n  scan:   {name: 文書, kind: departmental, class: server, zone: clinical, addresses: [10.10.0.7]}\n",
    );
    let wider = ROUTER.replace("10.10.0.5 443", "10.10.0.7 443");
    let (difference, _) = between(&state(HOSPITAL, ROUTER), &state(&more, &wider));
    let scan = EntityRef::new(EntityKind::System, "scan");
    let added =
        difference.changes.iter().find(|it| it.cause.about.as_ref() == Some(&scan)).unwrap();
    assert_eq!((added.cause.kind, added.cause.which), (CauseKind::Thing, Which::New));
    let web = added.shifts.iter().find(|it| it.who == party("web")).unwrap();
    assert_eq!((web.turn, web.to == scan), (Turn::Opened, true));
    let closed = told(&difference, Turn::Closed);
    assert!(closed.contains(&"web -> portal: HTTPS".to_owned()), "{closed:?}");
}

#[test]
fn a_configuration_that_only_one_state_has_is_blamed_and_none_of_its_lines() {
    let (read, unread) = (state(HOSPITAL, ROUTER), {
        let (sources, inventory, _) = state(HOSPITAL, ROUTER);
        (sources, inventory, EvidenceSet::default())
    });
    for (old, new, says) in
        [(&read, &unread, "not looked at this time"), (&unread, &read, "first time")]
    {
        let (difference, _) = between(old, new);
        assert!(!difference.changes.is_empty());
        for it in &difference.changes {
            assert_eq!(it.cause.kind, CauseKind::Change, "{:#?}", it.cause);
            assert!(it.cause.says.en.contains(says), "{:#?}", it.cause);
        }
    }
}
