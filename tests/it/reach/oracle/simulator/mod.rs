//! One packet on its way through a small network, step by step, as the documentation of the facts
//! says. Nothing in it is unknown: what could go two ways is told which way before it begins.

mod filters;
mod routes;
mod translations;

use super::world::{Got, Kind, Start, World, key, zone};
use filters::{Over, filtered};
use routes::{Leads, routed};
use sekisho::model::device::{DeviceConfig, Hook, Remote, TranslationOrder, Tunnel, Verdict};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::packets::Packet;
use std::collections::BTreeSet;
use std::net::IpAddr;
use translations::{answers_for, to_inside, to_outside};

/// What nobody can know from configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Whether the filters of the outer interface see what comes out of a tunnel that is no interface.
    pub filtered: bool,
    /// Whether devices answer on a link for the addresses that they translate, and go before others
    /// that have them.
    pub answered: bool,
}

impl Untold {
    /// Everything that it may be.
    pub const ALL: [Self; 4] = [
        Self { filtered: true, answered: true },
        Self { filtered: true, answered: false },
        Self { filtered: false, answered: true },
        Self { filtered: false, answered: false },
    ];
}

/// Where a packet gets to from a start, whatever neighbour its sender gives it to.
pub fn simulate(world: &World, start: Start, packet: &Packet, untold: Untold) -> Got {
    let mut way = Way { world, untold, seen: BTreeSet::new(), left: Vec::new(), got: Got::new() };
    match start {
        Start::Segment(at) => {
            if world.segments[at].network.contains(packet.destination) {
                way.arrive(at, None, None, packet.clone());
            } else {
                for (device, interface) in way.on(at) {
                    way.left.push((device, Some(interface), packet.clone()));
                }
            }
        }
        Start::Party(at) => {
            let party = &world.parties[at];
            way.left.push((party.device, Some(party.interface), packet.clone()));
        }
    }
    while let Some(next) = way.left.pop() {
        if way.seen.insert(next.clone()) {
            way.pass(next.0, next.1, next.2);
        }
    }
    way.got
}

struct Way<'w> {
    world: &'w World,
    untold: Untold,
    seen: BTreeSet<(usize, Option<usize>, Packet)>,
    left: Vec<(usize, Option<usize>, Packet)>,
    got: Got,
}

