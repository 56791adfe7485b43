//! JSON that programs print: arrays of objects, each object with its place, also when the end is missing.

use super::listing::Listing;
use crate::source::Span;
use serde_json::Value;

/// One element of an array.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) value: Value,
    pub(super) span: Span,
}

/// The elements of an array.
#[derive(Debug, Default)]
pub(super) struct Array {
    pub(super) elements: Vec<Element>,
    /// Elements that are no JSON.
    pub(super) damaged: Vec<Span>,
    /// Where the array ends.
    pub(super) end: usize,
    /// Whether its closing bracket is there.
    pub(super) closed: bool,
}

/// The first array from a byte of the text on; `None` when there is none.
pub(super) fn array(listing: &Listing<'_>, from: usize) -> Option<Array> {
    let text = listing.text;
    let open = from + text.get(from..)?.find('[')?;
    let mut array = Array::default();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut start = open + 1;
    for (offset, byte) in text.get(open..)?.bytes().enumerate() {
        let at = open + offset;
        array.end = at + 1;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    element(listing, start, at, &mut array);
                    array.closed = true;
                    return Some(array);
                }
            }
            b',' if depth == 1 => {
                element(listing, start, at, &mut array);
                start = at + 1;
            }
            _ => {}
        }
    }
    // The last element is cut off.
    element(listing, start, array.end, &mut array);
    Some(array)
}

/// Adds what stands between two bytes.
fn element(listing: &Listing<'_>, from: usize, to: usize, array: &mut Array) {
    let Some(raw) = listing.text.get(from..to) else { return };
    let body = raw.trim();
    if body.is_empty() {
        return;
    }
    let start = from + (raw.len() - raw.trim_start().len());
    let span = listing.place(start, start + body.len());
    match serde_json::from_str(body) {
        Ok(value) => array.elements.push(Element { value, span }),
        Err(_) => array.damaged.push(span),
    }
}

/// A string, or a number or truth as its word.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A member of an object that is a string.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}
