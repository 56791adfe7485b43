//! The last guard of secrets: whatever looks like one is masked, whether or not a reader knew the line.

use super::coverage::Fate;
use super::notes::Notes;
use crate::source::{FileId, Span};

/// Words after which a secret stands, on every line. Compared in lower case, without `-` and `_`.
const ALWAYS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "psk",
    "psksecret",
    "presharedkey",
    "presharedsecret",
    "sharedkey",
    "sharedsecret",
    "keystring",
    "community",
    "privatekey",
    "authpassword",
    "privpassword",
    "authpwd",
    "privpwd",
    "ftppassword",
    "wpapassphrase",
    "authenticationkey",
    "encryptionkey",
    "privatekeydata",
    "asciitext",
    "hexadecimal",
    "pinsecret",
    "userpassword",
    "managersecret",
    "localauthentication",
];
/// Words after which a secret may stand, on lines that nobody understood.
const PERHAPS: &[&str] =
    &["key", "pass", "token", "auth", "pin", "authpass", "credential", "hash", "md5", "sha"];
/// Words between such a word and the secret.
const BETWEEN: &[&str] = &[
    "0",
    "5",
    "6",
    "7",
    "8",
    "9",
    "enc",
    "encrypted",
    "text",
    "plain",
    "cipher",
    "hidden",
    "ascii",
    "hex",
    "char",
    "string",
    "clear",
    "ro",
    "rw",
    "simple",
    "sha256",
    "sha512",
    "md5",
    "=",
    ":",
    "->",
    "encrypt",
    "readonly",
    "readwrite",
    "on",
    "user",
];

/// Marks what looks like a secret in the whole text. Lines that were understood are trusted a
/// little more.
pub(super) fn sweep(file: FileId, text: &str, notes: &mut Notes) {
    let mut start = 0_usize;
    let mut key = false;
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let line = raw.trim_end_matches(['\n', '\r']);
        let known = notes.fates.get(number).is_some_and(|fate| *fate != Fate::Unrecognized);
        if line.contains("-----END") {
            key = false;
        } else if key {
            notes.masks.push(place(file, start, start + line.len()));
        } else if line.contains("-----BEGIN") {
            key = line.contains("KEY") && !line.contains("PUBLIC");
        } else {
            sweep_line(file, line, start, known, notes);
        }
        start += raw.len();
    }
}

fn place(file: FileId, start: usize, end: usize) -> Span {
    Span { file, start: start as u32, end: end as u32 }
}

/// One line: every word after a telling one.
fn sweep_line(file: FileId, line: &str, start: usize, known: bool, notes: &mut Notes) {
    let mut expected = false;
    for (from, to) in tokens(line) {
        let word = &line[from..to];
        let plain: String =
            word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect();
        if expected && !BETWEEN.contains(&plain.as_str()) {
            notes.masks.push(place(file, start + from, start + to));
            expected = false;
        } else if ALWAYS.contains(&plain.as_str()) || (!known && PERHAPS.contains(&plain.as_str()))
        {
            expected = true;
        } else if !known && looks_random(word) {
            notes.masks.push(place(file, start + from, start + to));
        }
    }
}

/// The parts of a line between blanks, quotes and the punctuation of `key=value` and `"key": "value"`.
fn tokens(line: &str) -> Vec<(usize, usize)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut quote = None;
    let mut from = None;
    let mut equal = false;
    for (index, c) in line.char_indices() {
        let ends = match quote {
            Some(open) => c == open,
            None => {
                c.is_whitespace()
                    || matches!(c, '"' | '\'' | ',' | ';' | '{' | '}' | '[' | ']')
                    || (c == '=' || c == ':') && !equal
            }
        };
        if ends {
            if let Some(from) = from.take() {
                tokens.push((from, index));
                // Behind a key `=` and `:` belong to the value: base64 ends with them.
                equal = c == '=' || c == ':';
            }
            match quote {
                Some(_) => quote = None,
                None if c == '"' || c == '\'' => quote = Some(c),
                None => {}
            }
            if c.is_whitespace() {
                equal = false;
            }
        } else if from.is_none() {
            from = Some(index);
        }
        at = index + c.len_utf8();
    }
    tokens.extend(from.map(|from| (from, at)));
    tokens
}

/// A long run of hexadecimal digits or base64, which nobody types as a name.
fn looks_random(word: &str) -> bool {
    let hexadecimal = word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letters =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'$' | b'.');
    let base64 = word.len() >= 40
        && word.bytes().all(letters)
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_uppercase());
    let crypt = word.len() >= 12 && word.starts_with('$') && word.matches('$').count() >= 2;
    hexadecimal || base64 || crypt
}

/// Whether everybody tries this first: it is empty, comes with the product, or is the name of its owner.
pub(super) fn is_guessable(secret: &str, owner: &str) -> bool {
    const TRIED: &[&str] = &[
        "",
        "public",
        "private",
        "admin",
        "administrator",
        "password",
        "passw0rd",
        "p@ssw0rd",
        "root",
        "cisco",
        "yamaha",
        "doremi",
        "manager",
        "friend",
        "secret",
        "guest",
        "user",
        "test",
        "default",
        "changeme",
        "fortinet",
        "juniper",
        "12345",
        "123456",
        "12345678",
        "1234",
        "0000",
        "1111",
        "000000",
        "111111",
        "qwerty",
        "letmein",
        "nec",
        "allied",
    ];
    let plain = secret.to_lowercase();
    TRIED.contains(&plain.as_str()) || (!owner.is_empty() && plain == owner.to_lowercase())
}
