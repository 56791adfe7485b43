//! TCP SYN (RFC 9293 §3.5): one SYN from a port that is held for it. The kernel, which knows of no
//! connection, resets whatever accepts it; so no connection comes about.

use super::packet::{ACK, Heard, RST, SYN, What, syn};
use super::raw::{Flow, Hearing, Raw, source};
use super::said::{failed, number};
use crate::probe::{Answer, Outcome, Question};
use socket2::{Domain, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let to = SocketAddr::new(question.to, question.port);
    let mut asking = match Asking::new(to, raw) {
        Ok(it) => it,
        Err(error) => return failed(&error),
    };
    let since = Instant::now();
    let sequence = asking.sequence(0);
    if let Err(error) = asking.send(sequence, None, raw) {
        return failed(&error);
    }
    asking.hearing.answer(since, patience, |it| meaning(it, sequence)).await
}

/// A port that is held, so that nobody else's connection is mistaken for ours, and what comes back
/// to it.
pub(super) struct Asking {
    /// Bound and no more: who connects to it, or accepts what it asks, is reset by the kernel.
    _held: Socket,
    flow: Flow,
    from: IpAddr,
    first: u32,
    pub(super) hearing: Hearing,
}

impl Asking {
    /// Sends nothing yet.
    ///
    /// # Errors
    /// There is no way to the address, or no port is left.
    pub(super) fn new(to: SocketAddr, raw: &Raw) -> io::Result<Self> {
        let from = source(to.ip())?;
        let domain = if to.is_ipv4() { Domain::IPV4 } else { Domain::IPV6 };
        let held = Socket::new(domain, Type::STREAM, None)?;
        held.bind(&SocketAddr::new(from, 0).into())?;
        let own = held.local_addr()?.as_socket().map(|it| it.port()).unwrap_or_default();
        let flow = Flow::tcp(to, own);
        Ok(Self { _held: held, flow, from, first: number(), hearing: raw.hear(flow) })
    }

    /// The sequence number of the n-th SYN.
    pub(super) const fn sequence(&self, n: u8) -> u32 {
        self.first.wrapping_add((n as u32) << 16)
    }

    /// Sends one SYN.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn send(&self, sequence: u32, ttl: Option<u8>, raw: &Raw) -> io::Result<()> {
        let packet = syn(self.from, self.flow.to, self.flow.own, self.flow.port, sequence);
        raw.send(&self.flow, &packet, ttl)
    }
}

/// What an answer to the SYN with this number means; `None` of what is no answer to it.
pub(super) fn meaning(heard: &Heard, sequence: u32) -> Option<Outcome> {
    match &heard.what {
        What::Segment { acknowledged, flags, .. } => {
            let ours = *acknowledged == sequence.wrapping_add(1) && flags & ACK != 0;
            match flags & (SYN | RST) {
                SYN if ours => Some(Outcome::Open),
                RST if ours => Some(Outcome::Refused),
                _ => None,
            }
        }
        What::Trouble(it) if it.mark == sequence => Some(it.outcome),
        _ => None,
    }
}
