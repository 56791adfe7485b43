//! What the engine says of the hospital, given the files of some devices.

use super::ground::{From, SYSTEMS, addresses, interfaces, networks};
use crate::reach::kernel::probes::Pair;
use crate::reach::oracle::world::{Got, Key, points};
use crate::support::{read, told};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory::Inventory;
use sekisho::model::device::{States, Transport};
use sekisho::model::{AddressSet, EntityKind, EntityRef, RangeSet, Service};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::paths::{Question, Verdict};
use sekisho::reach::{Arrivals, Bound, Reach};
use sekisho::topology;
use std::fmt::Write as _;
use std::net::IpAddr;

/// What is asked for: protocol and port.
pub const SERVICES: [(u8, u16); 7] =
    [(6, 22), (6, 104), (6, 443), (6, 3389), (6, 8042), (17, 53), (17, 161)];

/// A file: of which device, under which name, what it says.
pub type File = (&'static str, &'static str, String);

const ZONES: &[(&str, &str)] = &[
    ("dmz", "dmz"),
    ("clin", "clinical"),
    ("pacs", "department"),
    ("mod", "medical-device"),
    ("guest", "guest"),
];

const CIRCUITS: &[(&str, &str)] = &[("wan", "internet"), ("linb", "ip-vpn"), ("line", "ip-vpn")];

const OUTSIDE: &str = r#"
parties:
  web: {name: web, kind: internet}
  va:  {name: va, kind: vendor, networks: [172.30.1.10]}
  vb:  {name: vb, kind: vendor, networks: [172.30.2.10]}
  vc:  {name: vc, kind: vendor, networks: [198.51.100.10, "2001:db8:c::10"]}
connections:
  portal:
    {name: portal, purpose: internet, party: web, circuit: wan, at: border.wan, transport: plain-internet,
     allow: [{to: relay, services: [443/tcp]},
             {from: clin, to: internet, services: [443/tcp, 53/udp], direction: outbound},
             {from: guest, to: internet, direction: outbound}]}
  ehr-care:
    {name: ehr-care, purpose: remote-maintenance, party: va, circuit: line, at: maint.line, transport: ip-vpn,
     allow: [{to: ehr, services: [22/tcp, 3389/tcp]}]}
  pacs-care:
    {name: pacs-care, purpose: remote-maintenance, party: vb, circuit: linb, at: border.linb, transport: ip-vpn,
     allow: [{to: archive, services: [104/tcp]}]}
  relay-care:
    {name: relay-care, purpose: remote-maintenance, party: vc, circuit: wan, at: border.wan, transport: plain-internet,
     allow: [{to: relay, services: [22/tcp, 443/tcp]}]}
"#;

/// A connection, its party, and the systems with the ports of TCP that it may have there.
pub type Allowed = (&'static str, &'static str, &'static [(&'static str, u16)]);

/// What each connection is declared to permit inwards.
pub const ALLOWED: &[Allowed] = &[
    ("portal", "web", &[("relay", 443)]),
    ("ehr-care", "va", &[("ehr", 22), ("ehr", 3389)]),
    ("pacs-care", "vb", &[("archive", 104)]),
    ("relay-care", "vc", &[("relay", 22), ("relay", 443)]),
];

/// What is declared: what an administrator knows, not the links between his devices.
fn declared() -> String {
    let mut out = String::from("schema: 1\nas_of: 2026-11-20\nzones:\n");
    for (zone, kind) in ZONES {
        let networks = networks(zone).join(", ");
        let _ = writeln!(out, "  {zone}: {{name: {zone}, kind: {kind}, networks: [{networks}]}}");
    }
    out += "circuits:\n";
    for (circuit, kind) in CIRCUITS {
        let _ = writeln!(out, "  {circuit}: {{name: {circuit}, kind: {kind}}}");
    }
    out += "devices:\n";
    let quoted =
        |all: Vec<IpAddr>| all.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
    for device in super::ground::DEVICES {
        // Rules and routes do not say that it listens; what gets to it counts as arrived here.
        let managed = "management: {services: [any], from: [any]}";
        let _ = writeln!(
            out,
            "  {device}:\n    name: {device}\n    kind: router\n    {managed}\n    interfaces:"
        );
        for (name, segment, own) in interfaces(device) {
            let leads = match CIRCUITS.iter().any(|it| it.0 == segment) {
                true => "circuit",
                false if ZONES.iter().any(|it| it.0 == segment) => "zone",
                false => continue,
            };
            let own = quoted(own);
            let _ = writeln!(out, "      {name}: {{{leads}: {segment}, addresses: [{own}]}}");
        }
    }
    out += "systems:\n";
    for (id, zone, last) in SYSTEMS {
        let own = quoted(addresses(zone, last));
        let _ = writeln!(
            out,
            "  {id}: {{name: {id}, kind: other, class: server, zone: {zone}, addresses: [{own}]}}"
        );
    }
    out + OUTSIDE
}

