//! Speed where a laboratory permits it: two namespaces joined by a cable, of which one owns whole
//! networks. Rules of nftables are the truth: what is open, what refuses, what is silent. The senders
//! of the product and nmap ask the same tuples; the table gives times, memory, and recall.
//!
//! ```text
//! sudo cargo test --release --test it probe::hospital::speed -- --ignored --nocapture
//! ```
//!
//! `SEKISHO_SPEED_REPEATS=5` repeats each run, and the median counts. nmap is optional.

use super::station::{Station, serve};
use crate::support::namespaces::{self, INSIDE, at, namespace, oneself, run};
use sekisho::evidence::probe::Means;
use sekisho::evidence::probe::journal::Keeper;
use sekisho::evidence::probe::run::{Order, run as carry_out};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::probe::journal::Line;
use sekisho::probe::{Expectation, Kind, Limits, Outcome, Plan, Question, Window};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// What is asked: a name, how many hosts, which ports.
struct Work {
    name: &'static str,
    hosts: u16,
    ports: fn() -> Vec<u16>,
    /// Of a thousand tuples, how many are open and how many refuse; the others are silent.
    open: u64,
    refuse: u64,
}

const WORKS: &[Work] = &[
    Work { name: "1 host, all ports", hosts: 1, ports: all, open: 1, refuse: 999 },
    Work { name: "/24, 100 ports", hosts: 254, ports: hundred, open: 20, refuse: 80 },
];

/// Ports at which somebody listens: every port that can be open.
fn all() -> Vec<u16> {
    (1..=u16::MAX).filter(|it| !(9100..=9107).contains(it)).collect()
}

fn hundred() -> Vec<u16> {
    (1000..1100).collect()
}

fn host(nth: u16) -> Ipv4Addr {
    let [high, low] = (nth + 1).to_be_bytes();
    Ipv4Addr::new(10, 99, high, low)
}

/// What becomes of a tuple: open, refuses, silent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Open,
    Refuses,
    Silent,
}

impl Work {
    fn fate(&self, host: Ipv4Addr, port: u16) -> Fate {
        let seed = u64::from(host.to_bits()) << 16 | u64::from(port);
        let mut it = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        it = (it ^ (it >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        match (it >> 33) % 1000 {
            it if it < self.open => Fate::Open,
            it if it < self.open + self.refuse => Fate::Refuses,
            _ => Fate::Silent,
        }
    }

    fn tuples(&self) -> impl Iterator<Item = (Ipv4Addr, u16)> + '_ {
        let hosts = (0..self.hosts).map(host);
        hosts.flat_map(|host| (self.ports)().into_iter().map(move |port| (host, port)))
    }

    fn open(&self) -> BTreeSet<(Ipv4Addr, u16)> {
        self.tuples().filter(|(host, port)| self.fate(*host, *port) == Fate::Open).collect()
    }

    /// The rules that make it true.
    fn rules(&self) -> String {
        let mut fates = String::new();
        let silent = self.open + self.refuse < 1000;
        for (host, port) in self.tuples() {
            let fate = match self.fate(host, port) {
                Fate::Open => "accept",
                Fate::Refuses if silent => "goto refuse",
                _ => continue,
            };
            let _ = writeln!(fates, "{host} . {port} : {fate},");
        }
        let rest = if silent { "drop" } else { "goto refuse" };
        format!(
            "table ip truth {{
map fate {{ type ipv4_addr . inet_service : verdict; elements = {{ {fates} }}; }}
chain refuse {{ reject with tcp reset; }}
chain input {{ type filter hook input priority 0; ip daddr != 10.99.0.0/16 accept
tcp flags & (syn | ack) != syn accept
ip daddr . tcp dport vmap @fate
{rest}
}}
}}
"
        )
    }
}

/// One asker: its name, and the line that it runs.
struct Peer {
    name: &'static str,
    line: String,
}

/// How the asker is set for the table: as much patience as the tuned nmap has.
const TABLE: &str = "SEKISHO_SPEED_PATIENCE=100 SEKISHO_SPEED_FLIGHT=26000";

fn peers(work: usize, set: &str) -> Vec<Peer> {
    let own =
        |kind: &str| format!("env {set} SEKISHO_SPEED={work}/{kind} {}", oneself(&path("asker")));
    let ports = match work {
        0 => "1-9099,9108-65535",
        _ => "1000-1099",
    };
    let to = if WORKS[work].hosts == 1 { "10.99.0.1" } else { "10.99.0.1-254" };
    let finds = |how: &str| format!("nmap -n -r {how} -p {ports} -oG - {to}");
    let nmap = |how: &str| finds(&format!("-Pn {how}"));
    let tuned = "--min-rate 20000 --max-retries 1 --max-rtt-timeout 100ms --min-hostgroup 256 -T5";
    let peer = |name, line| Peer { name, line };
    vec![
        peer("sekisho connect", own("connect")),
        peer("nmap -sT", nmap("-sT")),
        peer("nmap -sT, finds", finds("-sT")),
        peer("nmap -sT tuned", nmap(&format!("-sT {tuned}"))),
        peer("sekisho syn", own("syn")),
        peer("nmap -sS", nmap("-sS")),
        peer("nmap -sS, finds", finds("-sS")),
        peer("nmap -sS tuned", nmap(&format!("-sS {tuned}"))),
    ]
}

