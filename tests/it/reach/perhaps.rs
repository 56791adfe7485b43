//! Lines that may stop packets, or open a way by themselves, and are not followed: nothing is certain
//! behind the first, nothing isolated behind the second.

use crate::config::read_as;
use sekisho::model::AddressSet;
use sekisho::model::device::DeviceConfig;

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
