//! 関係者一覧: who has a part in the network, with which role, and whom to call. Installers and
//! maintainers belong to it (安全管理ガイドライン6.0版 システム運用編 2②).

use super::{Format, Report, csv};
use crate::inventory::{Contact, Half, Holder};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;

/// A table for a spreadsheet: a row for every role and contact of a party.
pub(super) static FORMAT: Format = Format {
    id: "parties",
    extension: "csv",
    file_name: "parties.csv",
    title: Text::new("関係者一覧（CSV）", "list of related parties (CSV)"),
    write: |report, sink| csv::write(&table(report), sink),
};

const COLUMNS: [Text; 13] = [
    Text::new("関係者", "party"),
    Text::new("識別子", "id"),
    Text::new("種別", "kind"),
    Text::new("役割", "role"),
    Text::new("対象", "of"),
    Text::new("連絡先", "contact"),
    Text::new("連絡先の役割", "role of the contact"),
    Text::new("電話", "telephone"),
    Text::new("電子メール", "e-mail"),
    Text::new("受付時間", "hours"),
    Text::new("先方の網のインターネット到達", "reachable from the internet"),
    Text::new("チェックリスト受領日", "checklist received"),
    Text::new("備考", "notes"),
];

/// What a party does, as it is called. The order is that of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Officer,
    Connected,
    Carrier,
    CircuitHolder,
    Owner,
    Installer,
    Maintainer,
    Configuration,
    Patches,
    Logs,
    Cuts,
    Emergency,
}

impl Part {
    fn label(self) -> Text {
        match self {
            Self::Officer => Text::new("安全管理責任者", "safety officer"),
            Self::Connected => Text::new("接続先", "other end of a connection"),
            Self::Carrier => Text::new("通信事業者", "carrier"),
            Self::CircuitHolder => Text::new("回線の契約者", "holder of the circuit"),
            Self::Owner => Text::new("所有者", "owner"),
            Self::Installer => Text::new("設置者", "installer"),
            Self::Maintainer => Text::new("保守者", "maintainer"),
            Self::Configuration => Text::new("設定変更", "changes the configuration"),
            Self::Patches => Text::new("更新適用", "applies updates"),
            Self::Logs => Text::new("ログ管理", "keeps and reviews logs"),
            Self::Cuts => Text::new("緊急遮断", "cuts in an emergency"),
            Self::Emergency => Text::new("非常時の連絡先", "emergency contact"),
        }
    }
}

/// Somebody who has a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Related {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) roles: Vec<Role>,
    pub(super) contacts: Vec<Person>,
    pub(super) exposed: String,
    pub(super) checklist: String,
    pub(super) note: String,
}

/// What somebody does, and the names of what it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Role {
    pub(super) label: String,
    pub(super) things: Vec<String>,
}

/// Whom to call.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) hours: String,
}

impl Related {
    /// The roles for a page: those about the same things share a line, the first few are named.
    pub(super) fn brief(&self, report: &Report<'_>) -> Vec<String> {
        let mut lines: Vec<(Vec<String>, &[String])> = Vec::new();
        for role in &self.roles {
            match lines.iter_mut().find(|(_, things)| *things == role.things) {
                Some((labels, _)) => labels.push(role.label.clone()),
                None => lines.push((vec![role.label.clone()], &role.things)),
            }
        }
        lines
            .into_iter()
            .map(|(labels, things)| {
                let label = report.join(&labels);
                let names = report.first_of(things, 3);
                if names.is_empty() {
                    label
                } else {
                    report.say(&text!("{label}：{names}", "{label}: {names}"))
                }
            })
            .collect()
    }
}

impl Person {
    /// Name and how to call, without what is not known.
    pub(super) fn parts(&self) -> Vec<String> {
        [&self.name, &self.role, &self.phone, &self.email, &self.hours]
            .into_iter()
            .filter(|it| !it.is_empty())
            .cloned()
            .collect()
    }
}

/// Who holds what: holder → role → things.
type Parts = BTreeMap<Who, BTreeMap<Part, Vec<EntityRef>>>;

/// Hospital first, then parties in the order of their ids, carriers, and the gaps at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Hospital,
    Party(String),
    Carrier(String),
    Nobody,
}

