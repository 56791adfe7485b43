//! Observations as text: JSON Lines. One line says what the file is; then come the pieces, each a line
//! of its own, its facts, one a line, and a line that says how many there were.

use super::facts::{Conversation, Exit, Host, Neighbour, RoleSeen};
use super::observer::Finished;
use super::outline::Outline;
use super::piece::{Clock, Counts, Interface, Observation, Piece, SCHEMA, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What the first line says the file is.
pub const EVIDENCE: &str = "evidence";
/// What writes lines.
pub const TOOL: &str = concat!("sekisho ", env!("CARGO_PKG_VERSION"));

/// The format, for people who read evidence with programs of their own.
pub const FORMAT: &str = include_str!("format.md");

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Opening<'a> {
    /// [`EVIDENCE`].
    pub sekisho: Cow<'a, str>,
    /// The version of the shape.
    pub schema: u32,
    /// What wrote the file.
    pub tool: Cow<'a, str>,
}

/// Any other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line<'a> {
    /// A piece begins.
    Piece(Head<'a>),
    /// Somebody who was seen to send.
    Host(Cow<'a, Host>),
    /// Who talked to whom.
    Conversation(Cow<'a, Conversation>),
    /// A box behind which there are other addresses.
    Exit(Cow<'a, Exit>),
    /// What a box does for the network.
    Role(Cow<'a, RoleSeen>),
    /// What a box announces on its cable.
    Neighbour(Cow<'a, Neighbour>),
    /// The piece ends.
    End(End),
}

/// A piece without its facts.
#[derive(Debug, Serialize, Deserialize)]
pub struct Head<'a> {
    id: Cow<'a, str>,
    schema: u32,
    tool: Cow<'a, str>,
    tap: Cow<'a, str>,
    pub(super) source: Cow<'a, Source>,
    #[serde(default)]
    interfaces: Cow<'a, [Interface]>,
    #[serde(default)]
    pub(super) first: Option<Timestamp>,
    #[serde(default)]
    pub(super) last: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub(super) watched: Cow<'a, [(Timestamp, Timestamp)]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<Clock>,
    #[serde(default)]
    counts: Cow<'a, Counts>,
    #[serde(default)]
    contains: Cow<'a, BTreeSet<String>>,
}

/// The end of a piece.
#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    /// How many facts it has: what was cut short is known by it.
    pub facts: u64,
}

impl<'a> Head<'a> {
    fn of(piece: &'a Piece) -> Self {
        Self {
            id: (&piece.id).into(),
            schema: piece.schema,
            tool: (&piece.tool).into(),
            tap: (&piece.tap).into(),
            source: Cow::Borrowed(&piece.source),
            interfaces: (&piece.interfaces).into(),
            first: piece.first,
            last: piece.last,
            watched: (&piece.watched).into(),
            clock: piece.clock,
            counts: Cow::Borrowed(&piece.counts),
            contains: Cow::Borrowed(&piece.contains),
        }
    }

    /// The piece, still without its facts.
    pub fn into_piece(self) -> Piece {
        Piece {
            schema: self.schema,
            tool: self.tool.into_owned(),
            id: self.id.into_owned(),
            tap: self.tap.into_owned(),
            source: self.source.into_owned(),
            interfaces: self.interfaces.into_owned(),
            first: self.first,
            last: self.last,
            watched: self.watched.into_owned(),
            clock: self.clock,
            counts: self.counts.into_owned(),
            contains: self.contains.into_owned(),
            hosts: Vec::new(),
            conversations: Vec::new(),
            exits: Vec::new(),
            roles: Vec::new(),
            neighbours: Vec::new(),
        }
    }
}

/// The facts of one piece, one after the other: of a large one they never stand in memory at once.
pub trait Facts {
    /// Everything but hosts and conversations, which may be missing here.
    fn head(&self) -> &Piece;
    /// The hosts, sorted.
    fn hosts(&self) -> Box<dyn Iterator<Item = Cow<'_, Host>> + '_>;
    /// The conversations, sorted.
    fn conversations(&self) -> Box<dyn Iterator<Item = Cow<'_, Conversation>> + '_>;
    /// How many hosts there are.
    fn hosts_len(&self) -> usize;
    /// The conversations in short, in the same order.
    fn outlines(&self) -> Box<dyn Iterator<Item = Outline<'_>> + '_>;
    /// The whole conversation of an outline, by its place.
    fn conversation(&self, place: usize) -> Option<Cow<'_, Conversation>>;
}

impl Facts for Piece {
    fn head(&self) -> &Piece {
        self
    }

    fn hosts(&self) -> Box<dyn Iterator<Item = Cow<'_, Host>> + '_> {
        Box::new(self.hosts.iter().map(Cow::Borrowed))
    }

    fn conversations(&self) -> Box<dyn Iterator<Item = Cow<'_, Conversation>> + '_> {
        Box::new(self.conversations.iter().map(Cow::Borrowed))
    }

    fn hosts_len(&self) -> usize {
        self.hosts.len()
    }

    fn outlines(&self) -> Box<dyn Iterator<Item = Outline<'_>> + '_> {
        Box::new(self.conversations.iter().enumerate().map(|(place, it)| Outline::of(it, place)))
    }

    fn conversation(&self, place: usize) -> Option<Cow<'_, Conversation>> {
        self.conversations.get(place).map(Cow::Borrowed)
    }
}

impl Facts for Finished {
    fn head(&self) -> &Piece {
        self.piece()
    }

    fn hosts(&self) -> Box<dyn Iterator<Item = Cow<'_, Host>> + '_> {
        Box::new(self.hosts().map(Cow::Owned))
    }

    fn conversations(&self) -> Box<dyn Iterator<Item = Cow<'_, Conversation>> + '_> {
        Box::new(self.conversations().map(Cow::Owned))
    }

    fn hosts_len(&self) -> usize {
        self.hosts_len()
    }

    fn outlines(&self) -> Box<dyn Iterator<Item = Outline<'_>> + '_> {
        Box::new(self.outlines())
    }

    fn conversation(&self, place: usize) -> Option<Cow<'_, Conversation>> {
        self.conversation(place).map(Cow::Owned)
    }
}

impl Piece {
    /// The piece with the id that it has: the SHA-256 of what it says of its source, its tap, its
    /// time and its counts. The same packets, read by the same version for the same tap, are the same piece.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.id = id(&self);
        self
    }
}

