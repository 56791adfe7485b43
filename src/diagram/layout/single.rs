//! The sheet of one connection: below the lanes, everything that is declared about it, who is
//! responsible for each half, and what was found.

use super::canvas::{Canvas, Tag, Words};
use super::lanes::Sheet;
use super::style::{self, FAINT, INK, OUTSIDE, SOFT, solid};
use crate::audit::Assessment;
use crate::diagram::font::wrap;
use crate::diagram::scene::{Area, Point, Role};
use crate::finding::Finding;
use crate::inventory::{Connection, Half, Holder, Inventory};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef, Vocabulary};

const LINE: f32 = 9.8;
/// Size of the text in the tables.
const SIZE: f32 = 7.4;

/// Whether the tables fit below `top`.
pub(super) fn fits(sheet: Sheet, top: f32) -> bool {
    /// The longest table: twelve facts, some of two lines.
    const NEEDED: f32 = 12.0 + 15.0 * LINE;
    top + NEEDED <= sheet.body().bottom()
}

/// Writes the tables below `top`.
pub(super) fn details(
    canvas: &mut Canvas,
    assessment: &Assessment,
    id: &str,
    found: &[&Finding],
    sheet: Sheet,
    top: f32,
    lang: Lang,
) {
    let Some(connection) = assessment.inventory.connections.get(id) else {
        return;
    };
    let body = sheet.body();
    let third = (body.w - 16.0) / 3.0;
    let column = |at: usize| Area {
        x: body.x + (third + 8.0) * at as f32,
        y: top,
        w: third,
        h: body.bottom() - top,
    };
    facts(canvas, &assessment.inventory, connection, column(0), lang);
    duties(canvas, &assessment.inventory, connection, column(1), lang);
    findings(canvas, found, column(2), lang);
}

fn heading(canvas: &mut Canvas, area: Area, text: &Text, lang: Lang) -> f32 {
    let none = Tag::default();
    canvas.rect(Role::Ground, &none, Area { h: 12.0, ..area }, (0.0, Some(OUTSIDE), None));
    canvas.rule(
        Point { x: area.x, y: area.y },
        Point { x: area.right(), y: area.y },
        solid(INK, 0.9),
    );
    canvas.words(
        Role::Furniture,
        &none,
        area.x + 3.0,
        area.y + 9.0,
        Words::new(text.get(lang), 7.6).bold().room(area.w - 6.0),
    );
    area.y + 12.0
}

fn facts(
    canvas: &mut Canvas,
    inventory: &Inventory,
    connection: &Connection,
    area: Area,
    lang: Lang,
) {
    let none = Tag::default();
    let say = |text: Text| text.get(lang).to_owned();
    let unstated = || say(Text::new("（未記載）", "(not declared)"));
    let text = |value: Option<String>| value.unwrap_or_else(unstated);
    let name = |kind, id: &str| inventory.name_of(&EntityRef::new(kind, id)).to_owned();
    let circuit = connection.circuit.as_ref().map(|it| {
        let circuit = inventory.circuits.get(it.id());
        let id = circuit
            .and_then(|it| it.circuit_id.as_ref())
            .map_or(String::new(), |id| format!("（{id}）"));
        format!("{}{id}", name(EntityKind::Circuit, it.id()))
    });
    let contacts: Vec<String> = inventory
        .parties
        .get(connection.party.id())
        .map(|party| {
            let contact = |it: &crate::inventory::Contact| {
                let parts = [Some(&it.name), it.phone.as_ref(), it.hours.as_ref()];
                parts.into_iter().flatten().map(|it| it.value.clone()).collect::<Vec<_>>().join(" ")
            };
            party.contacts.iter().map(contact).collect()
        })
        .unwrap_or_default();
    let list = |items: Vec<String>| (!items.is_empty()).then(|| items.join("、"));
    let rows = [
        (Text::new("目的", "purpose"), say(connection.purpose.value.label())),
        (Text::new("接続先", "party"), name(EntityKind::Party, connection.party.id())),
        (Text::new("連絡先", "contact"), text(list(contacts))),
        (Text::new("回線", "circuit"), text(circuit)),
        (Text::new("接続方式", "transport"), say(connection.transport.value.label())),
        (
            Text::new("認証方式", "authentication"),
            text(list(connection.authentication.iter().map(|it| say(it.value.label())).collect())),
        ),
        (
            Text::new("接続元の制限", "sources"),
            text(list(connection.sources.iter().map(|it| it.value.to_string()).collect())),
        ),
        (
            Text::new("利用形態", "use"),
            text(connection.standing.as_ref().map(|it| {
                say(if it.value {
                    Text::new("常時接続", "always up")
                } else {
                    Text::new("都度接続", "on demand")
                })
            })),
        ),
        (
            Text::new("利用時間", "hours"),
            text(connection.hours.as_ref().map(|it| it.value.clone())),
        ),
        (
            Text::new("責任分界点", "demarcation"),
            text(connection.demarcation.as_ref().map(|it| it.value.clone())),
        ),
        (
            Text::new("契約", "contract"),
            text(connection.contract.as_ref().map(|it| {
                let reference = it.r#ref.as_ref().map_or("", |it| it.value.as_str());
                let until = it.until.as_ref().map_or(String::new(), |it| format!("～{}", it.value));
                format!("{reference} {until}").trim().to_owned()
            })),
        ),
        (
            Text::new("年次再確認", "recertified"),
            text(connection.recertified.as_ref().map(|it| format!("{} {}", it.on.value, it.by))),
        ),
    ];
    let mut y = heading(canvas, area, &Text::new("接続の内容", "The connection"), lang);
    let label = 58.0;
    for (title, value) in rows {
        let lines = wrap(&value, SIZE, area.w - label - 6.0, 2);
        let height = LINE * lines.len() as f32 + 2.6;
        if y + height > area.bottom() {
            break;
        }
        canvas.words(
            Role::Furniture,
            &none,
            area.x + 3.0,
            y + LINE - 0.8,
            Words::new(title.get(lang), SIZE).colour(SOFT).room(label - 5.0),
        );
        let mut base = y + LINE - 0.8;
        for line in lines {
            canvas.words(
                Role::Furniture,
                &none,
                area.x + label,
                base,
                Words::new(&line, SIZE).room(area.w - label - 3.0),
            );
            base += LINE;
        }
        y += height;
        canvas.rule(Point { x: area.x, y }, Point { x: area.right(), y }, solid(FAINT, 0.5));
    }
}

