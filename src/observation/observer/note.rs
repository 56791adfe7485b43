//! One IP packet is noted in its flow.

use super::conversation::has_ports;
use super::flow::{Flow, Key, did, state};
use super::fold;
use super::intern::fold as mix;
use super::learned::Origin;
use super::listen::association;
use super::more::More;
use super::renew::QUIET;
use super::seen::Moment;
use super::{Observer, context};
use crate::wire::frame::{Macs, Packet, Tcp, flag};
use crate::wire::speech::Kind;
use std::net::{IpAddr, Ipv6Addr};

const HOUR: u64 = 3600 * 1_000_000_000;
/// Without a word for so long, what follows is another session (no protocol that keeps a session
/// alive waits longer).
pub(super) const SILENCE: u64 = 600 * 1_000_000_000;
/// Within so long, the same packet with the same number is the same packet, shown twice.
const AT_ONCE: u64 = 10_000_000;

/// What tells a packet from all others of its flow: in all its copies the same, whatever routers
/// and translators change on the way.
#[inline]
fn identity(packet: &Packet<'_>) -> u32 {
    let (a, b) = match packet.tcp {
        Some(tcp) => (
            u64::from(tcp.sequence) << 32 | u64::from(tcp.acknowledged),
            (packet.payload.len() as u64) << 8 | u64::from(tcp.flags),
        ),
        None => (begin(packet.payload), packet.payload.len() as u64),
    };
    let mixed =
        mix(a ^ 0x9e37_79b9_7f4a_7c15, (b << 16 | u64::from(packet.header.id)) ^ 0x51_7cc1_b727);
    (mixed ^ mixed >> 32) as u32 | 1
}

/// The first bytes as a number.
#[inline]
fn begin(bytes: &[u8]) -> u64 {
    let word = |at: usize| {
        bytes.get(at..).and_then(|it| it.first_chunk()).copied().map_or(0, u64::from_le_bytes)
    };
    word(0) ^ word(8).rotate_left(29) ^ word(16).rotate_left(43)
}

impl Observer {
    /// The number of an IPv6 address. When there are too many, its network stands for it.
    pub(super) fn address6(&mut self, address: Ipv6Addr) -> u32 {
        if let Some(number) = self.addresses.number(address) {
            return number;
        }
        self.aggregated += 1;
        let network = Ipv6Addr::from_bits(address.to_bits() >> 80 << 80);
        self.addresses.known(&network).unwrap_or(0)
    }

    #[inline(always)]
    fn key(&mut self, packet: &Packet<'_>, context: u32) -> (Key, bool) {
        let (from_port, to_port) = packet.ports;
        let (from, to, is_v6) = match (packet.header.from, packet.header.to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => (from.to_bits(), to.to_bits(), false),
            (IpAddr::V6(from), IpAddr::V6(to)) => (self.address6(from), self.address6(to), true),
            _ => (0, 0, false),
        };
        Key::new((from, from_port), (to, to_port), packet.protocol, is_v6, context)
    }

    /// The number of the hour.
    #[inline]
    fn hour_of(&mut self, time: u64) -> u32 {
        let (hour, begun) = self.hour;
        if time.wrapping_sub(begun) < HOUR {
            return hour;
        }
        let number = time / HOUR;
        self.hour = (u32::try_from(number).unwrap_or(u32::MAX), number * HOUR);
        self.hour.0
    }

    /// Notes a packet; gives the number of its flow, unless it is a fragment.
    pub(super) fn ip(&mut self, packet: &Packet<'_>, macs: Macs, moment: Moment) -> Option<u32> {
        let (context, turned) = self.contexts.number(&self.path);
        if let Some(part) = packet.fragment {
            self.fragment(packet, part, context, macs, moment);
            return None;
        }
        // Without its ports a packet is of no flow that could be told; what is missing was counted.
        if has_ports(packet.protocol) && packet.ports == (0, 0) && packet.payload.is_empty() {
            return None;
        }
        let by = if self.path.is_inside_ip() { By::AnotherFrame(macs) } else { By::Frame(macs) };
        let noted = self.note(packet, (context, turned), by, moment)?;
        if noted.is_more {
            self.more_of(packet, noted, macs, moment);
        }
        Some(noted.number)
    }

