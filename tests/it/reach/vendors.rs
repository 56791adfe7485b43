//! What passes between two interfaces of a device of each vendor, and by which line.

use crate::config::read_as;
use sekisho::model::device::{DeviceConfig, Interface, InterfaceKind};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::device::{Machine, Way};
use sekisho::reach::packets::Packet;
use sekisho::reach::{Assumptions, Bound};
use sekisho::source::{Span, Spanned};

/// Over which interface it comes in and goes out, who sends it to whom, to which TCP port, and what
/// becomes of it: `+` passes, `-` does not, `?` nobody knows.
type Case = (&'static str, &'static str, &'static str, &'static str, u16, char);

const OUT: &str = "198.51.100.9";
const IN: &str = "10.0.0.5";
const OTHER: &str = "10.0.1.5";

fn check(format: &str, text: &str, cases: &[Case]) {
    let config = read_as(format, text).1.config;
    checked(format, &config, cases);
}

fn machine(config: &DeviceConfig) -> Machine<'_> {
    Machine::new(EntityRef { kind: EntityKind::Device, id: "gate".to_owned() }, config)
}

fn position(config: &DeviceConfig, name: &str) -> usize {
    let found = config.interfaces.iter().position(|it| it.name.value == name);
    found.unwrap_or_else(|| panic!("no interface {name}: {:#?}", config.interfaces))
}

fn checked(format: &str, config: &DeviceConfig, cases: &[Case]) {
    let machine = machine(config);
    let mut wrong = String::new();
    for (from, to, source, destination, port, expected) in cases {
        let packet = Packet::tcp(source.parse().unwrap(), destination.parse().unwrap(), *port);
        let (over, out) = (position(config, from), position(config, to));
        let passes = |bound| {
            let mut assumptions = Assumptions::default();
            let departures =
                machine.carried(Some(over), &(&packet).into(), bound, &mut assumptions);
            departures.iter().any(|it| matches!(it.way, Way::Out(at, _) if at == out))
        };
        let came = match (passes(Bound::Certain), passes(Bound::Possible)) {
            (true, true) => '+',
            (false, false) => '-',
            (false, true) => '?',
            (true, false) => '!',
        };
        if came != *expected {
            wrong += &format!(
                "{from} to {to}, {source} to {destination}:{port}: {came}, expected {expected}\n"
            );
        }
    }
    assert!(wrong.is_empty(), "{format}:\n{wrong}{:#?}\n{:#?}", config.filters, config.applied);
}

