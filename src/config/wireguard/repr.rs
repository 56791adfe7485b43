//! What WireGuard itself means: interfaces with keys and peers.

use crate::model::IpNetwork;
use crate::model::device::{Nat, Remote};
use crate::source::{Span, Spanned};

/// One interface.
pub(super) struct Link {
    /// Its name and where it begins.
    pub(super) name: Spanned<String>,
    /// Its own addresses (`wg-quick` only).
    pub(super) addresses: Vec<Spanned<IpNetwork>>,
    /// The UDP port it listens on, when one is fixed.
    pub(super) port: Option<Spanned<u16>>,
    /// Where the networks of its peers are routed.
    pub(super) routing: Routing,
    /// Whether the text is a state: its endpoints may have been learned.
    pub(super) state: bool,
    /// Its peers.
    pub(super) peers: Vec<Peer>,
    /// Translations that its commands set up.
    pub(super) nat: Vec<Nat>,
}

/// What becomes of `AllowedIPs` in the routing table.
pub(super) enum Routing {
    /// Nothing is known: `wg` itself does not route.
    Elsewhere,
    /// Routes in the main table.
    Main,
    /// Routes in another table.
    Table(String),
}

/// One peer.
pub(super) struct Peer {
    /// Where it begins.
    pub(super) span: Span,
    /// Its public key; empty when it is missing.
    pub(super) key: String,
    /// Where it is.
    pub(super) endpoint: Option<Spanned<Remote>>,
    /// Which addresses lie behind it.
    pub(super) allowed: Vec<Spanned<IpNetwork>>,
    /// Whether there is more behind it that was not understood.
    pub(super) more: bool,
    /// Whether a pre-shared key is mixed in.
    pub(super) shared_key: bool,
    /// Whether it is kept alive from here.
    pub(super) keepalive: bool,
}

impl Link {
    pub(super) fn new(name: Spanned<String>, state: bool) -> Self {
        Self {
            name,
            addresses: Vec::new(),
            port: None,
            routing: Routing::Elsewhere,
            state,
            peers: Vec::new(),
            nat: Vec::new(),
        }
    }
}

impl Peer {
    pub(super) fn new(span: Span) -> Self {
        Self {
            span,
            key: String::new(),
            endpoint: None,
            allowed: Vec::new(),
            more: false,
            shared_key: false,
            keepalive: false,
        }
    }

    /// Whether a network, and so another site, lies or may lie behind it.
    pub(super) fn has_networks(&self) -> bool {
        let host = |it: IpNetwork| it.prefix() == if it.is_ipv4() { 32 } else { 128 };
        self.more || self.allowed.iter().any(|it| !host(it.value))
    }

    /// The key as people tell keys apart: by its beginning.
    pub(super) fn label(&self) -> String {
        self.key.chars().take(8).collect()
    }
}

/// Where a peer is: `198.51.100.1:51820`, `[2001:db8::1]:51820`, `vpn.example.com:51820`.
pub(super) fn endpoint(text: &str) -> Option<Remote> {
    let (host, port) = text.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    // The zone of a link-local address says nothing to others.
    let address = bare.split('%').next().unwrap_or(bare);
    match address.parse() {
        Ok(address) => Some(Remote::Address(address)),
        Err(_) if bare.is_empty() || bare.contains([':', ' ']) => None,
        Err(_) => Some(Remote::Name(bare.to_owned())),
    }
}

/// Whether a text is a key: 32 bytes in base64.
pub(super) fn is_key(text: &str) -> bool {
    let base64 = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/');
    text.strip_suffix('=').is_some_and(|it| it.len() == 43 && it.bytes().all(base64))
}
