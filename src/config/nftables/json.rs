//! JSON → ruleset (libnftables-json(5)).

use super::repr::{
    Base, Element, Elements, Expr, Means, Op, Rule, Ruleset, Set, Statement, Translation, Verdict,
};
use crate::config::json::{self, text, word};
use crate::config::netfilter::Fates;
use crate::config::{Because, Listing, Notes};
use crate::locale::Text;
use crate::model::device::StructureKind;
use crate::source::Span;
use serde_json::Value;

/// Where the array of objects begins.
fn begin(listing: &Listing<'_>) -> Option<usize> {
    let first = listing.lines.first()?;
    if !first.body().starts_with('{') {
        return None;
    }
    let from = first.start as usize;
    Some(from + listing.text.get(from..)?.find("\"nftables\"")?)
}

/// Whether a text is a ruleset in JSON.
pub(super) fn is_ruleset(listing: &Listing<'_>) -> bool {
    const NEAR: usize = 64;
    let first = listing.lines.first().map_or(0, |line| line.start as usize);
    begin(listing).is_some_and(|at| at < first + NEAR)
}

/// The ruleset of a text.
pub(super) fn ruleset(listing: &Listing<'_>, fates: &mut Fates, notes: &mut Notes) -> Ruleset {
    let mut ruleset = Ruleset::default();
    // Brackets and commas between the objects.
    for line in &listing.lines {
        if line.body().chars().all(|c| "[]{},".contains(c) || c.is_whitespace()) {
            fates.understood(line.span());
        }
    }
    let Some(array) = begin(listing).and_then(|from| json::array(listing, from)) else {
        return ruleset;
    };
    if let (Some(from), Some(first)) = (begin(listing), listing.lines.first()) {
        fates.understood(Span { end: from as u32 + 1, ..first.span() });
    }
    for span in &array.damaged {
        fates.failed(*span);
    }
    if !array.closed {
        ruleset.missing = true;
        notes.truncated(
            listing.end(),
            Text::new("JSONが途中で終わっています", "the JSON ends in the middle"),
        );
    }
    for element in &array.elements {
        // Commands wrap what they add.
        let object = ["add", "create"].iter().find_map(|it| element.value.get(it));
        let object = object.unwrap_or(&element.value);
        let known = object.as_object().and_then(|it| it.iter().next());
        let Some((kind, body)) = known else {
            fates.failed(element.span);
            continue;
        };
        if item(&mut ruleset, kind, body, element.span, fates, notes).is_none() {
            fates.failed(element.span);
        }
    }
    ruleset
}

