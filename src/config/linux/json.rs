//! JSON → host.

use super::repr::{Address, Host, Link, NOWHERE, OWN, Route, destination, hop, neighbour};
use crate::config::json::{self, Array, Element, text};
use crate::config::netfilter::Fates;
use crate::config::{Because, Line, Listing, Notes};
use crate::locale::Text;
use crate::model::IpNetwork;
use crate::model::device::{Neighbour, NextHop};
use serde_json::Value;
use std::net::IpAddr;

/// Whether a text is what `ip -j` prints.
pub(super) fn is_output(listing: &Listing<'_>) -> bool {
    const MANY: usize = 16;
    let begins = listing.lines.iter().take(MANY).filter(|line| line.body().starts_with('['));
    begins.filter_map(|line| json::array(listing, line.start as usize)).any(|array| {
        let known =
            array.elements.iter().filter(|it| is_link(it) || is_route(it) || is_neighbour(it));
        known.count() > 0
    })
}

fn has(element: &Element, key: &str) -> bool {
    element.value.get(key).is_some()
}

fn is_link(element: &Element) -> bool {
    has(element, "ifname") && (has(element, "flags") || has(element, "addr_info"))
}

fn is_route(element: &Element) -> bool {
    has(element, "dst")
        && has(element, "flags")
        && ["dev", "gateway", "nexthops", "type", "via"].iter().any(|key| has(element, key))
}

fn is_neighbour(element: &Element) -> bool {
    has(element, "dst") && has(element, "dev") && has(element, "state")
}

/// The host of a text.
pub(super) fn host(listing: &Listing<'_>, fates: &mut Fates, notes: &mut Notes) -> Host {
    let mut host = Host::default();
    let mut from = 0;
    for line in &listing.lines {
        if line.body().chars().all(|c| "[]{},".contains(c) || c.is_whitespace()) {
            fates.understood(line.span());
        }
        if !line.body().starts_with('[') || (line.start as usize) < from {
            continue;
        }
        let Some(array) = json::array(listing, line.start as usize) else { continue };
        from = array.end;
        one(&array, &mut host, fates);
        if !array.closed {
            let end = listing.lines.last().map_or(line.span(), Line::span);
            notes.truncated(
                end,
                Text::new("JSONが途中で終わっています", "the JSON ends in the middle"),
            );
        }
    }
    host
}

fn one(array: &Array, host: &mut Host, fates: &mut Fates) {
    for span in &array.damaged {
        fates.failed(*span);
    }
    // Every route of IPv6 has a preference; those of IPv4 have none.
    let v6 = array.elements.iter().any(|it| {
        has(it, "pref")
            || ["dst", "gateway"]
                .iter()
                .any(|key| text(&it.value, key).is_some_and(|it| it.contains(':')))
    });
    for element in &array.elements {
        if is_link(element) {
            match link(element) {
                Some((link, whole)) => {
                    host.links.push(link);
                    match whole {
                        true => fates.understood(element.span),
                        false => fates.failed(element.span),
                    }
                }
                None => fates.failed(element.span),
            }
        } else if is_neighbour(element) && !is_route(element) {
            match neighbour_of(element) {
                Some(neighbour) => {
                    host.neighbours.push(neighbour);
                    fates.understood(element.span);
                }
                None => fates.failed(element.span),
            }
        } else if is_route(element) {
            let own = text(&element.value, "type").is_some_and(|it| OWN.contains(&it));
            match route(element, v6) {
                _ if own => fates.ignored(element.span, Because::Housekeeping),
                Some(route) => {
                    host.routes.push(route);
                    fates.understood(element.span);
                }
                None => fates.failed(element.span),
            }
        } else if element.value.as_object().is_some_and(serde_json::Map::is_empty) {
            fates.understood(element.span);
        } else {
            fates.failed(element.span);
        }
    }
}

