//! Great numbers of connections or SYNs, where the scope of a laboratory permits them: without a
//! task, a channel and a thread for each. One loop sends a few, reads what has come back to the raw
//! sockets, and looks whose patience is over.
//!
//! What is sent, and what an answer means, is the same as in [`super::tcp`] and [`super::syn`]. A
//! connection that came about is closed in order there.

use super::crew::Crew;
use super::packet::{ACK, Heard, RST, SYN, Trouble, What, syn};
use super::raw::{Flow, Raw, source};
use super::run::Sent;
use super::said::{failed, micros, number, silent, told};
use super::syn::meaning;
use super::tcp::{close, is_begun};
use crate::probe::{Answer, Kind, Outcome, Plan, Question};
use jiff::Timestamp;
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where fewer a second are permitted, nobody could tell the difference.
pub(super) const SWIFT: u32 = 1000;
/// So many questions leave before what came back is read: a raw socket holds few packets.
pub(super) const AT_ONCE: usize = 128;

/// The questions that are under way.
#[derive(Debug)]
pub(super) struct Swift {
    patience: Duration,
    under_way: BTreeMap<Flow, Flight>,
    /// When the patience with whom is over, in order.
    due: VecDeque<(Instant, Flow, u32)>,
    /// How SYNs leave for a host.
    ways: BTreeMap<IpAddr, Way>,
    /// What the sequence numbers begin with.
    first: u32,
    done: Vec<Sent>,
    /// What was heard while questions were being sent, perhaps in answer to them.
    early: Vec<(Flow, Heard)>,
    is_asking: bool,
    /// Sockets of IPv4 and of IPv6 whose connections were refused, to be used again.
    idle: [Vec<Socket>; 2],
    crew: Crew<Begin, Flight>,
}

/// A question, about to be sent.
#[derive(Debug)]
struct Begin {
    number: u32,
    attempt: u8,
    question: Question,
    sequence: u32,
    by: By,
}

/// By what it is sent.
#[derive(Debug)]
enum By {
    /// A connection, with a socket that was used before.
    Connection(Option<Socket>),
    /// A SYN, from this address and port.
    Syn(IpAddr, u16),
    /// There is no way to send it.
    None(io::Error),
}

/// One question that was sent, or could not be.
#[derive(Debug)]
struct Flight {
    number: u32,
    attempt: u8,
    question: Question,
    at: Timestamp,
    since: Instant,
    sequence: u32,
    /// From which port it was sent.
    own: io::Result<u16>,
    /// The connection that is being opened; none of a SYN.
    socket: Option<Socket>,
    strays: u32,
}

/// From where SYNs to a host leave: the port is held by a socket that does nothing.
#[derive(Debug)]
struct Way {
    from: IpAddr,
    own: u16,
    _held: Socket,
}

impl Swift {
    /// For plans that ask nothing but connections, or nothing but SYNs, faster than a hospital may be
    /// asked, where what comes back can be heard.
    pub(super) fn of(plan: &Plan, raw: &Arc<Raw>) -> Option<Self> {
        let kind = plan.questions.first()?.kind;
        let alike = plan.questions.iter().all(|it| {
            let flow = Flow::tcp(SocketAddr::new(it.to, it.port), 0);
            it.kind == kind && raw.can(&flow)
        });
        let suits = matches!(kind, Kind::TcpConnect | Kind::TcpSyn) && plan.limits.rate > SWIFT;
        let beside = plan.questions.iter().all(|it| raw.sends_side_by_side(it.to));
        let raw_of_crew = Arc::clone(raw);
        (suits && alike && raw.listen_alone()).then(|| Self {
            patience: Duration::from_millis(plan.limits.patience_ms.into()),
            under_way: BTreeMap::new(),
            due: VecDeque::new(),
            ways: BTreeMap::new(),
            first: number(),
            done: Vec::new(),
            early: Vec::new(),
            is_asking: false,
            idle: [Vec::new(), Vec::new()],
            // At one raw socket two threads would only wait for each other.
            crew: Crew::new(kind == Kind::TcpConnect || beside, move |it: Begin| {
                it.begin(&raw_of_crew)
            }),
        })
    }

