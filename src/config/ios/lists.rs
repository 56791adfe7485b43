//! Access lists: numbered and named, standard and extended, IPv4 and IPv6.

use super::entry::{Dialect, Entry};
use super::objects::Objects;
use super::parse::Command;
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{
    Family, Filter, FilterLine, Match, States, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// One line of a list.
#[derive(Clone, Debug)]
pub(in crate::config) struct Listed {
    /// The line.
    pub span: Span,
    /// Its sequence number, when it is written.
    pub label: String,
    /// Where it stands in its list: by its number, else ten after the highest before it.
    pub order: u64,
    /// What it says.
    pub what: What,
}

/// What a line of a list says.
#[derive(Clone, Debug)]
pub(in crate::config) enum What {
    /// It permits or denies.
    Entry(Box<Entry>),
    /// Answers to what the lines with this reflexive name have let out.
    Evaluate(String),
    /// It takes back another one; which, is not followed.
    Withdrawn,
    /// Nobody knows.
    Unknown,
}

/// A list.
#[derive(Clone, Debug)]
pub(in crate::config) struct List {
    /// Its name.
    pub name: Spanned<String>,
    /// Of which packets it speaks.
    pub family: Family,
    /// Its lines in order.
    pub lines: Vec<Listed>,
}

impl List {
    /// Adds lines: one that has a number goes to its place, the others to the end (Cisco: IP access
    /// list entry sequence numbering).
    fn add(&mut self, lines: impl IntoIterator<Item = Listed>) {
        for mut line in lines {
            let last = self.lines.iter().map(|it| it.order).max().unwrap_or_default();
            // What a line takes back may be any before it.
            line.order = match line.what {
                What::Withdrawn => 0,
                _ => line.label.parse().unwrap_or(last + 10),
            };
            let at = self.lines.partition_point(|it| it.order <= line.order);
            self.lines.insert(at, line);
        }
    }
}

/// All lists of a device.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Lists {
    all: Vec<List>,
    index: BTreeMap<String, usize>,
}

impl Lists {
    /// The list with this name, new when there is none.
    pub(in crate::config) fn named(&mut self, name: Spanned<String>, family: Family) -> &mut List {
        let next = self.all.len();
        let at = *self.index.entry(name.value.clone()).or_insert(next);
        if at == next {
            self.all.push(List { name, family, lines: Vec::new() });
        }
        &mut self.all[at]
    }

    /// The list with this name.
    pub(in crate::config) fn get(&self, name: &str) -> Option<&List> {
        self.all.get(*self.index.get(name)?)
    }

    /// Every list as facts.
    pub(in crate::config) fn filters(&self) -> Vec<Filter> {
        let mut reflected: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for line in self.all.iter().flat_map(|list| &list.lines) {
            if let What::Entry(entry) = &line.what
                && let Some(name) = &entry.reflect
            {
                reflected.entry(&name.value).or_default().push(entry);
            }
        }
        self.all.iter().map(|list| filter(list, &reflected)).collect()
    }
}

fn filter(list: &List, reflected: &BTreeMap<&str, Vec<&Entry>>) -> Filter {
    let mut lines = Vec::with_capacity(list.lines.len());
    for line in &list.lines {
        let of = |verdict, when, enabled| FilterLine {
            span: line.span,
            label: line.label.clone(),
            verdict,
            when,
            enabled,
        };
        match &line.what {
            What::Entry(entry) => {
                lines.push(of(entry.verdict.clone(), entry.when.clone(), entry.enabled));
            }
            What::Evaluate(name) => {
                let sessions = reflected.get(name.as_str()).into_iter().flatten();
                lines.extend(
                    sessions.map(|entry| of(Verdict::Permit, answers(&entry.when), entry.enabled)),
                );
            }
            What::Withdrawn | What::Unknown => lines.push(of(Verdict::Unknown, Match::any(), true)),
        }
    }
    // A list without lines lets everything pass (Cisco: IP Addressing, access list overview).
    let otherwise = if list.lines.is_empty() { Verdict::Permit } else { Verdict::Deny };
    let decided = lines.last().is_some_and(|line| {
        line.when.is_certain()
            && line.when.source.v6.is_all()
            && line.when.destination.v6.is_all()
            && line.when.transports.iter().all(Transport::is_any)
    });
    if list.family == Family::V6 && !lines.is_empty() && !decided {
        // Neighbour discovery passes before the deny at the end of every IPv6 list.
        lines.extend([135, 136].map(|kind| FilterLine {
            span: list.name.span,
            label: "implicit".to_owned(),
            verdict: Verdict::Permit,
            when: Match {
                source: AddressSet::any_v6(),
                destination: AddressSet::any_v6(),
                transports: vec![Transport {
                    icmp_types: RangeSet::one(kind),
                    ..Transport::protocol(58)
                }],
                ..Match::any()
            },
            enabled: true,
        }));
    }
    Filter { name: list.name.clone(), family: list.family, lines, otherwise }
}

