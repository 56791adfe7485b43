//! The journal of a run: JSON Lines, one line an event, each on the disk before the next packet
//! leaves (in a laboratory, at least the line that so many may be sent: [`Line::Reserved`]). The
//! journal is the evidence: what a crash leaves is whole up to its last line.

mod read;

pub use read::{Journal, Journals, Watch, read};

use super::{Answer, Limits, Question};
use crate::model::{EntityRef, Vocabulary as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::net::{IpAddr, SocketAddr};

/// What the first line says the file is.
pub const PROBES: &str = "probes";
/// The version of the shape.
pub const SCHEMA: u32 = 1;
/// How the one line begins that a witness says to whoever connects.
pub const WITNESS_GREETING: &str = "sekisho-witness ";
/// The word in it that it sees connections which are only half open.
pub const WITNESS_SEES: &str = "half-open";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// [`PROBES`].
    pub sekisho: String,
    /// [`SCHEMA`].
    pub schema: u32,
    /// What wrote the file.
    pub tool: String,
}

/// Who asks, from where, by what permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// SHA-256 of the scope, in hexadecimal.
    pub scope: String,
    /// SHA-256 of the plan, in hexadecimal.
    pub plan: String,
    /// Where the run stands: a connection (its far end) or a zone.
    #[serde(with = "super::question::entity")]
    pub from: EntityRef,
    /// Who runs it.
    pub tester: String,
    /// For whom the tester works: a party of the inventory, or the hospital itself when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Who approved the scope.
    pub approver: String,
    /// The name of the machine.
    pub host: String,
    /// The addresses that it asks from.
    pub addresses: Vec<IpAddr>,
    /// How slowly.
    pub limits: Limits,
    /// How many questions the plan has.
    pub questions: u32,
    /// When it began.
    pub started: Timestamp,
    /// Whether nothing was sent (the first run of a scope).
    pub dry: bool,
}

/// Any line after the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A run begins.
    Run(Head),
    /// A question is about to be sent.
    Asked {
        /// Its place in the plan, from 0.
        number: u32,
        /// Which attempt, from 1.
        attempt: u8,
        /// When.
        at: Timestamp,
    },
    /// So many questions may have been sent when the lines after this one are lost: only a
    /// laboratory sends questions whose own lines are not on the disk yet.
    Reserved {
        /// When.
        at: Timestamp,
        /// How many in all, from the beginning of the run.
        until: u32,
    },
    /// What came back.
    Answered(Answered),
    /// A witness begins to listen.
    Watch(Listening),
    /// What the witness at the inside end saw arrive.
    Witnessed(Witnessed),
    /// The witness still listens.
    Alive {
        /// When, by its clock.
        at: Timestamp,
    },
    /// A host, or the whole run, is not asked any more.
    Stopped {
        /// When.
        at: Timestamp,
        /// The host; the whole run when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<IpAddr>,
        /// Why, by a stable key: `slow`, `control-lost`, `hosts-unwell`, `window`, `budget`, `interrupted`.
        reason: String,
    },
    /// The run goes on after it was interrupted.
    Resumed {
        /// When.
        at: Timestamp,
    },
    /// The run came to its end.
    End {
        /// When.
        at: Timestamp,
        /// How many questions were answered or found silent.
        answered: u32,
    },
}

impl Line {
    /// The line as it stands in the file, with its end.
    pub fn json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Adds it to a text. The lines of which there are most are written by hand.
    pub fn write(&self, text: &mut String) {
        let _ = match self {
            Self::Asked { number, attempt, at } => {
                write!(text, r#"{{"asked":{{"number":{number},"attempt":{attempt},"at":"{at}"}}}}"#)
            }
            Self::Answered(it) => it.write(text),
            line => write!(text, "{}", json(line)),
        };
        text.push('\n');
    }
}

/// As JSON.
fn json(it: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(it).unwrap_or_default()
}

impl Answered {
    fn write(&self, text: &mut String) -> fmt::Result {
        let Self { number, question, at, answer } = self;
        let Question { to, port, kind, expect, target } = question;
        let (kind, expect, outcome) = (kind.key(), expect.key(), answer.outcome.key());
        write!(
            text,
            r#"{{"answered":{{"number":{number},"question":{{"to":"{to}","port":{port},"#
        )?;
        write!(text, r#""kind":"{kind}","expect":"{expect}","target":"#)?;
        // The identity of a thing is a word; whatever else somebody puts there is quoted.
        match target.id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') {
            true => write!(text, r#""{target}""#)?,
            false => text.push_str(&json(&target.to_string())),
        }
        write!(text, r#"}},"at":"{at}","answer":{{"outcome":"{outcome}""#)?;
        if let Some(by) = answer.by {
            write!(text, r#","by":"{by}""#)?;
        }
        if let Some(micros) = answer.micros {
            write!(text, r#","micros":{micros}"#)?;
        }
        write!(text, r#","attempts":{}"#, answer.attempts)?;
        if !answer.details.is_empty() {
            write!(text, r#","details":{}"#, json(&answer.details))?;
        }
        if let Some(error) = &answer.error {
            write!(text, r#","error":{}"#, json(error))?;
        }
        text.push_str("}}}");
        Ok(())
    }
}

/// Where a witness listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listening {
    /// The word by which this session of the witness is told from others.
    pub session: String,
    /// The name of its machine.
    pub host: String,
    /// Where it waits for TCP connections.
    pub tcp: Vec<SocketAddr>,
    /// Where it waits for UDP.
    pub udp: Vec<SocketAddr>,
    /// Since when, by its clock.
    pub started: Timestamp,
}

/// What arrived at a witness: that it did, and nothing of what it carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witnessed {
    /// When, by the clock of the witness.
    pub at: Timestamp,
    /// From whom it seemed to come. NAT on the way puts another's name here.
    pub from: IpAddr,
    /// Where it arrived.
    pub to: IpAddr,
    /// At which port; 0 where there is none.
    pub port: u16,
    /// The IP protocol.
    pub protocol: u8,
    /// Whether the connection came about, both directions having passed.
    pub complete: bool,
}

/// One question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Its place in the plan, from 0.
    pub number: u32,
    /// What was asked.
    pub question: Question,
    /// When the last attempt was sent.
    pub at: Timestamp,
    /// What came back.
    pub answer: Answer,
}
