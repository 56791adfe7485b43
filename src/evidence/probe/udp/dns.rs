//! DNS (RFC 1035): who serves the root, without asking for recursion. A resolver that serves us
//! answers it, and one that does not says so; no name of ours is asked for.

use super::super::said::number;
use super::{Request, spoken};
use crate::wire::speech::bytes::Bytes;
use crate::wire::words::Spoken;

/// The root, NS, IN.
const ASKED: &[u8] = &[0, 0, 2, 0, 1];
const CODES: &[&str] = &["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

pub(super) fn request() -> Request {
    let id: u16 = number();
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    bytes.extend(ASKED);
    let read = move |bytes: &[u8], answer: crate::probe::Answer| {
        let mut left = Bytes::new(bytes);
        let ours = left.u16()? == id;
        let flags = left.u16()?;
        let asked = left.u16()?;
        left.skip(6)?;
        // Who cannot read the question may leave it out.
        let repeated = asked == 0 || asked == 1 && left.take(ASKED.len())? == ASKED;
        let answers = flags & 0xf800 == 0x8000 && (repeated && ours);
        (answers && (asked == 0 || spoken(Spoken::Dns, 53, bytes).is_some())).then_some(())?;
        let code = usize::from(flags & 0x0f);
        let recursion = if flags & 0x0080 == 0 { "refused" } else { "offered" };
        Some(
            answer
                .saying(
                    "code",
                    CODES.get(code).map_or_else(|| format!("#{code}"), |it| (*it).to_owned()),
                )
                .saying("recursion", recursion),
        )
    };
    Request { bytes, read: Box::new(read) }
}
