//! Observations among the evidence: each piece with a listing of its facts, so that a finding can
//! point at a packet as it points at a line.

use super::EvidenceSet;
use crate::model::{Service, Vocabulary as _};
use crate::observation::{Conversation, Piece, Sighting};
use crate::source::{SourceMap, Span};

/// Where the facts of a piece stand in its listing: in the order in which the piece has them. The
/// lines of a listing bear the numbers of packets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The piece itself.
    pub piece: Option<Span>,
    /// Its hosts.
    pub hosts: Vec<Span>,
    /// Its conversations.
    pub conversations: Vec<Span>,
    /// Its exits.
    pub exits: Vec<Span>,
    /// Its roles.
    pub roles: Vec<Span>,
    /// Its neighbours.
    pub neighbours: Vec<Span>,
}

impl EvidenceSet {
    /// Adds what one tap saw.
    pub fn observe(&mut self, sources: &mut SourceMap, piece: Piece) {
        self.observed.add(piece);
        self.list(sources);
    }

    /// Lists every piece and every journal that is not listed yet. In one order, whatever the one in
    /// which they were added, so that the same evidence gives the same places.
    pub fn list(&mut self, sources: &mut SourceMap) {
        self.list_probes(sources);
        for (id, piece) in &self.observed.pieces {
            if !self.listings.contains_key(id) {
                self.listings.insert(id.clone(), list(piece, sources));
            }
        }
    }
}

/// What a piece is called where places name it: `tap/file`.
pub fn called(piece: &Piece) -> String {
    match (piece.tap.as_str(), piece.source.name.as_str()) {
        ("", name) => name.to_owned(),
        (tap, "") => tap.to_owned(),
        (tap, name) => format!("{tap}/{name}"),
    }
}

fn list(piece: &Piece, sources: &mut SourceMap) -> Listing {
    let mut lines: Vec<(usize, String)> = vec![(1, head(piece))];
    lines.extend(piece.hosts.iter().map(|it| {
        let macs: Vec<String> = it.macs.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = it.names.iter().map(|it| it.name.as_str()).collect();
        let vlans: Vec<String> = it.vlans.iter().map(|it| format!("vlan {it}")).collect();
        let parts = [macs.join(" "), vlans.join(" "), names.join(" ")];
        numbered(&it.seen, &format!("host {}{}", it.address, joined(&parts)))
    }));
    lines.extend(piece.conversations.iter().map(|it| numbered(&it.seen, &conversation(it))));
    lines.extend(piece.exits.iter().map(|it| {
        let all = |set: &mut dyn Iterator<Item = String>| set.take(8).collect::<Vec<_>>().join(" ");
        let own = all(&mut it.own.iter().map(ToString::to_string));
        let far = all(&mut it.outward.union(&it.inward).map(ToString::to_string));
        let vlan = it.vlan.map(|it| format!("vlan {it}")).unwrap_or_default();
        numbered(&it.seen, &format!("exit {}{}, beyond: {far}", it.mac, joined(&[own, vlan])))
    }));
    lines.extend(piece.roles.iter().map(|it| {
        let mac = it.mac.map(|it| it.to_string()).unwrap_or_default();
        let address = it.address.map(|it| it.to_string()).unwrap_or_default();
        let details = it.details.iter().map(|(key, values)| {
            let values: Vec<&str> = values.iter().take(4).map(String::as_str).collect();
            format!("{key} {}", values.join(" "))
        });
        let details = details.take(6).collect::<Vec<_>>().join(", ");
        let parts = [mac, address, details];
        numbered(&it.seen, &format!("{}{}", it.role.key(), joined(&parts)))
    }));
    lines.extend(piece.neighbours.iter().map(|it| {
        let said = &it.announced;
        let managed: Vec<String> = said.management.iter().map(ToString::to_string).collect();
        let parts = [
            it.mac.to_string(),
            said.system.clone(),
            said.platform.clone(),
            said.port.clone(),
            managed.join(" "),
        ];
        numbered(&it.seen, &format!("neighbour by {}{}", said.by, joined(&parts)))
    }));
    let (_, spans) = sources.add_listing(called(piece), lines);
    let mut spans = spans.into_iter();
    let head = spans.next();
    let mut next = |count: usize| spans.by_ref().take(count).collect::<Vec<_>>();
    Listing {
        piece: head,
        hosts: next(piece.hosts.len()),
        conversations: next(piece.conversations.len()),
        exits: next(piece.exits.len()),
        roles: next(piece.roles.len()),
        neighbours: next(piece.neighbours.len()),
    }
}

fn head(piece: &Piece) -> String {
    let when = match (piece.first, piece.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    format!("{} packets{when}", piece.counts.packets)
}

/// Everything that is not empty, behind commas.
fn joined(parts: &[String]) -> String {
    let parts = parts.iter().filter(|it| !it.is_empty());
    parts.map(|it| format!(", {it}")).collect()
}

fn numbered(seen: &Sighting, what: &str) -> (usize, String) {
    let number = usize::try_from(seen.packet).unwrap_or(usize::MAX).max(1);
    (number, format!("{what}, {} to {}", seen.first, seen.last))
}

/// `10.30.0.9 > 198.51.100.7 51820/udp wireguard, 3 sessions, 120+98 packets`
fn conversation(it: &Conversation) -> String {
    let service = match (it.protocol, it.port) {
        (6 | 17, Some(port)) => Service::of(it.protocol, port).to_string(),
        (protocol, Some(port)) => format!("{port}/{protocol}"),
        (protocol, None) => match Service::of(protocol, 0) {
            Service::Any => format!("ip-{protocol}"),
            known => known.to_string(),
        },
    };
    let spoken: Vec<String> = it
        .speech
        .iter()
        .map(|speech| {
            let details = speech.details.values().flatten().take(3);
            let details: String = details.map(|it| format!(" {it}")).collect();
            format!("{}{details}", speech.spoken.key())
        })
        .collect();
    let answered = if it.answered { "" } else { "not answered" };
    let parts = [
        spoken.join(" "),
        answered.to_owned(),
        format!("{} sessions", it.sessions),
        format!("{}+{} packets", it.forth.packets, it.back.packets),
    ];
    format!("{} > {} {service}{}", it.from, it.to, joined(&parts))
}
