//! Blocks on paper: A4, one column, text measured with the font that is shipped; tables break over
//! pages and repeat their headings.

use super::inks::{ACCENT, ALARM, BLACK, DOUBT, RULE, SOFT, TINT};
use super::{Block, Cell, Content, Ink, Table};
use crate::diagram::font::{drawable, width, wrap};
use crate::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Scene, Shape, Stroke};
use crate::locale::Lang;

/// 210 × 297 mm in points.
const PAPER: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 45.0;
const TOP: f32 = 45.0;
const BOTTOM: f32 = 790.0;
const ROOM: f32 = PAPER.0 - 2.0 * LEFT;
/// Around the text of a cell.
const PAD: f32 = 3.5;
/// The distance of lines, in parts of the size.
const LEADING: f32 = 1.45;
const BODY: f32 = 9.0;
const SMALL: f32 = 7.6;

/// The height of a heading with the room around it, and at most of the titles of a table.
const HEADING: f32 = 29.5;
const TITLES: f32 = 26.0;

/// The pages as scenes.
pub(in crate::report) fn paged(content: &Content, lang: Lang) -> Vec<Scene> {
    let mut paper = Paper { pages: Vec::new(), y: TOP, title: &content.title, lang };
    paper.turn();
    paper.head(content);
    for (at, block) in content.blocks.iter().enumerate() {
        if matches!(block, Block::Section(_)) {
            // A heading never stands alone at the foot of a page.
            paper.need(HEADING + content.blocks.get(at + 1).map_or(0.0, least));
        }
        paper.block(block);
    }
    let count = paper.pages.len();
    let foot = drawable(&content.foot);
    for (at, page) in paper.pages.iter_mut().enumerate() {
        let y = BOTTOM + 22.0;
        let line = [Point { x: LEFT, y: y - 11.0 }, Point { x: LEFT + ROOM, y: y - 11.0 }];
        page.items.push(item(rule(line, RULE, 0.5)));
        page.items.push(item(words(LEFT, y, &foot, 7.0, false, SOFT, Anchor::Start)));
        let number = format!("{} / {count}", at + 1);
        page.items.push(item(words(LEFT + ROOM, y, &number, 7.0, false, SOFT, Anchor::End)));
    }
    paper.pages
}

/// A paper in the making: the last page, and how far down it is full.
struct Paper<'c> {
    pages: Vec<Scene>,
    y: f32,
    title: &'c str,
    lang: Lang,
}

/// One line of a cell, broken and measured.
struct Line {
    text: String,
    size: f32,
    bold: bool,
    colour: Colour,
}

impl Line {
    const fn height(&self) -> f32 {
        self.size * LEADING
    }
}

