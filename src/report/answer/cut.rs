//! The answer to `sekisho cut`.

use super::page::{Ink, Page};
use super::{VERSION, shape};
use crate::inventory::Holder;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::reach::Reach;
use crate::reach::cut::{Cut, Pull, Pulled};
use crate::report::Report;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};

/// So many systems are named.
const NAMED: usize = 12;

/// The answer for people.
pub fn text(report: &Report<'_>, reach: &Reach<'_>, cut: &Cut, style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 緊急遮断手順", "Sekisho: emergency cut plan"));
    let targets = match cut.targets.as_slice() {
        [] => page.say(&Text::new("院内のすべて", "everything inside")),
        some => report.join(&some.iter().map(|it| report.called(it)).collect::<Vec<_>>()),
    };
    page.field(&Text::new("守る対象", "protected"), &targets);
    let relays = page.say(&cut.relays.label());
    page.field(&Text::new("中継", "relays"), &relays);
    page.blank();
    let summary = page.say(&summary(cut));
    page.paragraph("", &summary, if cut.is_complete() { Ink::Strong } else { Ink::Alarm });
    page.blank();
    if !cut.steps.is_empty() {
        page.section(&Text::new("手順（上から順に抜く）", "steps, in this order"), cut.steps.len());
        for (nth, step) in cut.steps.iter().enumerate() {
            pulled(&mut page, nth + 1, step);
        }
        losses(&mut page, cut);
    }
    proof(&mut page, reach, cut);
    page.assumptions(&cut.assumptions, &[]);
    page.done()
}

fn summary(cut: &Cut) -> Text {
    let count = cut.steps.len();
    let proof = &cut.proof;
    match () {
        () if proof.uncuttable => Text::new(
            "抜けるもの（回線・インタフェース）を介さずに外部とつながっているため、切り離せません。台帳に回線・インタフェースを書き足してください。",
            "Something is connected to the outside over nothing that can be pulled: it cannot be cut. Add its circuit and interface to the inventory.",
        ),
        () if !cut.is_complete() => text!(
            "{count}か所を抜いても、外部との経路が残ります。",
            "A way to the outside is left even after pulling {count} thing(s)."
        ),
        () if cut.is_needless() => Text::new(
            "外部との経路はありません（前提は下のとおり）。抜くものはありません。",
            "There is no way to the outside, on the assumptions below: nothing to pull.",
        ),
        () => text!(
            "抜くのは{count}か所です。すべて抜くと、外部との経路は残らないと判断します（前提は下のとおり）。",
            "Pull {count} thing(s). After that no way to the outside is left, on the assumptions below."
        ),
    }
}

/// A thing to pull in words: what kind it is and its name.
fn named(report: &Report<'_>, thing: &EntityRef, port: Option<&str>) -> String {
    let name = report.name(thing);
    let says = match (thing.kind, port) {
        (EntityKind::Circuit, _) => text!("回線「{name}」", "the circuit “{name}”"),
        (_, Some("")) => text!("{name} の網側のケーブル", "the cable of {name}"),
        (_, Some(port)) => text!("{name} の {port}", "{port} of {name}"),
        _ => text!(
            "「{name}」の回線（台帳に回線の記載なし）",
            "the line of “{name}” (not in the inventory)"
        ),
    };
    report.say(&says)
}

