//! Remote-control products and SSL-VPNs by the names they use: dated data with sources, not code.
//!
//! The shape of the data file and the way to update it stand in `data/README.md`.

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
    /// Names that clients ask for: a name itself and everything below it; with a `*`, which
    /// stands for any letters, the whole name. Names of web pages do not belong here: to look at a
    /// maker's page is no remote control.
    #[serde(default)]
    names: Vec<String>,
    /// Whole names in certificates of servers (subject or issuer).
    #[serde(default)]
    certificates: Vec<String>,
    /// The port at which certificates count; without it, at every port. For those that a maker's boxes
    /// show for other purposes too.
    #[serde(default)]
    port: Option<u16>,
    /// Beginnings of protocols in ALPN.
    #[serde(default)]
    alpn: Vec<String>,
    /// Beginnings of `User-Agent`.
    #[serde(default)]
    user_agents: Vec<String>,
    /// Beginnings of paths that a client asks for.
    #[serde(default)]
    paths: Vec<String>,
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

/// The names of all products, in small letters, with whose they are: by place among the products,
/// of which the first counts.
struct Names {
    /// A name itself and everything below it.
    below: HashMap<String, usize>,
    /// How a whole name begins and ends.
    patterns: Vec<(String, String, usize)>,
}

fn names() -> &'static Names {
    static MADE: OnceLock<Names> = OnceLock::new();
    MADE.get_or_init(|| {
        let mut made = Names { below: HashMap::new(), patterns: Vec::new() };
        for (place, product) in products().iter().enumerate() {
            for name in product.names.iter().map(|it| it.to_ascii_lowercase()) {
                match name.split_once('*') {
                    Some((head, tail)) => {
                        made.patterns.push((head.to_owned(), tail.to_owned(), place));
                    }
                    None => {
                        made.below.entry(name).or_insert(place);
                    }
                }
            }
        }
        made
    })
}

/// By a name that is asked for.
pub(super) fn of_name(name: &str) -> Option<Found> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let parents = std::iter::successors(Some(&name[..]), |it| Some(it.split_once('.')?.1));
    let below = parents.filter_map(|it| names().below.get(it)).copied();
    let fits = |(head, tail, place): &(String, String, usize)| {
        let is_longer = name.len() > head.len() + tail.len();
        (is_longer && name.starts_with(&head[..]) && name.ends_with(&tail[..])).then_some(*place)
    };
    let first = below.chain(names().patterns.iter().filter_map(fits)).min()?;
    products().get(first).map(Product::found)
}

/// By what a TLS handshake announces.
pub(super) fn of_tls(speech: Option<&Speech>, port: u16) -> Vec<Found> {
    let Some(speech) = speech else { return Vec::new() };
    let values = |detail| speech.details.get(&detail).into_iter().flatten();
    let mut out = Vec::new();
    for name in values(Detail::ServerName) {
        out.extend(of_name(name));
    }
    let certified = values(Detail::Certificate).chain(values(Detail::Issuer));
    for name in certified {
        out.extend(find(|it| {
            it.port.is_none_or(|it| it == port)
                && it.certificates.iter().any(|known| known.eq_ignore_ascii_case(name))
        }));
        let bare = name.strip_prefix("*.").unwrap_or(name);
        out.extend(of_name(bare));
    }
    for alpn in values(Detail::Alpn) {
        out.extend(find(|it| it.alpn.iter().any(|known| alpn.starts_with(known.as_str()))));
    }
    out.dedup();
    out
}

/// By what an HTTP request says.
pub(super) fn of_request(host: &str, path: &str, agent: &str) -> Vec<Found> {
    let starts = |list: &[String], text: &str| {
        list.iter().any(|it| text.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it)))
    };
    let by_agent = find(|it| starts(&it.user_agents, agent));
    let by_path = find(|it| starts(&it.paths, path));
    let mut out: Vec<Found> = [of_name(host), by_agent, by_path].into_iter().flatten().collect();
    out.dedup();
    out
}
