//! Tunnels as facts: tunnel interfaces, crypto maps, layer-2 lines, calls.

use super::convert::selects;
use super::crypto::{Entry, Offer, Profile};
use super::interface::{Circuit, Port};
use super::lists::What;
use super::repr::Repr;
use crate::model::device::{
    DeviceConfig, Ike, IkeVersion, Remote, Selector, Tunnel, TunnelKind, Verdict,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// Every link to another place.
pub(super) fn tunnels(repr: &Repr, config: &mut DeviceConfig) {
    for port in &repr.ports {
        of_interface(repr, port, config);
        of_xconnect(repr, port, config);
        of_calls(repr, port, config);
        of_ezvpn(repr, port, config);
    }
    of_contexts(repr, config);
    for entry in &repr.crypto.maps {
        of_map(repr, entry, config);
    }
}

fn new(span: Span, name: &str, kind: TunnelKind, remote: Spanned<Remote>) -> Tunnel {
    Tunnel {
        span,
        name: name.to_owned(),
        interface: None,
        kind,
        ipsec: kind == TunnelKind::Ipsec,
        layer2: false,
        disabled: None,
        local: None,
        remote,
        selectors: Vec::new(),
        initiates: None,
        ike: None,
        authentication: Vec::new(),
    }
}

fn of_interface(repr: &Repr, port: &Port, config: &mut DeviceConfig) {
    let name = &port.interface.name;
    if !name.value.starts_with("Tunnel") {
        return;
    }
    let mode = port.tunnel.mode.as_ref().map_or("gre ip", |mode| mode.value.as_str());
    let protection = port.tunnel.protection.as_ref();
    let (kind, multipoint) = match mode.split(' ').collect::<Vec<_>>().as_slice() {
        ["gre", "multipoint", ..] => (TunnelKind::Gre, true),
        ["gre", ..] => (TunnelKind::Gre, false),
        ["ipsec", ..] => (TunnelKind::Ipsec, false),
        ["ipip", ..] => (TunnelKind::IpIp, false),
        ["ipv6ip", "6to4" | "isatap" | "auto-tunnel", ..] => (TunnelKind::SixInFour, true),
        ["ipv6ip", ..] => (TunnelKind::SixInFour, false),
        ["ipv6", ..] => (TunnelKind::FourInSix, false),
        ["ethernet", ..] => (TunnelKind::Gre, false),
        ["vxlan", ..] => (TunnelKind::Vxlan, false),
        // Label switched paths go through the carrier's own network.
        ["mpls", ..] => return,
        _ => (TunnelKind::Other, false),
    };
    let destination = port.tunnel.destination.as_ref().map(|it| {
        let remote = it.value.parse().map(Remote::Address);
        Spanned::new(remote.unwrap_or_else(|_| Remote::Name(it.value.clone())), it.span)
    });
    let profile = protection.and_then(|it| repr.crypto.profiles.get(&it.value));
    let mut remotes: Vec<Spanned<Remote>> = destination.into_iter().collect();
    if remotes.is_empty() && multipoint {
        remotes.extend(port.tunnel.nhrp.iter().map(|it| {
            let remote = it.value.parse().map(Remote::Address);
            Spanned::new(remote.unwrap_or_else(|_| Remote::Name(it.value.clone())), it.span)
        }));
        let answers = profile.map_or_else(
            || vec![Spanned::new(Remote::Any, name.span)],
            |profile| responders(repr, profile),
        );
        let open = answers.iter().any(|it| it.value == Remote::Any);
        if remotes.is_empty() || (open && profile.is_some()) {
            remotes.extend(answers);
        }
    }
    if remotes.is_empty() {
        remotes.push(Spanned::new(Remote::Unknown, name.span));
    }
    for remote in remotes {
        let mut tunnel = new(name.span, &name.value, kind, remote);
        tunnel.interface = Some(name.value.clone());
        tunnel.layer2 = mode.starts_with("ethernet");
        tunnel.disabled = port.shutdown;
        tunnel.local.clone_from(&port.tunnel.source);
        tunnel.ipsec |= protection.is_some() || protected_by_map(repr, &tunnel.remote.value);
        if let Some(protection) = protection {
            let ours = tunnel.remote.value != Remote::Any;
            tunnel.initiates = Some(ours);
            agree(repr, profile, protection.span, &mut tunnel, config);
        }
        config.tunnels.push(tunnel);
    }
}

/// Whether an applied crypto map encrypts what goes to this end.
fn protected_by_map(repr: &Repr, remote: &Remote) -> bool {
    repr.crypto.maps.iter().any(|entry| {
        entry.peers.iter().any(|peer| peer.value == *remote) && on(repr, entry).next().is_some()
    })
}

/// The interfaces that a crypto map is on.
fn on<'r>(repr: &'r Repr, entry: &'r Entry) -> impl Iterator<Item = &'r Port> {
    repr.ports
        .iter()
        .filter(|port| port.crypto_map.as_ref().is_some_and(|map| map.value == entry.map))
}

fn of_map(repr: &Repr, entry: &Entry, config: &mut DeviceConfig) {
    let mut ends: Vec<(Option<Spanned<String>>, Option<Span>)> = on(repr, entry)
        .map(|port| {
            let local = repr.crypto.local.get(&entry.map);
            let local = local.unwrap_or(&port.interface.name.value).clone();
            let line = port.crypto_map.as_ref().map_or(entry.span, |map| map.span);
            (Some(Spanned::new(local, line)), port.shutdown)
        })
        .collect();
    if ends.is_empty() {
        // A map that is on no interface does nothing.
        ends.push((None, Some(entry.span)));
    }
    let dynamic: Vec<&Entry> = match &entry.dynamic {
        Some(name) => repr.crypto.dynamic.iter().filter(|it| it.map == *name).collect(),
        None => vec![entry],
    };
    let interfaces: Vec<String> =
        on(repr, entry).map(|port| port.interface.name.value.clone()).collect();
    for chosen in dynamic {
        for list in &chosen.lists {
            config.applied.push(selects(list, interfaces.clone()));
        }
        let answers = entry.dynamic.is_some() && chosen.peers.is_empty();
        let serves = repr.crypto.client_maps.contains_key(&entry.map)
            || profile_of(repr, chosen).is_some_and(|it| it.clients.is_some());
        let remotes = match (answers, serves) {
            (true, true) => continue,
            (true, false) => responders(repr, chosen),
            (false, _) if chosen.peers.is_empty() => {
                vec![Spanned::new(Remote::Unknown, chosen.span)]
            }
            (false, _) => chosen.peers.clone(),
        };
        for (local, off) in &ends {
            for remote in &remotes {
                let mut tunnel = new(chosen.span, &entry.name, TunnelKind::Ipsec, remote.clone());
                tunnel.local.clone_from(local);
                tunnel.disabled = *off;
                tunnel.selectors = selectors(repr, chosen);
                tunnel.initiates = Some(!answers);
                if !entry.manual {
                    agree(repr, Some(chosen), chosen.span, &mut tunnel, config);
                }
                config.tunnels.push(tunnel);
            }
        }
    }
}

fn profile_of<'r>(repr: &'r Repr, entry: &Entry) -> Option<&'r Profile> {
    let two = entry.ikev2_profile.as_ref().and_then(|it| repr.crypto.ikev2_profiles.get(it));
    let one = entry.isakmp_profile.as_ref().and_then(|it| repr.crypto.isakmp_profiles.get(it));
    two.or(one)
}

