//! Where a box went: the same serial number or MAC at another place.

use super::record::{Record, Source, Thing};
use crate::locale::Text;
use crate::text;
use std::borrow::Cow;
use std::collections::HashMap;

/// How what stands under a key is written without the ways in which people write it: a MAC address is
/// the same however its digits are grouped, and a serial number in capitals is the one in small
/// letters. None where there is but one way.
pub(super) fn spelling(key: &str) -> Option<fn(&str) -> String> {
    match key.rsplit('.').next()? {
        "mac" | "hardware" => Some(|value| {
            let digits: String = value.chars().filter(char::is_ascii_hexdigit).collect();
            let whole = digits.len() == 12;
            if whole { digits.to_ascii_lowercase() } else { value.trim().to_lowercase() }
        }),
        "serial" | "serial-number" => Some(|value| {
            let bare = value.chars().filter(|it| !it.is_whitespace());
            bare.flat_map(char::to_lowercase).collect()
        }),
        _ => None,
    }
}

/// What stands under a key as it is compared.
pub(super) fn compared<'v>(key: &str, value: &'v str) -> Cow<'v, str> {
    spelling(key).map_or(Cow::Borrowed(value), |it| it(value).into())
}

/// Which thing of a record has which serial number and MAC.
pub(super) struct Hardware<'r> {
    of: HashMap<Cow<'r, str>, &'r Thing>,
}

/// What is burnt into a box.
fn marks(thing: &Thing) -> impl Iterator<Item = Cow<'_, str>> {
    let all = thing.attributes.iter().filter(|it| match it.source {
        Source::Declared => it.key == "serial" || it.key.ends_with(".mac"),
        _ => it.key == "serial-number" || it.key == "hardware",
    });
    all.flat_map(|it| it.value.iter().map(|value| compared(&it.key, value)))
}

impl<'r> Hardware<'r> {
    pub(super) fn of(record: &'r Record) -> Self {
        let all = record.things.iter().flat_map(|thing| marks(thing).map(move |it| (it, thing)));
        Self { of: all.collect() }
    }

    /// Where the box that now stands for a thing stood before.
    pub(super) fn came_from(&self, old: &Thing, new: &Thing) -> Option<Text> {
        let before = marks(new).find_map(|it| self.of.get(&it))?;
        (before.thing() != old.thing()).then(|| {
            let (name, thing) = (&before.name, before.thing());
            text!(
                "この機器（製造番号・MAC）は以前「{name}」（{thing}）のものでした",
                "this box (serial number, MAC) was that of {name} ({thing}) before"; name
            )
        })
    }
}
