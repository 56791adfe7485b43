//! Whom to call in an emergency is written nowhere.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::DocumentKind;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, survey};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "incident-contacts-missing",
    title: Text::new("連絡体制図のない病院", "no contacts for an emergency"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[checklist("3①"), survey("Q6"), survey("Q7")],
    remedy: Text::new(
        "所管官庁、都道府県警察、専門機関、相談先の事業者の電話番号を organization の contacts に書くか、連絡体制図を documents に登録してください。",
        "State the telephone numbers of the authorities, the police and experts as `contacts` of the organization, or register the contact list under `documents`.",
    ),
    page: include_str!("incident_contacts_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(organization) = &facts.inventory.organization else {
        return;
    };
    let callable = organization.contacts.iter().any(|it| it.phone.is_some());
    let documents = &facts.inventory.documents;
    let listed = documents.iter().any(|it| it.kind.value == DocumentKind::ContactList);
    if callable || listed {
        return;
    }
    let name = &organization.name.value;
    let message = text!(
        "{name}の非常時の連絡先も連絡体制図も書かれていません",
        "neither contacts for an emergency nor a contact list are stated for {name}"
    );
    let (span, what) = match organization.contacts.first() {
        Some(contact) => {
            (contact.name.span, text!("電話番号がありません", "without a telephone number"))
        }
        None => (organization.name.span, text!("contacts がありません", "no `contacts`")),
    };
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    out.push(Report::new(subject, message, span, what));
}
