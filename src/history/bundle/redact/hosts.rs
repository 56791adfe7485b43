//! Domain names and mail addresses: whose they are is read off them, wherever they stand.

use super::addresses::Addresses;
use super::words::Words;

/// Endings behind which a word with dots is a domain name and no file, version or interface.
const ENDINGS: &[&str] = &[
    "jp",
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "info",
    "biz",
    "io",
    "cloud",
    "app",
    "dev",
    "co",
    "us",
    "uk",
    "eu",
    "de",
    "fr",
    "cn",
    "kr",
    "tw",
    "hk",
    "sg",
    "au",
    "local",
    "localdomain",
    "lan",
    "internal",
    "intra",
    "intranet",
    "corp",
    "home",
    "private",
    "ad",
    "example",
    "test",
    "invalid",
];

/// Services of makers and of everybody: what a name there is for must stay legible.
const WELL_KNOWN: &[&str] = &[
    "fortinet.com",
    "fortinet.net",
    "fortiddns.com",
    "float-zone.com",
    "fortidyndns.com",
    "netvolante.jp",
    "yamaha.co.jp",
    "cisco.com",
    "meraki.com",
    "juniper.net",
    "ntp.org",
    "nict.jp",
    "windows.com",
    "microsoft.com",
    "google.com",
    "apple.com",
];

/// The domain name or mail address that begins at this place: its length, and what stands instead.
pub(super) fn at(
    text: &str,
    at: usize,
    addresses: &Addresses,
    words: &Words,
) -> Option<(usize, String)> {
    let part = |c: char| c.is_ascii_alphanumeric() || "._%+-@".contains(c);
    if text.get(..at)?.chars().next_back().is_some_and(part) {
        return None;
    }
    let rest = text.get(at..)?;
    let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
    let token = rest.get(..end)?.trim_end_matches(['.', '-', '_', '+', '%', '@']);
    if let Some((person, host)) = token.split_once('@') {
        let is_mail = !person.is_empty() && host.contains('.') && labels(host).is_some();
        let other = || format!("mail-{}@{}", addresses.tag(person), instead(host, addresses));
        return is_mail.then(|| (token.len(), other()));
    }
    let labels = labels(token)?;
    let ending = labels.last()?.to_lowercase();
    // `vpn1.lan` is an interface of a device of the inventory.
    let reference = labels.len() == 2 && labels.first().is_some_and(|it| words.is_id(it));
    let named = labels.len() > 1 && !reference && ENDINGS.contains(&ending.as_str());
    named.then(|| (token.len(), instead(token, addresses)))
}

/// The parts of a name between its dots, when it may be one of a host.
fn labels(token: &str) -> Option<Vec<&str>> {
    let labels: Vec<&str> = token.split('.').collect();
    let sound = |it: &&str| !it.is_empty() && !it.contains(['@', '%', '+']);
    let letters = labels.last().is_some_and(|it| it.chars().all(|it| it.is_ascii_alphabetic()));
    (letters && labels.iter().all(sound)).then_some(labels)
}

fn instead(host: &str, addresses: &Addresses) -> String {
    let lower = host.to_lowercase();
    let known = WELL_KNOWN
        .iter()
        .find(|it| lower.strip_suffix(**it).is_some_and(|it| it.is_empty() || it.ends_with('.')));
    match known {
        Some(known) if lower == **known => host.to_owned(),
        Some(known) => format!("host-{}.{known}", addresses.tag(&lower)),
        None => format!("host-{}.example", addresses.tag(&lower)),
    }
}
