//! What a drawing must never do: texts that leave their boxes or cover each other, lines that run
//! through boxes or words, things that are missing. Each check returns what it found wrong in
//! words; an empty list is a pass.

use super::sheet::at;
use sekisho::diagram::font;
use sekisho::diagram::scene::{Anchor, Area, Item, Point, Role, Scene, Shape};
use sekisho::inventory::Inventory;
use sekisho::model::{EntityKind, EntityRef};
use std::collections::{BTreeMap, BTreeSet};

/// How far two texts may overlap, and a text may leave its box, in points.
const SLACK: f32 = 0.3;
/// The smallest size of a font that can be read on paper.
const SMALLEST: f32 = 6.5;
/// The part of the paper's edge that office printers leave blank: 5 mm, in points.
const MARGIN: f32 = 5.0 / 25.4 * 72.0;
/// The longest stretch that two routes may share, in points.
const SHARED: f32 = 3.0;

/// Every check that needs the sheet alone.
pub fn violations(scene: &Scene) -> Vec<String> {
    [
        soundness(scene),
        names(scene),
        texts_in_place(scene),
        texts_apart(scene),
        texts_off_outlines(scene),
        texts_off_lines(scene),
        lines_off_boxes(scene),
        lines_apart(scene),
        lines_attached(scene),
        boxes_apart(scene),
        sizes(scene),
        margins(scene),
        furniture(scene),
        nothing_covered(scene),
        inner_outlines(scene),
    ]
    .concat()
}

/// The upper left and lower right of what an item covers.
pub fn bounds(shape: &Shape) -> Area {
    match shape {
        Shape::Rect { area, .. } => *area,
        Shape::Circle { centre, radius, .. } => {
            Area { x: centre.x - radius, y: centre.y - radius, w: 2.0 * radius, h: 2.0 * radius }
        }
        Shape::Line { points, .. } | Shape::Polygon { points, .. } => around(points),
        Shape::Text { at: place, anchor, text, size, bold, turn, .. } => {
            let width = font::width(text, *size, *bold);
            let left = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -width / 2.0,
                Anchor::End => -width,
            };
            let (top, bottom) = (-font::ASCENT * size, (1.0 - font::ASCENT) * size);
            let turned = |x: f32, y: f32| match turn {
                90 => at(place.x - y, place.y + x),
                _ => at(place.x + x, place.y + y),
            };
            around(&[turned(left, top), turned(left + width, bottom)])
        }
    }
}

fn around(points: &[Point]) -> Area {
    let fold = |pick: fn(&Point) -> f32, join: fn(f32, f32) -> f32| {
        points.iter().map(pick).reduce(join).unwrap_or(0.0)
    };
    let (x, y) = (fold(|p| p.x, f32::min), fold(|p| p.y, f32::min));
    let (right, bottom) = (fold(|p| p.x, f32::max), fold(|p| p.y, f32::max));
    Area { x, y, w: right - x, h: bottom - y }
}

/// A text with where it stands in the order of drawing.
struct Words<'a> {
    order: usize,
    text: &'a str,
    area: Area,
    owner: Option<&'a str>,
    thing: Option<&'a EntityRef>,
}

fn words(scene: &Scene) -> Vec<Words<'_>> {
    let items = scene.items.iter().enumerate();
    items
        .filter_map(|(order, item)| match &item.shape {
            Shape::Text { text, .. } if !text.is_empty() => Some(Words {
                order,
                text,
                area: bounds(&item.shape),
                owner: item.owner.as_deref(),
                thing: item.thing.as_ref(),
            }),
            _ => None,
        })
        .collect()
}

/// A box that lines and foreign words must keep out of.
struct Boxed<'a> {
    order: usize,
    role: Role,
    key: &'a str,
    area: Area,
}

fn boxes(scene: &Scene) -> Vec<Boxed<'_>> {
    let items = scene.items.iter().enumerate();
    items
        .filter_map(|(order, item)| {
            let solid = matches!(
                item.role,
                Role::Zone
                    | Role::System
                    | Role::Device
                    | Role::Party
                    | Role::Circuit
                    | Role::Backbone
            );
            let key = item.key.as_deref().filter(|_| solid)?;
            Some(Boxed { order, role: item.role, key, area: bounds(&item.shape) })
        })
        .collect()
}

