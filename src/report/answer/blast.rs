//! The answer to `sekisho blast`.

use super::page::{Ink, Page};
use super::{VERSION, shape};
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef, Service, Vocabulary as _};
use crate::reach::Reach;
use crate::reach::blast::{Blast, Reached, Step};
use crate::reach::exposure::Services;
use crate::reach::packets::PacketSet;
use crate::reach::paths::Verdict;
use crate::report::Report;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};

/// Whether an intruder gets anywhere inside.
pub fn verdict(blast: &Blast) -> Verdict {
    let inside: Vec<&Reached> = blast.reached.iter().filter(|it| is_inside(it)).collect();
    match inside.iter().any(|it| it.certain) {
        true => Verdict::Reachable,
        false if inside.is_empty() && blast.stands => Verdict::Isolated,
        false => Verdict::Undetermined,
    }
}

fn is_inside(reached: &Reached) -> bool {
    reached.thing.kind == EntityKind::System
}

/// The answer for people.
pub fn text(report: &Report<'_>, reach: &Reach<'_>, blast: &Blast, style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new(
        "関所 侵入されたときの影響範囲",
        "Sekisho: what an intruder reaches next",
    ));
    let start = report.called(&blast.start);
    page.field(&Text::new("起点", "from"), &start);
    let relays = page.say(&blast.relays.label());
    page.field(&Text::new("中継", "relays"), &relays);
    page.blank();
    page.verdict(verdict(blast), &because(reach, blast));
    let marked = |it: &&Reached| reach.is_critical(&it.thing) || reach.keeps_backups(&it.thing);
    for certain in [true, false] {
        let all: Vec<&Reached> =
            blast.reached.iter().filter(|it| is_inside(it) && it.certain == certain).collect();
        let mut hops: Vec<usize> = all.iter().map(|it| it.hops).collect();
        hops.dedup();
        for hop in hops {
            let here: Vec<&Reached> = all.iter().filter(|it| it.hops == hop).copied().collect();
            page.section(&heading(certain, hop), here.len());
            let (first, rest): (Vec<&Reached>, Vec<&Reached>) =
                here.into_iter().partition(|it| certain || marked(it));
            groups(&mut page, reach, &first);
            if !rest.is_empty() {
                let names: Vec<String> = rest.iter().map(|it| report.name(&it.thing)).collect();
                let names = report.join(&names);
                page.paragraph("  △ ", &names, Ink::Plain);
                page.blank();
            }
        }
    }
    others(&mut page, blast);
    page.assumptions(&blast.assumptions, &[]);
    page.done()
}

fn heading(certain: bool, hop: usize) -> Text {
    let step = match hop {
        1 => Text::new("直接届くシステム", "reached directly"),
        hop => {
            let relays = hop - 1;
            text!("中継{relays}回で届くシステム", "reached over {relays} relay(s)")
        }
    };
    match certain {
        true => step,
        false => {
            text!("{step}（判定不能: 届かないとは言えない）", "{step} (undetermined: not ruled out)"; step)
        }
    }
}

/// The verdict in a sentence.
fn because(reach: &Reach<'_>, blast: &Blast) -> Text {
    let count = |certain: bool, which: &dyn Fn(&Reached) -> bool| {
        let inside = blast.reached.iter().filter(|it| is_inside(it) && it.certain == certain);
        inside.filter(|it| which(it)).count()
    };
    let (sure, maybe) = (count(true, &|_| true), count(false, &|_| true));
    let critical = count(true, &|it| reach.is_critical(&it.thing));
    let backups = count(true, &|it| reach.keeps_backups(&it.thing));
    if !blast.stands {
        return Text::new(
            "ここからどこへ入るのか、台帳にも設定にもありません。",
            "Neither the inventory nor a configuration says where this comes in or stands.",
        );
    }
    match (sure, maybe) {
        (0, 0) => Text::new(
            "ここから届くシステムはないと判断します（前提は下のとおり）。",
            "No system is reached from here, on the assumptions below.",
        ),
        (0, _) => text!(
            "確実に届くシステムはありませんが、届かないと言い切れないシステムが{maybe}件あります。",
            "No system is certainly reached, but {maybe} cannot be ruled out."
        ),
        (_, 0) => text!(
            "{sure}件のシステムに届きます（最重要{critical}件、バックアップ{backups}件）。",
            "{sure} system(s) are reached ({critical} critical, {backups} with backups)."
        ),
        _ => text!(
            "{sure}件のシステムに届きます（最重要{critical}件、バックアップ{backups}件）。ほかに、届かないと言い切れないシステムが{maybe}件あります。",
            "{sure} system(s) are reached ({critical} critical, {backups} with backups); {maybe} more cannot be ruled out."
        ),
    }
}

