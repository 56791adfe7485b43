//! What is allowed inside, what is kept safe, what is accepted for a time, what is written down.

use super::{Connection, Device, System, Zone};
use crate::inventory::record::record;
use crate::inventory::reference::{Changed, Endpoint, Holder, Ref, Subject};
use crate::model::words::{DocumentKind, LogStore, Means, Media, Offline, Outcome, What};
use crate::model::{Answer, Date, EntityKind, Service};
use crate::source::Spanned;

record! {
    /// Traffic that is allowed between zones or systems inside.
    Flow("ゾーン間通信", "flow") {
        from: Spanned<Endpoint> = ("通信元", "source"),
        to: Spanned<Endpoint> = ("通信先", "destination"),
        services: Vec<Spanned<Service>> = ("サービス（省略時は any）", "services; `any` when left out"),
        by: Option<Spanned<Ref<Device>>> = ("制御する機器", "the device that enforces it"),
        purpose: Option<Spanned<String>> = ("用途", "what it is for"),
    }
}

record! {
    /// A backup of one or several systems.
    Backup("バックアップ", "backup") {
        of: Vec<Spanned<Ref<System>>> = ("対象のシステム", "systems it protects"),
        at: Option<Spanned<Ref<System>>> = ("保管する装置", "the system it is kept on"),
        media: Spanned<Media> = ("媒体", "media"),
        offline: Option<Spanned<Offline>> = ("切り離し方", "how it is detached"),
        frequency: Option<Spanned<String>> = ("頻度", "how often"),
        copies: Option<Spanned<u32>> = ("個数", "number of copies"),
        generations: Option<Spanned<u32>> = ("世代数", "number of generations"),
        encrypted: Option<Spanned<Answer>> = ("暗号化しているか", "whether it is encrypted"),
        verified: Option<Spanned<Date>> = ("取得と切り離しを実際に確認した日", "when somebody last saw that it exists and is detached"),
        restored: Option<Spanned<Date>> = ("復元訓練をした日", "when a restore was last rehearsed"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// Things that share administrators. Never holds a secret.
    CredentialGroup("資格情報グループ", "credential group") {
        name: Spanned<String> = ("名称", "name"),
        factory_default: Option<Spanned<Answer>> = ("初期パスワードのままか", "whether the factory password is still in use"),
        guessable: Option<Spanned<Answer>> = ("推測しやすいパスワードか", "whether the password is easy to guess"),
        min_length: Option<Spanned<u32>> = ("最小文字数", "minimum length"),
        lockout: Option<Spanned<Answer>> = ("ロックアウトがあるか", "whether accounts lock after failures"),
        leaked: Option<Spanned<Date>> = ("漏えいが知られた日", "when it became known that it leaked"),
        changed: Option<Spanned<Date>> = ("最後に変更した日", "when it was last changed"),
        used_by_party: Option<Spanned<Answer>> = ("同じ資格情報を事業者が他の顧客でも使っているか", "whether a party uses the same at other customers"),
        holder: Option<Spanned<Holder>> = ("管理する者", "who keeps it"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// A finding that somebody accepted for a time.
    Waiver("例外承認", "waiver") {
        rule: Spanned<String> = ("規則の識別子（sekisho explain で確認）", "the id of the rule"),
        subject: Spanned<Subject> = ("対象（例: connections/ehr-maintenance）", "what it is about"),
        reason: Spanned<String> = ("理由", "reason"),
        compensating: Option<Spanned<String>> = ("代わりの対策", "what is done instead"),
        owner: Option<Spanned<String>> = ("是正まで責任を持つ人", "who answers for it until it is mended"),
        approved_by: Spanned<String> = ("承認者", "who approved it"),
        expires: Spanned<Date> = ("期限", "until when"),
    }
}

record! {
    /// Why something was changed since the last audit.
    Reason("変更の理由", "reason of a change") {
        on: Option<Spanned<Date>> = ("変更日", "when"),
        thing: Spanned<Changed> = ("対象（例: devices/vpn1。なくなったものも書ける）", "what was changed, such as devices/vpn1; what is gone too"),
        what: Option<Spanned<What>> = ("変化の内容（省略時はその対象のすべての変化）", "which change; every one of the thing when left out"),
        reason: Spanned<String> = ("理由", "reason"),
        approved_by: Spanned<String> = ("承認者", "who approved it"),
    }
}

record! {
    /// Somebody looked at a thing: a spot check, a capture, a probe, the yearly recertification.
    Confirmation("確認の記録", "confirmation") {
        thing: Spanned<Changed> = ("対象（例: connections/ehr-maintenance）", "what was looked at, such as connections/ehr-maintenance"),
        on: Spanned<Date> = ("確認日", "when"),
        by: Spanned<String> = ("確認者", "by whom"),
        how: Option<Spanned<Means>> = ("確認の方法（省略時は spot-check）", "how; spot-check when left out"),
        result: Option<Spanned<Outcome>> = ("結果（省略時は as-expected）", "what was found; as-expected when left out"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// One thing that has another id than before.
    Same("識別子の対応", "one thing under two ids") {
        kind: Spanned<EntityKind> = ("対象の種類（例: systems）", "kind of thing, such as systems"),
        old: Spanned<String> = ("以前の識別子", "its id before"),
        new: Spanned<String> = ("現在の識別子", "its id now"),
        reason: Option<Spanned<String>> = ("同じ対象である根拠", "how this is known"),
    }
}

record! {
    /// A place where traffic is observed (a mirror port).
    Tap("観測点", "tap") {
        name: Spanned<String> = ("名称（例: コアスイッチのミラーポート）", "name"),
        device: Option<Spanned<Ref<Device>>> = ("ミラーしている機器", "the device that mirrors"),
        zones: Vec<Spanned<Ref<Zone>>> = ("通信がすべて写るゾーン", "zones whose traffic it shows in full"),
        connections: Vec<Spanned<Ref<Connection>>> = ("通信が必ず写る外部接続", "connections whose traffic it shows in full"),
        location: Option<Spanned<String>> = ("設置場所", "where it is"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// A document that an inspector may ask for.
    Document("文書", "document") {
        name: Spanned<String> = ("名称", "name"),
        kind: Spanned<DocumentKind> = ("種別", "kind"),
        version: Option<Spanned<String>> = ("版", "version"),
        date: Option<Spanned<Date>> = ("作成・改訂日", "date of writing or revision"),
        reviewed: Option<Spanned<Date>> = ("最後に見直した日", "when it was last reviewed"),
        approved_by: Option<Spanned<String>> = ("承認者", "who approved it"),
        location: Option<Spanned<String>> = ("所在（紙・オフラインの置き場所を含む）", "where it is kept, on paper or offline too"),
    }
}

record! {
    /// Where logs go and how long they stay.
    Logs("ログ", "logs") {
        store: Spanned<LogStore> = ("保管先", "where they are kept"),
        days: Option<Spanned<u32>> = ("保管日数", "how many days"),
        reviewed: Option<Spanned<Answer>> = ("定期的に確認しているか", "whether somebody reviews them regularly"),
    }
}
