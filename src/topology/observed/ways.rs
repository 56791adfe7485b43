//! Ways to the outside that were seen and that nobody declared: one a cause, however many
//! conversations show it.

use super::Observed;
use super::directory::{Owner, Realm};
use super::exits::{Gate, carrier};
use super::permits::{Verdict, service};
use super::talks::{Talk, Way};
use crate::evidence::EvidenceSet;
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork, Service, Vocabulary as _};
use crate::observation::{Conversation, Guess};
use crate::source::Span;
use crate::text;
use crate::topology::paths::slug;
use crate::topology::territory::is_public;
use crate::topology::{Corroboration, ExternalPath, PathKind};
use crate::wire::words::{Detail, Mac, Spoken};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// So many places show a way; of more, the first.
const MOST: usize = 20;

/// What conversations have in common when they are one way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// A box that carries traffic out, of which nobody knows.
    Exit(Mac),
    /// A product by which screens are handed over, at one place.
    RemoteControl(String, EntityRef),
    /// A tunnel that ends at one address of ours.
    Tunnel(Spoken, EntityRef, IpAddr),
    /// A service of ours that somebody outside uses.
    Inbound(EntityRef, Service),
    /// Addresses of a network that nobody declared, seen with ours.
    Network(IpNetwork),
    /// What one place asks of others outside.
    Peer(EntityRef),
}

/// The conversations of one way.
#[derive(Debug, Default)]
struct Group<'t> {
    talks: Vec<(&'t Talk, &'t Conversation)>,
    carrier: Option<Mac>,
}

/// Every way that was seen and not declared, in the order of causes.
pub(super) fn ways(evidence: &EvidenceSet, observed: &Observed) -> Vec<ExternalPath> {
    let mut groups: BTreeMap<Cause, Group<'_>> = BTreeMap::new();
    for (mac, gate) in &observed.gates {
        if !gate.declared && !gate.spans.is_empty() {
            groups.insert(Cause::Exit(*mac), Group { talks: Vec::new(), carrier: Some(*mac) });
        }
    }
    for talk in &observed.talks {
        let Some((_, conversation)) = talk.of(evidence) else { continue };
        // What goes to a proxy has not left yet.
        let carrier = match talk.way {
            Way::Relayed => None,
            _ => carrier(talk, evidence, &observed.directory),
        };
        let Some(cause) = cause(talk, conversation, carrier, observed) else { continue };
        let group = groups.entry(cause).or_default();
        group.carrier = group.carrier.or(carrier);
        group.talks.push((talk, conversation));
    }
    groups.into_iter().filter_map(|(cause, group)| path(&cause, &group, observed)).collect()
}

/// The cause of a conversation that nobody declared. What was tried and not answered is none.
fn cause(
    talk: &Talk,
    it: &Conversation,
    carrier: Option<Mac>,
    observed: &Observed,
) -> Option<Cause> {
    let (inbound, declared) = match &talk.way {
        Way::Crossing { inbound, verdict } => (*inbound, *verdict != Verdict::Undeclared),
        Way::Relayed => (false, false),
        Way::Inside | Way::Elsewhere => return None,
    };
    let (inner, outer) = talk.ends()?;
    let gate = carrier.and_then(|mac| observed.gates.get(&mac));
    // A box of which nobody knows is a way out whoever uses it.
    if let Some(gate) = gate.filter(|it| !it.declared && !it.spans.is_empty()) {
        return Some(Cause::Exit(gate.mac));
    }
    let answered = it.answered || it.forth.packets > 0 && it.back.packets > 0;
    if declared || !answered {
        return None;
    }
    let place = inner.place()?;
    let address = if inbound { it.to } else { it.from };
    let far = if inbound { it.from } else { it.to };
    let product = it.speech.iter().find(|it| it.spoken == Spoken::RemoteControl);
    if let Some(product) = product {
        let name = product.details.get(&Detail::Product).and_then(|it| it.first());
        let name = name.map_or(Spoken::RemoteControl.key(), String::as_str);
        return Some(Cause::RemoteControl(name.to_owned(), place));
    }
    if let Some(spoken) = tunnel(it) {
        return Some(Cause::Tunnel(spoken, place, address));
    }
    if outer.realm == Realm::Unknown {
        return Some(Cause::Network(network_around(far)));
    }
    Some(match inbound && it.guess != Guess::First {
        true => Cause::Inbound(place, service(it)),
        false => Cause::Peer(place),
    })
}

