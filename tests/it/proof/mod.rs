//! The proof of isolation: configuration beside packets, its paper, its file, its signatures.

mod reconcile;
mod sealed;
mod shown;
mod verdict;
mod view;

use crate::support;
use sekisho::audit::{self, Assessment};
use sekisho::confirm::proof::paper::{Row, Source};
use sekisho::confirm::proof::{Judged, Made, Paper, Tested, assemble};
use sekisho::locale::Text;
use sekisho::model::words::Verdict;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::probe::journal::{Answered, Head, Journal};
use sekisho::probe::{Answer, Expectation, Kind, Limits, Outcome, Question};
use sekisho::reach::Reach;
use sekisho::source::SourceMap;

/// A hospital, and the connection about which it is asked.
pub(super) struct Case {
    sources: SourceMap,
    pub(super) assessment: Assessment,
    connection: EntityRef,
}

/// One answer: where, at which port, what the plan expected, what it proves.
pub(super) type Told<'t> = (&'t str, u16, &'t str, Expectation, Verdict);

pub(super) use Expectation::{Answers, NoAnswer};
pub(super) use Verdict::{Isolated, Reachable, Undetermined};

impl Case {
    /// The general hospital with its configurations.
    pub(super) fn hospital(connection: &str) -> Self {
        let all = support::shipped().into_iter();
        let (name, mut sources, reading) =
            all.into_iter().find(|it| it.0 == "general-hospital").unwrap();
        let evidence = support::evidence(&name, &mut sources, &reading);
        let day = reading.inventory.as_of.as_ref().map_or(support::today(), |it| it.value);
        let assessment = audit::audit_with(reading.inventory, evidence, day, std::iter::empty());
        Self { sources, assessment, connection: connection_of(connection) }
    }

    /// Any hospital.
    pub(super) fn of(sources: SourceMap, assessment: Assessment, connection: &str) -> Self {
        Self { sources, assessment, connection: connection_of(connection) }
    }

    /// The same hospital, asked about another connection.
    pub(super) fn about(self, connection: &str) -> Self {
        Self { connection: connection_of(connection), ..self }
    }

    /// A run that came to its end.
    pub(super) fn journal(&self, told: &[Told<'_>]) -> Journal {
        let mut journal = Journal::new(Head {
            scope: "5c".repeat(32),
            plan: "a1".repeat(32),
            from: self.connection.clone(),
            tester: "検査 花子".to_owned(),
            party: None,
            approver: "情報管理室長".to_owned(),
            host: "probe-1".to_owned(),
            addresses: vec!["198.51.100.18".parse().unwrap()],
            limits: Limits::default(),
            questions: u32::try_from(told.len()).unwrap(),
            started: "2026-11-19T13:00:00Z".parse().unwrap(),
            dry: false,
        });
        journal.end = Some("2026-11-19T13:20:00Z".parse().unwrap());
        for (number, judged) in (0..).zip(judged(told)) {
            journal.answered.push(Answered { number, ..judged.telling.unwrap() });
        }
        journal
    }

    /// The paper about one run.
    pub(super) fn paper(&self, told: &[Told<'_>]) -> Paper {
        self.paper_of(&[self.journal(told)], &judged(told))
    }

    pub(super) fn paper_of(&self, journals: &[Journal], judged: &[Judged]) -> Paper {
        let Assessment { inventory, evidence, topology, as_of, .. } = &self.assessment;
        let reach = Reach::new(inventory, evidence, topology);
        let answer = reach.isolation(&self.connection).unwrap();
        let tested: Vec<_> = journals
            .iter()
            .map(|journal| Tested { journal, telephone: Some("03-0000-0000") })
            .collect();
        assemble(Made {
            reach: &reach,
            sources: &self.sources,
            answer: &answer,
            tested: &tested,
            judged,
            as_of: *as_of,
            files: vec![Source {
                role: Text::new("台帳", "inventory"),
                name: "inventory.yaml".to_owned(),
                sha256: "00".repeat(32),
            }],
        })
        .unwrap()
    }
}

fn connection_of(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Connection, id)
}

pub(super) fn judged(told: &[Told<'_>]) -> Vec<Judged> {
    let one = |(to, port, target, expect, verdict): &Told<'_>| {
        let question = Question {
            to: to.parse().unwrap(),
            port: *port,
            kind: Kind::TcpConnect,
            expect: *expect,
            target: target.parse().unwrap(),
        };
        let outcome = if *verdict == Reachable { Outcome::Open } else { Outcome::Silent };
        let at = "2026-11-19T13:05:00Z".parse().unwrap();
        let answer = Answer::new(outcome, 1);
        Judged {
            question: question.clone(),
            telling: Some(Answered { number: 0, question, at, answer }),
            verdict: *verdict,
            because: Text::new("理由", "reason"),
            is_closed: *verdict == Isolated,
            is_stranger: false,
            control: (*verdict == Isolated).then_some(at),
        }
    };
    told.iter().map(one).collect()
}

/// What a proof of the maintenance line of the records should hold: the relay answers, and nothing
/// else.
pub(super) const SOUND: &[Told<'_>] = &[
    ("172.20.0.12", 3389, "systems/jump", Answers, Reachable),
    ("10.10.1.10", 1521, "systems/ehr-db", NoAnswer, Isolated),
    ("10.20.1.10", 104, "systems/pacs", NoAnswer, Isolated),
    ("172.20.0.5", 8080, "systems/proxy", NoAnswer, Isolated),
];

/// The row about an address and a port.
pub(super) fn row<'p>(paper: &'p Paper, to: &str, service: &str) -> &'p Row {
    let mut rows = paper.rows.iter();
    rows.find(|it| it.addresses == [to] && it.service.en == service).expect(to)
}
