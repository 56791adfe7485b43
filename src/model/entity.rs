//! What can be spoken of: every thing with an id.

use super::vocabulary::vocabulary;
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// The kinds of thing an inventory declares.
    EntityKind("対象の種類", "kind of thing") {
        Organization = "organization" ("施設", "organization"),
        Site = "sites" ("拠点", "site"),
        Zone = "zones" ("ゾーン", "zone"),
        Party = "parties" ("事業者・接続先", "party"),
        Circuit = "circuits" ("回線", "circuit"),
        Device = "devices" ("ネットワーク機器", "device"),
        System = "systems" ("システム", "system"),
        Connection = "connections" ("外部接続", "external connection"),
        Flow = "flows" ("ゾーン間通信", "flow"),
        Backup = "backups" ("バックアップ", "backup"),
        CredentialGroup = "credential_groups" ("資格情報グループ", "credential group"),
        Waiver = "waivers" ("例外承認", "waiver"),
        Document = "documents" ("文書", "document"),
        Path = "paths" ("外部経路", "external path"),
    }
}

/// One thing, by kind and id. Its text form `devices/vpn1` is stable and used in fingerprints,
/// waivers and JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    /// What it is.
    pub kind: EntityKind,
    /// Its id in the inventory.
    pub id: String,
}

impl EntityRef {
    /// Names a thing.
    pub fn new(kind: EntityKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::Vocabulary as _;
        write!(f, "{}/{}", self.kind.key(), self.id)
    }
}

/// Why a text names no thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAThing;

impl fmt::Display for NotAThing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither kind nor id, as in `devices/vpn1`")
    }
}

impl FromStr for EntityRef {
    type Err = NotAThing;

    fn from_str(text: &str) -> Result<Self, NotAThing> {
        use super::Vocabulary as _;
        let (kind, id) = text.split_once('/').ok_or(NotAThing)?;
        let kind = EntityKind::from_key(kind).ok_or(NotAThing)?;
        if id.is_empty() { Err(NotAThing) } else { Ok(Self::new(kind, id)) }
    }
}

impl serde::Serialize for EntityRef {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for EntityRef {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
