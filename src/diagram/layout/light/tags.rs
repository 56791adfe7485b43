//! What may be spoken to whatever is reached, in a small tag in its box.

use super::Strength;
use super::plan::Plan;
use super::words::called;
use crate::audit::Assessment;
use crate::diagram::font;
use crate::diagram::layout::canvas::{Canvas, Tag, Words};
use crate::diagram::layout::content::Content;
use crate::diagram::layout::paint::{circuit_key, party_key};
use crate::diagram::layout::placed::Placed;
use crate::diagram::layout::style::{INK, LEAST, PAPER, SOFT, solid};
use crate::diagram::lit::{Side, Way};
use crate::diagram::scene::{Anchor, Area, Item, Point, Role, Shape};
use crate::locale::{Lang, Text};
use crate::reach::exposure::{Certainty, Services};
use std::collections::BTreeMap;

/// Height of a tag, and the space at each end of its words.
const HEIGHT: f32 = 7.3;
/// From its top to its base line.
const RISE: f32 = 5.7;
const PAD: f32 = 2.0;
/// Distance of two tags.
const GAP: f32 = 2.0;
/// So many services are named one by one at most.
const MOST: usize = 4;
/// So many outsiders without a row are named at one device.
const MOST_NAMED: usize = 2;

/// Writes the tags of a sheet.
pub(super) fn write(
    canvas: &mut Canvas,
    assessment: &Assessment,
    content: &Content,
    placed: &Placed,
    plan: &Plan<'_>,
    lang: Lang,
) {
    let inward = plan.lit.side == Side::To;
    for (cell, area) in placed.zones.iter().flat_map(|it| &it.cells) {
        let (Some(data), Some(ways)) = (content.cells.get(*cell), plan.cells.get(cell)) else {
            continue;
        };
        let own = Pen { key: &data.key, role: Role::System, lang };
        own.second(canvas, area.x + 3.0, area.right() - 3.0, &spoken(ways));
    }
    for zone in &placed.zones {
        let (Some(data), Some(ways)) = (content.zones.get(zone.zone), plan.zones.get(&zone.zone))
        else {
            continue;
        };
        let own = Pen { key: &data.key, role: Role::Zone, lang };
        let word = Text::new("ほかの機器へ", "other hosts");
        own.at_right(canvas, zone.area.right() - 5.0, zone.area.w * 0.5, &word, &spoken(ways));
    }
    for device in &placed.devices {
        let Some(ways) = plan.managed.get(&device.key) else { continue };
        let own = Pen { key: &device.key, role: Role::Device, lang };
        own.last(canvas, device.area, &spoken(ways));
    }
    for row in placed.rows.iter().filter_map(|it| content.rows.get(it.row)) {
        let (x, w) = placed.lanes.party;
        if let Some((key, ways)) = party_key(row).and_then(|it| plan.managed.get_key_value(&it)) {
            let own = Pen { key, role: Role::Party, lang };
            own.second(canvas, x + 4.0, x + w - 4.0, &spoken(ways));
        }
        let key = circuit_key(row);
        let ways = plan
            .rows
            .iter()
            .find(|(at, _)| content.rows.get(**at).is_some_and(|it| it.thing == row.thing));
        let (true, Some((_, ways))) = (inward, ways) else { continue };
        let (x, w) = placed.lanes.circuit;
        let own = Pen { key: &key, role: Role::Circuit, lang };
        own.second(canvas, x + 16.5, x + w - 19.0, &spoken(ways));
    }
    for stray in &plan.strays {
        let names: Vec<Text> =
            stray.from.iter().map(|it| Text::same(called(assessment, it, lang))).collect();
        let named = Text::list(names.iter().take(MOST_NAMED));
        let more = names.len().saturating_sub(MOST_NAMED);
        let words = match more {
            0 => named,
            _ => crate::text!("{named} 他{more}者", "{named} +{more}"; named),
        };
        let corner = Point { x: placed.lanes.boundary - 12.0, y: stray.at.y - 4.2 };
        canvas.chip(&Tag::default(), corner, words.get(lang), INK);
    }
}

/// What is spoken over some ways, by how sure it is.
fn spoken(ways: &[&Way]) -> BTreeMap<Certainty, Services> {
    let mut all: BTreeMap<Certainty, Services> = BTreeMap::new();
    for (certainty, services) in ways.iter().flat_map(|it| &it.services) {
        let known = all.entry(*certainty).or_default();
        *known = known.union(services);
    }
    // What one line brings surely is no question for another.
    let mut told = Services::default();
    for services in all.values_mut() {
        *services = services.difference(&told);
        told = told.union(services);
    }
    all.retain(|_, it| !it.is_empty());
    all
}

/// A box that gets tags.
struct Pen<'k> {
    key: &'k str,
    role: Role,
    lang: Lang,
}

