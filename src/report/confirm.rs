//! What was confirmed, as text, as data, and as sheets to fill in.

use super::answer::page::{Ink, Page};
use super::{Report, csv};
use crate::confirm::coverage::{Confirmed, Coverage, Part, Standing};
use crate::confirm::recertify::{
    CHANGED, CONTACT, HOURS, LAST, List, NEEDED, PARTY, PERMITTED, PURPOSE, Returned, SOURCES,
    TRANSPORT, UNTIL,
};
use crate::confirm::sheet::{BY, LOT, NAME, NOTE, NUMBER, ON, Problem, RESULT, THING};
use crate::confirm::spotcheck::{Drawn, EXPECTED, PLACE, STEPS};
use crate::locale::{Lang, Text};
use crate::model::words::{Means, Outcome};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};
use std::io;

/// The version of the shape of the data. Additions keep it.
const VERSION: u32 = 1;

/// The kinds that are told, in order.
const KINDS: [EntityKind; 5] = [
    EntityKind::Connection,
    EntityKind::Device,
    EntityKind::Zone,
    EntityKind::System,
    EntityKind::Party,
];

/// A confirmation in words: how, when, by whom.
pub fn told(it: &Confirmed) -> Text {
    let (how, on, by) = (it.how.label(), it.day(), &it.by);
    let told = match by.is_empty() {
        true => text!("{how} {on}", "{how} {on}"; how, on),
        false => text!("{how} {on} {by}", "{how} {on}, {by}"; how, on),
    };
    let told = match it.part {
        None => told,
        Some(part) => {
            let part = share(part);
            text!("{told}（{part}を確認）", "{told} ({part} confirmed)"; told, part)
        }
    };
    match it.findings {
        0 => told,
        findings => text!("{told} 指摘{findings}件", "{told}, {findings} finding(s)"; told),
    }
}

/// `150台のうち3台`
fn share(part: Part) -> Text {
    let confirmed = part.confirmed;
    match part.all {
        Some(all) => text!("{all}台のうち{confirmed}台", "{confirmed} of {all}"),
        None => text!("台数不明のうち{confirmed}台", "{confirmed} of an unknown number"),
    }
}

/// What people call a thing; its id stands beside it.
fn named(report: &Report<'_>, thing: &EntityRef) -> String {
    crate::locale::one_line(report.assessment.inventory.name_of(thing)).into_owned()
}

/// The coverage for people: the share of connections, then every one; of the rest the numbers.
pub fn coverage(report: &Report<'_>, coverage: &Coverage, style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 確認状況", "Sekisho: what was confirmed"));
    let share = coverage.share(EntityKind::Connection);
    let summary = match share.percent() {
        None => Text::new("外部接続の記載がありません。", "No external connection is declared."),
        Some(percent) => {
            let (confirmed, all) = (share.confirmed, share.all);
            text!(
                "台帳の外部接続 {all} 件のうち {confirmed} 件（{percent}%）を12か月以内に確認しています。",
                "{confirmed} of {all} declared external connections ({percent}%) were confirmed within 12 months."
            )
        }
    };
    let whole = share.confirmed == share.all;
    let summary = page.say(&summary);
    page.paragraph("", &summary, if whole { Ink::Strong } else { Ink::Alarm });
    page.blank();
    for kind in KINDS {
        let share = coverage.share(kind);
        if share.all == 0 {
            continue;
        }
        let counts: Vec<Text> = Standing::ALL
            .iter()
            .map(|it| (it.label(), coverage.count(kind, *it)))
            .filter(|(_, count)| *count > 0)
            .map(|(label, count)| text!("{label} {count}", "{label} {count}"; label))
            .collect();
        let (kind, counts) = (kind.label(), Text::list(&counts));
        let line = page.say(&text!("{kind}：{counts}", "{kind}: {counts}"; kind, counts));
        page.paragraph("  ", &line, Ink::Plain);
    }
    page.blank();
    let connections: Vec<_> =
        coverage.things.iter().filter(|it| it.thing.kind == EntityKind::Connection).collect();
    page.section(&Text::new("外部接続", "external connections"), connections.len());
    for it in connections {
        let name = named(report, &it.thing);
        let last = it.last.as_ref().map_or_else(|| "―".to_owned(), |it| page.say(&told(it)));
        let line = format!("{}  {last}  {}", page.say(&it.standing.label()), name);
        let ink = match it.standing {
            Standing::Different => Ink::Alarm,
            _ => Ink::Plain,
        };
        page.paragraph("  ", &line, ink);
    }
    let partly: Vec<_> =
        coverage.things.iter().filter(|it| it.standing == Standing::Partly).collect();
    if !partly.is_empty() {
        page.blank();
        page.section(&Standing::Partly.label(), partly.len());
    }
    for it in partly {
        let (name, last) = (named(report, &it.thing), it.last.as_ref().map(told));
        let line = format!("{}  {name}", last.map_or_else(String::new, |it| page.say(&it)));
        page.paragraph("  ", &line, Ink::Plain);
    }
    page.done()
}

