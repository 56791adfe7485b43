//! Scenes → draw.io: an uncompressed file with one page a sheet whose boxes can be moved, with
//! the lines following.
//!
//! A box with a key becomes a shape, its texts become its label; zones hold their systems; a
//! route joins the shapes of its ends through fixed points. Everything stands where the scene
//! has it. Each shape carries the name of its thing in the inventory as the property `thing`.

use super::font;
use super::scene::{Anchor, Area, Colour, Item, Point, Role, Scene, Shape, Stroke};
use super::xml::{Number, escape};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes the sheets as pages of one file.
pub fn write(sheets: &[Scene]) -> String {
    let mut file = String::from("<mxfile host=\"sekisho\" compressed=\"false\">\n");
    for (index, sheet) in sheets.iter().enumerate() {
        Page::new(sheet, index + 1).write(&mut file);
    }
    file.push_str("</mxfile>\n");
    file
}

/// A shape that others can refer to.
struct Place<'a> {
    id: String,
    role: Role,
    area: Area,
    /// The zone that it stands in.
    home: Option<&'a str>,
}

struct Page<'a> {
    scene: &'a Scene,
    number: usize,
    places: BTreeMap<&'a str, Place<'a>>,
}

impl<'a> Page<'a> {
    fn new(scene: &'a Scene, number: usize) -> Self {
        let keyed = || {
            let items = scene.items.iter();
            items.filter_map(|item| Some((item.key.as_deref()?, item.role, extent(&item.shape)?)))
        };
        let zones: Vec<(&str, Area)> = keyed()
            .filter(|(_, role, _)| *role == Role::Zone)
            .map(|(key, _, area)| (key, area))
            .collect();
        let places = keyed().map(|(key, role, area)| {
            let within = |zone: &&(&str, Area)| role != Role::Zone && zone.1.holds(area, 0.5);
            let home = zones.iter().find(within).map(|(key, _)| *key);
            let id = format!("{number}-{}", escape(key));
            (key, Place { id, role, area, home })
        });
        Self { scene, number, places: places.collect() }
    }

    fn write(&self, file: &mut String) {
        let (number, title) = (self.number, escape(&self.scene.title));
        // The model is in points, paper formats are in hundredths of an inch.
        let paper = |points: f32| Number((points * 100.0 / 72.0).round());
        let _ = writeln!(
            file,
            "<diagram id=\"sheet-{number}\" name=\"{number} {title}\">\n\
             <mxGraphModel grid=\"0\" guides=\"1\" tooltips=\"1\" connect=\"1\" arrows=\"1\" \
             fold=\"0\" page=\"1\" pageScale=\"0.72\" pageWidth=\"{}\" pageHeight=\"{}\" \
             background=\"#ffffff\">\n<root>\n<mxCell id=\"{number}:0\"/>\n\
             <mxCell id=\"{number}:1\" parent=\"{number}:0\"/>",
            paper(self.scene.width),
            paper(self.scene.height)
        );
        for (index, item) in self.scene.items.iter().enumerate() {
            self.item(file, index, item);
        }
        file.push_str("</root>\n</mxGraphModel>\n</diagram>\n");
    }

