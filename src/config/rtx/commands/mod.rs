//! Commands and what they tell the router: one table a theme, a pattern a line.
//!
//! In a pattern `*` stands for any word and `#` for a number; what they stand for, and the words
//! after the pattern, are handed to the reader of the command. It says whether it understood all
//! of them: only then the line counts as understood.

mod access;
mod dhcp;
mod filter;
mod interface;
mod ipsec;
mod nat;
mod peer;
mod route;
mod service;
mod tunnel;

use super::parse::{Command, Token};
use super::repr::{Router, Selected};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// Whether everything in a command was understood.
pub(super) type Understood = bool;

/// How a command changes the router.
type Meaning = fn(&mut Router, &Args<'_, '_>) -> Understood;

/// Patterns with their meanings.
type Table = &'static [(&'static str, Meaning)];

const TABLES: &[Table] = &[
    interface::TABLE,
    filter::TABLE,
    route::TABLE,
    nat::TABLE,
    peer::TABLE,
    tunnel::TABLE,
    ipsec::TABLE,
    service::TABLE,
    access::TABLE,
    dhcp::TABLE,
];

/// A command, taken apart by its pattern.
pub(super) struct Args<'c, 't> {
    /// The command.
    pub(super) command: &'c Command<'t>,
    /// What `*` and `#` of the pattern stand for.
    keys: Vec<&'c Token<'t>>,
    /// The words after the pattern.
    pub(super) rest: &'c [Token<'t>],
}

impl<'c, 't> Args<'c, 't> {
    /// What the nth `*` or `#` stands for.
    fn key(&self, at: usize) -> Option<&'c Token<'t>> {
        self.keys.get(at).copied()
    }

    /// What the nth `#` stands for.
    fn number(&self, at: usize) -> Option<u32> {
        number(self.key(at)?)
    }

    /// The nth word after the pattern.
    fn word(&self, at: usize) -> Option<&'c Token<'t>> {
        self.rest.get(at)
    }

    /// The text of the nth word after the pattern; empty when there is none.
    fn text(&self, at: usize) -> &'c str {
        self.rest.get(at).map_or("", |it| &it.text)
    }

    /// The command, whole.
    fn span(&self) -> Span {
        self.command.span()
    }

    /// Whether it takes something back.
    fn no(&self) -> bool {
        self.command.no
    }

    /// `on` or `off` as the only word after the pattern.
    fn switch(&self) -> Option<Spanned<bool>> {
        let [word] = self.rest else { return None };
        on_off(word).map(|on| Spanned::new(on, self.span()))
    }

    /// The name of the interface that the nth `*` stands for; `pp` and `tunnel` alone are what is selected.
    fn interface(&self, router: &Router, at: usize) -> Option<String> {
        interface_name(router, self.key(at)?)
    }
}

/// Which patterns begin with a word.
pub(super) struct Commands(BTreeMap<&'static str, Vec<(Vec<&'static str>, Meaning)>>);

impl Commands {
    /// All of them.
    pub(super) fn new() -> Self {
        let mut commands: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (pattern, meaning) in TABLES.iter().copied().flatten() {
            let words: Vec<_> = pattern.split(' ').collect();
            let first = words.first().copied().unwrap_or_default();
            commands.entry(first).or_default().push((words, *meaning));
        }
        Self(commands)
    }

    /// Whether a command begins with this word.
    pub(super) fn begin_with(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }

    /// The pattern and the meaning of a command; `None` when it is not known.
    pub(super) fn find<'c, 't>(&self, command: &'c Command<'t>) -> Option<Found<'c, 't>> {
        let first = command.words.first()?;
        let patterns = self.0.get(&*first.text)?;
        patterns.iter().find_map(|(pattern, meaning)| {
            let (keys, rest) = matching(pattern, &command.words)?;
            let literals = pattern.len() - keys.len();
            Some(Found { literals, meaning: *meaning, args: Args { command, keys, rest } })
        })
    }
}

/// A command whose meaning is known.
pub(super) struct Found<'c, 't> {
    /// How many words of its pattern are literal.
    pub(super) literals: usize,
    meaning: Meaning,
    args: Args<'c, 't>,
}

impl Found<'_, '_> {
    /// Carries it out.
    pub(super) fn apply(&self, router: &mut Router) -> Understood {
        (self.meaning)(router, &self.args)
    }
}

/// What the placeholders of a pattern stand for, and the words after it.
fn matching<'c, 't>(
    pattern: &[&str],
    words: &'c [Token<'t>],
) -> Option<(Vec<&'c Token<'t>>, &'c [Token<'t>])> {
    let (head, rest) = words.split_at_checked(pattern.len())?;
    let fits = |(pattern, word): (&&str, &Token<'_>)| match *pattern {
        "*" => true,
        "#" => number(word).is_some(),
        literal => literal == &*word.text,
    };
    if !pattern.iter().zip(head).all(fits) {
        return None;
    }
    let keys = pattern.iter().zip(head).filter(|(it, _)| matches!(**it, "*" | "#"));
    Some((keys.map(|(_, word)| word).collect(), rest))
}

/// A plain number.
fn number(word: &str) -> Option<u32> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// A switch.
fn on_off(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A word with its place.
fn spanned(token: &Token<'_>) -> Spanned<String> {
    Spanned::new(token.text.to_string(), token.span)
}

/// `NAME=VALUE`: the value.
fn option<'w>(word: &'w str, name: &str) -> Option<&'w str> {
    word.strip_prefix(name)?.strip_prefix('=')
}

/// The first and the last of `a-b`, or a number twice.
fn span_of(word: &str) -> Option<(u32, u32)> {
    match word.split_once('-') {
        Some((first, last)) => Some((number(first)?, number(last)?)).filter(|(a, b)| a <= b),
        None => number(word).map(|it| (it, it)),
    }
}

/// What interface names begin with, before their number.
const KINDS: &[&str] = &[
    "lan", "vlan", "bridge", "loopback", "null", "wan", "wwan", "onu", "pp", "tunnel", "bri",
    "pri", "usb",
];

/// The name of an interface as this program writes it: `lan1`, `lan1/2`, `pp1`, `pp anonymous`, `tunnel1`.
fn interface_name(router: &Router, word: &str) -> Option<String> {
    match (word, &router.selected) {
        ("pp", Selected::Peer(peer)) => return Some(peer.interface()),
        ("tunnel", Selected::Tunnel(tunnel)) => return Some(format!("tunnel{tunnel}")),
        ("null", _) => return Some("null".to_owned()),
        _ => {}
    }
    let word = word.to_ascii_lowercase();
    let kind = KINDS.iter().find_map(|kind| word.strip_prefix(kind))?;
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '/' | '.');
    (kind.starts_with(|c: char| c.is_ascii_digit()) && kind.chars().all(plain)).then_some(word)
}

/// Every number of a word list up to one of these words; what is no number is left.
fn numbers(words: &[Token<'_>]) -> (Vec<Spanned<u32>>, bool) {
    let found = words.iter().map(|it| number(it).map(|n| Spanned::new(n, it.span)));
    let all: Vec<_> = found.collect();
    let whole = all.iter().all(Option::is_some);
    (all.into_iter().flatten().collect(), whole)
}
