//! A ruleset as nftables means it, whichever of its two notations it was written in.

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

/// A change of addresses.
#[derive(Clone, Debug)]
pub(super) struct Translation {
    /// Whether it is the destination that changes (`dnat`, `redirect`).
    pub(super) destination: bool,
    /// Whether the new address is the device's own (`masquerade`, `redirect`).
    pub(super) own: bool,
    pub(super) address: Option<Expr>,
    pub(super) port: Option<Expr>,
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
    Concat(Vec<Expr>),
    /// Any of these.
    Any(Vec<Expr>),
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
        let at = self.chains.iter().position(|it| it.name.value == name);
        let at = at.unwrap_or_else(|| {
            let name = Spanned::new(name.to_owned(), span);
            self.chains.push(Chain { name, base: None, rules: Vec::new() });
            self.chains.len() - 1
        });
        self.chains.get_mut(at)
    }
}

/// A chain or a set that a statement names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used<'s> {
    pub(super) name: &'s str,
    pub(super) chain: bool,
}

impl Statement {
    /// The chains and sets that it names.
    pub(super) fn names(&self) -> Vec<Used<'_>> {
        let mut names = Vec::new();
        match self {
            Self::Match(_, _, Expr::Named(name)) | Self::Remembers(name) => {
                names.push(Used { name, chain: false });
            }
            Self::Verdict(verdict) => names.extend(verdict.chain()),
            Self::Vmap(_, Expr::Named(name)) => names.push(Used { name, chain: false }),
            Self::Vmap(_, Expr::Map(elements)) => {
                for element in elements {
                    if let Some(Means::Verdict(verdict)) = &element.means {
                        names.extend(verdict.chain());
                    }
                }
            }
            _ => {}
        }
        names
    }
}

impl Verdict {
    fn chain(&self) -> Option<Used<'_>> {
        match self {
            Self::Jump(name) | Self::Goto(name) => Some(Used { name, chain: true }),
            _ => None,
        }
    }
}
