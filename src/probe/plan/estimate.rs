//! How long a plan takes and how much it sends if all is as declared: the restraint itself is run
//! on a network of arithmetic.

use super::{Plan, ports};
use crate::probe::restraint::{Clock, Past, Restraint, Step};
use crate::probe::{Answer, Expectation, Outcome, Question};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a run comes to if all is as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Attempts, repeated controls included.
    pub attempts: u32,
    /// Packets of ours, at most.
    pub packets: u64,
    /// How long it takes, in seconds.
    pub seconds: u64,
    /// Whether one run is enough, within its limits and its window.
    pub complete: bool,
}

/// How long an answer takes on a network without trouble.
const PROMPT: Duration = Duration::from_millis(5);
/// More steps than the largest budget needs: the estimate ends, whatever happens.
const MOST_STEPS: u32 = 5_000_000;

/// Runs a plan on a network that answers what must answer and is silent otherwise.
pub fn estimate(plan: &Plan) -> Estimate {
    let begun = plan.windows.first().map_or(Timestamp::UNIX_EPOCH, |it| it.from);
    let clock = |since: Duration| {
        let passed = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        Clock { since, wall: begun.checked_add(passed).unwrap_or(Timestamp::MAX) }
    };
    let mut now = Duration::ZERO;
    let mut restraint = Restraint::new(plan, 1, clock(now), &Past::default());
    let mut coming: BTreeMap<(Duration, u32), Answer> = BTreeMap::new();
    let mut all = Estimate { attempts: 0, packets: 0, seconds: 0, complete: true };
    for _ in 0..MOST_STEPS {
        let until = match restraint.next(clock(now)) {
            Step::Ask { number, .. } => {
                let at = usize::try_from(number).ok();
                let Some(question) = at.and_then(|at| plan.questions.get(at)) else { continue };
                let (after, answer) = as_declared(plan, question);
                coming.insert((now + after, number), answer);
                all.attempts = all.attempts.saturating_add(1);
                all.packets = all.packets.saturating_add(ports::packets(question.kind));
                continue;
            }
            Step::Stop { host, .. } => {
                all.complete &= host.is_some();
                continue;
            }
            Step::Wait(until) => until,
            Step::Done => None,
        };
        let next = coming.first_key_value().map(|(key, _)| *key);
        match (until, next) {
            (Some(until), _) if next.is_none_or(|(at, _)| until < at) => now = now.max(until),
            (_, Some((at, number))) => {
                now = now.max(at);
                if let Some(answer) = coming.remove(&(at, number)) {
                    restraint.answered(number, &answer, clock(now));
                }
            }
            _ => break,
        }
    }
    all.seconds = now.as_secs();
    all
}

fn as_declared(plan: &Plan, question: &Question) -> (Duration, Answer) {
    match question.expect {
        Expectation::NoAnswer => {
            let patience = Duration::from_millis(plan.limits.patience_ms.into());
            (patience, Answer::new(Outcome::Silent, 1))
        }
        Expectation::Answers | Expectation::Control => {
            let mut answer = Answer::new(Outcome::Open, 1).saying("close", "in-order");
            answer.micros = u64::try_from(PROMPT.as_micros()).ok();
            (PROMPT, answer)
        }
    }
}
