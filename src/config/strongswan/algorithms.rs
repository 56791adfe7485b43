//! Proposals: `aes128-sha256-modp3072,aes256gcm16-prfsha384-ecp384!`.

use crate::config::listing::Word;
use crate::config::numbers;
use crate::source::Spanned;

/// What is offered, without repetitions.
#[derive(Default)]
pub(super) struct Algorithms {
    /// Ciphers: `aes-128`, `3des`.
    pub(super) encryption: Vec<Spanned<String>>,
    /// Hashes: `sha1`, `sha256`.
    pub(super) hash: Vec<Spanned<String>>,
    /// Diffie-Hellman groups by number.
    pub(super) groups: Vec<Spanned<u16>>,
}

/// One keyword of a proposal.
enum Algorithm {
    Cipher(String),
    Hash(&'static str),
    Group(u16),
    /// Known, and nothing that is compared: a pseudo-random function, ESN, the default set.
    Beside,
}

/// Hashes by all their names.
const HASHES: &[(&str, &str)] = &[
    ("md5", "md5"),
    ("md5_128", "md5"),
    ("sha", "sha1"),
    ("sha1", "sha1"),
    ("sha1_160", "sha1"),
    ("sha256", "sha256"),
    ("sha2", "sha256"),
    ("sha2_256", "sha256"),
    ("sha256_96", "sha256"),
    ("sha384", "sha384"),
    ("sha2_384", "sha384"),
    ("sha512", "sha512"),
    ("sha2_512", "sha512"),
    ("aesxcbc", "aes-xcbc"),
    ("aescmac", "aes-cmac"),
];
/// Keywords that say nothing that is compared; groups of private use are among them.
const BESIDE: &[&str] =
    &["default", "esn", "noesn", "null", "ntru112", "ntru128", "ntru192", "ntru256", "newhope128"];
/// Groups by names that only strongSwan and Libreswan know (IANA, Transform Type 4).
const GROUPS: &[(&str, u16)] = &[
    ("ecp224bp", 27),
    ("ecp256bp", 28),
    ("ecp384bp", 29),
    ("ecp512bp", 30),
    ("dh19", 19),
    ("dh20", 20),
    ("dh21", 21),
    ("dh31", 31),
    ("mlkem512", 35),
    ("mlkem768", 36),
    ("mlkem1024", 37),
];
/// Ciphers without a length of key.
const CIPHERS: &[(&str, &str)] = &[
    ("3des", "3des"),
    ("des", "des"),
    ("chacha20poly1305", "chacha20-poly1305"),
    ("chacha20_poly1305", "chacha20-poly1305"),
];
/// Ciphers with one. 128 bit when it is not written.
const SIZED: &[(&str, &str)] = &[
    ("aes_gcm", "aes"),
    ("aes_ccm", "aes"),
    ("aes_ctr", "aes"),
    ("aes_cbc", "aes"),
    ("aes", "aes"),
    ("camellia", "camellia"),
    ("blowfish", "blowfish"),
    ("serpent", "serpent"),
    ("twofish", "twofish"),
    ("cast", "cast"),
];

impl Algorithms {
    /// Adds the proposals of a list. Whether every keyword was understood.
    pub(super) fn add(&mut self, list: Word<'_>) -> bool {
        let mut all = true;
        // Openswan writes `aes128-sha1;modp1024`, Libreswan joins alternatives by `+`.
        let proposals = list.parts(',').flat_map(|it| it.parts(';'));
        for word in proposals.flat_map(|it| it.parts('-')).flat_map(|it| it.parts('+')) {
            match keyword(&word.trim_end_matches('!').to_ascii_lowercase()) {
                Some(Algorithm::Cipher(it)) => push(&mut self.encryption, it, word),
                Some(Algorithm::Hash(it)) => push(&mut self.hash, it.to_owned(), word),
                Some(Algorithm::Group(it)) => push(&mut self.groups, it, word),
                Some(Algorithm::Beside) => {}
                None => all = false,
            }
        }
        all
    }

    /// Whether something is offered that RFC 8247 says not to use: DES, 3DES, MD5, groups of 1024
    /// bits and less.
    pub(super) fn has_obsolete(&self) -> bool {
        self.encryption.iter().any(|it| matches!(it.value.as_str(), "des" | "3des"))
            || self.hash.iter().any(|it| it.value == "md5")
            || self.groups.iter().any(|it| matches!(it.value, 1 | 2 | 22))
    }

    /// Adds what another offers.
    pub(super) fn join(&mut self, other: &Self) {
        for it in &other.encryption {
            push_at(&mut self.encryption, it);
        }
        for it in &other.hash {
            push_at(&mut self.hash, it);
        }
        for it in &other.groups {
            push_at(&mut self.groups, it);
        }
    }
}

fn push<T: PartialEq + Clone>(into: &mut Vec<Spanned<T>>, value: T, word: Word<'_>) {
    push_at(into, &Spanned::new(value, word.span));
}

fn push_at<T: PartialEq + Clone>(into: &mut Vec<Spanned<T>>, it: &Spanned<T>) {
    if into.iter().all(|known| known.value != it.value) {
        into.push(it.clone());
    }
}

fn keyword(word: &str) -> Option<Algorithm> {
    let named = |table: &[(&str, &'static str)]| {
        table.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning)
    };
    // `ke1_mlkem768`: a further exchange beside the first (RFC 9370).
    let further = word.strip_prefix("ke").is_some_and(|it| it.get(1..2) == Some("_"));
    if word.is_empty() || further || word.starts_with("prf") || BESIDE.contains(&word) {
        return Some(Algorithm::Beside);
    }
    if let Some(hash) = named(HASHES) {
        return Some(Algorithm::Hash(hash));
    }
    if let Some(cipher) = named(CIPHERS) {
        return Some(Algorithm::Cipher(cipher.to_owned()));
    }
    if let Some((_, group)) = GROUPS.iter().find(|(name, _)| *name == word) {
        return Some(Algorithm::Group(*group));
    }
    // A bare number is no group here.
    if !word.starts_with(|it: char| it.is_ascii_digit())
        && let Some(group) = numbers::group(word)
    {
        return Some(Algorithm::Group(group));
    }
    sized(word).map(Algorithm::Cipher)
}

/// `aes`, `aes256`, `aes128gcm16`, `aes192ctr`, `aes_gcm256`, `camellia256ccm64`.
fn sized(word: &str) -> Option<String> {
    let (prefix, name) = SIZED.iter().find(|(prefix, _)| word.starts_with(prefix))?;
    let rest = word.get(prefix.len()..)?.trim_start_matches('_');
    let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    let (size, mode) = rest.split_at(digits);
    let size = if size.is_empty() { "128" } else { size };
    let size: u16 = size.parse().ok().filter(|it| matches!(it, 40..=448))?;
    let mode = match prefix.split_once('_') {
        Some((_, mode)) => mode,
        None => mode.trim_start_matches('_'),
    };
    // The length of the tag (`gcm16`, `gcm128`) is not compared.
    let mode = mode.trim_end_matches(|it: char| it.is_ascii_digit());
    match mode {
        "" | "cbc" => Some(format!("{name}-{size}")),
        "gcm" | "ccm" | "ctr" | "gmac" | "gcm_" | "ccm_" => {
            Some(format!("{name}-{size}-{}", mode.trim_end_matches('_')))
        }
        _ => None,
    }
}