fn pulled(page: &mut Page<'_, '_>, number: usize, step: &Pulled) {
    let report = page.report;
    let what = named(report, &step.thing, step.port.as_deref());
    let title = match (&step.pull, step.open) {
        (Pull::Circuit(_), true) => {
            text!("{what}を抜く（インターネット）", "pull {what} (internet)")
        }
        _ => text!("{what}を抜く", "pull {what}"),
    };
    let title = page.say(&title);
    page.paragraph(&format!("{number:>3}. "), &title, Ink::Strong);
    let unwritten = page.say(&Text::new("台帳に記載なし", "not written down"));
    let place = step.location.clone().unwrap_or_else(|| unwritten.clone());
    let place = page.say(&Text::same(place));
    page.field(&Text::new("場所", "where"), &place);
    if !step.leads.is_empty() {
        let leads = report.few(&step.leads, 4);
        page.field(&Text::new("行き先", "leads to"), &leads);
    }
    let who: Vec<String> = step.cuts.iter().map(|it| report.holder(it)).collect();
    let who = match who.is_empty() {
        true => unwritten,
        false => report.join(&who),
    };
    let who = match step.cuts.contains(&Holder::Undefined) || step.cuts.is_empty() {
        true => {
            let warning = page
                .say(&Text::new("平時に決めておいてください", "to be decided before it is needed"));
            format!("{who} ＊{warning}")
        }
        false => who,
    };
    page.field(&Text::new("抜く人", "who"), &who);
    let mut label = Text::new("電話", "call");
    for it in &step.call {
        let of = match it.of.kind {
            EntityKind::Organization => page.say(&Text::new("病院", "hospital")),
            _ => report.name(&it.of),
        };
        let hours = it.hours.as_ref().map(|it| format!("（{it}）")).unwrap_or_default();
        let line = page.say(&Text::same(format!("{}  {of} {}{hours}", it.phone, it.name)));
        page.field(&label, &line);
        label = Text::default();
    }
    if !step.connections.is_empty() {
        let names: Vec<String> = step.connections.iter().map(|it| numbered(report, it)).collect();
        let names = report.first_of(&names, 4);
        page.field(&Text::new("止まる", "stops"), &names);
    }
    page.blank();
}

/// `1 電子カルテ保守`
fn numbered(report: &Report<'_>, connection: &EntityRef) -> String {
    let inventory = &report.assessment.inventory;
    let at = inventory.connections.iter().position(|it| it.id.value == connection.id);
    let number = at.and_then(|at| inventory.connection_numbers().get(at).copied());
    let name = report.name(connection);
    number.map_or(name.clone(), |number| format!("{number} {name}"))
}

fn losses(page: &mut Page<'_, '_>, cut: &Cut) {
    let report = page.report;
    let losses = &cut.losses;
    let count = losses.connections.len() + losses.flows.len();
    if count == 0 {
        return;
    }
    page.section(&Text::new("止まるもの", "what stops working"), count);
    for it in &losses.connections {
        let purpose = report.assessment.inventory.connections.get(&it.id);
        let purpose = purpose.map(|it| page.say(&it.purpose.value.label())).unwrap_or_default();
        let name = numbered(report, it);
        let line =
            page.say(&text!("外部接続 {name}（{purpose}）", "connection {name} ({purpose})"));
        page.paragraph("  * ", &line, Ink::Plain);
    }
    for it in &losses.flows {
        let name = report.name(it);
        let at = it.id.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
        let flow = at.and_then(|at| report.assessment.inventory.flows.get(at));
        let purpose = flow.and_then(|it| it.purpose.as_ref()).map(|it| format!("（{}）", it.value));
        let purpose = page.say(&Text::same(purpose.unwrap_or_default()));
        let line = page.say(&text!("院内の通信 {name}{purpose}", "inside: {name}{purpose}"));
        page.paragraph("  * ", &line, Ink::Plain);
    }
    if !losses.systems.is_empty() {
        let names = report.few(&losses.systems, NAMED);
        let line = page.say(&text!(
            "外部や他区画との通信を失うシステム: {names}",
            "systems that lose traffic: {names}"
        ));
        page.paragraph("  * ", &line, Ink::Plain);
    }
    page.blank();
}

