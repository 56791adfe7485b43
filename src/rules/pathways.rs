//! What rules say about configured paths: whose they are, what they open, where they stand.

use super::question::{name, names};
use super::{Facts, Report};
use crate::finding::{Severity, Step};
use crate::locale::Text;
use crate::model::words::{Criticality, ZoneKind};
use crate::model::{EntityKind, EntityRef};
use crate::text;
use crate::topology::{Corroboration, ExternalPath, JoinedBy, PathKind};

/// The paths of a kind that take effect and that nobody declared.
pub(super) fn undeclared<'a>(
    facts: &Facts<'a>,
    kind: PathKind,
) -> impl Iterator<Item = &'a ExternalPath> {
    facts.topology.paths().iter().filter(move |it| {
        it.kind == kind && it.enabled && it.corroboration == Corroboration::Undeclared
    })
}

/// Whether the finding about a device that nobody declared tells a path, too: one cause, one
/// finding, unless what the path opens is grave.
pub(super) fn told_with_device(facts: &Facts<'_>, path: &ExternalPath) -> bool {
    let mut joined = facts.topology.joined().iter();
    let unknown = joined.any(|it| it.by == JoinedBy::Nothing && it.thing == path.device);
    let minor = match path.kind {
        PathKind::Line | PathKind::Routing => true,
        PathKind::Tunnel => !path.layer2 && severity(facts, path) != Severity::Critical,
        _ => false,
    };
    unknown && minor
}

/// A finding about a path: one path, one finding. It points at the line of the configuration and at
/// the other lines that show the path.
pub(super) fn report(facts: &Facts<'_>, path: &ExternalPath, message: Text, here: Text) -> Report {
    let report = Report::new(path.thing.clone(), message, path.span, here);
    let report =
        path.shows.iter().fold(report, |report, (text, span)| report.also(*span, text.clone()));
    report
        .confidence(path.confidence)
        .exposes(path.exposes.iter().cloned())
        .witness(way(facts, path))
}

/// From the outside in: the path, its device, what it opens.
fn way(facts: &Facts<'_>, path: &ExternalPath) -> Vec<Step> {
    let words = &path.name;
    let device = Step {
        thing: path.device.clone(),
        by: match path.kind.is_observed() {
            true => words.clone(),
            false => text!("設定にある{words}", "configured: {words}"; words),
        },
        span: Some(path.span),
    };
    let opened = path.exposes.iter().map(|thing| Step {
        thing: thing.clone(),
        by: match path.kind.is_observed() {
            true => Text::new("この経路を使っている", "what uses this path"),
            false => Text::new("この経路が開いている先", "what this path opens"),
        },
        span: facts.inventory.span_of(thing),
    });
    std::iter::once(device).chain(opened).collect()
}

/// The device of a path, in words.
pub(super) fn device(facts: &Facts<'_>, path: &ExternalPath) -> Text {
    name(facts.inventory, &path.device)
}

/// What a path opens, in words that follow a full stop.
pub(super) fn opens(facts: &Facts<'_>, path: &ExternalPath) -> Text {
    let things = names(facts.inventory, &path.exposes);
    match (path.exposes.is_empty(), path.inside.is_empty()) {
        (true, true) => Text::new(
            "。院内のどこまで届くかは、この設定からは限定されていません",
            "; nothing in this configuration limits how far it reaches inside",
        ),
        (true, false) => Text::new(
            "。届く先のアドレスは台帳にありません",
            "; the addresses that it reaches are not in the ledger",
        ),
        (false, true) => text!(
            "。院内側は限定されておらず、「{things}」に届きます",
            "; nothing limits it inside, so that it reaches {things}"; things
        ),
        (false, false) => text!("。「{things}」に届きます", "; it reaches {things}"; things),
    }
}

/// How bad it is that strangers may stand where a path leads: critical where care, its devices or
/// its backups are, or where nothing is known.
pub(super) fn severity(facts: &Facts<'_>, path: &ExternalPath) -> Severity {
    let grave = |thing: &EntityRef| match thing.kind {
        EntityKind::Zone => facts.inventory.zones.get(&thing.id).is_none_or(|zone| {
            use ZoneKind as Z;
            matches!(
                zone.kind.value,
                Z::Clinical | Z::Department | Z::MedicalDevice | Z::Management | Z::Backup
            )
        }),
        EntityKind::System => facts.inventory.systems.get(&thing.id).is_none_or(|system| {
            let stated = super::question::criticality(system).map(|(how, _)| how);
            matches!(stated, Some(Criticality::Critical | Criticality::High))
        }),
        _ => true,
    };
    if path.exposes.is_empty() || path.exposes.iter().any(grave) {
        Severity::Critical
    } else {
        Severity::High
    }
}