impl Paper<'_> {
    /// A new page.
    fn turn(&mut self) {
        self.pages.push(Scene {
            width: PAPER.0,
            height: PAPER.1,
            title: self.title.to_owned(),
            lang: self.lang.tag(),
            items: Vec::new(),
        });
        self.y = TOP;
    }

    /// Makes sure that so much fits on the page.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    fn put(&mut self, shape: Shape) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item(shape));
        }
    }

    /// Lines below one another from a place on.
    fn lines(&mut self, x: f32, y: f32, lines: &[Line]) {
        let mut y = y;
        for line in lines {
            let base = y + line.size * 1.08;
            self.put(words(x, base, &line.text, line.size, line.bold, line.colour, Anchor::Start));
            y += line.height();
        }
    }

    /// Title, what it is about, and what it is known by in its frame.
    fn head(&mut self, content: &Content) {
        let frame = Area { x: LEFT + ROOM - 150.0, y: TOP, w: 150.0, h: 34.0 };
        self.put(framed(frame, None, BLACK, 0.8));
        let centre = frame.centre().x;
        let (label, digits) = &content.framed;
        self.put(words(centre, TOP + 11.5, &drawable(label), 7.0, false, SOFT, Anchor::Middle));
        self.put(words(centre, TOP + 26.0, digits, 10.5, true, BLACK, Anchor::Middle));
        let title = drawable(&content.title);
        self.put(words(LEFT, TOP + 19.0, &title, 20.0, true, BLACK, Anchor::Start));
        let lines = broken(&content.subtitle, 10.5, false, BLACK, ROOM - 160.0);
        self.lines(LEFT, TOP + 27.0, &lines);
        self.y = (TOP + 27.0 + total(&lines)).max(frame.bottom()) + 6.0;
        let line = [Point { x: LEFT, y: self.y }, Point { x: LEFT + ROOM, y: self.y }];
        self.put(rule(line, BLACK, 1.2));
        self.y += 10.0;
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Verdict { ink, word, because } => self.verdict(*ink, word, because),
            Block::Section(title) => {
                self.y += 9.0;
                let base = self.y + 11.0;
                self.put(words(LEFT, base, &drawable(title), 11.0, true, ACCENT, Anchor::Start));
                self.y += 15.5;
                let line = [Point { x: LEFT, y: self.y }, Point { x: LEFT + ROOM, y: self.y }];
                self.put(rule(line, ACCENT, 0.8));
                self.y += 5.0;
            }
            Block::Facts(facts) => self.facts(facts),
            Block::List(all) => all.iter().for_each(|it| self.bullet(it)),
            Block::Table(table) => self.table(table),
            Block::Drawing(scene) => self.drawing(scene),
            Block::Signatures { sides, blanks, seal } => self.signatures(sides, blanks, seal),
        }
    }

    /// A drawing, on one page.
    fn drawing(&mut self, scene: &Scene) {
        self.y += 8.0;
        self.need(scene.height);
        for it in &scene.items {
            self.put(moved(it.shape.clone(), LEFT, self.y));
        }
        self.y += scene.height;
    }

    fn verdict(&mut self, ink: Ink, word: &str, because: &[String]) {
        let colour = colour(ink);
        let word = drawable(word);
        let left = width(&word, 19.0, true) + 26.0;
        let reasons: Vec<Line> = because
            .iter()
            .flat_map(|it| broken(it, BODY, false, BLACK, ROOM - left - 14.0))
            .collect();
        let height = (total(&reasons) + 14.0).max(38.0);
        self.need(height);
        let frame = Area { x: LEFT, y: self.y, w: ROOM, h: height };
        self.put(framed(frame, None, colour, 1.6));
        let middle = frame.centre().y;
        self.put(words(LEFT + 12.0, middle + 6.8, &word, 19.0, true, colour, Anchor::Start));
        self.lines(LEFT + left, middle - total(&reasons) / 2.0, &reasons);
        self.y += height + 4.0;
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let label = 120.0;
        for (name, says) in facts {
            let names = broken(name, 8.4, false, SOFT, label - 2.0 * PAD);
            let says = broken(says, BODY, false, BLACK, ROOM - label - 2.0 * PAD);
            self.cells(&[(label, Some(TINT)), (ROOM - label, None)], &[names, says]);
        }
        self.y += 3.0;
    }

    fn bullet(&mut self, says: &str) {
        let lines = broken(says, BODY, false, BLACK, ROOM - 12.0);
        self.need(total(&lines).min(60.0));
        self.put(words(LEFT + 2.0, self.y + BODY * 1.08, "・", BODY, true, BLACK, Anchor::Start));
        for line in lines {
            self.need(line.height());
            let height = line.height();
            self.lines(LEFT + 12.0, self.y, &[line]);
            self.y += height;
        }
        self.y += 1.5;
    }

    fn table(&mut self, table: &Table) {
        let columns: Vec<(f32, Option<Colour>)> =
            table.head.iter().map(|(_, share)| (share * ROOM, None)).collect();
        let titles: Vec<(f32, Option<Colour>)> =
            columns.iter().map(|(width, _)| (*width, Some(TINT))).collect();
        let head = || -> Vec<Vec<Line>> {
            let cells = table.head.iter().zip(&columns);
            cells.map(|((it, _), (w, _))| broken(it, SMALL, true, BLACK, w - 2.0 * PAD)).collect()
        };
        self.need(50.0);
        self.cells(&titles, &head());
        for row in &table.rows {
            let mut rest: Vec<Vec<Line>> =
                row.iter().zip(&columns).map(|(cell, (w, _))| set(cell, w - 2.0 * PAD)).collect();
            // A row that does not fit goes to the next page whole, unless it is longer than that.
            let height = tallest(&rest);
            if self.y + height > BOTTOM && height < (BOTTOM - TOP) * 0.6 {
                self.turn();
                self.cells(&titles, &head());
            }
            while rest.iter().any(|it| !it.is_empty()) {
                if self.y + 3.0 * SMALL * LEADING > BOTTOM {
                    self.turn();
                    self.cells(&titles, &head());
                }
                let room = BOTTOM - self.y - 2.0 * PAD;
                let part: Vec<Vec<Line>> = rest.iter_mut().map(|it| taken(it, room)).collect();
                self.cells(&columns, &part);
            }
        }
        self.y += 3.0;
    }

    /// One row of framed cells, which fits on the page or goes to the next one.
    fn cells(&mut self, columns: &[(f32, Option<Colour>)], cells: &[Vec<Line>]) {
        let height = tallest(cells);
        self.need(height);
        let mut x = LEFT;
        for ((width, tint), lines) in columns.iter().zip(cells) {
            let area = Area { x, y: self.y, w: *width, h: height };
            self.put(framed(area, *tint, RULE, 0.5));
            self.lines(x + PAD, self.y + PAD, lines);
            x += width;
        }
        self.y += height;
    }

    /// A frame for each side to sign in by hand, and what was signed with keys.
    fn signatures(&mut self, sides: &[String], blanks: &[String], seal: &[String]) {
        let gap = 14.0;
        let count = sides.len().max(1) as f32;
        let each = (ROOM - gap * (count - 1.0)) / count;
        let height = signed(blanks);
        self.need(height);
        for (at, side) in sides.iter().enumerate() {
            let x = LEFT + at as f32 * (each + gap);
            self.put(framed(Area { x, y: self.y, w: each, h: height }, None, BLACK, 0.8));
            let lines = broken(side, BODY, true, BLACK, each - 14.0);
            self.lines(x + 7.0, self.y + 5.0, &lines);
            for (nth, label) in blanks.iter().enumerate() {
                let y = self.y + 26.0 + 25.0 * (nth as f32 + 0.72);
                self.put(words(x + 7.0, y, &drawable(label), SMALL, false, SOFT, Anchor::Start));
                let line =
                    [Point { x: x + 72.0, y: y + 3.0 }, Point { x: x + each - 7.0, y: y + 3.0 }];
                self.put(rule(line, RULE, 0.6));
            }
        }
        self.y += height + 7.0;
        for line in seal.iter().flat_map(|it| broken(it, 8.2, false, BLACK, ROOM)) {
            self.need(line.height());
            let height = line.height();
            self.lines(LEFT, self.y, &[line]);
            self.y += height;
        }
    }
}

