//! Allied Telesis AlliedWare Plus: what goldens do not show well.

use super::{read, read_as};
use crate::support::corpus;
use sekisho::model::device::{DeviceConfig, Hook, Verdict};

fn awp(text: &str) -> DeviceConfig {
    let text = format!("username manager privilege 15 password 8 x\n!\n{text}\nend\n");
    read_as("alliedware-plus", &text).1.config
}

const ENTITIES: &str = "zone private\n network lan\n  ip subnet 192.168.1.0/24\nzone public\n network wan\n  ip subnet 0.0.0.0/0 interface ppp0\n";

#[test]
fn rules_work_only_with_protect_and_in_the_order_of_their_numbers() {
    let rules = "firewall\n rule 20 permit any from private to public\n rule 10 deny ssh from private to public\n";
    let without = awp(&format!("{ENTITIES}{rules}"));
    assert!(without.applied.is_empty() && !without.stateful);
    assert_eq!(without.unfiltered, Verdict::Permit);
    let with = awp(&format!("{ENTITIES}{rules} protect\n"));
    let hooks: Vec<_> = with.applied.iter().map(|it| it.hook).collect();
    assert_eq!(hooks, [Hook::Forward, Hook::Local, Hook::Own]);
    assert!(with.stateful);
    let filter = with.filter("firewall").expect("the rules");
    let labels: Vec<_> = filter.lines.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["10", "20"]);
    assert_eq!(filter.otherwise, Verdict::Deny);
}

#[test]
fn an_entity_that_is_not_there_never_makes_a_rule_empty() {
    let config = awp(&format!(
        "{ENTITIES}firewall\n rule 10 deny any from private.missing to public\n rule 20 permit any from nowhere to public\n protect\n"
    ));
    let filter = config.filter("firewall").expect("the rules");
    assert_eq!(filter.lines.len(), 2);
    assert!(filter.lines.iter().all(|it| !it.when.is_exact()));
}

#[test]
fn a_range_of_ports_is_each_of_them() {
    let config = awp(
        "interface port1.0.1-1.0.3,port2.0.9\n switchport\n switchport access vlan 7\ninterface vlan10-12\n shutdown\n",
    );
    let names: Vec<_> = config.interfaces.iter().map(|it| it.name.value.as_str()).collect();
    assert_eq!(
        names,
        ["port1.0.1", "port1.0.2", "port1.0.3", "port2.0.9", "vlan10", "vlan11", "vlan12"]
    );
}

#[test]
fn the_example_of_the_vendor_joins_two_sites_over_one_tunnel() {
    // 設定例集 #61: A 10.0.0.1 and B 10.0.0.2 on ppp0.
    let config = awp(
        "crypto isakmp key secret address 10.0.0.2\n!\ninterface eth1\n encapsulation ppp 0\n!\n\
         interface ppp0\n ppp service-name isp\n ip address 10.0.0.1/32\n!\ninterface tunnel0\n tunnel source ppp0\n \
         tunnel destination 10.0.0.2\n tunnel protection ipsec\n tunnel mode ipsec ipv4\n ip address 172.16.0.1/30\n!\n\
         ip route 192.168.2.0/24 tunnel0\n",
    );
    let [tunnel] = config.tunnels.as_slice() else { panic!("{:?}", config.tunnels) };
    assert!(tunnel.ipsec && tunnel.disabled.is_none());
    assert_eq!(format!("{:?}", tunnel.remote.value), "Address(10.0.0.2)");
}

#[test]
fn of_outputs_only_those_that_give_facts_are_read() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/ntc/allied_telesis_awplus");
    let mut looked_at = 0;
    for command in std::fs::read_dir(folder).expect("a folder") {
        for file in std::fs::read_dir(command.expect("an entry").path()).expect("a folder") {
            let path = file.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            let recognised = read("device.conf", &bytes).1.map(|it| it.format.id);
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            let read = ["show_interface.", "show_interface1.", "show_ip_route."];
            let facts = name.ends_with(".raw") && read.iter().any(|it| name.contains(it));
            assert_eq!(recognised, facts.then_some("alliedware-plus"), "{}", path.display());
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 28);
}

/// The records of an answer of ntc-templates: a list of mappings of plain words.
fn records(yaml: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut records = Vec::new();
    for line in yaml.lines() {
        let begins = line.starts_with("  - ");
        let Some((key, value)) = line.trim_start_matches([' ', '-']).split_once(':') else {
            continue;
        };
        if begins {
            records.push(std::collections::BTreeMap::new());
        }
        if let Some(record) = records.last_mut() {
            record.insert(key.to_owned(), value.trim().trim_matches('"').to_owned());
        }
    }
    records
}

