//! The last guard of secrets: whatever looks like one is masked, whether or not a reader knew the line.

use super::coverage::Fate;
use super::notes::Notes;
use crate::source::{FileId, Span};

/// Words after which a secret stands, on every line. Compared in lower case, without `-` and `_`.
static ALWAYS: List = List::of(&[
    "pw",
    "pwd",
    "simplepassword",
    "localpassword",
    "defaultchapsecret",
    "trapgroup",
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
    "ldaploginpassword",
    "messagedigestkey",
]);
/// Japanese words of lines that tell a secret, in comments above all.
const TELLING: &[&str] = &["パスワード", "暗証", "合言葉", "共有鍵", "秘密"];
/// Words after which a secret may stand, on lines that nobody understood.
static PERHAPS: List = List::of(&[
    "key",
    "pass",
    "token",
    "auth",
    "pin",
    "authpass",
    "priv",
    "credential",
    "hash",
    "md5",
    "sha",
    "enc",
]);
/// Ends of words after which a secret may stand, on lines that nobody understood (`login-passwd`).
const PERHAPS_ENDING: &[&str] = &["password", "passwd", "passphrase", "secret", "pwd", "psk"];
/// Words between such a word and the secret.
static BETWEEN: List = List::of(&[
    "asciitext",
    "hexadecimal",
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
    "sha",
    "aes",
    "128",
    "192",
    "256",
    "address",
    "hostname",
    "host",
    "id",
    "fqdn",
    "ip",
]);

/// Marks what looks like a secret in the whole text. Lines that were understood are trusted a
/// little more.
pub(super) fn sweep(file: FileId, text: &str, notes: &mut Notes) {
    let mut start = 0_usize;
    let mut key = false;
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let line = raw.trim_end_matches(['\n', '\r']);
        let known = notes.fates.get(number).is_some_and(|fate| {
            // What another command printed, or seems to have printed, nobody has read.
            *fate == Fate::Understood
        });
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
    for (from, to) in passwords_of_addresses(line) {
        notes.masks.push(place(file, start + from, start + to));
    }
    let mut expected = false;
    let told = !known && TELLING.iter().any(|word| line.contains(word));
    for (from, to) in Tokens::of(line) {
        let word = &line[from..to];
        if word.contains(char::is_whitespace) {
            sweep_quoted(file, word, start + from, known, notes);
        }
        if told && word.len() >= 4 && word.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            notes.masks.push(place(file, start + from, start + to));
            continue;
        }
        // The number of a key before it, on lines whose secrets a reader has marked.
        let number = known && word.len() <= 3 && word.bytes().all(|it| it.is_ascii_digit());
        if expected && !number && !BETWEEN.has(word) {
            notes.masks.push(place(file, start + from, start + to));
            // `local-authentication pre-shared-key S`: the secret may still come.
            expected = ALWAYS.has(word);
        } else if ALWAYS.has(word) || (!known && may_announce(word)) {
            expected = true;
        } else if !known && looks_random(word) {
            notes.masks.push(place(file, start + from, start + to));
        }
    }
}

/// Where passwords stand in addresses of the kind `scheme://user:password@host` (RFC 3986, 3.2.1).
/// Passwords are written as they are, too, with `/` and `@` in them.
fn passwords_of_addresses(line: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    line.match_indices("://").filter_map(|(at, scheme)| {
        let start = at + scheme.len();
        let rest = line.get(start..)?;
        let end = |it: char| it.is_whitespace() || matches!(it, '"' | '\'');
        let address = rest.get(..rest.find(end).unwrap_or(rest.len()))?;
        let (before, _) = address.rsplit_once('@')?;
        let (user, _) = before.split_once(':').filter(|(user, _)| !user.contains('/'))?;
        Some((start + user.len() + 1, start + before.len()))
    })
}

/// Whether a secret may stand behind a word of a line that nobody understood.
fn may_announce(word: &str) -> bool {
    let ends = |end: &&str| {
        let at = word.len().checked_sub(end.len());
        at.and_then(|at| word.get(at..)).is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    PERHAPS.has(word) || PERHAPS_ENDING.iter().any(ends)
}

/// A quoted text of several words: what stands behind a telling one.
fn sweep_quoted(file: FileId, text: &str, start: usize, known: bool, notes: &mut Notes) {
    let mut at = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '=' | ':')) {
        let bare = word.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
        if ALWAYS.has(bare) {
            notes.masks.push(place(file, start + at + word.len(), start + text.len()));
            return;
        }
        if !known && looks_random(bare) {
            notes.masks.push(place(file, start + at, start + at + bare.len()));
        }
        at += word.len();
    }
}

/// A list of words in lower case without hyphens.
struct List {
    words: &'static [&'static str],
    /// The lengths of the words by their first letter, one bit each: most words of a configuration
    /// are told apart from all of the list by this alone.
    lengths: [u64; 256],
}

impl List {
    const fn of(words: &'static [&'static str]) -> Self {
        let mut lengths = [0; 256];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            lengths[word[0] as usize] |= 1 << word.len();
            at += 1;
        }
        Self { words, lengths }
    }

    /// Whether a word is in the list, whatever its case and without its hyphens.
    fn has(&self, word: &str) -> bool {
        const LONGEST: usize = 32;
        let plain = || {
            let kept = word.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
            kept.map(|byte| byte.to_ascii_lowercase())
        };
        let first = plain().next().filter(|_| word.len() <= LONGEST);
        let lengths = first.map_or(0, |first| self.lengths[first as usize]);
        lengths & (1 << plain().count().min(63)) != 0
            && self.words.iter().any(|known| plain().eq(known.bytes()))
    }
}

