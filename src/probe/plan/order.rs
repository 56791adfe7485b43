//! The order of questions: hosts side by side, each with a control of its own first.

use crate::probe::{Expectation, Kind, Question};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

/// Turns one question of each host that must answer into its control, and deals the questions out
/// like cards, one a host and round. A run asks a host for its control before its negatives and
/// again whenever the last one is nearly a minute old; so every negative has one in its minute.
pub(super) fn spread(questions: Vec<Question>) -> Vec<Question> {
    let mut hosts: BTreeMap<IpAddr, Vec<Question>> = BTreeMap::new();
    for question in questions {
        hosts.entry(question.to).or_default().push(question);
    }
    let mut decks: Vec<VecDeque<Question>> = hosts.into_values().map(host).collect();
    let mut all = Vec::new();
    while decks.iter().any(|it| !it.is_empty()) {
        all.extend(decks.iter_mut().filter_map(VecDeque::pop_front));
    }
    all
}

/// The questions of a host: the control, what must answer, what must not.
fn host(mut questions: Vec<Question>) -> VecDeque<Question> {
    let negatives = questions.iter().any(|it| it.expect == Expectation::NoAnswer);
    // Only a whole connection, closed in order, shows that the way is open both ways.
    let control = questions
        .iter_mut()
        .find(|it| it.expect == Expectation::Answers && it.kind == Kind::TcpConnect);
    if let (true, Some(control)) = (negatives, control) {
        control.expect = Expectation::Control;
    }
    questions.sort_by_key(|it| match it.expect {
        Expectation::Control => 0,
        Expectation::Answers => 1,
        Expectation::NoAnswer => 2,
    });
    questions.into()
}
