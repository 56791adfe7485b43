//! A connection must enter somewhere and lead somewhere.

use super::prefixes::{Prefixes, Range};
use crate::inventory::records::{Connection, Inventory};
use crate::inventory::reference::{Endpoint, Mount};
use crate::inventory::table::Entry;
use crate::source::{Diagnostic, Mistakes, Span, Spanned, closest};
use crate::text;
use std::collections::{HashMap, HashSet};

/// Reports numbers given twice, connections without an end, and destinations that are nowhere.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    numbers(inventory, out);
    let carried = carried(inventory);
    for connection in inventory.connections.iter() {
        match &connection.at {
            Some(at) => mounted(inventory, connection, at, out),
            None => unmounted(connection, &carried, out),
        }
    }
    destinations(inventory, out);
}

fn numbers(inventory: &Inventory, out: &mut Mistakes) {
    let mut seen: HashMap<u32, &Spanned<u32>> = HashMap::new();
    let numbers = inventory.connections.iter().filter_map(|it| it.number.as_ref());
    for number in numbers {
        let given = number.value;
        if given == 0 {
            out.push(
                Diagnostic::error(
                    "bad-number",
                    text!("外部接続番号は1から始めます", "connections are numbered from 1"),
                )
                .at(number.span, text!("0は使えません", "0 is not a number")),
            );
        } else if let Some(first) = seen.get(&given) {
            out.push(
                Diagnostic::error(
                    "duplicate-number",
                    text!(
                        "外部接続番号{given}が2つの外部接続に付いています",
                        "two connections have the number {given}"
                    ),
                )
                .at(number.span, text!("2つ目", "the second"))
                .at(first.span, text!("1つ目", "the first"))
                .help(text!(
                    "図面と一覧で対応がとれるよう、別の番号にしてください",
                    "give one of them another number, so that drawings and lists match"
                )),
            );
        } else {
            seen.insert(given, number);
        }
    }
}

/// The circuits that some interface takes.
fn carried(inventory: &Inventory) -> HashSet<&str> {
    let devices = inventory.devices.iter().flat_map(|it| &it.interfaces);
    let devices = devices.filter_map(|it| it.circuit.as_ref());
    let systems = inventory.systems.iter().flat_map(|it| &it.interfaces);
    let systems = systems.filter_map(|it| it.circuit.as_ref());
    devices.chain(systems).map(|circuit| circuit.id()).collect()
}

/// A connection that does not say where it enters must have a circuit that somebody takes.
fn unmounted(connection: &Entry<Connection>, carried: &HashSet<&str>, out: &mut Mistakes) {
    let circuit = connection.circuit.as_ref();
    if circuit.is_some_and(|circuit| carried.contains(circuit.id())) {
        return;
    }
    let id = &connection.id.value;
    let mut mistake = Diagnostic::warning(
        "connection-without-end",
        text!(
            "外部接続「{id}」が院内のどこに入るのか分かりません",
            "it is not said where the connection `{id}` enters"
        ),
    )
    .at(connection.id.span, text!("この外部接続", "this connection"));
    if let Some(circuit) = circuit {
        mistake = mistake.at(
            circuit.span,
            text!(
                "この回線につながるインタフェースがありません",
                "no interface is connected to this circuit"
            ),
        );
    }
    out.push(mistake.help(text!(
        "at に外部接続点（例: vpn1.wan）を書くか、機器のインタフェースに circuit を書いてください",
        "write the entry point under `at`, such as vpn1.wan, or give an interface of a device its `circuit`"
    )));
}

/// The interfaces of what a connection enters at: its declaration, the ids of its interfaces, and
/// the circuit of the one that is meant.
struct Entrance<'a> {
    declared: Span,
    ids: Vec<&'a str>,
    circuit: Option<(&'a str, Span)>,
    known: bool,
}

fn entrance<'a>(inventory: &'a Inventory, at: &Mount) -> Option<Entrance<'a>> {
    let interface = at.interface.as_deref();
    if let Some(device) = inventory.devices.get(&at.owner) {
        let table = &device.interfaces;
        let meant = interface.and_then(|id| table.get(id));
        let circuit = meant.and_then(|it| it.circuit.as_ref());
        return Some(Entrance {
            declared: device.id.span,
            ids: table.ids().map(|id| id.value.as_str()).collect(),
            circuit: circuit.map(|it| (it.id(), it.span)),
            known: interface.is_none_or(|id| table.declares(id)),
        });
    }
    let system = inventory.systems.get(&at.owner)?;
    let table = &system.interfaces;
    let meant = interface.and_then(|id| table.get(id));
    let circuit = meant.and_then(|it| it.circuit.as_ref());
    Some(Entrance {
        declared: system.id.span,
        ids: table.ids().map(|id| id.value.as_str()).collect(),
        circuit: circuit.map(|it| (it.id(), it.span)),
        known: interface.is_none_or(|id| table.declares(id)),
    })
}

