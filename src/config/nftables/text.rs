//! Text → ruleset: tables, chains and sets, as `nft list ruleset` shows them and as files for
//! `nft -f` write them.

use super::cursor::Cursor;
use super::lex::{self, Kind, Token};
use super::repr::{Base, Ruleset, Set};
use super::statement;
use crate::config::netfilter::Fates;
use crate::config::{Because, Listing, Notes};
use crate::locale::Text;
use crate::model::device::StructureKind;
use crate::source::Span;

const FAMILIES: &[&str] = &["ip", "ip6", "inet", "arp", "bridge", "netdev"];
/// Things of a table that say nothing about who reaches whom.
const ASIDE: &[&str] =
    &["flowtable", "counter", "quota", "limit", "ct", "secmark", "synproxy", "comment"];

/// The ruleset of a text.
pub(super) fn ruleset(listing: &Listing<'_>, fates: &mut Fates, notes: &mut Notes) -> Ruleset {
    let mut reading = Reading {
        cursor: Cursor::new(lex::tokens(listing)),
        ruleset: Ruleset::default(),
        fates,
        open: false,
        blocks: Vec::new(),
    };
    while reading.cursor.peek().is_some() {
        reading.command(notes);
    }
    if reading.open {
        reading.ruleset.missing = true;
        notes.truncated(
            listing.end(),
            Text::new("閉じられていない括弧があります", "a brace is not closed"),
        );
    }
    if let Some((first, second)) = reading.two() {
        notes.several(first, second);
    }
    for (name, span) in reading.cursor.used {
        notes.structures.refer(StructureKind::Other, format!("${name}"), span);
    }
    reading.ruleset
}

struct Reading<'t, 'f> {
    cursor: Cursor<'t>,
    ruleset: Ruleset,
    fates: &'f mut Fates,
    /// Whether the text ended inside a brace.
    open: bool,
    /// The chains that tables show, as often as they do.
    blocks: Vec<Block>,
}

/// A chain as a table shows it.
struct Block {
    /// Family and table.
    table: (String, String),
    chain: String,
    span: Span,
    /// Whether it says where it takes effect.
    base: bool,
    /// What it does, without counters.
    says: String,
}

impl Reading<'_, '_> {
    /// The place from a token to the one before the next.
    fn since(&self, first: Span) -> Span {
        let end = self.cursor.before().map_or(first.end, |it| it.end);
        Span { end: end.max(first.end), ..first }
    }

    fn lost(&mut self, first: Span) {
        self.cursor.pass_statement();
        let span = self.since(first);
        self.fates.failed(span);
    }

    /// Whether a brace opens here; otherwise the statement is lost.
    fn opens(&mut self, first: Span) -> bool {
        let opens = self.cursor.take("{");
        if !opens {
            self.lost(first);
        }
        opens
    }

    /// Whether the brace closes here. At the end of the text it does too, and that is noted.
    fn closes(&mut self) -> bool {
        self.cursor.pass_ends();
        match self.cursor.peek() {
            None => {
                self.open = true;
                true
            }
            Some(token) if token.kind == Kind::Mark && token.text == "}" => {
                self.cursor.next();
                self.fates.understood(token.span);
                true
            }
            Some(_) => false,
        }
    }

    /// One command of a file, or one table of a listing.
    fn command(&mut self, notes: &mut Notes) {
        self.cursor.pass_ends();
        let Some(token) = self.cursor.next() else { return };
        let first = token.span;
        match token.text {
            "table" => self.table(first, notes),
            "define" | "redefine" => {
                let name = self.cursor.name();
                let equals = self.cursor.take("=");
                let value = self.cursor.value();
                if let (Some(name), true) = (name, equals) {
                    self.cursor.variables.insert(name.text, value);
                    let known = format!("${}", name.text);
                    notes.structures.define(StructureKind::Other, known, name.span);
                    let span = self.since(first);
                    self.fates.understood(span);
                } else {
                    self.lost(first);
                }
            }
            // What was there before; a file begins with it.
            "flush" => {
                self.flush();
                self.cursor.pass_statement();
                let span = self.since(first);
                self.fates.ignored(span, Because::Housekeeping);
            }
            "delete" | "destroy" if self.cursor.take("table") => {
                let (family, name) = self.table_name();
                self.ruleset
                    .tables
                    .retain(|it| it.family != family || Some(&it.name) != name.as_ref());
                let of = |it: &Block| it.table.0 == family && Some(&it.table.1) == name.as_ref();
                self.blocks.retain(|it| !of(it));
                let span = self.since(first);
                self.fates.ignored(span, Because::Housekeeping);
            }
            "add" | "create" | "insert" => {
                let what = self.cursor.next().map_or("", |it| it.text);
                match what {
                    "table" => self.table(first, notes),
                    "chain" | "rule" | "set" | "map" | "element" => {
                        let (family, table) = self.table_name();
                        match table {
                            Some(table) => {
                                let place = (family.as_str(), table.as_str());
                                self.item(first, what, place, token.text == "insert", notes);
                            }
                            None => self.lost(first),
                        }
                    }
                    _ => self.lost(first),
                }
            }
            // A brace too many, or a word that no file begins with; `include` names another file.
            _ => {
                self.ruleset.missing = true;
                self.lost(first);
            }
        }
    }

