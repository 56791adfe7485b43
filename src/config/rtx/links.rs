//! What the router was told about lines and tunnels: peers, tunnels, gateways, policies.

use crate::model::IpNetwork;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What carries PPP.
#[derive(Clone, Debug)]
pub(super) enum Carrier {
    /// `pppoe use lan2`
    Pppoe(String),
    /// `pp bind …`
    Bound(Vec<Spanned<String>>),
}

/// `pp select …`
#[derive(Clone, Debug, Default)]
pub(super) struct PeerSetup {
    pub(super) span: Option<Span>,
    pub(super) carrier: Option<Spanned<Carrier>>,
    /// Methods by which callers must prove themselves.
    pub(super) request: Option<Spanned<String>>,
    pub(super) users: BTreeMap<String, Span>,
    pub(super) own_address: Option<Span>,
    pub(super) pool: Vec<Spanned<Pool>>,
    pub(super) calls: Vec<Spanned<String>>,
    pub(super) callers: Vec<Spanned<String>>,
    pub(super) may_call: Option<Spanned<bool>>,
    pub(super) may_be_called: Option<Spanned<bool>>,
}

/// Addresses for those who connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    Range(IpAddr, IpAddr),
    /// From the scopes of the DHCP server.
    Dhcp,
}

/// `tunnel select …`
#[derive(Clone, Debug, Default)]
pub(super) struct TunnelSetup {
    pub(super) span: Option<Span>,
    pub(super) encapsulation: Option<Spanned<String>>,
    pub(super) local: Option<Spanned<String>>,
    pub(super) remote: Option<Spanned<End>>,
    pub(super) policy: Option<Spanned<u32>>,
    pub(super) templates: Vec<(u32, u32)>,
    pub(super) multipoint: Option<Span>,
    pub(super) servers: Vec<Spanned<End>>,
    pub(super) always_on: bool,
    pub(super) password: bool,
}

/// The other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Address(IpAddr),
    Name(String),
    Telephone(String),
}

/// `ipsec ike … G`
#[derive(Clone, Debug)]
pub(super) struct Gateway {
    pub(super) span: Span,
    pub(super) words: BTreeMap<&'static str, Spanned<Vec<Spanned<String>>>>,
}

/// `ipsec sa policy P G …`
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) span: Span,
    pub(super) gateway: Spanned<u32>,
    pub(super) words: Vec<Spanned<String>>,
    pub(super) local: Option<Spanned<IpNetwork>>,
    pub(super) remote: Option<Spanned<IpNetwork>>,
}

/// `ipsec transport T P …`
#[derive(Clone, Debug)]
pub(super) struct Transport {
    pub(super) policy: Spanned<u32>,
    pub(super) templates: Vec<(u32, u32)>,
}
