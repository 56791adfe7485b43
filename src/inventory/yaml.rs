//! YAML text → a tree of nodes with spans, within fixed bounds.
//!
//! The events come from `granit-parser`; the tree is ours because every value needs its place,
//! because a mistake must not hide the others, and because aliases must not multiply without end:
//! collections are shared, so an alias costs nothing here, and what decoding would visit is
//! counted.

use super::syntax;
use crate::source::{Diagnostic, FileId, Mistakes, Span, quoted};
use crate::text;
use granit_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// Deeper nesting than this is refused; the vocabulary needs seven levels.
const MAX_DEPTH: usize = 64;
/// How many beginnings and ends of values one file may have. An inventory of 100,000 systems has
/// half as many; tiny values would fill the memory long before the file is too large.
const MAX_VALUES: usize = 6_000_000;
/// How much aliases may add to a file, in values of ordinary length.
const MAX_ALIASED: usize = 100_000;
/// A text of so many bytes counts as one more value when it is repeated by an alias.
const ORDINARY: usize = 64;
/// A mapping of up to so many keys is searched from the front; a larger one has an index.
const FEW_KEYS: usize = 16;
/// Tags of the YAML core schema say what the reader knows anyway.
const CORE_TAG: &str = "tag:yaml.org,2002:";

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node<'i> {
    pub(crate) span: Span,
    pub(crate) value: Value<'i>,
}

/// What stands there.
#[derive(Clone, Debug)]
pub(crate) enum Value<'i> {
    /// Nothing, `~` or `null`: a key that was left blank.
    Null,
    /// A text, a number, a date: everything without structure, as it was written.
    Scalar(Cow<'i, str>),
    /// `[…]` or `- …`
    Sequence(Rc<Vec<Node<'i>>>),
    /// `{…}` or `key: …`, in the order of the file. Keys are texts, each once.
    Mapping(Rc<Vec<(Node<'i>, Node<'i>)>>),
}

impl Node<'_> {
    /// The text of a scalar.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

/// An unfinished collection.
enum Open<'i> {
    Sequence(Vec<Node<'i>>),
    Mapping(Pairs<'i>),
}

/// The pairs of an unfinished mapping.
#[derive(Default)]
struct Pairs<'i> {
    pairs: Vec<(Node<'i>, Node<'i>)>,
    /// A key that waits for its value.
    key: Option<Node<'i>>,
    /// Where each key stands, once there are many.
    index: HashMap<Cow<'i, str>, Span>,
}

impl<'i> Pairs<'i> {
    /// Where a key stands already.
    fn place_of(&self, name: &str) -> Option<Span> {
        if self.index.is_empty() {
            let mut keys = self.pairs.iter().map(|(key, _)| key);
            return keys.find(|key| key.scalar() == Some(name)).map(|key| key.span);
        }
        self.index.get(name).copied()
    }

    fn insert(&mut self, key: Node<'i>, value: Node<'i>) {
        self.pairs.push((key, value));
        if self.pairs.len() < FEW_KEYS {
            return;
        }
        let unindexed = self.index.len();
        for (key, _) in &self.pairs[unindexed..] {
            if let Value::Scalar(name) = &key.value {
                self.index.insert(name.clone(), key.span);
            }
        }
    }
}

struct Frame<'i> {
    start: u32,
    anchor: usize,
    /// How many values this collection has so far, itself included.
    size: usize,
    open: Open<'i>,
}

/// Parses one file. `None` when the file has no document or does not parse; the reason is then
/// in `mistakes`.
pub(crate) fn parse<'i>(file: FileId, text: &'i str, mistakes: &mut Mistakes) -> Option<Node<'i>> {
    let mut tree = Tree::new(file, text, mistakes);
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                let span = tree.span(range.start, range.end);
                tree.event(event, span)?;
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                let span = tree.span(at, at);
                let mut mistake = syntax::explain(error.kind(), span);
                if let Some(bracket) = tree.bracket(span) {
                    let inside = text!("この括弧の中です", "inside this bracket");
                    mistake = mistake.at(bracket, inside);
                }
                tree.mistakes.push(mistake);
                return None;
            }
        }
    }
    if matches!(tree.root, None | Some(Node { value: Value::Null, .. })) {
        let span = tree.span(0, 0);
        tree.mistakes.push(
            Diagnostic::error(
                "empty-file",
                text!("ファイルに内容がありません", "the file has no content"),
            )
            .at(span, text!("ここに台帳を書きます", "an inventory is expected here"))
            .help(text!(
                "`sekisho init DIR` で雛形を作れます",
                "`sekisho init DIR` writes a starter"
            )),
        );
        return None;
    }
    tree.root
}

