//! What the answers of one host say of it, whatever was asked.

use super::run::at_once;
use super::{Reason, positive};
use crate::model::{Protocol, Service};
use crate::probe::journal::Answered;
use crate::probe::journal::{Journal, WITNESS_GREETING, WITNESS_SEES};
use crate::probe::{Expectation, Kind, Outcome};
use jiff::{SignedDuration, Timestamp};
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
            if !it.answer.details.contains_key("witness") {
                self.arrivals.unsaid.extend(it.question.service());
            }
            self.controls.push(Control { number: it.number, at: it.at, took });
        }
        for line in it.answer.details.get("witness").into_iter().flatten() {
            if let Some(mut word) = greeting(line, it.at) {
                let took = SignedDuration::try_from(Duration::from_micros(
                    it.answer.micros.unwrap_or_default(),
                ));
                let until = took.ok().and_then(|took| it.at.checked_add(took).ok());
                (word.until, word.service) = (until.unwrap_or(it.at), it.question.service());
                self.sessions.insert(word.session.clone());
                self.arrivals.words.push(word);
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

/// What witnesses said, in the order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    words: Vec<Word>,
    /// The services of controls that were answered without a word.
    unsaid: BTreeSet<Service>,
}

/// What one witness said once.
#[derive(Clone, Debug)]
struct Word {
    /// When the control was sent that it was said to.
    at: Timestamp,
    /// When it was answered.
    until: Timestamp,
    /// What the control asked for.
    service: Option<Service>,
    session: String,
    /// From which address the control arrived.
    sender: Option<IpAddr>,
    /// The address at which the control arrived, by the witness's own system.
    here: Option<IpAddr>,
    /// Whether it sees connections whose answers do not find the way back.
    sees_half_open: bool,
    counts: BTreeMap<Service, u64>,
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

    /// Whether more arrived while the run went on.
    pub(super) fn grew(&self, service: Service) -> bool {
        let mut counts = self.words.iter().filter_map(|it| it.counts.get(&service));
        let first = counts.next();
        counts.any(|it| Some(it) > first)
    }

    /// From which addresses controls arrived.
    pub(super) fn senders(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.words.iter().filter_map(|it| it.sender)
    }

    /// Whether the count of its own port rose with every control that was answered: a witness that
    /// does not count what certainly arrived says nothing of what did not.
    fn count_the_controls(&self) -> bool {
        let counted = |it: &Word| it.service.and_then(|service| it.counts.get(&service).copied());
        let named = |it: &Service| self.words.iter().any(|word| word.counts.contains_key(it));
        if self.unsaid.iter().any(named) {
            return false;
        }
        let mut ended: Vec<&Word> = self.words.iter().collect();
        ended.sort_by_key(|it| it.until);
        let mut ended = ended.into_iter().peekable();
        let mut most: BTreeMap<Service, u64> = BTreeMap::new();
        // In the order in which they were sent; a laboratory has several under way at a time.
        self.words.iter().all(|word| {
            while let Some(before) = ended.next_if(|it| it.until <= word.at && it.at < word.at) {
                let Some((service, count)) = before.service.zip(counted(before)) else { continue };
                let known = most.entry(service).or_default();
                *known = count.max(*known);
            }
            let before = word.service.and_then(|it| most.get(&it)).copied().unwrap_or_default();
            counted(word).is_some_and(|it| it > before)
        })
    }

    /// What they say of a service that was asked at `to` between these two moments: that nothing
    /// ever arrived there (`Ok`), or why that is not proved. `None` when no witness listens for it.
    pub(super) fn never(
        &self,
        service: Service,
        to: IpAddr,
        (first, last): (Timestamp, Timestamp),
    ) -> Option<Result<(), Reason>> {
        let after = self.words.iter().find(|it| it.at > last)?;
        let count = after.counts.get(&service)?;
        let is_tcp = matches!(service, Service::Ports { protocol: Protocol::Tcp, .. });
        // One that was started anew in between has forgotten; of two neither can be relied on.
        let steady = self.words.iter().all(|it| it.session == after.session)
            && self.words.iter().any(|it| it.at < first);
        Some(match () {
            () if *count > 0 || !steady => return None,
            () if after.here != Some(to) => Err(Reason::Translated),
            () if !self.count_the_controls() => Err(Reason::Uncounted),
            () if is_tcp && !after.sees_half_open => Err(Reason::Blind),
            () => Ok(()),
        })
    }
}

/// `sekisho-witness SESSION at=192.0.2.1 from=198.51.100.7 half-open tcp/22=0 udp/53=1`
fn greeting(line: &str, at: Timestamp) -> Option<Word> {
    let mut words = line.strip_prefix(WITNESS_GREETING)?.split_ascii_whitespace();
    let session = words.next()?.to_owned();
    let counts = BTreeMap::new();
    let (until, service, here, sender) = (at, None, None, None);
    let mut word =
        Word { at, until, service, session, sender, here, sees_half_open: false, counts };
    for said in words {
        match said.split_once('=') {
            None => word.sees_half_open |= said == WITNESS_SEES,
            Some(("at", here)) => word.here = here.parse().ok(),
            Some(("from", sender)) => word.sender = sender.parse().ok(),
            Some((service, count)) => word.counts.extend(counted(service, count)),
        }
    }
    Some(word)
}

fn counted(service: &str, count: &str) -> Option<(Service, u64)> {
    let (protocol, port) = service.split_once('/')?;
    let port = port.parse().ok()?;
    let service = match protocol {
        "tcp" => Service::tcp(port),
        "udp" => Service::udp(port),
        _ => return None,
    };
    Some((service, count.parse().ok()?))
}
