//! Broadcasts that a device sends on to a host elsewhere, as packets of its own.

use super::{Between, Departure, Machine};
use crate::model::device::{BroadcastRelay, Hook, States, Transport};
use crate::model::{AddressSet, IpNetwork};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::text;
use std::net::{IpAddr, Ipv4Addr};

/// UDP.
const UDP: u8 = 17;

impl<'a> Machine<'a> {
    /// What becomes of broadcasts that come in over an interface with a helper, with the line that
    /// names it. The filters of the interface see them; those on the way out need not, as the device
    /// sends them itself.
    pub(in crate::reach) fn relayed(
        &self,
        over: Option<usize>,
        packets: &PacketSet,
        assumptions: &mut Assumptions,
    ) -> Vec<(Departure<'a>, Span)> {
        let Some(interface) = over.and_then(|at| self.config.interfaces.get(at)) else {
            return Vec::new();
        };
        let mut here =
            self.config.broadcasts.iter().filter(|it| it.interface == interface.name.value);
        let mut all = Vec::new();
        let Some(first) = here.next() else { return all };
        let broadcast: AddressSet =
            interface.addresses.iter().filter_map(|it| last(it.value)).collect();
        let broadcast = broadcast.union(&AddressSet::from(IpAddr::V4(Ipv4Addr::BROADCAST)));
        let heard = packets.to(&broadcast);
        if heard.is_empty() {
            return all;
        }
        let arriving = Between::arriving(self.names(over));
        let heard = self.filtered(Hook::In, &arriving, &heard, Bound::Possible, assumptions);
        // Its own packets go by the table of the interface, and by no policy.
        let by = over.filter(|_| interface.instance.is_some());
        for relay in std::iter::once(first).chain(here) {
            let sent = heard.intersection(&asked(relay)).with_destination(&relay.to, None);
            for routed in self.routed(by, sent, Bound::Possible, assumptions) {
                let says = text!(
                    "この網のUDPブロードキャストを、別の網のホストへ中継します",
                    "UDP broadcasts of this network are sent on to a host elsewhere"
                );
                let kind = AssumptionKind::Relay;
                assumptions.add(kind, Some(&self.thing), Some(relay.span), says);
                let (packets, route, translated) = (routed.packets, routed.span, [None; 2]);
                let departure = Departure { packets, way: routed.way, route, translated };
                all.push((departure, relay.span));
            }
        }
        all
    }
}

/// The packets that a helper is sent.
fn asked(relay: &BroadcastRelay) -> PacketSet {
    let any = AddressSet::any();
    PacketSet::of(&any, &any, &[Transport::ports(UDP, relay.ports.clone())], States::ALL)
}

/// The address for all of a network.
fn last(network: IpNetwork) -> Option<AddressSet> {
    match network {
        IpNetwork::V4(it) => Some(AddressSet::from(IpAddr::V4(it.broadcast()))),
        IpNetwork::V6(_) => None,
    }
}
