//! Conversations in short: as much as a summary counts by. Of hundreds of thousands it tells a few;
//! only of those everything that is known is put together.

use super::facts::Conversation;
use crate::wire::words::Speech;
use std::borrow::Cow;
use std::net::IpAddr;

/// A conversation in short. What it has of a [`Conversation`] is the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline<'a> {
    /// Where the whole conversation is found: see [`super::lines::Facts::conversation`].
    pub place: usize,
    /// Who began.
    pub from: IpAddr,
    /// With whom.
    pub to: IpAddr,
    /// The IP protocol number.
    pub protocol: u8,
    /// The port at `to`; none for protocols without ports.
    pub port: Option<u16>,
    /// `to` answered.
    pub answered: bool,
    /// Bytes on the wire, both ways.
    pub bytes: u64,
    /// What was spoken, sorted.
    pub speech: Cow<'a, [Speech]>,
}

impl<'a> Outline<'a> {
    /// That of a conversation.
    pub fn of(it: &'a Conversation, place: usize) -> Self {
        Self {
            place,
            from: it.from,
            to: it.to,
            protocol: it.protocol,
            port: it.port,
            answered: it.answered,
            bytes: it.forth.bytes.saturating_add(it.back.bytes),
            speech: Cow::Borrowed(&it.speech),
        }
    }
}
