//! External connections: every declared way in or out.

use super::{Circuit, Contact, Device, Logs, Party, System};
use crate::inventory::record::record;
use crate::inventory::reference::{Endpoint, Holder, Mount, Ref};
use crate::model::words::{Authentication, Direction, Purpose, Transport};
use crate::model::{Answer, Date, Service};
use crate::source::Spanned;

record! {
    /// A declared way in or out.
    Connection("外部接続", "external connection") {
        name: Spanned<String> = ("名称", "name"),
        number: Option<Spanned<u32>> = ("外部接続番号（図面・一覧と対応）", "its number on drawings and lists"),
        purpose: Spanned<Purpose> = ("目的", "purpose"),
        party: Spanned<Ref<Party>> = ("接続先", "the party at the other end"),
        circuit: Option<Spanned<Ref<Circuit>>> = ("使用する回線", "the circuit it uses"),
        at: Option<Spanned<Mount>> = ("外部接続点（機器.インタフェース）", "where it enters: device.interface"),
        through: Vec<Spanned<Ref<Device>>> = ("その先で経由する機器（外側から順に）", "further devices it passes, from the outside in"),
        transport: Spanned<Transport> = ("接続方式", "how it is carried"),
        authentication: Vec<Spanned<Authentication>> = ("認証方式（すべて挙げる）", "means of authentication, all of them"),
        sources: Vec<Spanned<Endpoint>> = ("接続元の制限（any は無制限）", "permitted sources; `any` means unrestricted"),
        standing: Option<Spanned<bool>> = ("常時接続か（使うときだけ接続するなら false）", "always up; false when connected only on demand"),
        hours: Option<Spanned<String>> = ("利用時間帯", "hours of use"),
        allow: Vec<Allow> = ("許可する通信", "what it may reach"),
        patient_data: Option<Spanned<Answer>> = ("患者情報を扱うか", "whether patient data passes"),
        demarcation: Option<Spanned<String>> = ("責任分界点", "boundary of duty"),
        responsibility: Option<Responsibility> = ("責任分担", "who is responsible for each half"),
        contract: Option<Contract> = ("契約", "contract"),
        recertified: Option<Recertification> = ("年次再確認", "yearly recertification"),
        logs: Option<Logs> = ("アクセスログ", "access logs"),
        contact: Option<Contact> = ("この接続の連絡先（接続先の窓口と異なる場合）", "contact for this connection, when it is not the party's"),
        introduced: Option<Spanned<Date>> = ("開始日", "since when"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// One kind of traffic that a connection may carry.
    Allow("許可する通信", "permitted traffic") {
        from: Option<Spanned<Endpoint>> = ("通信元（省略時は接続先全体）", "source; the whole party when left out"),
        to: Spanned<Endpoint> = ("通信先", "destination"),
        services: Vec<Spanned<Service>> = ("サービス（省略時は any）", "services; `any` when left out"),
        via: Option<Spanned<Ref<System>>> = ("中継サーバ", "the relay it must come through"),
        direction: Option<Spanned<Direction>> = ("通信の向き（省略時は外から内へ）", "direction of sessions; inbound when left out"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// The responsibility matrix of a connection: one half inside, one outside the demarcation.
    Responsibility("責任分担", "responsibility") {
        inside: Option<Half> = ("院内側（責任分界点の内側）", "the hospital's half"),
        outside: Option<Half> = ("院外側（責任分界点の外側）", "the party's half"),
    }
}

record! {
    /// Who holds each duty.
    Half("責任分担", "responsibilities") {
        owner: Option<Spanned<Holder>> = ("所有者", "owner"),
        installer: Option<Spanned<Holder>> = ("設置した者", "installer"),
        maintainer: Option<Spanned<Holder>> = ("保守する者", "maintainer"),
        configuration: Option<Spanned<Holder>> = ("設定を変更する者", "who changes its configuration"),
        patches: Option<Spanned<Holder>> = ("更新を適用する者", "who applies updates"),
        logs: Option<Spanned<Holder>> = ("ログを保管・確認する者", "who keeps and reviews logs"),
        cuts: Option<Spanned<Holder>> = ("緊急時に遮断する者", "who cuts it in an emergency"),
    }
}

record! {
    /// The contract behind a connection.
    Contract("契約", "contract") {
        r#ref: Option<Spanned<String>> = ("契約書番号", "reference of the contract"),
        until: Option<Spanned<Date>> = ("契約期限", "until when"),
    }
}

record! {
    /// The last time somebody confirmed that a connection is still needed and correct.
    Recertification("再確認", "recertification") {
        on: Spanned<Date> = ("確認日", "when"),
        by: Spanned<String> = ("確認者", "by whom"),
    }
}
