//! Random small networks in which everything is known: the same seed gives the same network.

mod rules;

use super::world::{Device, Host, Kind, Party, Segment, World, span, spanned};
use crate::support::random::Chance;
use sekisho::model::device::{
    DeviceConfig, Interface, InterfaceKind, Management, ManagementKind, NextHop, Remote, Route,
    Selector, TranslationOrder, Tunnel, TunnelKind, Verdict, Zone,
};
use sekisho::model::{AddressSet, IpNetwork, Service, network_of};
use std::net::IpAddr;

/// What a network may hold besides routes and filters.
#[derive(Clone, Copy, Debug, Default)]
pub struct With {
    /// Translations of addresses.
    pub translations: bool,
    /// Routes for chosen packets.
    pub chosen_routes: bool,
}

pub fn world(seed: u64, with: With) -> World {
    let mut maker = Maker {
        with,
        chance: Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x0ac1_e000),
        world: World::default(),
        spans: 1000,
    };
    maker.shape();
    for device in 0..maker.world.devices.len() {
        maker.routes(device);
    }
    maker.tunnel();
    for device in 0..maker.world.devices.len() {
        maker.filters(device);
        maker.translations(device);
    }
    for device in 0..maker.world.devices.len() {
        maker.after_translations(device);
    }
    maker.world
}

struct Maker {
    with: With,
    chance: Chance,
    world: World,
    spans: u32,
}

