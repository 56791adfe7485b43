//! What can be spoken of: every thing with an id.

use super::vocabulary::vocabulary;
use std::fmt;

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
        Path = "paths" ("設定上の外部経路", "configured external path"),
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
