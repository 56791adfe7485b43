//! Configurations without an inventory: they alone are the network.
//!
//! Every network that they name becomes a zone. A packet filter of a host says nothing of its
//! interfaces but their names: each of these then leads anywhere, and nobody knows over which one a
//! packet comes in or leaves.

use crate::evidence::{Configured, EvidenceSet, Named};
use crate::inventory::{self, Inventory};
use crate::locale::{Lang, Text};
use crate::model::device::{Filter, Interface, InterfaceKind, Match, NextHop, Route};
use crate::model::{Date, IpNetwork, network_of};
use crate::source::{SourceMap, Span, Spanned};
use crate::text;
use crate::topology;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What stands where a route would be pointed at.
static UNROUTED: Text =
    Text::new("経路は設定に書かれていません", "the configuration holds no routes");

/// An inventory with a zone for every network of the configurations.
pub(in crate::cli) fn inventory(
    sources: &mut SourceMap,
    evidence: &mut EvidenceSet,
    as_of: Date,
    lang: Lang,
) -> Inventory {
    let empty = inventory::read_as_of(sources, &[], None, as_of).inventory;
    let ids: Vec<String> =
        topology::build(&empty, evidence).joined().iter().map(|it| it.thing.id.clone()).collect();
    let nowhere = sources.add("(routes)", UNROUTED.get(lang).to_owned());
    let end = u32::try_from(UNROUTED.get(lang).len()).unwrap_or_default();
    let unrouted = Span { file: nowhere, start: 0, end };
    let (mut zones, mut devices) = (String::new(), String::new());
    for (configured, id) in evidence.devices.iter_mut().zip(&ids) {
        if !says_nothing_of_interfaces(configured) {
            continue;
        }
        let _ = write!(devices, "  {id}:\n    name: {id}\n    kind: firewall\n    interfaces:\n");
        let beyond = text!("{id} の先", "beyond {id}");
        let beyond = beyond.get(lang);
        for name in complete(configured, id, unrouted) {
            let _ = writeln!(
                zones,
                "  {id}-{name}: {{name: \"{beyond}\", kind: department, networks: [0.0.0.0/0, \"::/0\"]}}"
            );
            let _ = writeln!(devices, "      {name}: {{zone: {id}-{name}}}");
        }
    }
    let topology = topology::build(&empty, evidence);
    for network in networks(evidence, &topology) {
        // The same network has the same id in every state.
        let id: String = network.to_string().replace(['.', ':', '/'], "-");
        let _ = writeln!(
            zones,
            "  net-{id}: {{name: \"{network}\", kind: department, networks: [\"{network}\"]}}"
        );
    }
    let mut text = String::from("schema: 1\n");
    for (key, entries) in [("zones", zones), ("devices", devices)] {
        if !entries.is_empty() {
            let _ = write!(text, "{key}:\n{entries}");
        }
    }
    let file = sources.add("(network)", text);
    inventory::read_as_of(sources, &[file], None, as_of).inventory
}

/// Whether there are filters, and not a word of addresses and routes.
fn says_nothing_of_interfaces(configured: &Configured) -> bool {
    let config = &configured.config;
    let bare = |it: &Interface| it.addresses.is_empty() && it.acquired.is_empty();
    !config.filters.is_empty() && config.routes.is_empty() && config.interfaces.iter().all(bare)
}

/// Gives a device the interfaces that its lines name, and one for all others; routes lead over each
/// of them. The names of the interfaces.
fn complete(configured: &mut Configured, id: &str, unrouted: Span) -> Vec<String> {
    let config = &mut configured.config;
    let mut named: BTreeMap<String, Span> = BTreeMap::new();
    let mut first = None;
    let mut of = |when: &Match, span: Span| {
        first.get_or_insert(span);
        for names in [&when.from, &when.to, &when.not_from, &when.not_to] {
            for name in names {
                named.entry(name.clone()).or_insert(span);
            }
        }
    };
    let lines = |filter: &Filter| {
        filter.lines.iter().map(|it| (it.when.clone(), it.span)).collect::<Vec<_>>()
    };
    config.filters.iter().flat_map(lines).for_each(|(when, span)| of(&when, span));
    config.nat.iter().for_each(|it| of(&it.when, it.span));
    let Some(first) = first.or_else(|| config.filters.first().map(|it| it.name.span)) else {
        return Vec::new();
    };
    let mut taken = BTreeSet::from(["lo".to_owned()]);
    let others = std::iter::once(("other".to_owned(), first));
    let mut names = Vec::new();
    for (name, span) in named.into_iter().chain(others) {
        let real = name.replace(['+', '*'], "0");
        let slug: String =
            real.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        if slug.is_empty() || slug.starts_with('-') || !taken.insert(slug.clone()) {
            continue;
        }
        let mut interface =
            Interface::new(Spanned::new(slug.clone(), span), InterfaceKind::Ethernet);
        interface.zone = Some(Spanned::new(real, span));
        config.interfaces.retain(|it| it.name.value != slug);
        config.interfaces.push(interface);
        names.push(slug);
    }
    // In halves: a route to everything would be a line to the internet.
    for half in ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"] {
        let Ok(destination) = half.parse::<IpNetwork>() else { continue };
        config.routes.push(Route {
            span: unrouted,
            destination,
            via: names.iter().cloned().map(NextHop::Interface).collect(),
            distance: None,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: None,
        });
    }
    configured.named = Some(Named { device: id.to_owned(), span: first });
    names
}

/// The networks of interfaces that do not face outside, and those that routes lead to over them.
fn networks(evidence: &EvidenceSet, topology: &topology::Topology) -> BTreeSet<IpNetwork> {
    let mut all = BTreeSet::new();
    for joined in topology.joined() {
        let Some(configured) = evidence.devices.get(joined.configured) else { continue };
        let config = &configured.config;
        let inner =
            |it: &&Interface| it.enabled && !topology.faces_outside(&joined.thing, &it.name.value);
        let host = |it: IpNetwork| it.prefix() == if it.is_ipv4() { 32 } else { 128 };
        for interface in config.interfaces.iter().filter(inner) {
            let own = interface.addresses.iter().map(|it| network_of(it.value));
            all.extend(own.filter(|it| !host(*it)));
        }
        // A route over a line leads outside, to whatever part of it.
        let out = |it: &Route| {
            let mut over = config.ways(it).filter_map(|(interface, _)| interface);
            over.any(|it| topology.faces_outside(&joined.thing, &it.name.value))
        };
        let led = config.routes.iter().filter(|it| it.enabled && it.destination.prefix() > 1);
        let led = led.filter(|it| !out(it));
        all.extend(led.map(|it| network_of(it.destination)));
    }
    all
}
