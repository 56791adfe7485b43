//! Networks with one peculiarity each, and what must come of it.

use super::{
    Filter, Limiter, Middlebox, Network, Ran, SimHost, drive, go_on, ground, head, plan, wall,
};
use sekisho::model::Vocabulary as _;
use sekisho::model::words::Verdict;
use sekisho::probe::journal::{Journal, Line};
use sekisho::probe::verdict::{Reason, verdicts};
use sekisho::probe::{Expectation, Plan};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

fn host(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

/// Hosts at which a witness listens at 443 and 22, with 22 filtered before.
fn network(hosts: &[u8]) -> (Network, Plan) {
    let mut tuples = Vec::new();
    let mut network = Network::default();
    for last in hosts {
        network.hosts.insert(host(*last), SimHost::witnessed([443, 22]));
        network.filters.insert((host(*last), 22), Filter::Drop);
        tuples.push((host(*last), 443, Expectation::Control));
        tuples.push((host(*last), 22, Expectation::NoAnswer));
    }
    (network, plan(&tuples))
}

fn run(network: &mut Network, plan: &Plan) -> Ran {
    let ran = drive(plan, network, 1);
    assert!(ran.broken.is_empty(), "{:?}", ran.broken);
    ran
}

/// The verdict on port 22 of a host.
fn verdict(ran: &Ran, last: u8) -> (Verdict, Reason) {
    let judged = verdicts(std::slice::from_ref(&ran.journal), &[], &ground());
    let mut there =
        judged.iter().filter(|it| (it.question.to, it.question.port) == (host(last), 22));
    there.next().map_or((Verdict::Undetermined, Reason::NotAsked), |it| (it.verdict, it.reason))
}

fn stops(ran: &Ran) -> Vec<(Option<IpAddr>, &str)> {
    ran.journal.stopped.iter().map(|it| (it.1, it.2.as_str())).collect()
}

const ISOLATED: (Verdict, Reason) = (Verdict::Isolated, Reason::NotArrived);

#[test]
fn a_filter_is_proved_and_a_way_is_found() {
    let (mut network, plan) = network(&[1, 2]);
    network.filters.remove(&(host(2), 22));
    let ran = run(&mut network, &plan);
    assert_eq!(verdict(&ran, 1), ISOLATED);
    assert_eq!(verdict(&ran, 2), (Verdict::Reachable, Reason::Answered));
    assert_eq!(stops(&ran), []);
}

#[test]
fn what_a_device_on_the_way_says_counts_beside_controls_at_the_same_host() {
    let mut network = Network::default();
    for last in [1, 2] {
        network.hosts.insert(host(last), SimHost::with([443, 22]));
    }
    network.filters.insert((host(2), 22), Filter::Prohibit(host(254)));
    let asked = [
        (host(2), 22, Expectation::NoAnswer),
        (host(1), 443, Expectation::Control),
        (host(2), 443, Expectation::Control),
    ];
    let verdict_of = |network: &mut Network, asked| verdict(&run(network, &plan(asked)), 2);
    let told = (Verdict::Isolated, Reason::ToldByFilter);
    assert_eq!(verdict_of(&mut network, &asked), told);
    // A control beside it says nothing of a limiter that stands before this host alone.
    let beside = (Verdict::Undetermined, Reason::HostUnproved);
    assert_eq!(verdict_of(&mut network, &asked[..2]), beside);
    let none = (Verdict::Undetermined, Reason::NoControl);
    assert_eq!(verdict_of(&mut network, &asked[..1]), none);
    // A limiter that says so of what is too much is no filter.
    network.filters.clear();
    let (level, tells) = (BTreeMap::new(), Some(host(254)));
    let limiter =
        Limiter { rate: 0.3, burst: 1.0, each_host: true, before_filter: false, tells, level };
    network.limiter = Some(limiter);
    assert_ne!(verdict_of(&mut network, &asked).0, Verdict::Isolated);
}

#[test]
fn a_filter_that_drops_the_answers_of_one_port_is_no_isolation() {
    let (mut network, plan) = network(&[1, 2]);
    // The witness sees it arrive; without one nobody can tell.
    network.filters.insert((host(1), 22), Filter::Answers);
    network.hosts.insert(host(2), SimHost::with([443, 22]));
    let ran = run(&mut network, &plan);
    assert_eq!(verdict(&ran, 1), (Verdict::Reachable, Reason::Arrived));
    let unseen = (Verdict::Undetermined, Reason::SilentBetweenControls);
    assert_eq!(verdict(&ran, 2), unseen);
    network.filters.insert((host(2), 22), Filter::Answers);
    assert_eq!(verdict(&run(&mut network, &plan), 2), unseen);
}

#[test]
fn a_witness_behind_a_translation_sees_not_all_that_arrives() {
    let (mut network, plan) = network(&[1]);
    network.filters.clear();
    network.hosts.insert(host(3), SimHost::witnessed([443, 22]));
    network.nat.insert(host(1), host(3));
    // The port is another host's, who is not there just now.
    network.forwards.insert((host(1), 22), host(4));
    let ran = run(&mut network, &plan);
    assert_eq!(verdict(&ran, 1), (Verdict::Undetermined, Reason::Translated));
}

#[test]
fn a_host_that_was_never_seen_alive_is_not_isolated() {
    let (mut network, _) = network(&[1]);
    network.filters.insert((host(2), 22), Filter::Drop);
    let asked = [(host(1), 443, Expectation::Control), (host(2), 22, Expectation::NoAnswer)];
    let ran = run(&mut network, &plan(&asked));
    assert_eq!(verdict(&ran, 2), (Verdict::Undetermined, Reason::HostUnproved));
}

#[test]
fn answers_that_do_not_come_back_are_no_isolation() {
    let (mut network, plan) = network(&[1, 2]);
    network.hosts.get_mut(&host(1)).unwrap().mute = true;
    let ran = run(&mut network, &plan);
    assert_eq!(verdict(&ran, 1).0, Verdict::Undetermined);
    assert_eq!(verdict(&ran, 2), ISOLATED);
}

#[test]
fn a_middlebox_that_answers_for_a_dead_host_proves_nothing() {
    for kind in [Middlebox::All, Middlebox::Permitted, Middlebox::Offered] {
        let (mut network, plan) = network(&[1]);
        network.filters.clear();
        network.proxy = Some(kind);
        network.hosts.get_mut(&host(1)).unwrap().down.push((Duration::ZERO, Duration::MAX));
        let ran = run(&mut network, &plan);
        assert_ne!(verdict(&ran, 1).0, Verdict::Isolated, "{kind:?}");
    }
}

#[test]
fn a_limiter_of_rates_is_not_taken_for_a_filter() {
    for (rate, burst) in [(0.1, 3.0), (0.2, 1.0), (0.3, 2.0), (0.45, 1.0), (0.5, 4.0), (1.0, 1.0)] {
        let (mut network, plan) = network(&[1]);
        network.filters.clear();
        let level = BTreeMap::new();
        network.limiter = Some(Limiter {
            rate,
            burst,
            each_host: true,
            before_filter: false,
            tells: None,
            level,
        });
        let ran = run(&mut network, &plan);
        assert_ne!(verdict(&ran, 1).0, Verdict::Isolated, "{rate} a second, {burst} at once");
    }
}

#[test]
fn a_host_that_slows_down_is_left_alone() {
    let (mut network, plan) = network(&[1, 2]);
    let slow = network.hosts.get_mut(&host(1)).unwrap();
    slow.latency = 10_000;
    slow.slows = Some((Duration::from_millis(2500), 6));
    let ran = run(&mut network, &plan);
    assert_eq!(stops(&ran), [(Some(host(1)), "slow")]);
    let last = ran.journal.stopped[0].0;
    let later = ran.journal.answered.iter().filter(|it| it.question.to == host(1) && it.at > last);
    assert_eq!(later.count(), 0);
    assert_eq!(verdict(&ran, 1).0, Verdict::Undetermined);
    assert_eq!(verdict(&ran, 2), ISOLATED);
}

/// A host that was not well before a run was resumed counts: one more ends it.
#[test]
fn a_resumed_run_remembers_who_was_not_well() {
    let (mut network, plan) = network(&[1, 2, 3]);
    let down = network.hosts.get_mut(&host(2)).unwrap();
    down.down.push((Duration::from_millis(2500), Duration::MAX));
    let mut before = Journal::new(head(&plan));
    let at = wall(&network, Duration::ZERO);
    let reason = "control-lost".to_owned();
    before.add(Line::Stopped { at, host: Some(host(1)), reason });
    let ran = go_on(&plan, &mut network, 1, before);
    let expected =
        [(Some(host(1)), "control-lost"), (Some(host(2)), "control-lost"), (None, "hosts-unwell")];
    assert_eq!(stops(&ran), expected);
    let asked = |last: u8| ran.journal.answered.iter().any(|it| it.question.to == host(last));
    assert!(!asked(1) && asked(2));
}

#[test]
fn two_hosts_that_stop_answering_end_the_run() {
    let (mut network, plan) = network(&[1, 2, 3]);
    for last in [1, 2] {
        let host = network.hosts.get_mut(&host(last)).unwrap();
        host.down.push((Duration::from_millis(2500), Duration::MAX));
    }
    let ran = run(&mut network, &plan);
    let reasons: Vec<&str> = ran.journal.stopped.iter().map(|it| it.2.as_str()).collect();
    assert_eq!(reasons, ["control-lost", "control-lost", "hosts-unwell"]);
    assert_eq!(verdict(&ran, 1).0, Verdict::Undetermined);
    assert_eq!(verdict(&ran, 2).0, Verdict::Undetermined);
}

#[test]
fn a_clock_that_jumps_ends_the_run_and_one_that_is_corrected_does_not() {
    for (jump, stopped) in
        [(3600, true), (-3600, true), (6, true), (-6, true), (3, false), (-3, false)]
    {
        let (mut network, plan) = network(&[1]);
        network.jump = Some((Duration::from_secs(3), jump));
        let ran = drive(&plan, &mut network, 1);
        let clock = [(None, "clock")];
        assert_eq!(stops(&ran), if stopped { &clock[..] } else { &[] }, "{jump}");
        let last = ran.sent.last().unwrap().0;
        assert!(!stopped || last < Duration::from_secs(3), "{last:?}");
    }
}

#[test]
fn the_window_closes_on_both_clocks_and_nothing_is_under_way_then() {
    let (mut network, mut plan) = network(&[1, 2, 3]);
    let window = plan.windows.first_mut().unwrap();
    window.until = window.from + jiff::SignedDuration::from_secs(60 + 20);
    let ran = run(&mut network, &plan);
    assert_eq!(stops(&ran), [(None, "window")]);
    // Patience and a second for closing before its end.
    assert!(ran.sent.last().unwrap().0 < Duration::from_millis(20_000 - 4000));
    plan.windows.clear();
    let ran = run(&mut network, &plan);
    assert_eq!((stops(&ran), ran.sent.len()), (vec![(None, "window")], 0));
}

#[test]
fn budgets_end_the_run() {
    let (mut network, mut plan) = network(&[1, 2, 3]);
    plan.limits.run_budget = 7;
    let ran = run(&mut network, &plan);
    assert_eq!((stops(&ran), ran.sent.len()), (vec![(None, "budget")], 7));
    plan.limits.run_budget = 5000;
    plan.limits.day_budget = 9;
    let ran = run(&mut network, &plan);
    assert_eq!((stops(&ran), ran.sent.len()), (vec![(None, "day-budget")], 9));
}

#[test]
fn controls_stay_within_a_minute_of_what_they_stand_beside() {
    let mut network = Network::default();
    network.hosts.insert(host(1), SimHost::with([443]));
    let mut asked = vec![(host(1), 443, Expectation::Control)];
    // Refused by the network's own gateway, one every half second: more than a minute of them.
    for port in 1000..1200 {
        network.filters.insert((host(1), port), Filter::Prohibit(host(254)));
        asked.push((host(1), port, Expectation::NoAnswer));
    }
    let ran = run(&mut network, &plan(&asked));
    assert!(ran.took > Duration::from_secs(90));
    let judged = verdicts(std::slice::from_ref(&ran.journal), &[], &ground());
    let isolated = judged.iter().filter(|it| it.verdict == Verdict::Isolated).count();
    assert_eq!(isolated, 200, "{:?}", judged.iter().map(|it| it.reason.key()).collect::<Vec<_>>());
}

#[test]
fn the_same_network_gives_the_same_conclusions_whatever_the_pauses() {
    let (network, plan) = network(&[1, 2, 3]);
    for seed in 0..100 {
        let ran = drive(&plan, &mut network.clone(), seed);
        for last in [1, 2, 3] {
            assert_eq!(verdict(&ran, last), ISOLATED, "{seed}");
        }
    }
}

#[test]
fn what_must_answer_and_does_not_is_asked_twice_and_no_more() {
    let mut network = Network::default();
    let asked: Vec<_> =
        [(443, Expectation::Answers), (104, Expectation::Answers), (22, Expectation::Control)]
            .map(|(port, expect)| (host(1), port, expect))
            .to_vec();
    let ran = run(&mut network, &plan(&asked));
    for number in 0..3 {
        assert_eq!(ran.sent.iter().filter(|it| it.1 == number).count(), 2, "{number}");
    }
}

/// What says "prohibited" on the way, and whether that proves anything.
#[test]
fn a_prohibition_counts_when_a_device_of_the_hospital_says_it() {
    let foreign = (Verdict::Undetermined, Reason::ForeignVoice);
    for (by, expected) in [
        (host(254), (Verdict::Isolated, Reason::ToldByFilter)),
        // The other side's router, before the line.
        (IpAddr::from([192, 168, 77, 1]), foreign),
        // The target's machine, by an address of its segment that no device has.
        (host(50), foreign),
    ] {
        let mut network = Network::default();
        network.hosts.insert(host(1), SimHost::witnessed([443, 22]));
        network.filters.insert((host(1), 22), Filter::Prohibit(by));
        let asked = [(host(1), 443, Expectation::Control), (host(1), 22, Expectation::NoAnswer)];
        // Neither does it help that the witness saw nothing: it never came so far.
        let witnessed = verdict(&run(&mut network.clone(), &plan(&asked)), 1);
        network.hosts.insert(host(1), SimHost::with([443, 22]));
        assert_eq!(verdict(&run(&mut network, &plan(&asked)), 1), expected, "{by}");
        assert_eq!(witnessed.0, expected.0, "{by}");
    }
}

#[test]
fn a_witness_whose_counters_stand_still_is_not_believed() {
    let (mut network, plan) = network(&[1]);
    network.filters.insert((host(1), 22), Filter::Answers);
    network.hosts.get_mut(&host(1)).unwrap().frozen = true;
    let ran = run(&mut network, &plan);
    assert_eq!(verdict(&ran, 1), (Verdict::Undetermined, Reason::Uncounted));
}
