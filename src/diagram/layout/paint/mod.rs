//! Placed boxes and routes → shapes.

mod entries;
mod routes;
mod zones;

use super::canvas::{Canvas, Tag, Words};
use super::content::{Content, Mark, Row};
use super::lanes::{HEADING, Sheet};
use super::placed::{Page, Placed};
use super::style::{self, INK, OUTSIDE, SOFT};
use crate::diagram::font;
use crate::diagram::scene::{Anchor, Area, Point, Role, Stroke};
use crate::locale::{Lang, Text};

pub(super) fn paint(
    canvas: &mut Canvas,
    content: &Content,
    page: &Page,
    placed: &Placed,
    sheet: Sheet,
    lang: Lang,
) {
    // A white border as wide as the tracks allow: it shows a bridge and hides nothing.
    canvas.halo = (2.0 * placed.pitch - 2.6).clamp(1.8, 4.6);
    let mut painter = Painter { canvas, content, placed, lang, floor: sheet.body().bottom() };
    painter.ground(page, sheet);
    for zone in &placed.zones {
        painter.zone(zone);
    }
    painter.backbone();
    painter.ties();
    for trunk in &placed.trunks {
        painter.trunk(trunk);
    }
    for run in &placed.runs {
        painter.run(run);
    }
    for row in &placed.rows {
        painter.row(row);
    }
    for device in &placed.devices {
        painter.device(device);
    }
}

/// Distance of the lines that name flows, where the first stands, and what they leave free.
pub(super) const FLOW_PITCH: f32 = 8.1;
pub(super) const FLOW_TOP: f32 = 18.0;
pub(super) const FLOW_MARGIN: f32 = 8.0;

struct Painter<'a> {
    canvas: &'a mut Canvas,
    content: &'a Content,
    placed: &'a Placed,
    lang: Lang,
    /// The lower edge of the lanes.
    floor: f32,
}

impl Painter<'_> {
    fn say(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    /// Bands, headings and the line of demarcation.
    fn ground(&mut self, page: &Page, sheet: Sheet) {
        let lanes = self.placed.lanes.clone();
        let none = Tag::default();
        let body = sheet.body();
        let top = body.y - HEADING;
        let (bottom, height) = (self.placed.bottom + 4.0, self.placed.bottom + 4.0 - top);
        let heading = |canvas: &mut Canvas, x: f32, room: f32, text: Text| {
            let words = Words::new(text.get(self.lang), 8.4)
                .bold()
                .colour(SOFT)
                .anchor(Anchor::Middle)
                .room(room);
            canvas.words(Role::Furniture, &none, x, body.y - 5.6, words);
        };
        if !page.groups.is_empty() {
            let outside =
                Area { x: body.x - 3.0, y: top, w: lanes.boundary - body.x + 3.0, h: height };
            self.canvas.rect(Role::Ground, &none, outside, (2.0, Some(OUTSIDE), None));
            let middle = |lane: (f32, f32)| lane.0 + lane.1 / 2.0;
            heading(
                self.canvas,
                middle(lanes.party),
                lanes.party.1,
                Text::new("接続先（院外）", "party (outside)"),
            );
            heading(
                self.canvas,
                middle(lanes.circuit) - 8.0,
                lanes.circuit.1 - 26.0,
                Text::new("接続方式・回線", "transport, circuit"),
            );
            let device = lanes.devices[0];
            heading(
                self.canvas,
                device.0 + device.1 / 2.0 + 10.0,
                device.1 - 24.0,
                Text::new("接続機器", "device"),
            );
            if let Some(inner) = lanes.devices.get(1) {
                heading(
                    self.canvas,
                    middle(*inner),
                    inner.1,
                    Text::new("院内側の機器", "device behind"),
                );
            }
            let channel = (lanes.channel + lanes.zone.0) / 2.0;
            heading(
                self.canvas,
                channel,
                lanes.zone.0 - lanes.channel - 8.0,
                Text::new("許可通信", "permitted traffic"),
            );
            let x = lanes.boundary;
            let stroke = Stroke { colour: INK, width: 1.3, dash: style::BOUNDARY };
            self.canvas.rule(Point { x, y: top + 12.5 }, Point { x, y: bottom }, stroke);
            let word = self.say(&Text::new("院外｜院内", "out | in"));
            let width = font::width(&word, 6.5, true) + 4.0;
            self.canvas.chip(&none, Point { x: x + width / 2.0, y: top + 3.4 }, &word, INK);
        }
        let zones = lanes.zone.0 + lanes.zone.1 / 2.0;
        heading(
            self.canvas,
            zones,
            lanes.zone.1,
            Text::new("院内ネットワーク（ゾーンとシステム）", "inside: zones and systems"),
        );
        if lanes.flows.1 > 0.0 {
            let text = Text::new("ゾーン間の許可通信", "between zones");
            heading(self.canvas, lanes.flows.0 + lanes.flows.1 / 2.0, lanes.flows.1 - 14.0, text);
        }
        if let Some((x, w)) = lanes.backbone {
            heading(self.canvas, x + w / 2.0, w + 6.0, Text::new("基幹", "core"));
        }
    }

    /// How wide the chip of a note may be beside other words: these are worth more than its
    /// fullest words, but not more than its briefest.
    fn note_room(&self, beside: &str, room: f32) -> f32 {
        room - font::width(&font::drawable(beside), style::SMALL, false) - 3.0
    }

    /// How a line looks, and the stroke it has then.
    fn looking(&self, row: usize, branch: Option<usize>, stroke: Stroke) -> Stroke {
        match self.content.line(row, branch) {
            Some(look) => look.line(stroke, (self.placed.pitch - 1.0).clamp(1.4, 3.4)),
            None => stroke,
        }
    }

    /// The width that [`Self::mark`] will take.
    fn mark_width(&self, mark: Mark) -> f32 {
        let waived = (mark.waived > 0).then(|| format!("△{}", mark.waived));
        let worst = mark
            .worst
            .map(|worst| format!("▲{}{}", style::weight(worst).get(self.lang), mark.open));
        let widths = [waived, worst].into_iter().flatten();
        widths.map(|text| font::width(&text, 6.5, true) + 1.5).sum()
    }

    /// `▲高2`: two open findings, the worst of them high; `△1`: one accepted for a time. Returns the width it took.
    fn mark(&mut self, tag: &Tag, right: f32, y: f32, mark: Mark) -> f32 {
        let mut x = right;
        if mark.waived > 0 {
            let text = format!("△{}", mark.waived);
            let words = Words::new(&text, 6.5).bold().colour(SOFT).anchor(Anchor::End);
            x -= self.canvas.words(Role::Mark, tag, x, y, words) + 1.5;
        }
        if let Some(worst) = mark.worst {
            let weight = style::weight(worst);
            let text = format!("▲{}{}", weight.get(self.lang), mark.open);
            let words =
                Words::new(&text, 6.5).bold().colour(style::severity(worst)).anchor(Anchor::End);
            x -= self.canvas.words(Role::Mark, tag, x, y, words) + 1.5;
        }
        right - x
    }
}

/// The key of the pill of a row.
pub(super) fn circuit_key(row: &Row) -> String {
    format!("circuit:{}", row.thing.id)
}

/// The key of the box of its party.
pub(super) fn party_key(row: &Row) -> Option<String> {
    row.party.as_ref().map(|party| format!("{}#{}", party.thing, row.thing.id))
}
