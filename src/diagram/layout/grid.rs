//! Systems in their zone: which row and column each box has.

use super::content::Content;
use std::collections::{BTreeMap, BTreeSet};

/// The places of the cells of one zone on one sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) rows: usize,
    /// Cell, row, column.
    pub(super) slots: Vec<(usize, usize, usize)>,
    /// Rows whose front box takes the whole width, so that its right side is free for a tie.
    pub(super) wide: BTreeSet<usize>,
}

/// Places the cells. `fronts` come in the order in which they should stand; each gets a row of
/// its own in the first column, where routes end. Hosts on several networks stand in the last
/// column, where their ties leave. The others fill what is free, in the order of declaration.
/// Kept places are kept. With `spare`, one place stays free for a system to come.
pub(super) fn grid(
    content: &Content,
    cells: &[usize],
    fronts: &[usize],
    columns: usize,
    spare: bool,
    kept: &BTreeMap<String, (u16, u16)>,
) -> Grid {
    let mut taken: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut grid = Grid { rows: fronts.len(), ..Grid::default() };
    for (row, cell) in fronts.iter().enumerate() {
        grid.slots.push((*cell, row, 0));
        taken.insert((row, 0));
        if content.cells[*cell].twin {
            grid.wide.insert(row);
            taken.extend((0..columns).map(|column| (row, column)));
        }
    }
    let rest: Vec<usize> = cells.iter().copied().filter(|cell| !fronts.contains(cell)).collect();
    let mut open: Vec<usize> = Vec::new();
    for cell in rest {
        let place = kept
            .get(&content.cells[cell].key)
            .map(|(row, column)| (usize::from(*row), usize::from(*column)));
        let fits = place.filter(|place| {
            let in_reach = place.0 < 200 && place.1 < columns;
            let right_side = !content.cells[cell].twin || place.1 + 1 == columns;
            // The first column beside front boxes is theirs.
            let off_front = place.1 > 0 || place.0 >= fronts.len();
            in_reach && right_side && off_front && !taken.contains(place)
        });
        match fits {
            Some((row, column)) => {
                taken.insert((row, column));
                grid.slots.push((cell, row, column));
            }
            None => open.push(cell),
        }
    }
    // Twins first: they are the ones with less choice.
    open.sort_by_key(|cell| !content.cells[*cell].twin);
    // Places only fill up: rows where one found nothing need no second look by its like.
    let mut full = [0, 0];
    for cell in open {
        let last_only = content.cells[cell].twin;
        let full = &mut full[usize::from(last_only)];
        let place = (*full..).flat_map(|row| (0..columns).map(move |column| (row, column))).find(
            |(row, column)| {
                let column_fits = if last_only {
                    column + 1 == columns
                } else {
                    *column > 0 || *row >= fronts.len()
                };
                column_fits && !taken.contains(&(*row, *column))
            },
        );
        if let Some((row, column)) = place {
            *full = row;
            taken.insert((row, column));
            grid.slots.push((cell, row, column));
        }
    }
    grid.rows = taken.iter().map(|(row, _)| row + 1).max().unwrap_or(0);
    if spare && !cells.is_empty() && taken.len() >= grid.rows * columns {
        grid.rows += 1;
    }
    grid
}
