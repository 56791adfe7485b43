//! YAML, section by section, in the order of an inventory.

use crate::inventory::Inventory;
use crate::locale::one_line;
use std::collections::BTreeMap;

/// A section of an inventory, in the order in which people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Zones,
    Parties,
    Circuits,
    Devices,
    Systems,
    Connections,
}

impl Section {
    /// Its key.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Parties => "parties",
            Self::Circuits => "circuits",
            Self::Devices => "devices",
            Self::Systems => "systems",
            Self::Connections => "connections",
        }
    }

    /// Whether an inventory has this id in it.
    pub(super) fn declares(self, inventory: &Inventory, id: &str) -> bool {
        match self {
            Self::Zones => inventory.zones.declares(id),
            Self::Parties => inventory.parties.declares(id),
            Self::Circuits => inventory.circuits.declares(id),
            Self::Devices => inventory.devices.declares(id),
            Self::Systems => inventory.systems.declares(id),
            Self::Connections => inventory.connections.declares(id),
        }
    }
}

/// The sections so far.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    sections: BTreeMap<Section, String>,
    things: usize,
}

impl Sheet {
    /// Adds a thing: its comments, its id, its fields. A field that ends with `:` is followed by
    /// fields that are indented by blanks of their own.
    pub(super) fn add(
        &mut self,
        section: Section,
        comments: &[String],
        id: &str,
        fields: &[String],
    ) {
        let text = self.sections.entry(section).or_default();
        for line in comments {
            comment(text, 2, line);
        }
        *text += &format!("  {}:\n", key(id));
        for field in fields {
            *text += &format!("    {field}\n");
        }
        self.things += 1;
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// How many things were added.
    pub(super) fn things(&self) -> usize {
        self.things
    }

    /// All sections.
    pub(super) fn render(&self) -> String {
        let sections = self.sections.iter();
        sections.map(|(section, text)| format!("\n{}:\n{text}", section.key())).collect()
    }
}

/// A comment on one line.
pub(super) fn comment(text: &mut String, depth: usize, comment: &str) {
    *text += &format!("{:depth$}# {}\n", "", one_line(comment));
}

/// How many characters of a name are kept. What is cut stays readable in the configuration.
const LONGEST: usize = 200;

/// A text as a quoted scalar: JSON's strings are YAML's. Long ones are cut.
pub(super) fn quoted(text: &str) -> String {
    let mut short = text.chars();
    let mut line: String = short.by_ref().take(LONGEST).collect();
    if short.next().is_some() {
        line.push('…');
    }
    serde_json::Value::from(one_line(&line).as_ref()).to_string()
}

/// A text as a quoted scalar, however long: a path that is cut leads nowhere.
pub(super) fn quoted_whole(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An id as YAML reads it for a text: what looks like a number, a truth or nothing is quoted.
pub(super) fn key(id: &str) -> String {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let word = WORDS.contains(&id.to_lowercase().as_str());
    let letter = id.starts_with(|c: char| c.is_ascii_alphabetic());
    if word || !letter { quoted(id) } else { id.to_owned() }
}

/// `key: "value"`.
pub(super) fn field(key: &str, value: &str) -> String {
    format!("{key}: {}", quoted(value))
}

/// `key: [a, b]` of words that need no quotes; nothing when there are none.
pub(super) fn list(key: &str, words: impl IntoIterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.into_iter().collect();
    (!words.is_empty()).then(|| format!("{key}: [{}]", words.join(", ")))
}
