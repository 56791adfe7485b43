//! Tables and chains → filters, where they take effect, and translations.

use super::nat;
use super::parse::{Chain, Table};
use super::rule::{self, Meaning};
use super::target::Target;
use crate::config::Notes;
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, StructureKind, Verdict,
};
use crate::source::Spanned;

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
    let mut device = DeviceConfig::default();
    let exempts = |word: &str| matches!(word, "NOTRACK" | "--notrack");
    let untracked = tables
        .iter()
        .filter(|table| table.name == "raw")
        .flat_map(|table| &table.chains)
        .flat_map(|chain| &chain.rules)
        .any(|rule| rule.words.iter().any(|word| exempts(word.text)));
    for table in tables {
        let rules: Vec<Vec<Meaning<'_>>> = table
            .chains
            .iter()
            .map(|chain| {
                let of = |it| rule::meaning(it, table.family, untracked);
                chain.rules.iter().map(of).collect()
            })
            .collect();
        names(table, &rules, notes);
        if table.name == "nat" {
            nat::table(table, &rules, &mut device, notes);
        } else {
            for (chain, rules) in table.chains.iter().zip(&rules) {
                filter(table, chain, rules, &mut device, notes);
            }
        }
    }
    device
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
    rules: &[Meaning<'_>],
    device: &mut DeviceConfig,
    notes: &mut Notes,
) {
    let mut lines = Vec::with_capacity(rules.len());
    for (number, (rule, meaning)) in chain.rules.iter().zip(rules).enumerate() {
        let verdict = verdict(table, meaning);
        let mut when = meaning.when.clone();
        // An address of the device: whether one is meant is only certain for what it takes itself.
        let hook = HOOKS.iter().find(|(name, _)| *name == chain.name.text).map(|it| it.1);
        let itself = meaning.to_itself.filter(|_| hook != Some(Hook::Local));
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
