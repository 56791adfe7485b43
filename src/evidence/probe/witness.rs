//! The witness (立会い応答): stands at the inside end and writes down that something arrived, from
//! whom and where, and nothing of what it carried. To whoever connects it says in one line how
//! often something arrived at each of its ports, and closes: so a control tells the asker whether
//! what was silent arrived all the same.
//!
//! A connection whose answers do not find the way back is never complete. On Linux the kernel's
//! own table of connections shows it while it is being opened, without privilege.

use super::journal::Keeper;
use crate::probe::journal::{Line, Listening, WITNESS_GREETING, WITNESS_SEES, Witnessed};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How often the table of connections is looked at, and an interruption noticed.
const TICK: Duration = Duration::from_millis(50);
/// How often it says that it is still there.
const ALIVE: Duration = Duration::from_secs(10);
/// How long somebody who connected is listened to.
const LINGER: Duration = Duration::from_secs(2);
/// So many connections at once; more have to wait.
const AT_ONCE: usize = 32;
/// So many arrivals are written down; more are only counted.
const MOST: u64 = 100_000;
/// The greeting is no longer than this.
const GREETING: usize = 500;

/// The kernel's own tables of connections.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// What has arrived so far.
#[derive(Debug, Default)]
struct Seen {
    counts: BTreeMap<(u8, u16), u64>,
    /// Connections that are being opened, or were, so that none is counted twice.
    opening: BTreeSet<(SocketAddr, u16)>,
    written: u64,
    /// How many connections the kernel kept out of its table before the witness began.
    cookies: Option<u64>,
    /// Not yet told.
    new: Vec<Witnessed>,
}

/// A witness that listens.
#[derive(Debug)]
pub struct Witness {
    tcp: Vec<std::net::TcpListener>,
    udp: Vec<std::net::UdpSocket>,
    /// Where it listens, as the journal tells.
    pub listening: Listening,
}

impl Witness {
    /// Opens every port, all or none.
    ///
    /// # Errors
    /// The one that cannot be opened, and why.
    pub fn open(
        tcp: &[SocketAddr],
        udp: &[SocketAddr],
        session: String,
        host: String,
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let listen = |at: &SocketAddr| {
            let socket = std::net::TcpListener::bind(at)?;
            socket.set_nonblocking(true).map(|()| socket)
        };
        let hear = |at: &SocketAddr| {
            let socket = std::net::UdpSocket::bind(at)?;
            socket.set_nonblocking(true).map(|()| socket)
        };
        let tcp: Vec<_> =
            tcp.iter().map(|at| listen(at).map_err(|it| (*at, it))).collect::<Result<_, _>>()?;
        let udp: Vec<_> =
            udp.iter().map(|at| hear(at).map_err(|it| (*at, it))).collect::<Result<_, _>>()?;
        let listening = Listening {
            session,
            host,
            tcp: tcp.iter().filter_map(|it| it.local_addr().ok()).collect(),
            udp: udp.iter().filter_map(|it| it.local_addr().ok()).collect(),
            started: Timestamp::now(),
        };
        Ok(Self { tcp, udp, listening })
    }

