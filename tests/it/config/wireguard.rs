//! WireGuard: when a peer is a tunnel and when a person.

use super::read_as;
use sekisho::model::device::{DeviceConfig, Remote};

const KEY: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

fn config(text: &str) -> DeviceConfig {
    read_as("wireguard", text).1.config
}

fn peer(lines: &str) -> DeviceConfig {
    config(&format!(
        "[Interface]\nListenPort = 51820\nAddress = 10.9.0.1/24\n[Peer]\nPublicKey = {KEY}\n{lines}\n"
    ))
}

#[test]
fn a_peer_with_an_endpoint_is_a_tunnel_that_this_side_opens() {
    let config = peer("AllowedIPs = 10.9.0.2/32\nEndpoint = 198.51.100.7:51820");
    let tunnel = &config.tunnels[0];
    assert_eq!(tunnel.remote.value, Remote::Address("198.51.100.7".parse().unwrap()));
    assert_eq!(tunnel.initiates, Some(true));
    assert!(config.remote_access.is_empty());
}

#[test]
fn a_peer_without_one_is_a_site_when_a_network_lies_behind_it_and_else_a_person() {
    let site = peer("AllowedIPs = 10.9.0.2/32, 192.168.7.0/24");
    assert_eq!(site.tunnels[0].remote.value, Remote::Any);
    assert_eq!(site.tunnels[0].initiates, Some(false));
    assert!(site.remote_access.is_empty());
    let person = peer("AllowedIPs = 10.9.0.2/32, fd00::2/128");
    assert!(person.tunnels.is_empty());
    let server = &person.remote_access[0];
    assert!(server.sources.is_any());
    assert_eq!(server.services[0].to_string(), "51820/udp");
}

#[test]
fn a_place_that_was_only_seen_makes_no_tunnel() {
    let dump = |endpoint: &str, allowed: &str, keepalive: &str| {
        config(&format!(
            "wg0\t(none)\t{KEY}\t51820\toff\nwg0\t{KEY}\t(none)\t{endpoint}\t{allowed}\t0\t0\t0\t{keepalive}\n"
        ))
    };
    let person = dump("203.0.113.80:40112", "10.9.0.2/32", "off");
    assert_eq!((person.tunnels.len(), person.remote_access.len()), (0, 1));
    let kept = dump("203.0.113.80:40112", "10.9.0.2/32", "25");
    assert_eq!((kept.tunnels.len(), kept.remote_access.len()), (1, 0));
    assert_eq!(kept.tunnels[0].initiates, Some(true));
    // Nobody knows who opened it.
    let site = dump("203.0.113.80:40112", "192.168.7.0/24", "off");
    assert_eq!(site.tunnels[0].initiates, None);
}

#[test]
fn an_interface_is_called_as_its_file_is() {
    let text = format!(
        "[Interface]\nListenPort = 1\nAddress = 10.9.0.1\n[Peer]\nPublicKey = {KEY}\nAllowedIPs = 10.8.0.0/16\n"
    );
    for (file, name) in [
        ("etc/wireguard/wg-branch.conf", "wg-branch"),
        ("vpn1.txt", "wireguard"),
        ("a name with blanks.conf", "wireguard"),
    ] {
        let (_, read) = super::read(file, text.as_bytes());
        assert_eq!(read.expect("read").config.interfaces[0].name.value, name);
    }
}

#[test]
fn a_port_forward_of_a_hook_is_a_way_in() {
    let config = config(&format!(
        "[Interface]\nListenPort = 1\nPostUp = iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 443 -j DNAT --to-destination 10.9.0.2:8443\n[Peer]\nPublicKey = {KEY}\nAllowedIPs = 10.9.0.2/32\n"
    ));
    assert!(config.nat[0].opens_a_way_in());
}