/// The answers to some packets.
pub(in crate::config) fn answers(of: &Match) -> Match {
    Match {
        from: of.to.clone(),
        to: of.from.clone(),
        source: of.destination.clone(),
        destination: of.source.clone(),
        transports: of
            .transports
            .iter()
            .map(|it| Transport {
                protocols: it.protocols.clone(),
                source_ports: it.destination_ports.clone(),
                destination_ports: it.source_ports.clone(),
                icmp_types: RangeSet::all(),
            })
            .collect(),
        states: States::ESTABLISHED,
        ..of.clone()
    }
}

/// `access-list 101 permit ip any any`.
pub(super) fn numbered(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let number: Option<u16> = command.words.get(1).and_then(|word| word.parse().ok());
    let Some(number) = number.filter(|_| !command.negated) else {
        return match command.words.get(1) {
            Some(&"compiled" | &"rate-limit") => Fate::Ignored(Because::Performance),
            _ => Fate::Unrecognized,
        };
    };
    let standard = match number {
        1..=99 | 1300..=1999 => true,
        100..=199 | 2000..=2699 => false,
        _ => return Fate::Unrecognized,
    };
    let name = command.word(1);
    let name = Spanned::new(name.text.to_owned(), name.span);
    if repr.lists.get(&name.value).is_none() {
        notes.structures.define(StructureKind::Filter, name.value.clone(), command.span());
    }
    let (line, fate) = entry(&repr.objects, command, 2, standard, Family::V4, notes);
    let list = repr.lists.named(name, Family::V4);
    list.add(line);
    fate
}

/// `ip access-list extended NAME` and the lines below it.
pub(super) fn named(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let (family, at, standard) = match command.words.as_slice() {
        ["ip", "access-list", "standard", _] => (Family::V4, 3, true),
        ["ip", "access-list", "extended", _] => (Family::V4, 3, false),
        ["ipv6", "access-list", _] => (Family::V6, 2, false),
        [
            "ip" | "ipv6",
            "access-list",
            "log-update" | "logging" | "resequence" | "persistent",
            ..,
        ] => {
            return Fate::Ignored(Because::Logging);
        }
        _ => return Fate::Unrecognized,
    };
    if command.negated {
        return Fate::Unrecognized;
    }
    let name = command.word(at);
    let name = Spanned::new(name.text.to_owned(), name.span);
    notes.structures.define(StructureKind::Filter, name.value.clone(), command.span());
    let mut lines = Vec::with_capacity(item.children.len());
    for child in &item.children {
        let command = Command::of(&child.line);
        let (line, fate) = entry(&repr.objects, &command, 0, standard, family, notes);
        lines.extend(line);
        notes.set(child.line.number, fate);
    }
    repr.lists.named(name, family).add(lines);
    Fate::Understood
}

/// A line of a list from its sequence number on.
fn entry(
    objects: &Objects,
    command: &Command<'_>,
    mut at: usize,
    standard: bool,
    family: Family,
    notes: &mut Notes,
) -> (Option<Listed>, Fate) {
    let mut label = String::new();
    if command.words.get(at) == Some(&"sequence") {
        at += 1;
    }
    if let Some(number) = command.words.get(at).filter(|word| word.parse::<u32>().is_ok()) {
        label = (*number).to_owned();
        at += 1;
    }
    let listed = |what| Some(Listed { span: command.span(), label: label.clone(), order: 0, what });
    let verdict = match command.words.get(at) {
        _ if command.negated => return (listed(What::Withdrawn), Fate::Unrecognized),
        Some(&"permit") => Verdict::Permit,
        Some(&"deny") => Verdict::Deny,
        Some(&"remark") => return (None, Fate::Ignored(Because::Comment)),
        Some(&"exit" | &"exit-access-list") => return (None, Fate::Understood),
        Some(&"evaluate") => {
            let name = command.word(at + 1).text.to_owned();
            notes.structures.refer(StructureKind::Filter, name.clone(), command.span());
            return (listed(What::Evaluate(name)), Fate::Understood);
        }
        _ => return (listed(What::Unknown), Fate::Unrecognized),
    };
    let dialect = Dialect { objects, family, netmask: false };
    let entry = if standard {
        dialect.standard(verdict, command, at + 1)
    } else {
        dialect.extended(verdict, command, at + 1)
    };
    for (kind, name) in &entry.names {
        notes.structures.refer(*kind, name.value.clone(), command.span());
    }
    if let Some(name) = &entry.reflect {
        notes.structures.define(StructureKind::Filter, name.value.clone(), command.span());
    }
    let fate = if entry.understood { Fate::Understood } else { Fate::Unrecognized };
    (listed(What::Entry(Box::new(entry))), fate)
}
