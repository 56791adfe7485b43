//! The line of a proof as a drawing: party, circuit, demarcation, entry point, and what was reached of
//! what stands behind it. It is made from the paper alone, so that the copy for a party draws its own
//! line and everything else under the names that the copy gives it.

use super::content::Voice;
use crate::confirm::proof::paper::{Paper, Row};
use crate::diagram::font::{drawable, fit};
use crate::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Scene, Shape, Stroke};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::words::Verdict;
use crate::report::paper::inks::{ALARM, BLACK, DOUBT, RULE, SOFT, TINT};
use crate::text;

const PAPER: Colour = Colour(0xff, 0xff, 0xff);

const NAME: f32 = 8.4;
const SMALL: f32 = 6.6;
const LEAST: f32 = 5.6;
/// As wide as the column of the paper.
const WIDTH: f32 = 505.28;
const TOP: f32 = 24.0;
/// A target with the room below it.
const PITCH: f32 = 33.0;
const BOX: f32 = 26.0;
/// So many targets are drawn; the table below has all.
const MOST: usize = 14;

const PARTY: (f32, f32) = (0.0, 104.0);
const BOUNDARY: f32 = 212.0;
const ENTRY: (f32, f32) = (226.0, 104.0);
/// From here the line branches.
const TRUNK: f32 = 346.0;
const TARGET: (f32, f32) = (378.0, WIDTH - 378.0);

/// What became of one thing behind the line.
struct Target<'p> {
    name: &'p str,
    /// The services by what both sides together prove.
    reached: Vec<String>,
    beyond: Vec<String>,
    doubtful: Vec<String>,
    isolated: usize,
}

/// The drawing; none when there is nothing behind the line to draw.
pub(super) fn drawing(paper: &Paper, voice: Voice) -> Option<Scene> {
    let targets = targets(paper, voice);
    let shown = targets.len().min(MOST);
    if shown == 0 {
        return None;
    }
    let more = targets.len() - shown;
    let body = shown as f32 * PITCH;
    let height = TOP + body.max(PITCH * 2.0) + if more > 0 { 14.0 } else { 4.0 } + 16.0;
    let mut canvas = Canvas { items: Vec::new() };
    let middle = TOP + body.max(PITCH * 2.0) / 2.0;
    canvas.heads(voice, height - 18.0);
    canvas.line_itself(paper, voice, middle);
    let first = middle - body / 2.0 + PITCH / 2.0;
    let last = first + (shown - 1) as f32 * PITCH;
    canvas.route(&[(TRUNK, first.min(middle)), (TRUNK, last.max(middle))], BLACK, 1.2, &[], false);
    for (at, target) in targets.iter().take(shown).enumerate() {
        canvas.target(target, voice, first + at as f32 * PITCH);
    }
    if more > 0 {
        let rest = text!("ほか{more}件は下の表にあります", "{more} more in the table below");
        let words = (voice.say(&rest), SMALL, false, SOFT);
        canvas.words(TARGET.0, last + PITCH - 6.0, words, TARGET.1, Anchor::Start);
    }
    canvas.legend(voice, height - 5.0);
    let title = Text::new("この外部接続の図", "the line as a drawing");
    let title = voice.say(&title);
    Some(Scene { width: WIDTH, height, title, lang: voice.0.tag(), items: canvas.items })
}

/// What the paper says of each thing, in the order of the paper: differences first.
fn targets<'p>(paper: &'p Paper, voice: Voice) -> Vec<Target<'p>> {
    let mut all: Vec<(&EntityRef, Target<'_>)> = Vec::new();
    for row in &paper.rows {
        let at = all.iter().position(|(thing, _)| **thing == row.to.thing);
        let at = at.unwrap_or_else(|| {
            let (name, none) = (row.to.name.as_str(), Vec::new);
            let target =
                Target { name, reached: none(), beyond: none(), doubtful: none(), isolated: 0 };
            all.push((&row.to.thing, target));
            all.len() - 1
        });
        if let Some((_, target)) = all.get_mut(at) {
            target.take(row, voice);
        }
    }
    all.into_iter().map(|(_, it)| it).collect()
}