/// Who may open a tunnel from outside: whoever we share a key with, by address; anybody, when keys
/// or certificates are not bound to addresses.
fn responders(repr: &Repr, entry: &Entry) -> Vec<Spanned<Remote>> {
    let anybody = vec![Spanned::new(Remote::Any, entry.span)];
    let profile = profile_of(repr, entry);
    if let Some(profile) = profile {
        if !profile.identities.is_empty() && profile.remote_id.is_none() {
            return profile.identities.clone();
        }
        if profile.remote_id.is_some() {
            return anybody;
        }
    }
    let shared = repr
        .crypto
        .policies
        .iter()
        .all(|policy| policy.authentication.as_deref() == Some("pre-share"));
    if entry.ikev2_profile.is_some() || !shared || repr.crypto.policies.is_empty() {
        return anybody;
    }
    let rings = profile.map(|it| &it.keyrings).filter(|it| !it.is_empty());
    let keys = repr.crypto.keys.iter().filter(|key| rings.is_none_or(|it| it.contains(&key.ring)));
    let mut peers: Vec<Spanned<Remote>> = Vec::new();
    for key in keys {
        match key.peer.value {
            Remote::Address(_) | Remote::Network(_) => {
                if !peers.contains(&key.peer) {
                    peers.push(key.peer.clone());
                }
            }
            _ => return vec![key.peer.clone().map(|_| Remote::Any)],
        }
    }
    if peers.is_empty() { anybody } else { peers }
}

