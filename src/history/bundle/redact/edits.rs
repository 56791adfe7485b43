//! Changes of a text, and where every place of it is afterwards.

use super::addresses::Addresses;
use super::words::Words;
use std::net::{Ipv4Addr, Ipv6Addr};

/// One part of a text and what stands there instead.
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) other: String,
}

/// Makes the changes; they are sorted and do not overlap.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start).unwrap_or_default());
        out.push_str(&edit.other);
        at = edit.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Where a place of a text is after the changes.
pub(super) fn moved(at: u32, edits: &[Edit]) -> u32 {
    let mut shift = 0_i64;
    for edit in edits.iter().take_while(|it| it.start < at as usize) {
        let inside = (edit.end.min(at as usize) - edit.start) as i64;
        let other = if edit.end <= at as usize { edit.other.len() as i64 } else { 0 };
        shift += other - inside;
    }
    u32::try_from(i64::from(at) + shift).unwrap_or_default()
}

/// What must change in any text: addresses, MAC addresses, long numbers, known words.
pub(super) fn everywhere(text: &str, addresses: &Addresses, words: &Words) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|it| !it.is_empty()) {
        let host = super::hosts::at(text, at, addresses, words);
        if let Some((length, other)) = host.or_else(|| words.at(text, at)) {
            edits.push(Edit { start: at, end: at + length, other });
            at += length;
            continue;
        }
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let inside = before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == ':');
        let token = rest.find(|c: char| !(c.is_ascii_hexdigit() || ".:-".contains(c)));
        let token = rest.get(..token.unwrap_or(rest.len())).unwrap_or_default();
        match other(token, rest, addresses) {
            Some((length, other)) if !inside => {
                if rest.get(..length) != Some(other.as_str()) {
                    edits.push(Edit { start: at, end: at + length, other });
                }
                at += length;
            }
            _ => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    edits
}

/// What stands instead of the token at the beginning of `rest`, and how much of it that replaces.
fn other(token: &str, rest: &str, addresses: &Addresses) -> Option<(usize, String)> {
    let bare = token.trim_end_matches(['.', '-']);
    // `::` belongs to an address, a single `:` to the sentence.
    let bare = if bare.ends_with("::") { bare } else { bare.trim_end_matches(':') };
    if is_mac(bare) {
        return Some((bare.len(), addresses.mac(bare)));
    }
    if bare.contains(':') {
        let address: Ipv6Addr = bare.parse().ok()?;
        let other = addresses.v6(address);
        let host = prefix(rest.get(bare.len()..)?).filter(|it| *it <= 128);
        let other = match host {
            Some(length) if trailing(u128::from(address), 128, length) => {
                Ipv6Addr::from(cleared(u128::from(other), 128, length))
            }
            _ => other,
        };
        return Some((bare.len(), other.to_string()));
    }
    // `192.0.2.1-192.0.2.9`, `192.0.2.1:80`
    let first = bare.split(['-', ':']).next().unwrap_or_default();
    if let Ok(address) = first.parse::<Ipv4Addr>() {
        let after = rest.get(first.len()..)?;
        let length = prefix(after).or_else(|| mask(after)).filter(|it| *it <= 32);
        let other = addresses.v4(address);
        let other = match length {
            Some(length) if trailing(u128::from(u32::from(address)), 32, length) => {
                Ipv4Addr::from(cleared(u128::from(u32::from(other)), 32, length) as u32)
            }
            _ => other,
        };
        return Some((first.len(), other.to_string()));
    }
    // A telephone or circuit number; not a date, which has eight digits, nor a range of ports.
    let number = |it: char| it.is_ascii_digit() || it == '-';
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let follows = rest.get(bare.len()..)?.chars().next();
    let whole = !follows.is_some_and(|it| it.is_ascii_alphanumeric() || "_/".contains(it));
    (digits >= 9 && whole && bare.chars().all(number)).then(|| (bare.len(), addresses.digits(bare)))
}

fn is_mac(token: &str) -> bool {
    let groups = |sign, count, length| {
        let parts: Vec<&str> = token.split(sign).collect();
        let hex = |it: &&str| it.len() == length && it.bytes().all(|it| it.is_ascii_hexdigit());
        parts.len() == count && parts.iter().all(hex)
    };
    groups(':', 6, 2) || groups('-', 6, 2) || groups('.', 3, 4)
}

/// `/24`
fn prefix(after: &str) -> Option<u32> {
    let digits = after.strip_prefix('/')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// ` 255.255.255.0` or ` 0.0.0.255`
fn mask(after: &str) -> Option<u32> {
    let word = after.strip_prefix([' ', '/'])?.split_whitespace().next()?;
    let mask = u32::from(word.trim_matches(['"', ';', ',']).parse::<Ipv4Addr>().ok()?);
    let ones = mask.leading_ones();
    match () {
        () if ones + mask.trailing_zeros() == 32 => Some(ones),
        () if mask.leading_zeros() + mask.trailing_ones() == 32 => Some(mask.leading_zeros()),
        () => None,
    }
}

/// Whether an address is that of the network itself.
fn trailing(address: u128, width: u32, length: u32) -> bool {
    cleared(address, width, length) == address
}

fn cleared(address: u128, width: u32, length: u32) -> u128 {
    let host = width.saturating_sub(length);
    address.checked_shr(host).and_then(|it| it.checked_shl(host)).unwrap_or(0)
}
