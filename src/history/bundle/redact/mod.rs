//! Redaction for sharing: the inputs are written again with other names and addresses, and the
//! results are computed from them, so that a redacted bundle verifies like any other.
//!
//! | what | becomes |
//! |---|---|
//! | names of people, parties, sites, systems, devices … | a pseudonym, the same for the same |
//! | ids of parties, also inside other ids | a pseudonym |
//! | names of certificates and tunnels, serial numbers of tokens, in configurations | a pseudonym |
//! | telephone, circuit and serial numbers | other digits |
//! | addresses | others with the same networks around them |
//! | free text, comments, descriptions | nothing |
//! | observations, journals of probes | left out |
//! | kinds, services, transports, dates, products, versions, rules | stay |

mod addresses;
mod edits;
mod labels;
mod words;

use super::super::{Material, Texts};
use crate::inventory::{Place, rewritten};
use crate::source::SourceMap;
pub use addresses::Addresses;
use edits::{Edit, apply, everywhere, moved};
use words::Words;

/// What stands instead of a text that anybody may have written anything into.
const TAKEN_OUT: &str = "redacted";

/// The keys under which people write as they like.
const FREE: &[&str] = &[
    "note",
    "reason",
    "compensating",
    "demarcation",
    "location",
    "onu",
    "cut_procedure",
    "address",
    "vulnerability_source",
    "hours",
    "role",
    "revision",
];
/// The keys of numbers by which somebody is known.
const NUMBERS: &[&str] = &["phone", "telephone", "circuit_id"];
/// The keys of names, and what the pseudonym is called.
const NAMES: &[(&str, &str)] = &[
    ("by", "person"),
    ("approved_by", "person"),
    ("email", "mail"),
    ("provider", "carrier"),
    ("ref", "contract"),
    ("contract", "contract"),
    ("ssid", "wireless"),
    ("serial", "serial"),
];
/// Names of what stands under a key.
const NAMED: &[(&str, &str)] = &[
    ("organization", "hospital"),
    ("sites", "site"),
    ("zones", "zone"),
    ("parties", "party-name"),
    ("circuits", "circuit"),
    ("devices", "device"),
    ("systems", "system"),
    ("connections", "connection"),
    ("backups", "backup"),
    ("credential_groups", "group"),
    ("documents", "document"),
    ("taps", "tap"),
];
/// Words of configurations behind which people write as they like, to the end of the line.
const DESCRIBING: &[&str] = &[
    "description",
    "comment",
    "comments",
    "alias",
    "remark",
    "hostname",
    "host-name",
    "sysname",
    "contact",
    "location",
    "banner",
    "snmp-location",
    "snmp-contact",
    "sysdescr",
];
/// Accounts that are called the same everywhere.
const EVERYBODY: &[&str] =
    &["admin", "administrator", "root", "user", "guest", "manager", "public"];

/// The inputs of a bundle with other names and addresses. The salt must be new and be forgotten.
pub fn redact(material: &Material, texts: &Texts, salt: [u8; 32]) -> (Material, Texts) {
    let addresses = Addresses { salt };
    let mut words = Words::new();
    let mut sources = SourceMap::new();
    let declared: Vec<_> = material
        .inventory
        .iter()
        .map(|it| {
            sources.add(it.name.as_str(), texts.get(&it.sha256).unwrap_or_default().to_owned())
        })
        .collect();
    // The names first, from everywhere; then every text with all of them known.
    for file in &declared {
        let _ = rewritten(&sources, *file, &mut |place, word| {
            let _ = named(place, word, &mut words);
            String::new()
        });
    }
    let secrets = material.configurations.iter().flat_map(|it| &it.secrets);
    for owner in secrets.map(|it| it.owner.as_str()) {
        let letters = owner.chars().any(char::is_alphabetic);
        if letters && !EVERYBODY.contains(&owner.to_lowercase().as_str()) {
            words.other("account", owner);
        }
    }
    for it in &material.configurations {
        labels::learn(texts.get(&it.sha256).unwrap_or_default(), &mut words);
    }
    words.sort();
    let mut other_texts = Texts::default();
    // What was observed and probed is full of names of others; its findings go with it.
    let mut other = Material { observations: Vec::new(), journals: Vec::new(), ..material.clone() };
    let plain = |text: &str| apply(text, &everywhere(text, &addresses, &words));
    for (it, file) in other.inventory.iter_mut().zip(&declared) {
        let text = rewritten(&sources, *file, &mut |place, word| {
            inventory_word(place, word, &addresses, &words, &plain)
        });
        it.name = plain(&it.name);
        it.sha256 = other_texts.add(text.unwrap_or_default());
    }
    for it in &mut other.configurations {
        let text = texts.get(&it.sha256).unwrap_or_default();
        let edits = configuration(text, &addresses, &words);
        it.sha256 = other_texts.add(apply(text, &edits));
        it.name = plain(&it.name);
        it.group = it.group.as_deref().map(plain);
        for secret in &mut it.secrets {
            secret.start = moved(secret.start, &edits);
            secret.end = moved(secret.end, &edits).max(secret.start);
            secret.owner = plain(&secret.owner);
        }
        for told in &mut it.remarks {
            told.message.ja = plain(&told.message.ja).into();
            told.message.en = plain(&told.message.en).into();
        }
        if let Some(named) = &mut it.named {
            named.device = plain(&named.device);
            named.path = plain(&named.path);
        }
    }
    for it in &mut other.unread {
        it.name = plain(&it.name);
        it.why.message.ja = plain(&it.why.message.ja).into();
        it.why.message.en = plain(&it.why.message.en).into();
        if let Some(named) = &mut it.named {
            named.device = plain(&named.device);
            named.path = plain(&named.path);
        }
    }
    (other, other_texts)
}

