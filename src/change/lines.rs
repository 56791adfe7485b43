//! The lines in which a configuration changed and of which no change tells: who may log in to a box,
//! who may ask it by SNMP, where its logs go. Comments and blank lines say nothing.

use super::difference::Difference;
use super::kinds::TextLine;
use crate::audit::Assessment;
use crate::config::{Because, ConfigFile, Fate};
use crate::locale::shown;
use crate::model::EntityRef;
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

/// A state whose configurations can be read line by line.
#[derive(Clone, Copy, Debug)]
pub struct Read<'s> {
    /// What was read.
    pub assessment: &'s Assessment,
    /// The texts, masked.
    pub sources: &'s SourceMap,
}

/// How a masked secret begins.
const MASK: &str = "***";

/// The lines of a text that say something, each behind the lines that it stands under; and whether
/// what it says is compared.
type Said = BTreeMap<String, (usize, bool)>;

impl Difference {
    /// Tells the lines in which the texts changed.
    pub fn tell_lines(&mut self, old: Read<'_>, new: Read<'_>) {
        let renames = &self.renames;
        // Line ends say nothing.
        self.texts.retain(|it| {
            let was = old.text(&it.thing, it.old.as_deref(), |it| renames.thing(it));
            let is = new.text(&it.thing, it.new.as_deref(), EntityRef::clone);
            !was.zip(is).is_some_and(|(was, is)| was.lines().eq(is.lines()))
        });
        for change in &mut self.texts {
            let (Some(before), Some(after)) = (&change.old, &change.new) else { continue };
            let was = old.said(&change.thing, before, |it| renames.thing(it));
            let is = new.said(&change.thing, after, EntityRef::clone);
            let (Some(was), Some(is)) = (was, is) else { continue };
            // Where changes tell of a configuration, they tell of these lines.
            let told = change.compared;
            let named = if told { BTreeSet::new() } else { renumbered(&was, &is) };
            let only = |these: &Said, those: &Said, added| -> Vec<TextLine> {
                let only = these.iter().filter(|(line, _)| !those.contains_key(*line));
                let only = only.filter(|(line, _)| !named.contains(*line));
                let untold = only.filter(|(_, (_, compared))| !(told && *compared));
                let mut all: Vec<_> = untold.map(|(text, (number, _))| (*number, text)).collect();
                all.sort();
                let line =
                    |(line, text): (usize, &String)| TextLine { added, line, text: text.clone() };
                all.into_iter().map(line).collect()
            };
            let mut lines = only(&was, &is, false);
            lines.extend(only(&is, &was, true));
            change.lines = Some(lines);
        }
    }
}

impl Read<'_> {
    /// What the file of this name says of a thing.
    fn said(
        self,
        thing: &EntityRef,
        name: &str,
        called: impl Fn(&EntityRef) -> EntityRef,
    ) -> Option<Said> {
        let file = self.file(thing, name, called)?;
        Some(said(file, self.sources.file(file.file).text()))
    }

    fn file(
        &self,
        thing: &EntityRef,
        name: &str,
        called: impl Fn(&EntityRef) -> EntityRef,
    ) -> Option<&ConfigFile> {
        let joined = self.assessment.topology.joined().iter();
        let its = joined.filter(|it| called(&it.thing) == *thing);
        let devices = its.filter_map(|it| self.assessment.evidence.devices.get(it.configured));
        let mut files = devices.flat_map(|it| &it.files);
        files.find(|it| self.sources.file(it.file).name() == name)
    }

    fn text(
        &self,
        thing: &EntityRef,
        name: Option<&str>,
        called: impl Fn(&EntityRef) -> EntityRef,
    ) -> Option<&str> {
        Some(self.sources.file(self.file(thing, name?, called)?.file).text())
    }
}

