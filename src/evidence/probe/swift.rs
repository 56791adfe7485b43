//! Great numbers of connections or SYNs, where the scope of a laboratory permits them: without a
//! task, a channel and a thread for each. One loop sends a few, reads what has come back to the raw
//! sockets, and looks whose patience is over.
//!
//! What is sent, and what an answer means, is the same as in [`super::tcp`] and [`super::syn`]. A
//! connection that came about is closed in order there.

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
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where fewer a second are permitted, nobody could tell the difference.
pub(super) const SWIFT: u32 = 1000;

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
}

/// One question under way.
#[derive(Debug)]
struct Flight {
    number: u32,
    attempt: u8,
    question: Question,
    at: Timestamp,
    since: Instant,
    sequence: u32,
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
    pub(super) fn of(plan: &Plan, raw: &Raw) -> Option<Self> {
        let kind = plan.questions.first()?.kind;
        let alike = plan.questions.iter().all(|it| {
            let flow = Flow::tcp(SocketAddr::new(it.to, it.port), 0);
            it.kind == kind && raw.can(&flow)
        });
        let suits = matches!(kind, Kind::TcpConnect | Kind::TcpSyn) && plan.limits.rate > SWIFT;
        (suits && alike && raw.listen_alone()).then(|| Self {
            patience: Duration::from_millis(plan.limits.patience_ms.into()),
            under_way: BTreeMap::new(),
            due: VecDeque::new(),
            ways: BTreeMap::new(),
            first: number(),
            done: Vec::new(),
        })
    }

    /// Asks one question.
    pub(super) fn ask(&mut self, number: u32, attempt: u8, question: Question, raw: &Raw) {
        let sequence = self.first.wrapping_add(number.wrapping_mul(0x9e37_79b1));
        let since = Instant::now();
        let at = Timestamp::now();
        let mut flight =
            Flight { number, attempt, question, at, since, sequence, socket: None, strays: 0 };
        let to = SocketAddr::new(flight.question.to, flight.question.port);
        let begun = match flight.question.kind {
            Kind::TcpSyn => self.knock(to, sequence, raw),
            _ => connect(to).map(|(own, socket)| {
                flight.socket = Some(socket);
                Flow::tcp(to, own)
            }),
        };
        match begun {
            Ok(flow) => {
                self.due.push_back((since + self.patience, flow, number));
                self.under_way.insert(flow, flight);
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                let mut answer = told(&error); // loopback refuses at once
                answer.micros = Some(micros(since.elapsed()));
                self.done.push(flight.done(answer));
            }
            Err(error) => self.done.push(flight.done(failed(&error))),
        }
    }

    fn knock(&mut self, to: SocketAddr, sequence: u32, raw: &Raw) -> io::Result<Flow> {
        let way = match self.ways.entry(to.ip()) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(Way::to(to.ip())?),
        };
        let flow = Flow::tcp(to, way.own);
        raw.send(&flow, &syn(way.from, to.ip(), way.own, to.port(), sequence), None)?;
        Ok(flow)
    }

    /// Takes what has come back by now. Connections that came about are handed to be closed.
    pub(super) fn hear(&mut self, raw: &Raw, closing: &mut JoinSet<Sent>) {
        raw.drain(|flow, heard| self.take(flow, &heard, closing));
    }

    fn take(&mut self, flow: Flow, heard: &Heard, closing: &mut JoinSet<Sent>) {
        let Some(flight) = self.under_way.get_mut(&flow) else { return };
        let outcome = match flight.socket {
            None => meaning(heard, flight.sequence),
            Some(_) => of_connection(heard),
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
            _ => {
                let answer = heard.answer(outcome, flow.to, flight.since);
                self.done.push(flight.done(answer));
            }
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

/// Begins a connection. What comes back is read only afterwards, when the port is known.
fn connect(to: SocketAddr) -> io::Result<(u16, Socket)> {
    let domain = Domain::for_address(to);
    // One call where the system can.
    #[cfg(target_os = "linux")]
    let socket = Socket::new(domain, Type::STREAM.nonblocking(), Some(Protocol::TCP))?;
    #[cfg(not(target_os = "linux"))]
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(not(target_os = "linux"))]
    socket.set_nonblocking(true)?;
    match socket.connect(&to.into()) {
        Err(error) if !is_begun(&error) => return Err(error),
        _ => {}
    }
    let own = socket.local_addr()?.as_socket();
    // A socket of this machine that connects to itself is answered.
    if own == Some(to) {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    Ok((own.map(|it| it.port()).unwrap_or_default(), socket))
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