/// One straight piece of a route or tie.
struct Stretch<'a> {
    order: usize,
    item: &'a Item,
    from: Point,
    to: Point,
    width: f32,
    halo: f32,
}

impl Stretch<'_> {
    fn area(&self, grown: f32) -> Area {
        let area = around(&[self.from, self.to]);
        Area {
            x: area.x - grown,
            y: area.y - grown,
            w: area.w + 2.0 * grown,
            h: area.h + 2.0 * grown,
        }
    }

    fn told(&self) -> String {
        let Point { x, y } = self.from;
        let Point { x: to_x, y: to_y } = self.to;
        format!("{} from {x:.1},{y:.1} to {to_x:.1},{to_y:.1}", told(self.item))
    }
}

fn stretches(scene: &Scene) -> Vec<Stretch<'_>> {
    let lines = scene.items.iter().enumerate();
    lines
        .filter(|(_, item)| matches!(item.role, Role::Route | Role::Tie))
        .filter_map(|(order, item)| match &item.shape {
            Shape::Line { points, stroke, halo, .. } => {
                Some((order, item, points, stroke.width, *halo))
            }
            _ => None,
        })
        .flat_map(|(order, item, points, width, halo)| {
            points.windows(2).map(move |pair| Stretch {
                order,
                item,
                from: pair[0],
                to: pair[1],
                width,
                halo,
            })
        })
        .collect()
}

fn told(item: &Item) -> String {
    let name = item.key.clone().or_else(|| {
        let ends = item.ends.as_ref();
        ends.map(|(a, b)| format!("{a} → {b}"))
    });
    let thing = item.thing.as_ref().map(ToString::to_string);
    let known: Vec<String> = name.into_iter().chain(thing).collect();
    format!("{:?} {}", item.role, known.join(" of "))
}

fn shrunk(area: Area, by: f32) -> Area {
    Area { x: area.x + by, y: area.y + by, w: area.w - 2.0 * by, h: area.h - 2.0 * by }
}

/// Coordinates are numbers, lines are orthogonal, every character has a glyph.
pub fn soundness(scene: &Scene) -> Vec<String> {
    let mut wrong = Vec::new();
    for item in &scene.items {
        let Area { x, y, w, h } = bounds(&item.shape);
        if ![x, y, w, h].iter().all(|it| it.is_finite()) || w < 0.0 || h < 0.0 {
            wrong.push(format!("{} has no sound place: {x} {y} {w} {h}", told(item)));
        }
        match &item.shape {
            Shape::Line { points, .. } => {
                if points.len() < 2 {
                    wrong.push(format!("{} is a line of one point", told(item)));
                }
                for pair in points.windows(2) {
                    let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
                    if dx.abs() > 0.01 && dy.abs() > 0.01 {
                        wrong.push(format!("{} is slanted at {:?}", told(item), pair[0]));
                    }
                }
            }
            Shape::Text { text, .. } => {
                if let Some(lost) = text.chars().find(|c| !font::has(*c)) {
                    wrong.push(format!("“{text}” has {lost:?}, which the font does not have"));
                }
            }
            _ => {}
        }
    }
    wrong
}

/// Keys are unique; owners and ends exist.
pub fn names(scene: &Scene) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut keys = BTreeSet::new();
    for key in scene.items.iter().filter_map(|item| item.key.as_deref()) {
        if !keys.insert(key) {
            wrong.push(format!("the key {key} is used twice"));
        }
    }
    for item in &scene.items {
        let ends = item.ends.iter().flat_map(|(a, b)| [a, b]);
        for name in item.owner.iter().chain(ends) {
            if !keys.contains(name.as_str()) {
                wrong.push(format!("{} names {name}, which is no key", told(item)));
            }
        }
    }
    wrong
}

