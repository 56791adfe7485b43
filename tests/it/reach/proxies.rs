//! A device answers on a link for the addresses that it translates, though no interface has them.

use super::network::asked;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// Two firewalls in series, with a network between them.
const HOSPITAL: &str = "
schema: 1
zones:
  dmz: {name: D, kind: dmz, networks: [172.20.0.0/24]}
  clinical: {name: C, kind: clinical, networks: [192.168.10.0/24]}
parties: {v: {name: V, kind: vendor, networks: [10.200.0.0/16]}}
circuits: {line: {kind: ip-vpn}}
devices:
  outer:
    name: outer
    kind: firewall
    interfaces: {o: {circuit: line, addresses: [10.255.0.2/29]}, i: {zone: dmz, addresses: [172.20.0.1/24]}}
  inner:
    name: inner
    kind: firewall
    interfaces: {o: {zone: dmz, addresses: [172.20.0.2/24]}, i: {zone: clinical, addresses: [192.168.10.1/24]}}
systems:
  s: {name: S, kind: ehr, class: server, zone: clinical, addresses: [192.168.10.10]}
connections:
  c: {name: K, purpose: remote-maintenance, party: v, circuit: line, at: outer.o, transport: ip-vpn, allow: []}
";

const OUTER: &str = "version 15.7
hostname outer
interface GigabitEthernet0/0
 ip address 10.255.0.2 255.255.255.248
 ip access-group IN in
interface GigabitEthernet0/1
 ip address 172.20.0.1 255.255.255.0
ip route 10.200.0.0 255.255.0.0 10.255.0.1
ip access-list extended IN
 permit tcp 10.200.0.0 0.0.255.255 host 172.20.0.50 eq 3389
 deny ip any any
end
";

const ASA: &str = "ASA Version 9.12(4)
hostname inner
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 172.20.0.2 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 192.168.10.1 255.255.255.0
object network S
 host 192.168.10.10
 nat (inside,outside) static 172.20.0.50
access-list OUT extended permit tcp any host 192.168.10.10 eq 3389
access-group OUT in interface outside
route outside 0.0.0.0 0.0.0.0 172.20.0.1 1
: end
";

const IOS: &str = "version 15.7
hostname inner
interface GigabitEthernet0/0
 ip address 172.20.0.2 255.255.255.0
 ip nat outside
interface GigabitEthernet0/1
 ip address 192.168.10.1 255.255.255.0
 ip nat inside
ip nat inside source static 192.168.10.10 172.20.0.50
ip route 0.0.0.0 0.0.0.0 172.20.0.1
end
";

fn reached(outer: &str, inner: &str) -> Verdict {
    asked(HOSPITAL, &[("outer", outer), ("inner", inner)], |reach| {
        let end = |kind, id| End::Thing(EntityRef::new(kind, id));
        let (from, to) = (end(EntityKind::Party, "v"), end(EntityKind::System, "s"));
        let services = vec!["3389/tcp".parse().expect("a service")];
        reach.paths(&Question { from, to, services, at: None }).verdict()
    })
}

#[test]
fn packets_to_a_translated_address_of_the_link_get_to_who_translates_it() {
    assert_eq!(reached(OUTER, ASA), Verdict::Reachable);
    // Others answer when they are told to.
    assert_eq!(reached(OUTER, IOS), Verdict::Undetermined);
}

#[test]
fn packets_to_other_addresses_of_the_link_do_not() {
    let elsewhere = OUTER.replace("172.20.0.50", "172.20.0.51");
    for inner in [ASA, IOS] {
        assert_eq!(reached(&elsewhere, inner), Verdict::Isolated);
    }
    let inactive = IOS.replace("ip nat inside source static", "! ip nat inside source static");
    assert_eq!(reached(OUTER, &inactive), Verdict::Isolated);
}
