//! What may not listen: nothing is certain to get there.

use super::dumps::{ASA, FORTIGATE, HOSPITAL, IOS};
use super::network::asked;
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// A configuration with something else in it.
fn with(text: &str, from: &str, to: &str) -> String {
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
