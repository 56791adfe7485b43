//! The columns of a legend: as wide as their words, so that none of them is cut.

use super::style::SMALL;
use crate::diagram::font;
use crate::diagram::scene::Area;
use crate::locale::{Lang, Text};

/// Distance of a legend from its left edge, and of its columns from each other.
const MARGIN: f32 = 7.0;
const GAP: f32 = 3.6;

/// Where the columns of a legend stand.
pub(super) struct Columns {
    /// Left edge and width of each.
    lanes: Vec<(f32, f32)>,
}

impl Columns {
    /// For each column its lines: what the sign takes in points, and the words behind it. What is
    /// left over is shared out evenly; when there is too little, all get narrower alike.
    pub(super) fn of(area: Area, columns: &[Vec<(f32, &Text)>], lang: Lang) -> Self {
        let wide = |(used, text): &(f32, &Text)| {
            used + font::width(&font::drawable(text.get(lang)), SMALL, false) + GAP
        };
        let wanted: Vec<f32> =
            columns.iter().map(|lines| lines.iter().map(wide).fold(0.0, f32::max)).collect();
        let (room, all) = (area.w - MARGIN, wanted.iter().sum::<f32>());
        let spare = ((room - all) / columns.len().max(1) as f32).max(0.0);
        let narrower = (room / all.max(1.0)).min(1.0);
        let mut x = area.x + MARGIN;
        let lanes = wanted.into_iter().map(|width| {
            let lane = (x, width * narrower + spare);
            x += lane.1;
            lane
        });
        Self { lanes: lanes.collect() }
    }

    /// The left edge of a column.
    pub(super) fn x(&self, column: usize) -> f32 {
        self.lanes.get(column).map_or(0.0, |it| it.0)
    }

    /// What words may take behind a sign.
    pub(super) fn room(&self, column: usize, used: f32) -> f32 {
        self.lanes.get(column).map_or(0.0, |it| it.1 - used - GAP + 0.01)
    }
}
