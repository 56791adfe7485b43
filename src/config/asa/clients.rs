//! Clients: AnyConnect and IPsec, their groups and policies.

use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::{Command, settle};
use crate::config::ios::tunnels::networks;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{
    DeviceConfig, FilterLine, Match, RemoteAccess, SecretKind, StructureKind, TunnelKind, Verdict,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Protocol, Service};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// `tunnel-group NAME …`
#[derive(Clone, Debug)]
pub(super) struct TunnelGroup {
    span: Span,
    /// `remote-access`, `ipsec-l2l`, `ipsec-ra`, `webvpn`
    kind: String,
    pools: Vec<String>,
    /// A key or a certificate for IPsec.
    ipsec: Option<Authentication>,
}

/// Everything about clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    groups: BTreeMap<String, TunnelGroup>,
    /// `address-pools` of policies.
    pools: Vec<String>,
    /// `vpn-filter value LIST`: what comes out of tunnels is filtered.
    filters: Vec<Span>,
    /// `vpn-tunnel-protocol … ssl-clientless` of a policy or an account: who logs in gets a portal.
    portal: bool,
    /// `vpn-tunnel-protocol …` of `DfltGrpPolicy`, from which all others inherit.
    told: bool,
    /// `webvpn` with `enable IF`
    webvpn: Vec<Spanned<String>>,
    port: Option<u16>,
    /// `dtls port N`; DTLS does not follow `port`.
    dtls: Option<u16>,
    /// `crypto ikev1 enable IF`
    pub(super) ike: Vec<Spanned<String>>,
    /// `no sysopt connection permit-vpn`
    pub(super) checked: Option<Span>,
}

impl Clients {
    /// Whether clients may come in over IPsec: a group for them has a key or a certificate for it.
    pub(super) fn over_ipsec(&self) -> bool {
        self.groups.values().any(|group| group.is_for_ipsec())
    }

    /// Whether who logs in may get a portal that fetches pages inside: where a policy says so, and
    /// where the default one does not say otherwise (Command Reference, `vpn-tunnel-protocol`). 9.17
    /// has none any more (Release Notes, clientless SSL VPN).
    fn have_portal(&self, version: Option<&str>) -> bool {
        let numbers = version.map(|it| it.split(|c: char| !c.is_ascii_digit()));
        let mut numbers = numbers.into_iter().flatten().map(|it| it.parse::<u32>().ok());
        let gone = numbers.next().zip(numbers.next()).is_some_and(|it| it >= (Some(9), Some(17)));
        (self.portal || !self.told) && !gone
    }
}

impl TunnelGroup {
    fn is_for_ipsec(&self) -> bool {
        matches!(self.kind.as_str(), "remote-access" | "ipsec-ra") && self.ipsec.is_some()
    }
}

/// `sysopt connection permit-vpn`, and whether it is switched off.
pub(super) fn sysopt(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.vpn.clients.checked = command.negated.then(|| command.span());
    Fate::Understood
}

/// `group-policy NAME attributes` with the lines below it.
pub(super) fn group_policy(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    settle(item, Fate::Ignored(Because::Housekeeping), notes);
    for child in &item.children {
        let line = Command::of(&child.line);
        match line.words.as_slice() {
            ["vpn-filter", "value", list] if !line.negated => {
                notes.structures.refer(StructureKind::Filter, *list, line.span());
                repr.vpn.clients.filters.push(line.span());
                notes.understood(&child.line);
            }
            ["vpn-tunnel-protocol", carried @ ..] if !line.negated => {
                let portal = ["ssl-clientless", "webvpn"];
                repr.vpn.clients.portal |= carried.iter().any(|it| portal.contains(it));
                repr.vpn.clients.told |= command.begins("group-policy DfltGrpPolicy");
            }
            ["split-tunnel-network-list", "value", list] => {
                notes.structures.refer(StructureKind::Filter, *list, line.span());
            }
            ["address-pools", "value", pools @ ..] => {
                for pool in pools {
                    notes.structures.refer(StructureKind::Pool, *pool, line.span());
                    repr.vpn.clients.pools.push((*pool).to_owned());
                }
                notes.understood(&child.line);
            }
            _ => {}
        }
    }
    Fate::Ignored(Because::Housekeeping)
}

