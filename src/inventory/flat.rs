//! Records, flat: everything that is declared of a thing, key by key, as text.
//!
//! It comes from the one list of fields, so that no field is forgotten: a nested record gives
//! `os.version`, a table `interfaces.wan.addresses`, and an entry of a list of records one value that
//! reads as in the inventory: `{to: systems/ehr-db, services: [3389/tcp]}`.

use super::decode::Decode;
use super::record::Field;
use super::records::{
    Backup, Circuit, Connection, CredentialGroup, Device, Document, Flow, Inventory, Organization,
    Party, Site, System, Waiver, Zone,
};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};

/// What the inventory says of a thing under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Which field: `interfaces.wan.addresses`.
    pub key: String,
    /// Its values, sorted, each once; never empty.
    pub value: Vec<String>,
}

/// What a field is called.
#[derive(Clone, Debug)]
pub struct FieldName {
    /// Kind and key, with `*` for ids of the thing's own: `devices.interfaces.*.addresses`.
    pub key: String,
    /// In words.
    pub about: Text,
    /// Whether its values may name other things.
    pub names: bool,
    /// What a value is called that stands for one of a closed list of words.
    pub label: fn(&str) -> Option<Text>,
}

/// What has been said so far of a thing.
pub(crate) struct Flat<'i> {
    pub(crate) inventory: &'i Inventory,
    said: Vec<Stated>,
}

impl<'i> Flat<'i> {
    pub(crate) const fn new(inventory: &'i Inventory) -> Self {
        Self { inventory, said: Vec::new() }
    }

    /// Says what stands under a key.
    pub(crate) fn say(&mut self, key: &str, mut value: Vec<String>) {
        value.sort();
        value.dedup();
        if !value.is_empty() {
            self.said.push(Stated { key: key.to_owned(), value });
        }
    }

    /// All of it in one piece.
    pub(crate) fn inline(&self) -> String {
        let pairs = self.said.iter().map(|it| {
            let value: Vec<String> = it.value.iter().map(|it| quoted(it)).collect();
            match value.as_slice() {
                [one] => format!("{}: {one}", it.key),
                several => format!("{}: [{}]", it.key, several.join(", ")),
            }
        });
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
    }
}

/// A text that would be taken for structure stands in quotes.
fn quoted(value: &str) -> String {
    let is_nested = value.starts_with('{') && value.ends_with('}');
    let is_plain = !value.contains([',', '{', '}', '[', ']', '"', '\n']) && !value.contains(": ");
    match is_nested || is_plain {
        true => value.to_owned(),
        false => format!("{value:?}"),
    }
}

/// The fields of an entry that was written in one piece, each with its values as they stand there:
/// `{to: systems/pacs, services: [22/tcp, 443/tcp]}`.
pub fn entry(text: &str) -> Vec<(&str, Vec<&str>)> {
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let fields = parts(inner.unwrap_or(text)).into_iter().filter_map(|it| it.split_once(": "));
    let several = |value: &'_ str| value.starts_with('[') && value.ends_with(']');
    let values = |(key, value)| match several(value) {
        true => (key, parts(value.get(1..value.len() - 1).unwrap_or_default())),
        false => (key, vec![value]),
    };
    fields.map(values).collect()
}

/// What stands between commas, outside of quotes and brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut all, mut from, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                all.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    all.extend(text.get(from..));
    all.into_iter().map(str::trim).collect()
}

/// A key below another one.
pub(crate) fn below(key: &str, part: &str) -> String {
    if key.is_empty() { part.to_owned() } else { format!("{key}.{part}") }
}

/// The names of fields, as they are collected.
#[derive(Default)]
pub(crate) struct Fieldnames(Vec<FieldName>);

impl Fieldnames {
    /// Adds a field of a record and all that stands below it.
    pub(crate) fn add<T: Field>(
        &mut self,
        key: &str,
        field: &str,
        about: (&'static str, &'static str),
    ) {
        let key = below(key, field);
        let about = Text::new(about.0, about.1);
        self.0.push(FieldName {
            key: key.clone(),
            about,
            names: T::Inner::NAMES,
            label: T::Inner::label,
        });
        T::Inner::fields(&key, self);
    }
}

