//! Raw sockets: what leaves without a connection of the kernel's, and who hears what comes back.
//!
//! ```text
//!  echo, SYN ─► raw socket ─► …            the network            … ─► raw sockets ─► reader ─┐
//!                                                                                             ▼
//!  one question ◄── Hearing ◄──────────────── by Flow: protocol, address, ports ◄─────────────┘
//! ```
//!
//! They are opened early, with privilege, once for all questions of a run; no thread stands behind
//! them before the first question, so that none keeps a privilege that was given up in between. An
//! ICMP error finds the question it quotes, whatever protocol that was sent by: so the asker learns
//! who said it. Where raw sockets are not permitted there are none, and it does not.

use super::packet::{Heard, RST, Trouble, What, read, with_header};
use super::said::silent;
use crate::probe::{Answer, Kind, Outcome};
use pnet::packet::ip::{IpNextHeaderProtocol, IpNextHeaderProtocols as Ip};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// By what an answer, or an error that quotes the question, finds who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Flow {
    /// The IP protocol; 0 stands for ARP and NDP.
    pub(super) protocol: u8,
    /// Who is asked.
    pub(super) to: IpAddr,
    /// At which port; 0 of ICMP.
    pub(super) port: u16,
    /// From which port; of ICMP the identifier.
    pub(super) own: u16,
}

impl Flow {
    pub(super) const fn tcp(to: SocketAddr, own: u16) -> Self {
        Self { protocol: Ip::Tcp.0, to: to.ip(), port: to.port(), own }
    }

    pub(super) const fn udp(to: SocketAddr, own: u16) -> Self {
        Self { protocol: Ip::Udp.0, to: to.ip(), port: to.port(), own }
    }

    pub(super) const fn echo(to: IpAddr, own: u16) -> Self {
        let protocol = if to.is_ipv4() { Ip::Icmp.0 } else { Ip::Icmpv6.0 };
        Self { protocol, to, port: 0, own }
    }

    pub(super) const fn neighbour(to: IpAddr) -> Self {
        Self { protocol: 0, to, port: 0, own: 0 }
    }
}

/// Who waits for what.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<BTreeMap<Flow, mpsc::Sender<Heard>>>);

/// More that is said of one question is not kept.
const MOST_HEARD: usize = 64;

impl Waiting {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<Flow, mpsc::Sender<Heard>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hands it to the one who asked; what nobody asked for is forgotten.
    pub(super) fn hand(&self, flow: Flow, heard: Heard) {
        self.with(|all| {
            if let Some(to) = all.get(&flow) {
                let _ = to.try_send(heard); // full: 64 are enough
            }
        });
    }

    /// Whoever hears this flow, until dropped.
    pub(super) fn hear(self: &Arc<Self>, flow: Flow) -> Hearing {
        let (sender, heard) = mpsc::channel(MOST_HEARD);
        self.with(|all| all.insert(flow, sender));
        Hearing { flow, heard, waiting: Arc::downgrade(self), is_deaf: false, reset: None }
    }
}

/// What comes back to one question.
#[derive(Debug)]
pub(super) struct Hearing {
    flow: Flow,
    heard: mpsc::Receiver<Heard>,
    waiting: Weak<Waiting>,
    is_deaf: bool,
    /// A reset that was heard while an error was waited for.
    reset: Option<Heard>,
}

impl Hearing {
    /// The next thing heard; `None` when the time is over.
    pub(super) async fn next(&mut self, until: Instant) -> Option<Heard> {
        tokio::time::timeout_at(until.into(), self.heard.recv()).await.ok().flatten()
    }

    /// The answer to what was sent at `since`: the first thing heard that `meaning` recognises as
    /// one. What else came to the same flow is counted: it answers nothing, but it came.
    pub(super) async fn answer(
        &mut self,
        since: Instant,
        patience: Duration,
        meaning: impl Fn(&Heard) -> Option<Outcome>,
    ) -> Answer {
        let mut strays = 0;
        while let Some(heard) = self.next(since + patience).await {
            match meaning(&heard) {
                Some(outcome) => return heard.answer(outcome, self.flow.to, since),
                None => strays += 1,
            }
        }
        silent(strays)
    }

    /// Whether errors and resets are not heard here.
    pub(super) const fn is_deaf(&self) -> bool {
        self.is_deaf
    }

    /// Who refused a connection and how: a reset or an ICMP error, however long it takes.
    pub(super) async fn blame(&mut self) -> (Heard, Outcome) {
        match self.reset.take() {
            Some(heard) => (heard, Outcome::Refused),
            None => self.refusal(true).await,
        }
    }

    /// The next ICMP error about this flow, however long it takes.
    pub(super) async fn trouble(&mut self) -> (Heard, Outcome) {
        self.refusal(false).await
    }

