//! Ruleset → filters, where they take effect, and translations.

use super::conditions::{Action, Known, Meaning, meaning};
use super::repr::{Base, Chain, Expr, Ruleset, Statement, Table, Translation, Verdict};
use crate::config::netfilter::{Does, Fates, Step, Tracking, every_packet, only, translations};
use crate::config::{Because, Notes, numbers};
use crate::model::RangeSet;
use crate::model::device::{
    self, Answers, Applied, Becomes, DeviceConfig, Filter, FilterLine, Hook, Nat, NatKind,
    StructureKind,
};
use crate::source::Spanned;
use std::collections::{BTreeMap, BTreeSet};

/// The hooks of base chains.
const HOOKS: &[(&str, Hook)] = &[
    ("ingress", Hook::In),
    ("prerouting", Hook::In),
    ("input", Hook::Local),
    ("forward", Hook::Forward),
    ("output", Hook::Own),
    ("postrouting", Hook::Out),
    ("egress", Hook::Out),
];

/// The facts of a ruleset.
pub(super) fn device(ruleset: &Ruleset, fates: &mut Fates, notes: &mut Notes) -> DeviceConfig {
    // What no chain speaks about passes: a ruleset is all there is, for both families.
    let mut device = DeviceConfig {
        unfiltered: device::Verdict::Permit,
        translates: order(ruleset),
        ..DeviceConfig::default()
    };
    let diverts = statements(ruleset).any(|it| matches!(it, Statement::Translate(_)));
    let tracking = Tracking {
        exempts: statements(ruleset).any(|it| matches!(it, Statement::Exempts)),
        diverts: (diverts || !ruleset.missing).then_some(diverts),
    };
    // The translations of each base chain.
    let mut chains: Vec<Vec<Nat>> = Vec::new();
    for table in &ruleset.tables {
        let mut remembered = BTreeSet::new();
        for rule in table.chains.iter().flat_map(|it| &it.rules) {
            for statement in &rule.statements {
                if let Statement::Remembers(set) = statement {
                    remembered.insert(set.clone());
                }
            }
        }
        names(table, notes);
        let known = Known { table, remembered: &remembered, tracking };
        let translations = convert(&known, &mut device, fates, notes);
        chains.extend(translations.into_iter().filter(|it| !it.is_empty()));
    }
    for at in 0..chains.len() {
        let (before, rest) = chains.split_at_mut(at);
        let Some((own, behind)) = rest.split_first_mut() else { continue };
        beside(own, || before.iter().chain(behind.iter()).flatten());
    }
    device.nat = chains.into_iter().flatten().collect();
    device
}

/// What one chain leaves as it is, another at the same hook may still change; and where both change
/// a packet, the first does, which their priorities say (nft(8), CHAINS): these are not read.
fn beside<'n, I: Iterator<Item = &'n Nat>>(own: &mut Vec<Nat>, others: impl Fn() -> I) {
    let meets = |it: &Nat| {
        let same = |other: &&Nat| other.kind == it.kind && other.becomes != Becomes::Unchanged;
        others().filter(same).any(|other| other.when.intersection(&it.when).is_some())
    };
    // Of the last lines nothing is exempted but from the other chains, and from these it is not.
    while own.last().is_some_and(|it| it.becomes == Becomes::Unchanged && meets(it)) {
        own.pop();
    }
    for it in own {
        if meets(it) {
            it.when.not_understood.push(it.span);
        }
    }
}

/// Whether chains of the hooks where addresses change see them before or after that, their priorities
/// say (nft(8), CHAINS), and these are not read; all other chains see the inside.
fn order(ruleset: &Ruleset) -> device::TranslationOrder {
    let bases =
        || ruleset.tables.iter().flat_map(|it| &it.chains).filter_map(|it| it.base.as_ref());
    let changes = bases().any(|it| it.kind == "nat");
    let beside =
        |it: &Base| it.kind != "nat" && matches!(it.hook.as_str(), "prerouting" | "postrouting");
    match changes && bases().any(beside) {
        true => device::TranslationOrder::Unknown,
        false => device::TranslationOrder::AfterIncoming,
    }
}

fn statements(ruleset: &Ruleset) -> impl Iterator<Item = &Statement> {
    let chains = ruleset.tables.iter().flat_map(|it| &it.chains);
    chains.flat_map(|it| &it.rules).flat_map(|it| &it.statements)
}

