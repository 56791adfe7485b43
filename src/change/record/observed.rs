//! What was seen of things that tells them from others.

use super::{Attribute, Field, Source};
use crate::audit::Assessment;
use crate::locale::Text;
use crate::model::EntityRef;
use std::collections::{BTreeMap, BTreeSet};

/// The certificates of servers, by their SHA-256.
const CERTIFICATES: &str = "certificates";

const FIELDS: &[(&str, Text)] = &[
    ("devices.certificates", Text::new("証明書（確認による）", "certificates by probe")),
    ("systems.certificates", Text::new("証明書（確認による）", "certificates by probe")),
];

/// What these attributes are called.
pub(super) fn fields() -> impl Iterator<Item = (String, Field)> {
    FIELDS
        .iter()
        .map(|(key, about)| ((*key).to_owned(), Field { about: about.clone(), names: false }))
}

/// What identifies each declared thing that answered: the certificates whose keys it proved to have.
pub(super) fn attributes(assessment: &Assessment) -> BTreeMap<EntityRef, Vec<Attribute>> {
    let mut shown: BTreeMap<&EntityRef, BTreeSet<&String>> = BTreeMap::new();
    for asked in assessment.topology.probed().asked.iter().filter(|it| it.is_open()) {
        let details = &asked.answer.details;
        let (Some(thing), Some(prints)) = (&asked.owner.thing, details.get("certificate-sha256"))
        else {
            continue;
        };
        // A certificate is public: whoever cannot use its key may have copied it.
        if !details.contains_key("certificate-key") {
            shown.entry(thing).or_default().extend(prints);
        }
    }
    let attribute = |prints: BTreeSet<&String>| Attribute {
        key: CERTIFICATES.to_owned(),
        value: prints.into_iter().cloned().collect(),
        source: Source::Observed,
    };
    shown.into_iter().map(|(thing, prints)| (thing.clone(), vec![attribute(prints)])).collect()
}
