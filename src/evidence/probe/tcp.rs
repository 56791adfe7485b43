//! TCP connect (RFC 9293): one connection, no data, closed in order.
//!
//! After the three packets of the opening a FIN is sent and the other end's FIN awaited. Whether it
//! comes is part of the answer (`close`): a middlebox that opens connections in the name of a host
//! that is not there cannot close them in its name. What the other end says of itself in the
//! meantime is read and dropped, so that the kernel closes with FIN and not with RST.

use super::not_sent;
use crate::probe::journal::WITNESS_GREETING;
use crate::probe::{Answer, Outcome, Question};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the other end may take to close.
const CLOSING: Duration = Duration::from_secs(1);
/// More than this is not read of what the other end says unasked.
const MOST: usize = 64 * 1024;
/// A witness says as much of itself at most.
const GREETING: usize = 512;

pub(super) async fn ask(question: &Question, patience: Duration) -> Answer {
    let to = SocketAddr::new(question.to, question.port);
    let socket = match socket(to) {
        Ok(socket) => socket,
        Err(error) => return not_sent(error),
    };
    let since = Instant::now();
    // A refusal by this machine comes from the call itself; what comes later, the network said.
    let begun = socket.connect(&to.into()).or_else(|error| match error.raw_os_error() {
        Some(libc::EINPROGRESS) => Ok(()),
        _ if error.kind() == ErrorKind::WouldBlock => Ok(()),
        _ => Err(error),
    });
    if let Err(error) = begun {
        // Loopback refuses at once.
        let own = !matches!(error.kind(), ErrorKind::ConnectionRefused);
        return if own { not_sent(error) } else { told(&error, since) };
    }
    let stream = match TcpStream::from_std(socket.into()) {
        Ok(stream) => stream,
        Err(error) => return not_sent(error),
    };
    let opened = timeout(patience, async {
        stream.writable().await?;
        stream.take_error()?.map_or(Ok(()), Err)?;
        stream.peer_addr().map(drop)
    });
    match opened.await {
        Err(_) => Answer::new(Outcome::Silent, 1),
        Ok(Err(error)) => told(&error, since),
        Ok(Ok(())) => {
            let mut answer = Answer::new(Outcome::Open, 1);
            answer.micros = Some(micros(since));
            close(stream, answer).await
        }
    }
}

fn socket(to: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// What the network said, as the kernel hands it on: without who said it, and a reset and a closed
/// port told by ICMP in one word.
fn told(error: &io::Error, since: Instant) -> Answer {
    let outcome = match error.raw_os_error() {
        Some(libc::ECONNREFUSED | libc::ECONNRESET) => Outcome::Refused,
        Some(libc::EACCES | libc::EPERM) => Outcome::Filtered, // ICMPv6: administratively prohibited
        Some(
            libc::EHOSTUNREACH
            | libc::ENETUNREACH
            | libc::EHOSTDOWN
            | libc::ENONET
            | libc::ENOPROTOOPT,
        ) => Outcome::Unreachable,
        Some(libc::ETIMEDOUT) => Outcome::Silent,
        _ => return not_sent(error),
    };
    let mut answer = Answer::new(outcome, 1);
    answer.micros = (outcome != Outcome::Silent).then(|| micros(since));
    answer
}

/// Says FIN, and reads until the other end has said it as well.
async fn close(mut stream: TcpStream, answer: Answer) -> Answer {
    let mut greeting = Vec::new();
    let closing = timeout(CLOSING, async {
        stream.shutdown().await?;
        let mut read = 0;
        let mut bytes = [0; 1024];
        while read < MOST {
            let length = stream.read(&mut bytes).await?;
            if length == 0 {
                return Ok(true);
            }
            let room = GREETING.saturating_sub(greeting.len());
            greeting.extend(bytes.iter().take(length.min(room)));
            read += length;
        }
        Ok::<_, io::Error>(false)
    });
    let closed = match closing.await {
        Ok(Ok(true)) => "in-order",
        Ok(Err(_)) => "reset",
        Ok(Ok(false)) | Err(_) => "unanswered",
    };
    let answer = answer.saying("close", closed);
    // Only a witness's own words are kept; those of others are nobody's business here.
    let said = String::from_utf8_lossy(&greeting);
    match said.lines().next().filter(|it| it.starts_with(WITNESS_GREETING)) {
        Some(line) => answer.saying("witness", line),
        None => answer,
    }
}
