//! Translations in the order in which packets meet them: chains are walked from a base chain, and
//! what a jump asks is asked of everything behind it.

use crate::config::Notes;
use crate::model::RangeSet;
use crate::model::device::{Becomes, Match, Nat, NatKind};
use crate::source::Span;
use std::collections::BTreeMap;

/// Chains within chains deeper than this are not walked; the kernel allows no loops.
const DEEPEST: usize = 32;
/// More rules than this are not visited: chains that call each other can be many more paths than rules.
const MOST: usize = 200_000;

/// One rule of a chain.
#[derive(Clone, Debug)]
pub(in crate::config) struct Step {
    pub(in crate::config) span: Span,
    pub(in crate::config) label: String,
    pub(in crate::config) when: Match,
    pub(in crate::config) does: Does,
}

/// What a rule does to the addresses of a packet.
#[derive(Clone, Debug)]
pub(in crate::config) enum Does {
    /// Nothing; the next rule is tried.
    Nothing,
    /// Nothing, and no later rule is tried.
    Exempt,
    /// The calling chain goes on.
    Return,
    Translate(Becomes, Option<RangeSet<u16>>),
    /// Another chain is tried, with or without coming back.
    Enter(String, bool),
    Unknown,
}

/// The translations that a base chain does.
pub(in crate::config) fn translations(
    chains: &BTreeMap<String, Vec<Step>>,
    base: &str,
    kind: NatKind,
    packets: Match,
    notes: &mut Notes,
) -> Vec<Nat> {
    let mut walk = Walk { chains, kind, found: Vec::new(), left: MOST, cut: None };
    walk.chain(base, packets, 0);
    if let Some(span) = walk.cut {
        super::entangled(notes, span);
    }
    walk.found
}

struct Walk<'w> {
    chains: &'w BTreeMap<String, Vec<Step>>,
    kind: NatKind,
    found: Vec<Nat>,
    left: usize,
    /// Where it could not go on.
    cut: Option<Span>,
}

impl Walk<'_> {
    /// The translations of a chain for the packets that come to it.
    fn chain(&mut self, chain: &str, mut path: Match, depth: usize) {
        let chains = self.chains;
        for step in chains.get(chain).into_iter().flatten() {
            if self.left == 0 || depth > DEEPEST {
                self.cut = self.cut.or(Some(step.span));
                return;
            }
            self.left -= 1;
            let Some(when) = path.intersection(&step.when) else { continue };
            match &step.does {
                Does::Nothing => {}
                Does::Exempt => self.push(step, when, Becomes::Unchanged, None),
                Does::Return if depth == 0 => self.push(step, when, Becomes::Unchanged, None),
                Does::Return => {
                    if !subtract(&mut path, step) {
                        return;
                    }
                }
                Does::Translate(becomes, ports) => {
                    self.push(step, when, becomes.clone(), ports.clone());
                }
                Does::Enter(target, goto) => {
                    self.chain(target, when, depth + 1);
                    if *goto && !subtract(&mut path, step) {
                        return;
                    }
                }
                Does::Unknown => {
                    let mut when = when;
                    when.not_understood.push(step.span);
                    self.push(step, when, Becomes::Unknown, None);
                }
            }
        }
    }

    fn push(&mut self, step: &Step, when: Match, becomes: Becomes, ports: Option<RangeSet<u16>>) {
        let interfaces = if self.kind == NatKind::Source { &when.to } else { &when.from };
        let interface = match interfaces.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        self.found.push(Nat {
            span: step.span,
            label: step.label.clone(),
            kind: self.kind,
            interface,
            when,
            at_interface: false,
            becomes,
            ports,
            enabled: true,
        });
    }
}

/// Takes packets out of a path, when they differ from the rest in a single respect; otherwise nobody
/// knows exactly which are left. False when none is left.
fn subtract(path: &mut Match, step: &Step) -> bool {
    let (gone, span) = (&step.when, step.span);
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