    fn item(&self, file: &mut String, index: usize, item: &Item) {
        match &item.shape {
            Shape::Line { points, radius, stroke, arrow, .. } => {
                self.line(file, index, item, points, *radius, stroke, *arrow)
            }
            Shape::Text { .. } => {
                let labelled = item.owner.as_deref().and_then(|key| self.places.get(key));
                if !labelled.is_some_and(|place| has_label(place.role)) {
                    self.words(file, index, item);
                }
            }
            Shape::Rect { radius, fill, stroke, .. } => {
                let round = if *radius > 0.0 {
                    format!("rounded=1;absoluteArcSize=1;arcSize={};", Number(radius * 2.0))
                } else {
                    "rounded=0;".to_owned()
                };
                self.vertex(file, index, item, &(round + &paint(*fill, stroke.as_ref())));
            }
            Shape::Circle { fill, stroke, .. } => {
                let style = format!("ellipse;{}", paint(*fill, stroke.as_ref()));
                self.vertex(file, index, item, &style);
            }
            Shape::Polygon { points, fill, stroke } => {
                let Some(area) = extent(&item.shape) else {
                    return;
                };
                let part =
                    |value: f32, whole: f32| Number(if whole > 0.0 { value / whole } else { 0.0 });
                let corners: Vec<String> = points
                    .iter()
                    .map(|p| {
                        format!("[{},{}]", part(p.x - area.x, area.w), part(p.y - area.y, area.h))
                    })
                    .collect();
                let style = format!(
                    "shape=mxgraph.basic.polygon;polyCoords=[{}];polyline=0;{}",
                    corners.join(","),
                    paint(*fill, stroke.as_ref())
                );
                self.vertex(file, index, item, &style);
            }
        }
    }

    /// The id of an item and of the shape it stands in, and where that begins.
    fn place(&self, index: usize, item: &Item) -> (String, String, Point) {
        let number = self.number;
        let own = item.key.as_deref().and_then(|key| self.places.get(key));
        let id = own.map_or_else(|| format!("{number}:item-{index}"), |own| own.id.clone());
        let home = own.and_then(|own| self.places.get(own.home?));
        match home {
            Some(zone) => {
                let origin = Point { x: zone.area.x, y: zone.area.y };
                (id, zone.id.clone(), origin)
            }
            None => (id, format!("{number}:1"), Point { x: 0.0, y: 0.0 }),
        }
    }

    fn vertex(&self, file: &mut String, index: usize, item: &Item, style: &str) {
        let Some(area) = extent(&item.shape) else {
            return;
        };
        let (id, parent, origin) = self.place(index, item);
        let texts = self.texts(item.key.as_deref(), item.role);
        let mut style = style.to_owned();
        if item.role == Role::Zone {
            style.push_str("container=1;collapsible=0;recursiveResize=0;dropTarget=1;");
        }
        style.push_str(&label_style(&texts, area, item.role));
        let cell = format!(
            "style=\"{style}\" vertex=\"1\" parent=\"{parent}\"><mxGeometry x=\"{}\" y=\"{}\" \
             width=\"{}\" height=\"{}\" as=\"geometry\"/></mxCell>",
            Number(area.x - origin.x),
            Number(area.y - origin.y),
            Number(area.w),
            Number(area.h)
        );
        cell_of(file, item, &id, &label(&texts), &cell);
    }

