//! The lines of the inventory that show a finding.

use crate::locale::one_line;
use crate::source::{SourceMap, Span};

/// One line of a text, in three parts; the middle one is what is pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: usize,
    /// What stands before the mark; the whole line when nothing is marked.
    pub(super) before: String,
    /// What is pointed at.
    pub(super) marked: String,
    /// What stands after it.
    pub(super) after: String,
}

/// The line in which a span starts, with up to `context` lines before and after it. A span over
/// several lines is marked to the end of its first.
pub(super) fn excerpt(sources: &SourceMap, span: Span, context: usize) -> Vec<Line> {
    let text = sources.file(span.file).text();
    let number = sources.position(span).line;
    let begin = line_start(text, span.start as usize);
    let line = text.get(begin..).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default();
    let from = (span.start as usize).saturating_sub(begin).min(line.len());
    let to = (span.end as usize).saturating_sub(begin).clamp(from, line.len());

    let mut lines = Vec::new();
    let mut upper = begin;
    while lines.len() < context && upper > 0 {
        let start = line_start(text, upper - 1);
        let plain = text.get(start..upper - 1).unwrap_or_default();
        lines.push(unmarked(number - lines.len() - 1, plain));
        upper = start;
    }
    lines.reverse();
    lines.push(Line {
        number,
        before: shown(line.get(..from).unwrap_or_default()),
        marked: shown(line.get(from..to).unwrap_or_default()),
        after: shown(line.get(to..).unwrap_or_default()),
    });
    let rest = text.get(begin + line.len() + 1..).unwrap_or_default();
    for (offset, plain) in rest.lines().take(context).enumerate() {
        lines.push(unmarked(number + offset + 1, plain));
    }
    lines
}

/// Where the line of a byte begins.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn unmarked(number: usize, line: &str) -> Line {
    Line { number, before: shown(line), marked: String::new(), after: String::new() }
}

fn shown(text: &str) -> String {
    one_line(text.trim_end_matches('\r')).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marked_line_stands_between_its_neighbours() {
        let mut sources = SourceMap::new();
        let text = "一: 1\r\n二: {名: 値}\r\n三: 3\r\n四: 4";
        let file = sources.add("a.yaml", text.to_owned());
        let start = text.find('値').unwrap_or_default() as u32;
        let span = Span { file, start, end: start + 3 };
        let lines = excerpt(&sources, span, 1);
        let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(lines[0].before, "一: 1");
        assert_eq!(
            (&*lines[1].before, &*lines[1].marked, &*lines[1].after),
            ("二: {名: ", "値", "}")
        );
        assert_eq!(lines[2].before, "三: 3");
    }
}
