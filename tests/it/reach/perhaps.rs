//! Lines that may stop packets, or open a way by themselves, and are not followed: nothing is certain
//! behind the first, nothing isolated behind the second.

use super::dumps::{HOSPITAL, IOS, RTX, verdict};
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
