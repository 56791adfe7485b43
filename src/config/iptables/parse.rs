//! Text → tables, chains and rules, each rule as its words.

use crate::config::dumps::telling;
use crate::config::listing::Words;
use crate::config::{Because, Line, Listing, Notes, Word};
use crate::model::device::Family;
use crate::source::Diagnostic;
use crate::{locale::Text, text};
use std::collections::BTreeMap;

/// Tables and their built-in chains, in the order in which a packet meets them.
const TABLES: &[(&str, &[&str])] = &[
    ("raw", &["PREROUTING", "OUTPUT"]),
    ("mangle", &["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
    ("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]),
    ("filter", &["INPUT", "FORWARD", "OUTPUT"]),
    ("security", &["INPUT", "FORWARD", "OUTPUT"]),
];

pub(super) fn is_table(name: &str) -> bool {
    TABLES.iter().any(|(table, _)| *table == name)
}

pub(super) fn is_built_in(chain: &str) -> bool {
    TABLES.iter().any(|(_, chains)| chains.contains(&chain))
}

/// One table.
#[derive(Debug)]
pub(super) struct Table<'t> {
    pub(super) name: &'static str,
    pub(super) family: Family,
    /// In the order of the text.
    pub(super) chains: Vec<Chain<'t>>,
    /// Where each chain is.
    at: BTreeMap<&'t str, usize>,
}

/// One chain.
#[derive(Debug)]
pub(super) struct Chain<'t> {
    pub(super) name: Word<'t>,
    /// `ACCEPT` or `DROP` of a built-in chain.
    pub(super) policy: Option<&'t str>,
    pub(super) rules: Vec<Rule<'t>>,
    /// Whether a line declares it, and not only a rule that is added to it.
    pub(super) declared: bool,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule<'t> {
    pub(super) line: Line<'t>,
    /// What stands after the name of the chain.
    pub(super) words: Words<'t>,
}

impl<'t> Table<'t> {
    fn new(name: &'static str, family: Family) -> Self {
        Self { name, family, chains: Vec::new(), at: BTreeMap::new() }
    }

    pub(super) fn chain(&self, name: &str) -> Option<&Chain<'t>> {
        self.at.get(name).and_then(|at| self.chains.get(*at))
    }

    fn chain_mut(&mut self, name: Word<'t>) -> Option<&mut Chain<'t>> {
        let at = *self.at.entry(name.text).or_insert(self.chains.len());
        if at == self.chains.len() {
            self.chains.push(Chain { name, policy: None, rules: Vec::new(), declared: false });
        }
        self.chains.get_mut(at)
    }
}

/// All tables of a text.
pub(super) fn tables<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Table<'t>> {
    let mut reading = Reading { tables: Vec::new(), begins: Vec::new(), open: None, saved: false };
    let mut families = families(listing, notes);
    for (index, line) in listing.lines.iter().enumerate() {
        let body = line.body();
        if body.starts_with('#') {
            notes.ignored(line, Because::Comment);
        } else if let Some(name) = body.strip_prefix('*') {
            if let Some((table, _)) = TABLES.iter().find(|(table, _)| *table == name) {
                notes.understood(line);
                let family = families.remove(&index).unwrap_or(Family::V4);
                let before =
                    reading.tables.iter().rposition(|it| it.name == *table && it.family == family);
                if let Some(first) = before.and_then(|it| reading.begins.get(it).copied())
                    && block(listing, first) != block(listing, index)
                {
                    let place = |at: usize| listing.lines.get(at).map(Line::span);
                    if let (Some(first), Some(second)) = (place(first), place(index)) {
                        notes.several(first, second);
                    }
                }
                reading.begins.push(index);
                reading.tables.push(Table::new(table, family));
                reading.open = Some(index);
                reading.saved = true;
            }
        } else if body == "COMMIT" {
            notes.understood(line);
            reading.open = None;
        } else {
            if reading.tables.is_empty() {
                // `iptables -S` does not say which table it shows.
                let family = families.remove(&0).unwrap_or(Family::V4);
                reading.begins.push(index);
                reading.tables.push(Table::new(shown(listing), family));
            }
            reading.command(line, notes);
        }
    }
    if reading.saved && reading.open.is_some() {
        notes.truncated(
            listing.end(),
            Text::new("この表のCOMMITがありません", "the COMMIT of this table is missing"),
        );
    }
    reading.tables
}

/// What a table says that begins at a line.
fn block<'t>(listing: &Listing<'t>, from: usize) -> Vec<&'t str> {
    let lines = listing.lines.get(from..).unwrap_or_default();
    let end = lines.iter().position(|it| it.body() == "COMMIT").unwrap_or(lines.len());
    telling(&lines[..end])
}

struct Reading<'t> {
    tables: Vec<Table<'t>>,
    /// The lines at which they begin.
    begins: Vec<usize>,
    open: Option<usize>,
    saved: bool,
}

