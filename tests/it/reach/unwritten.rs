//! Ways of which the files say nothing, or say it in an unusual place: none of them counts as closed.

use super::network::asked;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::ends::End;
use sekisho::reach::exposure::Exposure;
use sekisho::reach::paths::{Question, Verdict};

/// An office and a clinical network behind a router with a line to the internet.
const HOSPITAL: &str = "
schema: 1
zones:
  office: {name: O, kind: administrative, networks: [10.1.0.0/16]}
  clinical: {name: C, kind: clinical, networks: [172.16.9.0/24, '2001:db8:9::/64']}
parties: {v: {name: V, kind: vendor, networks: [198.51.100.0/24]}}
circuits: {line: {kind: internet}}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line, addresses: [203.0.113.2/24]}, lan: {zone: office, addresses: [10.1.0.1/16]}}
systems:
  pc: {name: pc, kind: terminals, class: terminal, zone: office, addresses: [10.1.1.10]}
  db: {name: db, kind: ehr, class: server, zone: clinical, addresses: [172.16.9.9, '2001:db8:9::9']}
";

fn system(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::System, id)
}

fn verdict(reach: &Reach<'_>, from: End, to: End) -> Verdict {
    reach.paths(&Question { from, to, services: Vec::new(), at: None }).verdict()
}

fn of(inventory: &str, gate: &str, from: End, to: End) -> Verdict {
    asked(inventory, &[("gate", gate)], |reach| verdict(reach, from, to))
}

fn cisco(lines: &str) -> String {
    format!(
        "version 15.7
hostname gate
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.0.0
 ip nat inside
ip nat inside source static 172.16.9.9 203.0.113.11
{lines}
end
"
    )
}

#[test]
fn a_route_that_a_neighbour_may_have_told_leads_to_zones_that_nobody_joined() {
    let ospf = cisco("router ospf 1\n network 10.0.0.0 0.255.255.255 area 0");
    asked(HOSPITAL, &[("gate", &ospf)], |reach| {
        let db = system("db");
        assert_eq!(verdict(reach, End::Internet, End::Thing(db.clone())), Verdict::Undetermined);
        let exposure = Exposure::new(reach);
        assert!(exposure.outsiders.iter().any(|it| it.surest(&db).is_some()), "{exposure:#?}");
    });
}

#[test]
fn a_zone_on_which_no_device_is_known_is_not_alone() {
    let to = || End::Thing(system("pc"));
    assert_eq!(of(HOSPITAL, &cisco(""), End::Thing(system("db")), to()), Verdict::Undetermined);
}

const YAMAHA: &str = "# RTX1210 Rev.14.01.41
ip route default gateway 203.0.113.1
ipv6 route default gateway dhcp lan2
ip lan1 address 10.1.0.1/16
ip lan2 address 203.0.113.2/24
ip lan2 nat descriptor 1
nat descriptor type 1 masquerade
nat descriptor address outer 1 203.0.113.2
";

/// The router stands before the clinical network.
fn clinical(lines: &str) -> (String, String) {
    let inventory = HOSPITAL.replace(
        "zone: office, addresses: [10.1.0.1/16]",
        "zone: clinical, addresses: [172.16.9.1/24]",
    );
    (inventory, YAMAHA.replace("10.1.0.1/16", "172.16.9.1/24") + lines)
}

#[test]
fn a_prefix_that_the_line_gives_may_be_that_of_any_zone() {
    let (hospital, gate) = clinical("ipv6 lan1 address ra-prefix@lan2::1/64\n");
    let to = End::Network("2001:db8:9::9".parse().expect("an address"));
    assert_ne!(of(&hospital, &gate, End::Internet, to), Verdict::Isolated);
}

#[test]
fn a_network_of_an_interface_belongs_to_its_zone_though_nobody_declared_it() {
    let (hospital, gate) = clinical("ipv6 lan1 address 2001:db8:77::1/64\n");
    let to = End::Network("2001:db8:77::50".parse().expect("an address"));
    assert_eq!(of(&hospital, &gate, End::Internet, to), Verdict::Reachable);
}

