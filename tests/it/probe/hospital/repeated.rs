//! The same run, again and again, with few files to be opened: conclusions are the same every time.

use super::declared::{scope, vantage};
use super::desk::Desk;
use super::ground::Ground;
use sekisho::probe::verdict::verdicts;
use std::collections::BTreeMap;

/// So many times, on several hospitals at once.
pub fn holds(times: usize, lanes: usize) {
    let all: Vec<Vec<String>> = std::thread::scope(|scope| {
        let lane = |nth: usize| (0..times).skip(nth).step_by(lanes).count();
        let threads: Vec<_> =
            (0..lanes).map(|nth| scope.spawn(move || repeat(nth, lane(nth)))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    all.iter().flatten().for_each(|it| *counts.entry(it).or_default() += 1);
    assert_eq!(counts.values().sum::<usize>(), times);
    assert_eq!(counts.len(), 1, "{counts:#?}");
    eprintln!("{times} runs, one conclusion: {:?}", counts.keys().next().unwrap());
}

fn repeat(nth: usize, times: usize) -> Vec<String> {
    let ground = Ground::new(&format!("again{nth}"), false);
    let (namespace, vantage) = (ground.name("vc"), vantage("vc"));
    let run = |_| {
        let desk = Desk::new(&scope(vantage.from, vantage.targets, ""));
        desk.planned(&namespace, vantage.from, &[]);
        let judged = verdicts(&[desk.carry_out(&namespace, || {})], &[], &Default::default());
        let told = judged.iter().map(|it| {
            let (to, port) = (it.question.to, it.question.port);
            format!("{to} {port}: {:?} ({:?})", it.verdict, it.reason)
        });
        told.collect::<Vec<_>>().join(", ")
    };
    (0..times).map(run).collect()
}
