//! A large hospital whose routers were read: parties on closed lines and on the internet, a backbone,
//! a router with a filter before every zone, and devices of which nobody read anything.
//!
//! ```text
//!  party ──closed line──► border ─┐
//!                                 ├─► backbone ──► zone router ──► zone: systems, devices
//!  party ──internet─────► edge ───┘
//! ```

use std::fmt::Write as _;

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Devices in all.
    pub devices: usize,
    /// Zones, each with a router and three systems.
    pub zones: usize,
    /// Parties; six of ten on a closed line with a router of their own.
    pub parties: usize,
    /// Filter lines in all.
    pub lines: usize,
}

impl Size {
    /// A hospital with so many devices; 1,000 have 200 zones, 100 parties and 10,000 lines.
    pub const fn with(devices: usize) -> Self {
        Self { devices, zones: devices / 5, parties: devices / 10, lines: devices * 10 }
    }

    /// Parties on closed lines.
    const fn closed(self) -> usize {
        self.parties * 6 / 10
    }

    /// Lines to the internet.
    const fn edges(self) -> usize {
        if self.parties < 10 { 1 } else { self.parties / 10 }
    }

    /// Lines of each filter.
    const fn each(self) -> usize {
        self.lines / (self.zones + self.closed() + self.edges())
    }
}