impl<'t> Reading<'t> {
    /// A declaration of a chain or a rule. Its line is understood when its words are; that is
    /// decided later for rules.
    fn command(&mut self, line: &Line<'t>, notes: &mut Notes) {
        let Some(table) = self.tables.last_mut() else { return };
        let mut words = line.words();
        // Packet and byte counters.
        let counters = |it: &Word<'_>| it.starts_with('[') && it.ends_with(']');
        let first = words.next().and_then(|it| if counters(&it) { words.next() } else { Some(it) });
        let (Some(first), Some(second)) = (first, words.next()) else { return };
        match first.text {
            _ if first.starts_with(':') => {
                let name = first.slice(1, first.len());
                if let Some(chain) = table.chain_mut(name) {
                    chain.name = name;
                    chain.declared = true;
                    chain.policy = (second.text != "-").then_some(second.text);
                    notes.understood(line);
                }
            }
            "-P" | "--policy" => {
                if let (Some(chain), Some(policy)) = (table.chain_mut(second), words.next()) {
                    chain.name = second;
                    chain.declared = true;
                    chain.policy = Some(policy.text);
                    notes.understood(line);
                }
            }
            "-N" | "--new-chain" => {
                if let Some(chain) = table.chain_mut(second) {
                    chain.declared = true;
                    notes.understood(line);
                }
            }
            "-A" | "--append" => {
                if let Some(chain) = table.chain_mut(second) {
                    chain.rules.push(Rule { line: *line, words });
                }
            }
            "-I" | "--insert" => {
                if let Some(chain) = table.chain_mut(second) {
                    let place = words.clone().next().and_then(|it| it.parse::<usize>().ok());
                    if place.is_some() {
                        words.next();
                    }
                    let at = place.unwrap_or(1).saturating_sub(1).min(chain.rules.len());
                    chain.rules.insert(at, Rule { line: *line, words });
                }
            }
            _ => {}
        }
    }
}

/// The table that `iptables -S` shows, by its built-in chains.
fn shown(listing: &Listing<'_>) -> &'static str {
    let has = |chain: &str| listing.begins_with(|line| line.split(' ').nth(1) == Some(chain));
    match (has("PREROUTING"), has("FORWARD"), has("POSTROUTING")) {
        (true, true, _) => "mangle",
        (_, _, true) => "nat",
        (true, ..) => "raw",
        _ => "filter",
    }
}

/// The family of each table by the index of its line (0 for a text without tables). The comment of
/// the program that wrote it says so; without one the addresses do.
fn families(listing: &Listing<'_>, notes: &mut Notes) -> BTreeMap<usize, Family> {
    let mut families = BTreeMap::new();
    let mut said = None;
    let mut open = 0;
    let mut guess = None;
    let mut assumed = false;
    for (index, line) in listing.lines.iter().enumerate() {
        let body = line.body();
        if let Some(program) = body.strip_prefix("# Generated by ") {
            said = match program.split(['-', ' ']).next() {
                Some("ip6tables") => Some(Family::V6),
                Some("iptables") => Some(Family::V4),
                _ => None,
            };
        }
        if body.starts_with('*') {
            (open, guess) = (index, None);
        }
        guess = guess.or(said).or_else(|| hint(body));
        if let Some(family) = guess {
            families.entry(open).or_insert(family);
        }
    }
    // What does not say so itself is of the family of the others.
    let mut known: Vec<Family> = families.values().copied().collect();
    known.dedup();
    let default = match known.as_slice() {
        [one] => *one,
        _ => {
            assumed = known.is_empty();
            Family::V4
        }
    };
    for (index, line) in listing.lines.iter().enumerate() {
        if line.body().starts_with('*') {
            families.entry(index).or_insert(default);
        }
    }
    families.entry(0).or_insert(default);
    if assumed {
        notes.remark(Diagnostic::warning(
            "iptables-family-assumed",
            text!(
                "IPv4とIPv6のどちらの設定か書かれていないため、IPv4（iptables-save）として読みました",
                "nothing says whether this is for IPv4 or IPv6; it was read as IPv4 (iptables-save)"
            ),
        ).at(listing.lines.first().map_or(listing.end(), Line::span), Text::default()));
    }
    families
}

/// Words that only one family has.
fn hint(body: &str) -> Option<Family> {
    if !body.contains(" -") {
        return None;
    }
    let mut before = "";
    for word in body.split(' ') {
        match before {
            "-s" | "-d" | "--source" | "--destination" => {
                return Some(if word.contains(':') { Family::V6 } else { Family::V4 });
            }
            "-p" if matches!(word, "ipv6-icmp" | "icmpv6") => return Some(Family::V6),
            "-p" if word == "icmp" => return Some(Family::V4),
            "--reject-with" if word.starts_with("icmp6-") => return Some(Family::V6),
            "--reject-with" if word.starts_with("icmp-") => return Some(Family::V4),
            _ => {}
        }
        if word != "!" {
            before = word;
        }
    }
    None
}
