//! Routes through the channel, with their numbers and words.

use super::{Painter, circuit_key};
use crate::diagram::font;
use crate::diagram::layout::canvas::{BADGE, Tag, Words};
use crate::diagram::layout::content::{Branch, Row, Target};
use crate::diagram::layout::placed::{End, PlacedRun, PlacedTrunk};
use crate::diagram::layout::placed::{PlacedDevice, PlacedRow};
use crate::diagram::layout::style::{self, Carriage, Look, PAPER};
use crate::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Shape, Stroke};
use crate::locale::Text;
use crate::topology::Corroboration;

/// How much thicker the bars of bundles are than lines.
const BAR: f32 = 1.7;

/// A piece of a route: its points and the end it leads to.
type Piece = (Vec<Point>, End);

impl Painter<'_> {
    /// The line from outside to the devices.
    pub(super) fn stroke(&self, row: usize) -> Stroke {
        let data = &self.content.rows[row];
        self.looking(row, None, self.route(data.carriage, data.state))
    }

    /// The line of a state. Where somebody watched, what nobody could see is dotted thinly.
    fn route(&self, carriage: Carriage, state: Corroboration) -> Stroke {
        let stroke = style::route(carriage, state);
        match state == Corroboration::NotLooked && self.content.watched {
            true => Stroke { dash: style::SPARSE, ..stroke },
            false => stroke,
        }
    }

    /// The line from the devices to what may be reached. A configuration that has the tunnel of a
    /// connection confirms that it is there, not how far it reaches.
    fn inner(&self, row: usize, branch: Option<usize>) -> Stroke {
        let data = &self.content.rows[row];
        let stroke = match data.state {
            Corroboration::Confirmed => style::route(data.carriage, Corroboration::NotLooked),
            other => self.route(data.carriage, other),
        };
        self.looking(row, branch, stroke)
    }

    fn tag(row: &Row) -> Tag {
        Tag { owner: None, thing: Some(row.thing.clone()) }
    }

    fn placed_row(&self, row: usize) -> Option<&PlacedRow> {
        self.placed.rows.iter().find(|it| it.row == row)
    }

    /// The key and right edge of what a row passes last before the channel.
    fn source(&self, placed: &PlacedRow) -> (String, f32) {
        let row = &self.content.rows[placed.row];
        let beside =
            |device: &&PlacedDevice| device.area.y <= placed.y && placed.y <= device.area.bottom();
        let passed =
            self.placed.devices.iter().filter(beside).filter(|it| row.chain.contains(&it.id));
        match passed.max_by_key(|it| it.lane) {
            Some(device) => (device.key.clone(), device.area.right()),
            None => {
                let (x, w) = self.placed.lanes.circuit;
                (circuit_key(row), x + w)
            }
        }
    }

    /// The way from the last device to where the channel begins.
    fn lead(&self, placed: &PlacedRow, y: f32) -> (String, Vec<Point>) {
        let (key, x) = self.source(placed);
        let no_device = self.content.rows[placed.row].chain.is_empty();
        let points = if no_device && (placed.y - y).abs() > 0.05 {
            let bend = self.placed.lanes.channel - 6.0;
            vec![Point { x, y: placed.y }, Point { x: bend, y: placed.y }, Point { x: bend, y }]
        } else {
            vec![Point { x, y }]
        };
        (key, points)
    }

    /// A route with its branches, labels and numbers.
    pub(super) fn run(&mut self, run: &PlacedRun) {
        let content = self.content;
        let row = &content.rows[run.row];
        if let Some(relay) = run.relay.filter(|_| run.bundled) {
            return self.fan(run, relay);
        }
        let (source, start) = match (run.relay, self.placed_row(run.row)) {
            (Some(relay), _) => (content.cells[relay].key.clone(), vec![run.start]),
            (None, Some(placed)) => self.lead(placed, run.start.y),
            (None, None) => return,
        };
        let (pieces, dots) = pieces(run, start);
        for (points, end) in pieces {
            let owner = &content.rows[end.row];
            let branch = &owner.branches[end.branch];
            let ends = Some((source.clone(), self.target_key(branch)));
            let stroke = self.inner(end.row, Some(end.branch));
            self.arrive(&Self::tag(owner), points, &stroke, !branch.outbound, ends);
        }
        let colour = self.inner(run.row, None).colour;
        for dot in dots {
            self.dot(row, dot, colour);
        }
        for end in &run.ends {
            let owner = &content.rows[end.row];
            let colour = self.inner(end.row, Some(end.branch)).colour;
            let labels = &owner.branches[end.branch].labels;
            let number = owner.badge();
            let look = content.line(end.row, Some(end.branch));
            self.label(&Self::tag(owner), (number.as_deref(), look), labels, end.at.y, colour);
        }
        if run.relay.is_some() {
            let word = self.say(&Text::new("中継", "relayed"));
            let number = row.badge();
            let labels = [word.clone(), word.clone(), word];
            let look = content.line(run.row, None);
            self.label(&Self::tag(row), (number.as_deref(), look), &labels, run.start.y, colour);
        } else {
            self.number_at_device(run.row, run.start.y);
        }
    }

    /// The ways of many connections from their relay to their targets: one bar, from which each
    /// branches off with its number.
    fn fan(&mut self, run: &PlacedRun, relay: usize) {
        let content = self.content;
        let relay = &content.cells[relay];
        let stroke = self.inner(run.row, None);
        let tag = Tag { owner: None, thing: relay.thing.clone() };
        let key = format!("fan:{}:{}", relay.key, content.rows[run.row].thing.id);
        let ys = run.ends.iter().map(|end| end.at.y).chain([run.start.y]);
        self.bar(&tag, &key, run.track, ys, &stroke);
        let at = |y: f32| Point { x: run.track, y };
        let ends = Some((relay.key.clone(), key.clone()));
        let common = stroke.clone();
        self.arrive(&tag, vec![run.start, at(run.start.y)], &common, false, ends);
        for end in &run.ends {
            let owner = &content.rows[end.row];
            let (own, tag) = (self.inner(end.row, Some(end.branch)), Self::tag(owner));
            let look = content.line(end.row, Some(end.branch));
            let branch = &owner.branches[end.branch];
            let ends = Some((key.clone(), self.target_key(branch)));
            self.arrive(&tag, vec![at(end.at.y), end.at], &own, !branch.outbound, ends);
            self.dot(owner, at(end.at.y), own.colour);
            let number = owner.badge();
            let number = (number.as_deref(), look);
            self.label(&tag, number, &branch.labels, end.at.y, own.colour);
        }
        let word = self.say(&Text::new("中継", "relayed"));
        let words = [word.clone(), word.clone(), word];
        self.label(&tag, (None, None), &words, run.start.y, stroke.colour);
    }

    /// The bar where bundled connections come together or part: a box of its own, so that lines
    /// have where to end.
    fn bar(
        &mut self,
        tag: &Tag,
        key: &str,
        x: f32,
        ys: impl Iterator<Item = f32>,
        stroke: &Stroke,
    ) {
        let (low, high) = ys.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        let width = stroke.width * BAR;
        let area = Area { x: x - width / 2.0, y: low - 1.0, w: width, h: high - low + 2.0 };
        let border = Area { x: area.x - 1.4, w: width + 2.8, ..area };
        self.canvas.rect(Role::Ground, tag, border, (1.0, Some(PAPER), None));
        self.canvas.named(
            Role::Route,
            key,
            tag.thing.as_ref(),
            area,
            (1.0, Some(stroke.colour), None),
        );
    }

    /// The common way of many connections to their relay.
    pub(super) fn trunk(&mut self, trunk: &PlacedTrunk) {
        let content = self.content;
        let relay = &content.cells[trunk.relay];
        let Some((at_first, first)) = trunk.rows.first().map(|row| (*row, &content.rows[*row]))
        else {
            return;
        };
        let stroke = self.inner(at_first, None);
        let placed = self.placed;
        let rows: Vec<&PlacedRow> =
            placed.rows.iter().filter(|it| trunk.rows.contains(&it.row)).collect();
        let tag = Tag { owner: None, thing: relay.thing.clone() };
        let at = |y: f32| Point { x: trunk.x, y };
        let common = stroke.clone();
        let key = format!("bundle:{}:{}", relay.key, first.thing.id);
        let ys = rows.iter().map(|it| it.exit).chain([trunk.port.y]);
        self.bar(&tag, &key, trunk.x, ys, &stroke);
        let ends = Some((key.clone(), relay.key.clone()));
        self.arrive(&tag, vec![at(trunk.port.y), trunk.port], &common, true, ends);
        for placed in rows {
            let data = &content.rows[placed.row];
            let (source, mut points) = self.lead(placed, placed.exit);
            points.push(at(placed.exit));
            let own = self.inner(placed.row, None);
            let ends = Some((source, key.clone()));
            self.canvas.line(Role::Route, &Self::tag(data), points, own, false, ends);
            self.dot(data, at(placed.exit), stroke.colour);
            self.number_at_device(placed.row, placed.exit);
        }
        let numbers: Vec<u32> =
            trunk.rows.iter().filter_map(|row| content.rows[*row].number).collect();
        let numbers = ranges(&numbers);
        let count = trunk.rows.len();
        let full = crate::text!("{numbers}（{count}接続）", "{numbers} ({count} connections)");
        let brief = crate::text!("{count}接続", "{count} connections");
        let labels = [self.say(&full), numbers, self.say(&brief)];
        self.label(&tag, (None, None), &labels, trunk.port.y, stroke.colour);
    }

    fn dot(&mut self, row: &Row, centre: Point, colour: Colour) {
        self.canvas.items.push(Item {
            shape: Shape::Circle { centre, radius: 1.9, fill: Some(colour), stroke: None },
            role: Role::Route,
            key: None,
            owner: None,
            ends: None,
            thing: Some(row.thing.clone()),
        });
    }

    /// At a device with many routes the number stands at the start of each as well.
    fn number_at_device(&mut self, at: usize, y: f32) {
        let row = &self.content.rows[at];
        let many = |it: &PlacedDevice| row.chain.contains(&it.id) && it.area.h > 50.0;
        let Some(text) = row.badge().filter(|_| self.placed.devices.iter().any(many)) else {
            return;
        };
        let words = Words::new(&text, 6.5).bold().colour(self.inner(at, None).colour);
        let x = self.placed.lanes.channel + 3.0;
        self.canvas.words(Role::Label, &Self::tag(row), x, y - 1.9, words);
    }

    /// Draws a route. The bits inside zones, at its target and at its relay, have no white border,
    /// so that the outlines of the zones stay whole.
    fn arrive(
        &mut self,
        tag: &Tag,
        mut points: Vec<Point>,
        stroke: &Stroke,
        arrow: bool,
        ends: Option<(String, String)>,
    ) {
        let door = self.placed.lanes.zone.0 - 1.0;
        let inside = |point: &Point| point.x > door + 1.5;
        let at_door = |point: Point| Point { x: door, y: point.y };
        let (first, last) = (points.first().copied(), points.last().copied());
        let start = first.filter(inside);
        let end = last.filter(inside);
        if let (Some(point), Some(first)) = (start, points.first_mut()) {
            *first = at_door(point);
        }
        if let (Some(point), Some(last)) = (end, points.last_mut()) {
            *last = at_door(point);
        }
        self.canvas.line(
            Role::Route,
            tag,
            points,
            stroke.clone(),
            arrow && end.is_none(),
            ends.clone(),
        );
        for (point, arrow) in
            start.map(|it| (it, false)).into_iter().chain(end.map(|it| (it, arrow)))
        {
            let bit = vec![at_door(point), point];
            self.canvas.line(Role::Route, tag, bit, stroke.clone(), arrow, ends.clone());
            if let Some(item) = self.canvas.items.last_mut()
                && let Shape::Line { halo, .. } = &mut item.shape
            {
                *halo = 0.0;
            }
        }
    }

    fn target_key(&self, branch: &Branch) -> String {
        match branch.target {
            Target::Cell(cell) => self.content.cells[cell].key.clone(),
            Target::Zone(zone) => self.content.zones[zone].key.clone(),
        }
    }

    /// Number and words at the end of a route: the fullest words that fit.
    fn label(
        &mut self,
        tag: &Tag,
        (number, look): (Option<&str>, Option<Look>),
        labels: &[String; 3],
        y: f32,
        colour: Colour,
    ) {
        let (left, right) = (self.placed.lanes.labels, self.placed.lanes.zone.0);
        let centre = Point { x: left + BADGE, y };
        match (number, look) {
            (Some(number), Some(look @ (Look::Gone | Look::Unlooked))) => {
                self.canvas.hollow(tag, centre, number, look)
            }
            (Some(number), _) => self.canvas.badge(tag, centre, number, colour),
            (None, _) => {}
        }
        let room = right - 4.0 - (left + 2.0 * BADGE + 2.0);
        let fits = |text: &&String| font::width(text, 6.5, true) <= room;
        let text = labels.iter().find(fits).unwrap_or(&labels[2]);
        let words = Words::new(text, 7.0).bold().colour(colour).anchor(Anchor::End).room(room);
        self.canvas.words(Role::Label, tag, right - 4.0, y - 2.3, words);
    }
}

