//! Secrets never leave. `tests/config/<format>/secrets.template` is a configuration with a
//! placeholder in every secret position of the format (a format of several dialects has a template
//! for each, `secrets_<dialect>.template`): `{S0}` a word, `{B0}` base64 of 32 bytes,
//! `{H0}` 40 hexadecimal digits, `{N0}` ten digits. Random secrets are planted, and nothing that
//! anybody can see may hold one of them.

use super::facts;
use crate::support::{read, root, today};
use sekisho::audit::audit;
use sekisho::config::FORMATS;
use sekisho::evidence::EvidenceSet;
use sekisho::locale::Lang;
use sekisho::report::{self, Report};
use sekisho::source::{Style, render};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Formats without any secret position.
const WITHOUT_SECRETS: &[&str] = &["iptables", "nftables", "linux"];

/// Small, well distributed, and the same on every machine (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize
    }

    fn from(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| alphabet[self.next() % alphabet.len()] as char).collect()
    }

    fn secret(&mut self, kind: u8) -> String {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        const ODD: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMN23456789-_.+@%^~/=";
        const BASE64: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
        match kind {
            b'B' => self.from(BASE64, 43) + "=",
            b'H' => self.from(b"0123456789abcdef", 40),
            b'N' => self.from(b"0123456789", 10),
            _ => {
                let length = 10 + self.next() % 9;
                let odd = self.next().is_multiple_of(3);
                self.from(LETTERS, 1) + &self.from(if odd { ODD } else { LETTERS }, length)
            }
        }
    }
}

/// The template with secrets planted, and the secrets by placeholder.
fn planted(template: &str, seed: u64) -> (String, BTreeMap<String, String>) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut secrets = BTreeMap::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let name = rest[open + 1..].split('}').next().unwrap_or_default();
        let is_placeholder = name.len() >= 2
            && matches!(name.as_bytes()[0], b'S' | b'B' | b'H' | b'N')
            && name[1..].bytes().all(|byte| byte.is_ascii_digit());
        text.push_str(&rest[..open]);
        if is_placeholder {
            let kind = name.as_bytes()[0];
            let secret =
                secrets.entry(name.to_owned()).or_insert_with(|| random.secret(kind)).clone();
            text.push_str(&secret);
            rest = &rest[open + 2 + name.len()..];
        } else {
            text.push('{');
            rest = &rest[open + 1..];
        }
    }
    text.push_str(rest);
    (text, secrets)
}

const INVENTORY: &str = "schema: 1\norganization: {name: 試験病院}\nzones: {lan: {name: 院内, kind: clinical, networks: [10.0.0.0/8]}}\n";

/// Everything that anybody can see of a configuration.
fn everything(format: &str, text: &str) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let (sources, config) = super::read("device.conf", text.as_bytes());
    for file in sources.ids() {
        seen.push(("the masked text".to_owned(), sources.file(file).text().to_owned()));
    }
    if let Some(config) = &config {
        seen.push(("the facts".to_owned(), facts::of(&sources, config)));
        seen.push(("the debug output".to_owned(), format!("{config:?}")));
        for lang in [Lang::Ja, Lang::En] {
            for remark in &config.remarks {
                let style = Style { lang, colour: false };
                seen.push(("a remark".to_owned(), render(remark, &sources, style)));
            }
        }
    } else {
        seen.push(("not recognised".to_owned(), String::new()));
    }
    let (mut sources, reading) = read(INVENTORY);
    let mut evidence = EvidenceSet::default();
    evidence.add(&mut sources, &format!("{format}.conf"), text.as_bytes(), None, None);
    for device in &evidence.devices {
        for file in &device.files {
            let read = report::device::Read { sources: &sources, file, config: &device.config };
            for lang in [Lang::Ja, Lang::En] {
                let text = report::device::text(read, lang, 200);
                seen.push(("the configuration in words".to_owned(), text));
            }
            let json = report::device::json(&[read]).to_string();
            seen.push(("the configuration as JSON".to_owned(), json));
        }
    }
    let assessment = audit(reading.inventory, evidence, today());
    for lang in [Lang::Ja, Lang::En] {
        for format in report::FORMATS {
            let report = Report { assessment: &assessment, sources: &sources, drawing: None, lang };
            let mut bytes = Vec::new();
            (format.write)(&report, &mut bytes).expect("a report");
            seen.push((format!("report {}", format.id), String::from_utf8(bytes).expect("UTF-8")));
        }
    }
    seen
}

