//! A small hospital in namespaces, and a mirror port that shows all of its segment to the command:
//! what was planted beside the declared ways is found, and nothing else.
//!
//! ```text
//!  world ── gw ──┐
//!    └──── lte ──┤ lan (a switch that floods) ── tap ──► sekisho observe live ──► audit
//!  hosts ────────┘
//! ```
#![cfg(target_os = "linux")]

use crate::support::namespaces::{at, entered, forwards, inside, namespace, oneself, run};
use crate::support::{read, told};
use sekisho::audit::audit_with;
use sekisho::evidence::{EvidenceSet, file};
use sekisho::observation::Piece;
use sekisho::rules::PACKS;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Who the player is to be, and what it is to do.
const PLAYS: &str = "SEKISHO_MIRROR_PLAYS";

const LEDGER: &str = "
zones: {clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}}
circuits: {hikari: {name: 光回線, kind: internet}}
parties: {fujimi: {name: 富士見メディカルシステムズ, kind: vendor, networks: [198.51.100.16/29]}}
devices:
  gw: {name: 保守用VPNルータ, kind: vpn-gateway, interfaces: {wan: {circuit: hikari, addresses: [203.0.113.10/29]}, lan: {zone: clinical, addresses: [10.10.254.1/16]}}}
systems:
  ehr: {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10]}
  pc: {name: 診療系端末, kind: terminals, class: terminal, zone: clinical, addresses: [10.10.1.0/27]}
connections:
  ehr: {name: 電子カルテ保守, purpose: remote-maintenance, party: fujimi, circuit: hikari, at: gw.wan, transport: ipsec-ike, allow: [{to: ehr, direction: inbound, services: [3389/tcp]}]}
";

/// Who stands in the segment, with hardware address and address.
const HOSTS: [(&str, &str, &str); 7] = [
    ("gw", "00:80:45:00:00:01", "10.10.254.1"),
    ("lte", "00:80:45:00:00:fe", "10.10.9.254"),
    ("ehr", "00:50:56:00:01:10", "10.10.1.10"),
    ("a", "00:50:56:00:01:11", "10.10.1.11"),
    ("b", "00:50:56:00:01:20", "10.10.1.20"),
    ("c", "00:50:56:00:01:30", "10.10.1.30"),
    ("stranger", "00:50:56:00:07:07", "10.10.7.7"),
];
/// Who stands outside: the vendor, an intruder, and the ends of two tunnels.
const OUTSIDE: [&str; 4] = ["198.51.100.17", "192.0.2.66", "192.0.2.22", "192.0.2.23"];

const RDP: (&str, &str) =
    ("030000130ee000000000000100080003000000", "030000130ed00000123400021f080002000000");
const VNC: (&str, &str) = ("524642203030332e3030380a", "524642203030332e3030380a");

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().map(|it| it.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|it| (it[0] << 4 | it[1]) as u8).collect()
}

/// As random as a key looks.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// Hand-shakes of WireGuard and OpenVPN: what the asker says, and what it is answered.
fn handshakes() -> [(Vec<u8>, Vec<u8>); 2] {
    let key = noise(108);
    let wireguard = [&[1, 0, 0, 0, 9, 8, 7, 6], &key[..], &noise(16), &[0; 16]].concat();
    let answer = [&[2, 0, 0, 0, 1, 2, 3, 4, 9, 8, 7, 6], &key[..48], &noise(16), &[0; 16]].concat();
    const A: [u8; 8] = [0x93, 0x1c, 0xe5, 0x07, 0xbb, 0x42, 0xd0, 0x6f];
    const B: [u8; 8] = [0xe4, 0x0a, 0x5c, 0xc1, 0x72, 0x9b, 0xf3, 0x16];
    let client = [&[0x38][..], &A, &[0, 0, 0, 0, 0]].concat();
    let server = [&[0x40][..], &B, &[1, 0, 0, 0, 0], &A, &[0, 0, 0, 0]].concat();
    [(wireguard, answer), (client, server)]
}

