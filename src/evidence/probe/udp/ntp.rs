//! NTP (RFC 5905 §7.3): one request of a client. Its time of transmission is a random number
//! (draft-ietf-ntp-data-minimization), which the answer repeats; so our clock is told to nobody.

use super::super::said::{number, say};
use super::Request;
use crate::probe::Answer;
use crate::wire::speech::bytes::Bytes;

/// Version 4, client.
const FIRST: u8 = 4 << 3 | 3;
const SERVER: u8 = 4;

pub(super) fn request() -> Request {
    let stamp: u64 = number();
    let mut bytes = vec![FIRST];
    bytes.extend([0; 39]);
    bytes.extend(stamp.to_be_bytes());
    Request { bytes, read: Box::new(move |bytes, answer| read(stamp, bytes, answer)) }
}

fn read(stamp: u64, bytes: &[u8], answer: Answer) -> Option<Answer> {
    let mut left = Bytes::new(bytes);
    let (first, stratum) = (left.u8()?, left.u8()?);
    left.skip(10)?;
    let reference = left.take(4)?;
    left.skip(8)?;
    let origin = left.u64()?;
    left.skip(16)?;
    (first & 7 == SERVER && origin == stamp && stratum <= 16).then_some(())?;
    let answer = answer
        .saying("version", format!("NTPv{}", first >> 3 & 7))
        .saying("stratum", stratum.to_string());
    // A "kiss of death" is an answer, with its reason (§7.4); 3 means that the clock is not set.
    let answer = if first >> 6 == 3 { answer.saying("synchronised", "no") } else { answer };
    Some(if stratum == 0 { say(answer, "kiss", reference) } else { answer })
}
