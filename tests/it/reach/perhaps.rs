//! Lines that may stop packets, or open a way by themselves, and are not followed: nothing is certain
//! behind the first, nothing isolated behind the second.

use super::dumps::{FORTIGATE, HOSPITAL, IOS, RTX, verdict};
use super::network::asked;
use super::unsure::with;
use crate::config::read_as;
use sekisho::model::device::DeviceConfig;
use sekisho::model::{AddressSet, EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::ends::End;
use sekisho::reach::paths::{Question, Verdict};

/// The same with other lines: each pair is replaced once.
fn changed(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn ios() -> String {
    with(IOS, " deny   ip any any\n", " permit ip any any\n")
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
fn nobody_comes_for_certain_where_the_interface_is_off_or_not_known() {
    let open = ios();
    assert_eq!(verdict(&open), Verdict::Reachable);
    let shut = with(&open, " ip access-group IN in\n", " ip access-group IN in\n shutdown\n");
    assert_ne!(verdict(&shut), Verdict::Reachable);
    let rtx = format!("{}lan shutdown lan2\n", RTX.replace("reject", "pass"));
    assert_ne!(verdict(&rtx), Verdict::Reachable);
}

#[test]
fn private_addresses_are_not_carried_across_the_internet_for_certain() {
    let open = ios();
    let across = |transport: &str, kind: &str| {
        let hospital = changed(
            HOSPITAL,
            &[("transport: ip-vpn", &format!("transport: {transport}")), ("kind: ip-vpn", kind)],
        );
        let thing = |kind, id: &str| End::Thing(EntityRef::new(kind, id));
        let (from, to) = (thing(EntityKind::Party, "v"), thing(EntityKind::System, "db"));
        let question = Question { from, to, services: Vec::new(), at: None };
        let ask = |reach: &Reach<'_>| reach.paths(&question).verdict();
        asked(&hospital, &[("gate", &open)], ask)
    };
    assert_eq!(across("ip-vpn", "kind: ip-vpn"), Verdict::Reachable);
    assert_eq!(across("plain-internet", "kind: internet"), Verdict::Undetermined);
    assert_eq!(across("tls-mtls", "kind: ip-vpn"), Verdict::Reachable);
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
