//! What a server says of itself, where a question asks for that: the line of SSH, the negotiation
//! of RDP, the head of HTTP. One connection, at most one request, closed in order.

use super::raw::Raw;
use super::said::say;
use super::tcp::{connect, part};
use crate::probe::{Answer, Kind, Question};
use crate::wire::speech::bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// More than this of a server is not read.
const MOST: usize = 8 * 1024;

/// How one protocol is asked and read.
struct Talk {
    /// What is sent, when anything is.
    request: Vec<u8>,
    /// What the bytes of the server say: `None` while more may come.
    read: fn(&[u8], &Answer) -> Option<Answer>,
    /// The key that says that it is spoken at all.
    word: &'static str,
}

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let to = SocketAddr::new(question.to, question.port);
    let talk = match question.kind {
        Kind::SshBanner => Talk { request: Vec::new(), read: ssh, word: "ssh" },
        Kind::RdpNegotiation => Talk { request: RDP.to_vec(), read: rdp, word: "rdp" },
        _ => Talk { request: head(to), read: http, word: "http" },
    };
    let (mut stream, answer) = match connect(to, patience, raw).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    let mut bytes = Vec::new();
    let read = timeout(patience, converse(&mut stream, &talk, &answer, &mut bytes)).await;
    part(stream).await;
    match read.ok().flatten() {
        Some(read) => read,
        None if bytes.is_empty() => answer.saying(talk.word, "silent"),
        None => answer.saying(talk.word, "no"),
    }
}

async fn converse(
    stream: &mut TcpStream,
    talk: &Talk,
    answer: &Answer,
    bytes: &mut Vec<u8>,
) -> Option<Answer> {
    stream.write_all(&talk.request).await.ok()?;
    while bytes.len() < MOST {
        let mut part = [0; 1024];
        let length = stream.read(&mut part).await.ok().filter(|it| *it > 0)?;
        bytes.extend(part.iter().take(length));
        if let Some(read) = (talk.read)(bytes, answer) {
            return Some(read);
        }
    }
    None
}

/// The line in which the server names itself (RFC 4253 §4.2); others may come before it.
fn ssh(bytes: &[u8], answer: &Answer) -> Option<Answer> {
    let mut left = Bytes::new(bytes);
    let line = std::iter::from_fn(|| left.line()).take(32).find(|it| it.starts_with(b"SSH-"))?;
    let named = line.get(4..)?;
    let dash = named.iter().position(|it| *it == b'-')?;
    let (version, software) = named.split_at_checked(dash)?;
    let software = software.get(1..)?.split(|it| *it == b' ').next()?;
    let answer = say(answer.clone(), "banner", line);
    Some(say(say(answer, "version", version), "software", software))
}

/// A connection request that offers TLS and nothing else (\[MS-RDPBCGR\] §2.2.1.1): a server that
/// demands the user's authentication first (NLA) must say so.
const RDP: &[u8] = &[3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 1, 0, 0, 0];
/// Why a server will not (§2.2.1.2.2), by number.
const FAILURES: &[(u32, &str)] = &[
    (1, "TLS required"),
    (2, "TLS not allowed"),
    (3, "no certificate"),
    (4, "inconsistent flags"),
    (5, "NLA required"),
    (6, "TLS with user authentication required"),
];
const NLA_REQUIRED: u32 = 5;

fn rdp(bytes: &[u8], answer: &Answer) -> Option<Answer> {
    let mut left = Bytes::new(bytes);
    (left.u16()? == 0x0300).then_some(())?;
    let length = usize::from(left.u16()?);
    let mut body = left.part(length.checked_sub(4)?)?;
    let indicator = usize::from(body.u8()?);
    (indicator == body.len() && body.u8()? & 0xf0 == 0xd0).then_some(())?;
    body.skip(5)?; // references and class
    let answer = answer.clone().saying("rdp", "yes");
    let (kind, _, size) = (body.u8(), body.u8(), body.le16());
    let (Some(kind), Some(8), Some(value)) = (kind, size, body.le32()) else {
        // A server from before the negotiation.
        return Some(
            answer.saying("security", "standard RDP security").saying("nla", "not-required"),
        );
    };
    let answer = match (kind, value) {
        (2, 0) => answer.saying("security", "standard RDP security").saying("nla", "not-required"),
        (2, 1) => answer.saying("security", "TLS").saying("nla", "not-required"),
        (3, NLA_REQUIRED) => answer.saying("nla", "required"),
        (3, 2 | 3) => {
            answer.saying("security", "standard RDP security").saying("nla", "not-required")
        }
        _ => answer,
    };
    let why = FAILURES.iter().find(|it| kind == 3 && it.0 == value);
    Some(why.into_iter().fold(answer, |answer, it| answer.saying("failure", it.1)))
}

/// `HEAD /` (RFC 9110 §9.3.2), with the address as host.
fn head(to: SocketAddr) -> Vec<u8> {
    let host = if to.port() == 80 {
        let text = SocketAddr::new(to.ip(), 80).to_string();
        text.strip_suffix(":80").unwrap_or(&text).to_owned()
    } else {
        to.to_string()
    };
    format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: sekisho\r\nAccept: */*\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

fn http(bytes: &[u8], answer: &Answer) -> Option<Answer> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")? + 2;
    let mut lines = Bytes::new(bytes.get(..end)?);
    let first = lines.line()?;
    let status = first.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    status.iter().all(u8::is_ascii_digit).then_some(())?;
    let mut answer = say(answer.clone(), "status", status);
    while let Some(line) = lines.line() {
        let Some(colon) = line.iter().position(|it| *it == b':') else { continue };
        let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?.trim_ascii());
        if name.eq_ignore_ascii_case(b"server") {
            answer = say(answer, "server", value);
        } else if name.eq_ignore_ascii_case(b"location")
            && let Some(host) = host(value)
        {
            answer = say(answer, "redirect-host", host);
        }
    }
    Some(answer)
}

/// The host of an address, without user, port and path: those are payload.
fn host(location: &[u8]) -> Option<&[u8]> {
    let scheme = location.windows(3).position(|it| it == b"://")?;
    let rest = location.get(scheme + 3..)?;
    let authority = rest.split(|it| matches!(it, b'/' | b'?' | b'#')).next()?;
    let named = authority.rsplit(|it| *it == b'@').next()?;
    match named.strip_prefix(b"[") {
        Some(six) => six.split(|it| *it == b']').next(),
        None => named.split(|it| *it == b':').next(),
    }
}
