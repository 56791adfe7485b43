//! Hospital and vendor declare the same line, and not alike.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::nist;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "declarations-disagree",
    title: Text::new(
        "病院と事業者の台帳が食い違う接続",
        "a connection that hospital and vendor declare differently",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[nist("CA-3")],
    remedy: Text::new(
        "契約書と機器の設定を両者で確かめ、実際と違うほうの台帳を直してください。設定が違っていれば設定も直してください。",
        "Look at the contract and the configuration together, and correct the ledger that is wrong, and the configuration if that is.",
    ),
    page: include_str!("declarations_disagree.md"),
    check: Check::Compared,
};
