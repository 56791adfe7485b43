//! How findings are weighed, and what they rest on.

use crate::model::vocabulary;

vocabulary! {
    /// How bad a finding is. The order of the words is the order of `Ord`: worst first.
    Severity("重大度", "severity") {
        Critical = "critical" ("緊急", "critical"),
        High = "high" ("高", "high"),
        Medium = "medium" ("中", "medium"),
        Low = "low" ("低", "low"),
        Info = "info" ("参考", "info"),
    }
}

vocabulary! {
    /// How sure a finding is. The order of the words is the order of `Ord`: surest first.
    Confidence("確度", "confidence") {
        High = "high" ("確実", "high"),
        Medium = "medium" ("要確認", "medium"),
        Low = "low" ("推定", "low"),
    }
}

impl Severity {
    /// Whether this is as bad as `threshold`, or worse.
    pub fn reaches(self, threshold: Self) -> bool {
        self <= threshold
    }

    /// A mark that survives black and white printing: more marks are worse.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Critical => "!!!",
            Self::High => "!!",
            Self::Medium => "!",
            Self::Low => "-",
            Self::Info => "i",
        }
    }
}

/// An item of a guideline, checklist or survey that a rule answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which document, with its edition: `安全管理ガイドライン6.0版 システム運用編`.
    pub document: &'static str,
    /// Which item: `13⑪`.
    pub item: &'static str,
}

impl Reference {
    /// Names an item.
    pub const fn new(document: &'static str, item: &'static str) -> Self {
        Self { document, item }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.document, self.item)
    }
}
