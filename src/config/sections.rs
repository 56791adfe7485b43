//! What a terminal adds to a configuration: prompts, pagers, and the output of other commands.
//!
//! People send what they captured: a login, `show config`, pager lines, half of `show tech`. The
//! lines that are not configuration are told apart here, for every vendor in the same way.

use super::coverage::{Because, Fate};
use super::dumps::{self, Command};
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
    let stamped = stamped(text);
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let content = raw.trim_end_matches(['\n', '\r']);
        let logged = if stamped { stamp(content) } else { 0 };
        let (skipped, visible) = visible(content.get(logged..).unwrap_or_default());
        let skipped = logged + skipped;
        let line = Line {
            number: number as u32,
            file,
            start: (start + skipped) as u32,
            text: visible.trim_end_matches(|c: char| c.is_whitespace() || c.is_control()),
        };
        start += raw.len();
        lines.push(line);
    }
    let prompt = learn_prompt(&lines);
    let mut kept = Vec::with_capacity(lines.len());
    // Every line that stays, with the command whose output it is.
    let mut command: Option<Command<'_>> = None;
    let mut commands: Vec<Option<Command<'_>>> = Vec::with_capacity(lines.len());
    let mut settings = Vec::new();
    // Whatever was typed that may change something.
    let mut entered = Vec::new();
    for raw in lines {
        let line = typed_setting(raw);
        if line.start != raw.start {
            entered.push(line);
        }
        let body = line.body();
        if body.is_empty() {
            notes.set(line.number, Fate::Ignored(Because::Blank));
        } else if is_pager(body) || is_furniture(body) || is_bare_prompt(body) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
        } else if let Some(typed) = typed(&line, prompt) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
            command = (!typed.is_empty()).then_some(Command { typed, line: line.number });
            // Where nothing shows a configuration, what is typed may be one.
            let verb = typed.split_whitespace().next().unwrap_or_default();
            let moves = MOVING.contains(&verb) && !goes(typed, &settings);
            let at = line.text.len() - typed.len();
            let setting = Line { start: line.start + at as u32, text: typed, ..line };
            entered.push(setting);
            if !typed.is_empty() && !SHOWING.contains(&verb) && !moves {
                settings.push(setting);
            }
        } else if let Some(title) = title(body) {
            notes.set(line.number, Fate::Ignored(Because::Terminal));
            command = Some(Command { typed: title, line: line.number });
        } else {
            kept.push(line);
            commands.push(command);
        }
    }
    // When a command that shows a configuration is among them, the output of the others is not one.
    let ours = |it: &Option<Command<'_>>| it.is_some_and(|it| shows_configuration(it.typed));
    let shown = commands.iter().any(ours);
    if shown {
        let mut of = commands.iter();
        kept.retain(|line| {
            let ours = of.next().is_some_and(ours);
            if !ours {
                notes.set(line.number, Fate::Ignored(Because::OtherOutput));
            }
            ours
        });
        commands.retain(ours);
        dumps::changed_after(&kept, &commands, &entered, notes);
    } else if !settings.is_empty() {
        for line in &settings {
            notes.set(line.number, Fate::Unrecognized);
        }
        kept.append(&mut settings);
        kept.sort_by_key(|line| line.number);
        commands.clear();
    }
    if !shown {
        notes.only_typed = dumps::setting(&entered);
    }
    dumps::only_one(&mut kept, &commands, notes);
    Listing { file, name, text, lines: kept }
}

/// Whether what is typed says where the settings after it belong: `edit wan1`, `edit security ike`,
/// and what leaves such a place.
fn goes(typed: &str, settings: &[Line<'_>]) -> bool {
    let edits = |it: &str| it.strip_prefix("edit").is_some_and(|it| !it.trim().is_empty());
    edits(typed) || (matches!(typed, "exit" | "quit") && settings.iter().any(|it| edits(it.text)))
}

/// What a terminal shows of a line, and how many bytes are skipped before it: a pager erases
/// itself with backspaces or escape sequences and the text goes on in the same line.
fn visible(content: &str) -> (usize, &str) {
    let from = content.rfind('\u{8}').map_or(0, |at| at + 1);
    let mut rest = &content[from..];
    loop {
        let before = rest.len();
        // Escape sequences: ESC [ … letter.
        if let Some(sequence) = rest.strip_prefix("\u{1b}[")
            && let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic())
        {
            rest = &sequence[end + 1..];
        }
        rest = rest.trim_start_matches(|c: char| c.is_control() && !matches!(c, '\t' | '\u{1b}'));
        // A pager that did not erase itself stands before the text.
        let trimmed = rest.trim_start();
        let pager = PAGERS.iter().find(|pager| starts_with(trimmed, pager));
        if let Some(after) = pager.and_then(|pager| trimmed.get(pager.len()..))
            && !after.trim().is_empty()
        {
            rest = after.strip_prefix(' ').unwrap_or(after);
        }
        if rest.len() == before {
            break;
        }
    }
    (content.len() - rest.len(), rest)
}

