//! Text → directives and inline files.

use crate::config::Score;
use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;

/// One part of a configuration.
pub(super) enum Item<'t> {
    /// A directive with its arguments.
    Directive(Directive<'t>),
    /// An inline file: `<key>` … `</key>`.
    Inline(Inline<'t>),
}

/// A directive with its arguments.
pub(super) struct Directive<'t> {
    /// The line.
    pub(super) line: Line<'t>,
    /// Its name.
    pub(super) name: &'t str,
    /// Its arguments, without quotes.
    pub(super) arguments: Vec<Word<'t>>,
}

/// An inline file.
pub(super) struct Inline<'t> {
    /// What it stands for: `ca`, `key`, `tls-auth`.
    pub(super) name: &'t str,
    /// The line that opens it.
    pub(super) open: Line<'t>,
    /// Its lines, also the one that closes it.
    pub(super) body: Vec<Line<'t>>,
    /// Whether a line closes it.
    pub(super) closed: bool,
}

/// Directives by which a text is known, and how much each tells.
const TELLING: &[(&str, Score)] = &[
    ("remote", 25),
    ("dev", 25),
    ("server", 15),
    ("server-bridge", 30),
    ("proto", 15),
    ("client", 15),
    ("tls-client", 30),
    ("tls-server", 30),
    ("persist-tun", 35),
    ("persist-key", 30),
    ("resolv-retry", 35),
    ("nobind", 30),
    ("remote-cert-tls", 35),
    ("tls-auth", 25),
    ("tls-crypt", 30),
    ("auth-user-pass", 30),
    ("auth-user-pass-verify", 35),
    ("ifconfig-pool-persist", 35),
    ("ifconfig", 10),
    ("ifconfig-push", 40),
    ("iroute", 40),
    ("client-to-client", 35),
    ("comp-lzo", 35),
    ("keepalive", 10),
    ("cipher", 10),
    ("verb", 10),
    ("push", 20),
    ("secret", 10),
    ("ca", 10),
    ("dh", 10),
    ("float", 10),
    ("management", 15),
];
/// Further directives, by which alone nobody knows a text.
const FURTHER: &[&str] = &[
    "port",
    "lport",
    "rport",
    "local",
    "mode",
    "route",
    "route-ipv6",
    "plugin",
    "auth",
    "http-proxy",
    "socks-proxy",
    "up",
    "down",
    "client-connect",
    "client-disconnect",
    "learn-address",
    "route-up",
    "route-pre-down",
    "tls-verify",
    "server-ipv6",
    "ifconfig-ipv6",
    "ifconfig-pool",
    "duplicate-cn",
    "verify-client-cert",
    "client-config-dir",
    "data-ciphers",
    "bind",
    "pull",
    "redirect-gateway",
    "dev-type",
    "client-cert-not-required",
    "askpass",
    "disable",
];
/// Inline files that others do not have.
const TELLING_FILES: &[&str] = &["ca", "key", "cert", "tls-auth", "tls-crypt", "secret"];

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let mut seen: Vec<&str> = Vec::new();
    let mut score = 0_u32;
    let mut strange = 0_u32;
    let mut inline = false;
    for line in listing.head() {
        let body = line.body();
        if let Some(name) = tag(body) {
            inline = TELLING_FILES.contains(&name);
            score += if inline { 30 } else { 0 };
        } else if body.starts_with("</") {
            inline = false;
        } else if !inline && !body.starts_with(['#', ';']) {
            let name = body.split_whitespace().next().unwrap_or_default();
            // Everything else puts `=`, `{` or `:` behind its words.
            strange += u32::from(name.contains(['=', '{', ':', '[', '"', '!']));
            match TELLING.iter().find(|(it, _)| *it == name) {
                Some((name, tells)) if !seen.contains(name) => {
                    seen.push(name);
                    score += u32::from(*tells);
                }
                Some(_) => {}
                None if FURTHER.contains(&name) || super::idle::why(name).is_some() => {}
                None => strange += 1,
            }
        }
    }
    if score < 30 || strange * 3 > listing.head().len() as u32 {
        return 0;
    }
    (40 + score / 2).min(95) as Score
}

/// The name of an inline file that a line opens.
fn tag(body: &str) -> Option<&str> {
    let name = body.trim().strip_prefix('<')?.strip_suffix('>')?;
    let letter = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    (!name.is_empty() && name.chars().all(letter)).then_some(name)
}

/// Reads a text. A `<connection>` is no file: its directives stand among the others.
pub(super) fn parse<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Item<'t>> {
    let mut items = Vec::new();
    let mut inline: Option<Inline<'t>> = None;
    for line in &listing.lines {
        let body = line.body();
        if let Some(mut open) = inline.take() {
            open.body.push(*line);
            let name = body.strip_prefix("</").and_then(|it| it.strip_suffix('>'));
            if name == Some(open.name) {
                open.closed = true;
                items.push(Item::Inline(open));
            } else {
                inline = Some(open);
            }
        } else if matches!(body, "<connection>" | "</connection>") {
            notes.understood(line);
        } else if let Some(name) = tag(body) {
            inline = Some(Inline { name, open: *line, body: Vec::new(), closed: false });
        } else {
            let mut words = line.whole().commented(&['#', ';']).into_iter();
            match words.next() {
                None => notes.ignored(line, Because::Comment),
                Some(name) => {
                    let name = name.text.trim_start_matches("--");
                    let arguments = words.collect();
                    items.push(Item::Directive(Directive { line: *line, name, arguments }));
                }
            }
        }
    }
    items.extend(inline.map(Item::Inline));
    items
}
