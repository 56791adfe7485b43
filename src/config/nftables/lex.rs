//! Text → tokens with their places.

use crate::config::Listing;
use crate::source::Span;

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// Without quotes.
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Quoted,
    /// `{ } ( ) ; , = ! < > & | ^` and the comparisons of two characters.
    Mark,
    /// The end of a line that no backslash continues.
    End,
}

/// Characters of words. `:` stands in IPv6 addresses and before ports, `[` around IPv6 addresses.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '.' | ':' | '/' | '-' | '*' | '+' | '@' | '$' | '\\' | '[' | ']' | '%')
}

/// The tokens of a listing. Comments are left out.
pub(super) fn tokens<'t>(listing: &Listing<'t>) -> Vec<Token<'t>> {
    let mut tokens = Vec::new();
    for line in &listing.lines {
        let text = line.text;
        let mut at = 0;
        let mut continued = false;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            let mut push = |kind, from: usize, to: usize, inner: (usize, usize)| {
                let text = text.get(inner.0..inner.1).unwrap_or_default();
                tokens.push(Token { kind, text, span: line.place(from, to) });
            };
            continued = rest == "\\";
            if continued {
                break;
            }
            let length = match c {
                // How old versions show an extension of iptables that they cannot write.
                '#' if rest.starts_with("# xt_") => {
                    push(Kind::Mark, at, at + 1, (at, at + 1));
                    1
                }
                '#' => break,
                '"' => {
                    let inner = rest.get(1..).unwrap_or_default();
                    let close = inner.find('"');
                    let end = close.unwrap_or(inner.len());
                    let length = 1 + end + usize::from(close.is_some());
                    push(Kind::Quoted, at, at + length, (at + 1, at + 1 + end));
                    length
                }
                c if is_word(c) => {
                    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                    push(Kind::Word, at, at + end, (at, at + end));
                    end
                }
                c if c.is_whitespace() => c.len_utf8(),
                c => {
                    let two =
                        rest.get(..2).is_some_and(|it| matches!(it, "!=" | "==" | "<=" | ">="));
                    let length = if two { 2 } else { c.len_utf8() };
                    push(Kind::Mark, at, at + length, (at, at + length));
                    length
                }
            };
            at += length;
        }
        if !continued {
            let end = line.place(text.len(), text.len());
            tokens.push(Token { kind: Kind::End, text: "", span: end });
        }
    }
    tokens
}