/// The traffic that the lists of an entry choose: pairs of networks.
fn selectors(repr: &Repr, entry: &Entry) -> Vec<Spanned<Selector>> {
    /// More pairs nobody reads; the list itself is among the facts.
    const MOST: usize = 64;
    let mut pairs = Vec::new();
    for list in entry.lists.iter().filter_map(|list| repr.lists.get(&list.value)) {
        for line in &list.lines {
            let What::Entry(it) = &line.what else { continue };
            if it.verdict != Verdict::Permit || !it.when.is_exact() {
                continue;
            }
            for local in networks(&it.when.source) {
                for remote in networks(&it.when.destination) {
                    if pairs.len() < MOST {
                        pairs.push(Spanned::new(Selector { local, remote }, line.span));
                    }
                }
            }
        }
    }
    pairs
}

/// A set as networks.
pub(in crate::config) fn networks(set: &AddressSet) -> Vec<IpNetwork> {
    let mut networks = Vec::new();
    for (first, last) in set.v4.ranges() {
        let mut at = u64::from(*first);
        while at <= u64::from(*last) && networks.len() < 256 {
            let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
            let fits = (u64::from(*last) - at + 1).ilog2().min(aligned);
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(at as u32));
            networks.extend(IpNetwork::new(address, (32 - fits) as u8));
            at += 1_u64 << fits;
        }
    }
    for (first, last) in set.v6.ranges() {
        // Only ranges that are one network: others nobody writes for IPv6.
        let size = last - first;
        let free = if size == u128::MAX { 128 } else { (size + 1).trailing_zeros() };
        let whole = size == u128::MAX || (size + 1).is_power_of_two() && first & size == 0;
        if whole {
            let address = IpAddr::V6(std::net::Ipv6Addr::from_bits(*first));
            networks.extend(IpNetwork::new(address, (128 - free) as u8));
        }
    }
    networks
}

/// How keys are agreed.
fn agree(
    repr: &Repr,
    entry: Option<&Entry>,
    span: Span,
    tunnel: &mut Tunnel,
    config: &DeviceConfig,
) {
    let crypto = &repr.crypto;
    let profile = entry.and_then(|entry| profile_of(repr, entry));
    let two = entry.is_some_and(|entry| entry.ikev2_profile.is_some());
    let mut ike = Ike {
        version: Some(Spanned::new(if two { IkeVersion::Two } else { IkeVersion::One }, span)),
        ..Ike::default()
    };
    let mut ways = Vec::new();
    if two {
        for offer in crypto.offered.iter().filter_map(|name| crypto.proposals.get(name)) {
            join(&mut ike, offer);
        }
        ways.extend(profile.into_iter().flat_map(|it| it.authentication.clone()));
    } else {
        for policy in &crypto.policies {
            join(&mut ike, &with_defaults(policy, config));
            ways.push(policy.authentication.clone().unwrap_or_else(|| "rsa-sig".to_owned()));
        }
        ike.aggressive = profile.and_then(|it| it.aggressive).or_else(|| {
            crypto.aggressive.iter().find(|it| it.value == tunnel.remote.value).map(|it| it.span)
        });
    }
    if let Some(entry) = entry {
        for offer in entry.transforms.iter().filter_map(|name| crypto.transforms.get(name)) {
            join(&mut ike, offer);
        }
        if let Some(pfs) = &entry.pfs
            && !ike.groups.contains(pfs)
        {
            ike.groups.push(*pfs);
        }
    }
    if let Some(profile) = profile {
        ike.local_id.clone_from(&profile.local_id);
        ike.remote_id.clone_from(&profile.remote_id);
    }
    for way in ways {
        let way = match way.as_str() {
            "pre-share" => Authentication::PreSharedKey,
            "rsa-sig" | "rsa-encr" | "ecdsa-sig" => Authentication::MachineCertificate,
            "eap" => Authentication::Password,
            _ => continue,
        };
        if !tunnel.authentication.contains(&way) {
            tunnel.authentication.push(way);
        }
    }
    tunnel.ike = Some(ike);
}

/// What a policy does not say, up to IOS 15: DES, SHA-1, group 1 (Security Command Reference,
/// `crypto isakmp policy`). Later systems have other defaults.
fn with_defaults(policy: &Offer, config: &DeviceConfig) -> Offer {
    let mut policy = policy.clone();
    let major = config.version.as_ref().and_then(|it| it.value.split('.').next()?.parse().ok());
    let (Some(span), Some(1..=15_u32)) = (policy.span, major) else { return policy };
    if policy.encryption.is_empty() {
        policy.encryption.push(Spanned::new("des".to_owned(), span));
    }
    if policy.hash.is_empty() {
        policy.hash.push(Spanned::new("sha1".to_owned(), span));
    }
    if policy.groups.is_empty() {
        policy.groups.push(Spanned::new(1, span));
    }
    policy
}

