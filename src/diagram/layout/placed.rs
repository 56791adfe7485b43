//! Things with a place: what `place` and `routes` give and `paint` draws.

use super::content::Content;
use super::lanes::Lanes;
use crate::diagram::scene::{Area, Point};
use std::collections::BTreeMap;

/// What stands on one sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    /// Rows by group, from top to bottom.
    pub(super) groups: Vec<Vec<usize>>,
    /// Zones from top to bottom with the cells shown here.
    pub(super) zones: Vec<(usize, Vec<usize>)>,
}

impl Page {
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().flatten().copied()
    }
}

#[derive(Clone, Debug)]
pub(super) struct PlacedZone {
    pub(super) zone: usize,
    pub(super) area: Area,
    pub(super) cells: Vec<(usize, Area)>,
    /// How many rows of cells it has room for.
    pub(super) rows: usize,
}

#[derive(Clone, Debug)]
pub(super) struct PlacedRow {
    pub(super) row: usize,
    pub(super) y: f32,
    /// Where it leaves its last device.
    pub(super) exit: f32,
}

#[derive(Clone, Debug)]
pub(super) struct PlacedDevice {
    pub(super) id: String,
    pub(super) lane: usize,
    pub(super) area: Area,
    /// Unique on the sheet; a device may stand in both lanes.
    pub(super) key: String,
}

#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) lanes: Lanes,
    pub(super) zones: Vec<PlacedZone>,
    pub(super) rows: Vec<PlacedRow>,
    pub(super) devices: Vec<PlacedDevice>,
    pub(super) runs: Vec<PlacedRun>,
    pub(super) trunks: Vec<PlacedTrunk>,
    /// The height of a cell.
    pub(super) base: f32,
    /// Distance of the tracks in the channel.
    pub(super) pitch: f32,
    /// The lower edge of what is drawn.
    pub(super) bottom: f32,
    /// Row and column of every cell, for [`Positions`].
    pub(super) slots: BTreeMap<String, (u16, u16)>,
}

/// One end of a route: which branch of which row, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) row: usize,
    pub(super) branch: usize,
    pub(super) at: Point,
}

/// A route through the channel, from a device or from a relay.
#[derive(Clone, Debug)]
pub(super) struct PlacedRun {
    /// The row that it belongs to; the first one of a bundle.
    pub(super) row: usize,
    pub(super) relay: Option<usize>,
    /// Whether it carries a bundle.
    pub(super) bundled: bool,
    pub(super) start: Point,
    pub(super) track: f32,
    pub(super) ends: Vec<End>,
}

/// The common way of a bundle from its device to its relay.
#[derive(Clone, Debug)]
pub(super) struct PlacedTrunk {
    pub(super) rows: Vec<usize>,
    pub(super) relay: usize,
    /// Where the connections come together.
    pub(super) x: f32,
    pub(super) port: Point,
}

impl Placed {
    /// Row and column of every cell, by its place in the content.
    pub(super) fn slots_of<'s>(
        &'s self,
        content: &'s Content,
    ) -> impl Iterator<Item = (usize, (u16, u16))> + 's {
        let cells = self.zones.iter().flat_map(|zone| &zone.cells);
        cells.filter_map(|(cell, _)| {
            let key = &content.cells.get(*cell)?.key;
            Some((*cell, *self.slots.get(key)?))
        })
    }

    /// Where a cell stands, if it stands on this page.
    pub(super) fn cell_area(&self, cell: usize) -> Option<Area> {
        let all = self.zones.iter().flat_map(|zone| &zone.cells);
        all.into_iter().find(|(at, _)| *at == cell).map(|(_, area)| *area)
    }
}