impl Pen<'_> {
    /// The positions of the words of the box.
    fn words(&self, canvas: &Canvas) -> Vec<usize> {
        let own = |it: &Item| {
            it.owner.as_deref() == Some(self.key)
                && it.role == self.role
                && matches!(it.shape, Shape::Text { .. })
        };
        canvas.items.iter().enumerate().filter(|(_, it)| own(it)).map(|(at, _)| at).collect()
    }

    /// Tags in place of the second line of a box; without one, below a name that moves up.
    fn second(
        &self,
        canvas: &mut Canvas,
        left: f32,
        right: f32,
        spoken: &BTreeMap<Certainty, Services>,
    ) {
        const LIFT: f32 = 3.7;
        let words = self.words(canvas);
        let y = match words.as_slice() {
            [_, second, ..] => match canvas.items.remove(*second).shape {
                Shape::Text { at, .. } => at.y,
                _ => return,
            },
            [only] => match canvas.items.get_mut(*only).map(|it| &mut it.shape) {
                Some(Shape::Text { at, .. }) => {
                    at.y -= LIFT;
                    at.y + 2.0 * LIFT
                }
                _ => return,
            },
            [] => return,
        };
        self.chips(canvas, Point { x: left, y }, right - left, spoken);
    }

    /// Tags at the right end of the head of a zone, in place of its networks.
    fn at_right(
        &self,
        canvas: &mut Canvas,
        right: f32,
        room: f32,
        word: &Text,
        spoken: &BTreeMap<Certainty, Services>,
    ) {
        let words = self.words(canvas);
        let Some(Shape::Text { at, .. }) =
            words.first().and_then(|it| canvas.items.get(*it)).map(|it| it.shape.clone())
        else {
            return;
        };
        if let [_, second, ..] = words.as_slice() {
            canvas.items.remove(*second);
        }
        let lead = font::width(word.get(self.lang), LEAST, true) + GAP;
        let tags = self.fitting(room - lead, spoken);
        let width: f32 = tags.iter().map(|it| it.1 + GAP).sum();
        let x = right - width;
        let named = Words::new(word.get(self.lang), LEAST).bold().anchor(Anchor::End);
        canvas.words(self.role, &self.tag(), x - GAP, at.y, named);
        self.draw(canvas, Point { x, y: at.y }, &tags);
    }

    /// Tags in place of the last line of a box whose words stand in its middle; below its name when
    /// there is nothing else.
    fn last(&self, canvas: &mut Canvas, area: Area, spoken: &BTreeMap<Certainty, Services>) {
        let words = self.words(canvas);
        let y = match words.as_slice() {
            [_, .., last] => match canvas.items.remove(*last).shape {
                Shape::Text { at, .. } => at.y,
                _ => return,
            },
            _ => area.bottom() - 2.2,
        };
        let tags = self.fitting(area.w - 8.0, spoken);
        let width: f32 = tags.iter().map(|it| it.1 + GAP).sum::<f32>() - GAP;
        self.draw(canvas, Point { x: area.x + (area.w - width) / 2.0, y }, &tags);
    }

    fn tag(&self) -> Tag {
        Tag { owner: Some(self.key.to_owned()), thing: None }
    }

    fn chips(
        &self,
        canvas: &mut Canvas,
        at: Point,
        room: f32,
        spoken: &BTreeMap<Certainty, Services>,
    ) {
        let tags = self.fitting(room, spoken);
        self.draw(canvas, at, &tags);
    }

    /// The words of the tags with their widths: the surest is named as fully as there is room; of
    /// the others it is said at least that there are some.
    fn fitting(
        &self,
        room: f32,
        spoken: &BTreeMap<Certainty, Services>,
    ) -> Vec<(Certainty, f32, String)> {
        let width = |text: &str| font::width(text, LEAST, true) + 2.0 * PAD;
        let least = |certainty: Certainty| format!("{}+", sign(certainty));
        let mut tags = Vec::new();
        let mut left = room;
        let mut rest: Vec<Certainty> = spoken.keys().copied().collect();
        for (certainty, services) in spoken {
            rest.retain(|it| it != certainty);
            let kept: f32 = rest.iter().map(|it| width(&least(*it)) + GAP).sum();
            let fits = |text: &str| width(&format!("{} {text}", sign(*certainty))) <= left - kept;
            let text = match brief(services, self.lang, fits) {
                Some(text) => format!("{} {text}", sign(*certainty)),
                None => least(*certainty),
            };
            let wide = width(&text);
            left -= wide + GAP;
            tags.push((*certainty, wide, text));
        }
        tags
    }

    /// White on black for what is certain; black on white for what is not.
    fn draw(&self, canvas: &mut Canvas, at: Point, tags: &[(Certainty, f32, String)]) {
        let mut x = at.x;
        for (certainty, width, text) in tags {
            let area = Area { x, y: at.y - RISE, w: *width, h: HEIGHT };
            let sure = Strength::from(*certainty) == Strength::Sure;
            let (fill, stroke, ink) = match sure {
                true => (INK, solid(INK, 0.6), PAPER),
                false => (PAPER, solid(SOFT, 0.4), INK),
            };
            canvas.rect(Role::Mark, &self.tag(), area, (1.5, Some(fill), Some(stroke)));
            let words = Words::new(text, LEAST).bold().colour(ink).room(width - PAD);
            canvas.words(Role::Mark, &self.tag(), x + PAD, at.y, words);
            x += width + GAP;
        }
    }
}

/// One character that says how sure it is.
pub(super) const fn sign(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Undetermined => "?",
        sure => sure.mark(),
    }
}

/// The services in as many words as fit: all, then the first few and how many more there are.
fn brief(services: &Services, lang: Lang, fits: impl Fn(&str) -> bool) -> Option<String> {
    let all = services.words().get(lang).replace('、', ", ");
    if fits(&all) {
        return Some(all);
    }
    let nearly = Text::new("ほぼすべて", "nearly any");
    if Services::any().difference(services).list().len() < services.list().len() {
        return Some(nearly.get(lang).to_owned()).filter(|it| fits(it));
    }
    let mut names: Vec<String> = services.list().into_iter().map(|it| it.brief()).collect();
    let unnamed = usize::from(!services.unnamed().is_empty());
    names.dedup();
    let total = names.len() + unnamed;
    let some = (1..=MOST.min(names.len())).rev().map(|count| {
        let more = total - count;
        let shown = names.iter().take(count).cloned().collect::<Vec<_>>().join(", ");
        crate::text!("{shown} 他{more}件", "{shown} +{more}").get(lang).to_owned()
    });
    let counted = crate::text!("{total}種", "{total} services").get(lang).to_owned();
    some.chain([counted]).find(|it| fits(it))
}