    /// Asks a few questions, on two threads where the machine has as many. Meanwhile what came back to
    /// those before is heard and handed on to be noted.
    ///
    /// # Errors
    /// Those of who notes. All have been sent even so.
    pub(super) fn ask(
        &mut self,
        questions: impl IntoIterator<Item = (u32, u8, Question)>,
        raw: &Raw,
        closing: &mut JoinSet<Sent>,
        note: impl FnOnce(Vec<Sent>) -> io::Result<()>,
    ) -> io::Result<()> {
        let all = questions.into_iter().map(|(number, attempt, question)| {
            let sequence = self.first.wrapping_add(number.wrapping_mul(0x9e37_79b1));
            let by = match question.kind {
                Kind::TcpSyn => match way(&mut self.ways, question.to) {
                    Ok(way) => By::Syn(way.from, way.own),
                    Err(error) => By::None(error),
                },
                _ => By::Connection(spare(&mut self.idle, question.to)),
            };
            Begin { number, attempt, question, sequence, by }
        });
        self.crew.begin(all.collect());
        self.is_asking = true;
        self.hear(raw, closing);
        let noted = note(self.done(closing));
        for mut flight in self.crew.end() {
            let to = SocketAddr::new(flight.question.to, flight.question.port);
            match std::mem::replace(&mut flight.own, Ok(0)) {
                Ok(own) => {
                    let flow = Flow::tcp(to, own);
                    self.due.push_back((flight.since + self.patience, flow, flight.number));
                    self.under_way.insert(flow, flight);
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    let mut answer = told(&error); // loopback refuses at once
                    answer.micros = Some(micros(flight.since.elapsed()));
                    self.done.push(flight.done(answer));
                }
                Err(error) => self.done.push(flight.done(failed(&error))),
            }
        }
        self.is_asking = false;
        for (flow, heard) in std::mem::take(&mut self.early) {
            self.take(flow, heard, closing);
        }
        noted
    }

    /// Takes what has come back by now. Connections that came about are handed to be closed.
    pub(super) fn hear(&mut self, raw: &Raw, closing: &mut JoinSet<Sent>) {
        raw.drain(|flow, heard| self.take(flow, heard, closing));
    }

    fn take(&mut self, flow: Flow, heard: Heard, closing: &mut JoinSet<Sent>) {
        let Some(flight) = self.under_way.get_mut(&flow) else {
            if self.is_asking && self.early.len() < IDLE {
                self.early.push((flow, heard));
            }
            return;
        };
        let outcome = match flight.socket {
            None => meaning(&heard, flight.sequence),
            Some(_) => of_connection(&heard),
        };
        let Some(outcome) = outcome else {
            flight.strays += u32::from(flight.socket.is_none());
            return;
        };
        let Some(mut flight) = self.under_way.remove(&flow) else { return };
        match flight.socket.take() {
            Some(socket) if outcome == Outcome::Open => {
                // The kernel has taken the same packet by now, or forgotten the connection.
                let opened = socket.peer_addr().is_ok();
                if opened {
                    let took = heard.at.saturating_duration_since(flight.since);
                    flight.close(socket, took, closing);
                } else {
                    flight.socket = Some(socket);
                    self.under_way.insert(flow, flight);
                }
            }
            socket => {
                let answer = heard.answer(outcome, flow.to, flight.since);
                self.done.push(flight.done(answer));
                if let Some(socket) = socket.filter(|_| outcome == Outcome::Refused) {
                    self.keep(flow.to, socket);
                }
            }
        }
    }

    /// Keeps a socket for another connection, when the system agrees that this one was refused: to
    /// make a socket and to close it costs a third of all that a refused connection costs.
    fn keep(&mut self, to: IpAddr, socket: Socket) {
        let idle = idle(&mut self.idle, to);
        let refused = |it: io::Error| it.kind() == io::ErrorKind::ConnectionRefused;
        let is_over = || socket.take_error().ok().flatten().is_some_and(&refused);
        if REUSES && idle.len() < IDLE && is_over() {
            idle.push(socket);
        }
    }

    /// What is answered by now, and what never was.
    pub(super) fn done(&mut self, closing: &mut JoinSet<Sent>) -> Vec<Sent> {
        let now = Instant::now();
        while self.due.front().is_some_and(|it| it.0 <= now) {
            let Some((_, flow, number)) = self.due.pop_front() else { break };
            let is_it = self.under_way.get(&flow).is_some_and(|it| it.number == number);
            let Some(mut flight) = is_it.then(|| self.under_way.remove(&flow)).flatten() else {
                continue;
            };
            let strays = flight.strays;
            // What the kernel heard and we did not.
            match flight.socket.take() {
                Some(socket) if socket.peer_addr().is_ok() => {
                    let took = flight.since.elapsed();
                    flight.close(socket, took, closing);
                }
                Some(socket) => {
                    let error = socket.take_error().ok().flatten();
                    let answer = error.map_or_else(|| silent(strays), |it| told(&it));
                    self.done.push(flight.done(answer));
                }
                None => self.done.push(flight.done(silent(strays))),
            }
        }
        std::mem::take(&mut self.done)
    }

    /// Calls everything off.
    pub(super) fn stop(&mut self) {
        self.under_way.clear();
        self.due.clear();
    }
}

/// How SYNs leave for a host.
fn way(ways: &mut BTreeMap<IpAddr, Way>, to: IpAddr) -> io::Result<&mut Way> {
    Ok(match ways.entry(to) {
        Entry::Occupied(it) => it.into_mut(),
        Entry::Vacant(it) => it.insert(Way::to(to)?),
    })
}

/// The sockets for a family of addresses.
const fn idle(all: &mut [Vec<Socket>; 2], to: IpAddr) -> &mut Vec<Socket> {
    let [v4, v6] = all;
    if to.is_ipv4() { v4 } else { v6 }
}

