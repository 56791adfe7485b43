//! Text to tree: the curly form, and the commands of the `set` form.

use super::super::coverage::{Because, Fate};
use super::super::listing::{Line, Listing, Word};
use super::super::notes::Notes;
use super::grammar::Grammar;
use super::secrets;
use super::tree::{Node, Tree};
use crate::source::Span;
use crate::text;

/// Words of one statement; more than this nobody writes.
const LONGEST: usize = 64;
/// So many words may come from groups: groups that name groups could multiply without end.
const MOST_INHERITED: usize = 500_000;

/// Reads a listing, says the fate of every line, and notes its secrets.
pub(super) fn parse<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Tree<'t> {
    // A text of commands has no blocks: a brace in it is prose, and opens nothing.
    let commands = listing.lines.iter().filter(|line| line.body().starts_with("set ")).count();
    let blocks = listing.lines.iter().filter(|line| line.text.ends_with(" {")).count();
    let mut parser = Parser {
        flat: commands >= 3 && commands > blocks,
        tree: Tree::new(),
        grammar: Grammar::new(),
        base: Vec::new(),
        open: Vec::new(),
        words: Vec::new(),
        inactive: false,
        list: None,
        comment: false,
        notes,
    };
    for line in &listing.lines {
        parser.line(*line);
    }
    let unfinished = std::mem::take(&mut parser.words);
    for (_, line) in &unfinished {
        parser.notes.unrecognized(line);
    }
    if !parser.open.is_empty() || !unfinished.is_empty() {
        parser.notes.truncated(
            listing.end(),
            text!("閉じる `}}` がありません", "a closing `}}` is missing"),
        );
    }
    parser.inherit();
    parser.tree
}

struct Parser<'t, 'n> {
    tree: Tree<'t>,
    grammar: Grammar,
    /// Where `edit` has gone: the words of every step.
    base: Vec<Vec<Word<'t>>>,
    /// The open blocks: node, and how many words lead to each from the one before.
    open: Vec<(Vec<Word<'t>>, usize)>,
    /// The statement so far, with the lines it stands on.
    words: Vec<(Word<'t>, Line<'t>)>,
    inactive: bool,
    /// Where in the statement a list in brackets begins, and whether it is still open.
    list: Option<(usize, bool)>,
    /// Whether the text is made of commands (`set …`).
    flat: bool,
    /// Within `/* … */`.
    comment: bool,
    notes: &'n mut Notes,
}

/// What a piece of a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Word,
    Open,
    Close,
    End,
    ListOpen,
    ListClose,
}