/// The full name of a test of this file.
fn path(test: &str) -> String {
    let (_, module) = module_path!().split_once("::").unwrap();
    format!("{module}::{test}")
}

fn found(said: &str) -> BTreeSet<(Ipv4Addr, u16)> {
    let mut all = BTreeSet::new();
    for line in said.lines() {
        if let Some(rest) = line.split_once("open ").map(|it| it.1).filter(|_| !line.contains('/'))
        {
            let (host, port) = rest.split_once(' ').unwrap();
            all.insert((host.parse().unwrap(), port.trim().parse().unwrap()));
        }
        // Host: 10.99.0.1 ()	Ports: 22/open/tcp//ssh///, 80/open/tcp//http///
        let Some((host, ports)) = line.split_once("Ports: ") else { continue };
        let host: Ipv4Addr = host.split_whitespace().nth(1).unwrap().parse().unwrap();
        for port in ports.split('\t').next().unwrap().split(", ") {
            let mut words = port.split('/');
            let number = words.next().unwrap().parse().unwrap();
            if words.next() == Some("open") {
                all.insert((host, number));
            }
        }
    }
    all
}

#[test]
fn whatever_the_speed_nothing_is_missed_and_nothing_invented() {
    namespaces::inside(&path("inside_recall"), "");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_recall() {
    if !namespaces::entered() {
        return;
    }
    laboratory();
    let (nth, work) = (1, &WORKS[1]);
    at("asked", "nft -f -", &work.rules());
    at("asked", "nft -f -", COUNT);
    let _serving = offered(work);
    for peer in peers(nth, "").iter().filter(|it| it.name.starts_with("sekisho")) {
        let said = at("asking", &peer.line, "");
        assert!(found(&said) == work.open(), "{}", peer.name);
        // The system repeats a SYN after a second, when this machine is slower than its patience.
        let sent = after(&said, "sent ");
        let arrived = after(&at("asked", "nft reset counter ip count syns", ""), "packets ");
        assert!((sent..=sent + sent / 50).contains(&arrived), "{}: {sent} {arrived}", peer.name);
    }
}

/// Counts the SYNs that arrive, whoever drops them then.
const COUNT: &str = "table ip count {
counter syns { packets 0 bytes 0 }
chain arriving { type filter hook prerouting priority -400; ip daddr 10.99.0.0/16 tcp flags & (syn | ack) == syn counter name syns; }
}
";

