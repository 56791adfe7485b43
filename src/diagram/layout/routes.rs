//! Routes: ports get coordinates, devices get exits, climbing routes get tracks.

use super::content::Content;
use super::placed::{End, Placed, PlacedRun, PlacedTrunk};
use super::ports::{PORT, Port, Ports};
use super::tracks::{Run, tracks};
use crate::diagram::scene::Point;
use std::collections::BTreeMap;

/// Where the first track may run: beside it stand the numbers at the devices.
const LEAD: f32 = 16.0;

impl Placed {
    /// Gives every route its course.
    pub(super) fn route(&mut self, content: &Content, ports: &Ports) {
        let points = self.points(ports);
        self.choose_exits(content, &points);
        let mut runs = self.runs_of(content, ports, &points);
        let plain: Vec<Run> = runs.iter().map(plain).collect();
        let (track, count) = tracks(&plain);
        let mut low = self.lanes.channel + LEAD;
        for (at, bundle) in ports.bundles.iter().enumerate() {
            if let Some(port) = points.get(&Port::BundleEnd(at)) {
                self.trunks.push(PlacedTrunk {
                    rows: bundle.rows.clone(),
                    relay: bundle.relay,
                    x: low,
                    port: *port,
                });
                low += 6.0;
            }
        }
        let room = self.lanes.labels - 3.0 - low;
        let pitch = (room / count.max(1) as f32).min(9.0);
        let start = low + (room - pitch * count as f32).max(0.0) / 2.0;
        for (run, track) in runs.iter_mut().zip(track) {
            run.track = start + pitch * (track as f32 + 0.5);
        }
        self.runs = runs;
        self.pitch = pitch;
    }

    fn points(&self, ports: &Ports) -> BTreeMap<Port, Point> {
        let mut points = BTreeMap::new();
        for (cell, list) in &ports.cells {
            if let Some(area) = self.cell_area(*cell) {
                let spread = PORT * (list.len() - 1) as f32;
                let first = area.centre().y - spread / 2.0;
                for (place, port) in list.iter().enumerate() {
                    let y = first + PORT * place as f32;
                    points.insert(*port, Point { x: area.x, y });
                }
            }
        }
        for (zone, list) in &ports.zones {
            if let Some(zone) = self.zones.iter().find(|it| it.zone == *zone) {
                for (place, port) in list.iter().enumerate() {
                    let y = zone.area.y + 8.6 + PORT * place as f32;
                    points.insert(*port, Point { x: zone.area.x, y });
                }
            }
        }
        points
    }

    fn runs_of(
        &self,
        content: &Content,
        ports: &Ports,
        points: &BTreeMap<Port, Point>,
    ) -> Vec<PlacedRun> {
        let mut runs = Vec::new();
        let ends = |row: usize, relay: Option<usize>| -> Vec<End> {
            let branches = content.rows[row].branches.iter().enumerate();
            let ends = branches.filter(|(_, it)| it.relay == relay).filter_map(|(branch, _)| {
                let at = *points.get(&Port::End(row, branch))?;
                Some(End { row, branch, at })
            });
            ends.collect()
        };
        for placed in &self.rows {
            let row = placed.row;
            let direct = ends(row, None);
            if !direct.is_empty() {
                runs.push(PlacedRun {
                    row,
                    relay: None,
                    bundled: false,
                    start: Point { x: self.lanes.channel, y: placed.exit },
                    track: 0.0,
                    ends: direct,
                });
            }
            let mut relays: Vec<usize> =
                content.rows[row].branches.iter().filter_map(|it| it.relay).collect();
            relays.sort_unstable();
            relays.dedup();
            for relay in relays {
                let (port, rows) = match ports.bundle(row, relay) {
                    Some(at) if ports.bundles[at].rows.first() == Some(&row) => {
                        (Port::BundleLeave(at), ports.bundles[at].rows.clone())
                    }
                    Some(_) => continue,
                    None => (Port::Leave(row, relay), vec![row]),
                };
                let ends: Vec<End> = rows.iter().flat_map(|row| ends(*row, Some(relay))).collect();
                if let Some(start) = points.get(&port).filter(|_| !ends.is_empty()) {
                    runs.push(PlacedRun {
                        row,
                        relay: Some(relay),
                        bundled: rows.len() > 1,
                        start: *start,
                        track: 0.0,
                        ends,
                    });
                }
            }
        }
        runs
    }

    /// A route leaves its device a little above or below its row, so that it runs straight when
    /// it can and never on top of another one.
    fn choose_exits(&mut self, content: &Content, points: &BTreeMap<Port, Point>) {
        const REACH: f32 = 8.0;
        const CLEAR: f32 = 3.4;
        let near = [0.0, 1.5, -1.5, 3.0, -3.0, 4.5, -4.5, 6.0, -6.0, 7.5, -7.5];
        for at in 0..self.rows.len() {
            let (row, y) = (self.rows[at].row, self.rows[at].y);
            let own: Vec<f32> = content.rows[row]
                .branches
                .iter()
                .enumerate()
                .filter(|(_, it)| it.relay.is_none())
                .filter_map(|(branch, _)| points.get(&Port::End(row, branch)))
                .map(|point| point.y)
                .collect();
            let straight = own.iter().copied().filter(|end| (end - y).abs() <= REACH);
            let clearance = |candidate: f32| {
                let strange = points.iter().filter(|(port, point)| {
                    let own = matches!(port, Port::End(other, _) if *other == row);
                    !own || (point.y - candidate).abs() > 0.05
                });
                strange.map(|(_, point)| (point.y - candidate).abs()).fold(f32::MAX, f32::min)
            };
            let mut best = (f32::MIN, y);
            for candidate in straight.chain(near.into_iter().map(|offset| y + offset)) {
                let clear = clearance(candidate).min(CLEAR);
                if clear > best.0 {
                    best = (clear, candidate);
                }
                if clear >= CLEAR {
                    break;
                }
            }
            self.rows[at].exit = best.1;
        }
    }
}

fn plain(run: &PlacedRun) -> Run {
    Run {
        start: run.start.y,
        from_right: run.relay.is_some(),
        ends: run.ends.iter().map(|end| end.at.y).collect(),
    }
}
