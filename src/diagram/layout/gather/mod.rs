//! Assessment → what there is to draw.

mod entries;
mod insides;
mod strangers;
mod undeclared;
mod ways;
mod zones;

use super::content::{Content, Mark};
use crate::audit::Assessment;
use crate::diagram::{Request, View};
use crate::inventory::{Device, Endpoint, Inventory};
use crate::locale::{Lang, Text};
use crate::model::words::DeviceKind;
use crate::model::{EntityRef, IpNetwork, Service};
use std::collections::BTreeMap;

/// Gathers what a view shows; nothing is folded or left out yet.
pub(super) fn gather(assessment: &Assessment, request: &Request<'_>) -> Content {
    let (view, lang) = (&request.view, request.lang);
    let mut gatherer = Gatherer {
        assessment,
        inventory: &assessment.inventory,
        lang,
        one: match view {
            View::Connection(id) => Some(id.as_str()),
            View::Whole | View::External => None,
        },
        content: Content {
            watched: !assessment.topology.observed().is_empty(),
            probed: {
                let probed = assessment.topology.probed();
                let beyond = |it: &EntityRef| probed.line(it).is_some_and(|it| it.reachable > 0);
                probed.states.keys().map(|it| (it.clone(), beyond(it))).collect()
            },
            ..Content::default()
        },
        zone_at: BTreeMap::new(),
        cells_at: BTreeMap::new(),
        marks: if request.hide_findings { BTreeMap::new() } else { marks(assessment) },
    };
    gatherer.zones();
    gatherer.rows();
    gatherer.systems();
    gatherer.inner_devices();
    gatherer.branches();
    gatherer.undeclared();
    gatherer.strangers();
    gatherer.content
}

/// Counts the findings of every thing.
fn marks(assessment: &Assessment) -> BTreeMap<EntityRef, Mark> {
    let mut marks: BTreeMap<EntityRef, Mark> = BTreeMap::new();
    for finding in &assessment.findings {
        let mark = marks.entry(finding.subject.clone()).or_default();
        if finding.is_open() {
            mark.open += 1;
            // Findings come worst first.
            mark.worst.get_or_insert(finding.severity);
        } else {
            mark.waived += 1;
        }
    }
    marks
}

struct Gatherer<'a> {
    assessment: &'a Assessment,
    inventory: &'a Inventory,
    lang: Lang,
    one: Option<&'a str>,
    content: Content,
    zone_at: BTreeMap<String, usize>,
    /// The first box of a thing.
    cells_at: BTreeMap<EntityRef, usize>,
    marks: BTreeMap<EntityRef, Mark>,
}

/// The bar of the backbone names this many devices; further ones stand in their zones.
const MOST_BACKBONES: usize = 3;

/// The zone of things that say no zone, and of parties that traffic turns back to.
const NOWHERE: &str = "?";
const TURNED_BACK: &str = "<";
/// The place of neighbours that are not ours.
const NOT_OURS: &str = "!";

impl Gatherer<'_> {
    fn say(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn mark(&self, thing: &EntityRef) -> Mark {
        self.marks.get(thing).copied().unwrap_or_default()
    }

    /// Services in words, each once.
    fn services(&self, services: &[Service], word: fn(Service) -> String) -> String {
        if services.is_empty() || services.contains(&Service::Any) {
            return self.say(&Text::new("すべて", "any"));
        }
        let mut words: Vec<String> = Vec::new();
        for service in services {
            let word = word(*service);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }
}

/// What stands in brackets explains the name; the name is enough here.
fn short(name: &str) -> String {
    name.split(['（', '(']).next().unwrap_or(name).trim().to_owned()
}

fn is_backbone(device: &Device) -> bool {
    matches!(device.kind.value, DeviceKind::CoreSwitch | DeviceKind::InternalFirewall)
}

/// An address without its prefix length when it is a single one.
fn shown(network: IpNetwork) -> String {
    Endpoint::Network(network).to_string()
}
