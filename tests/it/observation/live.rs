//! Live capture, end to end: in network namespaces of its own, the command captures what really crosses
//! a cable.
//!
//! ```text
//!  192.0.2.1 ──va ══ vb──► sekisho observe live vb
//!  tagged frames ─┘
//! ```
//!
//! Needs `setpriv` and `unshare` (util-linux), `ip`, and namespaces, as root or in a user namespace.
//! Without them the test says so and passes; `SEKISHO_MUST_RUN_KERNEL=1` makes it fail. Tagged frames are
//! sent by `python3`, because not every kernel has interfaces for VLANs; without it, that part is skipped.
#![cfg(target_os = "linux")]

use sekisho::evidence::file;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Says to the test inside that it stands in namespaces of its own.
const INSIDE: &str = "SEKISHO_LIVE_INSIDE";
/// How many packets are sent on each network.
const SENT: u64 = 1000;
/// Sends as many frames with the tag of VLAN 77, and UDP inside.
const TAGGED: &str = "
import socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('va', 0))
ip = struct.pack('!BBHHHBBH4B4B', 0x45, 0, 32, 0, 0, 64, 17, 0, 198, 51, 100, 1, 198, 51, 100, 2)
frame = bytes.fromhex('0200000000020200000000018100004d0800') + ip + struct.pack('!HHHH', 40000, 5000, 12, 0) + b'data'
for _ in range(1000): s.send(frame)
";

/// The command that runs in namespaces of its own, as root or as one who is root only there.
fn contained(root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]);
    if !root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

