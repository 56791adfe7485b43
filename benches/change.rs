//! How long the comparison of two states takes: a hundred thousand systems of which two in a hundred
//! changed; and ten thousand hosts with twenty services each, against Ndiff on the same facts. Whole
//! processes on the same files are compared by `benches/scans.sh`.
//!
//! Prints what it measured: `cargo bench --bench change`. Ndiff (of Nmap) is asked when it is
//! installed; its input is written to a temporary folder.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use sekisho::change::{Attribute, Difference, Record, Source, Thing};
use sekisho::locale::Text;
use sekisho::model::EntityKind;
use sekisho::topology::Corroboration;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn attribute(key: &str, value: Vec<String>) -> Attribute {
    Attribute { key: key.to_owned(), value, source: Source::Declared }
}

fn address(nth: usize) -> String {
    format!("10.{}.{}.{}", nth / 65_536, nth / 256 % 256, nth % 256)
}

/// So many systems with so many services.
fn hospital(systems: usize, services: usize) -> Record {
    let zones = (0..64).map(|nth| Thing {
        kind: EntityKind::Zone,
        id: format!("zone-{nth}"),
        name: Text::same(format!("ゾーン{nth}")),
        state: Corroboration::NotLooked,
        configured: None,
        attributes: vec![attribute("name", vec![format!("ゾーン{nth}")])],
    });
    let systems = (0..systems).map(|nth| Thing {
        kind: EntityKind::System,
        id: format!("system-{nth}"),
        name: Text::same(format!("システム{nth}")),
        state: Corroboration::NotLooked,
        configured: None,
        attributes: vec![
            attribute("name", vec![format!("システム{nth}")]),
            attribute("kind", vec!["departmental".to_owned()]),
            attribute("class", vec!["server".to_owned()]),
            attribute("zone", vec![format!("zones/zone-{}", nth % 64)]),
            attribute("addresses", vec![address(nth)]),
            attribute("services", (0..services).map(|it| format!("{}/tcp", 1000 + it)).collect()),
        ],
    });
    let things: Vec<Thing> = zones.chain(systems).collect();
    Record {
        schema: 1,
        tool: "bench".to_owned(),
        as_of: "2026-11-20".parse().unwrap(),
        revision: None,
        organization: None,
        undeclared: false,
        things,
        fields: Default::default(),
        findings: Vec::new(),
        rules: Vec::new(),
        exposed: Vec::new(),
        looked: Vec::new(),
        decisions: Vec::new(),
        pins: Vec::new(),
        confirmations: None,
    }
}

/// The same a year later: two in a hundred have another address, another name, another id, another
/// service, or are gone.
fn later(record: &Record) -> Record {
    let mut record = record.clone();
    let mut gone = Vec::new();
    for (nth, thing) in record.things.iter_mut().enumerate() {
        if thing.kind != EntityKind::System || !nth.is_multiple_of(50) {
            continue;
        }
        let set = |thing: &mut Thing, key: &str, value: Vec<String>| {
            thing.attributes.iter_mut().find(|it| it.key == key).unwrap().value = value;
        };
        match nth / 50 % 5 {
            0 => set(thing, "addresses", vec![format!("172.16.{}.{}", nth / 256 % 256, nth % 256)]),
            1 => set(thing, "name", vec![format!("新システム{nth}")]),
            2 => thing.id = format!("renamed-{nth}"),
            3 => set(thing, "services", vec!["9999/tcp".to_owned()]),
            _ => gone.push(thing.id.clone()),
        }
    }
    let gone: std::collections::BTreeSet<String> = gone.into_iter().collect();
    record.things.retain(|it| !gone.contains(&it.id));
    record
}

/// The fastest of some runs.
fn fastest<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..runs {
        let start = Instant::now();
        let result = run();
        let took = start.elapsed();
        if best.as_ref().is_none_or(|(known, _)| took < *known) {
            best = Some((took, result));
        }
    }
    best.unwrap()
}

/// The facts as Nmap writes them.
fn nmap(record: &Record) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?>\n<nmaprun scanner=\"nmap\" args=\"nmap\" start=\"1\" version=\"7.95\" xmloutputversion=\"1.05\">\n",
    );
    for thing in record.things.iter().filter(|it| it.kind == EntityKind::System) {
        let address = &thing.says(Source::Declared, "addresses")[0];
        let name = &thing.id;
        let _ = write!(
            xml,
            "<host><status state=\"up\" reason=\"syn-ack\"/><address addr=\"{address}\" addrtype=\"ipv4\"/><hostnames><hostname name=\"{name}\" type=\"user\"/></hostnames><ports>"
        );
        for service in thing.says(Source::Declared, "services") {
            let port = service.trim_end_matches("/tcp");
            let _ = write!(
                xml,
                "<port protocol=\"tcp\" portid=\"{port}\"><state state=\"open\" reason=\"syn-ack\"/></port>"
            );
        }
        xml.push_str("</ports></host>\n");
    }
    xml.push_str("<runstats><finished time=\"2\"/></runstats></nmaprun>\n");
    xml
}

/// The most memory that this process ever held, in MiB (proc(5), VmHWM).
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|it| it / 1024)
}

fn main() {
    let hosts = hospital(10_000, 20);
    let hosts_later = later(&hosts);
    let texts = [&hosts, &hosts_later].map(|it| serde_json::to_string(it).unwrap());
    // Ndiff reads its files, so reading ours counts, too.
    let (ours, found) = fastest(3, || {
        let [old, new] = texts.each_ref().map(|it| serde_json::from_str::<Record>(it).unwrap());
        Difference::between(&old, &new, &[]).changes.len()
    });
    println!(
        "10000 hosts x 20 services, read and compared: {ours:?}, {found} changes, peak {:?} MiB",
        peak()
    );
    let folder = tempfile::tempdir().unwrap();
    let files = [("old.xml", &hosts), ("new.xml", &hosts_later)].map(|(name, record)| {
        let path = folder.path().join(name);
        std::fs::write(&path, nmap(record)).unwrap();
        path
    });
    let start = Instant::now();
    let ndiff = Command::new("ndiff").args(&files).stdout(Stdio::null()).status();
    match ndiff {
        Ok(_) => {
            let theirs = start.elapsed();
            let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
            println!("ndiff on the same facts: {theirs:?}, {ratio:.0} times as long");
        }
        Err(why) => println!("ndiff is not installed here ({why}): not compared"),
    }
    let old = hospital(100_000, 3);
    let new = later(&old);
    let (took, found) = fastest(3, || Difference::between(&old, &new, &[]).changes.len());
    println!("100000 systems, 2 in 100 changed: {took:?}, {found} changes, peak {:?} MiB", peak());
}
