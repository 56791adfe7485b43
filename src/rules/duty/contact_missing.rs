//! Nobody to call when it matters.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Contact, Endpoint, Entry, Inventory, Party};
use crate::locale::Text;
use crate::model::words::{Criticality, PartyKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, survey};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "contact-missing",
    title: Text::new("非常時に電話できない接続先", "a party that nobody can call"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[checklist("3①"), survey("Q7")],
    remedy: Text::new(
        "夜間・休日にもつながる電話番号を確認し、台帳と連絡体制図に書いてください。連絡体制図は、システムが止まっても見られるように紙でも保管してください。",
        "Ask for a number that answers at night and on holidays, and put it into the inventory and the contact list. Keep that list on paper too.",
    ),
    page: include_str!("contact_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for party in &inventory.parties {
        if !matches!(party.kind.value, PartyKind::Internet | PartyKind::Staff) {
            out.extend(of_party(inventory, party));
        }
    }
}

fn of_party(inventory: &Inventory, party: &Entry<Party>) -> Option<Report> {
    let phone = |it: &Contact| it.phone.is_some();
    let always = |it: &Contact| phone(it) && it.hours.as_ref().is_some_and(|it| it.contains("24"));
    let lacking = |answers: &dyn Fn(&Contact) -> bool, concerns: &dyn Fn(&Connection) -> bool| {
        let reachable = party.contacts.iter().any(answers);
        let own = inventory.connections.iter();
        own.filter(|it| it.party.id() == party.id.value && concerns(it))
            .filter(|it| !reachable && !it.contact.as_ref().is_some_and(answers))
            .map(|it| thing(EntityKind::Connection, it))
            .collect::<Vec<EntityRef>>()
    };
    let name = &party.name.value;
    let subject = thing(EntityKind::Party, party);
    let what = text!("連絡先（contacts）", "contacts");
    let unreachable = lacking(&phone, &|_| true);
    if !unreachable.is_empty() {
        let list = names(inventory, &unreachable);
        let message = text!(
            "「{name}」の電話番号がありません（外部接続: {list}）",
            "there is no telephone number of `{name}` (connections: {list})"; list
        );
        return Some(Report::new(subject, message, party.id.span, what).exposes(unreachable));
    }
    let by_day_only = lacking(&always, &|it| reaches_critical(inventory, it));
    (!by_day_only.is_empty()).then(|| {
        let list = names(inventory, &by_day_only);
        let message = text!(
            "「{name}」に24時間の連絡先がありません（最重要システムへの外部接続: {list}）",
            "`{name}` has no desk that answers around the clock (connections to critical systems: {list})"; list
        );
        let report = Report::new(subject, message, party.id.span, what);
        report.severity(Severity::Low).exposes(by_day_only)
    })
}

fn reaches_critical(inventory: &Inventory, connection: &Connection) -> bool {
    connection.allow.iter().any(|allow| {
        let Endpoint::Named(id) = &allow.to.value else {
            return false;
        };
        let criticality = inventory.systems.get(id).and_then(|it| it.criticality.as_ref());
        criticality.is_some_and(|it| it.value == Criticality::Critical)
    })
}