/// Things that are reached from the same place by the same way stand together.
fn groups(page: &mut Page<'_, '_>, reach: &Reach<'_>, all: &[&Reached]) {
    let before = |it: &Reached| -> Vec<EntityRef> {
        let last = it.way.last().map(|it| it.from.clone());
        let steps =
            it.way.iter().rev().skip(1).rev().flat_map(|it| [it.from.clone(), it.to.clone()]);
        steps.chain(last).collect()
    };
    let mut ways: Vec<Vec<EntityRef>> = Vec::new();
    for it in all {
        let way = before(it);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    for way in ways {
        let here: Vec<&&Reached> = all.iter().filter(|it| before(it) == way).collect();
        if let Some(first) = here.first() {
            relayed(page, reach, first);
        }
        here.iter().for_each(|it| reached(page, reach, it));
        page.blank();
    }
}

/// The way up to the last relay, with what each relay rests on.
fn relayed(page: &mut Page<'_, '_>, reach: &Reach<'_>, it: &Reached) {
    let Some((last, before)) = it.way.split_last() else { return };
    let way = match before {
        [] => page.report.name(&last.from),
        before => way(page, reach, before, &last.from),
    };
    page.field(&Text::new("経路", "way"), &format!("{way} →"));
    let mut label = Text::new("中継", "relay");
    for step in before {
        let Some(onward) = &step.onward else { continue };
        let (name, grade) = (page.report.name(&step.to), onward.grade.label());
        let says = &onward.says;
        let says = text!("{name}: {says}［{grade}］", "{name}: {says} [{grade}]"; says, grade);
        let place = onward.span.map(|it| page.report.sources.place(it)).unwrap_or_default();
        let says = page.say(&says);
        let place = page.say(&Text::same(place));
        page.field(&label, &format!("{says}  {place}"));
        label = Text::default();
        if let Some(group) = &step.credentials {
            let group = page.report.name(group);
            let says = text!(
                "{name} に入る資格情報は共用です（{group}）",
                "the credentials for {name} are shared ({group})"
            );
            let says = page.say(&says);
            page.field(&label, &says);
        }
    }
}

/// One thing, with what is spoken and what makes it easier.
fn reached(page: &mut Page<'_, '_>, reach: &Reach<'_>, it: &Reached) {
    let Some(last) = it.way.last() else { return };
    let name = page.report.called(&it.thing);
    let services = page.say(&services(reach, last).words());
    let mut line = format!("{name}  {services}");
    for (marked, word) in [
        (reach.is_critical(&it.thing), Text::new("【最重要】", "[critical]")),
        (reach.keeps_backups(&it.thing), Text::new("【バックアップ】", "[backups]")),
    ] {
        if marked {
            let word = page.say(&word);
            line = format!("{line} {word}");
        }
    }
    if let Some(group) = &last.credentials {
        let group = page.report.name(group);
        let says = page.say(&text!("同じ資格情報: {group}", "same credentials: {group}"));
        line = format!("{line}  {says}");
    }
    let marked = reach.is_critical(&it.thing) || reach.keeps_backups(&it.thing);
    let (lead, ink) = match (it.certain, marked) {
        (true, true) => ("  ● ", Ink::Alarm),
        (true, false) => ("  ● ", Ink::Strong),
        (false, _) => ("  △ ", Ink::Doubt),
    };
    page.paragraph(lead, &line, ink);
}

/// `給食事業者 →（RDP）栄養給食管理サーバ`; who goes on is another when files are fetched.
fn way(page: &Page<'_, '_>, reach: &Reach<'_>, way: &[Step], end: &EntityRef) -> String {
    let mut words = String::new();
    let mut last: Option<&EntityRef> = None;
    for step in way {
        match last {
            None => words.push_str(&page.report.name(&step.from)),
            Some(last) if *last != step.from => {
                words.push_str(" ⇒ ");
                words.push_str(&page.report.name(&step.from));
            }
            Some(_) => {}
        }
        let services = page.say(&services(reach, step).words());
        let to = page.report.name(&step.to);
        let says = text!(" →（{services}）{to}", " -({services})-> {to}");
        words.push_str(says.get(page.report.lang));
        last = Some(&step.to);
    }
    if last.is_some_and(|it| it != end) {
        words.push_str(" ⇒ ");
        words.push_str(&page.report.name(end));
    }
    words
}

/// What a step speaks: of what the system offers, when that is written down.
pub(super) fn services(reach: &Reach<'_>, step: &Step) -> Services {
    let system = reach.inventory.systems.get(&step.to.id);
    let offered = system.filter(|_| step.to.kind == EntityKind::System).map(|it| &it.services);
    let offered: Vec<Service> = offered.into_iter().flatten().map(|it| it.value).collect();
    let any = AddressSet::any();
    let spoken = step.packets.intersection(&PacketSet::sessions(&any, &any, &offered));
    Services::of(if spoken.is_empty() { &step.packets } else { &spoken })
}

/// Devices and parties that he reaches.
fn others(page: &mut Page<'_, '_>, blast: &Blast) {
    let of = |kinds: &[EntityKind]| -> Vec<(bool, EntityRef)> {
        let all = blast.reached.iter().filter(|it| kinds.contains(&it.thing.kind));
        all.map(|it| (it.certain, it.thing.clone())).collect()
    };
    let devices = of(&[EntityKind::Device]);
    let parties = of(&[EntityKind::Party, EntityKind::Path]);
    for (title, things) in [
        (
            Text::new("届く機器（機器自身のアドレス）", "devices reached at their own addresses"),
            devices,
        ),
        (Text::new("出ていける先（院外）", "ways out to parties"), parties),
    ] {
        if things.is_empty() {
            continue;
        }
        page.section(&title, things.len());
        for (certain, lead) in [(true, "  ● "), (false, "  △ ")] {
            let names = things.iter().filter(|it| it.0 == certain);
            let names: Vec<String> = names.map(|it| page.report.name(&it.1)).collect();
            if !names.is_empty() {
                let names = page.report.join(&names);
                page.paragraph(lead, &names, Ink::Plain);
            }
        }
        page.blank();
    }
}

/// The answer for programs.
pub fn json(report: &Report<'_>, reach: &Reach<'_>, blast: &Blast) -> Value {
    let step = |it: &Step| {
        json!({
            "from": shape::thing(Some(&it.from)),
            "to": shape::thing(Some(&it.to)),
            "packets": shape::packets(&it.packets),
            "services": services(reach, it).list().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "credentials": shape::thing(it.credentials.as_ref()),
            "onward": it.onward.as_ref().map(|it| json!({
                "kind": it.kind.key(),
                "grade": it.grade.key(),
                "says": shape::both(&it.says),
                "place": report.place(it.span),
            })),
            "trace": it.trace.as_ref().map(|it| report.trace(it)),
        })
    };
    let reached = blast.reached.iter().map(|it| {
        json!({
            "thing": shape::thing(Some(&it.thing)),
            "hops": it.hops,
            "certain": it.certain,
            "critical": reach.is_critical(&it.thing),
            "backups": reach.keeps_backups(&it.thing),
            "grade": it.grade.map(|it| it.key()),
            "way": it.way.iter().map(step).collect::<Vec<_>>(),
        })
    });
    let mut answer = json!({
        "schema_version": VERSION,
        "question": {
            "kind": "blast",
            "start": shape::thing(Some(&blast.start)),
            "relays": blast.relays.key(),
        },
        "verdict": verdict(blast).key(),
        "says": shape::both(&because(reach, blast)),
        "reached": reached.collect::<Vec<_>>(),
        "assumptions": report.granted(&blast.assumptions),
    });
    neutralise(&mut answer);
    answer
}
