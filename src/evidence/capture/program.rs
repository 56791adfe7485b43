//! A filter as a program of the kernel (classic BPF): what is left out never reaches this process.
//!
//! It may leave out less than the filter says (inside tunnels and second tags, of later fragments, and
//! of packets that are too short), never more: what counts as not looked at is what the filter says.
//!
//! Source: Linux, `Documentation/networking/filter.rst`; `include/uapi/linux/bpf_common.h`.

use crate::model::{Protocol, Service};
use crate::observation::{Filter, LeftOut};
use ipnetwork::IpNetwork;

/// One instruction: what, how far on when true and when false, with which number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step(pub(super) u16, pub(super) u8, pub(super) u8, pub(super) u32);

const WORD: u16 = 0x20;
const HALF: u16 = 0x28;
const BYTE: u16 = 0x30;
/// A half word, as far behind as the index says.
const HALF_BEHIND: u16 = 0x48;
/// The length of the packet.
const LENGTH: u16 = 0x80;
/// Into the index: the length of an IPv4 header.
const HEADER: u16 = 0xb1;
const LESS_INDEX: u16 = 0x1c;
const AND: u16 = 0x54;
const SHIFT: u16 = 0x74;
const JUMP: u16 = 0x05;
const EQUAL: u16 = 0x15;
const GREATER: u16 = 0x25;
const AT_LEAST: u16 = 0x35;
const HAS: u16 = 0x45;
const END: u16 = 0x06;

/// All of the packet is taken.
const TAKE: Step = Step(END, 0, 0, 1 << 18);
const LEAVE: Step = Step(END, 0, 0, 0);

/// Takes nothing.
pub(super) const NOTHING: &[Step] = &[LEAVE];

const ETHERNET: u16 = 1;
const RAW: u16 = 101;

/// The program for packets of a link type; none for one that it does not know.
pub(super) fn of(filter: &Filter, link_type: u16) -> Option<Vec<Step>> {
    // How long the head is, how the family is told, and as what.
    let (ip, mut program, kinds) = match link_type {
        ETHERNET => (14, vec![Step(HALF, 0, 0, 12)], [0x0800, 0x86dd]),
        RAW => (0, vec![Step(BYTE, 0, 0, 0), Step(SHIFT, 0, 0, 4)], [4, 6]),
        _ => return None,
    };
    program.splice(0..0, when_long(ip.max(1), &[]));
    for (kind, steps) in kinds.into_iter().zip([four(filter, ip), six(filter, ip)]) {
        program.extend([Step(EQUAL, 1, 0, kind), over(&steps)]);
        program.extend(steps);
    }
    program.push(TAKE);
    Some(program)
}

/// Jumps over what follows.
fn over(steps: &[Step]) -> Step {
    Step(JUMP, 0, 0, u32::try_from(steps.len()).unwrap_or(u32::MAX))
}

/// Goes on only in a packet of so many bytes; another is taken. `first` changes the length before.
fn when_long(least: u32, first: &[Step]) -> Vec<Step> {
    let mut steps = vec![Step(LENGTH, 0, 0, 0)];
    steps.extend(first);
    steps.extend([Step(AT_LEAST, 1, 0, least), TAKE]);
    steps
}

/// What is left out of IPv4; ends by taking the packet.
fn four(filter: &Filter, ip: u32) -> Vec<Step> {
    let mut steps = when_long(ip + 20, &[]);
    for network in networks(filter) {
        let IpNetwork::V4(it) = network else { continue };
        for at in [ip + 12, ip + 16] {
            let mask = Step(AND, 0, 0, it.mask().to_bits());
            let same = Step(EQUAL, 0, 1, it.network().to_bits());
            steps.extend([Step(WORD, 0, 0, at), mask, same, LEAVE]);
        }
    }
    for (protocol, number) in PROTOCOLS {
        let mut ports = vec![Step(HEADER, 0, 0, ip)];
        ports.extend(when_long(ip + 4, &[Step(LESS_INDEX, 0, 0, 0)]));
        ports.extend(these_ports(filter, protocol, HALF_BEHIND, ip));
        ports.push(TAKE);
        // Only the first fragment has ports.
        let fragment = [Step(HALF, 0, 0, ip + 6), Step(HAS, 0, 1, 0x1fff), TAKE];
        ports.splice(0..0, fragment);
        steps.extend([Step(BYTE, 0, 0, ip + 9), Step(EQUAL, 1, 0, number), over(&ports)]);
        steps.extend(ports);
    }
    steps.push(TAKE);
    steps
}

