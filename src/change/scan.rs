//! What differs between two reports of a port scanner. A port or host that nobody asked for in one of
//! them is a change of scope, never new and never gone; a host is known again by its hardware address.

use crate::evidence::scan::{Host, Port, Protocol, Scan, State};
use crate::locale::Text;
use crate::model::{RangeSet, vocabulary};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

vocabulary! {
    /// What became of a host or port.
    Turn("確認結果の変化", "what became of a host or port") {
        HostNew = "host-new" ("新しく応答した", "answers now"),
        Opened = "opened" ("ポートが開いた", "port opened"),
        Replaced = "replaced" ("別の機器になった（MACアドレスが違う）", "another box: its MAC address differs"),
        Renumbered = "renumbered" ("アドレスが変わった", "renumbered"),
        Unasked = "unasked" ("今回は確認していない", "not asked this time"),
        Unclear = "unclear" ("開いているか言い切れなくなった", "nobody can tell any more whether it is open"),
        Service = "service" ("応答するサービスが変わった", "another service answers"),
        Closed = "closed" ("ポートが閉じた", "port closed"),
        Filtered = "filtered" ("ポートが応答しなくなった（フィルタされている）", "port no longer answers: filtered"),
        HostGone = "host-gone" ("応答しなくなった", "no longer answers"),
        Refused = "refused" ("開いていないポートの応答が変わった", "a port that is not open answers otherwise"),
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What happened.
    pub turn: Turn,
    /// The host: its address in the newer report, in the older one when it is gone.
    pub host: IpAddr,
    /// The protocol and port; none when it is about the host.
    pub port: Option<(Protocol, u16)>,
    /// What was before.
    pub was: String,
    /// What is now.
    pub is: String,
    /// Whether it may be for what was asked alone; then why.
    pub scope: Option<Text>,
}

/// Compares two reports: worst first, by host.
pub fn between(old: &Scan, new: &Scan) -> Vec<Seen> {
    let pairs = pair(old, new);
    let mut all = Vec::new();
    for (older, newer) in &pairs.both {
        hosts(older, newer, &mut all);
        ports((old, older), (new, newer), &mut all);
    }
    for (hosts, other, turn) in
        [(&pairs.come, old, Turn::HostNew), (&pairs.gone, new, Turn::HostGone)]
    {
        for host in hosts {
            let Some(address) = host.addresses.first() else { continue };
            let open = open(host);
            let (was, is) = match turn {
                Turn::HostNew => (String::new(), open),
                _ => (open, String::new()),
            };
            let scope = unasked(other, *address);
            // Of what nobody looked at nobody can say that it is gone.
            let turn = match (turn, &scope) {
                (Turn::HostGone, Some(_))
                    if !other.complete || other.asked_for(*address).is_none() =>
                {
                    Turn::Unclear
                }
                (Turn::HostGone, Some(_)) => Turn::Unasked,
                (turn, _) => turn,
            };
            all.push(Seen { turn, host: *address, port: None, was, is, scope });
        }
    }
    all.sort_by(|a, b| {
        let key = |it: &Seen| (it.scope.is_some(), it.turn, it.host);
        key(a).cmp(&key(b)).then_with(|| a.port.cmp(&b.port))
    });
    all
}

/// Why an address may be missing from a report although it answered; none when it was asked for.
fn unasked(scan: &Scan, address: IpAddr) -> Option<Text> {
    match scan.asked_for(address) {
        _ if !scan.complete => {
            Some(Text::new("もう一方の確認は途中で終わっています", "the other report was cut off"))
        }
        Some(true) => None,
        Some(false) => Some(Text::new(
            "もう一方では、このアドレスを確認していません",
            "the other one did not ask this address",
        )),
        None => Some(Text::new(
            "もう一方がこのアドレスを確認したか分かりません",
            "nobody knows whether the other one asked this address",
        )),
    }
}

/// The open ports of a host in few words.
fn open(host: &Host) -> String {
    let open = host.ports.iter().filter(|it| it.state == State::Open);
    let names: Vec<String> = open.map(|it| format!("{}/{}", it.number, it.protocol)).collect();
    names.join(", ")
}

/// Hosts of two reports.
struct Pairs<'s> {
    both: Vec<(&'s Host, &'s Host)>,
    come: Vec<&'s Host>,
    gone: Vec<&'s Host>,
}

/// What hosts are known again by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clue {
    Hardware,
    Address,
    Name,
}

/// What a host has of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mark<'s> {
    Word(&'s str),
    Address(IpAddr),
}

impl Clue {
    fn marks(self, host: &Host) -> impl Iterator<Item = Mark<'_>> {
        let none = (None, &[][..], &[][..]);
        let (mac, addresses, names) = match self {
            Self::Hardware => (host.mac.as_deref(), none.1, none.2),
            Self::Address => (none.0, host.addresses.as_slice(), none.2),
            Self::Name => (none.0, none.1, host.names.as_slice()),
        };
        let addresses = addresses.iter().copied().map(Mark::Address);
        mac.into_iter().chain(names.iter().map(String::as_str)).map(Mark::Word).chain(addresses)
    }
}

