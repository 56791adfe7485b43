//! Evidence files: observations as JSON Lines, packed with zstd (`*.jsonl.zst`) or not (`*.jsonl`).
//!
//! Read strictly: what is wrong is told with its line. Of the same schema, what a later version added
//! is passed over and counted; another schema is refused.

use super::capture::packed::unpack;
use crate::locale::Text;
use crate::observation::lines::{EVIDENCE, Line, Opening, TOOL};
use crate::observation::{Observation, Piece, SCHEMA, mistake};
use crate::text;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read, Write};

/// What a file is called by: its name ends like this.
pub const ENDING: &str = "jsonl.zst";
/// How much text is packed at once: a frame of its own.
const FRAME: usize = 1 << 22;
/// The longest line.
const LONGEST: u64 = 1 << 24;
/// The longest text.
const MOST: u64 = 1 << 31;
/// So many mistakes are told.
const TOLD: usize = 20;
/// How a file of evidence begins.
const BEGINNING: &[u8] = b"{\"sekisho\":";

/// What an evidence file says.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The pieces.
    pub observation: Observation,
    /// How many lines and fields of a later version were passed over.
    pub passed_over: u64,
}

/// Why an evidence file was not read.
#[derive(Debug)]
pub enum Wrong {
    /// It could not be read.
    Io(io::Error),
    /// What is wrong, in which lines (from 1): the first mistakes, and how many there are beside.
    Lines(Vec<(u64, Text)>, u64),
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Whether a stream is an evidence file, by its first bytes.
pub fn is_evidence(from: impl Read) -> bool {
    let mut head = Vec::new();
    let _ = unpack(from).and_then(|it| it.take(BEGINNING.len() as u64).read_to_end(&mut head));
    head == BEGINNING
}

/// Writes lines, packed or not.
pub fn write(
    lines: impl Iterator<Item = String>,
    packed: bool,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut frame = String::new();
    let mut flush = |frame: &mut String| {
        let written = match packed {
            true => to.write_all(&compress_to_vec(frame.as_bytes(), CompressionLevel::Fastest)),
            false => to.write_all(frame.as_bytes()),
        };
        frame.clear();
        written
    };
    for line in lines {
        frame.push_str(&line);
        if frame.len() >= FRAME {
            flush(&mut frame)?;
        }
    }
    flush(&mut frame)
}

/// Reads an evidence file, packed or not.
pub fn read(from: impl Read) -> Result<Evidence, Wrong> {
    let mut from = BufReader::with_capacity(1 << 17, unpack(from)?.take(MOST));
    let mut reading = Reading::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        reading.number += 1;
        let length = from.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if length == 0 {
            break;
        }
        let Some((b'\n', text)) = line.split_last() else {
            return Err(reading.wrong(match length as u64 >= LONGEST {
                true => Text::new("1行が長すぎます", "the line is too long"),
                false => Text::new(
                    "途中で終わっています。書きかけか、転送中に切れたファイルです",
                    "the file ends in the middle of a line: it was cut short",
                ),
            }));
        };
        let text = std::str::from_utf8(text).map_err(|_| {
            reading.wrong(Text::new("UTF-8の文字ではありません", "it is not UTF-8"))
        })?;
        reading.line(text)?;
    }
    reading.end()
}

/// An evidence file, half read.
#[derive(Debug, Default)]
struct Reading {
    /// The number of the line.
    number: u64,
    /// Whether the first line has been read, and whether another version wrote the file.
    opened: Option<bool>,
    /// The piece whose facts are being read, and how many there were.
    piece: Option<(Piece, u64)>,
    evidence: Evidence,
    /// What was wrong so far, and how much more.
    mistakes: Vec<(u64, Text)>,
    more: u64,
}

impl Reading {
    /// After this nothing can be read.
    fn wrong(&mut self, what: Text) -> Wrong {
        self.mistake(what);
        Wrong::Lines(std::mem::take(&mut self.mistakes), self.more)
    }

    /// The file will not be taken, but what else is wrong can still be told.
    fn mistake(&mut self, what: Text) {
        if self.mistakes.len() < TOLD {
            self.mistakes.push((self.number, what));
        } else {
            self.more += 1;
        }
    }

