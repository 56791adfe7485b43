//! Files of `wg-quick` and `wg setconf`.

use super::hooks;
use super::parse::{Section, Setting, heading, said, sections};
use super::repr::{Link, Peer, Routing, endpoint};
use crate::config::coverage::Because;
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::config::{Score, numbers};
use crate::model::IpNetwork;
use crate::model::device::{Remote, SecretKind};
use crate::source::Spanned;
use crate::text;

/// Settings of an interface that say nothing about connections.
const IDLE: &[(&str, Because)] = &[
    ("dns", Because::Resolver),
    ("mtu", Because::Performance),
    ("fwmark", Because::Housekeeping),
    ("saveconfig", Because::Housekeeping),
];
/// Settings that only `wg-quick` knows: it also routes.
const OF_QUICK: &[&str] = &["address", "dns", "mtu", "table", "saveconfig", "postup", "preup"];

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let heads = |name: &str| {
        listing
            .head()
            .iter()
            .any(|line| heading(said(line)).is_some_and(|it| it.trim().eq_ignore_ascii_case(name)))
    };
    let sets = |key: &str| {
        listing.head().iter().any(|line| {
            said(line).split_once('=').is_some_and(|(it, _)| it.eq_ignore_ascii_case(key))
        })
    };
    match (heads("Interface"), heads("Peer")) {
        (true, true) if sets("PublicKey") || sets("AllowedIPs") => 97,
        (true, _) if sets("PrivateKey") || sets("ListenPort") => 90,
        (_, true) if sets("PublicKey") => 85,
        _ => 0,
    }
}

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes) -> Link {
    let sections = sections(listing, notes);
    let begin = sections.first().map_or_else(|| listing.end(), |it| it.line.span());
    let mut link = Link::new(Spanned::new(interface_name(listing.name), begin), false);
    for section in &sections {
        match section.name.as_str() {
            "interface" => {
                notes.understood(&section.line);
                if section.settings.iter().any(|it| OF_QUICK.contains(&it.key.as_str())) {
                    link.routing = Routing::Main;
                }
                link.name.span = section.line.span();
                section.settings.iter().for_each(|it| interface(it, &mut link, notes));
            }
            "peer" => {
                notes.understood(&section.line);
                let peer = peer(section, &link.name.value, notes);
                link.peers.push(peer);
            }
            _ => {}
        }
    }
    if let Some(last) = link.peers.last()
        && (last.key.is_empty() || last.allowed.is_empty())
    {
        notes.truncated(
            listing.end(),
            text!("相手の公開鍵かAllowedIPsがありません", "the peer lacks its key or AllowedIPs"),
        );
    }
    link
}

/// `wg-quick` calls an interface as its file is called.
fn interface_name(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let fits = |it: &&str| {
        let letter = |c: char| c.is_ascii_alphanumeric() || "_=+.-".contains(c);
        !it.is_empty() && it.len() <= 15 && it.chars().all(letter)
    };
    base.strip_suffix(".conf").filter(fits).unwrap_or("wireguard").to_owned()
}

fn interface(setting: &Setting<'_>, link: &mut Link, notes: &mut Notes) {
    let Setting { line, key, value } = setting;
    if let Some((_, why)) = IDLE.iter().find(|(idle, _)| idle == key) {
        return notes.ignored(line, *why);
    }
    let known = match key.as_str() {
        "privatekey" => {
            notes.secret(*value, SecretKind::PrivateKey, &link.name.value);
            true
        }
        "listenport" => {
            link.port = value.parse().ok().map(|port| Spanned::new(port, value.span));
            link.port.is_some()
        }
        "address" => networks(setting, &mut link.addresses),
        "table" => {
            match value.text {
                "off" => link.routing = Routing::Elsewhere,
                "auto" => link.routing = Routing::Main,
                table => link.routing = Routing::Table(table.to_owned()),
            }
            true
        }
        "preup" | "postup" => hooks::up(*value, &link.name.value, &mut link.nat),
        "predown" | "postdown" => {
            if hooks::only_undoes(*value) {
                return notes.ignored(line, Because::Housekeeping);
            }
            false
        }
        _ => false,
    };
    if known {
        notes.understood(line);
    }
}

fn peer(section: &Section<'_>, link: &str, notes: &mut Notes) -> Peer {
    let mut peer = Peer::new(section.line.span());
    for setting in &section.settings {
        let Setting { line, key, value } = setting;
        let known = match key.as_str() {
            "publickey" => {
                peer.key = value.text.to_owned();
                true
            }
            "presharedkey" => {
                peer.shared_key = true;
                notes.secret(*value, SecretKind::PreSharedKey, link);
                true
            }
            "allowedips" => {
                let whole = networks(setting, &mut peer.allowed);
                peer.more |= !whole;
                whole
            }
            "endpoint" => {
                let place = endpoint(value.text);
                let known = place.is_some();
                peer.endpoint = Some(Spanned::new(place.unwrap_or(Remote::Unknown), value.span));
                known
            }
            "persistentkeepalive" => {
                peer.keepalive = !matches!(value.text, "0" | "off");
                true
            }
            _ => false,
        };
        if known {
            notes.understood(line);
        }
    }
    peer
}

/// A list of networks, all of which must be understood. An address alone is a host.
fn networks(setting: &Setting<'_>, into: &mut Vec<Spanned<IpNetwork>>) -> bool {
    let mut all = true;
    for word in setting.value.parts(',') {
        match numbers::network(word.text) {
            Some(network) => into.push(Spanned::new(network, word.span)),
            None => all = false,
        }
    }
    all
}