/// What is left out of IPv6; ends by taking the packet.
fn six(filter: &Filter, ip: u32) -> Vec<Step> {
    let mut steps = when_long(ip + 40, &[]);
    for network in networks(filter) {
        let IpNetwork::V6(it) = network else { continue };
        let halves = |bits: u128| [96, 64, 32, 0].map(|by| (bits >> by) as u32);
        let words = halves(it.mask().to_bits()).into_iter().zip(halves(it.network().to_bits()));
        let words: Vec<_> = words.zip([0, 4, 8, 12]).filter(|((mask, _), _)| *mask != 0).collect();
        for at in [ip + 8, ip + 24] {
            for (index, ((mask, word), offset)) in words.iter().enumerate() {
                // Three steps a word, and the leaving.
                let rest = u8::try_from((words.len() - index - 1) * 3 + 1).unwrap_or(u8::MAX);
                let load = Step(WORD, 0, 0, at + offset);
                steps.extend([load, Step(AND, 0, 0, *mask), Step(EQUAL, 0, rest, *word)]);
            }
            steps.push(LEAVE);
        }
    }
    for (protocol, number) in PROTOCOLS {
        let mut ports = when_long(ip + 44, &[]);
        ports.extend(these_ports(filter, protocol, HALF, ip + 40));
        ports.push(TAKE);
        steps.extend([Step(BYTE, 0, 0, ip + 6), Step(EQUAL, 1, 0, number), over(&ports)]);
        steps.extend(ports);
    }
    steps.push(TAKE);
    steps
}

const PROTOCOLS: [(Protocol, u32); 2] = [(Protocol::Tcp, 6), (Protocol::Udp, 17)];

fn networks(filter: &Filter) -> impl Iterator<Item = IpNetwork> + '_ {
    filter.terms().filter_map(|it| match it {
        LeftOut::Network(network) => Some(network),
        LeftOut::Ports(_) => None,
    })
}

