//! CDP, versions 1 and 2 (Cisco, "Frame Formats": Cisco Discovery Protocol).

use super::bytes::Bytes;
use super::lldp::first_line;
use crate::wire::words::{Announced, Learned, announced};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) fn read(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    left.u8().filter(|it| (1..=2).contains(it))?;
    left.skip(3)?; // time to live, checksum
    let mut out = Announced { by: "cdp".to_owned(), ..Announced::default() };
    while let (Some(kind), Some(length)) = (left.u16(), left.u16()) {
        let Some(value) = usize::from(length).checked_sub(4).and_then(|it| left.part(it)) else {
            break;
        };
        value_of(kind, value, &mut out);
    }
    if out.system.is_empty() {
        out.system.clone_from(&out.chassis);
    }
    (!out.chassis.is_empty() && !out.port.is_empty()).then_some(Learned::Neighbour(out))
}

fn value_of(kind: u16, mut value: Bytes<'_>, out: &mut Announced) -> Option<()> {
    match kind {
        1 => out.chassis = announced(value.rest()),
        2 | 0x16 => addresses(value, out)?,
        3 => out.port = announced(value.rest()),
        5 if out.platform.is_empty() => out.platform = first_line(value.rest()),
        6 => out.platform = announced(value.rest()),
        0x0a => out.native_vlan = value.u16().filter(|it| (1..4095).contains(it)),
        0x14 => out.system = announced(value.rest()),
        _ => {}
    }
    Some(())
}

/// Addresses: kind of protocol (1: NLPID, 2: 802.2), its number, the address.
fn addresses(mut value: Bytes<'_>, out: &mut Announced) -> Option<()> {
    for _ in 0..value.u32()?.min(16) {
        value.u8()?;
        let protocol = value.block8()?.rest();
        let bytes = value.block16()?.rest();
        let address: Option<IpAddr> = match (protocol, bytes.len()) {
            ([0xcc], 4) => <[u8; 4]>::try_from(bytes).ok().map(|it| Ipv4Addr::from(it).into()),
            (_, 16) => <[u8; 16]>::try_from(bytes).ok().map(|it| Ipv6Addr::from(it).into()),
            _ => None,
        };
        if let Some(address) = address.filter(|it| !it.is_unspecified()) {
            out.management.insert(address);
        }
    }
    Some(())
}
