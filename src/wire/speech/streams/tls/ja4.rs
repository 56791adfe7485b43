//! JA4, the fingerprint of a TLS client.
//!
//! By its public description (FoxIO, "JA4: TLS Client Fingerprinting", technical details, 2023):
//! `t13d1516h2_8daaf6152771_b186095e22b6` is transport, version, whether a name is asked for, how
//! many ciphers and extensions, first and last letter of the first ALPN; the hash of the sorted
//! ciphers; the hash of the sorted extensions and the signature algorithms.

use super::hello::{ClientHello, is_grease};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The fingerprint; `transport` is `t` for TCP, `q` for QUIC, `d` for DTLS.
pub(in super::super::super) fn ja4(hello: &ClientHello<'_>, transport: char) -> String {
    let version = match hello.version {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        _ => "00",
    };
    let mut ciphers: Vec<u16> =
        hello.ciphers.iter().copied().filter(|it| !is_grease(*it)).collect();
    let mut extensions: Vec<u16> =
        hello.extensions.iter().copied().filter(|it| !is_grease(*it)).collect();
    let name = if hello.extensions.contains(&0) { 'd' } else { 'i' };
    let mut out = format!(
        "{transport}{version}{name}{:02}{:02}{}_",
        ciphers.len().min(99),
        extensions.len().min(99),
        protocol(hello.alpn.first().copied())
    );
    ciphers.sort_unstable();
    out.push_str(&hash(&list(&ciphers)));
    extensions.retain(|it| ![0, 16].contains(it));
    extensions.sort_unstable();
    let mut both = list(&extensions);
    let signatures: Vec<u16> =
        hello.signatures.iter().copied().filter(|it| !is_grease(*it)).collect();
    if !signatures.is_empty() {
        both.push('_');
        both.push_str(&list(&signatures));
    }
    out.push('_');
    out.push_str(&hash(&both));
    out
}

/// First and last character of the first protocol; of its hexadecimal when they are not ASCII
/// letters or digits; `00` when there is none.
fn protocol(alpn: Option<&[u8]>) -> String {
    let ends = alpn.and_then(|it| Some((*it.first()?, *it.last()?)));
    match ends {
        None => "00".to_owned(),
        Some((a, b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
            [a, b].map(char::from).iter().collect()
        }
        Some((a, b)) => {
            let first = format!("{a:02x}").chars().next();
            first.into_iter().chain(format!("{b:02x}").chars().last()).collect()
        }
    }
}

fn list(values: &[u16]) -> String {
    let mut out = String::with_capacity(values.len() * 5);
    for (index, value) in values.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(out, "{comma}{value:04x}"); // writing to a string cannot fail
    }
    out
}

/// The first twelve digits of the SHA-256; twelve zeros of nothing.
fn hash(text: &str) -> String {
    if text.is_empty() {
        return "0".repeat(12);
    }
    Sha256::digest(text.as_bytes()).iter().take(6).map(|it| format!("{it:02x}")).collect()
}
