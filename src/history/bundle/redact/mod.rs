//! Redaction for sharing: the inputs are written again with other names and addresses, and the
//! results are computed from them, so that a redacted bundle verifies like any other.
//!
//! | what | becomes |
//! |---|---|
//! | names of people, parties, sites, systems, devices … | a pseudonym, the same for the same |
//! | ids of parties, also inside other ids | a pseudonym |
//! | ids of things that are gone, in the record of changes | a pseudonym |
//! | domain names and mail addresses | others |
//! | names that people gave in configurations: of lists, objects, accounts, tunnels | a pseudonym |
//! | what configurations say of no connection, and what nobody can read of them | the first words |
//! | telephone, circuit and serial numbers | other digits |
//! | addresses | others with the same networks around them |
//! | free text, comments, descriptions | nothing |
//! | observations, journals of probes | left out |
//! | kinds, services, transports, dates, products, versions, rules | stay |

mod addresses;
mod edits;
mod hosts;
mod labels;
mod quiet;
mod trade;
mod words;

use super::super::{Material, Texts};
use crate::inventory::{Place, rewritten};
use crate::model::Date;
use crate::source::{FileId, SourceMap};
pub use addresses::Addresses;
use edits::{Edit, apply, everywhere, moved};
use quiet::{Fates, Quiet, facts, fates};
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
    "frequency",
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
    "syscontact",
    "syslocation",
    "contact-info",
    "prompt",
    "subject-name",
    "dn",
    "motd",
];
/// So often the words of lines that say nothing are given back where a reader needs them.
const ROUNDS: usize = 12;
/// Accounts that are called the same everywhere.
const EVERYBODY: &[&str] =
    &["admin", "administrator", "root", "user", "guest", "manager", "public"];

/// The inputs of a bundle with other names and addresses, for the day that it judged. The salt must be
/// new and be forgotten.
pub fn redact(
    material: &Material,
    texts: &Texts,
    as_of: Date,
    salt: [u8; 32],
) -> (Material, Texts) {
    let it = Redaction::of(material, texts, as_of, salt);
    // What is seen of the lines when only names are replaced must be seen when words are gone.
    let (plain, plain_texts) = it.with(&Quiet::default());
    let Ok(read) = plain.replay(&plain_texts, as_of) else { return (plain, plain_texts) };
    let (before, known): (Fates, _) = (fates(&read.evidence), facts(&read.evidence));
    let mut quiet = Quiet::of(&before, &read.evidence, &read.sources);
    for _ in 0..ROUNDS {
        let (other, other_texts) = it.with(&quiet);
        let Ok(read) = other.replay(&other_texts, as_of) else { break };
        if !quiet.settle(&before, &fates(&read.evidence)) {
            continue;
        }
        // What a rule may ask of a device is the same, or nothing more goes than names.
        return match facts(&read.evidence) == known {
            true => (other, other_texts),
            false => (plain, plain_texts),
        };
    }
    (plain, plain_texts)
}

/// What is known before anything is written again.
struct Redaction<'m> {
    material: &'m Material,
    texts: &'m Texts,
    addresses: Addresses,
    /// Names of the inventory, and those that it may share with configurations.
    words: Words,
    /// The same with names that only configurations have.
    names: Words,
}

impl<'m> Redaction<'m> {
    /// Learns the names, from everywhere.
    fn of(material: &'m Material, texts: &'m Texts, as_of: Date, salt: [u8; 32]) -> Self {
        let mut words = Words::new();
        let (sources, declared) = declared(material, texts);
        let mut gone: Vec<String> = Vec::new();
        for file in &declared {
            let _ = rewritten(&sources, *file, &mut |place, word| {
                if place.key && place.path.len() == 2 {
                    words.id(word);
                }
                gone.extend(past(place, word).map(str::to_owned));
                let _ = named(place, word, &mut words);
                String::new()
            });
        }
        for id in gone {
            if !words.is_id(&id) {
                words.other("gone", &id);
            }
        }
        let secrets = material.configurations.iter().flat_map(|it| &it.secrets);
        for owner in secrets.map(|it| it.owner.as_str()) {
            let letters = owner.chars().any(char::is_alphabetic);
            let everybodys = EVERYBODY.contains(&owner.to_lowercase().as_str());
            if letters && !everybodys && !trade::is_common(owner) {
                words.other("account", owner);
            }
        }
        let text = |it: &super::super::material::Configuration| texts.get(&it.sha256);
        let all: Vec<&str> = material.configurations.iter().filter_map(text).collect();
        for text in &all {
            labels::learn(text, &mut words);
        }
        let mut own = Vec::new();
        let bare = Material { observations: Vec::new(), journals: Vec::new(), ..material.clone() };
        if let Ok(read) = bare.replay(texts, as_of) {
            own = labels::structures(&read.evidence, &all, &mut words);
        }
        words.sort();
        // A file that is called like somebody or something.
        for it in &material.configurations {
            let name = it.name.rsplit('/').next().unwrap_or(&it.name).to_owned();
            if apply(&name, &everywhere(&name, &Addresses { salt }, &words)) != name {
                words.file(&name);
            }
        }
        words.sort();
        let mut names = words.clone();
        for (kind, name) in own {
            labels::unless_common(kind, &name, &mut names);
        }
        for text in &all {
            labels::inside(text, &mut names);
        }
        names.sort();
        Self { material, texts, addresses: Addresses { salt }, words, names }
    }

