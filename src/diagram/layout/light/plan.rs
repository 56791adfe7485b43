//! Which boxes and routes of a sheet are on the ways.

use super::Strength;
use super::trees::{End, Lead, Segment, Tree};
use crate::diagram::layout::content::{Content, Row, Target};
use crate::diagram::layout::paint::{circuit_key, party_key};
use crate::diagram::layout::placed::{Placed, PlacedDevice, PlacedRow};
use crate::diagram::layout::style::Carriage;
use crate::diagram::lit::{Lit, Way};
use crate::diagram::scene::Point;
use crate::model::{EntityKind, EntityRef};
use crate::topology::Corroboration;
use std::collections::BTreeMap;

/// Somebody who comes in over a line that has no row: he stands beside the device.
#[derive(Clone, Debug)]
pub(super) struct Stray<'l> {
    pub(super) from: Vec<&'l EntityRef>,
    /// Where his line meets the device.
    pub(super) at: Point,
}

/// What of a sheet is lit.
#[derive(Clone, Debug)]
pub(super) struct Plan<'l> {
    pub(super) lit: &'l Lit,
    /// Boxes by key: how surely they are on a way.
    pub(super) boxes: BTreeMap<String, Strength>,
    /// Rows on a way, with what comes over each.
    pub(super) rows: BTreeMap<usize, Vec<&'l Way>>,
    /// Cells that are reached, and zones of which hosts that nobody declared are reached.
    pub(super) cells: BTreeMap<usize, Vec<&'l Way>>,
    pub(super) zones: BTreeMap<usize, Vec<&'l Way>>,
    /// Devices and parties that are reached, by key.
    pub(super) managed: BTreeMap<String, Vec<&'l Way>>,
    pub(super) strays: Vec<Stray<'l>>,
    /// Words at routes that stay: thing and height.
    pub(super) labels: Vec<(EntityRef, f32)>,
    /// Whether the backbone is on a way.
    pub(super) backbone: bool,
    pub(super) segments: Vec<Segment>,
    pub(super) trees: Vec<Tree>,
}

/// Tracks of lit routes are at least this far apart.
const APART: f32 = 4.4;
/// Where the first of them may run, behind the devices.
const FIRST: f32 = 12.0;

type Needs = BTreeMap<usize, Strength>;