fn mounted(
    inventory: &Inventory,
    connection: &Entry<Connection>,
    at: &Spanned<Mount>,
    out: &mut Mistakes,
) {
    let Some(entrance) = entrance(inventory, at) else {
        return;
    };
    let owner = &at.owner;
    if let (false, Some(interface)) = (entrance.known, &at.interface) {
        let mistake = Diagnostic::error(
            "unknown-interface",
            text!(
                "「{owner}」に「{interface}」というインタフェースはありません",
                "`{owner}` has no interface `{interface}`"
            ),
        )
        .at(at.span, text!("このインタフェースがありません", "no such interface"))
        .at(entrance.declared, text!("「{owner}」の宣言", "`{owner}` is declared here"));
        let list = entrance.ids.join(", ");
        out.push(match closest(interface, entrance.ids.iter().copied()) {
            Some(word) => mistake.help(text!(
                "「{owner}.{word}」ではありませんか",
                "did you mean `{owner}.{word}`?"
            )),
            None if list.is_empty() => mistake.help(text!(
                "「{owner}」の interfaces にこのインタフェースを書いてください",
                "declare it under `interfaces` of `{owner}`"
            )),
            None => mistake.help(text!("あるインタフェース: {list}", "its interfaces: {list}")),
        });
    }
    if let (Some(circuit), Some((actual, span))) = (&connection.circuit, entrance.circuit)
        && circuit.id() != actual
    {
        let (said, id) = (circuit.id(), &connection.id.value);
        out.push(
            Diagnostic::error(
                "other-circuit",
                text!(
                    "外部接続「{id}」の回線が、外部接続点の回線と違います",
                    "the circuit of the connection `{id}` is not the one at its entry point"
                ),
            )
            .at(circuit.span, text!("外部接続では「{said}」", "the connection says `{said}`"))
            .at(
                span,
                text!(
                    "「{at}」は「{actual}」につながっています",
                    "`{at}` is connected to `{actual}`"
                ),
            )
            .help(text!(
                "現物の配線を確かめ、どちらかを直してください",
                "look at the cabling and correct one of them"
            )),
        );
    }
}

/// Reports destinations that stand in no zone, so that nothing can be said of what they reach.
fn destinations(inventory: &Inventory, out: &mut Mistakes) {
    let zones = inventory.zones.iter().flat_map(|it| &it.networks);
    let parties = inventory.parties.iter().flat_map(|it| &it.networks);
    let known = zones.chain(parties);
    let known = Prefixes::new(known.map(|it| (Range::of(it.value), ())).collect());
    let allowed = inventory.connections.iter().flat_map(|it| &it.allow);
    let allowed = allowed
        .filter(|allow| allow.direction.is_none() || allow.from.is_some())
        .map(|allow| &allow.to);
    let flows = inventory.flows.iter().flat_map(|it| [&it.from, &it.to]);
    for endpoint in allowed.chain(flows) {
        match &endpoint.value {
            Endpoint::Network(network) => {
                if !known.is_empty() && !known.touches(Range::of(*network)) {
                    out.push(nowhere(
                        endpoint,
                        text!(
                            "どのゾーンにも接続先にも入らないアドレスです",
                            "this address lies in no zone and at no party"
                        ),
                        text!(
                            "アドレスを確かめるか、ゾーンの networks に加えてください",
                            "check the address, or add its network to a zone"
                        ),
                    ));
                }
            }
            Endpoint::Named(id) => {
                let system = inventory.systems.get(id);
                let device = inventory.devices.get(id);
                // A system with addresses but no zone has been told so already.
                if system
                    .is_some_and(|it| it.addresses.is_empty() && it.attachments().next().is_none())
                    || device.is_some_and(|it| it.interfaces.ids().next().is_none())
                {
                    out.push(nowhere(
                        endpoint,
                        text!("どのゾーンにもつながっていません", "it stands in no zone"),
                        text!(
                            "「{id}」に zone か interfaces を書いてください",
                            "give `{id}` a `zone` or `interfaces`"
                        ),
                    ));
                }
            }
            Endpoint::Any | Endpoint::Internet => {}
        }
    }
}

fn nowhere(
    endpoint: &Spanned<Endpoint>,
    why: crate::locale::Text,
    help: crate::locale::Text,
) -> Diagnostic {
    Diagnostic::warning(
        "destination-nowhere",
        text!(
            "通信の相手「{endpoint}」が網のどこにあるのか分かりません",
            "nobody knows where `{endpoint}` stands in the network"
        ),
    )
    .at(endpoint.span, why)
    .help(help)
}