impl<'t> Parser<'t, '_> {
    fn line(&mut self, line: Line<'t>) {
        let body = line.body();
        if self.comment || body.starts_with("/*") {
            self.comment = !body.contains("*/");
            self.notes.ignored(&line, Because::Comment);
            return;
        }
        if body.starts_with('#') || body.starts_with('!') {
            self.notes.ignored(&line, Because::Comment);
            return;
        }
        if self.open.is_empty() && self.words.is_empty() {
            let mut words = line.words();
            let verb = words.next().map_or("", |word| word.text);
            if matches!(verb, "set" | "deactivate" | "activate" | "delete" | "insert") {
                self.command(line, verb);
                return;
            }
            if matches!(verb, "edit" | "top" | "up" | "exit" | "quit") {
                self.go(words, verb);
            }
            if matches!(
                verb,
                "edit" | "top" | "up" | "commit" | "exit" | "quit" | "show" | "configure"
            ) {
                self.notes.ignored(&line, Because::Terminal);
                return;
            }
        }
        // In a text of commands a brace is prose, unless it opens what a configuration begins with: both
        // forms pasted into one file.
        let pasted = || body.strip_suffix(" {").is_some_and(|it| super::OUTERMOST.contains(&it));
        if !self.flat || !self.open.is_empty() || !self.words.is_empty() || pasted() {
            self.curly(line);
        }
    }

    /// One line of the curly form.
    fn curly(&mut self, line: Line<'t>) {
        // Marked at once; a statement that is not understood takes it back.
        let mut fate: Option<Fate> = None;
        let mut worse = |new: Fate| {
            fate = Some(match (fate, new) {
                (Some(Fate::Unrecognized), _) | (_, Fate::Unrecognized) => Fate::Unrecognized,
                (Some(Fate::Understood), _) | (None, Fate::Understood) => Fate::Understood,
                (Some(Fate::Ignored(_)), Fate::Understood) => Fate::Understood,
                (_, new) => new,
            });
        };
        let mut waits = false;
        for (piece, word) in pieces(&line) {
            match piece {
                Piece::Word if self.words.is_empty() && word.text == "inactive:" => {
                    self.inactive = true;
                }
                Piece::Word
                    if self.words.is_empty() && matches!(word.text, "protect:" | "replace:") => {}
                Piece::Word => {
                    if self.words.len() < LONGEST * 64 {
                        self.words.push((word, line));
                    }
                    waits = true;
                }
                Piece::ListOpen => self.list = Some((self.words.len(), true)),
                Piece::ListClose => self.list = self.list.map(|(at, _)| (at, false)),
                Piece::Open | Piece::End => {
                    worse(self.statement(piece == Piece::Open));
                    waits = false;
                }
                Piece::Close => {
                    let open = self.open.pop().is_some() && self.words.is_empty();
                    worse(if open { Fate::Understood } else { Fate::Unrecognized });
                }
            }
        }
        match fate {
            Some(fate) => self.notes.set(line.number, fate),
            // It belongs to a statement that goes on.
            None if waits || self.list.is_some() => self.notes.understood(&line),
            None => {}
        }
    }

    /// A statement is complete: a block begins, or it ended with `;`.
    fn statement(&mut self, opens: bool) -> Fate {
        let words = std::mem::take(&mut self.words);
        let inactive = std::mem::take(&mut self.inactive);
        let list = self.list.take();
        let parent = self.open.last().map_or(Tree::ROOT, |(_, id)| *id);
        let (stem, values) = match list {
            Some((at, false)) => words.split_at(at.min(words.len())),
            _ => (words.as_slice(), [].as_slice()),
        };
        let open: Vec<Word<'t>> =
            self.open.last().map(|(path, _)| path.clone()).unwrap_or_default();
        if stem.is_empty() || open.len() + stem.len() > LONGEST {
            if opens {
                self.open.push((open, parent));
            }
            return Fate::Unrecognized;
        }
        let first = open.len();
        let mut path = open;
        path.extend(stem.iter().map(|(word, _)| *word));
        let mut at = parent;
        for (word, line) in stem {
            at = self.tree.child(at, node(*word, *line));
        }
        if inactive {
            self.tree.deactivate(at, true);
        }
        let mut fate = Fate::Understood;
        if values.is_empty() {
            secrets::note(&path, first, self.notes);
            fate = self.grammar.fate(&path, opens);
        }
        for (word, line) in values {
            self.tree.child(at, node(*word, *line));
            path.push(*word);
            secrets::note(&path, first, self.notes);
            match self.grammar.fate(&path, false) {
                Fate::Understood => {}
                other => fate = other,
            }
            path.pop();
        }
        // Lines before the last one of a statement of several lines.
        for (_, line) in &words {
            self.notes.set(line.number, fate);
        }
        if opens {
            self.open.push((path, at));
        }
        fate
    }

    /// `edit`, `top`, `up` and `exit` change what the words of commands are below.
    fn go(&mut self, words: impl Iterator<Item = Word<'t>>, verb: &str) {
        let mut words: Vec<Word<'t>> = words.collect();
        if verb == "top" {
            self.base.clear();
            words.drain(..usize::from(words.first().is_some_and(|it| it.text == "edit")));
        }
        match verb {
            "edit" | "top" if !words.is_empty() => self.base.push(words),
            "exit" | "quit" => {
                self.base.pop();
            }
            "up" => {
                // So many words, whatever the steps were.
                let count = words.first().and_then(|it| it.text.parse().ok()).unwrap_or(1_usize);
                let mut all: Vec<_> = self.base.drain(..).flatten().collect();
                all.truncate(all.len().saturating_sub(count));
                self.base.extend(Some(all).filter(|it| !it.is_empty()));
            }
            _ => {}
        }
    }

    /// One line of the `set` form.
    fn command(&mut self, line: Line<'t>, verb: &str) {
        let said = line.words().skip(1).filter(|it| !it.text.starts_with("##"));
        let all: Vec<Word<'t>> = self.base.iter().flatten().copied().chain(said).collect();
        let listed = all.iter().position(|word| word.text == "[");
        let (stem, values) = match listed {
            Some(at) => {
                let (stem, rest) = all.split_at(at);
                let close = rest.iter().position(|word| word.text == "]").unwrap_or(rest.len());
                (stem, rest.get(1..close).unwrap_or_default())
            }
            None => (all.as_slice(), [].as_slice()),
        };
        if stem.is_empty() || stem.len() > LONGEST {
            self.notes.unrecognized(&line);
            return;
        }
        let fate = match verb {
            "set" => {
                let mut at = Tree::ROOT;
                for word in stem {
                    at = self.tree.child(at, node(*word, line));
                }
                let mut path = stem.to_vec();
                let mut fate = Fate::Understood;
                if values.is_empty() {
                    secrets::note(&path, 0, self.notes);
                    fate = self.grammar.fate(&path, false);
                }
                for word in values {
                    self.tree.child(at, node(*word, line));
                    path.push(*word);
                    secrets::note(&path, 0, self.notes);
                    match self.grammar.fate(&path, false) {
                        Fate::Understood => {}
                        other => fate = other,
                    }
                    path.pop();
                }
                fate
            }
            "deactivate" | "activate" => match self.tree.find(stem) {
                Some(id) => {
                    self.tree.deactivate(id, verb == "deactivate");
                    self.grammar.fate(stem, true)
                }
                None => Fate::Unrecognized,
            },
            "delete" => match self.tree.delete(stem) {
                true => Fate::Understood,
                false => Fate::Unrecognized,
            },
            _ => self.insert(stem),
        };
        self.notes.set(line.number, fate);
    }

    /// `insert … policy x before policy y`
    fn insert(&mut self, words: &[Word<'t>]) -> Fate {
        let at = words.iter().rposition(|word| matches!(word.text, "before" | "after"));
        let moved = at.and_then(|at| {
            let (what, rest) = words.split_at(at);
            let after = usize::from(rest.first()?.text == "after");
            let target = rest.get(1..)?;
            let stem = what.get(..what.len().checked_sub(target.len())?)?;
            let other: Vec<_> = stem.iter().chain(target).copied().collect();
            let (id, other) = (self.tree.find(what)?, self.tree.find(&other)?);
            Some(self.tree.shift(id, other, after))
        });
        if moved == Some(true) { Fate::Understood } else { Fate::Unrecognized }
    }

    /// Adds what groups say to where they are applied. One's own words come before those of groups.
    fn inherit(&mut self) {
        let mut work = vec![(Tree::ROOT, Vec::<Word<'t>>::new())];
        let start = self.tree.len();
        while let Some((id, path)) = work.pop() {
            if path.first().is_some_and(|word| word.text == "groups") || path.len() > LONGEST {
                continue;
            }
            let below: Vec<usize> = self.tree.below(id).to_vec();
            for child in &below {
                let Some(node) = self.tree.node(*child).copied() else { continue };
                if node.inherited {
                    continue;
                }
                if node.word.text == "apply-groups" && !node.inactive {
                    for group in self.tree.below(*child).to_vec() {
                        let Some(name) = self.tree.node(group).copied() else { continue };
                        if name.inactive {
                            continue;
                        }
                        // Each node of a cluster applies its own; the text is that of both.
                        let nodes = ["node1", "node0"].map(|text| Word { text, ..name.word });
                        match name.word.text {
                            "${node}" => {
                                nodes.iter().for_each(|it| self.apply(*it, &path, id, start))
                            }
                            _ => self.apply(name.word, &path, id, start),
                        }
                    }
                    continue;
                }
                let mut deeper = path.clone();
                deeper.push(node.word);
                work.push((*child, deeper));
            }
        }
    }

    /// Adds what a group says of the place at `path` to the node there.
    fn apply(&mut self, group: Word<'t>, path: &[Word<'t>], target: usize, start: usize) {
        let groups = Word { text: "groups", span: group.span };
        let Some(mut sources) = self.tree.find(&[groups, group]).map(|it| vec![it]) else {
            return;
        };
        for word in path {
            let mut next = Vec::new();
            for source in sources {
                for id in self.tree.below(source) {
                    let pattern = self.tree.node(*id).map_or("", |it| it.word.text);
                    if matches(pattern, word.text) {
                        next.push(*id);
                    }
                }
            }
            sources = next;
        }
        let mut work: Vec<(usize, usize, usize)> =
            sources.into_iter().map(|source| (source, target, 0)).collect();
        while let Some((source, target, depth)) = work.pop() {
            if self.tree.len() > start + MOST_INHERITED || depth > LONGEST {
                return;
            }
            for id in self.tree.below(source).to_vec() {
                let Some(node) = self.tree.node(id).copied() else { continue };
                if node.inactive {
                    continue;
                }
                if is_pattern(node.word.text) {
                    for there in self.tree.below(target).to_vec() {
                        let word = self.tree.node(there).map_or("", |it| it.word.text);
                        if matches(node.word.text, word) {
                            work.push((id, there, depth + 1));
                        }
                    }
                } else {
                    let there = self.tree.child(target, Node { inherited: true, ..node });
                    work.push((id, there, depth + 1));
                }
            }
        }
    }
}

fn node<'t>(word: Word<'t>, line: Line<'t>) -> Node<'t> {
    Node { word, line, inactive: false, inherited: false }
}

fn is_pattern(word: &str) -> bool {
    word.starts_with('<') && word.ends_with('>')
}

/// Whether a word of a group stands for a word: itself, or a pattern like `<ge-*>`.
fn matches(pattern: &str, word: &str) -> bool {
    let Some(inner) = pattern.strip_prefix('<').and_then(|it| it.strip_suffix('>')) else {
        return pattern == word;
    };
    match inner.split_once('*') {
        Some((head, tail)) => {
            word.len() >= head.len() + tail.len() && word.starts_with(head) && word.ends_with(tail)
        }
        None => inner == word,
    }
}

/// The pieces of a line of the curly form.
fn pieces<'t>(line: &Line<'t>) -> Vec<(Piece, Word<'t>)> {
    let text = line.text;
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let start = at + (rest.len() - rest.trim_start().len());
        let Some(first) = text.get(start..).and_then(|it| it.chars().next()) else { break };
        let after = text.as_bytes().get(start + 1);
        let alone = after.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';');
        let single = match first {
            '{' => Some(Piece::Open),
            '}' => Some(Piece::Close),
            ';' => Some(Piece::End),
            '[' if alone => Some(Piece::ListOpen),
            ']' => Some(Piece::ListClose),
            '#' => break,
            _ => None,
        };
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("/*") {
            break;
        }
        let (piece, inner, end) = match single {
            Some(piece) => (piece, text.get(start..start + 1).unwrap_or_default(), start + 1),
            None if first == '"' => {
                let word = Line { text: rest, ..*line }.words().next();
                let inner = word.map_or("", |word| word.text);
                let closed = rest.len() > inner.len() + 1;
                (Piece::Word, inner, start + 1 + inner.len() + usize::from(closed))
            }
            None => {
                let end = rest.find(|c: char| c.is_whitespace() || c == ';').unwrap_or(rest.len());
                (Piece::Word, rest.get(..end).unwrap_or_default(), start + end)
            }
        };
        let span: Span = line.place(start, end.min(text.len()));
        pieces.push((piece, Word { text: inner, span }));
        at = end;
    }
    pieces
}
