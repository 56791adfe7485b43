//! `schedule at …`: commands that the router gives to itself.

use super::ignored::Ignored;
use super::parse::Command;
use super::secrets;
use crate::config::Notes;

/// Commands that only ever stand in a schedule, and change no connection.
const HARMLESS: &[&[&str]] =
    &[&["save"], &["restart"], &["clear"], &["ipsec", "sa", "delete"], &["ipsec", "refresh", "sa"]];

/// Whether a command is a schedule of something that says nothing about connections. A schedule
/// that does (a line that is only up at night) is not told from other unknown commands yet.
pub(super) fn is_harmless(command: &Command<'_>, ignored: &Ignored, notes: &mut Notes) -> bool {
    let words: Vec<&str> = command.words.iter().map(|it| &*it.text).collect();
    if !matches!(words.as_slice(), ["schedule", "at", _, ..]) {
        return false;
    }
    if command.no {
        return true;
    }
    let when = |word: &&&str| {
        word.contains([':', '/']) || word.starts_with('+') || word.ends_with("startup")
    };
    let at = 3 + words.iter().skip(3).take_while(when).count();
    let target = match words.get(at) {
        Some(&"*") => 1,
        Some(&("pp" | "tunnel" | "switch" | "lan")) => 2,
        _ => return false,
    };
    let given = command.words.iter().skip(at + target).cloned().collect();
    let given = Command { lines: command.lines.clone(), words: given, no: false };
    secrets::mark(&given, notes);
    let begins = |harmless: &&[&str]| {
        harmless.len() <= given.words.len()
            && harmless.iter().zip(&given.words).all(|(a, b)| *a == &*b.text)
    };
    HARMLESS.iter().any(begins) || ignored.why(&given).is_some()
}
