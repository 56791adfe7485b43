//! The lines in which a configuration changed and of which no change tells: who may log in to a box,
//! who may ask it by SNMP, where its logs go. Comments and blank lines say nothing.

use super::difference::Difference;
use super::kinds::TextLine;
use crate::audit::Assessment;
use crate::config::{Because, ConfigFile, Fate};
use crate::locale::shown;
use crate::model::EntityRef;
use crate::source::SourceMap;
use std::collections::BTreeMap;

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
        for change in &mut self.texts {
            let (Some(before), Some(after)) = (&change.old, &change.new) else { continue };
            let was = old.said(&change.thing, before, |it| renames.thing(it));
            let is = new.said(&change.thing, after, EntityRef::clone);
            let (Some(was), Some(is)) = (was, is) else { continue };
            // Where changes tell of a configuration, they tell of these lines.
            let told = change.compared;
            let only = |these: &Said, those: &Said, added| -> Vec<TextLine> {
                let only = these.iter().filter(|(line, _)| !those.contains_key(*line));
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
        let joined = self.assessment.topology.joined().iter();
        let its = joined.filter(|it| called(&it.thing) == *thing);
        let devices = its.filter_map(|it| self.assessment.evidence.devices.get(it.configured));
        let mut files = devices.flat_map(|it| &it.files);
        let file = files.find(|it| self.sources.file(it.file).name() == name)?;
        Some(said(file, self.sources.file(file.file).text()))
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
