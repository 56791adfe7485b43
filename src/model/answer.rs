//! Three-valued answers: what nobody looked at is neither yes nor no.

use super::vocabulary::vocabulary;

vocabulary! {
    /// Yes, no, or nobody knows. A field that is absent is not an answer.
    Answer("はい・いいえ・不明", "yes, no or unknown") {
        Yes = "yes" ("はい", "yes"),
        No = "no" ("いいえ", "no"),
        Unknown = "unknown" ("不明", "unknown"),
    }
}