    /// `flush ruleset [FAMILY]`, `flush table [FAMILY] T`, `flush chain [FAMILY] T CHAIN`: rules go.
    fn flush(&mut self) {
        if self.cursor.take("ruleset") {
            let family = FAMILIES.iter().find(|it| self.cursor.take(it));
            let stays = |of: &str| family.is_some_and(|it| *it != of);
            self.ruleset.tables.retain(|it| stays(&it.family));
            self.blocks.retain(|it| stays(&it.table.0));
            return;
        }
        let one = match self.cursor.take("table") {
            true => false,
            false if self.cursor.take("chain") => true,
            false => return,
        };
        let (family, name) = self.table_name();
        let chain = self.cursor.name().filter(|_| one).map(|it| it.text);
        let named = |it: &str| chain.is_none_or(|chain| chain == it);
        let tables = self.ruleset.tables.iter_mut();
        let tables = tables.filter(|it| it.family == family && Some(&it.name) == name.as_ref());
        for chain in tables.flat_map(|it| &mut it.chains).filter(|it| named(&it.name.value)) {
            chain.rules.clear();
        }
        let of = |it: &Block| it.table.0 == family && Some(&it.table.1) == name.as_ref();
        self.blocks.retain(|it| !of(it) || !named(&it.chain));
    }

    /// Where a table shows a chain again and something else in it, if it also says once more where
    /// chains take effect: `nft -f` would append the rules, and two lists in one file are two states.
    fn two(&self) -> Option<(Span, Span)> {
        let same = |a: &Block, b: &Block| a.table == b.table && a.chain == b.chain;
        let again = self.blocks.iter().enumerate().filter_map(|(at, it)| {
            let before = self.blocks.iter().take(at).find(|other| same(other, it))?;
            Some((before, it))
        });
        let twice = again.clone().any(|(before, it)| before.base && it.base);
        let differ = again.clone().find(|(before, it)| before.says != it.says);
        differ.filter(|_| twice).map(|(before, it)| (before.span, it.span))
    }

    /// `inet filter`, or `filter` for IPv4.
    fn table_name(&mut self) -> (String, Option<String>) {
        let family = FAMILIES.iter().find(|it| self.cursor.take(it)).copied().unwrap_or("ip");
        (family.to_owned(), self.cursor.name().map(|it| it.text.to_owned()))
    }

    fn table(&mut self, first: Span, notes: &mut Notes) {
        let (family, name) = self.table_name();
        let Some(name) = name else { return self.lost(first) };
        self.ruleset.table(&family, &name);
        let span = self.since(first);
        self.fates.understood(span);
        if self.cursor.ends() {
            return;
        }
        if !self.opens(first) {
            return;
        }
        let place = (family.as_str(), name.as_str());
        while !self.closes() {
            let Some(token) = self.cursor.next() else { break };
            match token.text {
                what @ ("chain" | "set" | "map") => {
                    self.item(token.span, what, place, false, notes)
                }
                what if ASIDE.contains(&what) => {
                    self.cursor.pass_statement();
                    self.cursor.take("}");
                    let span = self.since(token.span);
                    self.fates.ignored(span, Because::Performance);
                }
                _ => self.lost(token.span),
            }
        }
    }

    /// A chain, a rule, a set or elements of one, after the word that says so.
    fn item(
        &mut self,
        first: Span,
        what: &str,
        place: (&str, &str),
        insert: bool,
        notes: &mut Notes,
    ) {
        let Some(name) = self.cursor.name() else { return self.lost(first) };
        match what {
            "chain" => {
                if let Some(table) = self.ruleset.table(place.0, place.1) {
                    table.chain(name.text, name.span);
                }
                let span = self.since(first);
                self.fates.understood(span);
                if !self.cursor.ends() && self.opens(first) {
                    self.chain(first, place, name);
                }
            }
            "rule" => {
                if self.cursor.take_one_of(&["position", "handle", "index"]) {
                    // Its place depends on what is there already.
                    return self.lost(first);
                }
                let rule = statement::rule(&mut self.cursor);
                let span = self.since(first);
                let table = self.ruleset.table(place.0, place.1);
                let chain = table.and_then(|it| it.chain(name.text, name.span));
                if let (Some(mut rule), Some(chain)) = (rule, chain) {
                    rule.span = span;
                    let at = if insert { 0 } else { chain.rules.len() };
                    chain.rules.insert(at, rule);
                }
            }
            "element" => {
                let elements = self.cursor.braces(0);
                let span = self.since(first);
                let table = self.ruleset.table(place.0, place.1);
                let set = table.and_then(|it| it.sets.get_mut(name.text));
                match (elements, set) {
                    (Some(elements), Some(set)) => {
                        set.elements.extend(elements);
                        self.fates.understood(span);
                    }
                    _ => self.fates.failed(span),
                }
            }
            _ => {
                let span = self.since(first);
                self.fates.understood(span);
                if self.cursor.ends() || self.opens(first) {
                    self.set(name.span, place, name.text, notes);
                }
            }
        }
    }

