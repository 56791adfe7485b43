//! Lines of configurations that say nothing about connections, or that nobody can read. Anybody may
//! have written anything there, so their words go, however the vendor calls the command: only as
//! many of the first words stay as the reader needs to take the line for what it was before. That
//! it does is seen by reading again.

use super::edits::Edit;
use super::trade;
use crate::config::{Because, Fate};
use crate::evidence::EvidenceSet;
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

/// So many of the first words are tried, one after the other, before a line stays as it is.
const MOST: usize = 4;

/// What a reader makes of the lines of each configuration, by its place among those that were added.
pub(super) type Fates = Vec<Vec<Fate>>;

/// What became of the lines when the configurations were read.
pub(super) fn fates(evidence: &EvidenceSet) -> Fates {
    let files = evidence.devices.iter().flat_map(|it| &it.files);
    let by_file: BTreeMap<_, _> = files.map(|it| (it.file, &it.coverage.fates)).collect();
    let added = evidence.added.iter();
    added.map(|it| by_file.get(&it.file).map(|it| (*it).clone()).unwrap_or_default()).collect()
}

/// What was read of each device, without its places.
pub(super) fn facts(evidence: &EvidenceSet) -> Vec<String> {
    let told = evidence.devices.iter().map(|it| format!("{:?}", it.config));
    let bare = |text: String| {
        let mut parts = text.split("Span {");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, it| out + it.split_once('}').map_or("", |it| it.1))
    };
    told.map(bare).collect()
}

/// How many words of a line stay; lines that are not here stay whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Quiet {
    /// For each configuration its lines, counted from 0.
    kept: Vec<BTreeMap<usize, usize>>,
}

impl Quiet {
    /// Every line of which the words may go. Lines on which names are given a meaning or used stay:
    /// their names are replaced one by one.
    pub(super) fn of(fates: &Fates, evidence: &EvidenceSet, sources: &SourceMap) -> Self {
        let mut named: BTreeSet<(_, usize)> = BTreeSet::new();
        for it in evidence.devices.iter().flat_map(|it| it.config.structures.places()) {
            let line = sources.file(it.file).text().get(..it.start as usize);
            named.insert((it.file, line.unwrap_or_default().matches('\n').count()));
        }
        let kept = evidence.added.iter().zip(fates).map(|(added, fates)| {
            let text = sources.file(added.file).text();
            let lines = text.lines().zip(fates).enumerate();
            let own = lines.filter(|(number, (line, fate))| {
                let names = line.split_whitespace().skip(1).any(|it| !trade::is_common(it));
                let free = !is_frame(line) && !named.contains(&(added.file, *number));
                says_nothing(**fate) && names && free
            });
            own.map(|(number, _)| (number, 1)).collect()
        });
        Self { kept: kept.collect() }
    }

    /// Whether all lines are taken for what they were; where one is not, more of it stays the next
    /// time. A configuration of which another line is not stays as it is.
    pub(super) fn settle(&mut self, before: &Fates, now: &Fates) -> bool {
        let mut settled = true;
        for ((kept, before), now) in self.kept.iter_mut().zip(before).zip(now) {
            let differ: Vec<usize> =
                (0..before.len()).filter(|at| before.get(*at) != now.get(*at)).collect();
            settled &= differ.is_empty();
            let own = differ.iter().any(|at| kept.contains_key(at));
            if !differ.is_empty() && !own {
                kept.clear();
            }
            for at in differ {
                match kept.get_mut(&at) {
                    Some(words) if *words < MOST => *words += 1,
                    _ => drop(kept.remove(&at)),
                }
            }
        }
        settled
    }

    /// What goes of a configuration: the places, in order.
    pub(super) fn places(&self, at: usize, text: &str, masked: &[(usize, usize)]) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let kept = self.kept.get(at).and_then(|it| it.get(&number));
            let end = start + line.trim_end().len();
            let whole = |it: &&(usize, usize)| it.0 < end && it.1 > start;
            if let (Some(kept), None) = (kept, masked.iter().find(whole)) {
                let from = start + behind(line, *kept);
                if from < end {
                    edits.push(Edit { start: from, end, other: super::TAKEN_OUT.to_owned() });
                }
            }
            start += line.len();
        }
        edits
    }
}

/// Whether a line is ignored or unknown, and has words.
fn says_nothing(fate: Fate) -> bool {
    match fate {
        Fate::Understood => false,
        // Of the others some still decide what a rule finds, as whether a tunnel is enabled.
        Fate::Ignored(why) => matches!(
            why,
            Because::Presentation
                | Because::Clock
                | Because::Logging
                | Because::Resolver
                | Because::Voice
        ),
        Fate::Unrecognized => true,
    }
}

/// Whether a line opens or closes a part of the configuration.
fn is_frame(line: &str) -> bool {
    let line = line.trim();
    let first = line.split_whitespace().next().unwrap_or_default();
    ["config", "edit", "next", "end", "exit", "interface"].contains(&first)
        || line.ends_with(['{', '}', '[', ']', ':', '\\', '<', '>'])
}

/// Where, in a line, the words begin behind so many of the first.
fn behind(line: &str, words: usize) -> usize {
    let lead = line.len() - line.trim_start().len();
    let text = line.get(lead..).unwrap_or_default();
    let taken = text.split_inclusive(char::is_whitespace).filter(|it| !it.trim().is_empty());
    lead + taken.take(words).map(str::len).sum::<usize>()
}