/// The same hardware is the same host; without it the same address is, and then the same name.
fn pair<'s>(old: &'s Scan, new: &'s Scan) -> Pairs<'s> {
    let mut older: Vec<Option<&Host>> = old.hosts.iter().map(Some).collect();
    let mut pairs = Pairs { both: Vec::new(), come: Vec::new(), gone: Vec::new() };
    let mut left: Vec<&Host> = new.hosts.iter().collect();
    for clue in [Clue::Hardware, Clue::Address, Clue::Name] {
        let mut index: HashMap<Mark<'_>, Option<usize>> = HashMap::with_capacity(older.len());
        for (at, host) in older.iter().enumerate().filter_map(|(at, it)| Some((at, (*it)?))) {
            for mark in clue.marks(host) {
                // What two hosts share tells neither.
                index.entry(mark).and_modify(|it| *it = None).or_insert(Some(at));
            }
        }
        let mut taken = BTreeSet::new();
        let mut later = Vec::new();
        for host in left {
            let found = clue.marks(host).find_map(|it| index.get(&it).copied().flatten());
            let found = found.filter(|at| !taken.contains(at));
            let other = found.and_then(|at| Some((at, (*older.get(at)?)?)));
            // A name alone does not make another box of another address the same one.
            let fits =
                |other: &Host| clue != Clue::Name || other.mac.is_none() || host.mac.is_none();
            match other.filter(|(_, other)| fits(other)) {
                Some((at, other)) => {
                    taken.insert(at);
                    pairs.both.push((other, host));
                }
                None => later.push(host),
            }
        }
        for at in taken {
            if let Some(place) = older.get_mut(at) {
                *place = None;
            }
        }
        left = later;
    }
    pairs.come = left;
    pairs.gone = older.into_iter().flatten().collect();
    pairs
}

/// What differs of the host itself.
fn hosts(old: &Host, new: &Host, all: &mut Vec<Seen>) {
    let Some(host) = new.addresses.first().copied() else { return };
    let text =
        |it: &Host| it.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut tell = |turn, was: String, is: String| {
        all.push(Seen { turn, host, port: None, was, is, scope: None });
    };
    if let (Some(was), Some(is)) = (&old.mac, &new.mac)
        && was != is
    {
        tell(Turn::Replaced, was.clone(), is.clone());
    }
    if !old.addresses.iter().any(|it| new.addresses.contains(it)) {
        tell(Turn::Renumbered, text(old), text(new));
    }
}

/// What differs of its ports.
fn ports((before, old): (&Scan, &Host), (after, new): (&Scan, &Host), all: &mut Vec<Seen>) {
    let Some(host) = new.addresses.first().copied() else { return };
    if old.ports == new.ports && old.others == new.others && before.asked == after.asked {
        return;
    }
    let keys: BTreeSet<(Protocol, u16)> =
        old.ports.iter().chain(&new.ports).map(Port::key).collect();
    for key in keys {
        let (was, is) = (state(before, old, key), state(after, new, key));
        let named =
            |host: &Host| host.port(key).map(|it| Arc::clone(&it.service)).unwrap_or_default();
        let (turn, scope) = match (was, is) {
            (Known::Is(State::Open), Known::Is(State::Open)) => {
                let (was, is) = (named(old), named(new));
                if was == is || was.is_empty() || is.is_empty() {
                    continue;
                }
                (Turn::Service, None)
            }
            (Known::Unasked, Known::Is(State::Open)) => (Turn::Opened, Some(not_asked(before))),
            (Known::Is(State::Open), Known::Unasked) if says_ports(after) => {
                (Turn::Unasked, Some(not_asked(after)))
            }
            (Known::Is(State::Open), Known::Unasked) => (Turn::Unclear, Some(not_asked(after))),
            (Known::Is(State::Unclear), Known::Is(State::Open)) => {
                (Turn::Opened, Some(not_clear()))
            }
            (_, Known::Is(State::Open)) => (Turn::Opened, None),
            (Known::Is(State::Unclear), Known::Is(State::Unclear)) => continue,
            (Known::Is(_) | Known::NotOpen, Known::Is(State::Unclear)) => (Turn::Unclear, None),
            (Known::Is(State::Open), Known::Is(State::Filtered)) => (Turn::Filtered, None),
            (Known::Is(State::Open), _) => {
                let cut = (!after.complete).then(|| unasked(after, host)).flatten();
                (if cut.is_some() { Turn::Unclear } else { Turn::Closed }, cut)
            }
            (Known::Is(was), Known::Is(is)) if was != is => (Turn::Refused, None),
            _ => continue,
        };
        let said = |known: Known, host: &Host| match known {
            Known::Unasked => String::new(),
            Known::NotOpen => "not open".to_owned(),
            Known::Is(state) => format!("{} {}", state.key(), named(host)).trim().to_owned(),
        };
        let (was, is) = (said(was, old), said(is, new));
        all.push(Seen { turn, host, port: Some(key), was, is, scope });
    }
}

/// Whether a report says for which ports it asked: some scanners do not write that.
fn says_ports(scan: &Scan) -> bool {
    !scan.asked.values().all(RangeSet::is_empty)
}

fn not_asked(scan: &Scan) -> Text {
    match says_ports(scan) {
        false => Text::new(
            "もう一方がこのポートを確認したか分かりません",
            "nobody knows whether the other one asked for this port",
        ),
        true => Text::new(
            "もう一方では、このポートを確認していません",
            "the other one did not ask for this port",
        ),
    }
}

fn not_clear() -> Text {
    Text::new("前回は開いていたか言い切れません", "nobody can tell whether it was open before")
}

/// What a report knows of a port.
#[derive(Clone, Copy)]
enum Known {
    /// Nobody asked.
    Unasked,
    /// It was asked for and is not among those that are open; how it answered is not told.
    NotOpen,
    Is(State),
}

fn state(scan: &Scan, host: &Host, key: (Protocol, u16)) -> Known {
    if let Some(Port { state, .. }) = host.port(key) {
        return Known::Is(*state);
    }
    match scan.asked.get(&key.0).is_some_and(|it| it.contains(key.1)) {
        false => Known::Unasked,
        true => host.others.map_or(Known::NotOpen, Known::Is),
    }
}
