//! What is no command: the comments above a configuration, and the outputs of `show environment`
//! and `show ip route`.

use super::parse::Command;
use super::repr::Router;
use crate::config::listing::Line;
use crate::config::{Because, Notes, numbers};
use crate::model::device::{NextHop, Route};
use crate::model::{IpNetwork, network_of};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// Families of products that speak this language, before their number.
const FAMILIES: &[&str] = &["RTX", "NVR", "FWX", "SRT", "RTV", "RT", "vRX"];

/// Product and version of `# RTX830 Rev.15.02.17 (…)`, as words.
pub(super) fn header(body: &str) -> Option<(&str, &str)> {
    let mut words = body.trim_start_matches(['#', ' ']).split_whitespace();
    let (product, version) = (words.next()?, words.next()?);
    let number = FAMILIES.iter().find_map(|family| product.strip_prefix(family))?;
    let known = number.is_empty() || number.starts_with(|c: char| c.is_ascii_digit());
    let version = version.strip_prefix("Rev.")?;
    (known && version.starts_with(|c: char| c.is_ascii_digit())).then_some((product, version))
}

/// Whether this is the head of the table of `show ip route`.
pub(super) fn is_route_table(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    words == ["Destination", "Gateway", "Interface", "Kind"]
}

/// A part of a line as a fact.
fn at(line: &Line<'_>, part: &str) -> Option<Spanned<String>> {
    let from = line.text.find(part)?;
    Some(Spanned::new(part.to_owned(), line.place(from, from + part.len())))
}

/// A comment: perhaps the head that `show config` prints.
pub(super) fn comment(router: &mut Router, lines: &[Line<'_>], text: &str, notes: &mut Notes) {
    let told = lines.first().is_some_and(|line| identity(router, line, text));
    for line in lines {
        match told {
            true => notes.understood(line),
            false => notes.ignored(line, Because::Comment),
        }
    }
}

/// Product, version, serial number and MAC addresses of a line.
fn identity(router: &mut Router, line: &Line<'_>, text: &str) -> bool {
    if let Some((product, version)) = header(text) {
        router.product = at(line, product);
        router.version = at(line, version);
        return true;
    }
    let serial = text.split_whitespace().find_map(|it| it.strip_prefix("serial="));
    if let Some(serial) = serial {
        router.serial = at(line, serial);
    }
    let macs = text.split([' ', ',', '=']).filter(|it| is_mac(it));
    let place = line.span();
    let macs: Vec<_> = macs.map(|it| Spanned::new(it.to_ascii_lowercase(), place)).collect();
    let head = text.starts_with("MAC Address") || serial.is_some();
    if head && !macs.is_empty() {
        router.macs = macs;
    }
    head
}

fn is_mac(word: &str) -> bool {
    let bytes: Vec<&str> = word.split(':').collect();
    bytes.len() == 6
        && bytes.iter().all(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Where a table of routes goes on, and what it said.
#[derive(Debug, Default)]
pub(super) struct Table {
    open: bool,
    pub(super) routes: Vec<Route>,
    /// Addresses of interfaces, from routes that exist because of them.
    pub(super) addresses: Vec<(String, Spanned<IpNetwork>)>,
}

/// Beginnings of the lines of `show environment` that say nothing about connections.
const ENVIRONMENT: &[&str] = &[
    "CPU:",
    "Packet-buffer:",
    "Firmware:",
    "Default firmware:",
    "Boot time:",
    "Current time:",
    "Elapsed time",
    "Security Class:",
    "Inside Temperature",
    "Config. file:",
    "Power:",
    "Fan:",
    "Startup firmware",
    "Memory",
];

/// A line of an output; whether it was one.
pub(super) fn line(
    router: &mut Router,
    table: &mut Table,
    command: &Command<'_>,
    notes: &mut Notes,
) -> bool {
    let Some(first) = command.lines.first() else { return false };
    let body = first.body();
    if is_route_table(body) {
        table.open = true;
        command.lines.iter().for_each(|line| notes.understood(line));
        return true;
    }
    if table.open {
        table.open = row(table, command, first, notes);
        if table.open {
            return true;
        }
    }
    let mut words = body.split_whitespace();
    let (head, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let text: String = command.lines.iter().map(|line| line.body()).collect();
    let told = header(body).is_some() || head == "main:";
    if told && identity(router, first, &text) {
        command.lines.iter().for_each(|line| notes.understood(line));
        return true;
    }
    if second == "BootROM" || ENVIRONMENT.iter().any(|it| body.starts_with(it)) {
        command.lines.iter().for_each(|line| notes.ignored(line, Because::OtherOutput));
        return true;
    }
    false
}

/// The name of an interface as this program writes it: of `PP[01]`, `TUNNEL[1]`, `LAN2`.
fn interface(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let Some((kind, rest)) = lower.split_once('[') else { return Some(lower) };
    match rest.strip_suffix(']')? {
        "anonymous" => Some(format!("{kind} anonymous")),
        number => Some(format!("{kind}{}", number.parse::<u32>().ok()?)),
    }
}

/// `DESTINATION GATEWAY INTERFACE KIND …`
fn row(table: &mut Table, command: &Command<'_>, line: &Line<'_>, notes: &mut Notes) -> bool {
    let [destination, gateway, port, kind, ..] = command.words.as_slice() else { return false };
    let span = line.span();
    let network = match &*destination.text {
        "default" => IpNetwork::new(IpAddr::from([0, 0, 0, 0]), 0).ok(),
        word => numbers::network(word),
    };
    let (Some(network), Some(name)) = (network, interface(port)) else { return false };
    match &*kind.text {
        "static" => {
            let via = match gateway.parse::<IpAddr>() {
                Ok(address) => NextHop::Over(address, name),
                Err(_) => NextHop::Interface(name),
            };
            add(&mut table.routes, span, network_of(network), via);
            notes.understood(line);
        }
        // The device's own address; of a line to one neighbour it may be the neighbour's.
        "implicit" if gateway.parse::<IpAddr>().is_ok() => {
            let own = gateway.parse::<IpAddr>().unwrap_or(network.ip());
            let address = IpNetwork::new(own, network.prefix()).unwrap_or(network);
            table.addresses.push((name, Spanned::new(address, span)));
            notes.understood(line);
        }
        // Learnt at that moment, not configured.
        _ => notes.ignored(line, Because::Routing),
    }
    true
}

/// A further gateway of the same destination is an alternative.
fn add(routes: &mut Vec<Route>, span: Span, destination: IpNetwork, via: NextHop) {
    match routes.iter_mut().find(|it| it.destination == destination) {
        Some(route) => route.via.push(via),
        None => routes.push(Route {
            span,
            destination,
            via: vec![via],
            distance: None,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: None,
        }),
    }
}
