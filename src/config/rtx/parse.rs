//! Text to commands: one a line, except where a terminal broke a line at its edge.

use crate::config::listing::{Line, Listing};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One word of a command. It may have been broken over two lines.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    /// The word without quotes.
    pub(super) text: Cow<'t, str>,
    /// Where it stands, quotes included.
    pub(super) span: Span,
}

impl std::ops::Deref for Token<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

/// One command.
#[derive(Clone, Debug)]
pub(super) struct Command<'t> {
    /// Its lines: one, or more where a terminal broke it.
    pub(super) lines: Vec<Line<'t>>,
    /// Its words, without a leading `no`.
    pub(super) words: Vec<Token<'t>>,
    /// Whether it takes something back.
    pub(super) no: bool,
}

impl Command<'_> {
    /// Its place, from its first word to its last.
    pub(super) fn span(&self) -> Span {
        let (first, last) = (self.lines.first(), self.lines.last());
        match (first.map(Line::span), last.map(Line::span)) {
            (Some(first), Some(last)) => Span { end: last.end, ..first },
            _ => Span { file: Default::default(), start: 0, end: 0 },
        }
    }
}

/// A comment or a command.
#[derive(Debug)]
pub(super) enum Item<'t> {
    /// `# …`, with the lines it was broken over.
    Comment(Vec<Line<'t>>, String),
    /// A command.
    Command(Command<'t>),
}

/// The columns after which terminals of the product break lines (`console columns`, default 80).
const COLUMNS: usize = 80;

/// The commands and comments of a listing.
pub(super) fn items<'t>(listing: &Listing<'t>, is_verb: impl Fn(&str) -> bool) -> Vec<Item<'t>> {
    let known = numbers(listing);
    // Where a longer line stands, no terminal broke any.
    let edge = listing.lines.iter().all(|line| width(line) <= COLUMNS);
    let mut items: Vec<Item<'t>> = Vec::new();
    for line in &listing.lines {
        let words = line.split();
        let Some(first) = words.first() else { continue };
        let before = items.last_mut();
        if let Some(comment) = line.body().strip_prefix('#') {
            items.push(Item::Comment(vec![*line], comment.trim().to_owned()));
            continue;
        }
        let broken = |last: &Line<'_>| {
            let list = words.iter().all(|word| is_number(word) || *word.text == *"dynamic");
            let foreign = edge && !is_verb(first) && first.text != "no";
            (list && is_number(first)) || (foreign && width(last) + 1 >= COLUMNS)
        };
        match before {
            Some(Item::Command(command)) if command.lines.last().is_some_and(broken) => {
                let tokens = words.iter().map(|it| Token { text: it.text.into(), span: it.span });
                command.go_on(listing, line, tokens.collect(), &known);
            }
            Some(Item::Comment(lines, text)) if lines.last().is_some_and(broken) => {
                lines.push(*line);
                text.push_str(line.body());
            }
            _ => {
                let no = first.text == "no";
                let words = words.iter().skip(usize::from(no));
                let words = words.map(|it| Token { text: it.text.into(), span: it.span });
                let lines = vec![*line];
                items.push(Item::Command(Command { lines, words: words.collect(), no }));
            }
        }
    }
    items
}

impl<'t> Command<'t> {
    /// Takes a further line as the rest of this command. A word may have been broken in its middle.
    fn go_on(
        &mut self,
        listing: &Listing<'t>,
        line: &Line<'t>,
        mut words: Vec<Token<'t>>,
        known: &BTreeSet<&'t str>,
    ) {
        if let (Some(last), Some(above)) = (self.words.last_mut(), self.lines.last())
            && let Some(first) = words.first()
            && line.indent() == 0
        {
            let glued = format!("{}{}", last.text, first.text);
            let blank = listing.text.get(above.start as usize + above.text.len()..);
            let blank = blank.is_some_and(|rest| rest.starts_with(' '));
            let parts = known.contains(&*last.text) && known.contains(&*first.text);
            let middle = match is_number(&glued) && (known.contains(glued.as_str()) || parts) {
                true => !parts,
                false => width(above) >= COLUMNS && !blank,
            };
            if middle {
                last.span.end = first.span.end;
                last.text = glued.into();
                words.remove(0);
            }
        }
        self.words.append(&mut words);
        self.lines.push(*line);
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many columns a terminal needs for a line.
fn width(line: &Line<'_>) -> usize {
    crate::locale::display_width(line.text)
}

/// The numbers by which filters are defined: they tell where a broken number goes on.
fn numbers<'t>(listing: &Listing<'t>) -> BTreeSet<&'t str> {
    let mut numbers = BTreeSet::new();
    for line in &listing.lines {
        let mut words = line.words();
        if !matches!(words.next().as_deref(), Some("ip" | "ipv6" | "ethernet"))
            || words.next().as_deref() != Some("filter")
        {
            continue;
        }
        let number = words.find(|word| word.text != "dynamic").map(|word| word.text);
        numbers.extend(number.filter(|word| is_number(word)));
    }
    numbers
}
