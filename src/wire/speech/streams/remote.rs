//! Remote-control products by protocols of their own.

use super::super::bytes::{Bytes, begins, find};
use super::super::datagrams::remote::is_rustdesk;
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken};

fn product(name: &str) -> Said {
    Said::of(Speech::of(Spoken::RemoteControl).with(Detail::Product, name))
}

/// Citrix ICA and its envelope, the Common Gateway Protocol (both as nDPI `citrix.c` knows them).
///
/// Checked: six bytes that the server says first, the seven with which a client begins, or the name
/// of the service that it asks for.
pub(super) fn citrix(talk: &Talk<'_>) -> Option<Said> {
    let ica = [&b"\x7f\x7fICA\0"[..], b"\x07\x07ICA\0"].iter().any(|it| begins(talk.server, it));
    let head = talk.client.get(..512).unwrap_or(talk.client);
    let gateway =
        head.starts_with(b"\x1aCGP/01") || find(head, b"Citrix.TcpProxyService").is_some();
    (ica || gateway).then(|| product("Citrix ICA").begun_by(Side::From))
}

/// TeamViewer (as nDPI `teamviewer.c` and public analyses know it): packets begin with 17 24 or,
/// later, 11 30.
///
/// Checked: the mark on both sides (32 bits), or on one side and port 5938.
pub(super) fn teamviewer(talk: &Talk<'_>) -> Option<Said> {
    let first = |bytes: &[u8]| bytes.starts_with(&[0x17, 0x24]) && bytes.len() >= 5;
    let later = |bytes: &[u8]| bytes.starts_with(&[0x11, 0x30]) && bytes.len() >= 5;
    let (client, server) = (first(talk.client), first(talk.server));
    let both = client && (server || later(talk.server)) || server && later(talk.client);
    let usual = talk.ends.to_port == 5938 && (client || server);
    (both || usual).then(|| product("TeamViewer"))
}

/// RustDesk over TCP (its open source, `hbb_common`: `bytes_codec.rs`, `rendezvous.proto`): a
/// message behind its length.
///
/// Checked: length, field, and an id in digits on the ports of its servers (40 bits and the port).
pub(super) fn rustdesk(talk: &Talk<'_>) -> Option<Said> {
    (21114..=21119).contains(&talk.ends.to_port).then_some(())?;
    let mut left = Bytes::new(talk.client);
    let first = left.u8()?;
    // The low two bits of the first byte say of how many bytes the length is; only the short ones
    // are read.
    let length = match first & 3 {
        0 => usize::from(first >> 2),
        1 => usize::from(u16::from_le_bytes([first, left.u8()?]) >> 2),
        _ => return None,
    };
    let message = left.take(length)?;
    is_rustdesk(message).then(|| product("RustDesk").begun_by(Side::From))
}
