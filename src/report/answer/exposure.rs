//! The answer to `sekisho exposure`.

use super::page::{Ink, Page};
use super::{VERSION, shape, words};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::reach::Reach;
use crate::reach::exposure::{Asked, Certainty, Exposure, Outsider, Reached, Services, Shown};
use crate::report::Report;
use crate::report::exposure::{Numbers, Sheet};
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// So many things are named one by one of which nobody can tell.
const NAMED: usize = 6;

/// The answer for people: somebody outside after the other, with what each reaches; with the way of
/// one packet when somebody or something was named. `exposure` is the part that was asked for, of `reach`.
pub fn text(
    report: &Report<'_>,
    reach: &Reach<'_>,
    asked: Asked<'_>,
    exposure: &Exposure,
    style: Style,
) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 外部からの到達範囲", "Sekisho: what everybody outside reaches"));
    if !asked.is_narrow() {
        let numbers = Numbers::of(exposure, report.assessment.inventory.systems.len());
        let line = page.say(&numbers.line());
        page.paragraph("", &line, Ink::Strong);
    }
    let sheet = Sheet::over(report, exposure);
    for line in sheet.legend(!asked.is_narrow()) {
        page.paragraph("  ", &line, Ink::Plain);
    }
    page.blank();
    if asked.is_narrow()
        && sheet.columns.iter().all(|it| it.reaches.is_empty() && it.common.is_empty())
    {
        let nothing = Text::new(
            "直接に届く通信も、届かないと言い切れない通信もありません。院内の機器を経由する間接経路は sekisho blast で調べてください。",
            "Nothing gets there directly, and nothing is left that could not be ruled out. Ask sekisho blast for ways through hosts inside.",
        );
        let nothing = page.say(&nothing);
        page.paragraph("  ", &nothing, Ink::Strong);
    }
    for outsider in &sheet.columns {
        page.section(&Text::same(sheet.head(outsider)), of_systems(outsider));
        let by = report.few(&outsider.by, NAMED);
        page.field(&Text::new("入口", "comes in"), &by);
        let lines = report.few(&outsider.as_anybody, NAMED);
        if !lines.is_empty() {
            page.field(&Text::new("※の回線", "as anybody"), &lines);
        }
        grouped(&mut page, outsider, asked);
        if let Some(says) = sheet.blind(outsider) {
            let says = page.say(&says);
            page.paragraph(&format!("    {} ", Certainty::Unconfigured.mark()), &says, Ink::Plain);
        }
        if asked.is_narrow() {
            outsider.reaches.iter().for_each(|it| explained(&mut page, reach, it));
        }
        page.blank();
    }
    page.done()
}

/// How many systems somebody reaches, or may reach.
fn of_systems(outsider: &Outsider) -> usize {
    let systems = outsider.reaches.iter().filter(|it| it.to.kind == EntityKind::System);
    systems.map(|it| &it.to).collect::<BTreeSet<_>>().len()
}

/// What somebody reaches: things with the same services on one line.
fn grouped(page: &mut Page<'_, '_>, outsider: &Outsider, asked: Asked<'_>) {
    type Key<'s> = (Certainty, EntityKind, &'s Services);
    let mut groups: Vec<(Key<'_>, Vec<EntityRef>)> = Vec::new();
    // For want of a configuration: one line tells it all, unless somebody asks for more.
    let told = |it: &&Reached| asked.is_narrow() || it.certainty != Certainty::Unconfigured;
    for it in outsider.reaches.iter().filter(told) {
        let key = (it.certainty, it.to.kind, &it.services);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, things)) => things.push(it.to.clone()),
            None => groups.push((key, vec![it.to.clone()])),
        }
    }
    groups.sort_by_key(|((certainty, ..), _)| *certainty);
    for ((certainty, kind, services), things) in groups {
        let open = !certainty.is_sure() && !asked.is_narrow();
        let names = match (kind, open && things.len() > NAMED) {
            (EntityKind::System, true) => by_zone(page.report, &things),
            (_, true) => page.report.few(&things, NAMED),
            (_, false) => page.report.few(&things, usize::MAX),
        };
        let what = match kind {
            EntityKind::Device => text!("（管理接続）", " (management)"),
            EntityKind::Zone => text!("（網全体）", " (the whole network)"),
            EntityKind::Party | EntityKind::Path => text!("（折返し）", " (hairpin)"),
            _ => Text::default(),
        };
        let services = services.first(NAMED);
        let says = text!("{services}{what}: {names}", "{services}{what}: {names}"; services, what);
        let says = page.say(&says);
        page.paragraph(&format!("    {} ", certainty.mark()), &says, Ink::Plain);
    }
}

