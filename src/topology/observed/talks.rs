//! Every conversation with whose its ends are and what the declaration says of it.

use super::directory::{Directory, Owner};
use super::permits::{Crossing, Permits, Verdict};
use crate::evidence::EvidenceSet;
use crate::observation::{Conversation, Guess, Piece};
use crate::source::Span;
use std::sync::Arc;

/// What a conversation is to the hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both ends are ours.
    Inside,
    /// Both ends are ours, and the one that was asked, a proxy, carries to the outside what nobody
    /// declared that it would.
    Relayed,
    /// It crosses the border; which end began, and what the declaration says.
    Crossing {
        /// Whether the other side began.
        inbound: bool,
        /// What the declaration says of it.
        verdict: Verdict,
    },
    /// Neither end is ours, or one is nobody's.
    Elsewhere,
}

/// One conversation of a piece.
#[derive(Clone, Debug)]
pub struct Talk {
    /// The id of the piece.
    pub piece: Arc<str>,
    /// Its position among the conversations of the piece.
    pub at: usize,
    /// Its place in the listing.
    pub span: Span,
    /// Whose the end is that began.
    pub from: Owner,
    /// Whose the other end is.
    pub to: Owner,
    /// What it is to the hospital.
    pub way: Way,
}

impl Talk {
    /// The piece and the conversation.
    pub fn of<'e>(&self, evidence: &'e EvidenceSet) -> Option<(&'e Piece, &'e Conversation)> {
        let piece = evidence.observed.pieces.get(&*self.piece)?;
        Some((piece, piece.conversations.get(self.at)?))
    }

    /// Our end and the other one, where it crosses the border; of what a proxy carries on, who asked it
    /// and the proxy.
    pub fn ends(&self) -> Option<(&Owner, &Owner)> {
        match self.way {
            Way::Crossing { inbound: true, .. } => Some((&self.to, &self.from)),
            Way::Crossing { inbound: false, .. } | Way::Relayed => Some((&self.from, &self.to)),
            _ => None,
        }
    }

    /// What the declaration says, where it crosses the border.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.way {
            Way::Crossing { verdict, .. } => Some(verdict),
            _ => None,
        }
    }

    /// The declared connection that it is part of.
    pub fn connection(&self) -> Option<&str> {
        match self.verdict()? {
            Verdict::Declared(id) | Verdict::Assumed(id) | Verdict::AtLarge(id) => Some(id),
            _ => None,
        }
    }
}

/// Every conversation that was seen, in the order of pieces.
pub(super) fn talks(evidence: &EvidenceSet, book: &Directory, permits: &Permits<'_>) -> Vec<Talk> {
    let mut talks = Vec::new();
    for (id, piece) in &evidence.observed.pieces {
        let Some(listing) = evidence.listings.get(id) else { continue };
        let id: Arc<str> = id.as_str().into();
        for (at, (conversation, span)) in
            piece.conversations.iter().zip(&listing.conversations).enumerate()
        {
            let (from, to) = (book.owner(conversation.from), book.owner(conversation.to));
            let way = way(conversation, &from, &to, permits);
            talks.push(Talk { piece: id.clone(), at, span: *span, from, to, way });
        }
    }
    talks
}

fn way(it: &Conversation, from: &Owner, to: &Owner, permits: &Permits<'_>) -> Way {
    let inbound = match (from.realm, to.realm) {
        (a, b) if a.is_ours() && b.is_ours() => {
            let relayed = permits.is_relayed(it, (it.from, from));
            return if relayed { Way::Relayed } else { Way::Inside };
        }
        (a, b) if a.is_ours() && b.is_outside() => false,
        (a, b) if a.is_outside() && b.is_ours() => true,
        _ => return Way::Elsewhere,
    };
    let (near, far) = ((it.from, from), (it.to, to));
    let (inner, outer) = if inbound { (far, near) } else { (near, far) };
    let judge = |inbound| permits.judge(&Crossing { conversation: it, inner, outer, inbound });
    let verdict = judge(inbound);
    // Where nobody knows who began, the direction that somebody declared is the better guess.
    if matches!(it.guess, Guess::Port | Guess::First) {
        let turned = judge(!inbound);
        if turned < verdict {
            return Way::Crossing { inbound: !inbound, verdict: turned };
        }
    }
    Way::Crossing { inbound, verdict }
}