#[test]
fn fortigate_policies_zones_and_virtual_ips() {
    let text = r#"#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system interface
    edit "wan1"
        set ip 198.51.100.1 255.255.255.0
    next
    edit "lan1"
        set ip 10.0.0.1 255.255.255.0
    next
    edit "lan2"
        set ip 10.0.1.1 255.255.255.0
    next
end
config system zone
    edit "inside"
        set interface "lan1" "lan2"
    next
end
config firewall address
    edit "server"
        set subnet 10.0.0.5 255.255.255.255
    next
end
config firewall vip
    edit "published"
        set extip 198.51.100.80
        set mappedip "10.0.0.5"
        set extintf "wan1"
        set portforward enable
        set extport 8443
        set mappedport 443
    next
end
config firewall policy
    edit 1
        set srcintf "wan1"
        set dstintf "inside"
        set action accept
        set srcaddr "all"
        set dstaddr "published"
        set schedule "always"
        set service "ALL"
    next
    edit 2
        set srcintf "inside"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "HTTPS"
    next
end
"#;
    let cases: &[Case] = &[
        ("wan1", "lan1", OUT, "198.51.100.80", 8443, '+'),
        ("wan1", "lan1", OUT, "198.51.100.80", 443, '-'),
        // A policy on a virtual IP is not about what is sent to the server itself.
        ("wan1", "lan1", OUT, "10.0.0.5", 443, '-'),
        ("lan1", "wan1", IN, OUT, 443, '+'),
        ("lan1", "wan1", IN, OUT, 80, '-'),
        // Within a zone nothing passes unless `intrazone allow` says so.
        ("lan1", "lan2", IN, OTHER, 443, '-'),
    ];
    check("fortigate", text, cases);
    let itself = text.replace(r#"set dstaddr "published""#, r#"set dstaddr "published" "server""#);
    check("fortigate", &itself, &[("wan1", "lan1", OUT, "10.0.0.5", 443, '+')]);
    let open = text
        .replace("set interface \"lan1\"", "set intrazone allow\n        set interface \"lan1\"");
    check("fortigate", &open, &[("lan1", "lan2", IN, OTHER, 443, '+')]);
}

#[test]
fn fortigate_sends_back_what_came_in_without_a_policy() {
    let text = |version: &str, global: &str| {
        format!(
            r#"{version}
config system global
    set hostname "gate"
{global}end
config system interface
    edit "lan1"
        set ip 10.0.0.1 255.255.255.0
    next
    edit "lan2"
        set ip 10.0.1.1 255.255.255.0
    next
end
config router static
    edit 1
        set dst 192.168.50.0 255.255.255.0
        set gateway 10.0.0.254
        set device "lan1"
    next
end
config firewall policy
    edit 1
        set srcintf "lan2"
        set dstintf "lan1"
        set action deny
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
    next
end
"#
        )
    };
    let of = |version: &str| {
        format!("#config-version=FGT60F-{version}-FW-build1517-230606:opmode=0:vdom=0:user=admin")
    };
    let back = |sign| ("lan1", "lan1", IN, "192.168.50.5", 22, sign);
    for (version, sign) in [
        ("6.4.9", '+'),
        ("7.2.8", '+'),
        ("7.4.9", '+'),
        ("7.4.10", '?'),
        ("7.6.4", '+'),
        ("7.6.5", '?'),
        ("8.0.0", '?'),
    ] {
        check("fortigate", &text(&of(version), ""), &[back(sign)]);
    }
    let on = "    set allow-traffic-redirect enable\n";
    let off = "    set allow-traffic-redirect disable\n";
    check("fortigate", &text(&of("7.6.5"), on), &[back('+')]);
    let none: &[Case] = &[
        back('-'),
        // Another source or another way is never spared.
        ("lan1", "lan1", OUT, "192.168.50.5", 22, '-'),
        ("lan2", "lan1", OTHER, IN, 22, '-'),
    ];
    check("fortigate", &text(&of("7.2.8"), off), none);
    check("fortigate", &text(&of("7.2.8"), ""), &none[1..]);
}

const ASA: &str = "ASA Version 9.16(4)
!
hostname gate
!
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 198.51.100.1 255.255.255.0
!
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0
!
interface GigabitEthernet0/2
 nameif lab
 security-level 100
 ip address 10.0.1.1 255.255.255.0
!
access-list from-outside extended permit tcp any host 10.0.0.5 eq 443
access-list from-lab extended permit ip any any
!
access-group from-outside in interface outside
access-group from-lab in interface lab
";

#[test]
fn asa_lists_and_levels() {
    const WAN: &str = "GigabitEthernet0/0";
    const LAN: &str = "GigabitEthernet0/1";
    const LAB: &str = "GigabitEthernet0/2";
    let cases: &[Case] = &[
        (WAN, LAN, OUT, IN, 443, '+'),
        (WAN, LAN, OUT, IN, 22, '-'),
        (LAN, WAN, IN, OUT, 22, '+'),
        // Interfaces of one level are parted, with a list and without.
        (LAN, LAB, IN, OTHER, 22, '-'),
        (LAB, LAN, OTHER, IN, 22, '-'),
        (LAB, LAB, OTHER, "10.0.1.6", 22, '-'),
    ];
    check("cisco-asa", ASA, cases);
    let inter = format!("{ASA}same-security-traffic permit inter-interface\n");
    let cases: &[Case] = &[(LAN, LAB, IN, OTHER, 22, '+'), (LAB, LAB, OTHER, "10.0.1.6", 22, '-')];
    check("cisco-asa", &inter, cases);
    let intra = format!("{ASA}same-security-traffic permit intra-interface\n");
    let cases: &[Case] = &[(LAN, LAB, IN, OTHER, 22, '-'), (LAB, LAB, OTHER, "10.0.1.6", 22, '+')];
    check("cisco-asa", &intra, cases);
    // Without a list as well; answers may come another way.
    let cases: &[Case] = &[(LAN, LAN, IN, "10.0.0.6", 22, '+')];
    check("cisco-asa", &intra, cases);
    check("cisco-asa", ASA, &[(LAN, LAN, IN, "10.0.0.6", 22, '-')]);
}

#[test]
fn asa_interfaces_for_management_carry_nothing_through() {
    let text = format!(
        "{ASA}interface Management0/0
 management-only
 nameif management
 security-level 50
 ip address 10.0.9.1 255.255.255.0
!
access-list all extended permit ip any any
access-group all in interface management
"
    );
    let (mgmt, lab) = ("Management0/0", "GigabitEthernet0/2");
    let cases: &[Case] = &[
        (mgmt, lab, "10.0.9.5", OTHER, 22, '-'),
        // Neither does the list of another interface lead to it.
        (lab, mgmt, OTHER, "10.0.9.5", 22, '-'),
    ];
    check("cisco-asa", &text, cases);
    let open: &[Case] =
        &[(mgmt, lab, "10.0.9.5", OTHER, 22, '+'), (lab, mgmt, OTHER, "10.0.9.5", 22, '+')];
    check("cisco-asa", &text.replace(" management-only\n", ""), open);
}

/// The lines that every configuration of one needs, with others.
fn asa(version: &str, lines: &str) -> String {
    let head = ASA.split_once("access-list").expect("lists").0;
    head.replace("ASA Version 9.16(4)\n", version) + lines
}

#[test]
fn asa_lists_before_83_name_what_is_on_the_wire() {
    const WAN: &str = "GigabitEthernet0/0";
    const LAN: &str = "GigabitEthernet0/1";
    let lines = "static (inside,outside) 198.51.100.80 10.0.0.5 netmask 255.255.255.255
static (inside,outside) tcp interface 8443 10.0.0.6 443 netmask 255.255.255.255
access-list in extended permit tcp any host 198.51.100.80 eq 22
access-list in extended permit tcp any interface outside eq 8443
access-list in extended permit tcp any host 10.0.0.5 eq 443
access-group in in interface outside
";
    let old: &[Case] = &[
        (WAN, LAN, OUT, "198.51.100.80", 22, '+'),
        (WAN, LAN, OUT, "198.51.100.80", 443, '-'),
        (WAN, LAN, OUT, "198.51.100.1", 8443, '+'),
        (LAN, WAN, IN, OUT, 22, '+'),
    ];
    check("cisco-asa", &asa("ASA Version 8.2(5)\n", lines), old);
    check("cisco-asa", &asa("PIX Version 8.0(4)\n", lines), old);
    // Where no version is written the translations show it.
    check("cisco-asa", &asa("", lines), old);
    // The list does not decide about what the device itself is asked.
    let text = asa("ASA Version 8.2(5)\n", lines);
    let config = read_as("cisco-asa", &text).1.config;
    let machine = machine(&config);
    let asked = Packet::tcp(OUT.parse().unwrap(), "198.51.100.1".parse().unwrap(), 22);
    let over = Some(position(&config, WAN));
    let mut assumptions = Assumptions::default();
    let come = machine.carried(over, &(&asked).into(), Bound::Certain, &mut assumptions);
    assert!(come.iter().any(|it| it.way == Way::Own), "{come:#?}");
    let new: &[Case] = &[(WAN, LAN, OUT, "198.51.100.80", 22, '-')];
    check("cisco-asa", &asa("ASA Version 9.1(5)\n", lines), new);
}

#[test]
fn asa_destinations_of_twice_nat() {
    const WAN: &str = "GigabitEthernet0/0";
    const LAN: &str = "GigabitEthernet0/1";
    let lines = |nat: &str| {
        let objects = "object network SRV
 host 10.0.0.5
object network PUB
 host 198.51.100.80
object service P8443
 service tcp destination eq 8443
object service P443
 service tcp destination eq 443
access-list in extended permit tcp any host 10.0.0.5 eq 443
access-group in in interface outside
";
        asa("ASA Version 9.16(4)\n", &format!("{objects}{nat}\n"))
    };
    for sides in ["(outside,inside)", "(any,any)"] {
        let text = lines(&format!("nat {sides} source static any any destination static PUB SRV"));
        let cases: &[Case] = &[
            (WAN, LAN, OUT, "198.51.100.80", 443, '+'),
            (WAN, LAN, OUT, "198.51.100.80", 22, '-'),
        ];
        check("cisco-asa", &text, cases);
    }
    let ports = lines(
        "nat (outside,inside) source static any any destination static PUB SRV service P8443 P443",
    );
    let cases: &[Case] =
        &[(WAN, LAN, OUT, "198.51.100.80", 8443, '+'), (WAN, LAN, OUT, "198.51.100.80", 443, '-')];
    check("cisco-asa", &ports, cases);
    // One address for a whole network stands for the first of as many.
    let network = lines(
        "object network NN\n subnet 10.0.0.0 255.255.255.248\n nat (inside,outside) static 198.51.100.64",
    );
    let cases: &[Case] =
        &[(WAN, LAN, OUT, "198.51.100.69", 443, '+'), (WAN, LAN, OUT, "198.51.100.68", 443, '-')];
    check("cisco-asa", &network, cases);
    // One way: the destination opens no session to the source.
    let both = lines("nat (inside,outside) source static SRV PUB");
    check("cisco-asa", &both, &[(WAN, LAN, OUT, "198.51.100.80", 443, '+')]);
    let one = lines("nat (inside,outside) source static SRV PUB unidirectional");
    let cases: &[Case] =
        &[(WAN, LAN, OUT, "198.51.100.80", 443, '-'), (LAN, WAN, IN, OUT, 443, '+')];
    check("cisco-asa", &one, cases);
}

#[test]
fn srx_zones() {
    let text = "version 21.4R3.15;
system { host-name gate; }
interfaces {
    ge-0/0/0 { unit 0 { family inet { address 198.51.100.1/24; } } }
    ge-0/0/1 { unit 0 { family inet { address 10.0.0.1/24; } } }
    ge-0/0/2 { unit 0 { family inet { address 10.0.1.1/24; } } }
}
security {
    address-book { global { address server 10.0.0.5/32; } }
    policies {
        from-zone untrust to-zone trust {
            policy web {
                match { source-address any; destination-address server; application junos-https; }
                then { permit; }
            }
        }
        from-zone trust to-zone untrust {
            policy all {
                match { source-address any; destination-address any; application any; }
                then { permit; }
            }
        }
    }
    zones {
        security-zone untrust { interfaces { ge-0/0/0.0; } }
        security-zone trust { interfaces { ge-0/0/1.0; ge-0/0/2.0; } }
    }
}
";
    let cases: &[Case] = &[
        ("ge-0/0/0.0", "ge-0/0/1.0", OUT, IN, 443, '+'),
        ("ge-0/0/0.0", "ge-0/0/1.0", OUT, IN, 22, '-'),
        ("ge-0/0/1.0", "ge-0/0/0.0", IN, OUT, 22, '+'),
        // Within a zone, too, a policy is needed.
        ("ge-0/0/1.0", "ge-0/0/2.0", IN, OTHER, 22, '-'),
    ];
    check("juniper-srx", text, cases);
    // `all` stands for every interface that no other zone names.
    let rest = text.replace("ge-0/0/1.0; ge-0/0/2.0;", "all;");
    check("juniper-srx", &rest, cases);
    // What is in no zone passes nothing, whatever the rest may do.
    let open = text
        .replace("policies {", "policies { default-policy { permit-all; }")
        .replace("ge-0/0/1.0; ge-0/0/2.0;", "ge-0/0/1.0;");
    let cases: &[Case] = &[
        ("ge-0/0/0.0", "ge-0/0/1.0", OUT, IN, 22, '+'),
        ("ge-0/0/2.0", "ge-0/0/1.0", OTHER, IN, 22, '-'),
        ("ge-0/0/1.0", "ge-0/0/2.0", IN, OTHER, 22, '-'),
    ];
    check("juniper-srx", &open, cases);
}

#[test]
fn ios_lists() {
    let text = "version 15.7
hostname gate
!
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 ip access-group from-outside in
!
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
!
interface GigabitEthernet0/2
 ip address 10.0.1.1 255.255.255.0
 ip access-group to-lab out
!
ip access-list extended from-outside
 permit tcp any host 10.0.0.5 eq 443
 permit tcp any any established
ip access-list extended to-lab
 deny tcp any any eq 22
 permit ip any any
";
    let (wan, lan, lab) = ("GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2");
    let cases: &[Case] = &[
        (wan, lan, OUT, IN, 443, '+'),
        (wan, lan, OUT, IN, 22, '-'),
        (wan, lab, OUT, OTHER, 443, '-'),
        (lan, wan, IN, OUT, 22, '+'),
        (lan, lab, IN, OTHER, 22, '-'),
        (lan, lab, IN, OTHER, 80, '+'),
    ];
    check("cisco-ios", text, cases);
}

#[test]
fn ios_zones() {
    let text = "version 15.7
hostname gate
!
class-map type inspect match-any web
 match protocol https
!
policy-map type inspect inward
 class type inspect web
  inspect
 class class-default
  drop
!
zone security outside
zone security inside
zone-pair security in source outside destination inside
 service-policy type inspect inward
!
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 zone-member security outside
!
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 zone-member security inside
!
interface GigabitEthernet0/2
 ip address 10.0.1.1 255.255.255.0
 zone-member security inside
!
interface GigabitEthernet0/3
 ip address 10.0.2.1 255.255.255.0
";
    let (wan, lan, lab) = ("GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2");
    let cases: &[Case] = &[
        (wan, lan, OUT, IN, 443, '+'),
        (wan, lan, OUT, IN, 22, '-'),
        (lan, wan, IN, OUT, 443, '-'),
        (lan, lab, IN, OTHER, 22, '+'),
        // Between a zone and an interface without one nothing passes.
        (lan, "GigabitEthernet0/3", IN, "10.0.2.5", 22, '-'),
        ("GigabitEthernet0/3", lan, "10.0.2.5", IN, 22, '-'),
    ];
    check("cisco-ios", text, cases);
    // Unless the zone for those without one is there.
    let default = format!(
        "{text}!
zone security default
zone-pair security rest source default destination inside
 service-policy type inspect inward
"
    );
    let cases: &[Case] = &[
        ("GigabitEthernet0/3", lan, "10.0.2.5", IN, 443, '+'),
        ("GigabitEthernet0/3", lan, "10.0.2.5", IN, 22, '-'),
        (lan, "GigabitEthernet0/3", IN, "10.0.2.5", 443, '-'),
    ];
    check("cisco-ios", &default, cases);
}

#[test]
fn nothing_is_forwarded_where_routing_is_off() {
    let ios = "version 15.7
hostname gate
!
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 ipv6 address 2001:db8:1::1/64
!
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ipv6 address 2001:db8:2::1/64
!
end
";
    let (wan, lan) = ("GigabitEthernet0/0", "GigabitEthernet0/1");
    let v4: Case = (wan, lan, OUT, IN, 443, '+');
    let v6: Case = (wan, lan, "2001:db8:1::9", "2001:db8:2::9", 443, '+');
    let not = |case: Case| (case.0, case.1, case.2, case.3, case.4, '-');
    check("cisco-ios", ios, &[v4, not(v6)]);
    let on = ios.replace("hostname gate\n", "hostname gate\nipv6 unicast-routing\n");
    check("cisco-ios", &on, &[v4, v6]);
    let off = on.replace("hostname gate\n", "hostname gate\nno ip routing\n");
    check("cisco-ios", &off, &[not(v4), v6]);
    // A part of a configuration may lack the line.
    let part = ios.replace("\nend\n", "\n").replace("version 15.7\n", "");
    check("cisco-ios", &part, &[v4, v6]);
    let rtx = "# RTX1220 Rev.15.04.04
ip lan1 address 10.0.0.1/24
ip lan2 address 198.51.100.1/24
";
    let through: Case = ("lan2", "lan1", OUT, IN, 443, '+');
    check("yamaha-rtx", rtx, &[through]);
    check("yamaha-rtx", &format!("{rtx}ip routing off\n"), &[not(through)]);
    check("yamaha-rtx", &format!("{rtx}ipv6 routing off\n"), &[through]);
}

#[test]
fn ios_filters_that_were_not_read_leave_it_open() {
    let text = "version 15.2
hostname gate
ip routing
vlan 10
vlan 20
interface GigabitEthernet1/0/1
 switchport access vlan 10
 switchport mode access
interface Vlan10
 ip address 10.0.0.1 255.255.255.0
interface Vlan20
 ip address 10.0.1.1 255.255.255.0
vlan access-map VM 10
 match ip address PX
 action drop
vlan access-map VM 20
 action forward
ip access-list extended PX
 permit tcp any any eq 22
";
    let case = |sign| ("Vlan10", "Vlan20", IN, OTHER, 22, sign);
    // Nothing is filtered by it yet.
    check("cisco-ios", text, &[case('+')]);
    check("cisco-ios", &format!("{text}vlan filter VM vlan-list 9-11\n"), &[case('?')]);
    check("cisco-ios", &format!("{text}vlan filter VM vlan-list all\n"), &[case('?')]);
    check("cisco-ios", &format!("{text}vlan filter VM vlan-list 30,40\n"), &[case('+')]);
    let mac = text.replace(" switchport mode", " mac access-group M in\n switchport mode");
    check("cisco-ios", &mac, &[case('?')]);
}

#[test]
fn rtx_lists() {
    let text = "# RTX1220 Rev.15.04.04
ip lan1 address 10.0.0.1/24
ip lan2 address 198.51.100.1/24
ip lan3 address 10.0.1.1/24
ip lan2 secure filter in 1 2
ip filter 1 pass * 10.0.0.5 tcp * 443
ip filter 2 reject * * * * *
";
    let cases: &[Case] = &[
        ("lan2", "lan1", OUT, IN, 443, '+'),
        ("lan2", "lan1", OUT, IN, 22, '-'),
        ("lan1", "lan2", IN, OUT, 22, '+'),
        ("lan1", "lan3", IN, OTHER, 22, '+'),
    ];
    check("yamaha-rtx", text, cases);
}

#[test]
fn ix_lists() {
    let text = "! NEC Portable Internetwork Core Operating System Software
! IX Series IX2215 (magellan-sec) Software, Version 10.7.18, RELEASE SOFTWARE
hostname gate
ip access-list from-outside permit tcp src any sport any dest 10.0.0.5/32 dport eq 443
interface GigaEthernet0.0
  ip address 198.51.100.1/24
  ip filter from-outside 1 in
  no shutdown
interface GigaEthernet1.0
  ip address 10.0.0.1/24
  no shutdown
interface Null0.0
  no ip address
";
    let cases: &[Case] = &[
        ("GigaEthernet0.0", "GigaEthernet1.0", OUT, IN, 443, '+'),
        ("GigaEthernet0.0", "GigaEthernet1.0", OUT, IN, 22, '-'),
        ("GigaEthernet1.0", "GigaEthernet0.0", IN, OUT, 22, '+'),
    ];
    check("nec-ix", text, cases);
}

#[test]
fn alliedware_entities() {
    let text = "!
service password-encryption
!
hostname gate
!
zone private
 network lan
  ip subnet 10.0.0.0/24 interface vlan1
 network lab
  ip subnet 10.0.1.0/24 interface vlan2
!
zone public
 network wan
  ip subnet 0.0.0.0/0 interface eth1
!
firewall
 rule 10 permit https from public to private.lan
 rule 20 permit any from private to public
 protect
!
interface eth1
 ip address 198.51.100.1/24
!
interface vlan1
 ip address 10.0.0.1/24
!
interface vlan2
 ip address 10.0.1.1/24
!
end
";
    let cases: &[Case] = &[
        ("eth1", "vlan1", OUT, IN, 443, '+'),
        ("eth1", "vlan1", OUT, IN, 22, '-'),
        ("eth1", "vlan2", OUT, OTHER, 443, '-'),
        ("vlan1", "eth1", IN, OUT, 22, '+'),
        ("vlan1", "vlan2", IN, OTHER, 22, '-'),
    ];
    check("alliedware-plus", text, cases);
    let open = text.replace(" protect\n", "");
    check("alliedware-plus", &open, &[("eth1", "vlan1", OUT, IN, 22, '+')]);
}

/// A rule set for a host with two interfaces.
fn host(format: &str, text: &str, cases: &[Case]) {
    let mut config = read_as(format, text).1.config;
    let span = Span { file: Default::default(), start: 0, end: 0 };
    for (name, address) in [("eth0", "198.51.100.1/24"), ("eth1", "10.0.0.1/24")] {
        let name = Spanned { value: name.to_owned(), span };
        let mut interface = Interface::new(name, InterfaceKind::Ethernet);
        interface.addresses.push(Spanned { value: address.parse().unwrap(), span });
        config.interfaces.push(interface);
    }
    checked(format, &config, cases);
}

#[test]
fn iptables_chains() {
    let text = "*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -s 203.0.113.0/24 -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:inward - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -o eth1 -j inward
-A FORWARD -i eth1 ! -o eth1 -j ACCEPT
-A inward -d 10.0.0.5/32 -p tcp -m tcp --dport 443 -j ACCEPT
-A inward -j RETURN
COMMIT
";
    let cases: &[Case] = &[
        ("eth0", "eth1", OUT, IN, 443, '+'),
        ("eth0", "eth1", OUT, IN, 22, '-'),
        ("eth0", "eth1", "203.0.113.9", IN, 443, '-'),
        ("eth1", "eth0", IN, OUT, 22, '+'),
        ("eth1", "eth1", IN, "10.0.0.6", 22, '-'),
    ];
    host("iptables", text, cases);
}

#[test]
fn nftables_base_chains() {
    let text = "table inet filter {
	chain early {
		type filter hook forward priority filter - 10; policy accept;
		ip saddr 203.0.113.0/24 drop
		tcp dport 443 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname \"eth0\" ip daddr 10.0.0.5 tcp dport { 443, 8443 } accept
		iifname \"eth1\" oifname \"eth0\" accept
	}
}
table bridge switch {
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
table netdev ingress {
	chain wan {
		type filter hook ingress device \"eth0\" priority -500; policy accept;
		tcp dport 8443 drop
	}
}
";
    let cases: &[Case] = &[
        ("eth0", "eth1", OUT, IN, 443, '+'),
        // Accepted by one chain is not accepted by the next.
        ("eth0", "eth1", OUT, "10.0.0.6", 443, '-'),
        ("eth0", "eth1", OUT, IN, 8443, '-'),
        ("eth0", "eth1", "203.0.113.9", IN, 443, '-'),
        ("eth1", "eth0", IN, OUT, 22, '+'),
    ];
    host("nftables", text, cases);
}
