//! DICOM (PS3.8 §9.3): the association. Nothing that follows it is read.
//!
//! Checked: kind, length, protocol version, two printable titles and the one application context
//! there is (PS3.7 §A.2.1): more than 100 bits.

use super::super::bytes::{Bytes, is_visible};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken, announced};

const CONTEXT: &[u8] = b"1.2.840.10008.3.1.1.1";

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let request = association(talk.client, 1);
    let answer = association(talk.server, 2);
    if request.is_none() && answer.is_none() {
        return None;
    }
    let mut speech = Speech::of(Spoken::Dicom);
    // The answer repeats the titles of the request (PS3.8 table 9-17).
    for (called, calling, items) in [request, answer].into_iter().flatten() {
        speech.note(Detail::CalledAe, announced(called));
        speech.note(Detail::CallingAe, announced(calling));
        describe(items, &mut speech);
    }
    let refused = talk.server.starts_with(&[3, 0, 0, 0, 0, 4]);
    if refused {
        speech.note(Detail::Message, "A-ASSOCIATE-RJ");
    }
    let mut said = Said::of(speech).begun_by(Side::From);
    said.open = request.is_none() || answer.is_none() && !refused;
    Some(said)
}

/// Called title, calling title, items.
fn association(bytes: &[u8], kind: u8) -> Option<(&[u8], &[u8], Bytes<'_>)> {
    let mut left = Bytes::new(bytes);
    (left.u8()? == kind && left.u8()? == 0).then_some(())?;
    let length = usize::try_from(left.u32()?).ok().filter(|it| (68..0x2_0000).contains(it))?;
    let mut body = left.up_to(length);
    (body.u16()? & 1 == 1 && body.u16()? == 0).then_some(())?;
    let (called, calling) = (body.take(16)?, body.take(16)?);
    body.skip(32)?;
    let items = body;
    let context = body.u16()? == 0x1000 && body.block16()?.rest().starts_with(CONTEXT);
    (context && is_visible(called) && is_visible(calling)).then_some((called, calling, items))
}

/// Which services are asked for, and the software (PS3.7 §D.3.3.2).
fn describe(mut items: Bytes<'_>, speech: &mut Speech) -> Option<()> {
    loop {
        let kind = items.u8()?;
        items.u8()?;
        let mut item = items.block16()?;
        match kind {
            0x20 => {
                item.skip(4)?;
                if item.u16()? == 0x3000 {
                    speech.note(Detail::Application, service(item.block16()?.rest()));
                }
            }
            0x50 => {
                while let (Some(kind), Some(body)) = (item.u16(), item.block16()) {
                    if kind == 0x5500 {
                        speech.note(Detail::Software, announced(body.rest()));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The name of a service (PS3.6 table A-1), shortened to its kind where there are hundreds.
fn service(uid: &[u8]) -> &'static str {
    let uid = std::str::from_utf8(uid).unwrap_or_default().trim_end_matches('\0');
    let Some(uid) = uid.strip_prefix("1.2.840.10008.") else { return "private service" };
    match SERVICES.iter().find(|it| it.0 == uid) {
        Some(it) => it.1,
        None if uid.starts_with("5.1.4.1.1.") => "Storage",
        None if uid.starts_with("5.1.4.1.2.") => "Query/Retrieve",
        None => "other service",
    }
}

const SERVICES: &[(&str, &str)] = &[
    ("1.1", "Verification"),
    ("1.20.1", "Storage Commitment"),
    ("3.1.2.3.3", "Modality Performed Procedure Step"),
    ("5.1.1.1", "Basic Film Session"),
    ("5.1.1.9", "Basic Grayscale Print"),
    ("5.1.1.18", "Basic Color Print"),
    ("5.1.4.1.1.1", "Computed Radiography Image Storage"),
    ("5.1.4.1.1.1.1", "Digital X-Ray Image Storage"),
    ("5.1.4.1.1.1.2", "Digital Mammography X-Ray Image Storage"),
    ("5.1.4.1.1.2", "CT Image Storage"),
    ("5.1.4.1.1.3.1", "Ultrasound Multi-frame Image Storage"),
    ("5.1.4.1.1.4", "MR Image Storage"),
    ("5.1.4.1.1.6.1", "Ultrasound Image Storage"),
    ("5.1.4.1.1.7", "Secondary Capture Image Storage"),
    ("5.1.4.1.1.12.1", "X-Ray Angiographic Image Storage"),
    ("5.1.4.1.1.20", "Nuclear Medicine Image Storage"),
    ("5.1.4.1.1.104.1", "Encapsulated PDF Storage"),
    ("5.1.4.1.1.128", "Positron Emission Tomography Image Storage"),
    ("5.1.4.1.1.481.2", "RT Dose Storage"),
    ("5.1.4.1.1.481.5", "RT Plan Storage"),
    ("5.1.4.1.2.1.1", "Patient Root Query/Retrieve - FIND"),
    ("5.1.4.1.2.1.2", "Patient Root Query/Retrieve - MOVE"),
    ("5.1.4.1.2.1.3", "Patient Root Query/Retrieve - GET"),
    ("5.1.4.1.2.2.1", "Study Root Query/Retrieve - FIND"),
    ("5.1.4.1.2.2.2", "Study Root Query/Retrieve - MOVE"),
    ("5.1.4.1.2.2.3", "Study Root Query/Retrieve - GET"),
    ("5.1.4.31", "Modality Worklist"),
    ("5.1.4.32", "General Purpose Worklist"),
];
