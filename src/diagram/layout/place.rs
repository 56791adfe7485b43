//! One sheet: everything gets its place.

use super::Positions;
use super::content::{Content, Target};
use super::grid::{Grid, grid};
use super::lanes::{FLOWS, INSET, Lanes, Need, Sheet};
use super::paint::{FLOW_PITCH, FLOW_TOP};
use super::placed::{Page, Placed, PlacedDevice, PlacedRow, PlacedZone};
use super::ports::Ports;
use super::since::PageAnchors;
use super::tracks::{Wish, settle, spread};
use crate::diagram::scene::Area;
use std::collections::{BTreeMap, BTreeSet};

/// Heights of cells that are tried, the most comfortable first.
pub(super) const CELL_HEIGHTS: [f32; 8] = [23.0, 21.5, 20.0, 18.8, 17.8, 17.0, 16.6, 16.2];
const ROW_GAP: f32 = 2.0;
const ZONE_GAP: f32 = 4.0;

/// The cells of a zone at which routes of the page end, in the order of these routes; those that
/// had a place stay where they were, above the others.
fn fronts(
    content: &Content,
    page: &Page,
    cells: &[usize],
    before: Option<&PageAnchors>,
) -> Vec<usize> {
    let mut weight: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (place, row) in page.rows().enumerate() {
        for branch in &content.rows[row].branches {
            let ends = match branch.target {
                Target::Cell(cell) => Some(cell),
                Target::Zone(_) => None,
            };
            for cell in ends.into_iter().chain(branch.relay) {
                let (sum, count) = weight.entry(cell).or_default();
                *sum += place * 1000;
                *count += 1;
            }
        }
    }
    let mut fronts: Vec<usize> =
        cells.iter().copied().filter(|cell| weight.contains_key(cell)).collect();
    let stood = |cell: &usize| {
        let slot = before.and_then(|it| it.slots.get(cell));
        slot.filter(|(_, column)| *column == 0).map_or(u16::MAX, |(row, _)| *row)
    };
    fronts
        .sort_by_key(|cell| (stood(cell), weight.get(cell).map_or(0, |(sum, count)| sum / count)));
    fronts
}

fn need(content: &Content, page: &Page) -> Need {
    let mut seen = BTreeSet::new();
    let twins = page
        .zones
        .iter()
        .flat_map(|(_, cells)| cells)
        .filter(|cell| content.cells[**cell].twin)
        .filter(|cell| seen.insert(content.cells[**cell].thing.clone()))
        .count();
    Need {
        chained: page.rows().any(|row| content.rows[row].chain.len() > 1),
        twins,
        flows: page.zones.iter().any(|(zone, _)| !content.zones[*zone].flows.is_empty()),
        backbone: !content.backbone.is_empty(),
        rows: !page.groups.is_empty(),
    }
}

/// Half the height that a row takes above and below its line.
fn halves(content: &Content, group: &[usize], at: usize) -> (f32, f32) {
    let chain = |at: usize| &content.rows[group[at]].chain;
    let tall = |id: &String| content.devices.get(id).is_some_and(|it| it.foreign.is_some());
    let same_inner =
        |other: Option<usize>| other.is_some_and(|other| chain(other).get(1) == chain(at).get(1));
    let single = |id: Option<&String>| match id {
        Some(id) if tall(id) => 22.0,
        Some(_) => 18.0,
        None => 13.0,
    };
    // A device needs its height even when one row only passes through it.
    let outer: f32 = if group.len() == 1 { single(chain(at).first()) } else { 13.0 };
    let first = at == 0;
    let last = at + 1 == group.len();
    let inner = chain(at).get(1);
    let alone = !same_inner(at.checked_sub(1)) && !same_inner((!last).then_some(at + 1));
    let inner_half = if inner.is_some() && alone { single(inner) } else { 13.0 };
    let up = outer.max(inner_half) + if first { 3.0 } else { 0.0 };
    let down = outer.max(inner_half) + if last { 3.0 } else { 0.0 };
    (up, down)
}

/// The height that the rows of a page take.
pub(super) fn left_height(content: &Content, groups: &[Vec<usize>]) -> f32 {
    let heights = groups.iter().flat_map(|group| {
        (0..group.len()).map(|at| {
            let (up, down) = halves(content, group, at);
            up + down
        })
    });
    heights.sum()
}

