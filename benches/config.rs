//! How fast configurations of devices are read: files of 100,000 lines, as large sites have them.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use sekisho::config;
use sekisho::source::{FileId, SourceMap};
use std::fmt::Write as _;

const LINES: usize = 100_000;

/// Addresses, groups, services and policies in the proportions of a large site.
fn fortigate() -> String {
    let mut text = String::from(
        "#config-version=FGT1KF-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin\n\
         config system interface\n    edit \"port1\"\n        set ip 203.0.113.2 255.255.255.248\n    next\n    \
         edit \"port2\"\n        set ip 10.0.0.1 255.0.0.0\n    next\nend\n",
    );
    // An address takes 4 lines, a group 3, a service 3, a policy 14.
    let (addresses, groups, services) = (LINES / 20, LINES / 150, LINES / 150);
    text.push_str("config firewall address\n");
    for n in 0..addresses {
        let (b, c, d) = (n / 65536 % 256, n / 256 % 256, n % 256);
        let _ = write!(
            text,
            "    edit \"host-{n}\"\n        set uuid 8a3f2d3e-0000-51ee-0000-{n:012}\n        \
             set subnet 10.{b}.{c}.{d} 255.255.255.255\n    next\n"
        );
    }
    text.push_str("end\nconfig firewall addrgrp\n");
    for n in 0..groups {
        let _ = write!(text, "    edit \"group-{n}\"\n        set member");
        for member in 0..12 {
            let _ = write!(text, " \"host-{}\"", (n * 12 + member) % addresses);
        }
        text.push_str("\n    next\n");
    }
    text.push_str("end\nconfig firewall service custom\n");
    for n in 0..services {
        let port = 1024 + n % 60000;
        let _ = write!(
            text,
            "    edit \"service-{n}\"\n        set tcp-portrange {port} {}-{}\n    next\n",
            port + 1,
            port + 4
        );
    }
    text.push_str("end\nconfig firewall policy\n");
    let mut written = text.lines().count();
    let mut n = 0;
    while written + 15 < LINES {
        n += 1;
        let _ = write!(
            text,
            "    edit {n}\n        set name \"policy {n}\"\n        set uuid 9b3f2d3e-0000-51ee-0000-{n:012}\n        \
             set srcintf \"port2\"\n        set dstintf \"port1\"\n        set action accept\n        \
             set srcaddr \"group-{}\" \"host-{}\"\n        set dstaddr \"host-{}\"\n        set schedule \"always\"\n        \
             set service \"service-{}\" \"HTTPS\"\n        set logtraffic all\n        set comments \"request {n}\"\n        \
             set nat enable\n    next\n",
            n % groups,
            n % addresses,
            (n * 7) % addresses,
            n % services
        );
        written += 14;
    }
    text.push_str("end\n");
    text
}

/// One rule a line, in chains of a thousand.
fn iptables() -> String {
    let mut text =
        String::from("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    for chain in 0..LINES / 1000 {
        let _ = writeln!(text, ":site-{chain} - [0:0]");
    }
    for n in 0..LINES - 200 {
        let (chain, b, c, d) = (n % (LINES / 1000), n / 65536 % 256, n / 256 % 256, n % 256);
        let _ = writeln!(
            text,
            "-A site-{chain} -s 10.{b}.{c}.{d}/32 -d 192.0.2.{d}/32 -p tcp -m tcp --dport {} -j ACCEPT",
            1024 + n % 60000
        );
    }
    text.push_str("-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n");
    text
}

fn added(text: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::new();
    let file = sources.add("device.conf", text.to_owned());
    (sources, file)
}

fn reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("100000 lines");
    group.sample_size(10);
    for (name, text) in [("fortigate", fortigate()), ("iptables", iptables())] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| {
            b.iter_batched_ref(
                || added(&text),
                |(sources, file)| config::read(sources, *file).map(|it| it.coverage.lines()),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, reading);

/// With `ONCE=fortigate` or `ONCE=iptables` set, reads that text once, so that the memory of the
/// whole process can be measured (`/usr/bin/time -v`).
fn main() {
    let Some(which) = std::env::var_os("ONCE") else {
        benches();
        return Criterion::default().configure_from_args().final_summary();
    };
    let (mut sources, file) = added(&if which == "iptables" { iptables() } else { fortigate() });
    let size = sources.file(file).text().len();
    let read = config::read(&mut sources, file).unwrap();
    assert_eq!(size, sources.file(file).text().len());
    assert!(read.coverage.unrecognized.is_empty(), "{} lines", read.coverage.unrecognized.len());
}
