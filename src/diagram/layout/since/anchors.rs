//! Where everything stood on the drawing before, in the terms of the joined content.

use super::Merged;
use crate::diagram::layout::Positions;
use crate::diagram::layout::content::Content;
use crate::diagram::layout::lanes::Sheet;
use crate::diagram::layout::order::{self, Order, row_key};
use crate::diagram::layout::placed::Page;
use crate::diagram::layout::{pages, place};
use std::collections::BTreeMap;

/// The places of one sheet of the drawing before.
#[derive(Clone, Debug, Default)]
pub(in crate::diagram::layout) struct PageAnchors {
    /// What stood on it.
    pub(in crate::diagram::layout) page: Page,
    /// The height of its cells, and how many stood beside each other.
    pub(in crate::diagram::layout) base: f32,
    pub(in crate::diagram::layout) columns: usize,
    /// The upper edges of its zones, and how many rows of systems they had.
    pub(in crate::diagram::layout) zones: BTreeMap<usize, (f32, usize)>,
    /// The heights of its rows.
    pub(in crate::diagram::layout) rows: BTreeMap<usize, f32>,
    /// Row and column of each cell.
    pub(in crate::diagram::layout) slots: BTreeMap<usize, (u16, u16)>,
}

/// The places of the drawing before.
#[derive(Clone, Debug, Default)]
pub(in crate::diagram::layout) struct Anchors {
    pub(in crate::diagram::layout) positions: Positions,
    pub(in crate::diagram::layout) pages: Vec<PageAnchors>,
}

impl Anchors {
    /// Lays the drawing before out once more. `merged` has been settled, as `old` has.
    pub(in crate::diagram::layout) fn of(
        (old, order): (&Content, &Order),
        merged: &Merged,
        sheet: Sheet,
        keep: Option<&Positions>,
    ) -> Self {
        let content = &merged.content;
        let index =
            |keys: Vec<String>| -> BTreeMap<String, usize> { keys.into_iter().zip(0..).collect() };
        let names = Names {
            merged,
            zones: index(content.zones.iter().map(|it| it.key.clone()).collect()),
            cells: index(content.cells.iter().map(|it| it.key.clone()).collect()),
            rows: index(content.rows.iter().map(row_key).collect()),
        };
        let mut positions = Positions::of(old, order);
        let mut anchored = Vec::new();
        for page in pages::paginate(old, order, sheet, None) {
            let placed = place::place(old, &page, sheet, keep, None);
            let mut anchors = PageAnchors {
                base: placed.base,
                columns: placed.lanes.columns,
                page: names.page(old, &page),
                ..PageAnchors::default()
            };
            for zone in &placed.zones {
                let Some(at) = names.zone(old, zone.zone) else { continue };
                anchors.zones.insert(at, (zone.area.y, zone.rows));
            }
            for row in &placed.rows {
                let Some(at) = names.row(old, row.row) else { continue };
                anchors.rows.insert(at, row.y);
            }
            for (cell, slot) in placed.slots_of(old) {
                // What moved to another zone finds its place there anew.
                let Some((at, key)) = names.still(old, cell) else { continue };
                anchors.slots.insert(at, slot);
                positions.slots.insert(key, slot);
            }
            anchored.push(anchors);
        }
        let translated =
            |keys: Vec<String>| keys.iter().map(|it| names.of(it).to_owned()).collect();
        positions.zones = translated(positions.zones);
        positions.devices = translated(positions.devices);
        Self { positions, pages: anchored }
    }

    /// The places of the rows of before, whatever sheet they stand on.
    pub(in crate::diagram::layout) fn rows(&self) -> BTreeMap<usize, (usize, f32)> {
        let pages = self.pages.iter().enumerate();
        pages
            .flat_map(|(at, page)| page.rows.iter().map(move |(row, y)| (*row, (at, *y))))
            .collect()
    }

    /// What stood before on the sheet that now holds a page: the one with which it has most rows in
    /// common, else most zones.
    pub(in crate::diagram::layout) fn page(&self, page: &Page, at: usize) -> Option<&PageAnchors> {
        let common = |it: &&PageAnchors| page.rows().any(|row| it.rows.contains_key(&row));
        let here = self.pages.get(at);
        here.filter(common).or_else(|| self.pages.iter().find(common)).or(here)
    }
}

impl Positions {
    /// The order of a drawing, without its places.
    pub(in crate::diagram::layout) fn of(content: &Content, order: &Order) -> Self {
        Self {
            version: super::super::POSITIONS_VERSION,
            zones: order
                .zones
                .iter()
                .filter_map(|it| content.zones.get(*it))
                .map(|it| it.key.clone())
                .collect(),
            devices: order.groups.iter().map(|group| order::group_key(content, group)).collect(),
            slots: BTreeMap::new(),
        }
    }
}

/// What the parts of the drawing before are called in the joined content.
struct Names<'m> {
    merged: &'m Merged,
    zones: BTreeMap<String, usize>,
    cells: BTreeMap<String, usize>,
    rows: BTreeMap<String, usize>,
}

impl Names<'_> {
    fn of<'k>(&'k self, key: &'k str) -> &'k str {
        self.merged.keys.get(key).map_or(key, String::as_str)
    }

    fn zone(&self, old: &Content, zone: usize) -> Option<usize> {
        self.zones.get(self.of(&old.zones.get(zone)?.key)).copied()
    }

    fn cell(&self, old: &Content, cell: usize) -> Option<usize> {
        self.cells.get(self.of(&old.cells.get(cell)?.key)).copied()
    }

    /// A cell that stands in the same zone as before, and its key.
    fn still(&self, old: &Content, cell: usize) -> Option<(usize, String)> {
        let at = self.cell(old, cell)?;
        let now = self.merged.content.cells.get(at)?;
        (self.zone(old, old.cells.get(cell)?.zone) == Some(now.zone)).then(|| (at, now.key.clone()))
    }

    fn row(&self, old: &Content, row: usize) -> Option<usize> {
        self.rows.get(self.of(&row_key(old.rows.get(row)?))).copied()
    }

    fn page(&self, old: &Content, page: &Page) -> Page {
        let groups = page.groups.iter().map(|group| {
            group.iter().filter_map(|row| self.row(old, *row)).collect::<Vec<usize>>()
        });
        let groups = groups.filter(|it| !it.is_empty()).collect();
        let zones = page.zones.iter().filter_map(|(zone, cells)| {
            let cells = cells.iter().filter_map(|cell| Some(self.still(old, *cell)?.0)).collect();
            Some((self.zone(old, *zone)?, cells))
        });
        Page { groups, zones: zones.collect() }
    }
}
