//! The senders: the only code of this program that transmits, one file a kind of packet.
//!
//! Nothing here decides what is asked. A run is handed questions that the room [`crate::probe`]
//! has admitted, asks them one after the other as slowly as it is told, and writes down what came
//! back. A build without the feature `probe` does not contain this folder.

mod banner;
mod crew;
mod icmp;
pub mod journal;
mod neighbour;
mod packet;
mod raw;
pub mod run;
mod said;
mod snmp;
mod swift;
mod syn;
mod tcp;
mod tls;
mod trace;
mod udp;
pub mod witness;

pub use snmp::credentials;

use crate::probe::{Answer, Kind, Question};
use credentials::Credentials;
use neighbour::Segments;
use raw::Raw;
use std::sync::Arc;
use std::time::Duration;

/// What must be opened with privilege and is opened before the first question, and the credentials
/// of devices that are read.
#[derive(Debug, Default)]
pub struct Means {
    raw: Arc<Raw>,
    segments: Segments,
    snmp: Credentials,
}

impl Means {
    /// Opens what these kinds need, and takes the credentials from the environment.
    ///
    /// # Errors
    /// The system's own words, of what a kind cannot do without.
    pub fn open(kinds: &[Kind]) -> Result<Self, String> {
        let raw = Raw::open(kinds);
        if let Some(why) = raw.lacks(kinds) {
            return Err(why);
        }
        let segments = if kinds.contains(&Kind::Neighbour) {
            Segments::open().map_err(|it| format!("{}: {it}", Kind::Neighbour.word()))?
        } else {
            Segments::default()
        };
        let reads = kinds.contains(&Kind::SnmpRead);
        let snmp = if reads { Credentials::from_environment()? } else { Credentials::default() };
        Ok(Self { raw: Arc::new(raw), segments, snmp })
    }

    /// The same with these credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.snmp = credentials;
        self
    }
}

/// Asks one question, once, and waits for its answer as long as patience lasts. Sends what
/// [`Kind::sends`] says and never more. Whether it may be asked has been decided before.
pub async fn ask(question: &Question, patience: Duration, means: &Means) -> Answer {
    let raw = &means.raw;
    match question.kind {
        Kind::TcpConnect => tcp::ask(question, patience, raw).await,
        Kind::TcpSyn => syn::ask(question, patience, raw).await,
        Kind::IcmpEcho => icmp::ask(question, patience, raw).await,
        Kind::Dns | Kind::Ntp | Kind::SnmpDiscovery | Kind::IkeInit | Kind::OpenVpnReset => {
            udp::ask(question, patience, raw).await
        }
        Kind::TlsHandshake => tls::ask(question, patience, raw).await,
        Kind::SshBanner | Kind::RdpNegotiation | Kind::HttpHead => {
            banner::ask(question, patience, raw).await
        }
        Kind::TraceTcp | Kind::TraceIcmp => trace::ask(question, patience, raw).await,
        Kind::Neighbour => neighbour::ask(question, patience, &means.segments, raw.waiting()).await,
        Kind::SnmpRead => snmp::ask(question, patience, &means.snmp).await,
    }
}