impl Target<'_> {
    fn take(&mut self, row: &Row, voice: Voice) {
        let services = match (row.verdict, row.declared) {
            (Verdict::Reachable, true) => &mut self.reached,
            (Verdict::Reachable, false) => &mut self.beyond,
            (Verdict::Undetermined, _) => &mut self.doubtful,
            (Verdict::Isolated, _) => {
                self.isolated += 1;
                return;
            }
        };
        let service = voice.say(&row.service);
        if !services.contains(&service) {
            services.push(service);
        }
    }

    /// What stands under its name, and in which ink.
    fn says(&self, voice: Voice) -> (Text, Colour) {
        let list = |it: &[String]| voice.join(it);
        if !self.beyond.is_empty() {
            let services = list(&self.beyond);
            return (
                text!("許可を超えて到達: {services}", "beyond the permission: {services}"),
                ALARM,
            );
        }
        if !self.reached.is_empty() {
            let services = list(&self.reached);
            return (
                text!("許可どおり到達: {services}", "reached as permitted: {services}"),
                BLACK,
            );
        }
        if !self.doubtful.is_empty() {
            let services = list(&self.doubtful);
            return (text!("判定不能: {services}", "undetermined: {services}"), DOUBT);
        }
        let count = self.isolated;
        (text!("分離確認済（{count}件）", "isolated ({count})"), SOFT)
    }
}

struct Canvas {
    items: Vec<Item>,
}

/// What is written: the words, their size, whether bold, their colour.
type Words = (String, f32, bool, Colour);

impl Canvas {
    fn put(&mut self, role: Role, shape: Shape) {
        self.items.push(Item { shape, role, key: None, owner: None, ends: None, thing: None });
    }

    fn words(&mut self, x: f32, y: f32, words: Words, room: f32, anchor: Anchor) {
        let (text, size, bold, colour) = words;
        let (size, text) = fit(&text, size, LEAST, room, bold);
        let at = Point { x, y };
        self.put(Role::Label, Shape::Text { at, anchor, text, size, bold, colour, turn: 0 });
    }

    fn route(
        &mut self,
        points: &[(f32, f32)],
        colour: Colour,
        width: f32,
        dash: &'static [f32],
        arrow: bool,
    ) {
        let points = points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
        let stroke = Stroke { colour, width, dash };
        self.put(Role::Route, Shape::Line { points, radius: 0.0, stroke, arrow, halo: 0.0 });
    }

    /// A box with a name and a line of small print.
    fn named(
        &mut self,
        role: Role,
        area: Area,
        colours: (Colour, Colour),
        name: &str,
        under: Words,
    ) {
        let (fill, line) = colours;
        let stroke = Some(Stroke { colour: line, width: 0.9, dash: &[] });
        self.put(role, Shape::Rect { area, radius: 2.0, fill: Some(fill), stroke });
        let (x, room) = (area.x + 5.0, area.w - 10.0);
        let base = if under.0.is_empty() { area.centre().y + 3.0 } else { area.y + 11.0 };
        let name = (drawable(name), NAME, true, if line == RULE { SOFT } else { BLACK });
        self.words(x, base, name, room, Anchor::Start);
        if !under.0.is_empty() {
            self.words(x, area.y + 20.5, under, room, Anchor::Start);
        }
    }

    /// The columns, and the boundary between the two sides.
    fn heads(&mut self, voice: Voice, bottom: f32) {
        let heads = [
            (PARTY.0, Text::new("接続先", "party")),
            (ENTRY.0, Text::new("外部接続点", "entry point")),
            (TARGET.0, Text::new("院内", "inside")),
        ];
        for (x, head) in heads {
            self.words(x, 8.0, (voice.say(&head), SMALL, false, SOFT), 100.0, Anchor::Start);
        }
        let boundary = Text::new("責任分界", "demarcation");
        let words = (voice.say(&boundary), SMALL, false, SOFT);
        self.words(BOUNDARY + 6.0, 8.0, words, 60.0, Anchor::End);
        let points = [(BOUNDARY, 12.0), (BOUNDARY, bottom)];
        self.route(&points, SOFT, 0.9, &[9.0, 3.0, 2.0, 3.0], false);
    }