/// Asks the engine, given these files.
pub fn ask<T>(files: &[&File], question: impl FnOnce(&Asked<'_>) -> T) -> T {
    let (mut sources, reading) = read(&declared());
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (device, name, text) in files {
        let device = reading.inventory.devices.get(device).expect("a declared device");
        let named = Named { device: device.id.value.clone(), span: device.id.span };
        let name = format!("{}/{name}", device.id.value);
        evidence.add(&mut sources, &name, text.as_bytes(), Some(named), None);
    }
    let topology = topology::build(&reading.inventory, &evidence);
    let reach = Reach::new(&reading.inventory, &evidence, &topology);
    question(&Asked { inventory: &reading.inventory, evidence: &evidence, reach })
}

/// The engine, and what it was given.
pub struct Asked<'a> {
    pub inventory: &'a Inventory,
    pub evidence: &'a EvidenceSet,
    pub reach: Reach<'a>,
}

impl Asked<'_> {
    /// Where the packets of a sender to these destinations get.
    pub fn said(&self, from: From, source: IpAddr, to: &[IpAddr], bound: Bound) -> Got {
        let mut got = points(&self.arrivals(from, source, to, bound));
        // What is delivered to a network is told of its systems.
        got.retain(|(thing, _)| {
            matches!(thing.kind, EntityKind::Device | EntityKind::System | EntityKind::Party)
        });
        got
    }

    /// What of that which arrived is ruled out. From which address, nobody asks: who knows what a
    /// translation gives that nobody has read?
    pub fn ruled_out(&self, from: From, pair: Pair, arrived: &Got) -> Got {
        let possible = self.arrivals(from, pair.0, &[pair.1], Bound::Possible);
        let packets = |to: IpAddr, protocol: u8, port: u16| {
            let transport = Transport::ports(protocol, RangeSet::range(port, port));
            let (any, to) = (AddressSet::any(), AddressSet::from(to));
            PacketSet::of(&any, &to, &[transport], States::NEW)
        };
        let out = |(thing, (_, to, protocol, port)): &&(EntityRef, Key)| {
            let arriving = packets(*to, *protocol, *port);
            // What is lost only because nobody wrote down a way leaves every verdict open.
            let astray = possible.astray.meets(&arriving)
                || possible.astray.meets(&packets(pair.1, *protocol, *port));
            !possible.at(thing).meets(&arriving) && !astray
        };
        arrived.iter().filter(out).cloned().collect()
    }

    fn arrivals(&self, from: From, source: IpAddr, to: &[IpAddr], bound: Bound) -> Arrivals {
        let packet = |destination, (protocol, destination_port)| Packet {
            source,
            destination,
            protocol,
            source_port: 40000,
            destination_port,
            icmp_type: 0,
            state: States::NEW,
        };
        let packets = to.iter().flat_map(|to| SERVICES.map(|it| (&packet(*to, it)).into()));
        let set: PacketSet = packets.collect();
        match from {
            From::Party(id) => {
                let party = EntityRef::new(EntityKind::Party, id);
                self.reach.through(self.reach.entries_of(&party), &set, bound)
            }
            From::Zone(id) => {
                let zone = EntityRef::new(EntityKind::Zone, id);
                let place = self.reach.network.zone(&zone).expect("a declared zone");
                self.reach.from_place(place, &AddressSet::from(source), &set, bound)
            }
            From::Nobody => {
                let entries = self.reach.network.entries.iter();
                let entries: Vec<_> = entries.filter(|it| it.sources.contains(source)).collect();
                self.reach.through(entries, &set, bound)
            }
        }
    }

    /// The verdict for one service.
    pub fn verdict(&self, from: &str, to: &str, (protocol, port): (u8, u16)) -> Verdict {
        let end = |it: &str| self.reach.end(it).expect("an end");
        let name = if protocol == 6 { "tcp" } else { "udp" };
        let service: Service = format!("{port}/{name}").parse().unwrap();
        let question = Question { from: end(from), to: end(to), services: vec![service], at: None };
        self.reach.paths(&question).verdict()
    }

    /// The verdict on a connection.
    pub fn isolation(&self, connection: &str) -> Verdict {
        let connection = EntityRef::new(EntityKind::Connection, connection);
        self.reach.isolation(&connection).expect("a declared connection").verdict()
    }
}
