//! What iptables and nftables have in common: their words, and how translations are found in chains
//! that call each other.

mod calls;
mod fates;
mod nat;
mod tracking;
mod words;

pub(super) use calls::{Calls, only};
pub(super) use fates::Fates;
pub(super) use nat::{Does, Step, translations};
pub(super) use tracking::Tracking;
pub(super) use words::{icmp_types, in_both, tcp_flag, tcp_flags};

use super::notes::Notes;
use crate::model::AddressSet;
use crate::model::device::{Family, Match};

/// Every packet of a family.
pub(super) fn every_packet(family: Family) -> Match {
    let addresses = match family {
        Family::Both => AddressSet::any(),
        Family::V4 => AddressSet::any_v4(),
        Family::V6 => AddressSet::any_v6(),
    };
    Match { source: addresses.clone(), destination: addresses, ..Match::any() }
}

/// Says that translations were read only in part.
fn entangled(notes: &mut Notes, span: crate::source::Span) {
    notes.remark(
        crate::source::Diagnostic::warning(
            "nat-entangled",
            crate::text!(
                "アドレス変換のチェーンが複雑なため、途中までしか読んでいません",
                "the chains of address translation are too entangled; they were read only in part"
            ),
        )
        .at(span, crate::locale::Text::default()),
    );
}