impl Inventory {
    /// Everything that is declared of a thing, in the order of its fields; nothing for one that is not
    /// declared.
    pub fn stated(&self, thing: &EntityRef) -> Vec<Stated> {
        let mut flat = Flat::new(self);
        let id = thing.id.as_str();
        let position = || id.parse::<usize>().ok()?.checked_sub(1);
        macro_rules! tell {
            ($found:expr) => {
                if let Some(found) = $found {
                    found.tell("", &mut flat);
                }
            };
        }
        match thing.kind {
            EntityKind::Organization => tell!(self.organization.as_ref()),
            EntityKind::Site => tell!(self.sites.get(id)),
            EntityKind::Zone => tell!(self.zones.get(id)),
            EntityKind::Party => tell!(self.parties.get(id)),
            EntityKind::Circuit => tell!(self.circuits.get(id)),
            EntityKind::Device => tell!(self.devices.get(id)),
            EntityKind::System => tell!(self.systems.get(id)),
            EntityKind::Connection => tell!(self.connections.get(id)),
            EntityKind::Flow => tell!(position().and_then(|at| self.flows.get(at))),
            EntityKind::Backup => tell!(self.backups.get(id)),
            EntityKind::CredentialGroup => tell!(self.credential_groups.get(id)),
            EntityKind::Waiver => tell!(position().and_then(|at| self.waivers.get(at))),
            EntityKind::Document => tell!(self.documents.get(id)),
            // Configured, not declared.
            EntityKind::Path => {}
        }
        flat.said
    }

    /// Everything that is declared, kind by kind, each in the order of declaration.
    pub fn declared(&self) -> Vec<EntityRef> {
        let mut all = Vec::new();
        for kind in EntityKind::ALL {
            let mut add = |ids: &mut dyn Iterator<Item = &str>| {
                all.extend(ids.map(|id| EntityRef::new(*kind, id)));
            };
            macro_rules! ids {
                ($table:expr) => {
                    add(&mut $table.iter().map(|it| it.id.value.as_str()))
                };
            }
            match kind {
                EntityKind::Organization => {
                    add(&mut self.organization.iter().map(|_| kind.key()));
                }
                EntityKind::Site => ids!(self.sites),
                EntityKind::Zone => ids!(self.zones),
                EntityKind::Party => ids!(self.parties),
                EntityKind::Circuit => ids!(self.circuits),
                EntityKind::Device => ids!(self.devices),
                EntityKind::System => ids!(self.systems),
                EntityKind::Connection => ids!(self.connections),
                EntityKind::Backup => ids!(self.backups),
                EntityKind::CredentialGroup => ids!(self.credential_groups),
                EntityKind::Document => ids!(self.documents),
                EntityKind::Flow | EntityKind::Waiver => {
                    let flows = *kind == EntityKind::Flow;
                    let count = if flows { self.flows.len() } else { self.waivers.len() };
                    let positions: Vec<String> = (1..=count).map(|it| it.to_string()).collect();
                    add(&mut positions.iter().map(String::as_str));
                }
                EntityKind::Path => {}
            }
        }
        all
    }

    /// What every field is called, kind by kind.
    pub fn field_names() -> Vec<FieldName> {
        let mut names = Fieldnames::default();
        for kind in EntityKind::ALL {
            let add: fn(&str, &mut Fieldnames) = match kind {
                EntityKind::Organization => Organization::fields,
                EntityKind::Site => Site::fields,
                EntityKind::Zone => Zone::fields,
                EntityKind::Party => Party::fields,
                EntityKind::Circuit => Circuit::fields,
                EntityKind::Device => Device::fields,
                EntityKind::System => System::fields,
                EntityKind::Connection => Connection::fields,
                EntityKind::Flow => Flow::fields,
                EntityKind::Backup => Backup::fields,
                EntityKind::CredentialGroup => CredentialGroup::fields,
                EntityKind::Waiver => Waiver::fields,
                EntityKind::Document => Document::fields,
                EntityKind::Path => |_, _| {},
            };
            add(kind.key(), &mut names);
        }
        names.0
    }
}