/// What a player does, in a namespace: `serve`, `tcp TO WORDS ANSWER`, `wireguard TO`, `openvpn TO`,
/// `offer`.
#[test]
#[ignore = "run by the test below, in namespaces of its own"]
fn player() {
    let Ok(plays) = std::env::var(PLAYS) else { return };
    let words: Vec<&str> = plays.split(',').collect();
    let [wireguard, openvpn] = handshakes();
    let ask = |to: &str, (said, answer): (Vec<u8>, Vec<u8>)| {
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        socket.send_to(&said, to).unwrap();
        let mut heard = [0; 2000];
        let count = socket.recv(&mut heard).expect("an answer");
        assert_eq!(&heard[..count], answer);
    };
    match words[..] {
        ["serve"] => serve(),
        ["tcp", to, said, answer] => {
            let mut stream = TcpStream::connect(to).unwrap();
            stream.write_all(&bytes(said)).unwrap();
            let mut heard = vec![0; bytes(answer).len()];
            stream.read_exact(&mut heard).unwrap();
            assert_eq!(heard, bytes(answer));
        }
        ["wireguard", to] => ask(to, wireguard),
        ["openvpn", to] => ask(to, openvpn),
        ["offer"] => {
            let socket = UdpSocket::bind("10.10.1.30:67").unwrap();
            socket.set_broadcast(true).unwrap();
            let head = [2, 1, 6, 0, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10, 1, 99];
            let options = [0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4, 10, 10, 1, 30, 255];
            let offer =
                [&head[..], &[0; 8], &[0, 0x50, 0x56, 0, 1, 0x99], &[0; 202], &options].concat();
            socket.send_to(&offer, "255.255.255.255:68").unwrap();
        }
        _ => panic!("{plays}"),
    }
}

/// Answers everybody, until it is ended.
fn serve() {
    for (port, (said, answer)) in [(3389, RDP), (5900, VNC)] {
        let listener = TcpListener::bind(("0.0.0.0", port)).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut heard = vec![0; bytes(said).len()];
                if stream.read_exact(&mut heard).is_ok() {
                    stream.write_all(&bytes(answer)).unwrap();
                }
            }
        });
    }
    let [wireguard, openvpn] = handshakes();
    for (at, (_, answer)) in [("192.0.2.22:51820", wireguard), ("192.0.2.23:1194", openvpn)] {
        // Only the one outside has these addresses.
        let Ok(socket) = UdpSocket::bind(at) else { continue };
        std::thread::spawn(move || {
            let mut heard = [0; 2000];
            while let Ok((_, from)) = socket.recv_from(&mut heard) {
                socket.send_to(&answer, from).unwrap();
            }
        });
    }
    // Whoever started this waits for it.
    #[allow(clippy::print_stdout)]
    {
        println!("serving");
    }
    std::thread::sleep(Duration::from_secs(300));
}

fn server(name: &str) -> Child {
    let line = format!(
        "ip netns exec {name} env {PLAYS}=serve {}",
        oneself("observation::mirror::player")
    );
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let mut child = command.args(words).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.by_ref().map(Result::unwrap).any(|it| it.contains("serving")));
    child
}

fn play(name: &str, what: &str) {
    at(name, &format!("env {PLAYS}={what} {}", oneself("observation::mirror::player")), "");
}

/// The network, before anybody says anything.
fn build() {
    let quiet =
        "for it in all default; do echo 1 >/proc/sys/net/ipv6/conf/$it/disable_ipv6; done\n";
    run("sh", quiet);
    run("ip link add lan type bridge ageing_time 0 mcast_snooping 0", "");
    run("ip link add tap type veth peer name mirror", "");
    for name in HOSTS.iter().map(|it| it.0).chain(["world"]) {
        namespace(name);
        at(name, "sh", quiet);
    }
    for (name, mac, address) in HOSTS {
        run(
            &format!("ip link add p-{name} type veth peer name eth0 netns {name} address {mac}"),
            "",
        );
        run(&format!("ip link set p-{name} master lan up"), "");
        run(&format!("ip -n {name} addr add {address}/16 dev eth0"), "");
        run(&format!("ip -n {name} link set eth0 up"), "");
    }
    run("ip link set mirror master lan up", "");
    run("ip link set tap up", "");
    run("ip link set lan up", "");
    for (name, far, near) in
        [("gw", "203.0.113.9", "203.0.113.10"), ("lte", "100.64.0.1", "100.64.0.2")]
    {
        run(&format!("ip -n {name} link add wan type veth peer name {name} netns world"), "");
        run(&format!("ip -n {name} addr add {near}/29 dev wan"), "");
        run(&format!("ip -n world addr add {far}/29 dev {name}"), "");
        run(&format!("ip -n {name} link set wan up"), "");
        run(&format!("ip -n world link set {name} up"), "");
        run(&format!("ip -n {name} route add default via {far}"), "");
        forwards(name);
    }
    for address in OUTSIDE {
        run(&format!("ip -n world addr add {address}/32 dev lo"), "");
    }
    run("ip -n world route add 10.10.0.0/16 via 203.0.113.10 src 198.51.100.17", "");
    run("ip -n world route add 10.10.1.11/32 via 203.0.113.10 src 192.0.2.66", "");
    run("ip -n world route add 10.10.1.20/32 via 100.64.0.2", "");
    for (name, _, _) in HOSTS.iter().skip(2) {
        let gate = if *name == "b" { "10.10.9.254" } else { "10.10.254.1" };
        run(&format!("ip -n {name} route add default via {gate}"), "");
    }
}

