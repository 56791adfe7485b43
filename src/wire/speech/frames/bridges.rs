//! Bridges: the spanning tree (IEEE 802.1D-2004 §9.3, 802.1Q-2018 §13.24) and Cisco's of one VLAN.

use super::RoleWords;
use super::bytes::Bytes;
use crate::wire::words::{Learned, Mac, Role};

/// A message: protocol 0, version, kind, then the identifiers of root and bridge.
pub(super) fn spanning_tree(bytes: &[u8], vlan: bool) -> Option<Learned> {
    let mut left = Bytes::new(bytes);
    let protocol = left.u16()? == 0;
    let version = left.u8()?;
    let kind = left.u8()?;
    let name = match (version, kind) {
        (0, 0 | 0x80) => "STP",
        (2, 2) => "RSTP",
        (3, 2) => "MSTP",
        (4, 2) => "SPT",
        _ => return None,
    };
    protocol.then_some(())?;
    let mut words = RoleWords::default();
    words.note("version", if vlan { format!("{name} (PVST+)") } else { name.to_owned() });
    if kind == 0x80 {
        return Some(words.of(Role::SpanningTree));
    }
    left.u8()?; // flags
    let root = identifier(&mut left)?;
    left.u32()?; // cost
    let bridge = identifier(&mut left)?;
    words.note("root", root);
    words.note("bridge", bridge);
    Some(words.of(Role::SpanningTree))
}

/// `32768.00:00:5e:00:53:01`
fn identifier(left: &mut Bytes<'_>) -> Option<String> {
    let priority = left.u16()?;
    let mac = Mac(left.array()?);
    Some(format!("{priority}.{mac}"))
}