    /// Everything once more, with all names known.
    fn with(&self, quiet: &Quiet) -> (Material, Texts) {
        let Self { material, texts, addresses, words, names } = self;
        let (sources, declared) = declared(material, texts);
        let mut other_texts = Texts::default();
        // What was observed and probed is full of names of others; its findings go with it.
        let mut other =
            Material { observations: Vec::new(), journals: Vec::new(), ..(*material).clone() };
        let plain = |text: &str| apply(text, &everywhere(text, addresses, words));
        let inner = |text: &str| apply(text, &everywhere(text, addresses, names));
        for (it, file) in other.inventory.iter_mut().zip(&declared) {
            let text = rewritten(&sources, *file, &mut |place, word| {
                inventory_word(place, word, addresses, words, &plain)
            });
            it.name = plain(&it.name);
            it.sha256 = other_texts.add(text.unwrap_or_default());
        }
        for (at, it) in other.configurations.iter_mut().enumerate() {
            let text = texts.get(&it.sha256).unwrap_or_default();
            let masked: Vec<(usize, usize)> =
                it.secrets.iter().map(|it| (it.start as usize, it.end as usize)).collect();
            let quiet = quiet.places(at, text, &masked);
            let edits = configuration(text, addresses, names, quiet);
            it.sha256 = other_texts.add(apply(text, &edits));
            it.name = plain(&it.name);
            it.group = it.group.as_deref().map(plain);
            for secret in &mut it.secrets {
                secret.start = moved(secret.start, &edits);
                secret.end = moved(secret.end, &edits).max(secret.start);
                secret.owner = inner(&secret.owner);
            }
            for told in &mut it.remarks {
                told.message.ja = inner(&told.message.ja).into();
                told.message.en = inner(&told.message.en).into();
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
}

/// The files of the inventory.
fn declared(material: &Material, texts: &Texts) -> (SourceMap, Vec<FileId>) {
    let mut sources = SourceMap::new();
    let files = material.inventory.iter();
    let files = files.map(|it| {
        sources.add(it.name.as_str(), texts.get(&it.sha256).unwrap_or_default().to_owned())
    });
    let files = files.collect();
    (sources, files)
}

/// The id of a thing that may be gone: what was recorded of it stays in the inventory.
fn past<'w>(place: Place<'_>, word: &'w str) -> Option<&'w str> {
    let path: Vec<&str> = place.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["changes" | "confirmations", "thing"] | ["waivers", "subject"] if !place.key => {
            Some(word.split_once('/').map_or(word, |it| it.1))
        }
        ["same", "old" | "new"] if !place.key => Some(word),
        _ => None,
    }
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
        () if is(&["version"]) && place.path.first().is_some_and(|it| it == "documents") => {
            TAKEN_OUT.to_owned()
        }
        () if is(&["version", "model", "rule", "schema"]) => word.to_owned(),
        () if let Some(other) = past(place, word).and_then(|it| words.whole(it)) => {
            match word.split_once('/') {
                Some((kind, _)) => format!("{kind}/{other}"),
                None => other,
            }
        }
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
fn configuration(text: &str, addresses: &Addresses, words: &Words, quiet: Vec<Edit>) -> Vec<Edit> {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if let Some((from, to)) = told(bare) {
            taken.push((at + from, at + to));
        }
        at += line.len();
    }
    let clear = |start: usize, end: usize, taken: &[(usize, usize)]| {
        !taken.iter().any(|(from, to)| start < *to && end > *from)
    };
    // Of two that take from the same line the one that begins earlier takes more.
    taken.retain(|(start, end)| !quiet.iter().any(|it| it.start <= *start && it.end >= *end));
    let quiet: Vec<Edit> = quiet.into_iter().filter(|it| clear(it.start, it.end, &taken)).collect();
    let mut edits = everywhere(text, addresses, words);
    let gone = quiet.iter().map(|it| (it.start, it.end));
    let all: Vec<(usize, usize)> = taken.iter().copied().chain(gone).collect();
    edits.retain(|edit| clear(edit.start, edit.end, &all));
    edits.extend(quiet);
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

/// Where, in a line, the words begin and end that somebody wrote as they like.
fn told(line: &str) -> Option<(usize, usize)> {
    let text = line.trim_start();
    let lead = line.len() - text.len();
    if text.starts_with(['#', '!']) {
        let product = ["Rev", "config-version", "version", "RTX", "NVR", "FWX", "MAC Address"];
        let sign = text.len() - text.trim_start_matches(['#', '!', ' ']).len();
        let empty = text.len() == sign;
        let own = !empty && !product.iter().any(|it| text.contains(it));
        return own.then_some((lead + sign, line.len()));
    }
    // Its sign, which may stand on a later line, closes a banner.
    if let Some((kind, words)) = text.strip_prefix("banner ").and_then(|it| it.split_once(' ')) {
        let sign = if words.starts_with('^') { 2 } else { 1 };
        let from = lead + "banner ".len() + kind.len() + 1 + sign.min(words.len());
        let sign = words.get(..sign.min(words.len())).unwrap_or_default();
        let to = line.rfind(sign).filter(|it| *it >= from && !sign.is_empty());
        return (line.is_char_boundary(from) && from < line.len())
            .then_some((from, to.unwrap_or(line.len())));
    }
    if text.starts_with("ip route ") || text.starts_with("ipv6 route ") {
        let name = line.find(" name ").map(|it| it + " name ".len());
        return name.filter(|it| *it < line.len()).map(|it| (it, line.len()));
    }
    let mut at = lead;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        at += word.len();
        if DESCRIBING.contains(&bare.to_lowercase().as_str()) && at < line.len() {
            return Some((at, line.len()));
        }
    }
    None
}
