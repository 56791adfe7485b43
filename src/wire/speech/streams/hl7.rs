//! HL7 version 2 over MLLP (HL7 v2 §2.5, "Minimal Lower Layer Protocol"): applications, facilities
//! and the kind of message. Nothing else is read: segments after the header hold patients.
//!
//! Checked: block start and `MSH` with encoding characters (64 bits), or without the block start
//! the usual encoding characters (72 bits). Who sends what is no acknowledgement began.

use super::super::bytes::{Bytes, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken, announced};

/// A header's fields, counted from MSH-3.
struct Header<'a> {
    fields: Vec<&'a [u8]>,
    component: u8,
}

impl Header<'_> {
    /// MSH-n as far as its first component.
    fn field(&self, n: usize) -> String {
        let field =
            n.checked_sub(3).and_then(|at| self.fields.get(at)).copied().unwrap_or_default();
        let end = field.iter().position(|it| *it == self.component).unwrap_or(field.len());
        announced(field.get(..end).unwrap_or_default())
    }

    /// `ADT^A01`, of MSH-9; nothing when it is no code.
    fn message(&self) -> String {
        let field = self.fields.get(6).copied().unwrap_or_default();
        let parts = field.split(|it| *it == self.component).take(2);
        let code =
            |it: &&[u8]| (1..=4).contains(&it.len()) && it.iter().all(u8::is_ascii_alphanumeric);
        let parts: Vec<_> = parts.take_while(code).map(String::from_utf8_lossy).collect();
        parts.join("^")
    }
}

fn header(bytes: &[u8]) -> Option<Header<'_>> {
    let mut left = Bytes::new(bytes);
    let framed = bytes.first() == Some(&0x0b);
    if framed {
        left.u8()?;
    }
    (left.take(3)? == b"MSH").then_some(())?;
    let separator = left.u8().filter(u8::is_ascii_punctuation)?;
    let encoding = left.take(4)?;
    let usual = separator == b'|' && encoding == br"^~\&";
    let plausible = framed && encoding.iter().all(u8::is_ascii_punctuation);
    let component = *encoding.first()?;
    let next = left.u8()?;
    ((next == separator || framed) && (usual || plausible)).then_some(())?;
    if next != separator {
        // Since 2.7 a fifth one says where a value was cut.
        let is_fifth = next.is_ascii_punctuation() && left.u8() == Some(separator);
        if !is_fifth {
            // A header without fields: what follows is a segment of its own, of a patient.
            return Some(Header { fields: Vec::new(), component });
        }
    }
    // The header ends with its line; more than ten fields of it are nobody's business.
    let rest = left.rest();
    let end = rest.iter().position(|it| matches!(it, b'\r' | b'\n' | 0x0b | 0x1c));
    let line = rest.get(..end.unwrap_or(rest.len()).min(1024)).unwrap_or_default();
    let mut fields: Vec<_> = line.split(|it| *it == separator).take(10).collect();
    if end.is_none() {
        fields.pop(); // the last one may be cut
    }
    Some(Header { fields, component })
}

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (header(talk.client), header(talk.server));
    let is_answer =
        |it: &Header<'_>| it.message().starts_with("ACK") || it.message().starts_with("RSP");
    let asks = client.as_ref().is_some_and(|it| !is_answer(it));
    let answers = server.as_ref().is_some_and(is_answer);
    if !asks && !answers {
        return None;
    }
    let mut speech = Speech::of(Spoken::Hl7);
    for header in [&client, &server].into_iter().flatten() {
        for n in 3..=6 {
            speech.note(Detail::Application, header.field(n));
        }
        speech.note(Detail::Message, header.message());
    }
    let mut said = Said::of(speech);
    let whole = |it: &Option<Header<'_>>| it.as_ref().is_some_and(|it| it.fields.len() > 6);
    if whole(&client) || answers {
        said = said.begun_by(Side::From);
    }
    said.open = !(whole(&client) && (whole(&server) || find(talk.server, &[0x1c]).is_some()));
    Some(said)
}