/// Systems counted by zone.
fn by_zone(report: &Report<'_>, systems: &[EntityRef]) -> String {
    let inventory = &report.assessment.inventory;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for system in systems.iter().filter_map(|it| inventory.systems.get(&it.id)) {
        *counts.entry(system.zones().first().copied().unwrap_or_default()).or_default() += 1;
    }
    let zones = inventory.zones.iter().filter_map(|zone| {
        let count = counts.get(zone.id.value.as_str())?;
        let name = report.name(&EntityRef::new(EntityKind::Zone, &zone.id.value));
        Some(report.say(&text!("{name} {count}件", "{name}: {count}")))
    });
    let zones: Vec<String> = zones.collect();
    report.join(&zones)
}

/// The way of one packet, and what it rests on.
fn explained(page: &mut Page<'_, '_>, reach: &Reach<'_>, it: &Reached) {
    page.blank();
    let (mark, name, services) =
        (it.certainty.mark(), page.report.name(&it.to), it.services.first(NAMED));
    let says = text!("{mark} {name}: {services}", "{mark} {name}: {services}"; services);
    let says = page.say(&says);
    page.paragraph("    ", &says, Ink::Strong);
    let Some(shown) = it.shown(reach) else { return };
    let (sample, basis) = (&shown.sample, shown.basis());
    let (packet, by) = (words::packet(&sample.packet), page.report.name(&sample.by));
    let packet = match sample.sent {
        true => text!("{packet}（入口: {by}）", "{packet} (comes in over {by})"; packet),
        false => text!(
            "{packet}（届いたときの形。入口: {by}）",
            "{packet} (as it arrives; comes in over {by})"; packet
        ),
    };
    let packet = page.say(&packet);
    page.field(&Text::new("例", "example"), &packet);
    let mut label = Text::new("根拠", "rests on");
    for decided in &basis.decided {
        let says = page.say(&decided.says);
        let at = decided.at.as_ref().map_or_else(String::new, |at| page.report.name(at));
        let place = decided.span.map(|it| page.report.sources.place(it)).unwrap_or_default();
        page.field(&label, format!("{at}: {says}  {place}").trim_end());
        label = Text::default();
    }
    let mut label = Text::new("前提", "assumes");
    for it in &basis.assumptions {
        let says = page.say(&it.says);
        page.field(&label, &says);
        label = Text::default();
    }
}

/// The answer for programs; see [`schema`].
pub fn json(
    report: &Report<'_>,
    reach: &Reach<'_>,
    asked: Asked<'_>,
    exposure: &Exposure,
) -> Value {
    let mut value = json!({
        "schema_version": VERSION,
        "question": {
            "of": shape::thing(asked.of),
            "to": shape::thing(asked.to),
        },
        "outsiders": exposure.outsiders.iter().map(|it| outsider(report, reach, asked, it)).collect::<Value>(),
        "without_entry": things(&exposure.without_entry),
    });
    neutralise(&mut value);
    value
}

/// The JSON Schema of the answer (draft 2020-12). The error is that of a damaged program.
pub fn schema() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!("exposure.schema.json"))
}

fn things(things: &[EntityRef]) -> Value {
    things.iter().map(ToString::to_string).collect()
}

fn outsider(report: &Report<'_>, reach: &Reach<'_>, asked: Asked<'_>, it: &Outsider) -> Value {
    json!({
        "thing": it.thing.to_string(),
        "name": report.name(&it.thing),
        "by": things(&it.by),
        "as_anybody": things(&it.as_anybody),
        "unconfigured": things(&it.unconfigured),
        "common": it.common.iter().map(|it| json!({
            "to": it.to.to_string(),
            "certainty": it.certainty.key(),
            "services": it.services.notations(),
        })).collect::<Value>(),
        "reaches": it.reaches.iter().map(|it| reached(report, reach, asked, it)).collect::<Value>(),
    })
}

fn reached(report: &Report<'_>, reach: &Reach<'_>, asked: Asked<'_>, it: &Reached) -> Value {
    let shown = match asked.is_narrow() || it.certainty != Certainty::Unconfigured {
        true => it.shown(reach),
        false => it.unfollowed(reach),
    };
    let basis = shown.as_ref().map(Shown::basis).unwrap_or_default();
    json!({
        "to": it.to.to_string(),
        "name": report.name(&it.to),
        "certainty": it.certainty.key(),
        "services": it.services.notations(),
        "only_ipv6": it.only_v6,
        "sample": shown.map(|Shown { sample, .. }| json!({
            "packet": shape::packet(&sample.packet),
            "by": sample.by.to_string(),
            "as_sent": sample.sent,
        })),
        "decided": basis.decided.iter().map(|it| json!({
            "at": shape::thing(it.at.as_ref()),
            "says": shape::both(&it.says),
            "place": report.place(it.span),
        })).collect::<Value>(),
        "assumptions": basis.assumptions.iter().map(|it| json!({
            "kind": it.kind.key(),
            "about": shape::thing(it.about.as_ref()),
            "says": shape::both(&it.says),
            "place": report.place(it.span),
        })).collect::<Value>(),
    })
}
