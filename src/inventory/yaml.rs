//! YAML text → a tree of nodes with spans, within fixed bounds.
//!
//! The events come from `granit-parser`; the tree is ours because every value needs its place,
//! because a mistake must not hide the others, and because aliases must not multiply without end.

use crate::source::{Diagnostic, FileId, Span};
use crate::text;
use granit_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// Deeper nesting than this is refused; the vocabulary needs seven levels.
const MAX_DEPTH: usize = 64;
/// Nodes that aliases may add to a file.
const MAX_ALIASED_NODES: usize = 100_000;

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
    Sequence(Vec<Node<'i>>),
    /// `{…}` or `key: …`, in the order of the file. Keys are unique.
    Mapping(Vec<(Node<'i>, Node<'i>)>),
}

impl Node<'_> {
    /// How many nodes this tree has.
    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Null | Value::Scalar(_) => 0,
            Value::Sequence(items) => items.iter().map(Node::size).sum(),
            Value::Mapping(pairs) => pairs.iter().map(|(k, v)| k.size() + v.size()).sum(),
        }
    }

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
    Mapping {
        pairs: Vec<(Node<'i>, Node<'i>)>,
        key: Option<Node<'i>>,
        seen: HashMap<String, Span>,
    },
}

struct Frame<'i> {
    start: u32,
    anchor: usize,
    open: Open<'i>,
}

/// Parses one file. `None` when the file has no document or does not parse; the reason is then
/// in `diagnostics`.
pub(crate) fn parse<'i>(
    file: FileId,
    text: &'i str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'i>> {
    let before = diagnostics.len();
    let mut tree = Tree {
        file,
        text,
        stack: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        aliased: 0,
        diagnostics,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let mark = error.marker();
                let at = mark.byte_offset().unwrap_or(text.len()).min(text.len()) as u32;
                tree.syntax_error(at, &error.to_string());
                return None;
            }
        };
        let range = span.byte_range().unwrap_or(0..0);
        let span = Span {
            file,
            start: range.start as u32,
            end: range.end as u32,
        };
        if tree.event(event, span).is_none() {
            return None;
        }
    }
    let root = tree.root;
    if root.is_none() && diagnostics.len() == before {
        diagnostics.push(
            Diagnostic::error(
                "empty-file",
                text!("ファイルに内容がありません", "the file has no content"),
            )
            .at(
                Span {
                    file,
                    start: 0,
                    end: 0,
                },
                text!("ここに台帳を書きます", "an inventory is expected here"),
            )
            .help(text!(
                "`sekisho init DIR` で雛形を作れます",
                "`sekisho init DIR` writes a starter"
            )),
        );
    }
    root
}

struct Tree<'i, 'd> {
    file: FileId,
    text: &'i str,
    stack: Vec<Frame<'i>>,
    root: Option<Node<'i>>,
    anchors: HashMap<usize, Rc<Node<'i>>>,
    aliased: usize,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'i> Tree<'i, '_> {
    /// Takes one event. `None` stops the file: a bound was exceeded and has been reported.
    fn event(&mut self, event: Event<'i>, span: Span) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, _tag) => {
                let blank = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if blank {
                    Value::Null
                } else {
                    Value::Scalar(text)
                };
                self.place(Node { span, value }, anchor);
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(&anchor)?.clone();
                self.aliased += target.size();
                if self.aliased > MAX_ALIASED_NODES {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "too-many-aliases",
                            text!(
                                "別名（*）の展開が{MAX_ALIASED_NODES}個を超えました",
                                "aliases (*) expand to more than {MAX_ALIASED_NODES} values"
                            ),
                        )
                        .at(
                            span,
                            text!("この別名で上限を超えます", "the limit is passed here"),
                        ),
                    );
                    return None;
                }
                let mut node = target.as_ref().clone();
                node.span = span;
                self.place(node, 0);
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(span, anchor, Open::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, _) => {
                let open = Open::Mapping {
                    pairs: Vec::new(),
                    key: None,
                    seen: HashMap::new(),
                };
                self.open(span, anchor, open)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::DocumentStart(..) if self.root.is_some() => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "several-documents",
                        text!(
                            "1つのファイルに複数の文書（---）があります",
                            "the file holds several documents (---)"
                        ),
                    )
                    .at(span, text!("2つ目の文書", "the second document"))
                    .help(text!(
                        "文書ごとに別のファイルに分けてください。フォルダを指定すれば全部を読みます",
                        "put each document in a file of its own; given a folder, all are read"
                    )),
                );
                return None;
            }
            _ => {}
        }
        Some(())
    }

    fn open(&mut self, span: Span, anchor: usize, open: Open<'i>) -> Option<()> {
        if self.stack.len() >= MAX_DEPTH {
            self.diagnostics.push(
                Diagnostic::error(
                    "too-deep",
                    text!(
                        "入れ子が{MAX_DEPTH}段を超えています",
                        "values are nested more than {MAX_DEPTH} deep"
                    ),
                )
                .at(span, text!("ここ", "here")),
            );
            return None;
        }
        self.stack.push(Frame {
            start: span.start,
            anchor,
            open,
        });
        Some(())
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let (value, last) = match frame.open {
            Open::Sequence(items) => {
                let last = items.last().map(|node| node.span.end);
                (Value::Sequence(items), last)
            }
            Open::Mapping { pairs, .. } => {
                let last = pairs
                    .last()
                    .map(|(key, value)| value.span.end.max(key.span.end));
                (Value::Mapping(pairs), last)
            }
        };
        // A block collection ends where its last value ends, not at the next token.
        let flow = self.text.as_bytes().get(frame.start as usize);
        let end = match (flow, last) {
            (Some(b'{' | b'['), _) | (_, None) => end.end,
            (_, Some(last)) => last,
        };
        let span = Span {
            file: self.file,
            start: frame.start,
            end: end.max(frame.start),
        };
        self.place(Node { span, value }, frame.anchor);
    }

    fn place(&mut self, node: Node<'i>, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::new(node.clone()));
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut frame.open {
            Open::Sequence(items) => items.push(node),
            Open::Mapping { pairs, key, seen } => match key.take() {
                None => *key = Some(node),
                Some(name) => {
                    let text = name.scalar().unwrap_or_default().to_owned();
                    if let Some(first) = seen.get(&text) {
                        self.diagnostics.push(
                            Diagnostic::error(
                                "duplicate-key",
                                text!(
                                    "キー「{text}」が2回書かれています",
                                    "key `{text}` is written twice"
                                ),
                            )
                            .at(name.span, text!("2回目", "the second time"))
                            .at(*first, text!("1回目", "the first time")),
                        );
                        return;
                    }
                    seen.insert(text, name.span);
                    pairs.push((name, node));
                }
            },
        }
    }

    fn syntax_error(&mut self, at: u32, reason: &str) {
        let mut at = at as usize;
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let span = Span {
            file: self.file,
            start: at as u32,
            end: at as u32,
        };
        self.diagnostics.push(
            Diagnostic::error(
                "yaml-syntax",
                text!(
                    "YAMLの書き方に誤りがあります（{reason}）",
                    "this is not valid YAML: {reason}"
                ),
            )
            .at(span, text!("ここで読めなくなりました", "reading stopped here"))
            .help(text!(
                "字下げは半角空白だけを使い（タブ・全角空白は不可）、「:」「-」の後に半角空白を置きます",
                "indent with spaces only (no tabs, no full-width spaces) and put a space after `:` and `-`"
            )),
        );
    }
}
