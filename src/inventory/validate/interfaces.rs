//! An interface leads to one place only.

use super::zones::vlan_number;
use crate::inventory::records::{Circuit, Device, Interface, Inventory, Zone};
use crate::inventory::reference::Ref;
use crate::inventory::table::Entry;
use crate::source::{Diagnostic, Mistakes, Spanned};
use crate::text;
use std::collections::HashMap;

/// Reports interfaces that stand in a zone and on a circuit at once, links that are claimed twice
/// or lead back, and MAC addresses that are none or stand twice.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    let mut macs: HashMap<String, &Spanned<String>> = HashMap::new();
    for device in inventory.devices.iter() {
        for interface in &device.interfaces {
            twofold(&interface.id, &interface.zone, &interface.circuit, out);
            if let Some(vlan) = &interface.vlan {
                vlan_number(vlan, out);
            }
            if let Some(mac) = &interface.mac {
                match hexadecimal(&mac.value) {
                    None => out.push(bad_mac(mac)),
                    Some(digits) => match macs.get(&digits) {
                        Some(first) => out.push(same_mac(mac, first)),
                        None => drop(macs.insert(digits, mac)),
                    },
                }
            }
        }
        links(device, out);
    }
    for system in inventory.systems.iter() {
        for interface in &system.interfaces {
            twofold(&interface.id, &interface.zone, &interface.circuit, out);
        }
    }
}

fn twofold(
    interface: &Spanned<String>,
    zone: &Option<Spanned<Ref<Zone>>>,
    circuit: &Option<Spanned<Ref<Circuit>>>,
    out: &mut Mistakes,
) {
    let (Some(zone), Some(circuit)) = (zone, circuit) else {
        return;
    };
    let id = &interface.value;
    out.push(
        Diagnostic::error(
            "interface-used-twice",
            text!(
                "インタフェース「{id}」が回線とゾーンの両方につながっています",
                "the interface `{id}` is connected to a circuit and to a zone at once"
            ),
        )
        .at(circuit.span, text!("外側の回線", "the circuit outside"))
        .at(zone.span, text!("内側のゾーン", "the zone inside"))
        .help(text!(
            "回線側とゾーン側を別のインタフェースに分けて書いてください（例: wan と lan）",
            "write one interface for each side, for example wan and lan"
        )),
    );
}

fn links(device: &Entry<Device>, out: &mut Mistakes) {
    let mut claimed: HashMap<&str, &Entry<Interface>> = HashMap::new();
    for interface in &device.interfaces {
        let Some(link) = &interface.device else {
            continue;
        };
        let (here, there) = (&device.id.value, link.id());
        if *here == there {
            out.push(
                Diagnostic::error(
                    "link-to-itself",
                    text!(
                        "機器「{here}」が自分自身と直結しています",
                        "the device `{here}` is connected to itself"
                    ),
                )
                .at(link.span, text!("直結先", "what it is connected to"))
                .at(device.id.span, text!("この機器", "this device"))
                .help(text!(
                    "直結している相手の機器を書いてください",
                    "write the device at the other end"
                )),
            );
        } else if let Some(first) = claimed.insert(there, interface) {
            let first_span = first.device.as_ref().map_or(first.id.span, |it| it.span);
            out.push(
                Diagnostic::warning(
                    "link-claimed-twice",
                    text!(
                        "機器「{here}」と「{there}」の直結が2回書かれています",
                        "the link from `{here}` to `{there}` is written twice"
                    ),
                )
                .at(link.span, text!("2本目", "the second"))
                .at(first_span, text!("1本目", "the first"))
                .help(text!(
                    "束ねた回線や予備の線なら1つのインタフェースにまとめて書きます",
                    "write bundled or spare lines as one interface"
                )),
            );
        }
    }
}

/// The twelve digits of a MAC address, however they are separated.
fn hexadecimal(mac: &str) -> Option<String> {
    let digits: String = mac
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '.'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let valid = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then_some(digits)
}

fn bad_mac(mac: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(
        "bad-mac",
        text!("MACアドレスの形ではありません", "this is not a MAC address"),
    )
    .at(
        mac.span,
        text!(
            "16進12桁で書きます（例: 00:00:5e:00:53:01）",
            "expected twelve hexadecimal digits such as 00:00:5e:00:53:01"
        ),
    )
}

fn same_mac(second: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(
        "duplicate-mac",
        text!(
            "同じMACアドレスが2つのインタフェースに書かれています",
            "two interfaces have the same MAC address"
        ),
    )
    .at(second.span, text!("2つ目", "the second"))
    .at(first.span, text!("1つ目", "the first"))
    .help(text!(
        "機器の表示を見て、どちらかを直してください",
        "look at the devices and correct one of them"
    ))
}
