//! What stands left of the channel: parties, lines, devices.

use super::{Painter, circuit_key, party_key};
use crate::diagram::font;
use crate::diagram::layout::canvas::{Tag, Words};
use crate::diagram::layout::content::{DeviceBox, Row};
use crate::diagram::layout::placed::{PlacedDevice, PlacedRow};
use crate::diagram::layout::style::{
    self, ALARM, INK, LEAST, Look, PAPER, SMALL, SOFT, VENDOR, solid,
};
use crate::diagram::scene::{Anchor, Area, Point, Role, Stroke};
use crate::locale::Text;

/// Distance of the second outline of what a party owns from the first.
const INNER: f32 = 1.7;

impl Painter<'_> {
    /// Party, pill, and the line between them and the first device.
    pub(super) fn row(&mut self, placed: &PlacedRow) {
        let content = self.content;
        let row = &content.rows[placed.row];
        let lanes = &self.placed.lanes;
        let tag = Tag { owner: None, thing: Some(row.thing.clone()) };
        let y = placed.y;
        let (device_x, _) = lanes.devices[0];
        let Some(party_key) = party_key(row) else {
            let text = self.say(&Text::new("外部接続の記載なし", "no connection declared"));
            let words =
                Words::new(&text, 7.0).colour(SOFT).anchor(Anchor::End).room(lanes.circuit.1);
            self.canvas.words(Role::Label, &tag, lanes.circuit.0 + lanes.circuit.1, y + 2.4, words);
            return;
        };
        let (party_x, party_w) = lanes.party;
        let (circuit_x, circuit_w) = lanes.circuit;
        let stroke = self.stroke(placed.row);
        let circuit = circuit_key(row);
        let inbound = row.branches.iter().any(|it| !it.outbound) || row.branches.is_empty();
        let outbound = row.branches.iter().any(|it| it.outbound);
        let mut first = vec![Point { x: circuit_x, y }, Point { x: party_x + party_w, y }];
        let mut ends = (circuit.clone(), party_key.clone());
        if !outbound {
            first.reverse();
            ends = (ends.1, ends.0);
        }
        self.canvas.line(Role::Route, &tag, first, stroke.clone(), outbound, Some(ends));
        let beside = |device: &&PlacedDevice| {
            device.area.y <= y && y <= device.area.bottom() && row.chain.contains(&device.id)
        };
        let mut passed: Vec<&PlacedDevice> = self.placed.devices.iter().filter(beside).collect();
        passed.sort_by_key(|it| it.lane);
        let mut from = (circuit.clone(), circuit_x + circuit_w);
        for device in &passed {
            let points = vec![Point { x: from.1, y }, Point { x: device.area.x, y }];
            let ends = Some((from.0.clone(), device.key.clone()));
            self.canvas.line(Role::Route, &tag, points, stroke.clone(), inbound, ends);
            from = (device.key.clone(), device.area.right());
        }
        if passed.is_empty() && row.branches.is_empty() {
            let points = vec![Point { x: from.1, y }, Point { x: device_x, y }];
            self.canvas.line(Role::Route, &tag, points, stroke.clone(), inbound, None);
        }
        self.party(row, y);
        self.circuit(placed.row, y, &circuit);
        self.demarcation(placed, &passed);
    }

    /// Where duty changes hands: at the edge of the hospital, or behind a box that a party owns.
    /// A full lozenge where the boundary is written down, an empty one where it is not.
    fn demarcation(&mut self, placed: &PlacedRow, passed: &[&PlacedDevice]) {
        const HALF: f32 = 3.4;
        let content = self.content;
        let row = &content.rows[placed.row];
        let theirs = |it: &&&PlacedDevice| {
            content.devices.get(&it.id).is_some_and(|device| device.foreign.is_some())
        };
        let (x, y) = match passed.iter().take_while(|it| theirs(it)).last() {
            Some(device) => (device.area.right() + HALF + 1.4, placed.exit),
            None => (self.placed.lanes.boundary, placed.y),
        };
        let corner = |dx: f32, dy: f32| Point { x: x + dx * HALF, y: y + dy * HALF };
        let points = vec![corner(0.0, -1.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(-1.0, 0.0)];
        let (fill, stroke) = match row.demarcated {
            true => (INK, solid(PAPER, 0.8)),
            false => (PAPER, solid(ALARM, 1.1)),
        };
        self.canvas.polygon(Role::Mark, Some(&row.thing), points, fill, stroke);
    }

    pub(super) fn party(&mut self, row: &Row, y: f32) {
        let (Some(party), Some(key)) = (&row.party, party_key(row)) else { return };
        let (x, w) = self.placed.lanes.party;
        let area = Area { x, y: y - 10.8, w, h: 21.6 };
        let note = self.content.notes.get(&key);
        let usual = (Some(PAPER), Some(solid(INK, 0.9)));
        let (fill, stroke) = note.map_or(usual.clone(), |it| it.look.boxed(usual.0, usual.1));
        let tag =
            self.canvas.named(Role::Party, &key, Some(&party.thing), area, (2.5, fill, stroke));
        let ink = note.map_or(INK, |it| it.look.ink(INK));
        let mark = self.mark(&tag, area.right() - 3.0, y - 2.2, row.party_mark);
        let words = Words::new(&party.name, 7.6).bold().colour(ink).room(w - 8.0 - mark);
        self.canvas.words(Role::Party, &tag, x + 4.0, y - 2.0, words);
        let chip = note.map_or(0.0, |note| {
            let room = self.note_room(&party.about, w - 8.0);
            self.canvas.note(&tag, area.right() - 3.4, y + 6.8, room, note)
        });
        let words = Words::new(&party.about, SMALL).colour(SOFT).room(w - 8.0 - chip);
        self.canvas.words(Role::Party, &tag, x + 4.0, y + 6.8, words);
    }

    pub(super) fn circuit(&mut self, at: usize, y: f32, key: &str) {
        let content = self.content;
        let row = &content.rows[at];
        let (x, w) = self.placed.lanes.circuit;
        let note = content.notes.get(key);
        let stroke = self.stroke(at);
        let area = Area { x, y: y - 10.5, w, h: 21.0 };
        let outline = match note {
            Some(note) => note.look.line(Stroke { width: 1.1, ..stroke.clone() }, 2.6),
            None => Stroke { width: 1.1, ..stroke.clone() },
        };
        let tag = self.canvas.named(
            Role::Circuit,
            key,
            Some(&row.thing),
            area,
            (10.5, Some(PAPER), Some(outline)),
        );
        let centre = Point { x: x + 9.0, y };
        match (row.badge(), content.line(at, None)) {
            (Some(number), Some(look @ (Look::Gone | Look::Unlooked))) => {
                self.canvas.hollow(&tag, centre, &number, look)
            }
            (Some(number), _) => self.canvas.badge(&tag, centre, &number, stroke.colour),
            (None, _) => {}
        }
        let sign = self.say(&row.carriage.sign());
        let box_area = Area { x: x + w - 17.0, y: y - 4.8, w: 9.6, h: 9.6 };
        self.canvas.rect(Role::Mark, &tag, box_area, (1.5, None, Some(solid(stroke.colour, 0.8))));
        let words = Words::new(&sign, 6.6).bold().colour(stroke.colour).anchor(Anchor::Middle);
        self.canvas.words(Role::Mark, &tag, box_area.x + 4.8, y + 2.4, words);
        let mark = self.mark(&tag, x + w - 19.0, y + 2.4, row.mark);
        let left = x + 16.5;
        let room = x + w - 19.0 - mark - left;
        let transport = row.transport.split(['（', '(']).next().unwrap_or(&row.transport).trim();
        let words = Words::new(transport, 7.2).bold().colour(stroke.colour).room(room);
        self.canvas.words(Role::Circuit, &tag, left, y - 1.8, words);
        let bare = note.is_some();
        let probed = self.content.probed.get(&row.thing).copied();
        let (second, colour) = match style::state_word(row.state, self.content.watched, probed) {
            Some(word) if bare => (word.get(self.lang).to_owned(), SOFT),
            Some(word) => (
                match row.circuit.is_empty() {
                    true => word.get(self.lang).to_owned(),
                    // What a packet proved stays legible, however long the name of the line is.
                    false if probed.is_some() => {
                        format!("【{}】{}", word.get(self.lang), row.circuit)
                    }
                    false => format!("{}【{}】", row.circuit, word.get(self.lang)),
                },
                if row.state >= crate::topology::Corroboration::Undeclared { ALARM } else { INK },
            ),
            None => (row.circuit.clone(), SOFT),
        };
        let chip = note.map_or(0.0, |note| {
            // The name of the line gives way to the numbers of what became of it.
            let whole = font::width(note.brief(), LEAST, true) + 4.0;
            let beside = room - font::width(&font::drawable(&second), SMALL, false).min(34.0) - 3.0;
            let room = beside.max(whole.min(room));
            let width = note.fitting(room).map_or(0.0, |it| it.1);
            self.canvas.note(&tag, left + width, y + 6.6, room, note)
        });
        self.canvas.words(
            Role::Circuit,
            &tag,
            left + chip,
            y + 6.8,
            Words::new(&second, SMALL).colour(colour).room(room - chip),
        );
    }

    pub(super) fn device(&mut self, placed: &PlacedDevice) {
        let Some(device) = self.content.devices.get(&placed.id) else {
            return;
        };
        let DeviceBox { thing, name, about, addresses, brief, foreign, state, mark } = device;
        let area = placed.area;
        let fill = if foreign.is_some() { VENDOR } else { PAPER };
        let note = self.content.notes.get(&thing.to_string());
        let usual = (Some(fill), Some(style::outline(*state)));
        let (fill, stroke) = note.map_or(usual.clone(), |it| it.look.boxed(usual.0, usual.1));
        let tag =
            self.canvas.named(Role::Device, &placed.key, Some(thing), area, (3.0, fill, stroke));
        let ink = note.map_or(INK, |it| it.look.ink(INK));
        if foreign.is_some() {
            let inner = Area {
                x: area.x + INNER,
                y: area.y + INNER,
                w: area.w - 2.0 * INNER,
                h: area.h - 2.0 * INNER,
            };
            self.canvas.rect(Role::Ground, &tag, inner, (2.0, None, Some(solid(INK, 0.5))));
        }
        let owner = foreign.as_ref().map(|owner| crate::text!("所有：{owner}", "owner: {owner}"));
        // A tall box has a line for each address; a low one as many sides as fit on one line.
        const PITCH: f32 = 7.6;
        const GLYPH: f32 = 8.0;
        // Inside the second outline lines stand closer where they must.
        let (least, edge) = if foreign.is_some() { (7.0, INNER + 0.9) } else { (PITCH, 1.3) };
        let inside = area.h - 2.0 * edge - GLYPH;
        let room_for = (inside / least + 0.01).floor().max(0.0) as usize + 1;
        // The chip takes the last line; something said of the box gives way to it.
        let room_for = room_for.saturating_sub(usize::from(note.is_some())).max(1);
        let fixed = 1 + about.len() + usize::from(owner.is_some());
        let addresses: Vec<String> = if fixed + addresses.len() <= room_for {
            addresses.clone()
        } else if fixed + brief.len() <= room_for {
            brief.clone()
        } else {
            let joined = brief.join("　");
            let fits = font::width(&joined, SMALL, false) <= area.w - 8.0;
            let inside = brief.last().cloned().into_iter().collect();
            if fits { vec![joined] } else { inside }
        };
        // Which zone an address stands in is said where there is room for it.
        let short = |text: String| match font::width(&text, SMALL, false) <= area.w - 8.0 {
            true => text,
            false => text.split('（').next().unwrap_or_default().to_owned(),
        };
        let addresses: Vec<String> = addresses.into_iter().map(short).collect();
        let mut lines: Vec<(&str, f32, bool)> = vec![(name, 7.8, true)];
        lines.extend(about.iter().chain(&addresses).map(|it| (it.as_str(), SMALL, false)));
        lines.extend(owner.iter().map(|it| (it.get(self.lang), SMALL, false)));
        lines.retain(|(text, ..)| !text.is_empty());
        let most = room_for.min(lines.len());
        let steps = (most + usize::from(note.is_some())).saturating_sub(1) as f32;
        let pitch = (inside / steps.max(1.0)).clamp(least, PITCH);
        let block = pitch * steps + GLYPH;
        let mut y = area.y + (area.h - block) / 2.0 + 6.7;
        let middle = area.x + area.w / 2.0;
        for (at, (text, size, bold)) in lines.into_iter().take(most).enumerate() {
            let mut room = area.w - 8.0;
            let mut centre = middle;
            if at == 0 {
                // The mark stands right behind the name.
                let mark_width = self.mark_width(*mark);
                room -= mark_width;
                let name_width = font::width(&font::drawable(text), size, bold).min(room);
                centre -= mark_width / 2.0;
                self.mark(&tag, centre + name_width / 2.0 + mark_width, y, *mark);
            }
            let mut words = Words::new(text, size).colour(ink).anchor(Anchor::Middle).room(room);
            words.bold = bold;
            self.canvas.words(Role::Device, &tag, centre, y, words);
            y += pitch;
        }
        if let Some(note) = note {
            let room = area.w - 8.0;
            let width = note.fitting(room).map_or(0.0, |it| it.1);
            self.canvas.note(&tag, middle + width / 2.0, y, room, note);
        }
    }
}
