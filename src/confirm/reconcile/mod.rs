//! Double entry (突合せ): hospital and vendor each declare the same line, and like two sides of one
//! account the declarations must agree. Every difference is a finding, and so is a line that only
//! one side knows.
//!
//! The two inventories call things as they like. Lines are paired by what both must call alike: the
//! number of the circuit, the addresses of the ends, the id, the name, in this order, and only where
//! it is unambiguous.

mod entry;
mod pair;

pub use pair::By;

use crate::inventory::{Connection, Entry, Inventory};
use crate::locale::Text;
use crate::model::vocabulary;
use crate::rules::Rule;
use crate::rules::compared::{DECLARATIONS_DISAGREE, ON_ONE_SIDE_ONLY};
use crate::source::Span;

vocabulary! {
    /// What both sides say of a line.
    About("突合せの項目", "what is compared") {
        Purpose = "purpose" ("目的", "purpose"),
        Transport = "transport" ("接続方式", "transport"),
        Circuit = "circuit" ("回線番号", "circuit number"),
        EndDevice = "end-device" ("院内側の終端装置（型番）", "end device (model)"),
        EndAddress = "end-address" ("終端装置のアドレス", "addresses of the end device"),
        Sources = "sources" ("接続元のアドレス", "source addresses"),
        Services = "services" ("許可する通信", "permitted traffic"),
        Authentication = "authentication" ("認証方式", "authentication"),
        Standing = "standing" ("常時接続か", "always up"),
        Hours = "hours" ("利用時間帯", "hours"),
        Contract = "contract" ("契約書番号", "contract"),
        Until = "contract-until" ("契約期限", "contract until"),
        Demarcation = "demarcation" ("責任分界点", "demarcation"),
        PatchesInside = "patches-inside" ("更新を適用する者（院内側）", "who applies updates, hospital's half"),
        PatchesOutside = "patches-outside" ("更新を適用する者（接続先側）", "who applies updates, party's half"),
        CutsInside = "cuts-inside" ("緊急時に遮断する者（院内側）", "who cuts it, hospital's half"),
        PatientData = "patient-data" ("患者情報を扱うか", "patient data"),
    }
}

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// In words.
    pub says: Text,
    /// Where.
    pub span: Option<Span>,
}

/// One thing on which the sides do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub about: About,
    /// What the hospital says; none when it says nothing.
    pub hospital: Option<Said>,
    /// What the vendor says.
    pub vendor: Option<Said>,
}

/// A line that both declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its id at the hospital.
    pub hospital: String,
    /// Its id at the vendor.
    pub vendor: String,
    /// By what it was recognised, and what that is.
    pub by: (By, String),
    /// On what the sides do not agree.
    pub differences: Vec<Difference>,
}

/// The two sides of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Lines that both declare, in the order of the hospital's.
    pub pairs: Vec<Pair>,
    /// Lines of this vendor that only the hospital declares, by id.
    pub only_hospital: Vec<String>,
    /// Lines that only the vendor declares, by id.
    pub only_vendor: Vec<String>,
    /// How many lines of the hospital belong to other parties and were not compared.
    pub of_others: usize,
}

impl Difference {
    /// The rule that it breaks.
    pub const RULE: &'static Rule = DECLARATIONS_DISAGREE;
}

impl Reconciled {
    /// The rule that a line breaks of which only one side knows.
    pub const ALONE: &'static Rule = ON_ONE_SIDE_ONLY;

    /// Whether both sides say the same.
    pub fn agrees(&self) -> bool {
        self.only_hospital.is_empty()
            && self.only_vendor.is_empty()
            && self.pairs.iter().all(|it| it.differences.is_empty())
    }
}

/// Compares the two declarations. The vendor is `party`, by its id at the hospital; when nobody says
/// which it is, it is every party of a line that both declare, and every one that both name.
pub fn reconcile(hospital: &Inventory, vendor: &Inventory, party: Option<&str>) -> Reconciled {
    let of = |it: &Entry<Connection>| party.is_none_or(|party| it.party.value.id() == party);
    let ours: Vec<_> = hospital.connections.iter().filter(|it| of(it)).collect();
    let theirs: Vec<_> = vendor.connections.iter().collect();
    let found = pair::pairs((hospital, &ours), (vendor, &theirs));
    let paired = |id: &str| found.iter().any(|it| it.hospital.id.value == id);
    let known = |it: &Entry<Connection>| {
        let party = it.party.value.id();
        let of_a_pair = || found.iter().any(|it| it.hospital.party.value.id() == party);
        of_a_pair() || vendor.parties.iter().any(|it| pair::same_party(hospital, party, it))
    };
    let alone = ours.iter().filter(|it| !paired(&it.id.value));
    let only_hospital: Vec<String> =
        alone.filter(|it| party.is_some() || known(it)).map(|it| it.id.value.clone()).collect();
    let only_vendor = theirs
        .iter()
        .filter(|it| !found.iter().any(|pair| pair.vendor.id.value == it.id.value))
        .map(|it| it.id.value.clone());
    let pairs: Vec<Pair> = found
        .iter()
        .map(|it| Pair {
            hospital: it.hospital.id.value.clone(),
            vendor: it.vendor.id.value.clone(),
            by: (it.by, it.key.clone()),
            differences: entry::differences((hospital, it.hospital), (vendor, it.vendor)),
        })
        .collect();
    Reconciled {
        of_others: hospital.connections.len() - pairs.len() - only_hospital.len(),
        only_vendor: only_vendor.collect(),
        only_hospital,
        pairs,
    }
}
