//! Lines of text: what greetings and headers have in common.

use super::super::bytes::{Bytes, begins, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken, announced};

/// The first line, when it is whole and can be read.
pub(in super::super) fn first(bytes: &[u8]) -> Option<&[u8]> {
    read(&mut Bytes::new(bytes.get(..1024).unwrap_or(bytes)))
}

/// The next line of text, in ASCII or another encoding, without its end: no control characters, not
/// empty. What is no text is given up at its first byte that is none.
pub(super) fn read<'a>(left: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let is_text = |it: u8| it >= 0x20 && it != 0x7f || it == b'\t' || it == b'\r';
    let end = left.rest().iter().position(|it| !is_text(*it))?;
    let line = left.take(end)?;
    (left.u8()? == b'\n').then_some(())?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    (!line.is_empty() && !line.contains(&b'\r')).then_some(line)
}

/// Whether a line is one of these commands, alone or with arguments.
pub(in super::super) fn commands(line: Option<&[u8]>, list: &[&str]) -> bool {
    let Some(line) = line else { return false };
    let word = line.split(|it| *it == b' ').next().unwrap_or_default();
    list.iter().any(|it| word.eq_ignore_ascii_case(it.as_bytes()))
}

/// The name of a product: `Apache/2.4.58 (Debian)` is `Apache/2.4.58`.
pub(in super::super) fn product(value: &[u8]) -> String {
    let text = announced(value);
    text.split([' ', '(', ';']).next().unwrap_or_default().to_owned()
}

/// A line-by-line protocol: its greeting, the commands with which clients begin, and how it turns
/// to TLS.
struct Lines {
    spoken: Spoken,
    port: u16,
    greets: fn(&[u8]) -> bool,
    /// Words in the greeting that say which protocol it is.
    says: &'static [&'static [u8]],
    begins: &'static [&'static str],
    upgrade: &'static [u8],
}

fn greets_220(line: &[u8]) -> bool {
    line.starts_with(b"220 ") || line.starts_with(b"220-")
}

const PROTOCOLS: &[Lines] = &[
    Lines {
        spoken: Spoken::Smtp,
        port: 25,
        greets: greets_220,
        says: &[b"SMTP"],
        begins: &["EHLO", "HELO", "LHLO"],
        upgrade: b"STARTTLS",
    },
    Lines {
        spoken: Spoken::Ftp,
        port: 21,
        greets: greets_220,
        says: &[b"FTP"],
        begins: &["USER", "AUTH", "FEAT", "SYST", "OPTS", "HOST"],
        upgrade: b"AUTH TLS",
    },
    Lines {
        spoken: Spoken::Pop3,
        port: 110,
        greets: |line| line.starts_with(b"+OK"),
        says: &[b"POP3"],
        begins: &["USER", "CAPA", "APOP", "AUTH", "STLS", "QUIT"],
        upgrade: b"STLS",
    },
    Lines {
        spoken: Spoken::Imap,
        port: 143,
        greets: |line| begins(line, b"* OK") || begins(line, b"* PREAUTH"),
        says: &[b"IMAP"],
        begins: &[],
        upgrade: b"STARTTLS",
    },
];

/// SMTP (RFC 5321), FTP (RFC 959), POP3 (RFC 1939), IMAP (RFC 9051).
///
/// Checked: the greeting of the server (32 bits), and that it names the protocol, or a command of
/// the client, or the port. Servers greet, so it is known who began.
pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let greeting = first(talk.server)?;
    let command = first(talk.client);
    let tagged = command.and_then(|it| it.split(|it| *it == b' ').nth(1));
    let found = PROTOCOLS.iter().find(|it| {
        let named = || it.says.iter().any(|word| find(greeting, word).is_some());
        let imap = || {
            it.spoken == Spoken::Imap
                && commands(
                    tagged,
                    &["CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "ID", "NOOP"],
                )
        };
        (it.greets)(greeting)
            && (commands(command, it.begins)
                || imap()
                || command.is_none() && (named() || talk.ends.to_port == it.port))
    })?;
    let text = greeting.get(4..).unwrap_or_default();
    let mut said = Said::of(Speech::of(found.spoken).with(Detail::Software, announced(text)))
        .begun_by(Side::From);
    said.open = command.is_none() || talk.client.len() < 256;
    upgrade(talk, &mut said, found.upgrade);
    Some(said)
}

/// What is said after a client asked to go on with TLS.
fn upgrade(talk: &Talk<'_>, said: &mut Said, command: &[u8]) {
    let text = talk.client.get(..2048).unwrap_or(talk.client);
    let mut left = Bytes::new(text);
    while let Some(line) = left.line() {
        let line = if command == b"STARTTLS" {
            line.get(line.len().saturating_sub(8)..).unwrap_or(line)
        } else {
            line
        };
        if line.eq_ignore_ascii_case(command) {
            let client = text.len() - left.len();
            let server = find(talk.server, &[0x16, 3]).unwrap_or(talk.server.len());
            said.open = true;
            if talk.client.len() > client || talk.server.len() > server {
                said.open = false;
                talk.inside(said, client, server);
            }
            return;
        }
    }
}

/// Telnet (RFC 854): options that are negotiated, at least two of them (32 bits); or a prompt on
/// port 23.
pub(super) fn telnet(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (negotiated(talk.client), negotiated(talk.server));
    let usual = talk.ends.to_port == 23;
    let prompt = usual && find(talk.server.get(..512).unwrap_or(talk.server), b"ogin:").is_some();
    if client + server < 2 && !(usual && client + server == 1) && !prompt {
        return None;
    }
    // Either side may negotiate first, so nothing is proved about who began.
    Some(Said { open: false, ..Said::spoken(Spoken::Telnet) })
}

/// How many options are negotiated at the very beginning.
fn negotiated(bytes: &[u8]) -> usize {
    let mut left = Bytes::new(bytes);
    let mut count = 0;
    while let Some([0xff, verb, option]) = left.array::<3>() {
        match verb {
            0xfb..=0xfe if option <= 49 => count += 1,
            0xfa if option <= 49 => {
                // A longer one, until IAC SE.
                let Some(end) = find(left.rest(), &[0xff, 0xf0]) else { break };
                if left.skip(end + 2).is_none() {
                    break;
                }
                count += 1;
            }
            _ => break,
        }
        if count == 8 {
            break;
        }
    }
    count
}