/// The tunnel that a conversation is; all of IPsec is one.
pub(super) fn tunnel(it: &Conversation) -> Option<Spoken> {
    let spoken = it.speech.iter().map(|it| it.spoken).find(|it| it.is_tunnel());
    let carried = match it.protocol {
        4 => Some(Spoken::IpInIp),
        41 => Some(Spoken::SixInFour),
        47 => Some(Spoken::Gre),
        50 | 51 => Some(Spoken::Ike),
        115 => Some(Spoken::L2tp),
        _ => None,
    };
    spoken.or(carried).map(|it| match it {
        Spoken::Esp | Spoken::Ah => Spoken::Ike,
        other => other,
    })
}

/// The network of an address of which nothing is known: as large as one segment usually is.
fn network_around(address: IpAddr) -> IpNetwork {
    let prefix = if address.is_ipv4() { 24 } else { 64 };
    let network = IpNetwork::new(address, prefix).unwrap_or_else(|_| address.into());
    crate::model::network_of(network)
}

fn path(cause: &Cause, group: &Group<'_>, observed: &Observed) -> Option<ExternalPath> {
    let gate = group.carrier.and_then(|mac| observed.gates.get(&mac));
    let spans = places(cause, group, gate);
    let mut spans = spans.into_iter();
    let span = spans.next()?;
    let again = text!("同じ経路の観測", "seen there, too");
    let far: BTreeSet<IpAddr> = ends(group, false);
    let near: BTreeSet<IpAddr> = ends(group, true);
    let (kind, called, name) = named(cause, group, &far);
    let device = device(cause, group, gate, observed);
    let only = Some(far.iter().copied().collect::<Vec<_>>()).filter(|it| it.len() == 1);
    let mut exposes: Vec<EntityRef> = Vec::new();
    for (talk, _) in &group.talks {
        let inner = talk.ends().map(|(inner, _)| inner);
        if let Some(place) = inner.and_then(Owner::place).filter(|it| !exposes.contains(it)) {
            exposes.push(place);
        }
    }
    if exposes.is_empty() {
        let zones = gate.into_iter().flat_map(|it| &it.zones);
        exposes.extend(zones.map(|it| EntityRef::new(EntityKind::Zone, it)));
    }
    exposes.sort();
    let mut services: Vec<Service> = group.talks.iter().map(|(_, it)| service(it)).collect();
    services.sort_unstable();
    services.dedup();
    let beyond = gate.filter(|_| far.is_empty()).into_iter().flat_map(|it| &it.beyond).copied();
    Some(ExternalPath {
        thing: EntityRef::new(EntityKind::Path, format!("{}.{called}", device.id)),
        device,
        kind,
        name,
        span,
        shows: spans.take(MOST).map(|span| (again.clone(), span)).collect(),
        enabled: true,
        confidence: confidence(cause, group, gate),
        layer2: false,
        interface: None,
        encapsulation: match cause {
            Cause::Tunnel(spoken, ..) => Some(encapsulation(*spoken)),
            _ => None,
        },
        remote: only.and_then(|it| it.first().copied()).map(Remote::Address),
        sources: AddressSet::none(),
        inside: near.into_iter().map(IpNetwork::from).collect(),
        exposes,
        beyond: far.into_iter().map(IpNetwork::from).chain(beyond).collect(),
        services: if services.len() > 8 { Vec::new() } else { services },
        listens: Vec::new(),
        corroboration: Corroboration::Undeclared,
        declared: None,
        contradictions: Vec::new(),
    })
}

