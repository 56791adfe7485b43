//! Text to tree: `config … edit … set … next … end`, and what a script may also say
//! (`append`, `unset`, `delete`, `move`, `rename`, `clone`).

use super::super::coverage::{Because, Fate};
use super::super::listing::{Line, Listing, Word};
use super::super::notes::Notes;
use super::secrets;
use super::tables::{self, Meaning};
use super::tree::{Kind, Node, Setting, Tree, Verb};
use crate::text;

/// Reads a listing, says the fate of every line, and notes its secrets.
pub(super) fn parse<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Tree<'t> {
    let mut parser = Parser { tree: Tree::new(), open: Vec::new(), listing, notes, at: 0 };
    while let Some(line) = listing.lines.get(parser.at) {
        let (whole, lines, closed) = parser.logical(*line);
        let fate = match closed {
            true => parser.line(whole),
            false => Fate::Unrecognized,
        };
        for line in listing.lines.iter().skip(parser.at).take(lines) {
            parser.notes.set(line.number, fate);
        }
        parser.at += lines;
    }
    parser.finish()
}

struct Parser<'a, 't> {
    tree: Tree<'t>,
    /// The open blocks, outermost first, without the root.
    open: Vec<usize>,
    listing: &'a Listing<'t>,
    notes: &'a mut Notes,
    at: usize,
}

