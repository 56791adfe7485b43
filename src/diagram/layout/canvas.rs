//! Collects the items of a sheet.

use super::content::Note;
use super::style::{INK, LEAST, Look};
use crate::diagram::font;
use crate::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Shape, Stroke};
use crate::model::EntityRef;

/// The words of one text.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
    pub(super) anchor: Anchor,
    /// The most that it may take; it is set smaller, then cut.
    pub(super) room: f32,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str, size: f32) -> Self {
        Self { text, size, bold: false, colour: INK, anchor: Anchor::Start, room: f32::MAX }
    }

    pub(super) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(super) fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub(super) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(super) fn room(mut self, room: f32) -> Self {
        self.room = room;
        self
    }
}

/// To whom the items that follow belong.
#[derive(Clone, Debug, Default)]
pub(super) struct Tag {
    pub(super) owner: Option<String>,
    pub(super) thing: Option<EntityRef>,
}

pub(super) struct Canvas {
    pub(super) items: Vec<Item>,
    /// The most that the white border of a line may take, so that it wipes out no neighbour.
    pub(super) halo: f32,
}

impl Default for Canvas {
    fn default() -> Self {
        Self { items: Vec::new(), halo: f32::MAX }
    }
}

impl Canvas {
    fn push(&mut self, role: Role, tag: &Tag, shape: Shape) -> &mut Item {
        let at = self.items.len();
        self.items.push(Item {
            shape,
            role,
            key: None,
            owner: tag.owner.clone(),
            ends: None,
            thing: tag.thing.clone(),
        });
        &mut self.items[at]
    }

    /// A named box; what is written in it gets the tag that is returned.
    pub(super) fn named(
        &mut self,
        role: Role,
        key: &str,
        thing: Option<&EntityRef>,
        area: Area,
        look: (f32, Option<Colour>, Option<Stroke>),
    ) -> Tag {
        let (radius, fill, stroke) = look;
        let shape = Shape::Rect { area, radius, fill, stroke };
        let tag = Tag { owner: None, thing: thing.cloned() };
        self.push(role, &tag, shape).key = Some(key.to_owned());
        Tag { owner: Some(key.to_owned()), thing: thing.cloned() }
    }

    pub(super) fn rect(
        &mut self,
        role: Role,
        tag: &Tag,
        area: Area,
        look: (f32, Option<Colour>, Option<Stroke>),
    ) {
        let (radius, fill, stroke) = look;
        self.push(role, tag, Shape::Rect { area, radius, fill, stroke });
    }

    /// A filled shape with straight edges.
    pub(super) fn polygon(
        &mut self,
        role: Role,
        thing: Option<&EntityRef>,
        points: Vec<Point>,
        fill: Colour,
        stroke: Stroke,
    ) {
        let tag = Tag { owner: None, thing: thing.cloned() };
        self.push(role, &tag, Shape::Polygon { points, fill: Some(fill), stroke: Some(stroke) });
    }

    /// A straight rule of a table or frame.
    pub(super) fn rule(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.push(
            Role::Ground,
            &Tag::default(),
            Shape::Line { points: vec![from, to], radius: 0.0, stroke, arrow: false, halo: 0.0 },
        );
    }

    pub(super) fn line(
        &mut self,
        role: Role,
        tag: &Tag,
        points: Vec<Point>,
        stroke: Stroke,
        arrow: bool,
        ends: Option<(String, String)>,
    ) {
        let halo = (stroke.width + 2.4).min(self.halo);
        self.push(role, tag, Shape::Line { points, radius: 3.0, stroke, arrow, halo }).ends = ends;
    }

    /// Writes words on a base line and returns the width they took.
    pub(super) fn words(&mut self, role: Role, tag: &Tag, x: f32, y: f32, words: Words<'_>) -> f32 {
        let (size, text) = font::fit(words.text, words.size, LEAST, words.room, words.bold);
        if text.trim().is_empty() {
            return 0.0;
        }
        let width = font::width(&text, size, words.bold);
        self.push(
            role,
            tag,
            Shape::Text {
                at: Point { x, y },
                anchor: words.anchor,
                text,
                size,
                bold: words.bold,
                colour: words.colour,
                turn: 0,
            },
        );
        width
    }