/// What shows a way: for an exit the box itself, then what was said through it.
fn places(cause: &Cause, group: &Group<'_>, gate: Option<&Gate>) -> Vec<Span> {
    let own = match cause {
        Cause::Exit(_) => gate.map_or(&[][..], |it| it.spans.as_slice()),
        _ => &[],
    };
    let mut talks: Vec<(&Talk, &Conversation)> = group.talks.clone();
    // The busiest first: what was there every day says more than what was there once.
    talks.sort_by_key(|(talk, it)| {
        (std::cmp::Reverse(it.forth.packets + it.back.packets), talk.span)
    });
    own.iter().copied().chain(talks.iter().map(|(talk, _)| talk.span)).collect()
}

/// The addresses at one end.
fn ends(group: &Group<'_>, near: bool) -> BTreeSet<IpAddr> {
    let of = |(talk, it): &(&Talk, &Conversation)| match talk.way {
        Way::Crossing { inbound, .. } if inbound == near => Some(it.to),
        Way::Crossing { .. } => Some(it.from),
        // Beyond the proxy nobody knows an address.
        Way::Relayed => near.then_some(it.from),
        Way::Inside | Way::Elsewhere => None,
    };
    group.talks.iter().filter_map(of).collect()
}

/// The box from which a way leads outside.
fn device(cause: &Cause, group: &Group<'_>, gate: Option<&Gate>, observed: &Observed) -> EntityRef {
    let carrier = group.carrier.and_then(|mac| observed.directory.thing_at(mac));
    let inner = group.talks.first().and_then(|(talk, _)| talk.ends()).map(|(inner, _)| inner);
    let place = inner.and_then(Owner::place);
    match (cause, carrier.or(gate.and_then(|it| it.thing.as_ref()))) {
        (_, Some(thing)) => thing.clone(),
        (Cause::Exit(mac), None) => box_of(*mac),
        (_, None) => place.unwrap_or_else(|| EntityRef::new(EntityKind::Device, "unknown")),
    }
}

/// A box of which only the hardware address is known.
pub fn box_of(mac: Mac) -> EntityRef {
    let digits = mac.to_string().replace(':', "-");
    EntityRef::new(EntityKind::Device, format!("mac-{digits}"))
}

/// The kind of a way, what it is called in ids, and its name.
fn named(cause: &Cause, group: &Group<'_>, far: &BTreeSet<IpAddr>) -> (PathKind, String, Text) {
    let peers = peers(group, far);
    let id = |text: &str| slug(text).unwrap_or_else(|| "way".to_owned());
    match cause {
        Cause::Exit(mac) => {
            let carried = carried(group);
            let carried = match carried.is_empty() {
                true => Text::default(),
                false => {
                    let carried = Text::list(&carried);
                    text!("、{carried}を運ぶ", ", carrying {carried}"; carried)
                }
            };
            (
                PathKind::ObservedExit,
                "exit".to_owned(),
                text!("観測された出口（MAC {mac}{carried}）", "exit that was seen (MAC {mac}{carried})"; carried),
            )
        }
        Cause::RemoteControl(product, place) => (
            PathKind::ObservedRemoteControl,
            format!("{}-{}", id(product), place.id),
            text!("観測された遠隔操作（{product}）", "remote control that was seen ({product})"),
        ),
        Cause::Tunnel(spoken, _, address) => {
            let called = spoken.label();
            (
                PathKind::ObservedTunnel,
                format!("{}-{}", spoken.key(), id(&address.to_string().replace(['.', ':'], "-"))),
                text!(
                    "観測されたトンネル（{called}、{address} と{peers}）",
                    "tunnel that was seen ({called}, {address} with {peers})"; called, peers
                ),
            )
        }
        Cause::Inbound(place, service) => {
            let service = service.described();
            (
                PathKind::ObservedInbound,
                format!("from-outside-{}-{}", place.id, id(&service)),
                text!(
                    "観測された外部からの接続（{service}、{peers}から）",
                    "session from outside that was seen ({service}, from {peers})"; peers
                ),
            )
        }
        Cause::Network(network) => (
            PathKind::ObservedPeer,
            format!("network-{}", id(&network.to_string().replace(['.', ':', '/'], "-"))),
            text!(
                "観測された、台帳にない網 {network} との通信",
                "traffic that was seen with the undeclared network {network}"
            ),
        ),
        Cause::Peer(place) => (
            PathKind::ObservedPeer,
            format!("peers-{}", place.id),
            text!("観測された外部の相手（{peers}）", "peers outside that were seen ({peers})"; peers),
        ),
    }
}