impl<'t> Parser<'_, 't> {
    /// A line with the lines that its last quoted value goes on in, how many lines that are, and
    /// whether the quotes close.
    fn logical(&self, line: Line<'t>) -> (Line<'t>, usize, bool) {
        let body = line.body();
        if !(body.starts_with("set ") || body.starts_with("append ")) {
            return (line, 1, true);
        }
        let Some(open) = open_quote(line.text) else { return (line, 1, true) };
        let start = line.start as usize;
        let text = self.listing.text.get(start..).unwrap_or_default();
        let mut escaped = false;
        for (at, byte) in text.bytes().enumerate().skip(open + 1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    // What follows a closing quote is a blank. Anything else means that a quote is
                    // missing before, and the value would swallow lines that are not its own.
                    let after = text.as_bytes().get(at + 1);
                    if after.is_some_and(|byte| !byte.is_ascii_whitespace()) {
                        break;
                    }
                    let rest = text.get(at + 1..).unwrap_or_default();
                    let end = at + 1 + rest.find('\n').unwrap_or(rest.len());
                    let whole = text.get(..end).unwrap_or_default().trim_end();
                    let end = start + whole.len();
                    let later = self.listing.lines.iter().skip(self.at + 1);
                    let lines = 1 + later.take_while(|it| (it.start as usize) < end).count();
                    return (Line { text: whole, ..line }, lines, true);
                }
                _ => {}
            }
        }
        (line, 1, false)
    }

    fn current(&self) -> usize {
        self.open.last().copied().unwrap_or(Tree::ROOT)
    }

    fn line(&mut self, line: Line<'t>) -> Fate {
        let body = line.body();
        if body.starts_with('#') {
            return match body.starts_with("#config-version=") {
                true => Fate::Understood,
                false => Fate::Ignored(Because::Comment),
            };
        }
        // Guides for people write their remarks this way; no command of FortiOS begins so.
        if body.starts_with('!') {
            return Fate::Ignored(Because::Comment);
        }
        let mut words = line.words();
        let Some(verb) = words.next() else { return Fate::Ignored(Because::Blank) };
        match verb.text {
            "config" => self.config(line),
            "edit" => self.edit(line, words.next()),
            "next" => self.close(Kind::Edit),
            "end" => self.close(Kind::Config),
            "show" | "get" | "diagnose" | "execute" | "exit" | "quit" => {
                Fate::Ignored(Because::Terminal)
            }
            "delete" | "purge" | "move" | "rename" | "clone" => {
                let words: Vec<_> = words.map(|word| word.text).collect();
                self.rearrange(verb.text, &words)
            }
            verb => match (Verb::of(verb), words.next()) {
                (Some(verb), Some(name)) => self.setting(line, verb, name),
                _ => Fate::Unrecognized,
            },
        }
    }

    fn config(&mut self, line: Line<'t>) -> Fate {
        let name = line.body().get("config".len()..).unwrap_or_default().trim();
        if name.is_empty() {
            return Fate::Unrecognized;
        }
        if name == "vdom" || name == "global" {
            self.open.clear();
        } else if tables::is_outermost(name) {
            while self.tree.node(self.current()).is_some_and(|node| !self.tree.is_home(node)) {
                self.open.pop();
            }
        } else if let Some(node) = self.tree.node(self.current())
            && node.kind == Kind::Config
            && !node.children.is_empty()
            && self.tree.has_rows(node)
        {
            // Between the rows of a table stands no block: the `end` of the table is missing.
            self.open.pop();
        }
        let parent = self.current();
        let meaning = match self.tree.node(parent) {
            Some(node) if self.tree.is_home(node) => tables::meaning(None, name),
            Some(node) => tables::meaning(Some(node.meaning), name),
            None => Meaning::Unknown,
        };
        let id = self.tree.child(parent, Node::new(Kind::Config, name, line, parent, meaning));
        self.open.push(id);
        meaning.of_block()
    }

    fn edit(&mut self, line: Line<'t>, key: Option<Word<'t>>) -> Fate {
        let Some(key) = key else { return Fate::Unrecognized };
        if self.tree.node(self.current()).is_some_and(|node| node.kind == Kind::Edit) {
            self.open.pop();
        }
        let parent = self.current();
        let Some(meaning) = self.tree.node(parent).map(|node| node.meaning) else {
            return Fate::Unrecognized;
        };
        if parent == Tree::ROOT {
            return Fate::Unrecognized;
        }
        let id = self.tree.child(parent, Node::new(Kind::Edit, key.text, line, parent, meaning));
        self.open.push(id);
        meaning.of_block()
    }

    /// `next` closes a row; `end` closes a block, and the row that is open in it.
    fn close(&mut self, kind: Kind) -> Fate {
        let Some(node) = self.open.last().and_then(|id| self.tree.node(*id)) else {
            return Fate::Unrecognized;
        };
        let fate = match node.meaning {
            Meaning::Skipped(why) => Fate::Ignored(why),
            _ => Fate::Understood,
        };
        match (kind, node.kind) {
            (Kind::Config, Kind::Edit) => self.open.truncate(self.open.len().saturating_sub(2)),
            (Kind::Edit, Kind::Config) => return Fate::Unrecognized,
            _ => self.open.truncate(self.open.len().saturating_sub(1)),
        }
        fate
    }

    fn setting(&mut self, line: Line<'t>, verb: Verb, name: Word<'t>) -> Fate {
        let id = self.current();
        let Some(node) = self.tree.node(id).filter(|_| id != Tree::ROOT) else {
            secrets::note(None, name.text, &line, self.notes);
            return Fate::Unrecognized;
        };
        let secret = secrets::note(Some((&self.tree, node)), name.text, &line, self.notes);
        let meaning = node.meaning;
        let fate = match meaning.of_setting(name.text) {
            Fate::Unrecognized if secret && matches!(meaning, Meaning::Table(_)) => {
                Fate::Understood
            }
            fate => fate,
        };
        if fate == Fate::Understood {
            self.tree.set(id, Setting { line, verb, name: name.text });
        }
        fate
    }

    /// What a script does to the rows of a table.
    fn rearrange(&mut self, verb: &str, words: &[&'t str]) -> Fate {
        let table = self.current();
        let Some(node) = self.tree.node(table).filter(|node| node.kind == Kind::Config) else {
            return Fate::Unrecognized;
        };
        let fate = node.meaning.of_block();
        let done = match (verb, words) {
            ("purge", []) => self.tree.purge(table),
            ("delete", [key]) => self.tree.delete(table, key),
            ("rename", [from, "to", to]) => self.tree.rename(table, from, to),
            ("clone", [from, "to", to]) => self.tree.copy(table, from, to),
            ("move", [key, "before", other]) => self.tree.shift(table, key, other, 0),
            ("move", [key, "after", other]) => self.tree.shift(table, key, other, 1),
            _ => false,
        };
        if done { fate } else { Fate::Unrecognized }
    }

    fn finish(mut self) -> Tree<'t> {
        if let Some(node) = self.open.first().and_then(|id| self.tree.node(*id)) {
            let name = crate::source::quoted(node.name);
            self.notes.truncated(
                self.listing.end(),
                text!(
                    "`config {name}` を閉じる `end` がありません",
                    "the `end` of `config {name}` is missing"
                ),
            );
        }
        self.tree.cut = self.open;
        self.tree
    }
}

/// Where a quoted word begins that does not end in a line.
fn open_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = None;
    let (mut escaped, mut blank) = (false, true);
    for (at, byte) in bytes.iter().enumerate() {
        match (open, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(_), b'"') => open = None,
            (None, b'"') if blank => open = Some(at),
            _ => {}
        }
        blank = byte.is_ascii_whitespace();
    }
    open
}