struct Right {
    grids: Vec<Grid>,
    base: f32,
    height: f32,
}

fn right(
    content: &Content,
    page: &Page,
    lanes: &Lanes,
    room: f32,
    kept: &BTreeMap<String, (u16, u16)>,
    before: Option<&PageAnchors>,
) -> Right {
    let ports = Ports::of(content, page);
    let arrange = |spare: bool| -> Vec<Grid> {
        let zones = page.zones.iter().map(|(zone, cells)| {
            let fronts = fronts(content, page, cells, before);
            let stood = before.and_then(|it| it.zones.get(zone));
            // A zone that had a place to spare has used it now; it gets no other one.
            let mut grid =
                grid(content, cells, &fronts, lanes.columns, spare && stood.is_none(), kept);
            grid.rows = grid.rows.max(stood.filter(|_| spare).map_or(0, |(_, rows)| *rows));
            grid
        });
        zones.collect()
    };
    let height = |grids: &[Grid], base: f32| -> f32 {
        let zones = page.zones.iter().zip(grids).map(|((zone, _), grid)| {
            let cells = row_heights(grid, &ports, base).iter().sum::<f32>();
            zone_height(content, *zone, ports.header(*zone) + cells, lanes) + ZONE_GAP
        });
        zones.sum()
    };
    // A place for a system to come is worth more than comfort, but not more than fitting. Above all
    // cells stay as high as they were.
    let stood = before.map(|it| it.base);
    for spare in [true, false] {
        let grids = arrange(spare);
        if let Some(base) = stood {
            let height = height(&grids, base);
            if height <= room {
                return Right { grids, base, height };
            }
        }
    }
    for spare in [true, false] {
        let grids = arrange(spare);
        for base in CELL_HEIGHTS.into_iter().filter(|it| stood.is_none_or(|stood| *it <= stood)) {
            let height = height(&grids, base);
            if height <= room {
                return Right { grids, base, height };
            }
        }
    }
    let grids = arrange(false);
    let base = CELL_HEIGHTS[CELL_HEIGHTS.len() - 1];
    let height = height(&grids, base);
    Right { grids, base, height }
}

/// The height of a zone: what is in it, and at least a few lines of what may leave it, so that no
/// permitted flow goes unsaid.
fn zone_height(content: &Content, zone: usize, filled: f32, lanes: &Lanes) -> f32 {
    const LINES: usize = 4;
    let flow_lines = content.zones[zone].flow_lines;
    let lines = match lanes.flows.1 {
        width if width == FLOWS[0] => flow_lines[0],
        width if width == FLOWS[1] => flow_lines[1],
        _ => 0,
    };
    let told = match lines {
        0 => 0.0,
        lines => FLOW_TOP + FLOW_PITCH * lines.min(LINES) as f32 - 5.0,
    };
    (filled + 2.2).max(told)
}

fn row_heights(grid: &Grid, ports: &Ports, base: f32) -> Vec<f32> {
    let mut heights = vec![base + ROW_GAP; grid.rows];
    for (cell, row, _) in &grid.slots {
        heights[*row] = heights[*row].max(ports.cell(*cell, base) + ROW_GAP);
    }
    heights
}

/// The height that a page needs, for deciding what goes on it.
pub(super) fn needed(content: &Content, page: &Page, sheet: Sheet) -> f32 {
    let lanes = Lanes::plan(sheet, need(content, page));
    let right = right(content, page, &lanes, 0.0, &BTreeMap::new(), None);
    right.height.max(left_height(content, &page.groups))
}

/// Tracks closer than this are hard to tell apart; rather fewer columns of systems.
const CROWDED: f32 = 4.4;
/// The same where a column less would move everything.
const DENSE: f32 = 3.4;

