//! Tables and chains → filters, where they take effect, and translations.

use super::nat;
use super::parse::{Chain, Rule, Table};
use super::rule::{self, Meaning};
use super::target::{self, Target};
use crate::config::Notes;
use crate::config::netfilter::{Calls, Tracking, only};
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, StructureKind,
    TranslationOrder, Verdict,
};
use crate::source::Spanned;
use std::collections::BTreeSet;

/// The hooks of built-in chains.
const HOOKS: &[(&str, Hook)] = &[
    ("PREROUTING", Hook::In),
    ("INPUT", Hook::Local),
    ("FORWARD", Hook::Forward),
    ("OUTPUT", Hook::Own),
    ("POSTROUTING", Hook::Out),
];

/// The facts of all tables.
pub(super) fn device(tables: &[Table<'_>], notes: &mut Notes) -> DeviceConfig {
    // `raw` and `mangle` before destinations change, all other chains after it; sources change after
    // the last chain (iptables(8), TABLES).
    let translates = TranslationOrder::AfterIncoming;
    let mut device = DeviceConfig { translates, ..DeviceConfig::default() };
    for table in tables {
        let tracking = tracking(tables, table.family);
        let rules: Vec<Vec<Meaning<'_>>> = table
            .chains
            .iter()
            .map(|chain| {
                let of = |it| rule::meaning(it, table.family, tracking);
                chain.rules.iter().map(of).collect()
            })
            .collect();
        names(table, &rules, notes);
        if table.name == "nat" {
            nat::table(table, &rules, &mut device, notes);
        } else {
            let local = local(table, &rules);
            for (chain, rules) in table.chains.iter().zip(rules) {
                let local = local.contains(chain.name.text);
                filter(table, chain, local, rules, &mut device, notes);
            }
        }
    }
    device
}

/// What the rules of a family do to connections.
fn tracking(tables: &[Table<'_>], family: Family) -> Tracking {
    let named =
        |name: &'static str| tables.iter().filter(move |it| it.name == name && it.family == family);
    let exempts = named("raw")
        .flat_map(rules)
        .any(|rule| rule.words.clone().any(|it| matches!(it.text, "NOTRACK" | "--notrack")));
    let shown = named("nat").next().is_some();
    let diverts = named("nat").any(|table| {
        rules(table)
            .filter_map(target::name)
            .any(|name| target::may_divert(name) && table.chain(name).is_none())
    });
    Tracking { exempts, diverts: shown.then_some(diverts) }
}

fn rules<'r, 't>(table: &'r Table<'t>) -> impl Iterator<Item = &'r Rule<'t>> {
    table.chains.iter().flat_map(|it| &it.rules)
}

/// The chains to which only packets to the device itself come.
fn local<'t>(table: &Table<'t>, rules: &[Vec<Meaning<'t>>]) -> BTreeSet<&'t str> {
    let called = |rules: &Vec<Meaning<'t>>| {
        let targets = rules.iter().filter_map(|it| match it.target {
            Target::Chain(name, _) => Some(name.text),
            _ => None,
        });
        targets.collect::<Vec<&'t str>>()
    };
    let calls: Calls<'_> =
        table.chains.iter().zip(rules).map(|(it, rules)| (it.name.text, called(rules))).collect();
    let bases = HOOKS.iter().map(|(name, _)| *name);
    only(&calls, ["INPUT"], bases.filter(|it| *it != "INPUT"))
}

/// The name of a chain as a filter. Chains of IPv4 and IPv6 have the same names.
pub(super) fn name(table: &Table<'_>, chain: &str) -> String {
    match table.family {
        Family::V6 => format!("ip6/{}/{chain}", table.name),
        _ => format!("{}/{chain}", table.name),
    }
}

/// Chains that are defined and chains that are used.
fn names(table: &Table<'_>, rules: &[Vec<Meaning<'_>>], notes: &mut Notes) {
    for (chain, rules) in table.chains.iter().zip(rules) {
        let full = name(table, chain.name.text);
        if chain.policy.is_some() || super::parse::is_built_in(chain.name.text) {
            notes.structures.define_active(StructureKind::Filter, full, chain.name.span);
        } else if chain.declared {
            notes.structures.define(StructureKind::Filter, full, chain.name.span);
        }
        for rule in rules {
            if let Target::Chain(target, _) = &rule.target {
                let full = name(table, target.text);
                notes.structures.refer(StructureKind::Filter, full, target.span);
            }
        }
    }
}

fn filter(
    table: &Table<'_>,
    chain: &Chain<'_>,
    local: bool,
    rules: Vec<Meaning<'_>>,
    device: &mut DeviceConfig,
    notes: &mut Notes,
) {
    let mut lines = Vec::with_capacity(rules.len());
    for (number, (rule, meaning)) in chain.rules.iter().zip(rules).enumerate() {
        let verdict = verdict(table, &meaning);
        let mut when = meaning.when;
        // An address of the device: whether one is meant is only certain for what it takes itself.
        let itself = meaning.to_itself.filter(|_| !local);
        when.not_understood.extend(itself);
        let diverts = matches!(meaning.target, Target::Nat(_));
        if meaning.whole && itself.is_none() && verdict != Verdict::Unknown && !diverts {
            notes.understood(&rule.line);
        }
        let span = rule.line.span();
        lines.push(FilterLine {
            span,
            label: (number + 1).to_string(),
            verdict,
            when,
            enabled: true,
        });
    }
    let otherwise = match chain.policy {
        Some("ACCEPT") => Verdict::Permit,
        Some("DROP" | "REJECT") => Verdict::Deny,
        Some("RETURN") | None => Verdict::Return,
        Some(_) => Verdict::Unknown,
    };
    let hook = HOOKS.iter().find(|(name, _)| *name == chain.name.text);
    // A built-in chain to which rules are added without a policy in sight.
    let otherwise = match (&otherwise, hook) {
        (Verdict::Return, Some(_)) => Verdict::Unknown,
        _ => otherwise,
    };
    // Tables beside `filter` mostly do nothing; then they are no filters.
    let idle = lines.iter().all(|line| line.verdict == Verdict::Continue)
        && otherwise == Verdict::Permit
        && table.name != "filter";
    if idle {
        return;
    }
    let full = name(table, chain.name.text);
    if let Some((_, hook)) = hook {
        device.applied.push(Applied {
            span: chain.name.span,
            filter: full.clone(),
            hook: *hook,
            interfaces: Vec::new(),
            answers: Answers::AsDevice,
        });
    }
    device.filters.push(Filter {
        name: Spanned::new(full, chain.name.span),
        family: table.family,
        lines,
        otherwise,
    });
}

fn verdict(table: &Table<'_>, meaning: &Meaning<'_>) -> Verdict {
    match &meaning.target {
        Target::Nothing | Target::Goes => Verdict::Continue,
        Target::Accept => Verdict::Permit,
        Target::Drop => Verdict::Deny,
        Target::Return => Verdict::Return,
        Target::Chain(chain, goto) => match table.chain(chain.text) {
            Some(chain) if chain.declared && *goto => Verdict::Goto(name(table, chain.name.text)),
            Some(chain) if chain.declared => Verdict::Call(name(table, chain.name.text)),
            _ => Verdict::Unknown,
        },
        Target::Nat(_) | Target::Unknown => Verdict::Unknown,
    }
}