/// An output of the corpus as facts, with its answer.
fn output(name: &str) -> Option<(DeviceConfig, Vec<std::collections::BTreeMap<String, String>>)> {
    let folder = corpus()?.join("configs/ntc/allied_telesis_awplus");
    let file = |kind: &str| {
        let command = name.trim_end_matches('1');
        folder.join(command).join(format!("allied_telesis_awplus_{name}.{kind}"))
    };
    let text = std::fs::read(file("raw")).expect("an output");
    let answer = std::fs::read_to_string(file("yml")).expect("an answer");
    let (_, found) = read("output.txt", &text);
    let found = found.expect("a format");
    assert_eq!(found.format.id, "alliedware-plus");
    assert!(found.coverage.unrecognized.is_empty(), "{:?}", found.coverage.unrecognized);
    Some((found.config, records(&answer)))
}

#[test]
fn interfaces_that_are_shown_are_those_of_the_answers() {
    for name in ["show_interface", "show_interface1"] {
        let Some((config, answer)) = output(name) else { return };
        let found: Vec<_> = config
            .interfaces
            .iter()
            .map(|it| {
                let address = it.addresses.first().map(|it| it.value.to_string());
                let state = if it.enabled { "UP" } else { "DOWN" };
                let text = it.description.as_ref().map(|it| it.value.clone());
                [it.name.value.clone(), address.unwrap_or_default(), state.to_owned()]
                    .into_iter()
                    .chain([text.unwrap_or_default(), it.instance.clone().unwrap_or_default()])
                    .collect::<Vec<_>>()
            })
            .collect();
        let expected: Vec<_> = answer
            .iter()
            .map(|it| {
                let address = match it["ip_address"].as_str() {
                    "" => String::new(),
                    address => format!("{address}/{}", it["prefix_length"]),
                };
                ["interface", "", "protocol_status", "description", "vrf"]
                    .map(|key| it.get(key).cloned().unwrap_or_else(|| address.clone()))
                    .to_vec()
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn routes_that_are_shown_are_those_of_the_answer() {
    use sekisho::model::device::NextHop;
    let Some((config, answer)) = output("show_ip_route") else { return };
    let found: Vec<_> = config
        .routes
        .iter()
        .map(|it| {
            let hop = match it.via.as_slice() {
                [NextHop::Over(at, over)] => format!("{at} {over}"),
                [NextHop::Interface(over)] => format!(" {over}"),
                other => panic!("{other:?}"),
            };
            (it.destination.to_string(), hop, it.distance, it.instance.clone().unwrap_or_default())
        })
        .collect();
    let expected: Vec<_> = answer
        .iter()
        .map(|it| {
            let network = format!("{}/{}", it["network"], it["mask"]);
            let hop = format!("{} {}", it["nexthop_ip"], it["nexthop_if"]);
            (network, hop, it["distance"].parse().ok(), it["vrf"].clone())
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_older_systems_of_the_maker_are_not_taken_for_another() {
    let older = "set system name=\"clinic\"\nset user securedelay=300\nadd user=secoff pass=x priv=securityOfficer\n\
                 create ppp=0 over=eth0-any\nenable ip\nadd ip int=vlan1 ip=192.168.10.1\nenable firewall\n\
                 set firewall policy=\"net\" rule=1 port=500\nset snmp community=x trap=on\nenable l2tp\n\
                 create ipsec pol=\"vpn\" int=ppp0 ac=ipsec peer=192.0.2.9\n";
    let arx = "service password-encryption\n!\ninterface gigabitEthernet 0.1\n ip napt inside any\n \
               ip napt forward tcp 8080 192.168.10.15 80\n no shutdown\n!\naccess-list ip extended in\n \
               permit udp any any\n!\nhttp-server ip enable\ntelnet-server ip enable\nend\n";
    for text in [older, arx] {
        let found = read("device.cfg", text.as_bytes()).1.map(|it| it.format.id);
        assert_eq!(found, None, "{text}");
    }
}

#[test]
fn what_is_typed_without_indentation_belongs_to_its_block() {
    let indented = format!(
        "{ENTITIES}firewall\n rule 10 permit any from private to public\n protect\ncrypto isakmp key Kagi-9 address 192.0.2.9\n\
         interface vlan1\n ip address 192.168.1.1/24\ninterface tunnel0\n tunnel source ppp0\n \
         tunnel destination 192.0.2.9\n tunnel protection ipsec\n tunnel mode ipsec ipv4\n\
         ip route 192.168.9.0/24 tunnel0\n"
    );
    let flat: String = indented.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    let said = |text: &str| {
        let config = awp(text);
        let spans = |text: String| {
            let mut parts = text.split("Span {");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |all, part| all + part.split_once('}').map_or(part, |it| it.1))
        };
        spans(format!(
            "{:?} {:?} {:?} {:?} {:?}",
            config.interfaces, config.tunnels, config.filters, config.routes, config.zones
        ))
    };
    assert!(said(&indented).contains("192.0.2.9"));
    assert_eq!(said(&flat), said(&indented));
}
