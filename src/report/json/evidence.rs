//! What was looked at, for programs.

use super::{Both, Place, Thing, both, place, thing};
use crate::model::Vocabulary as _;
use crate::report::Report;
use crate::topology::{Corroboration, JoinedBy};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Evidence<'a> {
    configurations: Vec<Configuration<'a>>,
    unread: Vec<Unread<'a>>,
    paths: Vec<Path<'a>>,
    /// Missing where nobody watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<Observed<'a>>,
    /// Missing where nobody probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    probed: Option<Probed<'a>>,
}

#[derive(Serialize)]
struct Probed<'a> {
    runs: Vec<Run<'a>>,
    dry_runs: usize,
    dry_runs_on: Vec<String>,
}

/// One run that sent something, and what the last answers to its questions prove.
#[derive(Serialize)]
struct Run<'a> {
    from: Thing<'a>,
    began: String,
    ended: Option<String>,
    tester: &'a str,
    party: Option<&'a str>,
    approver: &'a str,
    addresses: Vec<String>,
    planned: u32,
    asked: usize,
    must_answer: Answers,
    must_not_be_reached: Isolated,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Answers {
    asked: usize,
    answered: usize,
}

#[derive(Serialize)]
struct Isolated {
    isolated: usize,
    reachable: usize,
    undetermined: usize,
}

impl<'a> Probed<'a> {
    fn of(report: &'a Report<'a>) -> Option<Self> {
        let dry = &report.assessment.topology.probed().dry;
        let dry_runs_on: Vec<String> = dry.iter().map(ToString::to_string).collect();
        let dry_runs = dry.len();
        let run = |(at, it): (usize, &'a crate::topology::probed::Run)| {
            let proved = report.proved(at);
            Run {
                from: thing(report, &it.from),
                began: it.began.to_string(),
                ended: it.ended.map(|it| it.to_string()),
                tester: &it.tester,
                party: it.party.as_deref(),
                approver: &it.approver,
                addresses: it.addresses.iter().map(ToString::to_string).collect(),
                planned: it.questions,
                asked: it.answered,
                must_answer: Answers { asked: proved.expected, answered: proved.answers },
                must_not_be_reached: Isolated {
                    isolated: proved.isolated,
                    reachable: proved.reachable,
                    undetermined: proved.undetermined,
                },
                location: place(report.sources, it.span),
            }
        };
        let runs: Vec<Run<'_>> = report.runs().iter().enumerate().map(run).collect();
        let any = !runs.is_empty() || dry_runs > 0;
        any.then_some(Self { runs, dry_runs, dry_runs_on })
    }
}

#[derive(Serialize)]
struct Observed<'a> {
    taps: Vec<Tap<'a>>,
    connections: Vec<Watched<'a>>,
}

#[derive(Serialize)]
struct Tap<'a> {
    tap: &'a str,
    from: Option<String>,
    to: Option<String>,
    packets: u64,
    dropped: Option<u64>,
    undecoded: u64,
    zones: Vec<Zone<'a>>,
    vlans: Vec<u16>,
    /// With which filters it was captured; what they leave out was not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filters: Vec<&'a str>,
}

#[derive(Serialize)]
struct Zone<'a> {
    zone: &'a str,
    extent: &'static str,
}

#[derive(Serialize)]
struct Watched<'a> {
    connection: &'a str,
    state: &'static str,
    /// For how many whole days it would have been seen.
    days: i64,
}

impl<'a> Observed<'a> {
    fn of(report: &'a Report<'a>) -> Option<Self> {
        let taps = report.taps();
        let time = |it: Option<jiff::Timestamp>| it.map(|it| it.to_string());
        let tap = |it: &'a crate::topology::observed::Tap| Tap {
            tap: &it.name,
            from: time(it.from),
            to: time(it.to),
            packets: it.packets,
            dropped: it.dropped,
            undecoded: it.undecoded,
            zones: it
                .zones
                .iter()
                .map(|(zone, extent)| Zone { zone, extent: extent.key() })
                .collect(),
            vlans: it.vlans.iter().copied().collect(),
            filters: it.filters.iter().map(String::as_str).collect(),
        };
        let observed = report.assessment.topology.observed();
        let connections = report.assessment.inventory.connections.iter();
        let connections = connections.filter_map(|it| {
            let id = it.id.value.as_str();
            let state = report.watched(it)?.key();
            Some(Watched { connection: id, state, days: observed.days_covered(id) })
        });
        (!taps.is_empty()).then(|| Self {
            taps: taps.iter().map(tap).collect(),
            connections: connections.collect(),
        })
    }
}

#[derive(Serialize)]
struct Configuration<'a> {
    device: Thing<'a>,
    joined_by: &'static str,
    file: &'a str,
    format: &'static str,
    lines: usize,
    understood: usize,
    ignored: usize,
    unrecognized: Vec<Place<'a>>,
    remarks: Vec<Both<'a>>,
}

#[derive(Serialize)]
struct Unread<'a> {
    file: &'a str,
    device: Option<&'a str>,
    why: Both<'a>,
}

#[derive(Serialize)]
struct Path<'a> {
    id: &'a str,
    kind: &'static str,
    device: Thing<'a>,
    name: Both<'a>,
    enabled: bool,
    state: &'static str,
    declared_as: Option<Thing<'a>>,
    location: Place<'a>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(report: &'a Report<'a>) -> Option<Self> {
        let sources = report.sources;
        report.has_evidence().then(|| Self {
            configurations: report
                .looked()
                .into_iter()
                .map(|it| Configuration {
                    device: thing(report, it.thing),
                    joined_by: match it.by {
                        JoinedBy::Named => "inventory",
                        JoinedBy::Serial => "serial",
                        JoinedBy::Address(_) => "address",
                        JoinedBy::Nothing => "nothing",
                    },
                    file: it.name,
                    format: it.file.format.id,
                    lines: it.file.coverage.lines(),
                    understood: it.file.coverage.understood,
                    ignored: it.file.coverage.ignored.values().sum(),
                    unrecognized: it
                        .file
                        .coverage
                        .unrecognized
                        .iter()
                        .map(|span| place(sources, *span))
                        .collect(),
                    remarks: it.file.remarks.iter().map(|it| both(&it.message)).collect(),
                })
                .collect(),
            unread: report
                .assessment
                .evidence
                .unread
                .iter()
                .map(|it| Unread {
                    file: &it.name,
                    device: it.named.as_ref().map(|it| it.device.as_str()),
                    why: both(&it.why.message),
                })
                .collect(),
            paths: report
                .paths()
                .into_iter()
                .map(|it| Path {
                    id: &it.thing.id,
                    kind: it.kind.key(),
                    device: thing(report, &it.device),
                    name: both(&it.name),
                    enabled: it.enabled,
                    state: match it.corroboration {
                        Corroboration::Confirmed => "confirmed",
                        Corroboration::NotSeen => "not-seen",
                        Corroboration::NotLooked => "not-looked",
                        Corroboration::Undeclared => "undeclared",
                        Corroboration::Conflicting => "conflicting",
                    },
                    declared_as: it.declared.as_ref().map(|(it, _)| thing(report, it)),
                    location: place(sources, it.span),
                })
                .collect(),
            observed: Observed::of(report),
            probed: Probed::of(report),
        })
    }
}
