//! Lines that may stop packets, or open a way by themselves, and are not followed: nothing is certain
//! behind the first, nothing isolated behind the second.

use super::dumps::{ASA, AW, FORTIGATE, HOSPITAL, IOS, IX, RTX, SRX, verdict};
use super::network::asked;
use super::unsure::with;
use crate::config::read_as;
use sekisho::model::device::DeviceConfig;
use sekisho::model::{AddressSet, EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// The same with other lines: each pair is replaced once.
fn changed(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// What the maintainer may reach of the gate, or by an address of it.
fn to(gate: &str, to: End, services: Vec<Service>) -> Verdict {
    let from = End::Thing(EntityRef::new(EntityKind::Party, "v"));
    let question = Question { from, to, services, at: None };
    asked(HOSPITAL, &[("gate", gate)], |reach| reach.paths(&question).verdict())
}

fn ios() -> String {
    with(IOS, " deny   ip any any\n", " permit ip any any\n")
}

#[test]
fn a_range_of_interfaces_is_read_wholly() {
    const SHUT: &str = "\nip access-list extended SHUT\n deny ip any any\nend\n";
    let first = "interface GigabitEthernet0/0\n";
    let open = with(&ios(), " ip access-group IN in\n", "");
    let ranged =
        |block: &str| changed(&open, &[(first, &format!("{block}\n{first}")), ("\nend\n", SHUT)]);
    assert_eq!(verdict(&open), Verdict::Reachable);
    for (block, expected) in [
        ("interface range Gi0/0 - 1 , Gi0/7\n ip access-group SHUT in", Verdict::Isolated),
        ("interface range GigabitEthernet0/4-7,Gi0/0\n ip access-group SHUT in", Verdict::Isolated),
        ("interface range Gi0/2 - 4\n ip access-group SHUT in", Verdict::Reachable),
        (
            "define interface-range OUT Gi0/0 , Gi0/5 - 7\ninterface range macro OUT\n ip access-group SHUT in",
            Verdict::Isolated,
        ),
        (
            "define interface-range OUT Gi0/5 - 7\ninterface range macro OUT\n ip access-group SHUT in",
            Verdict::Reachable,
        ),
        ("interface range macro NOWHERE\n ip access-group SHUT in", Verdict::Undetermined),
    ] {
        assert_eq!(verdict(&ranged(block)), expected, "{block}");
    }
    let gate = with(AW, " protect\n", "");
    let first = "!\ninterface eth1\n";
    for block in ["interface eth1-eth2", "interface eth2,eth1", "interface range eth1-2"] {
        let list = format!(
            "!\naccess-list 3000 deny tcp any any range 3000 4000\n{block}\n access-group 3000\n{first}"
        );
        assert_eq!(verdict(&changed(&gate, &[(first, &list)])), Verdict::Isolated, "{block}");
        let other = list.replace("range 3000 4000", "range 3390 4000");
        assert_eq!(verdict(&changed(&gate, &[(first, &other)])), Verdict::Reachable, "{block}");
    }
}

#[test]
fn what_checks_or_filters_on_an_interface_and_is_not_read_may_stop_packets() {
    let on = " ip access-group IN in\n";
    for (line, expected) in [
        ("ip verify unicast source reachable-via rx", Verdict::Undetermined),
        ("ip verify unicast reverse-path", Verdict::Undetermined),
        ("ip ips SIGNATURES in", Verdict::Undetermined),
        ("ip admission WEB", Verdict::Undetermined),
        ("ip access-group common ALL IN in", Verdict::Undetermined),
        ("source template PORT", Verdict::Undetermined),
        ("cts manual\n  policy static sgt 100", Verdict::Undetermined),
        (
            "rate-limit input access-group 100 8000 1500 2000 conform-action drop exceed-action drop",
            Verdict::Undetermined,
        ),
        ("ip verify source\n no ip verify source", Verdict::Reachable),
        ("ip flow ingress", Verdict::Reachable),
    ] {
        let gate = with(&ios(), on, &format!(" {line}\n"));
        assert_eq!(verdict(&gate), expected, "{line}");
        // What may only stop does not open what a list closes.
        let line = format!(" {line}\n{on}");
        if expected == Verdict::Undetermined && line.contains("verify") {
            assert_eq!(verdict(&with(IOS, on, &line)), Verdict::Isolated, "{line}");
        }
    }
    let policy = |action: &str| {
        let lines = format!(
            "policy-map P\n class C\n  {action}\nclass-map match-all C\n match access-group name IN\nend\n"
        );
        changed(&ios(), &[(on, &format!("{on} service-policy input P\n")), ("end\n", &lines)])
    };
    assert_eq!(verdict(&policy("drop")), Verdict::Undetermined);
    assert_eq!(
        verdict(&policy("police 8000 conform-action drop exceed-action drop")),
        Verdict::Undetermined
    );
    assert_eq!(verdict(&policy("bandwidth percent 10")), Verdict::Reachable);
    // Only answers pass a list of nothing else.
    assert_eq!(
        verdict(&with(IOS, " deny   ip any any\n", " evaluate SESSIONS\n")),
        Verdict::Isolated
    );

    let ix = with(IX, "ng deny", "ng permit");
    assert_eq!(verdict(&ix), Verdict::Reachable);
    for line in ["macl filter frames 1 in", "filter frames 1 in", "ip verify unicast reverse-path"]
    {
        let gate = with(&ix, "  ip filter ng 1 in\n", &format!("  ip filter ng 1 in\n  {line}\n"));
        assert_eq!(verdict(&gate), Verdict::Undetermined, "{line}");
    }

    let aw = with(AW, " protect\n", "");
    let own = " ip address 10.255.0.2/29\n";
    for line in ["ip verify unicast source reachable-via rx", "ip source binding"] {
        assert_eq!(verdict(&with(&aw, own, &format!("{own} {line}\n"))), Verdict::Undetermined);
    }
    for line in ["access-group 3000", "policy-based-routing\n ip policy-route 1 nexthop 10.255.0.5"]
    {
        assert_eq!(
            verdict(&with(&aw, "line con 0\n", &format!("{line}\n!\nline con 0\n"))),
            Verdict::Undetermined
        );
    }

    let srx = with(SRX, "then deny", "then permit");
    let check = "set interfaces ge-0/0/0 unit 0 family inet rpf-check\n";
    assert_eq!(verdict(&srx), Verdict::Reachable);
    assert_eq!(verdict(&format!("{srx}{check}")), Verdict::Undetermined);
    let range = "set interfaces interface-range R member ge-0/0/0\n";
    assert_eq!(verdict(&format!("{srx}{range}")), Verdict::Reachable);
    let off = "set interfaces interface-range R disable\n";
    assert_eq!(verdict(&format!("{srx}{range}{off}")), Verdict::Undetermined);
    let routed =
        "set security zones security-zone untrust advance-policy-based-routing-profile A\n";
    assert_eq!(verdict(&format!("{srx}{routed}")), Verdict::Undetermined);
    let off = "deactivate interfaces ge-0/0/0 unit 0 family inet rpf-check\n";
    assert_eq!(verdict(&format!("{srx}{check}{off}")), Verdict::Reachable);
}

#[test]
fn an_asa_may_ask_who_comes_or_send_it_elsewhere() {
    let open = with(ASA, "extended deny", "extended permit");
    let told = |line: &str| verdict(&with(&open, ": end\n", &format!("{line}\n: end\n")));
    assert_eq!(told("aaa authentication match OUT outside LOCAL"), Verdict::Undetermined);
    let include = "aaa authentication include tcp/3389 outside 0 0 0 0 LOCAL";
    assert_eq!(told(include), Verdict::Undetermined);
    assert_eq!(told("aaa authentication match OUT inside LOCAL"), Verdict::Reachable);
    assert_eq!(told("aaa authentication ssh console LOCAL"), Verdict::Reachable);
    let routed = with(&open, " nameif outside\n", " nameif outside\n policy-route route-map M\n");
    assert_eq!(verdict(&routed), Verdict::Undetermined);
    let old = changed(&open, &[("9.12(4)", "8.2(5)"), (": end\n", "nat-control\n: end\n")]);
    assert_eq!(verdict(&old), Verdict::Undetermined);
    let fixed =
        "static (inside,outside) 192.168.10.10 192.168.10.10 netmask 255.255.255.255\n: end\n";
    assert_eq!(verdict(&with(&old, ": end\n", fixed)), Verdict::Reachable);
}

#[test]
fn what_a_line_takes_back_is_not_there_for_certain() {
    // Members that are taken out of a group, and objects that are written again.
    let group = |lines: &str, of: &str| {
        let lines = format!("{lines}access-list OUT extended deny ip any {of} A\naccess-list OUT");
        changed(ASA, &[("extended deny", "extended permit"), ("access-list OUT", &lines)])
    };
    let hosts = "object-group network A\n network-object host 192.168.10.10\n";
    assert_eq!(verdict(&group(hosts, "object-group")), Verdict::Isolated);
    let fewer = format!("{hosts} no network-object host 192.168.10.10\n");
    assert_eq!(verdict(&group(&fewer, "object-group")), Verdict::Undetermined);
    let again = "object network A\n host 192.168.10.10\nobject network A\n host 192.168.10.9\n";
    assert_eq!(verdict(&group(again, "object")), Verdict::Reachable);
    // Lines of lists, and lists of interfaces.
    let open = with(ASA, "extended deny", "extended permit");
    for line in [
        "no access-list OUT extended permit ip any any",
        "no access-group OUT in interface outside",
        "no same-security-traffic permit inter-interface",
    ] {
        let gate = with(&open, ": end\n", &format!("{line}\n: end\n"));
        assert_eq!(verdict(&gate), Verdict::Undetermined, "{line}");
    }
    for line in [" no permit ip any any", " no 10"] {
        let gate = with(&ios(), "\nend\n", &format!("\n{line}\nend\n"));
        assert_eq!(verdict(&gate), Verdict::Undetermined, "{line}");
    }
    let ix = with(IX, "ng deny", "ng permit");
    let taken = with(&ix, "  ip filter ng 1 in\n", "  ip filter ng 1 in\n  no ip filter ng 1 in\n");
    assert_eq!(verdict(&taken), Verdict::Undetermined);
    // Rules that are taken back and moved.
    let permit = " rule 10 permit any from public to private\n protect\n";
    let aw = |more: &str| verdict(&with(AW, " protect\n", &format!("{permit}{more}")));
    assert_eq!(aw(""), Verdict::Reachable);
    assert_eq!(aw(" no rule 10\n"), Verdict::Isolated);
    let deny = " rule 20 deny any from public to private\n";
    assert_eq!(aw(deny), Verdict::Reachable);
    assert_eq!(aw(&format!("{deny} move rule 20 to 5\n")), Verdict::Isolated);
    assert_eq!(aw(" unheard of\n"), Verdict::Undetermined);
    assert_eq!(aw(" rule 10 deny any from public to private\n"), Verdict::Undetermined);
}

#[test]
fn a_host_whose_address_is_not_read_may_be_any() {
    let aw = |address: &str| {
        let host = format!("  ip subnet 192.168.10.0/24\n  host db\n   {address}\n");
        let rules = " rule 5 deny any from public to private.lan.db\n rule 10 permit any from public to private\n protect\n";
        changed(AW, &[("  ip subnet 192.168.10.0/24\n", &host), (" protect\n", rules)])
    };
    assert_eq!(verdict(&aw("ip address 192.168.10.10")), Verdict::Isolated);
    assert_eq!(verdict(&aw("ip address 192.168.10.9")), Verdict::Reachable);
    let range = "ip address 192.168.10.5 to 192.168.10.20";
    assert_eq!(verdict(&aw(range)), Verdict::Undetermined);
}

#[test]
fn what_changes_the_configuration_by_itself_proves_nothing() {
    let applet = |typed: &str| {
        format!(
            "event manager applet X\n event timer cron cron-entry \"0 9 * * *\"\n action 1.0 cli command \"{typed}\"\nend\n"
        )
    };
    let told = |typed: &str| verdict(&with(IOS, "end\n", &applet(typed)));
    assert_eq!(told("show version"), Verdict::Isolated);
    assert_eq!(told("configure terminal"), Verdict::Undetermined);
    let script = with(IOS, "end\n", "event manager policy open.tcl\nend\n");
    assert_eq!(verdict(&script), Verdict::Undetermined);
    let rules = "config firewall policy\n";
    let script = "config system auto-script\n    edit \"a\"\n        set interval 60\n        set script \"config firewall policy\"\n    next\nend\nconfig firewall policy\n";
    assert_eq!(verdict(FORTIGATE), Verdict::Isolated);
    assert_eq!(verdict(&with(FORTIGATE, rules, script)), Verdict::Undetermined);
    let trigger = "trigger 1\n type time 09:00\n script 1 open.scp\n!\nline con 0\n";
    assert_eq!(verdict(AW), Verdict::Isolated);
    assert_eq!(verdict(&with(AW, "line con 0\n", trigger)), Verdict::Undetermined);
    let events = "set event-options policy A events X\nset event-options policy A then ";
    assert_eq!(verdict(SRX), Verdict::Isolated);
    let changes =
        "change-configuration commands \"set security policies default-policy permit-all\"\n";
    assert_eq!(verdict(&format!("{SRX}{events}{changes}")), Verdict::Undetermined);
    assert_eq!(verdict(&format!("{SRX}{events}raise-trap\n")), Verdict::Isolated);
}

#[test]
fn commands_and_braces_in_one_file_are_both_read() {
    let filter = "firewall {
    family inet {
        filter F {
            term 1 {
                then discard;
            }
        }
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                filter {
                    input F;
                }
            }
        }
    }
}
";
    let open = with(SRX, "then deny", "then permit");
    assert_eq!(verdict(&open), Verdict::Reachable);
    assert_eq!(verdict(&format!("{open}{filter}")), Verdict::Isolated);
    assert_eq!(verdict(&format!("{filter}{open}")), Verdict::Isolated);
    assert_eq!(
        verdict(&format!("{open}{}", filter.replace("discard", "accept"))),
        Verdict::Reachable
    );
}

