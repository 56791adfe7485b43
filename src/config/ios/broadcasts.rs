//! UDP broadcasts that are sent on to a helper.

use super::entry;
use super::parse::Command;
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::model::device::{BroadcastRelay, DeviceConfig};
use crate::model::{AddressSet, RangeSet};

/// Sent on unless `no ip forward-protocol udp` says otherwise: time, TACACS, DNS, BOOTP server and
/// client, TFTP, NetBIOS names and datagrams (Cisco: IP Application Services Command Reference).
const USUAL: [u16; 8] = [37, 49, 53, 67, 68, 69, 137, 138];

/// `[no] ip forward-protocol udp [PORT]`, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Forwarded(Vec<(bool, Option<u16>)>);

impl Forwarded {
    fn ports(&self) -> RangeSet<u16> {
        let usual = || RangeSet::of(USUAL.map(|it| (it, it)));
        self.0.iter().fold(usual(), |ports, (on, port)| match (on, port) {
            (true, None) => ports.union(&usual()),
            (false, None) => RangeSet::none(),
            (true, Some(port)) => ports.union(&RangeSet::one(*port)),
            (false, Some(port)) => ports.difference(&RangeSet::one(*port)),
        })
    }
}

pub(super) fn forward_protocol(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let words = command.words.as_slice();
    let port = match words {
        [_, _, "udp"] => None,
        [_, _, "udp", port] => match entry::port(port) {
            Some(port) => Some(port),
            None => return Fate::Unrecognized,
        },
        // What is flooded, and how broadcasts within a network are told.
        _ => return Fate::Ignored(Because::Housekeeping),
    };
    repr.forwarded.0.push((!command.negated, port));
    Fate::Understood
}

/// The helpers of every interface that is up.
pub(super) fn relays(repr: &Repr, config: &mut DeviceConfig) {
    let ports = repr.forwarded.ports();
    for port in repr.ports.iter().filter(|it| it.interface.enabled && !ports.is_empty()) {
        config.broadcasts.extend(port.helpers.iter().map(|helper| BroadcastRelay {
            span: helper.span,
            interface: port.interface.name.value.clone(),
            to: AddressSet::from(helper.value),
            ports: ports.clone(),
        }));
    }
}