/// What a text says, line by line. A line of a block means nothing without the lines that open it.
fn said(file: &ConfigFile, text: &str) -> Said {
    let mut all = Said::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let fates = file.coverage.fates.iter().copied().chain(std::iter::repeat(Fate::Unrecognized));
    for (number, (line, fate)) in text.lines().zip(fates).enumerate() {
        let word = line.trim();
        let silent = matches!(
            fate,
            Fate::Ignored(
                Because::Blank | Because::Comment | Because::Terminal | Because::OtherOutput
            )
        );
        if word.is_empty() || silent {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        open.retain(|(outer, _)| *outer < depth);
        let mut parts: Vec<&str> = open.iter().map(|(_, word)| *word).collect();
        parts.push(word);
        // A line that holds a secret says more than what is compared: who has it.
        let compared = fate == Fate::Understood && !word.contains(MASK);
        all.entry(parts.join(" / ")).or_insert((number + 1, compared));
        open.push((depth, word));
    }
    all
}

/// The lines of two texts of a Yamaha router that differ in nothing but the numbers of filters: those that
/// give a filter its number, and those that name it by that. Only for texts of which nothing that is
/// compared differs, the lines of every filter in their order among it.
fn renumbered(was: &Said, is: &Said) -> BTreeSet<String> {
    let only = |these: &Said, those: &Said| -> Vec<String> {
        let only = these.iter().filter(|(line, it)| it.1 && !those.contains_key(*line));
        only.map(|(line, _)| line.clone()).collect()
    };
    let (gone, come) = (only(was, is), only(is, was));
    // `ip filter 1001 pass …`: what it says, by its number.
    let given = |line: &str| -> Option<(String, String)> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = match words.as_slice() {
            ["ip" | "ipv6", "filter", "dynamic", ..] => 3,
            ["ip" | "ipv6", "filter", ..] => 2,
            _ => return None,
        };
        let number = words.get(at).filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?;
        let rest: Vec<&str> =
            words.iter().enumerate().filter(|it| it.0 != at).map(|it| *it.1).collect();
        Some((rest.join(" "), (*number).to_owned()))
    };
    let newer: BTreeMap<String, String> = come.iter().filter_map(|it| given(it)).collect();
    let numbers: BTreeMap<String, String> = gone
        .iter()
        .filter_map(|it| given(it))
        .filter_map(|(rest, number)| Some((number, newer.get(&rest)?.clone())))
        .collect();
    let distinct: BTreeSet<&String> = numbers.values().collect();
    if numbers.is_empty() || distinct.len() != numbers.len() {
        return BTreeSet::new();
    }
    let again = |line: &str| -> String {
        let mut names = false;
        let words = line.split_whitespace().map(|word| {
            names |= word == "filter";
            let number = numbers.get(word).filter(|_| names);
            number.map_or(word, String::as_str)
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut all = BTreeSet::new();
    for line in &gone {
        let renamed = match given(line) {
            Some((rest, _)) => come.iter().find(|it| given(it).is_some_and(|it| it.0 == rest)),
            None => come.iter().find(|it| plain(it) == again(line)),
        };
        if let Some(renamed) = renamed {
            all.extend([line.clone(), renamed.clone()]);
        }
    }
    all
}

/// How many lines are shown of one text.
const SHOWN: usize = 20;

/// The first of them, and how many more there are.
pub(crate) fn first(lines: &[TextLine]) -> (&[TextLine], usize) {
    let (first, rest) = lines.split_at(shown(lines.len(), SHOWN));
    (first, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_line_is_printed_and_several_are_counted() {
        let line = |number| TextLine { added: true, line: number, text: String::new() };
        let counted = |count: usize| {
            let lines: Vec<_> = (0..count).map(line).collect();
            let (shown, more) = first(&lines);
            (shown.len(), more)
        };
        assert_eq!(counted(SHOWN + 1), (SHOWN + 1, 0));
        assert_eq!(counted(SHOWN + 2), (SHOWN, 2));
    }
}
