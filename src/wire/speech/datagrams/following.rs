//! What no datagram says alone, and several of one sender in a row do: a tunnel that began before
//! the capture, or of which only one direction is seen.
//!
//! A single datagram of WireGuard, of ESP in UDP or of the data of OpenVPN has too few marks to be
//! told from chance. What random bytes do not do is to name the same association again and count on
//! by small steps, or to answer with the very index that was just offered (32 bits).

use super::super::{Said, Side};
use super::{ipsec, openvpn, wireguard};
use crate::wire::speech::Ends;
use crate::wire::words::{Detail, Speech, Spoken};

/// What could be spoken, and what the datagram would be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// WireGuard: somebody begins; the index is the one by which he wants to be called.
    Initiation,
    /// WireGuard: an answer to who has the index.
    Response,
    /// WireGuard: an answer under load to who has the index.
    Cookie,
    /// WireGuard: data for who has the index.
    Data,
    /// ESP in UDP; the index is the SPI.
    Esp,
    /// Data of OpenVPN; the index is the peer's.
    OpenVpn,
}

/// Where a sender stands: in which association, how far it has counted, and how often in a row.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    message: Message,
    index: u32,
    /// The index of the one who answers, in a response.
    own: u32,
    counter: u32,
    count: u8,
    /// Whether the sender began the association, where it was seen.
    began: Option<bool>,
}

/// So many of the same association in a row are no chance: each but the first adds 55 bits.
const ENOUGH: u8 = 3;
/// So many datagrams may be lost or late between two that follow each other.
const NEAR: u32 = 32;

impl Place {
    pub(super) const fn new(message: Message, index: u32, counter: u32) -> Self {
        Self { message, index, own: 0, counter, count: 1, began: None }
    }

    /// Of a response, which names both: one datagram under its keys is as good as two more.
    pub(super) const fn answering(mut self, own: u32) -> Self {
        self.own = own;
        self.count = ENOUGH - 1;
        self
    }

    /// The same after what this sender said before.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let began = match before.message {
            Message::Initiation => Some(true),
            Message::Response => Some(false),
            _ => before.began,
        };
        let own = Self { began, ..self };
        let near = match self.message {
            Message::Data | Message::Esp => NEAR,
            Message::OpenVpn => NEAR / 8,
            _ => return own,
        };
        // An answer offers keys; the data under them are its continuation, counted from 0.
        let is_same = before.message == self.message
            || (before.message, self.message) == (Message::Response, Message::Data);
        let ahead = self.counter.wrapping_sub(before.counter);
        if !is_same || before.index != self.index {
            own
        } else if (1..=near).contains(&ahead) {
            Self { count: before.count.saturating_add(1), ..own }
        } else if before.message == self.message && ahead.wrapping_neg() <= near {
            // One that came late or twice proves nothing and spoils nothing.
            before
        } else {
            own
        }
    }

    /// What is said by now; `other` is where the other end stands.
    #[must_use]
    pub fn says(&self, other: Option<Self>) -> Option<Said> {
        let is_answer = |it: &Self| it.message == Message::Initiation && it.index == self.index;
        match self.message {
            Message::Initiation => None,
            Message::Response | Message::Cookie => {
                let asked = other.filter(is_answer)?;
                let mut speech = Speech::of(Spoken::WireGuard);
                let indexes =
                    [Some(asked.index), (self.message == Message::Response).then_some(self.own)];
                for index in indexes.into_iter().flatten() {
                    speech.note(Detail::Session, format!("{index:08x}"));
                }
                Some(Said::of(speech).asked(false).open())
            }
            Message::Data => self.told(ENOUGH, Speech::of(Spoken::WireGuard)),
            Message::OpenVpn => self.told(2, Speech::of(Spoken::OpenVpn)),
            Message::Esp => self.told(ENOUGH, ipsec::esp(self.index)),
        }
    }

    fn told(&self, enough: u8, speech: Speech) -> Option<Said> {
        (self.count >= enough).then_some(())?;
        let said = Said::of(speech).open();
        Some(match self.began {
            Some(began) => said.begun_by(if began { Side::From } else { Side::To }),
            None => said,
        })
    }
}

/// Where a datagram that alone says nothing would stand.
pub(in super::super) fn place(ends: &Ends, payload: &[u8]) -> Option<Place> {
    wireguard::place(payload)
        .or_else(|| openvpn::place(payload))
        .or_else(|| ipsec::place(ends, payload))
}
