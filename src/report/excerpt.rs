//! The lines of the inventory that show a finding.

use crate::locale::{display_width, one_line};
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
    let span = sources.shown(span);
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

/// A source line cut to `columns` so that the beginning of the mark is seen.
pub(super) fn window(mut line: Line, columns: usize) -> Line {
    if display_width(&line.before) + display_width(&line.marked) + display_width(&line.after)
        <= columns
    {
        return line;
    }
    // A third of the room at most for what stands before the mark.
    let lead = columns / 3;
    if display_width(&line.before) > lead {
        let mut tail = String::new();
        for c in line.before.chars().rev() {
            tail.insert(0, c);
            if display_width(&tail) + 1 > lead {
                break;
            }
        }
        line.before = format!("~{tail}");
    }
    let room = columns.saturating_sub(display_width(&line.before));
    line.marked = cut(&line.marked, room);
    let room = room.saturating_sub(display_width(&line.marked));
    line.after = cut(&line.after, room);
    line
}

/// The beginning of a text that fits, with a mark where it was cut.
fn cut(text: &str, columns: usize) -> String {
    if display_width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let longer = format!("{kept}{c}");
        if display_width(&longer) + 1 > columns {
            break;
        }
        kept = longer;
    }
    if columns > 0 {
        kept.push('~');
    }
    kept
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
