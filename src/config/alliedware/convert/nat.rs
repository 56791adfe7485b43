//! Rules of `nat`.

use super::firewall::{matches, sides};
use crate::config::alliedware::repr::{Router, Translation};
use crate::model::RangeSet;
use crate::model::device::{Becomes, DeviceConfig, Doubt, Nat, NatKind};
use crate::text;

/// The rules by their numbers; without `enable` none of them works. Whether rules of the firewall see
/// addresses before or after that, no manual at hand says: the order stays unknown.
pub(super) fn nat(router: &Router<'_>, facts: &mut DeviceConfig) {
    let mut rules: Vec<&Translation<'_>> = router.translations.iter().collect();
    rules.sort_by_key(|it| it.rule.number);
    if let (false, Some(first)) = (router.nat_on, rules.first()) {
        facts.doubts.push(Doubt {
            span: first.rule.span,
            why: text!(
                "natの中にenableがないため、変換は働きません",
                "without `enable` below `nat` nothing is translated"
            ),
        });
    }
    for translation in rules {
        let rule = &translation.rule;
        let (kind, target) = match rule.action {
            "masq" => (NatKind::Source, translation.source),
            "portfwd" => (NatKind::Destination, translation.destination),
            "netmap" if translation.destination.is_some() => {
                (NatKind::Static, translation.destination)
            }
            "netmap" => (NatKind::Static, translation.source),
            _ => (NatKind::Destination, None),
        };
        let becomes = match target {
            None if rule.action == "masq" => Becomes::Interface,
            None => Becomes::Unknown,
            Some(entity) => match sides(Some(entity), router).as_slice() {
                [side] if side.unknown.is_none() => Becomes::Addresses(side.addresses.clone()),
                // The address of the line, which nobody wrote down.
                _ if rule.action == "masq" => Becomes::Interface,
                _ => Becomes::Unknown,
            },
        };
        for when in matches(rule, router) {
            let outside = if kind == NatKind::Source { &when.to } else { &when.from };
            let interface = match outside.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            };
            facts.nat.push(Nat {
                span: rule.span,
                label: rule.number.to_string(),
                kind,
                interface,
                when,
                at_interface: false,
                becomes: becomes.clone(),
                ports: translation.port.map(RangeSet::one),
                enabled: router.nat_on,
            });
        }
    }
}
