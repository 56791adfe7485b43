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
mod covered;
mod furniture;
mod gather;
mod grid;
mod lanes;
mod legend;
mod light;
mod list;
mod order;
mod pages;
mod paint;
mod place;
mod placed;
mod ports;
mod routes;
mod since;
mod single;
mod style;
mod tracks;
mod watched;

use super::scene::Scene;
use super::since::Since;
use super::{Drawing, Paper, Request, View};
use crate::audit::Assessment;
use crate::finding::Finding;
use crate::model::EntityRef;
use canvas::Canvas;
use content::Content;
use furniture::Title;
use lanes::Sheet;
use list::{List, Scale};
use order::Order;
use serde::{Deserialize, Serialize};
use since::Anchors;
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
    let keep = request.keep.filter(|keep| keep.version == POSITIONS_VERSION);
    let Laid { content, sheet, order, anchors } = match request.since {
        Some(since) => lay_since(assessment, since, request, keep),
        None => lay(assessment, request, keep),
    };
    let keep = anchors.as_ref().map(|it| &it.positions).or(keep);
    let mut positions = Positions::of(&content, &order);
    let before = anchors.as_ref().map(|it| it.pages.as_slice());
    let pages = pages::paginate(&content, &order, sheet, before);
    let mut canvases = Vec::new();
    let mut bottom = 0.0;
    for (at, page) in pages.iter().enumerate() {
        let before = anchors.as_ref().and_then(|it| it.page(page, at));
        let placed = place::place(&content, page, sheet, keep, before);
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
            let list = |scale| match (request.lit, request.since) {
                (Some(lit), _) => light::table(assessment, lit, scale, sheet, request.lang),
                (_, Some(since)) => since::table(since, scale, sheet, request.lang),
                _ if request.coverage.is_some() => {
                    covered::table(assessment, request, scale, sheet)
                }
                _ => List::new(assessment, &content, scale, sheet, request.lang),
            };
            let small = list(Scale::BELOW);
            // The list of changes may also stand on the last of several sheets.
            let last = canvases.last_mut().filter(|_| below || request.since.is_some());
            if let Some(canvas) = last.filter(|_| small.fits(bottom)) {
                small.write(canvas, 0, bottom);
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

/// What goes on which paper, in which order.
struct Laid {
    content: Content,
    sheet: Sheet,
    order: Order,
    anchors: Option<Anchors>,
}

fn lay(assessment: &Assessment, request: &Request<'_>, keep: Option<&Positions>) -> Laid {
    let mut content = gather::gather(assessment, request);
    content.settle(&request.view, request.lang);
    if let Some(coverage) = request.coverage {
        covered::note(&mut content, coverage, request.lang);
    }
    let order = order::order(&content, keep, None);
    let paper = request.paper.unwrap_or_else(|| {
        // A small hospital gets the paper that every printer has, if all of it fits on one sheet.
        let few = content.rows.len() <= 12 && content.cells.len() <= 48;
        let one = matches!(request.view, View::Connection(_))
            || few && {
                let sheet = Sheet::of(Paper::A4);
                let pages = pages::paginate(&content, &order, sheet, None);
                pages.len() == 1 && {
                    let placed = place::place(&content, &pages[0], sheet, keep, None);
                    let list = List::new(assessment, &content, Scale::BELOW, sheet, request.lang);
                    list.len() == 0 || list.fits(placed.bottom + 8.0)
                }
            };
        if one { Paper::A4 } else { Paper::A3 }
    });
    Laid { content, sheet: Sheet::of(paper), order, anchors: None }
}

/// The same with what is gone since: on the paper of the drawing before, everything where it stood.
fn lay_since(
    assessment: &Assessment,
    since: &Since<'_>,
    request: &Request<'_>,
    keep: Option<&Positions>,
) -> Laid {
    let before = lay(since.old, request, keep);
    let old = gather::gather(since.old, request);
    let mut merged =
        since::merge(gather::gather(assessment, request), &old, since, assessment.topology.paths());
    since::note(&mut merged, since, request.lang);
    merged.content.settle(&request.view, request.lang);
    let lay = |sheet: Sheet| {
        let anchors = Anchors::of((&before.content, &before.order), &merged, sheet, keep);
        let order = order::order(&merged.content, Some(&anchors.positions), Some(&anchors.rows()));
        let pages = pages::paginate(&merged.content, &order, sheet, Some(&anchors.pages));
        (anchors, order, pages.len())
    };
    let mut sheet = before.sheet;
    let (mut anchors, mut order, pages) = lay(sheet);
    // What was one A4 sheet goes on A3 rather than on two sheets.
    if request.paper.is_none() && anchors.pages.len() == 1 && pages > 1 {
        sheet = Sheet::of(Paper::A3);
        (anchors, order, _) = lay(sheet);
    }
    Laid { content: merged.content, sheet, order, anchors: Some(anchors) }
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
