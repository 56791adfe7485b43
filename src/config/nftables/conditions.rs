//! The conditions of a rule as packets, and its lookups in verdict maps.

use super::fields;
use super::repr::{Element, Expr, Means, Op, Rule, Statement, Table, Translation, Verdict};
use crate::config::netfilter::{self, Tracking};
use crate::model::device::{Match, States};
use crate::source::Span;

/// More alternatives than this of one rule are not written out.
const MOST: usize = 4096;

/// A rule as a list of what it does with which packets.
#[derive(Debug)]
pub(super) struct Meaning {
    pub(super) lines: Vec<(Match, Action)>,
    /// Whether every statement was understood.
    pub(super) whole: bool,
    /// Whether a condition is that the packet is to the device itself.
    pub(super) to_itself: bool,
}

/// What is done.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Verdict(Verdict),
    Translate(Translation),
}

/// What the reading of rules needs to know of the ruleset.
#[derive(Debug)]
pub(super) struct Known<'r> {
    pub(super) table: &'r Table,
    /// Sets to which rules add what packets bring.
    pub(super) remembered: &'r std::collections::BTreeSet<String>,
    pub(super) tracking: Tracking,
}

/// The meaning of a rule about these packets.
pub(super) fn meaning(rule: &Rule, packets: &Match, known: &Known<'_>) -> Meaning {
    let mut meaning = Meaning { lines: Vec::new(), whole: true, to_itself: false };
    // The packets that come to the next statement, as alternatives.
    let mut current = vec![packets.clone()];
    let mut decided = false;
    for statement in &rule.statements {
        match statement {
            Statement::Match(left, op, right) => {
                if let Expr::Field(field) = left
                    && fields::is_to_itself(field, *op, right)
                {
                    meaning.to_itself = true;
                    continue;
                }
                match alternatives(left, *op, right, known) {
                    Some(these) => current = both(&current, &these, rule.span),
                    None => doubt(&mut current, rule.span),
                }
            }
            Statement::Sometimes => current.iter_mut().for_each(|it| it.sometimes = true),
            Statement::Goes | Statement::Exempts | Statement::Remembers(_) => {}
            Statement::Unknown => {
                // It may decide, or do nothing.
                doubt(&mut current, rule.span);
                for when in &current {
                    meaning.lines.push((when.clone(), Action::Verdict(Verdict::Unknown)));
                }
                meaning.whole = false;
                decided = true;
            }
            Statement::Vmap(key, map) => {
                decided = true;
                match elements(map, known) {
                    Some(elements) => {
                        for element in elements {
                            looked_up(key, element, &current, &mut meaning, rule.span, known);
                        }
                    }
                    None => {
                        let mut unknown = current.clone();
                        doubt(&mut unknown, rule.span);
                        meaning.whole = false;
                        let action = Action::Verdict(Verdict::Unknown);
                        meaning.lines.extend(unknown.into_iter().map(|it| (it, action.clone())));
                    }
                }
            }
            Statement::Verdict(verdict) => {
                decided = true;
                meaning.whole &= *verdict != Verdict::Unknown;
                let action = Action::Verdict(verdict.clone());
                meaning.lines.extend(current.iter().map(|it| (it.clone(), action.clone())));
            }
            Statement::Translate(Translation { lookup: Some((key, map)), .. }) => {
                decided = true;
                translated(key, map, &current, &mut meaning, rule.span, known);
            }
            Statement::Translate(it) => {
                decided = true;
                let action = Action::Translate(it.clone());
                meaning.lines.extend(current.iter().map(|it| (it.clone(), action.clone())));
            }
        }
    }
    if !decided {
        let action = Action::Verdict(Verdict::Continue);
        meaning.lines.extend(current.into_iter().map(|it| (it, action.clone())));
    } else {
        meaning.whole &= meaning.lines.iter().all(|(when, _)| when.is_exact());
    }
    meaning
}

/// The lines of one element of a verdict map.
fn looked_up(
    key: &Expr,
    element: &Element,
    current: &[Match],
    meaning: &mut Meaning,
    span: Span,
    known: &Known<'_>,
) {
    let wildcard = matches!(&element.key, Expr::Value(word) if word == "*");
    let mut these = match (wildcard, alternatives(key, Op::Is, &element.key, known)) {
        (true, _) => current.to_vec(),
        (false, Some(these)) => both(current, &these, span),
        (false, None) => {
            let mut unknown = current.to_vec();
            doubt(&mut unknown, span);
            unknown
        }
    };
    let verdict = match &element.means {
        Some(Means::Verdict(verdict)) => verdict.clone(),
        _ => Verdict::Unknown,
    };
    meaning.whole &= verdict != Verdict::Unknown;
    let action = Action::Verdict(verdict);
    meaning.lines.extend(these.drain(..).map(|it| (it, action.clone())));
}

