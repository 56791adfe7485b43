//! Cisco IOS: the answers that real configurations must give, and what goldens do not show well.

use super::read;
use crate::support::corpus;
use sekisho::config::ConfigFile;
use sekisho::model::device::{DeviceConfig, Remote, Tunnel};
use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

fn read_file(path: &Path) -> ConfigFile {
    let bytes = fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let (_, read) = read(&path.to_string_lossy(), &bytes);
    let read = read.unwrap_or_else(|| panic!("{}: not recognised", path.display()));
    assert_eq!(read.format.id, "cisco-ios", "{}", path.display());
    read
}

/// The address that a tunnel leaves from.
fn local(config: &DeviceConfig, tunnel: &Tunnel) -> Option<IpAddr> {
    let source = &tunnel.local.as_ref()?.value;
    source.parse().ok().or_else(|| Some(config.interface(source)?.addresses.first()?.value.ip()))
}

/// Links of IPsec between devices: pairs of addresses that name one another.
fn ipsec_links(devices: &[DeviceConfig]) -> BTreeSet<(IpAddr, IpAddr)> {
    let ends: BTreeSet<(IpAddr, IpAddr)> = devices
        .iter()
        .flat_map(|device| device.tunnels.iter().map(move |tunnel| (device, tunnel)))
        .filter(|(_, tunnel)| tunnel.ipsec && tunnel.disabled.is_none())
        .filter_map(|(device, tunnel)| match tunnel.remote.value {
            Remote::Address(remote) => Some((local(device, tunnel)?, remote)),
            _ => None,
        })
        .collect();
    ends.iter().filter(|(a, b)| a < b && ends.contains(&(*b, *a))).copied().collect()
}

#[test]
fn three_routers_have_exactly_three_ipsec_links() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/batfish/ios-crypto-ipsec");
    let devices: Vec<DeviceConfig> =
        ["r1", "r2", "r3"].map(|name| read_file(&folder.join(name)).config).into();
    let links: Vec<String> =
        ipsec_links(&devices).iter().map(|(a, b)| format!("{a} {b}")).collect();
    assert_eq!(links, ["2.3.4.6 2.3.4.8", "2.3.4.7 2.3.4.11", "2.3.4.10 2.3.4.11"]);

    // The tunnel interface that is shut down is a fact, and no end of a link.
    let shut: Vec<&Tunnel> = devices[0].tunnels.iter().filter(|it| it.name == "Tunnel21").collect();
    assert_eq!(shut.len(), 1);
    assert!(shut[0].disabled.is_some());
    let interfaces = |it: &&Tunnel| it.interface.is_some() && it.disabled.is_none();
    assert_eq!(devices[0].tunnels.iter().filter(interfaces).count(), 0);
    assert_eq!(devices[1].tunnels.iter().filter(interfaces).count(), 2);
    assert_eq!(devices[2].tunnels.iter().filter(interfaces).count(), 1);
}

/// Two interfaces of different devices with addresses in one subnet.
fn subnet_links(devices: &[(String, DeviceConfig)]) -> Vec<(String, String)> {
    let mut ends: Vec<(sekisho::model::IpNetwork, &str, String)> = Vec::new();
    for (name, device) in devices {
        for interface in device.interfaces.iter().filter(|it| it.enabled) {
            for address in interface.addresses.iter().filter(|it| it.value.prefix() < 32) {
                let subnet = sekisho::model::network_of(address.value);
                ends.push((subnet, name, format!("{name} {}", interface.name.value)));
            }
        }
    }
    let mut links = Vec::new();
    for (at, a) in ends.iter().enumerate() {
        for b in ends[at + 1..].iter().filter(|b| a.0 == b.0 && a.1 != b.1) {
            links.push((a.2.clone(), b.2.clone()));
        }
    }
    links
}

