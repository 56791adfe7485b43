//! What is spoken over TCP.

mod databases;
mod dicom;
mod hl7;
mod http;
pub(super) mod lines;
pub(super) mod machines;
mod openvpn;
mod rdp;
mod remote;
mod smb;
mod socks;
mod ssh;
pub(super) mod tls;
mod tunnels;
mod vnc;

pub use tls::{Certificate, Flight, server_flight};

use super::datagrams::dns;
use super::{Ends, Said, Side, ldap, sip};

/// The two sides of a connection, one of them taken to be the client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talk<'a> {
    /// From the client to the server.
    pub(super) ends: Ends,
    /// What the client said.
    pub(super) client: &'a [u8],
    /// What the server said.
    pub(super) server: &'a [u8],
    /// Inside how many other protocols this is.
    depth: u8,
}

/// How many protocols may be inside each other: SOCKS, HTTP CONNECT, RDP, TLS.
const DEEPEST: u8 = 4;
/// When so much was said and not understood, more will not help.
const ENOUGH: usize = 2048;

/// Recognises one protocol, `client` being the client. `initiator_is` of the answer is `From` when
/// what was said proves that.
type Recognise = fn(&Talk<'_>) -> Option<Said>;

/// Those with the strongest marks first; those that need a second sign last.
const PROTOCOLS: &[Recognise] = &[
    tls::recognise,
    http::recognise,
    ssh::recognise,
    tunnels::pptp,
    tunnels::ipsec,
    rdp::recognise,
    smb::recognise,
    dicom::recognise,
    hl7::recognise,
    vnc::recognise,
    machines::bgp,
    ldap::kerberos_stream,
    ldap::ldap_stream,
    sip::stream,
    databases::mysql,
    databases::postgresql,
    databases::mssql,
    databases::oracle,
    databases::mongodb,
    databases::redis,
    machines::msrpc,
    machines::marked,
    machines::sunrpc,
    openvpn::recognise,
    remote::citrix,
    lines::recognise,
    tunnels::tinc,
    socks::recognise,
    dns::stream,
    remote::rustdesk,
    remote::teamviewer,
    machines::modbus,
    lines::telnet,
];

/// Asks every protocol, both ways round: who began may be a guess.
pub(super) fn judge(ends: &Ends, forth: &[u8], back: &[u8], depth: u8) -> Said {
    if forth.is_empty() && back.is_empty() || depth > DEEPEST {
        return Said::unknown();
    }
    let straight = Talk { ends: *ends, client: forth, server: back, depth };
    let turned = Talk { ends: ends.turned(), client: back, server: forth, depth };
    for recognise in PROTOCOLS {
        if let Some(said) = recognise(&straight) {
            return said;
        }
        if let Some(mut said) = recognise(&turned) {
            said.initiator_is = said.initiator_is.map(|side| match side {
                Side::From => Side::To,
                Side::To => Side::From,
            });
            return said;
        }
    }
    Said { open: forth.len() < ENOUGH || back.len() < ENOUGH, ..Said::default() }
}

impl<'a> Talk<'a> {
    /// What is said inside, after so many bytes of either side; adds it to `said`.
    pub(super) fn inside(&self, said: &mut Said, client_after: usize, server_after: usize) {
        let client = self.client.get(client_after..).unwrap_or_default();
        let server = self.server.get(server_after..).unwrap_or_default();
        let mut inner = judge(&self.ends, client, server, self.depth + 1);
        said.speech.append(&mut inner.speech);
        said.learned.append(&mut inner.learned);
        said.open |= inner.open;
    }
}
