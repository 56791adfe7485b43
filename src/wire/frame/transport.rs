//! What an IP packet carries: TCP (RFC 9293), UDP (RFC 768), and the ports of others.

use super::ip::{Header, Packet, number};
use super::read::u16_at;
use super::{Found, Step, Trouble, Walk, tunnel};

/// Flags of TCP.
pub mod flag {
    /// The sender has no more to say.
    pub const FIN: u8 = 0x01;
    /// The sender begins.
    pub const SYN: u8 = 0x02;
    /// The sender breaks off.
    pub const RST: u8 = 0x04;
    /// The sender confirms.
    pub const ACK: u8 = 0x10;
}

/// What the header of TCP says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tcp {
    /// The number of the first byte.
    pub sequence: u32,
    /// The number of the byte that is expected from the other side.
    pub acknowledged: u32,
    /// See [`flag`].
    pub flags: u8,
}

impl Tcp {
    /// Whether all these flags are set.
    #[inline]
    pub const fn has(self, flags: u8) -> bool {
        self.flags & flags == flags
    }
}

impl<'a> Walk<'a> {
    /// What stands behind the IP header.
    #[inline]
    pub(super) fn carried(
        &mut self,
        header: Header,
        protocol: u8,
        payload: &'a [u8],
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        self.header = header;
        let mut packet =
            Packet { header, protocol, ports: (0, 0), tcp: None, fragment: None, payload };
        let step = match protocol {
            number::TCP => {
                if !self.tcp(&mut packet) {
                    self.short();
                }
                Step::End
            }
            number::UDP => {
                if self.udp(&mut packet) {
                    Step::Datagram(packet.ports, packet.payload)
                } else {
                    self.short();
                    Step::End
                }
            }
            _ => {
                packet.ports = ports(protocol, payload).unwrap_or_default();
                if tunnel::is_one(protocol) { Step::Tunnel(protocol, payload) } else { Step::End }
            }
        };
        *found = Some(Found::Ip(packet));
        step
    }

    /// `false` when the header is not whole; the ports are then kept if they are there.
    #[inline]
    fn tcp(&mut self, packet: &mut Packet<'a>) -> bool {
        let Some(head) = packet.payload.first_chunk::<20>() else {
            packet.ports = ports(packet.protocol, packet.payload).unwrap_or_default();
            packet.payload = &[];
            return false;
        };
        let [a0, a1, b0, b1, s0, s1, s2, s3, k0, k1, k2, k3, offset, flags, ..] = *head;
        packet.ports = (u16::from_be_bytes([a0, a1]), u16::from_be_bytes([b0, b1]));
        packet.tcp = Some(Tcp {
            sequence: u32::from_be_bytes([s0, s1, s2, s3]),
            acknowledged: u32::from_be_bytes([k0, k1, k2, k3]),
            flags,
        });
        let own = usize::from(offset >> 4) * 4;
        if own < 20 {
            packet.payload = &[];
            self.note(Trouble::Malformed);
            return true;
        }
        let payload = packet.payload.get(own..);
        packet.payload = payload.unwrap_or_default();
        payload.is_some()
    }

    #[inline]
    fn udp(&mut self, packet: &mut Packet<'a>) -> bool {
        let Some((head, rest)) = packet.payload.split_first_chunk::<8>() else {
            packet.ports = ports(packet.protocol, packet.payload).unwrap_or_default();
            packet.payload = &[];
            return false;
        };
        let [a0, a1, b0, b1, l0, l1, _, _] = *head;
        packet.ports = (u16::from_be_bytes([a0, a1]), u16::from_be_bytes([b0, b1]));
        packet.payload = match usize::from(u16::from_be_bytes([l0, l1])) {
            // Length 0: a jumbogram (RFC 2675) or offload.
            0 => rest,
            length @ 8.. => rest.get(..length - 8).unwrap_or(rest),
            _ => {
                self.note(Trouble::Malformed);
                &[]
            }
        };
        true
    }
}

/// The ports, where the protocol has them: TCP, UDP, DCCP, SCTP, UDP-Lite begin alike.
#[inline]
pub(super) fn ports(protocol: u8, bytes: &[u8]) -> Option<(u16, u16)> {
    match protocol {
        number::TCP | number::UDP | 33 | 132 | 136 => Some((u16_at(bytes, 0)?, u16_at(bytes, 2)?)),
        _ => None,
    }
}
