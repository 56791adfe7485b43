//! What `wg show` prints: as text for people, or as a dump with tabs.

use super::repr::{Link, Peer, endpoint, is_key};
use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;
use crate::config::{Score, numbers};
use crate::model::device::{Remote, SecretKind};
use crate::source::Spanned;

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let dumped = listing.head().iter().all(|line| row(line).is_some());
    let told = listing.begins_with(|it| it.starts_with("interface: "))
        && listing.begins_with(|it| {
            let it = it.trim_start();
            it.starts_with("public key: ") || it.starts_with("listening port: ")
        });
    match (listing.lines.is_empty(), dumped || told) {
        (false, true) => 95,
        _ => 0,
    }
}

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for line in &listing.lines {
        let known = match row(line) {
            Some(row) => dumped(line, &row, &mut links, notes),
            None => told(line, &mut links, notes),
        };
        match known {
            Some(Known::Fact) => notes.understood(line),
            Some(Known::Counter) => notes.ignored(line, Because::Logging),
            None => {}
        }
    }
    links
}

/// What a line is about.
enum Known {
    /// Something configured.
    Fact,
    /// What happened so far.
    Counter,
}

/// One row of a dump.
struct Row<'t> {
    /// The name of the interface, in a dump of all of them.
    name: Option<Word<'t>>,
    /// The other fields.
    fields: Vec<Word<'t>>,
}

/// `private-key public-key listen-port fwmark` or `public-key preshared-key endpoint allowed-ips
/// latest-handshake received sent keepalive`, in a dump of all interfaces behind the name of one.
fn row<'t>(line: &Line<'t>) -> Option<Row<'t>> {
    let mut fields: Vec<Word<'t>> = line.whole().parts('\t').collect();
    let name = matches!(fields.len(), 5 | 9).then(|| fields.remove(0));
    let hidden = |it: &str| matches!(it, "(none)" | "(hidden)");
    let keys = match fields.as_slice() {
        [private, public, port, _] => {
            (is_key(private) || hidden(private))
                && (is_key(public) || hidden(public))
                && port.parse::<u16>().is_ok()
        }
        [public, shared, ..] if fields.len() == 8 => {
            is_key(public) && (is_key(shared) || hidden(shared))
        }
        _ => false,
    };
    keys.then_some(Row { name, fields })
}

fn dumped(
    line: &Line<'_>,
    row: &Row<'_>,
    links: &mut Vec<Link>,
    notes: &mut Notes,
) -> Option<Known> {
    let name = row.name.map_or("wireguard", |it| it.text);
    match row.fields.as_slice() {
        [private, _, port, _] => {
            let mut link = Link::new(Spanned::new(name.to_owned(), line.span()), true);
            if is_key(private) {
                notes.secret(*private, SecretKind::PrivateKey, name);
            }
            // The port 0 stands for none: nobody listens yet.
            link.port = listening(*port);
            links.push(link);
        }
        [public, shared, place, allowed, _, _, _, keepalive] => {
            if links.last().is_none_or(|it| it.name.value != name) {
                links.push(Link::new(Spanned::new(name.to_owned(), line.span()), true));
            }
            let mut peer = Peer::new(line.span());
            peer.key = public.text.to_owned();
            if is_key(shared) {
                peer.shared_key = true;
                notes.secret(*shared, SecretKind::PreSharedKey, name);
            }
            let known = read_place(*place, &mut peer);
            let whole = networks(*allowed, &mut peer);
            peer.keepalive = keepalive.text != "off" && keepalive.text != "0";
            links.last_mut()?.peers.push(peer);
            if !whole || !known {
                return None;
            }
        }
        _ => return None,
    }
    Some(Known::Fact)
}

/// Where the peer is. Whether that was understood.
fn read_place(place: Word<'_>, peer: &mut Peer) -> bool {
    if place.text == "(none)" {
        return true;
    }
    let read = endpoint(place.text);
    let known = read.is_some();
    peer.endpoint = Some(Spanned::new(read.unwrap_or(Remote::Unknown), place.span));
    known
}

fn listening(port: Word<'_>) -> Option<Spanned<u16>> {
    port.parse().ok().filter(|it| *it != 0).map(|it| Spanned::new(it, port.span))
}

/// `(none)`, or networks with commas. Whether all were understood.
fn networks(list: Word<'_>, peer: &mut Peer) -> bool {
    let mut all = true;
    for word in list.parts(',').filter(|it| it.text != "(none)") {
        match numbers::network(word.text) {
            Some(network) => peer.allowed.push(Spanned::new(network, word.span)),
            None => all = false,
        }
    }
    peer.more |= !all;
    all
}

/// A line `key: value` of the text for people.
fn told(line: &Line<'_>, links: &mut Vec<Link>, notes: &mut Notes) -> Option<Known> {
    let (key, value) = line.whole().split_once(':')?;
    if key.text == "interface" {
        links.push(Link::new(Spanned::new(value.text.to_owned(), line.span()), true));
        return Some(Known::Fact);
    }
    let link = links.last_mut()?;
    if key.text == "peer" {
        let mut peer = Peer::new(line.span());
        peer.key = value.text.to_owned();
        link.peers.push(peer);
        return Some(Known::Fact);
    }
    let name = link.name.value.clone();
    let hidden = value.text == "(hidden)" || value.text == "(none)";
    let known = match (key.text, link.peers.last_mut()) {
        ("public key" | "fwmark", None) => true,
        ("private key", None) => {
            if !hidden {
                notes.secret(value, SecretKind::PrivateKey, &name);
            }
            true
        }
        ("listening port", None) => {
            link.port = listening(value);
            link.port.is_some()
        }
        ("preshared key", Some(peer)) => {
            peer.shared_key = value.text != "(none)";
            if !hidden {
                notes.secret(value, SecretKind::PreSharedKey, &name);
            }
            true
        }
        ("endpoint", Some(peer)) => read_place(value, peer),
        ("allowed ips", Some(peer)) => networks(value, peer),
        ("persistent keepalive", Some(peer)) => {
            peer.keepalive = value.text != "off";
            true
        }
        ("latest handshake" | "transfer", Some(_)) => return Some(Known::Counter),
        _ => false,
    };
    known.then_some(Known::Fact)
}
