//! TLS 1.2, 1.1 and 1.0 by hand (RFC 5246, RFC 4346, RFC 2246): one hello that offers what clients
//! of that version offered, and what the server says to it in the clear. No key is exchanged: the
//! talk ends with `user_canceled` and `close_notify`, as §7.2.2 has it for a client that goes.

use super::super::said::chance;
use super::{MOST, Shown, Spoken, TLS_1_2, Wanted};
use crate::wire::speech::{Flight, server_flight};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Ciphers that check themselves, and SHA-256: from 1.2 on.
const NEW: &[u16] = &[
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f, 0x009c, 0x009d, 0xc023, 0xc027,
    0x003c, 0x003d,
];
/// AES, 3DES and RC4 with SHA-1.
const OLD: &[u16] = &[
    0xc009, 0xc013, 0xc00a, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0xc008, 0xc012, 0x0016, 0x000a,
    0x0005,
];
/// Signatures: ECDSA, RSA-PSS and RSA with SHA-256 to SHA-512, and SHA-1.
const SIGNATURES: &[u16] =
    &[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];
/// X25519, P-256, P-384, P-521.
const GROUPS: &[u16] = &[29, 23, 24, 25];
const ALERT: u8 = 21;

/// One hello, the answer, and goodbye.
pub(super) async fn shake(stream: &mut TcpStream, version: u16, patience: Duration) -> Shown {
    let mut bytes = Vec::new();
    let heard = async {
        stream.write_all(&hello(version)).await?;
        loop {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await?;
            bytes.extend(part.iter().take(length));
            let is_over = server_flight(&bytes).is_some_and(|it| it.is_over);
            if length == 0 || is_over || bytes.len() > MOST || said_no(&bytes) {
                return Ok::<_, std::io::Error>(());
            }
        }
    };
    let in_time = timeout(patience, heard).await.is_ok();
    let flight = server_flight(&bytes);
    let spoken = match (&flight, bytes.first()) {
        (Some(it), _) => Spoken::Version(it.version),
        (None, None) if !in_time => Spoken::Nothing,
        (None, None) => Spoken::Closed,
        (None, Some(&ALERT)) => Spoken::Declined,
        // Half a hello.
        (None, Some(0x16)) => Spoken::Nothing,
        (None, Some(_)) => Spoken::Other,
    };
    let Some(Flight { version, certificate, asks, is_over }) = flight else {
        return Shown { spoken, ..Shown::default() };
    };
    let [major, minor] = version.to_be_bytes();
    // Warnings: user_canceled, close_notify.
    let goodbye = [ALERT, major, minor, 0, 2, 1, 90, ALERT, major, minor, 0, 2, 1, 0];
    let _ = timeout(patience, stream.write_all(&goodbye)).await;
    let wanted = if asks { Wanted::Asked } else { Wanted::No };
    let client_certificate = (asks || is_over).then_some(wanted);
    Shown { spoken, certificate, client_certificate, is_proved: None }
}

/// Whether it began with an alert.
fn said_no(bytes: &[u8]) -> bool {
    bytes.first() == Some(&ALERT) && bytes.len() >= 7
}

fn numbers(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|it| it.to_be_bytes()).collect()
}

/// Bytes behind a length of two bytes. Nothing here is longer than a kilobyte.
fn block(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or_default();
    [&length.to_be_bytes(), bytes].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [kind.to_be_bytes().to_vec(), block(body)].concat()
}

/// A hello of this version in one record.
fn hello(version: u16) -> Vec<u8> {
    let ciphers = if version == TLS_1_2 { [NEW, OLD].concat() } else { OLD.to_vec() };
    let mut extensions = extension(10, &block(&numbers(GROUPS)));
    extensions.extend(extension(11, &[1, 0])); // points that are not compressed
    if version == TLS_1_2 {
        extensions.extend(extension(13, &block(&numbers(SIGNATURES))));
    }
    extensions.extend(extension(23, &[])); // extended master secret
    extensions.extend(extension(0xff01, &[0])); // no renegotiation before this (RFC 5746)
    let mut body = version.to_be_bytes().to_vec();
    body.extend(chance::<32>());
    body.push(0); // no session to resume
    body.extend(block(&numbers(&ciphers)));
    body.extend([1, 0]); // no compression
    body.extend(block(&extensions));
    // The length of a message has three bytes, the first of them zero here.
    let message = [&[1, 0][..], &block(&body)].concat();
    [&[22, 3, 1][..], &block(&message)].concat()
}
