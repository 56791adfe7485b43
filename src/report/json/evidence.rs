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
        })
    }
}
