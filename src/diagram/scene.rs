//! The scene: what a sheet shows, as shapes in points. Every format is made from it.
//!
//! Units are points (1/72 inch), the origin is the upper left corner, y grows downwards. A scene
//! is finished: nothing is measured, moved or shortened after it was made, so that SVG, PNG and
//! PDF show the same picture.

use crate::model::EntityRef;

/// A place on the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Points from the left edge.
    pub x: f32,
    /// Points from the upper edge.
    pub y: f32,
}

/// A rectangle on the sheet. Width and height are not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// How a line is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub colour: Colour,
    /// Width.
    pub width: f32,
    /// Lengths of dash and gap in turn; empty for a solid line.
    pub dash: &'static [f32],
}

/// How a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The point is at the left end.
    Start,
    /// The point is in the middle.
    Middle,
    /// The point is at the right end.
    End,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle with round corners.
    Rect {
        /// Where.
        area: Area,
        /// Radius of the corners.
        radius: f32,
        /// Inside.
        fill: Option<Colour>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A line through points, corners rounded.
    Line {
        /// At least two points; neighbours share x or y.
        points: Vec<Point>,
        /// Radius of the corners.
        radius: f32,
        /// How it is drawn.
        stroke: Stroke,
        /// Whether the last point has an arrow head.
        arrow: bool,
        /// Width of the white line below it that lets crossings read as bridges; 0 for none.
        /// Lines of one thing that follow each other have their halos below all of them.
        halo: f32,
    },
    /// A filled polygon.
    Polygon {
        /// Corners.
        points: Vec<Point>,
        /// Inside.
        fill: Option<Colour>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Centre.
        centre: Point,
        /// Radius.
        radius: f32,
        /// Inside.
        fill: Option<Colour>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// One line of text. Horizontal; a vertical inscription is one text per character.
    Text {
        /// The point on the base line.
        at: Point,
        /// How the text stands to it.
        anchor: Anchor,
        /// The characters; each has a glyph in the font.
        text: String,
        /// Size of the font.
        size: f32,
        /// Whether it is bold.
        bold: bool,
        /// Colour.
        colour: Colour,
        /// Degrees clockwise around the point: 0, or 90 for rotated glyphs of vertical text.
        turn: u16,
    },
}

/// What an item is on the sheet. Geometry tests and exports go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Border, bands, rules of tables: background.
    Ground,
    /// The box of a zone; systems stand in it.
    Zone,
    /// The box of a system.
    System,
    /// The box of a network device.
    Device,
    /// The box of a party.
    Party,
    /// The pill of a line with its number.
    Circuit,
    /// The bar of the backbone.
    Backbone,
    /// The route of a connection, and of traffic inside.
    Route,
    /// A tie between a zone and the backbone, or between the boxes of one multi-homed host.
    Tie,
    /// Words at a route.
    Label,
    /// A number or a mark.
    Mark,
    /// Legend, summary, title block, tables.
    Furniture,
}

/// One shape on the sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is drawn.
    pub shape: Shape,
    /// What it is.
    pub role: Role,
    /// For a box: its name, unique on the sheet. For a route: `None`.
    pub key: Option<String>,
    /// For a text or mark: the key of the box it belongs to and must not leave.
    pub owner: Option<String>,
    /// For a route: the keys of the boxes it joins.
    pub ends: Option<(String, String)>,
    /// The thing of the inventory that it shows.
    pub thing: Option<EntityRef>,
}

/// One sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Width of the paper.
    pub width: f32,
    /// Height of the paper.
    pub height: f32,
    /// What the sheet is called, for document titles and file names.
    pub title: String,
    /// The language of the words, as a BCP 47 tag.
    pub lang: &'static str,
    /// In the order of drawing: later items cover earlier ones.
    pub items: Vec<Item>,
}

impl Area {
    /// The right edge.
    pub fn right(self) -> f32 {
        self.x + self.w
    }

    /// The lower edge.
    pub fn bottom(self) -> f32 {
        self.y + self.h
    }

    /// The middle.
    pub fn centre(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// Whether `other` lies inside, up to `slack`.
    pub fn holds(self, other: Self, slack: f32) -> bool {
        other.x >= self.x - slack
            && other.y >= self.y - slack
            && other.right() <= self.right() + slack
            && other.bottom() <= self.bottom() + slack
    }

    /// Whether the two share more than `slack` in both directions.
    pub fn overlaps(self, other: Self, slack: f32) -> bool {
        self.x + slack < other.right()
            && other.x + slack < self.right()
            && self.y + slack < other.bottom()
            && other.y + slack < self.bottom()
    }
}
