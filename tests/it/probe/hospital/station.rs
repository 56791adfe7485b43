//! What runs inside a namespace: fake services that speak first bytes, and plain connections that
//! measure the truth. Both are this very program again.

use crate::support::namespaces::{INSIDE, at, oneself};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How long the truth waits for a connection.
const PATIENT: Duration = Duration::from_millis(700);

/// Somebody at a port.
pub type Tuple = (IpAddr, u16);

/// A process in a namespace, which ends when this is dropped. What it says is not read to the end, but
/// it can be said: after a minute the harness of tests does.
pub struct Station(Child, #[allow(dead_code)] BufReader<ChildStdout>);

impl Drop for Station {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Offers services in a namespace: lines of `ADDRESS PORT`, `*` for every address.
pub fn serve(namespace: &str, offered: &str) -> Station {
    let mut child = Command::new("ip")
        .args(["netns", "exec", namespace])
        .args(oneself("probe::hospital::station::server").split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut orders = child.stdin.take().unwrap();
    writeln!(orders, "{offered}\nend").unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let serves = said.by_ref().lines().map_while(Result::ok).any(|it| it.contains("serving"));
    assert!(serves, "{namespace} does not serve");
    Station(child, said)
}

/// Which of these answer a plain connection, two times asked.
pub fn open(namespace: &str, tuples: &BTreeSet<Tuple>) -> BTreeSet<Tuple> {
    let mut orders = String::new();
    tuples.iter().for_each(|it| orders += &format!("{} {}\n", it.0, it.1));
    let said = at(namespace, &oneself("probe::hospital::station::knocker"), &orders);
    let tuple = |line: &str| {
        let (_, tuple) = line.split_once("open ")?;
        let (to, port) = tuple.split_once(' ')?;
        Some((to.parse().ok()?, port.parse().ok()?))
    };
    said.lines().filter_map(tuple).collect()
}

/// What is said first, or in answer to the first bytes.
fn greeting(port: u16) -> (&'static [u8], &'static [u8]) {
    match port {
        22 => (b"SSH-2.0-OpenSSH_9.2p1\r\n", b""),
        // X.224 connection confirm with the choice of NLA (MS-RDPBCGR 2.2.1.2).
        3389 => (b"", b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x02\0\0\0"),
        _ => (b"", b""),
    }
}

fn talk(mut with: TcpStream, port: u16) {
    let (first, answer) = greeting(port);
    drop(with.write_all(first));
    let mut bytes = [0; 512];
    let mut answered = answer.is_empty();
    while with.read(&mut bytes).is_ok_and(|it| it > 0) {
        if !answered {
            drop(with.write_all(answer));
            answered = true;
        }
    }
}

#[test]
#[ignore = "run in namespaces by the tests of the hospital"]
fn server() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let orders: Vec<String> =
        std::io::stdin().lines().map_while(Result::ok).take_while(|it| it != "end").collect();
    for line in orders.iter().filter(|it| !it.is_empty()) {
        let (address, port) = line.split_once(' ').unwrap();
        let any = IpAddr::from(Ipv6Addr::UNSPECIFIED);
        let address = if address == "*" { any } else { address.parse().unwrap() };
        let port: u16 = port.parse().unwrap();
        let listener = TcpListener::bind(SocketAddr::new(address, port)).unwrap();
        std::thread::spawn(move || {
            for it in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || talk(it, port));
            }
        });
    }
    let mut out = std::io::stdout();
    writeln!(out, "serving").unwrap();
    out.flush().unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
#[ignore = "run in namespaces by the tests of the hospital"]
fn knocker() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let connects = |to: &SocketAddr| TcpStream::connect_timeout(to, PATIENT).is_ok();
    let threads: Vec<_> = std::io::stdin()
        .lines()
        .map(|line| {
            let line = line.unwrap();
            let (to, port) = line.split_once(' ').unwrap();
            let to = SocketAddr::new(to.parse().unwrap(), port.parse().unwrap());
            std::thread::spawn(move || (connects(&to) || connects(&to)).then_some(to))
        })
        .collect();
    for it in threads {
        if let Some(to) = it.join().unwrap() {
            writeln!(std::io::stdout(), "open {} {}", to.ip(), to.port()).unwrap();
        }
    }
}
