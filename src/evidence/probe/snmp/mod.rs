//! SNMP (RFC 3416, RFC 3412): reading a device whose credentials the user gives: what it is, its
//! interfaces, its neighbours by ARP and LLDP, its routes. Nothing is written, and nothing is
//! repeated: what does not come is missing, and the answer says so (`incomplete`).

mod ber;
pub mod credentials;
pub(super) mod message;
mod tables;
mod usm;

use super::said::{failed, micros, number, silent};
use super::udp::socket;
use crate::probe::{Answer, Outcome, Question};
use credentials::{Credential, Credentials, Secret};
use message::{Asks, Name, Report, Told, Value};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::time::timeout_at;
use usm::Session;

/// Between two requests to one device: no more than twenty a second.
const PAUSE: Duration = Duration::from_millis(50);
/// How many requests one question may cause.
const MOST_REQUESTS: u32 = crate::probe::Kind::SnmpRead.most();
/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(60);
/// How many bytes are taken from one device.
const MOST_BYTES: usize = 1 << 20;
/// How many objects one request asks for.
const REPEAT: u32 = 20;

pub(super) async fn ask(question: &Question, patience: Duration, known: &Credentials) -> Answer {
    let Some(credential) = known.of(question.to) else {
        return failed(&io::Error::other("no credentials for this device"));
    };
    let to = SocketAddr::new(question.to, question.port);
    let socket = match socket(to).await {
        Ok((socket, _)) => socket,
        Err(error) => return failed(&error),
    };
    let since = Instant::now();
    let mut talk =
        Talk { socket, patience, until: since + LONGEST, requests: 0, bytes: 0, by: By::Nobody };
    let begun = talk.begin(credential).await;
    let first = micros(since.elapsed());
    let mut answer = match begun {
        Ok(()) => Answer::new(Outcome::Open, 1),
        Err(Trouble::Refused(why)) => {
            // It answers, but not to these credentials.
            let mut answer = Answer::new(Outcome::Open, 1).saying("access", why);
            answer.micros = Some(first);
            return answer;
        }
        Err(Trouble::Silent) => return silent(0),
        Err(Trouble::System(error)) => return super::said::told(&error),
    };
    answer.micros = Some(first);
    tables::read(&mut talk, answer).await
}

/// Why a request has no answer.
#[derive(Debug)]
enum Trouble {
    /// It was not answered, or there may be no more of them.
    Silent,
    /// The device says why not.
    Refused(&'static str),
    System(io::Error),
}

/// As whom we speak.
enum By {
    Nobody,
    Community(Secret),
    Session(Box<Session>),
}

/// A talk with one device.
struct Talk {
    socket: UdpSocket,
    patience: Duration,
    until: Instant,
    requests: u32,
    bytes: usize,
    by: By,
}

/// Why an engine of version 3 turns a message down (RFC 3414 §5): the last numbers of the counters.
const REPORTS: &[(u32, &str)] = &[
    (1, "security level not supported"),
    (2, "not in time window"),
    (3, "unknown user"),
    (4, "unknown engine"),
    (5, "wrong digest"),
    (6, "decryption error"),
];
const NOT_IN_TIME: u32 = 2;
/// `usmStats`.
const STATISTICS: &[u32] = &[1, 3, 6, 1, 6, 3, 15, 1, 1];
/// `sysName.0`: what is asked first.
const NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 5, 0];

impl Talk {
    /// Sends one message and waits for what `read` takes as the answer to it.
    async fn exchange<T>(
        &mut self,
        message: &[u8],
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Trouble> {
        if self.requests >= MOST_REQUESTS || self.bytes >= MOST_BYTES || Instant::now() > self.until
        {
            return Err(Trouble::Silent);
        }
        if self.requests > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        self.requests += 1;
        self.socket.send(message).await.map_err(Trouble::System)?;
        let until = (Instant::now() + self.patience).min(self.until);
        let mut bytes = [0; 8192];
        loop {
            let received = timeout_at(until.into(), self.socket.recv(&mut bytes)).await;
            let length = match received {
                Ok(Ok(length)) => length,
                Ok(Err(error)) => return Err(Trouble::System(error)),
                Err(_) => return Err(Trouble::Silent),
            };
            self.bytes += length;
            if let Some(it) = read(bytes.get(..length).unwrap_or_default()) {
                return Ok(it);
            }
        }
    }

    /// Makes itself known, and asks for the name of the system.
    async fn begin(&mut self, credential: &Credential) -> Result<(), Trouble> {
        self.by = match credential {
            Credential::Community(secret) => By::Community(secret.clone()),
            Credential::User(user) => {
                let id = number::<u32>() >> 1;
                let asked = message::discovery(id);
                let Report { engine, boots, time } =
                    self.exchange(&asked, |it| message::report(id, it)).await?;
                By::Session(Box::new(Session::new(user, engine, boots, time)))
            }
        };
        self.tell(Asks::Get(&[NAME])).await.map(drop)
    }

    /// Asks, and asks once more when the engine says that our clocks differ.
    async fn tell(&mut self, asks: Asks<'_>) -> Result<Vec<(Name, Value)>, Trouble> {
        let told = self.once(asks).await?;
        let (told, reason) = match turned_down(&told) {
            Some(NOT_IN_TIME) => {
                let again = self.once(asks).await?;
                let reason = turned_down(&again);
                (again, reason)
            }
            reason => (told, reason),
        };
        match reason {
            Some(number) => {
                let word = REPORTS.iter().find(|it| it.0 == number).map(|it| it.1);
                Err(Trouble::Refused(word.unwrap_or("refused")))
            }
            // 16: authorizationError; 2: noSuchName (RFC 3416 §3).
            None if told.error == 16 => Err(Trouble::Refused("not authorised")),
            None if told.error != 0 => Ok(Vec::new()),
            None => Ok(told.values),
        }
    }

    async fn once(&mut self, asks: Asks<'_>) -> Result<Told, Trouble> {
        let id = number::<u32>() >> 1;
        let pdu = message::pdu(id, asks);
        match std::mem::replace(&mut self.by, By::Nobody) {
            By::Nobody => Err(Trouble::Silent),
            By::Community(community) => {
                let asked = message::v2(community.reveal(), pdu);
                let read = |it: &[u8]| message::read_v2(community.reveal(), id, it);
                let told = self.exchange(&asked, read).await;
                self.by = By::Community(community);
                told
            }
            By::Session(mut session) => {
                let asked = message::v3(&session, id, pdu);
                let read = |it: &[u8]| message::read_v3(&session, id, id, it);
                let told = self.exchange(&asked, read).await;
                let told = told.map(|(told, boots, time)| {
                    (session.boots, session.time) = (boots, time);
                    told
                });
                self.by = By::Session(session);
                told
            }
        }
    }
}

/// Which statistic a report shows.
fn turned_down(told: &Told) -> Option<u32> {
    let (name, _) = told.values.first().filter(|_| told.is_report)?;
    let rest = name.strip_prefix(STATISTICS);
    Some(rest.and_then(|it| it.first().copied()).unwrap_or_default())
}