    /// The next ICMP error, or reset when one will do; else it is kept for who asks for it.
    async fn refusal(&mut self, or_reset: bool) -> (Heard, Outcome) {
        loop {
            let Some(heard) = self.heard.recv().await else { std::future::pending().await };
            match heard.what {
                What::Trouble(Trouble { outcome, .. }) => return (heard, outcome),
                What::Segment { flags, .. } if flags & RST != 0 => {
                    if or_reset {
                        return (heard, Outcome::Refused);
                    }
                    self.reset = Some(heard);
                }
                _ => {}
            }
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.upgrade() {
            waiting.with(|all| all.remove(&self.flow));
        }
    }
}

/// One raw socket. The type of its handle is that of UDP, which receives with the sender's address.
#[derive(Debug)]
struct Opened {
    socket: Arc<UdpSocket>,
    protocol: u8,
    is_v6: bool,
    /// TTL is of the socket, not of the packet: whoever sends holds this, with the one last set, and
    /// whoever sets another holds it alone.
    sending: RwLock<Option<u32>>,
}

/// The raw sockets of a run, as far as they are permitted.
#[derive(Debug, Default)]
pub(super) struct Raw {
    opened: Vec<Opened>,
    /// By which TCP leaves over IPv4 with its header made here: threads that send by it need not wait
    /// for each other. It receives nothing.
    headed: Option<UdpSocket>,
    /// Why one could not be opened.
    refused: Option<String>,
    waiting: Arc<Waiting>,
    reading: OnceLock<()>,
}

/// How soon a reader notices that the run is over.
const NOTICE: Duration = Duration::from_millis(200);
/// TTL of what is no trace.
const USUAL_TTL: u8 = 64;
/// The number of a socket that sends whole packets (`IPPROTO_RAW`, raw(7)).
const HEADED: IpNextHeaderProtocol = IpNextHeaderProtocol(255);

impl Raw {
    /// Opens what these kinds can use: ICMP for all, because errors come by it, and TCP, by which
    /// resets come.
    pub(super) fn open(kinds: &[Kind]) -> Self {
        let mut raw = Self::default();
        raw.add(Ip::Icmp, false);
        raw.add(Ip::Icmpv6, true);
        if kinds.iter().any(|it| it.is_by_tcp()) {
            raw.add(Ip::Tcp, false);
            raw.add(Ip::Tcp, true);
            // Other systems want parts of the header in their own order of bytes.
            raw.headed = cfg!(target_os = "linux").then(|| open(HEADED, false).ok()).flatten();
        }
        raw
    }

    fn add(&mut self, protocol: IpNextHeaderProtocol, is_v6: bool) {
        match open(protocol, is_v6) {
            Ok(socket) => self.opened.push(Opened {
                socket: Arc::new(socket),
                protocol: protocol.0,
                is_v6,
                sending: RwLock::new(None),
            }),
            Err(error) => self.refused = Some(error.to_string()),
        }
    }

    /// Why these kinds cannot be asked, in the system's own words.
    pub(super) fn lacks(&self, kinds: &[Kind]) -> Option<String> {
        let lacking = |kind: &Kind| {
            let protocol = match kind {
                Kind::TcpSyn | Kind::TraceTcp => Ip::Tcp.0,
                Kind::TraceIcmp => Ip::Icmp.0,
                _ => return false,
            };
            !self.can_send(protocol, false) && !self.can_send(protocol, true)
        };
        let kind = kinds.iter().find(|it| lacking(it))?;
        Some(format!("{}: {}", kind.word(), self.missing()))
    }

    fn can_send(&self, protocol: u8, is_v6: bool) -> bool {
        self.of(protocol, is_v6).is_some()
    }

    pub(super) const fn waiting(&self) -> &Arc<Waiting> {
        &self.waiting
    }

    fn of(&self, protocol: u8, is_v6: bool) -> Option<&Opened> {
        self.opened.iter().find(|it| (it.protocol, it.is_v6) == (protocol, is_v6))
    }

    /// Whether this can be sent.
    pub(super) fn can(&self, flow: &Flow) -> bool {
        self.can_send(flow.protocol, flow.to.is_ipv6())
    }

    /// Whether two threads send to this address without waiting for each other.
    pub(super) fn sends_side_by_side(&self, to: IpAddr) -> bool {
        self.headed.is_some() && to.is_ipv4()
    }