/// The translations of the elements of a map.
fn translated(
    key: &Expr,
    map: &Expr,
    current: &[Match],
    meaning: &mut Meaning,
    span: Span,
    known: &Known<'_>,
) {
    let unknown = || Translation { address: Some(Expr::Unknown), ..Translation::default() };
    let Some(elements) = elements(map, known) else {
        let action = Action::Translate(unknown());
        meaning.lines.extend(current.iter().map(|it| (it.clone(), action.clone())));
        return;
    };
    for element in elements {
        let mut when = current.to_vec();
        match alternatives(key, Op::Is, &element.key, known) {
            Some(these) => when = both(current, &these, span),
            None => doubt(&mut when, span),
        }
        let action = Action::Translate(match &element.means {
            Some(Means::Value(address @ Expr::Value(_))) => {
                Translation { address: Some(address.clone()), ..Translation::default() }
            }
            Some(Means::Value(Expr::Concat(parts))) => match parts.as_slice() {
                [address, port] => Translation {
                    address: Some(address.clone()),
                    port: Some(port.clone()),
                    ..Translation::default()
                },
                _ => unknown(),
            },
            _ => unknown(),
        });
        meaning.lines.extend(when.into_iter().map(|it| (it, action.clone())));
    }
}

fn doubt(current: &mut [Match], span: Span) {
    for when in current {
        if when.not_understood.last() != Some(&span) {
            when.not_understood.push(span);
        }
    }
}

/// Packets in both.
fn both(current: &[Match], these: &[Match], span: Span) -> Vec<Match> {
    if current.len().saturating_mul(these.len()) > MOST {
        let mut current = current.to_vec();
        doubt(&mut current, span);
        return current;
    }
    let mut all = Vec::with_capacity(current.len() * these.len());
    for one in current {
        for other in these {
            let (mut one, mut other) = (one.clone(), other.clone());
            let (states, some) = netfilter::in_both(one.states, other.states);
            (one.states, other.states) = (states, states);
            one.sometimes |= some;
            all.extend(one.intersection(&other));
        }
    }
    if all.is_empty() {
        // It matches nothing; the line stays, about no packet.
        let mut nothing = current.first().cloned().unwrap_or_else(Match::any);
        nothing.states = States::NONE;
        all.push(nothing);
    }
    all
}

/// The packets for which a comparison holds, as alternatives; `None` when nobody knows.
fn alternatives(left: &Expr, op: Op, right: &Expr, known: &Known<'_>) -> Option<Vec<Match>> {
    let values = values(right, known)?;
    match (left, values) {
        (Expr::Field(_) | Expr::Concat(_), Values::Remembered) => {
            Some(vec![Match { sometimes: true, ..Match::any() }])
        }
        (Expr::Field(field), Values::These(values)) => {
            Some(vec![fields::compared(field, op, &values, known.tracking)?])
        }
        (Expr::Masked(field, mask), Values::These(values)) => {
            Some(vec![fields::flags(field, mask, op, &values)?])
        }
        (Expr::Concat(parts), Values::These(values)) if op == Op::Is => {
            let mut all = Vec::with_capacity(values.len());
            for value in values {
                let Expr::Concat(values) = value else { return None };
                if values.len() != parts.len() {
                    return None;
                }
                let mut when = Match::any();
                for (part, value) in parts.iter().zip(values) {
                    let Expr::Field(field) = part else { return None };
                    let values = match value {
                        Expr::Any(all) => all,
                        one => vec![one],
                    };
                    let this = fields::compared(field, op, &values, known.tracking)?;
                    when = when.intersection(&this)?;
                }
                all.push(when);
            }
            (all.len() <= MOST).then_some(all)
        }
        _ => None,
    }
}

enum Values {
    These(Vec<Expr>),
    /// Whatever packets brought before.
    Remembered,
}

/// The values of the right side, with sets written out.
fn values(right: &Expr, known: &Known<'_>) -> Option<Values> {
    let mut all = Vec::new();
    match right {
        Expr::Named(name) if known.remembered.contains(name) => return Some(Values::Remembered),
        Expr::Named(name) => {
            let set = known.table.sets.get(name)?;
            if set.changes {
                return None;
            }
            for element in &set.elements {
                flat(&element.key, &mut all)?;
            }
        }
        other => flat(other, &mut all)?,
    }
    Some(Values::These(all))
}

fn flat(value: &Expr, all: &mut Vec<Expr>) -> Option<()> {
    match value {
        Expr::Any(values) => values.iter().try_for_each(|it| flat(it, all)),
        Expr::Value(_) | Expr::Concat(_) => {
            all.push(value.clone());
            Some(())
        }
        _ => None,
    }
}

/// The elements of a map that stands here or has a name.
fn elements<'k>(map: &'k Expr, known: &'k Known<'_>) -> Option<&'k [Element]> {
    match map {
        Expr::Map(elements) => Some(elements),
        Expr::Named(name) => {
            known.table.sets.get(name).filter(|it| !it.changes).map(|it| it.elements.as_slice())
        }
        _ => None,
    }
}