    /// Takes in a line.
    fn line(&mut self, text: &str) -> Result<(), Wrong> {
        let Some(other_version) = self.opened else {
            self.opened = Some(self.opening(text)?);
            return Ok(());
        };
        let line = match serde_json::from_str::<Line<'_>>(text) {
            Ok(line) => line,
            // A kind of fact that only a later version knows.
            Err(_) if other_version && is_unknown_kind(text) => {
                self.evidence.passed_over += 1;
                if let Some((_, facts)) = &mut self.piece {
                    *facts += 1;
                }
                return Ok(());
            }
            // Files may be put one after the other.
            Err(_) if self.piece.is_none() && text.as_bytes().starts_with(BEGINNING) => {
                self.opened = Some(self.opening(text)?);
                return Ok(());
            }
            Err(why) => {
                let (column, why) = (why.column(), why.to_string());
                let why = why.split(" at line ").next().unwrap_or_default();
                self.mistake(text!(
                    "{column}文字目: 証跡の形ではありません（{why}）",
                    "column {column}: this is not a line of evidence ({why})"
                ));
                // Whatever it was to be, it was most probably a fact.
                if let Some((_, facts)) = &mut self.piece {
                    *facts += 1;
                }
                return Ok(());
            }
        };
        if other_version {
            self.evidence.passed_over += passed_over(text, &line);
        }
        if let Some(what) = mistake(&line) {
            self.mistake(what);
        }
        self.take(line)
    }

    /// Takes in the first line; whether another version wrote the file.
    fn opening(&mut self, text: &str) -> Result<bool, Wrong> {
        let opening: Opening<'_> = serde_json::from_str(text)
            .ok()
            .filter(|it: &Opening<'_>| it.sekisho == EVIDENCE)
            .ok_or_else(|| {
                self.wrong(Text::new(
                    "sekisho observe が書いた証跡ファイルではありません",
                    "this is not an evidence file of `sekisho observe`",
                ))
            })?;
        let (schema, known) = (opening.schema, SCHEMA);
        if schema != known {
            return Err(self.wrong(text!(
                "証跡の形式の版{schema}は読めません（読めるのは版{known}）。sekisho を新しい版に替えるか、この版で観測し直してください",
                "this is version {schema} of the format; this program reads version {known}. Use a newer sekisho, or observe again with this one"
            )));
        }
        Ok(opening.tool != TOOL)
    }

    fn take(&mut self, line: Line<'_>) -> Result<(), Wrong> {
        match (line, &mut self.piece) {
            (Line::Piece(head), None) => {
                let piece = head.into_piece();
                if !piece.contains.iter().chain([&piece.id]).all(|it| is_id(it)) {
                    return Err(self.wrong(Text::new(
                        "観測の識別子がSHA-256の形ではありません",
                        "the id of a piece is not a SHA-256",
                    )));
                }
                self.piece = Some((piece, 0));
                return Ok(());
            }
            (Line::Piece(_), Some(_)) | (_, None) => {
                return Err(self.wrong(Text::new(
                    "行の順序が違います。行が失われています",
                    "the lines are out of order: some are missing",
                )));
            }
            (Line::End(end), Some((_, facts))) if end.facts != *facts => {
                let (expected, found) = (end.facts, *facts);
                return Err(self.wrong(text!(
                    "事実の行は{expected}行のはずですが、{found}行しかないか、余分にあります",
                    "there should be {expected} lines of facts, and there are {found}"
                )));
            }
            (Line::End(_), Some(_)) => {
                if let Some((piece, _)) = self.piece.take() {
                    self.evidence.observation.add(piece);
                }
                return Ok(());
            }
            (Line::Host(it), Some((piece, _))) => piece.hosts.push(it.into_owned()),
            (Line::Conversation(it), Some((piece, _))) => {
                piece.conversations.push(it.into_owned());
            }
            (Line::Exit(it), Some((piece, _))) => piece.exits.push(it.into_owned()),
            (Line::Role(it), Some((piece, _))) => piece.roles.push(it.into_owned()),
            (Line::Neighbour(it), Some((piece, _))) => piece.neighbours.push(it.into_owned()),
        }
        if let Some((_, facts)) = &mut self.piece {
            *facts += 1;
        }
        Ok(())
    }

    /// The file has ended.
    fn end(mut self) -> Result<Evidence, Wrong> {
        if self.opened.is_none() {
            return Err(self.wrong(Text::new("空のファイルです", "the file is empty")));
        }
        if self.piece.is_some() {
            return Err(self.wrong(Text::new(
                "途中で終わっています。書きかけか、転送中に切れたファイルです",
                "the file ends within a piece: it was cut short",
            )));
        }
        if self.mistakes.is_empty() {
            Ok(self.evidence)
        } else {
            Err(Wrong::Lines(self.mistakes, self.more))
        }
    }
}

/// Whether this is a SHA-256 in hexadecimal.
fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a line is an object with one key, which is no kind of line that is known.
fn is_unknown_kind(text: &str) -> bool {
    const KINDS: [&str; 7] = ["piece", "host", "conversation", "exit", "role", "neighbour", "end"];
    let kind = serde_json::from_str::<Value>(text).ok().and_then(|it| {
        let mut keys = it.as_object()?.keys();
        Some((keys.next()?.clone(), keys.next().is_none()))
    });
    kind.is_some_and(|(kind, alone)| alone && !KINDS.contains(&kind.as_str()) && kind != "sekisho")
}

/// How many fields of a line were not understood: those that say something and do not come out again.
fn passed_over(text: &str, line: &impl Serialize) -> u64 {
    fn beside(given: &Value, known: &Value) -> u64 {
        match (given, known) {
            (Value::Object(given), Value::Object(known)) => given
                .iter()
                .map(|(key, value)| match known.get(key) {
                    Some(known) => beside(value, known),
                    None => u64::from(says_something(value)),
                })
                .sum(),
            (Value::Array(given), Value::Array(known)) => {
                given.iter().zip(known).map(|(given, known)| beside(given, known)).sum()
            }
            _ => 0,
        }
    }
    let given = serde_json::from_str(text).unwrap_or(Value::Null);
    beside(&given, &serde_json::to_value(line).unwrap_or(Value::Null))
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(it) => !it.is_empty(),
        Value::Array(it) => !it.is_empty(),
        Value::Object(it) => !it.is_empty(),
        Value::Number(it) => it.as_f64() != Some(0.0),
        Value::Bool(true) => true,
    }
}