#[test]
fn policies_of_another_mode_and_tables_of_frames_stand_before_those_of_a_fortigate() {
    let open = with(FORTIGATE, "set action deny", "set action accept");
    let rules = "config firewall policy\n";
    let mode = |mode: &str| {
        let settings = format!("config system settings\n    set ngfw-mode {mode}\nend\n{rules}");
        verdict(&with(&open, rules, &settings))
    };
    assert_eq!(mode("profile-based"), Verdict::Reachable);
    assert_eq!(mode("policy-based"), Verdict::Undetermined);
    let own = "        set ip 10.255.0.2 255.255.255.248\n";
    let bound = |ipmac: &str| {
        let settings = format!(
            "config firewall ipmacbinding setting\n    set bindthroughfw enable\nend\n{rules}"
        );
        verdict(&changed(
            &open,
            &[(own, &format!("{own}        set ipmac {ipmac}\n")), (rules, &settings)],
        ))
    };
    assert_eq!(bound("disable"), Verdict::Reachable);
    assert_eq!(bound("enable"), Verdict::Undetermined);
}

#[test]
fn a_fortigate_reads_what_is_negated_or_leaves_it_open() {
    let open = with(FORTIGATE, "set action deny", "set action accept");
    let objects = "config firewall address\n    edit \"db\"\n        set subnet 192.168.10.10 255.255.255.255\n    next\n    edit \"other\"\n        set subnet 192.168.10.99 255.255.255.255\n    next\nend\nconfig firewall policy\n";
    let told = |from: &str, to: &str| {
        verdict(&changed(&open, &[("config firewall policy\n", objects), (from, to)]))
    };
    let dst = "set dstaddr \"all\"";
    let negated = |name: &str| format!("set dstaddr \"{name}\"\n        set dstaddr-negate enable");
    assert_eq!(told(dst, &negated("db")), Verdict::Isolated);
    assert_eq!(told(dst, &negated("other")), Verdict::Reachable);
    assert_eq!(told(dst, &negated("nobody")), Verdict::Undetermined);
    let src = "set srcaddr \"all\"";
    let negated = |name: &str| format!("set srcaddr \"{name}\"\n        set srcaddr-negate enable");
    assert_eq!(told(src, &negated("all")), Verdict::Isolated);
    assert_eq!(told(src, &negated("db")), Verdict::Reachable);
    for more in [
        "set service-negate enable",
        "set internet-service enable\n        set internet-service-negate enable",
        "set internet-service-src enable\n        set internet-service-src-negate enable",
    ] {
        let schedule = "set schedule \"always\"";
        assert_eq!(
            told(schedule, &format!("{schedule}\n        {more}")),
            Verdict::Undetermined,
            "{more}"
        );
    }
}

