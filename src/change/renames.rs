//! Ids of the older record as the newer one has them, so that a reference to a renamed thing is no
//! change of the one who refers.

use super::identity::PORTS;
use super::record::Thing;
use crate::finding::Fingerprint;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Older ids that are written otherwise in the newer record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    ids: BTreeMap<EntityKind, BTreeMap<String, String>>,
    /// Interfaces that are called otherwise: of which thing, by its newer id, from and to which name.
    ports: BTreeMap<EntityRef, BTreeMap<String, String>>,
}

impl Renames {
    /// A thing got another id.
    pub(super) fn add(&mut self, old: &Thing, new: &Thing) {
        self.ids.entry(old.kind).or_default().insert(old.id.clone(), new.id.clone());
    }

    /// An interface of a thing got another name.
    pub(super) fn add_port(&mut self, thing: EntityRef, old: &str, new: &str) {
        self.ports.entry(thing).or_default().insert(old.to_owned(), new.to_owned());
    }

    /// An attribute of a thing, by its newer id, under the names that its interfaces have now:
    /// `interfaces.wan.addresses`.
    pub(super) fn key<'k>(&self, thing: &EntityRef, key: &'k str) -> Cow<'k, str> {
        let new = self.ports.get(thing).and_then(|ports| {
            let port = key.strip_prefix(PORTS)?.strip_prefix('.')?;
            // Names of interfaces may hold dots.
            ports.iter().find_map(|(old, new)| {
                let rest = port.strip_prefix(old.as_str())?.strip_prefix('.')?;
                Some(format!("{PORTS}.{new}.{rest}"))
            })
        });
        new.map_or(Cow::Borrowed(key), Cow::Owned)
    }

    /// Whether nothing is called otherwise.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.ports.is_empty()
    }

    /// The newer id; none when it is the same. A configured path is named after its device.
    pub(super) fn id(&self, kind: EntityKind, id: &str) -> Option<String> {
        if let Some(new) = self.ids.get(&kind).and_then(|it| it.get(id)) {
            return Some(new.clone());
        }
        if kind != EntityKind::Path {
            return None;
        }
        let (device, rest) = id.split_once('.')?;
        let of =
            |kind| self.ids.get(&kind).and_then(|it: &BTreeMap<String, String>| it.get(device));
        let device = of(EntityKind::Device).or_else(|| of(EntityKind::System))?;
        Some(format!("{device}.{rest}"))
    }

    /// A thing by its newer id.
    pub fn thing(&self, thing: &EntityRef) -> EntityRef {
        let id = self.id(thing.kind, &thing.id);
        EntityRef::new(thing.kind, id.unwrap_or_else(|| thing.id.clone()))
    }

    /// What identifies a finding, by newer ids.
    pub(super) fn fingerprint(
        &self,
        rule: &str,
        subject: &EntityRef,
        distinct: &[EntityRef],
    ) -> String {
        let distinct: Vec<EntityRef> = distinct.iter().map(|it| self.thing(it)).collect();
        Fingerprint::new(rule, &self.thing(subject), &distinct).to_string()
    }

    /// A value with every reference in it by its newer id: `devices/vpn1.wan`,
    /// `{to: systems/ehr-db, …}`.
    pub(super) fn value<'v>(&self, value: &'v str) -> Cow<'v, str> {
        if self.is_empty() {
            return Cow::Borrowed(value);
        }
        let renamed = with_references(value, |kind, id| {
            self.id(kind, id).map(|it| format!("{}/{it}", kind.key()))
        });
        match self.port(&renamed) {
            Some(whole) => Cow::Owned(whole),
            None => renamed,
        }
    }

    /// A value that is an interface of a thing, `devices/vpn1.wan`, where that is called otherwise.
    fn port(&self, value: &str) -> Option<String> {
        let (thing, port) = value.split_once('.')?;
        let new = self.ports.get(&thing.parse().ok()?)?.get(port)?;
        Some(format!("{thing}.{new}"))
    }
}

/// A value with its references replaced; those for which there is nothing else stay.
pub(super) fn with_references(
    value: &str,
    instead: impl Fn(EntityKind, &str) -> Option<String>,
) -> Cow<'_, str> {
    if !value.contains('/') {
        return Cow::Borrowed(value);
    }
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('/') {
        let (before, after) = rest.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        let kind = before.rsplit(|c| !is_id(c)).next().unwrap_or_default();
        let length = after.find(|c| !is_id(c)).unwrap_or(after.len());
        let (id, beyond) = after.split_at(length);
        let of = EntityKind::from_key(kind);
        match of.and_then(|of| instead(of, id)) {
            Some(new) => {
                text.push_str(before.strip_suffix(kind).unwrap_or(before));
                text.push_str(&new);
            }
            None => {
                text.push_str(before);
                text.push('/');
                text.push_str(id);
            }
        }
        rest = beyond;
    }
    text.push_str(rest);
    if text == value { Cow::Borrowed(value) } else { Cow::Owned(text) }
}
