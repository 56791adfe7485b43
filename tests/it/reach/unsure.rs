//! What may stop packets all the same, or may not listen: nothing there is certain to get through.

use super::dumps::{ASA, AW, FORTIGATE, HOSPITAL, IOS, verdict};
use super::network::asked;
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::Reach;
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// A configuration with something else in it.
pub(super) fn with(text: &str, from: &str, to: &str) -> String {
    let changed = text.replace(from, to);
    assert_ne!(changed, text, "{from}");
    changed
}

fn ios() -> String {
    with(IOS, " deny   ip any any\n", " permit ip any any\n")
}

fn asa() -> String {
    with(ASA, "extended deny", "extended permit")
}

fn fortigate() -> String {
    with(FORTIGATE, "set action deny", "set action accept")
}

/// Whether the maintainer gets to the device itself.
fn to_device(gate: &str, service: Service) -> Verdict {
    let thing = |kind, id: &str| End::Thing(EntityRef::new(kind, id));
    let (from, to) = (thing(EntityKind::Party, "v"), thing(EntityKind::Device, "gate"));
    let question = Question { from, to, services: vec![service], at: None };
    asked(HOSPITAL, &[("gate", gate)], |reach| reach.paths(&question).verdict())
}

#[test]
fn a_port_of_a_device_is_reached_for_certain_where_its_configuration_says_so() {
    let (ssh, other) = (Service::tcp(22), Service::tcp(445));
    let vty = |from: &str| {
        let lines = format!(
            "access-list 10 permit {from} 0.0.255.255\nline vty 0 4\n access-class 10 in\n transport input ssh\nend\n"
        );
        with(&ios(), "end\n", &lines)
    };
    assert_eq!(to_device(&vty("10.200.0.0"), ssh), Verdict::Reachable);
    assert_ne!(to_device(&vty("10.1.0.0"), ssh), Verdict::Reachable);
    assert_eq!(to_device(&vty("10.200.0.0"), other), Verdict::Undetermined);
    let asa = |nameif: &str| {
        with(&asa(), ": end\n", &format!("ssh 10.200.0.0 255.255.0.0 {nameif}\n: end\n"))
    };
    assert_eq!(to_device(&asa("outside"), ssh), Verdict::Reachable);
    assert_ne!(to_device(&asa("inside"), ssh), Verdict::Reachable);
    assert_ne!(to_device(&asa("outside"), other), Verdict::Reachable);
    let port = "        set ip 10.255.0.2 255.255.255.248\n";
    let open = with(FORTIGATE, port, &format!("{port}        set allowaccess ping ssh\n"));
    assert_eq!(to_device(&open, ssh), Verdict::Reachable);
    assert_ne!(to_device(&open, Service::tcp(443)), Verdict::Reachable);
    assert_ne!(to_device(FORTIGATE, ssh), Verdict::Reachable);
}

#[test]
fn without_a_configuration_the_inventory_says_what_a_device_is_managed_by() {
    let managed = with(
        HOSPITAL,
        "    kind: firewall\n",
        "    kind: firewall\n    management: {services: [22/tcp], from: [10.200.0.0/16]}\n",
    );
    let told = |hospital: &str, port| {
        let thing = |kind, id: &str| End::Thing(EntityRef::new(kind, id));
        let (from, to) = (thing(EntityKind::Party, "v"), thing(EntityKind::Device, "gate"));
        let question = Question { from, to, services: vec![Service::tcp(port)], at: None };
        asked(hospital, &[], |reach| reach.paths(&question).verdict())
    };
    assert_eq!(told(&managed, 22), Verdict::Reachable);
    assert_eq!(told(&managed, 23), Verdict::Undetermined);
    assert_eq!(told(HOSPITAL, 22), Verdict::Undetermined);
}

#[test]
fn an_asa_drops_what_the_way_back_does_not_lead_to_and_what_it_may_not_forward() {
    let open = asa();
    assert_eq!(verdict(&open), Verdict::Reachable);
    let checked = with(&open, ": end\n", "ip verify reverse-path interface outside\n: end\n");
    assert_eq!(verdict(&checked), Verdict::Reachable);
    let elsewhere = "route outside 10.0.0.0 255.0.0.0 10.255.0.1 1\nroute inside 10.200.0.0 255.255.0.0 192.168.10.254 1\n";
    let back =
        |text: &str| with(text, "route outside 10.200.0.0 255.255.0.0 10.255.0.1 1\n", elsewhere);
    assert_eq!(verdict(&back(&open)), Verdict::Reachable);
    assert_eq!(verdict(&back(&checked)), Verdict::Undetermined);
    let parted = with(
        &open,
        " nameif outside\n",
        " no forward interface GigabitEthernet0/1\n nameif outside\n",
    );
    assert_eq!(verdict(&parted), Verdict::Isolated);
}

