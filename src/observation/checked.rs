//! What evidence may say: a file that was edited, or written by another program, must not bring in
//! what no observer could have seen. What kinds of values serde cannot tell apart is looked at here.

use super::facts::{Conversation, Sighting};
use super::lines::{Head, Line};
use crate::locale::Text;
use crate::text;
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use std::str::FromStr;

/// The highest number of a VLAN (IEEE 802.1Q).
const LAST_VLAN: u16 = 4095;
/// The longest wrapping, and the longest text, in characters.
const LONGEST: usize = 256;
/// Protocols with ports (IANA).
const WITH_PORTS: [u8; 5] = [6, 17, 33, 132, 136];

/// What is wrong with a line, in words.
pub fn mistake(line: &Line<'_>) -> Option<Text> {
    match line {
        Line::Piece(head) => piece(head),
        Line::Host(it) => sighting(&it.seen).or_else(|| vlans(it.vlans.iter().copied())),
        Line::Conversation(it) => conversation(it),
        Line::Exit(it) => sighting(&it.seen).or_else(|| vlans(it.vlan)),
        Line::Role(it) => sighting(&it.seen).or_else(|| vlans(it.vlan)),
        Line::Neighbour(it) => sighting(&it.seen).or_else(|| vlans(it.vlan)),
        Line::End(_) => None,
    }
}

fn piece(head: &Head<'_>) -> Option<Text> {
    let is_hash = |it: &str| it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit());
    let sha256 = &head.source.sha256;
    let mut watched = head.watched.iter();
    let in_order = head.watched.iter().zip(head.watched.iter().skip(1)).all(|(a, b)| a.1 <= b.0);
    if head.first.zip(head.last).is_some_and(|(first, last)| first > last)
        || head.first.is_some() != head.last.is_some()
        || !in_order
        || watched.any(|(first, last)| first > last)
    {
        Some(times())
    } else if !sha256.is_empty() && !is_hash(sha256) {
        Some(text!("「{sha256}」はSHA-256の値ではありません", "`{sha256}` is no SHA-256"))
    } else {
        None
    }
}

fn conversation(it: &Conversation) -> Option<Text> {
    let has_ports = WITH_PORTS.contains(&it.protocol);
    let protocol = it.protocol;
    if has_ports != it.port.is_some() || !has_ports && !it.from_ports.is_empty() {
        return Some(text!(
            "プロトコル{protocol}とポート番号の有無が合いません",
            "protocol {protocol} and the port do not go together"
        ));
    }
    let ways = it.also_as.iter().find(|it| !is_way(it)).map(|it| {
        text!(
            "「{it}」は「アドレス>アドレス」の形ではありません",
            "`{it}` is not `address>address`"
        )
    });
    let inside = it
        .inside
        .iter()
        .find(|it| !is_wrap(it))
        .map(|it| text!("「{it}」は包みの種類ではありません", "`{it}` is no kind of wrapping"));
    sighting(&it.seen)
        .or_else(|| vlans(it.vlans.iter().copied()))
        .or_else(|| ranges::<u16>(&it.from_ports))
        .or_else(|| ranges::<u32>(&it.days))
        .or_else(|| it.hours.0.iter().any(|it| *it >= 1 << 24).then(hours))
        .or(ways)
        .or(inside)
}

fn sighting(it: &Sighting) -> Option<Text> {
    (it.first > it.last).then(times)
}

fn times() -> Text {
    Text::new("始まりが終わりより後です", "it begins after it ends")
}

fn hours() -> Text {
    Text::new("1日に24時間を超える時刻があります", "a day has more than 24 hours")
}

fn vlans(all: impl IntoIterator<Item = u16>) -> Option<Text> {
    let wrong = all.into_iter().find(|it| !(1..=LAST_VLAN).contains(it))?;
    Some(text!("{wrong}というVLAN番号はありません", "there is no VLAN {wrong}"))
}

/// Numbers in ascending order, as ranges: `1-3,7`; `…` at the end when there are more.
fn ranges<T: FromStr + PartialOrd + Copy>(told: &str) -> Option<Text> {
    let mut last: Option<T> = None;
    let mut parts = told.split(',').peekable();
    while let Some(part) = parts.next() {
        if told.is_empty() || part == "…" && parts.peek().is_none() {
            continue;
        }
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let read = from.parse().ok().zip(to.parse().ok());
        match read.filter(|(from, to): &(T, T)| from <= to && last.is_none_or(|it| it < *from)) {
            Some((_, to)) => last = Some(to),
            None => {
                return Some(text!(
                    "「{part}」は昇順の番号の並びではありません",
                    "`{part}` does not belong into ascending numbers"
                ));
            }
        }
    }
    None
}

/// `192.0.2.1>198.51.100.1`, or the same with prefix lengths.
fn is_way(told: &str) -> bool {
    let is_end = |it: &str| it.parse::<IpAddr>().is_ok() || it.parse::<IpNetwork>().is_ok();
    told.split_once('>').is_some_and(|(from, to)| is_end(from) && is_end(to))
}

/// A kind, with its number where it has one.
fn is_wrap(told: &str) -> bool {
    let (kind, rest) = told.split_once(':').unwrap_or((told, ""));
    let is_number = |most: u64| rest.parse::<u64>().is_ok_and(|it| it <= most);
    match kind {
        "ip" => is_way(rest),
        "vlan" => is_number(LAST_VLAN.into()),
        "mpls" => is_number((1 << 20) - 1),
        "pppoe" | "erspan" => is_number(u16::MAX.into()),
        "vxlan" | "geneve" => is_number((1 << 24) - 1),
        "gre" => told == "gre" || is_number(u32::MAX.into()),
        // A later version may know more.
        _ => told.len() <= LONGEST && told.bytes().all(|it| it.is_ascii_graphic()),
    }
}
