//! One valid request by UDP, and the answer of the right protocol to it.
//!
//! An answer counts only when it repeats what only our request held (an id, a time stamp, a
//! session); an ICMP error counts with who said it. Anything else that comes from the port is
//! counted as a stray: it answers nothing, but it came.

mod dns;
mod ike;
mod ntp;
mod openvpn;
mod snmp;

use super::raw::{Flow, Raw};
use super::said::{failed, micros, silent, told};
use crate::probe::{Answer, Kind, Outcome, Question};
use crate::wire::speech::{self, Ends};
use crate::wire::words::{Speech, Spoken};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;

/// Adds to an answer what a datagram says; `None` when it is no answer.
type Read = Box<dyn Fn(&[u8], Answer) -> Option<Answer> + Send + Sync>;

/// What is sent, and how its answer is told.
struct Request {
    bytes: Vec<u8>,
    read: Read,
}

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let request = match question.kind {
        Kind::Dns => dns::request(),
        Kind::Ntp => ntp::request(),
        Kind::SnmpDiscovery => snmp::request(),
        Kind::IkeInit => ike::request(question.port),
        Kind::OpenVpnReset => openvpn::request(),
        _ => return failed(&io::ErrorKind::Unsupported.into()),
    };
    let to = SocketAddr::new(question.to, question.port);
    exchange(to, patience, raw, &request).await.unwrap_or_else(|error| failed(&error))
}

/// A socket that hears only the one who is asked.
///
/// # Errors
/// There is no way to the address, or no socket is left.
pub(super) async fn socket(to: SocketAddr) -> io::Result<(UdpSocket, u16)> {
    let any: IpAddr = if to.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(to).await?;
    let own = socket.local_addr()?.port();
    Ok((socket, own))
}

/// How long who said an error is waited for, when the kernel has told of the error.
const AUTHOR: Duration = Duration::from_millis(100);

async fn exchange(
    to: SocketAddr,
    patience: Duration,
    raw: &Raw,
    request: &Request,
) -> io::Result<Answer> {
    let (socket, own) = socket(to).await?;
    let mut hearing = raw.hear(Flow::udp(to, own));
    let since = Instant::now();
    socket.send(&request.bytes).await?;
    let end = tokio::time::sleep_until((since + patience).into());
    tokio::pin!(end);
    let mut bytes = [0; 4096];
    let mut strays = 0;
    loop {
        let received = tokio::select! {
            biased;
            (heard, outcome) = hearing.trouble() => {
                return Ok(heard.answer(outcome, to.ip(), since));
            }
            received = socket.recv(&mut bytes) => received,
            () = &mut end => return Ok(silent(strays)),
        };
        let at = micros(since.elapsed());
        let mut open = Answer::new(Outcome::Open, 1);
        open.micros = Some(at);
        match received {
            Ok(length) => match (request.read)(bytes.get(..length).unwrap_or_default(), open) {
                Some(answer) => return Ok(answer),
                None => strays += 1,
            },
            Err(error) => {
                let wait = if hearing.is_deaf() { Duration::ZERO } else { AUTHOR };
                let author = tokio::time::timeout(wait, hearing.trouble()).await;
                let mut answer = match author {
                    Ok((heard, outcome)) => heard.answer(outcome, to.ip(), since),
                    Err(_) => told(&error),
                };
                answer.micros = Some(at);
                return Ok(answer);
            }
        }
    }
}

/// What a datagram says, when it is of this protocol. Ports of documentation stand for those that
/// do not matter here; a protocol that is told by its port is told by the usual one.
fn spoken(spoken: Spoken, port: u16, bytes: &[u8]) -> Option<Speech> {
    let none = IpAddr::from([0; 4]);
    let ends = Ends { from: none, from_port: port, to: none, to_port: 0 };
    speech::datagram(&ends, bytes).speech.into_iter().find(|it| it.spoken == spoken)
}
