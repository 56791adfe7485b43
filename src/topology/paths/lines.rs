//! Lines: the interfaces over which a device leaves the hospital, mobile ones too. The first
//! default route does not matter more than the last: a backup is as much a way out.

use super::Found;
use super::sides::{Side, View, place};
use super::tunnels::is_line;
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::model::device::{Acquired, Interface, InterfaceKind, Route, Tunnel};
use crate::text;
use crate::topology::external::PathKind;

pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut carriers: Vec<&Tunnel> =
        view.config.tunnels.iter().filter(|it| is_line(it.kind) && it.disabled.is_none()).collect();
    for (interface, side) in view.interfaces() {
        // A public address alone is none: some hospitals use them inside.
        let out = side == Side::Outside;
        if !out || interface.kind == InterfaceKind::Isdn || carries_only(view, interface) {
            continue;
        }
        let mut path = path(view, interface);
        if speaks_only_ipv6(interface) {
            // The carrier's tunnel for IPv4 and the interface below it are one line.
            for tunnel in carriers.drain(..) {
                let kind = tunnel.kind.label();
                path.path
                    .shows
                    .push((text!("IPv4を運ぶ{kind}", "{kind} for IPv4"; kind), tunnel.span));
            }
        }
        found.push(path);
    }
    found.extend(carriers.into_iter().map(carrier));
    found
}

/// Whether an interface is nothing but the port below sessions that are lines themselves.
fn carries_only(view: &View<'_>, interface: &Interface) -> bool {
    let mut above = view.outside().filter(|it| it.parent.as_deref() == Some(&interface.name.value));
    let has_v4 = interface.addresses.iter().any(|it| it.value.is_ipv4())
        || interface.acquired.iter().any(|it| matches!(it.value, Acquired::Dhcp | Acquired::Ppp));
    !has_v4 && above.next().is_some()
}

/// Whether all addresses of an interface are of IPv6.
fn speaks_only_ipv6(interface: &Interface) -> bool {
    let acquired = |it: Acquired| matches!(it, Acquired::Advertisement | Acquired::Delegation);
    interface.addresses.iter().all(|it| it.value.is_ipv6())
        && interface.acquired.iter().all(|it| acquired(it.value))
}

fn path(view: &View<'_>, interface: &Interface) -> Found {
    let (at, kind) = (&interface.name.value, interface.kind.label());
    let routes: Vec<&Route> =
        view.defaults().filter(|it| leads_over(view, it, interface)).collect();
    let addresses = described(interface);
    let way = match routes.is_empty() {
        true => Text::default(),
        false => Text::new("、外への既定経路", ", a default route"),
    };
    let name = text!("{at}（{kind}、{addresses}{way}）", "{at} ({kind}, {addresses}{way})"; kind, addresses, way);
    let (path_kind, what) = match interface.kind {
        InterfaceKind::Mobile => (PathKind::Mobile, Text::new("モバイル回線", "mobile line")),
        _ => (PathKind::Line, Text::new("回線", "line")),
    };
    let name = text!("{what} {name}", "{what} {name}"; what, name);
    let called = format!("{} {at}", path_kind.key());
    let mut found = Found::new(path_kind, called, name, place(interface));
    let path = &mut found.path;
    path.interface = Some(at.clone());
    let routes = routes.iter().map(|it| (text!("外への既定経路", "a default route"), it.span));
    path.shows.extend(routes);
    if let Some(outside) = interface.outside
        && outside != path.span
    {
        path.shows.push((text!("外側という指定", "it is said to face outside"), outside));
    }
    found
}

fn described(interface: &Interface) -> Text {
    let fixed = interface.addresses.iter().map(|it| Text::same(it.value.to_string()));
    let acquired = interface.acquired.iter().map(|it| {
        let how = it.value.label();
        text!("{how}で取得", "address by {how}"; how)
    });
    let all: Vec<Text> = fixed.chain(acquired).collect();
    match all.is_empty() {
        true => Text::new("アドレスの記載なし", "no address stated"),
        false => Text::list(&all),
    }
}

fn leads_over(view: &View<'_>, route: &Route, interface: &Interface) -> bool {
    let mut ways = view.config.ways(route);
    ways.any(|(over, _)| over.is_some_and(|it| it.name.value == interface.name.value))
}

/// A carrier's tunnel whose lower interface is not known.
fn carrier(tunnel: &Tunnel) -> Found {
    let (called, kind) = (&tunnel.name, tunnel.kind.label());
    let name = text!("回線 {called}（{kind}）", "line {called} ({kind})"; kind);
    let mut found = Found::new(PathKind::Line, format!("line {called}"), name, tunnel.span);
    found.path.interface = tunnel.interface.clone();
    found.path.encapsulation = Some(tunnel.kind);
    found
}
