//! What is wrong with a command line, in the language of the reader.
//!
//! The parser speaks English only. The mistakes that people make are said here in both languages;
//! the rare ones keep the words of the parser.

use super::Exit;
use super::args::{asked_language, half};
use super::console::mutter;
use crate::locale::{Lang, Text};
use crate::source::closest;
use crate::text;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

/// Says what is wrong with the command line, or prints the help that was asked for.
pub(super) fn refuse(error: &clap::Error) -> ExitCode {
    let lang = asked_language(&std::env::args_os().collect::<Vec<OsString>>());
    if let Some(sentence) = sentence(error, lang) {
        mutter(sentence.get(lang));
        mutter("");
        if let Some(usage) = words(error, ContextKind::Usage).first() {
            let usage = usage.trim_start_matches("Usage:").trim();
            mutter(text!("使い方: {usage}", "Usage: {usage}").get(lang));
        }
        mutter(text!("詳しくは --help を付けて実行してください", "For more, add --help").get(lang));
        return Exit::Wrong.into();
    }
    match error.print() {
        Err(failed) if failed.kind() != std::io::ErrorKind::BrokenPipe => Exit::Wrong.into(),
        _ if error.use_stderr() => Exit::Wrong.into(),
        _ => Exit::Clean.into(),
    }
}

/// What is wrong, for the kinds that are frequent.
fn sentence(error: &clap::Error, lang: Lang) -> Option<Text> {
    let first = |kind| words(error, kind).into_iter().next();
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let given = first(ContextKind::InvalidArg)?;
            let wrong = match given.starts_with('-') {
                true => text!(
                    "コマンドの書き方に誤りがあります:「{given}」というオプションはありません。",
                    "There is no option `{given}` here."
                ),
                false => text!(
                    "コマンドの書き方に誤りがあります:「{given}」は余分です。",
                    "`{given}` is one argument too many."
                ),
            };
            Some(with_suggestion(wrong, &given, &words(error, ContextKind::SuggestedArg)))
        }
        ErrorKind::InvalidSubcommand => {
            let given = first(ContextKind::InvalidSubcommand)?;
            let wrong = text!(
                "コマンドの書き方に誤りがあります:「{given}」というコマンドはありません。",
                "There is no command `{given}`."
            );
            Some(with_suggestion(wrong, &given, &words(error, ContextKind::SuggestedSubcommand)))
        }
        ErrorKind::InvalidValue => {
            let (arg, given) = (first(ContextKind::InvalidArg)?, first(ContextKind::InvalidValue)?);
            let known = words(error, ContextKind::ValidValue).join(", ");
            let wrong = match (given.is_empty(), known.is_empty()) {
                (true, true) => text!(
                    "コマンドの書き方に誤りがあります: {arg} の値がありません。",
                    "The value of {arg} is missing."
                ),
                (true, false) => text!(
                    "コマンドの書き方に誤りがあります: {arg} の値がありません。使える値: {known}",
                    "The value of {arg} is missing. Possible values: {known}"
                ),
                (false, _) => text!(
                    "コマンドの書き方に誤りがあります: {arg} に「{given}」は使えません。使える値: {known}",
                    "{arg} does not take `{given}`. Possible values: {known}"
                ),
            };
            Some(with_suggestion(wrong, &given, &words(error, ContextKind::SuggestedValue)))
        }
        ErrorKind::ValueValidation => {
            let (arg, given) = (first(ContextKind::InvalidArg)?, first(ContextKind::InvalidValue)?);
            let why = half(&error.source().map(ToString::to_string).unwrap_or_default(), lang);
            Some(text!(
                "コマンドの書き方に誤りがあります: {arg} に「{given}」は使えません。{why}",
                "{arg} does not take `{given}`: {why}"
            ))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = words(error, ContextKind::InvalidArg).join(" ");
            Some(text!(
                "コマンドの書き方に誤りがあります: {missing} が必要です。",
                "{missing} is required."
            ))
        }
        _ => None,
    }
}

/// Adds the nearest of the words that the parser proposes.
fn with_suggestion(wrong: Text, given: &str, proposed: &[String]) -> Text {
    match closest(given, proposed.iter().map(String::as_str)).or(proposed.first().map(|it| &**it)) {
        Some(word) => {
            text!("{wrong}「{word}」ではありませんか。", "{wrong} Did you mean `{word}`?"; wrong)
        }
        None => wrong,
    }
}

/// What the parser says about an error, as plain words.
fn words(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        _ => Vec::new(),
    }
}