/// Hosts are not configurations of ours; their addresses stand in JSON beside them.
fn host(name: &str, text: &str) -> (String, DeviceConfig) {
    use sekisho::model::device::{Interface, InterfaceKind};
    use sekisho::source::{FileId, Span, Spanned};
    let file = FileId::default();
    let span = Span { file, start: 0, end: 0 };
    let prefix = text.split("\"prefix\" : \"").nth(1).and_then(|it| it.split('"').next());
    let mut interface =
        Interface::new(Spanned::new("eth0".to_owned(), span), InterfaceKind::Ethernet);
    let address = prefix.expect("a prefix").parse().expect("a network");
    interface.addresses.push(Spanned::new(address, span));
    let config = DeviceConfig { interfaces: vec![interface], ..DeviceConfig::default() };
    (name.to_owned(), config)
}

#[test]
fn thirteen_routers_and_two_hosts_have_exactly_nineteen_links() {
    let Some(corpus) = corpus() else { return };
    let live = corpus.join("configs/batfish/example-live/live");
    let mut devices = Vec::new();
    for name in [
        "as1border1",
        "as1border2",
        "as1core1",
        "as2border1",
        "as2border2",
        "as2core1",
        "as2core2",
        "as2dept1",
        "as2dist1",
        "as2dist2",
        "as3border1",
        "as3border2",
        "as3core1",
    ] {
        let read = read_file(&live.join(format!("configs/{name}.cfg")));
        assert_eq!(read.coverage.unrecognized.len(), 0, "{name}");
        assert_eq!(read.config.hostname.as_ref().map(|it| it.value.as_str()), Some(name));
        devices.push((name.to_owned(), read.config));
    }
    for name in ["host1", "host2"] {
        let text = fs::read_to_string(live.join(format!("hosts/{name}.json"))).expect("a host");
        devices.push(host(name, &text));
    }
    let links = subnet_links(&devices);
    assert_eq!(links.len(), 19, "{links:#?}");
    for (a, b) in [
        ("as1border1 GigabitEthernet0/0", "as1core1 GigabitEthernet1/0"),
        ("as1border1 GigabitEthernet1/0", "as2border1 GigabitEthernet0/0"),
        ("as1border2 GigabitEthernet0/0", "as3border2 GigabitEthernet0/0"),
        ("as2border2 GigabitEthernet0/0", "as3border1 GigabitEthernet1/0"),
        ("as2dept1 GigabitEthernet2/0", "host1 eth0"),
        ("as2dept1 GigabitEthernet3/0", "host2 eth0"),
        ("as3border2 GigabitEthernet1/0", "as3core1 GigabitEthernet0/0"),
    ] {
        assert!(links.contains(&(a.to_owned(), b.to_owned())), "{a} - {b}");
    }
    // Neighbours of another autonomous system that answer: each side names the other's address.
    // Private numbers (RFC 6996) stay within one operator.
    let mut external = BTreeSet::new();
    for (a, from) in &devices {
        for (b, to) in &devices {
            let owns = |device: &DeviceConfig, address: IpAddr| {
                let mut all = device.interfaces.iter().filter(|it| it.enabled);
                all.any(|it| it.addresses.iter().any(|it| it.value.ip() == address))
            };
            let names = |x: &DeviceConfig, y: &DeviceConfig| {
                x.peers.iter().any(|peer| {
                    let public =
                        |it: Option<u32>| it.is_some_and(|it| !(64512..=65534).contains(&it));
                    peer.protocol == "bgp"
                        && owns(y, peer.address)
                        && peer.remote_as != peer.local_as
                        && public(peer.remote_as)
                        && public(peer.local_as)
                })
            };
            if a < b && names(from, to) && names(to, from) {
                external.insert(format!("{a} {b}"));
            }
        }
    }
    let external: Vec<_> = external.iter().map(String::as_str).collect();
    assert_eq!(
        external,
        ["as1border1 as2border1", "as1border2 as3border2", "as2border2 as3border1"]
    );
}

