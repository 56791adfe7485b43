//! The list of external connections, beside the drawing when there is room, else on a sheet of
//! its own. The numbers are those of the drawing.

use super::canvas::{Canvas, Tag, Words};
use super::lanes::Sheet;
use super::style::{FAINT, INK, OUTSIDE, SMALL, solid};
use crate::audit::Assessment;
use crate::diagram::font;
use crate::diagram::scene::{Area, Point, Role};
use crate::inventory::{Connection, Entry, Holder, Inventory};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef, Vocabulary};

const HEAD: f32 = 12.5;
const TITLE: f32 = 13.0;

/// A column: heading, share of the width.
type Column = (Text, f32);

fn columns() -> Vec<Column> {
    vec![
        (Text::new("番号", "No."), 0.026),
        (Text::new("名称・目的", "name, purpose"), 0.120),
        (Text::new("接続先", "party"), 0.105),
        (Text::new("接続方式・回線", "transport, circuit"), 0.120),
        (Text::new("接続点", "entry"), 0.090),
        (Text::new("許可する通信", "permitted"), 0.165),
        (Text::new("認証・利用", "authentication, use"), 0.115),
        (Text::new("責任分界点", "demarcation"), 0.105),
        (Text::new("保守（内／外）", "maintained by (in/out)"), 0.090),
        (Text::new("契約・再確認", "contract, confirmed"), 0.064),
    ]
}

/// How large the list is written: small below the drawing, comfortably on a sheet of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    size: f32,
    line: f32,
    lines: usize,
}

impl Scale {
    pub(super) fn below(sheet: Sheet) -> Self {
        let lines = if sheet.width > 1000.0 { 2 } else { 3 };
        Self {
            size: SMALL,
            line: 8.3,
            lines,
        }
    }

    pub(super) fn own() -> Self {
        Self {
            size: 7.4,
            line: 9.6,
            lines: 3,
        }
    }

    fn row(self) -> f32 {
        self.line * self.lines as f32 + 4.0
    }
}

/// Whether the whole list fits below the drawing.
pub(super) fn fits(assessment: &Assessment, sheet: Sheet, below: f32) -> bool {
    let count = assessment.inventory.connections.len();
    count > 0
        && below + TITLE + HEAD + Scale::below(sheet).row() * count as f32 <= sheet.body().bottom()
}

/// Writes the list from the connection `first` on, as far as the sheet goes. Returns the index
/// of the first connection that did not fit.
pub(super) fn table(
    canvas: &mut Canvas,
    assessment: &Assessment,
    first: usize,
    scale: Scale,
    sheet: Sheet,
    top: f32,
    lang: Lang,
) -> usize {
    let none = Tag::default();
    let inventory = &assessment.inventory;
    let body = sheet.body();
    let height = scale.row();
    let title = Text::new("外部接続一覧", "External connections");
    canvas.words(
        Role::Furniture,
        &none,
        body.x,
        top + 8.5,
        Words::new(title.get(lang), 8.6).bold(),
    );
    let columns = columns();
    let head_y = top + TITLE;
    let head = Area {
        x: body.x,
        y: head_y,
        w: body.w,
        h: HEAD,
    };
    canvas.rect(Role::Ground, &none, head, (0.0, Some(OUTSIDE), None));
    let mut x = body.x;
    let mut edges = Vec::new();
    for (heading, share) in &columns {
        let width = body.w * share;
        canvas.words(
            Role::Furniture,
            &none,
            x + 3.0,
            head_y + 9.0,
            Words::new(heading.get(lang), 7.0).bold().room(width - 5.0),
        );
        edges.push((x, width));
        x += width;
    }
    let numbers = inventory.connection_numbers();
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by_key(|at| numbers[*at]);
    let fit = ((body.bottom() - head_y - HEAD) / height).floor().max(1.0) as usize;
    let last = order.len().min(first + fit);
    let entries: Vec<&Entry<Connection>> = inventory.connections.iter().collect();
    let mut y = head_y + HEAD;
    canvas.rule(
        Point {
            x: body.x,
            y: head_y,
        },
        Point {
            x: body.right(),
            y: head_y,
        },
        solid(INK, 0.9),
    );
    canvas.rule(
        Point { x: body.x, y },
        Point { x: body.right(), y },
        solid(INK, 0.7),
    );
    for at in &order[first..last] {
        let connection = entries[*at];
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let tag = Tag {
            owner: None,
            thing: Some(thing),
        };
        let cells = describe(inventory, connection, numbers[*at], lang);
        for ((x, width), text) in edges.iter().zip(cells) {
            let mut base = y + scale.line - 0.6;
            for line in wrap(&text, scale.size, width - 5.0, scale.lines) {
                canvas.words(
                    Role::Furniture,
                    &tag,
                    x + 3.0,
                    base,
                    Words::new(&line, scale.size).room(width - 5.0),
                );
                base += scale.line;
            }
        }
        y += height;
        canvas.rule(
            Point { x: body.x, y },
            Point { x: body.right(), y },
            solid(FAINT, 0.5),
        );
    }
    for (x, _) in edges.iter().skip(1) {
        canvas.rule(
            Point { x: *x, y: head_y },
            Point { x: *x, y },
            solid(FAINT, 0.5),
        );
    }
    last
}

