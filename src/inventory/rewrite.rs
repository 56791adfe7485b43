//! An inventory written again with other words, for sharing: the same structure, no comments.

use super::yaml::{Node, Value, parse};
use crate::source::{FileId, Mistakes, SourceMap};
use std::fmt::Write as _;

/// Where a word stands in an inventory.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The keys that lead there: `["parties", "fujimi", "name"]`; the position in a list is left out.
    pub path: &'a [String],
    /// Whether it is itself a key.
    pub key: bool,
}

/// Writes one file again; `word` gives what stands instead of each. None for what is no YAML.
pub fn rewritten(
    sources: &SourceMap,
    file: FileId,
    word: &mut dyn FnMut(Place<'_>, &str) -> String,
) -> Option<String> {
    let mut mistakes = Mistakes::default();
    let root = parse(file, sources.file(file).text(), &mut mistakes)?;
    let mut writer = Writer { out: String::new(), path: Vec::new(), word };
    writer.value(&root, 0);
    writer.out.push('\n');
    Some(writer.out.trim_start().to_owned())
}

struct Writer<'w> {
    out: String,
    path: Vec<String>,
    word: &'w mut dyn FnMut(Place<'_>, &str) -> String,
}

impl Writer<'_> {
    /// A value behind `key:` or `-`. The reader has bounded how deep values lie.
    fn value(&mut self, node: &Node<'_>, indent: usize) {
        match &node.value {
            Value::Null => self.out.push_str(" ~"),
            Value::Scalar(text) => {
                let other = (self.word)(Place { path: &self.path, key: false }, text);
                let _ = write!(self.out, " {}", scalar(&other));
            }
            Value::Sequence(items) if items.is_empty() => self.out.push_str(" []"),
            Value::Sequence(items) => {
                for item in items.iter() {
                    let _ = write!(self.out, "\n{:indent$}-", "");
                    self.value(item, indent + 2);
                }
            }
            Value::Mapping(pairs) if pairs.is_empty() => self.out.push_str(" {}"),
            Value::Mapping(pairs) => {
                for (key, value) in pairs.iter() {
                    let name = key.scalar().unwrap_or_default();
                    self.path.push(name.to_owned());
                    let other = (self.word)(Place { path: &self.path, key: true }, name);
                    let _ = write!(self.out, "\n{:indent$}{}:", "", scalar(&other));
                    self.value(value, indent + 2);
                    self.path.pop();
                }
            }
        }
    }
}

/// A scalar that reads as this text.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    match begins && text.chars().all(plain) && !text.eq_ignore_ascii_case("null") {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    }
}