    /// Notes a packet in its flow.
    #[inline(always)]
    pub(super) fn note(
        &mut self,
        packet: &Packet<'_>,
        (context, turned): (u32, u8),
        by: By,
        moment: Moment,
    ) -> Option<Noted> {
        let (key, second) = self.key(packet, context);
        let hour = self.hour_of(moment.time);
        let identity = identity(packet);
        let hash = self.table.hash(key);
        let (number, second) = match self.table.find(key, hash) {
            // Only a greeting may belong to another connection over the same ports.
            Ok(number) => match packet.tcp.filter(|it| it.flags & flag::SYN != 0) {
                Some(tcp) => {
                    let begun = Begun { key, second, turned, moment, hour };
                    (self.greeted(number, tcp, begun, hash), second)
                }
                None => (number, second),
            },
            Err(slot) if self.table.len() < fold::KEPT_APART => {
                let begun = Begun { key, second, turned, moment, hour };
                (self.table.add(begun.flow(), hash, slot), second)
            }
            Err(_) => self.folded(Begun { key, second, turned, moment, hour }, packet.tcp)?,
        };
        let flow = self.table.get_mut(number)?;
        // Nearly always the pair of the packet before.
        let [a, b] = flow.hop;
        let before = if second { b } else { a };
        let hop = match (by, self.hops.get(before.wrapping_sub(1))) {
            (By::Frame(macs), Some(known)) if *known == macs => before,
            (By::Frame(macs), _) if macs.are_told() => {
                self.hops.number(macs).map_or(0, |it| it + 1)
            }
            _ => 0,
        };
        let arrived = Arrived { second, hop, hour, identity, moment };
        if flow.note(packet, &arrived, number, &mut self.more) {
            self.copies += 1;
            return Some(Noted { number, second, is_more: false });
        }
        // What carries nothing matters to a listener only when a connection begins or breaks off.
        let is_said = !packet.payload.is_empty()
            || packet.tcp.is_some_and(|it| it.flags & (flag::SYN | flag::RST) != 0);
        let is_more = match packet.protocol {
            TCP | UDP => is_said && !flow.has(state::HEARD),
            // Nearly always the association of the packet before.
            ESP | AH => flow.said == 0 || association(packet) != Some(*of(&mut flow.mark, second)),
            protocol if is_of_routers(protocol) => {
                let (By::Frame(macs) | By::AnotherFrame(macs)) = by;
                let hash = self.again.hash(about(number), macs, packet.payload);
                !self.again.is_known(hash, moment)
            }
            protocol => protocol != ICMP,
        };
        Some(Noted { number, second, is_more })
    }

    /// Hears what more than its headers a packet has.
    pub(super) fn more_of(
        &mut self,
        packet: &Packet<'_>,
        noted: Noted,
        macs: Macs,
        moment: Moment,
    ) {
        let Noted { number, second, .. } = noted;
        match packet.protocol {
            TCP | UDP => self.listen(number, second, packet, macs, moment),
            ESP | AH => self.secured(number, second, packet),
            _ => self.spoken_without_ports(number, packet, macs, moment),
        }
    }

