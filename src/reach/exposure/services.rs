//! What may be spoken, as a set: the part of a set of packets that people name.

use crate::locale::Text;
use crate::model::device::{States, Transport};
use crate::model::{AddressSet, Point, Protocol, RangeSet, Service};
use crate::reach::packets::{CLIENT, Cube, FAMILIAR, Packet, PacketSet};
use crate::text;

/// A set of services: destination ports of TCP and UDP, and other IP protocols. Which types of ICMP
/// is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Services {
    /// Destination ports of TCP.
    pub tcp: RangeSet<u16>,
    /// Destination ports of UDP.
    pub udp: RangeSet<u16>,
    /// Protocols other than TCP and UDP, by number (IANA).
    pub others: RangeSet<u8>,
}

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Protocols that have a notation, by number. ICMP is that of both families.
const NAMED: [(&[u8], Protocol); 4] = [
    (&[1, 58], Protocol::Icmp),
    (&[47], Protocol::Gre),
    (&[50], Protocol::Esp),
    (&[51], Protocol::Ah),
];

impl Services {
    /// A packet that speaks one of them, else like another one; that one itself when it does.
    pub(in crate::reach) fn like(&self, packet: &Packet) -> Option<Packet> {
        let ports = |protocol: u8| match protocol {
            TCP => Some(&self.tcp),
            UDP => Some(&self.udp),
            _ => None,
        };
        let speaks = match ports(packet.protocol) {
            Some(ports) => ports.contains(packet.destination_port),
            None => self.others.contains(packet.protocol),
        };
        if speaks {
            return Some(packet.clone());
        }
        let (protocol, port) = [TCP, UDP].into_iter().find_map(|protocol| {
            let ports = ports(protocol)?;
            let known = FAMILIAR.into_iter().find(|it| ports.contains(*it));
            Some((protocol, known.or_else(|| ports.ranges().first().map(|it| it.0))?))
        })?;
        // A client asks from where it asked before, or from where clients do.
        let source_port = if packet.source_port > 0 { packet.source_port } else { CLIENT };
        let (icmp_type, destination_port) = (0, port);
        Some(Packet { protocol, source_port, destination_port, icmp_type, ..packet.clone() })
    }

    /// Every service.
    pub fn any() -> Self {
        Self { tcp: RangeSet::all(), udp: RangeSet::all(), others: without_ports(&RangeSet::all()) }
    }

    /// The services that some packets ask for.
    pub fn of(packets: &PacketSet) -> Self {
        let [v4, v6] = Self::by_family(packets);
        v4.union(&v6)
    }

    /// The services that packets of IPv4, and of IPv6, ask for.
    pub fn by_family(packets: &PacketSet) -> [Self; 2] {
        fn all<'c, A: Point + 'c>(cubes: impl Iterator<Item = &'c Cube<A>>) -> Services {
            let mut all = Services::default();
            for cube in cubes {
                if cube.protocols.contains(TCP) {
                    all.tcp = all.tcp.union(&cube.destination_ports);
                }
                if cube.protocols.contains(UDP) {
                    all.udp = all.udp.union(&cube.destination_ports);
                }
                all.others = all.others.union(&without_ports(&cube.protocols));
            }
            all
        }
        [all(packets.v4()), all(packets.v6())]
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.udp.is_empty() && self.others.is_empty()
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.union(&other.tcp),
            udp: self.udp.union(&other.udp),
            others: self.others.union(&other.others),
        }
    }

    /// Everything in this one that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.difference(&other.tcp),
            udp: self.udp.difference(&other.udp),
            others: self.others.difference(&other.others),
        }
    }

    /// The packets that ask for them.
    pub fn packets(&self) -> PacketSet {
        let any = AddressSet::any();
        let transports = [
            Transport::ports(TCP, self.tcp.clone()),
            Transport::ports(UDP, self.udp.clone()),
            Transport { protocols: self.others.clone(), ..Transport::any() },
        ];
        PacketSet::of(&any, &any, &transports, States::ALL)
    }

    /// One by one, as far as they have a notation; TCP first. Without [`Self::unnamed`] that is all.
    pub fn list(&self) -> Vec<Service> {
        if *self == Self::any() {
            return vec![Service::Any];
        }
        let ports = |protocol, set: &RangeSet<u16>| {
            let ranges = set.ranges().iter();
            ranges
                .map(move |(first, last)| Service::Ports { protocol, first: *first, last: *last })
                .collect::<Vec<_>>()
        };
        let whole = |protocol| Service::Ports { protocol, first: 0, last: u16::MAX };
        let named =
            NAMED.iter().filter(|(numbers, _)| numbers.iter().any(|it| self.others.contains(*it)));
        let tcp = ports(Protocol::Tcp, &self.tcp).into_iter();
        tcp.chain(ports(Protocol::Udp, &self.udp))
            .chain(named.map(|(_, protocol)| whole(*protocol)))
            .collect()
    }

    /// Protocols without a notation, by number.
    pub fn unnamed(&self) -> RangeSet<u8> {
        let named = NAMED.iter().flat_map(|(numbers, _)| numbers.iter().map(|it| (*it, *it)));
        match *self == Self::any() {
            true => RangeSet::none(),
            false => self.others.difference(&RangeSet::of(named)),
        }
    }

    /// In the notation of the inventory; `protocol 89` for what has none there.
    pub fn notations(&self) -> Vec<String> {
        let named = self.list().into_iter().map(|it| it.to_string());
        let unnamed = self.unnamed();
        let numbers = unnamed.ranges().iter().map(|(first, last)| match first == last {
            true => format!("protocol {first}"),
            false => format!("protocol {first}-{last}"),
        });
        named.chain(numbers).collect()
    }

    /// In words: `SSH、HTTPS`, `すべて`, `HTTPS 以外すべて`, whichever is shortest; customary names for
    /// single ports.
    pub fn words(&self) -> Text {
        self.first(usize::MAX)
    }

    /// The same, the first few of them; how many more there are.
    pub fn first(&self, few: usize) -> Text {
        let all_but = Self::any().difference(self);
        if all_but.is_empty() {
            return Text::new("すべて", "any");
        }
        if self.parts() <= all_but.parts() {
            return self.enumerated(few);
        }
        let but = all_but.enumerated(few);
        text!("{but} 以外すべて", "any but {but}"; but)
    }

    /// Of how many words it consists.
    fn parts(&self) -> usize {
        self.list().len() + usize::from(!self.unnamed().is_empty())
    }

    fn enumerated(&self, few: usize) -> Text {
        let mut words: Vec<Text> = self.list().iter().map(|it| Text::same(it.brief())).collect();
        if !self.unnamed().is_empty() {
            words.push(Text::new("その他のIPプロトコル", "other IP protocols"));
        }
        let more = words.len().saturating_sub(few);
        if more > 0 {
            words.truncate(few);
            words.push(text!("ほか{more}", "{more} more"));
        }
        Text::list(&words)
    }
}

fn without_ports(protocols: &RangeSet<u8>) -> RangeSet<u8> {
    protocols.difference(&RangeSet::of([(TCP, TCP), (UDP, UDP)]))
}
