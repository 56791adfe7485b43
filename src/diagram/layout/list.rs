//! The list of external connections, beside the drawing when there is room, else on a sheet of
//! its own. The numbers are those of the drawing.

use super::canvas::{Canvas, Tag, Words};
use super::content::{Content, Mark};
use super::lanes::Sheet;
use super::style::{self, FAINT, INK, OUTSIDE, SMALL, solid};
use crate::audit::Assessment;
use crate::diagram::font::wrap;
use crate::diagram::scene::{Area, Point, Role};
use crate::inventory::{Connection, Endpoint, Holder, Inventory};
use crate::locale::{Lang, Text};
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, Service, Vocabulary};

/// Height of the headings of the columns, and of the title above them.
const HEAD: f32 = 12.5;
const TITLE: f32 = 13.0;

/// A column: heading, share of the width.
pub(super) type Column = (Text, f32);

fn columns() -> Vec<Column> {
    vec![
        (Text::new("番号", "No."), 0.030),
        (Text::new("名称・目的", "name, purpose"), 0.122),
        (Text::new("接続先", "party"), 0.105),
        (Text::new("接続方式・回線", "transport, circuit"), 0.120),
        (Text::new("接続点", "entry"), 0.090),
        (Text::new("許可する通信", "permitted"), 0.155),
        (Text::new("認証・利用", "authentication"), 0.113),
        (Text::new("責任分界点", "demarcation"), 0.105),
        (Text::new("保守（内／外）", "upkeep (in/out)"), 0.086),
        (Text::new("契約・再確認", "contract"), 0.076),
    ]
}

/// How large the list is written: small below the drawing, comfortably on a sheet of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    size: f32,
    line: f32,
}

impl Scale {
    pub(super) const BELOW: Self = Self { size: SMALL, line: 8.1 };
    pub(super) const OWN: Self = Self { size: 7.4, line: 9.4 };
    /// The most lines of one entry.
    const LINES: usize = 4;
}

struct Entry {
    thing: EntityRef,
    /// For each column its lines.
    cells: Vec<Vec<String>>,
    height: f32,
}

/// The list, broken into lines for a width.
pub(super) struct List {
    title: Text,
    columns: Vec<Column>,
    entries: Vec<Entry>,
    scale: Scale,
    area: Area,
    lang: Lang,
}

impl List {
    pub(super) fn new(
        assessment: &Assessment,
        content: &Content,
        scale: Scale,
        sheet: Sheet,
        lang: Lang,
    ) -> Self {
        let inventory = &assessment.inventory;
        let numbers = inventory.connection_numbers();
        let mut ordered: Vec<_> = numbers.into_iter().zip(&inventory.connections).collect();
        ordered.sort_by_key(|(number, _)| *number);
        let row = |(number, connection): (u32, &crate::inventory::Entry<Connection>)| {
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            let mark = content.rows.iter().find(|row| row.thing == thing).map(|row| row.mark);
            let number = numbered(number, mark.unwrap_or_default(), lang);
            (thing, describe(inventory, connection, number, lang))
        };
        let title = Text::new("外部接続一覧", "External connections");
        let rows = ordered.into_iter().map(row).collect();
        Self::of(title, columns(), rows, scale, sheet, lang)
    }

