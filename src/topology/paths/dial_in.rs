//! Telephone lines: ISDN interfaces, and servers that answer calls.

use super::Found;
use super::sides::{View, place};
use crate::model::device::{InterfaceKind, TunnelKind};
use crate::text;
use crate::topology::external::PathKind;

/// A server that answers is one path with the interface on which it does; an ISDN interface that is
/// switched on is one by itself, whoever calls whom.
pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let servers = view.config.remote_access.iter().filter(|it| it.kind == TunnelKind::DialUp);
    for server in servers.clone() {
        let called = &server.name;
        let name = text!("着信の受付 {called}（電話回線）", "dial-in {called} (telephone line)");
        let mut one = Found::new(PathKind::DialIn, format!("dial-in {called}"), name, server.span);
        one.path.enabled = server.enabled;
        one.path.encapsulation = Some(TunnelKind::DialUp);
        one.path.interface = server.interfaces.first().cloned();
        one.path.beyond = server.pool.iter().map(|it| it.value).collect();
        found.push(one);
    }
    let dialled = view.config.tunnels.iter().filter(|it| it.kind == TunnelKind::DialUp);
    for (interface, _) in view.interfaces().filter(|(it, _)| it.kind == InterfaceKind::Isdn) {
        let at = &interface.name.value;
        let answered =
            servers.clone().any(|it| it.interfaces.is_empty() || it.interfaces.contains(at));
        let used = dialled.clone().any(|it| {
            it.interface.as_ref() == Some(at) || it.local.as_ref().is_some_and(|it| it.value == *at)
        });
        let below = view.config.interfaces.iter().any(|it| {
            it.enabled && it.kind == InterfaceKind::Isdn && it.parent.as_ref() == Some(at)
        });
        if answered || used || below {
            continue;
        }
        let name = text!("電話回線 {at}（ISDN等）", "telephone line {at} (ISDN or the like)");
        let mut one = Found::new(PathKind::DialIn, format!("dial-in {at}"), name, place(interface));
        one.path.encapsulation = Some(TunnelKind::DialUp);
        one.path.interface = Some(at.clone());
        found.push(one);
    }
    found
}