/// Chains and sets that are defined and used.
fn names(table: &Table, notes: &mut Notes) {
    for chain in &table.chains {
        let name = table.filter(&chain.name.value);
        if chain.base.is_some() {
            notes.structures.define_active(StructureKind::Filter, name, chain.name.span);
        } else {
            notes.structures.define(StructureKind::Filter, name, chain.name.span);
        }
        for rule in &chain.rules {
            for used in rule.names() {
                let kind =
                    if used.chain { StructureKind::Filter } else { StructureKind::AddressGroup };
                notes.structures.refer(kind, table.filter(used.name), rule.span);
            }
        }
    }
    for set in table.sets.values() {
        for name in set.chains() {
            notes.structures.refer(StructureKind::Filter, table.filter(name), set.span);
        }
    }
}

/// The facts of a table; its translations are what comes back, those of each base chain.
fn convert(
    known: &Known<'_>,
    device: &mut DeviceConfig,
    fates: &mut Fates,
    notes: &mut Notes,
) -> Vec<Vec<Nat>> {
    let table = known.table;
    let Some(family) = table.packets() else {
        for rule in table.chains.iter().flat_map(|it| &it.rules) {
            match table.family.as_str() {
                // Who has which address on a link; no path.
                "arp" => fates.ignored(rule.span, Because::Housekeeping),
                // Frames between ports of a bridge: the facts have no word for these filters.
                _ => fates.failed(rule.span),
            }
        }
        return Vec::new();
    };
    let packets = every_packet(family);
    let calls = table.calls();
    let bases = |these: fn(&Base) -> bool| {
        let of = move |it: &&Chain| it.base.as_ref().is_some_and(these);
        table.chains.iter().filter(of).map(|it| it.name.value.as_str())
    };
    // Chains that only translating chains call filter nothing.
    let translating = only(&calls, bases(|it| it.kind == "nat"), bases(|it| it.kind != "nat"));
    let local = only(&calls, bases(|it| it.hook == "input"), bases(|it| it.hook != "input"));
    let mut chains: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for chain in &table.chains {
        let meanings: Vec<Meaning> =
            chain.rules.iter().map(|rule| meaning(rule, &packets, known)).collect();
        let nat = chain.base.as_ref().is_some_and(|it| it.kind == "nat");
        let own = nat
            && chain.base.as_ref().is_some_and(|it| matches!(it.hook.as_str(), "output" | "input"));
        for (rule, meaning) in chain.rules.iter().zip(&meanings) {
            let undefined = meaning.lines.iter().any(|(_, it)| unknown_chain(table, it));
            match (meaning.whole && !undefined, own) {
                (false, _) => fates.failed(rule.span),
                (true, true) => fates.ignored(rule.span, Because::Housekeeping),
                (true, false) => fates.understood(rule.span),
            }
        }
        let steps = steps(table, chain, &meanings);
        let both = steps.iter().any(|it| matches!(it.does, Does::Translate(..)));
        for step in steps.iter().filter(|it| matches!(it.does, Does::Unknown)) {
            // A filter says of its lines itself which verdicts it does not know.
            if nat || translating.contains(chain.name.value.as_str()) {
                fates.failed(step.span);
            }
        }
        if nat || both || translating.contains(chain.name.value.as_str()) {
            chains.insert(chain.name.value.clone(), steps);
        }
        if !nat && !translating.contains(chain.name.value.as_str()) {
            let local = local.contains(chain.name.value.as_str());
            filter(table, chain, local, meanings, device, fates);
        }
    }
    let mut found = Vec::new();
    for (hook, kind) in [("prerouting", NatKind::Destination), ("postrouting", NatKind::Source)] {
        let here = |it: &&Chain| {
            it.base.as_ref().is_some_and(|base| base.kind == "nat" && base.hook == hook)
        };
        for base in table.chains.iter().filter(here).map(|it| it.name.value.as_str()) {
            found.push(translations(&chains, base, kind, packets.clone(), notes));
        }
    }
    found
}

fn unknown_chain(table: &Table, action: &Action) -> bool {
    match action {
        Action::Verdict(Verdict::Jump(name) | Verdict::Goto(name)) => !table.has_chain(name),
        _ => false,
    }
}

