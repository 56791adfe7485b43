//! Known weaknesses and ends of support: dated data with sources, not code.

use crate::model::Date;
use serde::Deserialize;
use std::sync::OnceLock;

/// The data file that is built in.
const BUILT_IN: &str = include_str!("data/advisories.json");

/// What is known about products, on a date.
#[derive(Debug, Default)]
pub struct Advisories {
    /// The date of the data. Whatever became known later is not in it.
    pub dated: Option<Date>,
    /// Ends of support.
    pub support: Vec<EndOfSupport>,
    /// Weaknesses known to be exploited.
    pub exploited: Vec<Exploited>,
}

/// The end of support of a product or of a version of its software.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndOfSupport {
    /// Maker, as in `devices.X.vendor`.
    pub vendor: String,
    /// Model, compared without case, blanks and hyphens; absent for every model.
    pub model: Option<String>,
    /// Software, as in `os.name`; absent when the hardware itself is meant.
    pub software: Option<String>,
    /// Versions that start with this, on component boundaries; absent for every version.
    pub version: Option<String>,
    /// The last day of support, `YYYY-MM-DD`.
    pub until: String,
    /// Where this is written.
    pub source: String,
}

/// A weakness that is known to be exploited.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exploited {
    /// CVE number.
    pub id: String,
    /// Maker.
    pub vendor: String,
    /// Software, as in `os.name`.
    pub software: String,
    /// First affected version, included; absent for "from the beginning".
    pub from: Option<String>,
    /// First version that is mended, excluded.
    pub mended: String,
    /// Where this is written.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dated: String,
    support: Vec<EndOfSupport>,
    exploited: Vec<Exploited>,
}

impl Advisories {
    /// The data that is built in. A test proves that it can be read.
    pub fn built_in() -> &'static Self {
        static DATA: OnceLock<Advisories> = OnceLock::new();
        DATA.get_or_init(|| Self::parse(BUILT_IN).unwrap_or_default())
    }

    /// Reads a data file. The error says where it is wrong.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(text)?;
        Ok(Self {
            dated: file.dated.parse().ok(),
            support: file.support,
            exploited: file.exploited,
        })
    }
}
