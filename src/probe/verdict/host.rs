//! What the answers of one host say of it, whatever was asked.

use super::positive;
use super::run::at_once;
use crate::model::Service;
use crate::probe::journal::Answered;
use crate::probe::journal::{Journal, WITNESS_GREETING};
use crate::probe::{Expectation, Kind, Outcome};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

/// At so many ports or more, answers from all of them are too many to be the host's own.
const TOO_MANY: u32 = 3;

/// A control that was answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    pub(super) number: u32,
    pub(super) at: Timestamp,
    pub(super) took: Duration,
}

/// What is known of a host.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Controls that prove that it was there, in the order of time.
    pub(super) controls: Vec<Control>,
    /// Whether something was lost, late, or stopped answering.
    pub(super) unsteady: bool,
    /// The ports that must not answer: how many were asked, and how many answered.
    asked: u32,
    open: u32,
    /// The sessions of witnesses that spoke there.
    pub(super) sessions: BTreeSet<String>,
    pub(super) arrivals: Arrivals,
}

impl Facts {
    /// What is known of every host of a run.
    pub(super) fn of(journal: &Journal) -> BTreeMap<IpAddr, Self> {
        let mut all: BTreeMap<IpAddr, Self> = BTreeMap::new();
        let mut last: BTreeMap<u32, Outcome> = BTreeMap::new();
        let mut inorder: Vec<&Answered> = journal.answered.iter().collect();
        inorder.sort_by_key(|it| it.at);
        for it in inorder {
            let facts = all.entry(it.question.to).or_default();
            let before = last.insert(it.number, it.answer.outcome);
            facts.add(it, before);
        }
        for (_, host, reason) in &journal.stopped {
            if let Some(facts) = host.and_then(|it| all.get_mut(&it)) {
                facts.unsteady |= reason != "refused";
            }
        }
        all
    }

    fn add(&mut self, it: &Answered, before: Option<Outcome>) {
        let open = it.answer.outcome == Outcome::Open;
        let lost = |it| matches!(it, Outcome::Silent | Outcome::Unreachable);
        let late = open && it.answer.micros.is_some_and(|it| !at_once(it));
        self.unsteady |= late
            || (open && before.is_some_and(lost))
            || (before == Some(Outcome::Open) && !open && it.answer.outcome != Outcome::NotSent);
        if it.question.expect == Expectation::NoAnswer {
            if it.question.kind == Kind::TcpConnect && before.is_none() {
                self.asked += 1;
                self.open += u32::from(open);
            }
            return;
        }
        if positive(it.question.kind, &it.answer) {
            let took = Duration::from_micros(it.answer.micros.unwrap_or_default());
            self.controls.push(Control { number: it.number, at: it.at, took });
        }
        for line in it.answer.details.get("witness").into_iter().flatten() {
            if let Some((session, arrivals)) = greeting(line) {
                self.sessions.insert(session.to_owned());
                self.arrivals.hear(session, arrivals);
            }
        }
    }

    /// How many controls were answered at once.
    pub(super) fn clean(&self) -> u32 {
        u32::try_from(self.controls.len()).unwrap_or(u32::MAX)
    }

    /// Whether every port that must not answer did.
    pub(super) const fn answers_for_all(&self) -> bool {
        self.asked >= TOO_MANY && self.open == self.asked
    }
}

/// How often something arrived at a witness, as it said at first and as it said in the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    session: Option<String>,
    counts: BTreeMap<Service, (u64, u64)>,
    /// Whether two witnesses spoke: then neither can be relied on.
    mixed: bool,
}

impl Arrivals {
    /// The service that a packet arrived for.
    pub(super) const fn service(protocol: u8, port: u16) -> Option<Service> {
        match protocol {
            6 => Some(Service::tcp(port)),
            17 => Some(Service::udp(port)),
            _ => None,
        }
    }

    fn hear(&mut self, session: &str, said: BTreeMap<Service, u64>) {
        self.mixed |= self.session.as_deref().is_some_and(|it| it != session);
        self.session = Some(session.to_owned());
        for (service, count) in said {
            let (least, most) = self.counts.entry(service).or_insert((count, count));
            (*least, *most) = ((*least).min(count), (*most).max(count));
        }
    }

    /// Whether more arrived while the run went on.
    pub(super) fn grew(&self, service: Service) -> bool {
        self.counts.get(&service).is_some_and(|(least, most)| most > least)
    }

    /// Whether the witness listens for it, and none arrived.
    pub(super) fn never(&self, service: Service) -> bool {
        !self.mixed && self.counts.get(&service).is_some_and(|(least, most)| most == least)
    }
}

/// `sekisho-witness SESSION tcp/22=0 udp/53=1`
fn greeting(line: &str) -> Option<(&str, BTreeMap<Service, u64>)> {
    let mut words = line.strip_prefix(WITNESS_GREETING)?.split_ascii_whitespace();
    let session = words.next()?;
    let said = words.filter_map(|word| {
        let (service, count) = word.split_once('=')?;
        let (protocol, port) = service.split_once('/')?;
        let port = port.parse().ok()?;
        let service = match protocol {
            "tcp" => Service::tcp(port),
            "udp" => Service::udp(port),
            _ => return None,
        };
        Some((service, count.parse().ok()?))
    });
    Some((session, said.collect()))
}
