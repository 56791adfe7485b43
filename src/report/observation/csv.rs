//! Conversations and flows as tables for a spreadsheet.

use super::rows::{moment, service, speech};
use crate::locale::{Lang, Text};
use crate::model::Vocabulary as _;
use crate::observation::lines::Facts;
use crate::observation::{Count, FlowSeen, Guess, Wrap};
use crate::report::csv::write;
use std::io;

/// So many rows are put together before they are handed on.
const ROWS: usize = 4096;

/// Writes the titles, then every row.
fn table(
    titles: &[Text],
    rows: impl Iterator<Item = Vec<String>>,
    lang: Lang,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut some = vec![titles.iter().map(|it| it.get(lang).to_owned()).collect()];
    let mut is_first = true;
    let mut flush = |some: &mut Vec<Vec<String>>| {
        let mut bytes = Vec::new();
        write(some, &mut bytes)?;
        // The byte-order mark stands at the beginning only.
        let bytes = if is_first { &bytes } else { bytes.get(3..).unwrap_or_default() };
        is_first = false;
        some.clear();
        each(bytes)
    };
    for row in rows {
        some.push(row);
        if some.len() >= ROWS {
            flush(&mut some)?;
        }
    }
    flush(&mut some)
}

fn numbers(vlans: &[u16]) -> String {
    vlans.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn wraps(inside: &[Wrap]) -> String {
    inside.join(" ")
}

fn guess(guess: Guess, lang: Lang) -> String {
    guess.label().get(lang).to_owned()
}

fn yes(it: bool, lang: Lang) -> String {
    let word = if it { Text::new("あり", "yes") } else { Text::new("なし", "no") };
    word.get(lang).to_owned()
}

/// Every conversation.
pub fn conversations_csv(
    all: &[&dyn Facts],
    lang: Lang,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    const TITLES: [Text; 17] = [
        Text::new("観測点", "tap"),
        Text::new("記録", "source"),
        Text::new("VLAN", "vlan"),
        Text::new("包むもの", "inside"),
        Text::new("開始側", "from"),
        Text::new("相手側", "to"),
        Text::new("サービス", "service"),
        Text::new("プロトコル", "spoken"),
        Text::new("応答", "answered"),
        Text::new("開始側の判断", "initiator by"),
        Text::new("回数", "sessions"),
        Text::new("送信パケット", "packets forth"),
        Text::new("受信パケット", "packets back"),
        Text::new("送信バイト", "bytes forth"),
        Text::new("受信バイト", "bytes back"),
        Text::new("最初", "first"),
        Text::new("最後", "last"),
    ];
    let rows = all.iter().flat_map(|facts| {
        let head = facts.head();
        facts.conversations().map(move |it| {
            vec![
                head.tap.clone(),
                head.source.name.clone(),
                numbers(&it.vlans),
                wraps(&it.inside),
                it.from.to_string(),
                it.to.to_string(),
                service(it.protocol, it.port),
                speech(&it.speech, lang),
                yes(it.answered, lang),
                guess(it.guess, lang),
                it.sessions.to_string(),
                it.forth.packets.to_string(),
                it.back.packets.to_string(),
                it.forth.bytes.to_string(),
                it.back.bytes.to_string(),
                moment(it.seen.first),
                moment(it.seen.last),
            ]
        })
    });
    table(&TITLES, rows, lang, each)
}

/// The flows of conversations as far as evidence keeps them: by the ports of the side that began, without counts.
pub fn flows_of<'a>(all: &'a [&'a dyn Facts]) -> impl Iterator<Item = FlowSeen> + 'a {
    let conversations = all.iter().flat_map(|facts| facts.conversations());
    conversations.flat_map(|it| {
        let ports: Vec<u16> = match it.port {
            Some(_) => ports(&it.from_ports),
            None => vec![0],
        };
        let it = it.into_owned();
        ports.into_iter().map(move |port| FlowSeen {
            vlans: it.vlans.clone(),
            inside: it.inside.clone(),
            from: (it.from, port),
            to: (it.to, it.port.unwrap_or(0)),
            protocol: it.protocol,
            guess: it.guess,
            answered: it.answered,
            forth: Count::default(),
            back: Count::default(),
            speech: it.speech.clone(),
            is_copy: false,
        })
    })
}

/// `40000-40002,52311` one by one.
fn ports(text: &str) -> Vec<u16> {
    let ranges = text.split(',').filter_map(|it| {
        let (first, last) = it.split_once('-').unwrap_or((it, it));
        Some(first.parse::<u16>().ok()?..=last.parse::<u16>().ok()?)
    });
    ranges.flatten().collect()
}

/// Every flow: both addresses, both ports and the protocol.
pub fn flows_csv(
    flows: impl Iterator<Item = FlowSeen>,
    lang: Lang,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    const TITLES: [Text; 15] = [
        Text::new("VLAN", "vlan"),
        Text::new("包むもの", "inside"),
        Text::new("開始側", "from"),
        Text::new("開始側ポート", "from port"),
        Text::new("相手側", "to"),
        Text::new("相手側ポート", "to port"),
        Text::new("IPプロトコル番号", "ip protocol"),
        Text::new("プロトコル", "spoken"),
        Text::new("応答", "answered"),
        Text::new("開始側の判断", "initiator by"),
        Text::new("重複", "copy"),
        Text::new("送信パケット", "packets forth"),
        Text::new("受信パケット", "packets back"),
        Text::new("送信バイト", "bytes forth"),
        Text::new("受信バイト", "bytes back"),
    ];
    let rows = flows.map(|it| {
        // Evidence does not keep what a single flow carried: that is not the same as nothing.
        let known = it.forth != Count::default() || it.back != Count::default();
        let counted = |number: u64| if known { number.to_string() } else { String::new() };
        vec![
            numbers(&it.vlans),
            wraps(&it.inside),
            it.from.0.to_string(),
            it.from.1.to_string(),
            it.to.0.to_string(),
            it.to.1.to_string(),
            it.protocol.to_string(),
            speech(&it.speech, lang),
            yes(it.answered, lang),
            guess(it.guess, lang),
            yes(it.is_copy, lang),
            counted(it.forth.packets),
            counted(it.back.packets),
            counted(it.forth.bytes),
            counted(it.back.bytes),
        ]
    });
    table(&TITLES, rows, lang, each)
}
