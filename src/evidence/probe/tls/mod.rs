//! TLS hand-shakes: which versions a server speaks, which certificate it shows, and whether it asks
//! for one of ours. Nothing is trusted, no certificate is shown, no data is sent.
//!
//! ```text
//!  1 ─► TLS 1.3 and 1.2 (rustls, to its end)   certificate, client certificate asked or not
//!  2 ─► TLS 1.2, unless 1 has shown it ─┐
//!  3 ─► TLS 1.1                         ├─ one hello, the server's answer read, then goodbye
//!  4 ─► TLS 1.0                         ┘
//! ```
//!
//! One connection each, at least half a second apart; a server that does not speak TLS, or says
//! nothing, gets no second one.

mod modern;
mod old;

use super::raw::Raw;
use super::said::say;
use super::tcp::{connect, part};
use crate::probe::{Answer, Question};
use crate::wire::speech::Certificate;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::time::Duration;

/// Between two connections to one server: no more than two a second.
const PAUSE: Duration = Duration::from_millis(500);
/// How many bytes of a server are read at most.
const MOST: usize = 64 * 1024;
/// How many names of a certificate are kept.
const NAMES: usize = 16;

/// What one connection has shown.
#[derive(Debug, Default)]
struct Shown {
    spoken: Spoken,
    /// The certificate of the server itself.
    certificate: Option<Vec<u8>>,
    /// Whether the server could prove that the certificate is its own.
    is_proved: Option<bool>,
    client_certificate: Option<Wanted>,
}

/// How the server took the versions that were offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Spoken {
    /// It said nothing, or not to its end.
    #[default]
    Nothing,
    /// It chose this one.
    Version(u16),
    /// It said in TLS that it will not, or chose what was not offered.
    Declined,
    /// It closed without a word. Some servers decline so, and so does whoever limits connections.
    Closed,
    /// What it said is no TLS.
    Other,
}

/// How much the server wants a certificate of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    No,
    Asked,
    /// It went no further without one.
    Required,
}

/// The key of versions that were declined.
const REFUSED: &str = "version-refused";
/// The key of versions at which the server closed without a word: declined, perhaps.
const CLOSED: &str = "version-closed";
const TLS_1_3: u16 = 0x0304;
const TLS_1_2: u16 = 0x0303;
const VERSIONS: &[(u16, &str)] =
    &[(TLS_1_3, "TLS 1.3"), (TLS_1_2, "TLS 1.2"), (0x0302, "TLS 1.1"), (0x0301, "TLS 1.0")];

fn name(version: u16) -> &'static str {
    VERSIONS.iter().find(|it| it.0 == version).map_or("SSL", |it| it.1)
}

pub(super) async fn ask(question: &Question, patience: Duration, raw: &Raw) -> Answer {
    let to = SocketAddr::new(question.to, question.port);
    let (mut stream, mut answer) = match connect(to, patience, raw).await {
        Ok(it) => it,
        Err(answer) => return answer,
    };
    let mut best = modern::shake(&mut stream, question.to, patience).await;
    part(stream).await;
    match best.spoken {
        Spoken::Other => return answer.saying("tls", "no"),
        Spoken::Nothing => return answer.saying("tls", "silent"),
        Spoken::Version(version) => answer = answer.saying("version", name(version)),
        Spoken::Declined | Spoken::Closed => {}
    }
    if best.spoken != Spoken::Version(TLS_1_3) {
        let key = if best.spoken == Spoken::Closed { CLOSED } else { REFUSED };
        answer = answer.saying(key, name(TLS_1_3));
    }
    // Which a server chose although a higher one was offered: it speaks none between them.
    let mut lower = None;
    for (version, name) in VERSIONS.iter().skip(1) {
        if best.spoken == Spoken::Version(*version) || lower == Some(*version) {
            continue;
        }
        if lower.is_some_and(|it| it < *version) {
            answer = answer.saying(REFUSED, *name);
            continue;
        }
        tokio::time::sleep(PAUSE).await;
        let Ok((mut stream, _)) = connect(to, patience, raw).await else { break };
        let shown = old::shake(&mut stream, *version, patience).await;
        part(stream).await;
        match shown.spoken {
            Spoken::Version(it) if it == *version => answer = answer.saying("version", *name),
            Spoken::Version(it) if it < *version => {
                answer = answer.saying("version", self::name(it)).saying(REFUSED, *name);
                lower = Some(it);
            }
            Spoken::Declined => answer = answer.saying(REFUSED, *name),
            Spoken::Closed => answer = answer.saying(CLOSED, *name),
            _ => {}
        }
        best.certificate = best.certificate.or(shown.certificate);
        best.client_certificate = best.client_certificate.or(shown.client_certificate);
    }
    describe(answer, &best)
}

fn describe(mut answer: Answer, shown: &Shown) -> Answer {
    answer = match shown.client_certificate {
        Some(Wanted::Required) => answer.saying("client-certificate", "required"),
        Some(Wanted::Asked) => answer.saying("client-certificate", "requested"),
        Some(Wanted::No) => answer.saying("client-certificate", "not-requested"),
        None => answer,
    };
    let Some(bytes) = &shown.certificate else { return answer };
    let print: String = Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect();
    answer = answer.saying("certificate-sha256", print);
    if shown.is_proved == Some(false) {
        answer = answer.saying("certificate-key", "not-proved");
    }
    let Some(read) = Certificate::read(bytes) else {
        return answer.saying("certificate", "unreadable");
    };
    let lists = [
        ("certificate-subject", &read.subject),
        ("certificate-issuer", &read.issuer),
        ("certificate-name", &read.names),
    ];
    for (key, values) in lists {
        for value in values.iter().take(NAMES) {
            answer = say(answer, key, value);
        }
    }
    answer = say(answer, "certificate-not-before", read.not_before.unwrap_or_default());
    say(answer, "certificate-not-after", read.not_after.unwrap_or_default())
}
