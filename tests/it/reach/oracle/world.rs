//! A small network whose truth is known: segments, configured devices on them, hosts, parties.

use sekisho::evidence::{Configured, EvidenceSet, Named};
use sekisho::inventory::{self, Inventory};
use sekisho::model::device::{DeviceConfig, Match, Transport};
use sekisho::model::{AddressSet, EntityKind, EntityRef, IpNetwork, RangeSet};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{Arrivals, Bound, Reach};
use sekisho::source::{SourceMap, Span, Spanned};
use sekisho::topology::{self, Topology};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;

/// Where packets meet.
#[derive(Clone, Debug)]
pub struct Segment {
    pub network: IpNetwork,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A declared zone.
    Zone,
    /// A network between devices that nobody declared.
    Link,
    /// A line to one party.
    Circuit,
}

#[derive(Clone, Debug)]
pub struct Device {
    pub id: String,
    /// What it really does.
    pub config: DeviceConfig,
    /// For each interface of the configuration: the segment that it stands on.
    pub on: Vec<Option<usize>>,
    /// Whether it is a host: a declared system, not a device.
    pub host: bool,
}

#[derive(Clone, Debug)]
pub struct Host {
    pub id: String,
    pub segment: usize,
    pub address: IpAddr,
    /// Whether it is one of the configured devices.
    pub configured: bool,
}

/// Somebody at the far end of a line.
#[derive(Clone, Debug)]
pub struct Party {
    pub id: String,
    pub network: IpNetwork,
    pub address: IpAddr,
    pub segment: usize,
    pub device: usize,
    pub interface: usize,
}

#[derive(Clone, Debug, Default)]
pub struct World {
    pub segments: Vec<Segment>,
    pub devices: Vec<Device>,
    pub hosts: Vec<Host>,
    pub parties: Vec<Party>,
    /// Addresses that nobody has, but that translations listen on.
    pub virtual_addresses: Vec<IpAddr>,
    pub v6: bool,
}

/// From where somebody sends.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    Segment(usize),
    Party(usize),
}

/// A packet as it arrives, without the source port, which translations choose freely.
pub type Key = (IpAddr, IpAddr, u8, u16);
/// Who got what.
pub type Got = BTreeSet<(EntityRef, Key)>;

pub fn key(it: &Packet) -> Key {
    let port = if matches!(it.protocol, 6 | 17) { it.destination_port } else { 0 };
    (it.source, it.destination, it.protocol, port)
}

/// A place that nothing else has.
pub fn span(next: &mut u32) -> Span {
    *next += 2;
    Span { file: Default::default(), start: *next, end: *next + 1 }
}

pub fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span { file: Default::default(), start: 0, end: 1 })
}

pub fn zone(at: usize) -> EntityRef {
    EntityRef::new(EntityKind::Zone, format!("z{at}"))
}

impl World {
    pub fn address(&self, segment: usize, host: usize) -> IpAddr {
        let text = match self.v6 {
            true => format!("2001:db8:{segment}::{host:x}"),
            false => format!("10.{segment}.0.{host}"),
        };
        text.parse().unwrap()
    }

    pub fn network(&self, segment: usize) -> IpNetwork {
        let prefix = if self.v6 { 64 } else { 24 };
        IpNetwork::new(self.address(segment, 0), prefix).unwrap()
    }

    /// Every address that matters.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let hosts = self.hosts.iter().map(|it| it.address);
        let own = self.devices.iter().flat_map(|it| &it.config.interfaces);
        let own = own.flat_map(|it| &it.addresses).map(|it| it.value.ip());
        let parties = self.parties.iter().map(|it| it.address);
        let all = hosts.chain(own).chain(parties).chain(self.virtual_addresses.iter().copied());
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub fn starts(&self) -> Vec<Start> {
        let zones = self.segments.iter().enumerate().filter(|(_, it)| it.kind == Kind::Zone);
        let zones = zones.map(|(at, _)| Start::Segment(at));
        zones.chain((0..self.parties.len()).map(Start::Party)).collect()
    }

