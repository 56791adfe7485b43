//! What a terminal adds to a configuration: prompts, pagers, and the output of other commands.
//!
//! People send what they captured: a login, `show config`, pager lines, half of `show tech`. The
//! lines that are not configuration are told apart here, for every vendor in the same way.

use super::coverage::{Because, Fate};
use super::listing::{Line, Listing};
use super::notes::Notes;
use crate::source::FileId;

/// Words that a terminal session types at a prompt to show something.
const SHOWING: &[&str] = &[
    "show", "sh", "display", "more", "cat", "less", "get", "dir", "ls", "export", "diagnose",
    "execute",
];
/// Other words of terminal sessions.
const MOVING: &[&str] = &[
    "exit",
    "quit",
    "logout",
    "terminal",
    "term",
    "enable",
    "en",
    "administrator",
    "console",
    "login",
    "sudo",
    "su",
    "iptables-save",
    "ip6tables-save",
    "iptables",
    "ip6tables",
    "nft",
    "wg",
    "ip",
    "copy",
    "write",
    "wr",
    "save",
    "configure",
    "conf",
    "clear",
    "ping",
    "ssh",
    "telnet",
    "cli",
    "edit",
    "run",
];
/// What pagers write, in lower case, without decoration.
const PAGERS: &[&str] =
    &["--more--", "---つづく---", "---more---", "<--- more --->", "-- more --", "---(more)---"];

/// Splits a text into the lines of the configuration; everything else gets its fate at once.
pub(super) fn listing<'t>(
    file: FileId,
    name: &'t str,
    text: &'t str,
    notes: &mut Notes,
) -> Listing<'t> {
    let mut lines = Vec::new();
    let mut start = 0_usize;
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let content = raw.trim_end_matches(['\n', '\r']);
        let (skipped, visible) = visible(content);
        let line = Line {
            number: number as u32,
            file,
            start: (start + skipped) as u32,
            text: visible.trim_end(),
        };
        start += raw.len();
        lines.push(line);
    }
    let prompt = learn_prompt(&lines);
    let mut kept = Vec::with_capacity(lines.len());
    // Every line that stays, with the command whose output it is.
    let mut command: Option<&str> = None;
    let mut commands: Vec<Option<&str>> = Vec::with_capacity(lines.len());
    for line in lines {
        let body = line.body();
        if body.is_empty() {
            notes.set(line.number, Fate::Ignored(Because::Blank));
        } else if is_pager(body) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
        } else if let Some(typed) = typed(&line, prompt) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
            command = (!typed.is_empty()).then_some(typed);
        } else if let Some(title) = title(body) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
            command = Some(title);
        } else {
            kept.push(line);
            commands.push(command);
        }
    }
    // When a command that shows a configuration is among them, the output of the others is not one.
    if commands.iter().flatten().any(|it| shows_configuration(it)) {
        let mut of = commands.iter();
        kept.retain(|line| {
            let ours = of.next().copied().flatten().is_some_and(shows_configuration);
            if !ours {
                notes.set(line.number, Fate::Ignored(Because::OtherOutput));
            }
            ours
        });
    }
    Listing { file, name, text, lines: kept }
}

/// What a terminal shows of a line after backspaces and escape sequences, and how many bytes are
/// skipped before it. Pagers erase themselves and go on in the same line.
fn visible(content: &str) -> (usize, &str) {
    let mut from = 0;
    if let Some(at) = content.rfind('\u{8}') {
        from = at + 1;
    }
    let mut rest = &content[from..];
    // Escape sequences before the text: ESC [ … letter.
    while let Some(sequence) = rest.strip_prefix("\u{1b}[") {
        let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else {
            break;
        };
        rest = &sequence[end + 1..];
    }
    // A pager that did not erase itself stands before the text.
    let trimmed = rest.trim_start();
    for pager in PAGERS {
        let head = trimmed.get(..pager.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(pager)) {
            let after = &trimmed[pager.len()..];
            if !after.trim().is_empty() {
                rest = after.strip_prefix(' ').unwrap_or(after);
            }
        }
    }
    (content.len() - rest.len(), rest)
}

fn is_pager(body: &str) -> bool {
    let plain = body.trim();
    // `--More-- (35%)`, `---(more 12%)---`, `---つづく---`
    PAGERS.iter().any(|pager| plain.len() < pager.len() + 12 && starts_with(plain, pager))
        || (plain.len() < 24 && starts_with(plain, "---(more"))
        || (plain.starts_with("lines ") && plain.len() < 24 && plain.contains('-'))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The prompt of the session: what stands before the first word that only a session types.
fn learn_prompt<'t>(lines: &[Line<'t>]) -> Option<&'t str> {
    lines.iter().find_map(|line| {
        let (prompt, typed) = at_prompt(line.text)?;
        let mut words = typed.split_whitespace();
        let verb = words.next()?;
        let showing = SHOWING.contains(&verb) && words.next().is_some();
        (showing || (MOVING.contains(&verb) && prompt.len() > 2)).then_some(prompt)
    })
}

/// Prompt and typed text: `RTX1210# show config`, `[RTX1210] # show config`, `FGT (vpn) # show`,
/// `admin@srx> show configuration`.
fn at_prompt(text: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 64;
    let end = text.find(['#', '>', '$', '%']).filter(|end| *end <= LONGEST)?;
    let (name, rest) = text.split_at(end);
    let typed = rest.get(1..)?;
    let bare = name.trim_end();
    let decorated = bare.starts_with('[') || bare.ends_with(')') || bare.ends_with(']');
    if bare.is_empty() || text.starts_with(' ') || (bare.contains(' ') && !decorated) {
        return None;
    }
    Some((&text[..=end], typed.trim()))
}

/// What was typed on a line, when it is one of the session; empty for a bare prompt.
fn typed<'t>(line: &Line<'t>, prompt: Option<&str>) -> Option<&'t str> {
    if let Some(rest) = prompt.and_then(|prompt| line.text.strip_prefix(prompt)) {
        return Some(rest.trim());
    }
    // A prompt without a name, as RTX has it when nobody gave one.
    let rest = line.text.strip_prefix(['#', '>'])?.trim();
    shows_configuration(rest).then_some(rest)
}

/// The heading of a part of `show tech`: the command between dashes or hashes.
fn title(body: &str) -> Option<&str> {
    let decoration = |c: char| matches!(c, '-' | '=' | '*' | '#' | '!' | ' ' | '`' | '\'');
    let bare = body.trim_matches(decoration);
    let decorated = bare.len() + 4 <= body.len();
    let shows = bare.starts_with("show ") || bare.starts_with("display ");
    (decorated && shows).then_some(bare)
}

/// Whether a command shows a configuration.
fn shows_configuration(command: &str) -> bool {
    let mut words = command.split_whitespace().map(|word| word.trim_matches(['\'', '"', '`']));
    let Some(verb) = words.next() else { return false };
    let object = words.next().unwrap_or_default();
    match verb {
        "show" | "sh" | "display" => {
            let configuration = ["conf", "run", "start", "full-conf", "current-conf", "saved-conf"];
            configuration.iter().any(|word| object.starts_with(word))
        }
        "more" | "cat" | "less" => object.contains("conf") || object.contains("rules"),
        "iptables-save" | "ip6tables-save" => true,
        "iptables" | "ip6tables" => command.contains("-S"),
        "nft" => command.contains("list ruleset"),
        "wg" => command.contains("show"),
        "sudo" => shows_configuration(command.strip_prefix("sudo").unwrap_or_default()),
        _ => false,
    }
}