    /// A list of anything: what each entry is about, with a text for every column.
    pub(super) fn of(
        title: Text,
        columns: Vec<Column>,
        rows: Vec<(EntityRef, Vec<String>)>,
        scale: Scale,
        sheet: Sheet,
        lang: Lang,
    ) -> Self {
        let area = sheet.body();
        let widths: Vec<f32> = columns.iter().map(|(_, share)| area.w * share - 5.0).collect();
        let entry = |(thing, texts): (EntityRef, Vec<String>)| {
            let cells: Vec<Vec<String>> = texts
                .iter()
                .zip(&widths)
                .map(|(text, width)| paragraphs(text, scale.size, *width))
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            Entry { thing, cells, height: scale.line * lines as f32 + 3.6 }
        };
        let entries = rows.into_iter().map(entry).collect();
        Self { title, columns, entries, scale, area, lang }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the whole list fits below `top`.
    pub(super) fn fits(&self, top: f32) -> bool {
        let entries: f32 = self.entries.iter().map(|it| it.height).sum();
        !self.entries.is_empty() && top + TITLE + HEAD + entries <= self.area.bottom()
    }

    /// Writes the entries from `first` on, as far as the sheet goes. Returns the first one that
    /// did not fit.
    pub(super) fn write(&self, canvas: &mut Canvas, first: usize, top: f32) -> usize {
        let none = Tag::default();
        let area = self.area;
        // A sheet of its own has its title already.
        let below = self.scale.size <= SMALL;
        if below {
            let words = Words::new(self.title.get(self.lang), 8.6).bold();
            canvas.words(Role::Furniture, &none, area.x, top + 8.5, words);
        }
        let top = if below { top } else { top - TITLE + 4.0 };
        let head = Area { y: top + TITLE, h: HEAD, ..area };
        canvas.rect(Role::Ground, &none, head, (0.0, Some(OUTSIDE), None));
        let rule = |canvas: &mut Canvas, y: f32, stroke| {
            canvas.rule(Point { x: area.x, y }, Point { x: area.right(), y }, stroke);
        };
        rule(canvas, head.y, solid(INK, 0.9));
        rule(canvas, head.bottom(), solid(INK, 0.7));
        let mut x = area.x;
        let mut edges = Vec::new();
        for (heading, share) in &self.columns {
            let words = Words::new(heading.get(self.lang), 7.0).bold().room(area.w * share - 5.0);
            canvas.words(Role::Furniture, &none, x + 3.0, head.y + 9.0, words);
            edges.push((x, area.w * share));
            x += area.w * share;
        }
        let mut y = head.bottom();
        let mut next = first;
        for entry in &self.entries[first..] {
            if y + entry.height > area.bottom() && next > first {
                break;
            }
            self.entry(canvas, entry, &edges, y);
            y += entry.height;
            next += 1;
            rule(canvas, y, solid(FAINT, 0.5));
        }
        for (x, _) in edges.into_iter().skip(1) {
            canvas.rule(Point { x, y: head.y }, Point { x, y }, solid(FAINT, 0.5));
        }
        next
    }

    fn entry(&self, canvas: &mut Canvas, entry: &Entry, edges: &[(f32, f32)], top: f32) {
        let tag = Tag { owner: None, thing: Some(entry.thing.clone()) };
        for ((x, width), lines) in edges.iter().zip(&entry.cells) {
            let mut base = top + self.scale.line - 0.6;
            for line in lines {
                let words = Words::new(line, self.scale.size).room(width - 5.0);
                canvas.words(Role::Furniture, &tag, x + 3.0, base, words);
                base += self.scale.line;
            }
        }
    }
}

fn describe(
    inventory: &Inventory,
    connection: &Connection,
    number: String,
    lang: Lang,
) -> Vec<String> {
    let name = |kind, id: &str| inventory.name_of(&EntityRef::new(kind, id)).to_owned();
    let entry = connection.at.as_ref().map_or_else(String::new, |at| {
        let kind = if inventory.devices.declares(&at.owner) {
            EntityKind::Device
        } else {
            EntityKind::System
        };
        match &at.interface {
            Some(interface) => format!("{} {interface}", name(kind, &at.owner)),
            None => name(kind, &at.owner),
        }
    });
    let circuit = connection
        .circuit
        .as_ref()
        .map_or_else(String::new, |id| name(EntityKind::Circuit, id.id()));
    let end = |end: &Endpoint| match end {
        Endpoint::Any => Text::new("すべて", "everything").get(lang).to_owned(),
        Endpoint::Internet => Text::new("インターネット", "the internet").get(lang).to_owned(),
        Endpoint::Network(_) => end.to_string(),
        Endpoint::Named(id) => {
            let kinds =
                [EntityKind::System, EntityKind::Zone, EntityKind::Device, EntityKind::Party];
            let names = kinds.into_iter().map(|kind| name(kind, id));
            names.into_iter().find(|name| name != id).unwrap_or_else(|| id.clone())
        }
    };
    // What matters is the inside: a session from outside names its target, one from inside its
    // source as well.
    let mut permitted: Vec<String> = Vec::new();
    for allow in &connection.allow {
        let words: Vec<String> = allow
            .services
            .iter()
            .map(|it| match it.value {
                Service::Any => Text::new("すべて", "any").get(lang).to_owned(),
                service => service.described(),
            })
            .collect();
        let words = words.join(", ");
        let outbound = allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound);
        let mut text = match (&allow.from, outbound) {
            (Some(from), true) => format!("{}→{} {words}", end(&from.value), end(&allow.to.value)),
            _ => format!("{} {words}", end(&allow.to.value)),
        };
        if let Some(via) = &allow.via {
            let via = name(EntityKind::System, via.id());
            text += crate::text!("（{via}経由）", " (via {via})").get(lang);
        }
        let text = text.trim().to_owned();
        if !permitted.contains(&text) {
            permitted.push(text);
        }
    }
    let mut use_parts: Vec<String> = Vec::new();
    let means: Vec<String> =
        connection.authentication.iter().map(|it| it.value.label().get(lang).to_owned()).collect();
    if !means.is_empty() {
        use_parts.push(means.join("＋"));
    }
    if let Some(standing) = &connection.standing {
        let word = if standing.value {
            Text::new("常時接続", "always up")
        } else {
            Text::new("都度接続", "on demand")
        };
        use_parts.push(word.get(lang).to_owned());
    }
    if let Some(hours) = &connection.hours {
        use_parts.push(hours.value.clone());
    }
    let holder = |holder: &Holder| match holder {
        Holder::Hospital => Text::new("病院", "hospital").get(lang).to_owned(),
        Holder::Undefined => Text::new("未定", "undefined").get(lang).to_owned(),
        Holder::Party(id) => name(EntityKind::Party, id),
    };
    let half = |half: Option<&crate::inventory::Half>| {
        half.and_then(|it| it.maintainer.as_ref())
            .map_or_else(|| "―".to_owned(), |it| holder(&it.value))
    };
    let responsibility = connection.responsibility.as_ref();
    let inside = half(responsibility.and_then(|it| it.inside.as_ref()));
    let outside = half(responsibility.and_then(|it| it.outside.as_ref()));
    let mut kept: Vec<String> = Vec::new();
    if let Some(reference) = connection.contract.as_ref().and_then(|it| it.r#ref.as_ref()) {
        kept.push(reference.value.clone());
    }
    if let Some(until) = connection.contract.as_ref().and_then(|it| it.until.as_ref()) {
        let date = until.value;
        kept.push(crate::text!("期限{date}", "until {date}").get(lang).to_owned());
    }
    if let Some(confirmed) = &connection.recertified {
        let date = confirmed.on.value;
        kept.push(crate::text!("確認{date}", "checked {date}").get(lang).to_owned());
    }
    vec![
        number,
        format!("{}（{}）", connection.name, connection.purpose.value.label().get(lang)),
        name(EntityKind::Party, connection.party.id()),
        format!("{}　{circuit}", connection.transport.value.label().get(lang)),
        if entry.is_empty() { "―".to_owned() } else { entry },
        permitted.join("\n"),
        use_parts.join("\n"),
        connection.demarcation.as_ref().map_or_else(|| "―".to_owned(), |it| it.value.clone()),
        format!("{inside}／{outside}"),
        kept.join("\n"),
    ]
}

/// The number, and below it the mark that the drawing has.
fn numbered(number: u32, mark: Mark, lang: Lang) -> String {
    let mut text = number.to_string();
    if let Some(worst) = mark.worst {
        text += &format!("\n▲{}{}", style::weight(worst).get(lang), mark.open);
    }
    if mark.waived > 0 {
        text += &format!("\n△{}", mark.waived);
    }
    text
}

/// Breaks each line of a text.
fn paragraphs(text: &str, size: f32, width: f32) -> Vec<String> {
    let lines = text.split('\n').flat_map(|line| wrap(line, size, width, Scale::LINES));
    let mut lines: Vec<String> = lines.collect();
    if lines.len() > Scale::LINES {
        lines.truncate(Scale::LINES);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    lines
}
