//! The way to an address, hop by hop: a TCP SYN or an ICMP echo with a TTL of one, two, three …
//! until something answers for good. One packet a hop: no host is asked twice.
//!
//! ```text
//!  hop-1  192.0.2.1      TTL ran out there
//!  hop-2  silent         it forwards, but does not say so (a later hop answered)
//!  hop-3  198.51.100.9   the end: the target itself, or who said that it goes no further
//! ```
//!
//! After five silent hops in a row nothing more is sent: whatever drops the packets is behind
//! `stopped-after`, the last hop that said anything.

use super::packet::{EXPIRED, Heard, What, echo};
use super::raw::{Flow, Hearing, Raw};
use super::said::{failed, number};
use super::{icmp, syn};
use crate::probe::{Answer, Kind, Outcome, Question};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// The longest way that is looked at.
const LONGEST: u8 = 30;
/// So many silent hops in a row end it.
const SILENT: u8 = 5;
/// Between two packets.
const PAUSE: Duration = Duration::from_millis(100);

/// By what it is asked.
enum Way {
    Syn(syn::Asking),
    Echo { to: IpAddr, identifier: u16, nonce: u64, hearing: Hearing },
}

impl Way {
    fn new(question: &Question, raw: &Raw) -> io::Result<Self> {
        let to = question.to;
        if question.kind == Kind::TraceTcp {
            return syn::Asking::new(SocketAddr::new(to, question.port), raw).map(Self::Syn);
        }
        let identifier = number();
        let hearing = raw.hear(Flow::echo(to, identifier));
        Ok(Self::Echo { to, identifier, nonce: number(), hearing })
    }

    fn send(&self, ttl: u8, raw: &Raw) -> io::Result<()> {
        match self {
            Self::Syn(asking) => asking.send(asking.sequence(ttl), Some(ttl), raw),
            Self::Echo { to, identifier, nonce, .. } => {
                let packet = echo(*to, *identifier, ttl.into(), *nonce);
                raw.send(&Flow::echo(*to, *identifier), &packet, Some(ttl))
            }
        }
    }

    const fn hearing(&mut self) -> &mut Hearing {
        match self {
            Self::Syn(asking) => &mut asking.hearing,
            Self::Echo { hearing, .. } => hearing,
        }
    }

    /// What this means as an answer to the packet with this TTL.
    fn meaning(&self, heard: &Heard, ttl: u8) -> Option<Outcome> {
        match self {
            Self::Syn(asking) => syn::meaning(heard, asking.sequence(ttl)),
            Self::Echo { identifier, nonce, .. } => {
                icmp::meaning(heard, *identifier, ttl.into(), *nonce)
            }
        }
    }
}

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let mut way = match Way::new(question, raw) {
        Ok(it) => it,
        Err(error) => return failed(&error),
    };
    let mut trace = Trace::default();
    for ttl in 1..=LONGEST {
        let since = Instant::now();
        if let Err(error) = way.send(ttl, raw) {
            return if ttl == 1 {
                failed(&error)
            } else {
                trace.end(Answer::new(Outcome::Silent, 1))
            };
        }
        trace.sent.insert(ttl, since);
        while !trace.hops.contains_key(&ttl) {
            let Some(heard) = way.hearing().next(since + patience).await else { break };
            if let Some(answer) = trace.take(&heard, &way, question.to) {
                return trace.end(answer);
            }
        }
        let last = trace.hops.last_key_value().map_or(0, |it| *it.0);
        if ttl - last >= SILENT {
            break;
        }
        tokio::time::sleep_until((since + PAUSE).into()).await;
    }
    trace.end(Answer::new(Outcome::Silent, 1))
}

/// What is known of the way so far.
#[derive(Default)]
struct Trace {
    sent: BTreeMap<u8, Instant>,
    hops: BTreeMap<u8, IpAddr>,
}

impl Trace {
    /// Takes in what was heard, also of earlier hops; the answer when that is the end of the way.
    fn take(&mut self, heard: &Heard, way: &Way, asked: IpAddr) -> Option<Answer> {
        let of = |it: &(&u8, &Instant)| way.meaning(heard, *it.0).map(|what| (*it.0, *it.1, what));
        let (ttl, since, outcome) = self.sent.iter().find_map(|it| of(&it))?;
        self.hops.insert(ttl, heard.by);
        if matches!(&heard.what, What::Trouble(it) if it.word == EXPIRED) {
            return None;
        }
        let answer = heard.answer(outcome, asked, since);
        Some(if heard.by == asked { answer.saying("hops", ttl.to_string()) } else { answer })
    }

    fn end(self, mut answer: Answer) -> Answer {
        let last = self.hops.last_key_value().map_or(0, |it| *it.0);
        for ttl in 1..=last {
            let hop = self.hops.get(&ttl).map_or_else(|| "silent".to_owned(), IpAddr::to_string);
            answer = answer.saying(&format!("hop-{ttl}"), hop);
        }
        if answer.outcome == Outcome::Open || answer.details.contains_key("hops") {
            return answer;
        }
        answer.saying("stopped-after", last.to_string())
    }
}