/// Breaks a text into lines that fit; what is left over after the last line is cut with `…`.
pub(super) fn wrap(text: &str, size: f32, room: f32, most: usize) -> Vec<String> {
    let text = font::drawable(text);
    let mut lines: Vec<String> = vec![String::new()];
    let mut width = 0.0;
    for character in text.chars() {
        let step = font::width(character.encode_utf8(&mut [0; 4]), size, false);
        let last = lines.len() - 1;
        // Closing marks never begin a line.
        let closing = matches!(
            character,
            '、' | '。' | '）' | ')' | '」' | '・' | 'ー' | ',' | '/'
        );
        if width + step > room && !lines[last].is_empty() && !closing {
            // A Latin word moves to the next line whole.
            let word_start = lines[last]
                .rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | ':' | '-'));
            let carried = match word_start {
                Some(at) if character.is_ascii_alphanumeric() => {
                    let after = at + lines[last][at..].chars().next().map_or(0, char::len_utf8);
                    if after < lines[last].len() && after > 0 {
                        lines[last].split_off(after)
                    } else {
                        String::new()
                    }
                }
                _ => String::new(),
            };
            width = font::width(&carried, size, false);
            lines.push(carried);
        }
        let last = lines.len() - 1;
        lines[last].push(character);
        width += step;
    }
    if lines.len() > most {
        let rest = lines.split_off(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(&rest.concat());
        }
    }
    lines
        .into_iter()
        .map(|line| line.trim().to_owned())
        .collect()
}

fn describe(
    inventory: &Inventory,
    connection: &Connection,
    number: u32,
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
    let permitted: Vec<String> = connection
        .allow
        .iter()
        .map(|allow| {
            let id = allow.to.value.to_string();
            let kinds = [
                EntityKind::System,
                EntityKind::Zone,
                EntityKind::Device,
                EntityKind::Party,
            ];
            let named = kinds
                .into_iter()
                .map(|kind| name(kind, &id))
                .find(|name| *name != id)
                .unwrap_or(id);
            let services: Vec<String> = allow
                .services
                .iter()
                .map(|it| it.value.described())
                .collect();
            format!("{named} {}", services.join(", ")).trim().to_owned()
        })
        .collect();
    let mut use_parts: Vec<String> = Vec::new();
    let means: Vec<String> = connection
        .authentication
        .iter()
        .map(|it| it.value.label().get(lang).to_owned())
        .collect();
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
    if let Some(until) = connection
        .contract
        .as_ref()
        .and_then(|it| it.until.as_ref())
    {
        kept.push(format!("～{}", until.value));
    }
    if let Some(confirmed) = &connection.recertified {
        let date = confirmed.on.value;
        kept.push(
            crate::text!("確認 {date}", "confirmed {date}")
                .get(lang)
                .to_owned(),
        );
    }
    vec![
        number.to_string(),
        format!(
            "{}（{}）",
            connection.name,
            connection.purpose.value.label().get(lang)
        ),
        name(EntityKind::Party, connection.party.id()),
        format!(
            "{}　{circuit}",
            connection.transport.value.label().get(lang)
        ),
        entry,
        permitted.join("、"),
        use_parts.join("　"),
        connection
            .demarcation
            .as_ref()
            .map_or_else(|| "―".to_owned(), |it| it.value.clone()),
        format!("{inside}／{outside}"),
        kept.join(" "),
    ]
}