/// One object; `None` when it is not understood. What becomes of a rule is decided later.
fn item(
    ruleset: &mut Ruleset,
    kind: &str,
    body: &Value,
    span: Span,
    fates: &mut Fates,
    notes: &mut Notes,
) -> Option<()> {
    match kind {
        "metainfo" => {
            fates.ignored(span, Because::Presentation);
            return Some(());
        }
        "flush" => {
            fates.ignored(span, Because::Housekeeping);
            return Some(());
        }
        "flowtable" | "counter" | "quota" | "limit" | "ct helper" | "ct timeout"
        | "ct expectation" | "secmark" | "synproxy" => {
            fates.ignored(span, Because::Performance);
            return Some(());
        }
        _ => {}
    }
    let family = text(body, "family")?;
    let name = if kind == "table" { text(body, "name")? } else { text(body, "table")? };
    let table = ruleset.table(family, name)?;
    match kind {
        "table" => fates.understood(span),
        "chain" => {
            let chain = table.chain(text(body, "name")?, span)?;
            chain.name.span = span;
            if let Some(hook) = text(body, "hook") {
                let mut devices = Vec::new();
                match body.get("dev") {
                    Some(Value::Array(all)) => devices.extend(all.iter().filter_map(word)),
                    Some(one) => devices.extend(word(one)),
                    None => {}
                }
                chain.base = Some(Base {
                    kind: text(body, "type").unwrap_or_default().to_owned(),
                    hook: hook.to_owned(),
                    devices,
                    policy: text(body, "policy").unwrap_or("accept").to_owned(),
                });
            }
            fates.understood(span);
        }
        "rule" => {
            let chain = table.chain(text(body, "chain")?, span)?;
            let statements = body.get("expr")?.as_array()?.iter();
            let statements =
                statements.flat_map(|it| refusal(it).into_iter().chain([statement(it)])).collect();
            chain.rules.push(Rule { span, statements });
        }
        "set" | "map" => {
            let name = text(body, "name")?;
            let flags = body.get("flags").and_then(Value::as_array);
            let flag = |it: &Value| matches!(it.as_str(), Some("dynamic" | "timeout"));
            let changes =
                flags.is_some_and(|it| it.iter().any(flag)) || body.get("timeout").is_some();
            let elements = body.get("elem").map(elements).unwrap_or_default();
            let full = format!("{family}/{}/{name}", table.name);
            notes.structures.define(StructureKind::AddressGroup, full, span);
            table.sets.insert(name.to_owned(), Set { span, elements, changes });
            fates.understood(span);
        }
        "element" => {
            let more = elements(body.get("elem")?);
            table.sets.get_mut(text(body, "name")?)?.elements.extend(more);
            fates.understood(span);
        }
        _ => return None,
    }
    Some(())
}

/// The elements of a set or map.
fn elements(value: &Value) -> Elements {
    let all = match value {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let of = |value: &Value| match value {
        Value::Array(pair) => {
            let key = pair.first().map_or(Expr::Unknown, expr);
            let means = pair.get(1).map(|it| match verdict(it) {
                Some(verdict) => Means::Verdict(verdict),
                None => Means::Value(expr(it)),
            });
            Element { key, means }
        }
        one => Element { key: expr(one), means: None },
    };
    all.iter().map(of).collect()
}

fn verdict(value: &Value) -> Option<Verdict> {
    let (kind, body) = value.as_object()?.iter().next()?;
    let target = || text(body, "target").map(str::to_owned);
    Some(match kind.as_str() {
        "accept" => Verdict::Accept,
        "drop" | "reject" => Verdict::Drop,
        "return" => Verdict::Return,
        "continue" => Verdict::Continue,
        "jump" => Verdict::Jump(target()?),
        "goto" => Verdict::Goto(target()?),
        "queue" => Verdict::Unknown,
        _ => return None,
    })
}

/// What a refusal says of packets, which stands in no match.
fn refusal(value: &Value) -> Option<Statement> {
    Statement::refused(text(value.get("reject")?, "type")?)
}

fn statement(value: &Value) -> Statement {
    if let Some(verdict) = verdict(value) {
        return Statement::Verdict(verdict);
    }
    known_statement(value).unwrap_or(Statement::Unknown)
}

fn known_statement(value: &Value) -> Option<Statement> {
    let (kind, body) = value.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "match" => {
            let op = match text(body, "op")? {
                "==" | "in" => Op::Is,
                "!=" => Op::IsNot,
                "<" => Op::Below,
                ">" => Op::Above,
                "<=" => Op::AtMost,
                ">=" => Op::AtLeast,
                _ => return None,
            };
            Statement::Match(expr(body.get("left")?), op, expr(body.get("right")?))
        }
        "vmap" => Statement::Vmap(expr(body.get("key")?), data(body)?),
        "counter" | "log" | "mangle" | "last" | "ct helper" | "ct timeout" | "flow" => {
            Statement::Goes
        }
        "notrack" => Statement::Exempts,
        "limit" | "quota" | "ct count" | "meter" => Statement::Sometimes,
        "set" => {
            let limits = body.get("stmt").is_some();
            let name = text(body, "set")?.trim_start_matches('@').to_owned();
            if limits { Statement::Sometimes } else { Statement::Remembers(name) }
        }
        "dnat" | "snat" | "masquerade" | "redirect" => {
            let map = body.get("addr").and_then(|it| it.get("map"));
            let lookup = match map {
                Some(map) => Some((expr(map.get("key")?), data(map)?)),
                None => None,
            };
            Statement::Translate(Translation {
                own: matches!(kind.as_str(), "masquerade" | "redirect"),
                address: body.get("addr").filter(|_| lookup.is_none()).map(expr),
                port: body.get("port").map(expr),
                lookup,
            })
        }
        "xt" => Statement::compatible(text(body, "type")?, text(body, "name")?),
        _ => return None,
    })
}