/// Every text stands on the paper and in its box.
pub fn texts_in_place(scene: &Scene) -> Vec<String> {
    let page = Area { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
    let areas = areas_by_key(scene);
    let mut wrong = Vec::new();
    for it in words(scene) {
        if !page.holds(it.area, SLACK) {
            wrong.push(format!("“{}” leaves the page", it.text));
        }
        if let Some((owner, area)) = it.owner.and_then(|key| Some((key, areas.get(key)?)))
            && !area.holds(it.area, SLACK)
        {
            wrong.push(format!("“{}” {:?} leaves its box {owner} {area:?}", it.text, it.area));
        }
    }
    wrong
}

fn areas_by_key(scene: &Scene) -> BTreeMap<&str, Area> {
    let keyed = scene.items.iter();
    keyed.filter_map(|item| Some((item.key.as_deref()?, bounds(&item.shape)))).collect()
}

/// No two texts overlap.
pub fn texts_apart(scene: &Scene) -> Vec<String> {
    let mut all = words(scene);
    all.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
    let mut wrong = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let near = all[index + 1..].iter();
        for other in near.take_while(|other| other.area.x < one.area.right()) {
            if one.area.overlaps(other.area, SLACK) {
                wrong.push(format!("“{}” and “{}” overlap", one.text, other.text));
            }
        }
    }
    wrong
}

/// Whether something filled lies between what was drawn at `below` and the text: a tag or a badge
/// on a line is no line through words.
fn hidden(scene: &Scene, below: usize, words: &Words<'_>) -> bool {
    let between = scene.items.get(below + 1..words.order).unwrap_or_default();
    between.iter().any(|item| {
        let filled = match &item.shape {
            Shape::Rect { fill, .. } | Shape::Circle { fill, .. } | Shape::Polygon { fill, .. } => {
                fill.is_some()
            }
            Shape::Line { .. } | Shape::Text { .. } => false,
        };
        filled && bounds(&item.shape).holds(words.area, SLACK)
    })
}

/// No text touches the outline of a box that is not its own, unless it stands on something filled
/// that hides the outline.
pub fn texts_off_outlines(scene: &Scene) -> Vec<String> {
    let boxes = boxes(scene);
    let mut wrong = Vec::new();
    for it in words(scene) {
        for other in &boxes {
            let touches = other.area.overlaps(it.area, SLACK) && !other.area.holds(it.area, SLACK);
            if touches && it.owner != Some(other.key) && !hidden(scene, other.order, &it) {
                wrong.push(format!("“{}” touches the outline of {}", it.text, other.key));
            }
        }
    }
    wrong
}

/// No route or tie crosses a text, and the white line below it wipes none out that was drawn
/// before, unless the text stands on something filled that was drawn later.
pub fn texts_off_lines(scene: &Scene) -> Vec<String> {
    let stretches = stretches(scene);
    let mut wrong = Vec::new();
    for it in words(scene) {
        for stretch in &stretches {
            let wiped = it.order < stretch.order
                && (it.thing.is_none() || it.thing != stretch.item.thing.as_ref());
            let width = if wiped { stretch.halo.max(stretch.width) } else { stretch.width };
            let crosses = stretch.area(width / 2.0).overlaps(it.area, SLACK);
            if crosses && !hidden(scene, stretch.order, &it) {
                wrong.push(format!("{} crosses “{}”", stretch.told(), it.text));
            }
        }
    }
    wrong
}

/// No line passes through the inside of a box. A line may be inside a zone when it ends there.
pub fn lines_off_boxes(scene: &Scene) -> Vec<String> {
    let boxes = boxes(scene);
    let areas = areas_by_key(scene);
    let mut wrong = Vec::new();
    for stretch in stretches(scene) {
        let ends = stretch.item.ends.as_ref();
        for other in &boxes {
            let inside = shrunk(other.area, 0.6);
            if !inside.overlaps(stretch.area(0.0), 0.0) {
                continue;
            }
            let leads_in = ends.is_some_and(|(a, b)| {
                let ends = [a, b].into_iter().filter_map(|key| areas.get(key.as_str()));
                let mut ends = ends.filter(|end| **end != other.area);
                ends.any(|end| other.area.holds(*end, SLACK))
            });
            let trunk = scene.items.iter().any(|it| {
                let own = it.key.is_some() && it.thing.is_some() && it.thing == stretch.item.thing;
                own && it.role == Role::System && other.area.holds(bounds(&it.shape), SLACK)
            });
            if !(other.role == Role::Zone && (leads_in || trunk)) {
                wrong.push(format!("{} runs through {}", stretch.told(), other.key));
            }
        }
    }
    wrong
}