    /// What is said directly over IP: neighbour discovery, routing, shared addresses.
    fn spoken_without_ports(
        &mut self,
        number: u32,
        packet: &Packet<'_>,
        macs: Macs,
        moment: Moment,
    ) {
        // What a router has forwarded is no neighbour discovery (RFC 4861 §7.1).
        const NEVER_FORWARDED: u8 = 255;
        let (context, _) = self.contexts.number(&self.path);
        let vlan = self.contexts.vlan(context);
        let kind = match (packet.protocol, packet.header.from) {
            (ICMPV6, IpAddr::V6(source)) if packet.header.ttl == NEVER_FORWARDED => {
                self.claims.neighbour(vlan, source, packet.payload, moment);
                if packet.payload.first() != Some(&ROUTER_ADVERTISEMENT) {
                    return;
                }
                Kind::Icmpv6
            }
            (protocol, _) if is_of_routers(protocol) => Kind::IpProtocol(protocol),
            _ => return,
        };
        let hash = self.again.hash(about(number), macs, packet.payload);
        if !self.again.is_known(hash, moment) {
            let mac = (!self.path.is_inside_ip()).then(|| macs.sender());
            let origin = Origin { mac, address: Some(packet.header.from), vlan };
            let learned = self.again.frame(kind, packet.payload);
            self.learn_again(learned, origin, Some(hash), moment);
        }
    }

    /// The flow with this number turned out to carry what comes next.
    pub(super) fn carries(&mut self, outer: Option<(u32, u8, bool)>) {
        if let Some((number, protocol, is_v6)) = outer {
            let carries = context::carrying(&self.path, protocol, is_v6);
            if let Some(flow) = self.table.get_mut(number).filter(|_| carries != 0) {
                flow.carries = carries;
            }
        }
    }
}

const ICMP: u8 = 1;
const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
const ESP: u8 = 50;
const AH: u8 = 51;
const ICMPV6: u8 = 58;
/// The type of that message of ICMPv6.
const ROUTER_ADVERTISEMENT: u8 = 134;

/// EIGRP, OSPF, PIM, VRRP, IS-IS (IANA).
const fn is_of_routers(protocol: u8) -> bool {
    matches!(protocol, 88 | 89 | 103 | 112 | 124)
}

/// About what something is said in a flow, for [`super::again::Again`].
const fn about(number: u32) -> u64 {
    (number as u64) << 1 | 1
}

/// By which frame a packet crossed the tapped wire.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// Its own, between these.
    Frame(Macs),
    /// That of a packet around it.
    AnotherFrame(Macs),
}

/// A packet that was noted in its flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted {
    /// The number of the flow.
    pub(super) number: u32,
    /// The key's second end sent it.
    second: bool,
    /// There may be more to learn from it than its headers tell.
    pub(super) is_more: bool,
}

/// A flow that begins.
pub(super) struct Begun {
    pub(super) key: Key,
    pub(super) second: bool,
    turned: u8,
    pub(super) moment: Moment,
    hour: u32,
}

impl Begun {
    pub(super) const fn flow(self) -> Flow {
        let time = self.moment.time;
        Flow {
            key: self.key,
            first: time,
            last: time,
            begun: time,
            number: self.moment.number,
            bytes: [0; 2],
            packets: [0; 2],
            hop: [0; 2],
            mark: [0; 2],
            recent: [0; 2],
            hello: 0,
            said: 0,
            listening: 0,
            hour: self.hour,
            longest: 0,
            sessions: 1,
            flags: [0; 2],
            ttl: [0; 2],
            carries: 0,
            widened: 0,
            turned: self.turned,
            state: if self.second { state::FIRST_IS_SECOND } else { 0 },
        }
    }
}

/// A packet that arrives in a flow.
struct Arrived {
    second: bool,
    hop: u32,
    hour: u32,
    identity: u32,
    moment: Moment,
}

/// The one of two that belongs to a direction.
#[inline]
const fn of<T>(pair: &mut [T; 2], second: bool) -> &mut T {
    let [a, b] = pair;
    if second { b } else { a }
}

