//! The lanes of a sheet, from left to right, and what fits on it.

use crate::diagram::Paper;
use crate::diagram::scene::Area;

/// Distance of the frame from the edge of the paper.
pub(super) const MARGIN: f32 = 15.0;
/// Height of the title line.
const TITLE: f32 = 23.0;
/// Height of the headings of the lanes.
pub(super) const HEADING: f32 = 14.0;
/// Height of legend, summary and title block.
pub(super) const FOOTER: f32 = 63.0;

/// The paper and its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Sheet {
    pub(super) fn of(paper: Paper) -> Self {
        let mm = |mm: f32| mm / 25.4 * 72.0;
        match paper {
            Paper::A3 => Self { width: mm(420.0), height: mm(297.0) },
            Paper::A4 => Self { width: mm(297.0), height: mm(210.0) },
        }
    }

    /// Everything inside the frame.
    pub(super) fn frame(self) -> Area {
        Area { x: MARGIN, y: MARGIN, w: self.width - 2.0 * MARGIN, h: self.height - 2.0 * MARGIN }
    }

    /// Where lanes or tables stand: below title and headings, above the footer.
    pub(super) fn body(self) -> Area {
        let frame = self.frame();
        let top = frame.y + TITLE + HEADING + 3.0;
        Area { x: frame.x + 6.0, y: top, w: frame.w - 12.0, h: frame.bottom() - FOOTER - 6.0 - top }
    }

    pub(super) fn footer(self) -> Area {
        let frame = self.frame();
        Area { x: frame.x, y: frame.bottom() - FOOTER, w: frame.w, h: FOOTER }
    }
}

/// Horizontal places.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
    pub(super) party: (f32, f32),
    pub(super) circuit: (f32, f32),
    /// The line of demarcation.
    pub(super) boundary: f32,
    /// One lane for entries and, where devices stand behind devices, a second one.
    pub(super) devices: Vec<(f32, f32)>,
    /// Where the channel begins, where its labels begin.
    pub(super) channel: f32,
    pub(super) labels: f32,
    pub(super) zone: (f32, f32),
    pub(super) columns: usize,
    pub(super) cell_pitch: f32,
    /// Where ties between the boxes of one host run.
    pub(super) ties: (f32, f32),
    pub(super) flows: (f32, f32),
    pub(super) backbone: Option<(f32, f32)>,
}

/// What the lanes have to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) chained: bool,
    pub(super) twins: usize,
    pub(super) flows: bool,
    pub(super) backbone: bool,
    /// Whether there are rows at all; a sheet of zones alone uses the whole width for them.
    pub(super) rows: bool,
}

/// Space between the box of a zone and the cells in it.
pub(super) const INSET: f32 = 7.0;
const GAP: f32 = 8.0;
/// Width of the lane of flows on A3 and on A4.
pub(super) const FLOWS: [f32; 2] = [90.0, 72.0];

impl Lanes {
    pub(super) fn plan(sheet: Sheet, need: Need) -> Self {
        let body = sheet.body();
        let wide = sheet.width > 1000.0;
        let size = |a3: f32, a4: f32| if wide { a3 } else { a4 };
        let bar = if need.backbone { 20.0 } else { 0.0 };
        let flows = if need.flows || need.backbone { size(FLOWS[0], FLOWS[1]) } else { 0.0 };
        let ties = if need.twins > 0 { 8.0 + 6.0 * need.twins.min(8) as f32 } else { 6.0 };
        let right = ties + flows + bar;
        let cell = size(96.5, 96.0);
        if !need.rows {
            let columns = ((body.w - right - 2.0 * INSET) / cell).floor().max(1.0);
            let width = body.w - right;
            return Self {
                party: (body.x, 0.0),
                circuit: (body.x, 0.0),
                boundary: body.x,
                devices: vec![(body.x, 0.0)],
                channel: body.x,
                labels: body.x,
                zone: (body.x, width),
                columns: columns as usize,
                cell_pitch: (width - 2.0 * INSET) / columns,
                ties: (body.x + width, ties),
                flows: (body.x + width + ties, flows),
                backbone: need.backbone.then_some((body.right() - bar, bar)),
            };
        }
        let party = (body.x, size(119.0, 112.0));
        let circuit = (party.0 + party.1 + GAP, size(101.0, 96.0));
        let boundary = circuit.0 + circuit.1 + 10.0;
        let outer =
            (boundary + 10.0, if need.chained { size(106.0, 104.0) } else { size(128.0, 116.0) });
        let mut devices = vec![outer];
        if need.chained {
            devices.push((outer.0 + outer.1 + 10.0, size(94.0, 92.0)));
        }
        let channel = devices.last().map_or(boundary, |(x, w)| x + w);
        let labels = size(85.0, 80.0);
        let least_channel = size(60.0, 34.0) + labels;
        let room = body.right() - right - channel - least_channel - 2.0 * INSET;
        let columns = (room / cell).floor().clamp(1.0, size(4.0, 3.0));
        // What is left over widens the cells first, then the channel.
        let cell_pitch = (room / columns).min(cell * 1.12);
        let zone_w = cell_pitch * columns + 2.0 * INSET;
        let zone_x = body.right() - right - zone_w;
        Self {
            party,
            circuit,
            boundary,
            devices,
            channel,
            labels: zone_x - labels,
            zone: (zone_x, zone_w),
            columns: columns as usize,
            cell_pitch,
            ties: (zone_x + zone_w, ties),
            flows: (zone_x + zone_w + ties, flows),
            backbone: need.backbone.then_some((body.right() - bar, bar)),
        }
    }

    /// The same with one column of systems less, for the good of the channel.
    pub(super) fn narrower(&self) -> Option<Self> {
        let columns = self.columns.checked_sub(1).filter(|columns| *columns > 0)?;
        let mut lanes = self.clone();
        lanes.columns = columns;
        lanes.zone.1 -= self.cell_pitch;
        lanes.zone.0 += self.cell_pitch;
        lanes.labels += self.cell_pitch;
        Some(lanes)
    }
}
