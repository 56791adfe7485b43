//! What OpenVPN itself means: one process with its role, its ends and its addresses.

use crate::model::IpNetwork;
use crate::model::device::{Management, Remote, Route};
use crate::model::words::Authentication;
use crate::source::{Span, Spanned};

/// One process.
pub(super) struct Setup {
    /// Its name: that of its file.
    pub(super) name: String,
    /// Where it begins.
    pub(super) begin: Span,
    /// Where it is made a server for many.
    pub(super) server: Option<Span>,
    /// Whether it carries Ethernet frames.
    pub(super) tap: bool,
    /// Its interface.
    pub(super) device: Option<Spanned<String>>,
    /// The addresses of its interface.
    pub(super) addresses: Vec<Spanned<IpNetwork>>,
    /// The port it is reached at.
    pub(super) port: u16,
    /// What carries it.
    pub(super) protocol: Carrier,
    /// The address it is bound to.
    pub(super) local: Option<Spanned<String>>,
    /// The other ends.
    pub(super) remotes: Vec<Spanned<Remote>>,
    /// Whether it waits for the TLS handshake or the TCP connection of the other end.
    pub(super) waits: bool,
    /// The addresses it gives to clients.
    pub(super) pool: Vec<Spanned<IpNetwork>>,
    /// Whether clients prove who they are by a certificate.
    pub(super) certificates: Certificates,
    /// Other proofs, of either side.
    pub(super) proofs: Vec<Authentication>,
    /// Routes into the tunnel.
    pub(super) routes: Vec<Route>,
    /// The management interface.
    pub(super) management: Vec<Management>,
    /// Of a file for one client: the networks behind it.
    pub(super) behind: Vec<Spanned<IpNetwork>>,
    /// Of a file for one client: where it is kept out.
    pub(super) kept_out: Option<Span>,
    /// Whether anything says that this is a process and not a file for one client.
    pub(super) is_process: bool,
}

/// How certificates are used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Certificates {
    /// As nothing is said: clients need one.
    Required,
    /// A client may have one.
    Optional,
    /// None is asked for.
    None,
}

/// What carries the tunnel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Udp,
    Tcp,
}

impl Setup {
    pub(super) fn new(name: String, begin: Span) -> Self {
        Self {
            name,
            begin,
            server: None,
            tap: false,
            device: None,
            addresses: Vec::new(),
            // IANA gave 1194 to OpenVPN; it is the default.
            port: 1194,
            protocol: Carrier::Udp,
            local: None,
            remotes: Vec::new(),
            waits: false,
            pool: Vec::new(),
            certificates: Certificates::Required,
            proofs: Vec::new(),
            routes: Vec::new(),
            management: Vec::new(),
            behind: Vec::new(),
            kept_out: None,
            is_process: false,
        }
    }
}
