//! What AlliedWare Plus means → facts in the words of every vendor.

mod access;
mod firewall;
mod interfaces;
mod nat;
mod tunnels;

use super::repr::Router;
use crate::config::switched;
use crate::config::unsure::{may_stop, may_stop_through};
use crate::model::device::{DeviceConfig, Hook, Match, Verdict};
use crate::source::Span;
pub(super) use firewall::is_builtin;
pub(super) use interfaces::kind;
use std::collections::BTreeSet;

/// Says everything.
pub(super) fn convert(mut router: Router<'_>) -> DeviceConfig {
    let mut facts = std::mem::take(&mut router.facts);
    // Without `protect` everything passes; with it only what a rule permits, and its answers.
    facts.unfiltered = Verdict::Permit;
    facts.stateful = router.protect.is_some();
    interfaces::interfaces(&router, &mut facts);
    firewall::firewall(&router, &mut facts);
    firewall::lists(&router, &mut facts);
    perhaps(&router, &mut facts);
    switched::lists_on_ports(&mut facts);
    nat::nat(&router, &mut facts);
    tunnels::tunnels(&router, &mut facts);
    access::management(&router, &mut facts);
    access::addressing(&router, &mut facts);
    // Over a line that is switched off nothing is learned.
    let idle = router.ports.iter().filter(|it| it.off.is_some());
    let idle: BTreeSet<Span> = idle.flat_map(|it| it.acquired.iter().map(|it| it.span)).collect();
    for route in facts.routes.iter_mut().filter(|it| idle.contains(&it.span)) {
        route.enabled = false;
    }
    facts
}

/// What filters or leads elsewhere and is not read: it may stop what passes.
fn perhaps(router: &Router<'_>, facts: &mut DeviceConfig) {
    for it in &router.unread {
        may_stop_through(&it.value, it.span, Match::any(), facts);
    }
    for port in &router.ports {
        for it in &port.unread {
            for hook in [Hook::In, Hook::Out] {
                may_stop(&it.value, it.span, hook, vec![port.name.clone()], facts);
            }
        }
    }
}