    /// The texts that are the label of a shape, from top to bottom and left to right.
    fn texts(&self, key: Option<&str>, role: Role) -> Vec<&'a Shape> {
        let Some(key) = key.filter(|_| has_label(role)) else {
            return Vec::new();
        };
        let items = self.scene.items.iter();
        let owned = items.filter(|item| item.owner.as_deref() == Some(key));
        let mut texts: Vec<&Shape> = owned
            .map(|item| &item.shape)
            .filter(|shape| matches!(shape, Shape::Text { .. }))
            .collect();
        texts.sort_by(|a, b| {
            let key = |shape: &Shape| match shape {
                Shape::Text { at, .. } => (at.y, at.x),
                _ => (0.0, 0.0),
            };
            let ((ay, ax), (by, bx)) = (key(a), key(b));
            ay.total_cmp(&by).then(ax.total_cmp(&bx))
        });
        texts
    }

    /// A text that belongs to no shape.
    fn words(&self, file: &mut String, index: usize, item: &Item) {
        let Some(area) = extent(&item.shape) else {
            return;
        };
        let Shape::Text { anchor, .. } = &item.shape else {
            return;
        };
        let align = match anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        };
        let (id, parent, _) = self.place(index, item);
        let cell = format!(
            "style=\"text;html=1;align={align};verticalAlign=middle;spacing=0;overflow=visible;\
             fontFamily=BIZ UDPGothic;\" vertex=\"1\" parent=\"{parent}\"><mxGeometry x=\"{}\" \
             y=\"{}\" width=\"{}\" height=\"{}\" as=\"geometry\"/></mxCell>",
            Number(area.x),
            Number(area.y),
            Number(area.w),
            Number(area.h)
        );
        cell_of(file, item, &id, &label(&[&item.shape]), &cell);
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one line")]
    fn line(
        &self,
        file: &mut String,
        index: usize,
        item: &Item,
        points: &[Point],
        radius: f32,
        stroke: &Stroke,
        arrow: bool,
    ) {
        let [first, bends @ .., last] = points else {
            return;
        };
        let (id, parent, _) = self.place(index, item);
        let mut style = format!(
            "edgeStyle=none;html=1;rounded={};arcSize={};endArrow={};endFill=1;endSize={};",
            u8::from(radius > 0.0),
            Number(radius * 2.0),
            if arrow { "block" } else { "none" },
            Number(2.5 + 2.0 * stroke.width)
        );
        if item.role == Role::Route {
            style.push_str("jumpStyle=gap;jumpSize=5;");
        }
        style.push_str(&line_style(stroke));
        let mut joins = String::new();
        if let Some((from, to)) = &item.ends {
            let ends = [("source", "exit", from, first), ("target", "entry", to, last)];
            for (end, side, key, point) in ends {
                let Some(place) = self.places.get(key.as_str()) else {
                    continue;
                };
                let part = |value: f32, whole: f32| if whole > 0.0 { value / whole } else { 0.5 };
                // Four decimals, so that the point is exact on a long bar too.
                let _ = write!(
                    style,
                    "{side}X={:.4};{side}Y={:.4};{side}Perimeter=0;{side}Dx=0;{side}Dy=0;",
                    part(point.x - place.area.x, place.area.w),
                    part(point.y - place.area.y, place.area.h)
                );
                let _ = write!(joins, " {end}=\"{}\"", place.id);
            }
        }
        let at = |p: &Point| format!("<mxPoint x=\"{}\" y=\"{}\"", Number(p.x), Number(p.y));
        let bends: String = bends.iter().map(|p| at(p) + "/>").collect();
        let cell = format!(
            "style=\"{style}\" edge=\"1\" parent=\"{parent}\"{joins}>\
             <mxGeometry relative=\"1\" as=\"geometry\">{} as=\"sourcePoint\"/>\
             {} as=\"targetPoint\"/><Array as=\"points\">{bends}</Array></mxGeometry></mxCell>",
            at(first),
            at(last)
        );
        cell_of(file, item, &id, "", &cell);
    }
}

/// Whether the texts of a shape become its label. Tables and legends keep theirs in place.
fn has_label(role: Role) -> bool {
    matches!(
        role,
        Role::Zone
            | Role::System
            | Role::Device
            | Role::Party
            | Role::Circuit
            | Role::Backbone
            | Role::Mark
            | Role::Label
    )
}

/// A cell, wrapped so that it carries the thing that it shows.
fn cell_of(file: &mut String, item: &Item, id: &str, label: &str, cell: &str) {
    let label = escape(label);
    let _ = match &item.thing {
        Some(thing) => writeln!(
            file,
            "<object label=\"{label}\" thing=\"{}\" id=\"{id}\"><mxCell {cell}</object>",
            escape(&thing.to_string())
        ),
        None => writeln!(file, "<mxCell id=\"{id}\" value=\"{label}\" {cell}"),
    };
}

