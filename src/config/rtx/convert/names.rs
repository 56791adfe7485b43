//! What is defined and what is used, so that what is missing or idle comes out.

use crate::config::Notes;
use crate::config::rtx::repr::{Carrier, Ip, List, Router, Via};
use crate::model::device::StructureKind as Kind;
use crate::source::{Span, Spanned};

/// Every name.
pub(super) fn names(router: &Router, notes: &mut Notes) {
    filters(router, notes);
    translations(router, notes);
    ipsec(router, notes);
    lines(router, notes);
}

fn filter(ip: Ip, number: u32) -> String {
    format!("{} filter {number}", ip.word())
}

fn dynamic(ip: Ip, number: u32) -> String {
    format!("{} filter dynamic {number}", ip.word())
}

fn filters(router: &Router, notes: &mut Notes) {
    let names = &mut notes.structures;
    for ((ip, number), rule) in &router.rules {
        names.define(Kind::Filter, filter(*ip, *number), rule.span);
    }
    for ((ip, number), it) in &router.dynamics {
        names.define(Kind::Filter, dynamic(*ip, *number), it.span);
        for rule in &it.filters {
            names.refer(Kind::Filter, filter(*ip, rule.value), rule.span);
        }
    }
    for (number, span) in &router.ethernet {
        names.define(Kind::Filter, format!("ethernet filter {number}"), *span);
    }
    for number in &router.ethernet_used {
        names.refer(Kind::Filter, format!("ethernet filter {}", number.value), number.span);
    }
    let mut used = |ip: Ip, list: &List| {
        for rule in &list.rules {
            names.refer(Kind::Filter, filter(ip, rule.value), rule.span);
        }
        for rule in &list.dynamics {
            names.refer(Kind::Filter, dynamic(ip, rule.value), rule.span);
        }
    };
    for port in router.ports.iter() {
        port.lists.iter().for_each(|((ip, _), list)| used(*ip, list));
    }
    router.sets.values().flat_map(|it| it.values()).for_each(|list| used(Ip::V4, list));
    for (name, set) in &router.sets {
        if let Some(list) = set.values().next() {
            names.define(Kind::Filter, format!("ip filter set {name}"), list.span);
        }
    }
    for set in router.ports.iter().filter_map(|port| port.set.as_ref()) {
        names.refer(Kind::Filter, format!("ip filter set {}", set.value), set.span);
    }
    for ((ip, _), route) in &router.routes {
        for rule in route.hops.iter().flat_map(|hop| &hop.filters) {
            names.refer(Kind::Filter, filter(*ip, rule.value), rule.span);
        }
    }
}

fn translations(router: &Router, notes: &mut Notes) {
    let name = |number: u32| format!("nat descriptor {number}");
    for (number, it) in &router.descriptors {
        notes.structures.define(Kind::Nat, name(*number), it.span);
    }
    let bound = router.ports.iter().filter_map(|port| port.nat.as_ref()).flat_map(|it| &it.value);
    for number in bound.chain(&router.timers) {
        notes.structures.refer(Kind::Nat, name(number.value), number.span);
    }
}

fn ipsec(router: &Router, notes: &mut Notes) {
    let names = &mut notes.structures;
    let policy = |number: &u32| format!("ipsec sa policy {number}");
    let gateway = |number: &u32| format!("ipsec ike {number}");
    for (number, it) in &router.policies {
        names.define(Kind::IpsecPolicy, policy(number), it.span);
        names.refer(Kind::IkePeer, gateway(&it.gateway.value), it.gateway.span);
    }
    for (number, it) in &router.gateways {
        names.define(Kind::IkePeer, gateway(number), it.span);
    }
    let of_tunnels = router.tunnels.values().filter_map(|it| it.policy.as_ref());
    let of_transports = router.transports.values().map(|it| &it.policy);
    for it in of_tunnels.chain(of_transports) {
        names.refer(Kind::IpsecPolicy, policy(&it.value), it.span);
    }
}

/// Peers and tunnels as interfaces: those that routes, bridges and peers speak of must exist.
fn lines(router: &Router, notes: &mut Notes) {
    const MOST: u32 = 4096;
    let names = &mut notes.structures;
    for (peer, it) in &router.peers {
        let span = it.span.or(it.carrier.as_ref().map(|it| it.span));
        span.into_iter().for_each(|span| {
            names.define_active(Kind::Interface, peer.interface(), span);
        });
    }
    for (number, it) in &router.tunnels {
        let Some(span) = it.span else { continue };
        names.define_active(Kind::Interface, format!("tunnel{number}"), span);
        for (first, last) in &it.templates {
            for number in (*first..=*last).take(MOST as usize) {
                names.define_active(Kind::Interface, format!("tunnel{number}"), span);
            }
        }
    }
    let mut used = |name: &str, span: Span| {
        if name.starts_with("pp") || name.starts_with("tunnel") {
            names.refer(Kind::Interface, name, span);
        }
    };
    for hop in router.routes.values().flat_map(|it| &it.hops) {
        if let Via::Interface(name, span) = &hop.via {
            used(name, *span);
        }
    }
    let members = router.bridges.values().flat_map(|it| &it.value);
    let carried = router.peers.values().filter_map(|it| match &it.carrier.as_ref()?.value {
        Carrier::Bound(lines) => Some(lines),
        Carrier::Pppoe(_) => None,
    });
    let all: Vec<&Spanned<String>> = members.chain(carried.flatten()).collect();
    all.into_iter().for_each(|it| used(&it.value, it.span));
}