/// No two lines run on top of each other, unless they show the same thing.
pub fn lines_apart(scene: &Scene) -> Vec<String> {
    let all = stretches(scene);
    let mut wrong = Vec::new();
    for (index, one) in all.iter().enumerate() {
        for other in &all[index + 1..] {
            let same = one.order == other.order
                || (one.item.thing.is_some() && one.item.thing == other.item.thing);
            let (a, b) = (one.area(0.0), other.area(0.0));
            let run = |from: f32, to: f32, from_b: f32, to_b: f32| to.min(to_b) - from.max(from_b);
            let (x, y) =
                (run(a.x, a.right(), b.x, b.right()), run(a.y, a.bottom(), b.y, b.bottom()));
            let near = (one.width + other.width) / 2.0;
            let level = a.h < 0.01 && b.h < 0.01 && x > SHARED && (a.y - b.y).abs() < near;
            let upright = a.w < 0.01 && b.w < 0.01 && y > SHARED && (a.x - b.x).abs() < near;
            if !same && (level || upright) {
                wrong.push(format!("{} runs on top of {}", one.told(), other.told()));
            }
        }
    }
    wrong
}

/// The one box that two lines have in common: many connections may come to one relay, or leave
/// it, over one trunk. Lines with both ends in common are rather two lines.
fn common<'a>(scene: &Scene, line: &Item, other: &'a Item) -> Option<&'a str> {
    let (a, b) = other.ends.as_ref()?;
    let shows = |key: &String| {
        let named = scene.items.iter().find(|it| it.key.as_ref() == Some(key));
        let own = named.and_then(|it| it.thing.as_ref());
        own.is_some() && own == line.thing.as_ref()
    };
    let joins = |key: &String| line.ends.as_ref().is_some_and(|(a, b)| a == key || b == key);
    match (shows(a) || joins(a), shows(b) || joins(b)) {
        (true, false) => Some(a),
        (false, true) => Some(b),
        _ => None,
    }
}

