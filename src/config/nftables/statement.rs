//! Tokens → the statements of a rule.

use super::cursor::Cursor;
use super::lex::{Kind, Token};
use super::repr::{Expr, Op, Rule, Statement, Translation, Verdict};
use crate::source::Span;

/// Protocols whose fields are two words.
const HEADERS: &[&str] = &[
    "ip", "ip6", "tcp", "udp", "udplite", "sctp", "dccp", "th", "icmp", "icmpv6", "igmp", "ether",
    "arp", "vlan", "ah", "esp", "comp", "rt", "frag", "hbh", "dst", "mh", "exthdr", "socket",
    "gre", "osf",
];

/// Keys of `meta` that may stand alone.
const META: &[&str] = &[
    "iif",
    "iifname",
    "iiftype",
    "iifgroup",
    "oif",
    "oifname",
    "oiftype",
    "oifgroup",
    "mark",
    "skuid",
    "skgid",
    "cpu",
    "pkttype",
    "rtclassid",
    "cgroup",
    "protocol",
    "nfproto",
    "l4proto",
    "priority",
    "length",
    "time",
    "day",
    "hour",
];

/// The statements up to the end of the rule.
pub(super) fn rule(cursor: &mut Cursor<'_>) -> Option<Rule> {
    let first = cursor.peek()?.span;
    let mut statements = Vec::new();
    while !cursor.ends() {
        if cursor.take("reject") {
            statements.extend(refusal(cursor));
            continue;
        }
        let statement = statement(cursor);
        let lost = matches!(statement, Statement::Unknown);
        statements.push(statement);
        if lost {
            cursor.pass_statement();
        }
    }
    let end = cursor.before().unwrap_or(first).end;
    Some(Rule { span: Span { end: end.max(first.end), ..first }, statements })
}

/// Behind `reject`.
fn refusal(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    let with = if cursor.take("with") { cursor.word() } else { "" };
    let only = Statement::refused(with);
    if !with.is_empty() {
        pass_words(cursor);
    }
    only.into_iter().chain([Statement::Verdict(Verdict::Drop)]).collect()
}

fn statement(cursor: &mut Cursor<'_>) -> Statement {
    if let Some(verdict) = cursor.verdict() {
        return Statement::Verdict(verdict);
    }
    let Some(token) = cursor.next() else { return Statement::Unknown };
    if token.kind != Kind::Word {
        return Statement::Unknown;
    }
    match token.text {
        "queue" => {
            pass_words(cursor);
            Statement::Verdict(Verdict::Unknown)
        }
        "counter" => {
            if cursor.take("name") {
                cursor.name();
            }
            while cursor.take_one_of(&["packets", "bytes"]) {
                cursor.next();
            }
            Statement::Goes
        }
        "log" => {
            log(cursor);
            Statement::Goes
        }
        "limit" | "quota" => {
            const WORDS: &[&str] = &[
                "rate", "over", "until", "burst", "packets", "bytes", "kbytes", "mbytes", "name",
                "used",
            ];
            let counts = |cursor: &Cursor<'_>| {
                let quoted = cursor.peek().is_some_and(|it| it.kind == Kind::Quoted);
                let word = cursor.word();
                quoted
                    || WORDS.contains(&word)
                    || word.starts_with(|c: char| c.is_ascii_digit())
                    || word.ends_with("/second")
                    || word.ends_with("/minute")
            };
            while counts(cursor) {
                cursor.next();
            }
            Statement::Sometimes
        }
        "xt" => {
            let kind = cursor.word();
            cursor.next();
            cursor.name().map_or(Statement::Unknown, |it| Statement::compatible(kind, it.text))
        }
        "notrack" => Statement::Exempts,
        "last" => Statement::Goes,
        "comment" => {
            cursor.name();
            Statement::Goes
        }
        "masquerade" | "redirect" | "dnat" | "snat" => translation(cursor, token.text),
        "flow" => {
            pass_words(cursor);
            Statement::Goes
        }
        "add" | "update" | "delete" if cursor.word().starts_with('@') => {
            let name = cursor.word().trim_start_matches('@').to_owned();
            cursor.next();
            match cursor.take("{") {
                true => {
                    // A rate may be kept for each element.
                    let limits = pass_braces(cursor);
                    if limits { Statement::Sometimes } else { Statement::Remembers(name) }
                }
                false => Statement::Unknown,
            }
        }
        "meter" => {
            cursor.name();
            cursor.take("size");
            if cursor.word() != "{" {
                cursor.next();
            }
            match cursor.take("{") {
                true => {
                    pass_braces(cursor);
                    Statement::Sometimes
                }
                false => Statement::Unknown,
            }
        }
        _ => comparison(cursor, token),
    }
}

