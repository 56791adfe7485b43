//! What a scope says, key by key.

use super::words::{Hours, Place, TimeZone};
use crate::inventory::record::{Needed, record};
use crate::inventory::{Endpoint, FormatVersion, Party, Ref, Subject};
use crate::model::{Date, Service};
use crate::probe::Kind;
use crate::source::Spanned;

record! {
    /// The written permission for probes, as it stands in the file.
    ScopeFile("確認範囲指定書", "scope") {
        scope: Spanned<FormatVersion> = ("確認範囲指定書の形式の版。現在は 1。最初に書く", "version of the format, currently 1; comes first"),
        purpose: Spanned<String> = ("何のための確認か", "what the probes are for"),
        from: Needed<Vec<Spanned<Subject>>> = ("確認を行う場所: 外部接続（その接続先側）またはゾーンの識別子", "where they are sent from: the id of a connection (at the party's end) or of a zone"),
        targets: Needed<Vec<Target>> = ("確認してよい相手", "what may be asked"),
        excluded: Vec<Excluded> = ("確認してはならない相手（targets より優先する）", "what may not, whatever the targets say"),
        limits: Option<ScopeLimits> = ("送信の上限（既定より上げるには raised_by が要る）", "how slowly; raising a default needs `raised_by`"),
        time_zone: Spanned<TimeZone> = ("日時の時間帯（Asia/Tokyo、UTC、+09:00 の形）", "the time zone of all dates: Asia/Tokyo, UTC or +09:00"),
        windows: Needed<Vec<Opening>> = ("確認してよい日時", "when probes may be sent"),
        approver: Needed<Approver> = ("承認者", "who approved it"),
        telephone: Spanned<String> = ("実施中の連絡先の電話", "the telephone to call while it runs"),
        vendor_notice: Needed<Vec<Notice>> = ("関係する事業者への事前連絡", "which vendors were told before"),
        consents: Vec<Consent> = ("医療機器などの所有者の同意", "the consent of the owners of medical devices"),
        expires: Spanned<Date> = ("有効期限（この日まで有効）", "the last day on which it holds"),
        tester: Needed<Tester> = ("実施者", "who carries it out"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// Something that may be asked.
    Target("確認してよい相手", "target") {
        to: Needed<Vec<Spanned<Place>>> = ("アドレス、ネットワーク、またはホスト名", "addresses, networks or host names"),
        services: Vec<Spanned<Service>> = ("ポートとプロトコル（例: 443/tcp、icmp）", "ports and protocols, such as 443/tcp or icmp"),
        kinds: Vec<Spanned<Kind>> = ("確認方法（省略時は tcp-connect だけ）", "kinds of probe; tcp-connect alone when left out"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}

record! {
    /// Something that may not be asked.
    Excluded("除外", "exclusion") {
        to: Vec<Spanned<Place>> = ("アドレス、ネットワーク、ホスト名（省略時はすべて）", "addresses, networks or host names; everything when left out"),
        services: Vec<Spanned<Service>> = ("ポートとプロトコル（省略時はすべて）", "ports and protocols; all of them when left out"),
        reason: Option<Spanned<String>> = ("理由", "why"),
    }
}

record! {
    /// How slowly, where it differs from the default.
    ScopeLimits("送信の上限", "limits") {
        host_in_flight: Option<Spanned<u32>> = ("1台に同時に行う数（既定 1）", "under way at one host at a time; 1 by default"),
        host_rate: Option<Spanned<u32>> = ("1台に毎秒始める数（既定 2）", "begun at one host each second; 2 by default"),
        rate: Option<Spanned<u32>> = ("全体で毎秒始める数（既定 20）", "begun each second overall; 20 by default"),
        in_flight: Option<Spanned<u32>> = ("全体で同時に行う数（既定 40）", "under way overall at a time; 40 by default"),
        run_budget: Option<Spanned<u32>> = ("1回の実施で行う数（既定 5000）", "in one run; 5000 by default"),
        day_budget: Option<Spanned<u32>> = ("1日に行う数（既定 20000）", "in one day; 20000 by default"),
        patience_ms: Option<Spanned<u32>> = ("応答を待つ時間（ミリ秒。既定 3000）", "how long an answer is waited for, in milliseconds; 3000 by default"),
        retries: Option<Spanned<u32>> = ("応答がないときに繰り返す数（既定 1）", "how often a silent question is asked again; 1 by default"),
        raised_by: Option<RaisedBy> = ("既定より上げることを決めた人と理由", "who decided to raise a limit, and why"),
    }
}

record! {
    /// Who raised a limit.
    RaisedBy("上限の引上げ", "raising of limits") {
        name: Spanned<String> = ("氏名", "name"),
        reason: Spanned<String> = ("理由", "reason"),
    }
}

record! {
    /// Days and hours.
    Opening("確認してよい日時", "window") {
        from: Spanned<Date> = ("最初の日", "the first day"),
        until: Option<Spanned<Date>> = ("最後の日（省略時は最初の日だけ）", "the last day; the first alone when left out"),
        hours: Spanned<Hours> = ("時間帯（例: 22:00-05:00。日をまたげる）", "hours such as 22:00-05:00; they may pass midnight"),
    }
}

record! {
    /// Who approved the scope.
    Approver("承認者", "approver") {
        name: Spanned<String> = ("氏名", "name"),
        role: Spanned<String> = ("役職", "role"),
        on: Option<Spanned<Date>> = ("承認日", "when"),
    }
}

record! {
    /// A vendor who was told.
    Notice("事業者への事前連絡", "notice to a vendor") {
        to: Spanned<String> = ("連絡した相手", "who was told"),
        on: Spanned<Date> = ("連絡日", "when"),
        by: Option<Spanned<String>> = ("連絡した者", "by whom"),
    }
}

record! {
    /// The owner of a device permits that it is asked.
    Consent("所有者の同意", "consent of an owner") {
        system: Spanned<Endpoint> = ("システムの識別子（台帳にない機器はアドレス）", "the id of the system; the address of a device that is not declared"),
        by: Spanned<String> = ("同意した所有者の氏名", "the owner who consents, by name"),
        on: Spanned<Date> = ("同意日", "when"),
    }
}

record! {
    /// Who carries the probes out.
    Tester("実施者", "tester") {
        name: Spanned<String> = ("氏名", "name"),
        party: Option<Spanned<Ref<Party>>> = ("所属する事業者（病院の職員なら省略）", "the party the tester works for; left out for the hospital's own staff"),
        telephone: Option<Spanned<String>> = ("電話", "telephone"),
    }
}
