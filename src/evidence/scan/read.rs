//! Reading a report as it comes: of a hundred megabytes of what scripts said, only the hosts and
//! their ports are held.

use super::tags::{Tag, Tags, text};
use super::{Host, Port, Protocol, Scan, State, targets};
use crate::locale::one_line;
use crate::model::RangeSet;
use std::collections::HashMap;
use std::io::{self, BufRead};
use std::net::IpAddr;
use std::sync::Arc;

/// Reads a report. What it does not know it passes over, and of a report that was cut off it reads
/// what is there.
///
/// None when it is no report of Nmap: no XML, or of something else.
///
/// # Errors
///
/// Those of the source; `InvalidData` when a text is not UTF-8.
pub fn read_from(mut from: impl BufRead) -> io::Result<Option<Scan>> {
    let head = from.fill_buf()?;
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if !head.trim_ascii_start().starts_with(b"<") {
        return Ok(None);
    }
    let mut reading = Reading::default();
    let mut tags = Tags::of(from);
    while let Some(tag) = tags.next()? {
        reading.take(tag)?;
    }
    Ok(reading.done())
}

/// A report half read.
#[derive(Default)]
struct Reading {
    scan: Scan,
    /// Whether it said that it is a report.
    begun: bool,
    /// The host at hand, and whether it is up.
    host: Option<(Host, bool)>,
    /// How many states those ports have that are not named one by one.
    kinds: usize,
    port: Option<Port>,
    services: Services,
    /// Where the hosts are that have an address.
    places: HashMap<IpAddr, Vec<usize>>,
}

impl Reading {
    /// Adds a host, or what is said of one once more.
    fn add(&mut self, host: Host) {
        let at = host.addresses.iter().filter_map(|it| self.places.get(it)).flatten().copied();
        let known = at.filter(|at| self.scan.hosts.get(*at).is_some_and(|it| it.is(&host))).min();
        let at = known.unwrap_or(self.scan.hosts.len());
        for address in &host.addresses {
            let places = self.places.entry(*address).or_default();
            if !places.contains(&at) {
                places.push(at);
            }
        }
        match self.scan.hosts.get_mut(at) {
            Some(known) => known.absorb(host),
            None => self.scan.hosts.push(host),
        }
    }

    /// The whole report.
    fn done(mut self) -> Option<Scan> {
        self.scan.hosts.iter_mut().for_each(Host::settle);
        self.begun.then_some(self.scan)
    }

    fn take(&mut self, tag: Tag<'_>) -> io::Result<()> {
        match (tag.name, &mut self.host) {
            (b"port", Some(_)) => self.port = port(tag),
            (b"state", Some(_)) => {
                if let Some(port) = &mut self.port {
                    port.state = State::of(tag.get("state").unwrap_or_default());
                }
            }
            (b"service", Some(_)) => {
                if let Some(port) = &mut self.port {
                    port.service = self.services.of(tag)?;
                }
            }
            (b"/port", Some((host, _))) => host.ports.extend(self.port.take()),
            (b"host", _) => {
                self.host = Some((Host::default(), true));
                self.kinds = 0;
            }
            (b"/host", found) => {
                if let Some((host, true)) = found.take() {
                    self.add(host);
                }
            }
            (b"status", Some((_, up))) => *up = tag.get("state").is_none_or(|it| it == b"up"),
            (b"address", Some((host, _))) => {
                let value = tag.text("addr")?;
                match value.parse() {
                    Ok(address) => host.addresses.push(address),
                    Err(_) => host.mac = Some(value.to_ascii_lowercase()),
                }
            }
            (b"hostname", Some((host, _))) => {
                let name = tag.get("name").map(text).transpose()?;
                host.names.extend(name.map(|it| one_line(&it).into_owned()));
            }
            (b"extraports", Some((host, _))) => {
                self.kinds += 1;
                let state = State::of(tag.get("state").unwrap_or_default());
                host.others = Some(state).filter(|_| self.kinds == 1);
            }
            (b"nmaprun", _) => {
                self.begun = true;
                self.scan.started = tag.number("start");
                self.scan.command = tag.text("args")?.into_owned();
                self.scan.targets = targets::of(&self.scan.command);
            }
            (b"scaninfo", _) => {
                if let Some(protocol) = tag.get("protocol").and_then(Protocol::of) {
                    let ports = ranges(&tag.text("services")?);
                    let all = self.scan.asked.entry(protocol).or_default();
                    *all = all.union(&ports);
                }
            }
            (b"finished", _) => {
                self.scan.complete = tag.get("exit").is_none_or(|it| it == b"success");
            }
            _ => {}
        }
        Ok(())
    }
}

/// A port as it begins: nothing is known of it yet.
fn port(tag: Tag<'_>) -> Option<Port> {
    Some(Port {
        protocol: Protocol::of(tag.get("protocol")?)?,
        number: tag.number("portid")?,
        state: State::Unclear,
        service: Arc::default(),
    })
}

/// What listens, each once: ten thousand hosts say the same few things.
#[derive(Default)]
struct Services {
    /// By what stands in the report.
    known: HashMap<Vec<u8>, Arc<str>>,
    /// The one at hand, as it stands there.
    bytes: Vec<u8>,
}

impl Services {
    /// `http nginx 1.24`
    fn of(&mut self, tag: Tag<'_>) -> io::Result<Arc<str>> {
        let mut words = [None; 3];
        for (name, value) in tag.attributes() {
            let place = match name {
                b"name" => 0,
                b"product" => 1,
                b"version" => 2,
                _ => continue,
            };
            if let Some(word) = words.get_mut(place) {
                word.get_or_insert(value);
            }
        }
        self.bytes.clear();
        for (nth, word) in words.into_iter().flatten().enumerate() {
            if nth > 0 {
                self.bytes.push(b' ');
            }
            self.bytes.extend_from_slice(word);
        }
        if let Some(known) = self.known.get(&self.bytes) {
            return Ok(Arc::clone(known));
        }
        let new: Arc<str> = one_line(&text(&self.bytes)?).into();
        self.known.insert(self.bytes.clone(), Arc::clone(&new));
        Ok(new)
    }
}

/// `1-1024,3389`
fn ranges(text: &str) -> RangeSet<u16> {
    let parts = text.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    });
    parts.filter(|(first, last): &(u16, u16)| first <= last).collect()
}
