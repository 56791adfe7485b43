//! What a rule says: its conditions, and what it does.

use super::condition;
use super::parse::Rule;
use super::target::{self, Target};
use crate::config::Word;
use crate::config::listing::Words;
use crate::config::netfilter::{Tracking, every_packet};
use crate::model::device::{Family, Match, Transport};
use crate::source::Span;

/// A rule as iptables means it.
#[derive(Debug)]
pub(super) struct Meaning<'t> {
    pub(super) when: Match,
    pub(super) target: Target<'t>,
    /// Whether every word was understood.
    pub(super) whole: bool,
    /// `-m addrtype --dst-type LOCAL`: to an address of the device itself.
    pub(super) to_itself: Option<Span>,
}

/// What is known while the words of a rule are read.
#[derive(Debug)]
pub(super) struct Reading<'t> {
    words: Words<'t>,
    ahead: Option<Word<'t>>,
    pub(super) family: Family,
    pub(super) tracking: Tracking,
    pub(super) when: Match,
    pub(super) to_itself: Option<Span>,
}

impl<'t> Reading<'t> {
    /// The next word, which is consumed.
    pub(super) fn next(&mut self) -> Option<Word<'t>> {
        self.ahead.take().or_else(|| self.words.next())
    }

    /// The next word, which stays.
    pub(super) fn peek(&mut self) -> Option<Word<'t>> {
        self.ahead = self.next();
        self.ahead
    }

    /// A condition that nobody understands, up to the next option.
    pub(super) fn unknown(&mut self, from: Span) {
        let mut end = from.end;
        while let Some(word) = self.peek().filter(|word| !is_option(word)) {
            end = word.span.end;
            self.next();
        }
        self.when.not_understood.push(Span { end, ..from });
    }
}

/// Whether a word begins an option. Quoted words do not.
pub(super) fn is_option(word: &Word<'_>) -> bool {
    let quoted = (word.span.end - word.span.start) as usize > word.text.len();
    !quoted && (word.text == "!" || (word.starts_with('-') && word.len() > 1))
}

/// The meaning of a rule.
pub(super) fn meaning<'t>(rule: &Rule<'t>, family: Family, tracking: Tracking) -> Meaning<'t> {
    let when = every_packet(family);
    let words = rule.words.clone();
    let mut reading = Reading { words, ahead: None, family, tracking, when, to_itself: None };
    let mut target = Target::Nothing;
    let mut whole = true;
    while let Some(word) = reading.next() {
        let (word, negated) = match word.text {
            "!" => match reading.next() {
                Some(option) => (option, true),
                None => break,
            },
            _ => (word, false),
        };
        match word.text {
            "-j" | "--jump" | "-g" | "--goto" => {
                let goto = matches!(word.text, "-g" | "--goto");
                target = target::target(&mut reading, goto);
                whole &= target.is_understood();
            }
            "-c" | "--set-counters" => {
                reading.next();
                reading.next();
            }
            _ => condition::condition(&mut reading, word, negated),
        }
    }
    // What decides nothing is understood whatever its conditions are.
    whole &= reading.when.is_exact() || matches!(target, Target::Goes | Target::Nothing);
    Meaning { when: reading.when, target, whole, to_itself: reading.to_itself }
}

/// Keeps of the transports what `narrow` keeps of each.
pub(super) fn narrow(when: &mut Match, narrow: impl Fn(&Transport) -> Option<Transport>) {
    when.transports = when.transports.iter().filter_map(narrow).collect();
}
