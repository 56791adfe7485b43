//! Text → tree: comments, banners, certificates and macros are taken out, the rest is an outline of
//! commands. ASA shows its configuration in the same shape.

use super::modes::{self, Grammar};
use crate::config::coverage::{Because, Fate};
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;
use crate::config::outline::{Item, outline};
use crate::model::device::{SecretKind, StructureKind};
use crate::source::Span;
use std::collections::BTreeSet;

/// One command, as words. `no` before it is not among them.
#[derive(Clone, Debug)]
pub(in crate::config) struct Command<'t> {
    /// Its line.
    pub line: Line<'t>,
    /// Whether `no` stands before it.
    pub negated: bool,
    /// Its words.
    pub words: Vec<&'t str>,
    spans: Vec<Span>,
}

impl<'t> Command<'t> {
    /// The command of a line.
    pub(in crate::config) fn of(line: &Line<'t>) -> Self {
        let mut words = line.split();
        let negated = words.first().is_some_and(|word| word.text == "no");
        if negated {
            words.remove(0);
        }
        Self {
            line: *line,
            negated,
            spans: words.iter().map(|word| word.span).collect(),
            words: words.iter().map(|word| word.text).collect(),
        }
    }

    /// Its place.
    pub(in crate::config) fn span(&self) -> Span {
        self.line.span()
    }

    /// The word at an index; an empty one at the end of the line when there is none.
    pub(in crate::config) fn word(&self, at: usize) -> Word<'t> {
        match (self.words.get(at), self.spans.get(at)) {
            (Some(text), Some(span)) => Word { text, span: *span },
            _ => {
                let end = self.span().end;
                Word { text: "", span: Span { start: end, ..self.span() } }
            }
        }
    }

    /// The text of the line from a word to its end, as it stands.
    pub(in crate::config) fn rest(&self, at: usize) -> Word<'t> {
        let from = self.word(at).span.start.saturating_sub(self.line.start) as usize;
        let text = self.line.text.get(from..).unwrap_or_default();
        Word { text, span: self.line.place(from, from + text.len()) }
    }

    /// Whether it begins with these words.
    pub(in crate::config) fn begins(&self, prefix: &str) -> bool {
        let mut words = self.words.iter();
        prefix.split(' ').all(|word| words.next() == Some(&word))
    }

    /// The word after a keyword.
    pub(in crate::config) fn after(&self, keyword: &str) -> Option<Word<'t>> {
        let at = self.words.iter().position(|word| *word == keyword)? + 1;
        (at < self.words.len()).then(|| self.word(at))
    }
}

/// The outline of a listing without what is no command; that gets its fate here.
pub(in crate::config) fn outline_of<'t>(
    listing: &Listing<'t>,
    grammar: &Grammar,
    notes: &mut Notes,
) -> Vec<Item<'t>> {
    let mut lines = Vec::with_capacity(listing.lines.len());
    let mut at = 0;
    let mut separated = false;
    while let Some(line) = listing.lines.get(at) {
        let rest = &listing.lines[at + 1..];
        let skipped = body_of(line, rest, notes);
        for line in rest.iter().take(skipped.count) {
            notes.ignored(line, skipped.why);
        }
        at += 1 + skipped.count;
        mask_addresses(line, notes);
        match not_a_command(line.body()) {
            Some(why) => {
                separated |= line.body().starts_with('!');
                notes.ignored(line, why);
            }
            None => lines.push((*line, std::mem::take(&mut separated))),
        }
    }
    if modes::is_flat(&lines, grammar) {
        return modes::nested(&lines, grammar);
    }
    let lines = lines.into_iter().map(|(line, _)| line).collect();
    let commands = Listing { file: listing.file, name: listing.name, text: listing.text, lines };
    let mut roots = outline(&commands);
    // Lines of a mode whose first line is missing belong to nothing that is known.
    if roots.iter().any(|root| root.line.indent() == 0) {
        roots.retain(|root| root.line.indent() == 0);
    }
    roots
}

fn not_a_command(body: &str) -> Option<Because> {
    const SAID: &[&str] = &[
        "Building configuration",
        "Current configuration",
        "Using ",
        "Load for five secs",
        "Time source is",
        "No time source",
        "Uncompressed configuration",
        "Cryptochecksum:",
        "% ",
    ];
    // ASA begins comments with a colon.
    if body.starts_with(['!', '#']) || body.starts_with(": ") || body == ":" {
        return Some(Because::Comment);
    }
    SAID.iter().any(|start| body.starts_with(start)).then_some(Because::Terminal)
}

