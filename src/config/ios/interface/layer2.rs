//! Lines of an interface about VLANs, bridges and channels.

use super::{Circuit, Port};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::StructureKind;
use crate::source::Spanned;

pub(super) fn dot1q(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.interface.vlan = command.words.get(2).and_then(|vlan| vlan.parse().ok());
    match (port.interface.vlan, command.words.get(3)) {
        (Some(_), None | Some(&"native")) => Fate::Understood,
        _ => Fate::Unrecognized,
    }
}

pub(super) fn switchport(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, "mode", "trunk"] => port.trunk_mode = !command.negated,
        [_, "mode", "access"] => {
            port.interface.vlan = port.interface.vlan.or(Some(1));
        }
        [_, "mode", "dynamic", "auto" | "desirable"] => {}
        [_, "access", "vlan", vlan] => match vlan.parse() {
            Ok(vlan) => port.interface.vlan = Some(vlan),
            Err(_) => return Fate::Unrecognized,
        },
        [_, "trunk", "allowed", "vlan", words @ ..] => {
            let before = port.allowed.clone();
            let Some(allowed) = vlans(words, before) else { return Fate::Unrecognized };
            port.allowed = Some(allowed);
        }
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `10,20-30`, `add 40`, `all`, `none`, `except 99`.
pub(super) fn vlans(words: &[&str], before: Option<Vec<(u16, u16)>>) -> Option<Vec<(u16, u16)>> {
    let parse = |list: &str| -> Option<Vec<(u16, u16)>> {
        list.split(',')
            .map(|part| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
            })
            .collect()
    };
    match words {
        ["all"] => Some(vec![(1, 4094)]),
        ["none"] => Some(Vec::new()),
        ["add", list] => {
            let mut all = before.unwrap_or_default();
            all.extend(parse(list)?);
            Some(all)
        }
        ["except", list] => {
            let without: crate::model::RangeSet<u16> = parse(list)?.into_iter().collect();
            let all = crate::model::RangeSet::range(1, 4094);
            Some(all.difference(&without).ranges().to_vec())
        }
        list if !list.is_empty() => parse(&list.concat()),
        _ => None,
    }
}

pub(super) fn only_switchport(_: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    if command.words.len() == 1 { Fate::Understood } else { Fate::Unrecognized }
}

pub(super) fn bridge_group(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, number] if number.parse::<u16>().is_ok() => {
            port.bridges.push(Spanned::new(format!("bridge {number}"), command.span()));
            Fate::Understood
        }
        [_, _, ..] => Fate::Ignored(Because::Redundancy),
        _ => Fate::Unrecognized,
    }
}

pub(super) fn channel_group(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(1).and_then(|number| number.parse::<u16>().ok()) {
        Some(number) => {
            port.interface.parent = Some(format!("Port-channel{number}"));
            Fate::Understood
        }
        None => Fate::Unrecognized,
    }
}

pub(super) fn xconnect(
    port: &mut Port,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    for child in &item.children {
        let known =
            child.line.body().starts_with("backup ") || child.line.body().starts_with("mtu ");
        if known {
            notes.ignored(&child.line, Because::Redundancy);
        }
    }
    let [_, peer, circuit, rest @ ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let Ok(address) = peer.parse() else { return Fate::Unrecognized };
    if let Some(class) = command.after("pw-class") {
        notes.structures.refer(StructureKind::Profile, class.text, command.span());
    }
    port.circuits.push(Circuit {
        peer: Spanned::new(address, command.word(1).span),
        number: (*circuit).to_owned(),
        how: rest.join(" "),
    });
    Fate::Understood
}

/// `service instance N ethernet` with the bridge or the line that its frames go to.
pub(super) fn service_instance(
    port: &mut Port,
    _: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            _ if line.negated => Fate::Unrecognized,
            ["encapsulation" | "rewrite", ..] | ["exit"] => Fate::Understood,
            ["description", ..] => Fate::Ignored(Because::Presentation),
            ["bridge-domain", number, ..] if number.parse::<u32>().is_ok() => {
                port.bridges.push(Spanned::new(format!("bridge-domain {number}"), line.span()));
                Fate::Understood
            }
            ["xconnect", ..] => xconnect(port, &line, child, notes),
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    Fate::Understood
}