    /// The packets that somebody at a start may try.
    pub fn packets(&self, start: Start) -> Vec<Packet> {
        let sources: Vec<IpAddr> = match start {
            Start::Party(at) => vec![self.parties[at].address],
            Start::Segment(at) => {
                let here = self.hosts.iter().filter(|it| it.segment == at).map(|it| it.address);
                here.take(1).chain([self.address(at, 77)]).collect()
            }
        };
        let icmp = if self.v6 { (58, 0, 128) } else { (1, 0, 8) };
        let services = [(6, 80, 0), (6, 443, 0), (17, 53, 0), icmp];
        let mut all = Vec::new();
        for source in sources {
            for destination in self.addresses() {
                if destination == source {
                    continue;
                }
                for (protocol, port, icmp_type) in services {
                    let ports = matches!(protocol, 6 | 17);
                    all.push(Packet {
                        source,
                        destination,
                        protocol,
                        source_port: if ports { 40000 } else { 0 },
                        destination_port: port,
                        icmp_type,
                        state: sekisho::model::device::States::NEW,
                    });
                }
            }
        }
        all
    }

    /// The inventory: everything is declared but links between devices.
    fn inventory(&self) -> String {
        let mut out = String::from("schema: 1\nas_of: 2026-11-20\n");
        let network = |it: &IpNetwork| format!("\"{it}\"");
        let mut section = |name: &str, entries: Vec<String>| {
            if !entries.is_empty() {
                let _ = writeln!(out, "{name}:");
                entries.iter().for_each(|it| out.push_str(&format!("  {it}\n")));
            }
        };
        let segments = || self.segments.iter().enumerate();
        let zones = segments().filter(|(_, it)| it.kind == Kind::Zone);
        section(
            "zones",
            zones
                .map(|(at, it)| {
                    let network = network(&it.network);
                    format!("z{at}: {{name: z{at}, kind: department, networks: [{network}]}}")
                })
                .collect(),
        );
        let parties = self.parties.iter();
        section(
            "parties",
            parties
                .clone()
                .map(|it| {
                    let (id, network) = (&it.id, network(&it.network));
                    format!("{id}: {{name: {id}, kind: vendor, networks: [{network}]}}")
                })
                .collect(),
        );
        let circuits = segments().filter(|(_, it)| it.kind == Kind::Circuit);
        section(
            "circuits",
            circuits.map(|(at, _)| format!("c{at}: {{name: c{at}, kind: ip-vpn}}")).collect(),
        );
        let devices = self.devices.iter().filter(|it| !it.host);
        section("devices", devices.map(|it| self.declared(it)).collect());
        section(
            "systems",
            self.hosts
                .iter()
                .map(|it| {
                    let (id, zone, address) = (&it.id, it.segment, it.address);
                    format!("{id}: {{name: {id}, kind: other, class: server, zone: z{zone}, addresses: [\"{address}\"]}}")
                })
                .collect(),
        );
        section(
            "connections",
            parties
                .map(|it| {
                    let (id, circuit) = (&it.id, it.segment);
                    let device = &self.devices[it.device];
                    let at = &device.config.interfaces[it.interface].name.value;
                    let device = &device.id;
                    format!("k-{id}: {{name: k-{id}, purpose: other, party: {id}, circuit: c{circuit}, at: {device}.{at}, transport: ip-vpn}}")
                })
                .collect(),
        );
        out
    }

    fn declared(&self, device: &Device) -> String {
        let mut interfaces = Vec::new();
        for (interface, on) in device.config.interfaces.iter().zip(&device.on) {
            let Some(at) = *on else { continue };
            let leads = match self.segments[at].kind {
                Kind::Zone => format!("zone: z{at}, "),
                Kind::Circuit => format!("circuit: c{at}, "),
                Kind::Link => continue,
            };
            let own = interface.addresses.iter().map(|it| format!("\"{}\"", it.value));
            let own: Vec<String> = own.collect();
            let (name, own) = (&interface.name.value, own.join(", "));
            interfaces.push(format!("{name}: {{{leads}addresses: [{own}]}}"));
        }
        let (id, interfaces) = (&device.id, interfaces.join(", "));
        format!("{id}: {{name: {id}, kind: router, interfaces: {{{interfaces}}}}}")
    }

    /// Reads the inventory, and takes these facts as what the configurations say.
    pub fn read(&self, told: Vec<DeviceConfig>) -> Asked {
        self.read_some(told.into_iter().map(Some).collect())
    }

