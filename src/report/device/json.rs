//! A configuration for programs: every fact with the line that says it.

use super::{Read, numbers, states, transport, verdict};
use crate::model::device::{
    Applied, Becomes, Family, Filter, Ike, Match, Nat, NatKind, NextHop, Remote, Route, Tunnel,
};
use crate::model::{AddressSet, Vocabulary};
use crate::report::json::neutralise;
use crate::source::Spanned;
use serde_json::{Value, json};

/// The version of the shape. Additions keep it; anything else raises it.
const VERSION: u32 = 1;

/// Files as one document.
pub fn write(files: &[Read<'_>]) -> Value {
    let mut value = json!({
        "schema_version": VERSION,
        "files": files.iter().map(file).collect::<Vec<_>>(),
    });
    neutralise(&mut value);
    value
}

fn file(read: &Read<'_>) -> Value {
    let (file, it) = (read.file, read.config);
    let line = |span| read.line(span);
    let named = |it: &Option<Spanned<String>>| it.as_ref().map(|it| it.value.clone());
    json!({
        "file": read.sources.file(file.file).name(),
        "format": file.format.id,
        "hostname": named(&it.hostname),
        "product": named(&it.product),
        "version": named(&it.version),
        "serial": named(&it.serial),
        "coverage": {
            "lines": file.coverage.lines(),
            "understood": file.coverage.understood,
            "ignored": file.coverage.reasons().map(|(why, count)| (why.key(), count)).collect::<std::collections::BTreeMap<_, _>>(),
            "unrecognized": file.coverage.unrecognized.iter().map(|span| json!({
                "line": line(*span),
                "text": read.sources.slice(*span).trim(),
            })).collect::<Vec<_>>(),
        },
        "remarks": file.remarks.iter().map(|it| json!({
            "code": it.code, "ja": it.message.ja, "en": it.message.en,
        })).collect::<Vec<_>>(),
        "interfaces": it.interfaces.iter().map(|it| json!({
            "line": line(it.name.span),
            "name": it.name.value,
            "kind": it.kind.key(),
            "enabled": it.enabled,
            "addresses": it.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "acquired": it.acquired.iter().map(|it| it.value.key()).collect::<Vec<_>>(),
            "vlan": it.vlan,
            "trunk": it.trunk,
            "parent": it.parent,
            "zone": named(&it.zone),
            "instance": it.instance,
            "mac": named(&it.mac),
            "outside": it.outside.is_some(),
            "description": named(&it.description),
        })).collect::<Vec<_>>(),
        "bridges": it.bridges.iter().map(|it| json!({
            "line": line(it.name.span),
            "name": it.name.value,
            "members": it.members.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "zones": it.zones.iter().map(|it| json!({
            "line": line(it.name.span),
            "name": it.name.value,
            "interfaces": it.interfaces.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "routes": it.routes.iter().map(|it| route(read, it)).collect::<Vec<_>>(),
        "routing_peers": it.peers.iter().map(|it| json!({
            "line": line(it.span),
            "protocol": it.protocol,
            "address": it.address.to_string(),
            "remote_as": it.remote_as,
            "local_as": it.local_as,
            "enabled": it.enabled,
        })).collect::<Vec<_>>(),
        "neighbours": it.neighbours.iter().map(|it| json!({
            "line": line(it.span),
            "address": it.address.to_string(),
            "mac": it.mac,
            "interface": it.interface,
            "state": it.state,
        })).collect::<Vec<_>>(),
        "tunnels": it.tunnels.iter().map(|it| tunnel(read, it)).collect::<Vec<_>>(),
        "remote_access": it.remote_access.iter().map(|it| json!({
            "line": line(it.span),
            "name": it.name,
            "kind": it.kind.key(),
            "enabled": it.enabled,
            "interfaces": it.interfaces,
            "services": it.services.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "sources": addresses(&it.sources),
            "pool": it.pool.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "users": it.users.len(),
            "authentication": keys(&it.authentication),
        })).collect::<Vec<_>>(),
        "nat": it.nat.iter().map(|it| nat(read, it)).collect::<Vec<_>>(),
        "management": it.management.iter().map(|it| json!({
            "line": line(it.span),
            "kind": it.kind.key(),
            "service": it.service.to_string(),
            "enabled": it.enabled,
            "interfaces": it.interfaces,
            "sources": addresses(&it.sources),
            "exact": it.exact,
        })).collect::<Vec<_>>(),
        "cloud": it.cloud.iter().map(|it| json!({
            "line": line(it.span), "product": it.product, "enabled": it.enabled,
        })).collect::<Vec<_>>(),
        "addressing": it.addressing.iter().map(|it| json!({
            "line": line(it.span),
            "kind": it.kind.key(),
            "interface": it.interface,
            "addresses": addresses(&it.addresses),
        })).collect::<Vec<_>>(),
        "filters": it.filters.iter().map(|it| filter(read, it)).collect::<Vec<_>>(),
        "applied": it.applied.iter().map(|it| applied(read, it)).collect::<Vec<_>>(),
        "unfiltered": verdict(&it.unfiltered),
        "stateful": it.stateful,
        "secrets": it.secrets.iter().map(|it| json!({
            "line": line(it.span), "kind": it.kind.key(), "guessable": it.guessable,
        })).collect::<Vec<_>>(),
        "undefined": it.structures.undefined().iter().map(|it| json!({
            "line": line(it.span), "kind": it.kind.key(), "name": it.name,
        })).collect::<Vec<_>>(),
        "unused": it.structures.unused().iter().map(|it| json!({
            "line": line(it.span), "kind": it.kind.key(), "name": it.name,
        })).collect::<Vec<_>>(),
        "doubts": it.doubts.iter().map(|it| json!({
            "line": line(it.span), "ja": it.why.ja, "en": it.why.en,
        })).collect::<Vec<_>>(),
    })
}

fn addresses(set: &AddressSet) -> Vec<String> {
    set.notations().collect()
}

fn keys<T: Vocabulary>(words: &[T]) -> Vec<&'static str> {
    words.iter().map(|it| it.key()).collect()
}

fn route(read: &Read<'_>, it: &Route) -> Value {
    let hop = |hop: &NextHop| match hop {
        NextHop::Address(address) => json!({"address": address.to_string()}),
        NextHop::Interface(name) => json!({"interface": name}),
        NextHop::Over(address, name) => json!({"address": address.to_string(), "interface": name}),
        NextHop::Instance(name) => json!({"instance": name}),
        NextHop::Discard => json!({"discard": true}),
        NextHop::Unknown(words) => json!({"unknown": words}),
    };
    json!({
        "line": read.line(it.span),
        "destination": it.destination.to_string(),
        "via": it.via.iter().map(hop).collect::<Vec<_>>(),
        "distance": it.distance,
        "enabled": it.enabled,
        "only": it.only.as_ref().map(|it| it.value.as_str()),
        "instance": it.instance,
    })
}

/// The other end: one key says what is known of it.
fn remote(remote: &Remote) -> Value {
    match remote {
        Remote::Address(address) => json!({"address": address.to_string()}),
        Remote::Network(network) => json!({"network": network.to_string()}),
        Remote::Name(name) => json!({"name": name}),
        Remote::Telephone(number) => json!({"telephone": number}),
        Remote::Any => json!({"any": true}),
        Remote::Unknown => json!({"unknown": true}),
    }
}

fn tunnel(read: &Read<'_>, it: &Tunnel) -> Value {
    json!({
        "line": read.line(it.span),
        "name": it.name,
        "interface": it.interface,
        "kind": it.kind.key(),
        "ipsec": it.ipsec,
        "layer2": it.layer2,
        "enabled": it.disabled.is_none(),
        "local": it.local.as_ref().map(|it| it.value.as_str()),
        "remote": remote(&it.remote.value),
        "selectors": it.selectors.iter().map(|it| json!({
            "local": it.value.local.to_string(), "remote": it.value.remote.to_string(),
        })).collect::<Vec<_>>(),
        "initiates": it.initiates,
        "ike": it.ike.as_ref().map(ike),
        "authentication": keys(&it.authentication),
    })
}

fn ike(it: &Ike) -> Value {
    let values =
        |list: &[Spanned<String>]| list.iter().map(|it| it.value.clone()).collect::<Vec<_>>();
    json!({
        "version": it.version.as_ref().map(|it| it.value.key()),
        "aggressive": it.aggressive.is_some(),
        "encryption": values(&it.encryption),
        "hash": values(&it.hash),
        "groups": it.groups.iter().map(|it| it.value).collect::<Vec<_>>(),
        "local_id": it.local_id.as_ref().map(|it| it.value.as_str()),
        "remote_id": it.remote_id.as_ref().map(|it| it.value.as_str()),
    })
}

fn matched(it: &Match) -> Value {
    json!({
        "from": it.from,
        "not_from": it.not_from,
        "to": it.to,
        "not_to": it.not_to,
        "after": it.after,
        "source": addresses(&it.source),
        "destination": addresses(&it.destination),
        "transports": it.transports.iter().map(transport).collect::<Vec<_>>(),
        "states": states(it.states),
        "sometimes": it.sometimes,
        "exact": it.is_exact(),
    })
}

fn filter(read: &Read<'_>, it: &Filter) -> Value {
    json!({
        "line": read.line(it.name.span),
        "name": it.name.value,
        "family": match it.family {
            Family::Both => "both",
            Family::V4 => "ipv4",
            Family::V6 => "ipv6",
        },
        "lines": it.lines.iter().map(|it| json!({
            "line": read.line(it.span),
            "label": it.label,
            "verdict": verdict(&it.verdict),
            "enabled": it.enabled,
            "match": matched(&it.when),
        })).collect::<Vec<_>>(),
        "otherwise": verdict(&it.otherwise),
    })
}

fn applied(read: &Read<'_>, it: &Applied) -> Value {
    json!({
        "line": read.line(it.span),
        "filter": it.filter,
        "hook": format!("{:?}", it.hook).to_lowercase(),
        "interfaces": it.interfaces,
    })
}

fn nat(read: &Read<'_>, it: &Nat) -> Value {
    json!({
        "line": read.line(it.span),
        "label": it.label,
        "kind": match it.kind {
            NatKind::Source => "source",
            NatKind::Destination => "destination",
            NatKind::Static => "static",
        },
        "interface": it.interface,
        "match": matched(&it.when),
        "becomes": match &it.becomes {
            Becomes::Addresses(set) => json!({"addresses": addresses(set)}),
            other => json!({"what": format!("{other:?}").to_lowercase()}),
        },
        "ports": it.ports.as_ref().map(numbers),
        "enabled": it.enabled,
    })
}
