//! The judgement: one `.rs` and one `.md` a rule, in packs. A rule sees facts and returns
//! findings; it never prints, never reads files, never knows who asks.
//!
//! The page of a rule is at once its documentation (`sekisho explain`), the appendix of the
//! reports, the help in SARIF, and its test: every `yaml` block of the page is an inventory, each
//! line that must be pointed at is marked with `# finding: <id>`, and a block without marks must
//! stay silent. Only the rule of the page runs on its blocks.
//!
//! A rule is added with its two files and two lines in the list of its pack.

pub mod advisories;
mod authority;
mod boundary;
pub mod compared;
mod configured;
mod credentials;
mod device;
mod duties;
mod duty;
mod entry;
mod inside;
mod line;
mod observed;
mod path;
mod pathways;
mod probed;
mod probing;
mod question;
mod reach;
mod reached;
mod running;
mod seen;
mod setting;
mod sink;

pub use duty::{SOON as WAIVER_SOON, too_wide as waiver_too_wide};
pub use sink::{Report, Sink};

use crate::evidence::{Configured, EvidenceSet};
use crate::finding::{Confidence, Finding, Reference, Severity};
use crate::inventory::{Inventory, Waiver};
use crate::locale::Text;
use crate::model::{Date, EntityRef};
use crate::reach::Reach;
use crate::reach::exposure::Exposure;
use crate::topology::Topology;
use advisories::Advisories;
use std::sync::OnceLock;

/// Everything that a rule may look at.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The declared facts, valid.
    pub inventory: &'a Inventory,
    /// What was read from devices.
    pub evidence: &'a EvidenceSet,
    /// The graph over them.
    pub topology: &'a Topology,
    /// The network as packets meet it.
    pub reach: &'a Reach<'a>,
    /// What everybody outside reaches, once a rule has asked: [`Self::exposure`].
    pub exposed: &'a OnceLock<Exposure>,
    /// The day to judge.
    pub as_of: Date,
    /// Known weaknesses and ends of support, with their date and source.
    pub advisories: &'a Advisories,
}

impl<'a> Facts<'a> {
    /// Every configuration that was read, with the thing it is of.
    pub fn configured(&self) -> impl Iterator<Item = (&'a EntityRef, &'a Configured)> {
        let joined = self.topology.joined().iter();
        joined.filter_map(|it| Some((&it.thing, self.evidence.devices.get(it.configured)?)))
    }

    /// What everybody outside reaches.
    pub fn exposure(&self) -> &'a Exposure {
        self.exposed.get_or_init(|| Exposure::new(self.reach))
    }

    /// Whether anybody has begun to probe: a run that sent something is among the evidence, or the
    /// inventory records one.
    pub fn has_probed(&self) -> bool {
        let recorded = |it: &crate::inventory::Confirmation| {
            it.how.as_ref().is_some_and(|it| it.value == crate::model::words::Means::Probe)
        };
        !self.topology.probed().is_empty() || self.inventory.confirmations.iter().any(recorded)
    }

    /// The day one year before the day to judge: what is older is no longer "yearly".
    pub fn a_year_ago(&self) -> Date {
        self.as_of.saturating_sub(jiff::Span::new().years(1))
    }
}

/// Whether what was given shows a rule what it looks at: what was observed, configurations, or
/// answers to probes; a comparison is none of these. Where it does not, that nothing was found means
/// nothing.
pub fn could_look(rule: &str, evidence: &EvidenceSet) -> bool {
    let within = |pack: &Pack| pack.rules.iter().any(|it| it.id == rule);
    match () {
        () if within(&observed::PACK) => !evidence.observed.is_empty(),
        () if within(&path::PACK) || within(&setting::PACK) => !evidence.devices.is_empty(),
        () if within(&probed::PACK) => !evidence.probes.is_empty(),
        () if within(&compared::PACK) => false,
        () => true,
    }
}

/// What became of one waiver of the inventory.
#[derive(Clone, Copy, Debug)]
pub struct WaiverUse {
    /// Its position in `Inventory::waivers`.
    pub index: usize,
    /// How many findings of the other rules it names.
    pub findings: usize,
}

impl WaiverUse {
    /// What the waiver at a position of the list comes to, among these findings.
    pub fn of(index: usize, waiver: &Waiver, findings: &[Finding]) -> Self {
        Self { index, findings: findings.iter().filter(|it| waiver.names(it)).count() }
    }
}

/// How a rule looks at the facts.
#[derive(Clone, Copy)]
pub enum Check {
    /// At the facts alone.
    Facts(fn(&Facts<'_>, &mut Sink<'_>)),
    /// At the waivers, after all other rules have spoken.
    Waivers(fn(&Facts<'_>, &[WaiverUse], &mut Sink<'_>)),
    /// Not at one state at all: what `diff` or `reconcile` finds by comparing two is such a finding.
    Compared,
}

/// One judgement.
pub struct Rule {
    /// Names the condition, kebab-case; reads well after "accept …". Stable.
    pub id: &'static str,
    /// The condition in a few words.
    pub title: Text,
    /// How bad it usually is; a finding may say otherwise.
    pub severity: Severity,
    /// How sure it usually is.
    pub confidence: Confidence,
    /// The items of guidelines, checklists and surveys that it answers to.
    pub references: &'static [Reference],
    /// What to do about it.
    pub remedy: Text,
    /// The page, in Markdown.
    pub page: &'static str,
    /// The judgement.
    pub check: Check,
}

/// A named group of rules.
pub struct Pack {
    /// Short name.
    pub id: &'static str,
    /// What it is about.
    pub title: Text,
    /// Its rules.
    pub rules: &'static [&'static Rule],
}

/// Every pack and every rule in it stands in the order of danger: what opens the hospital to the
/// outside comes first. Findings of one severity are reported in this order.
pub static PACKS: &[&Pack] = &[
    &observed::PACK,
    &probed::PACK,
    &path::PACK,
    &reach::PACK,
    &entry::PACK,
    &setting::PACK,
    &device::PACK,
    &line::PACK,
    &inside::PACK,
    &duty::PACK,
    &compared::PACK,
];

/// Every rule, in the order of the packs.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    PACKS.iter().flat_map(|pack| pack.rules.iter().copied())
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