/// Gives everything on a page its place. With what stood on it before, everything stays there as
/// far as it can.
pub(super) fn place(
    content: &Content,
    page: &Page,
    sheet: Sheet,
    keep: Option<&Positions>,
    before: Option<&PageAnchors>,
) -> Placed {
    let mut lanes = Lanes::plan(sheet, need(content, page));
    while let Some(narrower) =
        lanes.narrower().filter(|it| before.is_some_and(|before| it.columns >= before.columns))
    {
        lanes = narrower;
    }
    let crowded = if before.is_some() { DENSE } else { CROWDED };
    let mut placed = place_in(content, page, sheet, keep, before, lanes.clone());
    while placed.pitch < crowded && !placed.runs.is_empty() {
        let Some(narrower) = lanes.narrower() else { break };
        lanes = narrower;
        let other = place_in(content, page, sheet, keep, before, lanes.clone());
        if other.bottom > sheet.body().bottom() {
            break;
        }
        placed = other;
    }
    placed
}

/// The same with given lanes.
fn place_in(
    content: &Content,
    page: &Page,
    sheet: Sheet,
    keep: Option<&Positions>,
    before: Option<&PageAnchors>,
    lanes: Lanes,
) -> Placed {
    let body = sheet.body();
    let nothing = BTreeMap::new();
    let kept = keep.map_or(&nothing, |keep| &keep.slots);
    let right = right(content, page, &lanes, body.h, kept, before);
    let ports = Ports::of(content, page);
    let mut slots = BTreeMap::new();
    let mut zones = Vec::new();
    let heights_of = |zone: usize, grid: &Grid| {
        let heights = row_heights(grid, &ports, right.base);
        let filled = ports.header(zone) + heights.iter().sum::<f32>();
        zone_height(content, zone, filled, &lanes)
    };
    let tall: Vec<f32> = page
        .zones
        .iter()
        .zip(&right.grids)
        .map(|((zone, _), grid)| heights_of(*zone, grid))
        .collect();
    let tops = zone_tops(page, &tall, body, before);
    let mut y = body.y;
    for (((zone, _), grid), (top, height)) in
        page.zones.iter().zip(&right.grids).zip(tops.into_iter().zip(tall))
    {
        let header = ports.header(*zone);
        let heights = row_heights(grid, &ports, right.base);
        y = top;
        let mut tops = vec![y + header];
        for height in &heights {
            tops.push(tops[tops.len() - 1] + height);
        }
        let cells = grid.slots.iter().map(|(cell, row, column)| {
            slots.insert(content.cells[*cell].key.clone(), (*row as u16, *column as u16));
            let span = if grid.wide.contains(row) { lanes.columns } else { 1 };
            let area = Area {
                x: lanes.zone.0 + INSET + *column as f32 * lanes.cell_pitch,
                y: tops[*row],
                w: lanes.cell_pitch * span as f32 - 4.0,
                h: ports.cell(*cell, right.base),
            };
            (*cell, area)
        });
        let cells: Vec<_> = cells.collect();
        let area = Area { x: lanes.zone.0, y, w: lanes.zone.1, h: height };
        zones.push(PlacedZone { zone: *zone, area, cells, rows: grid.rows });
        y += height + ZONE_GAP;
    }
    // The bar of the backbone begins beside the first zone that hangs on it, and may be taller than
    // the zones from there on.
    let hangs = |it: &&PlacedZone| content.zones.get(it.zone).is_some_and(|it| it.tied);
    let first = zones.iter().find(hangs).or(zones.first()).map_or(body.y, |it| it.area.y);
    let bar = (first + content.backbone_height()).min(body.bottom());
    let mut placed = Placed {
        lanes,
        zones,
        rows: Vec::new(),
        devices: Vec::new(),
        runs: Vec::new(),
        trunks: Vec::new(),
        base: right.base,
        pitch: 0.0,
        bottom: (y - ZONE_GAP).max(bar),
        slots,
    };
    placed.place_rows(content, page, body, before);
    placed.place_devices(content, page);
    placed.route(content, &ports);
    placed
}

/// The upper edges of the zones: one below the other, or where they stood before when they can.
fn zone_tops(page: &Page, tall: &[f32], body: Area, before: Option<&PageAnchors>) -> Vec<f32> {
    let mut stacked = Vec::new();
    let mut y = body.y;
    for height in tall {
        stacked.push(y);
        y += height + ZONE_GAP;
    }
    let Some(before) = before else { return stacked };
    let apart: Vec<f32> =
        std::iter::once(0.0).chain(tall.iter().map(|it| it + ZONE_GAP)).take(tall.len()).collect();
    let last = tall.last().copied().unwrap_or(0.0);
    let wished: Vec<Wish> = page
        .zones
        .iter()
        .zip(&stacked)
        .map(|((zone, _), stacked)| match before.zones.get(zone) {
            Some((top, _)) => Wish { at: *top, weight: 1.0 },
            None => Wish { at: *stacked, weight: 0.01 },
        })
        .collect();
    settle(&wished, &apart, body.y, (body.bottom() - last).max(body.y))
}