/// Lines after a command that are its text, not commands.
struct Body {
    count: usize,
    why: Because,
}

fn body_of(line: &Line<'_>, rest: &[Line<'_>], notes: &mut Notes) -> Body {
    let mut words = line.body().split_whitespace();
    let first = words.next().unwrap_or_default();
    match first {
        "banner" => banner(line, rest, notes),
        "macro" if words.next() == Some("name") => {
            let end = rest.iter().position(|line| line.body().starts_with('@'));
            Body { count: end.map_or(0, |end| end + 1), why: Because::Housekeeping }
        }
        "certificate" | "key-string" | "certificate-chain" => {
            let body = |line: &&Line<'_>| is_key_material(line.body());
            let mut count = rest.iter().take_while(body).count();
            if count > 0 && rest.get(count).is_some_and(|line| line.body() == "quit") {
                count += 1;
            }
            Body { count, why: Because::KeyMaterial }
        }
        _ => Body { count: 0, why: Because::Comment },
    }
}

/// Hexadecimal in groups of eight, as certificates stand in a configuration.
fn is_key_material(body: &str) -> bool {
    let mut words = body.split_whitespace();
    words.all(|word| {
        word.len() <= 64 && word.len() % 2 == 0 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A banner ends where the character that begins it comes again.
fn banner(line: &Line<'_>, rest: &[Line<'_>], notes: &mut Notes) -> Body {
    let none = Body { count: 0, why: Because::Presentation };
    let mut words = line.words();
    let (_, kind) = (words.next(), words.next());
    let Some(kind) = kind else { return none };
    let from = (kind.span.end - line.start) as usize;
    let text = line.text.get(from..).unwrap_or_default().trim_start();
    let delimiter = match text.strip_prefix("^C") {
        Some(_) => "^C",
        None => text.chars().next().map_or("", |first| &text[..first.len_utf8()]),
    };
    // ASA writes one line a command and has no delimiter.
    if delimiter.is_empty() || delimiter.starts_with(|c: char| c.is_alphanumeric()) {
        return none;
    }
    if text.get(delimiter.len()..).is_some_and(|text| text.contains(delimiter)) {
        return none;
    }
    match rest.iter().position(|line| line.text.contains(delimiter)) {
        Some(end) => Body { count: end + 1, ..none },
        None => {
            notes.truncated(
                line.span(),
                crate::text!(
                    "このバナーの終わり（{delimiter}）がありません",
                    "this banner has no end ({delimiter})"
                ),
            );
            none
        }
    }
}

/// Passwords in addresses: `ftp://user:password@host/file`.
fn mask_addresses(line: &Line<'_>, notes: &mut Notes) {
    if !line.text.contains("://") {
        return;
    }
    for word in line.words() {
        let Some((_, rest)) = word.text.split_once("://") else { continue };
        let Some((account, _)) = rest.rsplit_once('@') else { continue };
        let Some((user, secret)) = account.split_once(':') else { continue };
        let from = word.text.len() - rest.len() + user.len() + 1;
        let secret = word.slice(from, from + secret.len());
        notes.secret(secret, SecretKind::Password, user);
    }
}

/// Gives a line and all below it the same fate.
pub(in crate::config) fn settle(item: &Item<'_>, fate: Fate, notes: &mut Notes) {
    notes.set(item.line.number, fate);
    for child in &item.children {
        settle(child, fate, notes);
    }
}

/// What becomes of the commands of one mode.
pub(in crate::config) enum Handler<R> {
    /// A command of one line. What stands further in belongs to the mode around it.
    Line(for<'t> fn(&mut R, &Command<'t>, &mut Notes) -> Fate),
    /// A command that opens a mode, and sees to all lines of it.
    Block(for<'t> fn(&mut R, &Command<'t>, &Item<'t>, &mut Notes) -> Fate),
    /// It says nothing about connections, nor does what stands below it.
    Ignored(Because),
}

/// A table of commands by the words they begin with; the first that fits is taken.
pub(in crate::config) type Table<R> = [(&'static str, Handler<R>)];

/// Commands that a `no` before them takes back, so that they say nothing of what is there. Nobody
/// but people who paste changes writes them so; what they take back stands elsewhere, or nowhere.
const WITHDRAWN: &[&str] = &[
    "username",
    "crypto map",
    "crypto dynamic-map",
    "crypto isakmp key",
    "crypto isakmp policy",
    "crypto isakmp profile",
    "crypto keyring",
    "crypto ipsec",
    "crypto ikev1 policy",
    "crypto ikev2 proposal",
    "crypto ikev2 policy",
    "crypto ikev2 keyring",
    "crypto ikev2 profile",
    "tunnel-group",
    "group-policy",
    "ip local pool",
    "ip dhcp pool",
    "snmp-server community",
    "snmp-server host",
    "snmp-server user",
    "router",
    "class-map",
    "policy-map",
    "zone",
    "zone-pair",
    "zone-member",
    "vpdn-group",
    "ip vrf",
    "vrf",
    "ip nat inside source",
    "ip nat pool",
    "route-map",
    "object",
    "object-group",
    "access-list",
    "access-group",
    "nat",
    "route",
    "static",
    "global",
    "dhcpd address",
    "dhcprelay server",
    "same-security-traffic",
    "xconnect",
    "bridge-group",
    "channel-group",
    "ip inspect",
    "ip helper-address",
    "ip policy",
    "switchport access",
    "switchport trunk",
    "dialer pool",
    "dialer string",
    "pppoe-client",
    "tunnel",
];

/// Of these, those that say what passes: without them something else does.
const OF_PACKETS: &[&str] = &[
    "zone-pair",
    "zone-member",
    "ip nat inside source",
    "route-map",
    "object",
    "object-group",
    "access-list",
    "access-group",
    "nat",
    "route",
    "static",
    "same-security-traffic",
    "ip inspect",
    "ip policy",
];

/// Reads the commands of a mode.
pub(in crate::config) fn walk<R>(
    reader: &mut R,
    items: &[Item<'_>],
    table: &Table<R>,
    notes: &mut Notes,
) {
    for item in items {
        let command = Command::of(&item.line);
        if command.negated && WITHDRAWN.iter().any(|start| command.begins(start)) {
            if OF_PACKETS.iter().any(|start| command.begins(start)) {
                notes.taken_back(command.span());
            }
            continue;
        }
        let entry = table.iter().find(|(prefix, _)| command.begins(prefix));
        match entry.map(|(_, handler)| handler) {
            Some(Handler::Block(read)) => {
                let fate = read(reader, &command, item, notes);
                notes.set(item.line.number, fate);
            }
            Some(Handler::Ignored(why)) => settle(item, Fate::Ignored(*why), notes),
            Some(Handler::Line(read)) => {
                let fate = read(reader, &command, notes);
                notes.set(item.line.number, fate);
                walk(reader, &item.children, table, notes);
            }
            // What stands below an unknown command is as unknown.
            None => {}
        }
    }
}

/// Structural commands: their meaning is the outline itself.
pub(in crate::config) fn structural<R>(_: &mut R, _: &Command<'_>, _: &mut Notes) -> Fate {
    Fate::Understood
}

/// Lists that lines without meaning for connections name are in use all the same: a list for routes,
/// for quality of service, for debugging. It is enough that a word of such a line is their name.
pub(in crate::config) fn refer_from_ignored(listing: &Listing<'_>, notes: &mut Notes) {
    const KINDS: [StructureKind; 3] =
        [StructureKind::Filter, StructureKind::RouteMap, StructureKind::Pool];
    let idle: BTreeSet<(String, StructureKind)> = notes
        .structures
        .unused()
        .into_iter()
        .filter(|it| KINDS.contains(&it.kind))
        .map(|it| (it.name.clone(), it.kind))
        .collect();
    if idle.is_empty() {
        return;
    }
    for line in &listing.lines {
        let silent = match notes.fate(line) {
            Fate::Understood | Fate::Ignored(Because::Comment | Because::Presentation) => true,
            Fate::Ignored(_) | Fate::Unrecognized => false,
        };
        // A list does not use itself.
        let own = ["access-list", "ip access-list", "ipv6 access-list", "route-map"];
        if silent || own.iter().any(|start| line.text.starts_with(start)) {
            continue;
        }
        for word in line.words() {
            for kind in KINDS {
                if idle.contains(&(word.text.to_owned(), kind)) {
                    notes.structures.refer(kind, word.text, word.span);
                }
            }
        }
    }
}
