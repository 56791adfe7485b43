//! Journals of probes among the evidence: each answer with a place in a listing, so that a finding
//! can point at it. The lines of a listing bear the numbers of the lines of the journal.

use super::capture::packed::unpack;
use super::{EvidenceSet, Unread};
use crate::locale::one_line;
use crate::model::{Protocol, Service, Vocabulary as _};
use crate::probe::journal::{self, Answered, Journal, Journals, Line, Opening, PROBES};
use crate::source::{Diagnostic, SourceMap, Span};
use crate::text;
use std::io::{self, BufRead as _, BufReader, Read};

/// The longest first line of a journal.
const OPENING: u64 = 4096;
/// How many bytes of a journal are read: what a run may write in a day, many times over.
const MOST: u64 = 1 << 28;
/// How many wrong lines of one journal are told one by one.
const TOLD: usize = 5;

/// A journal file.
#[derive(Clone, Debug)]
pub struct Probes {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub journals: Journals,
    /// Where its runs can be pointed at, in their order.
    pub places: Vec<Places>,
}

/// Where a run can be pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The run itself.
    pub run: Span,
    /// Its answers, in the order in which they came.
    pub answers: Vec<Span>,
}

/// Whether a stream is a journal of probes, by its first line.
pub fn is_journal(from: impl Read) -> bool {
    let mut line = Vec::new();
    let read =
        unpack(from).and_then(|it| BufReader::new(it.take(OPENING)).read_until(b'\n', &mut line));
    let opening = serde_json::from_slice::<Opening>(&line);
    read.is_ok() && opening.is_ok_and(|it| it.sekisho == PROBES)
}

/// The text of a journal, packed or not. What is no text is replaced, and then told with its line.
pub fn text_of(from: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    unpack(from)?.take(MOST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MOST {
        true => Err(io::ErrorKind::FileTooLarge.into()),
        false => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

impl EvidenceSet {
    /// Adds a journal. What is wrong with it is told with its line; the rest is used. Twice the same
    /// is once.
    pub fn probe(&mut self, name: &str, text: String) {
        if self.probes.iter().any(|it| it.text == text) {
            return;
        }
        let journals = journal::read(&text);
        let all = journals.wrong.iter();
        self.unread.extend(all.take(TOLD).map(|(line, what)| {
            wrong(name, text!("{name}:{line}行目: {what}", "{name}:{line}: {what}"; what))
        }));
        if let Some(more @ 1..) = journals.wrong.len().checked_sub(TOLD) {
            let what = text!("{name}: ほかに{more}行", "{name}: {more} more lines");
            self.unread.push(wrong(name, what));
        }
        self.probes.push(Probes { name: name.to_owned(), text, journals, places: Vec::new() });
    }

    /// Every run with its places, in the order of their beginning.
    pub fn runs(&self) -> impl Iterator<Item = (&Journal, &Places)> {
        let runs = self.probes.iter().flat_map(|it| it.journals.runs.iter().zip(&it.places));
        let mut runs: Vec<_> = runs.collect();
        runs.sort_by_key(|(journal, _)| journal.head.started);
        runs.into_iter()
    }

    /// Lists every journal that is not listed yet.
    pub(super) fn list_probes(&mut self, sources: &mut SourceMap) {
        let began = |it: &Probes| it.journals.runs.first().map(|it| it.head.started);
        self.probes.sort_by(|a, b| (began(a), &a.name, &a.text).cmp(&(began(b), &b.name, &b.text)));
        for it in self.probes.iter_mut().filter(|it| it.places.is_empty()) {
            it.places = list(it, sources);
        }
    }
}

fn wrong(name: &str, what: crate::locale::Text) -> Unread {
    let why = Diagnostic::error("wrong-journal", what)
        .help(text!("読めた行は使いました", "the lines that can be read were used"));
    Unread { name: name.to_owned(), named: None, why }
}

/// The places of every run: one line for the run, one for each of its answers.
fn list(of: &Probes, sources: &mut SourceMap) -> Vec<Places> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    // How many answers each run has; the listing has them in this order.
    let mut counts: Vec<usize> = Vec::new();
    for (number, line) in (1..).zip(of.text.lines()) {
        match (serde_json::from_str::<Line>(line), counts.last_mut()) {
            (Ok(Line::Run(head)), _) => {
                counts.push(0);
                let dry = if head.dry { ", dry" } else { "" };
                let (tester, from) = (one_line(&head.tester), &head.from);
                let (started, asked) = (head.started, head.questions);
                lines.push((
                    number,
                    format!("probes from {from}, {asked} questions, {started}, {tester}{dry}"),
                ));
            }
            (Ok(Line::Answered(it)), Some(count)) => {
                *count += 1;
                lines.push((number, answered(&it)));
            }
            _ => {}
        }
    }
    let (_, spans) = sources.add_listing(of.name.as_str(), lines);
    let mut spans = spans.into_iter();
    let places = counts.into_iter().filter_map(|count| {
        let run = spans.next()?;
        Some(Places { run, answers: spans.by_ref().take(count).collect() })
    });
    places.collect()
}

/// `tcp-connect 10.10.1.10 3389/tcp: answered, 2026-11-20T01:02:03Z, version TLS 1.2`
fn answered(it: &Answered) -> String {
    let (to, kind) = (it.question.to, it.question.kind.word());
    let service = match it.question.service() {
        None => String::new(),
        Some(Service::Ports { protocol: Protocol::Icmp, .. }) => " icmp".to_owned(),
        Some(service) => format!(" {service}"),
    };
    let (outcome, at) = (it.answer.outcome.label().en, it.at);
    let by = it.answer.by.map(|by| format!(" by {by}")).unwrap_or_default();
    let details = it.answer.details.iter().take(8).map(|(key, values)| {
        let values: Vec<&str> = values.iter().take(4).map(String::as_str).collect();
        format!(", {key} {}", values.join(" "))
    });
    let details: String = details.collect();
    let error = it.answer.error.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
    one_line(&format!("{kind} {to}{service}: {outcome}{by}, {at}{details}{error}")).into_owned()
}
