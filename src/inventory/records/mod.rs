//! The vocabulary of the inventory: what can be declared, with every key explained in both
//! languages. Read the files in this order: organization, zone, party, device, system,
//! connection, upkeep.

mod connection;
mod device;
mod organization;
mod party;
mod system;
mod upkeep;
mod zone;

pub use connection::{Allow, Connection, Contract, Half, Recertification, Responsibility};
pub use device::{Device, Forward, Interface, Management, Os, RemoteAccess, Wireless};
pub use organization::{Contact, Organization, Site};
pub use party::{Circuit, Party};
pub use system::{Attachment, MdsSds, SecurityUpdate, System, SystemInterface};
pub use upkeep::{
    Backup, Confirmation, CredentialGroup, Document, Flow, Logs, Reason, Same, Tap, Waiver,
};
pub use zone::Zone;

use super::decode::Scalar;
use super::record::record;
use super::reference::Subject;
use super::table::Table;
use crate::finding::Finding;
use crate::locale::Text;
use crate::model::{Date, EntityKind, EntityRef, Vocabulary as _};
use crate::source::{Span, Spanned};
use serde_json::json;

record! {
    /// Everything that was declared, merged from all files.
    Inventory("台帳", "inventory") {
        schema: Option<Spanned<FormatVersion>> = ("台帳形式の版。現在は 1", "version of the inventory format; currently 1"),
        as_of: Option<Spanned<Date>> = ("基準日。この日の状態として判定し、図面に表示する", "the day the inventory describes; judged and drawn as of this day"),
        revision: Option<Spanned<String>> = ("版（例: 第7版）", "revision shown on the drawing, for example 第7版"),
        organization: Option<Organization> = ("施設（病院・診療所）", "the hospital or clinic"),
        sites: Table<Site> = ("拠点（本院、分院、データセンター）", "sites: main building, annex, data centre"),
        zones: Table<Zone> = ("ゾーン（ネットワーク区画）", "network zones"),
        parties: Table<Party> = ("事業者・接続先", "parties at the other end of connections"),
        circuits: Table<Circuit> = ("回線", "circuits provided by carriers"),
        devices: Table<Device> = ("ネットワーク機器", "network devices"),
        systems: Table<System> = ("システム（サーバ、端末、医療機器）", "systems: servers, terminals, medical devices"),
        connections: Table<Connection> = ("外部接続", "external connections"),
        flows: Vec<Flow> = ("院内で許可しているゾーン間通信", "traffic allowed between zones inside"),
        backups: Table<Backup> = ("バックアップ", "backups"),
        credential_groups: Table<CredentialGroup> = ("資格情報グループ（管理者を共用する機器。秘密そのものは書かない）", "credential groups: what shares administrators; never a secret"),
        waivers: Vec<Waiver> = ("例外承認（期限付）", "waivers with an expiry"),
        changes: Vec<Reason> = ("前回からの変更の理由と承認者（年次差分で突き合わせる）", "why things were changed since the last audit, and who approved it"),
        confirmations: Vec<Confirmation> = ("確認の記録（抜取確認、観測、年次再確認）", "what was looked at: spot checks, captures, recertifications"),
        same: Vec<Same> = ("識別子を変えた対象の対応（年次差分で同じものとして扱う）", "what is the same thing under another id, for comparison with earlier states"),
        taps: Table<Tap> = ("観測点（通信を写し取る場所。観測ファイルの tap と同じ識別子）", "taps: where traffic is observed, under the ids that observations bear"),
        documents: Table<Document> = ("文書（構成図、規程、契約書）", "documents: diagrams, rules, contracts"),
    }
}

/// The version of the inventory's format. There is one so far: 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatVersion;

impl Scalar for FormatVersion {
    fn write(&self, _: &Inventory) -> String {
        "1".to_owned()
    }
    fn expected() -> Text {
        Text::new("1（現在の形式の版）", "1, the current version of the format")
    }
    fn read(text: &str) -> Option<Self> {
        (text == "1").then_some(Self)
    }
    fn schema() -> serde_json::Value {
        json!({"enum": [1, "1"]})
    }
}

