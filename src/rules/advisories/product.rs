//! Products as the inventory and configurations name them, compared as people write names.

use super::Version;
use crate::inventory::{Device, Os, System};

/// What is known of one product.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a> {
    /// Its maker; `None` when nobody says.
    pub vendor: Option<&'a str>,
    /// Its model.
    pub model: Option<&'a str>,
    /// Its software.
    pub os: Option<Software<'a>>,
}

/// The software of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Software<'a> {
    /// Its name, such as `FortiOS`.
    pub name: &'a str,
    /// Its version as people or devices write it.
    pub version: Option<&'a str>,
}

impl<'a> From<&'a Os> for Software<'a> {
    fn from(os: &'a Os) -> Self {
        Self { name: &os.name.value, version: os.version.as_ref().map(|it| it.value.as_str()) }
    }
}

impl<'a> Product<'a> {
    /// A device as it is declared.
    pub fn device(device: &'a Device) -> Self {
        Self {
            vendor: device.vendor.as_ref().map(|it| it.value.as_str()),
            model: device.model.as_ref().map(|it| it.value.as_str()),
            os: device.os.as_ref().map(Software::from),
        }
    }

    /// A system as it is declared. Its vendor is a party, not the maker of its software.
    pub fn system(system: &'a System) -> Self {
        Self { vendor: None, model: None, os: system.os.as_ref().map(Software::from) }
    }

    pub(super) fn is_by(&self, vendor: &str) -> bool {
        self.vendor.is_none_or(|own| same(own, vendor))
    }

    pub(super) fn is_model(&self, model: &str) -> bool {
        self.model.is_some_and(|own| plain(own).ends_with(&plain(model)))
    }

    /// The version of its software, if it is this software: `Some(None)` when no version is told.
    /// `Windows 10` with or without a separate version is the software `Windows`, version 10.
    pub(super) fn runs(&self, vendor: &str, software: &str) -> Option<Option<Version>> {
        let os = self.os?;
        if self.rest_of(vendor, software, os.name).is_some_and(|rest| rest.is_empty()) {
            let version = os.version.map(half_width);
            return Some(version.as_deref().and_then(Version::read));
        }
        let rest = self.rest_of(vendor, software, &self.software()?)?;
        let number = ["version", "ver", "rev", "v"].iter().find_map(|it| strip(&rest, it));
        let number = number.unwrap_or(&rest).trim_start_matches(|c: char| !c.is_alphanumeric());
        number.starts_with(|c: char| c.is_ascii_digit()).then(|| Version::read(number))
    }

    /// Whether its software is this one, whatever its version.
    pub(super) fn is_software(&self, vendor: &str, software: &str) -> bool {
        self.software().is_some_and(|own| self.rest_of(vendor, software, &own).is_some())
    }

    /// Name and version of its software in one.
    fn software(&self) -> Option<String> {
        let os = self.os?;
        Some(format!("{} {}", os.name, os.version.unwrap_or_default()))
    }

    /// What follows the name of a software, with or without that of its maker before it.
    fn rest_of(&self, vendor: &str, software: &str, own: &str) -> Option<String> {
        let own = half_width(own);
        let by = strip(&own, vendor).and_then(|own| strip(own, software));
        let rest = strip(&own, software).or(by)?;
        let inside_a_word = rest.starts_with(char::is_alphabetic);
        (!inside_a_word).then(|| rest.trim().to_owned())
    }

    pub(super) fn mentions(&self, word: &str) -> bool {
        self.os.is_some_and(|os| {
            plain(&format!("{}{}", os.name, os.version.unwrap_or_default())).contains(&plain(word))
        })
    }
}

impl std::fmt::Display for Product<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = [self.model, self.os.map(|os| os.name), self.os.and_then(|os| os.version)];
        f.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Letters and digits only, in lower case: `FortiGate-60E` and `fortigate 60e` are one model.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let chars = text.chars().map(narrow).filter(|c| c.is_alphanumeric());
    chars.flat_map(char::to_lowercase)
}

/// The half-width form of a character: people type `Ｗｉｎｄｏｗｓ　１０` in Japanese.
fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn half_width(text: &str) -> String {
    text.chars().map(narrow).collect()
}

/// What follows `words` at the beginning of a text, compared without case, blanks and hyphens.
fn strip<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let mut wanted = letters(words).peekable();
    for (at, c) in text.char_indices() {
        if wanted.peek().is_none() {
            return text.get(at..);
        }
        if c.is_alphanumeric() && !c.to_lowercase().all(|c| wanted.next() == Some(c)) {
            return None;
        }
    }
    wanted.peek().is_none().then_some("")
}

fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

pub(super) fn plain(text: &str) -> String {
    letters(text).collect()
}
