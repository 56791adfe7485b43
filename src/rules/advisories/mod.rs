//! Known weaknesses and ends of support: dated data with sources, not code.
//!
//! The shape of the data file and the way to update it stand in `src/rules/data/README.md`.

mod product;
mod version;

pub use product::{Product, Software};
pub use version::Version;

use crate::model::Date;
use product::plain;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The data file that is built in.
const BUILT_IN: &str = include_str!("../data/advisories.json");

/// What is known about products, on a date.
#[derive(Debug, Default)]
pub struct Advisories {
    /// The date of the data. Whatever became known later is not in it.
    pub dated: Option<Date>,
    /// Ends of support.
    pub support: Vec<EndOfSupport>,
    /// Weaknesses known to be exploited.
    pub exploited: Vec<Exploited>,
    /// Which ends of support concern a product, by all that is said of it, as far as it was asked.
    known: Mutex<BTreeMap<String, Arc<[usize]>>>,
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
    /// Versions that start with this, component by component; absent for every version.
    pub version: Option<Version>,
    /// Words that exempt a product when they occur in its software, such as `LTSC`.
    #[serde(default)]
    pub except: Vec<String>,
    /// Words of which one must occur in its software, such as `Pro`; empty when none must.
    #[serde(default)]
    pub only: Vec<String>,
    /// The last day of support.
    #[serde(deserialize_with = "day")]
    pub until: Date,
    /// Where this is written.
    pub source: String,
}

/// A weakness that is known to be exploited.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exploited {
    /// CVE number.
    pub id: String,
    /// The maker's or an authority's own name for its notice.
    pub advisory: Option<String>,
    /// When it became known that it is exploited. A day before that is not judged by it.
    #[serde(deserialize_with = "day")]
    pub known: Date,
    /// Maker.
    pub vendor: String,
    /// Software, as in `os.name`.
    pub software: String,
    /// The part of the product that must be in use for the weakness to matter.
    pub feature: Option<Feature>,
    /// The affected versions, one range a release train.
    pub affected: Vec<Affected>,
    /// Where this is written.
    pub source: String,
}

/// A part of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// SSL-VPN or another web service for remote users.
    SslVpn,
    /// The management interface.
    Management,
}

/// A range of versions, from `from` up to the version that is fixed (excluded), or through the
/// last affected one (included, with everything that starts with it) where nothing is fixed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// First affected version, included.
    pub from: Version,
    /// First version that is fixed, excluded.
    pub fixed: Option<Version>,
    /// Last affected version, included.
    pub through: Option<Version>,
}

impl Affected {
    /// Whether a version lies in the range.
    pub fn contains(&self, version: &Version) -> bool {
        let below = match (&self.fixed, &self.through) {
            (Some(fixed), _) => version < fixed,
            (None, Some(through)) => version.starts_with(through) || version < through,
            (None, None) => false,
        };
        *version >= self.from && below
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(deserialize_with = "day")]
    dated: Date,
    support: Vec<EndOfSupport>,
    exploited: Vec<Exploited>,
}

/// A day as `YYYY-MM-DD`.
fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not a date")))
}