/// The number behind a word.
fn after(said: &str, word: &str) -> u64 {
    let (_, rest) = said.split_once(word).unwrap_or_else(|| panic!("no {word}in {said}"));
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// The processor time of every child that has ended, in seconds.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = told.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(13).take(2).map(|it| it.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

#[test]
#[ignore = "a measurement, not a test"]
fn table() {
    namespaces::inside(&path("inside_table"), "");
}

#[test]
#[ignore = "run by the measurement, in namespaces of its own"]
fn inside_table() {
    if !namespaces::entered() {
        return;
    }
    laboratory();
    let repeats: usize =
        std::env::var("SEKISHO_SPEED_REPEATS").ok().and_then(|it| it.parse().ok()).unwrap_or(3);
    eprintln!(
        "{:20} {:16} {:>9} {:>9} {:>12} {:>7} {:>8} {:>8}",
        "work", "asker", "seconds", "processor", "tuples/s", "MiB", "recall", "invented"
    );
    for (nth, work) in WORKS.iter().enumerate() {
        at("asked", "nft flush ruleset", "");
        at("asked", "nft -f -", &work.rules());
        let truth = work.open();
        let _serving = offered(work);
        let count = work.tuples().count();
        for peer in peers(nth, TABLE) {
            if peer.line.starts_with("nmap")
                && std::process::Command::new("nmap").arg("-V").output().is_err()
            {
                eprintln!("{:20} {:16} SKIPPED: there is no nmap here", work.name, peer.name);
                continue;
            }
            let mut times = Vec::new();
            let (mut recall, mut invented, mut memory) = (1.0_f64, 0, 0_u64);
            let before = processor();
            for _ in 0..repeats {
                let begun = Instant::now();
                // The last line of its errors is the peak of its memory.
                let line = format!("/usr/bin/env time -f %MKiB {}", peer.line);
                let line = if std::path::Path::new("/usr/bin/time").exists() {
                    line
                } else {
                    peer.line.clone()
                };
                let said = at("asking", &line, "");
                times.push(begun.elapsed());
                let found = found(&said);
                recall = recall.min(found.intersection(&truth).count() as f64 / truth.len() as f64);
                invented = invented.max(found.difference(&truth).count());
                memory = memory.max(peak(&said));
            }
            let processor = (processor() - before) / repeats as f64;
            times.sort();
            let median = times[times.len() / 2].as_secs_f64();
            eprintln!(
                "{:20} {:16} {median:>9.2} {processor:>9.2} {:>12.0} {memory:>7} {recall:>8.4} {invented:>8}",
                work.name,
                peer.name,
                count as f64 / median
            );
        }
    }
}

/// Two namespaces joined by a cable.
fn laboratory() {
    ["asking", "asked"].iter().for_each(|it| namespace(it));
    run(
        "ip -n asking -batch -",
        "link add eth0 type veth peer name eth0 netns asked
link set eth0 up\naddr add 192.0.2.1/30 dev eth0\n",
    );
    run(
        "ip -n asked -batch -",
        "link set eth0 up\naddr add 192.0.2.2/30 dev eth0\nroute add local 10.99.0.0/16 dev lo\n",
    );
    run("ip -n asking -batch -", "route add 10.99.0.0/16 via 192.0.2.2\n");
}

/// Somebody at every port that is open anywhere.
fn offered(work: &Work) -> Station {
    let ports: BTreeSet<u16> = work.open().iter().map(|it| it.1).collect();
    let offered: Vec<String> = ports.iter().map(|it| format!("* {it}")).collect();
    serve("asked", &offered.join("\n"))
}

/// The peak of memory in MiB, as the asker says it of itself; 0 when it says nothing.
fn peak(said: &str) -> u64 {
    let line = said.lines().find_map(|it| it.split_once("VmHWM:"));
    line.and_then(|it| it.1.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[test]
#[ignore = "run by the measurement, in a namespace"]
fn asker() {
    let Some(order) =
        std::env::var("SEKISHO_SPEED").ok().filter(|_| std::env::var_os(INSIDE).is_some())
    else {
        return;
    };
    let (work, kind) = order.split_once('/').unwrap();
    let work = &WORKS[work.parse::<usize>().unwrap()];
    let kind = if kind == "syn" { Kind::TcpSyn } else { Kind::TcpConnect };
    let number = |name: &str, usual: u32| {
        std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
    };
    let limits = Limits {
        host_in_flight: number("SEKISHO_SPEED_HOST", 4000),
        host_rate: 999_999_999,
        rate: 999_999_999,
        in_flight: number("SEKISHO_SPEED_FLIGHT", 8000),
        run_budget: 999_999_999,
        day_budget: 999_999_999,
        patience_ms: number("SEKISHO_SPEED_PATIENCE", 300),
        retries: 1,
    };
    let question = |(to, port)| Question {
        to: IpAddr::V4(to),
        port,
        kind,
        expect: Expectation::NoAnswer,
        target: EntityRef::new(EntityKind::System, "laboratory"),
    };
    let now = jiff::Timestamp::now();
    let hour = Duration::from_secs(3600);
    let plan = Plan {
        scope: "00".into(),
        from: EntityRef::new(EntityKind::Zone, "laboratory"),
        source: None,
        pins: Default::default(),
        limits,
        windows: vec![Window { from: now - hour, until: now + hour }],
        questions: work.tuples().map(question).collect(),
    };
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::begin(&folder.path().join("journal.jsonl")).unwrap();
    let means = Means::open(&[kind]).unwrap();
    let (mut open, mut sent) = (Vec::new(), 0);
    let mut watch = |line: &Line| {
        sent += u32::from(matches!(line, Line::Asked { .. }));
        if let Line::Answered(it) = line
            && it.answer.outcome == Outcome::Open
        {
            open.push((it.question.to, it.question.port));
        }
    };
    let order = Order {
        plan: &plan,
        past: Default::default(),
        keeper,
        means,
        gate: &|_, _| Ok(()),
        stop: &AtomicBool::new(false),
        seed: 7,
        watch: &mut watch,
    };
    carry_out(order).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut out = format!("sent {sent}\n");
    open.iter().for_each(|it| out += &format!("open {} {}\n", it.0, it.1));
    out += status.lines().find(|it| it.starts_with("VmHWM")).unwrap();
    std::io::Write::write_all(&mut std::io::stdout(), format!("\n{out}\n").as_bytes()).unwrap();
}