    fn set(&mut self, span: Span, place: (&str, &str), name: &str, notes: &mut Notes) {
        let mut set = Set { span, elements: Vec::new(), changes: false };
        while !self.closes() {
            let Some(token) = self.cursor.next() else { break };
            match token.text {
                "elements" => {
                    self.cursor.take("=");
                    match self.cursor.braces(0) {
                        Some(elements) => set.elements.extend(elements),
                        None => {
                            self.lost(token.span);
                            continue;
                        }
                    }
                }
                "flags" => {
                    while let Some(flag) = self.cursor.name() {
                        set.changes |= matches!(flag.text, "dynamic" | "timeout");
                        self.cursor.take(",");
                    }
                }
                "timeout" => {
                    set.changes = true;
                    self.cursor.pass_statement();
                }
                "type" | "typeof" | "auto-merge" | "gc-interval" | "size" | "policy"
                | "comment" | "counter" => self.cursor.pass_statement(),
                _ => {
                    self.lost(token.span);
                    continue;
                }
            }
            let span = self.since(token.span);
            self.fates.understood(span);
        }
        let kind = StructureKind::AddressGroup;
        notes.structures.define(kind, format!("{}/{}/{name}", place.0, place.1), span);
        if let Some(table) = self.ruleset.table(place.0, place.1) {
            table.sets.insert(name.to_owned(), set);
        }
    }

    fn chain(&mut self, first: Span, place: (&str, &str), name: Token<'_>) {
        let mut base: Option<Base> = None;
        let mut policy = None;
        let mut rules = Vec::new();
        while !self.closes() {
            let Some(token) = self.cursor.peek() else { break };
            match token.text {
                "type" if base.is_none() && token.kind == Kind::Word => {
                    self.cursor.next();
                    base = Some(self.base());
                    let span = self.since(token.span);
                    self.fates.understood(span);
                }
                "policy" => {
                    self.cursor.next();
                    policy = self.cursor.name().map(|it| it.text.to_owned());
                    let span = self.since(token.span);
                    self.fates.understood(span);
                }
                "comment" | "flags" => {
                    self.cursor.pass_statement();
                    let span = self.since(token.span);
                    self.fates.ignored(span, Because::Performance);
                }
                _ => match statement::rule(&mut self.cursor) {
                    Some(rule) if !rule.statements.is_empty() => rules.push(rule),
                    _ => {
                        // Nothing that a rule can begin with.
                        self.cursor.next();
                        self.fates.failed(token.span);
                    }
                },
            }
        }
        if let Some(base) = &mut base {
            base.policy = policy.unwrap_or_else(|| "accept".to_owned());
        }
        let statements: Vec<_> = rules.iter().map(|it| &it.statements).collect();
        self.blocks.push(Block {
            table: (place.0.to_owned(), place.1.to_owned()),
            chain: name.text.to_owned(),
            span: first,
            base: base.is_some(),
            says: format!("{base:?} {statements:?}"),
        });
        let table = self.ruleset.table(place.0, place.1);
        let chain = table.and_then(|it| it.chain(name.text, name.span));
        if let Some(chain) = chain {
            chain.base = base.or(chain.base.take());
            chain.rules.append(&mut rules);
        }
    }

    /// `filter hook input device "eth0" priority filter; policy drop;`
    fn base(&mut self) -> Base {
        let kind = self.cursor.name().map_or_else(String::new, |it| it.text.to_owned());
        let mut base = Base { kind, ..Base::default() };
        while !self.cursor.ends() {
            if self.cursor.take("hook") {
                base.hook = self.cursor.name().map_or_else(String::new, |it| it.text.to_owned());
            } else if self.cursor.take_one_of(&["device", "devices"]) {
                self.cursor.take("=");
                let value = self.cursor.value();
                super::fields::names(&value, &mut base.devices);
            } else {
                // The priority says only which of several chains comes first.
                self.cursor.next();
            }
        }
        base
    }
}