#[test]
fn a_fortigate_may_drop_before_its_policies() {
    let open = fortigate();
    assert_eq!(verdict(&open), Verdict::Reachable);
    let list = |more: &str| {
        let list = format!(
            "config firewall acl\n    edit 1\n        set interface \"wan1\"\n        set srcaddr \"all\"\n        set dstaddr \"all\"\n        set service \"ALL\"\n{more}    next\nend\nconfig firewall policy\n"
        );
        with(&open, "config firewall policy\n", &list)
    };
    assert_eq!(verdict(&list("")), Verdict::Undetermined);
    assert_eq!(verdict(&list("        set status disable\n")), Verdict::Reachable);
    let port = "        set ip 10.255.0.2 255.255.255.248\n";
    let apart = with(&open, port, &format!("        set vrf 7\n{port}"));
    assert_eq!(verdict(&apart), Verdict::Undetermined);
}

#[test]
fn a_list_on_a_port_of_a_switch_may_stop_what_its_vlan_passes() {
    let switched = |list: &str| {
        let ports = format!(
            "interface GigabitEthernet0/1\n switchport access vlan 10\n switchport mode access\n{list}interface Vlan10\n ip address 192.168"
        );
        let gate = with(&ios(), "interface GigabitEthernet0/1\n ip address 192.168", &ports);
        with(&gate, "end\n", "ip access-list extended SHUT\n deny ip any any\nend\n")
    };
    assert_eq!(verdict(&switched("")), Verdict::Reachable);
    assert_eq!(verdict(&switched(" ip access-group SHUT out\n")), Verdict::Undetermined);
    let switched = |list: &str| {
        let gate = with(AW, " protect\n", "");
        let ports = format!(
            "interface port1.0.5\n switchport\n switchport mode access\n switchport access vlan 2\n{list}!\ninterface vlan2\n ip address 10.255.0.2/29"
        );
        let gate = with(&gate, "interface eth1\n ip address 10.255.0.2/29", &ports);
        with(
            &gate,
            "!\ninterface port",
            "!\naccess-list hardware SHUT\n deny ip any any\n!\ninterface port",
        )
    };
    assert_eq!(verdict(&switched("")), Verdict::Reachable);
    assert_eq!(verdict(&switched(" access-group SHUT\n")), Verdict::Undetermined);
}

#[test]
fn a_schedule_that_does_not_end_may_deny_at_all_times() {
    let timed = |range: &str| {
        let lines = format!(
            "time-range T\n {range}\nip access-list extended IN\n deny tcp any any eq 3389 time-range T\n permit ip any any\n"
        );
        with(IOS, "ip access-list extended IN\n deny   ip any any\n", &lines)
    };
    assert_eq!(verdict(&timed("periodic weekdays 9:00 to 18:00")), Verdict::Reachable);
    for always in ["absolute start 00:00 01 January 2020", "periodic daily 0:00 to 23:59"] {
        assert_eq!(verdict(&timed(always)), Verdict::Undetermined, "{always}");
    }
}

#[test]
fn nothing_comes_in_over_an_interface_that_is_shut_down() {
    let over = |gate: &str| {
        let question = |reach: &Reach<'_>| {
            let gate = EntityRef::new(EntityKind::Device, "gate");
            let at = reach.network.node(&gate).map(|it| End::Port(it, Some(0)));
            let from = End::Network("10.200.0.9".parse().expect("an address"));
            let to = End::Thing(EntityRef::new(EntityKind::System, "db"));
            Question { from, to, services: Vec::new(), at }
        };
        asked(HOSPITAL, &[("gate", gate)], |reach| reach.paths(&question(reach)).verdict())
    };
    assert_eq!(over(&ios()), Verdict::Reachable);
    let shut = with(&ios(), " ip access-group IN in\n", " ip access-group IN in\n shutdown\n");
    assert_ne!(over(&shut), Verdict::Reachable);
}