const NAT: &str = "ip lan2 nat descriptor 1
nat descriptor type 1 masquerade
nat descriptor address outer 1 10.255.0.2
";

#[test]
fn what_a_session_draws_after_it_may_come_in_past_the_list() {
    let watched = |how: &str| {
        format!(
            "{RTX}ip lan2 secure filter out 97 dynamic 1\nip filter 97 pass * *\nip filter 96 pass * * tcp * 21\nip filter 95 pass * * tcp * 3389\nip filter dynamic 1 * * {how}\n"
        )
    };
    assert_eq!(verdict(&watched("ftp")), Verdict::Isolated);
    assert_eq!(verdict(&watched("filter 96")), Verdict::Isolated);
    assert_eq!(verdict(&watched("filter 96 in 95")), Verdict::Undetermined);
    assert_eq!(verdict(&watched("filter 96 in 96")), Verdict::Isolated);
    // On the way in, it opens nothing that the list does not pass.
    let inward = RTX.replace("in 99", "in 99 dynamic 1") + "ip filter dynamic 1 * * tcp\n";
    assert_eq!(verdict(&inward), Verdict::Isolated);
}

#[test]
fn what_hosts_ask_for_comes_in_past_the_list_perhaps() {
    let upnp = |more: &str| verdict(&format!("{RTX}{NAT}{more}"));
    assert_eq!(upnp(""), Verdict::Isolated);
    assert_eq!(upnp("upnp use on\n"), Verdict::Undetermined);
    assert_eq!(upnp("upnp use off\n"), Verdict::Isolated);
    // Without a translation there is nothing to ask for.
    assert_eq!(verdict(&format!("{RTX}upnp use on\n")), Verdict::Isolated);
}