#[test]
fn what_masquerades_translates_static_pairs_too() {
    let gate = format!("{YAMAHA}nat descriptor static 1 1 203.0.113.10=10.1.1.10 1\n");
    let pc = || End::Thing(system("pc"));
    assert_eq!(of(HOSPITAL, YAMAHA, End::Internet, pc()), Verdict::Isolated);
    assert_eq!(of(HOSPITAL, &gate, End::Internet, pc()), Verdict::Reachable);
    // Asked for by the address that is sent to, it is as open.
    let outer = End::Network("203.0.113.10".parse().expect("an address"));
    assert_eq!(of(HOSPITAL, &gate, End::Internet, outer), Verdict::Reachable);
}

#[test]
fn what_hosts_inside_may_ask_a_router_for_is_not_ruled_out() {
    let pc = || End::Thing(system("pc"));
    let upnp = format!("{YAMAHA}upnp use on\n");
    assert_eq!(of(HOSPITAL, YAMAHA, End::Internet, pc()), Verdict::Isolated);
    assert_eq!(of(HOSPITAL, &upnp, End::Internet, pc()), Verdict::Undetermined);
    let off = format!("{YAMAHA}upnp use off\n");
    assert_eq!(of(HOSPITAL, &off, End::Internet, pc()), Verdict::Isolated);
}

#[test]
fn what_devices_that_nobody_read_may_make_of_it_tells_nothing_of_an_address() {
    let stranger = "
  core:
    name: core
    kind: router
    interfaces: {a: {zone: office}, b: {zone: clinical}}
systems:";
    let inventory = HOSPITAL.replace("\nsystems:", stranger);
    let nobody = End::Network("172.16.9.77".parse().expect("an address"));
    let from = End::Thing(EntityRef::new(EntityKind::Zone, "office"));
    asked(&inventory, &[("gate", &cisco(""))], |reach| {
        let question = Question { from, to: nobody, services: Vec::new(), at: None };
        let paths = reach.paths(&question);
        let elsewhere: Vec<_> =
            paths.classes.iter().filter(|it| it.to.kind == EntityKind::System).collect();
        assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    });
}

const FIREWALL: &str = "ASA Version 9.12(4)
hostname gate
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
interface GigabitEthernet0/2
 nameif dmz
 security-level 0
 ip address 10.2.0.1 255.255.255.0
object network web
 host 10.2.0.5
 nat (dmz,outside) static 203.0.113.10
access-list OUT extended permit tcp any host 10.2.0.5 eq 443
access-group OUT in interface outside
same-security-traffic permit inter-interface
route outside 0.0.0.0 0.0.0.0 203.0.113.1 1
";

#[test]
fn what_looks_like_a_line_and_has_a_private_network_may_as_well_be_of_the_inside() {
    let web = || End::Network("10.2.0.5".parse().expect("an address"));
    let office = End::Network("10.1.0.0/16".parse().expect("a network"));
    let nothing = "schema: 1\ndevices: {gate: {name: gate, kind: firewall}}\n";
    assert_eq!(of(nothing, FIREWALL, End::Internet, web()), Verdict::Undetermined);
    assert_eq!(of(nothing, FIREWALL, office, web()), Verdict::Undetermined);
    // Whoever stands on the network of such a line sends to private addresses, too.
    for network in ["10.2.0", "198.51.100"] {
        let sends = |list: &str| {
            let gate = format!(
                "{FIREWALL}access-list DMZ extended {list}\naccess-group DMZ in interface dmz\n"
            );
            let gate = gate.replace("10.2.0.", &format!("{network}."));
            of(nothing, &gate, address(&format!("{network}.5")), address("10.1.0.9"))
        };
        assert_eq!(sends("permit ip any any"), Verdict::Undetermined, "{network}");
        assert_eq!(sends("deny ip any any"), Verdict::Isolated, "{network}");
    }
    let closed =
        FIREWALL.replace("access-list OUT extended permit", "access-list OUT extended deny");
    let closed = closed.replace("nat (dmz,outside) static 203.0.113.10", "");
    assert_eq!(of(nothing, &closed, End::Internet, web()), Verdict::Isolated);
}

#[test]
fn a_configuration_that_loses_its_end_is_not_whole() {
    let whole = cisco("ip access-list extended SHUT\n deny ip any any");
    let cut = whole.replace("\nend\n", "\n");
    let pc = || End::Thing(system("pc"));
    assert_eq!(of(HOSPITAL, &whole, End::Internet, pc()), Verdict::Isolated);
    assert_eq!(of(HOSPITAL, &cut, End::Internet, pc()), Verdict::Undetermined);
}