/// Leaves when one of the two ports, which are loaded like this, is among those of a protocol.
fn these_ports(filter: &Filter, of: Protocol, load: u16, at: u32) -> Vec<Step> {
    let mut steps = Vec::new();
    for term in filter.terms() {
        let LeftOut::Ports(Service::Ports { protocol, first, last }) = term else { continue };
        if protocol != of {
            continue;
        }
        for at in [at, at + 2] {
            let range = [Step(AT_LEAST, 0, 2, first.into()), Step(GREATER, 1, 0, last.into())];
            steps.push(Step(load, 0, 0, at));
            steps.extend(range);
            steps.push(LEAVE);
        }
    }
    steps
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read its own words shall fail"
)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    /// What the kernel does with a program: whether a packet is taken.
    fn takes(program: &[Step], packet: &[u8]) -> bool {
        let load = |at: usize, length: usize| {
            let bytes = packet.get(at..at + length)?;
            Some(bytes.iter().fold(0_u32, |it, byte| it << 8 | u32::from(*byte)))
        };
        let (mut at, mut a, mut x) = (0, 0_u32, 0_u32);
        loop {
            let Step(what, yes, no, k) = program[at];
            at += 1;
            let test = |it: bool| usize::from(if it { yes } else { no });
            match what {
                WORD => a = load(k as usize, 4).expect("a load within the packet"),
                HALF => a = load(k as usize, 2).expect("a load within the packet"),
                BYTE => a = load(k as usize, 1).expect("a load within the packet"),
                HALF_BEHIND => a = load((k + x) as usize, 2).expect("a load within the packet"),
                LENGTH => a = packet.len() as u32,
                HEADER => x = (load(k as usize, 1).expect("a load within the packet") & 15) * 4,
                LESS_INDEX => a = a.wrapping_sub(x),
                AND => a &= k,
                SHIFT => a >>= k,
                JUMP => at += k as usize,
                EQUAL => at += test(a == k),
                GREATER => at += test(a > k),
                AT_LEAST => at += test(a >= k),
                HAS => at += test(a & k != 0),
                END => return k > 0,
                other => panic!("{other:#x} is no instruction"),
            }
        }
    }

    fn packet(from: IpAddr, to: IpAddr, protocol: u8, ports: [u16; 2]) -> Vec<u8> {
        let body = [ports[0].to_be_bytes(), ports[1].to_be_bytes()].concat();
        match (from, to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => [
                &[0x46, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0][..],
                &from.octets(),
                &to.octets(),
                &[1; 4],
                &body,
            ]
            .concat(),
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                [&[0x60, 0, 0, 0, 0, 4, protocol, 64][..], &from.octets(), &to.octets(), &body]
                    .concat()
            }
            _ => panic!("addresses of two kinds"),
        }
    }

    #[test]
    fn the_program_leaves_out_what_the_filter_says() {
        let filter = Filter::parse(
            "not host 10.0.0.5 and not net 10.20.0.0/16 and not net 2001:db8:7::/48 \
             and not host 2001:db8::5 and not tcp port 445 and not udp portrange 5000-5010",
        );
        let filter = filter.unwrap();
        let v4 = ["10.0.0.5", "10.0.0.4", "10.20.9.9", "10.21.0.0", "192.0.2.1"];
        let v6 = ["2001:db8::5", "2001:db8::4", "2001:db8:7::1", "2001:db8:8::1"];
        let ports = [1, 444, 445, 446, 4999, 5000, 5010, 5011];
        let (mut taken, mut left) = (0, 0);
        for all in [&v4[..], &v6] {
            let all: Vec<IpAddr> = all.iter().map(|it| it.parse().unwrap()).collect();
            for (from, to) in all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b))) {
                for (protocol, pair) in [1, 6, 17].into_iter().flat_map(|protocol| {
                    ports.iter().flat_map(move |a| ports.map(|b| (protocol, [*a, b])))
                }) {
                    let packet = packet(from, to, protocol, pair);
                    let known = [6, 17].contains(&protocol).then_some(pair);
                    let expected = !filter.leaves_out([from, to], protocol, known);
                    let program = of(&filter, RAW).unwrap();
                    assert_eq!(
                        takes(&program, &packet),
                        expected,
                        "{from} {to} {protocol} {pair:?}"
                    );
                    let kind = if from.is_ipv4() { [8, 0] } else { [0x86, 0xdd] };
                    let frame = [&[2; 12][..], &kind, &packet].concat();
                    let program = of(&filter, ETHERNET).unwrap();
                    assert_eq!(takes(&program, &frame), expected);
                    *(if expected { &mut taken } else { &mut left }) += 1;
                }
            }
        }
        assert!(taken > 1000 && left > 1000, "{taken} {left}");
    }

    #[test]
    fn what_is_no_whole_packet_or_no_ip_is_taken() {
        let filter = Filter::parse("not net 0.0.0.0/0 and not net ::/0 and not port 5").unwrap();
        let program = of(&filter, ETHERNET).unwrap();
        let [a, b] = ["192.0.2.1", "192.0.2.2"].map(|it| it.parse().unwrap());
        let whole = [&[2; 12][..], &[8, 0], &packet(a, b, 17, [5, 5])].concat();
        assert!(!takes(&program, &whole));
        for kept in 0..34 {
            assert!(takes(&program, &whole[..kept]), "{kept} bytes");
        }
        let arp = [&[2; 12][..], &[8, 6], &[0; 28]].concat();
        assert!(takes(&program, &arp));
        // Without networks, only what has both ports is left out: no later fragment, nothing cut.
        let program = of(&Filter::parse("not port 5").unwrap(), ETHERNET).unwrap();
        assert!(!takes(&program, &whole));
        assert!((0..whole.len()).all(|it| takes(&program, &whole[..it])));
        let mut later = whole;
        later[21] = 9;
        assert!(takes(&program, &later));
        assert_eq!(of(&filter, 105), None);
    }
}
