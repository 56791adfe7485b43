//! Routers among each other: OSPF (RFC 2328, RFC 5340), EIGRP (RFC 7868), PIM (RFC 7761), IS-IS
//! (ISO 10589), VRRP (RFC 3768, RFC 9568).

use super::RoleWords;
use super::bytes::{Bytes, hex};
use crate::wire::words::{Learned, Role};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Version, kind, length, router and area.
pub(super) fn ospf(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    let version = left.u8().filter(|it| (2..=3).contains(it))?;
    left.u8().filter(|it| (1..=5).contains(it))?;
    left.u16().filter(|it| usize::from(*it) <= bytes.len() && *it >= 16)?;
    let (router, area) = (left.array::<4>()?, left.array::<4>()?);
    let mut words = RoleWords::default();
    words.note("version", version.to_string());
    words.note("router-id", Ipv4Addr::from(router).to_string());
    words.note("area", Ipv4Addr::from(area).to_string());
    if version == 2 {
        left.u16()?;
        let kind = left.u16()?;
        words.note(
            "authentication",
            match kind {
                0 => "none",
                1 => "password in the clear",
                2 => "cryptographic",
                _ => "other",
            },
        );
    }
    Some(words.of(Role::Ospf))
}

/// Version 2, a kind of message, and the number of the system behind checksum, flags and sequence.
pub(super) fn eigrp(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    (left.u8()? == 2).then_some(())?;
    left.u8().filter(|it| (1..=11).contains(it))?;
    left.skip(14)?;
    left.u16()?; // virtual router
    let mut words = RoleWords::default();
    words.note("as", left.u16()?.to_string());
    Some(words.of(Role::Eigrp))
}

pub(super) fn pim(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    let first = left.u8()?;
    (first >> 4 == 2 && first & 0x0f <= 13 && left.u8().is_some()).then_some(())?;
    let mut words = RoleWords::default();
    words.note("version", "2");
    Some(words.of(Role::Pim))
}

/// After the 802.2 header: the discriminator 0x83, version 1, and the system in what it says.
pub(super) fn isis(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    (left.u8()? == 0x83).then_some(())?;
    left.u8()?;
    let (version, length, kind) = (left.u8()?, left.u8()?, left.u8()? & 0x1f);
    (version == 1 && matches!(length, 0 | 6)).then_some(())?;
    left.skip(3)?;
    let mut words = RoleWords::default();
    match kind {
        // Hellos: kind of circuit, then the system. Link states: length, lifetime, then it.
        15..=17 => left.skip(1)?,
        18 | 20 => left.skip(4)?,
        24..=27 => left.skip(2)?,
        _ => return None,
    }
    let system = left.take(6)?;
    if (15..=17).contains(&kind) {
        let parts: Vec<_> = system.chunks(2).map(hex).collect();
        words.note("system-id", parts.join("."));
    }
    Some(words.of(Role::Isis))
}

/// The group, and the addresses that are nobody's own. Version 3 has those of one family; which one
/// tells the length.
pub(super) fn vrrp(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    let first = left.u8()?;
    let version = first >> 4;
    ((2..=3).contains(&version) && first & 0x0f == 1).then_some(())?;
    let group = left.u8()?;
    left.u8()?;
    let count = usize::from(left.u8().filter(|it| *it > 0)?);
    left.u32()?; // times, checksum
    let mut words = RoleWords::default();
    words.note("version", version.to_string());
    words.note("group", group.to_string());
    let wide = version == 3 && left.len() >= 16 * count;
    for _ in 0..count.min(16) {
        if wide {
            words.shares(Ipv6Addr::from(left.array::<16>()?).into());
        } else {
            words.shares(Ipv4Addr::from(left.array::<4>()?).into());
        }
    }
    Some(words.of(Role::Vrrp))
}

/// A router advertisement (RFC 4861 §4.2): prefixes, name servers (RFC 8106), whether it wants to
/// be the default.
pub(super) fn advertisement(bytes: &[u8]) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    (left.u16()? == 0x8600).then_some(())?;
    left.skip(3)?;
    let flags = left.u8()?;
    let lifetime = left.u16()?;
    left.skip(8)?;
    let mut words = RoleWords::default();
    words.note("default-router", if lifetime > 0 { "yes" } else { "no" });
    if flags & 0xc0 != 0 {
        words.note("addresses", if flags & 0x80 != 0 { "DHCPv6" } else { "other by DHCPv6" });
    }
    while let (Some(kind), Some(units)) = (left.u8(), left.u8()) {
        let Some(length) = (usize::from(units) * 8).checked_sub(2) else { break };
        let Some(mut body) = left.part(length) else { break };
        option(kind, &mut body, &mut words);
    }
    Some(words.of(Role::RouterAdvertisement))
}

fn option(kind: u8, body: &mut Bytes<'_>, words: &mut RoleWords) -> Option<()> {
    match kind {
        3 => {
            let length = body.u8().filter(|it| *it <= 128)?;
            body.skip(13)?;
            words.note("prefix", format!("{}/{length}", Ipv6Addr::from(body.array::<16>()?)));
        }
        25 => {
            body.skip(6)?;
            while let Some(address) = body.array::<16>() {
                words.note("dns", Ipv6Addr::from(address).to_string());
            }
        }
        _ => {}
    }
    Some(())
}