    /// The same where some configurations may be missing.
    pub fn read_some(&self, told: Vec<Option<DeviceConfig>>) -> Asked {
        let mut sources = SourceMap::new();
        let file = sources.add("inventory.yaml", self.inventory());
        let reading = inventory::read(&sources, &[file], crate::support::today());
        assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
        let mut evidence = EvidenceSet::default();
        for (device, config) in self.devices.iter().zip(told) {
            let Some(config) = config else { continue };
            let named = Named { device: device.id.clone(), span: spanned(()).span };
            let (named, name) = ((!device.host).then_some(named), device.id.clone());
            evidence.devices.push(Configured { named, name, files: Vec::new(), config });
        }
        let topology = topology::build(&reading.inventory, &evidence);
        Asked { inventory: reading.inventory, evidence, topology }
    }
}

/// What the engine is asked about.
#[derive(Debug)]
pub struct Asked {
    pub inventory: Inventory,
    pub evidence: EvidenceSet,
    pub topology: Topology,
}

impl Asked {
    pub fn reach(&self) -> Reach<'_> {
        Reach::new(&self.inventory, &self.evidence, &self.topology)
    }
}

/// What the engine says of these packets from a start.
pub fn said(
    world: &World,
    reach: &Reach<'_>,
    start: Start,
    packets: &[Packet],
    bound: Bound,
) -> Arrivals {
    let set = packets.iter().map(Into::into).collect();
    match start {
        Start::Segment(at) => {
            let place = reach.network.zone(&zone(at)).expect("a declared zone");
            let sources = packets.iter().map(|it| AddressSet::from(it.source)).collect();
            reach.from_place(place, &sources, &set, bound)
        }
        Start::Party(at) => {
            let party = EntityRef::new(EntityKind::Party, &world.parties[at].id);
            reach.through(reach.entries_of(&party), &set, bound)
        }
    }
}

/// Whether a packet is among those that the engine says arrive.
pub fn holds(arrivals: &Arrivals, (thing, point): &(EntityRef, Key)) -> bool {
    let (source, destination, protocol, port) = *point;
    let transport = match protocol {
        6 | 17 => Transport::ports(protocol, RangeSet::range(port, port)),
        _ => Transport::protocol(protocol),
    };
    let when = Match {
        source: source.into(),
        destination: destination.into(),
        transports: vec![transport],
        ..Match::any()
    };
    arrivals.at.get(thing).is_some_and(|it| it.meets(&PacketSet::of_match(&when)))
}

/// The packets of the engine's sets, one by one; of very wide sets the first.
pub fn points(arrivals: &Arrivals) -> Got {
    let mut got = Got::new();
    for (thing, set) in &arrivals.at {
        macro_rules! take {
            ($cubes:expr, $address:ty) => {
                for cube in $cubes {
                    for (source, destination) in pairs(&cube.source, &cube.destination) {
                        let source = <$address>::from_bits(source).into();
                        let destination: IpAddr = <$address>::from_bits(destination).into();
                        for (protocol, _) in few(&cube.protocols) {
                            let ports = matches!(protocol, 6 | 17);
                            let ports =
                                if ports { few(&cube.destination_ports) } else { vec![(0, 0)] };
                            for (port, _) in ports {
                                got.insert((thing.clone(), (source, destination, protocol, port)));
                            }
                        }
                    }
                }
            };
        }
        take!(set.v4(), std::net::Ipv4Addr);
        take!(set.v6(), std::net::Ipv6Addr);
    }
    got
}

/// Of so many numbers in a set only the first are looked at: what was sent is a handful of packets,
/// so a wider set holds one that does not arrive.
const FEW: usize = 64;

/// Single numbers.
fn few<T: sekisho::model::Point + TryInto<u64>>(set: &sekisho::model::RangeSet<T>) -> Vec<(T, T)> {
    let mut all = Vec::new();
    for (first, last) in set.ranges() {
        let mut at = Some(*first);
        while let Some(it) = at.filter(|it| it <= last) {
            if all.len() > FEW {
                return all;
            }
            all.push((it, it));
            at = it.next();
        }
    }
    all
}

fn pairs<T: sekisho::model::Point + TryInto<u64>>(
    a: &sekisho::model::RangeSet<T>,
    b: &sekisho::model::RangeSet<T>,
) -> Vec<(T, T)> {
    let b = few(b);
    few(a).iter().flat_map(|(a, _)| b.iter().map(move |(b, _)| (*a, *b))).collect()
}
