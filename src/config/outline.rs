//! Lines as an outline by indentation, as IOS and its relatives show a configuration.

use super::listing::{Line, Listing};

/// A line and the lines that belong to it.
#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    /// The line.
    pub(super) line: Line<'t>,
    /// The lines below it that stand further in.
    pub(super) children: Vec<Self>,
}

/// Deeper than this nobody indents; what stands deeper belongs to the deepest that is kept.
const DEEPEST: usize = 16;

/// The outline of a listing. Lines that stand further in than the line above belong to it.
pub(super) fn outline<'t>(listing: &Listing<'t>) -> Vec<Item<'t>> {
    arrange(listing.lines.iter().map(|line| (line.indent(), *line)))
}

/// The outline of lines by indentations that the caller knows better than the text does.
pub(super) fn arrange<'t>(lines: impl Iterator<Item = (usize, Line<'t>)>) -> Vec<Item<'t>> {
    let mut roots: Vec<Item<'t>> = Vec::new();
    // The indentations of the open items, outermost first.
    let mut open: Vec<usize> = Vec::new();
    for (indent, line) in lines {
        while open.last().is_some_and(|last| *last >= indent) {
            open.pop();
        }
        let mut siblings = &mut roots;
        for _ in 0..open.len().min(DEEPEST) {
            // Every open item is the last one of its level.
            let last = siblings.len().saturating_sub(1);
            match siblings.get(last) {
                Some(_) => siblings = &mut siblings[last].children,
                None => break,
            }
        }
        siblings.push(Item { line, children: Vec::new() });
        open.push(indent);
    }
    roots
}