    /// Listens until somebody wants it to end, and tells of every arrival.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn run(
        self,
        keeper: &Keeper,
        stop: &AtomicBool,
        watch: &mut dyn FnMut(&Witnessed),
    ) -> io::Result<()> {
        keeper.add(&[Line::Watch(self.listening.clone())])?;
        keeper.flush()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let ended = runtime.block_on(self.listen(keeper, stop, watch));
        runtime.shutdown_background();
        ended
    }

    async fn listen(
        self,
        keeper: &Keeper,
        stop: &AtomicBool,
        watch: &mut dyn FnMut(&Witnessed),
    ) -> io::Result<()> {
        let seen = Arc::new(Mutex::new(Seen::new(&self.listening)));
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let session: Arc<str> = self.listening.session.as_str().into();
        let mut ports = BTreeSet::new();
        for listener in self.tcp {
            let listener = TcpListener::from_std(listener)?;
            let at = listener.local_addr()?;
            ports.insert(at.port());
            tokio::spawn(accept(
                listener,
                Arc::clone(&seen),
                Arc::clone(&room),
                Arc::clone(&session),
            ));
        }
        for socket in self.udp {
            tokio::spawn(hear(UdpSocket::from_std(socket)?, Arc::clone(&seen)));
        }
        let mut said = Instant::now();
        while !stop.load(Ordering::SeqCst) {
            sleep(TICK).await;
            let half = being_opened(&ports);
            let new = with(&seen, |it| {
                it.half_open(half);
                std::mem::take(&mut it.new)
            });
            new.iter().for_each(&mut *watch);
            let mut lines: Vec<Line> = new.into_iter().map(Line::Witnessed).collect();
            if said.elapsed() >= ALIVE {
                said = Instant::now();
                lines.push(Line::Alive { at: Timestamp::now() });
            }
            if !lines.is_empty() {
                keeper.add(&lines)?;
                keeper.flush()?;
            }
        }
        let answered = with(&seen, |it| it.counts.values().sum::<u64>());
        let answered = u32::try_from(answered).unwrap_or(u32::MAX);
        keeper.add(&[Line::End { at: Timestamp::now(), answered }])?;
        keeper.flush()
    }
}

/// Whether connections that are only half open stand in the kernel's table. With SYN cookies they do
/// not: always where cookies are forced (`tcp_syncookies` is 2, ip-sysctl), and else while too many
/// come at once, which the kernel counts. `cookies` is that count when the witness began.
pub fn sees_half_open(proc: &Path, before: Option<u64>) -> bool {
    let tables = TABLES.iter().filter_map(|it| it.strip_prefix("/proc/"));
    let setting = std::fs::read_to_string(proc.join("sys/net/ipv4/tcp_syncookies"));
    let is_forced = setting.map_or(true, |it| !matches!(it.trim(), "0" | "1"));
    tables.map(|it| proc.join(it)).any(|it| it.exists())
        && !is_forced
        && before.is_some()
        && cookies(proc) == before
}

/// How many connections the kernel answered with a cookie or turned away, because too many were half
/// open; none where it does not tell.
pub fn cookies(proc: &Path) -> Option<u64> {
    const COUNTERS: [&str; 3] = ["SyncookiesSent", "TCPReqQFullDoCookies", "TCPReqQFullDrop"];
    let text = std::fs::read_to_string(proc.join("net/netstat")).ok()?;
    let mut lines = text.lines().filter_map(|it| it.strip_prefix("TcpExt: "));
    let (names, counts) = (lines.next()?, lines.next()?);
    let counters = names.split_ascii_whitespace().zip(counts.split_ascii_whitespace());
    let kept = counters.filter(|it| COUNTERS.contains(&it.0));
    kept.map(|it| it.1.parse::<u64>().ok()).sum()
}

