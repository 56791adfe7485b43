//! What the configuration says of one tuple: the very packet that was sent is followed, on both
//! sides of the unknown.

use super::paper::{Configured, Decided};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::reach::ends::{End, Sender};
use crate::reach::isolation::Isolation;
use crate::reach::packets::PacketSet;
use crate::reach::paths::Cause;
use crate::reach::{Bound, Reach, Trace};
use crate::source::SourceMap;
use crate::text;
use std::net::IpAddr;

/// A connection, ready to be asked about tuples.
pub(super) struct Configuration<'r> {
    reach: &'r Reach<'r>,
    sources: &'r SourceMap,
    pub(super) answer: &'r Isolation,
    senders: Vec<Sender>,
    /// What the party may open, as it sets out.
    permitted: PacketSet,
}

/// Everything that arrives somewhere, on both sides.
#[derive(Default)]
struct Arrived {
    certain: bool,
    possible: bool,
    /// It gets no further than the device at which the connection comes in, and nobody knows whether
    /// that takes it.
    itself: bool,
    astray: bool,
    unread: usize,
}

impl<'r> Configuration<'r> {
    pub(super) fn new(reach: &'r Reach<'r>, sources: &'r SourceMap, answer: &'r Isolation) -> Self {
        let connection = End::Thing(answer.connection.clone());
        let inside = reach.network.book.inside();
        let inward = reach.network.declared.of(&answer.connection);
        let inward = inward.filter(|it| !inside.includes(&it.packets.sources()));
        Self {
            reach,
            sources,
            answer,
            senders: reach.senders(&connection, None).all,
            permitted: inward.map(|it| it.packets.clone()).collect(),
        }
    }

    /// The senders as somebody with these addresses is one: all of them when none of the addresses
    /// is one from which the party sends.
    fn standing_at(&self, own: &[IpAddr]) -> Vec<Sender> {
        let own: AddressSet = own.iter().map(|it| AddressSet::from(*it)).collect();
        let narrowed: Vec<Sender> =
            self.senders.iter().filter_map(|it| it.clone().only(&own)).collect();
        if narrowed.is_empty() { self.senders.clone() } else { narrowed }
    }

    /// Whether the declaration permits a tuple.
    pub(super) fn declares(&self, to: IpAddr, service: Service) -> bool {
        let any = AddressSet::any();
        self.permitted.meets(&PacketSet::sessions(&any, &to.into(), &[service]))
    }

    /// What the configuration says; none when it cannot be asked, because nobody knows where the
    /// connection comes in.
    pub(super) fn ask(&self, own: &[IpAddr], to: IpAddr, service: Service) -> Option<Configured> {
        let packets = PacketSet::sessions(&AddressSet::any(), &to.into(), &[service]);
        let senders = self.standing_at(own);
        if senders.is_empty() {
            return None;
        }
        let mut arrived = Arrived::default();
        let mut trace = None;
        for sender in &senders {
            let one = self.one(sender, &packets, &mut arrived);
            let further = |it: &Trace| (it.end.arrives(), it.certain, it.hops.len());
            if one.as_ref().map(further) > trace.as_ref().map(further) {
                trace = one;
            }
        }
        let (verdict, because) = arrived.verdict();
        let inventory = self.reach.inventory;
        let trace = match trace {
            Some(trace) => decided(inventory, self.sources, &trace),
            None => {
                senders.iter().filter_map(|it| self.not_carried(it, &packets)).take(1).collect()
            }
        };
        Some(Configured { verdict, because, trace })
    }

    /// Follows the packets of one sender, and the way of one of them.
    fn one(&self, sender: &Sender, packets: &PacketSet, arrived: &mut Arrived) -> Option<Trace> {
        let side = |bound| self.reach.from_start(sender.start(), packets, bound);
        let (certain, possible) = (side(Bound::Certain), side(Bound::Possible));
        let reach = |all| self.reach.arrived(&End::Any, all);
        let theirs = |thing: &EntityRef| *thing != self.answer.party;
        for (thing, packets) in reach(&possible).into_iter().filter(|it| theirs(&it.0)) {
            match self.only_to_itself(&thing, &packets) {
                true => arrived.itself = true,
                false => arrived.possible = true,
            }
        }
        for (thing, packets) in reach(&certain).into_iter().filter(|it| theirs(&it.0)) {
            arrived.certain |= !self.only_to_itself(&thing, &packets);
        }
        arrived.astray |= !possible.astray.is_empty();
        arrived.unread += self.reach.unread(possible.nodes.iter().copied()).len();
        let one = packets.intersection(&sender.start().packets()).sample()?;
        let wanted = arrived.possible;
        let ways = self.reach.ways(sender, &one).into_iter();
        ways.max_by_key(|it| (it.end.arrives() == wanted, it.certain, it.hops.len()))
    }

