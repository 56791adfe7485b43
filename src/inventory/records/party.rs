//! Parties at the other end, and the circuits that lead to them.

use super::{Contact, Site};
use crate::inventory::record::record;
use crate::inventory::reference::{Holder, Ref};
use crate::model::words::{CircuitKind, PartyKind};
use crate::model::{Answer, Date, IpNetwork};
use crate::source::Spanned;

record! {
    /// Who owns the other end of a connection. Has an exposure of its own.
    Party("事業者・接続先", "party") {
        name: Spanned<String> = ("名称", "name"),
        kind: Spanned<PartyKind> = ("種別", "kind"),
        networks: Vec<Spanned<IpNetwork>> = ("接続元として使うアドレス", "addresses it connects from"),
        internet_exposed: Option<Spanned<Answer>> = ("先方の網がインターネットから到達できるか（先方の入口VPNを含む）", "whether its own network can be reached from the internet, VPN entries included"),
        serves_other_hospitals: Option<Spanned<Answer>> = ("同じ網で他の医療機関ともつながっているか", "whether the same network also joins other hospitals"),
        contacts: Vec<Contact> = ("連絡先（24時間の窓口を含む）", "contacts, a 24-hour desk among them"),
        checklist_received: Option<Spanned<Date>> = ("事業者確認用チェックリストの受領日", "when its provider checklist was received"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// A carrier's line. Several connections may share one.
    Circuit("回線", "circuit") {
        name: Option<Spanned<String>> = ("名称（例: フレッツ・VPNワイド）", "name"),
        provider: Option<Spanned<String>> = ("通信事業者", "carrier"),
        kind: Spanned<CircuitKind> = ("種別", "kind"),
        circuit_id: Option<Spanned<String>> = ("回線番号（お客様番号）", "circuit number"),
        onu: Option<Spanned<String>> = ("ONU・終端装置の設置場所", "where the line terminal stands"),
        site: Option<Spanned<Ref<Site>>> = ("引込先の拠点", "the site it enters"),
        contract_holder: Option<Spanned<Holder>> = ("回線の契約者", "who holds the contract of the line"),
        shared_with_internet: Option<Spanned<Answer>> = ("同じ回線・終端装置をインターネット利用と共用しているか", "whether the line or its terminal also carries internet use"),
        phone: Option<Spanned<String>> = ("故障受付の電話", "the carrier's telephone for faults"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}
