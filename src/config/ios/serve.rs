//! Management services as facts.

use super::lists::{List, What};
use super::management::Terminal;
use super::repr::Repr;
use crate::model::device::{DeviceConfig, Family, Management, ManagementKind, Transport, Verdict};
use crate::model::{AddressSet, Service};
use crate::source::Spanned;

/// Everything that may change or show the device.
pub(super) fn management(repr: &Repr, config: &mut DeviceConfig) {
    for terminal in &repr.management.terminals {
        if terminal.name.starts_with("vty") {
            config.management.extend(of_terminal(repr, terminal, config.version.as_ref()));
        }
    }
    for server in &repr.management.servers {
        let http = matches!(server.kind, ManagementKind::Http | ManagementKind::Https);
        let list = server.list.as_ref();
        let list = list.or(repr.management.http_list.as_ref().filter(|_| http));
        let (sources, exact) = allowed(repr, list.into_iter());
        let port = match server.kind {
            ManagementKind::Http => repr.management.http_ports.0,
            ManagementKind::Https => repr.management.http_ports.1,
            _ => None,
        };
        config.management.push(Management {
            span: server.span,
            kind: server.kind,
            service: port.map_or(server.service, Service::tcp),
            enabled: server.enabled,
            interfaces: Vec::new(),
            sources,
            exact,
        });
    }
}

/// What a terminal line answers. Without `transport input` it answers Telnet up to IOS 15 (Cisco:
/// Terminal Services Command Reference); for later systems nobody knows from the text.
fn of_terminal(
    repr: &Repr,
    terminal: &Terminal,
    version: Option<&Spanned<String>>,
) -> Vec<Management> {
    let (sources, exact) = allowed(repr, terminal.lists.iter());
    let known = |it: &Spanned<String>| {
        it.value.split('.').next().and_then(|major| major.parse::<u32>().ok())
    };
    let major = version.and_then(known);
    let (span, words, certain) = match &terminal.input {
        Some(input) => (input.span, input.value.clone(), true),
        None if major.is_some_and(|major| major >= 16) => {
            (terminal.span, vec!["ssh".to_owned()], false)
        }
        None => (terminal.span, vec!["telnet".to_owned()], major.is_some()),
    };
    let every = words.iter().any(|word| word == "all");
    let mut services = Vec::new();
    for (word, kind, port) in
        [("telnet", ManagementKind::Telnet, 23), ("ssh", ManagementKind::Ssh, 22)]
    {
        if every || words.iter().any(|it| it == word) {
            services.push((kind, port));
        }
    }
    if words.iter().any(|word| word == "rlogin") {
        services.push((ManagementKind::Other, 513));
    }
    let fact = |(kind, port)| Management {
        span,
        kind,
        service: Service::tcp(port),
        enabled: !terminal.no_exec,
        interfaces: Vec::new(),
        sources: sources.clone(),
        exact: exact && certain,
    };
    services.into_iter().map(fact).collect()
}

/// Who passes all of these lists, and whether that is known exactly. A list that is not defined
/// lets everybody pass.
fn allowed<'l>(
    repr: &Repr,
    names: impl Iterator<Item = &'l Spanned<String>>,
) -> (AddressSet, bool) {
    // A device without IPv6 answers nobody over it.
    let speaks_v6 = repr.routes_v6.is_some()
        || repr.ports.iter().flat_map(|port| &port.interface.addresses).any(|it| it.is_ipv6());
    let (mut all, mut exact) = (AddressSet::any(), true);
    for name in names {
        match repr.lists.get(&name.value) {
            Some(list) => {
                let (sources, known) = sources(list);
                // A list of one family says nothing of the other.
                let other = match list.family {
                    Family::V4 if speaks_v6 => AddressSet::any_v6(),
                    Family::V6 => AddressSet::any_v4(),
                    Family::V4 | Family::Both => AddressSet::none(),
                };
                all = all.intersection(&sources.union(&other));
                exact &= known;
            }
            None => exact = false,
        }
    }
    (all, exact)
}

/// The sources that a list lets pass at all, at most, and whether that is exact.
pub(super) fn sources(list: &List) -> (AddressSet, bool) {
    if list.lines.is_empty() {
        return (AddressSet::any(), true);
    }
    let (mut passed, mut denied) = (AddressSet::none(), AddressSet::none());
    let mut exact = true;
    for line in &list.lines {
        let What::Entry(entry) = &line.what else {
            exact = false;
            continue;
        };
        if !entry.enabled {
            continue;
        }
        let certain = entry.when.is_certain();
        let whole = certain
            && entry.when.destination.is_any()
            && entry.when.transports.iter().all(Transport::is_any);
        match entry.verdict {
            Verdict::Permit => {
                exact &= certain;
                passed = passed.union(&entry.when.source.difference(&denied));
            }
            Verdict::Deny if whole => denied = denied.union(&entry.when.source),
            _ => exact &= entry.when.is_exact(),
        }
    }
    (passed, exact)
}
