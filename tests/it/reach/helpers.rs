//! UDP broadcasts that a router sends on to a helper: whoever stands where they are heard reaches it.

use super::network::asked;
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// A maintainer on a line, guests and servers behind one router.
const HOSPITAL: &str = "
schema: 1
zones:
  clinical: {name: C, kind: clinical, networks: [192.168.10.0/24]}
  guest: {name: G, kind: guest, networks: [192.168.77.0/24]}
parties: {v: {name: V, kind: vendor, networks: [10.200.0.0/16], internet_exposed: no}}
circuits: {line: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: router
    interfaces:
      out: {circuit: line, addresses: [10.255.0.2/29]}
      lan: {zone: clinical, addresses: [192.168.10.1/24]}
      wifi: {zone: guest, addresses: [192.168.77.1/24]}
systems:
  dhcp: {name: dhcp, kind: directory, class: server, zone: clinical, addresses: [192.168.10.10]}
connections:
  c: {name: C, number: 1, purpose: remote-maintenance, party: v, circuit: line, at: gate.out, transport: ip-vpn, allow: []}
";

const GATE: &str = "version 15.7
hostname gate
interface GigabitEthernet0/0
 ip address 10.255.0.2 255.255.255.248
 ip access-group VENDOR in
 ip helper-address 192.168.10.10
interface GigabitEthernet0/1
 ip address 192.168.10.1 255.255.255.0
 ip access-group SHUT out
interface GigabitEthernet0/2
 ip address 192.168.77.1 255.255.255.0
 ip helper-address 192.168.10.10
ip route 10.200.0.0 255.255.0.0 10.255.0.1
ip access-list extended VENDOR
 permit udp any host 255.255.255.255
 deny ip any any
ip access-list extended SHUT
 deny ip any any
end
";

fn verdict(from: (EntityKind, &str), service: Service, gate: &str) -> Verdict {
    let from = End::Thing(EntityRef::new(from.0, from.1));
    let to = End::Thing(EntityRef::new(EntityKind::System, "dhcp"));
    let question = Question { from, to, services: vec![service], at: None };
    asked(HOSPITAL, &[("gate", gate)], |reach| reach.paths(&question).verdict())
}

const SENDERS: [(EntityKind, &str); 2] = [(EntityKind::Party, "v"), (EntityKind::Zone, "guest")];

#[test]
fn a_helper_is_reached_by_broadcasts_past_the_lists_on_the_way_out() {
    for from in SENDERS {
        for port in [37, 49, 53, 67, 68, 69, 137, 138] {
            assert_eq!(verdict(from, Service::udp(port), GATE), Verdict::Undetermined, "{port}");
        }
        for other in [Service::udp(161), Service::tcp(53)] {
            assert_eq!(verdict(from, other, GATE), Verdict::Isolated, "{other:?}");
        }
        let none = GATE.replace(" ip helper-address 192.168.10.10\n", "");
        assert_eq!(verdict(from, Service::udp(69), &none), Verdict::Isolated);
    }
}

#[test]
fn what_is_not_forwarded_or_heard_does_not_reach_it() {
    let without = |line: &str| GATE.replace("\nend\n", &format!("\n{line}\nend\n"));
    for from in SENDERS {
        let tftp = |gate: &str| verdict(from, Service::udp(69), gate);
        assert_eq!(tftp(&without("no ip forward-protocol udp tftp")), Verdict::Isolated);
        assert_eq!(tftp(&without("no ip forward-protocol udp 53")), Verdict::Undetermined);
        assert_eq!(tftp(&without("no ip forward-protocol udp")), Verdict::Isolated);
        let more = without("ip forward-protocol udp 5000");
        assert_eq!(verdict(from, Service::udp(5000), &more), Verdict::Undetermined);
    }
    let deaf = GATE.replace(" permit udp any host 255.255.255.255\n", "");
    assert_eq!(verdict(SENDERS[0], Service::udp(69), &deaf), Verdict::Isolated);
}
