//! The lines of the ways: what is certain thick on a marker's stroke, what is not ruled out dashed
//! with a question mark.

use super::{GLOW, PERHAPS, Strength};
use crate::diagram::layout::canvas::{Canvas, Tag, Words};
use crate::diagram::layout::style::{INK, PAPER, solid};
use crate::diagram::scene::{Anchor, Colour, Item, Point, Role, Shape, Stroke};

/// A piece of line outside the channel.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) points: Vec<Point>,
    pub(super) strength: Strength,
    pub(super) ends: Option<(String, String)>,
}

/// Where a line comes to a tree.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    /// From a box to the channel.
    pub(super) points: Vec<Point>,
    pub(super) strength: Strength,
    pub(super) key: String,
}

/// Where a line of a tree arrives.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) at: Point,
    pub(super) strength: Strength,
    pub(super) key: String,
}

/// Lines that share one track: everything that comes to it goes to every end.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) x: f32,
    pub(super) leads: Vec<Lead>,
    pub(super) ends: Vec<End>,
}

/// One stroke of the pen.
struct Pen {
    points: Vec<Point>,
    arrow: bool,
    ends: Option<(String, String)>,
}

impl Tree {
    pub(super) const fn at(x: f32) -> Self {
        Self { x, leads: Vec::new(), ends: Vec::new() }
    }

    /// Adds a lead, once.
    pub(super) fn lead(&mut self, lead: &Lead) {
        if self.leads.iter().all(|it| it.points != lead.points) {
            self.leads.push(lead.clone());
        }
    }

    /// The strokes of one strength, none on top of another.
    fn strokes(&self, strength: Strength) -> Vec<Pen> {
        let ends: Vec<&End> = self.ends.iter().filter(|it| it.strength == strength).collect();
        let alike = |it: &&Lead| strength == Strength::Perhaps || it.strength == strength;
        let leads: Vec<&Lead> = self.leads.iter().filter(alike).collect();
        let exit = |it: &Lead| it.points.last().map_or(0.0, |it| it.y);
        let at = |y: f32| Point { x: self.x, y };
        if let ([lead], [end]) = (leads.as_slice(), ends.as_slice()) {
            let mut points = lead.points.clone();
            if (exit(lead) - end.at.y).abs() > 0.05 {
                points.extend([at(exit(lead)), at(end.at.y)]);
            }
            points.push(end.at);
            let ends = Some((lead.key.clone(), end.key.clone()));
            return vec![Pen { points, arrow: true, ends }];
        }
        if leads.is_empty() || ends.is_empty() {
            return Vec::new();
        }
        let ys = || leads.iter().map(|it| exit(it)).chain(ends.iter().map(|it| it.at.y));
        let (low, high) = (ys().fold(f32::MAX, f32::min), ys().fold(f32::MIN, f32::max));
        let mut pens: Vec<Pen> = Vec::new();
        for lead in leads {
            let mut points = lead.points.clone();
            points.push(at(exit(lead)));
            pens.push(Pen { points, arrow: false, ends: None });
        }
        if high - low > 0.05 {
            // Corners are closed by half the width of the line.
            let points = vec![at(low - 1.2), at(high + 1.2)];
            pens.push(Pen { points, arrow: false, ends: None });
        }
        for end in ends {
            pens.push(Pen { points: vec![at(end.at.y), end.at], arrow: true, ends: None });
        }
        pens
    }
}

/// Draws everything of a plan: the surer the later, so that it lies on top.
pub(super) fn draw(canvas: &mut Canvas, plan: &super::plan::Plan<'_>) {
    for strength in [Strength::Onward, Strength::Perhaps, Strength::Sure] {
        let own = plan.segments.iter().filter(|it| it.strength == strength);
        let segments =
            own.map(|it| Pen { points: it.points.clone(), arrow: true, ends: it.ends.clone() });
        let trees = plan.trees.iter().flat_map(|it| it.strokes(strength));
        let pens: Vec<Pen> = segments.chain(trees).collect();
        let (under, over) = match strength {
            Strength::Sure => (solid(GLOW, 6.4), solid(INK, 2.3)),
            Strength::Onward => (solid(PAPER, 3.4), solid(INK, 1.0)),
            Strength::Perhaps => {
                (solid(PAPER, 5.0), Stroke { colour: INK, width: 1.6, dash: PERHAPS })
            }
        };
        for pen in &pens {
            line(canvas, Role::Ground, pen.points.clone(), under.clone(), false, None);
        }
        for pen in &pens {
            let ends = pen.ends.clone();
            line(canvas, Role::Route, pen.points.clone(), over.clone(), pen.arrow, ends);
        }
    }
    let doubtful = plan.trees.iter().flat_map(|it| &it.ends);
    for end in doubtful.filter(|it| it.strength == Strength::Perhaps) {
        question(canvas, Point { x: end.at.x - 13.0, y: end.at.y });
    }
    for it in
        plan.segments.iter().filter(|it| it.strength == Strength::Perhaps && it.ends.is_none())
    {
        if let [from, to, ..] = it.points.as_slice() {
            question(canvas, Point { x: (from.x + to.x) / 2.0, y: from.y });
        }
    }
}

fn line(
    canvas: &mut Canvas,
    role: Role,
    points: Vec<Point>,
    stroke: Stroke,
    arrow: bool,
    ends: Option<(String, String)>,
) {
    let shape = Shape::Line { points, radius: 3.0, stroke, arrow, halo: 0.0 };
    canvas.items.push(Item { shape, role, key: None, owner: None, ends, thing: None });
}

/// A question mark in a circle.
pub(super) fn question(canvas: &mut Canvas, centre: Point) {
    let shape = |colour: Colour, stroke| Shape::Circle {
        centre,
        radius: 4.3,
        fill: Some(colour),
        stroke: Some(stroke),
    };
    canvas.items.push(Item {
        shape: shape(PAPER, solid(INK, 1.0)),
        role: Role::Mark,
        key: None,
        owner: None,
        ends: None,
        thing: None,
    });
    let words = Words::new("?", 7.0).bold().anchor(Anchor::Middle);
    canvas.words(Role::Mark, &Tag::default(), centre.x, centre.y + 2.5, words);
}