/// The parts of a line between blanks, quotes and the punctuation of `key=value` and `"key": "value"`.
struct Tokens<'t> {
    line: &'t str,
    at: usize,
    quote: Option<u8>,
    /// Whether the value of `key=value` comes: there `=` and `:` belong to it, base64 ends with them.
    value: bool,
}

impl<'t> Tokens<'t> {
    fn of(line: &'t str) -> Self {
        Self { line, at: 0, quote: None, value: false }
    }
}

impl Iterator for Tokens<'_> {
    type Item = (usize, usize);

    // Every byte that ends a part is ASCII, so that parts begin and end between characters.
    fn next(&mut self) -> Option<(usize, usize)> {
        let bytes = self.line.as_bytes();
        let mut from = None;
        while let Some(&byte) = bytes.get(self.at) {
            let ends = match self.quote {
                Some(open) => byte == open,
                None => match byte {
                    b'=' | b':' => !self.value,
                    b'"' | b'\'' | b',' | b';' | b'{' | b'}' | b'[' | b']' => true,
                    _ => byte.is_ascii_whitespace(),
                },
            };
            if !ends {
                from = from.or(Some(self.at));
                self.at += 1;
                continue;
            }
            if let Some(from) = from {
                // The byte that ends the part is looked at again.
                if self.quote.is_some() {
                    self.quote = None;
                    self.at += 1;
                    return Some((from, self.at - 1));
                }
                self.value = false;
                return Some((from, self.at));
            }
            match self.quote {
                Some(_) => self.quote = None,
                None if byte == b'"' || byte == b'\'' => self.quote = Some(byte),
                None if byte == b'=' || byte == b':' => self.value = true,
                None if byte.is_ascii_whitespace() => self.value = false,
                None => {}
            }
            self.at += 1;
        }
        from.map(|from| (from, self.at))
    }
}

/// Whether a word of a line that no reader took to pieces may be a secret: letters and digits mixed
/// as nobody names a thing, a long run of hexadecimal digits or base64, credentials in an address of
/// the web. Rather too many words are masked than one too few; names of interfaces, addresses,
/// dates and versions stay.
fn looks_random(word: &str) -> bool {
    if word.contains("://") {
        return word.contains('@') || word.contains('?');
    }
    let count = |is: fn(&u8) -> bool| word.bytes().filter(&is).count();
    let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
    let hexadecimal = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if word.len() >= 32 && (hexadecimal || digits > 0) {
        return true;
    }
    if word.starts_with('$') && word.matches('$').count() >= 2 {
        return true;
    }
    // Letters that jump between cases more often than in names: `qWErtYuiOp`.
    let jumps = word.as_bytes().windows(2).filter(|pair| {
        matches!(pair, [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            && a.is_ascii_uppercase() != b.is_ascii_uppercase())
    });
    if word.len() >= 8 && jumps.count() >= 3 && !is_camel_case(word) {
        return true;
    }
    if word.len() < 8 || letters < 3 || digits == 0 || is_plain(word) {
        return false;
    }
    word.split(|c: char| !c.is_alphanumeric()).any(is_mixed)
}

/// Whether every capital begins a word: `TenGigabitEthernet1/0`.
fn is_camel_case(word: &str) -> bool {
    let bytes = word.as_bytes();
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    let capital = |(_, byte): &(usize, &u8)| byte.is_ascii_uppercase();
    bytes.iter().enumerate().filter(capital).all(|(at, _)| lower(at + 1) && lower(at + 2))
}

/// Whether letters and digits stand mixed as in no name: not `aes256`, `GigabitEthernet0`, `3des`,
/// `0x1f`.
fn is_mixed(part: &str) -> bool {
    let (letters, digits) = (u8::is_ascii_alphabetic, u8::is_ascii_digit);
    let behind = part.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let counted = behind.bytes().all(|byte| digits(&byte));
    let before = part.trim_start_matches(|c: char| c.is_ascii_digit());
    let unit = part.len() <= 6 && before.bytes().all(|byte| letters(&byte));
    let number = part.starts_with("0x") && part.len() <= 10;
    part.len() >= 4 && !counted && !unit && !number && part.bytes().any(|byte| letters(&byte))
}

/// Addresses, MAC addresses, dates and times.
fn is_plain(word: &str) -> bool {
    let address = word.trim_end_matches(['.', ',']).split(['/', '-', '%']).all(|part| {
        part.parse::<std::net::IpAddr>().is_ok() || part.bytes().all(|byte| byte.is_ascii_digit())
    });
    let groups = |sign: char| {
        word.split(sign).count() >= 3
            && word
                .split(sign)
                .all(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    address || groups(':') || groups('-') || groups('.')
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

#[cfg(test)]
mod tests {
    use super::looks_random;

    #[test]
    fn names_stay_and_secrets_go() {
        for name in [
            "GigabitEthernet0/1",
            "TenGigabitEthernet1/0/1",
            "ISAKMP-PROFILE-FOR-R3",
            "aes128-sha256-modp2048",
            "2001:db8::1/64",
            "00:a0:de:12:34:56",
            "203.0.113.10-203.0.113.20",
            "2026-11-20",
            "15.02.31",
            "0x1/0xff",
            "policy-statement",
            "https://example.com/path",
        ] {
            assert!(!looks_random(name), "{name}");
        }
        for secret in [
            "zQabXdeFgHi",
            "k3yw0rd9x2",
            "Passw0rd2026x",
            "0123456789abcdef0123456789abcdef",
            "https://u:pw@example.com/",
            "https://example.com/?token=abc",
            "$6$salt$hash",
        ] {
            assert!(looks_random(secret), "{secret}");
        }
    }
}
