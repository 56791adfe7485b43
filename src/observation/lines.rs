//! Observations as text: JSON Lines. One line says what the file is; then every piece is a line of
//! its own, followed by its facts, one a line.

use super::facts::{Conversation, Exit, Host, Neighbour, RoleSeen};
use super::piece::{Counts, Interface, Observation, Piece, SCHEMA, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What the first line says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opening {
    /// `evidence`.
    pub(super) sekisho: String,
    /// The version of the shape.
    pub(super) schema: u32,
    /// What wrote the file.
    pub(super) tool: String,
}

/// Any other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line<'a> {
    /// A piece begins; the lines up to the next one are its facts.
    Piece(PieceLine<'a>),
    Host(Cow<'a, Host>),
    Conversation(Cow<'a, Conversation>),
    Exit(Cow<'a, Exit>),
    Role(Cow<'a, RoleSeen>),
    Neighbour(Cow<'a, Neighbour>),
}

/// A piece without its facts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PieceLine<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) schema: u32,
    pub(super) tool: Cow<'a, str>,
    pub(super) tap: Cow<'a, str>,
    pub(super) source: Cow<'a, Source>,
    #[serde(default)]
    pub(super) interfaces: Cow<'a, [Interface]>,
    #[serde(default)]
    pub(super) first: Option<Timestamp>,
    #[serde(default)]
    pub(super) last: Option<Timestamp>,
    #[serde(default)]
    pub(super) counts: Cow<'a, Counts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) contains: Option<Cow<'a, BTreeSet<String>>>,
    /// How many facts follow: a file that was cut short is known by it.
    pub(super) facts: u64,
}

impl Piece {
    /// The piece with the id that its content has: the SHA-256 of its lines.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.id.clear();
        let mut digest = Sha256::new();
        self.lines(&mut |line| digest.update(line));
        for byte in digest.finalize() {
            let _ = write!(self.id, "{byte:02x}");
        }
        self
    }

    /// Its lines.
    fn lines(&self, each: &mut impl FnMut(&str)) {
        let mut tell = |line: &Line<'_>| {
            // Nothing here has keys that are no strings: it cannot fail.
            let mut text = serde_json::to_string(line).unwrap_or_default();
            text.push('\n');
            each(&text);
        };
        let facts = self.hosts.len()
            + self.conversations.len()
            + self.exits.len()
            + self.roles.len()
            + self.neighbours.len();
        tell(&Line::Piece(PieceLine {
            id: (&self.id).into(),
            schema: self.schema,
            tool: (&self.tool).into(),
            tap: (&self.tap).into(),
            source: Cow::Borrowed(&self.source),
            interfaces: (&self.interfaces).into(),
            first: self.first,
            last: self.last,
            counts: Cow::Borrowed(&self.counts),
            contains: (!self.contains.is_empty()).then_some(Cow::Borrowed(&self.contains)),
            facts: facts as u64,
        }));
        self.hosts.iter().for_each(|it| tell(&Line::Host(Cow::Borrowed(it))));
        self.conversations.iter().for_each(|it| tell(&Line::Conversation(Cow::Borrowed(it))));
        self.exits.iter().for_each(|it| tell(&Line::Exit(Cow::Borrowed(it))));
        self.roles.iter().for_each(|it| tell(&Line::Role(Cow::Borrowed(it))));
        self.neighbours.iter().for_each(|it| tell(&Line::Neighbour(Cow::Borrowed(it))));
    }
}

impl Observation {
    /// All lines, each with its end: the same observation gives the same bytes.
    pub fn lines(&self, each: &mut impl FnMut(&str)) {
        let opening = Opening {
            sekisho: "evidence".into(),
            schema: SCHEMA,
            tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).into(),
        };
        each(&(serde_json::to_string(&opening).unwrap_or_default() + "\n"));
        self.pieces.values().for_each(|it| it.lines(each));
    }
}
