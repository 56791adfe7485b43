//! The tags of an XML text, one after the other: as much of XML 1.0 as a scanner's report uses. Total:
//! what is no tag is passed over, and nothing is ever built up.

use std::borrow::Cow;

/// A tag with its attributes, not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    /// Its name; of `</host>` it is `/host`.
    pub(super) name: &'t str,
    attributes: &'t str,
}

impl<'t> Tag<'t> {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'t, str>> {
        let mut rest = self.attributes;
        loop {
            let (key, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next().filter(|it| matches!(it, '"' | '\''))?;
            let (value, more) = after.get(1..)?.split_once(quote)?;
            if key.trim() == name {
                return Some(unescaped(value));
            }
            rest = more;
        }
    }
}

/// All tags of a text.
pub(super) struct Tags<'t> {
    rest: &'t str,
}

impl<'t> Tags<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// Passes over what stands before a mark, and the mark.
    fn past(&mut self, mark: &str) -> Option<()> {
        self.rest = self.rest.split_once(mark)?.1;
        Some(())
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            self.past("<")?;
            if self.rest.starts_with("!--") {
                self.past("-->")?;
                continue;
            }
            if self.rest.starts_with(['?', '!']) {
                self.past(">")?;
                continue;
            }
            // A `>` may stand in a value.
            let mut quote = None;
            let end = self.rest.bytes().position(|byte| {
                match (quote, byte) {
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), _) if open == byte => quote = None,
                    (None, b'>') => return true,
                    _ => {}
                }
                false
            })?;
            let (tag, after) = self.rest.split_at_checked(end)?;
            self.rest = after.get(1..).unwrap_or_default();
            let tag = tag.strip_suffix('/').unwrap_or(tag);
            let (name, attributes) =
                tag.split_once(|it: char| it.is_ascii_whitespace()).unwrap_or((tag, ""));
            return Some(Tag { name, attributes });
        }
    }
}

/// A value without its entities.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    const ENTITIES: [(&str, &str); 6] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#45;", "-"),
        ("&amp;", "&"),
    ];
    let replaced = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    Cow::Owned(ENTITIES.iter().fold(value.to_owned(), replaced))
}
