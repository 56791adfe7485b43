//! What may be concluded from answers.

use crate::model::vocabulary;

vocabulary! {
    /// The answer to "is this tuple isolated?". Never "safe".
    Verdict("判定", "verdict") {
        Reachable = "reachable" ("到達可能", "reachable"),
        Undetermined = "undetermined" ("判定不能", "undetermined"),
        Isolated = "isolated" ("分離確認済", "isolated"),
    }
}
