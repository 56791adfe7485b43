//! `isolation` on a small hospital: the three verdicts, and what makes each.

use super::network::asked;
use super::paths::{GATE, HOSPITAL, letting};
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::isolation::Isolation;
use sekisho::reach::paths::Verdict;

fn judged<T>(hospital: &str, gate: &str, look: impl FnOnce(&Isolation) -> T) -> T {
    asked(hospital, &[("gate", gate)], |reach| {
        let thing = EntityRef::new(EntityKind::Connection, "c");
        let answer = reach.isolation(&thing).expect("a declared connection");
        assert_eq!(reach.verdict(&thing), Some(answer.verdict()));
        look(&answer)
    })
}

#[test]
fn what_is_declared_and_nothing_else_is_isolated() {
    judged(HOSPITAL, GATE, |it| {
        assert_eq!(it.verdict(), Verdict::Isolated, "{it:#?}");
        assert!(it.permitted.iter().any(|it| it.certain && it.to.id == "s"), "{it:#?}");
        assert!(it.missing.is_empty() && it.unread.is_empty() && it.unconfigured.is_empty());
    });
}

#[test]
fn a_port_more_is_an_extra_with_its_way() {
    let gate = letting(" permit tcp any host 10.1.0.5 eq 3389\n");
    judged(HOSPITAL, &gate, |it| {
        assert_eq!(it.verdict(), Verdict::Reachable);
        let [extra, ..] = &it.extra[..] else { panic!("{it:#?}") };
        let way = extra.trace.as_ref().expect("a way");
        assert_eq!((extra.to.id.as_str(), way.packet.destination_port), ("s", 3389));
        assert!(way.certain);
    });
}

#[test]
fn what_nobody_permitted_is_beyond_the_declaration() {
    let none = HOSPITAL.replace("allow: [{to: s, services: [22/tcp]}]", "allow: []");
    assert_ne!(none, HOSPITAL);
    judged(&none, GATE, |it| {
        assert_eq!(it.verdict(), Verdict::Reachable, "{it:#?}");
        assert!(it.permitted.is_empty() && it.extra.iter().any(|it| it.to.id == "s"), "{it:#?}");
    });
}

#[test]
fn a_line_that_nobody_read_leaves_it_open() {
    for line in [" permit tcp any host 10.1.0.5 eq zzqx\n", " zzqx\n"] {
        judged(HOSPITAL, &letting(line), |it| {
            assert_eq!(it.verdict(), Verdict::Undetermined, "{it:#?}");
        });
    }
    asked(HOSPITAL, &[], |reach| {
        let it = reach.isolation(&EntityRef::new(EntityKind::Connection, "c")).unwrap();
        assert_eq!(it.verdict(), Verdict::Undetermined);
        assert_eq!(it.unconfigured, [EntityRef::new(EntityKind::Device, "gate")]);
    });
}

#[test]
fn a_network_that_nobody_declared_is_no_way_out_of_the_question() {
    let gate = letting(" permit tcp any 10.99.0.0 0.0.0.255 eq www\n");
    judged(HOSPITAL, &gate, |it| {
        assert_eq!(it.verdict(), Verdict::Reachable, "{it:#?}");
        let there = |it: &sekisho::reach::paths::Class| {
            it.packets.destinations().contains("10.99.0.7".parse().unwrap())
        };
        assert!(it.extra.iter().any(there), "{it:#?}");
    });
    // The one host there that is declared as a target is no extra.
    let hospital = HOSPITAL.replace("allow: [", "allow: [{to: 10.99.0.0/24, services: [80/tcp]}, ");
    judged(&hospital, &gate, |it| assert_eq!(it.verdict(), Verdict::Isolated, "{it:#?}"));
}

#[test]
fn what_is_declared_and_blocked_is_missing_with_what_blocks_it() {
    let hospital = HOSPITAL.replace("[22/tcp]", "[22/tcp, 443/tcp]");
    judged(&hospital, GATE, |it| {
        assert_eq!(it.verdict(), Verdict::Isolated, "{it:#?}");
        let missing: Vec<Service> = it.missing.iter().map(|it| it.service).collect();
        assert_eq!(missing, [Service::tcp(443)]);
    });
}

#[test]
fn where_nobody_knows_where_it_comes_in_it_is_open() {
    let hospital = HOSPITAL.replace("circuit: line, at: gate.wan, ", "");
    judged(&hospital, GATE, |it| assert_eq!(it.verdict(), Verdict::Undetermined, "{it:#?}"));
}