impl Placed {
    fn target_y(&self, target: Target) -> Option<f32> {
        match target {
            Target::Cell(cell) => self.cell_area(cell).map(|area| area.centre().y),
            Target::Zone(zone) => {
                self.zones.iter().find(|it| it.zone == zone).map(|it| it.area.y + 7.0)
            }
        }
    }

    /// Rows stand as close as they can to what they reach.
    fn place_rows(
        &mut self,
        content: &Content,
        page: &Page,
        body: Area,
        before: Option<&PageAnchors>,
    ) {
        let (mut wished, mut apart) = (Vec::new(), Vec::new());
        let mut below = 0.0;
        let mut first_up = 0.0;
        let mut latest = body.y;
        for group in &page.groups {
            for (at, row) in group.iter().enumerate() {
                let (up, down) = halves(content, group, at);
                if wished.is_empty() {
                    first_up = up;
                }
                let ends: Vec<f32> = content.rows[*row]
                    .branches
                    .iter()
                    .filter_map(|it| self.target_y(it.target))
                    .collect();
                if !ends.is_empty() {
                    latest = ends.iter().sum::<f32>() / ends.len() as f32;
                }
                wished.push(latest);
                apart.push(below + up);
                below = down;
            }
        }
        let (low, high) = (body.y + first_up, body.bottom() - below);
        let placed = match before {
            None => spread(&wished, &apart, low, high),
            Some(before) => {
                let wishes = page.rows().zip(wished).map(|(row, at)| match before.rows.get(&row) {
                    Some(stood) => Wish { at: *stood, weight: 1.0 },
                    None => Wish { at, weight: 0.01 },
                });
                settle(&wishes.collect::<Vec<Wish>>(), &apart, low, high)
            }
        };
        self.rows = page.rows().zip(placed).map(|(row, y)| PlacedRow { row, y, exit: y }).collect();
        if let Some(last) = self.rows.last() {
            self.bottom = self.bottom.max(last.y + below);
        }
    }

    /// A device stands beside all rows that pass it.
    fn place_devices(&mut self, content: &Content, page: &Page) {
        let mut at = 0;
        for group in &page.groups {
            let rows = &self.rows[at..at + group.len()];
            at += group.len();
            let mut open: [Option<(String, f32, f32)>; 2] = [None, None];
            let mut done: Vec<(usize, String, f32, f32)> = Vec::new();
            for (place, placed) in rows.iter().enumerate() {
                let (up, down) = halves(content, group, place);
                let chain = &content.rows[placed.row].chain;
                let first = if place == 0 { 3.0 } else { 0.0 };
                let last = if place + 1 == group.len() { 3.0 } else { 0.0 };
                let (top, bottom) = (placed.y - up + first + 1.2, placed.y + down - last - 1.2);
                for (lane, slot) in open.iter_mut().enumerate() {
                    let id = chain.get(lane).cloned();
                    match (slot, id) {
                        (Some((open_id, _, open_bottom)), Some(id)) if *open_id == id => {
                            *open_bottom = bottom
                        }
                        (slot, id) => {
                            if let Some((id, top, bottom)) = slot.take() {
                                done.push((lane, id, top, bottom));
                            }
                            *slot = id.map(|id| (id, top, bottom));
                        }
                    }
                }
            }
            for (lane, slot) in open.into_iter().enumerate() {
                done.extend(slot.map(|(id, top, bottom)| (lane, id, top, bottom)));
            }
            for (lane, id, top, bottom) in done {
                let lane = lane.min(self.lanes.devices.len() - 1);
                let (x, w) = self.lanes.devices[lane];
                let key = format!("devices/{id}#{}", self.devices.len());
                let area = Area { x, y: top, w, h: bottom - top };
                self.devices.push(PlacedDevice { id, lane, area, key });
            }
        }
    }
}
