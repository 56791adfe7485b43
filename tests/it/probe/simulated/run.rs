//! Drives the machine through a network, keeps the journal, and watches the limits.

use super::Network;
use jiff::{SignedDuration, Timestamp};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::probe::journal::{Answered, Head, Journal, Line};
use sekisho::probe::restraint::{Clock, Past, Restraint, Step};
use sekisho::probe::scope::Pins;
use sekisho::probe::verdict::Ground;
use sekisho::probe::{Answer, Expectation, Kind, Limits, Plan, Question, Window};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// Numbers by chance, the same for the same seed.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    pub fn below(&mut self, many: u64) -> u64 {
        self.next() % many
    }

    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

pub const START: i64 = 1_795_000_000;

pub fn wall(network: &Network, now: Duration) -> Timestamp {
    let jump = network.jump.filter(|it| now >= it.0).map_or(0, |it| it.1);
    let at = Timestamp::from_second(START + jump).unwrap();
    at + SignedDuration::try_from(now).unwrap()
}

/// A plan that asks these tuples, at the default limits.
pub fn plan(tuples: &[(IpAddr, u16, Expectation)]) -> Plan {
    let question = |it: &(IpAddr, u16, Expectation)| Question {
        to: it.0,
        port: it.1,
        kind: Kind::TcpConnect,
        expect: it.2,
        target: EntityRef::new(EntityKind::System, it.0.to_string()),
    };
    let at = |second| Timestamp::from_second(second).unwrap();
    Plan {
        scope: "00".into(),
        from: EntityRef::new(EntityKind::Connection, "line"),
        source: None,
        pins: Pins::default(),
        limits: Limits::default(),
        windows: vec![Window { from: at(START - 60), until: at(START + 7200) }],
        questions: tuples.iter().map(question).collect(),
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Ran {
    pub journal: Journal,
    /// When what was sent.
    pub sent: Vec<(Duration, u32)>,
    /// How it ended by the virtual clock.
    pub took: Duration,
    /// Everything that goes against the limits.
    pub broken: Vec<String>,
}

/// Drives a run to its end.
pub fn drive(plan: &Plan, network: &mut Network, seed: u64) -> Ran {
    go_on(plan, network, seed, Journal::new(head(plan)))
}

/// Drives a run to its end that a journal holds the beginning of.
pub fn go_on(plan: &Plan, network: &mut Network, seed: u64, journal: Journal) -> Ran {
    let mut dice = Dice(seed ^ 0x5eed);
    let mut now = Duration::ZERO;
    let clock = |network: &Network, now| Clock { since: now, wall: wall(network, now) };
    let mut machine =
        Restraint::new(plan, seed, clock(network, now), &Past::of(&journal, 0, &ground()));
    let mut ran = Ran { journal, sent: Vec::new(), took: now, broken: Vec::new() };
    let mut flying: BTreeMap<(Duration, u32), (Duration, Answer)> = BTreeMap::new();
    let patience = Duration::from_millis(plan.limits.patience_ms.into());
    for _ in 0..200_000 {
        match machine.next(clock(network, now)) {
            Step::Ask { number, attempt } => {
                let Some(question) = plan.questions.get(number as usize) else {
                    ran.broken.push(format!("{number} is no question of the plan"));
                    continue;
                };
                let at = wall(network, now);
                ran.journal.add(Line::Asked { number, attempt, at });
                ran.sent.push((now, number));
                let hosts =
                    flying.keys().filter(|it| plan.questions[it.1 as usize].to == question.to);
                if hosts.count() as u32 >= plan.limits.host_in_flight {
                    ran.broken.push(format!("two under way at {} at {now:?}", question.to));
                }
                let (mut answer, took) =
                    network.connect(question.to, question.port, now, patience, &mut dice);
                answer.attempts = attempt;
                flying.insert((now + took, number), (now, answer));
            }
            Step::Stop { host, reason } => {
                let reason = sekisho::model::Vocabulary::key(reason).to_owned();
                ran.journal.add(Line::Stopped { at: wall(network, now), host, reason });
                if host.is_none() {
                    flying.clear();
                }
            }
            Step::Wait(until) => {
                let answered = flying.keys().next().map(|it| it.0);
                match (until, answered) {
                    (None, None) => {
                        ran.broken.push("waits for nothing".to_owned());
                        break;
                    }
                    (Some(until), answered) if answered.is_none_or(|it| until < it) => {
                        now = until.max(now)
                    }
                    (_, Some(_)) => {
                        let ((end, number), (sent, answer)) = flying.pop_first().unwrap();
                        now = end;
                        let question = plan.questions[number as usize].clone();
                        let at = wall(network, sent);
                        ran.journal.add(Line::Answered(Answered {
                            number,
                            question,
                            at,
                            answer: answer.clone(),
                        }));
                        machine.answered(number, &answer, clock(network, now));
                    }
                    _ => unreachable!(),
                }
            }
            Step::Done => {
                ran.took = now;
                if !flying.is_empty() {
                    ran.broken.push("done with questions under way".to_owned());
                }
                ran.watch(plan);
                return ran;
            }
        }
    }
    ran.broken.push(format!("never ends: {} sent by {now:?}", ran.sent.len()));
    ran
}

impl Ran {
    /// Holds what was sent against the limits, in every second.
    fn watch(&mut self, plan: &Plan) {
        let mut broken = Vec::new();
        let limits = &plan.limits;
        for (at, (first, _)) in self.sent.iter().enumerate() {
            let within =
                || self.sent[at..].iter().take_while(|it| it.0 <= *first + Duration::from_secs(1));
            let all = within().count();
            if all > limits.rate as usize {
                broken.push(format!("{all} in the second after {first:?}"));
            }
            let mut hosts: BTreeMap<IpAddr, u32> = BTreeMap::new();
            within()
                .for_each(|it| *hosts.entry(plan.questions[it.1 as usize].to).or_default() += 1);
            if let Some((host, many)) = hosts.iter().find(|it| *it.1 > limits.host_rate) {
                broken.push(format!("{many} to {host} in the second after {first:?}"));
            }
        }
        if self.sent.len() > limits.run_budget as usize {
            broken.push(format!("{} sent", self.sent.len()));
        }
        let mut attempts: BTreeMap<u32, u32> = BTreeMap::new();
        for (_, number) in &self.sent {
            *attempts.entry(*number).or_default() += 1;
        }
        for (number, many) in attempts {
            let negative = plan.questions[number as usize].expect == Expectation::NoAnswer;
            if negative && many > u32::from(limits.retries) + 1 {
                broken.push(format!("{number} asked {many} times"));
            }
        }
        self.broken.extend(broken);
    }
}

pub fn head(plan: &Plan) -> Head {
    Head {
        scope: plan.scope.clone(),
        plan: plan.hash(),
        from: plan.from.clone(),
        tester: "tester".into(),
        party: None,
        approver: "approver".into(),
        host: "laptop".into(),
        addresses: vec!["198.51.100.7".parse().unwrap()],
        limits: plan.limits,
        questions: plan.questions.len() as u32,
        started: Timestamp::from_second(START).unwrap(),
        dry: false,
    }
}

/// What is declared: the gateways of the hospital on the line.
pub fn ground() -> Ground {
    let line = EntityRef::new(EntityKind::Connection, "line");
    Ground::default().with_voices(&line, GATEWAYS.map(IpAddr::from))
}

pub const GATEWAYS: [[u8; 4]; 2] = [[192, 0, 2, 254], [192, 0, 2, 1]];