impl Flow {
    /// Counts a packet; `true` when it is one that was counted already.
    #[inline(always)]
    fn note(
        &mut self,
        packet: &Packet<'_>,
        arrived: &Arrived,
        number: u32,
        more: &mut More,
    ) -> bool {
        let (second, time) = (arrived.second, arrived.moment.time);
        let is_first = *of(&mut self.packets, second) == 0;
        if is_first {
            *of(&mut self.hop, second) = arrived.hop;
            *of(&mut self.ttl, second) = packet.header.ttl;
            *of(&mut self.mark, second) = arrived.identity;
        } else if self.is_copy(packet, arrived, number, more) {
            return true;
        }
        *of(&mut self.recent, second) = arrived.identity;
        if let Some(tcp) = packet.tcp {
            self.tcp(tcp, packet, second, time);
        } else if time > self.last.saturating_add(QUIET) {
            self.after_silence(time);
        }
        let packets = of(&mut self.packets, second);
        *packets = packets.saturating_add(1);
        *of(&mut self.bytes, second) += u64::from(packet.header.length);
        if arrived.hour != self.hour {
            more.hour(number, self.hour);
            self.hour = arrived.hour;
        }
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        false
    }

    /// Whether the tap shows a packet again: after a router or a translator, with another time to
    /// live and other hardware addresses; or twice at the same place.
    #[inline(always)]
    fn is_copy(
        &mut self,
        packet: &Packet<'_>,
        arrived: &Arrived,
        number: u32,
        more: &mut More,
    ) -> bool {
        let second = arrived.second;
        let is_same = *of(&mut self.recent, second) == arrived.identity;
        let is_elsewhere = *of(&mut self.hop, second) != arrived.hop;
        if !is_same && !is_elsewhere {
            return false;
        }
        if is_elsewhere {
            more.hop(number, second, arrived.hop, packet.header.ttl);
        }
        let is_routed = *of(&mut self.ttl, second) != packet.header.ttl;
        if is_same && is_routed {
            self.state |= state::COPIED;
            return true;
        }
        // Once it is known that both places show the same packets, the first place counts.
        (is_elsewhere && is_routed && self.has(state::COPIED))
            || (is_same
                && packet.header.id != 0
                && arrived.moment.time.wrapping_sub(self.last) <= AT_ONCE)
    }

    #[inline]
    fn tcp(&mut self, tcp: Tcp, packet: &Packet<'_>, second: bool, time: u64) {
        if tcp.has(flag::SYN) {
            self.syn(tcp, second, time);
        }
        let mut flags = tcp.flags & (flag::FIN | flag::SYN | flag::RST | flag::ACK);
        if !packet.payload.is_empty() {
            flags |= did::DATA;
        }
        if tcp.flags & (flag::ACK | flag::RST) == flag::ACK {
            flags |= did::CONFIRM;
        }
        *of(&mut self.flags, second) |= flags;
    }

    #[cold]
    fn syn(&mut self, tcp: Tcp, second: bool, time: u64) {
        let is_begun = self.packets != [0, 0];
        let [a, b] = self.flags.map(|it| it & flag::SYN != 0);
        let (mine, others) = if second { (b, a) } else { (a, b) };
        let mark = of(&mut self.mark, second);
        let is_known = std::mem::replace(mark, tcp.sequence) == tcp.sequence;
        let sender_began = !tcp.has(flag::ACK);
        // A second number, or words before the first one: another session over the same ports.
        if sender_began && is_begun && if mine { !is_known } else { !others } {
            self.another_session(time);
        }
        if sender_began && !is_begun {
            self.state |= state::FROM_SYN;
        }
        if !self.has(state::BY_SYN) {
            self.begun_by(second == sender_began, state::BY_SYN);
        }
    }

    #[cold]
    fn after_silence(&mut self, time: u64) {
        self.listen_anew();
        if time > self.last.saturating_add(SILENCE) {
            self.another_session(time);
        }
    }

    #[cold]
    fn another_session(&mut self, time: u64) {
        let lasted = self.last.saturating_sub(self.begun) / 1_000_000_000;
        self.longest = self.longest.max(u32::try_from(lasted).unwrap_or(u32::MAX));
        self.begun = time;
        self.sessions = self.sessions.saturating_add(1);
    }
}
