//! Something changed, and nobody wrote down why or who approved it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::nist;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unexplained-change",
    title: Text::new("理由と承認者の書かれていない変更", "a change that nobody explained"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[nist("CM-3")],
    remedy: Text::new(
        "だれが何のために変えたのかを確かめ、changes.yaml に理由と承認者を書いてください。心当たりのない変更は、元に戻すか、不正な変更として調べてください。",
        "Ask who changed it and what for, and write the reason and the approver in changes.yaml. Undo what nobody knows of, or treat it as tampering.",
    ),
    page: include_str!("unexplained_change.md"),
    check: Check::Compared,
};
