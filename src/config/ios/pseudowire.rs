//! Layer-2 lines to other places that have a name: `pseudowire-class`, `l2vpn xconnect context`.

use super::interface::Circuit;
use super::names;
use super::parse::Command;
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::StructureKind;
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// `l2vpn xconnect context NAME`
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// Its name.
    pub name: String,
    /// The end of it that is here.
    pub interface: Option<String>,
    /// Its other ends.
    pub circuits: Vec<Circuit>,
    /// `shutdown`
    pub shutdown: Option<Span>,
}

/// `pseudowire-class NAME` with its encapsulation.
pub(super) fn class(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(1).text;
    notes.structures.define(StructureKind::Profile, name, command.span());
    for child in &item.children {
        let line = Command::of(&child.line);
        match line.words.as_slice() {
            ["encapsulation", how] => {
                repr.pseudowires.insert(name.to_owned(), (*how).to_owned());
            }
            ["ip", "local", "interface", ..] | ["ip", "pmtu", ..] => {}
            ["protocol" | "sequencing" | "exit", ..] => {}
            _ => continue,
        }
        notes.understood(&child.line);
    }
    Fate::Understood
}

/// `l2vpn xconnect context NAME` with `member INTERFACE` and `member ADDRESS NUMBER …`.
pub(super) fn context(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let mut context = Context {
        name: format!("xconnect {}", command.word(3).text),
        interface: None,
        circuits: Vec::new(),
        shutdown: None,
    };
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["exit"] => Fate::Understood,
            ["shutdown"] => {
                context.shutdown = (!line.negated).then(|| line.span());
                Fate::Understood
            }
            ["description", ..] => Fate::Ignored(Because::Presentation),
            _ if line.negated => Fate::Unrecognized,
            ["member", peer, number, how @ ..] if peer.parse::<IpAddr>().is_ok() => {
                if let Ok(address) = peer.parse() {
                    context.circuits.push(Circuit {
                        peer: Spanned::new(address, line.word(1).span),
                        number: (*number).to_owned(),
                        how: how.join(" "),
                    });
                }
                Fate::Understood
            }
            ["member", words @ ..] => match names::of_words(words) {
                Some((name, ..)) if names::is_interface(&name) && context.interface.is_none() => {
                    repr.refer_interface(&name, line.span(), notes);
                    context.interface = Some(name);
                    Fate::Understood
                }
                _ => Fate::Unrecognized,
            },
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    repr.contexts.push(context);
    Fate::Understood
}
