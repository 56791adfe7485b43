//! What a run will ask: every question, in order, before one packet is sent.
//!
//! ```text
//!  inventory ──► hosts: every single address, what is declared of it ─┐
//!  vantage: what the declaration permits from there ──────────────────┼─► derive ──► order ──► Plan
//!  scope: Admission ──────────────────────────────────────────────────┘       └────► what is left out
//! ```
//!
//! A plan asks nothing of the network: it follows from the declaration and the scope alone.

mod derive;
mod estimate;
pub mod file;
mod hosts;
mod order;
pub mod page;
mod ports;
mod vantage;

pub use derive::plan;
pub use estimate::{Estimate, estimate};

use super::scope::{Pins, Reason};
use super::{Expectation, Kind, Limits, Question};
use crate::locale::Text;
use crate::model::{EntityRef, IpNetwork, Service};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

/// When probes may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From this moment on,
    pub from: Timestamp,
    /// until before this one.
    pub until: Timestamp,
}

/// The whole of a run, decided before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// SHA-256 of the scope (確認範囲指定書) that permits it, in hexadecimal.
    pub scope: String,
    /// Where the run stands: a connection (at the other party's end of it) or a zone.
    #[serde(with = "super::question::entity")]
    pub from: EntityRef,
    /// The tester's own address, when the plan was made for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<IpAddr>,
    /// How slowly it asks.
    pub limits: Limits,
    /// When it may ask.
    pub windows: Vec<Window>,
    /// What the names of the scope stood for when it was made.
    #[serde(default, skip_serializing_if = "Pins::is_empty")]
    pub pins: Pins,
    /// What it asks, controls included, in order.
    pub questions: Vec<Question>,
}

impl Plan {
    /// SHA-256 of everything the run will do, in hexadecimal: two plans with one hash send the
    /// same packets.
    pub fn hash(&self) -> String {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// A plan, with what follows from the declaration and is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What is asked.
    pub plan: Plan,
    /// What is not, and why, by reason.
    pub left_out: Vec<LeftOut>,
}

/// Why something that follows from the declaration is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// It is not permitted.
    Refused(Reason),
    /// No harmless question is known for the service.
    NoQuestion,
    /// It is permitted to some addresses only, and the tester's own is not known.
    Depends,
    /// The inventory says nothing that an answer could be compared with.
    Unsaid,
    /// The scope names a host by a name that nobody has resolved.
    Unresolved,
}

impl Gap {
    /// A stable key.
    pub fn key(self) -> &'static str {
        use crate::model::Vocabulary as _;
        match self {
            Self::Refused(reason) => reason.key(),
            Self::NoQuestion => "no-harmless-question",
            Self::Depends => "depends-on-source",
            Self::Unsaid => "not-declared",
            Self::Unresolved => "name-not-resolved",
        }
    }

    /// For a person.
    pub fn text(self) -> Text {
        use crate::model::Vocabulary as _;
        match self {
            Self::Refused(reason) => reason.label(),
            Self::NoQuestion => Text::new(
                "害のない問い方がないサービス",
                "a service for which no harmless question is known",
            ),
            Self::Depends => Text::new(
                "一部の接続元だけに許可されている（--source で確認する端末のアドレスを指定すると判定できる）",
                "permitted to some addresses only (name the tester's own with --source)",
            ),
            Self::Unsaid => Text::new(
                "許可する通信が台帳に書かれておらず、比べられない",
                "the inventory does not say what is permitted, so there is nothing to compare with",
            ),
            Self::Unresolved => Text::new(
                "ホスト名のアドレスを調べていない（--resolve で調べて固定する）",
                "a host name that was not resolved (resolve and pin it with --resolve)",
            ),
        }
    }
}

/// Something that is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub gap: Gap,
    /// What, if it is known.
    pub thing: Option<EntityRef>,
    /// Its address, or the network of a group.
    pub to: Option<IpNetwork>,
    /// The services; all of them when empty.
    pub services: BTreeSet<Service>,
}

/// What stands behind the negatives of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backing {
    /// Negatives at a host that has a control of its own.
    pub own: usize,
    /// Negatives at a host whose network alone has a control: silence proves nothing of them,
    /// only what a filter says itself.
    pub network: usize,
    /// Negatives without any: only a witness can help.
    pub none: usize,
}

impl Plan {
    /// How many questions have an expectation.
    pub fn count(&self, expect: Expectation) -> usize {
        self.questions.iter().filter(|it| it.expect == expect).count()
    }

    /// The kinds that are asked, with how many questions each.
    pub fn kinds(&self) -> Vec<(Kind, usize)> {
        let mut all: std::collections::BTreeMap<Kind, usize> = Default::default();
        self.questions.iter().for_each(|it| *all.entry(it.kind).or_default() += 1);
        all.into_iter().collect()
    }

    /// How the negatives are backed by controls.
    pub fn backing(&self) -> Backing {
        let controls = self.questions.iter().filter(|it| it.expect == Expectation::Control);
        let controls: Vec<IpAddr> = controls.map(|it| it.to).collect();
        let mut backing = Backing::default();
        for question in self.questions.iter().filter(|it| it.expect == Expectation::NoAnswer) {
            let own = controls.contains(&question.to);
            let mate = controls.iter().any(|it| super::verdict::mates(*it, question.to));
            *match (own, mate) {
                (true, _) => &mut backing.own,
                (false, true) => &mut backing.network,
                (false, false) => &mut backing.none,
            } += 1;
        }
        backing
    }
}
