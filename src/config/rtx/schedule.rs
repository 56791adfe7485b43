//! `schedule at …`: commands that the router gives to itself.

use super::ignored::Ignored;
use super::parse::{Command, Token};
use super::repr::{Peer, Router};
use super::secrets;
use crate::config::Notes;

/// Commands that only ever stand in a schedule, and change no connection.
const HARMLESS: &[&[&str]] =
    &[&["save"], &["restart"], &["clear"], &["ipsec", "sa", "delete"], &["ipsec", "refresh", "sa"]];

/// The command that a schedule gives, when this is one: what stands after the day, the time and
/// the target.
fn given<'c, 't>(command: &'c Command<'t>) -> Option<&'c [Token<'t>]> {
    let words: Vec<&str> = command.words.iter().map(|it| &*it.text).collect();
    if !matches!(words.as_slice(), ["schedule", "at", _, ..]) {
        return None;
    }
    let when = |word: &&&str| {
        word.contains([':', '/']) || word.starts_with('+') || word.ends_with("startup")
    };
    let at = 3 + words.iter().skip(3).take_while(when).count();
    let target = match words.get(at) {
        Some(&"*") => 1,
        Some(&("pp" | "tunnel" | "switch" | "lan")) => 2,
        _ => return None,
    };
    command.words.get(at + target..)
}

/// Whether a command is a schedule of something that says nothing about connections.
pub(super) fn is_harmless(command: &Command<'_>, ignored: &Ignored, notes: &mut Notes) -> bool {
    if command.no
        && matches!(command.words.as_slice(), [a, b, _, ..] if &*a.text == "schedule" && &*b.text == "at")
    {
        return true;
    }
    let Some(words) = given(command) else { return false };
    let given = Command { lines: command.lines.clone(), words: words.to_vec(), no: false };
    secrets::mark(&given, notes);
    let begins = |harmless: &&[&str]| {
        harmless.len() <= words.len() && harmless.iter().zip(words).all(|(a, b)| *a == &*b.text)
    };
    HARMLESS.iter().any(begins) || ignored.why(&given).is_some()
}

/// A line or tunnel that is switched on at some times is there. At which times, no fact can say:
/// the command stays unrecognized.
pub(super) fn switches_on(router: &mut Router, command: &Command<'_>) {
    let Some(words) = given(command).filter(|_| !command.no) else { return };
    let words: Vec<&str> = words.iter().map(|it| &*it.text).collect();
    let span = command.span();
    match words.as_slice() {
        ["tunnel", "enable", number] => {
            if let Ok(tunnel) = number.parse() {
                router.tunnels_on.at_times.insert(tunnel, span);
            }
        }
        ["pp", "enable", "anonymous"] => {
            router.on.at_times.insert(Peer::Anonymous, span);
        }
        ["pp", "enable", number] => {
            if let Ok(peer) = number.parse() {
                router.on.at_times.insert(Peer::Number(peer), span);
            }
        }
        _ => {}
    }
}