impl Advisories {
    /// The data that is built in. A test proves that it can be read.
    pub fn built_in() -> &'static Self {
        static DATA: OnceLock<Advisories> = OnceLock::new();
        DATA.get_or_init(|| Self::parse(BUILT_IN).unwrap_or_default())
    }

    /// Reads a data file. The error says where it is wrong, or which entry makes no sense.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let advisories = Self {
            dated: Some(file.dated),
            support: file.support,
            exploited: file.exploited,
            known: Mutex::default(),
        };
        advisories.check()?;
        Ok(advisories)
    }

    /// The ends of support that concern a product. A hospital has many machines of few products:
    /// each product is looked up once.
    pub fn support_of(&self, product: Product<'_>) -> impl Iterator<Item = &EndOfSupport> {
        let name = format!("{product:?}");
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match known.get(&name) {
            Some(found) => Arc::clone(found),
            None => {
                let found: Arc<[usize]> = self.find_support(product).into();
                known.insert(name, Arc::clone(&found));
                found
            }
        };
        (0..found.len()).filter_map(move |at| self.support.get(found[at]))
    }

    fn find_support(&self, product: Product<'_>) -> Vec<usize> {
        let concerns = |entry: &EndOfSupport| {
            let runs = |software: &String| match &entry.version {
                None => product.is_software(&entry.vendor, software),
                Some(train) => {
                    let version = product.runs(&entry.vendor, software).flatten();
                    version.is_some_and(|it| it.starts_with(train))
                }
            };
            product.is_by(&entry.vendor)
                && entry.software.as_ref().is_none_or(runs)
                && entry.model.as_ref().is_none_or(|it| product.is_model(it))
                && !entry.except.iter().any(|word| product.mentions(word))
                && (entry.only.is_empty() || entry.only.iter().any(|word| product.mentions(word)))
        };
        let entries = self.support.iter().enumerate();
        entries.filter(|(_, entry)| concerns(entry)).map(|(at, _)| at).collect()
    }

    /// The weaknesses of a product in its version that were known to be exploited on a day.
    /// Without a version, none: what is not known is not claimed.
    pub fn exploited_in<'a>(
        &'a self,
        product: Product<'a>,
        on: Date,
    ) -> impl Iterator<Item = (&'a Exploited, &'a Affected)> {
        self.exploited.iter().filter_map(move |entry| {
            let version = (entry.known <= on && product.is_by(&entry.vendor))
                .then(|| product.runs(&entry.vendor, &entry.software))???;
            let range = entry.affected.iter().find(|it| it.contains(&version))?;
            Some((entry, range))
        })
    }

    /// The first version at or after `version` in which none of the weaknesses known on a day is
    /// left. `None` where the maker fixes one of them in no version of its train.
    pub fn fixed_from(&self, product: Product<'_>, version: &Version, on: Date) -> Option<Version> {
        let mut version = version.clone();
        let entries = self.exploited.iter().filter(|it| {
            it.known <= on
                && product.is_by(&it.vendor)
                && product.runs(&it.vendor, &it.software).is_some()
        });
        let entries: Vec<_> = entries.collect();
        // Each step leaves a range for good, so there are no more steps than ranges.
        while let Some(range) =
            entries.iter().flat_map(|it| &it.affected).find(|it| it.contains(&version))
        {
            version = range.fixed.clone()?;
        }
        Some(version)
    }

    /// What `serde` cannot see: entries that say nothing, twice the same, or nonsense.
    fn check(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for it in &self.support {
            let name = format!(
                "{} {} {} {} {} {}",
                it.vendor,
                it.model.as_deref().unwrap_or("-"),
                it.software.as_deref().unwrap_or("-"),
                it.version.as_ref().map_or_else(String::new, ToString::to_string),
                it.only.join(" "),
                it.except.join(" ")
            );
            let problem = if it.model.is_none() && it.software.is_none() {
                Some("names neither a model nor software")
            } else if it.source.trim().is_empty() {
                Some("has no source")
            } else if !seen.insert(plain(&name)) {
                Some("is listed twice")
            } else {
                None
            };
            if let Some(problem) = problem {
                return Err(format!("{name} {problem}"));
            }
        }
        self.exploited.iter().try_for_each(|it| {
            let later = self.dated.is_some_and(|dated| it.known > dated);
            let problem = weakness_problem(it)
                .or_else(|| later.then_some("became known after the date of the data"))
                .or_else(|| {
                    (!seen.insert(format!("{} {}", it.id, plain(&it.software))))
                        .then_some("is listed twice")
                });
            problem.map_or(Ok(()), |problem| Err(format!("{} {problem}", it.id)))
        })
    }
}

fn weakness_problem(it: &Exploited) -> Option<&'static str> {
    let digits = |text: &str, least: usize| {
        text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let number = it.id.strip_prefix("CVE-").and_then(|id| id.split_once('-'));
    if !number.is_some_and(|(year, serial)| digits(year, 4) && digits(serial, 4)) {
        return Some("is not a CVE number");
    }
    if it.source.trim().is_empty() {
        return Some("has no source");
    }
    if it.affected.is_empty() {
        return Some("affects no version");
    }
    for (at, range) in it.affected.iter().enumerate() {
        let sane = match (&range.fixed, &range.through) {
            (Some(fixed), None) => range.from < *fixed,
            (None, Some(through)) => through.starts_with(&range.from) || range.from <= *through,
            _ => return Some("has a range that needs exactly one of `fixed` and `through`"),
        };
        if !sane {
            return Some("has a range that ends before it begins");
        }
        let others = it.affected.iter().skip(at + 1);
        if others.clone().any(|other| range.contains(&other.from) || other.contains(&range.from)) {
            return Some("has ranges that overlap");
        }
    }
    None
}