/// A router with a line, an office and a neighbour in a second network.
fn beside(lines: &str) -> String {
    format!(
        "version 15.7
hostname gate
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.0.0
interface GigabitEthernet0/2
 ip address 172.16.0.1 255.255.255.0
{lines}
end
"
    )
}

fn address(text: &str) -> End {
    End::Network(text.parse().expect("an address"))
}

#[test]
fn what_is_handed_to_a_neighbour_that_nobody_declared_may_go_anywhere() {
    let nothing = "schema: 1\ndevices: {gate: {name: gate, kind: router}}\n";
    let onward = beside("ip route 0.0.0.0 0.0.0.0 172.16.0.254")
        .replace("interface GigabitEthernet0/0\n ip address 203.0.113.2 255.255.255.0\n", "");
    let office = || address("10.1.0.0/16");
    for to in [End::Internet, address("198.51.100.7"), address("192.168.99.9")] {
        assert_eq!(of(nothing, &onward, office(), to.clone()), Verdict::Undetermined, "{to:?}");
    }
    let chosen = beside(
        "ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended SOME
 permit ip any any
route-map CHOSEN permit 10
 match ip address SOME
 set ip next-hop 172.16.0.254
interface GigabitEthernet0/1
 ip policy route-map CHOSEN",
    );
    assert_eq!(of(nothing, &chosen, office(), address("198.51.100.7")), Verdict::Undetermined);
}

#[test]
fn what_leaves_over_a_line_to_addresses_of_nobody_is_not_stopped() {
    let nothing = "schema: 1\ndevices: {gate: {name: gate, kind: router}}\n";
    let line = beside("ip route 0.0.0.0 0.0.0.0 203.0.113.1");
    let there = || address("192.168.99.9");
    assert_eq!(of(nothing, &line, address("10.1.0.0/16"), there()), Verdict::Undetermined);
    let shut = "ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list extended SHUT
 deny ip any any
interface GigabitEthernet0/1
 ip access-group SHUT in";
    assert_eq!(of(nothing, &beside(shut), address("10.1.0.0/16"), there()), Verdict::Isolated);
}

#[test]
fn a_neighbour_may_tell_a_longer_route_than_the_default_one() {
    let gate = cisco("ip route 0.0.0.0 0.0.0.0 203.0.113.1");
    let db = || address("172.16.9.9");
    assert_eq!(of(HOSPITAL, &gate, End::Internet, db()), Verdict::Isolated);
    let told = cisco(
        "ip route 0.0.0.0 0.0.0.0 203.0.113.1\nrouter ospf 1\n network 10.0.0.0 0.255.255.255 area 0",
    );
    assert_eq!(of(HOSPITAL, &told, End::Internet, db()), Verdict::Undetermined);
}

#[test]
fn a_party_whose_networks_are_of_ipv4_may_have_addresses_of_ipv6() {
    let hospital = "
schema: 1
zones: {lan: {name: L, kind: clinical, networks: [10.1.0.0/16, '2001:db8:1::/64']}}
parties: {v: {name: V, kind: vendor, networks: [192.168.77.0/24]}}
circuits: {line: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line, addresses: [10.255.0.2/30]}, lan: {zone: lan, addresses: [10.1.0.1/16]}}
systems:
  db: {name: db, kind: ehr, class: server, zone: lan, addresses: [10.1.1.10, '2001:db8:1::10']}
connections:
  maint: {name: M, purpose: remote-maintenance, party: v, circuit: line, at: gate.wan, transport: ip-vpn}
";
    let gate = |sixth: &str| {
        format!(
            "version 15.7
hostname gate
ipv6 unicast-routing
interface GigabitEthernet0/0
 ip address 10.255.0.2 255.255.255.252
 ip access-group SHUT in
{sixth}
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.0.0
 ipv6 address 2001:db8:1::1/64
ip access-list extended SHUT
 deny ip any any
ip route 192.168.77.0 255.255.255.0 10.255.0.1
end
"
        )
    };
    let vendor = || End::Thing(EntityRef::new(EntityKind::Party, "v"));
    let db = || End::Thing(system("db"));
    assert_eq!(of(hospital, &gate(""), vendor(), db()), Verdict::Isolated);
    let sixth = gate(" ipv6 address 2001:db8:f::2/64");
    assert_eq!(of(hospital, &sixth, vendor(), db()), Verdict::Undetermined);
}