impl Inventory {
    /// Where a thing is declared: its id, or the place of the record when it has none.
    pub fn span_of(&self, thing: &EntityRef) -> Option<Span> {
        let id = thing.id.as_str();
        match thing.kind {
            EntityKind::Organization => self.organization.as_ref().map(|it| it.span),
            EntityKind::Site => self.sites.get(id).map(|it| it.id.span),
            EntityKind::Zone => self.zones.get(id).map(|it| it.id.span),
            EntityKind::Party => self.parties.get(id).map(|it| it.id.span),
            EntityKind::Circuit => self.circuits.get(id).map(|it| it.id.span),
            EntityKind::Device => self.devices.get(id).map(|it| it.id.span),
            EntityKind::System => self.systems.get(id).map(|it| it.id.span),
            EntityKind::Connection => self.connections.get(id).map(|it| it.id.span),
            EntityKind::Backup => self.backups.get(id).map(|it| it.id.span),
            EntityKind::CredentialGroup => self.credential_groups.get(id).map(|it| it.id.span),
            EntityKind::Document => self.documents.get(id).map(|it| it.id.span),
            EntityKind::Flow => numbered(id).and_then(|at| self.flows.get(at)).map(|it| it.span),
            EntityKind::Waiver => {
                numbered(id).and_then(|at| self.waivers.get(at)).map(|it| it.span)
            }
            // Configured, not declared.
            EntityKind::Path => None,
        }
    }

    /// The name of a thing as people know it; its id when it has no name.
    pub fn name_of<'a>(&'a self, thing: &'a EntityRef) -> &'a str {
        let id = thing.id.as_str();
        let name = match thing.kind {
            EntityKind::Organization => self.organization.as_ref().map(|it| &it.name.value),
            EntityKind::Site => self.sites.get(id).map(|it| &it.name.value),
            EntityKind::Zone => self.zones.get(id).map(|it| &it.name.value),
            EntityKind::Party => self.parties.get(id).map(|it| &it.name.value),
            EntityKind::Circuit => {
                self.circuits.get(id).and_then(|it| it.name.as_ref()).map(|it| &it.value)
            }
            EntityKind::Device => self.devices.get(id).map(|it| &it.name.value),
            EntityKind::System => self.systems.get(id).map(|it| &it.name.value),
            EntityKind::Connection => self.connections.get(id).map(|it| &it.name.value),
            EntityKind::Document => self.documents.get(id).map(|it| &it.name.value),
            EntityKind::CredentialGroup => self.credential_groups.get(id).map(|it| &it.name.value),
            EntityKind::Backup | EntityKind::Flow | EntityKind::Waiver | EntityKind::Path => None,
        };
        name.map_or(id, String::as_str)
    }

    /// The name of what a waiver is about; its id when nothing has it.
    pub fn name_of_subject(&self, subject: &Subject) -> String {
        let kinds =
            EntityKind::ALL.iter().filter(|it| subject.kind.is_none_or(|kind| kind == **it));
        let mut things = kinds.map(|kind| EntityRef::new(*kind, &subject.id));
        let declared = things.find(|it| self.span_of(it).is_some());
        declared.map_or_else(|| subject.id.clone(), |it| self.name_of(&it).to_owned())
    }

    /// The numbers of the connections on drawings and lists, in the order of declaration: the
    /// declared number, or the lowest number that is still free.
    pub fn connection_numbers(&self) -> Vec<u32> {
        let declared = |connection: &Connection| connection.number.as_ref().map(|n| n.value);
        let taken: std::collections::BTreeSet<u32> =
            self.connections.iter().filter_map(|it| declared(it)).collect();
        let mut free = (1..).filter(|number| !taken.contains(number));
        self.connections
            .iter()
            .map(|it| declared(it).or_else(|| free.next()).unwrap_or_default())
            .collect()
    }
}

impl Waiver {
    /// Whether it names this finding; an expired one does so too, though it accepts nothing any more.
    pub fn names(&self, finding: &Finding) -> bool {
        self.rule.value == finding.rule && self.subject.value.names(&finding.subject)
    }
}

/// Flows and waivers have no ids; they are named by their position, counted from 1.
fn numbered(id: &str) -> Option<usize> {
    id.parse::<usize>().ok()?.checked_sub(1)
}

/// A record that can be referred to.
pub(crate) trait Entity {
    /// What it is.
    const KIND: EntityKind;
    /// The same as a list, for references that accept several kinds.
    const KINDS: &'static [EntityKind];
}

macro_rules! entities {
    ($($record:ident => $kind:ident,)+) => { $(
        impl Entity for $record {
            const KIND: EntityKind = EntityKind::$kind;
            const KINDS: &'static [EntityKind] = &[EntityKind::$kind];
        }
    )+ };
}

entities! {
    Site => Site,
    Zone => Zone,
    Party => Party,
    Circuit => Circuit,
    Device => Device,
    System => System,
    Connection => Connection,
    Backup => Backup,
    CredentialGroup => CredentialGroup,
    Document => Document,
}