/// A shape in another place.
fn moved(mut shape: Shape, x: f32, y: f32) -> Shape {
    let shift = |it: &mut Point| {
        it.x += x;
        it.y += y;
    };
    match &mut shape {
        Shape::Rect { area, .. } => {
            area.x += x;
            area.y += y;
        }
        Shape::Line { points, .. } | Shape::Polygon { points, .. } => {
            points.iter_mut().for_each(shift);
        }
        Shape::Circle { centre, .. } => shift(centre),
        Shape::Text { at, .. } => shift(at),
    }
    shape
}

/// The height of the frames to sign in.
fn signed(blanks: &[String]) -> f32 {
    26.0 + 25.0 * blanks.len() as f32
}

/// How much of a block must stand below its heading: the frames to sign in as a whole, of a table the
/// titles and a row, of everything else a few lines.
fn least(block: &Block) -> f32 {
    match block {
        Block::Signatures { blanks, .. } => signed(blanks),
        Block::Table(table) => {
            let row = table.rows.first().map(|row| {
                let cells = row.iter().zip(&table.head);
                let cells: Vec<Vec<Line>> =
                    cells.map(|(it, (_, share))| set(it, share * ROOM - 2.0 * PAD)).collect();
                tallest(&cells)
            });
            // A row of more than that is broken over pages.
            let row = row.filter(|it| *it < (BOTTOM - TOP) * 0.6);
            row.unwrap_or(0.0).max(12.0) + TITLES
        }
        _ => 34.5,
    }
}

/// The text of a cell as lines.
fn set(cell: &Cell, room: f32) -> Vec<Line> {
    let piece = |(ink, text): &(Ink, String)| {
        let bold = matches!(ink, Ink::Strong | Ink::Alarm);
        let size = if *ink == Ink::Soft { SMALL - 0.6 } else { SMALL };
        broken(text, size, bold, colour(*ink), room)
    };
    cell.iter().flat_map(piece).collect()
}

/// A text broken into lines that fit. Bold is a little wider than what breaking measures.
fn broken(text: &str, size: f32, bold: bool, colour: Colour, room: f32) -> Vec<Line> {
    let room = if bold { room * 0.94 } else { room };
    let lines = wrap(text, size, room, usize::MAX).into_iter();
    lines.map(|text| Line { text, size, bold, colour }).collect()
}

/// Takes as many lines from the front as fit; at least one.
fn taken(lines: &mut Vec<Line>, room: f32) -> Vec<Line> {
    let mut used = 0.0;
    let fitting = lines.iter().take_while(|it| {
        used += it.height();
        used <= room
    });
    let count = fitting.count().max(1).min(lines.len());
    lines.drain(..count).collect()
}

fn total(lines: &[Line]) -> f32 {
    lines.iter().map(Line::height).sum()
}

fn tallest(cells: &[Vec<Line>]) -> f32 {
    cells.iter().map(|it| total(it)).fold(SMALL * LEADING, f32::max) + 2.0 * PAD
}

const fn colour(ink: Ink) -> Colour {
    match ink {
        Ink::Plain | Ink::Strong => BLACK,
        Ink::Soft => SOFT,
        Ink::Alarm => ALARM,
        Ink::Doubt => DOUBT,
    }
}

const fn item(shape: Shape) -> Item {
    Item { shape, role: Role::Furniture, key: None, owner: None, ends: None, thing: None }
}

fn words(
    x: f32,
    y: f32,
    text: &str,
    size: f32,
    bold: bool,
    colour: Colour,
    anchor: Anchor,
) -> Shape {
    Shape::Text { at: Point { x, y }, anchor, text: text.to_owned(), size, bold, colour, turn: 0 }
}

fn rule(ends: [Point; 2], colour: Colour, width: f32) -> Shape {
    let stroke = Stroke { colour, width, dash: &[] };
    Shape::Line { points: ends.to_vec(), radius: 0.0, stroke, arrow: false, halo: 0.0 }
}

const fn framed(area: Area, fill: Option<Colour>, colour: Colour, width: f32) -> Shape {
    Shape::Rect { area, radius: 0.0, fill, stroke: Some(Stroke { colour, width, dash: &[] }) }
}
