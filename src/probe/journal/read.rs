//! Journals, read. Reading is total: what a crash left is whole up to its last line, and what is
//! wrong is told with its line.

use super::{Answered, Head, Line, Listening, Opening, PROBES, SCHEMA, Witnessed};
use crate::locale::Text;
use crate::text;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a journal file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journals {
    /// The runs, in order.
    pub runs: Vec<Journal>,
    /// What witnesses wrote, in order.
    pub watches: Vec<Watch>,
    /// What is wrong, with its line from 1. A last line cut off by a crash is none of it.
    pub wrong: Vec<(usize, Text)>,
    /// Whether the last line was cut off.
    pub torn: bool,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Who asked, from where, by what permission.
    pub head: Head,
    /// How often each question was sent, and when last.
    pub asked: BTreeMap<u32, (u8, Timestamp)>,
    /// The answers, in the order in which they came. A control is answered many times.
    pub answered: Vec<Answered>,
    /// What was said by a witness into the same file.
    pub witnessed: Vec<Witnessed>,
    /// Who was not asked any more: when, the host or all, why.
    pub stopped: Vec<(Timestamp, Option<IpAddr>, String)>,
    /// When it went on after an interruption.
    pub resumed: Vec<Timestamp>,
    /// When it came to its end; absent when it did not.
    pub end: Option<Timestamp>,
    /// How many packets-causing attempts it made, as far as their lines are there.
    pub sent: u32,
    /// How many it may have made, if lines were lost.
    pub reserved: u32,
}

/// What one witness wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Where it listened.
    pub head: Listening,
    /// What arrived.
    pub witnessed: Vec<Witnessed>,
    /// Until when it is known to have listened, by its clock.
    pub alive: Timestamp,
}

/// Reads a journal file, whole or broken.
pub fn read(text: &str) -> Journals {
    let mut all =
        Journals { torn: !text.is_empty() && !text.ends_with('\n'), ..Default::default() };
    let mut lines = (1..).zip(text.lines()).peekable();
    match lines.next().map(|(_, line)| opening(line)) {
        None => all.wrong.push((1, text!("空のファイルです", "the file is empty"))),
        Some(Err(_)) if all.torn && lines.peek().is_none() => {}
        Some(Err(why)) => {
            all.wrong.push((1, why));
            return all;
        }
        Some(Ok(())) => {}
    }
    while let Some((number, line)) = lines.next() {
        let torn = all.torn && lines.peek().is_none();
        // Files put together keep their first lines.
        if line.is_empty() || (line.starts_with("{\"sekisho\"") && opening(line).is_ok()) {
            continue;
        }
        match serde_json::from_str::<Line>(line) {
            Ok(line) => all.add(number, line),
            Err(_) if torn => {}
            Err(why) => all.wrong.push((
                number,
                text!("ジャーナルの行として読めません（{why}）", "no line of a journal ({why})"),
            )),
        }
    }
    all
}

fn opening(line: &str) -> Result<(), Text> {
    let foreign = || text!("疎通確認のジャーナルではありません", "this is no journal of probes");
    let opening: Opening = serde_json::from_str(line).map_err(|_| foreign())?;
    if opening.sekisho != PROBES {
        return Err(foreign());
    }
    match opening.schema {
        SCHEMA => Ok(()),
        other => Err(text!(
            "ジャーナルの形式の版 {other} は読めません（読めるのは {SCHEMA}）",
            "version {other} of the shape of journals cannot be read (only {SCHEMA})"
        )),
    }
}

impl Journals {
    fn add(&mut self, number: usize, line: Line) {
        match line {
            Line::Run(head) => return self.runs.push(Journal::new(head)),
            Line::Watch(head) => {
                let (witnessed, alive) = (Vec::new(), head.started);
                return self.watches.push(Watch { head, witnessed, alive });
            }
            _ => {}
        }
        // A file is a run's or a witness's; put together, whichever began last.
        let placed = match (&line, self.watches.last_mut(), self.runs.last_mut()) {
            (Line::Alive { .. }, Some(watch), _) => watch.add(&line),
            (Line::Witnessed(_), Some(watch), None) => watch.add(&line),
            (Line::Witnessed(it), Some(watch), Some(_)) if watch.hears(it) => watch.add(&line),
            (Line::End { at, .. }, Some(watch), None) => watch.add(&Line::Alive { at: *at }),
            (_, _, Some(run)) => run.add(line),
            _ => false,
        };
        if !placed {
            self.wrong.push((
                number,
                text!("実行の開始の前に置かれた行です", "this line stands before any run begins"),
            ));
        }
    }
}

impl Watch {
    /// Whether it listens where this arrived.
    fn hears(&self, it: &Witnessed) -> bool {
        let here = |all: &[std::net::SocketAddr]| all.iter().any(|at| at.port() == it.port);
        here(if it.protocol == 17 { &self.head.udp } else { &self.head.tcp })
    }

    fn add(&mut self, line: &Line) -> bool {
        match line {
            Line::Alive { at } => self.alive = self.alive.max(*at),
            Line::Witnessed(it) => {
                self.alive = self.alive.max(it.at);
                self.witnessed.push(*it);
            }
            _ => return false,
        }
        true
    }
}

impl Journal {
    /// A run that has just begun.
    pub const fn new(head: Head) -> Self {
        Self {
            head,
            asked: BTreeMap::new(),
            answered: Vec::new(),
            witnessed: Vec::new(),
            stopped: Vec::new(),
            resumed: Vec::new(),
            end: None,
            sent: 0,
            reserved: 0,
        }
    }

    /// Takes one more line; false when it is none of a run.
    pub fn add(&mut self, line: Line) -> bool {
        match line {
            Line::Asked { number, attempt, at } => {
                self.asked.insert(number, (attempt, at));
                self.sent = self.sent.saturating_add(1);
            }
            Line::Reserved { until, .. } => self.reserved = self.reserved.max(until),
            Line::Answered(it) => self.answered.push(it),
            Line::Witnessed(it) => self.witnessed.push(it),
            Line::Stopped { at, host, reason } => self.stopped.push((at, host, reason)),
            Line::Resumed { at } => {
                self.resumed.push(at);
                self.end = None;
            }
            Line::End { at, .. } => self.end = Some(at),
            Line::Run(_) | Line::Watch(_) | Line::Alive { .. } => return false,
        }
        true
    }

    /// How many attempts count as made: where a laboratory lost its power, all that it may have made.
    pub fn spent(&self) -> u32 {
        let stopped = self.stopped.last().map(|it| it.0).max(self.end);
        let resumed = self.resumed.last();
        let whole = stopped.is_some_and(|it| resumed.is_none_or(|resumed| *resumed < it));
        if whole { self.sent } else { self.sent.max(self.reserved) }
    }

    /// How many questions were sent since that moment, as far as the journal tells.
    pub fn sent_since(&self, since: Timestamp) -> u32 {
        let answered = self.answered.iter().filter(|it| it.at >= since).count();
        // What was sent and never answered is more by count alone.
        let lost =
            self.spent().saturating_sub(u32::try_from(self.answered.len()).unwrap_or(u32::MAX));
        u32::try_from(answered).unwrap_or(u32::MAX).saturating_add(lost)
    }

    /// The last answer to each question, by its number.
    pub fn last(&self) -> BTreeMap<u32, &Answered> {
        self.answered.iter().map(|it| (it.number, it)).collect()
    }
}
