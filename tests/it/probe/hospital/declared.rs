//! What is declared of the hospital, and the scopes beside it.

use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;

/// What an administrator wrote down. Of what is planted there is nothing.
pub const INVENTORY: &str = r#"
schema: 1
organization: {name: hospital}
zones:
  srv: {name: servers, kind: clinical, networks: [10.10.10.0/24, "2001:db8:10::/64"]}
  off: {name: office, kind: administrative, networks: [10.10.20.0/24]}
  mod: {name: modalities, kind: medical-device, networks: [10.10.50.0/24]}
circuits:
  wan: {name: wan, kind: internet}
  line: {name: line, kind: ip-vpn}
  care: {name: care, kind: ip-vpn}
devices:
  fw:
    name: fw
    kind: firewall
    interfaces:
      wan: {circuit: wan, addresses: [203.0.113.2/29, "2001:db8:ffff::2/64"]}
      line: {circuit: line, addresses: [172.30.1.1/24]}
      care: {circuit: care, addresses: [172.30.2.1/24]}
      srv: {zone: srv, addresses: [10.10.10.1/24, "2001:db8:10::1/64"]}
      off: {zone: off, addresses: [10.10.20.1/24]}
      mod: {zone: mod, addresses: [10.10.50.1/24]}
    management: {services: [22/tcp], from: [off]}
    forwards: [{listen: 443/tcp, to: ehr, from: [internet]}]
systems:
  ehr: {name: ehr, kind: ehr, class: server, zone: srv, addresses: [10.10.10.10, "2001:db8:10::10"], services: [22/tcp, 443/tcp, 3389/tcp]}
  pacs: {name: pacs, kind: pacs, class: server, zone: srv, addresses: [10.10.10.20, "2001:db8:10::20"], services: [22/tcp, 104/tcp, 443/tcp, 3389/tcp], ae_titles: [PACS]}
  edge: {name: edge, kind: other, class: server, zone: srv, addresses: [10.10.10.8, 10.10.10.9, 10.10.10.11, 10.10.10.12], services: [22/tcp, 443/tcp]}
  ct: {name: ct, kind: modality, class: medical-device, zone: mod, addresses: [10.10.50.10], services: [22/tcp, 104/tcp], ae_titles: [CT]}
  vent: {name: vent, kind: other, class: life-support, zone: mod, addresses: [10.10.50.99], services: [22/tcp]}
parties:
  web: {name: web, kind: internet}
  va: {name: va, kind: vendor, networks: [172.30.1.10]}
  vc: {name: vc, kind: vendor, networks: [172.30.2.10]}
connections:
  portal: {name: portal, purpose: internet, party: web, circuit: wan, at: fw.wan, transport: plain-internet, allow: [{to: ehr, services: [443/tcp]}]}
  ehr-care: {name: ehr-care, purpose: remote-maintenance, party: va, circuit: line, at: fw.line, transport: ip-vpn, allow: [{to: ehr, services: [22/tcp]}]}
  ct-care: {name: ct-care, purpose: remote-maintenance, party: vc, circuit: care, at: fw.care, transport: ip-vpn, allow: [{to: ct, services: [104/tcp]}]}
flows:
  - {from: off, to: ehr, services: [443/tcp]}
  - {from: off, to: pacs, services: [443/tcp]}
  - {from: mod, to: pacs, services: [104/tcp]}
"#;

/// Where somebody stands and asks: the namespace, what the inventory calls it, the addresses that
/// packets from there have, what its scope permits to ask.
pub struct Vantage {
    pub node: &'static str,
    pub from: &'static str,
    pub addresses: &'static [&'static str],
    pub targets: &'static str,
}

pub const VANTAGES: &[Vantage] = &[
    Vantage {
        node: "va",
        from: "ehr-care",
        addresses: &["172.30.1.10"],
        targets: "
  - {to: [10.10.10.0/24], services: [22/tcp, 443/tcp, 64999/tcp]}
  - {to: [172.30.1.1], services: [22/tcp]}
  - {to: [10.10.50.10], services: [104/tcp]}",
    },
    Vantage {
        node: "vc",
        from: "ct-care",
        addresses: &["172.30.2.10", "192.0.2.1"],
        targets: "
  - {to: [10.10.50.10], services: [22/tcp, 104/tcp, 64999/tcp]}
  - {to: [10.10.10.10, 172.30.2.1], services: [22/tcp, 443/tcp]}",
    },
    Vantage {
        node: "net",
        from: "portal",
        addresses: &["203.0.113.1", "2001:db8:ffff::1"],
        targets: "
  - {to: [203.0.113.2], services: [22/tcp, 443/tcp, 8443/tcp]}
  - {to: [\"2001:db8:10::/64\"], services: [22/tcp, 443/tcp]}
  - {to: [\"2001:db8:ffff::2\"], services: [22/tcp]}",
    },
    Vantage {
        node: "pc",
        from: "off",
        addresses: &["10.10.20.30"],
        targets: "
  - {to: [10.10.10.10], services: [22/tcp, 443/tcp, 64999/tcp]}
  - {to: [10.10.20.1], services: [22/tcp, 443/tcp]}
  - {to: [172.30.1.1, 172.30.2.1], services: [22/tcp]}",
    },
];

impl Vantage {
    /// Everything that packets from here may have as their source.
    pub fn askers(&self) -> Vec<IpAddr> {
        self.addresses.iter().map(|it| it.parse().unwrap()).collect()
    }
}

/// The vantage of a namespace.
pub fn vantage(node: &str) -> &'static Vantage {
    VANTAGES.iter().find(|it| it.node == node).expect("a vantage")
}

/// A day from today by the clock of the scope, which is UTC.
pub fn day(from_now: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_hours(24 * from_now);
    at.strftime("%F").to_string()
}

/// A scope that holds now: who stands where, what may be asked, further keys.
pub fn scope(from: &str, targets: &str, further: &str) -> String {
    let (yesterday, tomorrow) = (day(-1), day(1));
    let limits = match further.contains("limits:") {
        true => "",
        false => LIMITS,
    };
    format!(
        "scope: 1
purpose: the hospital in namespaces
from: [{from}]
targets:{targets}
time_zone: UTC
windows: [{{from: {yesterday}, until: {tomorrow}, hours: 00:00-24:00}}]
approver: {{name: A, role: R}}
telephone: 000-0000-1001
vendor_notice: [{{to: V, on: {yesterday}}}]
consents: [{{system: ct, by: O, on: {yesterday}}}]
expires: {tomorrow}
tester: {{name: T}}
{limits}{further}
"
    )
}

/// As fast as a laboratory, and as patient as verdicts need.
pub const LIMITS: &str = "limits: {host_in_flight: 4, host_rate: 200, rate: 1000, in_flight: 200, patience_ms: 1200, raised_by: {name: N, reason: a laboratory}}\n";
