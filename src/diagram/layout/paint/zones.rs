//! Zones with their cells, what may leave them, and what ties them together.

use super::{FLOW_MARGIN, FLOW_PITCH, FLOW_TOP, Painter};
use crate::diagram::font::{self, wrap};
use crate::diagram::layout::canvas::{Tag, Words};
use crate::diagram::layout::content::Cell;
use crate::diagram::layout::placed::PlacedZone;
use crate::diagram::layout::style::{
    self, BACKBONE, FAINT, FAINT_INK, INK, Look, NAME, PAPER, SMALL, SOFT, solid,
};
use crate::diagram::scene::{Anchor, Area, Point, Role, Stroke};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::topology::Corroboration;
use std::collections::BTreeMap;

/// How the devices of the backbone are told apart.
const NUMBERS: [char; 3] = ['①', '②', '③'];

impl Painter<'_> {
    pub(super) fn zone(&mut self, placed: &PlacedZone) {
        let zone = &self.content.zones[placed.zone];
        let (fill, ink) = style::zone(zone.kind);
        let area = placed.area;
        let note = self.content.notes.get(&zone.key);
        let (fill, stroke) = match note {
            Some(note)
                if matches!(
                    note.look,
                    Look::Gone | Look::Changed | Look::Scope | Look::Unlooked
                ) =>
            {
                note.look.boxed(Some(fill), Some(solid(ink, 0.8)))
            }
            // A zone keeps the colour of its kind.
            Some(note) => (Some(fill), note.look.boxed(None, Some(solid(ink, 0.8))).1),
            None => (Some(fill), Some(solid(ink, 0.8))),
        };
        let ink = note.map_or(ink, |it| it.look.ink(ink));
        let tag = self.canvas.named(
            Role::Zone,
            &zone.key,
            zone.thing.as_ref(),
            area,
            (2.5, fill, stroke),
        );
        let strip = Area { w: 3.6, ..area };
        self.canvas.rect(Role::Ground, &tag, strip, (0.0, Some(ink), None));
        let y = area.y + 9.3;
        let mark = self.mark(&tag, area.right() - 5.0, y, zone.mark);
        let right = area.right() - 5.0 - mark;
        let whole = right - area.x - 8.0;
        let part = placed.cells.len() < zone.cells.len();
        let name = match part {
            true => self.say(&{
                let name = &zone.name;
                crate::text!("{name}〔一部〕", "{name} (part)")
            }),
            false => zone.name.clone(),
        };
        // The name first; then as much of the networks as fits, never half an address.
        let words = Words::new(&name, 8.4).bold().colour(ink).room(whole);
        let mut taken = self.canvas.words(Role::Zone, &tag, area.x + 8.0, y, words);
        if let Some(note) = note {
            let room = (whole - taken - 6.0).min(whole * 0.5);
            let width = note.fitting(room).map_or(0.0, |it| it.1);
            let right = area.x + 8.0 + taken + 6.0 + width;
            taken += 6.0 + self.canvas.note(&tag, right, y - 0.6, room, note);
        }
        let room = whole - taken - 8.0;
        let fits = |text: &&String| font::width(text, 6.5, false) <= room;
        if let Some(networks) = zone.networks.iter().find(fits) {
            let words = Words::new(networks, 7.0).colour(SOFT).anchor(Anchor::End).room(room);
            self.canvas.words(Role::Zone, &tag, right, y - 0.2, words);
        }
        for (cell, area) in &placed.cells {
            self.cell(&self.content.cells[*cell], *area);
        }
        self.flows(placed);
    }

    pub(super) fn cell(&mut self, cell: &Cell, area: Area) {
        let note = self.content.notes.get(&cell.key);
        let (radius, fill, stroke) = if cell.thing.is_none() {
            (2.0, None, Some(Stroke { colour: FAINT, width: 0.7, dash: style::GHOST }))
        } else if cell.stranger {
            (2.0, Some(PAPER), Some(style::outline(Corroboration::Undeclared)))
        } else if cell.front {
            (2.0, Some(PAPER), Some(solid(INK, 1.3)))
        } else {
            (2.0, Some(PAPER), Some(solid(FAINT, 0.6)))
        };
        let (fill, stroke) = match note {
            Some(note) => note.look.boxed(fill, stroke),
            None => (fill, stroke),
        };
        let look = (radius, fill, stroke);
        let tag = self.canvas.named(Role::System, &cell.key, cell.thing.as_ref(), area, look);
        let two = !cell.sub.is_empty() || note.is_some();
        let block = if two { 13.9 } else { 6.6 };
        let y = area.y + (area.h - block) / 2.0 + 6.3;
        let mark = self.mark(&tag, area.right() - 2.5, y, cell.mark);
        let name = if cell.multi { format!("◎{}", cell.name) } else { cell.name.clone() };
        let mut words = Words::new(&name, NAME).room(area.w - 7.0 - mark);
        words.bold = cell.front;
        if cell.thing.is_none() {
            words.colour = SOFT;
        }
        words.colour = note.map_or(words.colour, |it| it.look.ink(words.colour));
        self.canvas.words(Role::System, &tag, area.x + 3.6, y, words);
        let chip = note.map_or(0.0, |note| {
            let room = self.note_room(&cell.sub, area.w - 7.0);
            self.canvas.note(&tag, area.right() - 2.6, y + 7.4, room, note)
        });
        let words = Words::new(&cell.sub, SMALL).colour(SOFT).room(area.w - 7.0 - chip);
        self.canvas.words(Role::System, &tag, area.x + 3.6, y + 7.5, words);
    }

    /// What may leave the zone, in words: a list reads where a tangle of arrows does not.
    pub(super) fn flows(&mut self, placed: &PlacedZone) {
        let zone = &self.content.zones[placed.zone];
        let (x, w) = self.placed.lanes.flows;
        if w <= 0.0 {
            return;
        }
        let tag = Tag { owner: None, thing: zone.thing.clone() };
        let area = placed.area;
        let room = w - FLOW_MARGIN;
        let mut y = area.y + FLOW_TOP - 1.6;
        if !zone.tied && !self.content.backbone.is_empty() {
            let (_, ink) = style::zone(zone.kind);
            let text = self.say(&Text::new("× 基幹と接続なし", "× not on core"));
            self.canvas.words(
                Role::Label,
                &tag,
                x + 2.0,
                area.y + 9.4,
                Words::new(&text, 7.0).bold().colour(ink).room(room),
            );
            y = area.y + FLOW_TOP;
        }
        let most = ((area.bottom() - y + 5.0) / FLOW_PITCH).floor().max(0.0) as usize;
        let flows: Vec<Vec<String>> =
            zone.flows.iter().map(|flow| wrap(flow, SMALL, room, 2)).collect();
        let needed: usize = flows.iter().map(Vec::len).sum();
        let room_for = if needed > most { most.saturating_sub(1) } else { most };
        let mut written = 0;
        let mut told = 0;
        for flow in &flows {
            if written + flow.len() > room_for {
                break;
            }
            for (at, line) in flow.iter().enumerate() {
                let indent = if at > 0 { SMALL } else { 0.0 };
                let words = Words::new(line, SMALL).colour(SOFT).room(room - indent);
                self.canvas.words(Role::Label, &tag, x + 2.0 + indent, y, words);
                y += FLOW_PITCH;
            }
            written += flow.len();
            told += 1;
        }
        let room_below = y < area.bottom();
        if flows.is_empty()
            && room_below
            && self.content.zones.iter().any(|it| !it.flows.is_empty())
        {
            let text = self.say(&Text::new("（発信の許可 記載なし）", "(none declared)"));
            let words = Words::new(&text, SMALL).colour(FAINT_INK).room(room);
            self.canvas.words(Role::Label, &tag, x + 2.0, y, words);
        }
        if told < flows.len() && most > 0 {
            let more = flows.len() - told;
            let text = crate::text!("ほか {more} 件", "{more} more");
            let words = Words::new(text.get(self.lang), SMALL).colour(SOFT).room(room);
            self.canvas.words(Role::Label, &tag, x + 2.0, y, words);
        }
    }

    /// The core switch and internal firewalls as one bar, tied to the zones they stand in.
    pub(super) fn backbone(&mut self) {
        let Some((x, w)) = self.placed.lanes.backbone else {
            return;
        };
        let tied: Vec<&PlacedZone> =
            self.placed.zones.iter().filter(|it| self.content.zones[it.zone].tied).collect();
        let (Some(first), Some(last)) = (self.placed.zones.first(), self.placed.zones.last())
        else {
            return;
        };
        let top = tied.first().map_or(first.area.y, |it| it.area.y);
        let bottom = tied.last().map_or(last.area.bottom(), |it| it.area.bottom());
        // Room for the names, also beside a single low zone.
        let least = self.content.backbone_height();
        let bottom = bottom.max(top + least).min(self.floor.max(bottom));
        let top = top.min(bottom - least);
        let area = Area { x, y: top, w, h: bottom - top };
        let key = "backbone";
        let thing = self.content.backbone.first().map(|(thing, _)| thing.clone());
        let tag = self.canvas.named(
            Role::Backbone,
            key,
            thing.as_ref(),
            area,
            (2.5, Some(BACKBONE), None),
        );
        // One bar with all names: which of them a zone hangs on is said at its tie.
        let several = self.content.backbone.len() > 1;
        let part = area.h / self.content.backbone.len().max(1) as f32;
        for (at, (thing, name)) in self.content.backbone.iter().enumerate() {
            let own = Tag { owner: tag.owner.clone(), thing: Some(thing.clone()) };
            let place = Area { y: top + part * at as f32 + 3.0, h: part - 6.0, ..area };
            let name = if several { format!("{}{name}", NUMBERS[at % 3]) } else { name.clone() };
            self.canvas.upright(&own, x + w / 2.0, place, &name, 9.0, PAPER);
        }
        for zone in tied {
            let y = zone.area.y + 6.4;
            let points = vec![Point { x: zone.area.right(), y }, Point { x, y }];
            let data = &self.content.zones[zone.zone];
            let tag = Tag { owner: None, thing: data.thing.clone() };
            let ends = Some((data.key.clone(), key.to_owned()));
            self.canvas.line(Role::Tie, &tag, points, solid(BACKBONE, 1.6), false, ends);
            if several {
                let which: String = data.ties.iter().map(|at| NUMBERS[at % 3]).collect();
                let words = Words::new(&which, 7.0).bold().colour(BACKBONE).anchor(Anchor::End);
                self.canvas.words(Role::Label, &tag, x - 3.0, y - 1.9, words);
            }
        }
    }

    /// The boxes of one host on several networks are tied together.
    pub(super) fn ties(&mut self) {
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
            let tag = Tag { owner: None, thing: Some(thing.clone()) };
            for pair in boxes.windows(2) {
                let (a, b) = (pair[0].1, pair[1].1);
                let points = vec![
                    Point { x: a.right(), y: a.centre().y },
                    Point { x: track, y: a.centre().y },
                    Point { x: track, y: b.centre().y },
                    Point { x: b.right(), y: b.centre().y },
                ];
                let key = |cell: usize| self.content.cells[cell].key.clone();
                let ends = Some((key(pair[0].0), key(pair[1].0)));
                self.canvas.line(Role::Tie, &tag, points, solid(INK, 1.1), false, ends);
            }
        }
    }
}
