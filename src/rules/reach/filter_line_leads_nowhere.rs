//! A permission from or to addresses that stand nowhere: it lets nothing through, until somebody
//! takes such an address.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::{DeviceConfig, FilterLine, NextHop, Verdict};
use crate::model::{AddressSet, EntityRef, IpNetwork, network_of};
use crate::rules::authority::control;
use crate::rules::configured::{each, in_effect};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::not_public;

pub(super) static RULE: Rule = Rule {
    id: "filter-line-leads-nowhere",
    title: Text::new(
        "どこにもないアドレスを許可するフィルタの行",
        "a filter line that permits addresses which stand nowhere",
    ),
    severity: Severity::Low,
    confidence: Confidence::Medium,
    references: &[control("13⑪")],
    remedy: Text::new(
        "なくなったシステムや事業者のための行なら削除してください。まだあるなら、そのアドレスを台帳に書いてください。",
        "Delete the line if what it was for is gone; otherwise declare these addresses.",
    ),
    page: include_str!("filter_line_leads_nowhere.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    // Where a zone's networks are not written down, nobody can say that an address is nowhere.
    let zones = &facts.inventory.zones;
    if zones.iter().next().is_none() || zones.iter().any(|it| it.networks.is_empty()) {
        return;
    }
    let known = known(facts);
    out.extend(each(facts, |thing, it| judge(facts, thing, it, &known)).into_values());
}

fn judge(
    facts: &Facts<'_>,
    thing: &EntityRef,
    configured: &Configured,
    known: &AddressSet,
) -> Option<Report> {
    // With routes that are learnt, what lies behind the neighbours nobody knows.
    if !configured.config.peers.is_empty() {
        return None;
    }
    let filters = in_effect(&configured.config).into_iter();
    let lines = filters.flat_map(|it| &it.lines).filter_map(|it| nowhere(it, known));
    let mut lines: Vec<(Span, Text)> = lines.collect();
    lines.sort_by_key(|(span, _)| *span);
    lines.dedup_by_key(|(span, _)| *span);
    let (count, name) = (lines.len(), facts.inventory.name_of(thing));
    let mut lines = lines.into_iter();
    let (span, what) = lines.next()?;
    let message = text!(
        "「{name}」のフィルタに、台帳にも設定にもないアドレスを許可する行が{count}行あります",
        "filters of `{name}` have {count} lines that permit addresses which are neither declared nor configured anywhere"
    );
    Some(Report::new(thing.clone(), message, span, what).also_all(lines))
}

/// What of a line stands nowhere: all of its sources, or all of its destinations, are addresses of
/// the inside that nobody has.
fn nowhere(line: &FilterLine, known: &AddressSet) -> Option<(Span, Text)> {
    if line.verdict != Verdict::Permit || !line.enabled || !line.when.is_exact() {
        return None;
    }
    let inside = not_public();
    let gone = |set: &AddressSet| !set.is_empty() && inside.includes(set) && !set.meets(known);
    let (to, from) = (&line.when.destination, &line.when.source);
    let what = match (gone(to), gone(from)) {
        (true, _) => text!("宛先 {to} はどこにもありません", "the destination {to} stands nowhere"),
        (_, true) => {
            text!("送信元 {from} はどこにもありません", "the source {from} stands nowhere")
        }
        _ => return None,
    };
    Some((line.span, what))
}

/// Every address that is declared, configured on an interface, handed out, or behind a route.
fn known(facts: &Facts<'_>) -> AddressSet {
    let inventory = facts.inventory;
    let zones = inventory.zones.iter().flat_map(|it| &it.networks).map(|it| it.value);
    let parties = inventory.parties.iter().flat_map(|it| &it.networks).map(|it| it.value);
    let systems = inventory.systems.iter();
    let systems = systems.flat_map(|it| it.attachments().flat_map(|at| at.addresses));
    let ports = inventory.devices.iter().flat_map(|it| &it.interfaces).flat_map(|it| &it.addresses);
    let ports = ports.map(|it| network_of(it.value));
    let declared = zones.chain(parties).chain(systems.map(|it| it.value)).chain(ports);
    let declared: AddressSet = declared.collect();
    let configured = facts.configured().map(|(_, it)| of_config(&it.config));
    // Packets of a host to itself, to every host on the link, to groups.
    let special = ["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "0.0.0.0/8", "::1/128"];
    let v6 = ["fe80::/10", "ff00::/8", "::/128"];
    let special = special.iter().chain(&v6).filter_map(|it| it.parse::<IpNetwork>().ok());
    [declared, special.collect()].into_iter().chain(configured).collect()
}

fn of_config(config: &DeviceConfig) -> AddressSet {
    let own = config.interfaces.iter().flat_map(|it| &it.addresses).map(|it| network_of(it.value));
    let somewhere = |via: &NextHop| !matches!(via, NextHop::Discard);
    let routes = config.routes.iter().filter(|it| !it.is_default() && it.via.iter().any(somewhere));
    let pools = config.remote_access.iter().flat_map(|it| &it.pool).map(|it| it.value);
    let selectors = config.tunnels.iter().flat_map(|it| &it.selectors);
    let selectors = selectors.flat_map(|it| [it.value.local, it.value.remote]);
    let selectors = selectors.filter(|it| it.prefix() > 0);
    let networks: AddressSet =
        own.chain(routes.map(|it| it.destination)).chain(pools).chain(selectors).collect();
    // A translation answers for addresses that no interface has.
    let translated = config.nat.iter().map(|it| it.when.destination.clone());
    let narrow = translated.filter(|it| !it.is_any());
    std::iter::once(networks).chain(narrow).collect()
}
