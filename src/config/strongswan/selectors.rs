//! Ends and traffic: `192.168.0.1`, `moon.example.org`, `%any`, `10.1.0.0/16[tcp/http]`, `dynamic`.

use crate::config::listing::Word;
use crate::config::numbers;
use crate::model::device::Remote;
use crate::model::{IpNetwork, is_any, network_of};
use crate::source::Spanned;

/// Traffic on one side.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Of these addresses.
    Network(IpNetwork),
    /// Of the end itself, or of the address it is given.
    Dynamic,
    /// Of addresses that are not known.
    Unknown,
}

/// A list of selectors, and whether each was understood whole.
pub(super) struct Traffic {
    /// The selectors.
    pub(super) sides: Vec<Spanned<Side>>,
    /// Whether nothing was left out: a restriction to protocols and ports has no place in a fact.
    pub(super) whole: bool,
    /// Whether UDP port 1701 is meant.
    pub(super) l2tp: bool,
}

/// Selectors with commas between them.
pub(super) fn traffic(list: Word<'_>) -> Traffic {
    let mut traffic = Traffic { sides: Vec::new(), whole: true, l2tp: false };
    for word in list.parts(',') {
        let (network, limit) = match word.find('[') {
            Some(at) => (word.slice(0, at), Some(word.slice(at, word.len()))),
            None => (word, None),
        };
        let sides: Vec<Side> = match network.text {
            "dynamic" | "%dynamic" => vec![Side::Dynamic],
            text => match pool(text) {
                Some(networks) => networks.into_iter().map(Side::Network).collect(),
                None => vec![Side::Unknown],
            },
        };
        let l2tp = limit.is_some_and(|it| is_l2tp(it.text.trim_matches(['[', ']'])));
        traffic.l2tp |= l2tp;
        traffic.whole &= !sides.contains(&Side::Unknown) && (limit.is_none() || l2tp);
        traffic.sides.extend(sides.into_iter().map(|it| Spanned::new(it, word.span)));
    }
    traffic
}

/// Whether a protocol with a port is L2TP: `udp/1701`, `17/1701`, `udp/l2tp`.
pub(super) fn is_l2tp(limit: &str) -> bool {
    let (protocol, port) = limit.split_once('/').unwrap_or((limit, ""));
    matches!(protocol, "udp" | "17") && matches!(port, "1701" | "l2tp" | "l2f")
}

/// Ends of a connection, with commas between them. `None` for one that was not understood.
pub(super) fn ends(list: Word<'_>) -> Vec<Spanned<Option<Remote>>> {
    list.parts(',').map(|word| Spanned::new(end(word.text), word.span)).collect()
}

/// One end.
fn end(text: &str) -> Option<Remote> {
    if matches!(text, "%any" | "%any4" | "%any6" | "0.0.0.0" | "::" | "%defaultroute") {
        return Some(Remote::Any);
    }
    if let Some(network) = numbers::network(text) {
        return Some(match network {
            it if is_any(it) => Remote::Any,
            it if text.contains('/') && !is_host(it) => Remote::Network(network_of(it)),
            it => Remote::Address(it.ip()),
        });
    }
    if let Some((first, last)) = text.split_once('-')
        && let Some(range) = range(first, last)
    {
        return match range.as_slice() {
            [one] => Some(Remote::Network(*one)),
            _ => None,
        };
    }
    let letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
    let name = !text.is_empty() && text.chars().all(letter);
    name.then(|| Remote::Name(text.to_owned()))
}

pub(super) fn is_host(network: IpNetwork) -> bool {
    network.prefix() == if network.is_ipv4() { 32 } else { 128 }
}

/// The networks that a range consists of.
fn range(first: &str, last: &str) -> Option<Vec<IpNetwork>> {
    let networks = numbers::networks(first.trim().parse().ok()?, last.trim().parse().ok()?);
    (!networks.is_empty()).then_some(networks)
}

/// A network, or the networks that a range `first-last` consists of.
pub(super) fn pool(text: &str) -> Option<Vec<IpNetwork>> {
    if let Some(network) = numbers::network(text) {
        return Some(vec![network_of(network)]);
    }
    let (first, last) = text.split_once('-')?;
    range(first, last)
}
