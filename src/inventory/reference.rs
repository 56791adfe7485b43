//! Values that name other things of the inventory.

use super::decode::{Decoder, Reference, Scalar, network};
use super::records::{Entity, Inventory};
use super::{meant, patterns};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, IpNetwork, Vocabulary};
use crate::source::Span;
use serde_json::{Value, json};
use std::fmt;
use std::marker::PhantomData;

/// The id of a record of type `T`, for example `Ref<Zone>`. That the record exists is checked
/// once, for all references, by validation.
pub struct Ref<T> {
    id: String,
    of: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), of: PhantomData }
    }
}

impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl<T> fmt::Display for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The id pattern, shared by reader and schema.
pub(crate) const ID_PATTERN: &str = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

/// Whether a text is an id: ASCII letters, digits, `-` and `_`, at most 64.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl<T: Entity> Scalar for Ref<T> {
    const NAMES: bool = true;
    fn write(&self, _: &Inventory) -> String {
        EntityRef::new(T::KIND, &self.id).to_string()
    }
    fn expected() -> Text {
        let kind = T::KIND.label();
        crate::text!("{kind}の識別子", "the id of some {kind}"; kind)
    }
    fn read(text: &str) -> Option<Self> {
        is_id(text).then(|| Self { id: text.to_owned(), of: PhantomData })
    }
    fn schema() -> Value {
        json!({"type": ["string", "integer"], "minimum": 0, "pattern": ID_PATTERN})
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        decoder.misnamed(T::KINDS, given, span);
    }
    fn note(&self, span: Span, decoder: &mut Decoder) {
        decoder.references.push(Reference { kinds: T::KINDS, id: self.id.clone(), span });
    }
}

/// One end of an allowed flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `any`: everything.
    Any,
    /// `internet`: everything outside the hospital that is not a declared party.
    Internet,
    /// An address or a network.
    Network(IpNetwork),
    /// The id of a zone, a system, a party or a device.
    Named(String),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Internet => f.write_str("internet"),
            Self::Network(network) => f.write_str(&plain(*network)),
            Self::Named(id) => f.write_str(id),
        }
    }
}

/// A network as people write it: without the prefix length when it is a single address.
pub(super) fn plain(network: IpNetwork) -> String {
    let full = if network.is_ipv4() { 32 } else { 128 };
    if network.prefix() == full { network.ip().to_string() } else { network.to_string() }
}

/// The long form of an id that may be of several kinds; the id alone when nothing has it.
fn long(inventory: &Inventory, kinds: &[EntityKind], id: &str) -> String {
    let mut things = kinds.iter().map(|kind| EntityRef::new(*kind, id));
    let declared = things.find(|it| inventory.span_of(it).is_some());
    declared.map_or_else(|| id.to_owned(), |it| it.to_string())
}

/// What an end of a flow may name.
const ENDS: &[EntityKind] =
    &[EntityKind::Zone, EntityKind::System, EntityKind::Party, EntityKind::Device];

impl Scalar for Endpoint {
    const NAMES: bool = true;
    fn write(&self, inventory: &Inventory) -> String {
        match self {
            Self::Named(id) => long(inventory, ENDS, id),
            _ => self.to_string(),
        }
    }
    fn expected() -> Text {
        Text::new(
            "ゾーン・システム・接続先・機器の識別子、IPアドレス（またはネットワーク）、any、internet のいずれか",
            "the id of a zone, system, party or device, an address or network, `any` or `internet`",
        )
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "any" => Some(Self::Any),
            "internet" => Some(Self::Internet),
            _ => network(text)
                .map(Self::Network)
                .or_else(|| is_id(text).then(|| Self::Named(text.to_owned()))),
        }
    }
    fn suggest(given: &str) -> Option<String> {
        meant::endpoint(given)
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        decoder.misnamed(ENDS, given, span);
    }
    fn schema() -> Value {
        let network = patterns::network();
        json!({"type": ["string", "integer"], "minimum": 0, "pattern": format!("^([A-Za-z0-9][A-Za-z0-9_-]{{0,63}}|{network})$")})
    }
    fn note(&self, span: Span, decoder: &mut Decoder) {
        if let Self::Named(id) = self {
            decoder.references.push(Reference { kinds: ENDS, id: id.clone(), span });
        }
    }
}

/// Who holds a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// `hospital`: the hospital itself.
    Hospital,
    /// `undefined`: it was asked, and nobody holds it.
    Undefined,
    /// The id of a party.
    Party(String),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hospital => "hospital",
            Self::Undefined => "undefined",
            Self::Party(id) => id,
        })
    }
}

impl Scalar for Holder {
    const NAMES: bool = true;
    fn write(&self, _: &Inventory) -> String {
        match self {
            Self::Party(id) => EntityRef::new(EntityKind::Party, id).to_string(),
            _ => self.to_string(),
        }
    }
    fn expected() -> Text {
        Text::new(
            "hospital（病院）、undefined（未定）、または事業者の識別子",
            "`hospital`, `undefined` or the id of a party",
        )
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "hospital" => Some(Self::Hospital),
            "undefined" => Some(Self::Undefined),
            _ => is_id(text).then(|| Self::Party(text.to_owned())),
        }
    }
    fn suggest(given: &str) -> Option<String> {
        meant::holder(given).map(str::to_owned)
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        decoder.misnamed(&[EntityKind::Party], given, span);
    }
    fn schema() -> Value {
        json!({"type": ["string", "integer"], "minimum": 0, "pattern": ID_PATTERN})
    }
    fn note(&self, span: Span, decoder: &mut Decoder) {
        if let Self::Party(id) = self {
            decoder.references.push(Reference {
                kinds: &[EntityKind::Party],
                id: id.clone(),
                span,
            });
        }
    }
}

