//! Tree → what it means to an IX, with the fate of every line.

mod filter;
mod global;
mod ignored;
mod interface;
mod ipsec;
mod nat;
mod profile;

use super::repr::{AccessList, Router};
use crate::config::outline::Item;
use crate::config::{Because, Line, Listing, Notes, Word};
use crate::model::IpNetwork;
use crate::model::device::{Remote, StructureKind};
use crate::source::Spanned;
use std::net::IpAddr;

/// What is read so far.
pub(super) struct Reader<'n, 't> {
    pub(super) router: Router<'t>,
    pub(super) notes: &'n mut Notes,
}

/// Reads all commands.
pub(super) fn read<'t>(
    listing: &Listing<'t>,
    commands: &[Item<'t>],
    notes: &mut Notes,
) -> Router<'t> {
    let mut reader = Reader { router: Router::default(), notes };
    for line in listing.head().iter().take_while(|line| !line.text.starts_with("interface ")) {
        reader.header(line);
    }
    for item in commands {
        reader.command(item);
    }
    reader.router.lists.values_mut().for_each(AccessList::arrange);
    reader.refer_by_peer();
    reader.router
}

impl<'t> Reader<'_, 't> {
    /// `! IX Series IX2215 (magellan-sec) Software, Version 10.7.18, RELEASE SOFTWARE`
    fn header(&mut self, line: &Line<'t>) {
        let words: Vec<Word<'t>> = line.split();
        let texts: Vec<&str> = words.iter().map(|it| it.text).collect();
        if texts.first() != Some(&"!") || !texts.contains(&"Software,") {
            return;
        }
        let after = |key: &str| {
            let at = texts.iter().position(|it| *it == key)?;
            let word = words.get(at + 1)?;
            Some(Spanned::new(word.text.trim_end_matches(',').to_owned(), word.span))
        };
        if let (Some(product), Some(version)) = (after("Series"), after("Version")) {
            self.router.facts.product = Some(product);
            self.router.facts.version = Some(version);
            self.notes.understood(line);
        }
    }

    /// Notes the fate of a line: understood, or else ignored when the table says so.
    fn fate(&mut self, line: &Line<'t>, understood: bool) {
        if understood {
            self.notes.understood(line);
        } else if let Some(why) = ignored::why(line.body()) {
            self.notes.ignored(line, why);
        }
    }

    /// Lines below a command of which nothing is known each by itself.
    fn leave(&mut self, items: &[Item<'t>], why: Option<Because>) {
        // The depth of an outline is limited, so the list of what is left to do is short.
        let mut left: Vec<&Item<'t>> = items.iter().collect();
        while let Some(item) = left.pop() {
            if let Some(why) = why {
                self.notes.ignored(&item.line, why);
            } else if item.line.body() == "exit" {
                self.notes.understood(&item.line);
            }
            left.extend(&item.children);
        }
    }

    /// An interface is named.
    fn refer_interface(&mut self, word: Word<'t>) {
        if !word.text.starts_with("Null") {
            self.notes.structures.refer(StructureKind::Interface, word.text, word.span);
        }
    }
}

/// `192.0.2.1/24`, `default`, `any`. Host bits stay.
fn network(word: &str, v6: bool) -> Option<IpNetwork> {
    match word {
        "default" | "any" => if v6 { "::/0" } else { "0.0.0.0/0" }.parse().ok(),
        _ => crate::config::numbers::network(word).filter(|it| it.is_ipv6() == v6),
    }
}

/// An address, `any`, or a name to resolve.
fn remote(word: Word<'_>) -> Spanned<Remote> {
    let remote = match word.text {
        "any" => Remote::Any,
        text => match text.parse::<IpAddr>() {
            Ok(address) => Remote::Address(address),
            Err(_) if text.contains('.') => Remote::Name(text.to_owned()),
            Err(_) => Remote::Unknown,
        },
    };
    Spanned::new(remote, word.span)
}

/// Whether a word names an interface: letters first, and a digit in it.
fn is_interface(word: &str) -> bool {
    const KINDS: &[&str] = &[
        "GigaEthernet",
        "FastEthernet",
        "TenGigaEthernet",
        "Ethernet",
        "BRI",
        "Serial",
        "MobileEthernet",
        "USB-Serial",
        "Tunnel",
        "Loopback",
        "Null",
        "BVI",
        "Dialer",
        "Wireless",
    ];
    KINDS.iter().any(|kind| {
        word.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}
