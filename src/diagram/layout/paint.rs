//! Placed boxes and routes → shapes.

use super::canvas::{BADGE, Canvas, Tag, Words};
use super::content::{Branch, Cell, Content, DeviceBox, Mark, Row, Target};
use super::lanes::{HEADING, Sheet};
use super::list::wrap;
use super::place::{Page, Placed, PlacedDevice, PlacedRow, PlacedRun, PlacedZone};
use super::style::{self, ALARM, BACKBONE, FAINT, INK, NAME, OUTSIDE, PAPER, SMALL, SOFT, solid};
use crate::diagram::font;
use crate::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Shape, Stroke};
use crate::locale::{Lang, Text};
use crate::model::EntityRef;
use std::collections::BTreeMap;

/// Distance of the lines that name flows.
const FLOW_PITCH: f32 = 8.1;
const VENDOR: Colour = Colour(0xe6, 0xe8, 0xea);

pub(super) fn paint(
    canvas: &mut Canvas,
    content: &Content,
    page: &Page,
    placed: &Placed,
    sheet: Sheet,
    lang: Lang,
) {
    let mut painter = Painter {
        canvas,
        content,
        placed,
        lang,
    };
    painter.ground(page, sheet);
    for zone in &placed.zones {
        painter.zone(zone);
    }
    painter.backbone();
    painter.ties();
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

struct Painter<'a> {
    canvas: &'a mut Canvas,
    content: &'a Content,
    placed: &'a Placed,
    lang: Lang,
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
            let outside = Area {
                x: body.x - 3.0,
                y: top,
                w: lanes.boundary - body.x + 3.0,
                h: height,
            };
            self.canvas
                .rect(Role::Ground, &none, outside, (2.0, Some(OUTSIDE), None));
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
                    Text::new("その先の機器", "device behind"),
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
            let stroke = Stroke {
                colour: INK,
                width: 1.3,
                dash: style::BOUNDARY,
            };
            self.canvas
                .rule(Point { x, y: top + 12.5 }, Point { x, y: bottom }, stroke);
            let word = self.say(&Text::new("責任分界点", "demarcation"));
            let width = font::width(&word, 6.5, true) + 4.0;
            self.canvas.chip(
                &none,
                Point {
                    x: x + width / 2.0,
                    y: top + 3.4,
                },
                &word,
                INK,
            );
        }
        let zones = lanes.zone.0 + lanes.zone.1 / 2.0;
        heading(
            self.canvas,
            zones,
            lanes.zone.1,
            Text::new(
                "院内ネットワーク（ゾーンとシステム）",
                "inside: zones and systems",
            ),
        );
        if lanes.flows.1 > 0.0 {
            let text = Text::new("ゾーン間の許可通信", "allowed between zones");
            heading(
                self.canvas,
                lanes.flows.0 + lanes.flows.1 / 2.0,
                lanes.flows.1 - 2.0,
                text,
            );
        }
        if let Some((x, w)) = lanes.backbone {
            heading(self.canvas, x + w / 2.0, w + 6.0, Text::new("基幹", "core"));
        }
    }

    /// `▲2`: two open findings; `△1`: one accepted for a time. Returns the width it took.
    fn mark(&mut self, tag: &Tag, right: f32, y: f32, mark: Mark) -> f32 {
        let mut x = right;
        if mark.waived > 0 {
            let text = format!("△{}", mark.waived);
            let words = Words::new(&text, 6.5)
                .bold()
                .colour(SOFT)
                .anchor(Anchor::End);
            x -= self.canvas.words(Role::Mark, tag, x, y, words) + 1.5;
        }
        if let Some(worst) = mark.worst {
            let text = format!("▲{}", mark.open);
            let words = Words::new(&text, 6.5)
                .bold()
                .colour(style::severity(worst))
                .anchor(Anchor::End);
            x -= self.canvas.words(Role::Mark, tag, x, y, words) + 1.5;
        }
        right - x
    }

    fn zone(&mut self, placed: &PlacedZone) {
        let zone = &self.content.zones[placed.zone];
        let (fill, ink) = style::zone(zone.kind);
        let area = placed.area;
        let tag = self.canvas.named(
            Role::Zone,
            &zone.key,
            zone.thing.as_ref(),
            area,
            (2.5, Some(fill), Some(solid(ink, 0.8))),
        );
        let strip = Area { w: 3.6, ..area };
        self.canvas
            .rect(Role::Ground, &tag, strip, (0.0, Some(ink), None));
        let y = area.y + 9.3;
        let mark = self.mark(&tag, area.right() - 5.0, y, zone.mark);
        let right = area.right() - 5.0 - mark;
        let half = (area.w - 16.0 - mark) * 0.58;
        let taken = self.canvas.words(
            Role::Zone,
            &tag,
            area.x + 8.0,
            y,
            Words::new(&zone.name, 8.4).bold().colour(ink).room(half),
        );
        let room = right - (area.x + 8.0 + taken + 6.0);
        let words = Words::new(&zone.networks, 7.0)
            .colour(SOFT)
            .anchor(Anchor::End)
            .room(room);
        self.canvas.words(Role::Zone, &tag, right, y - 0.2, words);
        for (cell, area) in &placed.cells {
            self.cell(&self.content.cells[*cell], *area);
        }
        self.flows(placed);
    }

    fn cell(&mut self, cell: &Cell, area: Area) {
        let look = if cell.thing.is_none() {
            (
                2.0,
                None,
                Some(Stroke {
                    colour: FAINT,
                    width: 0.7,
                    dash: style::GHOST,
                }),
            )
        } else if cell.front {
            (2.0, Some(PAPER), Some(solid(INK, 1.3)))
        } else {
            (2.0, Some(PAPER), Some(solid(FAINT, 0.6)))
        };
        let tag = self
            .canvas
            .named(Role::System, &cell.key, cell.thing.as_ref(), area, look);
        let two = !cell.sub.is_empty();
        let block = if two { 14.6 } else { 7.0 };
        let y = area.y + (area.h - block) / 2.0 + 6.3;
        let mark = self.mark(&tag, area.right() - 2.5, y, cell.mark);
        let name = if cell.twin {
            format!("◆{}", cell.name)
        } else {
            cell.name.clone()
        };
        let mut words = Words::new(&name, NAME).room(area.w - 7.0 - mark);
        words.bold = cell.front;
        if cell.thing.is_none() {
            words.colour = SOFT;
        }
        self.canvas
            .words(Role::System, &tag, area.x + 3.6, y, words);
        let words = Words::new(&cell.sub, SMALL).colour(SOFT).room(area.w - 7.0);
        self.canvas
            .words(Role::System, &tag, area.x + 3.6, y + 7.7, words);
    }

    /// What may leave the zone, in words: a list reads where a tangle of arrows does not.
    fn flows(&mut self, placed: &PlacedZone) {
        let zone = &self.content.zones[placed.zone];
        let (x, w) = self.placed.lanes.flows;
        if w <= 0.0 {
            return;
        }
        let tag = Tag {
            owner: None,
            thing: zone.thing.clone(),
        };
        let area = placed.area;
        let room = w - 8.0;
        let mut y = area.y + 16.0;
        if !zone.tied && !self.content.backbone.is_empty() {
            let (_, ink) = style::zone(zone.kind);
            let text = self.say(&Text::new("× 基幹と接続なし", "× not on the core"));
            self.canvas.words(
                Role::Label,
                &tag,
                x + 2.0,
                area.y + 9.4,
                Words::new(&text, 7.0).bold().colour(ink).room(room),
            );
            y = area.y + 18.0;
        }
        let most = ((area.bottom() - y + 5.0) / FLOW_PITCH).floor().max(0.0) as usize;
        let flows: Vec<Vec<String>> = zone
            .flows
            .iter()
            .map(|flow| wrap(flow, SMALL, room, 2))
            .collect();
        let needed: usize = flows.iter().map(Vec::len).sum();
        let room_for = if needed > most {
            most.saturating_sub(1)
        } else {
            most
        };
        let mut written = 0;
        let mut told = 0;
        for flow in &flows {
            if written + flow.len() > room_for {
                break;
            }
            for (at, line) in flow.iter().enumerate() {
                let indent = if at > 0 { SMALL } else { 0.0 };
                let words = Words::new(line, SMALL).colour(SOFT).room(room - indent);
                self.canvas
                    .words(Role::Label, &tag, x + 2.0 + indent, y, words);
                y += FLOW_PITCH;
            }
            written += flow.len();
            told += 1;
        }
        if told < flows.len() && most > 0 {
            let more = flows.len() - told;
            let text = crate::text!("ほか {more} 件", "{more} more");
            let words = Words::new(text.get(self.lang), SMALL)
                .colour(SOFT)
                .room(room);
            self.canvas.words(Role::Label, &tag, x + 2.0, y, words);
        }
    }

    /// The core switch and internal firewalls as one bar, tied to the zones they stand in.
    fn backbone(&mut self) {
        let Some((x, w)) = self.placed.lanes.backbone else {
            return;
        };
        let tied: Vec<&PlacedZone> = self
            .placed
            .zones
            .iter()
            .filter(|it| self.content.zones[it.zone].tied)
            .collect();
        let (Some(first), Some(last)) = (self.placed.zones.first(), self.placed.zones.last())
        else {
            return;
        };
        let top = tied.first().map_or(first.area.y, |it| it.area.y);
        let bottom = tied
            .last()
            .map_or(last.area.bottom(), |it| it.area.bottom());
        let area = Area {
            x,
            y: top,
            w,
            h: bottom - top,
        };
        let key = "backbone";
        let thing = self
            .content
            .backbone
            .first()
            .map(|(thing, _)| thing.clone());
        let tag = self.canvas.named(
            Role::Backbone,
            key,
            thing.as_ref(),
            area,
            (2.5, Some(BACKBONE), None),
        );
        let part = area.h / self.content.backbone.len().max(1) as f32;
        for (at, (thing, name)) in self.content.backbone.iter().enumerate() {
            let own = Tag {
                owner: tag.owner.clone(),
                thing: Some(thing.clone()),
            };
            let place = Area {
                y: top + part * at as f32 + 3.0,
                h: part - 6.0,
                ..area
            };
            self.canvas
                .upright(&own, x + w / 2.0, place, name, 9.0, PAPER);
            if at > 0 {
                let y = top + part * at as f32;
                self.canvas.rule(
                    Point { x: x + 3.0, y },
                    Point { x: x + w - 3.0, y },
                    solid(PAPER, 0.8),
                );
            }
        }
        for zone in tied {
            let y = zone.area.y + 6.4;
            let points = vec![
                Point {
                    x: zone.area.right(),
                    y,
                },
                Point { x, y },
            ];
            let data = &self.content.zones[zone.zone];
            let tag = Tag {
                owner: None,
                thing: data.thing.clone(),
            };
            let ends = Some((data.key.clone(), key.to_owned()));
            self.canvas
                .line(Role::Tie, &tag, points, solid(BACKBONE, 1.6), false, ends);
        }
    }

    /// The boxes of one host on several networks are tied together.
    fn ties(&mut self) {
        let mut hosts: BTreeMap<&EntityRef, Vec<(usize, Area)>> = BTreeMap::new();
        for (cell, area) in self.placed.zones.iter().flat_map(|it| &it.cells) {
            let data = &self.content.cells[*cell];
            if let (true, Some(thing)) = (data.twin, &data.thing) {
                hosts.entry(thing).or_default().push((*cell, *area));
            }
        }
        hosts.retain(|_, boxes| boxes.len() > 1);
        let (x, w) = self.placed.lanes.ties;
        let pitch = ((w - 6.0) / hosts.len().max(1) as f32).min(6.0);
        for (at, (thing, boxes)) in hosts.into_iter().enumerate() {
            let track = x + 4.0 + pitch * at as f32;
            let tag = Tag {
                owner: None,
                thing: Some(thing.clone()),
            };
            for pair in boxes.windows(2) {
                let (a, b) = (pair[0].1, pair[1].1);
                let points = vec![
                    Point {
                        x: a.right(),
                        y: a.centre().y,
                    },
                    Point {
                        x: track,
                        y: a.centre().y,
                    },
                    Point {
                        x: track,
                        y: b.centre().y,
                    },
                    Point {
                        x: b.right(),
                        y: b.centre().y,
                    },
                ];
                let key = |cell: usize| self.content.cells[cell].key.clone();
                let ends = Some((key(pair[0].0), key(pair[1].0)));
                self.canvas
                    .line(Role::Tie, &tag, points, solid(INK, 1.1), false, ends);
            }
        }
    }

    fn stroke(&self, row: &Row) -> Stroke {
        style::route(row.carriage, row.state)
    }

    /// The key of what a row passes last before the channel.
    fn source(&self, placed: &PlacedRow) -> (String, f32) {
        let row = &self.content.rows[placed.row];
        let beside =
            |device: &&PlacedDevice| device.area.y <= placed.y && placed.y <= device.area.bottom();
        let passed = self
            .placed
            .devices
            .iter()
            .filter(beside)
            .filter(|it| row.chain.contains(&it.id));
        match passed.max_by_key(|it| it.lane) {
            Some(device) => (device.key.clone(), device.area.right()),
            None => {
                let lane = self.placed.lanes.circuit;
                (circuit_key(row), lane.0 + lane.1)
            }
        }
    }

    /// A route through the channel, with its branches, labels and numbers.
    fn run(&mut self, run: &PlacedRun) {
        let content = self.content;
        let row = &content.rows[run.row];
        let stroke = self.stroke(row);
        let tag = Tag {
            owner: None,
            thing: Some(row.thing.clone()),
        };
        let Some(placed) = self.placed.rows.iter().find(|it| it.row == run.row) else {
            return;
        };
        let (source, lead) = match run.relay {
            Some(relay) => (content.cells[relay].key.clone(), Vec::new()),
            None => {
                let (key, x) = self.source(placed);
                let bend = self.placed.lanes.channel - 6.0;
                let lead = if row.chain.is_empty() && (placed.y - run.start.y).abs() > 0.05 {
                    vec![
                        Point { x, y: placed.y },
                        Point {
                            x: bend,
                            y: placed.y,
                        },
                        Point {
                            x: bend,
                            y: run.start.y,
                        },
                    ]
                } else {
                    vec![Point { x, y: run.start.y }]
                };
                (key, lead)
            }
        };
        let turn = |y: f32| Point { x: run.track, y };
        let near = |a: f32, b: f32| (a - b).abs() < 0.05;
        let mut above: Vec<_> = run
            .ends
            .iter()
            .filter(|(_, p)| p.y < run.start.y - 0.05)
            .copied()
            .collect();
        let mut below: Vec<_> = run
            .ends
            .iter()
            .filter(|(_, p)| p.y > run.start.y + 0.05)
            .copied()
            .collect();
        above.sort_by(|a, b| b.1.y.total_cmp(&a.1.y));
        below.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
        let straight = run
            .ends
            .iter()
            .find(|(_, p)| run.relay.is_none() && near(p.y, run.start.y))
            .copied();
        let mut dots: Vec<Point> = Vec::new();
        let mut lines: Vec<(Vec<Point>, (usize, Point))> = Vec::new();
        let mut far: Vec<(usize, Point)> = Vec::new();
        for mut side in [above, below] {
            let Some(last) = side.pop() else { continue };
            far.push(last);
            for end in side {
                dots.push(turn(end.1.y));
                lines.push((vec![turn(end.1.y), end.1], end));
            }
        }
        let mut start = lead;
        if start.last() != Some(&run.start) && run.relay.is_some() {
            start.push(run.start);
        }
        match straight {
            Some(end) => {
                if !far.is_empty() {
                    dots.push(turn(run.start.y));
                }
                for end in far {
                    lines.push((vec![turn(run.start.y), turn(end.1.y), end.1], end));
                }
                start.push(end.1);
                lines.push((start, end));
            }
            None => {
                if far.len() > 1 {
                    dots.push(turn(run.start.y));
                }
                for (at, end) in far.into_iter().enumerate().rev() {
                    let mut points = if at == 0 { start.clone() } else { Vec::new() };
                    points.extend([turn(run.start.y), turn(end.1.y), end.1]);
                    lines.push((points, end));
                }
            }
        }
        for (points, (branch, _)) in lines {
            let branch = &row.branches[branch];
            let ends = Some((source.clone(), self.target_key(branch)));
            self.arrive(&tag, points, &stroke, !branch.outbound, ends);
        }
        for dot in dots {
            self.canvas.items.push(Item {
                shape: Shape::Circle {
                    centre: dot,
                    radius: 1.9,
                    fill: Some(stroke.colour),
                    stroke: None,
                },
                role: Role::Route,
                key: None,
                owner: None,
                ends: None,
                thing: tag.thing.clone(),
            });
        }
        for (branch, point) in &run.ends {
            let branch = &row.branches[*branch];
            self.label(row, &branch.labels, point.y, stroke.colour, &tag);
        }
        if run.relay.is_some() {
            let word = self.say(&Text::new("中継", "relayed"));
            self.label(
                row,
                &[word.clone(), word.clone(), word],
                run.start.y,
                stroke.colour,
                &tag,
            );
        } else if self
            .placed
            .devices
            .iter()
            .any(|it| row.chain.contains(&it.id) && it.area.h > 50.0)
            && let Some(number) = row.number
        {
            // At a device with many routes the number stands at the start of each as well.
            let text = number.to_string();
            let words = Words::new(&text, 6.5).bold().colour(stroke.colour);
            let x = self.placed.lanes.channel + 3.0;
            self.canvas
                .words(Role::Label, &tag, x, run.start.y - 1.9, words);
        }
    }

    /// Draws a route up to its target. The last bit, inside the zone, has no white border, so that
    /// the outline of the zone stays whole.
    fn arrive(
        &mut self,
        tag: &Tag,
        points: Vec<Point>,
        stroke: &Stroke,
        arrow: bool,
        ends: Option<(String, String)>,
    ) {
        let door = self.placed.lanes.zone.0 - 1.0;
        let Some((last, before)) = points.split_last().filter(|(last, _)| last.x > door + 1.5)
        else {
            self.canvas
                .line(Role::Route, tag, points, stroke.clone(), arrow, ends);
            return;
        };
        let threshold = Point { x: door, y: last.y };
        let outside = before.iter().copied().chain([threshold]).collect();
        self.canvas.line(
            Role::Route,
            tag,
            outside,
            stroke.clone(),
            false,
            ends.clone(),
        );
        self.canvas.line(
            Role::Route,
            tag,
            vec![threshold, *last],
            stroke.clone(),
            arrow,
            ends,
        );
        if let Some(item) = self.canvas.items.last_mut()
            && let Shape::Line { halo, .. } = &mut item.shape
        {
            *halo = 0.0;
        }
    }

    fn target_key(&self, branch: &Branch) -> String {
        match branch.target {
            Target::Cell(cell) => self.content.cells[cell].key.clone(),
            Target::Zone(zone) => self.content.zones[zone].key.clone(),
        }
    }

    /// Number and words at the end of a route: the fullest words that fit.
    fn label(&mut self, row: &Row, labels: &[String; 3], y: f32, colour: Colour, tag: &Tag) {
        let (left, right) = (self.placed.lanes.labels, self.placed.lanes.zone.0);
        if let Some(number) = row.number {
            self.canvas.badge(
                tag,
                Point { x: left + BADGE, y },
                &number.to_string(),
                colour,
            );
        }
        let room = right - 4.0 - (left + 2.0 * BADGE + 2.0);
        let fits = |text: &&String| font::width(text, 6.5, true) <= room;
        let text = labels.iter().find(fits).unwrap_or(&labels[2]);
        let words = Words::new(text, 7.0)
            .bold()
            .colour(colour)
            .anchor(Anchor::End)
            .room(room);
        self.canvas
            .words(Role::Label, tag, right - 4.0, y - 2.3, words);
    }

    /// Party, pill, and the line between them and the first device.
    fn row(&mut self, placed: &PlacedRow) {
        let content = self.content;
        let row = &content.rows[placed.row];
        let lanes = &self.placed.lanes;
        let tag = Tag {
            owner: None,
            thing: Some(row.thing.clone()),
        };
        let y = placed.y;
        let (device_x, _) = lanes.devices[0];
        let Some(party) = &row.party else {
            let text = self.say(&Text::new("外部接続の記載なし", "no connection declared"));
            let words = Words::new(&text, 7.0)
                .colour(SOFT)
                .anchor(Anchor::End)
                .room(lanes.circuit.1);
            self.canvas.words(
                Role::Label,
                &tag,
                lanes.circuit.0 + lanes.circuit.1,
                y + 2.4,
                words,
            );
            return;
        };
        let (party_x, party_w) = lanes.party;
        let (circuit_x, circuit_w) = lanes.circuit;
        let stroke = self.stroke(row);
        let party_key = format!("{}#{}", party.thing, row.thing.id);
        let circuit = circuit_key(row);
        let inbound = row.branches.iter().any(|it| !it.outbound) || row.branches.is_empty();
        let outbound = row.branches.iter().any(|it| it.outbound);
        let mut first = vec![
            Point { x: circuit_x, y },
            Point {
                x: party_x + party_w,
                y,
            },
        ];
        let mut ends = (circuit.clone(), party_key.clone());
        if !outbound {
            first.reverse();
            ends = (ends.1, ends.0);
        }
        self.canvas.line(
            Role::Route,
            &tag,
            first,
            stroke.clone(),
            outbound,
            Some(ends),
        );
        let beside = |device: &&PlacedDevice| {
            device.area.y <= y && y <= device.area.bottom() && row.chain.contains(&device.id)
        };
        let mut passed: Vec<&PlacedDevice> = self.placed.devices.iter().filter(beside).collect();
        passed.sort_by_key(|it| it.lane);
        let mut from = (circuit.clone(), circuit_x + circuit_w);
        for device in &passed {
            let points = vec![
                Point { x: from.1, y },
                Point {
                    x: device.area.x,
                    y,
                },
            ];
            let ends = Some((from.0.clone(), device.key.clone()));
            self.canvas
                .line(Role::Route, &tag, points, stroke.clone(), inbound, ends);
            from = (device.key.clone(), device.area.right());
        }
        if passed.is_empty() && row.branches.is_empty() {
            let points = vec![Point { x: from.1, y }, Point { x: device_x, y }];
            self.canvas
                .line(Role::Route, &tag, points, stroke.clone(), inbound, None);
        }
        self.party(row, y);
        self.circuit(row, y, &circuit);
    }

    fn party(&mut self, row: &Row, y: f32) {
        let Some(party) = &row.party else { return };
        let (x, w) = self.placed.lanes.party;
        let area = Area {
            x,
            y: y - 10.8,
            w,
            h: 21.6,
        };
        let key = format!("{}#{}", party.thing, row.thing.id);
        let tag = self.canvas.named(
            Role::Party,
            &key,
            Some(&party.thing),
            area,
            (2.5, Some(PAPER), Some(solid(INK, 0.9))),
        );
        let mark = self.mark(&tag, area.right() - 3.0, y - 2.2, row.party_mark);
        let words = Words::new(&party.name, 7.6).bold().room(w - 8.0 - mark);
        self.canvas
            .words(Role::Party, &tag, x + 4.0, y - 2.0, words);
        let words = Words::new(&party.about, SMALL).colour(SOFT).room(w - 8.0);
        self.canvas
            .words(Role::Party, &tag, x + 4.0, y + 6.8, words);
    }

    fn circuit(&mut self, row: &Row, y: f32, key: &str) {
        let (x, w) = self.placed.lanes.circuit;
        let stroke = self.stroke(row);
        let area = Area {
            x,
            y: y - 10.5,
            w,
            h: 21.0,
        };
        let outline = Stroke {
            width: 1.1,
            ..stroke.clone()
        };
        let tag = self.canvas.named(
            Role::Circuit,
            key,
            Some(&row.thing),
            area,
            (10.5, Some(PAPER), Some(outline)),
        );
        if let Some(number) = row.number {
            self.canvas.badge(
                &tag,
                Point { x: x + 9.0, y },
                &number.to_string(),
                stroke.colour,
            );
        }
        let sign = self.say(&row.carriage.sign());
        let box_area = Area {
            x: x + w - 17.0,
            y: y - 4.8,
            w: 9.6,
            h: 9.6,
        };
        self.canvas.rect(
            Role::Mark,
            &tag,
            box_area,
            (1.5, None, Some(solid(stroke.colour, 0.8))),
        );
        let words = Words::new(&sign, 6.6)
            .bold()
            .colour(stroke.colour)
            .anchor(Anchor::Middle);
        self.canvas
            .words(Role::Mark, &tag, box_area.x + 4.8, y + 2.4, words);
        let mark = self.mark(&tag, x + w - 19.0, y + 2.4, row.mark);
        let left = x + 16.5;
        let room = x + w - 19.0 - mark - left;
        let transport = row
            .transport
            .split(['（', '('])
            .next()
            .unwrap_or(&row.transport)
            .trim();
        let words = Words::new(transport, 7.2)
            .bold()
            .colour(stroke.colour)
            .room(room);
        self.canvas.words(Role::Circuit, &tag, left, y - 1.8, words);
        let (second, colour) = match style::state_word(row.state) {
            Some(word) => (
                format!("【{}】{}", word.get(self.lang), row.circuit),
                if row.state >= crate::topology::Corroboration::Undeclared {
                    ALARM
                } else {
                    INK
                },
            ),
            None => (row.circuit.clone(), SOFT),
        };
        self.canvas.words(
            Role::Circuit,
            &tag,
            left,
            y + 6.8,
            Words::new(&second, SMALL).colour(colour).room(room),
        );
    }

    fn device(&mut self, placed: &PlacedDevice) {
        let Some(device) = self.content.devices.get(&placed.id) else {
            return;
        };
        let DeviceBox {
            thing,
            name,
            about,
            addresses,
            foreign,
            mark,
        } = device;
        let area = placed.area;
        let fill = if foreign.is_some() { VENDOR } else { PAPER };
        let tag = self.canvas.named(
            Role::Device,
            &placed.key,
            Some(thing),
            area,
            (3.0, Some(fill), Some(solid(INK, 1.5))),
        );
        if foreign.is_some() {
            let inner = Area {
                x: area.x + 2.0,
                y: area.y + 2.0,
                w: area.w - 4.0,
                h: area.h - 4.0,
            };
            self.canvas.rect(
                Role::Ground,
                &tag,
                inner,
                (2.0, None, Some(solid(INK, 0.5))),
            );
        }
        let owner = foreign
            .as_ref()
            .map(|owner| crate::text!("所有：{owner}", "owner: {owner}"));
        // A tall box has a line for each fact, a low one joins them.
        let tall = area.h > 52.0;
        let [about, addresses] = [about, addresses].map(|facts| match tall {
            true => facts.clone(),
            false => vec![facts.join("　")],
        });
        let mut lines: Vec<(&str, f32, bool)> = vec![(name, 7.8, true)];
        lines.extend(
            about
                .iter()
                .chain(&addresses)
                .map(|it| (it.as_str(), SMALL, false)),
        );
        lines.extend(owner.iter().map(|it| (it.get(self.lang), SMALL, false)));
        lines.retain(|(text, ..)| !text.is_empty());
        let pitch = 8.5;
        let most = (((area.h - 5.0) / pitch).floor().max(1.0) as usize).min(lines.len());
        let mut y = area.y + (area.h - pitch * most as f32) / 2.0 + 6.6;
        let middle = area.x + area.w / 2.0;
        for (at, (text, size, bold)) in lines.into_iter().take(most).enumerate() {
            let mut room = area.w - 10.0;
            let mut centre = middle;
            if at == 0 {
                let taken = self.mark(&tag, area.right() - 4.0, y, *mark);
                room -= taken;
                centre -= taken / 2.0;
            }
            let mut words = Words::new(text, size).anchor(Anchor::Middle).room(room);
            words.bold = bold;
            self.canvas.words(Role::Device, &tag, centre, y, words);
            y += pitch;
        }
    }
}

fn circuit_key(row: &Row) -> String {
    format!("circuit:{}", row.thing.id)
}