fn neighbour_of(element: &Element) -> Option<Neighbour> {
    let value = &element.value;
    let state = value.get("state")?.as_array()?.first()?.as_str()?;
    let (address, interface) = (text(value, "dst")?, text(value, "dev")?);
    neighbour(element.span, address, interface, text(value, "lladdr"), state)
}

fn owned(value: &Value, key: &str) -> Option<String> {
    text(value, key).map(str::to_owned)
}

/// A link, and whether all of its addresses were understood.
fn link(element: &Element) -> Option<(Link, bool)> {
    let value = &element.value;
    let mut link = Link::new(text(value, "ifname")?, element.span);
    let flags = value.get("flags").and_then(Value::as_array);
    link.up = flags.is_some_and(|it| it.iter().any(|flag| flag.as_str() == Some("UP")));
    link.link_type = owned(value, "link_type").unwrap_or_default();
    link.master = owned(value, "master");
    link.below = owned(value, "link");
    link.address = owned(value, "address");
    if value.get("link_pointtopoint").is_some() {
        link.peer = owned(value, "broadcast");
    }
    link.alias = owned(value, "ifalias");
    if let Some(info) = value.get("linkinfo") {
        link.kind = owned(info, "info_kind");
        link.slave_kind = owned(info, "info_slave_kind");
        if let Some(data) = info.get("info_data") {
            if link.kind.as_deref() == Some("vlan") {
                link.vlan =
                    data.get("id").and_then(Value::as_u64).and_then(|it| it.try_into().ok());
            }
            link.mode = owned(data, "type");
            let end = |keys: [&str; 2]| keys.iter().find_map(|key| owned(data, key));
            if let Some(local) = end(["local", "local6"]) {
                link.address = Some(local);
            }
            link.peer = end(["remote", "remote6"]).or(link.peer);
        }
    }
    let mut whole = true;
    for info in value.get("addr_info").and_then(Value::as_array).into_iter().flatten() {
        let truth = |key: &str| info.get(key).and_then(Value::as_bool) == Some(true);
        match network(info) {
            Some(network) => link.addresses.push(Address {
                span: element.span,
                network,
                dynamic: truth("dynamic"),
                passing: truth("temporary") || text(info, "scope") == Some("link"),
            }),
            // Entries without an address are those that a filter of `ip` left out.
            None => whole &= info.get("local").is_none(),
        }
    }
    Some((link, whole))
}

fn network(info: &Value) -> Option<IpNetwork> {
    let prefix = info.get("prefixlen")?.as_u64()?.try_into().ok()?;
    IpNetwork::new(text(info, "local")?.parse().ok()?, prefix).ok()
}

fn route(element: &Element, v6: bool) -> Option<Route> {
    let value = &element.value;
    let step = |value: &Value| -> Option<NextHop> {
        let gateway = match (text(value, "gateway"), value.get("via")) {
            (Some(gateway), _) => Some(gateway.parse::<IpAddr>().ok()?),
            (None, Some(via)) => Some(text(via, "host")?.parse().ok()?),
            (None, None) => None,
        };
        hop(gateway, text(value, "dev"))
    };
    let via = match (text(value, "type"), value.get("nexthops").and_then(Value::as_array)) {
        (Some(kind), _) if NOWHERE.contains(&kind) => vec![NextHop::Discard],
        (Some(kind), _) if kind != "unicast" => vec![NextHop::Unknown(kind.to_owned())],
        (_, Some(hops)) => hops.iter().map(step).collect::<Option<_>>()?,
        (_, None) => vec![step(value)?],
    };
    let flags = value.get("flags").and_then(Value::as_array);
    Some(Route {
        span: element.span,
        destination: Some(destination(text(value, "dst")?, v6)?),
        via,
        metric: value.get("metric").and_then(Value::as_u64).and_then(|it| it.try_into().ok()),
        table: value.get("table").and_then(json::word).filter(|it| it != "main"),
        dead: flags.is_some_and(|it| it.iter().any(|flag| flag.as_str() == Some("dead"))),
    })
}