fn duties(
    canvas: &mut Canvas,
    inventory: &Inventory,
    connection: &Connection,
    area: Area,
    lang: Lang,
) {
    let none = Tag::default();
    let mut y = heading(
        canvas,
        area,
        &Text::new("責任分担（責任分界点の内側・外側）", "Responsibilities"),
        lang,
    );
    let responsibility = connection.responsibility.as_ref();
    let halves = [
        responsibility.and_then(|it| it.inside.as_ref()),
        responsibility.and_then(|it| it.outside.as_ref()),
    ];
    type Duty = for<'a> fn(&'a Half) -> Option<&'a crate::source::Spanned<Holder>>;
    let duties: [(Text, Duty); 7] = [
        (Text::new("所有", "owner"), |half| half.owner.as_ref()),
        (Text::new("設置", "installed by"), |half| half.installer.as_ref()),
        (Text::new("保守", "maintained by"), |half| half.maintainer.as_ref()),
        (Text::new("設定変更", "configuration"), |half| half.configuration.as_ref()),
        (Text::new("更新適用", "updates"), |half| half.patches.as_ref()),
        (Text::new("ログ", "logs"), |half| half.logs.as_ref()),
        (Text::new("緊急遮断", "cuts"), |half| half.cuts.as_ref()),
    ];
    let label = 46.0;
    let half_w = (area.w - label) / 2.0;
    let heads = [Text::new("院内側", "inside"), Text::new("院外側", "outside")];
    for (at, head) in heads.iter().enumerate() {
        let x = area.x + label + half_w * at as f32;
        canvas.words(
            Role::Furniture,
            &none,
            x,
            y + LINE - 0.4,
            Words::new(head.get(lang), SIZE).bold().room(half_w - 3.0),
        );
    }
    y += LINE + 2.6;
    canvas.rule(Point { x: area.x, y }, Point { x: area.right(), y }, solid(FAINT, 0.5));
    for (title, duty) in duties {
        canvas.words(
            Role::Furniture,
            &none,
            area.x + 3.0,
            y + LINE - 0.8,
            Words::new(title.get(lang), SIZE).colour(SOFT).room(label - 5.0),
        );
        for (at, half) in halves.iter().enumerate() {
            let holder = half.and_then(duty).map(|it| &it.value);
            let text = match holder {
                None => "―".to_owned(),
                Some(Holder::Hospital) => Text::new("病院", "hospital").get(lang).to_owned(),
                Some(Holder::Undefined) => Text::new("未定", "undefined").get(lang).to_owned(),
                Some(Holder::Party(id)) => {
                    inventory.name_of(&EntityRef::new(EntityKind::Party, id)).to_owned()
                }
            };
            let x = area.x + label + half_w * at as f32;
            canvas.words(
                Role::Furniture,
                &none,
                x,
                y + LINE - 0.8,
                Words::new(&text, SIZE).room(half_w - 3.0),
            );
        }
        y += LINE + 2.6;
        canvas.rule(Point { x: area.x, y }, Point { x: area.right(), y }, solid(FAINT, 0.5));
    }
}

fn findings(canvas: &mut Canvas, found: &[&Finding], area: Area, lang: Lang) {
    let none = Tag::default();
    let count = found.len();
    if count == 0 {
        return;
    }
    let title = crate::text!(
        "この図にあるものへの指摘事項 {count} 件",
        "{count} finding(s) about what is drawn here"
    );
    let mut y = heading(canvas, area, &title, lang);
    for (at, finding) in found.iter().enumerate() {
        let sign = if finding.is_open() { "▲" } else { "△" };
        let text = format!(
            "{sign} [{}] {}",
            finding.severity.label().get(lang),
            finding.message.get(lang)
        );
        let lines = wrap(&text, SIZE, area.w - 6.0, 3);
        let height = LINE * lines.len() as f32 + 2.6;
        if y + height + LINE > area.bottom() {
            let more = count - at;
            let text = crate::text!("ほか {more} 件", "{more} more");
            canvas.words(
                Role::Furniture,
                &none,
                area.x + 3.0,
                y + LINE - 0.8,
                Words::new(text.get(lang), SIZE),
            );
            break;
        }
        let mut base = y + LINE - 0.8;
        for line in lines {
            let words = Words::new(&line, SIZE)
                .colour(style::severity(finding.severity))
                .room(area.w - 6.0);
            canvas.words(Role::Furniture, &none, area.x + 3.0, base, words);
            base += LINE;
        }
        y += height;
        canvas.rule(Point { x: area.x, y }, Point { x: area.right(), y }, solid(FAINT, 0.5));
    }
}