/// The coverage as data.
pub fn coverage_json(coverage: &Coverage) -> Value {
    let share = coverage.share(EntityKind::Connection);
    let things: Vec<Value> = coverage
        .things
        .iter()
        .map(|it| {
            json!({
                "thing": it.thing.to_string(),
                "standing": it.standing.key(),
                "confirmed": it.last.as_ref().map(|it| json!({
                    "on": it.on.map(|on| on.to_string()), "how": it.how.key(), "by": it.by,
                    "result": it.found(), "findings": it.findings,
                    "part": it.part.map(|it| json!({ "confirmed": it.confirmed, "all": it.all })),
                })),
            })
        })
        .collect();
    json!({
        "schema_version": VERSION,
        "as_of": coverage.as_of.to_string(),
        "connections_confirmed_within_12_months": { "numerator": share.confirmed, "denominator": share.all },
        "things": things,
    })
}

/// The JSON Schema of [`coverage_json`] (draft 2020-12).
pub fn coverage_schema() -> Value {
    let keys = |all: Vec<&'static str>| json!({ "enum": all });
    let standing = keys(Standing::ALL.iter().map(|it| it.key()).collect());
    let how = keys(Means::ALL.iter().map(|it| it.key()).collect());
    let day = json!({ "type": ["string", "null"], "format": "date", "description": "確認日。nullは日付不明 / when; null on an unknown day" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let object = |properties: Value| {
        let names = properties.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
        json!({ "type": "object", "additionalProperties": false, "required": names, "properties": properties })
    };
    let part = object(json!({
        "confirmed": count,
        "all": { "type": ["integer", "null"], "minimum": 0, "description": "台帳に台数がないときはnull / null when the inventory does not say" },
    }));
    let confirmed = object(json!({
        "on": day,
        "how": how,
        "by": { "type": "string", "description": "確認者・観測点。機器の設定では空 / by whom or where; empty for a configuration" },
        "result": { "enum": [Outcome::AsExpected.key(), Outcome::Different.key(), "findings", "in-part"], "description": "findingsは、確認したものに指摘がある / findings: something stands on it by what was looked at" },
        "findings": count,
        "part": { "anyOf": [{ "type": "null" }, part] },
    }));
    let thing = object(json!({
        "thing": { "type": "string", "pattern": "^[a-z_]+/.+$" },
        "standing": standing,
        "confirmed": { "anyOf": [{ "type": "null" }, confirmed], "description": "nullはだれも確認していない / null: nobody looked" },
    }));
    let mut all = object(json!({
        "schema_version": { "const": VERSION },
        "as_of": { "type": "string", "format": "date" },
        "connections_confirmed_within_12_months": object(json!({ "numerator": count, "denominator": count })),
        "things": { "type": "array", "items": thing },
    }));
    if let Some(all) = all.as_object_mut() {
        all.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        all.insert("$id".to_owned(), "urn:sekisho:answer:coverage".into());
        all.insert("title".to_owned(), "Sekisho coverage / 関所 確認状況".into());
    }
    all
}

/// The sheet of a spot check in Markdown.
pub fn spotcheck_markdown(report: &Report<'_>, seed: &str, drawn: &[Drawn]) -> String {
    let lang = report.lang;
    let say = |text: &Text| text.get(lang).to_owned();
    let seed = crate::locale::one_line(seed);
    let mut page = String::new();
    let head = text!("抜取確認表（種: {seed}）", "Spot check (seed: {seed})");
    page += &format!("# {}\n\n", say(&head));
    let how = text!(
        "抽選値は「種:connections/識別子」の SHA-256 で、小さい順に選びます。検算: printf '%s' '{seed}:connections/ID' | sha256sum",
        "The lot is the SHA-256 of SEED:connections/ID; the smallest are drawn. To redo it: printf '%s' '{seed}:connections/ID' | sha256sum"
    );
    page += &format!("{}\n", say(&how));
    for it in drawn {
        let name = named(report, &it.thing);
        page += &format!("\n## {} {name}（{}）\n\n", it.number, it.thing);
        page += &format!("- {}: `{}`\n", say(&LOT.title()), it.lot);
        page += &format!("- {}: {}\n", say(&PLACE.title()), say(&it.place));
        page += &format!("- {}:\n", say(&STEPS.title()));
        for (number, step) in (1..).zip(&it.steps) {
            page += &format!("  {number}. {}\n", say(step));
        }
        page += &format!("- {}:\n", say(&EXPECTED.title()));
        for expected in &it.expected {
            page += &format!("  - [ ] {}\n", say(expected));
        }
        let result = Text::new(
            "結果: □ 想定どおり　□ 相違あり　□ 実施できず",
            "result: □ as expected  □ different  □ not done",
        );
        page += &format!("- {}\n", say(&result));
        page += &format!("- {}: ________  {}: ________\n", say(&ON.title()), say(&BY.title()));
    }
    page
}

/// The sheet of a spot check, to be filled in with a spreadsheet.
pub fn spotcheck_csv(drawn: &[Drawn], lang: Lang, sink: &mut dyn io::Write) -> io::Result<()> {
    let titles = [NUMBER, THING, NAME, PLACE, STEPS, EXPECTED, ON, BY, RESULT, NOTE, LOT];
    let mut rows = vec![titles.iter().map(|it| it.title().get(lang).to_owned()).collect()];
    for it in drawn {
        let [number, name, place, steps, expected] =
            it.sent().map(|text| text.get(lang).to_owned());
        let thing = it.thing.to_string();
        let mut row = vec![number, thing, name, place, steps, expected];
        row.extend(std::iter::repeat_n(String::new(), 4));
        row.push(it.lot.clone());
        rows.push(row);
    }
    csv::write(&rows, sink)
}

/// The lists of the yearly recertification as one table.
pub fn recertification_csv(lists: &[List], lang: Lang, sink: &mut dyn io::Write) -> io::Result<()> {
    let titles = [
        PARTY, CONTACT, NUMBER, THING, NAME, PURPOSE, TRANSPORT, SOURCES, PERMITTED, HOURS, UNTIL,
        LAST, NEEDED, CHANGED, ON, BY, NOTE,
    ];
    let mut rows = vec![titles.iter().map(|it| it.title().get(lang).to_owned()).collect()];
    for list in lists {
        for it in &list.items {
            rows.push(vec![
                list.name.clone(),
                list.contact.clone(),
                it.number.to_string(),
                it.thing.to_string(),
                it.name.clone(),
                it.purpose.get(lang).to_owned(),
                it.transport.get(lang).to_owned(),
                it.sources.clone(),
                it.permitted.get(lang).to_owned(),
                it.hours.clone(),
                it.until.map_or_else(String::new, |it| it.to_string()),
                it.confirmed(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
    }
    csv::write(&rows, sink)
}

/// The lists as pages to send, one a party.
pub fn recertification_markdown(lists: &[List], lang: Lang) -> String {
    let say = |text: &Text| text.get(lang).to_owned();
    let cell = |text: &str| crate::locale::one_line(text).replace('|', "\\|");
    let mut page = String::new();
    for list in lists {
        let name = cell(&list.name);
        let head = text!(
            "外部接続の年次再確認のお願い: {name}",
            "Yearly recertification of connections: {name}"
        );
        page += &format!("# {}\n\n", say(&head));
        if !list.contact.is_empty() {
            page += &format!("{}: {}\n\n", say(&CONTACT.title()), cell(&list.contact));
        }
        let ask = Text::new(
            "次の外部接続が今も必要か、記載に変わりがないかを確かめ、記入してお返しください。",
            "Please say whether each connection is still needed and as described.",
        );
        page += &format!("{}\n\n", say(&ask));
        let titles = [
            NUMBER, NAME, PURPOSE, SOURCES, PERMITTED, HOURS, UNTIL, LAST, NEEDED, CHANGED, ON, BY,
        ];
        let heads: Vec<String> = titles.iter().map(|it| say(&it.title())).collect();
        page += &format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
        for it in &list.items {
            let until = it.until.map_or_else(String::new, |it| it.to_string());
            let last = it.last.as_ref().map_or_else(String::new, |(on, _)| on.to_string());
            let needed = Text::new("はい・いいえ", "yes / no");
            let changed = Text::new("なし・あり", "no / yes");
            let cells = [
                it.number.to_string(),
                cell(&it.name),
                say(&it.purpose),
                cell(&it.sources),
                cell(&say(&it.permitted)),
                cell(&it.hours),
                until,
                last,
                say(&needed),
                say(&changed),
                String::new(),
                String::new(),
            ];
            page += &format!("| {} |\n", cells.join(" | "));
        }
        page.push('\n');
    }
    page
}

/// What came back, in words: first what needs somebody.
pub fn returned(report: &Report<'_>, returned: &Returned) -> Vec<Text> {
    let name = |thing: &EntityRef| named(report, thing);
    let noted = |(thing, note): &(EntityRef, String), word: Text| {
        let name = name(thing);
        match note.is_empty() {
            true => text!("{word}: {name}（{thing}）", "{word}: {name} ({thing})"; word),
            false => {
                text!("{word}: {name}（{thing}）: {note}", "{word}: {name} ({thing}): {note}"; word)
            }
        }
    };
    let unneeded =
        Text::new("不要との回答（撤去と台帳からの削除）", "not needed any more (remove it)");
    let changed = Text::new(
        "変更ありとの回答（台帳を直してから再確認）",
        "changed (correct the inventory first)",
    );
    let silent = Text::new("回答なし", "nobody answered");
    let mut lines = Vec::new();
    lines.extend(returned.unneeded.iter().map(|it| noted(it, unneeded.clone())));
    lines.extend(returned.changed.iter().map(|it| noted(it, changed.clone())));
    lines.extend(problems(&returned.problems));
    let none = String::new();
    lines.extend(
        returned.unanswered.iter().map(|it| noted(&(it.clone(), none.clone()), silent.clone())),
    );
    lines
}

/// What is wrong with a sheet, in words.
pub fn problems(problems: &[Problem]) -> Vec<Text> {
    let told = problems.iter().map(|it| {
        let (line, says) = (it.line, &it.says);
        text!("{line}行目: {says}", "line {line}: {says}"; says)
    });
    told.collect()
}
