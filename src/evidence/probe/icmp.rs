//! ICMP echo (RFC 792, RFC 4443 §4): one request with a random number, answered by the reply that
//! carries it.
//!
//! With a raw socket (root or `CAP_NET_RAW`) errors are heard with who said them; without, the
//! kernel's own sockets for echo are used where the system lets this user have them (Linux:
//! `net.ipv4.ping_group_range`), and an error has no author.

use super::packet::{Heard, What, echo};
use super::raw::{Flow, Raw};
use super::said::{failed, micros, number, told};
use crate::probe::{Answer, Outcome, Question};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let nonce: u64 = number();
    let identifier = number();
    let flow = Flow::echo(question.to, identifier);
    if !raw.can(&flow) {
        let asked = by_the_kernel(question.to, nonce, patience).await;
        return asked.unwrap_or_else(|error| failed(&error));
    }
    let mut hearing = raw.hear(flow);
    let since = Instant::now();
    if let Err(error) = raw.send(&flow, &echo(question.to, identifier, 1, nonce), None) {
        return failed(&error);
    }
    hearing.answer(since, patience, |it| meaning(it, identifier, 1, nonce)).await
}

/// What an answer to this echo means; `None` of what is no answer to it.
pub(super) fn meaning(heard: &Heard, identifier: u16, number: u16, nonce: u64) -> Option<Outcome> {
    match &heard.what {
        What::Echo { sequence, nonce: back } if (*sequence, *back) == (number, nonce) => {
            Some(Outcome::Open)
        }
        What::Trouble(it) if it.mark == u32::from(identifier) << 16 | u32::from(number) => {
            Some(it.outcome)
        }
        _ => None,
    }
}

/// The same through a socket for echo of the kernel, which needs no privilege.
async fn by_the_kernel(to: IpAddr, nonce: u64, patience: Duration) -> io::Result<Answer> {
    let (domain, protocol) = match to {
        IpAddr::V4(_) => (Domain::IPV4, Protocol::ICMPV4),
        IpAddr::V6(_) => (Domain::IPV6, Protocol::ICMPV6),
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(protocol))?;
    socket.set_nonblocking(true)?;
    socket.connect(&SocketAddr::new(to, 0).into())?;
    let socket = UdpSocket::from_std(socket.into())?;
    let since = Instant::now();
    // The kernel puts its own identifier in.
    socket.send(&echo(to, 0, 1, nonce)).await?;
    let mut bytes = [0; 256];
    let until = tokio::time::Instant::from_std(since + patience);
    while let Ok(received) = tokio::time::timeout_at(until, socket.recv(&mut bytes)).await {
        let mut answer = match received {
            Ok(length) => {
                let carried = bytes.get(8..length).and_then(|it| it.first_chunk());
                if carried != Some(&nonce.to_be_bytes()) {
                    continue;
                }
                Answer::new(Outcome::Open, 1)
            }
            Err(error) => told(&error),
        };
        answer.micros = Some(micros(since.elapsed()));
        return Ok(answer);
    }
    Ok(Answer::new(Outcome::Silent, 1))
}
