//! A small strict XML reader: an independent judge of what the drawings write.

use std::collections::BTreeMap;

/// One element.
#[derive(Debug, Default)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Its own text.
    pub text: String,
    /// How deep it stands; the root is 0.
    pub depth: usize,
}

impl Element {
    /// An attribute; empty when it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

/// Every element in document order, or why the text is not well-formed.
pub fn parse(text: &str) -> Result<Vec<Element>, String> {
    if let Some(bad) = text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    }) {
        return Err(format!("forbidden character {bad:?}"));
    }
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("<?xml ") {
        rest = after.split_once("?>").ok_or("endless declaration")?.1;
    }
    while !rest.is_empty() {
        let Some(inside) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            let words = unescape(&rest[..end])?;
            match open.last() {
                Some(at) => elements[*at].text.push_str(&words),
                None if words.trim().is_empty() => {}
                None => return Err(format!("text outside of the root: {words}")),
            }
            rest = &rest[end..];
            continue;
        };
        if inside.starts_with('!') || inside.starts_with('?') {
            return Err("comments, CDATA and instructions are not expected".into());
        }
        if let Some(closing) = inside.strip_prefix('/') {
            let (name, after) = closing.split_once('>').ok_or("endless end tag")?;
            let at = open.pop().ok_or("end tag without start tag")?;
            if elements[at].name != name {
                return Err(format!("<{}> ends as </{name}>", elements[at].name));
            }
            rest = after;
            continue;
        }
        if open.is_empty() && !elements.is_empty() {
            return Err("two roots".into());
        }
        let (element, empty, after) = start_tag(inside)?;
        elements.push(Element { depth: open.len(), ..element });
        if !empty {
            open.push(elements.len() - 1);
        }
        rest = after;
    }
    match (open.is_empty(), elements.is_empty()) {
        (true, false) => Ok(elements),
        _ => Err("the root does not end".into()),
    }
}

fn start_tag(text: &str) -> Result<(Element, bool, &str), String> {
    let end = text.find([' ', '\n', '/', '>']).ok_or("endless tag")?;
    let mut element = Element { name: text[..end].to_owned(), ..Element::default() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((element, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((element, false, after));
        }
        let (name, value) =
            rest.split_once("=\"").ok_or_else(|| format!("no attribute: {rest:.40}"))?;
        let (value, after) = value.split_once('"').ok_or("endless value")?;
        if name.is_empty() || name.contains([' ', '<', '>', '"', '\'']) || value.contains('<') {
            return Err(format!("bad attribute {name}={value}"));
        }
        if element.attributes.insert(name.to_owned(), unescape(value)?).is_some() {
            return Err(format!("attribute {name} twice"));
        }
        rest = after;
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (entity, after) = part.split_once(';').ok_or_else(|| format!("bare &: {part:.20}"))?;
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            "#10" => '\n',
            other => return Err(format!("unknown entity {other}")),
        });
        plain.push_str(after);
    }
    Ok(plain)
}
