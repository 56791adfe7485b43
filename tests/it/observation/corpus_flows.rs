//! Over the corpus of real captures: packets, ends and who began, as independent tools tell them.

use super::watching::header;
use crate::support::corpus;
use sekisho::evidence::capture::packed::unpack;
use sekisho::evidence::capture::read;
use sekisho::observation::{Guess, Observer, Record};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

type End = (IpAddr, u16);
/// Both ends, sorted, and the protocol; and who sent the SYN, where it was seen.
type Flows = BTreeMap<(End, End, u8), Option<End>>;

/// Flows that Zeek lists and the expected files do not: IPv6 in Teredo on a port of its own.
const ALSO_TRUE: &[(&str, &str)] = &[("zeek__Teredo.pcap", "2001:4860:0:2001::68")];

fn end(text: &str) -> End {
    let (address, port) = text.rsplit_once(':').expect("an address and a port");
    let address = address.trim_matches(|it| it == '[' || it == ']');
    (address.parse().expect("an address"), port.parse().expect("a port"))
}

fn is_one(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => !it.is_multicast() && !it.is_broadcast(),
        IpAddr::V6(it) => !it.is_multicast(),
    }
}

fn add(to: &mut Flows, a: End, b: End, protocol: u8, began: Option<End>) {
    if is_one(a.0) && is_one(b.0) {
        let known = to.entry((a.min(b), a.max(b), protocol)).or_default();
        *known = known.or(began);
    }
}

fn expected(text: &str) -> (u64, Flows) {
    let told: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let mut flows = Flows::new();
    for (key, protocol) in [("tcp", 6), ("udp", 17)] {
        for flow in told[key].as_array().into_iter().flatten() {
            let [a, b] = [0, 1].map(|it| end(flow[it].as_str().expect("an end")));
            let began = flow[3].as_str().and_then(|it| it.split_once('>'));
            add(&mut flows, a, b, protocol, began.filter(|_| protocol == 6).map(|it| end(it.0)));
        }
    }
    (told["packets"].as_u64().expect("a number"), flows)
}

fn seen(path: &Path) -> (u64, Flows) {
    let mut observer = Observer::new();
    let file = std::fs::File::open(path).expect("it opens");
    let outcome =
        read(unpack(file).expect("it unpacks"), |it| observer.packet(it)).expect("a capture");
    let mut flows = Flows::new();
    for flow in observer.flows().filter(|it| [6, 17].contains(&it.protocol)) {
        let began = (flow.guess == Guess::Syn).then_some(flow.from);
        add(&mut flows, flow.from, flow.to, flow.protocol, began);
    }
    (outcome.packets, flows)
}

#[test]
fn flows_of_the_corpus_are_those_that_other_tools_see() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) =
            std::fs::read_to_string(corpus.join("expected").join(format!("{name}.json")))
        else {
            continue;
        };
        let (mut found, expected) = (seen(&path), expected(&text));
        for (_, address) in ALSO_TRUE.iter().filter(|it| it.0 == name) {
            let address: IpAddr = address.parse().unwrap();
            found.1.retain(|(a, b, _), _| a.0 != address && b.0 != address);
        }
        assert_eq!(found, expected, "{name}");
        compared += 1;
    }
    assert!(compared > 60, "only {compared} captures");
}

/// Captures whose parts put together differ from the whole at some cuts, and why: see
/// `Observer::absorb`.
const SEAMS: &[(&str, &str)] = &[
    ("arkime__cloudshark-bgp-md5.pcap", "a copy across the seam"),
    ("arkime__ospf.pcap", "a copy across the seam"),
    ("pcapng-test-generator__test202.pcapng", "a copy across the seam"),
    ("zeek__q-in-q.pcap", "a copy across the seam"),
    ("suricata-verify__RDP-003.pcap", "a greeting torn in two"),
    ("zeek-spicy-ipsec__ipsec.cap", "more datagrams heard than one observer would"),
    ("zeek-spicy-ipsec__ipsec_client.pcap", "a session that another flow's seam splits"),
    ("zeek__Teredo.pcap", "more datagrams heard than one observer would"),
    ("zeek__snmpwalk-short.pcap", "more datagrams heard than one observer would"),
    ("zeek__fragmented-1.pcap", "fragments that overlap"),
];

#[test]
fn parts_of_a_capture_put_together_are_the_whole() {
    let Some(corpus) = corpus() else { return };
    let mut cuts = 0;
    for entry in std::fs::read_dir(corpus.join("captures")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = std::fs::File::open(&path).expect("it opens");
        let mut packets = Vec::new();
        read(unpack(file).expect("it unpacks"), |it| {
            packets.push((it.time, it.link_type, it.length, it.bytes.to_vec()));
        });
        let watched = |part: &[(u64, u16, u32, Vec<u8>)]| {
            let mut observer = Observer::new();
            for (time, link_type, length, bytes) in part {
                let (time, link_type, length) = (*time, *link_type, *length);
                observer.packet(&Record { time, interface: 0, link_type, length, bytes });
            }
            observer
        };
        let whole = watched(&packets).finish(header());
        if SEAMS.iter().any(|it| it.0 == name) {
            continue;
        }
        for part in 1..6 {
            let (before, behind) = packets.split_at(packets.len() * part / 6);
            let mut first = watched(before);
            first.absorb(watched(behind));
            assert_eq!(first.finish(header()), whole, "{name}, cut at {}", before.len());
            cuts += 1;
        }
    }
    assert!(cuts > 200, "only {cuts} cuts");
}
