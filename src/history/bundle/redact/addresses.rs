//! Other addresses for those of a bundle, with the same networks around them.
//!
//! Two addresses that share their first bits share as many afterwards (as in Crypto-PAn: Xu, Fan,
//! Ammar, Moon, 2002): every bit is turned or not by a digest of the bits before it and a salt that
//! is in no file. What an address is stays: a private one is private, a netmask a netmask. The last
//! byte stays too, because ranges, gateways and small networks are written with it.

use sha2::{Digest as _, Sha256};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Other addresses, by a salt.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// What nobody else knows.
    pub salt: [u8; 32],
}

impl Addresses {
    /// Whether a bit is turned, by the bits before it. The first that may be is always turned, so
    /// that no address stays what it was.
    fn turned(&self, family: u8, before: u128, bit: u32, first: u32) -> bool {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update([family]);
        hash.update(bit.to_be_bytes());
        hash.update(before.to_be_bytes());
        bit == first || hash.finalize().first().is_some_and(|it| it & 1 == 1)
    }

    /// Turns the bits from one to another, counted from the highest of `width`.
    fn shuffle(&self, family: u8, address: u128, width: u32, from: u32, to: u32) -> u128 {
        (from..to).fold(address, |out, bit| {
            let before = address >> (width - bit);
            match self.turned(family, before, bit, from) {
                true => out ^ 1 << (width - 1 - bit),
                false => out,
            }
        })
    }

    /// Another address.
    pub fn v4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let kept = match address.octets() {
            // Netmasks, wildcards, this host, multicast, link-local: the same everywhere.
            [0 | 127 | 224..=255, ..] | [169, 254, ..] => return address,
            [172, 16..=31, ..] => 12,
            [192, 168, ..] | [100, 64..=127, ..] => 16,
            // Beside special ranges the second byte decides, too.
            [100 | 169 | 172 | 192 | 198 | 203, ..] => 16,
            _ => 8,
        };
        let turned = self.shuffle(4, u128::from(u32::from(address)), 32, kept, 24);
        Ipv4Addr::from(turned as u32)
    }

    /// Another address.
    pub fn v6(&self, address: Ipv6Addr) -> Ipv6Addr {
        match address.segments() {
            [0 | 0xfe80.., ..] => address,
            _ => Ipv6Addr::from(self.shuffle(6, u128::from(address), 128, 16, 64)),
        }
    }

    /// Other digits for those of a text: telephone, circuit, serial numbers. Equal ones stay equal.
    pub(super) fn digits(&self, text: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(text.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
        let hash = hash.finalize();
        let mut bytes = hash.iter().cycle();
        let mut other = |c: char| {
            let byte = bytes.next().copied().unwrap_or_default();
            match c {
                '0'..='9' => char::from(b'0' + byte % 10),
                'a'..='z' => char::from(b'a' + byte % 26),
                'A'..='Z' => char::from(b'A' + byte % 26),
                c => c,
            }
        };
        text.chars().map(&mut other).collect()
    }

    /// A few digits that stand for a text, the same for the same.
    pub(super) fn tag(&self, text: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(text);
        hash.finalize().iter().take(4).map(|it| format!("{it:02x}")).collect()
    }

    /// Another MAC address in the same notation, locally administered.
    pub(super) fn mac(&self, text: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(text.to_lowercase().replace('-', ":"));
        let hash = hash.finalize();
        let digits: String = std::iter::once(0x02)
            .chain(hash.iter().copied().take(5))
            .map(|it| format!("{it:02x}"))
            .collect();
        let mut digits = digits.chars();
        let other = |c: char| if c.is_ascii_hexdigit() { digits.next().unwrap_or('0') } else { c };
        text.chars().map(other).collect()
    }
}
