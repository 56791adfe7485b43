//! Why something is not asked.

use crate::locale::Text;
use crate::model::{EntityRef, vocabulary};

vocabulary! {
    /// Why a question is not asked. What no scope can change comes first.
    Reason("確認しない理由", "why it is not asked") {
        Malformed = "malformed" ("質問として成り立たない", "no proper question"),
        PrinterPort = "printer-port" ("印刷用ポート（9100〜9107）は常に対象外", "printer ports 9100 to 9107 are never asked"),
        Broadcast = "broadcast" ("ブロードキャストアドレス", "a broadcast address"),
        NetworkAddress = "network-address" ("ネットワークアドレス", "a network address"),
        Multicast = "multicast" ("マルチキャスト", "multicast"),
        Reserved = "reserved" ("割り当てられない予約アドレス", "a reserved address"),
        LinkLocal = "link-local" ("リンクローカルアドレス", "a link-local address"),
        Translated = "translated" ("IPv4を埋め込んだIPv6アドレス（IPv4で書く）", "an IPv6 address with an IPv4 address inside (write the IPv4 address)"),
        Loopback = "loopback" ("ループバックは指定書に書いた場合だけ", "loopback, unless the scope names it"),
        LifeSupport = "life-support" ("生命維持・治療機器には行わない", "life-supporting or therapy equipment is never asked"),
        Unknown = "unknown" ("台帳になく、観測もされていない", "neither declared nor observed"),
        Vantage = "vantage" ("指定書にない場所からの確認", "from where the scope does not permit"),
        NoWindow = "outside-window" ("指定書の日時の外", "outside the windows of the scope"),
        NotApproved = "not-yet-approved" ("承認日より前（承認日が先の日付）", "before the day of the approval"),
        Expired = "expired" ("指定書の期限切れ", "the scope has expired"),
        Excluded = "excluded" ("指定書の除外", "excluded by the scope"),
        Address = "address-not-in-scope" ("指定書にないアドレス", "an address that the scope does not name"),
        Port = "port-not-in-scope" ("指定書にないポート", "a port that the scope does not name"),
        Kind = "kind-not-in-scope" ("指定書にない確認方法", "a kind of probe that the scope does not name"),
        Group = "group-not-named" ("端末群などの1台。アドレスを1つずつ書いた場合だけ", "one of a group; only addresses that the scope names singly"),
        Consent = "no-consent" ("医療機器など。所有者の同意がない", "a medical device without the consent of its owner"),
        NotYet = "consent-not-yet" ("所有者の同意日より前", "before the day of the owner's consent"),
    }
}

/// Why a question is not asked, and which thing is the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The thing whose class or owner is the cause.
    pub thing: Option<EntityRef>,
}

impl Refusal {
    pub(super) const fn of(reason: Reason) -> Self {
        Self { reason, thing: None }
    }

    pub(super) fn about(reason: Reason, thing: &EntityRef) -> Self {
        Self { reason, thing: Some(thing.clone()) }
    }

    /// For a person.
    pub fn text(&self) -> Text {
        use crate::model::Vocabulary as _;
        let reason = self.reason.label();
        match &self.thing {
            Some(thing) => crate::text!("{reason}（{thing}）", "{reason} ({thing})"; reason),
            None => reason,
        }
    }
}
