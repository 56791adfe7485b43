//! What tests ask of an observer.

use super::packets::{Bytes, ethernet, mac};
use sekisho::observation::{FlowSeen, Header, Observer, Piece, Record, Source, SourceKind};

pub const ETHERNET: u16 = 1;
pub const BEGIN: u64 = 1_790_000_000_000_000_000;
const STEP: u64 = 1_000_000;

/// What stands beside the packets.
pub fn header() -> Header {
    let source = Source {
        kind: SourceKind::File,
        name: "tap.pcap".to_owned(),
        bytes: 0,
        sha256: String::new(),
    };
    Header { tap: "core".to_owned(), source, interfaces: Vec::new(), dropped: None, damaged: 0 }
}

/// An observer that has seen these packets, a millisecond apart.
pub fn watched(link_type: u16, packets: &[Bytes]) -> Observer {
    let mut observer = Observer::new();
    for (at, bytes) in (0..).zip(packets) {
        observer.packet(&record(link_type, at, bytes));
    }
    observer
}

pub fn record(link_type: u16, at: u64, bytes: &[u8]) -> Record<'_> {
    let length = bytes.len() as u32;
    Record { time: BEGIN + at * STEP, interface: 0, link_type, length, bytes }
}

/// The piece of these frames.
pub fn piece(frames: &[Bytes]) -> Piece {
    watched(ETHERNET, frames).finish(header())
}

/// The flows of these packets.
pub fn flows(link_type: u16, packets: &[Bytes]) -> Vec<FlowSeen> {
    watched(link_type, packets).flows().collect()
}

/// `a:1>b:2/6 inside` of a flow, for messages and comparison.
pub fn brief(flow: &FlowSeen) -> String {
    let [from, to] = [flow.from, flow.to].map(|(address, port)| format!("{address}:{port}"));
    let vlans: String = flow.vlans.iter().map(|it| format!(" vlan:{it}")).collect();
    let inside: String = flow.inside.iter().map(|it| format!(" {it}")).collect();
    format!("{from}>{to}/{}{vlans}{inside}", flow.protocol)
}

pub fn briefs(flows: &[FlowSeen]) -> Vec<String> {
    flows.iter().map(brief).collect()
}

/// IP packets as frames between two stations: 1 is who sends the first packet.
pub fn framed(packets: &[Bytes]) -> Vec<Bytes> {
    let source =
        |it: &Bytes| if it[0] >> 4 == 4 { it[12..16].to_vec() } else { it[8..24].to_vec() };
    let first = packets.first().map(source);
    let frame = |it: &Bytes| {
        let (from, to) = if Some(source(it)) == first { (1, 2) } else { (2, 1) };
        ethernet(mac(from), mac(to), if it[0] >> 4 == 4 { 0x0800 } else { 0x86dd }, it)
    };
    packets.iter().map(frame).collect()
}
