//! Named things of a configuration: what is defined, what is used, and so what is missing or idle.

use crate::model::vocabulary::vocabulary;
use crate::source::Span;
use std::collections::BTreeSet;

vocabulary! {
    /// What a name stands for.
    StructureKind("設定要素の種類", "kind of named setting") {
        Filter = "filter" ("フィルタ", "filter"),
        AddressGroup = "address-group" ("アドレスの定義", "address object"),
        ServiceGroup = "service-group" ("サービスの定義", "service object"),
        Interface = "interface" ("インタフェース", "interface"),
        Zone = "zone" ("機器内ゾーン", "zone of the device"),
        Nat = "nat" ("NATの定義", "NAT definition"),
        VirtualIp = "virtual-ip" ("仮想IP・ポート転送", "virtual IP or port forward"),
        Proposal = "proposal" ("IKE・IPsecの提案", "IKE or IPsec proposal"),
        IkePeer = "ike-peer" ("IKEの相手", "IKE peer"),
        IpsecPolicy = "ipsec-policy" ("IPsecポリシー", "IPsec policy"),
        Tunnel = "tunnel" ("トンネル", "tunnel"),
        Profile = "profile" ("プロファイル", "profile"),
        Pool = "pool" ("アドレスプール", "address pool"),
        RouteMap = "route-map" ("ルートマップ", "route map"),
        User = "user" ("利用者・グループ", "user or group"),
        Certificate = "certificate" ("証明書・鍵", "certificate or key"),
        Schedule = "schedule" ("スケジュール", "schedule"),
        Instance = "instance" ("VRF・仮想ルータ", "routing instance"),
        Other = "other" ("その他の定義", "other definition"),
    }
}

/// A name is given a meaning here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it stands for.
    pub kind: StructureKind,
    /// The name.
    pub name: String,
    /// The line.
    pub span: Span,
    /// Whether it does nothing unless something names it. A filter does nothing when it is not
    /// bound; an interface does without being named.
    pub idle_alone: bool,
}

/// A name is used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it stands for.
    pub kind: StructureKind,
    /// The name.
    pub name: String,
    /// The line.
    pub span: Span,
}

/// All names of a device. Readers of every vendor fill it; what follows from it is said in one place.
#[derive(Clone, Debug, Default)]
pub struct Structures {
    definitions: Vec<Definition>,
    references: Vec<Reference>,
}

impl Structures {
    /// A name gets a meaning, and does nothing unless something names it.
    pub fn define(&mut self, kind: StructureKind, name: impl Into<String>, span: Span) {
        self.definitions.push(Definition { kind, name: name.into(), span, idle_alone: true });
    }

    /// A name gets a meaning that takes effect by itself.
    pub fn define_active(&mut self, kind: StructureKind, name: impl Into<String>, span: Span) {
        self.definitions.push(Definition { kind, name: name.into(), span, idle_alone: false });
    }

    /// A name is used.
    pub fn refer(&mut self, kind: StructureKind, name: impl Into<String>, span: Span) {
        self.references.push(Reference { kind, name: name.into(), span });
    }

    /// Names that get a meaning, in the order of the text.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// Where names get a meaning and where they are used.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let defined = self.definitions.iter().map(|it| it.span);
        defined.chain(self.references.iter().map(|it| it.span))
    }

    /// Names that are used and have no meaning, in the order of the text.
    pub fn undefined(&self) -> Vec<&Reference> {
        let known: BTreeSet<(StructureKind, &str)> =
            self.definitions.iter().map(|it| (it.kind, it.name.as_str())).collect();
        let missing = |it: &&Reference| !known.contains(&(it.kind, it.name.as_str()));
        self.references.iter().filter(missing).collect()
    }

    /// Names that have a meaning and that nothing uses, each once, in the order of the text.
    pub fn unused(&self) -> Vec<&Definition> {
        let used: BTreeSet<(StructureKind, &str)> =
            self.references.iter().map(|it| (it.kind, it.name.as_str())).collect();
        let mut told = BTreeSet::new();
        let idle = |it: &&Definition| {
            let key = (it.kind, it.name.as_str());
            it.idle_alone && !used.contains(&key) && told.insert((it.kind, it.name.clone()))
        };
        self.definitions.iter().filter(idle).collect()
    }

    /// Joins the names of another file of the same device.
    pub(super) fn absorb(&mut self, other: Self) {
        self.definitions.extend(other.definitions);
        self.references.extend(other.references);
    }
}
