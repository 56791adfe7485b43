//! A ruleset as nftables means it, whichever of its two notations it was written in.

use crate::config::netfilter::Calls;
use crate::model::device::Family;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// A whole ruleset.
#[derive(Debug, Default)]
pub(super) struct Ruleset {
    /// Whether something is known to be missing: the end, or files that it includes.
    pub(super) missing: bool,
    pub(super) tables: Vec<Table>,
}

/// One table.
#[derive(Debug)]
pub(super) struct Table {
    /// `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`.
    pub(super) family: String,
    pub(super) name: String,
    pub(super) chains: Vec<Chain>,
    /// Where each chain is.
    places: BTreeMap<String, usize>,
    /// Sets and maps by name.
    pub(super) sets: BTreeMap<String, Set>,
}

/// One chain.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) name: Spanned<String>,
    pub(super) base: Option<Base>,
    pub(super) rules: Vec<Rule>,
}

/// Where a base chain takes effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    /// `filter`, `nat`, `route`.
    pub(super) kind: String,
    pub(super) hook: String,
    pub(super) devices: Vec<String>,
    /// `accept` when nothing is said.
    pub(super) policy: String,
}

/// A named set or map.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) span: Span,
    pub(super) elements: Vec<Element>,
    /// Whether it changes while packets pass: elements are added by rules or time out.
    pub(super) changes: bool,
}

impl Set {
    /// The chains that its elements name.
    pub(super) fn chains(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().filter_map(Element::chain)
    }
}

impl Element {
    fn chain(&self) -> Option<&str> {
        match &self.means {
            Some(Means::Verdict(verdict)) => verdict.chain(),
            _ => None,
        }
    }
}

/// One element, of a map with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) key: Expr,
    pub(super) means: Option<Means>,
}

/// What an element of a map stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Means {
    Verdict(Verdict),
    Value(Expr),
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) span: Span,
    pub(super) statements: Vec<Statement>,
}

/// A part of a rule.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// A field compared with a value.
    Match(Expr, Op, Expr),
    Verdict(Verdict),
    /// A field looked up in a verdict map.
    Vmap(Expr, Expr),
    Translate(Translation),
    /// It holds for some packets: rates, quotas, counts of connections.
    Sometimes,
    /// It counts, logs, marks, remembers; the next statement follows.
    Goes,
    /// It exempts packets from connection tracking.
    Exempts,
    /// It adds the sender, or whatever of the packet, to a set.
    Remembers(String),
    Unknown,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Is,
    IsNot,
    Below,
    Above,
    AtMost,
    AtLeast,
}

/// What happens to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Accept,
    Drop,
    Return,
    Continue,
    Jump(String),
    Goto(String),
    Unknown,
}

/// A change of addresses. Which address changes follows from the chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Translation {
    /// Whether the new address is the device's own (`masquerade`, `redirect`).
    pub(super) own: bool,
    pub(super) address: Option<Expr>,
    pub(super) port: Option<Expr>,
    /// A field and the map in which the new address is looked up, perhaps with the port.
    pub(super) lookup: Option<(Expr, Expr)>,
}

/// A field, or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// `ip saddr`, `meta iifname`, `ct state`.
    Field(String),
    /// Some bits of a field: `tcp flags & (syn | ack)`.
    Masked(String, Vec<String>),
    /// A word: a number, an address, a prefix, a range `a-b`, a name.
    Value(String),
    /// Several fields or values side by side.
    Concat(Vec<Self>),
    /// Any of these.
    Any(Vec<Self>),
    /// A named set or map.
    Named(String),
    /// The elements of a map that is written where it is used.
    Map(Elements),
    /// `field map { … }`, and whatever else is not understood.
    Unknown,
}

/// What an anonymous set or map holds.
pub(super) type Elements = Vec<Element>;

impl Table {
    /// The family of its packets; `None` for frames.
    pub(super) fn packets(&self) -> Option<Family> {
        match self.family.as_str() {
            "ip" => Some(Family::V4),
            "ip6" => Some(Family::V6),
            "inet" | "netdev" => Some(Family::Both),
            _ => None,
        }
    }

    /// The name of one of its chains as a filter.
    pub(super) fn filter(&self, chain: &str) -> String {
        format!("{}/{}/{chain}", self.family, self.name)
    }
}