/// Everybody who has a part. Duties that nobody holds appear under 未定.
pub(super) fn related(report: &Report<'_>) -> Vec<Related> {
    let parts = parts(report);
    let inventory = &report.assessment.inventory;
    let mut list = vec![hospital(report, &parts)];
    for party in &inventory.parties {
        let empty = BTreeMap::new();
        let held = parts.get(&Who::Party(party.id.value.clone()));
        list.push(Related {
            name: said(report, &party.name),
            id: party.id.value.clone(),
            kind: report.say(&party.kind.value.label()),
            roles: roles(report, held.unwrap_or(&empty)),
            contacts: party.contacts.iter().map(|it| person(report, it)).collect(),
            exposed: party
                .internet_exposed
                .as_ref()
                .map_or_else(String::new, |it| report.say(&it.value.label())),
            checklist: party
                .checklist_received
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            note: optional(report, party.note.as_ref()),
        });
    }
    list.extend(emergency(report));
    for (who, held) in &parts {
        match who {
            Who::Carrier(name) => list.push(carrier(report, name, held)),
            Who::Nobody => list.push(Related {
                name: report.say(&Text::new("（未定）", "(undefined)")),
                roles: roles(report, held),
                ..Related::default()
            }),
            Who::Hospital | Who::Party(_) => {}
        }
    }
    list
}

fn hospital(report: &Report<'_>, parts: &Parts) -> Related {
    let organization = report.assessment.inventory.organization.as_ref();
    let mut held = parts.get(&Who::Hospital).cloned().unwrap_or_default();
    let mut contacts = Vec::new();
    if let Some(officer) = organization.and_then(|it| it.security_officer.as_ref()) {
        contacts.push(person(report, officer));
        held.entry(Part::Officer).or_default();
    }
    Related {
        name: organization.map_or_else(
            || report.say(&Text::new("病院", "hospital")),
            |it| said(report, &it.name),
        ),
        id: "hospital".to_owned(),
        kind: report.say(&EntityKind::Organization.label()),
        roles: roles(report, &held),
        contacts,
        ..Related::default()
    }
}

/// Whom the hospital calls in an emergency: authorities, police, experts.
fn emergency<'r>(report: &'r Report<'_>) -> impl Iterator<Item = Related> + use<'r> {
    let organization = report.assessment.inventory.organization.as_ref();
    let contacts = organization.map_or(&[][..], |it| it.contacts.as_slice());
    contacts.iter().map(|contact| Related {
        name: said(report, &contact.name),
        kind: report.say(&Text::new("外部機関", "outside body")),
        roles: vec![Role { label: report.say(&Part::Emergency.label()), things: Vec::new() }],
        contacts: vec![person(report, contact)],
        ..Related::default()
    })
}

/// A carrier is named on circuits only and has the telephone for faults there.
fn carrier(report: &Report<'_>, name: &str, held: &BTreeMap<Part, Vec<EntityRef>>) -> Related {
    let inventory = &report.assessment.inventory;
    let mut contacts: Vec<Person> = Vec::new();
    for circuit in held.values().flatten() {
        let phone = inventory.circuits.get(&circuit.id).and_then(|it| it.phone.as_ref());
        let phone = optional(report, phone);
        if !phone.is_empty() && !contacts.iter().any(|it| it.phone == phone) {
            contacts.push(Person {
                name: report.say(&Text::new("故障受付", "fault desk")),
                phone,
                ..Person::default()
            });
        }
    }
    Related {
        name: report.say(&Text::same(name)),
        kind: report.say(&Part::Carrier.label()),
        roles: roles(report, held),
        contacts,
        ..Related::default()
    }
}