    /// A vertical inscription, one character below the other, centred on `x`.
    pub(super) fn upright(
        &mut self,
        tag: &Tag,
        x: f32,
        area: Area,
        text: &str,
        size: f32,
        colour: Colour,
    ) {
        let text = font::drawable(text);
        // Set smaller, then cut, like any other words.
        let all = text.chars().count().max(1) as f32;
        let size = (area.h / (all * 1.18)).clamp(LEAST.min(size), size);
        let pitch = size * 1.18;
        let most = (area.h / pitch + 0.01).floor().max(1.0) as usize;
        let mut shown: Vec<char> = text.chars().collect();
        if shown.len() > most {
            shown.truncate(most.saturating_sub(1));
            shown.push('…');
        }
        let mut top = area.y + (area.h - pitch * shown.len() as f32) / 2.0;
        for character in shown {
            let lying = matches!(
                character,
                'ー' | '－' | '～' | '…' | '（' | '）' | '／' | '(' | ')' | '-'
            );
            let text = character.to_string();
            let width = font::width(&text, size, true);
            let (at, turn) = if lying {
                // Turned by a quarter around its point: the base line becomes a vertical line.
                (Point { x: x - size * 0.36, y: top + (pitch - width) / 2.0 }, 90)
            } else {
                (Point { x: x - width / 2.0, y: top + size * 0.98 }, 0)
            };
            self.push(
                Role::Backbone,
                tag,
                Shape::Text { at, anchor: Anchor::Start, text, size, bold: true, colour, turn },
            );
            top += pitch;
        }
    }

    /// A number in a filled circle, or in a pill when it has more digits than a circle holds.
    pub(super) fn badge(&mut self, tag: &Tag, centre: Point, number: &str, colour: Colour) {
        const SIZE: f32 = 6.8;
        let role = Role::Mark;
        let half = (font::width(number, SIZE, true) / 2.0 + 1.2).max(BADGE);
        let area = Area { x: centre.x - half, y: centre.y - BADGE, w: half * 2.0, h: BADGE * 2.0 };
        self.rect(role, tag, area, (BADGE, Some(colour), None));
        let words =
            Words::new(number, SIZE).bold().colour(super::style::PAPER).anchor(Anchor::Middle);
        self.words(role, tag, centre.x, centre.y + 2.45, words);
    }

    /// The number of something that is gone: a circle that is not filled.
    pub(super) fn hollow(&mut self, tag: &Tag, centre: Point, number: &str, look: Look) {
        const SIZE: f32 = 6.8;
        let half = (font::width(number, SIZE, true) / 2.0 + 1.2).max(BADGE);
        let area = Area { x: centre.x - half, y: centre.y - BADGE, w: half * 2.0, h: BADGE * 2.0 };
        let (fill, stroke, ink) = look.chip();
        self.rect(Role::Mark, tag, area, (BADGE, Some(fill), Some(stroke)));
        let words = Words::new(number, SIZE).bold().colour(ink).anchor(Anchor::Middle);
        self.words(Role::Mark, tag, centre.x, centre.y + 2.45, words);
    }

    /// The chip of a note, its right end at `right`, its words on the base line `y`. Returns what
    /// it takes, its distance from other words included.
    pub(super) fn note(&mut self, tag: &Tag, right: f32, y: f32, room: f32, note: &Note) -> f32 {
        let Some((text, width)) = note.fitting(room) else { return 0.0 };
        let (fill, stroke, ink) = note.look.chip();
        let area = Area { x: right - width, y: y - 5.9, w: width, h: 7.6 };
        self.rect(Role::Mark, tag, area, (1.5, Some(fill), Some(stroke)));
        let words = Words::new(text, LEAST).bold().colour(ink).anchor(Anchor::Middle);
        self.words(Role::Mark, tag, right - width / 2.0, y, words);
        width + 2.5
    }

    /// A word in a filled box, its right upper corner at `corner`.
    pub(super) fn chip(&mut self, tag: &Tag, corner: Point, word: &str, colour: Colour) -> f32 {
        let width = font::width(&font::drawable(word), LEAST, true) + 4.0;
        let area = Area { x: corner.x - width, y: corner.y, w: width, h: 8.4 };
        self.rect(Role::Mark, tag, area, (1.5, Some(colour), None));
        let words =
            Words::new(word, LEAST).bold().colour(super::style::PAPER).anchor(Anchor::Middle);
        self.words(Role::Mark, tag, area.x + width / 2.0, corner.y + 6.5, words);
        width
    }
}

/// Radius of a number badge.
pub(super) const BADGE: f32 = 5.1;