/// A socket to be used again. Where there is none another is made, and one for the other family ends:
/// no more are ever open than questions may be under way.
fn spare(all: &mut [Vec<Socket>; 2], to: IpAddr) -> Option<Socket> {
    let found = idle(all, to).pop();
    if found.is_none() {
        all.iter_mut().for_each(|it| drop(it.pop()));
    }
    found
}

impl Begin {
    /// Sends it. What comes back is read only afterwards, when the port is known.
    fn begin(self, raw: &Raw) -> Flight {
        let Self { number, attempt, question, sequence, by } = self;
        let (since, at) = (Instant::now(), Timestamp::now());
        let to = SocketAddr::new(question.to, question.port);
        let begun = match by {
            By::Connection(used) => connect(to, used).map(|it| (it.0, Some(it.1))),
            By::Syn(from, own) => {
                let packet = syn(from, to.ip(), own, to.port(), sequence);
                raw.send(&Flow::tcp(to, own), &packet, None).map(|()| (own, None))
            }
            By::None(error) => Err(error),
        };
        let (own, socket) = match begun {
            Ok((own, socket)) => (Ok(own), socket),
            Err(error) => (Err(error), None),
        };
        Flight { number, attempt, question, at, since, sequence, own, socket, strays: 0 }
    }
}

impl Flight {
    fn done(self, mut answer: Answer) -> Sent {
        answer.attempts = self.attempt;
        Sent { number: self.number, question: self.question, at: self.at, answer }
    }

    fn close(self, socket: Socket, took: Duration, closing: &mut JoinSet<Sent>) {
        let mut answer = Answer::new(Outcome::Open, 1);
        answer.micros = Some(micros(took));
        match TcpStream::from_std(socket.into()) {
            Ok(stream) => drop(closing.spawn(async move {
                let answer = close(stream, answer).await;
                self.done(answer)
            })),
            Err(_) => drop(closing.spawn(async move { self.done(answer) })),
        }
    }
}

impl Way {
    fn to(to: IpAddr) -> io::Result<Self> {
        let from = source(to)?;
        let domain = if to.is_ipv4() { Domain::IPV4 } else { Domain::IPV6 };
        let held = Socket::new(domain, Type::STREAM, None)?;
        held.bind(&SocketAddr::new(from, 0).into())?;
        let own = held.local_addr()?.as_socket().map(|it| it.port()).unwrap_or_default();
        Ok(Self { from, own, _held: held })
    }
}

/// Begins a connection.
fn connect(to: SocketAddr, used: Option<Socket>) -> io::Result<(u16, Socket)> {
    let again = used.and_then(|it| reconnect(to, it));
    let socket = again.unwrap_or_else(|| fresh(to))?;
    let own = socket.local_addr()?.as_socket();
    // A socket of this machine that connects to itself is answered.
    if own == Some(to) {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    Ok((own.map(|it| it.port()).unwrap_or_default(), socket))
}

/// Whether the system lets a socket connect again whose connection was refused, each time from
/// another port.
const REUSES: bool = cfg!(target_os = "linux");
/// So many sockets are kept for that, and so many packets are remembered.
const IDLE: usize = 4 * AT_ONCE;

/// Begins another connection with a socket whose last one was refused; `None` when that is not what
/// became of it, and nothing was sent.
fn reconnect(to: SocketAddr, socket: Socket) -> Option<io::Result<Socket>> {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused};
    // Linux ends the last connection in this call, tells how it had ended, and sends nothing.
    match socket.connect(&to.into()) {
        Err(over) if matches!(over.kind(), ConnectionAborted | ConnectionRefused) => {}
        Err(error) if is_begun(&error) => return Some(Ok(socket)),
        _ => return None,
    }
    Some(begin(to, socket))
}

/// Begins a connection with a socket of its own.
fn fresh(to: SocketAddr) -> io::Result<Socket> {
    let domain = Domain::for_address(to);
    // One call where the system can.
    #[cfg(target_os = "linux")]
    let socket = Socket::new(domain, Type::STREAM.nonblocking(), Some(Protocol::TCP))?;
    #[cfg(not(target_os = "linux"))]
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(not(target_os = "linux"))]
    socket.set_nonblocking(true)?;
    begin(to, socket)
}

fn begin(to: SocketAddr, socket: Socket) -> io::Result<Socket> {
    match socket.connect(&to.into()) {
        Err(error) if !is_begun(&error) => Err(error),
        _ => Ok(socket),
    }
}

/// What a packet means to a connection that is being opened; `None` of what does not decide.
fn of_connection(heard: &Heard) -> Option<Outcome> {
    match &heard.what {
        What::Trouble(Trouble { outcome, .. }) => Some(*outcome),
        What::Segment { flags, .. } if flags & RST != 0 => Some(Outcome::Refused),
        What::Segment { flags, .. } if flags & (SYN | ACK) == SYN | ACK => Some(Outcome::Open),
        _ => None,
    }
}
