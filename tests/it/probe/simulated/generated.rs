//! Thousands of networks by chance, with everything that makes silence without a filter.

use super::run::Dice;
use super::{Filter, Limiter, Middlebox, Network, SimHost, drive, ground, plan};
use sekisho::model::words::Verdict;
use sekisho::probe::verdict::verdicts;
use sekisho::probe::{Expectation, Plan};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

const NEGATIVES: [u16; 6] = [22, 23, 80, 445, 3389, 5432];

fn seconds(dice: &mut Dice, most: u64) -> Duration {
    Duration::from_millis(dice.below(most * 1000))
}

/// A network, the plan for it, and what is wrong with it.
pub fn generate(seed: u64) -> (Network, Plan) {
    let mut dice = Dice(seed);
    let mut network = Network::default();
    let mut tuples = Vec::new();
    for index in 0..1 + dice.below(4) {
        let to: IpAddr = format!("192.0.2.{}", 10 + index).parse().unwrap();
        let mut host = SimHost::with([]);
        host.latency = 100 + dice.below(20_000);
        if !dice.one_in(4) {
            host.open.insert(443);
            tuples.push((to, 443, Expectation::Control));
        }
        for port in NEGATIVES {
            if dice.one_in(2) {
                continue;
            }
            tuples.push((to, port, Expectation::NoAnswer));
            if dice.one_in(3) {
                host.open.insert(port);
            }
            let gateway: IpAddr = "192.0.2.1".parse().unwrap();
            // Others say the same: the asker's own router, the target by another of its addresses.
            let strangers = [[192, 168, 77, 1], [192, 0, 2, 50]].map(IpAddr::from);
            match dice.below(8) {
                7 => {
                    let by = strangers[usize::from(dice.one_in(2))];
                    network.filters.insert((to, port), Filter::Prohibit(by));
                }
                6 => drop(network.filters.insert((to, port), Filter::Answers)),
                0 | 1 => drop(network.filters.insert((to, port), Filter::Drop)),
                2 => drop(network.filters.insert((to, port), Filter::Prohibit(gateway))),
                3 => drop(network.filters.insert((to, port), Filter::Reset)),
                _ => {}
            }
        }
        if dice.one_in(2) {
            let all = host.open.iter().copied().chain(NEGATIVES);
            let frozen = dice.one_in(6);
            host = SimHost { latency: host.latency, frozen, ..SimHost::witnessed(all) };
        }
        match dice.below(8) {
            0 => host.down.push((seconds(&mut dice, 60), Duration::MAX)),
            1 => {
                let from = seconds(&mut dice, 60);
                host.down.push((from, from + seconds(&mut dice, 40)));
            }
            2 => host.down.push((Duration::ZERO, Duration::MAX)),
            3 => host.mute = true,
            4 => host.slows = Some((seconds(&mut dice, 60), 2 + dice.below(10))),
            _ => {}
        }
        network.hosts.insert(to, host);
    }
    match dice.below(6) {
        0 | 1 => network.loss = [0.01, 0.05, 0.1, 0.2, 0.4][dice.below(5) as usize],
        2 => {
            for _ in 0..dice.below(4) {
                let from = seconds(&mut dice, 90);
                network.storms.push((
                    from,
                    from + seconds(&mut dice, 15),
                    0.5 + dice.share() / 2.0,
                ));
            }
        }
        _ => {}
    }
    if dice.one_in(3) {
        network.limiter = Some(Limiter {
            rate: [0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 2.0, 5.0][dice.below(8) as usize],
            burst: [1.0, 2.0, 5.0, 20.0][dice.below(4) as usize],
            each_host: dice.one_in(2),
            before_filter: dice.one_in(2),
            tells: dice.one_in(3).then(|| "192.0.2.1".parse().unwrap()),
            level: BTreeMap::new(),
        });
    }
    network.proxy = [
        None,
        None,
        None,
        Some(Middlebox::All),
        Some(Middlebox::Permitted),
        Some(Middlebox::Offered),
    ][dice.below(6) as usize];
    if dice.one_in(6) && network.hosts.len() > 1 {
        let all: Vec<IpAddr> = network.hosts.keys().copied().collect();
        network.nat.insert(all[0], all[1]);
        for port in NEGATIVES {
            if dice.one_in(3) {
                network.forwards.insert((all[0], port), all[all.len() - 1]);
            }
        }
    }
    if dice.one_in(10) {
        let jump = [-86_400, -3600, -30, 4, 30, 3600, 86_400][dice.below(7) as usize];
        network.jump = Some((seconds(&mut dice, 60), jump));
    }
    (network, plan(&tuples))
}

/// How many networks; `SEKISHO_SIMULATED` asks for more.
fn many() -> u64 {
    std::env::var("SEKISHO_SIMULATED").ok().and_then(|it| it.parse().ok()).unwrap_or(2000)
}

#[test]
fn no_network_makes_a_false_isolated_and_no_limit_is_exceeded() {
    let (mut isolated, mut closed, mut reachable) = (0, 0, 0);
    let mut wrong = Vec::new();
    for seed in 0..many() {
        let (network, plan) = generate(seed);
        let ran = drive(&plan, &mut network.clone(), seed);
        for broken in &ran.broken {
            wrong.push(format!("{seed}: {broken}"));
        }
        for judged in verdicts(&[ran.journal], &[], &ground()) {
            if judged.question.expect != Expectation::NoAnswer {
                continue;
            }
            let arrives = network.arrives(judged.question.to, judged.question.port);
            closed += u32::from(!arrives);
            match judged.verdict {
                Verdict::Isolated if arrives => {
                    wrong.push(format!("{seed}: false isolated: {judged:?}"));
                }
                Verdict::Isolated => isolated += 1,
                Verdict::Reachable => reachable += 1,
                Verdict::Undetermined => {}
            }
        }
    }
    let first: Vec<&String> = wrong.iter().take(3).collect();
    assert!(wrong.is_empty(), "{} wrong; {first:#?}", wrong.len());
    // A machine that never says anything would be right as well.
    eprintln!("{isolated} of {closed} closed ways proved, {reachable} open ones found");
    assert!(isolated * 12 > closed && reachable > 100, "{isolated} of {closed}, {reachable} open");
}
