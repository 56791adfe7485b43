//! TLS (RFC 8446, RFC 5246; SSL 3.0, RFC 6101) and the SSL 2.0 hello.
//!
//! Checked: a handshake record (type 22, version 3.0–3.4, length), in it a client or server hello
//! with consistent lengths and version: more than 60 bits; of a hello that the capture cut off its
//! head (54 bits). Without a hello, three enciphered records whose lengths lead from one to the next.

mod certificate;
mod hello;
mod ja4;
mod names;

use super::super::bytes::{Bytes, looks_enciphered};
use super::super::{Said, Side, products};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken};
use std::borrow::Cow;

pub use certificate::Certificate;
use hello::ClientHello;
pub(in super::super) use hello::client_hello;
use ja4::ja4;

const HANDSHAKE: u8 = 22;
/// What the longest handshake that is looked at may have.
const LONGEST: usize = 16 * 1024;
/// How many enciphered records in a row are no chance.
const ROW: usize = 3;

/// The handshake messages of one side, without records.
fn handshake(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut records = Bytes::new(bytes);
    let mut out: Cow<'_, [u8]> = Cow::Borrowed(&[]);
    while let Some(kind) = records.u8() {
        if kind != HANDSHAKE {
            break; // alerts, change of cipher: what follows is enciphered
        }
        let Some(version) = records.u16() else { break };
        let Some(length) = records.u16() else { break };
        if !(0x0300..=0x0304).contains(&version) || length == 0 || length > 0x4800 {
            break;
        }
        let part = records.up_to(length.into()).rest();
        if out.is_empty() {
            out = Cow::Borrowed(part);
        } else if out.len() + part.len() <= LONGEST {
            out.to_mut().extend_from_slice(part);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// One handshake message: its kind, its bytes, and whether all of them are there.
struct Message<'a> {
    kind: u8,
    body: &'a [u8],
    whole: bool,
}

fn messages(bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let mut left = Bytes::new(bytes);
    std::iter::from_fn(move || {
        let kind = left.u8()?;
        let length = usize::try_from(left.u24()?).ok()?;
        let whole = left.len() >= length;
        Some(Message { kind, body: left.up_to(length).rest(), whole })
    })
}

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let client = handshake(talk.client);
    let server = handshake(talk.server);
    let asks = client.as_deref().and_then(|it| {
        let first = messages(it).next().filter(|it| it.kind == 1)?;
        client_hello(first.body, first.whole)
    });
    let answers = server.as_deref().and_then(|it| {
        let first = messages(it).next().filter(|it| it.kind == 2)?;
        Some((hello::server_hello(first.body)?, first.whole))
    });
    if asks.is_none() && answers.is_none() && !hello::is_ssl2(talk.client) {
        let cut = |bytes: &Option<Cow<'_, [u8]>>, kind| {
            let first = bytes.as_deref().and_then(|it| messages(it).next());
            first.is_some_and(|it| it.kind == kind && !it.whole && hello::is_cut(it.body))
        };
        if cut(&client, 1) || cut(&server, 2) {
            return Some(Said::of(Speech::of(Spoken::Tls)).begun_by(Side::From).open());
        }
        let middle = is_row(talk.client) || is_row(talk.server);
        return middle.then(|| Said::of(Speech::of(Spoken::Tls)));
    }
    let mut said = Said::of(Speech::of(Spoken::Tls)).begun_by(Side::From);
    let (mut hello_done, mut flight_done) = (false, false);
    if let Some(speech) = said.speech.first_mut() {
        if let Some(asks) = &asks {
            hello_done = asks.whole;
            describe_client(asks, 't', speech);
        }
        if let Some((answers, whole)) = &answers {
            // 1.3 calls itself 1.2 until the end of the hello.
            if *whole || answers.version != 0x0303 {
                speech.note(Detail::Version, names::version(answers.version));
            }
            speech.note(Detail::Chosen, names::cipher(answers.cipher));
            if let Some(alpn) = answers.alpn {
                speech.note(Detail::Alpn, alpn);
            }
            flight_done = answers.version == 0x0304;
        }
        if let Some(server) = &server
            && !flight_done
        {
            flight_done = describe_flight(server, speech);
        }
        if client.is_some_and(|it| messages(&it).any(|it| it.kind == 11 && it.body.len() > 3)) {
            speech.note(Detail::ClientCertificate, "sent");
        }
    }
    for found in products::of_tls(said.speech.first()) {
        said.with_product(found);
    }
    said.open = !(hello_done && flight_done);
    Some(said)
}