#[test]
fn the_guide_of_a_cloud_gives_two_tunnels() {
    let Some(corpus) = corpus() else { return };
    let page = fs::read_to_string(corpus.join("configs/aws/Cisco.md")).expect("the guide");
    let code: String = page
        .split("```")
        .skip(1)
        .step_by(2)
        .filter(|block| block.contains("crypto isakmp"))
        .collect();
    let text = code.replace("YOUR_UPLINK_ADDRESS", "192.0.2.1").replace("YOUR_BGP_ASN", "65000");
    let (sources, read) = super::read_as("cisco-ios", &text);
    let unrecognized: Vec<_> =
        read.coverage.unrecognized.iter().map(|it| sources.slice(*it)).collect();
    // What the page itself put among the commands.
    assert!(
        unrecognized
            .iter()
            .all(|line| line.contains("Image NOT FOUND") || line.chars().all(char::is_whitespace)),
        "{unrecognized:?}"
    );
    let tunnels: Vec<_> = read
        .config
        .tunnels
        .iter()
        .map(|it| {
            let inside = it.interface.as_ref().and_then(|name| read.config.interface(name));
            let inside = inside.and_then(|it| it.addresses.first()).map(|it| it.value.to_string());
            (it.remote.value.clone(), it.ipsec, inside.unwrap_or_default())
        })
        .collect();
    let address = |text: &str| Remote::Address(text.parse().expect("an address"));
    assert_eq!(
        tunnels,
        [
            (address("72.21.209.225"), true, "169.254.255.2/30".to_owned()),
            (address("72.21.209.193"), true, "169.254.255.6/30".to_owned()),
        ]
    );
    let peers: Vec<_> = read
        .config
        .peers
        .iter()
        .map(|it| (it.address.to_string(), it.local_as, it.remote_as))
        .collect();
    assert_eq!(
        peers,
        [
            ("169.254.255.1".to_owned(), Some(65000), Some(7224)),
            ("169.254.255.5".to_owned(), Some(65000), Some(7224)),
        ]
    );
    assert_eq!(read.config.secrets.len(), 2);
    assert!(!sources.file(read.file).text().contains("plain-text-password"));
}

#[test]
fn sanitized_switches_are_read_whole() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/fortigate/anilkilictr-configs/cisco");
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let read = read_file(&path);
        assert_eq!(read.coverage.percent(), 100, "{}", path.display());
        assert!(read.config.hostname.is_some(), "{}", path.display());
        files += 1;
    }
    assert_eq!(files, 8);
    let core = read_file(&folder.join("core-sw1-sample.cfg")).config;
    let trunk = |name: &str| core.interface(name).map(|it| it.trunk.clone()).unwrap_or_default();
    let vlans = [(10, 10), (20, 20), (30, 30), (40, 40), (100, 100)];
    assert_eq!(trunk("Port-channel1"), vlans);
    assert_eq!(trunk("GigabitEthernet0/1"), vlans);
    assert_eq!(trunk("GigabitEthernet0/2"), vlans);
    let access = read_file(&folder.join("branch-switch-sample.cfg")).config;
    assert_eq!(access.interface("GigabitEthernet0/10").and_then(|it| it.vlan), Some(100));
    assert_eq!(access.interfaces.len(), 10);
}

#[test]
fn outputs_that_are_no_configuration_are_not_taken_for_one() {
    let Some(corpus) = corpus() else { return };
    let mut looked = 0;
    for folder in ["show_cdp_neighbors_detail", "show_lldp_neighbors_detail"] {
        let folder = corpus.join("configs/ntc/cisco_ios").join(folder);
        for entry in fs::read_dir(&folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "raw") {
                let (_, read) = read("show.txt", &fs::read(&path).expect("a capture"));
                assert!(read.is_none(), "{}: {:?}", path.display(), read.map(|it| it.format));
                looked += 1;
            }
        }
    }
    assert!(looked > 5);
}