/// `tunnel-group NAME type T`, `tunnel-group NAME …-attributes`
pub(super) fn tunnel_group(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let [_, name, what, ..] = command.words.as_slice() else { return Fate::Unrecognized };
    if *what == "type" {
        let kind = command.word(3).text.to_owned();
        let group = TunnelGroup { span: command.span(), kind, pools: Vec::new(), ipsec: None };
        repr.vpn.clients.groups.insert((*name).to_owned(), group);
        return Fate::Understood;
    }
    let mut group = repr.vpn.clients.groups.get_mut(*name);
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            [.., "pre-shared-key", secret] => {
                let word = line.word(line.words.len() - 1);
                if let Some(group) = &mut group {
                    group.ipsec = Some(Authentication::PreSharedKey);
                }
                if secret.chars().all(|c| c == '*') {
                    notes.sealed(word, SecretKind::PreSharedKey, name);
                } else {
                    notes.secret(word, SecretKind::PreSharedKey, name);
                }
                Fate::Understood
            }
            ["address-pool", .., pool] => {
                notes.structures.refer(StructureKind::Pool, *pool, line.span());
                if let Some(group) = &mut group {
                    group.pools.push((*pool).to_owned());
                }
                Fate::Understood
            }
            ["trust-point", ..] | ["ikev1", "trust-point", ..] => {
                if let Some(group) = &mut group {
                    group.ipsec.get_or_insert(Authentication::MachineCertificate);
                }
                Fate::Understood
            }
            ["ikev2", "remote-authentication", ..] => {
                if let Some(group) = &mut group {
                    group.ipsec.get_or_insert(Authentication::MachineCertificate);
                }
                Fate::Understood
            }
            ["ikev2", "local-authentication", ..] => Fate::Understood,
            ["isakmp" | "ikev1", "ikev1-user-authentication" | "user-authentication", ..] => {
                Fate::Ignored(Because::Housekeeping)
            }
            [
                "default-group-policy"
                | "authentication-server-group"
                | "group-alias"
                | "group-url"
                | "isakmp"
                | "peer-id-validate"
                | "authentication"
                | "accounting-server-group"
                | "authorization-server-group"
                | "secondary-authentication-server-group",
                ..,
            ] => Fate::Ignored(Because::Housekeeping),
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    Fate::Understood
}

fn fate(known: bool) -> Fate {
    if known { Fate::Understood } else { Fate::Unrecognized }
}

/// `webvpn` with `enable outside`
pub(super) fn webvpn(repr: &mut Repr, _: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["enable", nameif, ..] if !line.negated => {
                repr.vpn.clients.webvpn.push(Spanned::new((*nameif).to_owned(), line.span()));
                Fate::Understood
            }
            ["port", port] => {
                repr.vpn.clients.port = port.parse().ok();
                fate(repr.vpn.clients.port.is_some())
            }
            ["dtls", "port", port] => {
                repr.vpn.clients.dtls = port.parse().ok();
                fate(repr.vpn.clients.dtls.is_some())
            }
            [
                "anyconnect"
                | "svc"
                | "tunnel-group-list"
                | "cache"
                | "error-recovery"
                | "hsts"
                | "http-headers"
                | "anyconnect-essentials"
                | "keepout",
                ..,
            ] => {
                settle(child, Fate::Ignored(Because::Housekeeping), notes);
                Fate::Ignored(Because::Housekeeping)
            }
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    Fate::Understood
}

/// The networks of pools, each with its line.
fn pools<'p>(repr: &Repr, names: impl Iterator<Item = &'p String>) -> Vec<Spanned<IpNetwork>> {
    let known = names.filter_map(|name| repr.pools.get(name));
    known
        .flat_map(|pool| networks(&pool.value).into_iter().map(|it| Spanned::new(it, pool.span)))
        .collect()
}

