//! Which sessions through a device get their answers back through it.

use super::{Between, Machine};
use crate::model::device::{Answers, Applied, Hook, States, Transport, Verdict};
use crate::model::{AddressSet, RangeSet};
use crate::reach::doubt::{Assumptions, Bound};
use crate::reach::packets::PacketSet;

/// Questions and answers of ICMP and ICMPv6: protocol, type asked, type answered (IANA, ICMP
/// Parameters; RFC 792, RFC 4443).
const ECHOES: [(u8, u8, u8); 6] =
    [(1, 8, 0), (1, 13, 14), (1, 15, 16), (1, 17, 18), (58, 128, 129), (58, 139, 140)];

impl Machine<'_> {
    /// Of packets that came in over one interface and went out over another, those whose answers
    /// come back the other way. `None` stands for the device itself, as sender or receiver. The
    /// addresses are those of the inside on both ways. ICMP that asks nothing is never answered.
    pub fn answered(
        &self,
        over: Option<usize>,
        out: Option<usize>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        let stateful = self.config.stateful;
        let mut applied = self.config.applied.iter();
        if stateful && applied.all(|it| it.answers == Answers::AsDevice) {
            return packets.clone();
        }
        let forth = Between::arriving(self.names(over)).to(self.names(out));
        let back = Between::arriving(forth.to.clone()).to(forth.from.clone());
        let mut answered = PacketSet::none();
        for (asked, answers) in kinds() {
            let asked = packets.intersection(&asked);
            if asked.is_empty() {
                continue;
            }
            let turned = |sessions: &PacketSet| sessions.answers().intersection(&answers);
            let exempt = |applied: &Applied| match applied.answers {
                Answers::AsDevice if stateful => answers.clone(),
                _ => turned(&expected(applied, &forth, &asked, bound)),
            };
            let mut left = turned(&asked);
            let mut spoken = PacketSet::none();
            for hook in hooks(over, out) {
                spoken.extend(&self.spoken_of(*hook, &back));
                left = self.filtered_but(*hook, &back, &left, exempt, bound, assumptions);
            }
            let through = over.is_some() && out.is_some() && !stateful;
            if through && !self.passes_unfiltered(bound) {
                left = left.intersection(&spoken);
            }
            answered.extend(&asked.intersection(&returned(&left)));
        }
        answered
    }

    /// Whether packets pass through of which no filter speaks.
    pub(super) fn passes_unfiltered(&self, bound: Bound) -> bool {
        match self.config.unfiltered {
            Verdict::Permit => true,
            Verdict::Deny => false,
            _ => bound == Bound::Possible,
        }
    }
}

/// The filters that answers meet, in order.
const fn hooks(over: Option<usize>, out: Option<usize>) -> &'static [Hook] {
    match (over, out) {
        (Some(_), Some(_)) => &[Hook::In, Hook::Forward, Hook::Out],
        (Some(_), None) => &[Hook::Own, Hook::Out],
        (None, Some(_)) => &[Hook::In, Hook::Local],
        (None, None) => &[],
    }
}

/// Kinds of packets that are answered, each with the kind of the answers.
fn kinds() -> Vec<(PacketSet, PacketSet)> {
    let any = AddressSet::any();
    let of = |transport| PacketSet::of(&any, &any, &[transport], States::ALL);
    let icmp = |protocol, icmp_type| {
        of(Transport { icmp_types: RangeSet::one(icmp_type), ..Transport::protocol(protocol) })
    };
    let protocols = RangeSet::of([(1, 1), (58, 58)]).complement();
    let others = of(Transport { protocols, ..Transport::any() });
    let echoes = ECHOES
        .iter()
        .map(|(protocol, asked, told)| (icmp(*protocol, *asked), icmp(*protocol, *told)));
    std::iter::once((others.clone(), others)).chain(echoes).collect()
}

/// Those of some sessions whose answers a filter lets pass without a line.
fn expected(
    applied: &Applied,
    forth: &Between<'_>,
    sessions: &PacketSet,
    bound: Bound,
) -> PacketSet {
    let Answers::To(described) = &applied.answers else { return PacketSet::none() };
    let described = described
        .iter()
        .filter(|it| forth.concerns(it) && (bound == Bound::Possible || it.is_certain()));
    described.map(|it| sessions.intersection(&PacketSet::of_match(it))).collect()
}

/// What answers were given to, in any state.
fn returned(answers: &PacketSet) -> PacketSet {
    let mut all = PacketSet::none();
    macro_rules! turned {
        ($($family:ident),+) => {$(
            for it in answers.$family() {
                let of = |set: &RangeSet<_>| AddressSet { $family: set.clone(), ..AddressSet::none() };
                let transport = Transport {
                    protocols: it.protocols.clone(),
                    source_ports: it.destination_ports.clone(),
                    destination_ports: it.source_ports.clone(),
                    icmp_types: RangeSet::all(),
                };
                let (source, destination) = (of(&it.destination), of(&it.source));
                all.extend(&PacketSet::of(&source, &destination, &[transport], States::ALL));
            }
        )+};
    }
    turned!(v4, v6);
    all
}
