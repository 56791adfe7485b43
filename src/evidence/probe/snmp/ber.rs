//! The little of BER (ITU-T X.690) that SNMP is written in.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// An element: its tag, its length in as few bytes as possible, its body.
pub(super) fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(body.len()) {
        Ok(short @ ..0x80) => out.push(short),
        _ => {
            let length = body.len().to_be_bytes();
            let bytes: Vec<u8> = length.into_iter().skip_while(|it| *it == 0).collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
            out.extend(bytes);
        }
    }
    out.extend(body);
    out
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

pub(super) fn octets(body: &[u8]) -> Vec<u8> {
    element(OCTETS, body)
}

/// A number that is not negative, in as few bytes as possible.
pub(super) fn integer(value: u32) -> Vec<u8> {
    let bytes = u64::from(value).to_be_bytes();
    let mut rest = bytes.as_slice();
    // A zero goes when what follows it is neither nothing nor negative without it.
    while let [0, after @ ..] = rest
        && after.first().is_some_and(|it| *it < 0x80)
    {
        rest = after;
    }
    element(INTEGER, rest)
}

/// The name of an object. The first two numbers share a byte.
pub(super) fn object(name: &[u32]) -> Vec<u8> {
    let mut body = Vec::with_capacity(name.len() + 4);
    let (first, rest) = match name {
        [a, b, rest @ ..] => (a.saturating_mul(40).saturating_add(*b), rest),
        _ => (0, &[][..]),
    };
    for number in std::iter::once(&first).chain(rest) {
        let mut shift = 28;
        while shift > 0 && number >> shift == 0 {
            shift -= 7;
        }
        while shift > 0 {
            body.push(0x80 | u8::try_from(number >> shift & 0x7f).unwrap_or_default());
            shift -= 7;
        }
        body.push(u8::try_from(number & 0x7f).unwrap_or_default());
    }
    element(OBJECT, &body)
}

/// Reads the name of an object; `None` when a number is too long or the name has no end.
pub(super) fn read_object(body: &[u8]) -> Option<Vec<u32>> {
    let mut out = Vec::with_capacity(body.len() + 1);
    let mut number = 0_u32;
    for byte in body {
        (number >> 25 == 0).then_some(())?;
        number = number << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if out.is_empty() {
                let first = (number / 40).min(2);
                out.extend([first, number - first * 40]);
            } else {
                out.push(number);
            }
            number = 0;
        }
    }
    let ended = body.last().is_some_and(|it| it & 0x80 == 0);
    (ended && out.len() <= 128).then_some(out)
}