/// Where a connection enters: a device or a system, and which of its interfaces: `vpn1.wan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The id of a device or a system.
    pub owner: String,
    /// The id of its interface; may be left out when it does not matter.
    pub interface: Option<String>,
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.owner)?;
        match &self.interface {
            Some(interface) => write!(f, ".{interface}"),
            None => Ok(()),
        }
    }
}

impl Scalar for Mount {
    const NAMES: bool = true;
    fn write(&self, inventory: &Inventory) -> String {
        let owner = long(inventory, &[EntityKind::Device, EntityKind::System], &self.owner);
        match &self.interface {
            Some(interface) => format!("{owner}.{interface}"),
            None => owner,
        }
    }
    fn expected() -> Text {
        Text::new(
            "機器またはシステムの識別子とインタフェース（例: vpn1.wan）",
            "the id of a device or system and its interface, such as `vpn1.wan`",
        )
    }
    fn read(text: &str) -> Option<Self> {
        let (owner, interface) = match text.split_once('.') {
            Some((owner, interface)) => (owner, Some(interface)),
            None => (text, None),
        };
        let well_formed = is_id(owner) && interface.is_none_or(is_id);
        well_formed
            .then(|| Self { owner: owner.to_owned(), interface: interface.map(str::to_owned) })
    }
    fn schema() -> Value {
        json!({"type": ["string", "number"], "minimum": 0, "pattern": r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9][A-Za-z0-9_-]{0,63})?$"})
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        decoder.misnamed(&[EntityKind::Device, EntityKind::System], given, span);
    }
    fn note(&self, span: Span, decoder: &mut Decoder) {
        decoder.references.push(Reference {
            kinds: &[EntityKind::Device, EntityKind::System],
            id: self.owner.clone(),
            span,
        });
    }
}

/// What a waiver is about: `connections/ehr-maintenance`, or the bare id when it is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The kind, when it was written.
    pub kind: Option<EntityKind>,
    /// The id.
    pub id: String,
}

impl Subject {
    /// Whether this names the thing.
    pub fn names(&self, thing: &EntityRef) -> bool {
        self.id == thing.id && self.kind.is_none_or(|kind| kind == thing.kind)
    }
}

impl Scalar for Subject {
    const NAMES: bool = true;
    fn write(&self, inventory: &Inventory) -> String {
        match self.kind {
            Some(kind) => EntityRef::new(kind, &self.id).to_string(),
            None => long(inventory, EntityKind::ALL, &self.id),
        }
    }
    fn expected() -> Text {
        Text::new(
            "対象の識別子（例: connections/ehr-maintenance）",
            "the id of what is meant, such as `connections/ehr-maintenance`",
        )
    }
    fn read(text: &str) -> Option<Self> {
        match text.split_once('/') {
            Some((kind, id)) => {
                let kind = EntityKind::from_key(kind)?;
                let well_formed = match kind {
                    EntityKind::Path => id
                        .split_once('.')
                        .is_some_and(|(device, name)| is_id(device) && is_id(name)),
                    _ => is_id(id),
                };
                well_formed.then(|| Self { kind: Some(kind), id: id.to_owned() })
            }
            None => is_id(text).then(|| Self { kind: None, id: text.to_owned() }),
        }
    }
    fn schema() -> Value {
        let kinds = EntityKind::ALL.iter().filter(|kind| **kind != EntityKind::Path);
        let kinds: Vec<&str> = kinds.map(|kind| kind.key()).collect();
        let kinds = kinds.join("|");
        let (path, id) = (EntityKind::Path.key(), "[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
        json!({"type": ["string", "integer"], "minimum": 0, "pattern": format!(r"^(({kinds})/)?{id}$|^{path}/{id}\.{id}$")})
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        // People also write the kind and then the name.
        let name = given.split_once('/').map_or(given, |(_, name)| name);
        decoder.misnamed(EntityKind::ALL, name, span);
    }
    fn note(&self, span: Span, decoder: &mut Decoder) {
        // Flows and the organization have no ids; rules name them by position or by this word.
        decoder.subjects.push((self.clone(), span));
    }
}

/// What a change was about: like a [`Subject`], but what was removed may be named too, so nobody looks
/// whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed(pub Subject);

impl Scalar for Changed {
    fn write(&self, _: &Inventory) -> String {
        match self.0.kind {
            Some(kind) => EntityRef::new(kind, &self.0.id).to_string(),
            None => self.0.id.clone(),
        }
    }
    fn expected() -> Text {
        Subject::expected()
    }
    fn read(text: &str) -> Option<Self> {
        Subject::read(text).map(Self)
    }
    fn schema() -> Value {
        Subject::schema()
    }
    fn unread(given: &str, span: Span, decoder: &mut Decoder) {
        Subject::unread(given, span, decoder);
    }
}