/// Whether this is a row of records from the middle of a session: what is enciphered, and alerts.
fn is_row(bytes: &[u8]) -> bool {
    let mut left = Bytes::new(bytes);
    let mut enciphered = 0;
    for _ in 0..ROW {
        let kind = left.u8().filter(|it| (21..=23).contains(it));
        let version = left.u16().filter(|it| (0x0301..=0x0303).contains(it));
        let (Some(kind), Some(_), Some(body)) = (kind, version, left.block16()) else {
            return false;
        };
        if body.is_empty() || body.len() > 0x4800 || !looks_enciphered(body.rest()) {
            return false;
        }
        enciphered += usize::from(kind == 23);
    }
    enciphered > 0
}

/// What a server says in the clear before keys are agreed on (up to TLS 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The version that it chose.
    pub version: u16,
    /// Its certificate, in DER.
    pub certificate: Option<Vec<u8>>,
    /// Whether it asks for one of the client.
    pub asks: bool,
    /// Whether it has said all that it says before the client goes on.
    pub is_over: bool,
}

/// Reads what is there of a server's first flight; `None` while its hello is not.
pub fn server_flight(bytes: &[u8]) -> Option<Flight> {
    let server = handshake(bytes)?;
    let mut flight: Option<Flight> = None;
    for message in messages(&server).take(16) {
        if !message.whole {
            break;
        }
        match (message.kind, &mut flight) {
            (2, None) => {
                let version = hello::server_hello(message.body)?.version;
                flight = Some(Flight { version, certificate: None, asks: false, is_over: false });
            }
            (11, Some(it)) => {
                it.certificate = certificate::leaf(message.body).map(<[u8]>::to_vec);
            }
            (13, Some(it)) => it.asks = true,
            (14, Some(it)) => it.is_over = true,
            (_, None) => return None,
            _ => {}
        }
    }
    flight
}

/// Adds what a client's hello says that was carried by `transport` (see [`ja4`]) without records.
pub(in super::super) fn describe_hello(bytes: &[u8], transport: char, speech: &mut Speech) {
    let first = messages(bytes).next().filter(|it| it.kind == 1);
    if let Some(hello) = first.and_then(|it| client_hello(it.body, it.whole)) {
        describe_client(&hello, transport, speech);
    }
}

/// Whether all of the first message is there.
pub(in super::super) fn is_whole(bytes: &[u8]) -> bool {
    messages(bytes).next().is_some_and(|it| it.whole)
}

fn describe_client(hello: &ClientHello<'_>, transport: char, speech: &mut Speech) {
    if let Some(name) = hello.server_name {
        speech.note(Detail::ServerName, name);
    }
    for alpn in &hello.alpn {
        speech.note(Detail::Alpn, String::from_utf8_lossy(alpn));
    }
    if hello.whole {
        speech.note(Detail::Ja4, ja4(hello, transport));
    }
}

/// What the server's messages after its hello say; whether its flight is at its end.
fn describe_flight(server: &[u8], speech: &mut Speech) -> bool {
    for message in messages(server).take(16) {
        match message.kind {
            11 => {
                if let Some(leaf) = certificate::leaf(message.body) {
                    certificate::describe(leaf, speech);
                }
            }
            13 => speech.note(Detail::ClientCertificate, "requested"),
            14 => return true,
            _ => {}
        }
    }
    false
}
