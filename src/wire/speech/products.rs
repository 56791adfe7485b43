//! Remote-control products and SSL-VPNs by the names they use: dated data with sources, not code.
//!
//! The shape of the data file and the way to update it stand in `data/README.md`.

use super::bytes::{Bytes, begins};
use crate::wire::words::{Detail, Speech, Spoken};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

const BUILT_IN: &str = include_str!("data/remote_control.json");

/// A product that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) spoken: Spoken,
    pub(super) product: &'static str,
}

/// The data file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signatures {
    /// The date of the data.
    #[serde(rename = "dated")]
    _dated: String,
    products: Vec<Product>,
}

/// A product and its marks. Names are compared without case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    product: String,
    /// What it is to be called: `remote-control`, `ssl-vpn`, `relay-tunnel`, or a tunnel of its own.
    spoken: Spoken,
    /// Names that clients ask for: a name itself and everything below it; with a dot in front only
    /// what is below it, but for its web pages; with a `*`, which stands for any letters, or a `#`,
    /// which stands for digits, the whole name. Names of web pages do not belong here: to look at a
    /// maker's page is no remote control.
    #[serde(default)]
    names: Vec<String>,
    /// Whole names in certificates of servers (subject or issuer).
    #[serde(default)]
    certificates: Vec<String>,
    /// Beginnings of protocols in ALPN.
    #[serde(default)]
    alpn: Vec<String>,
    /// Beginnings of `User-Agent`, as whole words.
    #[serde(default)]
    user_agents: Vec<String>,
    /// Methods that nothing else asks with.
    #[serde(default)]
    methods: Vec<String>,
    /// Beginnings of paths that a client asks for.
    #[serde(default)]
    paths: Vec<String>,
    /// Beginnings of header lines with which its servers answer, or of what they answer instead of
    /// HTTP.
    #[serde(default)]
    answers: Vec<String>,
    /// Whether they may answer with frames of PPP instead, behind two lengths and `PP`.
    #[serde(default)]
    ppp: bool,
    /// Where this is written.
    #[serde(rename = "source")]
    _source: String,
}

impl Product {
    fn found(&'static self) -> Found {
        Found { spoken: self.spoken, product: &self.product }
    }
}

fn products() -> &'static [Product] {
    static READ: OnceLock<Vec<Product>> = OnceLock::new();
    // A test reads the file; if it were broken, nothing would be recognised.
    READ.get_or_init(|| {
        serde_json::from_str::<Signatures>(BUILT_IN).map_or_else(|_| Vec::new(), |it| it.products)
    })
}

fn find(has: impl Fn(&Product) -> bool) -> Option<Found> {
    products().iter().find(|it| has(it)).map(Product::found)
}

/// Where makers show what they sell and help with it: nobody works from there.
const PAGES: &[&str] = &[
    "www",
    "web",
    "support",
    "help",
    "docs",
    "kb",
    "community",
    "forum",
    "blog",
    "status",
    "news",
    "shop",
    "store",
    "download",
    "downloads",
    "info",
    "learn",
    "account",
    "accounts",
    "my",
    "cdn",
];

/// The names of all products, in small letters, with whose they are: by place among the products,
/// of which the first counts.
struct Names {
    /// A name itself and everything below it.
    at: HashMap<String, usize>,
    /// What is below a name, but for the maker's pages.
    below: HashMap<String, usize>,
    patterns: Vec<Pattern>,
}

/// How a whole name begins and ends.
struct Pattern {
    head: String,
    tail: String,
    /// Whether only digits stand between.
    is_number: bool,
    place: usize,
}

fn names() -> &'static Names {
    static MADE: OnceLock<Names> = OnceLock::new();
    MADE.get_or_init(|| {
        let mut made = Names { at: HashMap::new(), below: HashMap::new(), patterns: Vec::new() };
        for (place, product) in products().iter().enumerate() {
            for name in product.names.iter().map(|it| it.to_ascii_lowercase()) {
                if let Some((head, tail)) = name.split_once(['*', '#']) {
                    let (head, tail) = (head.to_owned(), tail.to_owned());
                    let is_number = name.contains('#');
                    made.patterns.push(Pattern { head, tail, is_number, place });
                } else if let Some(name) = name.strip_prefix('.') {
                    made.below.entry(name.to_owned()).or_insert(place);
                } else {
                    made.at.entry(name).or_insert(place);
                }
            }
        }
        made
    })
}

impl Pattern {
    fn fits(&self, name: &str) -> bool {
        let middle = name.strip_prefix(&self.head[..]);
        middle.and_then(|it| it.strip_suffix(&self.tail[..])).is_some_and(|it| {
            !it.is_empty() && (!self.is_number || it.bytes().all(|it| it.is_ascii_digit()))
        })
    }
}

