//! The shipped inventories, inside the program: `sekisho init` works without a network.

use crate::locale::Text;

/// An inventory to begin from.
pub(super) struct Example {
    /// Its name in `inventories/`.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) about: Text,
    /// Its files: name and text.
    pub(super) files: &'static [(&'static str, &'static str)],
}

/// One inventory that is a single file, or a folder with these files.
macro_rules! example {
    ($name:literal, $ja:literal, $en:literal) => {
        Example {
            name: $name,
            about: Text::new($ja, $en),
            files: &[(
                concat!($name, ".yaml"),
                include_str!(concat!("../../inventories/", $name, ".yaml")),
            )],
        }
    };
    ($name:literal / [$($file:literal),+ $(,)?], $ja:literal, $en:literal) => {
        Example {
            name: $name,
            about: Text::new($ja, $en),
            files: &[$((
                $file,
                include_str!(concat!("../../inventories/", $name, "/", $file)),
            )),+],
        }
    };
}

/// Every shipped inventory. The starter comes first.
pub(super) static EXAMPLES: &[Example] = &[
    example!(
        "starter",
        "ひな形。すべての書き方に説明が付き、このままで指摘事項は出ない",
        "the starter: commented throughout, no findings as it stands"
    ),
    example!(
        "clinic",
        "有床診療所（19床）。小さな施設にも多い、外へ出る道",
        "a clinic of 19 beds: small, with many ways out"
    ),
    example!(
        "general-hospital"
            / [
                "circuits.yaml",
                "connections.yaml",
                "devices.yaml",
                "evidence/core-mirror.jsonl",
                "flows.yaml",
                "organization.yaml",
                "parties.yaml",
                "scope.yaml",
                "systems.yaml",
                "upkeep.yaml",
                "zones.yaml",
                "configs/core.txt",
                "configs/fw-main.conf",
                "configs/vpn1.txt",
            ],
        "総合病院（420床、外部接続17本）。あらゆる種類の接続と、よくある不備",
        "a general hospital (420 beds, 17 connections): every kind of connection, and common faults"
    ),
    example!(
        "well-run",
        "よく管理された大学病院。26事業者をVPN装置1台に集約し、指摘事項なし",
        "a well-run university hospital: 26 vendors through one VPN device, no findings"
    ),
    example!(
        "handa-2021",
        "半田病院事案（2021年）の再現。SSL-VPN装置の脆弱性と漏えいした資格情報",
        "the Handa Hospital incident of 2021: a vulnerable SSL-VPN device, leaked credentials"
    ),
    example!(
        "osaka-2022",
        "大阪急性期・総合医療センター事案（2022年）の再現。給食事業者からの閉域回線",
        "the Osaka General Medical Center incident of 2022: a caterer's closed line"
    ),
    example!(
        "okayama-2024",
        "岡山県精神科医療センター事案（2024年）の再現。データセンターのSSL-VPN装置",
        "the Okayama Psychiatric Medical Center incident of 2024: an SSL-VPN device in the data centre"
    ),
    example!(
        "kokubu-2024",
        "国分生協病院事案（2024年）の再現。認証なしで届いた遠隔デスクトップ",
        "the Kokubu Seikyo Hospital incident of 2024: remote desktop reached without authentication"
    ),
    example!(
        "musashikosugi-2026",
        "武蔵小杉病院事案（2026年）の再現。保守の対象ではない装置に届いた保守用VPN",
        "the Musashikosugi Hospital incident of 2026: a maintenance VPN that reached more than its target"
    ),
];