/// How many bytes of every line are the time at which a terminal program logged it, as Tera Term
/// does: `[Fri Nov 20 10:00:00.123 2026] `. Zero when most lines do not begin with one.
fn stamped(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(400);
    let (all, with) =
        lines.fold((0, 0), |(all, with), line| (all + 1, with + usize::from(stamp(line) > 0)));
    with > 0 && with * 10 >= all * 8
}

/// The length of a time stamp at the beginning of a line.
fn stamp(line: &str) -> usize {
    let Some(inside) = line.strip_prefix('[') else { return 0 };
    let Some(end) = inside.find(']').filter(|end| (16..=40).contains(end)) else { return 0 };
    let (time, after) = inside.split_at(end);
    let digits = time.bytes().filter(u8::is_ascii_digit).count();
    let shaped = time.matches(':').count() >= 2 && digits >= 10 && time.contains(' ');
    match shaped {
        true => end + 2 + usize::from(after.starts_with("] ")),
        false => 0,
    }
}

/// What only a terminal or its program writes: `{primary:node0}` and `[edit]` above a prompt of
/// Junos, the head of a PuTTY log.
fn is_furniture(body: &str) -> bool {
    const ABOVE: &[&str] = &["{primary", "{secondary", "{master", "{backup", "{linecard", "{hold"];
    let above = body.ends_with('}')
        && ABOVE.iter().any(|word| body.starts_with(word))
        && !body.contains(' ');
    let asked = body == "Password:" || body == "Username:";
    above
        || asked
        || (body.starts_with("[edit") && body.ends_with(']'))
        || body.starts_with("=~=~=~")
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
        let known = SHOWING.contains(&verb) || MOVING.contains(&verb);
        (known && prompt.len() > 2).then_some(prompt)
    })
}

/// Prompt and typed text: `RTX1210# show config`, `[RTX1210] # show config`, `FGT (vpn) # show`,
/// `admin@srx> show configuration`.
fn at_prompt(text: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 64;
    let sign = |byte: &u8| matches!(byte, b'#' | b'>' | b'$' | b'%');
    let end = text.as_bytes().iter().take(LONGEST).position(sign)?;
    let (name, rest) = text.split_at(end);
    let typed = rest.get(1..)?;
    let bare = name.trim_end();
    let decorated = bare.starts_with('[') || bare.ends_with(')') || bare.ends_with(']');
    if bare.is_empty() || text.starts_with(' ') || (bare.contains(' ') && !decorated) {
        return None;
    }
    Some((&text[..=end], typed.trim()))
}

/// A line that was typed into a prompt of configuration (`Router(config-if)# ip address …`,
/// `FGT (policy) # set …`) without its prompt; any other line as it is.
fn typed_setting(line: Line<'_>) -> Line<'_> {
    let Some((prompt, typed)) = at_prompt(line.text) else { return line };
    let name = prompt.trim_end_matches(['#', '>', ' ']);
    let verb = typed.split_whitespace().next().unwrap_or_default();
    let stays = verb == "ip" || goes(typed, &[]);
    let leaves = SHOWING.contains(&verb) || (MOVING.contains(&verb) && !stays) || verb == "do";
    if !name.ends_with(')') || typed.is_empty() || leaves {
        return line;
    }
    let at = line.text.len() - typed.len();
    Line { start: line.start + at as u32, text: typed, ..line }
}

/// A prompt of configuration at which nothing was typed.
fn is_bare_prompt(body: &str) -> bool {
    at_prompt(body).is_some_and(|(prompt, typed)| typed.is_empty() && prompt.contains("(config"))
}

/// What was typed on a line, when it is one of the session; empty for a bare prompt.
fn typed<'t>(line: &Line<'t>, prompt: Option<&str>) -> Option<&'t str> {
    const SIGNS: [char; 4] = ['#', '>', '$', '%'];
    // The sign changes with what one may do: `>` before `administrator` or `enable`, `#` after it.
    let name = prompt.and_then(|prompt| prompt.strip_suffix(SIGNS));
    let rest = name.and_then(|name| line.text.strip_prefix(name)?.strip_prefix(SIGNS));
    if let Some(rest) = rest {
        return Some(rest.trim());
    }
    // The sign changes with the rights of the user: `router>enable`, then `router#show …`.
    let name = prompt.and_then(|prompt| prompt.strip_suffix(['>', '#']));
    if let Some(rest) = name.and_then(|name| line.text.strip_prefix(name)?.strip_prefix(['>', '#']))
    {
        return Some(rest.trim());
    }
    // A prompt without a name, as RTX has it when nobody gave one.
    let rest = line.text.strip_prefix(['#', '>', '$'])?.trim();
    let shows = rest.split_whitespace().next().is_some_and(|verb| verb == "show");
    (shows || shows_configuration(rest)).then_some(rest)
}