impl Way<'_> {
    /// The interfaces on a segment.
    fn on(&self, segment: usize) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        for (at, device) in self.world.devices.iter().enumerate() {
            for (interface, on) in device.on.iter().enumerate() {
                if *on == Some(segment) && device.config.interfaces[interface].enabled {
                    all.push((at, interface));
                }
            }
        }
        all
    }

    fn deliver(&mut self, kind: EntityKind, id: &str, packet: &Packet) {
        self.got.insert((EntityRef::new(kind, id), key(packet)));
    }

    /// A packet comes to a segment: for this neighbour, or for whoever has its destination.
    fn arrive(
        &mut self,
        segment: usize,
        next: Option<IpAddr>,
        sender: Option<usize>,
        packet: Packet,
    ) {
        let world = self.world;
        let wanted = next.unwrap_or(packet.destination);
        let has = |device: usize, interface: usize| {
            let own = &world.devices[device].config.interfaces[interface].addresses;
            own.iter().any(|it| it.value.ip() == wanted)
        };
        let there = self.on(segment);
        let is_own = there.iter().any(|it| has(it.0, it.1));
        let mut taken = false;
        for (device, interface) in there {
            let config = &world.devices[device].config;
            let usual = config.translates == TranslationOrder::OutsideFilters;
            let may = next.is_none() && !is_own && sender != Some(device);
            let answers = may && answers_for(config, &config.interfaces[interface], wanted);
            if has(device, interface) || (answers && (usual || self.untold.answered)) {
                self.left.push((device, Some(interface), packet.clone()));
            }
            taken |= answers && usual && self.untold.answered;
        }
        if taken {
            return;
        }
        if world.segments[segment].kind == Kind::Circuit {
            let party = world.parties.iter().find(|it| it.segment == segment);
            if let Some(party) = party.filter(|it| it.network.contains(packet.destination)) {
                self.deliver(EntityKind::Party, &party.id, &packet);
            }
            return;
        }
        if next.is_some() {
            return;
        }
        for host in world.hosts.iter().filter(|it| it.segment == segment && !it.configured) {
            if host.address == packet.destination {
                self.deliver(EntityKind::System, &host.id, &packet);
            }
        }
        let here = &world.segments[segment];
        if here.kind == Kind::Zone && here.network.contains(packet.destination) {
            self.got.insert((zone(segment), key(&packet)));
        }
    }

    /// A device deals with a packet.
    fn pass(&mut self, device: usize, over: Option<usize>, packet: Packet) {
        let world = self.world;
        let it = &world.devices[device];
        let config = &it.config;
        let from = over.map(|at| &config.interfaces[at]);
        let after_filters = config.translates != TranslationOrder::OutsideFilters;
        let mut spoken = false;
        let way = Over { from, ..Over::default() };
        if after_filters && !filtered(config, Hook::In, way, &packet, &mut spoken) {
            return;
        }
        let Some((packet, after)) = to_inside(config, from, packet) else { return };
        let way = Over { after, ..way };
        if !after_filters && !filtered(config, Hook::In, way, &packet, &mut spoken) {
            return;
        }
        let instance = from.and_then(|it| it.instance.as_deref());
        match routed(config, instance, from, &packet, 0) {
            None => {}
            Some(Leads::Here) if filtered(config, Hook::Local, way, &packet, &mut spoken) => {
                let kind = if it.host { EntityKind::System } else { EntityKind::Device };
                self.deliver(kind, &it.id, &packet);
            }
            Some(Leads::Here) => {}
            Some(Leads::Out(at, next)) => {
                let way = Over { to: Some(&config.interfaces[at]), ..way };
                if !filtered(config, Hook::Forward, way, &packet, &mut spoken) {
                    return;
                }
                let before = packet.clone();
                let mut packet = packet;
                if config.translates == TranslationOrder::AtInterfaces {
                    let Some(changed) = to_outside(config, from, at, packet) else { return };
                    packet = changed;
                }
                if !filtered(config, Hook::Out, way, &packet, &mut spoken) {
                    return;
                }
                if !spoken && config.unfiltered != Verdict::Permit {
                    return;
                }
                if config.translates != TranslationOrder::AtInterfaces {
                    let Some(changed) = to_outside(config, from, at, before) else { return };
                    packet = changed;
                }
                self.leave(device, at, next, packet);
            }
        }
    }

    /// A packet leaves a device: into a tunnel, or onto a segment.
    fn leave(&mut self, device: usize, at: usize, next: Option<IpAddr>, packet: Packet) {
        let config = &self.world.devices[device].config;
        let name = config.interfaces[at].name.value.as_str();
        for tunnel in config.tunnels.iter().filter(|it| it.disabled.is_none()) {
            let carries = tunnel.selectors.is_empty()
                || tunnel.selectors.iter().any(|it| {
                    it.value.local.contains(packet.source)
                        && it.value.remote.contains(packet.destination)
                });
            match &tunnel.interface {
                Some(own) if own == name && carries => return self.through(device, tunnel, packet),
                Some(own) if own == name => return,
                None if carries => return self.through(device, tunnel, packet),
                _ => {}
            }
        }
        if let Some(segment) = self.world.devices[device].on[at] {
            self.arrive(segment, next, Some(device), packet);
        }
    }

    /// Out of the far end of a tunnel.
    fn through(&mut self, device: usize, tunnel: &Tunnel, packet: Packet) {
        let Remote::Address(far) = tunnel.remote.value else { return };
        let owns = |config: &DeviceConfig, address: IpAddr| {
            let all = config.interfaces.iter();
            all.clone().position(|it| it.addresses.iter().any(|it| it.value.ip() == address))
        };
        for (at, other) in self.world.devices.iter().enumerate().filter(|(at, _)| *at != device) {
            let Some(outer) = owns(&other.config, far) else { continue };
            let back = other.config.tunnels.iter().find(|it| match it.remote.value {
                Remote::Address(near) => owns(&self.world.devices[device].config, near).is_some(),
                _ => false,
            });
            if let Some(back) = back.filter(|it| it.disabled.is_none()) {
                // What comes out of a tunnel without an interface comes in over the interface that
                // its ciphertext came in over, or past all interfaces.
                let own = back.interface.as_deref();
                let own = own.and_then(|own| {
                    other.config.interfaces.iter().position(|it| it.name.value == own)
                });
                let outer = self.untold.filtered.then_some(outer);
                self.left.push((at, own.or(outer), packet.clone()));
            }
        }
    }
}
