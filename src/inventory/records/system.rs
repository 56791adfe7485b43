//! Systems: servers, terminals and medical devices.

use super::{Circuit, CredentialGroup, Logs, Os, Party, Zone};
use crate::inventory::record::record;
use crate::inventory::reference::{Holder, Ref};
use crate::inventory::table::Table;
use crate::model::words::{Criticality, SystemClass, SystemKind};
use crate::model::{Answer, Date, IpNetwork, Service};
use crate::source::Spanned;

record! {
    /// A server, a group of terminals, a medical device.
    System("システム", "system") {
        name: Spanned<String> = ("名称", "name"),
        kind: Spanned<SystemKind> = ("種別", "kind"),
        class: Spanned<SystemClass> = ("機器区分", "class"),
        zone: Option<Spanned<Ref<Zone>>> = ("ゾーン。複数の網につながる機器は interfaces を使う", "zone; use `interfaces` for a host on several networks"),
        addresses: Vec<Spanned<IpNetwork>> = ("アドレス（端末群ならネットワーク）", "addresses, or the network of a group of terminals"),
        interfaces: Table<SystemInterface> = ("追加のインタフェース（複数接続機器）", "further interfaces of a multi-homed host"),
        count: Option<Spanned<u32>> = ("台数", "how many"),
        location: Option<Spanned<String>> = ("設置場所", "where it stands"),
        os: Option<Os> = ("OS", "operating system"),
        services: Vec<Spanned<Service>> = ("提供するサービス", "services it offers"),
        criticality: Option<Spanned<Criticality>> = ("重要度", "criticality"),
        vendor: Option<Spanned<Ref<Party>>> = ("保守する事業者", "the party that maintains it"),
        owner: Option<Spanned<Holder>> = ("所有者", "owner"),
        support_until: Option<Spanned<Date>> = ("サポートの終了日", "end of support"),
        antivirus: Option<Spanned<Answer>> = ("マルウェア対策（EDRを含む）があるか", "whether malware protection is installed"),
        ae_titles: Vec<Spanned<String>> = ("DICOMのAEタイトル", "its DICOM application entity titles"),
        remote_control: Vec<Spanned<String>> = ("導入している遠隔操作ソフト", "remote-control software installed"),
        patient_data: Option<Spanned<Answer>> = ("患者情報を持つか", "whether it holds patient data"),
        credential_group: Option<Spanned<Ref<CredentialGroup>>> = ("管理者の資格情報グループ", "credential group of its administrators"),
        security_update: Option<SecurityUpdate> = ("セキュリティ更新の責任（7.0版 保守委託機関編）", "who must apply security updates"),
        mds_sds: Option<MdsSds> = ("MDS/SDSの受領", "MDS/SDS received"),
        logs: Option<Logs> = ("ログ", "logs"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// A further network that a system stands in.
    SystemInterface("システムのインタフェース", "interface of a system") {
        zone: Option<Spanned<Ref<Zone>>> = ("ゾーン", "zone"),
        circuit: Option<Spanned<Ref<Circuit>>> = ("直結している回線（USBモデム、SIM内蔵など）", "a circuit it is directly connected to, such as a modem or SIM"),
        addresses: Vec<Spanned<IpNetwork>> = ("アドレス", "addresses"),
        forwarding: Option<Spanned<Answer>> = ("インタフェース間で中継（ルーティング）するか", "whether it forwards between its interfaces"),
    }
}

record! {
    /// The vendor's security disclosure for a product.
    MdsSds("MDS/SDS", "MDS/SDS") {
        received: Spanned<Date> = ("受領日", "when it was received"),
        version: Option<Spanned<String>> = ("版（例: Ver.4.1）", "version"),
        unanswered: Option<Spanned<u32>> = ("未回答・いいえの項目数", "items unanswered or answered no"),
    }
}

record! {
    /// Who must apply security updates, and where that is written.
    SecurityUpdate("セキュリティ更新の責任", "duty of security updates") {
        responsible: Spanned<Holder> = ("責任者", "who is responsible"),
        contract: Option<Spanned<String>> = ("根拠となる契約条項", "the clause that says so"),
    }
}

/// One network that a system stands in.
#[derive(Clone, Copy, Debug)]
pub struct Attachment<'a> {
    /// The id of the interface; `None` for the system's own `zone` and `addresses`.
    pub interface: Option<&'a Spanned<String>>,
    /// The zone, if it stands in one.
    pub zone: Option<&'a Spanned<Ref<Zone>>>,
    /// The circuit, if it is directly connected to one.
    pub circuit: Option<&'a Spanned<Ref<Circuit>>>,
    /// Its addresses there.
    pub addresses: &'a [Spanned<IpNetwork>],
}

impl System {
    /// Every network the system stands in, its own zone first.
    pub fn attachments(&self) -> impl Iterator<Item = Attachment<'_>> {
        let own = self.zone.as_ref().map(|zone| Attachment {
            interface: None,
            zone: Some(zone),
            circuit: None,
            addresses: &self.addresses,
        });
        own.into_iter().chain(self.interfaces.iter().map(|it| Attachment {
            interface: Some(&it.id),
            zone: it.zone.as_ref(),
            circuit: it.circuit.as_ref(),
            addresses: &it.addresses,
        }))
    }

    /// The ids of the zones it stands in, its own first, each once.
    pub fn zones(&self) -> Vec<&str> {
        let mut zones = Vec::new();
        for zone in self.attachments().filter_map(|it| it.zone) {
            if !zones.contains(&zone.id()) {
                zones.push(zone.id());
            }
        }
        zones
    }
}