impl<'l> Plan<'l> {
    pub(super) fn of(content: &Content, placed: &Placed, lit: &'l Lit) -> Self {
        let mut plan = Self {
            lit,
            boxes: BTreeMap::new(),
            rows: BTreeMap::new(),
            cells: BTreeMap::new(),
            zones: BTreeMap::new(),
            managed: BTreeMap::new(),
            strays: Vec::new(),
            labels: Vec::new(),
            backbone: false,
            segments: Vec::new(),
            trees: Vec::new(),
        };
        let mut strays: Vec<(&PlacedDevice, Vec<&'l Way>)> = Vec::new();
        for way in &lit.ways {
            plan.reached(content, placed, way);
            let rows = rows_of(content, placed, way);
            for row in &rows {
                plan.rows.entry(*row).or_default().push(way);
            }
            let device = way
                .passes
                .first()
                .and_then(|first| placed.devices.iter().find(|it| first.id == it.id));
            if let (true, Some(device)) = (rows.is_empty(), device) {
                match strays.iter_mut().find(|(it, _)| it.key == device.key) {
                    Some((_, ways)) => ways.push(way),
                    None => strays.push((device, vec![way])),
                }
            }
        }
        if lit.ways.is_empty() {
            plan.alone(content, placed);
        }
        plan.lines(content, placed, &strays);
        plan
    }

    fn lit(&mut self, key: &str, strength: Strength) {
        let known = self.boxes.entry(key.to_owned()).or_insert(strength);
        *known = strength.min(*known);
    }

    /// The subject stands out also when nothing gets anywhere.
    fn alone(&mut self, content: &Content, placed: &Placed) {
        let subject = &self.lit.subject;
        let rows = placed.rows.iter().filter_map(|it| content.rows.get(it.row));
        let own = rows.filter(|it| {
            it.thing == *subject || it.party.as_ref().is_some_and(|it| it.thing == *subject)
        });
        let rows = own.flat_map(|it| [party_key(it), Some(circuit_key(it))]).flatten();
        let cells = content.cells.iter().filter(|it| it.thing.as_ref() == Some(subject));
        let zones = content.zones.iter().filter(|it| it.thing.as_ref() == Some(subject));
        let devices = placed.devices.iter().filter(|it| is_device(subject, it));
        let keys = rows
            .chain(cells.map(|it| it.key.clone()))
            .chain(zones.map(|it| it.key.clone()))
            .chain(devices.map(|it| it.key.clone()));
        self.boxes = keys.map(|it| (it, Strength::Sure)).collect();
    }

    /// The boxes at the inner end of a way, and those that it passes.
    fn reached(&mut self, content: &Content, placed: &Placed, way: &'l Way) {
        let strength = way.certainty().into();
        for (cell, _) in placed.zones.iter().flat_map(|it| &it.cells) {
            let Some(data) = content.cells.get(*cell) else { continue };
            let Some(thing) = &data.thing else { continue };
            if *thing == way.to {
                self.cells.entry(*cell).or_default().push(way);
            } else if thing.kind != EntityKind::Device || !way.passes.contains(thing) {
                continue;
            }
            self.lit(&data.key, strength);
            if let Some(zone) = content.zones.get(data.zone) {
                self.lit(&zone.key, strength);
            }
        }
        for zone in &placed.zones {
            let Some(data) = content.zones.get(zone.zone) else { continue };
            if data.thing.as_ref() == Some(&way.to) {
                self.zones.entry(zone.zone).or_default().push(way);
                self.lit(&data.key, strength);
            }
        }
        for device in &placed.devices {
            if is_device(&way.to, device) {
                self.managed.entry(device.key.clone()).or_default().push(way);
                self.lit(&device.key, strength);
            } else if way.passes.iter().any(|it| is_device(it, device)) {
                self.lit(&device.key, strength);
            }
        }
        if way.to.kind == EntityKind::Party {
            for row in placed.rows.iter().filter_map(|it| content.rows.get(it.row)) {
                let theirs = row.party.as_ref().is_some_and(|it| it.thing == way.to);
                if let (true, Some(key)) = (theirs, party_key(row)) {
                    self.managed.entry(key.clone()).or_default().push(way);
                    self.lit(&key, strength);
                }
            }
        }
        self.backbone |= content.backbone.iter().any(|(it, _)| way.passes.contains(it));
    }

    /// The lines of every row, and the trees behind the devices.
    fn lines(
        &mut self,
        content: &Content,
        placed: &Placed,
        strays: &[(&PlacedDevice, Vec<&'l Way>)],
    ) {
        let mut own: BTreeMap<usize, Tree> = BTreeMap::new();
        let mut shared: Vec<(Needs, Vec<Lead>)> = Vec::new();
        let mut need = |needs: Needs, lead: Lead| match shared.iter_mut().find(|it| it.0 == needs) {
            _ if needs.is_empty() => {}
            Some((_, leads)) => leads.push(lead),
            None => shared.push((needs, vec![lead])),
        };
        let rows: Vec<(usize, Vec<&'l Way>)> =
            self.rows.iter().map(|(row, ways)| (*row, ways.clone())).collect();
        for (row, ways) in rows {
            let Some(at) = placed.rows.iter().find(|it| it.row == row) else { continue };
            let Some(data) = content.rows.get(row) else { continue };
            let Some(strength) = surest(&ways) else { continue };
            let lead = self.row(content, placed, at, strength);
            let mut covered = Vec::new();
            for (number, run) in placed.runs.iter().enumerate() {
                if run.relay.is_some() {
                    continue;
                }
                for end in run.ends.iter().filter(|it| it.row == row) {
                    let Some(branch) = data.branches.get(end.branch) else { continue };
                    let target = self.target(content, branch.target, &ways);
                    let (false, Some(to)) = (branch.outbound, target) else { continue };
                    let tree = own.entry(number).or_insert_with(|| Tree::at(run.track));
                    tree.lead(&lead);
                    let key = key_of(content, branch.target);
                    tree.ends.push(End { at: end.at, strength: to, key });
                    self.labels.push((data.thing.clone(), end.at.y));
                    covered.push(branch.target);
                }
            }
            self.onward(content, placed, row, &ways);
            let trunks = placed.trunks.iter().enumerate();
            for (number, trunk) in trunks.filter(|(_, it)| it.rows.contains(&row)) {
                let target = Target::Cell(trunk.relay);
                let Some(to) = self.target(content, target, &ways) else { continue };
                let number = placed.runs.len() + number;
                let tree = own.entry(number).or_insert_with(|| Tree::at(trunk.x));
                tree.lead(&lead);
                let key = key_of(content, target);
                if tree.ends.is_empty() {
                    tree.ends.push(End { at: trunk.port, strength: to, key });
                }
                covered.push(target);
            }
            need(needs(content, placed, &ways, &covered), lead);
        }
        for (device, ways) in strays {
            let Some(strength) = surest(ways) else { continue };
            let y = free(placed, device);
            let mut from: Vec<&EntityRef> = ways.iter().map(|it| &it.from).collect();
            from.dedup();
            let at = Point { x: device.area.x, y };
            self.strays.push(Stray { from, at });
            let outside = Point { x: placed.lanes.boundary - 12.0, y };
            self.segments.push(Segment { points: vec![outside, at], strength, ends: None });
            self.lit(&device.key, strength);
            let points = vec![Point { x: device.area.right(), y }];
            let lead = Lead { points, strength, key: device.key.clone() };
            need(needs(content, placed, ways, &[]), lead);
        }
        self.trees.extend(own.into_values());
        for (at, (needs, leads)) in shared.into_iter().enumerate() {
            let mut tree = Tree::at(self.free_track(placed));
            for lead in &leads {
                tree.lead(lead);
            }
            for (zone, strength) in needs {
                let Some(area) = placed.zones.iter().find(|it| it.zone == zone) else { continue };
                let area = area.area;
                let y = (area.y + 4.5 + APART * at as f32).min(area.bottom() - 3.0);
                let key = content.zones.get(zone).map(|it| it.key.clone()).unwrap_or_default();
                tree.ends.push(End { at: Point { x: area.x, y }, strength, key });
            }
            self.trees.push(tree);
        }
    }

    /// The declared ways from a relay that a row reaches to what lies behind it.
    fn onward(&mut self, content: &Content, placed: &Placed, row: usize, ways: &[&Way]) {
        let Some(thing) = content.rows.get(row).map(|it| it.thing.clone()) else { return };
        for run in &placed.runs {
            let Some(relay) = run.relay else { continue };
            if self.target(content, Target::Cell(relay), ways).is_none() {
                continue;
            }
            let key = key_of(content, Target::Cell(relay));
            let mut tree = Tree::at(run.track);
            tree.lead(&Lead { points: vec![run.start], strength: Strength::Onward, key });
            for end in run.ends.iter().filter(|it| it.row == row) {
                let branch = content.rows.get(row).and_then(|it| it.branches.get(end.branch));
                let Some(target) = branch.map(|it| it.target) else { continue };
                let key = key_of(content, target);
                self.lit(&key, Strength::Onward);
                if let Target::Cell(cell) = target
                    && let Some(cell) = content.cells.get(cell)
                    && let Some(zone) = content.zones.get(cell.zone)
                {
                    self.lit(&zone.key, Strength::Onward);
                }
                tree.ends.push(End { at: end.at, strength: Strength::Onward, key });
                self.labels.push((thing.clone(), end.at.y));
            }
            if !tree.ends.is_empty() {
                self.labels.push((thing.clone(), run.start.y));
                self.trees.push(tree);
            }
        }
    }

    /// The line of a row from its party to its last device, and where it goes on.
    fn row(
        &mut self,
        content: &Content,
        placed: &Placed,
        at: &PlacedRow,
        strength: Strength,
    ) -> Lead {
        let lanes = &placed.lanes;
        let y = at.y;
        let Some(row) = content.rows.get(at.row) else {
            return Lead { points: Vec::new(), strength, key: String::new() };
        };
        let mut passed: Vec<&PlacedDevice> = placed
            .devices
            .iter()
            .filter(|it| it.area.y <= y && y <= it.area.bottom() && row.chain.contains(&it.id))
            .collect();
        passed.sort_by_key(|it| it.lane);
        let line = |from: f32, to: f32| vec![Point { x: from, y }, Point { x: to, y }];
        let circuit = circuit_key(row);
        let (circuit_x, circuit_w) = lanes.circuit;
        self.lit(&circuit, strength);
        if let Some(party) = party_key(row) {
            self.lit(&party, strength);
            let points = line(lanes.party.0 + lanes.party.1, circuit_x);
            let ends = Some((party, circuit.clone()));
            self.segments.push(Segment { points, strength, ends });
        }
        let mut from = (circuit, circuit_x + circuit_w);
        for device in passed {
            let points = line(from.1, device.area.x);
            let ends = Some((from.0, device.key.clone()));
            self.segments.push(Segment { points, strength, ends });
            self.lit(&device.key, strength);
            from = (device.key.clone(), device.area.right());
        }
        let exit = at.exit;
        let mut points = vec![Point { x: from.1, y: exit }];
        if row.chain.is_empty() && (y - exit).abs() > 0.05 {
            let bend = lanes.channel - 6.0;
            points = line(from.1, bend);
            points.push(Point { x: bend, y: exit });
        }
        Lead { points, strength, key: from.0 }
    }

    /// How surely the end of a declared route is reached by some ways.
    fn target(&self, content: &Content, target: Target, ways: &[&Way]) -> Option<Strength> {
        let thing = match target {
            Target::Cell(cell) => content.cells.get(cell)?.thing.as_ref()?,
            Target::Zone(zone) => content.zones.get(zone)?.thing.as_ref()?,
        };
        let to: Vec<&Way> = ways.iter().copied().filter(|it| it.to == *thing).collect();
        surest(&to)
    }

    /// A track for one more tree: as far right as no lit route runs.
    fn free_track(&self, placed: &Placed) -> f32 {
        let (low, high) = (placed.lanes.channel + FIRST, placed.lanes.labels - 5.0);
        let clear = |x: f32| self.trees.iter().all(|it| (it.x - x).abs() >= APART);
        let steps = ((high - low).max(0.0) / 1.1) as usize;
        (0..=steps).map(|step| high - 1.1 * step as f32).find(|x| clear(*x)).unwrap_or(high)
    }
}

/// The rows of this sheet over which a way comes in.
fn rows_of(content: &Content, placed: &Placed, way: &Way) -> Vec<usize> {
    let here = || placed.rows.iter().map(|it| it.row);
    let row = |at: &usize| content.rows.get(*at);
    let own =
        |at: &usize| row(at).is_some_and(|it| it.thing == way.by || it.alike.contains(&way.by));
    let mut rows: Vec<usize> = here().filter(own).collect();
    if rows.is_empty() {
        rows = here().filter(|at| row(at).is_some_and(|it| plainly(content, it, way))).collect();
    }
    rows.dedup();
    rows
}

/// Whether a way that comes in plainly over a line has a row that tells of it: that of its party
/// with no tunnel, or an undeclared opening to what it reaches.
fn plainly(content: &Content, row: &Row, way: &Way) -> bool {
    let first = way.passes.first().map(|it| it.id.as_str());
    let party = row.party.as_ref().is_some_and(|it| it.thing == way.from);
    let opens = || {
        row.branches.iter().any(|it| match it.target {
            Target::Cell(cell) => {
                content.cells.get(cell).is_some_and(|it| it.thing.as_ref() == Some(&way.to))
            }
            Target::Zone(zone) => {
                content.zones.get(zone).is_some_and(|it| it.thing.as_ref() == Some(&way.to))
            }
        })
    };
    let undeclared = || row.state == Corroboration::Undeclared && opens();
    row.carriage == Carriage::Open
        && row.chain.first().map(String::as_str) == first
        && (party || undeclared())
}

/// The zones that a line has to be led to for some ways: where they reach what no declared route
/// leads to.
fn needs(content: &Content, placed: &Placed, ways: &[&Way], covered: &[Target]) -> Needs {
    let mut needs = Needs::new();
    for way in ways {
        let zone_of =
            |it: &EntityRef| content.zones.iter().position(|z| z.thing.as_ref() == Some(it));
        if let Some(zone) = zone_of(&way.to) {
            if !covered.contains(&Target::Zone(zone)) {
                note(&mut needs, zone, way.certainty().into());
            }
            continue;
        }
        let cells = placed.zones.iter().flat_map(|it| &it.cells).map(|(cell, _)| *cell);
        let own = |cell: &usize| {
            content.cells.get(*cell).is_some_and(|it| it.thing.as_ref() == Some(&way.to))
        };
        let cells: Vec<usize> = cells.filter(own).collect();
        if cells.iter().any(|it| covered.contains(&Target::Cell(*it))) {
            continue;
        }
        let zone = |cell: &usize| content.cells.get(*cell).map(|it| it.zone);
        let passed = |zone: &usize| {
            let thing = content.zones.get(*zone).and_then(|it| it.thing.as_ref());
            thing.is_some_and(|it| way.passes.contains(it))
        };
        let all: Vec<usize> = cells.iter().filter_map(zone).collect();
        let chosen = all.iter().copied().find(passed).or_else(|| all.first().copied());
        if let Some(zone) = chosen {
            note(&mut needs, zone, way.certainty().into());
        }
    }
    needs
}

fn note(needs: &mut Needs, zone: usize, strength: Strength) {
    let known = needs.entry(zone).or_insert(strength);
    *known = strength.min(*known);
}

fn surest(ways: &[&Way]) -> Option<Strength> {
    ways.iter().map(|it| Strength::from(it.certainty())).min()
}

fn is_device(thing: &EntityRef, device: &PlacedDevice) -> bool {
    thing.id == device.id && matches!(thing.kind, EntityKind::Device | EntityKind::System)
}

fn key_of(content: &Content, target: Target) -> String {
    let key = match target {
        Target::Cell(cell) => content.cells.get(cell).map(|it| &it.key),
        Target::Zone(zone) => content.zones.get(zone).map(|it| &it.key),
    };
    key.cloned().unwrap_or_default()
}

/// The height at which a device has most room between the rows that meet it.
fn free(placed: &Placed, device: &PlacedDevice) -> f32 {
    let (top, bottom) = (device.area.y + 5.0, device.area.bottom() - 5.0);
    let room = |y: f32| {
        let heights = placed.rows.iter().flat_map(|it| [it.y, it.exit]);
        heights.map(|it| (it - y).abs()).fold(f32::MAX, f32::min)
    };
    let steps = ((bottom - top).max(0.0) / 2.0) as usize;
    let all = (0..=steps).map(|step| top + 2.0 * step as f32);
    all.max_by(|a, b| room(*a).total_cmp(&room(*b))).unwrap_or(top)
}