/// The templates of a format.
fn templates(format: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/config").join(format);
    let entries = fs::read_dir(folder).into_iter().flatten().map(|it| it.expect("an entry").path());
    let mut paths: Vec<_> =
        entries.filter(|it| it.extension().is_some_and(|it| it == "template")).collect();
    paths.sort();
    paths
}

#[test]
fn no_secret_of_any_format_is_ever_shown() {
    let mut wrong = Vec::new();
    for format in FORMATS {
        let templates = templates(format.id);
        let read = super::fixtures().iter().any(|(id, ..)| id == format.id);
        if templates.is_empty() && read && !WITHOUT_SECRETS.contains(&format.id) {
            wrong.push(format!("{} has no secrets.template", format.id));
        }
        for (seed, path) in (1..=4).flat_map(|seed| templates.iter().map(move |it| (seed, it))) {
            let template = fs::read_to_string(path).expect("a template");
            let (text, secrets) = planted(&template, seed);
            assert!(!secrets.is_empty(), "{} plants nothing", path.display());
            // Whole, damaged in the middle, and without its beginning: then nobody knows the format.
            let middle = text.len() / 2;
            let middle = (middle..).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            // What a terminal still shows begins with a whole line.
            let line = text[middle..].find('\n').map_or(middle, |at| middle + at + 1);
            let broken = text.replace(['!', '#'], "?");
            for (how, text) in [
                ("whole", &*text),
                ("cut", &text[..middle]),
                ("headless", &text[line..]),
                ("bent", &broken),
            ] {
                for (place, shown) in everything(format.id, text) {
                    if how == "whole" && place == "not recognised" {
                        wrong.push(format!("{}: the template is not recognised", format.id));
                    }
                    for (name, secret) in &secrets {
                        // Reports escape some characters.
                        let plain: &str = secret
                            .split(|c: char| !c.is_ascii_alphanumeric())
                            .max_by_key(|part| part.len())
                            .unwrap_or(secret);
                        if shown.contains(secret.as_str())
                            || (plain.len() >= 8 && shown.contains(plain))
                        {
                            let line =
                                template.lines().find(|it| it.contains(&format!("{{{name}}}")));
                            wrong.push(format!(
                                "{} ({how}): {place} shows {{{name}}} of: {}",
                                format.id,
                                line.unwrap_or_default().trim()
                            ));
                        }
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_secret_alone_is_masked_without_its_block() {
    for line in [
        "set secret ENC {}",
        "set psksecret ENC {}",
        "set psksecret {}",
        "set passwd {}",
        "    set passwd ENC {}",
        "set login-passwd {}",
        "set group-password {}",
        "set ppk-secret {}",
        "authentication md5 1 key \"{}\"",
        "            md5 1 key \"$9${}\"; ## SECRET-DATA",
        "pre-shared-key ascii-text \"$9${}\"; ## SECRET-DATA",
        "set security ike policy a pre-shared-key ascii-text {}",
    ] {
        for around in
            ["", "config system interface\n edit wan1\n next\nend\n", "set version 20.4\n"]
        {
            let secret = "Kumonosu7mine";
            let text = format!("{around}{}\n", line.replace("{}", secret));
            for (place, shown) in everything("alone", &text) {
                assert!(!shown.contains(secret), "{place} shows: {text}");
            }
        }
    }
}
