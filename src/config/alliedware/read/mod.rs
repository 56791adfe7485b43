//! Tree → what it means to AlliedWare Plus, with the fate of every line.

mod crypto;
mod entity;
mod global;
mod ignored;
mod interface;
mod list;

use super::repr::Router;
use crate::config::outline::Item;
use crate::config::{Because, Line, Notes, Word};
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
pub(super) fn read<'t>(commands: &[Item<'t>], notes: &mut Notes) -> Router<'t> {
    let mut reader = Reader { router: Router::default(), notes };
    for item in commands {
        reader.command(item);
    }
    reader.router
}

impl<'t> Reader<'_, 't> {
    /// Notes the fate of a line: understood, or else ignored when the table says so.
    fn fate(&mut self, line: &Line<'t>, understood: bool) {
        if understood {
            self.notes.understood(line);
        } else if let Some(why) = ignored::why(line.body()) {
            self.notes.ignored(line, why);
        }
    }

    /// Each line below a command, with its words. What stands deeper belongs to the line.
    fn each(
        &mut self,
        item: &Item<'t>,
        mut read: impl FnMut(&mut Self, &Item<'t>, &[Word<'t>]) -> bool,
    ) {
        for child in &item.children {
            let words = child.line.split();
            let understood = read(self, child, &words) || matches!(child.line.body(), "exit");
            self.fate(&child.line, understood);
        }
    }

    /// Lines below a command that says nothing.
    fn leave(&mut self, items: &[Item<'t>], why: Because) {
        let mut left: Vec<&Item<'t>> = items.iter().collect();
        while let Some(item) = left.pop() {
            self.notes.ignored(&item.line, why);
            left.extend(&item.children);
        }
    }

    /// An interface is named.
    fn refer_interface(&mut self, word: Word<'t>) {
        if !word.text.starts_with("Null") && word.text != "lo" {
            self.notes.structures.refer(StructureKind::Interface, word.text, word.span);
        }
    }
}

/// An address, `dynamic` for anybody, or a name to resolve.
fn remote(word: Word<'_>) -> Spanned<Remote> {
    let remote = match word.text {
        "dynamic" => Remote::Any,
        text => match text.parse::<IpAddr>() {
            Ok(address) => Remote::Address(address),
            Err(_) => Remote::Name(text.to_owned()),
        },
    };
    Spanned::new(remote, word.span)
}

/// `192.0.2.0/24`, of a family.
fn network(word: &str, v6: bool) -> Option<IpNetwork> {
    word.contains('/')
        .then(|| crate::config::numbers::network(word))
        .flatten()
        .filter(|it| it.is_ipv6() == v6)
}

/// Whether a word names an interface.
pub(super) fn is_interface(word: &str) -> bool {
    const KINDS: &[&str] = &[
        "port", "eth", "vlan", "ppp", "tunnel", "br", "sa", "po", "lo", "cellular", "Null", "wlan",
        "usb",
    ];
    word == "lo"
        || word == "Null"
        || KINDS.iter().any(|kind| {
            let rest = word.strip_prefix(kind);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
}
