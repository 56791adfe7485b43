//! What a port scanner saw (the XML report of Nmap, `nmap -oX`): hosts, the state of their ports, and
//! how far it looked. Sekisho scans nothing itself; hospitals have such reports from others.
//!
//! Source of the format: the document type `nmap.dtd` that is installed with Nmap.

mod targets;
mod xml;

use crate::locale::one_line;
use crate::model::RangeSet;
use std::collections::BTreeMap;
use std::net::IpAddr;
use xml::{Tag, Tags};

/// One run of a scanner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// When it began, in seconds since 1970.
    pub started: Option<i64>,
    /// The command line.
    pub command: String,
    /// The addresses that the command line asks for.
    pub targets: RangeSet<u128>,
    /// The ports that were asked for, by protocol (`tcp`, `udp`, `sctp`).
    pub asked: BTreeMap<String, RangeSet<u16>>,
    /// The hosts that answered, in the order of the report.
    pub hosts: Vec<Host>,
    /// Whether the report says how it ended: one that was cut off did not look at everything.
    pub complete: bool,
}

/// One host that answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its hardware address, as far as the scanner stood in the same network.
    pub mac: Option<String>,
    /// What it is called.
    pub names: Vec<String>,
    /// The ports that the report names.
    pub ports: BTreeMap<(String, u16), Port>,
    /// The state of those that it does not name, when all of them have the same.
    pub others: Option<State>,
}

/// One port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its state.
    pub state: State,
    /// What listens there, as far as the scanner could tell.
    pub service: String,
}

/// The state of a port, in the words of the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something answers.
    Open,
    /// It answered that nothing listens.
    Closed,
    /// Nothing came back, or a filter answered.
    Filtered,
    /// The scanner could not tell: `open|filtered` and the like.
    Unclear,
}

impl State {
    fn of(word: &str) -> Self {
        match word {
            "open" => Self::Open,
            "closed" => Self::Closed,
            "filtered" => Self::Filtered,
            _ => Self::Unclear,
        }
    }

    /// The word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Filtered => "filtered",
            Self::Unclear => "unclear",
        }
    }
}

/// Whether a text is such a report.
pub fn is_scan(text: &str) -> bool {
    let head = text.get(..text.len().min(4096)).unwrap_or(text);
    head.trim_start_matches('\u{feff}').trim_start().starts_with('<') && text.contains("<nmaprun")
}

/// Reads a report. Total: what it does not know it passes over, and of a report that was cut off it
/// reads what is there.
pub fn read(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut host: Option<(Host, bool)> = None;
    let mut port: Option<((String, u16), Port)> = None;
    let mut kinds = 0;
    for tag in Tags::of(text) {
        match (tag.name, &mut host) {
            ("nmaprun", _) => {
                scan.started = number(&tag, "start");
                scan.command = tag.get("args").unwrap_or_default().into_owned();
                scan.targets = targets::of(&scan.command);
            }
            ("scaninfo", _) => {
                let protocol = tag.get("protocol").unwrap_or_default().into_owned();
                let ports = ranges(&tag.get("services").unwrap_or_default());
                let all = scan.asked.entry(protocol).or_default();
                *all = all.union(&ports);
            }
            ("finished", _) => scan.complete = true,
            ("host", _) => {
                host = Some((Host::default(), true));
                kinds = 0;
            }
            ("/host", found) => {
                if let Some((host, true)) = found.take() {
                    scan.hosts.push(host);
                }
            }
            ("status", Some((_, up))) => *up = tag.get("state").is_none_or(|it| it == "up"),
            ("address", Some((host, _))) => {
                let value = tag.get("addr").unwrap_or_default();
                match value.parse() {
                    Ok(address) => host.addresses.push(address),
                    Err(_) => host.mac = Some(value.to_ascii_lowercase()),
                }
            }
            ("hostname", Some((host, _))) => {
                host.names.extend(tag.get("name").map(|it| one_line(&it).into_owned()));
            }
            ("extraports", Some((host, _))) => {
                kinds += 1;
                let state = State::of(&tag.get("state").unwrap_or_default());
                host.others = Some(state).filter(|_| kinds == 1);
            }
            ("port", Some(_)) => {
                let protocol = tag.get("protocol").unwrap_or_default().into_owned();
                let id = number(&tag, "portid").and_then(|it| u16::try_from(it).ok());
                port = id.map(|id| {
                    ((protocol, id), Port { state: State::Unclear, service: String::new() })
                });
            }
            ("state", Some(_)) => {
                if let Some((_, port)) = &mut port {
                    port.state = State::of(&tag.get("state").unwrap_or_default());
                }
            }
            ("service", Some(_)) => {
                if let Some((_, port)) = &mut port {
                    port.service = service(&tag);
                }
            }
            ("/port", Some((host, _))) => host.ports.extend(port.take()),
            _ => {}
        }
    }
    scan
}

/// `http nginx 1.24`
fn service(tag: &Tag<'_>) -> String {
    let words = ["name", "product", "version"].iter().filter_map(|it| tag.get(it));
    one_line(&words.collect::<Vec<_>>().join(" ")).into_owned()
}

fn number(tag: &Tag<'_>, name: &str) -> Option<i64> {
    tag.get(name)?.parse().ok()
}

/// `1-1024,3389`
fn ranges(text: &str) -> RangeSet<u16> {
    let parts = text.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    });
    parts.filter(|(first, last): &(u16, u16)| first <= last).collect()
}