/// Adds what is not among it.
pub(in crate::config) fn join(ike: &mut Ike, offer: &Offer) {
    for it in &offer.encryption {
        if !ike.encryption.contains(it) {
            ike.encryption.push(it.clone());
        }
    }
    for it in &offer.hash {
        if !ike.hash.contains(it) {
            ike.hash.push(it.clone());
        }
    }
    for it in &offer.groups {
        if !ike.groups.contains(it) {
            ike.groups.push(*it);
        }
    }
}

fn of_xconnect(repr: &Repr, port: &Port, config: &mut DeviceConfig) {
    for circuit in &port.circuits {
        let mut tunnel = layer2(repr, circuit);
        tunnel.disabled = port.shutdown;
        tunnel.interface = Some(port.interface.name.value.clone());
        config.tunnels.push(tunnel);
    }
}

/// A layer-2 line; how it is carried its encapsulation or its class says.
fn layer2(repr: &Repr, circuit: &Circuit) -> Tunnel {
    let mut words = circuit.how.split(' ');
    let class = words.by_ref().find(|word| *word == "pw-class").and_then(|_| words.next());
    let encapsulation = class.and_then(|class| repr.pseudowires.get(class)).map(String::as_str);
    let kind = match encapsulation.unwrap_or(&circuit.how) {
        how if how.contains("l2tpv3") => TunnelKind::L2tpV3,
        _ => TunnelKind::Other,
    };
    let name = format!("xconnect {}", circuit.number);
    let remote = Spanned::new(Remote::Address(circuit.peer.value), circuit.peer.span);
    let mut tunnel = new(circuit.peer.span, &name, kind, remote);
    tunnel.layer2 = true;
    tunnel
}

/// `l2vpn xconnect context …`: a line between an interface and another place.
fn of_contexts(repr: &Repr, config: &mut DeviceConfig) {
    for context in &repr.contexts {
        let port = context.interface.as_ref().and_then(|name| repr.port(name));
        let port = port.and_then(|at| repr.ports.get(at));
        for circuit in &context.circuits {
            let mut tunnel = layer2(repr, circuit);
            tunnel.name.clone_from(&context.name);
            tunnel.interface.clone_from(&context.interface);
            tunnel.disabled = context.shutdown.or_else(|| port.and_then(|port| port.shutdown));
            config.tunnels.push(tunnel);
        }
    }
}

/// Calls over a telephone line.
fn of_calls(repr: &Repr, port: &Port, config: &mut DeviceConfig) {
    // Over a mobile line the string is a script of the modem, over PPPoE there is none.
    let mobile = port.interface.name.value.starts_with("Cellular");
    for number in port.calls.iter().filter(|_| !mobile) {
        let remote = number.clone().map(Remote::Telephone);
        let name = &port.interface.name.value;
        let mut tunnel = new(number.span, name, TunnelKind::DialUp, remote);
        tunnel.interface = Some(name.clone());
        tunnel.disabled = port.shutdown;
        tunnel.initiates = Some(true);
        if port.ppp_authentication.is_some() {
            tunnel.authentication.push(Authentication::Password);
        }
        tunnel.local = repr
            .port(name)
            .and_then(|at| repr.ports.get(at)?.interface.parent.clone())
            .map(|parent| Spanned::new(parent, number.span));
        config.tunnels.push(tunnel);
    }
}

/// The router as an Easy VPN client: aggressive mode with the key of its group.
fn of_ezvpn(repr: &Repr, port: &Port, config: &mut DeviceConfig) {
    let Some(bound) = &port.ezvpn else { return };
    for client in repr.crypto.ezvpn.iter().filter(|it| it.name == bound.value) {
        for peer in &client.peers {
            let mut tunnel = new(client.span, &client.name, TunnelKind::Ipsec, peer.clone());
            tunnel.local = Some(Spanned::new(port.interface.name.value.clone(), bound.span));
            tunnel.disabled = port.shutdown;
            tunnel.initiates = Some(true);
            tunnel.authentication = vec![Authentication::PreSharedKey];
            tunnel.ike = Some(Ike {
                version: Some(Spanned::new(IkeVersion::One, client.span)),
                aggressive: Some(client.span),
                ..Ike::default()
            });
            config.tunnels.push(tunnel);
        }
    }
}
