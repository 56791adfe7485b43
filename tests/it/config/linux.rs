//! Linux hosts: text and JSON of one host are the same facts.

use super::{facts, read_as};
use sekisho::model::device::{DeviceConfig, InterfaceKind, NextHop, Remote};

fn device(text: &str) -> DeviceConfig {
    read_as("linux", text).1.config
}

const TEXT: &str = "\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP
    link/ether 00:00:5e:00:53:02 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0
3: gre1@NONE: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1476 qdisc noqueue state UNKNOWN
    link/gre 192.0.2.10 peer 198.51.100.1
    inet 10.9.0.1 peer 10.9.0.2/32 scope global gre1
default via 192.0.2.1 dev eth0 proto dhcp metric 100
10.66.0.0/16 dev gre1 scope link
";

const JSON: &str = r#"[ {"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"link_type":"loopback","address":"00:00:00:00:00:00",
   "addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]},
  {"ifname":"eth0","flags":["UP"],"link_type":"ether","address":"00:00:5e:00:53:02",
   "addr_info":[{"family":"inet","local":"192.0.2.10","prefixlen":24,"scope":"global"}]},
  {"ifname":"gre1","flags":["UP"],"link_type":"gre","address":"192.0.2.10","link_pointtopoint":true,"broadcast":"198.51.100.1",
   "addr_info":[{"family":"inet","local":"10.9.0.1","address":"10.9.0.2","prefixlen":32,"scope":"global"}]} ]
[ {"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"dhcp","metric":100,"flags":[]},
  {"dst":"10.66.0.0/16","dev":"gre1","scope":"link","flags":[]} ]
"#;

#[test]
fn text_and_json_of_one_host_are_the_same_facts() {
    let facts = |text: &str| -> Vec<String> {
        let (sources, read) = read_as("linux", text);
        assert_eq!(read.coverage.unrecognized, []);
        let digit = |c: char| c.is_ascii_digit() || c == ' ';
        let facts = facts::of(&sources, &read);
        facts
            .lines()
            .filter(|it| !it.starts_with("lines:"))
            .map(|it| it.trim_start_matches(digit).to_owned())
            .collect()
    };
    assert_eq!(facts(TEXT), facts(JSON));
    assert_eq!(facts(TEXT).len(), 7);
}

#[test]
fn a_tunnel_and_a_default_route_are_found() {
    let host = device(JSON);
    assert_eq!(host.interface("gre1").map(|it| it.kind), Some(InterfaceKind::Tunnel));
    let [tunnel] = host.tunnels.as_slice() else { panic!("{:?}", host.tunnels) };
    let remote = "198.51.100.1".parse().expect("an address");
    assert_eq!(tunnel.remote.value, Remote::Address(remote));
    let defaults: Vec<_> = host.routes.iter().filter(|it| it.is_default()).collect();
    let gateway = "192.0.2.1".parse().expect("an address");
    assert_eq!(defaults.len(), 1);
    assert_eq!(defaults[0].via, [NextHop::Over(gateway, "eth0".into())]);
}

#[test]
fn the_family_of_a_default_route_is_not_guessed() {
    let host = device(
        "default dev ppp0 scope link\n10.0.0.0/8 via 192.0.2.1 dev eth0\n2001:db8::/32 via 2001:db8::1 dev eth0\n",
    );
    assert!(host.routes.iter().all(|it| !it.is_default()));
    let host = device("default dev ppp0 scope link\n10.0.0.0/8 via 192.0.2.1 dev eth0\n");
    assert_eq!(host.routes.iter().filter(|it| it.is_default()).count(), 1);
}
