//! LLDP (IEEE 802.1AB-2016): chassis, port, name, description, addresses of management, native VLAN.

use super::bytes::{Bytes, hex, is_visible};
use crate::wire::words::{Announced, Learned, Mac, announced};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Three things come first and in this order: chassis, port, time to live (§9.2.7.7.1).
pub(super) fn read(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    let mut out = Announced { by: "lldp".to_owned(), ..Announced::default() };
    for expected in 1_u16.. {
        let Some(head) = left.u16() else { break };
        let kind = head >> 9;
        let Some(value) = left.part(usize::from(head & 0x01ff)) else { break };
        if kind == 0 {
            break;
        }
        if (expected <= 3 || kind <= 3) && kind != expected {
            return None;
        }
        value_of(kind, value, &mut out);
    }
    (!out.chassis.is_empty() && !out.port.is_empty()).then_some(Learned::Neighbour(out))
}

fn value_of(kind: u16, mut value: Bytes<'_>, out: &mut Announced) -> Option<()> {
    match kind {
        1 => out.chassis = identity(value, 4, 5)?,
        2 => out.port = identity(value, 3, 4)?,
        4 => out.port_description = announced(value.rest()),
        5 => out.system = announced(value.rest()),
        6 => out.platform = first_line(value.rest()),
        8 => {
            let length = usize::from(value.u8()?).checked_sub(1)?;
            let family = value.u8()?;
            if let Some(address) = address(family, value.take(length)?)
                && out.management.len() < 16
            {
                out.management.insert(address);
            }
        }
        // IEEE 802.1: port VLAN.
        127 if value.u32()? == 0x0080_c201 => {
            out.native_vlan = value.u16().filter(|it| (1..4095).contains(it));
        }
        _ => {}
    }
    Some(())
}

/// The first line of a description.
pub(super) fn first_line(bytes: &[u8]) -> String {
    let lines = bytes.split(|it| matches!(it, b'\r' | b'\n'));
    lines.map(announced).find(|it| !it.is_empty()).unwrap_or_default()
}

/// A chassis or port: a hardware address, a network address, or text (§8.5.2, §8.5.3).
fn identity(mut value: Bytes<'_>, mac: u8, network: u8) -> Option<String> {
    let kind = value.u8()?;
    let bytes = value.rest();
    if kind == mac
        && let Ok(mac) = <[u8; 6]>::try_from(bytes)
    {
        return Some(Mac(mac).to_string());
    }
    if kind == network {
        let family = value.u8()?;
        return address(family, value.rest()).map(|it| it.to_string());
    }
    Some(if is_visible(bytes) || std::str::from_utf8(bytes).is_ok() {
        announced(bytes)
    } else {
        hex(bytes)
    })
}

/// By the numbers of IANA's address families.
fn address(family: u8, bytes: &[u8]) -> Option<IpAddr> {
    match family {
        1 => <[u8; 4]>::try_from(bytes).ok().map(|it| Ipv4Addr::from(it).into()),
        2 => <[u8; 16]>::try_from(bytes).ok().map(|it| Ipv6Addr::from(it).into()),
        _ => None,
    }
}
