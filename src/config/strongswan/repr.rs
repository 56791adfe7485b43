//! What strongSwan itself means: IKE connections with children.

use super::algorithms::Algorithms;
use super::selectors::Side;
use crate::model::IpNetwork;
use crate::model::device::{IkeVersion, Remote};
use crate::model::words::Authentication;
use crate::source::{Span, Spanned};

/// An IKE connection.
pub(super) struct Connection {
    /// Where it begins.
    pub(super) span: Span,
    /// Its name.
    pub(super) name: String,
    /// The version of IKE, when only one is meant.
    pub(super) version: Option<Spanned<IkeVersion>>,
    /// Where aggressive mode is chosen.
    pub(super) aggressive: Option<Span>,
    /// The own ends, as written; empty for any.
    pub(super) local: Vec<Spanned<Remote>>,
    /// The own ends, as one text.
    pub(super) local_text: Option<Spanned<String>>,
    /// The other ends; empty for anybody.
    pub(super) remote: Vec<Spanned<Remote>>,
    /// What is offered for IKE.
    pub(super) algorithms: Algorithms,
    /// Who we say we are.
    pub(super) local_id: Option<Spanned<String>>,
    /// Who they must say they are.
    pub(super) remote_id: Option<Spanned<String>>,
    /// How we prove who we are.
    pub(super) own: Vec<Authentication>,
    /// How they prove who they are.
    pub(super) theirs: Vec<Authentication>,
    /// The addresses we ask for; any one when it is a wildcard.
    pub(super) asked: Vec<Spanned<IpNetwork>>,
    /// Whether others are given addresses, whatever the source.
    pub(super) gives: bool,
    /// The addresses that others are given, where the text says so.
    pub(super) pool: Vec<Spanned<IpNetwork>>,
    /// The own port, when it is not the standard one.
    pub(super) port: Option<u16>,
    /// Where more of it is taken in from another file.
    pub(super) taken_in: Option<Span>,
    /// What it protects.
    pub(super) children: Vec<Child>,
}

/// What a connection protects.
pub(super) struct Child {
    /// Where it begins.
    pub(super) span: Span,
    /// Its name.
    pub(super) name: String,
    /// Whether traffic is protected at all, and not exempted or dropped.
    pub(super) protects: bool,
    /// Whether this side opens it; `None` when that was not understood.
    pub(super) initiates: Option<bool>,
    /// Where it is switched off.
    pub(super) disabled: Option<Span>,
    /// Its traffic on our side.
    pub(super) local: Vec<Spanned<Side>>,
    /// Its traffic on their side.
    pub(super) remote: Vec<Spanned<Side>>,
    /// What is offered for ESP and AH.
    pub(super) algorithms: Algorithms,
    /// Whether it carries L2TP (UDP port 1701).
    pub(super) l2tp: bool,
}

impl Connection {
    pub(super) fn new(name: &str, span: Span) -> Self {
        Self {
            span,
            name: name.to_owned(),
            version: None,
            aggressive: None,
            local: Vec::new(),
            local_text: None,
            remote: Vec::new(),
            algorithms: Algorithms::default(),
            local_id: None,
            remote_id: None,
            own: Vec::new(),
            theirs: Vec::new(),
            asked: Vec::new(),
            gives: false,
            pool: Vec::new(),
            port: None,
            taken_in: None,
            children: Vec::new(),
        }
    }
}

impl Child {
    pub(super) fn new(name: &str, span: Span) -> Self {
        Self {
            span,
            name: name.to_owned(),
            protects: true,
            initiates: Some(false),
            disabled: None,
            local: Vec::new(),
            remote: Vec::new(),
            algorithms: Algorithms::default(),
            l2tp: false,
        }
    }
}
