//! What one configuration says, without any inventory: for the person who wants to know what a box
//! really does, and for programs.

mod json;
mod text;

pub use json::write as json;
pub use text::write as text;

use crate::config::ConfigFile;
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::model::device::{DeviceConfig, Match, Protocols, Remote, States, Transport, Verdict};
use crate::model::{Point, RangeSet};
use crate::source::SourceMap;
use std::fmt::Display;

/// A file that was read, and the texts that its places are in.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// The texts, masked.
    pub sources: &'a SourceMap,
    /// The file.
    pub file: &'a ConfigFile,
    /// What it says.
    pub config: &'a DeviceConfig,
}

impl Read<'_> {
    /// The line of the file that a place is on, from 1.
    fn line(&self, span: crate::source::Span) -> usize {
        self.sources.position(span).line
    }
}

/// The other end in words.
fn remote(remote: &Remote) -> Text {
    match remote {
        Remote::Address(address) => Text::same(address.to_string()),
        Remote::Network(network) => Text::same(network.to_string()),
        Remote::Name(name) => Text::same(name.clone()),
        Remote::Telephone(number) => crate::text!("電話番号 {number}", "telephone {number}"),
        Remote::Any => Text::new("限定なし", "anybody"),
        Remote::Unknown => Text::new("不明", "unknown"),
    }
}

/// A verdict as a word that programs can compare; with the list that is called.
fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Permit => "permit".to_owned(),
        Verdict::Deny => "deny".to_owned(),
        Verdict::Call(name) => format!("call {name}"),
        Verdict::Goto(name) => format!("goto {name}"),
        Verdict::Return => "return".to_owned(),
        Verdict::Continue => "continue".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    }
}

/// `80`, `80,443`, `1024-65535`
fn numbers<T: Point + Display>(set: &RangeSet<T>) -> String {
    let ranges = set.ranges().iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    ranges.collect::<Vec<_>>().join(",")
}

/// `any`, `tcp 80,443`, `udp from 123`, `icmp type 8`, `protocol 89`
fn transport(it: &Transport) -> String {
    if it.is_any() {
        return "any".to_owned();
    }
    let mut text = protocols(&it.protocols);
    if !it.source_ports.is_all() {
        text.push_str(&format!(" from {}", numbers(&it.source_ports)));
    }
    if !it.destination_ports.is_all() {
        text.push_str(&format!(" {}", numbers(&it.destination_ports)));
    }
    if !it.icmp_types.is_all() {
        text.push_str(&format!(" type {}", numbers(&it.icmp_types)));
    }
    text
}

/// `tcp`, `tcp/udp`, `protocol 89`
fn protocols(set: &Protocols) -> String {
    const NAMES: &[(u8, &str)] = &[
        (1, "icmp"),
        (6, "tcp"),
        (17, "udp"),
        (47, "gre"),
        (50, "esp"),
        (51, "ah"),
        (58, "icmpv6"),
    ];
    if set.is_all() {
        return "any".to_owned();
    }
    let named: Vec<_> = NAMES.iter().filter(|(number, _)| set.contains(*number)).collect();
    let known = named.iter().map(|(number, _)| (*number, *number)).collect::<Protocols>();
    match known == *set {
        true => named.iter().map(|(_, name)| *name).collect::<Vec<_>>().join("/"),
        false => format!("protocol {}", numbers(set)),
    }
}

/// From where, in words: the whole of a family is no limit.
fn sources(set: &crate::model::AddressSet) -> Text {
    match set.is_any() {
        true => Text::new("限定なし", "anywhere"),
        false => Text::same(set.to_string()),
    }
}

/// The states of a set, when it is not every one.
fn states(states: States) -> Vec<&'static str> {
    let words = [
        (States::NEW, "new"),
        (States::ESTABLISHED, "established"),
        (States::RELATED, "related"),
        (States::INVALID, "invalid"),
    ];
    match states == States::ALL {
        true => Vec::new(),
        false => {
            words.iter().filter(|(it, _)| states.includes(*it)).map(|(_, word)| *word).collect()
        }
    }
}

/// What a translation listens on: the destination ports of each transport.
fn listened(when: &Match) -> String {
    when.transports.iter().map(transport).collect::<Vec<_>>().join(", ")
}

/// A vocabulary's words, joined.
fn words<T: crate::model::Vocabulary>(words: &[T]) -> Text {
    Text::list(&words.iter().map(|it| it.label()).collect::<Vec<_>>())
}

/// The kind of an interface and what it is.
fn kind(kind: crate::model::device::InterfaceKind) -> Text {
    kind.label()
}