/// Texts as one label in HTML: those on one base line stand beside each other.
fn label(texts: &[&Shape]) -> String {
    let mut label = String::new();
    let mut line: Option<f32> = None;
    for shape in texts {
        let Shape::Text { at, text, size, bold, colour, turn, .. } = shape else {
            continue;
        };
        match line {
            Some(y) if (y - at.y).abs() < 1.0 => label.push_str("&nbsp;&nbsp;"),
            Some(_) => label.push_str("<br>"),
            None => {}
        }
        line = Some(at.y);
        let upright: String = match turn {
            0 => text.clone(),
            _ => text.chars().map(upright).collect(),
        };
        let weight = if *bold { "bold" } else { "normal" };
        let _ = write!(
            label,
            "<span style=\"font-size:{}px;font-weight:{weight};color:{}\">{}</span>",
            Number(*size),
            hex(*colour),
            escape(&upright)
        );
    }
    label
}

/// The form of a character for vertical lines, for those that the scene turns.
fn upright(character: char) -> char {
    match character {
        'ー' | '－' | '―' | '-' => '︱',
        '（' | '(' => '︵',
        '）' | ')' => '︶',
        '「' => '﹁',
        '」' => '﹂',
        other => other,
    }
}

/// Where the label stands in its shape.
fn label_style(texts: &[&Shape], area: Area, role: Role) -> String {
    let mut style = String::from("html=1;fontFamily=BIZ UDPGothic;spacing=0;");
    let Some(Shape::Text { at, anchor, size, .. }) = texts.first() else {
        return style;
    };
    match anchor {
        Anchor::Start => {
            let _ = write!(style, "align=left;spacingLeft={};", Number(at.x - area.x));
        }
        Anchor::Middle => style.push_str("align=center;"),
        Anchor::End => style.push_str("align=right;"),
    }
    if role == Role::Zone {
        let top = (at.y - size - area.y).max(0.0);
        let _ = write!(style, "verticalAlign=top;spacingTop={};", Number(top));
    } else {
        style.push_str("verticalAlign=middle;");
    }
    style
}

fn paint(fill: Option<Colour>, stroke: Option<&Stroke>) -> String {
    let fill = fill.map_or_else(|| "none".to_owned(), hex);
    let stroke = stroke.map_or_else(|| "strokeColor=none;".to_owned(), line_style);
    format!("fillColor={fill};{stroke}")
}

fn line_style(stroke: &Stroke) -> String {
    let mut style =
        format!("strokeColor={};strokeWidth={};", hex(stroke.colour), Number(stroke.width));
    if !stroke.dash.is_empty() {
        let dash: Vec<String> = stroke.dash.iter().map(|it| Number(*it).to_string()).collect();
        let _ = write!(style, "dashed=1;fixDash=1;dashPattern={};", dash.join(" "));
    }
    style
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// What a shape covers; `None` for a polygon without corners.
fn extent(shape: &Shape) -> Option<Area> {
    match shape {
        Shape::Rect { area, .. } => Some(*area),
        Shape::Circle { centre, radius, .. } => Some(Area {
            x: centre.x - radius,
            y: centre.y - radius,
            w: 2.0 * radius,
            h: 2.0 * radius,
        }),
        Shape::Line { points, .. } | Shape::Polygon { points, .. } => {
            let first = points.first()?;
            let (mut low, mut high) = (*first, *first);
            for point in points {
                low = Point { x: low.x.min(point.x), y: low.y.min(point.y) };
                high = Point { x: high.x.max(point.x), y: high.y.max(point.y) };
            }
            Some(Area { x: low.x, y: low.y, w: high.x - low.x, h: high.y - low.y })
        }
        Shape::Text { at, anchor, text, size, bold, turn, .. } => {
            let width = font::width(text, *size, *bold);
            let left = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -width / 2.0,
                Anchor::End => -width,
            };
            let (rise, height) = (font::ASCENT * size, *size);
            Some(if *turn == 90 {
                Area { x: at.x - (height - rise), y: at.y + left, w: height, h: width }
            } else {
                Area { x: at.x + left, y: at.y - rise, w: width, h: height }
            })
        }
    }
}
