//! Reading tokens one after another, and values made of them.

use super::lex::{Kind, Token};
use super::repr::{Element, Elements, Expr, Means, Verdict};
use crate::source::Span;
use std::collections::BTreeMap;

/// Sets within sets deeper than this are not read.
const DEEPEST: usize = 4;

/// A place among the tokens, and the variables defined so far.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    pub(super) variables: BTreeMap<&'t str, Expr>,
    /// Variables that are used, and where.
    pub(super) used: Vec<(&'t str, Span)>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: Vec<Token<'t>>) -> Self {
        Self { tokens, at: 0, variables: BTreeMap::new(), used: Vec::new() }
    }

    pub(super) fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// The text of the next token, when it is a word or a mark.
    pub(super) fn word(&self) -> &'t str {
        self.peek().filter(|it| it.kind != Kind::Quoted).map_or("", |it| it.text)
    }

    /// Consumes the next token if it is this.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = !text.is_empty() && self.word() == text;
        self.at += usize::from(here);
        here
    }

    pub(super) fn take_one_of(&mut self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.take(text))
    }

    /// Whether a statement ends here.
    pub(super) fn ends(&self) -> bool {
        self.peek().is_none_or(|it| {
            it.kind == Kind::End || (it.kind == Kind::Mark && matches!(it.text, ";" | "}"))
        })
    }

    /// Passes ends of lines and semicolons.
    pub(super) fn pass_ends(&mut self) {
        while self
            .peek()
            .is_some_and(|it| it.kind == Kind::End || it.text == ";" && it.kind == Kind::Mark)
        {
            self.at += 1;
        }
    }

    fn pass_lines(&mut self) {
        while self.peek().is_some_and(|it| it.kind == Kind::End) {
            self.at += 1;
        }
    }

    /// The place of the token before.
    pub(super) fn before(&self) -> Option<Span> {
        let at = self.at.checked_sub(1)?;
        self.tokens.get(at).map(|it| it.span)
    }

    /// Passes everything up to the end of the statement, with what is in braces.
    pub(super) fn pass_statement(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match (token.kind, token.text) {
                (Kind::Mark, "{") => depth += 1,
                (Kind::Mark, "}") if depth == 0 => return,
                (Kind::Mark, "}") => depth -= 1,
                (Kind::End, _) | (Kind::Mark, ";") if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A name, quoted or not.
    pub(super) fn name(&mut self) -> Option<Token<'t>> {
        self.peek().filter(|it| matches!(it.kind, Kind::Word | Kind::Quoted))?;
        self.next()
    }

    /// A value on the right of a field: a set, a name, words.
    pub(super) fn value(&mut self) -> Expr {
        if self.word() == "{" {
            let elements = self.braces(0).unwrap_or_default();
            return Expr::Any(elements.into_iter().map(|it| it.key).collect());
        }
        let first = self.concat(0);
        let mut all = vec![first];
        while self.take_one_of(&[",", "|"]) {
            self.pass_lines();
            all.push(self.concat(0));
        }
        match all.len() {
            1 => all.pop().unwrap_or(Expr::Unknown),
            _ => Expr::Any(all),
        }
    }

    /// Values side by side: `192.0.2.1 . 443`.
    fn concat(&mut self, depth: usize) -> Expr {
        let mut parts = vec![self.primary(depth)];
        while self.take(".") {
            self.pass_lines();
            parts.push(self.primary(depth));
        }
        match parts.len() {
            1 => parts.pop().unwrap_or(Expr::Unknown),
            _ => Expr::Concat(parts),
        }
    }

    fn primary(&mut self, depth: usize) -> Expr {
        let Some(token) = self.peek() else { return Expr::Unknown };
        match (token.kind, token.text) {
            (Kind::Mark, "{") if depth < DEEPEST => {
                let elements = self.braces(depth + 1).unwrap_or_default();
                Expr::Any(elements.into_iter().map(|it| it.key).collect())
            }
            (Kind::Word | Kind::Quoted, text) => {
                self.next();
                if token.kind == Kind::Word {
                    if let Some(name) = text.strip_prefix('@') {
                        return Expr::Named(name.to_owned());
                    }
                    if let Some(name) = text.strip_prefix('$') {
                        self.used.push((name, token.span));
                        return self.variables.get(name).cloned().unwrap_or(Expr::Unknown);
                    }
                }
                // A range with blanks around the dash.
                if self.take("-") {
                    let last = self.name().map_or("", |it| it.text);
                    return Expr::Value(format!("{text}-{last}"));
                }
                Expr::Value(text.to_owned())
            }
            _ => Expr::Unknown,
        }
    }

    /// The elements of a set or map in braces. `None` when there is no brace.
    pub(super) fn braces(&mut self, depth: usize) -> Option<Elements> {
        if !self.take("{") {
            return None;
        }
        let mut elements = Vec::new();
        loop {
            self.pass_lines();
            if self.take("}") || self.peek().is_none() {
                return Some(elements);
            }
            let before = self.at;
            let element = self.element(depth);
            elements.push(element);
            self.pass_lines();
            self.take(",");
            if self.at == before {
                // Nothing that an element can be made of.
                self.next();
            }
        }
    }

    fn element(&mut self, depth: usize) -> Element {
        let mut key = self.concat(depth);
        // `22: accept`, without a blank before the colon.
        let mut colon = false;
        if let Expr::Value(word) = &mut key
            && word.ends_with(':')
            && !word.ends_with("::")
        {
            word.pop();
            colon = true;
        }
        // Counters, times and comments of elements.
        while !colon && !self.ends() && !matches!(self.word(), "," | ":" | "{") {
            self.next();
        }
        if !colon && !self.take(":") {
            return Element { key, means: None };
        }
        self.pass_lines();
        let means = match self.verdict() {
            Some(verdict) => Means::Verdict(verdict),
            None => Means::Value(self.concat(depth)),
        };
        while !self.ends() && self.word() != "," {
            self.next();
        }
        Element { key, means: Some(means) }
    }

    /// A verdict, if one stands here.
    pub(super) fn verdict(&mut self) -> Option<Verdict> {
        let verdict = match self.word() {
            "accept" => Verdict::Accept,
            "drop" => Verdict::Drop,
            "return" => Verdict::Return,
            "continue" => Verdict::Continue,
            word @ ("jump" | "goto") => {
                self.next();
                let Some(name) = self.name() else { return Some(Verdict::Unknown) };
                let name = name.text.to_owned();
                return Some(if word == "jump" {
                    Verdict::Jump(name)
                } else {
                    Verdict::Goto(name)
                });
            }
            _ => return None,
        };
        self.next();
        Some(verdict)
    }
}