/// Lines have no loose ends: each begins and ends at the outline of a box that it joins, or on
/// another line of the same thing, and together they reach both boxes.
pub fn lines_attached(scene: &Scene) -> Vec<String> {
    let areas = areas_by_key(scene);
    let on_outline = |key: &str, point: Point| {
        areas.get(key).is_none_or(|area| {
            let spot = Area { x: point.x, y: point.y, w: 0.0, h: 0.0 };
            area.holds(spot, 1.2) && !shrunk(*area, 1.2).holds(spot, 0.0)
        })
    };
    let stretches = stretches(scene);
    let tips = |order: usize| {
        let mut own = stretches.iter().filter(move |it| it.order == order);
        let (first, last) = (own.clone().next(), own.next_back());
        first.zip(last).map(|(first, last)| [first.from, last.to])
    };
    let mut reached: BTreeSet<(Option<&EntityRef>, &str)> = BTreeSet::new();
    let mut joins = Vec::new();
    let mut wrong = Vec::new();
    for (order, item) in scene.items.iter().enumerate() {
        let (Some((a, b)), Some(tips)) = (&item.ends, tips(order)) else {
            continue;
        };
        joins.push((item, [a, b]));
        for tip in tips {
            let spot = Area { x: tip.x, y: tip.y, w: 0.0, h: 0.0 };
            let met = [a, b].into_iter().filter(|key| on_outline(key, tip));
            let mut touches = false;
            for key in met {
                touches = true;
                reached.insert((item.thing.as_ref(), key.as_str()));
            }
            let met = stretches
                .iter()
                .filter(|other| other.order != order && other.area(1.0).holds(spot, 0.0));
            let mut branch = false;
            for other in met {
                if other.item.thing.is_some() && other.item.thing == item.thing {
                    branch = true;
                } else if let Some(key) = common(scene, other.item, item) {
                    // Whatever the trunk reaches is reached.
                    branch = true;
                    reached.insert((item.thing.as_ref(), key));
                }
            }
            if !touches && !branch {
                wrong.push(format!("{} has a loose end at {tip:?}", told(item)));
            }
        }
    }
    for (item, ends) in joins {
        for key in ends {
            if !reached.contains(&(item.thing.as_ref(), key.as_str())) {
                wrong.push(format!("{} does not reach {key}", told(item)));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Boxes do not overlap; a system stands wholly in a zone or wholly outside of it.
pub fn boxes_apart(scene: &Scene) -> Vec<String> {
    let mut all = boxes(scene);
    all.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
    let mut wrong = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let near = all[index + 1..].iter();
        for other in near.take_while(|other| other.area.x < one.area.right()) {
            if !one.area.overlaps(other.area, SLACK) {
                continue;
            }
            let nested = match (one.role, other.role) {
                (Role::Zone, Role::System) => one.area.holds(other.area, SLACK),
                (Role::System, Role::Zone) => other.area.holds(one.area, SLACK),
                _ => false,
            };
            if !nested {
                wrong.push(format!("{} and {} overlap", one.key, other.key));
            }
        }
    }
    wrong
}

/// Every text can be read on paper.
pub fn sizes(scene: &Scene) -> Vec<String> {
    let items = scene.items.iter();
    items
        .filter_map(|item| match &item.shape {
            Shape::Text { text, size, .. } if *size < SMALLEST - 0.001 => {
                Some(format!("“{text}” has only {size} points"))
            }
            _ => None,
        })
        .collect()
}

/// Nothing stands where printers leave the paper blank.
pub fn margins(scene: &Scene) -> Vec<String> {
    let page = Area { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
    let printed = shrunk(page, MARGIN);
    let items = scene.items.iter();
    items
        .filter(|item| !printed.holds(bounds(&item.shape), SLACK))
        .map(|item| format!("{} {:?} stands in the margin", told(item), bounds(&item.shape)))
        .collect()
}

/// No word of the legend or of the headings of lanes is cut, and none touches its neighbour: what
/// a sign means is not guessed.
pub fn furniture(scene: &Scene) -> Vec<String> {
    let all = words(scene);
    let around = |it: &&Words<'_>| {
        let role = scene.items.get(it.order).map(|it| it.role);
        role == Some(Role::Furniture)
    };
    let head = all.iter().filter(around).find(|it| matches!(it.text, "凡例" | "Legend"));
    let Some(head) = head else {
        // A sheet that a test made by hand has neither legend nor title block.
        let is_whole = all.iter().any(|it| around(&it));
        return is_whole.then(|| "there is no legend".to_owned()).into_iter().collect();
    };
    let rules = scene.items.iter().filter(|it| it.role == Role::Ground).filter_map(|it| {
        let area = matches!(it.shape, Shape::Line { .. }).then(|| bounds(&it.shape))?;
        (area.w < 0.01 && area.y <= head.area.y && area.bottom() > head.area.bottom() + 20.0)
            .then_some(area.x)
    });
    let right = rules.filter(|it| *it > head.area.x).fold(scene.width, f32::min);
    let heading = |it: &Words<'_>| it.area.y > 34.0 && it.area.bottom() < 56.0;
    let legend = |it: &Words<'_>| it.area.y >= head.area.y - 1.0 && it.area.x < right;
    let mut wrong = Vec::new();
    let own: Vec<&Words<'_>> =
        all.iter().filter(around).filter(|it| heading(it) || legend(it)).collect();
    for (index, one) in own.iter().enumerate() {
        if one.text.contains('…') {
            wrong.push(format!("“{}” is cut", one.text));
        }
        for other in own.iter().skip(index + 1) {
            let near = |it: Area| Area { x: it.x - 1.0, w: it.w + 2.0, ..it };
            if near(one.area).overlaps(near(other.area), SLACK) {
                wrong.push(format!("“{}” touches “{}”", one.text, other.text));
            }
        }
    }
    wrong
}

/// Nothing that belongs to no box is painted over a box: no table, no rule.
pub fn nothing_covered(scene: &Scene) -> Vec<String> {
    let boxes = boxes(scene);
    let mut wrong = Vec::new();
    for (order, item) in scene.items.iter().enumerate() {
        let paints = match &item.shape {
            Shape::Rect { fill, .. } => fill.is_some(),
            Shape::Line { .. } => true,
            _ => false,
        };
        if !(paints && item.role == Role::Ground && item.owner.is_none() && item.key.is_none()) {
            continue;
        }
        let area = bounds(&item.shape);
        let below = boxes.iter().filter(|it| it.order < order);
        for other in below.filter(|it| shrunk(it.area, 0.3).overlaps(area, 0.0)) {
            wrong.push(format!("{area:?} is painted over {}", other.key));
        }
    }
    wrong
}

/// The words of a box with a second outline stand inside of that.
pub fn inner_outlines(scene: &Scene) -> Vec<String> {
    let words = words(scene);
    let mut wrong = Vec::new();
    for item in scene.items.iter().filter(|it| it.role == Role::Ground) {
        let (Some(owner), Shape::Rect { area, fill: None, stroke: Some(_), .. }) =
            (item.owner.as_deref(), &item.shape)
        else {
            continue;
        };
        let own = words.iter().filter(|it| it.owner == Some(owner));
        for it in own.filter(|it| !shrunk(*area, 0.25).holds(it.area, 0.0)) {
            wrong.push(format!("“{}” {:?} touches the inner outline of {owner}", it.text, it.area));
        }
    }
    wrong
}

/// Every system, device and connection of the inventory, and every party that has a connection,
/// is on a sheet, every system is in its zone, and every number of a connection can be read.
pub fn against(inventory: &Inventory, sheets: &[Scene]) -> Vec<String> {
    let mut wrong = Vec::new();
    let items = || sheets.iter().flat_map(|sheet| &sheet.items);
    let shown: BTreeSet<&EntityRef> = items().filter_map(|item| item.thing.as_ref()).collect();
    let ids = |kind| {
        let ids: Vec<&str> = match kind {
            EntityKind::System => inventory.systems.ids().map(|it| it.value.as_str()).collect(),
            EntityKind::Device => inventory.devices.ids().map(|it| it.value.as_str()).collect(),
            EntityKind::Party => inventory.connections.iter().map(|it| it.party.id()).collect(),
            _ => inventory.connections.ids().map(|it| it.value.as_str()).collect(),
        };
        ids
    };
    for kind in [EntityKind::System, EntityKind::Device, EntityKind::Party, EntityKind::Connection]
    {
        for id in ids(kind) {
            let thing = EntityRef::new(kind, id);
            if !shown.contains(&thing) {
                wrong.push(format!("{thing} is on no sheet"));
            }
        }
    }
    let texts: BTreeSet<&str> = items()
        .filter_map(|item| match &item.shape {
            Shape::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    for number in inventory.connection_numbers() {
        if !texts.contains(number.to_string().as_str()) {
            wrong.push(format!("the number {number} is on no sheet"));
        }
    }
    for sheet in sheets {
        let of = |role: Role| sheet.items.iter().filter(move |item| item.role == role);
        for item in of(Role::System).filter(|item| item.key.is_some()) {
            let system = item.thing.as_ref().and_then(|it| inventory.systems.get(&it.id));
            let Some(homes) = system.map(|it| it.zones()).filter(|it| !it.is_empty()) else {
                continue;
            };
            let home = of(Role::Zone).any(|zone| {
                let declared =
                    zone.thing.as_ref().is_some_and(|it| homes.contains(&it.id.as_str()));
                declared && bounds(&zone.shape).holds(bounds(&item.shape), SLACK)
            });
            if !home {
                wrong.push(format!("{} is in none of its zones {homes:?}", told(item)));
            }
        }
    }
    wrong
}