/// Passes words and lists of words.
fn pass_words(cursor: &mut Cursor<'_>) {
    while !cursor.ends() && cursor.word() != "comment" {
        cursor.next();
    }
}

/// Passes what stands in open braces; whether there is a rate among it.
fn pass_braces(cursor: &mut Cursor<'_>) -> bool {
    let mut depth = 1_usize;
    let mut limits = false;
    while depth > 0 {
        match cursor.word() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "limit" | "count" | "quota" => limits = true,
            _ => {}
        }
        if cursor.next().is_none() {
            break;
        }
    }
    limits
}

fn log(cursor: &mut Cursor<'_>) {
    while cursor.take_one_of(&["prefix", "level", "group", "snaplen", "queue-threshold", "flags"]) {
        let flags = cursor.next().map_or("", |it| it.text);
        if matches!(flags, "tcp" | "ip") {
            cursor.next();
            while cursor.take(",") {
                cursor.next();
            }
        }
    }
}

fn translation(cursor: &mut Cursor<'_>, word: &str) -> Statement {
    let mut it =
        Translation { own: matches!(word, "masquerade" | "redirect"), ..Translation::default() };
    cursor.take_one_of(&["ip", "ip6"]);
    if cursor.take("addr") {
        cursor.take(".");
        cursor.take("port");
    }
    cursor.take("prefix");
    if cursor.take("to") {
        match cursor.peek() {
            // `:8080`, or `: 8080`
            Some(token) if token.kind == Kind::Word && token.text.starts_with(':') => {
                cursor.next();
                let port = token.text.trim_start_matches(':');
                it.port = Some(match port {
                    "" => cursor.value(),
                    port => Expr::Value(port.to_owned()),
                });
            }
            Some(token) if token.kind == Kind::Word => match endpoint(token.text) {
                Some((address, port)) => {
                    cursor.next();
                    it.address = Some(Expr::Value(address.to_owned()));
                    it.port = port.map(|it| Expr::Value(it.to_owned()));
                }
                // `dnat to tcp dport map { … }`
                None if is_field(token.text) => {
                    cursor.next();
                    it.lookup = match side(cursor, token.text) {
                        Some(key) if cursor.take("map") => Some((key, lookup(cursor))),
                        _ => None,
                    };
                    if it.lookup.is_none() {
                        it.address = Some(Expr::Unknown);
                    }
                }
                None => it.address = Some(cursor.value()),
            },
            _ => it.address = Some(cursor.value()),
        }
        if it.address == Some(Expr::Unknown) {
            cursor.pass_statement();
        }
        if cursor.word() == ":" {
            cursor.next();
            it.port = Some(cursor.value());
        } else if cursor.word().starts_with(':') {
            let port = cursor.word().trim_start_matches(':').to_owned();
            cursor.next();
            it.port = Some(Expr::Value(port));
        }
    }
    while cursor.take_one_of(&["random", "fully-random", "persistent", ","]) {}
    Statement::Translate(it)
}

/// `192.0.2.1:80` and `[2001:db8::1]:80`, taken apart.
fn endpoint(word: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = word.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        return Some((address, port.strip_prefix(':')));
    }
    let (address, port) = word.split_once(':')?;
    let four = address.contains('.') && !port.contains(':');
    four.then_some((address, Some(port)))
}

fn is_field(word: &str) -> bool {
    HEADERS.contains(&word)
        || META.contains(&word)
        || matches!(word, "meta" | "ct" | "fib" | "numgen")
}

