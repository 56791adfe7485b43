//! Remote control over UDP: remote desktop, RustDesk, TeamViewer, AnyDesk.

use super::super::bytes::Bytes;
use super::super::{Ends, Said, Side};
use crate::wire::words::{Detail, Speech, Spoken};
use std::net::{IpAddr, Ipv4Addr};

/// How long a datagram that begins remote desktop over UDP may be.
const SIZES: std::ops::RangeInclusive<usize> = 1132..=1232;

fn product(name: &str) -> Said {
    Said::of(Speech::of(Spoken::RemoteControl).with(Detail::Product, name)).open()
}

/// Whether this is a message of RustDesk to its servers that names a peer (its open source,
/// `rendezvous.proto`, in protocol buffers): register, punch a hole, register a key.
///
/// Checked: the field, two lengths that agree, and an id of at least six digits (40 bits).
pub(in super::super) fn is_rustdesk(payload: &[u8]) -> bool {
    peer(payload)
        .is_some_and(|id| (6..=16).contains(&id.len()) && id.iter().all(u8::is_ascii_digit))
}

/// The id of the peer that is named.
fn peer(payload: &[u8]) -> Option<&[u8]> {
    let mut left = Bytes::new(payload);
    left.u8().filter(|it| matches!(it, 0x32 | 0x42 | 0x7a))?;
    let length = usize::from(left.u8().filter(|it| *it < 0x80)?);
    (length == left.len() && left.u8()? == 0x0a).then_some(())?;
    Some(left.block8()?.rest())
}

pub(super) fn rustdesk(_: &Ends, payload: &[u8]) -> Option<Said> {
    is_rustdesk(payload).then(|| product("RustDesk").begun_by(Side::From))
}

/// Remote desktop over UDP (\[MS-RDPEUDP\] §2.2.2.1, §3.1.5.1.1), on any port: the datagrams that
/// begin it.
///
/// Checked: the mark of a first one, or the flags of an answer; two sizes of datagrams between 1132
/// and 1232 bytes, and zeros up to such a size (100 bits and more).
pub(super) fn rdp(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let acknowledged = left.u32()?;
    left.u16()?; // how much may be on the way
    let flags = left.u16()?;
    left.u32()?; // a random number to begin with
    let sizes = [left.u16()?, left.u16()?];
    let sized =
        SIZES.contains(&payload.len()) && sizes.iter().all(|it| SIZES.contains(&(*it).into()));
    let padded = payload.get(payload.len().checked_sub(512)?..)?.iter().all(|it| *it == 0);
    let is_first = match flags & 5 {
        1 => acknowledged == u32::MAX,
        5 => false,
        _ => return None,
    };
    let fits = sized && padded && (is_first || flags & 5 == 5);
    fits.then(|| Said::of(Speech::of(Spoken::Rdp).with(Detail::Mode, "UDP")).open().asked(is_first))
}

/// TeamViewer (as nDPI `teamviewer.c` knows it): the mark 17 24 behind a counter, on port 5938.
pub(super) fn teamviewer(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mark = payload.first() == Some(&0) && payload.get(11..13) == Some(&[0x17, 0x24]);
    (mark && ends.has_port(5938)).then(|| product("TeamViewer"))
}

/// AnyDesk looks for its like (its manual, "Firewall: discovery"): ports 50001 to 50003 of a group
/// of its own.
pub(super) fn anydesk(ends: &Ends, _: &[u8]) -> Option<Said> {
    const GROUP: IpAddr = IpAddr::V4(Ipv4Addr::new(239, 255, 102, 18));
    let looks = ends.to == GROUP && (50001..=50003).contains(&ends.to_port);
    looks.then(|| product("AnyDesk").begun_by(Side::From))
}