/// What the tap shows while something is done.
fn watched(folder: &Path, name: &str, work: impl FnOnce()) -> Piece {
    let evidence = folder.join(name);
    let mut capture = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", "en", "observe", "live", "tap", "--tap", "mirror", "-o"])
        .arg(&evidence)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(capture.stderr.take().unwrap()).lines();
    let ready = said.by_ref().map(Result::unwrap).any(|it| it.contains("observing tap"));
    assert!(ready, "it never began");
    work();
    run(&format!("kill -INT {}", capture.id()), "");
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    assert!(capture.wait().unwrap().success(), "{rest:?}");
    let read = file::read(std::fs::File::open(&evidence).unwrap()).unwrap().observation;
    read.pieces.into_values().next().expect("a piece")
}

/// What the rules about observations find.
fn found(piece: Piece) -> Vec<String> {
    let (mut sources, reading) = read(LEDGER);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    let day = piece.last.unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    evidence.observe(&mut sources, piece);
    let chosen = PACKS.iter().filter(|it| it.id == "observed");
    let rules: Vec<_> = chosen.flat_map(|it| it.rules.iter().copied()).collect();
    assert!(!rules.is_empty());
    let audited = audit_with(reading.inventory, evidence, day, rules.iter().copied());
    let told = audited.findings.iter().map(|it| format!("{} {}", it.rule, it.subject));
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

#[test]
#[ignore = "run by the test below, in namespaces of its own"]
fn hospital() {
    if !entered() {
        return;
    }
    build();
    let mut servers: Vec<Child> = ["world", "ehr", "a"].map(server).into();
    let folder = tempfile::tempdir().unwrap();
    let declared = || play("world", &format!("tcp,10.10.1.10:3389,{},{}", RDP.0, RDP.1));
    let quiet = watched(folder.path(), "declared.jsonl.zst", || {
        for _ in 0..3 {
            declared();
        }
    });
    assert!(quiet.counts.packets > 20, "{:?}", quiet.counts);
    assert_eq!(found(quiet), [""; 0], "of what is declared");
    let planted = watched(folder.path(), "planted.jsonl.zst", || {
        declared();
        play("b", "wireguard,192.0.2.22:51820");
        play("c", "openvpn,192.0.2.23:1194");
        play("world", &format!("tcp,10.10.1.11:5900,{},{}", VNC.0, VNC.1));
        play("c", "offer");
        play("stranger", &format!("tcp,10.10.1.10:3389,{},{}", RDP.0, RDP.1));
    });
    for it in &mut servers {
        it.kill().unwrap();
        it.wait().unwrap();
    }
    assert_eq!(
        found(planted),
        [
            "inbound-access-seen paths/gw.from-outside-pc-VNC-5900-tcp",
            "undeclared-exit-seen paths/mac-00-80-45-00-00-fe.exit",
            "undeclared-router-seen systems/pc",
            "undeclared-tunnel-seen paths/gw.openvpn-10-10-1-30",
            "unknown-device-seen zones/clinical",
        ]
    );
}

#[test]
fn a_mirror_port_shows_every_way_that_nobody_declared_and_no_other() {
    inside("observation::mirror::hospital", "");
}
