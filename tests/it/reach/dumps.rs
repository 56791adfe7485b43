//! Files that hold more than one configuration, or go on after it: what of them holds nobody knows.

use super::network::asked;
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};
use sekisho::source::SourceMap;

/// A maintainer, a line and a server behind one router.
pub(super) const HOSPITAL: &str = "
schema: 1
zones:
  clinical: {name: C, kind: clinical, networks: [192.168.10.0/24]}
parties: {v: {name: V, kind: vendor, networks: [10.200.0.0/16], internet_exposed: no}}
circuits: {line: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: firewall
    interfaces: {out: {circuit: line, addresses: [10.255.0.2/29]}, lan: {zone: clinical, addresses: [192.168.10.1/24]}}
systems:
  db: {name: db, kind: ehr, class: server, zone: clinical, addresses: [192.168.10.10]}
connections:
  c: {name: C, number: 1, purpose: remote-maintenance, party: v, circuit: line, at: gate.out, transport: ip-vpn,
      allow: [{from: 10.200.0.0/16, to: db, services: [3389/tcp]}]}
";

/// Whether the maintainer gets to the server by what is declared.
pub(super) fn verdict(gate: &str) -> Verdict {
    let thing = |kind, id: &str| End::Thing(EntityRef::new(kind, id));
    let (from, to) = (thing(EntityKind::Party, "v"), thing(EntityKind::System, "db"));
    let services = vec![Service::tcp(3389)];
    let question = Question { from, to, services, at: None };
    asked(HOSPITAL, &[("gate", gate)], |reach| reach.paths(&question).verdict())
}

pub(super) const IOS: &str = "version 15.7
hostname gate
interface GigabitEthernet0/0
 ip address 10.255.0.2 255.255.255.248
 ip access-group IN in
interface GigabitEthernet0/1
 ip address 192.168.10.1 255.255.255.0
ip route 10.200.0.0 255.255.0.0 10.255.0.1
ip access-list extended IN
 deny   ip any any
end
";
pub(super) const RTX: &str = "# RTX1210 Rev.14.01.42 (Fri Jul 15 10:00:00 2022)
ip route 10.200.0.0/16 gateway 10.255.0.1
ip lan1 address 192.168.10.1/24
ip lan2 address 10.255.0.2/29
ip lan2 secure filter in 99
ip filter 99 reject * * * * *
";
pub(super) const FORTIGATE: &str =
    "#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system global
    set hostname \"gate\"
end
config system interface
    edit \"wan1\"
        set ip 10.255.0.2 255.255.255.248
    next
    edit \"internal\"
        set ip 192.168.10.1 255.255.255.0
    next
end
config firewall policy
    edit 1
        set srcintf \"wan1\"
        set dstintf \"internal\"
        set action deny
        set srcaddr \"all\"
        set dstaddr \"all\"
        set schedule \"always\"
        set service \"ALL\"
    next
end
";
pub(super) const ASA: &str = "ASA Version 9.12(4)
hostname gate
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 10.255.0.2 255.255.255.248
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 192.168.10.1 255.255.255.0
access-list OUT extended deny ip any any
access-group OUT in interface outside
route outside 10.200.0.0 255.255.0.0 10.255.0.1 1
: end
";
pub(super) const AW: &str = "!
hostname gate
!
zone private
 network lan
  ip subnet 192.168.10.0/24
!
zone public
 network wan
  ip subnet 0.0.0.0/0 interface eth1
!
firewall
 protect
!
interface eth1
 ip address 10.255.0.2/29
!
interface vlan1
 ip address 192.168.10.1/24
!
ip route 10.200.0.0/16 10.255.0.1
line con 0
!
end
";
pub(super) const IX: &str = "! NEC Portable Internetwork Core Operating System Software
! IX Series IX2215 (magellan-sec) Software, Version 10.2.33, RELEASE SOFTWARE
hostname gate
ip route 10.200.0.0/16 10.255.0.1
ip access-list ng deny ip src any dest any
interface GigaEthernet0.0
  ip address 10.255.0.2/29
  ip filter ng 1 in
  no shutdown
interface GigaEthernet2.0
  ip address 192.168.10.1/24
  no shutdown
interface Loopback0.0
  no ip address
interface Null0.0
  no ip address
";
pub(super) const SRX: &str = "set version 20.2R3.9
set system host-name gate
set interfaces ge-0/0/0 unit 0 family inet address 10.255.0.2/29
set interfaces ge-0/0/1 unit 0 family inet address 192.168.10.1/24
set routing-options static route 10.200.0.0/16 next-hop 10.255.0.1
set security zones security-zone untrust interfaces ge-0/0/0.0
set security zones security-zone trust interfaces ge-0/0/1.0
set security policies from-zone untrust to-zone trust policy d match source-address any
set security policies from-zone untrust to-zone trust policy d match destination-address any
set security policies from-zone untrust to-zone trust policy d match application any
set security policies from-zone untrust to-zone trust policy d then deny
";

/// Each maker's, with what shows it and what of it stops everything.
const ALL: &[(&str, &str, &str)] = &[
    ("gate#show running-config", IOS, " deny   ip any any\n"),
    ("gate> show config", RTX, "ip lan2 secure filter in 99\n"),
    ("gate # show", FORTIGATE, "        set action deny\n"),
    ("gate# show run", ASA, "access-group OUT in interface outside\n"),
    ("gate#show running-config", AW, " protect\n"),
    ("gate# show running-config", IX, "  ip filter ng 1 in\n"),
    ("admin@gate> show configuration | display set", SRX, "policy d then deny\n"),
];

#[test]
fn of_two_configurations_in_one_file_nobody_knows_which_holds() {
    for (shows, text, stops) in ALL {
        let other = text.replace(stops, &stops.replace(|c: char| !c.is_whitespace(), ""));
        assert_ne!(other, *text);
        let log = |second: &str| format!("{shows}\n{text}{shows}\n{second}");
        assert_eq!(verdict(text), Verdict::Isolated, "{text}");
        assert_eq!(verdict(&log(text)), Verdict::Isolated, "the same twice:\n{text}");
        assert_eq!(verdict(&log(&other)), Verdict::Undetermined, "{}", log(&other));
        let joined = format!("{text}{other}");
        assert_eq!(verdict(&joined), Verdict::Undetermined, "without prompts:\n{joined}");
    }
}

#[test]
fn what_is_typed_after_a_configuration_was_shown_may_change_it() {
    for (log, harmless, change) in [
        (
            format!("gate#show running-config\n{IOS}"),
            "gate#terminal length 0\ngate#ping 10.255.0.1\ngate#write memory\ngate#exit\n",
            "gate#configure terminal\ngate(config)#interface GigabitEthernet0/0\ngate(config-if)#no ip access-group IN in\ngate(config-if)#end\n",
        ),
        (
            format!("RTX# show config\n{RTX}"),
            "RTX# show status lan2\nRTX# save\nRTX# exit\n",
            "RTX# no ip lan2 secure filter in\nRTX# save\n",
        ),
        (
            format!("RTX# show config\n{RTX}"),
            "RTX# console columns 200\n",
            "RTX# ip lan2 secure filter in 1\n",
        ),
        (
            format!("gate # show\n{FORTIGATE}"),
            "gate # get system status\ngate # exit\n",
            "gate # config firewall policy\ngate (policy) # edit 1\ngate (1) # set action accept\ngate (1) # end\ngate # \n",
        ),
        (
            format!("gate# show run\n{ASA}"),
            "gate# show version\ngate# wr mem\n",
            "gate# conf t\ngate(config)# no access-group OUT in interface outside\n",
        ),
        (
            format!("gate#show run\n{AW}"),
            "gate#show version\n",
            "gate#conf t\ngate(config)#firewall\ngate(config-firewall)#no protect\n",
        ),
    ] {
        assert_eq!(verdict(&format!("{log}{harmless}")), Verdict::Isolated, "{log}{harmless}");
        assert_eq!(verdict(&format!("{log}{change}")), Verdict::Undetermined, "{log}{change}");
    }
}

#[test]
fn iptables_tables_of_two_days_in_one_file_are_two_configurations() {
    let rules = |policy: &str| {
        format!(
            "*filter\n:INPUT DROP [0:0]\n:FORWARD {policy} [12:3456]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
        )
    };
    let doubts = |text: String| {
        let mut sources = SourceMap::default();
        let file = sources.add("rules.txt", text);
        let read = sekisho::config::read(&mut sources, file).expect("recognised");
        read.doubtful().count()
    };
    assert_eq!(doubts(rules("DROP")), 0);
    assert_eq!(doubts(rules("DROP") + &rules("DROP").replace("12:3456", "99:1")), 0);
    assert_eq!(doubts(rules("DROP") + &rules("ACCEPT")), 1);
}

#[test]
fn nftables_that_show_a_base_chain_twice_are_two_states() {
    let table = |verdict: &str| {
        format!(
            "table inet filter {{\n\tchain forward {{\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tcounter packets {} bytes 0 {verdict}\n\t}}\n}}\n",
            verdict.len()
        )
    };
    let doubts = |text: String| {
        let mut sources = SourceMap::default();
        let file = sources.add("rules.nft", text);
        let read = sekisho::config::read(&mut sources, file).expect("recognised");
        (read.doubtful().count(), read.config.filters.iter().map(|it| it.lines.len()).sum())
    };
    let (closed, open) = (table("drop"), table("accept"));
    assert_eq!(doubts(closed.clone()), (0, 1));
    assert_eq!(doubts(closed.clone() + &closed.replace("packets 4", "packets 99")).0, 0);
    assert_eq!(doubts(closed.clone() + &open), (1, 2));
    // A file for `nft -f` begins anew, or adds to a chain of which it has said where it stands.
    for anew in
        ["flush ruleset\n", "flush chain inet filter forward\n", "delete table inet filter\n"]
    {
        assert_eq!(doubts(format!("{closed}{anew}{open}")), (0, 1), "{anew}");
    }
    let added = "table inet filter { chain forward { accept; } }\n";
    assert_eq!(doubts(format!("{closed}{added}")), (0, 2));
}

#[test]
fn settings_that_were_typed_are_no_configuration_that_stands() {
    for (prompt, text) in [
        ("gate(config)#", IOS),
        ("gate(config)# ", ASA),
        ("gate(config)# ", IX),
        ("admin@gate# ", SRX),
    ] {
        let log: String = text.lines().map(|line| format!("{prompt}{line}\n")).collect();
        let before = format!("{prompt}configure terminal\n");
        assert_eq!(verdict(text), Verdict::Isolated, "{text}");
        assert_eq!(verdict(&(before + &log)), Verdict::Undetermined, "{log}");
    }
}

#[test]
fn what_ends_before_its_last_interface_is_not_whole() {
    let at = IX.find("interface Loopback0.0").expect("it has one");
    assert_eq!(verdict(&IX[..at]), Verdict::Undetermined);
    // What has a head has an end; what somebody cut out or wrote by hand has neither.
    assert_eq!(verdict(&IOS.replace("end\n", "")), Verdict::Undetermined);
    let middle = IOS.replace("version 15.7\n", "").replace("end\n", "");
    assert_eq!(verdict(&middle), Verdict::Isolated);
    assert_eq!(verdict(&IOS.replace("version 15.7\n", "")), Verdict::Isolated);
}

#[test]
fn a_fortigate_that_shows_no_policies_was_not_read_to_its_end() {
    let at = FORTIGATE.find("config firewall policy").expect("it has policies");
    assert_eq!(verdict(&FORTIGATE[..at]), Verdict::Undetermined);
    let none = format!("{}config firewall policy\nend\n", &FORTIGATE[..at]);
    assert_eq!(verdict(&none), Verdict::Isolated);
}

#[test]
fn a_line_of_a_list_stands_where_its_number_says() {
    let above = IOS.replace("end\n", "ip access-list extended IN\n 1 permit ip any any\nend\n");
    assert_eq!(verdict(&above), Verdict::Reachable);
    let below = above.replace(" 1 permit", " 20 permit");
    assert_eq!(verdict(&below), Verdict::Isolated);
    let rule = "access-list OUT extended deny ip any any\n";
    let above = |number: u32| {
        ASA.replace(
            rule,
            &format!("{rule}access-list OUT line {number} extended permit ip any any\n"),
        )
    };
    assert_ne!(verdict(&above(1)), Verdict::Isolated);
    assert_eq!(verdict(&above(2)), Verdict::Isolated);
}

#[test]
fn the_last_list_that_an_interface_gets_is_the_one_that_filters() {
    let other = "ip access-list extended IN2\n permit ip any any\ninterface GigabitEthernet0/0\n ip access-group IN2 in\nend\n";
    assert_eq!(verdict(&IOS.replace("end\n", other)), Verdict::Reachable);
    let other =
        "access-list O2 extended permit ip any any\naccess-group O2 in interface outside\nroute";
    assert_eq!(verdict(&ASA.replacen("route", other, 1)), Verdict::Reachable);
}

#[test]
fn a_portal_fetches_inside_whatever_the_lists_say() {
    let portal = "webvpn\n enable outside\ngroup-policy DfltGrpPolicy attributes\n vpn-tunnel-protocol ssl-clientless\n: end\n";
    assert_eq!(verdict(&ASA.replace(": end\n", portal)), Verdict::Undetermined);
    let clients = portal.replace("ssl-clientless", "ssl-client");
    assert_eq!(verdict(&ASA.replace(": end\n", &clients)), Verdict::Isolated);
    // Without a word of it, the default policy lets clientless sessions in, and so do all others.
    let silent = "webvpn\n enable outside\ngroup-policy STAFF attributes\n vpn-tunnel-protocol ssl-client\n: end\n";
    let silent = ASA.replace(": end\n", silent);
    assert_eq!(verdict(&silent), Verdict::Undetermined);
    assert_eq!(verdict(&silent.replace("ASA Version 9.12(4)\n", "")), Verdict::Undetermined);
    assert_eq!(verdict(&silent.replace("9.12(4)", "9.16(4)")), Verdict::Undetermined);
    for gone in ["9.17(1)", "9.20(2)22"] {
        assert_eq!(verdict(&silent.replace("9.12(4)", gone)), Verdict::Isolated, "{gone}");
    }
    let context = "webvpn gateway GW\n ip address 10.255.0.2 port 443\n inservice\nwebvpn context C\n url-list \"L\"\n  url-text \"ehr\" url-value \"http://192.168.10.10\"\n gateway GW\n inservice\nend\n";
    assert_eq!(verdict(&IOS.replace("end\n", context)), Verdict::Undetermined);
}

#[test]
fn what_only_some_frames_or_a_tunnel_may_pass_is_not_certain() {
    let open = RTX.replace("reject", "pass");
    assert_eq!(verdict(&open), Verdict::Reachable);
    let frames = format!("{open}ethernet filter 1 reject-nolog * *\nethernet lan2 filter in 1\n");
    assert_eq!(verdict(&frames), Verdict::Undetermined);
    let open = SRX.replace("then deny", "then permit");
    assert_eq!(verdict(&open), Verdict::Reachable);
    let tunnel = open.replace("then permit", "then permit tunnel ipsec-vpn V");
    assert_eq!(verdict(&tunnel), Verdict::Undetermined);
}