#[test]
fn filters_of_a_yamaha_count_in_the_order_of_the_list_and_by_the_last_word() {
    let open = RTX.replace("reject", "pass");
    assert_eq!(verdict(&open), Verdict::Reachable);
    let ordered = |list: &str| {
        verdict(&format!("{}ip filter 7 reject * * tcp * 3389\n", with(&open, "in 99", list)))
    };
    assert_eq!(ordered("in 99 7"), Verdict::Reachable);
    assert_eq!(ordered("in 7 99"), Verdict::Isolated);
    assert_eq!(verdict(&format!("{open}ip filter 99 reject * *\n")), Verdict::Isolated);
    let named = with(&open, "in 99", "name SET");
    assert_eq!(verdict(&named), Verdict::Undetermined);
    let set =
        |number: u32| format!("{named}ip filter set SET in {number}\nip filter 7 reject * *\n");
    assert_eq!(verdict(&set(99)), Verdict::Reachable);
    assert_eq!(verdict(&set(7)), Verdict::Isolated);
    let policies = format!("{open}ip policy filter set enable 1\n");
    assert_eq!(verdict(&policies), Verdict::Undetermined);
}

#[test]
fn what_napt_of_an_ix_does_not_expect_may_come_in_or_not() {
    let napt = |lines: &str| {
        let with_napt = format!("  ip napt enable\n{lines}  ip filter ng 1 in\n");
        changed(IX, &[("ng deny", "ng permit"), ("  ip filter ng 1 in\n", &with_napt)])
    };
    assert_eq!(verdict(&napt("")), Verdict::Undetermined);
    // A forward is read before that; whether the list sees the address of the inside, nobody knows.
    let forward = "  ip napt static 192.168.10.10 tcp 3389\n";
    let (outer, rdp) =
        (|| End::Network("10.255.0.2".parse().expect("an address")), Service::tcp(3389));
    assert_eq!(to(&napt(forward), outer(), vec![rdp]), Verdict::Reachable);
    for side in ["10.255.0.2/32", "192.168.10.10/32"] {
        let list = with(&napt(forward), "dest any", &format!("dest {side}"));
        assert_eq!(to(&list, outer(), vec![rdp]), Verdict::Undetermined, "{side}");
    }
}