    /// What lets the sender in and does not carry these packets, when that is why they do not
    /// arrive.
    fn not_carried(&self, sender: &Sender, packets: &PacketSet) -> Option<Decided> {
        let Cause::NotCarried(_, span) = self.reach.refusal(sender, None, packets.clone()).cause
        else {
            return None;
        };
        let from = sender.by().unwrap_or_else(|| sender.whose());
        Some(Decided {
            at: Text::same(self.reach.inventory.name_of(from)),
            thing: Some(from.clone()),
            says: Text::new(
                "この入口（回線・トンネル）は、この宛先への通信を運ばない",
                "this line or tunnel carries nothing to this destination",
            ),
            place: Some(self.sources.place(span)),
            text: Some(self.sources.slice(span).trim().to_owned()),
        })
    }

    /// Whether packets only end at the device at which the connection comes in, at services of which
    /// nothing says that they are open.
    fn only_to_itself(&self, thing: &EntityRef, packets: &PacketSet) -> bool {
        let among = |all: &[crate::reach::paths::Class]| {
            all.iter().any(|it| it.to == *thing && it.packets.meets(packets))
        };
        let answer = self.answer;
        thing.kind == EntityKind::Device
            && among(&answer.itself)
            && !among(&answer.extra)
            && !among(&answer.undetermined)
            && !among(&answer.permitted)
    }
}

impl Arrived {
    fn verdict(&self) -> (Verdict, Text) {
        let unread = self.unread;
        match () {
            () if self.certain => (
                Verdict::Reachable,
                Text::new("設定では届きます。", "It arrives, by the configuration."),
            ),
            () if self.possible => (
                Verdict::Undetermined,
                Text::new(
                    "設定からは、届かないとは言い切れません。",
                    "By the configuration it cannot be ruled out that it arrives.",
                ),
            ),
            () if self.itself => (
                Verdict::Undetermined,
                Text::new(
                    "接続を受ける機器自身までは届きます。そのサービスが開いているかは、設定からは分かりません。",
                    "It gets to the device itself at which the connection comes in; the configuration does not say whether that service is open.",
                ),
            ),
            () if self.astray => (
                Verdict::Undetermined,
                Text::new(
                    "途中の経路が設定から分からないため、届かないとは言い切れません。",
                    "A route on the way is not known, so that it cannot be ruled out that it arrives.",
                ),
            ),
            () if unread > 0 => (
                Verdict::Undetermined,
                text!(
                    "途中の機器{unread}台に読み取れない設定行があるため、届かないとは言い切れません。",
                    "{unread} device(s) on the way have lines that were not read, so that it cannot be ruled out that it arrives."
                ),
            ),
            () => (
                Verdict::Isolated,
                Text::new("設定では届きません。", "It does not arrive, by the configuration."),
            ),
        }
    }
}

/// The way of a packet, as a list of what decided.
pub(super) fn decided(inventory: &Inventory, sources: &SourceMap, trace: &Trace) -> Vec<Decided> {
    let named = |hop: &crate::reach::Hop| match &hop.thing {
        Some(thing) => Text::same(inventory.name_of(thing)),
        None => hop.name.clone(),
    };
    let of_hop = |hop: &crate::reach::Hop| -> Vec<Decided> {
        let said = hop.events.iter().map(|event| Decided {
            at: named(hop),
            thing: hop.thing.clone(),
            says: event.says.clone(),
            place: event.span.map(|it| sources.place(it)),
            text: event.span.map(|it| sources.slice(it).trim().to_owned()),
        });
        said.collect()
    };
    let mut all: Vec<Decided> = trace.hops.iter().flat_map(of_hop).collect();
    use crate::model::Vocabulary as _;
    let last = trace.at.as_ref().map(|it| Text::same(inventory.name_of(it)));
    all.push(Decided {
        at: last.unwrap_or_default(),
        thing: trace.at.clone(),
        says: trace.end.label(),
        place: None,
        text: None,
    });
    all
}
