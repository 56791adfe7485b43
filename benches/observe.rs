//! How fast packets become facts. `cargo bench --bench observe` measures: packets per second of
//! one observer over crafted traffic like a hospital's, over many short flows, and the end.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sekisho::observation::{Header, Observer, Record, Source, SourceKind};
use std::hint::black_box;

#[allow(dead_code)]
#[path = "../tests/it/observation/packets.rs"]
mod packets;
use packets::{Bytes, SYN, between, ethernet, mac, session, tcp, udp, vlan};

fn framed(packet: &[u8]) -> Bytes {
    ethernet(mac(1), mac(2), 0x0800, packet)
}

/// Sessions of several clients that say much, a question to a name server before each, half of it
/// in a VLAN.
fn ordinary() -> Vec<Bytes> {
    let page = [b'x'; 1000];
    let mut out = Vec::new();
    for client in 0..200u16 {
        let address = format!("10.0.{}.{}", client / 100, client % 100 + 1);
        let question =
            between(&address, "10.0.0.53").carries(17, &udp((40000 + client, 53), &page[..40]));
        out.push(framed(&question));
        let hello: &[u8] = b"SSH-2.0-Viewer_1.0\r\n";
        let mut said = vec![(true, hello), (false, hello)];
        said.extend((0..40).map(|it| (it % 8 == 0, page.as_slice())));
        let packets = session((&address, 50000 + client), ("10.1.0.10", 22), &said);
        out.extend(packets.iter().map(|it| {
            if client % 2 == 0 {
                framed(it)
            } else {
                ethernet(mac(1), mac(2), 0x8100, &vlan(12, 0x0800, it))
            }
        }));
    }
    out
}

/// One packet each of many flows.
fn attempts() -> Vec<Bytes> {
    let attempt = |it: u32| {
        let target = format!("10.{}.{}.{}", 32 + it / 62_500, it / 250 % 250, it % 250 + 1);
        framed(&between("10.0.0.1", &target).carries(6, &tcp((50000, 445), SYN, it + 1, b"")))
    };
    (0..100_000).map(attempt).collect()
}

fn header() -> Header {
    let name = "tap.pcap".to_owned();
    let source = Source { kind: SourceKind::File, name, bytes: 0, sha256: String::new() };
    Header { tap: "core".to_owned(), source, interfaces: Vec::new(), dropped: None, damaged: 0 }
}

fn watched(packets: &[Bytes]) -> Observer {
    let mut observer = Observer::new();
    for (at, bytes) in (0u64..).zip(packets) {
        let (time, length) = (1_790_000_000_000_000_000 + at * 1000, bytes.len() as u32);
        observer.packet(&Record { time, interface: 0, link_type: 1, length, bytes });
    }
    observer
}

fn observe(bench: &mut Criterion) {
    for (name, packets) in [("ordinary traffic", ordinary()), ("attempts", attempts())] {
        let mut group = bench.benchmark_group(name);
        group.throughput(Throughput::Elements(packets.len() as u64));
        group.bench_function("packets", |it| it.iter(|| watched(black_box(&packets))));
        let observer = watched(&packets);
        group.bench_function("the end", |it| {
            it.iter_batched(
                || observer.clone(),
                |it| it.finished(header()).conversations().count(),
                BatchSize::LargeInput,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, observe);
criterion_main!(benches);
