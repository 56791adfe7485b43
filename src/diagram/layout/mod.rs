//! Assessment → scenes. Our own lane layout, in this order:
//!
//! ```text
//! gather   what there is to draw: rows, boxes, branches          (nothing has a place)
//! order    who stands above whom, so that few routes cross       (ranks)
//! pages    what goes on which sheet                              (sets)
//! place    lanes, grid, tracks: everything gets its coordinates  (points)
//! paint    boxes, routes, words; then frame, legend, title block (scene)
//! light    what is reached stands out, when that is asked for    (scene)
//! ```

mod canvas;
mod content;
mod furniture;
mod gather;
mod grid;
mod lanes;
mod light;
mod list;
mod order;
mod pages;
mod paint;
mod place;
mod placed;
mod ports;
mod routes;
mod single;
mod style;
mod tracks;

use super::scene::Scene;
use super::{Drawing, Paper, Request, View};
use crate::audit::Assessment;
use crate::finding::Finding;
use crate::model::EntityRef;
use canvas::Canvas;
use content::Content;
use furniture::Title;
use lanes::Sheet;
use list::{List, Scale};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where things stand on a drawing, so that the next one keeps them there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Positions {
    /// Version of this format; currently 1.
    pub version: u32,
    /// The zones from top to bottom.
    pub zones: Vec<String>,
    /// Device groups from top to bottom.
    pub devices: Vec<String>,
    /// For each box in a zone: its row and column.
    pub slots: BTreeMap<String, (u16, u16)>,
}

/// The version of [`Positions`] that this program writes and reads.
pub const POSITIONS_VERSION: u32 = 1;

pub(super) fn draw(assessment: &Assessment, request: &Request<'_>) -> Drawing {
    let content = gather::gather(assessment, request);
    let keep = request.keep.filter(|keep| keep.version == POSITIONS_VERSION);
    let order = order::order(&content, keep);
    let paper = request.paper.unwrap_or_else(|| {
        // A small hospital gets the paper that every printer has, if all of it fits on one sheet.
        let few = content.rows.len() <= 12 && content.cells.len() <= 48;
        let one = matches!(request.view, View::Connection(_))
            || few && {
                let sheet = Sheet::of(Paper::A4);
                let pages = pages::paginate(&content, &order, sheet);
                pages.len() == 1 && {
                    let placed = place::place(&content, &pages[0], sheet, keep);
                    let list = List::new(assessment, &content, Scale::BELOW, sheet, request.lang);
                    list.len() == 0 || list.fits(placed.bottom + 8.0)
                }
            };
        if one { Paper::A4 } else { Paper::A3 }
    });
    let sheet = Sheet::of(paper);
    let mut positions = Positions {
        version: POSITIONS_VERSION,
        zones: order.zones.iter().map(|zone| content.zones[*zone].key.clone()).collect(),
        devices: order.groups.iter().map(|group| order::group_key(&content, group)).collect(),
        slots: BTreeMap::new(),
    };
    let pages = pages::paginate(&content, &order, sheet);
    let mut canvases = Vec::new();
    let mut bottom = 0.0;
    for page in &pages {
        let placed = place::place(&content, page, sheet, keep);
        bottom = placed.bottom + 8.0;
        let mut canvas = Canvas::default();
        paint::paint(&mut canvas, &content, page, &placed, sheet, request.lang);
        if let Some(lit) = request.lit {
            light::light(&mut canvas, assessment, &content, &placed, lit, request.lang);
        }
        positions.slots.extend(placed.slots);
        canvases.push(canvas);
    }
    let count = canvases.len();
    let found = found(assessment, &content, request);
    // Tables stand below the drawing when it is one sheet and leaves room, else behind it.
    let fresh = sheet.body().y - lanes::HEADING;
    let below = count == 1;
    match &request.view {
        View::Connection(id) if below && single::fits(sheet, bottom) => {
            single::details(&mut canvases[0], assessment, id, &found, sheet, bottom, request.lang);
        }
        View::Connection(id) => {
            let mut canvas = Canvas::default();
            single::details(&mut canvas, assessment, id, &found, sheet, fresh, request.lang);
            canvases.push(canvas);
        }
        View::Whole | View::External => {
            let list = |scale| match request.lit {
                Some(lit) => light::table(assessment, lit, scale, sheet, request.lang),
                None => List::new(assessment, &content, scale, sheet, request.lang),
            };
            let small = list(Scale::BELOW);
            if below && small.fits(bottom) {
                small.write(&mut canvases[0], 0, bottom);
            } else {
                let list = list(Scale::OWN);
                let mut next = 0;
                while next < list.len() {
                    let mut canvas = Canvas::default();
                    next = list.write(&mut canvas, next, fresh);
                    canvases.push(canvas);
                }
            }
        }
    }
    let total = canvases.len();
    let sheets = canvases.into_iter().enumerate().map(|(at, mut canvas)| {
        let title = Title::of(assessment, request, at + 1, total, at >= count);
        furniture::furnish(&mut canvas, assessment, &found, &title, sheet, request);
        Scene {
            width: sheet.width,
            height: sheet.height,
            title: title.document(),
            lang: request.lang.tag(),
            items: canvas.items,
        }
    });
    Drawing { sheets: sheets.collect(), positions }
}

/// The findings that a drawing tells: all; on the sheet of one connection those about what stands
/// on it; none on a drawing for others.
fn found<'a>(
    assessment: &'a Assessment,
    content: &Content,
    request: &Request<'_>,
) -> Vec<&'a Finding> {
    if request.hide_findings {
        return Vec::new();
    }
    let shown: BTreeSet<&EntityRef> = content.things().collect();
    let one = matches!(request.view, View::Connection(_));
    assessment.findings.iter().filter(|it| !one || shown.contains(&it.subject)).collect()
}
