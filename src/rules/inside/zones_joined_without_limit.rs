//! A flow joins two zones as if they were one.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Endpoint, Inventory};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{everything, name, whole_zone};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "zones-joined-without-limit",
    title: Text::new("区画の間を制限していない通信", "zones joined without a limit"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑪"), nist("SC-7(21)"), nist("AC-4")],
    remedy: Text::new(
        "必要なシステムとサービスを洗い出し、flows と機器のフィルタをその組み合わせに限ってください。",
        "Find out which systems need which services and limit the flow and the filter to these.",
    ),
    page: include_str!("zones_joined_without_limit.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for (at, flow) in inventory.flows.iter().enumerate() {
        let zone = |end: &Endpoint| match end {
            Endpoint::Named(id) => inventory.zones.get(id).map(|it| it.id.value.as_str()),
            _ => None,
        };
        let wide = whole_zone(inventory, &flow.from.value) && whole_zone(inventory, &flow.to.value);
        let within =
            zone(&flow.from.value).is_some() && zone(&flow.from.value) == zone(&flow.to.value);
        if !wide || within || !everything(&flow.services) {
            continue;
        }
        let (from, to) = (end(inventory, &flow.from.value), end(inventory, &flow.to.value));
        out.push(Report::new(
            EntityRef::new(EntityKind::Flow, (at + 1).to_string()),
            text!(
                "{from}から{to}への通信が、システムもサービスも限らず許されています",
                "from {from} to {to} every system and every service is permitted"; from, to
            ),
            flow.services.first().map_or(flow.to.span, |it| it.span),
            text!("すべての通信を許しています", "this permits everything"),
        ));
    }
}

/// A zone by its name, anything else as it is written.
fn end(inventory: &Inventory, end: &Endpoint) -> Text {
    match end {
        Endpoint::Any => Text::new("すべてのゾーン", "every zone"),
        Endpoint::Named(id) => name(inventory, &EntityRef::new(EntityKind::Zone, id)),
        other => Text::same(other.to_string()),
    }
}