/// The heading of a part of `show tech`: the command between dashes or hashes.
fn title(body: &str) -> Option<&str> {
    let decoration = |c: char| matches!(c, '-' | '=' | '*' | '#' | '!' | ' ' | '`' | '\'');
    let bare = body.trim_matches(decoration);
    let decorated = bare.len() + 4 <= body.len();
    let shows = bare.starts_with("show ") || bare.starts_with("display ");
    (decorated && shows).then_some(bare)
}

/// Whether a command may change what a device does: neither shows something nor moves about. A word
/// that nobody knows may.
pub(super) fn changes(typed: &str) -> bool {
    const HARMLESS: &[&str] = &[
        "end",
        "next",
        "abort",
        "do",
        "traceroute",
        "tracert",
        "grep",
        "tcpdump",
        "history",
        "uname",
        "uptime",
        "hostname",
        "date",
        "whoami",
        "pwd",
        "cd",
        "echo",
        "clear",
        "top",
        "up",
        "monitor",
        "status",
        "verify",
        "who",
        "where",
        "config",
        "set-prompt",
        "less-config",
        "svintr-config",
    ];
    let plain = typed.trim_start_matches(['!', '#', ':', ' ']);
    if plain.len() < typed.len() {
        return false;
    }
    let mut words = typed.split_whitespace();
    let (verb, object) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let rest: Vec<&str> = words.collect();
    match verb {
        "" | "?" => false,
        "sudo" => changes(typed.strip_prefix("sudo").unwrap_or_default().trim_start()),
        "execute" => matches!(object, "restore" | "factoryreset"),
        "ip" => {
            // Linux shows, or sets; what a router is told by it is a setting.
            let shows = |it: &str| matches!(it, "show" | "list" | "ls" | "get");
            let objects =
                ["a", "addr", "address", "r", "route", "link", "rule", "neigh", "-j", "-6", "-4"];
            let linux = objects.contains(&object);
            !(linux && (rest.is_empty() || rest.iter().any(|it| shows(it) || objects.contains(it))))
        }
        "iptables" | "ip6tables" => !typed.split_whitespace().any(|it| {
            it.starts_with("-S")
                || it.starts_with("-L")
                || it.starts_with("-nL")
                || it.starts_with("-vnL")
                || it.starts_with("-nvL")
        }),
        "nft" => !rest.contains(&"list") && object != "list",
        "copy" => !matches!(object, "running-config" | "run" | "startup-config"),
        "clear" => object.starts_with("conf"),
        "configure" | "conf" => {
            matches!(object, "replace" | "network" | "overwrite-network" | "memory")
        }
        "config" => false,
        _ => !SHOWING.contains(&verb) && !MOVING.contains(&verb) && !HARMLESS.contains(&verb),
    }
}

/// Whether a command shows a configuration.
pub(super) fn shows_configuration(command: &str) -> bool {
    let mut words = command.split_whitespace().map(|word| word.trim_matches(['\'', '"', '`']));
    let Some(verb) = words.next() else { return false };
    let object = words.next().unwrap_or_default();
    match verb {
        "show" | "sh" | "display" => {
            // A plain `show` of FortiOS shows the configuration.
            if object.is_empty() {
                return true;
            }
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
