//! What became of the lines, when what is read does not begin and end with lines.

use crate::config::{Because, Listing, Notes};
use crate::source::Span;

/// The fate of a line: of several things on one line the worst counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Worst {
    #[default]
    Untouched,
    Ignored(Because),
    Understood,
    Failed,
}

/// The fates of all lines of a listing.
#[derive(Debug)]
pub(in crate::config) struct Fates {
    lines: Vec<Worst>,
    /// Where each line begins.
    starts: Vec<u32>,
}

impl Fates {
    pub(in crate::config) fn new(listing: &Listing<'_>) -> Self {
        let starts: Vec<u32> = listing.lines.iter().map(|line| line.start).collect();
        Self { lines: vec![Worst::Untouched; starts.len()], starts }
    }

    fn touch(&mut self, span: Span, worst: Worst) {
        let last = self.starts.partition_point(|start| *start < span.end.max(span.start + 1));
        let first = self.starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        for line in self.lines.iter_mut().take(last).skip(first) {
            *line = (*line).max(worst);
        }
    }

    pub(in crate::config) fn understood(&mut self, span: Span) {
        self.touch(span, Worst::Understood);
    }

    pub(in crate::config) fn ignored(&mut self, span: Span, why: Because) {
        self.touch(span, Worst::Ignored(why));
    }

    pub(in crate::config) fn failed(&mut self, span: Span) {
        self.touch(span, Worst::Failed);
    }

    /// Tells the notes. Lines of which nothing was read and that begin a comment are comments.
    pub(in crate::config) fn tell(&self, listing: &Listing<'_>, notes: &mut Notes) {
        for (line, worst) in listing.lines.iter().zip(&self.lines) {
            match worst {
                Worst::Untouched if line.body().starts_with('#') => {
                    notes.ignored(line, Because::Comment);
                }
                Worst::Untouched | Worst::Failed => {}
                Worst::Ignored(why) => notes.ignored(line, *why),
                Worst::Understood => notes.understood(line),
            }
        }
    }
}
