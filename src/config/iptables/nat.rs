//! The `nat` table as translations in the order in which packets meet them: chains are walked from
//! the built-in ones, and what a jump asks is asked of everything behind it.

use super::convert::name;
use super::parse::Table;
use super::rule::{Meaning, family_addresses};
use super::target::{Target, Translation};
use crate::config::{Because, Notes};
use crate::model::device::{Becomes, DeviceConfig, Match, Nat, NatKind};
use crate::source::{Diagnostic, Span};
use crate::{locale::Text, text};

/// Chains within chains deeper than this are not walked; iptables itself allows no loops.
const DEEPEST: usize = 32;
/// More rules than this are not visited: chains that call each other can be many more paths than rules.
const MOST: usize = 200_000;

/// Everything that a walk needs.
struct Walk<'w, 't> {
    table: &'w Table<'t>,
    rules: &'w [Vec<Meaning<'t>>],
    side: Side,
    found: Vec<Nat>,
    left: usize,
    /// Where it could not go on.
    cut: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Destination,
    Source,
}

/// Adds the translations of a table, in order: destinations are translated before sources.
pub(super) fn translations<'t>(
    table: &Table<'t>,
    rules: &[Vec<Meaning<'t>>],
    device: &mut DeviceConfig,
    notes: &mut Notes,
) {
    for (start, side) in [("PREROUTING", Side::Destination), ("POSTROUTING", Side::Source)] {
        let mut walk = Walk { table, rules, side, found: Vec::new(), left: MOST, cut: None };
        let mut when = Match::any();
        when.source = family_addresses(table.family);
        when.destination = when.source.clone();
        walk.chain(start, when, 0);
        device.nat.append(&mut walk.found);
        if let Some(span) = walk.cut {
            notes.remark(
                Diagnostic::warning(
                    "iptables-nat-too-large",
                    text!(
                        "natテーブルのチェーンが複雑なため、途中までしか読んでいません",
                        "the chains of the nat table are too entangled; they were read only in part"
                    ),
                )
                .at(span, Text::default()),
            );
        }
    }
    for (chain, rules) in table.chains.iter().zip(rules) {
        let own = matches!(chain.name.text, "OUTPUT" | "INPUT");
        for (rule, meaning) in chain.rules.iter().zip(rules) {
            let known = match &meaning.target {
                Target::Chain(target, _) => table.chain(target.text).is_some_and(|it| it.declared),
                Target::Drop => false,
                _ => meaning.target.is_understood(),
            };
            if own && known {
                // The device's own packets: no path for others.
                notes.ignored(&rule.line, Because::Housekeeping);
            } else if meaning.whole && known {
                notes.understood(&rule.line);
            }
        }
    }
}

impl Walk<'_, '_> {
    /// The translations of a chain for these packets.
    fn chain(&mut self, chain: &str, mut path: Match, depth: usize) {
        let Some(at) = self.table.chains.iter().position(|it| it.name.text == chain) else {
            return;
        };
        let Some((chain, rules)) = self.table.chains.get(at).zip(self.rules.get(at)) else {
            return;
        };
        for (number, (rule, meaning)) in chain.rules.iter().zip(rules).enumerate() {
            let span = rule.line.span();
            if self.left == 0 || depth > DEEPEST {
                self.cut = self.cut.or(Some(span));
                return;
            }
            self.left -= 1;
            let Some(when) = path.intersection(&meaning.when) else { continue };
            let label = format!("{} {}", name(self.table, chain.name.text), number + 1);
            match &meaning.target {
                Target::Nothing | Target::Goes => {}
                Target::Accept => self.exempt(span, label, when),
                Target::Return if depth == 0 => self.exempt(span, label, when),
                Target::Return => {
                    if !subtract(&mut path, &meaning.when, span) {
                        return;
                    }
                }
                Target::Nat(translation) => self.translate(span, label, when, translation),
                Target::Chain(target, goto) => {
                    self.chain(target.text, when, depth + 1);
                    if *goto && !subtract(&mut path, &meaning.when, span) {
                        return;
                    }
                }
                Target::Drop | Target::Unknown => {
                    let mut when = when;
                    when.not_understood.push(span);
                    self.push(span, label, when, Becomes::Unknown, None);
                }
            }
        }
    }

    fn exempt(&mut self, span: Span, label: String, when: Match) {
        self.push(span, label, when, Becomes::Unchanged, None);
    }

    fn translate(&mut self, span: Span, label: String, mut when: Match, it: &Translation) {
        let becomes = match (&it.addresses, &it.ports, it.whole) {
            (_, _, false) => Becomes::Unknown,
            (Some(addresses), ..) => Becomes::Addresses(addresses.clone()),
            // `DNAT --to-destination :80` changes the port alone; `REDIRECT` and `MASQUERADE` name
            // no address because it is the device's own.
            (None, ..) => Becomes::Interface,
        };
        if !it.whole {
            when.not_understood.push(span);
        }
        self.push(span, label, when, becomes, it.ports.clone());
    }

    fn push(
        &mut self,
        span: Span,
        label: String,
        when: Match,
        becomes: Becomes,
        ports: Option<crate::model::RangeSet<u16>>,
    ) {
        let (kind, interfaces) = match self.side {
            Side::Destination => (NatKind::Destination, &when.from),
            Side::Source => (NatKind::Source, &when.to),
        };
        let interface = match interfaces.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        self.found.push(Nat { span, label, kind, interface, when, becomes, ports, enabled: true });
    }
}

/// Takes packets out of a path, when they differ from the rest in a single respect; otherwise nobody
/// knows exactly which are left. False when none is left.
fn subtract(path: &mut Match, gone: &Match, span: Span) -> bool {
    // A condition that includes all of the path asks nothing of it.
    let interfaces = [&gone.from, &gone.to, &gone.not_from, &gone.not_to];
    let anywhere = interfaces.iter().all(|it| it.is_empty());
    let any = Match::any();
    let rest = gone.transports == any.transports && gone.states == any.states && gone.is_certain();
    let source = gone.source.includes(&path.source);
    let destination = gone.destination.includes(&path.destination);
    match (anywhere, source, destination) {
        _ if !rest => path.not_understood.push(span),
        (true, true, true) => return false,
        (true, false, true) => path.source = path.source.difference(&gone.source),
        (true, true, false) => {
            path.destination = path.destination.difference(&gone.destination);
        }
        (false, true, true) => match interfaces.map(Vec::is_empty) {
            [false, true, true, true] => path.not_from.extend(gone.from.iter().cloned()),
            [true, false, true, true] => path.not_to.extend(gone.to.iter().cloned()),
            _ => path.not_understood.push(span),
        },
        _ => path.not_understood.push(span),
    }
    true
}
