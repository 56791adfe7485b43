//! A party never answered the checklist.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Entry, Inventory, Party};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::{PartyKind, Purpose};
use crate::rules::authority::checklist;
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "provider-checklist-missing",
    title: Text::new(
        "事業者確認用チェックリストを受け取っていない事業者",
        "a party that did not answer the provider checklist",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[checklist("事業者確認用"), checklist("2②")],
    remedy: Text::new(
        "今年度の事業者確認用チェックリストを事業者に送り、受領日を checklist_received に書いてください。",
        "Send this year's provider checklist to the party and record the day of the answer as `checklist_received`.",
    ),
    page: include_str!("provider_checklist_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let limit = facts.a_year_ago();
    let asked = asked(facts.inventory);
    let parties = facts.inventory.parties.iter();
    for party in parties.filter(|it| asked.contains(it.id.as_str()) && provides(it)) {
        let name = &party.name.value;
        let (message, span, what) = match &party.checklist_received {
            Some(on) if on.value >= limit => continue,
            Some(on) => (
                text!(
                    "「{name}」の事業者確認用チェックリストは{on}に受け取ったもので、1年以上前です",
                    "the provider checklist of `{name}` was received on {on}, more than a year ago"
                ),
                on.span,
                text!("受領日", "when it was received"),
            ),
            None => (
                text!(
                    "「{name}」から事業者確認用チェックリストを受け取っていません",
                    "the provider checklist of `{name}` was not received"
                ),
                party.id.span,
                text!("受領日（checklist_received）がありません", "no `checklist_received`"),
            ),
        };
        let subject = thing(EntityKind::Party, party);
        out.push(Report::new(subject, message, span, what));
    }
}

/// The parties that maintain systems of the hospital, from outside or by contract.
fn asked(inventory: &Inventory) -> BTreeSet<&str> {
    let systems = inventory.systems.iter();
    let vendors = systems.filter_map(|it| it.vendor.as_ref()).map(|it| it.id());
    let maintenance = inventory
        .connections
        .iter()
        .filter(|it| matches!(it.purpose.value, Purpose::RemoteMaintenance | Purpose::Telemetry));
    vendors.chain(maintenance.map(|it| it.party.id())).collect()
}

/// Whether the form is meant for such a party.
fn provides(party: &Entry<Party>) -> bool {
    !matches!(
        party.kind.value,
        PartyKind::Authority
            | PartyKind::Hospital
            | PartyKind::Carrier
            | PartyKind::Internet
            | PartyKind::Staff
    )
}