struct Tree<'i, 'd> {
    file: FileId,
    text: &'i str,
    stack: Vec<Frame<'i>>,
    root: Option<Node<'i>>,
    /// Each anchored value with its size.
    anchors: HashMap<usize, (Node<'i>, usize)>,
    /// How many values and keys have begun or ended so far.
    values: usize,
    aliased: usize,
    /// Whether there is more than one document, which is reported once.
    several: bool,
    mistakes: &'d mut Mistakes,
}

impl<'i, 'd> Tree<'i, 'd> {
    fn new(file: FileId, text: &'i str, mistakes: &'d mut Mistakes) -> Self {
        Self {
            file,
            text,
            stack: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            values: 0,
            aliased: 0,
            several: false,
            mistakes,
        }
    }

    /// A span that surely lies in the text, on the borders of characters.
    fn span(&self, start: usize, end: usize) -> Span {
        let floor = |at: usize| {
            let mut at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(start);
        Span { file: self.file, start: start as u32, end: floor(end).max(start) as u32 }
    }

    /// The bracket of another line that is open where reading stopped.
    fn bracket(&self, stopped: Span) -> Option<Span> {
        let start = self.stack.last()?.start;
        let between = self.text.get(start as usize..stopped.start as usize)?;
        let opens = between.starts_with(['[', '{']) && between.contains('\n');
        opens.then(|| self.span(start as usize, start as usize + 1))
    }

    /// Takes one event. `None` stops the file: a bound was exceeded and has been reported.
    fn event(&mut self, event: Event<'i>, span: Span) -> Option<()> {
        self.values += 1;
        if self.values > MAX_VALUES {
            self.mistakes.push(too_many_values(span));
            return None;
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                let blank = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let size = 1 + text.len() / ORDINARY;
                let value = if blank { Value::Null } else { Value::Scalar(text) };
                self.place(Node { span, value }, anchor, size);
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::SequenceStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                self.open(span, anchor, Open::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                self.open(span, anchor, Open::Mapping(Pairs::default()))?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::DocumentStart(..) if self.root.is_some() && !self.several => {
                // The first document is read, so that it can tell its own mistakes.
                self.several = true;
                self.mistakes.push(
                    Diagnostic::error(
                        "several-documents",
                        text!(
                            "1つのファイルに複数の文書（---）があります",
                            "the file holds several documents (---)"
                        ),
                    )
                    .at(
                        span,
                        text!("ここから2つ目の文書です", "the second document begins here"),
                    )
                    .help(text!(
                        "文書ごとに別のファイルに分けてください。フォルダを指定すれば全部を読みます",
                        "put each document in a file of its own; given a folder, all are read"
                    )),
                );
            }
            _ => {}
        }
        Some(())
    }

    /// Tags that would change what a value is are not obeyed, so they are not accepted.
    fn tag(&mut self, tag: Option<&granit_parser::Tag>, span: Span) {
        let Some(tag) = tag else { return };
        let whole = format!("{}{}", tag.handle(), tag.suffix());
        if whole.starts_with(CORE_TAG) || whole == "!" {
            return;
        }
        let shown = quoted(&whole);
        self.mistakes.push(
            Diagnostic::error(
                "unsupported-tag",
                text!(
                    "YAMLのタグ「{shown}」は使えません",
                    "the YAML tag `{shown}` is not supported"
                ),
            )
            .at(span, text!("この値についています", "it is put on this value"))
            .help(text!(
                "「!」で始まる部分を消してください。別のファイルはフォルダを指定すれば一緒に読まれます",
                "delete the part that begins with `!`; given a folder, all its files are read together"
            )),
        );
    }

    /// Repeats an anchored value. `None` when that would be too much.
    fn alias(&mut self, anchor: usize, span: Span) -> Option<()> {
        let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
            self.mistakes.push(
                Diagnostic::error(
                    "recursive-alias",
                    text!(
                        "別名（*）が、自分を含む値を指しています",
                        "an alias (*) points to a value that contains it"
                    ),
                )
                .at(span, text!("この別名です", "this alias"))
                .help(text!("別名を使わずに値を書いてください", "write the value itself")),
            );
            return None;
        };
        self.aliased = self.aliased.saturating_add(size);
        if self.aliased > MAX_ALIASED {
            self.mistakes.push(
                Diagnostic::error(
                    "too-many-aliases",
                    text!(
                        "別名（*）を展開した値が{MAX_ALIASED}個を超えました",
                        "aliases (*) expand to more than {MAX_ALIASED} values"
                    ),
                )
                .at(span, text!("この別名で上限を超えます", "the limit is passed here"))
                .help(text!(
                    "別名を重ねて使わず、値を書いてください",
                    "write the values themselves instead of aliases of aliases"
                )),
            );
            return None;
        }
        let value = node.value;
        self.place(Node { span, value }, 0, size);
        Some(())
    }

    fn open(&mut self, span: Span, anchor: usize, open: Open<'i>) -> Option<()> {
        if self.stack.len() >= MAX_DEPTH {
            self.mistakes.push(syntax::too_deep(span));
            return None;
        }
        self.stack.push(Frame { start: span.start, anchor, size: 1, open });
        Some(())
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let (value, last) = match frame.open {
            Open::Sequence(items) => {
                let last = items.last().map(|node| node.span.end);
                (Value::Sequence(Rc::new(items)), last)
            }
            Open::Mapping(open) => {
                let last = open.pairs.last();
                let last = last.map(|(key, value)| value.span.end.max(key.span.end));
                (Value::Mapping(Rc::new(open.pairs)), last)
            }
        };
        // A block collection ends where its last value ends, not at the next token.
        let first = self.text.as_bytes().get(frame.start as usize);
        let end = match (first, last) {
            (Some(b'{' | b'['), _) | (_, None) => end.end,
            (_, Some(last)) => last,
        };
        let span = self.span(frame.start as usize, end as usize);
        self.place(Node { span, value }, frame.anchor, frame.size);
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, node: Node<'i>, anchor: usize, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        frame.size = frame.size.saturating_add(size);
        match &mut frame.open {
            Open::Sequence(items) => items.push(node),
            Open::Mapping(open) => match open.key.take() {
                None => open.key = Some(node),
                Some(key) => match refuse_key(&key, open) {
                    Some(mistake) => self.mistakes.push(mistake),
                    None => open.insert(key, node),
                },
            },
        }
    }
}

fn too_many_values(span: Span) -> Diagnostic {
    Diagnostic::error(
        "too-many-values",
        text!(
            "1つのファイルに{MAX_VALUES}個を超える値があります",
            "the file holds more than {MAX_VALUES} values"
        ),
    )
    .at(span, text!("ここで上限を超えます", "the limit is passed here"))
    .help(text!("台帳のファイルか確かめてください", "is it an inventory?"))
}

/// Why a key cannot be taken.
fn refuse_key(key: &Node<'_>, open: &Pairs<'_>) -> Option<Diagnostic> {
    let Some(name) = key.scalar() else {
        return Some(
            Diagnostic::error(
                "key-not-text",
                text!("キーが文字列ではありません", "a key is not a text"),
            )
            .at(
                key.span,
                text!(
                    "「:」の左には項目名か識別子を書きます",
                    "write the name of a field or an id before the `:`"
                ),
            ),
        );
    };
    if name == "<<" {
        return Some(
            Diagnostic::error(
                "merge-key",
                text!(
                    "YAMLの合成キー「<<」は使えません",
                    "the YAML merge key `<<` is not supported"
                ),
            )
            .at(
                key.span,
                text!("ここで合成しようとしています", "the merge stands here"),
            )
            .help(text!(
                "合成したい項目をこの中に書き写してください。1つの値の繰返しには &名前 と *名前 を使えます",
                "copy the fields into this entry; `&name` and `*name` can still repeat a single value"
            )),
        );
    }
    let first = open.place_of(name)?;
    let name = quoted(name);
    Some(
        Diagnostic::error(
            "duplicate-key",
            text!("キー「{name}」が2回書かれています", "key `{name}` is written twice"),
        )
        .at(key.span, text!("2回目", "the second time"))
        .at(first, text!("1回目", "the first time"))
        .help(text!(
            "一方を消すか、別の名前にしてください",
            "delete one of them, or give it another name"
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn a_file_of_countless_tiny_values_is_not_read_to_its_end() {
        let text = "[a, b]";
        let file = SourceMap::new().add("tiny.yaml", text.to_owned());
        let mut mistakes = Mistakes::default();
        let mut tree = Tree::new(file, text, &mut mistakes);
        tree.values = MAX_VALUES - 1;
        let span = tree.span(1, 2);
        assert!(tree.event(Event::StreamStart, span).is_some());
        assert!(tree.event(Event::StreamStart, span).is_none());
        assert_eq!(mistakes.len(), 1);
    }
}