/// The inventory, and by device what it is configured to do.
pub fn hospital(size: Size) -> (String, Vec<(String, String)>) {
    let mut configs = Vec::new();
    let mut zones =
        String::from("zones:\n  backbone: {name: 基幹, kind: dmz, networks: [10.0.0.0/16]}\n");
    let mut parties = String::from("parties:\n  web: {name: インターネット, kind: internet}\n");
    let mut circuits = String::from("circuits:\n");
    let mut devices = String::from("devices:\n");
    let mut systems = String::from("systems:\n");
    let mut connections = String::from("connections:\n");
    let mut core = String::from(
        "hostname core\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.0.0\n",
    );
    let backbone = |at: usize| format!("10.0.{}.{}", at / 200 + 1, at % 200 + 1);
    let network = |zone: usize| format!("10.{}.{}", zone / 200 + 1, zone % 200);
    let closed_to = |party: usize| format!("172.{}.{}", 16 + party / 200, party % 200);
    let line_to = |party: usize| format!("172.{}.{}", 31 - party / 200, party % 200);
    let on_the_web = |party: usize| {
        let network = if party < 200 { "203.0.113" } else { "198.51.100" };
        format!("{network}.{}", party % 200)
    };
    for zone in 0..size.zones {
        let (own, net) = (backbone(zone), network(zone));
        let _ = writeln!(
            zones,
            "  z{zone}: {{name: 区画{zone}, kind: clinical, networks: [{net}.0/24]}}"
        );
        let _ = writeln!(
            devices,
            "  r{zone}: {{name: 区画ルータ{zone}, kind: router, interfaces: {{up: {{zone: backbone, addresses: [{own}/16]}}, down: {{zone: z{zone}, addresses: [{net}.1/24]}}}}}}"
        );
        for host in 10..13 {
            let _ = writeln!(
                systems,
                "  s{zone}-{host}: {{name: 業務{zone}の{host}, kind: departmental, class: server, zone: z{zone}, addresses: [{net}.{host}]}}"
            );
        }
        let mut text = format!(
            "hostname r{zone}\ninterface GigabitEthernet0/0\n ip address {own} 255.255.0.0\n ip access-group IN in\ninterface GigabitEthernet0/1\n ip address {net}.1 255.255.255.0\nip access-list extended IN\n"
        );
        for line in 0..size.each() {
            let (party, port) = ((zone * 7 + line) % size.parties.max(1), 1000 + line);
            let theirs = closed_to(party);
            let _ = writeln!(
                text,
                " permit tcp {theirs}.0 0.0.0.255 host {net}.{} eq {port}",
                10 + line % 3
            );
        }
        let _ = writeln!(
            text,
            " permit tcp any host {net}.10 eq 443\n deny ip any any\nip route 0.0.0.0 0.0.0.0 10.0.0.1"
        );
        configs.push((format!("r{zone}"), text + "end\n"));
        let _ = writeln!(core, "ip route {net}.0 255.255.255.0 {own}");
    }
    for party in 0..size.parties {
        let closed = party < size.closed();
        let networks =
            if closed { format!("{}.0/24", closed_to(party)) } else { on_the_web(party) };
        let _ = writeln!(
            parties,
            "  p{party}: {{name: 事業者{party}, kind: vendor, networks: [{networks}]}}"
        );
        if !closed {
            continue;
        }
        let own = backbone(size.zones + party);
        let (theirs, line_there) = (closed_to(party), line_to(party));
        let _ = writeln!(circuits, "  c{party}: {{name: 閉域{party}, kind: ip-vpn}}");
        let _ = writeln!(
            devices,
            "  b{party}: {{name: 境界{party}, kind: router, interfaces: {{wan: {{circuit: c{party}, addresses: [{line_there}.1/24]}}, lan: {{zone: backbone, addresses: [{own}/16]}}}}}}"
        );
        let zone = party % size.zones.max(1);
        let _ = writeln!(
            connections,
            "  k{party}: {{name: 保守{party}, purpose: remote-maintenance, party: p{party}, circuit: c{party}, at: b{party}.wan, transport: ip-vpn, allow: [{{to: s{zone}-10, services: [443/tcp]}}]}}"
        );
        let mut text = format!(
            "hostname b{party}\ninterface GigabitEthernet0/0\n ip address {line_there}.1 255.255.255.0\n ip access-group IN in\ninterface GigabitEthernet0/1\n ip address {own} 255.255.0.0\nip access-list extended IN\n"
        );
        for line in 0..size.each() {
            let net = network((party + line) % size.zones.max(1));
            let _ = writeln!(
                text,
                " permit tcp {theirs}.0 0.0.0.255 {net}.0 0.0.0.255 range {} {}",
                1000 + line,
                1010 + line
            );
        }
        let _ = writeln!(
            text,
            " deny ip any any\nip route 10.0.0.0 255.0.0.0 10.0.0.1\nip route {theirs}.0 255.255.255.0 {line_there}.254"
        );
        configs.push((format!("b{party}"), text + "end\n"));
        let _ = writeln!(core, "ip route {theirs}.0 255.255.255.0 {own}");
    }
    for edge in 0..size.edges() {
        let (own, wan) =
            (backbone(size.zones + size.closed() + edge), format!("192.0.2.{}", edge * 4 + 1));
        let _ = writeln!(circuits, "  i{edge}: {{name: 光{edge}, kind: internet}}");
        let _ = writeln!(
            devices,
            "  e{edge}: {{name: 出口{edge}, kind: router, interfaces: {{wan: {{circuit: i{edge}, addresses: [{wan}/30]}}, lan: {{zone: backbone, addresses: [{own}/16]}}}}}}"
        );
        let mut text = format!(
            "hostname e{edge}\ninterface GigabitEthernet0/0\n ip address {wan} 255.255.255.252\n ip access-group IN in\n ip nat outside\ninterface GigabitEthernet0/1\n ip address {own} 255.255.0.0\n ip nat inside\n"
        );
        let _ = writeln!(
            text,
            "ip nat inside source static tcp {}.10 443 {wan} 443 extendable\nip access-list extended IN\n permit tcp any host {wan} eq 443",
            network(edge)
        );
        for line in 0..size.each() {
            let party = size.closed() + line % (size.parties - size.closed()).max(1);
            let own = on_the_web(party);
            let _ = writeln!(text, " permit tcp host {own} host {wan} eq {}", 2000 + line);
        }
        let _ = writeln!(
            text,
            " deny ip any any\nip route 10.0.0.0 255.0.0.0 10.0.0.1\nip route 0.0.0.0 0.0.0.0 192.0.2.{}",
            edge * 4 + 2
        );
        configs.push((format!("e{edge}"), text + "end\n"));
    }
    core.push_str("no ip http server\n");
    configs.push(("core".to_owned(), core + "end\n"));
    devices.push_str("  core: {name: 基幹, kind: router, interfaces: {lan: {zone: backbone, addresses: [10.0.0.1/16]}}}\n");
    for device in configs.len()..size.devices {
        let zone = device % size.zones.max(1);
        let net = network(zone);
        let _ = writeln!(
            devices,
            "  d{device}: {{name: 機器{device}, kind: switch, interfaces: {{vlan: {{zone: z{zone}, addresses: [{net}.{}/24]}}}}}}",
            100 + device / size.zones.max(1)
        );
    }
    ([zones, parties, circuits, devices, systems, connections].concat(), configs)
}
