//! NEC UNIVERGE IX: what goldens do not show well.

use super::{read, read_as};
use crate::support::corpus;
use sekisho::model::device::{Remote, TunnelKind, Verdict};

const HEADER: &str = "! NEC Portable Internetwork Core Operating System Software\n! IX Series IX2215 (magellan-sec) Software, Version 10.7.18, RELEASE SOFTWARE\n!\n";

fn ix(text: &str) -> sekisho::model::device::DeviceConfig {
    read_as("nec-ix", &format!("{HEADER}{text}")).1.config
}

#[test]
fn an_interface_is_off_until_it_is_switched_on() {
    let config = ix(
        "device GigaEthernet1\n  shutdown\n!\ninterface GigaEthernet0.0\n  ip address 192.0.2.1/24\n!\n\
         interface GigaEthernet1.0\n  no shutdown\n!\ninterface GigaEthernet2.0\n  no shutdown\n!\n\
         interface GigaEthernet3.0\n  no shutdown\n  shutdown\n!\ninterface Loopback0.0\n  no ip address\n",
    );
    let on: Vec<_> =
        config.interfaces.iter().filter(|it| it.enabled).map(|it| it.name.value.as_str()).collect();
    assert_eq!(on, ["GigaEthernet2.0", "Loopback0.0"]);
}

#[test]
fn lists_of_one_direction_are_tried_by_sequence_and_end_in_no() {
    let config = ix(
        "ip access-list late permit ip src any dest any\nip access-list early deny tcp src any sport any dest any dport eq 23\n\
         interface GigaEthernet0.0\n  ip filter late 20 in\n  ip filter early 3 in\n  no shutdown\n",
    );
    let [applied] = config.applied.as_slice() else { panic!("{:?}", config.applied) };
    let filter = config.filter(&applied.filter).expect("the filter that is applied");
    let called: Vec<_> = filter.lines.iter().map(|it| it.verdict.clone()).collect();
    assert_eq!(called, [Verdict::Call("early".into()), Verdict::Call("late".into())]);
    assert_eq!(filter.otherwise, Verdict::Deny);
    for name in ["early", "late"] {
        assert_eq!(config.filter(name).expect("a list").otherwise, Verdict::Return, "{name}");
    }
}

#[test]
fn a_peer_any_is_never_called() {
    let config =
        ix("interface Tunnel0.0\n  tunnel mode ipsec-ikev2\n  ikev2 connect-type auto\n  \
         ikev2 peer any authentication psk id keyid branch\n  no shutdown\n");
    let [tunnel] = config.tunnels.as_slice() else { panic!("{:?}", config.tunnels) };
    assert_eq!(tunnel.remote.value, Remote::Any);
    assert_eq!(tunnel.initiates, Some(false));
}

#[test]
fn a_comment_at_the_left_edge_ends_no_block() {
    let config =
        ix("interface Tunnel0.0\n  tunnel mode ether-ip ipv6\n! to the other building\n  \
         tunnel destination 2001:db8::1\n! on\n  no shutdown\n");
    let [tunnel] = config.tunnels.as_slice() else { panic!("{:?}", config.tunnels) };
    assert_eq!(tunnel.kind, TunnelKind::EtherIp);
    assert!(tunnel.layer2 && tunnel.disabled.is_none());
    assert_eq!(tunnel.remote.value, Remote::Address("2001:db8::1".parse().expect("an address")));
}

#[test]
fn nothing_of_others_is_taken_for_an_ix() {
    let Some(corpus) = corpus() else { return };
    let mut folders = vec![corpus.join("configs")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            looked_at += 1;
            let bytes = std::fs::read(&path).expect("a file");
            let recognised = read("device.conf", &bytes).1.map(|it| it.format.id);
            assert_ne!(recognised, Some("nec-ix"), "{}", path.display());
        }
    }
    assert!(looked_at > 50, "{looked_at}");
}

#[test]
fn an_interface_that_is_entered_twice_is_one() {
    let config = ix("interface GigaEthernet0.0\n  ip address 192.0.2.1/24\n!\nhostname again\n!\n\
         interface GigaEthernet0.0\n  no shutdown\n");
    let [interface] = config.interfaces.as_slice() else { panic!("{:?}", config.interfaces) };
    assert!(interface.enabled && interface.addresses.len() == 1);
}

#[test]
fn keys_of_a_server_for_people_are_agreed_by_a_tunnel() {
    let config = ix(
        "ip access-list all permit ip src any dest any\nike proposal weak encryption 3des hash md5 group 1024-bit\n\
         ike policy phones peer any key naisho weak\nipsec autokey-proposal p2 esp-aes esp-sha\n\
         ipsec dynamic-map phones all p2\ninterface Tunnel0.0\n  tunnel mode l2tp-lns ipsec\n  \
         ipsec policy transport phones\n  no shutdown\n",
    );
    assert_eq!(config.remote_access.len(), 1);
    let [tunnel] = config.tunnels.as_slice() else { panic!("{:?}", config.tunnels) };
    assert_eq!((tunnel.kind, tunnel.initiates), (TunnelKind::L2tpIpsec, Some(false)));
    let groups: Vec<u16> = tunnel.ike.iter().flat_map(|it| &it.groups).map(|it| it.value).collect();
    assert_eq!(groups, [2]);
}
