//! DNS (RFC 1035), mDNS (RFC 6762), LLMNR (RFC 4795).
//!
//! Checked: a known operation, small counts, and that every record is read to the end of the
//! datagram with known classes (more than 40 bits). Names are those that answers give to addresses,
//! eight at the most.

use super::super::bytes::Bytes;
use super::super::streams::Talk;
use super::super::{Ends, Said, products};
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken, announced};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const MDNS: u16 = 5353;
const LLMNR: u16 = 5355;
const MOST: usize = 8;

/// A message as far as it matters.
struct Message {
    is_answer: bool,
    asked: Vec<String>,
    /// Names of addresses, from the sections of answers.
    given: Vec<(String, IpAddr)>,
}

/// Passes over a name (RFC 1035 §4.1.4), telling each label: pointers only go backwards, and not
/// often.
fn labels<'a>(
    message: &'a [u8],
    left: &mut Bytes<'a>,
    mut each: impl FnMut(&'a [u8]),
) -> Option<()> {
    let mut at = *left;
    let (mut jumps, mut said) = (0, 0);
    loop {
        let length = usize::from(at.u8()?);
        match length {
            0 => break,
            1..=63 => {
                let label = at.take(length)?;
                if said > 255 {
                    return None;
                }
                said += label.len() + 1;
                each(label);
            }
            0xc0.. => {
                let to = (length & 0x3f) << 8 | usize::from(at.u8()?);
                if jumps == 0 {
                    *left = at;
                }
                jumps += 1;
                let here = message.len() - at.len();
                if jumps > 16 || to + 2 > here {
                    return None;
                }
                at = Bytes::at(message, to)?;
            }
            _ => return None,
        }
    }
    if jumps == 0 {
        *left = at;
    }
    Some(())
}

/// Reads a name.
fn name<'a>(message: &'a [u8], left: &mut Bytes<'a>) -> Option<String> {
    let mut out = String::with_capacity(64);
    labels(message, left, |label| {
        if !out.is_empty() {
            out.push('.');
        }
        match std::str::from_utf8(label) {
            Ok(plain) if label.iter().all(u8::is_ascii_graphic) => out.push_str(plain),
            _ => out.push_str(&announced(label)),
        }
    })?;
    Some(out)
}

fn message(bytes: &[u8]) -> Option<Message> {
    let mut left = Bytes::new(bytes);
    left.u16()?;
    let flags = left.u16()?;
    let operation = flags >> 11 & 0x0f;
    let counts = [left.u16()?, left.u16()?, left.u16()?, left.u16()?];
    let [asked, answers, ..] = counts;
    let total: u32 = counts.iter().map(|it| u32::from(*it)).sum();
    let is_answer = flags & 0x8000 != 0;
    let plausible = matches!(operation, 0 | 4 | 5) && flags & 0x0040 == 0 && flags & 0x0f <= 10;
    if !plausible
        || total == 0
        || total > 200
        || asked > 32
        || !is_answer && asked == 0 && answers == 0
    {
        return None;
    }
    let mut out = Message { is_answer, asked: Vec::new(), given: Vec::new() };
    for _ in 0..asked {
        let name = name(bytes, &mut left)?;
        let (kind, class) = (left.u16()?, left.u16()? & 0x7fff);
        (kind != 0 && matches!(class, 1 | 3 | 4 | 254 | 255)).then_some(())?;
        out.asked.push(name);
    }
    for index in 0..total - u32::from(asked) {
        let mut named = left;
        labels(bytes, &mut left, |_| {})?;
        let (kind, class) = (left.u16()?, left.u16()? & 0x7fff);
        left.u32()?;
        let data = left.block16()?;
        // Of an option the class is a size (RFC 6891 §6.1.2).
        (kind != 0 && (kind == 41 || matches!(class, 1 | 3 | 4 | 254 | 255))).then_some(())?;
        let address = match kind {
            1 => <[u8; 4]>::try_from(data.rest()).ok().map(|it| Ipv4Addr::from(it).into()),
            28 => <[u8; 16]>::try_from(data.rest()).ok().map(|it| Ipv6Addr::from(it).into()),
            _ => None,
        };
        if let Some(address) = address
            && index < u32::from(answers)
            && out.given.len() < MOST
        {
            // The name that was asked for says more than the last alias of a chain.
            let name = match out.asked.as_slice() {
                [asked] => asked.clone(),
                _ => name(bytes, &mut named)?,
            };
            out.given.push((name, address));
        }
    }
    left.is_empty().then_some(out)
}

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let port = |it| ends.has_port(it);
    let by = if port(MDNS) {
        NamedBy::Mdns
    } else if port(LLMNR) {
        NamedBy::Llmnr
    } else if port(137) || port(138) {
        return None; // NetBIOS looks much alike
    } else {
        NamedBy::Dns
    };
    let message = message(payload)?;
    Some(said(&message, by))
}

fn said(message: &Message, by: NamedBy) -> Said {
    let spoken = match by {
        NamedBy::Mdns => Spoken::Mdns,
        NamedBy::Llmnr => Spoken::Llmnr,
        _ => Spoken::Dns,
    };
    let mut said = Said::of(Speech::of(spoken)).open();
    for (name, address) in message.given.iter().filter(|_| message.is_answer) {
        let name = name.trim_end_matches('.').to_owned();
        if !name.is_empty() {
            said.learned.push(Learned::Name { address: *address, name, by });
        }
    }
    // Everybody answers everybody in mDNS; elsewhere the one who asks began.
    if by == NamedBy::Dns {
        said = said.asked(!message.is_answer);
        // Who asks for a product's name does not speak to it yet: no remote control, but a hint.
        for found in message.asked.iter().filter_map(|it| products::of_name(it)) {
            said.speech.iter_mut().for_each(|it| it.note(Detail::Product, found.product));
        }
    }
    said
}

/// DNS over TCP (RFC 7766): the same behind a length.
pub(in super::super) fn stream(talk: &Talk<'_>) -> Option<Said> {
    let read = |bytes| message(Bytes::new(bytes).block16()?.rest());
    let (asks, answers) = (read(talk.client), read(talk.server));
    let asks = asks.filter(|it| !it.is_answer);
    let answers = answers.filter(|it| it.is_answer);
    let first = answers.as_ref().or(asks.as_ref())?;
    let mut said = said(first, NamedBy::Dns).begun_by(super::super::Side::From);
    said.open = answers.is_none();
    Some(said)
}
