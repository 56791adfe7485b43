//! Ethernet: addresses, tags, labels, and what lies behind an EtherType (IEEE 802 numbers, IANA).

use super::read::{from, u8_at, u16_at, u32_at};
use super::{Found, Kind, Layer, Macs, Path, Step, Trouble, Walk};

pub(super) const PPPOE_SESSION: u16 = 0x8864;
pub(super) const BRIDGED: u16 = 0x6558;
/// EtherTypes begin here; below 1501 the field is a length (IEEE 802.3 §3.2.6).
const FIRST_TYPE: u16 = 1536;
const LONGEST: u16 = 1500;
/// Cisco's organisation, in SNAP headers.
const CISCO: u32 = 0x00_00_0c;

impl<'a> Walk<'a> {
    #[inline]
    pub(super) fn ethernet(
        &mut self,
        bytes: &'a [u8],
        path: &Path,
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<14>() else { return self.short() };
        let [.., high, low] = *head;
        if !path.is_inside_ip() {
            self.macs = Macs::of(head);
        }
        match self.typed_or_long(u16::from_be_bytes([high, low]), rest) {
            Step::Ip(packet) => self.ip(packet, found),
            Step::Llc(frame) => self.llc(frame, found),
            step => step,
        }
    }

    /// The field after the addresses, or after a tag: a type or a length.
    #[inline]
    fn typed_or_long(&mut self, field: u16, rest: &'a [u8]) -> Step<'a> {
        match field {
            0x0800 | 0x86dd => Step::Ip(rest),
            FIRST_TYPE.. => Step::Typed(field, rest),
            ..=LONGEST => Step::Llc(rest.get(..usize::from(field)).unwrap_or(rest)),
            _ => self.stop(Trouble::Malformed),
        }
    }

    #[inline]
    pub(super) fn typed(
        &mut self,
        kind: u16,
        bytes: &'a [u8],
        path: &mut Path,
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        match kind {
            0x0800 | 0x86dd => Step::Ip(bytes),
            0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => self.tag(bytes, path),
            _ => self.rarely_typed(kind, bytes, path, found),
        }
    }

    fn tag(&mut self, bytes: &'a [u8], path: &mut Path) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return self.short() };
        let [c0, c1, t0, t1] = *head;
        let inside = self.typed_or_long(u16::from_be_bytes([t0, t1]), rest);
        // Number 0 is a priority without a network (IEEE 802.1Q §9.6).
        match u16::from_be_bytes([c0, c1]) & 0x0fff {
            0 => inside,
            id => self.wrapped(Layer::Vlan(id), inside, path),
        }
    }

    fn rarely_typed(
        &mut self,
        kind: u16,
        bytes: &'a [u8],
        path: &mut Path,
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        match kind {
            // ARP, reverse ARP, LLDP, CDP in GRE, PPPoE discovery.
            0x0806 | 0x8035 | 0x88cc | 0x2000 | 0x8863 => {
                *found = Some(Found::Frame(Kind::Ethertype(kind), bytes));
                Step::End
            }
            0x8847 | 0x8848 => self.labels(bytes, path),
            PPPOE_SESSION => self.pppoe(bytes, path),
            0x880b => Step::Ppp(bytes),
            BRIDGED => Step::Ethernet(bytes),
            // LLC in long frames.
            0x8870 => Step::Llc(bytes),
            // Cisco's VN-Tag: four bytes, then a type.
            0x8926 => match (u16_at(bytes, 4), from(bytes, 6)) {
                (Some(kind), Some(rest)) => self.typed_or_long(kind, rest),
                _ => self.short(),
            },
            _ => self.stop(Trouble::NotIp(kind)),
        }
    }

    /// MPLS says nothing about what it carries: an IP packet tells by its first four bits, and an
    /// Ethernet frame may have a control word of zeros before it (RFC 4385 §3, RFC 4448 §4.6).
    pub(super) fn labels(&mut self, mut bytes: &'a [u8], path: &mut Path) -> Step<'a> {
        loop {
            let Some(entry) = u32_at(bytes, 0) else { return self.short() };
            bytes = from(bytes, 4).unwrap_or_default();
            if !path.push(Layer::Mpls(entry >> 12)) {
                return self.stop(Trouble::TooDeep);
            }
            if entry & 0x100 != 0 {
                break;
            }
        }
        match u8_at(bytes, 0).map(|it| it >> 4) {
            Some(4 | 6) => Step::Ip(bytes),
            Some(0) => Step::Ethernet(from(bytes, 4).unwrap_or_default()),
            Some(_) => Step::Ethernet(bytes),
            None => self.short(),
        }
    }

    fn pppoe(&mut self, bytes: &'a [u8], path: &mut Path) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<6>() else { return self.short() };
        let [version, _, s0, s1, l0, l1] = *head;
        if version != 0x11 {
            return self.stop(Trouble::Malformed);
        }
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let inside = Step::Ppp(rest.get(..length).unwrap_or(rest));
        self.wrapped(Layer::Pppoe(u16::from_be_bytes([s0, s1])), inside, path)
    }

    /// IEEE 802.2, and SNAP in it.
    pub(super) fn llc(&mut self, bytes: &'a [u8], found: &mut Option<Found<'a>>) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<3>() else { return self.short() };
        match *head {
            [0xaa, 0xaa, 0x03] => self.snap(rest, found),
            // Spanning tree, IS-IS.
            [dsap @ (0x42 | 0xfe), ssap @ (0x42 | 0xfe), 0x03] => {
                *found = Some(Found::Frame(Kind::Llc { dsap, ssap }, rest));
                Step::End
            }
            [0x06, 0x06, 0x03] => Step::Ip(rest),
            [access, ..] => self.stop(Trouble::NotIp(u16::from(access))),
        }
    }

    fn snap(&mut self, bytes: &'a [u8], found: &mut Option<Found<'a>>) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<5>() else { return self.short() };
        let [o0, o1, o2, t0, t1] = *head;
        match (u32::from_be_bytes([0, o0, o1, o2]), u16::from_be_bytes([t0, t1])) {
            // CDP, and spanning tree for each VLAN.
            (oui @ CISCO, pid @ (0x2000 | 0x010b)) => {
                *found = Some(Found::Frame(Kind::Snap { oui, pid }, rest));
                Step::End
            }
            (0, kind) => Step::Typed(kind, rest),
            // Bridged Ethernet without a checksum (RFC 2684 §5.2).
            (0x00_80_c2, 0x0007) => Step::Ethernet(rest),
            (_, kind) => self.stop(Trouble::NotIp(kind)),
        }
    }
}
