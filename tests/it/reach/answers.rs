//! Which sessions get their answers back through a device.

use crate::config::read_as;
use sekisho::model::device::{Interface, InterfaceKind};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::device::Machine;
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{Assumptions, Bound};
use sekisho::source::{Span, Spanned};

const OUT: &str = "198.51.100.9";
const IN: &str = "10.0.0.5";

fn packet(protocol: u8, source: &str, destination: &str, port: u16) -> Packet {
    let mut packet = Packet::tcp(source.parse().unwrap(), destination.parse().unwrap(), port);
    packet.protocol = protocol;
    if protocol == 1 {
        (packet.source_port, packet.destination_port, packet.icmp_type) = (0, 0, port as u8);
    }
    packet
}

/// For each packet from one interface to another: `+` is answered, `-` is not, `?` nobody knows.
fn check(format: &str, text: &str, cases: &[(&str, &str, Packet, char)]) {
    let config = read_as(format, text).1.config;
    let thing = EntityRef { kind: EntityKind::Device, id: "gate".to_owned() };
    let machine = Machine::new(thing, &config);
    let position = |name: &str| config.interfaces.iter().position(|it| it.name.value == name);
    let mut wrong = String::new();
    for (from, to, packet, expected) in cases {
        let answered = |bound| {
            let packets: PacketSet = packet.into();
            let mut assumptions = Assumptions::default();
            let set =
                machine.answered(position(from), position(to), &packets, bound, &mut assumptions);
            assert!(packets.includes(&set), "answers to nothing: {packet:?}");
            !set.is_empty()
        };
        let came = match (answered(Bound::Certain), answered(Bound::Possible)) {
            (true, true) => '+',
            (false, false) => '-',
            (false, true) => '?',
            (true, false) => '!',
        };
        if came != *expected {
            wrong += &format!("{from} to {to}, {packet:?}: {came}, expected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{format}:\n{wrong}{:#?}\n{:#?}", config.filters, config.applied);
}

const IOS: &str = "version 15.7
hostname gate
!
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 ip access-group from-outside in
!
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
!
ip access-list extended from-outside
 permit tcp any any established
 permit udp any eq domain any
 permit icmp any any echo-reply
";
const WAN: &str = "GigabitEthernet0/0";
const LAN: &str = "GigabitEthernet0/1";

#[test]
fn a_router_without_memory_answers_what_its_lists_let_back() {
    check(
        "cisco-ios",
        IOS,
        &[
            (LAN, WAN, packet(6, IN, OUT, 443), '+'),
            (LAN, WAN, packet(17, IN, OUT, 53), '+'),
            (LAN, WAN, packet(17, IN, OUT, 123), '-'),
            (LAN, WAN, packet(1, IN, OUT, 8), '+'),
            // A timestamp is asked, and its answer is none of an echo.
            (LAN, WAN, packet(1, IN, OUT, 13), '-'),
            // What comes in is answered through no list at all.
            (WAN, LAN, packet(17, OUT, IN, 53), '+'),
            // The device itself asks a name server, and is asked.
            ("", WAN, packet(17, "198.51.100.1", OUT, 53), '+'),
            ("", WAN, packet(17, "198.51.100.1", OUT, 123), '-'),
            (WAN, "", packet(17, OUT, "198.51.100.1", 161), '+'),
        ],
    );
}

#[test]
fn inspection_remembers_the_sessions_it_watches() {
    let watched = IOS
        .replace("hostname gate\n", "hostname gate\nip inspect name watch udp\n")
        .replace(" ip access-group", " ip inspect watch out\n ip access-group");
    let cases =
        &[(LAN, WAN, packet(17, IN, OUT, 123), '+'), (LAN, WAN, packet(1, IN, OUT, 13), '-')];
    check("cisco-ios", &watched, cases);
}

#[test]
fn dynamic_filters_answer_through_the_other_direction() {
    let text = "# RTX1220 Rev.15.04.04
ip lan1 address 10.0.0.1/24
ip lan2 address 198.51.100.1/24
ip lan2 secure filter in 1 2
ip lan2 secure filter out 3 dynamic 100
ip filter 1 pass * 10.0.0.5 tcp * 443
ip filter 2 reject * * * * *
ip filter 3 pass * * * * *
ip filter dynamic 100 * * tcp
";
    check(
        "yamaha-rtx",
        text,
        &[
            ("lan1", "lan2", packet(6, IN, OUT, 22), '+'),
            ("lan1", "lan2", packet(17, IN, OUT, 53), '-'),
            ("lan2", "lan1", packet(6, OUT, IN, 443), '+'),
        ],
    );
}

#[test]
fn a_rule_set_without_states_needs_a_rule_for_answers() {
    let text = "*filter
:FORWARD DROP [0:0]
-A FORWARD -i eth1 -o eth0 -j ACCEPT
COMMIT
";
    // `iptables-save` names no interfaces: between any.
    let any = |text: &str, expected| {
        let mut config = read_as("iptables", text).1.config;
        let thing = EntityRef { kind: EntityKind::Device, id: "gate".to_owned() };
        let span = Span { file: Default::default(), start: 0, end: 0 };
        for name in ["eth0", "eth1"] {
            let name = Spanned { value: name.to_owned(), span };
            config.interfaces.push(Interface::new(name, InterfaceKind::Ethernet));
        }
        let machine = Machine::new(thing, &config);
        let packets: PacketSet = (&packet(6, IN, OUT, 443)).into();
        for bound in [Bound::Certain, Bound::Possible] {
            let mut assumptions = Assumptions::default();
            let set = machine.answered(Some(1), Some(0), &packets, bound, &mut assumptions);
            assert_eq!(set == packets, expected, "{bound:?}");
        }
    };
    any(text, false);
    let state = "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT";
    any(&text.replace("COMMIT", state), true);
}
