//! Ports that are one network of layer 2: frames between them do not meet what filters routed packets.

use super::network::asked;
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// A line and the servers on two ports of one device; the maintainer has addresses of their network.
fn verdict(ports: (&str, &str), gate: &str) -> Verdict {
    let (out, inner) = ports;
    let hospital = format!(
        "
schema: 1
zones:
  clinical: {{name: C, kind: clinical, networks: [192.168.10.0/24]}}
parties: {{v: {{name: V, kind: vendor, networks: [192.168.10.64/28], internet_exposed: no}}}}
circuits: {{line: {{kind: ip-vpn}}}}
devices:
  gate:
    name: gate
    kind: firewall
    interfaces: {{{out}: {{circuit: line}}, {inner}: {{zone: clinical}}}}
systems:
  db: {{name: db, kind: ehr, class: server, zone: clinical, addresses: [192.168.10.10]}}
connections:
  c: {{name: C, number: 1, purpose: remote-maintenance, party: v, circuit: line, at: gate.{out}, transport: ip-vpn,
      allow: [{{from: 192.168.10.64/28, to: db, services: [22/tcp]}}]}}
"
    );
    let thing = |kind, id: &str| End::Thing(EntityRef::new(kind, id));
    let (from, to) = (thing(EntityKind::Party, "v"), thing(EntityKind::System, "db"));
    let question = Question { from, to, services: vec![Service::tcp(3389)], at: None };
    asked(&hospital, &[("gate", gate)], |reach| reach.paths(&question).verdict())
}

const FORTIGATE: &str =
    "#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system virtual-switch
    edit \"lan\"
        set physical-switch \"sw0\"
        config port
            edit \"internal1\"
            next
            edit \"internal2\"
            next
        end
    next
end
config system interface
    edit \"lan\"
        set ip 192.168.10.1 255.255.255.0
        set type hard-switch
    next
    edit \"internal1\"
    next
    edit \"internal2\"
    next
end
config firewall policy
end
";

#[test]
fn ports_of_one_switch_are_not_kept_apart_by_policies() {
    assert_eq!(verdict(("internal2", "internal1"), FORTIGATE), Verdict::Undetermined);
    let soft = FORTIGATE
        .replace("virtual-switch", "switch-interface")
        .replace("        set physical-switch \"sw0\"\n        config port\n            edit \"internal1\"\n            next\n            edit \"internal2\"\n            next\n        end\n", "        set member \"internal1\" \"internal2\"\n");
    assert_ne!(soft, FORTIGATE);
    assert_eq!(verdict(("internal2", "internal1"), &soft), Verdict::Undetermined);
    let apart = FORTIGATE.replace("            edit \"internal2\"\n            next\n", "");
    assert_eq!(verdict(("internal2", "internal1"), &apart), Verdict::Isolated);
}

#[test]
fn whether_frames_between_bridged_ports_meet_a_filter_is_not_certain() {
    let yamaha = "# RTX1210 Rev.14.01.42 (Fri Jul 15 10:00:00 2022)
bridge member bridge1 lan1 lan2
ip bridge1 address 192.168.10.1/24
ip filter 99 reject * * * * *
ip bridge1 secure filter in 99
";
    assert_eq!(verdict(("lan2", "lan1"), yamaha), Verdict::Undetermined);
    let alliedware = "!
hostname gate
!
zone private
 network lan
  ip subnet 192.168.10.0/24
!
firewall
 protect
!
bridge 1
!
interface eth1
 bridge-group 1
!
interface vlan1
 bridge-group 1
!
interface br1
 ip address 192.168.10.1/24
!
line con 0
!
end
";
    assert_ne!(verdict(("eth1", "vlan1"), alliedware), Verdict::Isolated);
}

#[test]
fn where_the_other_ports_of_a_bridge_lead_nobody_knows() {
    let ix = "! NEC Portable Internetwork Core Operating System Software
! IX Series IX2215 (magellan-sec) Software, Version 10.2.33, RELEASE SOFTWARE
hostname gate
bridge irb enable
interface GigaEthernet0.0
  no ip address
  bridge-group 1
  no shutdown
interface GigaEthernet2.0
  no ip address
  bridge-group 1
  no shutdown
interface Null0.0
  no ip address
";
    let ios = "version 15.7
hostname gate
no ip routing
bridge 1 protocol ieee
interface GigabitEthernet0/0
 no ip address
 bridge-group 1
interface GigabitEthernet0/1
 no ip address
 bridge-group 1
end
";
    let hospital = "
schema: 1
zones: {clinical: {name: C, kind: clinical, networks: [192.168.10.0/24]}}
devices: {gate: {name: gate, kind: router}}
";
    for gate in [ix, ios] {
        let network = |it: &str| End::Network(it.parse().expect("an address"));
        let (from, to) = (network("192.168.10.77"), network("192.168.10.10"));
        let verdict = asked(hospital, &[("gate", gate)], |reach| {
            let thing = EntityRef::new(EntityKind::Device, "gate");
            let at = reach.network.node(&thing).map(|node| End::Port(node, Some(0)));
            assert!(at.is_some());
            reach.paths(&Question { from, to, services: Vec::new(), at }).verdict()
        });
        assert_eq!(verdict, Verdict::Undetermined, "{gate}");
    }
}
