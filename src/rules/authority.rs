//! The documents that rules answer to, named once. Which wording was confirmed where is told in
//! the 根拠 of each page.

use crate::finding::Reference;

/// 医療情報システムの安全管理に関するガイドライン 第6.0版 システム運用編
pub(crate) const fn control(item: &'static str) -> Reference {
    Reference::new("安全管理ガイドライン第6.0版 システム運用編", item)
}

/// 医療情報システムの安全管理に関するガイドライン 第6.0版 企画管理編
pub(crate) const fn management(item: &'static str) -> Reference {
    Reference::new("安全管理ガイドライン第6.0版 企画管理編", item)
}

/// 同 Q&A
pub(crate) const fn question(item: &'static str) -> Reference {
    Reference::new("安全管理ガイドライン第6.0版 Q&A", item)
}

/// 医療機関におけるサイバーセキュリティ対策チェックリスト 令和7年度
pub(crate) const fn checklist(item: &'static str) -> Reference {
    Reference::new("サイバーセキュリティ対策チェックリスト 令和7年度", item)
}

/// 病院における医療情報システムのサイバーセキュリティ対策に係る調査（G-MIS、2024年1月）
pub(crate) const fn survey(item: &'static str) -> Reference {
    Reference::new("サイバーセキュリティ対策に係る調査（G-MIS、2024年）", item)
}

/// NIST SP 800-53 Rev. 5
pub(crate) const fn nist(item: &'static str) -> Reference {
    Reference::new("NIST SP 800-53 Rev. 5", item)
}

/// 岡山県精神科医療センター ランサムウェア事案調査報告書（2025-02-13）
pub(crate) const fn okayama(item: &'static str) -> Reference {
    Reference::new("岡山県精神科医療センター 調査報告書（2025年）", item)
}

/// 徳島県つるぎ町立半田病院 有識者会議調査報告書（2022-06-07）
pub(crate) const fn handa(item: &'static str) -> Reference {
    Reference::new("半田病院 有識者会議調査報告書（2022年）", item)
}