impl Maker {
    fn percent(&mut self, percent: usize) -> bool {
        self.chance.between(1, 100) <= percent
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.chance.between(0, of.len() - 1)].clone()
    }

    /// Segments, devices on them, hosts, a party or two.
    fn shape(&mut self) {
        self.world.v6 = self.percent(20);
        let segments = self.chance.between(2, 4);
        for at in 0..segments {
            let network = self.world.network(at);
            self.world.segments.push(Segment { network, kind: Kind::Zone });
        }
        let devices = self.chance.between(1, 4);
        for at in 0..devices {
            self.world.devices.push(Device {
                id: format!("d{at}"),
                config: DeviceConfig { management: vec![everything()], ..DeviceConfig::default() },
                on: Vec::new(),
                host: false,
            });
            // A chain, so that most is connected, and something more.
            let first = at % segments;
            let mut on = vec![first, (first + 1) % segments];
            let more = self.chance.between(0, segments - 1);
            if self.percent(40) && !on.contains(&more) {
                on.push(more);
            }
            for segment in on {
                self.interface(at, segment);
            }
            let config = &mut self.world.devices[at].config;
            config.stateful = true;
            config.unfiltered = Verdict::Permit;
            if self.percent(30) {
                self.world.devices[at].config.unfiltered = Verdict::Deny;
            }
            let orders = [
                TranslationOrder::OutsideFilters,
                TranslationOrder::AfterIncoming,
                TranslationOrder::AtInterfaces,
            ];
            self.world.devices[at].config.translates = self.pick(&orders);
        }
        for at in 0..segments {
            let ends = self.world.devices.iter().filter(|it| it.on.contains(&Some(at))).count();
            let kept = self.world.segments.iter().filter(|it| it.kind == Kind::Zone).count();
            if ends > 1 && kept > 1 && self.percent(25) {
                self.world.segments[at].kind = Kind::Link;
                continue;
            }
            for nth in 0..self.chance.between(1, 2) {
                let (id, address) = (format!("s{at}-{nth}"), self.world.address(at, 10 + nth));
                self.world.hosts.push(Host { id, segment: at, address, configured: false });
            }
        }
        for nth in 0..self.chance.between(0, 2) {
            self.party(nth);
        }
        if self.percent(30) {
            self.configured_host();
        }
        for device in 0..devices {
            self.zones(device);
        }
        if self.percent(50) {
            let at = self.chance.between(0, segments - 1);
            let address = self.world.address(at, 200);
            self.world.virtual_addresses.push(address);
        }
    }

    fn interface(&mut self, device: usize, segment: usize) {
        let at = self.world.devices[device].on.len();
        let address = self.world.address(segment, device + 1);
        let prefix = self.world.network(segment).prefix();
        let mut it = Interface::new(spanned(format!("e{at}")), InterfaceKind::Ethernet);
        it.addresses.push(spanned(IpNetwork::new(address, prefix).unwrap()));
        self.world.devices[device].config.interfaces.push(it);
        self.world.devices[device].on.push(Some(segment));
    }

    fn party(&mut self, nth: usize) {
        let device = self.chance.between(0, self.world.devices.len() - 1);
        let segment = self.world.segments.len();
        let network = self.world.network(segment);
        self.world.segments.push(Segment { network, kind: Kind::Circuit });
        let interface = self.world.devices[device].on.len();
        self.interface(device, segment);
        let (text, address) = match self.world.v6 {
            true => (format!("2001:db8:f{nth}::/64"), format!("2001:db8:f{nth}::9")),
            false => (format!("198.51.{}.0/24", 100 + nth), format!("198.51.{}.9", 100 + nth)),
        };
        let (network, address) = (text.parse().unwrap(), address.parse().unwrap());
        let id = format!("p{nth}");
        self.world.parties.push(Party { id, network, address, segment, device, interface });
    }

    /// One of the hosts is known by its own configuration.
    fn configured_host(&mut self) {
        let at = self.chance.between(0, self.world.hosts.len() - 1);
        self.world.hosts[at].configured = true;
        let Host { id, segment, address, .. } = self.world.hosts[at].clone();
        let mut config = DeviceConfig { stateful: true, ..DeviceConfig::default() };
        config.unfiltered = Verdict::Permit;
        config.translates = TranslationOrder::AfterIncoming;
        let mut it = Interface::new(spanned("eth0".to_owned()), InterfaceKind::Ethernet);
        let prefix = self.world.network(segment).prefix();
        it.addresses.push(spanned(IpNetwork::new(address, prefix).unwrap()));
        config.interfaces.push(it);
        self.world.devices.push(Device { id, config, on: vec![Some(segment)], host: true });
    }

    /// Zones of the device's own.
    fn zones(&mut self, device: usize) {
        if !self.percent(30) {
            return;
        }
        for at in 0..self.world.devices[device].on.len() {
            let name = self.pick(&["trust", "untrust"]).to_owned();
            let by_interface = self.percent(50);
            let config = &mut self.world.devices[device].config;
            let interface = config.interfaces[at].name.clone();
            if by_interface {
                config.interfaces[at].zone = Some(spanned(name));
            } else {
                match config.zones.iter_mut().find(|it| it.name.value == name) {
                    Some(zone) => zone.interfaces.push(interface),
                    None => {
                        config.zones.push(Zone { name: spanned(name), interfaces: vec![interface] })
                    }
                }
            }
        }
    }

    /// The device and address by which a segment is reached from a device, over as few as possible.
    fn towards(&self, device: usize, segment: usize) -> Option<IpAddr> {
        let routers = || self.world.devices.iter().enumerate().filter(|(_, it)| !it.host);
        let mut reached: Vec<(usize, Option<IpAddr>)> = vec![(device, None)];
        let mut at = 0;
        while let Some((from, first)) = reached.get(at).copied() {
            at += 1;
            for here in self.world.devices[from].on.iter().flatten() {
                if *here == segment {
                    return first;
                }
                for (next, _) in routers().filter(|(_, it)| it.on.contains(&Some(*here))) {
                    if reached.iter().all(|it| it.0 != next) {
                        let hop = first.unwrap_or_else(|| self.world.address(*here, next + 1));
                        reached.push((next, Some(hop)));
                    }
                }
            }
        }
        None
    }

    /// An address beside a device: of a neighbour, or of nobody.
    fn neighbour(&mut self, device: usize) -> IpAddr {
        let on: Vec<usize> = self.world.devices[device].on.iter().flatten().copied().collect();
        let (segment, host) = (self.pick(&on), self.chance.between(1, 6));
        let host = if host == device + 1 { 7 } else { host };
        self.world.address(segment, host)
    }

    fn route(&mut self, destination: IpNetwork, via: NextHop) -> Route {
        Route {
            span: span(&mut self.spans),
            destination: network_of(destination),
            via: vec![via],
            distance: Some(1),
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: None,
        }
    }

    fn routes(&mut self, device: usize) {
        let everything: IpNetwork =
            if self.world.v6 { "::/0" } else { "0.0.0.0/0" }.parse().unwrap();
        let mut targets: Vec<(IpNetwork, Option<IpAddr>)> = Vec::new();
        for segment in 0..self.world.segments.len() {
            if !self.world.devices[device].on.contains(&Some(segment)) {
                let next = self.towards(device, segment);
                targets.push((self.world.segments[segment].network, next));
            }
        }
        for party in self.world.parties.clone() {
            let next = match party.device == device {
                true => Some(self.world.address(party.segment, 254)),
                false => self.towards(device, party.segment),
            };
            targets.push((party.network, next));
        }
        let mut routes = Vec::new();
        for (destination, next) in targets {
            let next = match self.percent(10) {
                true => Some(self.neighbour(device)),
                false => next,
            };
            let Some(next) = next else { continue };
            if self.percent(6) {
                continue;
            }
            let via = match self.percent(5) {
                true => NextHop::Discard,
                false => NextHop::Address(next),
            };
            let mut route = self.route(destination, via);
            if self.percent(8) {
                let mut backup = route.clone();
                backup.distance = Some(250);
                backup.enabled = false;
                routes.push(backup);
            }
            if self.percent(10) {
                let half = IpNetwork::new(destination.ip(), destination.prefix() + 1).unwrap();
                let next = NextHop::Address(self.neighbour(device));
                routes.push(self.route(half, next));
            }
            // Towards a stranger it would make this a line of its own to the internet.
            let known = self.world.devices.iter().flat_map(|it| &it.config.interfaces);
            let mut known = known.flat_map(|it| &it.addresses);
            let known = known.any(|it| it.value.ip() == next);
            if known && self.percent(10) {
                route.destination = everything;
            }
            // Of two lines for everything the second would be an alternative.
            if routes.iter().all(|it| it.destination != route.destination || !it.enabled) {
                routes.push(route);
            }
        }
        self.world.devices[device].config.routes = routes;
    }

    /// Sometimes the first two devices have a tunnel, with or without an interface of its own.
    fn tunnel(&mut self) {
        let routers = self.world.devices.iter().filter(|it| !it.host).count();
        if routers < 2 || !self.percent(30) {
            return;
        }
        let (a, b) = (0, 1);
        // What one end stands on itself it sends there directly.
        let of = |world: &World, near: usize, far: usize| -> Vec<usize> {
            let (near, far) = (&world.devices[near].on, &world.devices[far].on);
            far.iter().flatten().copied().filter(|it| !near.contains(&Some(*it))).collect()
        };
        let (near, far) = (of(&self.world, b, a), of(&self.world, a, b));
        if near.is_empty() || far.is_empty() {
            return;
        }
        let (ours, theirs) = (self.pick(&near), self.pick(&far));
        let own = |world: &World, at: usize| {
            world.devices[at].config.interfaces[0].addresses[0].value.ip()
        };
        let ends = [own(&self.world, a), own(&self.world, b)];
        let (with_interface, limited) = (self.percent(60), self.percent(50));
        let networks = [self.world.segments[ours].network, self.world.segments[theirs].network];
        for (at, device) in [a, b].into_iter().enumerate() {
            let far = ends[1 - at];
            let mut tunnel = Tunnel {
                span: span(&mut self.spans),
                name: "t0".to_owned(),
                interface: None,
                kind: TunnelKind::Ipsec,
                ipsec: true,
                layer2: false,
                disabled: None,
                local: None,
                remote: spanned(Remote::Address(far)),
                selectors: Vec::new(),
                initiates: None,
                ike: None,
                authentication: Vec::new(),
            };
            if limited || !with_interface {
                let selector = Selector { local: networks[at], remote: networks[1 - at] };
                tunnel.selectors.push(spanned(selector));
            }
            if with_interface {
                tunnel.interface = Some("tun0".to_owned());
                let it = Interface::new(spanned("tun0".to_owned()), InterfaceKind::Tunnel);
                self.world.devices[device].config.interfaces.push(it);
                self.world.devices[device].on.push(None);
                let via = NextHop::Interface("tun0".to_owned());
                let mut route = self.route(networks[1 - at], via);
                route.distance = Some(0);
                let routes = &mut self.world.devices[device].config.routes;
                routes.retain(|it| it.destination != route.destination);
                routes.push(route);
            }
            self.world.devices[device].config.tunnels.push(tunnel);
        }
    }
}

/// What is sent to a device and not stopped is taken: whether it listens is no question here.
fn everything() -> Management {
    Management {
        span: spanned(()).span,
        kind: ManagementKind::Other,
        service: Service::Any,
        enabled: true,
        interfaces: Vec::new(),
        sources: AddressSet::any(),
        exact: true,
    }
}