#[test]
fn live_capture_sees_every_packet_with_its_tag_and_sends_none() {
    let script = "ip link add va type veth peer name vb";
    let possible = [true, false].into_iter().find(|root| {
        let tried = contained(*root).args(["sh", "-c", script]).output();
        tried.is_ok_and(|it| it.status.success())
    });
    let Some(root) = possible else {
        let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
        assert!(!must, "there are no network namespaces here");
        eprintln!("SKIPPED: live capture was not tried: there are no network namespaces here");
        return;
    };
    let mut inside = contained(root);
    inside.arg(std::env::current_exe().unwrap());
    inside.args(["--exact", "observation::live::inside", "--ignored", "--nocapture"]);
    let output = inside.env(INSIDE, "1").output().unwrap();
    let ran = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert!(
        output.status.success() && ran,
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn sh(script: &str) {
    let done = Command::new("sh").args(["-ec", script]).output().unwrap();
    assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
}

/// How many packets an interface has sent.
fn sent_by(interface: &str) -> u64 {
    let all = std::fs::read_to_string("/proc/self/net/dev").unwrap();
    let line =
        all.lines().find(|it| it.trim_start().starts_with(&format!("{interface}:"))).unwrap();
    line.split_once(':').unwrap().1.split_whitespace().nth(9).unwrap().parse().unwrap()
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    // Neither side says anything of its own accord.
    sh("for it in all default; do echo 1 > /proc/sys/net/ipv6/conf/$it/disable_ipv6; done
        ip link add va type veth peer name vb
        ip link set va address 02:00:00:00:00:01
        ip link set vb address 02:00:00:00:00:02
        for it in va vb; do ip link set $it up; done
        ip addr add 192.0.2.1/24 dev va
        ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev va nud permanent");
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("tap.jsonl.zst");
    let mut capture = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", "en", "observe", "live", "vb", "--tap", "core", "--duration", "60s", "-o"])
        .arg(&evidence)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(capture.stderr.take().unwrap()).lines();
    let ready = told.by_ref().map(Result::unwrap).any(|it| it.contains("observing vb"));
    assert!(ready, "it never began");
    // Which privileges are left, while it runs.
    let status = std::fs::read_to_string(format!("/proc/{}/status", capture.id())).unwrap();
    let line = |name: &str| status.lines().find(|it| it.starts_with(name)).unwrap().to_owned();
    assert!(line("CapEff:").ends_with("\t0000000000000000"), "{}", line("CapEff:"));
    assert!(line("NoNewPrivs:").ends_with('1'));
    let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
    for number in 0..SENT {
        socket.send_to(format!("packet {number}").as_bytes(), "192.0.2.2:5000").unwrap();
    }
    let tagged = Command::new("python3").args(["-c", TAGGED]).status().is_ok_and(|it| it.success());
    if !tagged {
        eprintln!("SKIPPED: nothing was sent with a VLAN tag: there is no python3 here");
    }
    let expected: BTreeMap<Vec<u16>, u64> =
        [(vec![], SENT), (vec![77], SENT)].into_iter().take(1 + usize::from(tagged)).collect();
    let all: u64 = expected.values().sum();
    sh(&format!("kill -INT {}", capture.id()));
    let rest: Vec<String> = told.map(Result::unwrap).collect();
    assert!(capture.wait().unwrap().success(), "{rest:?}");
    assert!(rest.iter().any(|it| it.contains(" 0 lost")), "{rest:?}");
    let read = file::read(std::fs::File::open(&evidence).unwrap()).unwrap().observation;
    let (_, piece) = read.pieces.first_key_value().unwrap();
    assert_eq!((piece.counts.packets, piece.counts.dropped), (all, Some(0)));
    assert_eq!((piece.tap.as_str(), piece.interfaces[0].name.as_str()), ("core", "vb"));
    let talks = piece.conversations.iter().map(|it| (it.vlans.clone(), it.forth.packets));
    assert_eq!(talks.collect::<BTreeMap<_, _>>(), expected);
    assert_eq!(sent_by("vb"), 0, "the tap has sent something");
    assert_eq!(sent_by("va"), all);
    filtered(folder.path());
    #[cfg(feature = "probe")]
    by_datalink();
    assert_eq!(sent_by("vb"), 0, "the tap has sent something");
}

/// Sends datagrams to two ports while `capture` captures, with pauses between; the ports that its evidence holds.
fn ports_seen(
    pause: Duration,
    capture: impl FnOnce(&dyn Fn()) -> sekisho::observation::Piece,
) -> Vec<Option<u16>> {
    let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
    let piece = capture(&|| {
        for number in 0..SENT {
            for port in [5000, 5001] {
                let words = format!("packet {number}");
                socket.send_to(words.as_bytes(), ("192.0.2.2", port)).unwrap();
            }
            if number % 10 == 0 {
                std::thread::sleep(pause);
            }
        }
    });
    assert_eq!(piece.interfaces[0].filter, "not host 198.51.100.1 and not udp port 5001");
    assert_eq!(piece.conversations.iter().map(|it| it.forth.packets).sum::<u64>(), SENT);
    assert_eq!(piece.counts.packets, SENT);
    piece.conversations.iter().map(|it| it.port).collect()
}

/// The kernel leaves out what the filter says, and so does the way of other systems.
fn filtered(folder: &std::path::Path) {
    const FILTER: &str = "not udp port 5001 and not host 198.51.100.1";
    let by_command = ports_seen(Duration::ZERO, |send| {
        let evidence = folder.join("filtered.jsonl.zst");
        let mut capture = Command::new(env!("CARGO_BIN_EXE_sekisho"))
            .args(["--lang", "en", "observe", "live", "vb", "--duration", "60s"])
            .args(["--filter", FILTER, "-o"])
            .arg(&evidence)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(capture.stderr.take().unwrap()).lines();
        assert!(told.by_ref().map(Result::unwrap).any(|it| it.contains("observing vb")));
        send();
        sh(&format!("kill -INT {}", capture.id()));
        let rest: Vec<String> = told.map(Result::unwrap).collect();
        assert!(capture.wait().unwrap().success(), "{rest:?}");
        let read = file::read(std::fs::File::open(&evidence).unwrap()).unwrap().observation;
        let piece = read.pieces.into_values().next().unwrap();
        assert_eq!(piece.counts.dropped, Some(0));
        piece
    });
    assert_eq!(by_command, [Some(5000)]);
}

/// What systems without a ring do: pnet's datalink layer.
#[cfg(feature = "probe")]
fn by_datalink() {
    use sekisho::evidence::capture::live::{Limits, Live, Watch};
    use sekisho::observation::Filter;
    use std::sync::atomic::{AtomicBool, Ordering};
    let filter = Filter::parse("not udp port 5001 and not host 198.51.100.1").unwrap();
    let mut live = Live::open_datalink("vb", Some(filter)).unwrap();
    let (stop, watch) = (AtomicBool::new(false), Watch::default());
    // There is no ring behind it, and in a burst packets would be lost that nobody counts.
    let seen = ports_seen(Duration::from_millis(5), |send| {
        let mut pieces = Vec::new();
        std::thread::scope(|scope| {
            let capturing = scope.spawn(|| {
                live.capture("core", Limits::default(), &stop, &watch, |it| {
                    pieces.push(it.finished.into_piece());
                })
            });
            send();
            stop.store(true, Ordering::Relaxed);
            capturing.join().unwrap().unwrap();
        });
        pieces.pop().unwrap()
    });
    assert_eq!(seen, [Some(5000)]);
    assert!(watch.uncounted.load(Ordering::Relaxed), "nobody counts what is lost there");
    assert!(Live::open_datalink("no-such-interface", None).is_err());
}