#[test]
fn nobody_comes_for_certain_where_the_interface_is_off_or_not_known() {
    let open = ios();
    assert_eq!(verdict(&open), Verdict::Reachable);
    let shut = with(&open, " ip access-group IN in\n", " ip access-group IN in\n shutdown\n");
    assert_ne!(verdict(&shut), Verdict::Reachable);
    let rtx = format!("{}lan shutdown lan2\n", RTX.replace("reject", "pass"));
    assert_ne!(verdict(&rtx), Verdict::Reachable);
}

#[test]
fn of_networks_of_two_peers_the_longer_one_and_the_last_one_count() {
    let peers = |first: &str, second: &str| {
        let text = format!(
            "[Interface]\nPrivateKey = 4GBvSPGW0JWwk5xR8yqJkPPDJSfhv4tTTKXwyoYtiFc=\nAddress = 10.9.0.1/24\nListenPort = 51820\n\n[Peer]\nPublicKey = 8tYkgJgaxQ9YiqL4MAYlqGPq2VO4SrgLBvnqv9DuYko=\nAllowedIPs = {first}\nEndpoint = 203.0.113.5:51820\n\n[Peer]\nPublicKey = Zz8kgJgaxQ9YiqL4MAYlqGPq2VO4SrgLBvnqv9DuYkE=\nAllowedIPs = {second}\nEndpoint = 203.0.113.6:51820\n"
        );
        read_as("wireguard", &text).1.config
    };
    let carried = |config: &DeviceConfig, nth: usize| -> AddressSet {
        config.tunnels[nth].selectors.iter().map(|it| AddressSet::from(it.value.remote)).collect()
    };
    let set = |word: &str| AddressSet::from(word.parse::<sekisho::model::IpNetwork>().expect(word));
    let nested = peers("10.200.0.0/16", "10.200.7.0/24, 10.200.9.9/32");
    let longer = set("10.200.7.0/24").union(&set("10.200.9.9/32"));
    assert_eq!(carried(&nested, 0), set("10.200.0.0/16").difference(&longer));
    assert_eq!(carried(&nested, 1), longer);
    assert!(nested.tunnels.iter().all(|it| it.disabled.is_none()));
    // The same network twice belongs to the last one, and the first has nothing left.
    let twice = peers("10.200.0.0/16", "10.200.0.0/16");
    assert!(twice.tunnels[0].disabled.is_some(), "{:#?}", twice.tunnels);
    assert_eq!(carried(&twice, 1), set("10.200.0.0/16"));
    let sixth = peers("fd00::/16", "fd00:0:0:1::/64");
    assert_eq!(carried(&sixth, 0), set("fd00::/16").difference(&set("fd00:0:0:1::/64")));
}

