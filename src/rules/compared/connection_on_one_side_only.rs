//! Only one of hospital and vendor declares a line.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::nist;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "connection-on-one-side-only",
    title: Text::new(
        "病院か事業者の片方の台帳にしかない接続",
        "a connection that only hospital or vendor declares",
    ),
    severity: Severity::High,
    confidence: Confidence::Medium,
    references: &[nist("CA-3")],
    remedy: Text::new(
        "回線、機器、契約が実際にあるかを両者で確かめてください。使っていれば両方の台帳に書き、使っていなければ撤去してください。",
        "Find out together whether line, device and contract exist. Declare it on both sides if it is in use, and remove it if it is not.",
    ),
    page: include_str!("connection_on_one_side_only.md"),
    check: Check::Compared,
};
