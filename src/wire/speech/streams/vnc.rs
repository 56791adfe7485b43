//! VNC: the RFB protocol (RFC 6143 §7.1).
//!
//! Checked: `RFB 003.008` and the end of the line (96 bits). Both sides say it; that a server
//! lets anybody in without a password is told.

use super::super::Said;
use super::super::bytes::Bytes;
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken};

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (version(talk.client), version(talk.server));
    if client.is_none() && server.is_none() {
        return None;
    }
    let mut speech = Speech::of(Spoken::Vnc);
    for version in [&client, &server].into_iter().flatten() {
        speech.note(Detail::Version, version);
    }
    if let Some(offers) = talk.server.get(12..) {
        let old = client.as_deref() == Some("3.3");
        for kind in security(offers, old) {
            speech.note(Detail::Mode, kind);
        }
    }
    let mut said = Said::of(speech);
    said.open = client.is_none() || talk.server.len() <= 12;
    Some(said)
}

/// `RFB 003.008\n` is 3.8.
fn version(bytes: &[u8]) -> Option<String> {
    let [b'R', b'F', b'B', b' ', major @ .., b'.', _, _, _, b'\n'] = bytes.get(..12)? else {
        return None;
    };
    let minor = bytes.get(8..11)?;
    let number = |it: &[u8]| std::str::from_utf8(it).ok()?.parse::<u16>().ok();
    Some(format!("{}.{}", number(major)?, number(minor)?))
}

/// The kinds of security that a server offers (§7.1.2); version 3.3 decides for one.
fn security(bytes: &[u8], old: bool) -> Vec<&'static str> {
    let mut left = Bytes::new(bytes);
    let kinds = if old {
        left.u32().map(|it| vec![u8::try_from(it).unwrap_or(u8::MAX)])
    } else {
        left.block8().map(|it| it.rest().to_vec())
    };
    let words = kinds.unwrap_or_default().into_iter().filter_map(|it| match it {
        1 => Some("no authentication"),
        2 => Some("VNC authentication"),
        5 | 6 | 13 | 129 | 130 => Some("RSA-AES"),
        16 => Some("Tight"),
        17 => Some("Ultra"),
        18 | 19 => Some("TLS (VeNCrypt)"),
        30 | 33 | 35 | 36 => Some("Apple"),
        _ => None,
    });
    words.collect()
}
