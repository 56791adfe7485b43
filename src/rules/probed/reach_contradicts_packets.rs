//! Packets arrive where every configuration stops them; or nothing comes back where the
//! configurations let everything through.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef, Protocol, Service};
use crate::probe::Expectation;
use crate::probe::verdict::Reason;
use crate::reach::network::EntryKind;
use crate::reach::packets::PacketSet;
use crate::rules::authority::{control, management};
use crate::rules::probing::{Trespass, place, run, services, told, trespasses};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::{Asked, Run};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "reach-contradicts-packets",
    title: Text::new(
        "設定からの判定と疎通確認の食い違い",
        "configurations and packets contradict each other",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("13⑤"), management("9.1")],
    remedy: Text::new(
        "読み込んだ設定が、今動いている設定かを確かめ、取り直してください。同じなら、台帳にも設定にもない経路（別の回線、別の機器）があります。",
        "See whether the configuration that was read is the one that runs, and take it again. If it is, there is a way that neither ledger nor configuration knows: another line, another box.",
    ),
    page: include_str!("reach_contradicts_packets.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (from, answers) in trespasses(facts, |it| matches!(it, Trespass::Contradicts(..))) {
        let Some((first, Trespass::Contradicts(way, span))) = answers.first() else { continue };
        let Some(run) = run(facts, first) else { continue };
        let (place, things) = (place(facts, run), things(answers.iter().map(|(it, _)| *it)));
        let (targets, (list, _)) =
            (names(facts.inventory, &things), services(answers.iter().map(|(it, _)| *it)));
        let message = text!(
            "設定では届かないはずの{targets}に、{place}からの疎通確認が届きました（{list}）",
            "probes from {place} arrived at {targets} ({list}), where the configurations stop them";
            targets, place, list
        );
        let mut places = answers.iter().map(|(it, _)| told(it));
        let Some((shown, here)) = places.next() else { continue };
        let stops = text!("設定ではここで止まるはずです", "here the configuration stops it");
        let report = Report::new(from.clone(), message, shown, here).also_all(places);
        out.push(report.also_at((*span, stops)).witness(way.clone()).exposes(things));
    }
    for from in facts.topology.probed().runs.iter().map(|it| &it.from).collect::<BTreeSet<_>>() {
        out.extend(held(facts, from));
    }
}

fn things<'a>(asked: impl Iterator<Item = &'a Asked>) -> Vec<EntityRef> {
    asked.map(|it| it.thing().clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What a connection is configured to reach beyond its declaration, and did not reach although the
/// way was open then: something else stops it, or the configuration is not the one that runs.
fn held(facts: &Facts<'_>, from: &EntityRef) -> Option<Report> {
    let probed = facts.topology.probed();
    let own = |it: &&Asked| run(facts, it).is_some_and(|run| run.from == *from);
    let quiet = |it: &&Asked| {
        it.question.expect == Expectation::NoAnswer
            && it.reason.is_some_and(Reason::excludes_a_connection)
            && it.owner.realm.is_ours()
            && matches!(it.service(), Some(Service::Ports { protocol: Protocol::Tcp, .. }))
    };
    let quiet: Vec<&Asked> = probed.asked.iter().filter(own).filter(quiet).collect();
    if quiet.is_empty() || from.kind != EntityKind::Connection {
        return None;
    }
    let mut found: Vec<&Asked> = Vec::new();
    let tunnels = facts.reach.entries_of(from).into_iter();
    for entry in tunnels.filter(|it| matches!(it.kind, EntryKind::Tunnel | EntryKind::Access)) {
        let arrivals = facts.reach.configured_through(entry);
        for it in &quiet {
            let (Some(service), Some(run)) = (it.service(), run(facts, it)) else { continue };
            let asked = packets(run, it, service).intersection(&arrivals.at(it.thing()));
            if !asked.is_empty() && !found.iter().any(|known| std::ptr::eq(*known, *it)) {
                found.push(it);
            }
        }
    }
    let (first, things) = (*found.first()?, things(found.iter().copied()));
    let (place, targets) = (place(facts, run(facts, first)?), names(facts.inventory, &things));
    let (list, _) = services(found.iter().copied());
    let message = text!(
        "設定では届くはずの{targets}に、{place}からの疎通確認が届きませんでした（{list}）",
        "probes from {place} did not arrive at {targets} ({list}), which the configurations let them reach";
        targets, place, list
    );
    let mut places = found.iter().map(|it| told(it));
    let (span, here) = places.next()?;
    let report = Report::new(from.clone(), message, span, here).also_all(places);
    let distinct = EntityRef::new(EntityKind::Connection, "silent");
    let report = report.distinct(distinct).confidence(Confidence::Medium);
    Some(report.severity(Severity::Low).remedy(Text::new(
        "読み込んだ設定が今動いている設定かを確かめてください。手前の別の機器が止めているなら、その設定も証跡に加えてください。",
        "See whether the configuration that was read is the one that runs. If another box stops it before, add its configuration to the evidence.",
    )))
}

/// The packets of a question, as they set out.
fn packets(run: &Run, asked: &Asked, service: Service) -> PacketSet {
    let from: AddressSet = run.addresses.iter().map(|it| AddressSet::from(*it)).collect();
    PacketSet::sessions(&from, &AddressSet::from(asked.question.to), &[service])
}