/// By a name that is asked for.
pub(super) fn of_name(name: &str) -> Option<Found> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let names = names();
    let parents = std::iter::successors(Some(&name[..]), |it| Some(it.split_once('.')?.1));
    // `www.eu` is as much a page as `www`.
    let first = name.split('.').next().unwrap_or_default();
    let is_page = PAGES.contains(&first);
    let at = parents.clone().filter_map(|it| names.at.get(it));
    let below = parents.skip(1).filter_map(|it| names.below.get(it)).filter(|_| !is_page);
    let patterns = names.patterns.iter().filter(|it| it.fits(&name)).map(|it| &it.place);
    let found = *at.chain(below).chain(patterns).min()?;
    products().get(found).map(Product::found)
}

/// By what a TLS handshake announces.
pub(super) fn of_tls(speech: Option<&Speech>) -> Vec<Found> {
    let Some(speech) = speech else { return Vec::new() };
    let values = |detail| speech.details.get(&detail).into_iter().flatten();
    let mut out = Vec::new();
    for name in values(Detail::ServerName) {
        out.extend(of_name(name));
    }
    let certified = values(Detail::Certificate).chain(values(Detail::Issuer));
    for name in certified {
        out.extend(find(|it| it.certificates.iter().any(|it| it.eq_ignore_ascii_case(name))));
        let bare = name.strip_prefix("*.").unwrap_or(name);
        out.extend(of_name(bare));
    }
    for alpn in values(Detail::Alpn) {
        out.extend(find(|it| it.alpn.iter().any(|known| alpn.starts_with(known.as_str()))));
    }
    out.dedup();
    out
}

/// What an HTTP request says.
pub(super) struct Request<'a> {
    /// Of which host, without its port.
    pub(super) host: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) agent: &'a str,
}

/// What is answered.
pub(super) struct Reply<'a> {
    /// None where it is no HTTP, or was not heard yet.
    pub(super) status: Option<u16>,
    /// All of it.
    pub(super) bytes: &'a [u8],
    pub(super) headers: &'a [u8],
}

impl Reply<'_> {
    /// Whether this is a server of the product: it says what only they say.
    fn is_of(&self, product: &Product) -> bool {
        let known = |line: &[u8]| product.answers.iter().any(|it| begins(line, it.as_bytes()));
        match self.status {
            Some(_) => self.headers.split(|it| *it == b'\n').any(known),
            None => known(self.bytes) || product.ppp && carries_ppp(self.bytes),
        }
    }

    /// Whether it asks who is there, as Windows does.
    fn asks_who(&self) -> bool {
        let known = |line: &[u8]| {
            [&b"WWW-Authenticate: NTLM"[..], b"WWW-Authenticate: Negotiate"]
                .iter()
                .any(|it| begins(line, it))
        };
        self.status == Some(401) && self.headers.split(|it| *it == b'\n').any(known)
    }
}

impl Product {
    /// Whether an exchange is its own. Whoever looks for weak servers asks every one of them for the
    /// paths of every product, and names himself as he likes: the answer must agree. Where none was
    /// heard, a path says nothing; a method that nothing else uses does.
    fn speaks(&self, ask: &Request<'_>, reply: &Reply<'_>) -> bool {
        let has = |list: &[String], text: &str| {
            list.iter().any(|it| begins(text.as_bytes(), it.as_bytes()))
        };
        let path = has(&self.paths, ask.path);
        let agent = self.user_agents.iter().any(|it| is_word(ask.agent, it));
        let method = self.methods.iter().any(|it| it == ask.method);
        let connects = method || ask.method == "CONNECT" && path;
        // A program for remote control that calls itself so is at work here, whoever answers.
        let controls = agent && self.spoken == Spoken::RemoteControl;
        if reply.bytes.is_empty() {
            return connects || controls;
        }
        let known = (path || agent) && reply.is_of(self);
        match reply.status {
            Some(101) => connects || path || known,
            Some(200..=299) => connects || controls || known || path && agent,
            Some(401) => known || controls || (method || path) && reply.asks_who(),
            Some(300..=399) => known || controls,
            Some(_) => false,
            None => known,
        }
    }
}

/// The length of the frame, `PP`, the length of what is in it.
fn carries_ppp(bytes: &[u8]) -> bool {
    let mut left = Bytes::new(bytes);
    let (outer, mark, inner) = (left.u16(), left.u16(), left.u16());
    mark == Some(0x5050) && inner.is_some_and(|it| outer == it.checked_add(6))
}

/// Whether `text` begins with this as a whole word (a token of RFC 9110 §5.6.2).
fn is_word(text: &str, known: &str) -> bool {
    let next = text.as_bytes().get(known.len());
    let goes_on = |it: &u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(it);
    begins(text.as_bytes(), known.as_bytes()) && !next.is_some_and(goes_on)
}

/// By what an HTTP request says, and what it is answered.
pub(super) fn of_request(ask: &Request<'_>, reply: &Reply<'_>) -> Vec<Found> {
    let mut out: Vec<Found> = of_name(ask.host).into_iter().collect();
    let own = products().iter().filter(|it| it.speaks(ask, reply));
    out.extend(own.map(|it| Found { spoken: it.spoken, product: &it.product }));
    out.dedup();
    out
}
