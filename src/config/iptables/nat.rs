//! The `nat` table as translations.

use super::convert::name;
use super::parse::Table;
use super::rule::Meaning;
use super::target::Target;
use crate::config::netfilter::{Does, Step, every_packet, translations};
use crate::config::{Because, Notes};
use crate::model::device::{Becomes, DeviceConfig, NatKind};
use std::collections::BTreeMap;

/// Adds the translations of the table, in order: destinations are translated before sources.
pub(super) fn table<'t>(
    table: &Table<'t>,
    rules: &[Vec<Meaning<'t>>],
    device: &mut DeviceConfig,
    notes: &mut Notes,
) {
    let mut chains: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for (chain, rules) in table.chains.iter().zip(rules) {
        let own = matches!(chain.name.text, "OUTPUT" | "INPUT");
        let mut steps = Vec::with_capacity(rules.len());
        for (number, (rule, meaning)) in chain.rules.iter().zip(rules).enumerate() {
            let does = does(table, &meaning.target);
            let known = !matches!(does, Does::Unknown);
            if own && known {
                // The device's own packets: no path for others.
                notes.ignored(&rule.line, Because::Housekeeping);
            } else if meaning.whole && known {
                notes.understood(&rule.line);
            }
            let label = format!("{} {}", name(table, chain.name.text), number + 1);
            let when = meaning.when.clone();
            steps.push(Step { span: rule.line.span(), label, when, does });
        }
        chains.insert(chain.name.text.to_owned(), steps);
    }
    for (base, kind) in [("PREROUTING", NatKind::Destination), ("POSTROUTING", NatKind::Source)] {
        let packets = every_packet(table.family);
        device.nat.extend(translations(&chains, base, kind, packets, notes));
    }
}

fn does(table: &Table<'_>, target: &Target<'_>) -> Does {
    match target {
        Target::Nothing | Target::Goes => Does::Nothing,
        Target::Accept => Does::Exempt,
        Target::Return => Does::Return,
        Target::Chain(chain, goto) => match table.chain(chain.text) {
            Some(chain) if chain.declared => Does::Enter(chain.name.text.to_owned(), *goto),
            _ => Does::Unknown,
        },
        Target::Nat(it) if it.whole => Does::Translate(
            // `REDIRECT` and `MASQUERADE` name no address because it is the device's own.
            it.addresses.clone().map_or(Becomes::Interface, Becomes::Addresses),
            it.ports.clone(),
        ),
        Target::Nat(_) | Target::Drop | Target::Unknown => Does::Unknown,
    }
}