/// The id of a piece, by everything but its facts.
fn id(piece: &Piece) -> String {
    let head = Line::Piece(Head { id: "".into(), ..Head::of(piece) });
    let mut id = String::new();
    for byte in Sha256::digest(text(&head)) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// The first line, with its end.
pub fn opening() -> String {
    text(&Opening { sekisho: EVIDENCE.into(), schema: SCHEMA, tool: TOOL.into() })
}

/// The lines of a piece, each with its end. The same facts give the same bytes.
pub fn lines(facts: &dyn Facts) -> impl Iterator<Item = String> + '_ {
    let piece = facts.head();
    let head = text(&Line::Piece(Head { id: sealed(piece).into(), ..Head::of(piece) }));
    let mut count = 0;
    let told = (facts.hosts().map(Line::Host))
        .chain(facts.conversations().map(Line::Conversation))
        .chain(piece.exits.iter().map(|it| Line::Exit(Cow::Borrowed(it))))
        .chain(piece.roles.iter().map(|it| Line::Role(Cow::Borrowed(it))))
        .chain(piece.neighbours.iter().map(|it| Line::Neighbour(Cow::Borrowed(it))))
        .map(Some)
        .chain(std::iter::once(None))
        .map(move |line| {
            count += 1;
            text(&line.unwrap_or(Line::End(End { facts: count - 1 })))
        });
    std::iter::once(head).chain(told)
}

impl Observation {
    /// All lines of an evidence file, each with its end.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        std::iter::once(opening()).chain(self.pieces.values().flat_map(|it| lines(it)))
    }
}

/// All lines of an evidence file of pieces that are not all in memory, in the order of their ids.
pub fn of_all<'a>(pieces: &[&'a dyn Facts]) -> impl Iterator<Item = String> + use<'a> {
    let mut sorted: Vec<(String, &'a dyn Facts)> =
        pieces.iter().map(|it| (sealed(it.head()), *it)).collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    // Twice the same is once.
    sorted.dedup_by(|(a, _), (b, _)| a == b);
    std::iter::once(opening()).chain(sorted.into_iter().flat_map(|(_, it)| lines(it)))
}

/// The id that a piece has or will have.
fn sealed(piece: &Piece) -> String {
    if piece.id.is_empty() { id(piece) } else { piece.id.clone() }
}

/// One line. Nothing here has keys that are no strings, so that it cannot fail.
fn text(line: &impl Serialize) -> String {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}