/// The map of a lookup.
fn data(body: &Value) -> Option<Expr> {
    Some(match body.get("data")? {
        Value::String(name) => Expr::Named(name.trim_start_matches('@').to_owned()),
        data => Expr::Map(elements(data.get("set")?)),
    })
}

/// A field or a value.
fn expr(value: &Value) -> Expr {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            Some(name) => Expr::Named(name.to_owned()),
            None => Expr::Value(text.clone()),
        },
        Value::Array(all) => Expr::Any(all.iter().map(expr).collect()),
        Value::Object(_) => object(value).unwrap_or(Expr::Unknown),
        other => word(other).map_or(Expr::Unknown, Expr::Value),
    }
}

fn object(value: &Value) -> Option<Expr> {
    let (kind, body) = value.as_object()?.iter().next()?;
    let pair = || -> Option<(&Value, &Value)> { Some((body.get(0)?, body.get(1)?)) };
    Some(match kind.as_str() {
        "payload" => {
            // Raw bits have an offset instead of a field.
            Expr::Field(format!("{} {}", text(body, "protocol")?, text(body, "field")?))
        }
        "meta" => Expr::Field(format!("meta {}", text(body, "key")?)),
        "ct" => Expr::Field(match text(body, "dir") {
            Some(direction) => format!("ct {direction} {}", text(body, "key")?),
            None => format!("ct {}", text(body, "key")?),
        }),
        "fib" => {
            let flags = match body.get("flags")? {
                Value::Array(all) => all.iter().filter_map(word).collect::<Vec<_>>().join(" . "),
                one => word(one)?,
            };
            Expr::Field(format!("fib {flags} {}", text(body, "result")?))
        }
        "tcp option" => Expr::Field("tcp option".to_owned()),
        "numgen" => Expr::Field("numgen".to_owned()),
        "rt" => Expr::Field(format!("rt {}", text(body, "key")?)),
        "socket" => Expr::Field(format!("socket {}", text(body, "key")?)),
        "concat" => Expr::Concat(body.as_array()?.iter().map(expr).collect()),
        "set" => Expr::Any(elements(body).into_iter().map(|it| it.key).collect()),
        "range" => {
            let (first, last) = pair()?;
            Expr::Value(format!("{}-{}", word(first)?, word(last)?))
        }
        "prefix" => Expr::Value(format!("{}/{}", text(body, "addr")?, word(body.get("len")?)?)),
        "elem" => expr(body.get("val")?),
        "&" => {
            let (field, mask) = pair()?;
            let Expr::Field(field) = expr(field) else { return None };
            let mut words = Vec::new();
            flags(mask, &mut words)?;
            Expr::Masked(field, words)
        }
        "|" => {
            let mut words = Vec::new();
            flags(value, &mut words)?;
            Expr::Any(words.into_iter().map(Expr::Value).collect())
        }
        _ => return None,
    })
}

/// Flags joined by `|`, two by two or all at once. serde_json limits how deep they stand.
fn flags(value: &Value, words: &mut Vec<String>) -> Option<()> {
    match value {
        Value::Array(all) => all.iter().try_for_each(|it| flags(it, words)),
        Value::Object(_) => flags(value.get("|")?, words),
        other => {
            words.push(word(other)?);
            Some(())
        }
    }
}