impl Ruleset {
    /// The table with this name, which is made if there is none.
    pub(super) fn table(&mut self, family: &str, name: &str) -> Option<&mut Table> {
        let at = self.tables.iter().position(|it| it.family == family && it.name == name);
        let at = at.unwrap_or_else(|| {
            self.tables.push(Table {
                family: family.to_owned(),
                name: name.to_owned(),
                chains: Vec::new(),
                places: BTreeMap::new(),
                sets: BTreeMap::new(),
            });
            self.tables.len() - 1
        });
        self.tables.get_mut(at)
    }
}

impl Table {
    /// The chain with this name, which is made if there is none.
    pub(super) fn chain(&mut self, name: &str, span: Span) -> Option<&mut Chain> {
        let at = self.places.get(name).copied().unwrap_or_else(|| {
            self.places.insert(name.to_owned(), self.chains.len());
            let name = Spanned::new(name.to_owned(), span);
            self.chains.push(Chain { name, base: None, rules: Vec::new() });
            self.chains.len() - 1
        });
        self.chains.get_mut(at)
    }

    /// Whether there is a chain with this name.
    pub(super) fn has_chain(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The chains that each chain hands packets to, also through the elements of named maps.
    pub(super) fn calls(&self) -> Calls<'_> {
        let mut calls = Calls::new();
        for chain in &self.chains {
            let mut called = Vec::new();
            for used in chain.rules.iter().flat_map(Rule::names) {
                match self.sets.get(used.name) {
                    _ if used.chain => called.push(used.name),
                    Some(set) => called.extend(set.chains()),
                    None => {}
                }
            }
            calls.insert(chain.name.value.as_str(), called);
        }
        calls
    }
}

impl Rule {
    /// The chains and sets that it names.
    pub(super) fn names(&self) -> Vec<Used<'_>> {
        self.statements.iter().flat_map(Statement::names).collect()
    }
}

/// A chain or a set that a statement names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used<'s> {
    pub(super) name: &'s str,
    pub(super) chain: bool,
}

/// Extensions of iptables that nft cannot write in its own words, and what they do.
const COMPATIBLE: &[(&str, Statement)] = &[
    ("comment", Statement::Goes),
    ("LOG", Statement::Goes),
    ("NFLOG", Statement::Goes),
    ("MARK", Statement::Goes),
    ("CONNMARK", Statement::Goes),
    ("CT", Statement::Unknown),
    ("TCPMSS", Statement::Goes),
    ("CHECKSUM", Statement::Goes),
    ("REJECT", Statement::Verdict(Verdict::Drop)),
];

impl Statement {
    /// `xt match recent`, `xt target REJECT`: an extension of iptables without its options.
    pub(super) fn compatible(kind: &str, name: &str) -> Self {
        let known = COMPATIBLE.iter().find(|it| it.0 == name);
        match (known, kind) {
            (Some((_, statement)), _) => statement.clone(),
            (None, "match") => Self::Match(Expr::Unknown, Op::Is, Expr::Unknown),
            (None, _) => Self::Verdict(Verdict::Unknown),
        }
    }

    /// What a way to refuse says of packets: what it is no answer to, it does not refuse. nft writes
    /// no match beside it that says the same (nft(8), REJECT STATEMENT).
    pub(super) fn refused(with: &str) -> Option<Self> {
        let (field, value) = match with {
            "tcp" | "tcp reset" => ("meta l4proto", "tcp"),
            "icmp" => ("meta nfproto", "ipv4"),
            "icmpv6" => ("meta nfproto", "ipv6"),
            _ => return None,
        };
        Some(Self::Match(Expr::Field(field.to_owned()), Op::Is, Expr::Value(value.to_owned())))
    }

    /// The chains and sets that it names.
    pub(super) fn names(&self) -> Vec<Used<'_>> {
        let mut names = Vec::new();
        match self {
            Self::Match(_, _, Expr::Named(name)) | Self::Remembers(name) => {
                names.push(Used { name, chain: false });
            }
            Self::Translate(Translation { lookup: Some((_, Expr::Named(name))), .. }) => {
                names.push(Used { name, chain: false });
            }
            Self::Verdict(verdict) => {
                names.extend(verdict.chain().map(|name| Used { name, chain: true }));
            }
            Self::Vmap(_, Expr::Named(name)) => names.push(Used { name, chain: false }),
            Self::Vmap(_, Expr::Map(elements)) => {
                let chains = elements.iter().filter_map(Element::chain);
                names.extend(chains.map(|name| Used { name, chain: true }));
            }
            _ => {}
        }
        names
    }
}

impl Verdict {
    fn chain(&self) -> Option<&str> {
        match self {
            Self::Jump(name) | Self::Goto(name) => Some(name),
            _ => None,
        }
    }
}