fn with<T>(seen: &Mutex<Seen>, act: impl FnOnce(&mut Seen) -> T) -> T {
    act(&mut seen.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Seen {
    fn new(listening: &Listening) -> Self {
        let tcp = listening.tcp.iter().map(|it| (6, it.port()));
        let udp = listening.udp.iter().map(|it| (17, it.port()));
        Self {
            counts: tcp.chain(udp).map(|it| (it, 0)).collect(),
            cookies: cookies(Path::new("/proc")),
            ..Self::default()
        }
    }

    fn arrive(&mut self, from: SocketAddr, to: SocketAddr, protocol: u8, complete: bool) {
        let key = (from, to.port());
        if protocol == 6 && complete {
            if self.opening.remove(&key) {
                return; // counted while it was being opened
            }
        } else if protocol == 6 && !self.opening.insert(key) {
            return;
        }
        *self.counts.entry((protocol, to.port())).or_default() += 1;
        if self.written < MOST {
            self.written += 1;
            let (at, port) = (Timestamp::now(), to.port());
            let (from, to) = (plain(from.ip()), plain(to.ip()));
            self.new.push(Witnessed { at, from, to, port, protocol, complete });
        }
    }

    /// Takes the connections that are being opened now.
    fn half_open(&mut self, now: BTreeSet<(SocketAddr, SocketAddr)>) {
        for (from, to) in &now {
            self.arrive(*from, *to, 6, false);
        }
        let still: BTreeSet<_> = now.iter().map(|(from, to)| (*from, to.port())).collect();
        self.opening.retain(|it| still.contains(it));
    }

    /// Where it stands, what it sees, and how often something arrived at each port, in one line.
    fn greeting(&self, session: &str, here: IpAddr, from: IpAddr) -> String {
        let (here, from) = (plain(here), plain(from));
        let mut line = format!("{WITNESS_GREETING}{session} at={here} from={from}");
        if sees_half_open(Path::new("/proc"), self.cookies) {
            let _ = write!(line, " {WITNESS_SEES}");
        }
        for ((protocol, port), count) in &self.counts {
            let word = if *protocol == 17 { "udp" } else { "tcp" };
            let more = format!(" {word}/{port}={count}");
            if line.len() + more.len() > GREETING {
                break;
            }
            let _ = write!(line, "{more}");
        }
        line + "\n"
    }
}

async fn accept(
    listener: TcpListener,
    seen: Arc<Mutex<Seen>>,
    room: Arc<Semaphore>,
    session: Arc<str>,
) {
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let Ok((stream, from)) = listener.accept().await else {
            sleep(TICK).await; // no room for another socket: later
            continue;
        };
        let Ok(to) = stream.local_addr() else { continue };
        let greeting = with(&seen, |it| {
            it.arrive(from, to, 6, true);
            it.greeting(&session, to.ip(), from.ip())
        });
        tokio::spawn(async move {
            let _ = timeout(LINGER, greet(stream, greeting)).await;
            drop(permit);
        });
    }
}

/// Says the one line, and closes in order.
async fn greet(mut stream: TcpStream, greeting: String) -> io::Result<()> {
    stream.write_all(greeting.as_bytes()).await?;
    stream.shutdown().await?;
    let mut dropped = [0; 1024];
    let mut most = 64;
    while most > 0 && stream.read(&mut dropped).await? > 0 {
        most -= 1;
    }
    Ok(())
}

async fn hear(socket: UdpSocket, seen: Arc<Mutex<Seen>>) {
    let Ok(to) = socket.local_addr() else { return };
    loop {
        match socket.recv_from(&mut [0; 1]).await {
            Ok((_, from)) => with(&seen, |it| it.arrive(from, to, 17, true)),
            Err(_) => sleep(TICK).await,
        }
    }
}

/// Connections to these ports that have begun and are not complete, by the kernel's own table
/// (`proc_pid_net(5)`: state 03 is SYN_RECV). Nothing where there is no such table.
fn being_opened(ports: &BTreeSet<u16>) -> BTreeSet<(SocketAddr, SocketAddr)> {
    let texts = TABLES.iter().filter_map(|it| std::fs::read_to_string(it).ok());
    let mut all = BTreeSet::new();
    for text in texts {
        let rows = text.lines().filter_map(|line| {
            let mut words = line.split_ascii_whitespace().skip(1);
            let (to, from) = (address(words.next()?)?, address(words.next()?)?);
            (words.next()? == "03" && ports.contains(&to.port())).then_some((from, to))
        });
        all.extend(rows);
    }
    all
}

/// `0100007F:1F90`: words of 32 bits as this machine keeps them in memory.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = Vec::new();
    let mut rest = address;
    while !rest.is_empty() {
        let (word, more) = rest.split_at_checked(8)?;
        bytes.extend(u32::from_str_radix(word, 16).ok()?.to_ne_bytes());
        rest = more;
    }
    let ip: IpAddr = match bytes.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(plain(ip), port))
}

/// IPv4 as IPv4, even at a socket that takes both.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}