/// The tunnels and the products of remote control that go through an exit.
fn carried(group: &Group<'_>) -> Vec<Text> {
    let mut carried: Vec<Text> = Vec::new();
    for (_, it) in &group.talks {
        let products = it.speech.iter().filter(|it| it.spoken == Spoken::RemoteControl);
        let products = products.filter_map(|it| it.details.get(&Detail::Product)?.first());
        let named = products.map(|it| Text::same(it.clone())).chain(tunnel(it).map(Spoken::label));
        for name in named {
            if !carried.contains(&name) {
                carried.push(name);
            }
        }
    }
    carried
}

/// The other ends in a few words: names where they were announced, else addresses.
fn peers(group: &Group<'_>, far: &BTreeSet<IpAddr>) -> Text {
    let mut known: Vec<String> = Vec::new();
    for (_, it) in &group.talks {
        let mut names = it.speech.iter().filter_map(|it| it.details.get(&Detail::ServerName));
        if let Some(name) = names.find_map(|it| it.first()).filter(|it| !known.contains(it)) {
            known.push(name.clone());
        }
    }
    let shown: Vec<String> = match known.is_empty() {
        true => far.iter().take(2).map(ToString::to_string).collect(),
        false => known.iter().take(2).cloned().collect(),
    };
    if shown.is_empty() {
        return Text::new("プロキシの先", "somebody beyond a proxy");
    }
    let list = Text::list(&shown.iter().map(|it| Text::same(it.clone())).collect::<Vec<_>>());
    let all = far.len().max(known.len());
    match all.checked_sub(shown.len()) {
        Some(more @ 1..) => text!("{list} ほか{more}件", "{list} and {more} more"; list),
        _ => list,
    }
}

fn confidence(cause: &Cause, group: &Group<'_>, gate: Option<&Gate>) -> Confidence {
    let said = group.talks.iter().any(|(_, it)| matches!(it.guess, Guess::Syn | Guess::Said));
    match cause {
        // Without an address of its own nobody can say that the box is not a declared one.
        Cause::Exit(_) if gate.is_none_or(|it| it.own.is_empty()) => Confidence::Medium,
        // What is beyond may be a network of the hospital that nobody wrote down.
        Cause::Exit(_) if !gate.is_some_and(|it| it.beyond.iter().any(|it| is_public(it.ip()))) => {
            Confidence::Medium
        }
        Cause::Exit(_) | Cause::RemoteControl(..) => Confidence::High,
        Cause::Tunnel(..) => Confidence::High,
        Cause::Network(_) => Confidence::Medium,
        Cause::Inbound(..) | Cause::Peer(_) if said => Confidence::High,
        _ => Confidence::Medium,
    }
}

const fn encapsulation(spoken: Spoken) -> TunnelKind {
    match spoken {
        Spoken::Ike | Spoken::Esp | Spoken::Ah => TunnelKind::Ipsec,
        Spoken::WireGuard | Spoken::Tailscale => TunnelKind::WireGuard,
        Spoken::OpenVpn => TunnelKind::OpenVpn,
        Spoken::L2tp => TunnelKind::L2tp,
        Spoken::Pptp => TunnelKind::Pptp,
        Spoken::Sstp => TunnelKind::Sstp,
        Spoken::Gre => TunnelKind::Gre,
        Spoken::IpInIp => TunnelKind::IpIp,
        Spoken::SixInFour | Spoken::Teredo => TunnelKind::SixInFour,
        Spoken::Vxlan => TunnelKind::Vxlan,
        _ => TunnelKind::Other,
    }
}