/// Cuts a route with several ends into pieces: one line to the farthest end on each side,
/// branches off it, and dots where they leave it.
fn pieces(run: &PlacedRun, mut start: Vec<Point>) -> (Vec<Piece>, Vec<Point>) {
    let turn = |y: f32| Point { x: run.track, y };
    let y = run.start.y;
    let straight = run.ends.iter().find(|end| run.relay.is_none() && (end.at.y - y).abs() < 0.05);
    let mut above: Vec<End> = run.ends.iter().filter(|end| end.at.y < y - 0.05).copied().collect();
    let mut below: Vec<End> = run.ends.iter().filter(|end| end.at.y > y + 0.05).copied().collect();
    above.sort_by(|a, b| b.at.y.total_cmp(&a.at.y));
    below.sort_by(|a, b| a.at.y.total_cmp(&b.at.y));
    let (mut pieces, mut dots, mut far) = (Vec::new(), Vec::new(), Vec::new());
    for mut side in [above, below] {
        far.extend(side.pop());
        for end in side {
            dots.push(turn(end.at.y));
            pieces.push((vec![turn(end.at.y), end.at], end));
        }
    }
    if far.len() + usize::from(straight.is_some()) > 1 {
        dots.push(turn(y));
    }
    match straight {
        Some(end) => {
            for other in far {
                pieces.push((vec![turn(y), turn(other.at.y), other.at], other));
            }
            start.push(end.at);
            pieces.push((start, *end));
        }
        None => {
            for (at, end) in far.into_iter().enumerate().rev() {
                let mut points = if at == 0 { start.clone() } else { Vec::new() };
                points.extend([turn(y), turn(end.at.y), end.at]);
                pieces.push((points, end));
            }
        }
    }
    (pieces, dots)
}

/// `1, 2, 3, 7` as `1–3, 7`.
fn ranges(numbers: &[u32]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for number in sorted {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(
            |(first, last)| {
                if first == last { first.to_string() } else { format!("{first}–{last}") }
            },
        )
        .collect();
    parts.join(", ")
}