    /// Hears what comes back to this flow, from now on.
    pub(super) fn hear(&self, flow: Flow) -> Hearing {
        self.reading.get_or_init(|| self.opened.iter().for_each(|it| self.read(it)));
        let can = |protocol| self.can_send(protocol, flow.to.is_ipv6());
        let is_deaf = !can(Flow::echo(flow.to, 0).protocol)
            || flow.protocol == Ip::Tcp.0 && !can(flow.protocol);
        let mut hearing = self.waiting.hear(flow);
        hearing.is_deaf = is_deaf;
        hearing
    }

    /// Promises that one loop reads everything by [`Self::drain`]; false when threads do already.
    pub(super) fn listen_alone(&self) -> bool {
        let mut alone = false;
        self.reading.get_or_init(|| alone = true);
        alone && self.opened.iter().all(|it| it.socket.set_nonblocking(true).is_ok())
    }

    /// Hands over everything that has come by now.
    pub(super) fn drain(&self, mut act: impl FnMut(Flow, Heard)) {
        let mut bytes = [0; 2048];
        for opened in &self.opened {
            while let Ok((length, from)) = opened.socket.recv_from(&mut bytes) {
                let (at, by) = (Instant::now(), from.ip());
                let bytes = bytes.get(..length).unwrap_or_default();
                if let Some((flow, what)) = read(opened.protocol, opened.is_v6, by, bytes) {
                    act(flow, Heard { at, by, what });
                }
            }
        }
    }

    fn read(&self, from: &Opened) {
        let (socket, protocol, is_v6) = (Arc::clone(&from.socket), from.protocol, from.is_v6);
        let waiting = Arc::downgrade(&self.waiting);
        std::thread::spawn(move || {
            let mut bytes = [0; 2048];
            while let Some(waiting) = waiting.upgrade() {
                let (length, from) = match socket.recv_from(&mut bytes) {
                    Ok(it) => it,
                    Err(error) => {
                        rest(&error);
                        continue;
                    }
                };
                let at = Instant::now();
                let bytes = bytes.get(..length).unwrap_or_default();
                if let Some((flow, what)) = read(protocol, is_v6, from.ip(), bytes) {
                    waiting.hand(flow, Heard { at, by: from.ip(), what });
                }
            }
        });
    }

    /// Sends one packet with a TTL (64 when none is given).
    ///
    /// # Errors
    /// What the system says; `Unsupported` when there is no such raw socket.
    pub(super) fn send(&self, flow: &Flow, packet: &[u8], ttl: Option<u8>) -> io::Result<()> {
        let missing = || io::Error::new(io::ErrorKind::Unsupported, self.missing());
        let opened = self.of(flow.protocol, flow.to.is_ipv6()).ok_or_else(missing)?;
        let (ttl, to) = (ttl.unwrap_or(USUAL_TTL), SocketAddr::new(flow.to, 0));
        if let (Some(headed), Ip::Tcp, IpAddr::V4(v4)) =
            (&self.headed, IpNextHeaderProtocol(flow.protocol), flow.to)
        {
            return headed.send_to(&with_header(v4, flow.protocol, ttl, packet), to).map(drop);
        }
        let ttl = u32::from(ttl);
        let send = || opened.socket.send_to(packet, to).map(drop);
        let sending = opened.sending.read().unwrap_or_else(PoisonError::into_inner);
        if *sending == Some(ttl) {
            return send();
        }
        drop(sending);
        let mut sending = opened.sending.write().unwrap_or_else(PoisonError::into_inner);
        let socket = SockRef::from(&*opened.socket);
        if opened.is_v6 {
            socket.set_unicast_hops_v6(ttl)?;
        } else {
            socket.set_ttl_v4(ttl)?;
        }
        *sending = Some(ttl);
        send()
    }

    /// Why there is no such socket.
    fn missing(&self) -> String {
        let why = self.refused.as_deref().unwrap_or("not opened");
        format!("no raw socket: {why}")
    }
}

/// Waits before the next try, when the error was no waiting itself.
pub(super) fn rest(error: &io::Error) {
    let waited = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind());
    if !waited {
        std::thread::sleep(NOTICE);
    }
}

fn open(protocol: IpNextHeaderProtocol, is_v6: bool) -> io::Result<UdpSocket> {
    let domain = if is_v6 { Domain::IPV6 } else { Domain::IPV4 };
    let socket = Socket::new(domain, Type::RAW, Some(Protocol::from(i32::from(protocol.0))))?;
    socket.set_read_timeout(Some(NOTICE))?;
    let _ = socket.set_recv_buffer_size(4 << 20); // as much as the system gives
    Ok(socket.into())
}

/// The address from which packets to this one leave. Sends nothing.
///
/// # Errors
/// There is no way to it.
pub(super) fn source(to: IpAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if to.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((any, 0))?;
    // A port is needed for the form; nothing is sent to it.
    socket.connect((to, 9))?;
    Ok(socket.local_addr()?.ip())
}
