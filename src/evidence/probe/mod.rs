//! The senders: the only code of this program that transmits, one file a kind of packet.
//!
//! Nothing here decides what is asked. A run is handed questions that the room [`crate::probe`]
//! has admitted, asks them one after the other as slowly as it is told, and writes down what came
//! back. A build without the feature `probe` does not contain this folder.

mod tcp;

use crate::probe::{Answer, Kind, Outcome, Question};
use std::time::Duration;

/// What must be opened with privilege, and is opened before the first question.
#[derive(Debug, Default)]
pub struct Means {}

impl Means {
    /// Opens what these kinds need.
    ///
    /// # Errors
    /// The system's own words, of what a kind cannot do without.
    pub fn open(_kinds: &[Kind]) -> Result<Self, String> {
        Ok(Self::default())
    }
}

/// Asks one question, once, and waits for its answer as long as patience lasts. Sends what
/// [`Kind::sends`] says and never more. Whether it may be asked has been decided before.
pub async fn ask(question: &Question, patience: Duration, _means: &Means) -> Answer {
    match question.kind {
        Kind::TcpConnect => tcp::ask(question, patience).await,
        _ => not_sent("this kind cannot be sent yet"),
    }
}

/// What could not be sent, with the system's words.
fn not_sent(why: impl ToString) -> Answer {
    let mut answer = Answer::new(Outcome::NotSent, 1);
    answer.error = Some(why.to_string());
    answer
}
