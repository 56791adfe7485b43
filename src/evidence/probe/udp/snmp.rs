//! SNMPv3 discovery (RFC 3414 §4): which engine is there. No user, no key, no object.

use super::super::said::number;
use super::super::snmp::message::{self, Report};
use super::Request;

pub(super) fn request() -> Request {
    // Identifiers are non-negative numbers of 31 bits.
    let id = number::<u32>() >> 1;
    let bytes = message::discovery(id);
    let read = move |bytes: &[u8], answer: crate::probe::Answer| {
        let Report { engine, boots, time } = message::report(id, bytes)?;
        let answer = answer
            .saying("version", "SNMPv3")
            .saying("engine", message::hex(&engine))
            .saying("boots", boots.to_string())
            .saying("engine-seconds", time.to_string());
        let maker = engine.first_chunk().map(|it| u32::from_be_bytes(*it) & 0x7fff_ffff);
        Some(match maker {
            Some(maker) => answer.saying("enterprise", maker.to_string()),
            None => answer,
        })
    };
    Request { bytes, read: Box::new(read) }
}
