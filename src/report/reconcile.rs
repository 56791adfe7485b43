//! The two sides of the account, as text and as data.

use super::terminal::Style;
use crate::confirm::reconcile::{Difference, Pair, Reconciled, Said};
use crate::inventory::Inventory;
use crate::locale::{Lang, Text, one_line, wrap};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::report::json::neutralise;
use crate::source::SourceMap;
use crate::text;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The version of the shape. Additions keep it; anything else raises it.
const VERSION: u32 = 1;

/// One side: what it declares, and where that stands.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its inventory.
    pub inventory: &'a Inventory,
    /// Its texts.
    pub sources: &'a SourceMap,
}

impl Side<'_> {
    fn name(&self, id: &str) -> &str {
        let connections = EntityRef::new(EntityKind::Connection, id);
        self.inventory.connections.get(&connections.id).map_or("", |it| it.name.value.as_str())
    }

    fn place(&self, said: &Said) -> Option<String> {
        said.span.map(|it| self.sources.place(it))
    }

    fn place_of(&self, id: &str) -> Option<String> {
        let line = self.inventory.connections.get(id)?;
        Some(self.sources.place(line.id.span))
    }
}

/// The differences for people, line by line.
pub fn text(
    all: &Reconciled,
    hospital: Side<'_>,
    vendor: Side<'_>,
    lang: Lang,
    style: Style,
) -> String {
    let mut page = Page { text: String::new(), lang, style };
    let name = hospital.inventory.organization.as_ref().map(|it| it.name.value.as_str());
    let name = name.unwrap_or("—");
    page.put("", &text!("関所 両者の台帳の突合せ  {name}", "Sekisho: double entry, {name}"));
    for pair in &all.pairs {
        page.pair(pair, hospital, vendor);
    }
    let only = [
        (
            Text::new("病院の台帳だけにある接続", "only the hospital declares"),
            &all.only_hospital,
            hospital,
        ),
        (
            Text::new("事業者の台帳だけにある接続", "only the vendor declares"),
            &all.only_vendor,
            vendor,
        ),
    ];
    for (title, ids, side) in only {
        for id in ids {
            let name = side.name(id);
            let place = side.place_of(id).unwrap_or_default();
            page.text.push('\n');
            let rule = Reconciled::ALONE.id;
            page.put(
                "",
                &text!("{title}: {name}（{id}）〔{rule}〕", "{title}: {name} ({id}) [{rule}]"; title),
            );
            page.put("    --> ", &Text::same(place));
        }
    }
    page.text.push('\n');
    let (pairs, others) = (all.pairs.len(), all.of_others);
    let differences: usize = all.pairs.iter().map(|it| it.differences.len()).sum();
    let alone = all.only_hospital.len() + all.only_vendor.len();
    page.put(
        "",
        &text!(
            "対応した接続 {pairs}、食い違い {differences}、片方だけの接続 {alone}。ほかの相手との接続 {others}本は比べていません。",
            "{pairs} line(s) on both sides, {differences} difference(s), {alone} line(s) on one side only. {others} line(s) of other parties were not compared."
        ),
    );
    page.text
}

struct Page {
    text: String,
    lang: Lang,
    style: Style,
}

impl Page {
    fn put(&mut self, lead: &str, says: &Text) {
        let says = one_line(says.get(self.lang)).into_owned();
        let indent = lead.chars().count();
        let mut lead = lead.to_owned();
        for line in wrap(&says, self.style.columns.max(40).saturating_sub(indent)) {
            let _ = writeln!(self.text, "{lead}{line}");
            lead = " ".repeat(indent);
        }
    }

    fn pair(&mut self, pair: &Pair, hospital: Side<'_>, vendor: Side<'_>) {
        self.text.push('\n');
        let (name, our, their) = (hospital.name(&pair.hospital), &pair.hospital, &pair.vendor);
        let (by, key) = (pair.by.0.label(), &pair.by.1);
        self.put(
            "",
            &text!(
                "{name}（病院 {our} ＝ 事業者 {their}、{by} {key} が一致）",
                "{name} (hospital {our} = vendor {their}, by {by} {key})"; by
            ),
        );
        if pair.differences.is_empty() {
            self.put("    ", &Text::new("食い違いはありません", "no difference"));
        }
        for it in &pair.differences {
            let (about, rule) = (it.about.label(), Difference::RULE.id);
            self.put("  * ", &text!("{about}〔{rule}〕", "{about} [{rule}]"; about));
            let sides = [
                (Text::new("病院　", "hospital"), &it.hospital, hospital),
                (Text::new("事業者", "vendor  "), &it.vendor, vendor),
            ];
            for (label, said, side) in sides {
                let label = label.get(self.lang).to_owned();
                match said {
                    Some(said) => {
                        let place = side.place(said).map(|it| format!("  {it}"));
                        let (says, place) = (&said.says, place.unwrap_or_default());
                        self.put(
                            "      ",
                            &text!("{label} {says}{place}", "{label} {says}{place}"; says),
                        );
                    }
                    None => self.put("      ", &text!("{label} 記載なし", "{label} says nothing")),
                }
            }
        }
    }
}

/// The differences for programs.
pub fn json(all: &Reconciled, hospital: Side<'_>, vendor: Side<'_>) -> Value {
    let said = |said: &Option<Said>, side: Side<'_>| {
        said.as_ref().map(|it| {
            json!({
                "says": { "ja": it.says.ja, "en": it.says.en },
                "place": side.place(it),
            })
        })
    };
    let difference = |it: &Difference| {
        json!({
            "about": it.about.key(),
            "rule": Difference::RULE.id,
            "severity": Difference::RULE.severity.key(),
            "hospital": said(&it.hospital, hospital),
            "vendor": said(&it.vendor, vendor),
        })
    };
    let pair = |it: &Pair| {
        json!({
            "hospital": it.hospital,
            "vendor": it.vendor,
            "by": it.by.0.key(),
            "key": it.by.1,
            "differences": it.differences.iter().map(difference).collect::<Vec<_>>(),
        })
    };
    let mut value = json!({
        "schema_version": VERSION,
        "question": { "kind": "reconcile" },
        "agrees": all.agrees(),
        "pairs": all.pairs.iter().map(pair).collect::<Vec<_>>(),
        "only_hospital": all.only_hospital,
        "only_vendor": all.only_vendor,
        "one_side_only": {
            "rule": Reconciled::ALONE.id,
            "severity": Reconciled::ALONE.severity.key(),
        },
        "of_others": all.of_others,
    });
    neutralise(&mut value);
    value
}
