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
fn outputs_that_are_no_configuration_are_not_taken_for_one() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/ntc/allied_telesis_awplus");
    let mut looked_at = 0;
    for command in std::fs::read_dir(folder).expect("a folder") {
        for file in std::fs::read_dir(command.expect("an entry").path()).expect("a folder") {
            let path = file.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            let recognised = read("device.conf", &bytes).1.map(|it| it.format.id);
            assert_eq!(recognised, None, "{}", path.display());
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 28);
}