    /// Party, circuit and entry point.
    fn line_itself(&mut self, paper: &Paper, voice: Voice, y: f32) {
        let line = &paper.line;
        self.route(&[(PARTY.0 + PARTY.1, y), (ENTRY.0, y)], BLACK, 1.6, &[], false);
        self.route(&[(ENTRY.0 + ENTRY.1, y), (TRUNK, y)], BLACK, 1.6, &[], false);
        let area = |(x, w): (f32, f32)| Area { x, y: y - BOX / 2.0, w, h: BOX };
        let nothing = || (String::new(), SMALL, false, SOFT);
        let party = voice.name(&line.party.name);
        self.named(Role::Party, area(PARTY), (TINT, BLACK), &party, nothing());
        let entry = line.entry.as_ref().map(|it| voice.name(&it.name));
        let entry = entry.unwrap_or_else(|| voice.say(&Text::new("記載なし", "not stated")));
        let through: Vec<String> = line.through.iter().map(|it| voice.name(&it.name)).collect();
        let through = match through.is_empty() {
            true => nothing(),
            false => (format!("→ {}", through.join(" → ")), SMALL, false, SOFT),
        };
        self.named(Role::Device, area(ENTRY), (PAPER, BLACK), &entry, through);
        let (from, to) = (PARTY.0 + PARTY.1 + 4.0, BOUNDARY - 6.0);
        let (centre, room) = ((from + to) / 2.0 + 6.0, to - from - 16.0);
        let transport = (voice.say(&line.transport), SMALL, false, SOFT);
        self.words(centre, y + 9.5, transport, room, Anchor::Middle);
        if let Some(circuit) = &line.circuit {
            let circuit = (voice.name(&circuit.name), SMALL, false, SOFT);
            self.words(centre, y - 5.0, circuit, room, Anchor::Middle);
        }
        let at = Point { x: from + 5.0, y };
        self.put(
            Role::Mark,
            Shape::Circle { centre: at, radius: 5.4, fill: Some(BLACK), stroke: None },
        );
        let number = (line.number.to_string(), 6.8, true, PAPER);
        self.words(at.x, y + 2.4, number, 9.0, Anchor::Middle);
    }

    /// One thing inside: an arrow where it is reached, a bar where it is not, dots where nobody knows.
    fn target(&mut self, target: &Target<'_>, voice: Voice, y: f32) {
        let (says, colour) = target.says(voice);
        let end = TARGET.0 - 1.0;
        let is_quiet = colour == SOFT;
        if is_quiet {
            let stop = end - 12.0;
            self.route(&[(TRUNK, y), (stop, y)], RULE, 1.0, &[], false);
            self.route(&[(stop, y - 5.0), (stop, y + 5.0)], SOFT, 2.0, &[], false);
        } else if colour == DOUBT {
            self.route(&[(TRUNK, y), (end, y)], DOUBT, 1.1, &[1.6, 2.2], false);
            let doubt = ("？".to_owned(), NAME, true, DOUBT);
            self.words((TRUNK + end) / 2.0, y - 2.5, doubt, 12.0, Anchor::Middle);
        } else {
            let thick = if colour == ALARM { 2.2 } else { 1.6 };
            self.route(&[(TRUNK, y), (end, y)], colour, thick, &[], true);
        }
        let area = Area { x: TARGET.0, y: y - BOX / 2.0, w: TARGET.1, h: BOX };
        let line = if is_quiet { RULE } else { colour };
        let under = (voice.say(&says), SMALL, colour == ALARM, colour);
        self.named(Role::System, area, (PAPER, line), &voice.name(target.name), under);
    }

    /// What the ends of lines mean.
    fn legend(&mut self, voice: Voice, y: f32) {
        let legend = Text::new(
            "矢印：到達　縦棒：分離確認済　点線：判定不能　太い赤：許可を超えて到達（設定と疎通確認から。内訳は下の表）",
            "arrow: reached; bar: isolated; dots: undetermined; thick red: beyond the permission (by configuration and packets; details below)",
        );
        let words = voice.say(&legend);
        self.words(0.0, y, (words, SMALL, false, SOFT), WIDTH, Anchor::Start);
    }
}