/// The rules of a chain as they translate.
fn steps(table: &Table, chain: &Chain, meanings: &[Meaning]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (number, (rule, meaning)) in chain.rules.iter().zip(meanings).enumerate() {
        for (when, action) in &meaning.lines {
            let does = match action {
                Action::Verdict(Verdict::Accept) => Does::Exempt,
                Action::Verdict(Verdict::Return) => Does::Return,
                Action::Verdict(Verdict::Continue) => Does::Nothing,
                Action::Verdict(Verdict::Jump(_) | Verdict::Goto(_))
                    if unknown_chain(table, action) =>
                {
                    Does::Unknown
                }
                Action::Verdict(Verdict::Jump(name)) => Does::Enter(name.clone(), false),
                Action::Verdict(Verdict::Goto(name)) => Does::Enter(name.clone(), true),
                // What is dropped here is not translated; whether something is, nobody knows.
                Action::Verdict(Verdict::Drop | Verdict::Unknown) => Does::Unknown,
                Action::Translate(it) => does(it),
            };
            let label = format!("{} {}", table.filter(&chain.name.value), number + 1);
            steps.push(Step { span: rule.span, label, when: when.clone(), does });
        }
    }
    steps
}

fn does(it: &Translation) -> Does {
    let one = |expr: &Option<Expr>| match expr {
        Some(Expr::Value(word)) => Ok(Some(word.clone())),
        Some(_) => Err(()),
        None => Ok(None),
    };
    let (Ok(address), Ok(port)) = (one(&it.address), one(&it.port)) else { return Does::Unknown };
    let ports: Option<RangeSet<u16>> = match port.as_deref().map(numbers::ports) {
        Some(None) => return Does::Unknown,
        Some(Some(ports)) => Some(ports),
        None => None,
    };
    let becomes = match (address.as_deref().map(numbers::addresses), it.own) {
        (Some(Some(addresses)), _) => Becomes::Addresses(addresses),
        (None, true) => Becomes::Interface,
        // A new port at an address that stays is more than the facts can say.
        (Some(None), _) | (None, false) => return Does::Unknown,
    };
    Does::Translate(becomes, ports)
}

fn filter(
    table: &Table,
    chain: &Chain,
    local: bool,
    meanings: Vec<Meaning>,
    device: &mut DeviceConfig,
    fates: &mut Fates,
) {
    let Some(family) = table.packets() else { return };
    let hook = chain.base.as_ref().and_then(hook);
    if chain.base.is_some() && hook.is_none() {
        fates.failed(chain.name.span);
    }
    let mut lines = Vec::new();
    for (number, (rule, meaning)) in chain.rules.iter().zip(meanings).enumerate() {
        if meaning.to_itself && !local {
            fates.failed(rule.span);
        }
        for (mut when, action) in meaning.lines {
            if meaning.to_itself && !local {
                when.not_understood.push(rule.span);
            }
            let verdict = verdict(table, &action);
            if verdict == device::Verdict::Unknown {
                fates.failed(rule.span);
            }
            let label = (number + 1).to_string();
            lines.push(FilterLine { span: rule.span, label, verdict, when, enabled: true });
        }
    }
    let otherwise = match chain.base.as_ref().map(|it| it.policy.as_str()) {
        Some("accept") => device::Verdict::Permit,
        Some("drop") => device::Verdict::Deny,
        None => device::Verdict::Return,
        Some(_) => device::Verdict::Unknown,
    };
    let decides = lines.iter().any(|it| it.verdict != device::Verdict::Continue)
        || otherwise != device::Verdict::Permit;
    let name = table.filter(&chain.name.value);
    if let (Some(hook), Some(base)) = (hook, &chain.base) {
        if !decides && matches!(hook, Hook::In | Hook::Out) {
            return;
        }
        device.applied.push(Applied {
            span: chain.name.span,
            filter: name.clone(),
            hook,
            interfaces: base.devices.clone(),
            answers: Answers::AsDevice,
        });
    }
    let name = Spanned::new(name, chain.name.span);
    device.filters.push(Filter { name, family, lines, otherwise });
}

fn hook(base: &Base) -> Option<Hook> {
    HOOKS.iter().find(|(name, _)| *name == base.hook).map(|(_, hook)| *hook)
}

fn verdict(table: &Table, action: &Action) -> device::Verdict {
    match action {
        Action::Verdict(Verdict::Accept) => device::Verdict::Permit,
        Action::Verdict(Verdict::Drop) => device::Verdict::Deny,
        Action::Verdict(Verdict::Return) => device::Verdict::Return,
        Action::Verdict(Verdict::Continue) => device::Verdict::Continue,
        Action::Verdict(Verdict::Jump(_) | Verdict::Goto(_)) if unknown_chain(table, action) => {
            device::Verdict::Unknown
        }
        Action::Verdict(Verdict::Jump(name)) => device::Verdict::Call(table.filter(name)),
        Action::Verdict(Verdict::Goto(name)) => device::Verdict::Goto(table.filter(name)),
        Action::Verdict(Verdict::Unknown) | Action::Translate(_) => device::Verdict::Unknown,
    }
}