/// Gathers every duty that the inventory names.
fn parts(report: &Report<'_>) -> Parts {
    let inventory = &report.assessment.inventory;
    let mut parts = Parts::new();
    let mut note = |who: Who, part: Part, thing: &EntityRef| {
        let things = parts.entry(who).or_default().entry(part).or_default();
        // The same duty in both halves of one connection comes in a row.
        if things.last() != Some(thing) {
            things.push(thing.clone());
        }
    };
    for circuit in &inventory.circuits {
        let thing = EntityRef::new(EntityKind::Circuit, &circuit.id.value);
        if let Some(provider) = &circuit.provider {
            note(Who::Carrier(provider.value.clone()), Part::Carrier, &thing);
        }
        if let Some(holder) = &circuit.contract_holder {
            note(who(holder), Part::CircuitHolder, &thing);
        }
    }
    for connection in &inventory.connections {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let party = connection.party.id().to_owned();
        note(Who::Party(party), Part::Connected, &thing);
        if let Some(halves) = &connection.responsibility {
            for half in [&halves.inside, &halves.outside].into_iter().flatten() {
                duties(half, |part, holder| note(who(holder), part, &thing));
            }
        }
    }
    for device in &inventory.devices {
        let thing = EntityRef::new(EntityKind::Device, &device.id.value);
        if let Some(owner) = &device.owner {
            note(who(owner), Part::Owner, &thing);
        }
        if let Some(half) = &device.responsibility {
            duties(half, |part, holder| note(who(holder), part, &thing));
        }
    }
    for system in &inventory.systems {
        let thing = EntityRef::new(EntityKind::System, &system.id.value);
        if let Some(vendor) = &system.vendor {
            note(Who::Party(vendor.id().to_owned()), Part::Maintainer, &thing);
        }
        if let Some(owner) = &system.owner {
            note(who(owner), Part::Owner, &thing);
        }
        if let Some(update) = &system.security_update {
            note(who(&update.responsible), Part::Patches, &thing);
        }
    }
    parts
}

fn duties(half: &Half, mut note: impl FnMut(Part, &Holder)) {
    for (part, holder) in [
        (Part::Owner, &half.owner),
        (Part::Installer, &half.installer),
        (Part::Maintainer, &half.maintainer),
        (Part::Configuration, &half.configuration),
        (Part::Patches, &half.patches),
        (Part::Logs, &half.logs),
        (Part::Cuts, &half.cuts),
    ] {
        if let Some(holder) = holder {
            note(part, holder);
        }
    }
}

fn who(holder: &Holder) -> Who {
    match holder {
        Holder::Hospital => Who::Hospital,
        Holder::Undefined => Who::Nobody,
        Holder::Party(id) => Who::Party(id.clone()),
    }
}

fn roles(report: &Report<'_>, held: &BTreeMap<Part, Vec<EntityRef>>) -> Vec<Role> {
    held.iter()
        .map(|(part, things)| Role {
            label: report.say(&part.label()),
            things: things.iter().map(|it| report.name(it)).collect(),
        })
        .collect()
}

fn person(report: &Report<'_>, contact: &Contact) -> Person {
    Person {
        name: said(report, &contact.name),
        role: optional(report, contact.role.as_ref()),
        phone: optional(report, contact.phone.as_ref()),
        email: optional(report, contact.email.as_ref()),
        hours: optional(report, contact.hours.as_ref()),
    }
}

fn said(report: &Report<'_>, value: &Spanned<String>) -> String {
    report.say(&Text::same(value.value.clone()))
}

fn optional(report: &Report<'_>, value: Option<&Spanned<String>>) -> String {
    value.map_or_else(String::new, |it| said(report, it))
}

/// The list as rows; a party without role or contact keeps a row.
pub(super) fn table(report: &Report<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![COLUMNS.iter().map(|it| report.say(it)).collect()];
    for party in related(report) {
        let mut roles = party.roles;
        if roles.is_empty() {
            roles.push(Role::default());
        }
        let mut contacts = party.contacts;
        if contacts.is_empty() {
            contacts.push(Person::default());
        }
        for role in &roles {
            for contact in &contacts {
                rows.push(vec![
                    party.name.clone(),
                    party.id.clone(),
                    party.kind.clone(),
                    role.label.clone(),
                    report.join(&role.things),
                    contact.name.clone(),
                    contact.role.clone(),
                    contact.phone.clone(),
                    contact.email.clone(),
                    contact.hours.clone(),
                    party.exposed.clone(),
                    party.checklist.clone(),
                    party.note.clone(),
                ]);
            }
        }
    }
    rows
}
