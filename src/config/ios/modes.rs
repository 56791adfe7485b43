//! Which commands open a mode, and which belong to it. With this the outline of a configuration is
//! found again when its indentation is lost, as it is in what people paste and type.

use super::parse::Command;
use crate::config::listing::Line;
use crate::config::outline::Item;

/// A mode of configuration.
pub(in crate::config) struct Mode {
    /// The words that open it.
    pub opens: &'static str,
    /// The fewest words of a line that opens it.
    pub words: usize,
    /// The commands that belong to it.
    pub below: Below,
    /// Modes that are opened in it.
    pub within: &'static [Self],
}

/// The commands of a mode.
pub(in crate::config) enum Below {
    /// Those that begin with these words.
    Words(&'static [&'static str]),
    /// Those for which this gives how many words of them are known.
    By(fn(&Command<'_>) -> usize),
}

impl Mode {
    /// A mode whose commands begin with these words.
    pub(in crate::config) const fn of(
        opens: &'static str,
        words: usize,
        below: &'static [&'static str],
    ) -> Self {
        Self { opens, words, below: Below::Words(below), within: &[] }
    }

    /// A mode whose commands a table knows.
    pub(in crate::config) const fn by(
        opens: &'static str,
        words: usize,
        known: fn(&Command<'_>) -> usize,
    ) -> Self {
        Self { opens, words, below: Below::By(known), within: &[] }
    }

    /// The same with modes in it.
    pub(in crate::config) const fn with(self, within: &'static [Self]) -> Self {
        Self { within, ..self }
    }

    fn is_opened_by(&self, command: &Command<'_>) -> bool {
        command.words.len() >= self.words && command.begins(self.opens)
    }

    fn known(&self, command: &Command<'_>) -> usize {
        match self.below {
            Below::Words(words) => best(words.iter().copied(), command),
            Below::By(known) => known(command),
        }
    }
}

/// How many words of a command the best of these beginnings knows. A number stands for any.
pub(in crate::config) fn best<'p>(
    prefixes: impl Iterator<Item = &'p str>,
    command: &Command<'_>,
) -> usize {
    let numbered = |prefix: &str| {
        let first = command.words.first().and_then(|word| word.bytes().next());
        prefix == "0" && first.is_some_and(|byte| byte.is_ascii_digit())
    };
    prefixes
        .filter(|prefix| command.begins(prefix) || numbered(prefix))
        .map(|prefix| prefix.split(' ').count())
        .max()
        .unwrap_or(0)
}

/// The modes of a system, and how many words of a command its global mode knows.
pub(in crate::config) struct Grammar {
    /// Modes that are opened from the global mode.
    pub modes: &'static [Mode],
    /// How surely a command is one of the global mode.
    pub global: fn(&Command<'_>) -> usize,
}

/// A line, and whether a separator (`!`) stands before it.
pub(super) type Separated<'t> = (Line<'t>, bool);

/// Whether no mode of this text has anything further in than the line that opens it, though there
/// are such lines.
pub(super) fn is_flat(lines: &[Separated<'_>], grammar: &Grammar) -> bool {
    let mut opened = false;
    for pair in lines.windows(2) {
        let [(line, _), (next, _)] = pair else { continue };
        let opens = |mode: &Mode| line.body().starts_with(mode.opens);
        if !grammar.modes.iter().any(opens) {
            continue;
        }
        if next.indent() > line.indent() {
            return false;
        }
        opened = true;
    }
    opened
}

/// An open mode with the line that opened it.
struct Open<'t> {
    mode: &'static Mode,
    item: Item<'t>,
}

/// The outline of a text without indentation. A command belongs to the mode that is open when that
/// knows more of its words than the global mode does; a separator decides between equals, and keeps
/// unknown commands out of a mode that may be over.
pub(super) fn nested<'t>(lines: &[Separated<'t>], grammar: &Grammar) -> Vec<Item<'t>> {
    let mut roots: Vec<Item<'t>> = Vec::new();
    let mut open: Vec<Open<'t>> = Vec::new();
    // Whether a separator stood anywhere between the open mode and this line.
    let mut apart = false;
    for (line, separated) in lines {
        apart |= separated;
        let command = Command::of(line);
        if command.words.as_slice() == ["exit"] && !open.is_empty() {
            let depth = open.len();
            place(&mut roots, &mut open, depth, *line, None);
            close(&mut roots, &mut open, depth - 1);
            continue;
        }
        let global = (grammar.global)(&command);
        let mut depth = 0;
        let mut most = 0;
        for (at, it) in open.iter().enumerate() {
            let known = it.mode.known(&command);
            if known >= most && known > 0 {
                (depth, most) = (at + 1, known);
            }
        }
        let belongs = most > global || (most == global && most > 0 && !apart);
        let unknown = most == 0 && global == 0;
        if unknown && !apart {
            depth = open.len();
        } else if !belongs {
            depth = 0;
        }
        let modes = match depth.checked_sub(1).and_then(|at| open.get(at)) {
            Some(it) => it.mode.within,
            None => grammar.modes,
        };
        let opens = modes.iter().find(|mode| !command.negated && mode.is_opened_by(&command));
        apart &= depth > 0 && opens.is_none();
        place(&mut roots, &mut open, depth, *line, opens);
    }
    close(&mut roots, &mut open, 0);
    roots
}

/// Puts a line below the first so many open modes.
fn place<'t>(
    roots: &mut Vec<Item<'t>>,
    open: &mut Vec<Open<'t>>,
    depth: usize,
    line: Line<'t>,
    opens: Option<&'static Mode>,
) {
    close(roots, open, depth);
    let item = Item { line, children: Vec::new() };
    match (opens, open.last_mut()) {
        (Some(mode), _) => open.push(Open { mode, item }),
        (None, Some(parent)) => parent.item.children.push(item),
        (None, None) => roots.push(item),
    }
}

/// Closes modes until so many are open.
fn close<'t>(roots: &mut Vec<Item<'t>>, open: &mut Vec<Open<'t>>, depth: usize) {
    while open.len() > depth {
        let Some(done) = open.pop() else { return };
        match open.last_mut() {
            Some(parent) => parent.item.children.push(done.item),
            None => roots.push(done.item),
        }
    }
}
