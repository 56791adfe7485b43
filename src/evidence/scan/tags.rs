//! The tags of an XML report, one after the other, as they come: as much of XML 1.0 as a scanner's
//! report uses. Total: what is no tag is passed over, and only the tag at hand is held.

use std::borrow::Cow;
use std::io::{self, BufRead, ErrorKind};

/// Tags as they are read.
pub(super) struct Tags<R> {
    from: R,
    /// What stands between `<` and `>` of the tag at hand.
    tag: Vec<u8>,
}

/// A tag with its attributes, not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    /// Its name; of `</host>` it is `/host`.
    pub(super) name: &'t [u8],
    attributes: &'t [u8],
}

impl<R: BufRead> Tags<R> {
    pub(super) const fn of(from: R) -> Self {
        Self { from, tag: Vec::new() }
    }

    /// The next tag. None at the end, even when that stands within a tag.
    pub(super) fn next(&mut self) -> io::Result<Option<Tag<'_>>> {
        loop {
            self.from.skip_until(b'<')?;
            self.tag.clear();
            if !self.until(|it| !it.starts_with(b"!--") || it.ends_with(b"--"))? {
                return Ok(None);
            }
            if self.tag.starts_with(b"?") || self.tag.starts_with(b"!") {
                continue;
            }
            // A `>` may stand in a value.
            let mut values = Values::default();
            if !values.over(&self.tag) && !self.until(|it| values.over(it))? {
                return Ok(None);
            }
            return Ok(Some(Tag::of(&self.tag)));
        }
    }

    /// Reads on to each `>` until what was read is whole; false when it never is.
    fn until(&mut self, mut whole: impl FnMut(&[u8]) -> bool) -> io::Result<bool> {
        loop {
            if self.from.read_until(b'>', &mut self.tag)? == 0 {
                return Ok(false);
            }
            let Some((b'>', held)) = self.tag.split_last() else { return Ok(false) };
            if whole(held) {
                self.tag.pop();
                return Ok(true);
            }
        }
    }
}

/// How far a tag was looked through for values that have begun and not ended.
#[derive(Default)]
struct Values {
    looked: usize,
    open: Option<u8>,
}

impl Values {
    /// Whether all values have ended at the end of what was read so far.
    fn over(&mut self, tag: &[u8]) -> bool {
        let more = tag.get(self.looked..).unwrap_or_default();
        // Nearly always: quotes of one kind, in pairs. Counted without a branch a byte, as most of
        // a report is what scripts said.
        let (odd, other) = more.iter().fold((false, false), |(odd, other), byte| {
            (odd ^ (*byte == b'"'), other | (*byte == b'\''))
        });
        if self.open.is_none() && !odd && !other {
            self.looked = tag.len();
            return true;
        }
        for byte in more {
            match self.open {
                None if matches!(byte, b'"' | b'\'') => self.open = Some(*byte),
                Some(quote) if quote == *byte => self.open = None,
                _ => {}
            }
        }
        self.looked = tag.len();
        self.open.is_none()
    }
}

impl<'t> Tag<'t> {
    fn of(tag: &'t [u8]) -> Self {
        let tag = tag.strip_suffix(b"/").unwrap_or(tag);
        let end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(end).unwrap_or((tag, &[]));
        Self { name, attributes }
    }

    /// The names and values of its attributes, as they stand there.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'t [u8], &'t [u8])> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, after) = cut(rest, b'=')?;
            let (quote, after) = after.trim_ascii_start().split_first()?;
            let (value, after) = cut(after, *quote).filter(|_| matches!(quote, b'"' | b'\''))?;
            rest = after;
            Some((name.trim_ascii(), value))
        })
    }

    /// The value of an attribute, as it stands there.
    pub(super) fn get(self, name: &str) -> Option<&'t [u8]> {
        self.attributes().find(|it| it.0 == name.as_bytes()).map(|it| it.1)
    }

    /// The value of an attribute as a text, which is empty when there is none.
    pub(super) fn text(self, name: &str) -> io::Result<Cow<'t, str>> {
        text(self.get(name).unwrap_or_default())
    }

    /// The value of an attribute that is a number.
    pub(super) fn number<N: std::str::FromStr>(self, name: &str) -> Option<N> {
        std::str::from_utf8(self.get(name)?).ok()?.parse().ok()
    }
}

/// What stands before and after the first of some byte.
fn cut(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let (before, rest) = bytes.split_at_checked(bytes.iter().position(|it| *it == at)?)?;
    Some((before, rest.get(1..)?))
}

/// A value without its entities. Fails when it is not UTF-8.
pub(super) fn text(value: &[u8]) -> io::Result<Cow<'_, str>> {
    const ENTITIES: [(&str, &str); 6] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#45;", "-"),
        ("&amp;", "&"),
    ];
    let value =
        std::str::from_utf8(value).map_err(|it| io::Error::new(ErrorKind::InvalidData, it))?;
    if !value.contains('&') {
        return Ok(Cow::Borrowed(value));
    }
    let replaced = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    Ok(Cow::Owned(ENTITIES.iter().fold(value.to_owned(), replaced)))
}