fn proof(page: &mut Page<'_, '_>, reach: &Reach<'_>, cut: &Cut) {
    if cut.is_needless() || cut.proof.uncuttable {
        return;
    }
    let (count, apart) = (cut.steps.len(), cut.proof.apart.len());
    let after = match &cut.proof.left {
        None => Text::new(
            "すべて抜いた網で到達計算をやり直し、外から入るものも外へ出るものも残らないことを確かめました（判定不能の経路も経路として数えています）。",
            "The reach was computed anew with all of these pulled: nothing gets in or out any more. Undetermined ways count as ways.",
        ),
        Some((from, to)) => {
            let (from, to) = (page.report.name(from), page.report.name(to));
            text!("まだ残る経路: {from} → {to}", "still there: {from} -> {to}")
        }
    };
    let fewest = match apart == count {
        true => text!(
            "互いに重ならない経路が{apart}本あるため、{count}か所より少なくては切れません。",
            "There are {apart} ways that share nothing, so fewer than {count} cannot do."
        ),
        false => text!(
            "互いに重ならない経路を{apart}本確かめました。少なくとも{apart}か所は抜く必要があります。{count}か所のどれを残しても経路が残ります（別の組合せなら{count}か所より少なくて済むかどうかは、到達計算では示せていません）。",
            "{apart} ways that share nothing were confirmed: at least {apart} are needed. Whichever of the {count} is left plugged in, a way is left. That no other choice of fewer will do is not shown."
        ),
    };
    page.section(&Text::new("確かめたこと", "proof"), 2);
    for line in [after, fewest] {
        let line = page.say(&line);
        page.paragraph("  * ", &line, Ink::Plain);
    }
    for (nth, way) in cut.proof.apart.iter().enumerate() {
        let names: Vec<String> = way
            .iter()
            .map(|it| {
                let (thing, port) = reach.pulled(it);
                named(page.report, &thing, port.as_deref())
            })
            .collect();
        let names = page.report.first_of(&names, 5);
        page.paragraph(&format!("    {:>2}: ", nth + 1), &names, Ink::Plain);
    }
    page.blank();
}

/// The answer for programs.
pub fn json(report: &Report<'_>, reach: &Reach<'_>, cut: &Cut) -> Value {
    let things =
        |all: &[EntityRef]| -> Value { all.iter().map(|it| shape::thing(Some(it))).collect() };
    let pull = |it: &Pull| {
        let (thing, port) = reach.pulled(it);
        json!({"thing": shape::thing(Some(&thing)), "interface": port})
    };
    let steps = cut.steps.iter().map(|it| {
        json!({
            "thing": shape::thing(Some(&it.thing)),
            "interface": it.port,
            "name": named(report, &it.thing, it.port.as_deref()),
            "circuit": shape::thing(it.circuit.as_ref()),
            "open_to_internet": it.open,
            "location": it.location,
            "leads": things(&it.leads),
            "cuts": it.cuts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "call": it.call.iter().map(|it| json!({
                "name": it.name,
                "of": shape::thing(Some(&it.of)),
                "phone": it.phone,
                "hours": it.hours,
            })).collect::<Vec<_>>(),
            "connections": things(&it.connections),
            "place": report.place(it.span),
        })
    });
    let mut answer = json!({
        "schema_version": VERSION,
        "question": {
            "kind": "cut",
            "targets": things(&cut.targets),
            "relays": cut.relays.key(),
        },
        "says": shape::both(&summary(cut)),
        "complete": cut.is_complete(),
        "smallest": cut.is_smallest(),
        "steps": steps.collect::<Vec<_>>(),
        "losses": {
            "connections": things(&cut.losses.connections),
            "flows": things(&cut.losses.flows),
            "systems": things(&cut.losses.systems),
        },
        "proof": {
            "uncuttable": cut.proof.uncuttable,
            "left": cut.proof.left.as_ref().map(|(from, to)| json!({
                "from": shape::thing(Some(from)),
                "to": shape::thing(Some(to)),
            })),
            "apart": cut.proof.apart.iter().map(|way| way.iter().map(pull).collect::<Vec<_>>()).collect::<Vec<_>>(),
        },
        "assumptions": report.granted(&cut.assumptions),
    });
    neutralise(&mut answer);
    answer
}
