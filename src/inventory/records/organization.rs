//! The hospital itself, its sites, and people to call.

use crate::inventory::record::record;
use crate::source::Spanned;

record! {
    /// The hospital or clinic.
    Organization("施設", "organization") {
        name: Spanned<String> = ("名称", "name"),
        beds: Option<Spanned<u32>> = ("病床数", "number of beds"),
        address: Option<Spanned<String>> = ("所在地", "address"),
        security_officer: Option<Contact> = ("医療情報システム安全管理責任者（チェックリスト1）", "the officer responsible for the safety of the medical information system"),
        contacts: Vec<Contact> = ("非常時の連絡先（所管官庁、警察、専門機関、相談先）。連絡体制図の元になる", "contacts for an emergency: authorities, police, experts"),
        cut_procedure: Option<Spanned<String>> = ("緊急遮断手順（文書の所在）", "where the procedure for cutting all external lines is kept"),
        note: Option<Spanned<String>> = ("備考（出典など）", "notes, sources"),
    }
}

record! {
    /// A person or desk that can be called.
    Contact("連絡先", "contact") {
        name: Spanned<String> = ("氏名または窓口名", "name of the person or desk"),
        role: Option<Spanned<String>> = ("役割", "role"),
        phone: Option<Spanned<String>> = ("電話", "telephone"),
        email: Option<Spanned<String>> = ("電子メール", "e-mail"),
        hours: Option<Spanned<String>> = ("受付時間（24h など）", "hours, for example 24h"),
    }
}

record! {
    /// A building or data centre.
    Site("拠点", "site") {
        name: Spanned<String> = ("名称", "name"),
        address: Option<Spanned<String>> = ("所在地", "address"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}
