//! TCP connect (RFC 9293): one connection, no data, closed in order.
//!
//! After the three packets of the opening a FIN is sent and the other end's FIN awaited. Whether it
//! comes is part of the answer (`close`): a middlebox that opens connections in the name of a host
//! that is not there cannot close them in its name. What the other end says of itself in the
//! meantime is read and dropped, so that the kernel closes with FIN and not with RST.

use super::raw::{Flow, Hearing, Raw};
use super::said::{failed, micros, silent, told};
use crate::probe::journal::WITNESS_GREETING;
use crate::probe::{Answer, Outcome, Question};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Linux says so of a connection that is being opened; std has no word for it.
const EINPROGRESS: i32 = 115;
/// How long the other end may take to close.
const CLOSING: Duration = Duration::from_secs(1);
/// More than this is not read of what the other end says unasked.
const MOST: usize = 64 * 1024;
/// A witness says as much of itself at most.
const GREETING: usize = 512;

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    match connect(SocketAddr::new(question.to, question.port), patience, raw).await {
        Ok((stream, answer)) => close(stream, answer).await,
        Err(answer) => answer,
    }
}

/// Opens a connection. The answer is either "open", to which more may be added, or the end.
pub(super) async fn connect(
    to: SocketAddr,
    patience: Duration,
    raw: &Raw,
) -> Result<(TcpStream, Answer), Answer> {
    let (socket, own) = socket(to).map_err(|it| failed(&it))?;
    let mut hearing = raw.hear(Flow::tcp(to, own));
    let since = Instant::now();
    // A refusal by this machine comes from the call itself; what comes later, the network said.
    let begun = socket.connect(&to.into());
    let begun = begun.or_else(|error| if is_begun(&error) { Ok(()) } else { Err(error) });
    if let Err(error) = begun {
        // Loopback refuses at once.
        let network = error.kind() == ErrorKind::ConnectionRefused;
        return Err(if network {
            blamed(&error, since, to, hearing).await
        } else {
            failed(&error)
        });
    }
    let stream = TcpStream::from_std(socket.into()).map_err(|it| failed(&it))?;
    let opened = timeout(patience, async {
        stream.writable().await?;
        stream.take_error()?.map_or(Ok(()), Err)?;
        stream.peer_addr().map(drop)
    });
    let opened = tokio::select! {
        opened = opened => opened,
        // The kernel goes on asking when the error may pass; we do not.
        (heard, outcome) = hearing.trouble() => {
            return Err(heard.answer(outcome, to.ip(), since));
        }
    };
    match opened {
        Err(_) => Err(silent(0)),
        Ok(Err(error)) => Err(blamed(&error, since, to, hearing).await),
        Ok(Ok(())) => {
            let mut answer = Answer::new(Outcome::Open, 1);
            answer.micros = Some(micros(since.elapsed()));
            Ok((stream, answer))
        }
    }
}

/// Whether the answer is only not there yet.
pub(super) fn is_begun(error: &io::Error) -> bool {
    let in_progress = cfg!(target_os = "linux") && error.raw_os_error() == Some(EINPROGRESS);
    in_progress || error.kind() == ErrorKind::WouldBlock
}

/// Bound before it connects, so that errors about it can be heard. The kernel chooses the port; never
/// the one that is asked, because a socket of this machine that connects to itself is answered.
fn socket(to: SocketAddr) -> io::Result<(Socket, u16)> {
    let chosen = bound(to)?;
    if chosen.1 == to.port() { bound(to) } else { Ok(chosen) }
}

fn bound(to: SocketAddr) -> io::Result<(Socket, u16)> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    let any: IpAddr = if to.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    socket.bind(&SocketAddr::new(any, 0).into())?;
    let own = socket.local_addr()?.as_socket().map(|it| it.port()).unwrap_or_default();
    Ok((socket, own))
}

/// How long who said an error is waited for, when the kernel has told of the error.
const AUTHOR: Duration = Duration::from_millis(50);

/// What went wrong, with who said so. The kernel has a reset and an error of ICMP in one word and
/// names no author; where both can be heard, what was heard tells.
async fn blamed(error: &io::Error, since: Instant, to: SocketAddr, mut hearing: Hearing) -> Answer {
    let took = micros(since.elapsed());
    let wait = if hearing.is_deaf() { Duration::ZERO } else { AUTHOR };
    let mut answer = match timeout(wait, hearing.blame()).await {
        Ok((heard, outcome)) => heard.answer(outcome, to.ip(), since),
        Err(_) => told(error),
    };
    if !matches!(answer.outcome, Outcome::Silent | Outcome::NotSent) {
        answer.micros = Some(took);
    }
    answer
}

/// Ends a talk in order: our FIN, then theirs. What they still say is dropped.
pub(super) async fn part(mut stream: TcpStream) {
    let closing = async {
        stream.shutdown().await?;
        let (mut read, mut bytes) = (0, [0; 1024]);
        while read < MOST {
            match stream.read(&mut bytes).await? {
                0 => break,
                length => read += length,
            }
        }
        Ok::<_, io::Error>(())
    };
    let _ = timeout(CLOSING, closing).await; // however it ends, nothing more is said
}

/// Says FIN, and reads until the other end has said it as well.
pub(super) async fn close(mut stream: TcpStream, answer: Answer) -> Answer {
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
