//! Version numbers of any maker.

use serde::Deserialize;
use std::cmp::Ordering;
use std::fmt;

/// A version as makers write it: `6.0.4`, `9.9(2)40`, `Rev.15.02.30`, `7.0.1-5035`, `2012 R2`.
/// Only its numbers are compared, in their order; a missing number is less than any.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Version {
    numbers: Vec<u32>,
    text: String,
}

impl Version {
    /// Reads a version; `None` when there is no number in it, or one beyond all reason.
    pub fn read(text: &str) -> Option<Self> {
        let numbers = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect::<Option<Vec<u32>>>()?;
        (!numbers.is_empty()).then(|| Self { numbers, text: text.trim().to_owned() })
    }

    /// Whether this is `train` or one of its releases, number by number: `6.0.4` starts with
    /// `6.0`, `6.01` does not.
    pub fn starts_with(&self, train: &Self) -> bool {
        self.numbers.starts_with(&train.numbers)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

impl TryFrom<String> for Version {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is not a version"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