/// The pseudonym of a word, if it is a name; it is then known everywhere.
fn named(place: Place<'_>, word: &str, words: &mut Words) -> Option<String> {
    let path: Vec<&str> = place.path.iter().map(String::as_str).collect();
    let kind = match (path.as_slice(), place.key) {
        (["parties", _], true) if !words.is_vocabulary(word) => "party",
        (_, true) | ([.., "os", "name"], _) => return None,
        (["waivers", "owner"], _) => "person",
        ([.., "contacts" | "contact" | "security_officer" | "approver" | "tester", "name"], _)
        | ([.., "vendor_notice", "to"], _) => "person",
        ([top, .., "name"], _) => {
            NAMED.iter().find(|(key, _)| key == top).map(|(_, kind)| *kind)?
        }
        ([.., last], _) => NAMES.iter().find(|(key, _)| key == last).map(|(_, kind)| *kind)?,
        _ => return None,
    };
    Some(words.other(kind, word))
}

/// Whether a name stands here.
fn is_name(place: Place<'_>) -> bool {
    named(place, "", &mut Words::default()).is_some()
}

/// What stands instead of a word of an inventory.
fn inventory_word(
    place: Place<'_>,
    word: &str,
    addresses: &Addresses,
    words: &Words,
    plain: &dyn Fn(&str) -> String,
) -> String {
    let last = place.path.last().map(String::as_str).unwrap_or_default();
    let is = |list: &[&str]| !place.key && list.contains(&last);
    match () {
        () if last == "hours" && word == "24h" => word.to_owned(),
        () if is(FREE) => TAKEN_OUT.to_owned(),
        // That of a connection is one of a list; elsewhere anybody writes what it is for.
        () if is(&["purpose"]) && !words.is_vocabulary(word) => TAKEN_OUT.to_owned(),
        () if is(NUMBERS) => addresses.digits(word),
        () if is(&["version", "model", "rule", "schema"]) => word.to_owned(),
        // That of a device is a maker, as everybody knows it; that of a system is a party.
        () if is(&["vendor"]) && words.whole(word).is_none() => word.to_owned(),
        () if words.is_vocabulary(word) && !is_name(place) => word.to_owned(),
        // A name is one whole, however short.
        () => words
            .whole(word)
            .filter(|_| !place.key || place.path.len() == 2)
            .unwrap_or_else(|| plain(word)),
    }
}

/// What must change in a configuration: everything that must change anywhere, what people wrote
/// behind telling words, and comments but for those that name the product.
fn configuration(text: &str, addresses: &Addresses, words: &Words) -> Vec<Edit> {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some(from) = told(bare) {
            taken.push((at + from, at + bare.len()));
        }
        at += line.len();
    }
    let mut edits = everywhere(text, addresses, words);
    edits.retain(|edit| !taken.iter().any(|(start, end)| edit.start < *end && edit.end > *start));
    edits.extend(taken.into_iter().map(|(start, end)| {
        let rest = text.get(start..end).unwrap_or_default();
        let quoted = rest.starts_with('"');
        let closed = if rest.ends_with(';') { ";" } else { "" };
        let other = if quoted {
            format!("\"{TAKEN_OUT}\"{closed}")
        } else {
            format!("{TAKEN_OUT}{closed}")
        };
        Edit { start, end, other }
    }));
    edits.sort_by_key(|it| it.start);
    edits
}

/// Where, in a line, the words begin that somebody wrote as they like.
fn told(line: &str) -> Option<usize> {
    let text = line.trim_start();
    let lead = line.len() - text.len();
    if text.starts_with(['#', '!']) {
        let product = ["Rev", "config-version", "version", "RTX", "NVR", "FWX", "MAC Address"];
        let sign = text.len() - text.trim_start_matches(['#', '!', ' ']).len();
        let empty = text.len() == sign;
        return (!empty && !product.iter().any(|it| text.contains(it))).then_some(lead + sign);
    }
    let mut at = lead;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        at += word.len();
        if DESCRIBING.contains(&bare.to_lowercase().as_str()) && at < line.len() {
            return Some(at);
        }
    }
    None
}