#[test]
fn a_route_that_hangs_on_something_else_may_be_gone() {
    let gate = |more: &str| {
        let line = format!("ip route 192.168.10.10 255.255.255.255 Null0{more}\nip route 10.200");
        verdict(&with(&ios(), "ip route 10.200", &line))
    };
    assert_eq!(gate(""), Verdict::Isolated);
    assert_eq!(gate(" name track"), Verdict::Isolated);
    assert_eq!(gate(" track 1"), Verdict::Undetermined);
    let open = with(ASA, "extended deny", "extended permit");
    let back = |more: &str| {
        let line =
            format!("route outside 192.168.10.10 255.255.255.255 10.255.0.1 1{more}\n: end\n");
        verdict(&with(&open, ": end\n", &line))
    };
    assert_eq!(back(""), Verdict::Isolated);
    assert_eq!(back(" track 1"), Verdict::Undetermined);
}

#[test]
fn a_policy_between_zones_that_is_not_there_may_say_anything() {
    let zones = |policy: &str| {
        let lines = format!(
            "\nzone security OUT\nzone security LAN\nzone-pair security P source OUT destination LAN\n{policy}end\n"
        );
        let own = " ip address 192.168.10.1 255.255.255.0\n";
        let inside = format!("{own} zone-member security LAN\n");
        let outside = " zone-member security OUT\n";
        let pairs = [(" ip access-group IN in\n", outside), (own, &inside), ("\nend\n", &lines)];
        verdict(&changed(&ios(), &pairs))
    };
    assert_eq!(zones(""), Verdict::Isolated);
    assert_eq!(zones(" service-policy type inspect NOWHERE\n"), Verdict::Undetermined);
}
