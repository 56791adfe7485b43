//! Network devices and what they offer to the outside.

use super::{Circuit, CredentialGroup, Half, Logs, MdsSds, Site, System, Zone};
use crate::inventory::record::record;
use crate::inventory::reference::{Endpoint, Holder, Ref};
use crate::inventory::table::Table;
use crate::model::words::{Authentication, DeviceKind, Ipv6Handling, Transport, WirelessSecurity};
use crate::model::{Answer, Date, IpNetwork, Service};
use crate::source::Spanned;

record! {
    /// A router, firewall, VPN gateway or switch.
    Device("ネットワーク機器", "device") {
        name: Spanned<String> = ("名称", "name"),
        kind: Spanned<DeviceKind> = ("種別", "kind"),
        vendor: Option<Spanned<String>> = ("製造者（小文字の略称。例: yamaha, fortinet, cisco）", "maker, a short lower-case word such as yamaha, fortinet, cisco"),
        model: Option<Spanned<String>> = ("型番", "model"),
        serial: Option<Spanned<String>> = ("製造番号", "serial number"),
        os: Option<Os> = ("ファームウェア", "firmware"),
        site: Option<Spanned<Ref<Site>>> = ("拠点", "site"),
        location: Option<Spanned<String>> = ("設置場所", "where it stands"),
        owner: Option<Spanned<Holder>> = ("所有者（hospital または事業者）", "owner: hospital or a party"),
        installed: Option<Spanned<Date>> = ("設置日", "when it was installed"),
        updated: Option<Spanned<Date>> = ("ファームウェアを最後に更新した日", "when its firmware was last updated"),
        support_until: Option<Spanned<Date>> = ("保守・サポートの終了日", "end of its support"),
        vulnerability_source: Option<Spanned<String>> = ("脆弱性情報の入手先", "where vulnerability notices for it come from"),
        interfaces: Table<Interface> = ("インタフェース", "interfaces"),
        config: Vec<Spanned<String>> = ("設定ファイルの場所（台帳からの相対パス。フォルダも可）", "paths of its configuration, relative to the inventory; a folder will do"),
        management: Option<Management> = ("管理画面・管理接続", "management access"),
        remote_access: Vec<RemoteAccess> = ("外部から接続を受け付けるVPN等", "VPN and other access it accepts from outside"),
        forwards: Vec<Forward> = ("ポート転送（外から内へ）", "port forwards from outside to inside"),
        between_connections: Option<Spanned<Answer>> = ("外部接続どうしの折返し通信を許すか（13⑤）。許さないなら no", "whether traffic may turn around from one external connection to another; `no` when blocked"),
        ipv6: Option<Spanned<Ipv6Handling>> = ("外部側のIPv6の扱い", "how IPv6 is treated on its outside"),
        wireless: Option<Wireless> = ("無線LANの設定", "wireless settings"),
        responsibility: Option<Half> = ("この機器の責任分担", "who is responsible for this device"),
        logs: Option<Logs> = ("ログ", "logs"),
        credential_group: Option<Spanned<Ref<CredentialGroup>>> = ("管理者の資格情報グループ", "credential group of its administrators"),
        mds_sds: Option<MdsSds> = ("MDS/SDSの受領", "MDS/SDS received"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// The software that a device or system runs.
    Os("ソフトウェア", "software") {
        name: Spanned<String> = ("名称（例: FortiOS、ASA、Rev.、Windows Server）", "name, for example FortiOS, ASA, Windows Server"),
        version: Option<Spanned<String>> = ("版（例: 6.0.4）", "version"),
    }
}

record! {
    /// A termination point of a device: outside on a circuit, or inside in a zone.
    Interface("インタフェース", "interface") {
        zone: Option<Spanned<Ref<Zone>>> = ("接続しているゾーン", "the zone it stands in"),
        circuit: Option<Spanned<Ref<Circuit>>> = ("接続している回線", "the circuit it is connected to"),
        device: Option<Spanned<Ref<Device>>> = ("直結している別の機器", "another device it is directly connected to"),
        addresses: Vec<Spanned<IpNetwork>> = ("アドレス（プレフィックス長つき）", "addresses with prefix length"),
        vlan: Option<Spanned<u32>> = ("VLAN番号", "VLAN number"),
        mac: Option<Spanned<String>> = ("MACアドレス", "MAC address"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// Who may reach the management of a device.
    Management("管理接続", "management access") {
        services: Vec<Spanned<Service>> = ("管理に使うサービス", "services"),
        from: Vec<Spanned<Endpoint>> = ("接続を許す相手（any は無制限）", "who may connect; `any` means everybody"),
        authentication: Vec<Spanned<Authentication>> = ("認証方式", "means of authentication"),
    }
}

record! {
    /// Access that a device accepts from outside, whether or not a connection uses it.
    RemoteAccess("外部からの接続受付", "access from outside") {
        transport: Spanned<Transport> = ("方式", "how it is carried"),
        services: Vec<Spanned<Service>> = ("待ち受けるサービス", "services it listens on"),
        from: Vec<Spanned<Endpoint>> = ("接続元の制限（any は無制限）", "permitted sources; `any` means unrestricted"),
        authentication: Vec<Spanned<Authentication>> = ("認証方式", "means of authentication"),
        enabled: Option<Spanned<bool>> = ("有効か（省略時は有効）", "whether it is enabled; it is when left out"),
    }
}

record! {
    /// A port that is passed on from outside to a system inside.
    Forward("ポート転送", "port forward") {
        listen: Spanned<Service> = ("外側で待ち受けるサービス", "service listened on outside"),
        to: Spanned<Ref<System>> = ("転送先のシステム", "the system it is passed to"),
        service: Option<Spanned<Service>> = ("転送先のサービス（省略時は同じ）", "service on the system; the same when left out"),
        from: Vec<Spanned<Endpoint>> = ("接続元の制限（any は無制限）", "permitted sources; `any` means unrestricted"),
    }
}

record! {
    /// The protection of a wireless network.
    Wireless("無線LAN", "wireless network") {
        ssid: Option<Spanned<String>> = ("SSID", "SSID"),
        security: Spanned<WirelessSecurity> = ("暗号化と認証", "encryption and authentication"),
        access_control: Option<Spanned<Answer>> = ("接続端末を制限しているか", "whether terminals are restricted"),
        zones: Vec<Spanned<Ref<Zone>>> = ("つながるゾーン", "zones it leads to"),
    }
}

impl Device {
    /// The ids of the zones it stands in, each once.
    pub fn zones(&self) -> Vec<&str> {
        let mut zones = Vec::new();
        for zone in self.interfaces.iter().filter_map(|it| it.zone.as_ref()) {
            if !zones.contains(&zone.id()) {
                zones.push(zone.id());
            }
        }
        zones
    }
}
