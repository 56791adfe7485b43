//! HTTP/1 (RFC 9112), the preface of HTTP/2 (RFC 9113), and what is inside: proxies (CONNECT, RFC
//! 9110 §9.3.6), WebSocket (RFC 6455), SSTP (\[MS-SSTP\] §3.2.4.1), SoftEther (its open source,
//! `Protocol.c`: `/vpnsvc/`).
//!
//! Checked: a request line with method, target and version, or a status line (64 bits and more).
//! Paths, parameters and bodies are never kept.

use super::super::bytes::{Bytes, begins, find, is_visible};
use super::super::{Said, Side, products};
use super::Talk;
use super::lines::product;
use crate::wire::words::{Detail, Speech, Spoken, announced};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const METHODS: &[&str] = &[
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "CONNECT",
    "TRACE",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "NOTIFY",
    "SSTP_DUPLEX_POST",
    "RDG_IN_DATA",
    "RDG_OUT_DATA",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
    "BITS_POST",
];
/// How much of a head is read.
const LONGEST: usize = 4096;

/// A head: its headers, and where it ends.
struct Head<'a> {
    headers: &'a [u8],
    end: Option<usize>,
}

fn head(bytes: &[u8], after: usize) -> Head<'_> {
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    let end = find(bytes, b"\r\n\r\n").map(|it| it + 4);
    let bytes = end.and_then(|it| bytes.get(..it)).unwrap_or(bytes);
    Head { headers: bytes.get(after..).unwrap_or_default(), end }
}

impl<'a> Head<'a> {
    /// The value of a header, when its line is whole.
    fn value(&self, name: &str) -> Option<&'a [u8]> {
        let mut left = Bytes::new(self.headers);
        while let Some(line) = left.line() {
            if begins(line, name.as_bytes()) && line.get(name.len()) == Some(&b':') {
                return line.get(name.len() + 1..).map(<[u8]>::trim_ascii);
            }
        }
        None
    }
}

/// Method, target and the length of the line.
fn request<'a>(bytes: &'a [u8], server: &[u8]) -> Option<(&'a str, &'a [u8], usize)> {
    let scope = bytes.get(..LONGEST).unwrap_or(bytes);
    let space = scope.get(..20).unwrap_or(scope).iter().position(|it| *it == b' ')?;
    let method = METHODS.iter().find(|it| scope.get(..space) == Some(it.as_bytes()))?;
    let line = Bytes::new(scope).line();
    // A target may be longer than what is there: then its beginning must do.
    let rest = line.unwrap_or(scope).get(space + 1..)?;
    let cut =
        |it: &[u8]| line.is_none() && it.len() >= 32 && is_visible(it) && it.starts_with(b"/");
    let target = match rest.iter().rposition(|it| *it == b' ').map(|at| rest.split_at(at)) {
        Some((target, version)) if begins(version, b" HTTP/1.") => target,
        Some((target, version)) if b" HTTP/1.".starts_with(version) && cut(target) => target,
        // HTTP/0.9 has no version; what comes back is a page.
        _ if method == &"GET" && is_page(server) && rest.starts_with(b"/") => rest,
        None if cut(rest) => rest,
        _ => return None,
    };
    Some((method, target, line.map_or(scope.len(), |it| it.len() + 1)))
}

fn is_page(bytes: &[u8]) -> bool {
    begins(bytes, b"<html") || begins(bytes, b"<!doctype html")
}

fn status(bytes: &[u8]) -> Option<u16> {
    let mut left = Bytes::new(bytes);
    let version = left.take(8)?;
    let digits = left.take(4)?;
    let text = std::str::from_utf8(digits.strip_prefix(b" ")?).ok()?;
    let known = version == b"HTTP/1.1" || version == b"HTTP/1.0";
    text.parse().ok().filter(|it| known && (100..600).contains(it))
}

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    if talk.client.starts_with(PREFACE) {
        let speech = Speech::of(Spoken::Http).with(Detail::Version, "HTTP/2");
        return Some(Said::of(speech).begun_by(Side::From));
    }
    let asks = request(talk.client, talk.server);
    let answer = status(talk.server);
    if asks.is_none() && answer.is_none() {
        return None;
    }
    let mut speech = Speech::of(Spoken::Http);
    let reply = head(talk.server, 0);
    if answer.is_some() {
        speech.note(Detail::Software, product(reply.value("Server").unwrap_or_default()));
        if reply.value("Sec-WebSocket-Accept").is_some() {
            speech.note(Detail::Mode, "WebSocket");
        }
    }
    let mut said = Said::default().begun_by(Side::From);
    said.open = asks.is_none() || answer.is_none();
    let Some((method, target, after)) = asks else {
        said.speech.push(speech);
        return Some(said);
    };
    let ask = head(talk.client, after);
    said.open |= ask.end.is_none() || answer.is_some() && reply.end.is_none();
    speech.note(Detail::Message, method);
    let host = announced(ask.value("Host").unwrap_or_default());
    speech.note(Detail::ServerName, &host);
    let agent = announced(ask.value("User-Agent").unwrap_or_default());
    speech.note(Detail::Software, product(agent.as_bytes()));
    match ask.value("Content-Type") {
        Some(it) if begins(it, b"application/ipp") => speech.note(Detail::Application, "IPP"),
        Some(it) if begins(it, b"application/dicom") => {
            speech.note(Detail::Application, "DICOMweb")
        }
        Some(it) if begins(it, b"application/fhir") => speech.note(Detail::Application, "FHIR"),
        _ => {}
    }
    let proxied = method == "CONNECT" || begins(target, b"http://") || begins(target, b"ftp://");
    if proxied {
        speech.spoken = Spoken::HttpProxy;
        if method == "CONNECT" {
            speech.note(Detail::ServerName, announced(target));
        }
    }
    said.speech.push(speech);
    if let Some(inner) = tunnel(method, target, talk.client, answer, talk.server) {
        said.speech.push(Speech::of(inner));
    }
    let asked = products::Request {
        host: host.split(':').next().unwrap_or_default(),
        method,
        path: &announced(target),
        agent: &agent,
    };
    let answered = products::Reply { status: answer, bytes: talk.server, headers: reply.headers };
    for found in products::of_request(&asked, &answered) {
        said.with_product(found);
    }
    if let (Some(client), Some(server), "CONNECT", Some(200..=299)) =
        (ask.end, reply.end, method, answer)
    {
        said.open = false;
        talk.inside(&mut said, client, server);
    }
    Some(said)
}

/// Tunnels that begin as HTTP. Anybody may ask for them: what a server refuses, it does not speak. So
/// it must agree; where it was not heard, the request must be one that nothing else sends.
fn tunnel(
    method: &str,
    target: &[u8],
    client: &[u8],
    answer: Option<u16>,
    server: &[u8],
) -> Option<Spoken> {
    if method == "SSTP_DUPLEX_POST" {
        // [MS-SSTP] §3.3.5.2.2: the answer is 200.
        return (server.is_empty() || answer == Some(200)).then_some(Spoken::Sstp);
    }
    let body = client.get(..1024).unwrap_or(client);
    let marked = target.starts_with(b"/vpnsvc/") && find(body, b"VPNCONNECT").is_some();
    let path = target.starts_with(b"/vpnsvc/connect.cgi") || target.starts_with(b"/vpnsvc/vpn.cgi");
    let agreed = matches!(answer, Some(200..=299));
    let softether = method == "POST" && (marked && (agreed || server.is_empty()) || path && agreed);
    softether.then_some(Spoken::SoftEther)
}