/// The servers that clients reach.
pub(super) fn facts(repr: &Repr, config: &mut DeviceConfig) {
    let clients = &repr.vpn.clients;
    let of_all = || clients.groups.values().flat_map(|group| &group.pools).chain(&clients.pools);
    let port = clients.port.unwrap_or(443);
    if clients.have_portal(config.version.as_ref().map(|it| it.value.as_str())) {
        config.portals.extend(clients.webvpn.iter().map(|it| it.span));
    }
    for nameif in &clients.webvpn {
        config.remote_access.push(RemoteAccess {
            span: nameif.span,
            name: "webvpn".to_owned(),
            kind: TunnelKind::SslVpn,
            enabled: repr.named(&nameif.value).is_none_or(|port| port.shutdown.is_none()),
            interfaces: vec![repr.interface(&nameif.value)],
            services: vec![Service::tcp(port), Service::udp(clients.dtls.unwrap_or(443))],
            sources: AddressSet::any(),
            pool: pools(repr, of_all()),
            users: repr.users.clone(),
            authentication: Vec::new(),
        });
    }
    // IPsec clients come in by a dynamic entry of a map that is on an interface.
    let dynamic = repr.vpn.maps.iter().filter(|(_, entry)| entry.dynamic.is_some());
    let mut sides: Vec<&Spanned<String>> =
        dynamic.filter_map(|((map, _), _)| repr.vpn.bound.get(map)).flatten().collect();
    sides.retain(|side| clients.ike.iter().any(|it| it.value == side.value));
    for (name, group) in clients.groups.iter().filter(|(_, group)| group.is_for_ipsec()) {
        let up = |side: &&&Spanned<String>| {
            repr.named(&side.value).is_none_or(|port| port.shutdown.is_none())
        };
        config.remote_access.push(RemoteAccess {
            span: group.span,
            name: name.clone(),
            kind: TunnelKind::Ipsec,
            enabled: sides.iter().any(|side| up(&side)),
            interfaces: sides.iter().map(|side| repr.interface(&side.value)).collect(),
            services: vec![
                Service::udp(500),
                Service::udp(4500),
                Service::Ports { protocol: Protocol::Esp, first: 0, last: u16::MAX },
            ],
            sources: AddressSet::any(),
            pool: pools(repr, group.pools.iter().chain(&clients.pools)),
            users: repr.users.clone(),
            authentication: group.ipsec.into_iter().collect(),
        });
    }
}

/// What comes out of tunnels passes by the lists of interfaces, unless `no sysopt connection
/// permit-vpn` says otherwise (ASA Command Reference, `sysopt connection permit-vpn`; the default
/// since 7.1). What comes from the same addresses outside of a tunnel does not.
pub(super) fn past_lists(repr: &Repr, nameif: &str, config: &DeviceConfig) -> Vec<FilterLine> {
    let clients = &repr.vpn.clients;
    if clients.checked.is_some() {
        return Vec::new();
    }
    let here = repr.interface(nameif);
    let line = |span, source: IpNetwork, destination: AddressSet| FilterLine {
        span,
        label: "sysopt connection permit-vpn".to_owned(),
        verdict: Verdict::Permit,
        when: Match {
            from: vec![nameif.to_owned()],
            source: source.into(),
            destination,
            // Only in a tunnel; and a filter of a policy may say less.
            sometimes: true,
            not_understood: clients.filters.clone(),
            ..Match::any()
        },
        enabled: true,
    };
    let tunnels = config.tunnels.iter().filter(|tunnel| {
        tunnel.disabled.is_none() && tunnel.local.as_ref().is_some_and(|it| it.value == here)
    });
    let selected = tunnels.flat_map(|tunnel| &tunnel.selectors).map(|selector| {
        let it = &selector.value;
        line(selector.span, it.remote, AddressSet::from(it.local))
    });
    let servers = config
        .remote_access
        .iter()
        .filter(|server| server.enabled && server.interfaces.contains(&here));
    let pooled = servers
        .flat_map(|server| &server.pool)
        .map(|pool| line(pool.span, pool.value, AddressSet::any()));
    let mut lines: Vec<FilterLine> = selected.chain(pooled).collect();
    lines.dedup_by(|a, b| a.span == b.span && a.when == b.when);
    lines
}