/// A field, perhaps several side by side, and what it is compared with or looked up in.
fn comparison(cursor: &mut Cursor<'_>, first: Token<'_>) -> Statement {
    let Some(mut left) = side(cursor, first.text) else { return Statement::Unknown };
    if left == Expr::Field("ct count".to_owned()) {
        cursor.take("over");
        cursor.next();
        return Statement::Sometimes;
    }
    if cursor.take_one_of(&["&", "and"]) {
        let Expr::Field(name) = left else { return Statement::Unknown };
        left = Expr::Masked(name, words(cursor));
    }
    match cursor.word() {
        "vmap" => {
            cursor.next();
            return Statement::Vmap(left, lookup(cursor));
        }
        "map" => return Statement::Unknown,
        "set" => {
            cursor.next();
            pass_words(cursor);
            return Statement::Goes;
        }
        _ => {}
    }
    let op = op(cursor);
    let right = cursor.value();
    // `tcp flags syn / fin,syn,rst,ack`
    if cursor.take("/") {
        let mask = words(cursor);
        let Expr::Field(name) = left else { return Statement::Unknown };
        return Statement::Match(Expr::Masked(name, mask), op, right);
    }
    Statement::Match(left, op, right)
}

/// A field, or several side by side, whose first word was consumed.
fn side(cursor: &mut Cursor<'_>, first: &str) -> Option<Expr> {
    let mut fields = vec![Expr::Field(field(cursor, first)?)];
    while cursor.take(".") {
        let next = cursor.next()?;
        fields.push(Expr::Field(field(cursor, next.text)?));
    }
    match fields.len() {
        1 => fields.pop(),
        _ => Some(Expr::Concat(fields)),
    }
}

/// The map of a lookup: a name, or elements, which stand in for a map of their own.
fn lookup(cursor: &mut Cursor<'_>) -> Expr {
    match cursor.word() {
        "{" => {
            let elements = cursor.braces(0).unwrap_or_default();
            Expr::Map(elements)
        }
        _ => cursor.value(),
    }
}

/// Flags in parentheses or not, joined by `|` or `,`.
fn words(cursor: &mut Cursor<'_>) -> Vec<String> {
    let open = cursor.take("(");
    let mut words = Vec::new();
    while let Some(word) = cursor.name() {
        words.push(word.text.to_owned());
        if !cursor.take_one_of(&["|", ","]) {
            break;
        }
    }
    if open {
        cursor.take(")");
    }
    words
}

fn op(cursor: &mut Cursor<'_>) -> Op {
    const OPS: &[(&str, Op)] = &[
        ("!=", Op::IsNot),
        ("ne", Op::IsNot),
        ("!", Op::IsNot),
        ("==", Op::Is),
        ("eq", Op::Is),
        ("<", Op::Below),
        ("lt", Op::Below),
        (">", Op::Above),
        ("gt", Op::Above),
        ("<=", Op::AtMost),
        ("le", Op::AtMost),
        (">=", Op::AtLeast),
        ("ge", Op::AtLeast),
    ];
    let found = OPS.iter().find(|(text, _)| cursor.take(text));
    found.map_or(Op::Is, |(_, op)| *op)
}

/// The rest of a field, in its canonical spelling.
fn field(cursor: &mut Cursor<'_>, first: &str) -> Option<String> {
    if META.contains(&first) {
        return Some(format!("meta {first}"));
    }
    match first {
        "tcp" if cursor.take("option") => {
            cursor.next();
            if !matches!(cursor.word(), "exists" | "missing") {
                cursor.next();
            }
            Some("tcp option".to_owned())
        }
        "ct" => {
            let mut key = cursor.name()?.text.to_owned();
            if matches!(key.as_str(), "original" | "reply") {
                let mut rest = cursor.name()?.text.to_owned();
                if matches!(rest.as_str(), "ip" | "ip6") {
                    rest = cursor.name()?.text.to_owned();
                }
                key = format!("{key} {rest}");
            }
            Some(format!("ct {key}"))
        }
        "fib" => {
            let mut flags = vec![cursor.name()?.text];
            while cursor.take(".") {
                flags.push(cursor.name()?.text);
            }
            let result = cursor.name()?.text;
            Some(format!("fib {} {result}", flags.join(" . ")))
        }
        "numgen" => {
            // `numgen random mod 10 offset 5`
            cursor.next();
            while cursor.take_one_of(&["mod", "offset"]) {
                cursor.next();
            }
            Some("numgen".to_owned())
        }
        "meta" => Some(format!("meta {}", cursor.name()?.text)),
        header if HEADERS.contains(&header) => Some(format!("{header} {}", cursor.name()?.text)),
        _ => None,
    }
}
