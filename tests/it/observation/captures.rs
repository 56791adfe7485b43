//! Builds captures, byte for byte, in every shape that formats allow.

/// A packet to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Nanoseconds since 1970.
    pub time: u64,
    /// How many bytes it had on the wire.
    pub length: u32,
    pub bytes: Vec<u8>,
}

impl Packet {
    pub fn new(time: u64, bytes: &[u8]) -> Self {
        Self { time, length: bytes.len() as u32, bytes: bytes.to_vec() }
    }
}

/// Packets that differ in everything; times are whole microseconds.
pub fn some(count: u64) -> Vec<Packet> {
    let packet = |it: u64| {
        let bytes: Vec<u8> = (0..20 + it * 7 % 50).map(|at| (at * 3 + it) as u8).collect();
        let time = 1_790_000_000_000_000_000 + it * 1_234_567_000;
        Packet { length: bytes.len() as u32 + (it % 3) as u32 * 1000, ..Packet::new(time, &bytes) }
    };
    (0..count).map(packet).collect()
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    pub big: bool,
}

impl Ink {
    pub fn two(self, value: u16) -> [u8; 2] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub fn four(self, value: u32) -> [u8; 4] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub fn eight(self, value: u64) -> [u8; 8] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

pub const MICRO: u32 = 0xa1b2_c3d4;
pub const NANO: u32 = 0xa1b2_3c4d;
pub const PATCHED: u32 = 0xa1b2_cd34;

/// A pcap.
pub fn pcap(ink: Ink, magic: u32, link_type: u32, packets: &[Packet]) -> Vec<u8> {
    let head = [magic, if ink.big { 0x0002_0004 } else { 0x0004_0002 }, 0, 0, 65535, link_type];
    let mut out: Vec<u8> = head.iter().flat_map(|it| ink.four(*it)).collect();
    for packet in packets {
        let fraction = packet.time % 1_000_000_000;
        let fraction = if magic == NANO { fraction } else { fraction / 1000 };
        let seconds = packet.time / 1_000_000_000;
        for it in [seconds as u32, fraction as u32, packet.bytes.len() as u32, packet.length] {
            out.extend(ink.four(it));
        }
        if magic == PATCHED {
            out.extend([0; 8]);
        }
        out.extend(&packet.bytes);
    }
    out
}

/// A little-endian pcap of Ethernet with microseconds.
pub fn plain(packets: &[Packet]) -> Vec<u8> {
    pcap(Ink { big: false }, MICRO, 1, packets)
}

/// One block of pcapng.
pub fn block(ink: Ink, kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = ink.four(padded as u32 + 12);
    let mut out = [ink.four(kind), length].concat();
    out.extend(body);
    out.resize(8 + padded, 0);
    out.extend(length);
    out
}

pub fn option(ink: Ink, code: u16, value: &[u8]) -> Vec<u8> {
    let mut out = [ink.two(code), ink.two(value.len() as u16)].concat();
    out.extend(value);
    out.resize(4 + value.len().next_multiple_of(4), 0);
    out
}

pub fn section(ink: Ink) -> Vec<u8> {
    let mut body = ink.four(0x1a2b_3c4d).to_vec();
    body.extend(ink.two(1));
    body.extend(ink.two(0));
    body.extend([0xff; 8]);
    block(ink, 0x0a0d_0d0a, &body)
}

/// An interface with its options.
pub fn interface(ink: Ink, link_type: u16, snap: u32, options: &[Vec<u8>]) -> Vec<u8> {
    let mut body = [ink.two(link_type), [0; 2]].concat();
    body.extend(ink.four(snap));
    body.extend(options.concat());
    block(ink, 1, &body)
}

/// An enhanced packet, its time in ticks of the interface.
pub fn enhanced(ink: Ink, interface: u32, ticks: u64, packet: &Packet) -> Vec<u8> {
    let head =
        [interface, (ticks >> 32) as u32, ticks as u32, packet.bytes.len() as u32, packet.length];
    let mut body: Vec<u8> = head.iter().flat_map(|it| ink.four(*it)).collect();
    body.extend(&packet.bytes);
    block(ink, 6, &body)
}

/// A packet as before 2010.
pub fn old(ink: Ink, interface: u16, ticks: u64, packet: &Packet) -> Vec<u8> {
    let mut body = [ink.two(interface), ink.two(0xffff)].concat();
    let head = [(ticks >> 32) as u32, ticks as u32, packet.bytes.len() as u32, packet.length];
    body.extend(head.iter().flat_map(|it| ink.four(*it)));
    body.extend(&packet.bytes);
    block(ink, 2, &body)
}

/// A packet without a time.
pub fn simple(ink: Ink, packet: &Packet) -> Vec<u8> {
    let mut body = ink.four(packet.length).to_vec();
    body.extend(&packet.bytes);
    block(ink, 3, &body)
}

/// Interface statistics with these options.
pub fn statistics(ink: Ink, interface: u32, options: &[Vec<u8>]) -> Vec<u8> {
    let mut body = ink.four(interface).to_vec();
    body.extend([0; 8]);
    body.extend(options.concat());
    block(ink, 5, &body)
}

/// A pcapng of Ethernet with microseconds.
pub fn pcapng(ink: Ink, packets: &[Packet]) -> Vec<u8> {
    let mut out = [section(ink), interface(ink, 1, 0, &[])].concat();
    packets.iter().for_each(|it| out.extend(enhanced(ink, 0, it.time / 1000, it)));
    out
}
