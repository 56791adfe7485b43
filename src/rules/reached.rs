//! What rules say about reach: who gets where, with the lines that let him.

use super::question::name;
use super::{Facts, Report};
use crate::finding::Step;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::exposure::{Basis, Certainty, Decided, Outsider, Reached};
use crate::reach::{Start, Trace};
use crate::source::Span;
use crate::text;

/// Everything that a party outside, or the internet, reaches by configuration. What is only declared,
/// or not ruled out, is no fault of the network. Ways that nobody declared are told as such, with
/// everything that they open.
pub(super) fn configured<'a>(
    facts: &Facts<'a>,
) -> impl Iterator<Item = (&'a Outsider, &'a Reached)> {
    let declared = |it: &&Outsider| it.thing.kind == EntityKind::Party;
    let all = facts.exposure().outsiders.iter().filter(declared);
    let all = all.flat_map(|outsider| outsider.reaches.iter().map(move |it| (outsider, it)));
    all.filter(|(_, it)| it.certainty == Certainty::Configured)
}

/// The line on the way that a person would change: the last filter that let the packet on, else a
/// translation, else a route; with its device.
pub(super) fn decider(basis: &Basis) -> Option<(&EntityRef, &Decided, Span)> {
    let decided = basis.decided.iter().rev().filter_map(|it| {
        let device = it.at.as_ref().filter(|it| it.kind == EntityKind::Device)?;
        Some((device, it, it.span?))
    });
    decided.min_by_key(|(_, it, _)| it.stage)
}

/// The way of a packet as the path of a finding: what decided, then where it ends.
pub(super) fn way(basis: &Basis, to: &EntityRef) -> Vec<Step> {
    let steps = basis
        .decided
        .iter()
        .filter_map(|it| Some(Step { thing: it.at.clone()?, by: it.says.clone(), span: it.span }));
    let end = Step { thing: to.clone(), by: Text::new("到達", "arrives"), span: None };
    steps.chain([end]).collect()
}

/// The same for a trace.
pub(super) fn way_of(trace: &Trace, to: &EntityRef) -> Vec<Step> {
    way(&Basis::of(trace), to)
}

/// A finding at the line that lets packets through.
pub(super) fn report(
    subject: EntityRef,
    message: Text,
    basis: &Basis,
    to: &EntityRef,
) -> Option<Report> {
    let (_, decided, span) = decider(basis)?;
    Some(Report::new(subject, message, span, decided.says.clone()).witness(way(basis, to)))
}

/// Somebody outside, in words.
pub(super) fn who(facts: &Facts<'_>, thing: &EntityRef) -> Text {
    let name = name(facts.inventory, thing);
    text!("「{name}」", "`{name}`"; name)
}

/// Several of them: the first five.
pub(super) fn whom(facts: &Facts<'_>, things: &[&EntityRef]) -> Text {
    const SHOWN: usize = 5;
    let shown = things.iter().take(SHOWN).map(|it| who(facts, it));
    let list = Text::list(&shown.collect::<Vec<_>>());
    match things.len().checked_sub(SHOWN) {
        Some(more @ 1..) => text!("{list} ほか{more}件", "{list} and {more} more"; list),
        _ => list,
    }
}

/// What a zone reaches by configurations alone, of the things that a rule looks for: these, and the
/// way of one packet to the first of them.
pub(super) fn from_zone(
    facts: &Facts<'_>,
    zone: &EntityRef,
    wanted: impl Fn(&EntityRef) -> bool,
) -> Option<(Vec<EntityRef>, Basis)> {
    let arrivals = facts.reach.configured_from_zone(zone)?;
    let things = arrivals.at.keys().filter(|it| *it != zone && wanted(it));
    let things: Vec<EntityRef> = things.cloned().collect();
    let place = facts.reach.network.zone(zone)?;
    let networks = &facts.reach.network.places.get(place)?.networks;
    let start = Start::At(place, networks);
    let trace = things.iter().find_map(|it| facts.reach.sample(start, it, &arrivals.at(it)));
    Some((things, Basis::of(&trace?)))
}
