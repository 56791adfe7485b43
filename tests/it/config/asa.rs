//! Cisco ASA: what goldens do not show well.

use super::read_as;
use sekisho::model::device::{Hook, Verdict};

const BASE: &str = "ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
";

#[test]
fn without_lists_traffic_passes_from_higher_levels_to_lower_ones_only() {
    let (_, read) = read_as("cisco-asa", BASE);
    let filter = read.config.filter("access-group in").expect("a filter of levels");
    let permits: Vec<_> = filter.lines.iter().filter(|it| it.verdict == Verdict::Permit).collect();
    let [line] = permits.as_slice() else { panic!("{:?}", filter.lines) };
    assert_eq!(
        (line.when.from.as_slice(), line.when.to.as_slice()),
        (["inside".to_owned()].as_slice(), ["outside".to_owned()].as_slice())
    );
    assert_eq!(filter.otherwise, Verdict::Deny);
}

#[test]
fn lists_on_interfaces_say_nothing_of_the_device_itself() {
    let text = format!(
        "{BASE}access-list X extended permit tcp any any eq 80\naccess-group X in interface outside\n\
         ssh 0 0 outside\n"
    );
    let (_, read) = read_as("cisco-asa", &text);
    assert!(read.config.applied.iter().all(|it| it.hook == Hook::Forward));
    let ssh = read.config.management.first().expect("ssh");
    assert!(ssh.enabled && ssh.sources.is_any());
    assert_eq!(ssh.interfaces, ["GigabitEthernet0/0"]);
}
