//! The tunnels of configured nodes: what they carry, how packets come out of them, and who stands at
//! the far end.

use super::lines::party;
use super::{Arrival, Far, Forwarding, Network, Node, Tunnel};
use crate::inventory::Inventory;
use crate::model::device::{
    DeviceConfig, Remote, RemoteAccess, States, Transport, Tunnel as Configured, TunnelKind,
    names_interface,
};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::topology::Topology;
use std::collections::BTreeMap;
use std::net::IpAddr;

impl Network<'_> {
    /// Finds the tunnels of every node, and joins those that name each other's addresses.
    pub(super) fn join_tunnels(&mut self, inventory: &Inventory, topology: &Topology) {
        let ends = Ends { inventory, topology };
        let mut all: Vec<Vec<(Tunnel, Option<Remote>)>> =
            self.nodes.iter().map(|it| ends.of(it)).collect();
        let mut owners: BTreeMap<IpAddr, Vec<usize>> = BTreeMap::new();
        for (address, holders) in &self.holders {
            let nodes = holders.iter().map(|it| it.0);
            owners.entry(address.1).or_default().extend(nodes);
        }
        let owns = |node: usize, remote: &Option<Remote>| match remote {
            Some(Remote::Address(it)) => owners.get(it).is_some_and(|it| it.contains(&node)),
            _ => false,
        };
        let mut joined = Vec::new();
        let mut unread = Vec::new();
        for (a, ours) in all.iter().enumerate() {
            for (at, (_, remote)) in ours.iter().enumerate() {
                let Some(Remote::Address(far)) = remote else { continue };
                let others = owners.get(far).into_iter().flatten().filter(|b| **b != a);
                let mut back = others.filter_map(|b| {
                    let theirs = all.get(*b)?.iter().position(|(_, remote)| owns(a, remote))?;
                    Some((*b, theirs))
                });
                if let Some((b, theirs)) = back.next() {
                    joined.push((a, at, (b, theirs), *far));
                    continue;
                }
                let mut others = owners.get(far).into_iter().flatten().filter(|b| **b != a);
                let found = others.find(|b| self.nodes.get(**b).is_some_and(Node::is_unread));
                unread.extend(found.map(|b| (a, at, *b)));
            }
        }
        for (a, at, (b, theirs), address) in joined {
            if let Some((tunnel, _)) = all.get_mut(a).and_then(|it| it.get_mut(at)) {
                tunnel.far = Far::Node(b, theirs);
            }
            // The ciphertext comes in where the address is that this end names.
            let ports = self.nodes.get(b).map_or(&[][..], |it| &it.ports);
            let outer = ports.iter().find(|it| it.addresses.contains(address));
            if let Some((tunnel, _)) = all.get_mut(b).and_then(|it| it.get_mut(theirs))
                && tunnel.arrival.decrypted
                && let Some(outer) = outer.and_then(|it| it.interface)
            {
                tunnel.arrival.over = Some(outer);
            }
        }
        for (a, at, b) in unread {
            if let Some((tunnel, _)) = all.get_mut(a).and_then(|it| it.get_mut(at)) {
                tunnel.far = Far::Unread(b);
            }
        }
        for (node, tunnels) in self.nodes.iter_mut().zip(all) {
            node.tunnels = tunnels.into_iter().map(|(tunnel, _)| tunnel).collect();
        }
    }
}

struct Ends<'n> {
    inventory: &'n Inventory,
    topology: &'n Topology,
}

impl Ends<'_> {
    /// The tunnels of a node, each with the far end that it names.
    fn of(&self, node: &Node<'_>) -> Vec<(Tunnel, Option<Remote>)> {
        let Forwarding::Configured(machine) = &node.forwarding else { return Vec::new() };
        let config = machine.config;
        let tunnels = config.tunnels.iter().filter(|it| it.disabled.is_none()).map(|it| {
            let arrival = self.out_of(node, config, it);
            let interface = it.interface.as_deref().and_then(|it| position(config, it));
            let sides = it.selectors.iter();
            let sides = sides.map(|it| between(it.value.local.into(), it.value.remote.into()));
            let carries = match it.selectors.is_empty() {
                true => PacketSet::any(),
                false => sides.collect(),
            };
            let (name, span) = (it.name.clone(), it.span);
            let far = self.far(node, span);
            (Tunnel { name, interface, arrival, carries, far, span }, Some(it.remote.value.clone()))
        });
        let servers = config.remote_access.iter().enumerate().filter(|(_, it)| it.enabled);
        let servers = servers.map(|(nth, it)| {
            let pool: AddressSet = it.pool.iter().map(|it| it.value).collect();
            let (name, span) = (it.name.clone(), it.span);
            let arrival = self.let_in(node, config, nth, it);
            let far = self.far(node, span);
            let carries = between(AddressSet::any(), pool);
            (Tunnel { name, interface: None, arrival, carries, far, span }, None)
        });
        tunnels.chain(servers).collect()
    }

    /// How packets come out of a tunnel: as an interface, else over the one that it leaves by.
    fn out_of(&self, node: &Node<'_>, config: &DeviceConfig, tunnel: &Configured) -> Arrival {
        match tunnel.interface.as_deref().and_then(|it| position(config, it)) {
            Some(at) => Arrival::over(Some(at)),
            None => Arrival { over: self.outer(node, config, tunnel.span), decrypted: true },
        }
    }

    /// How packets of those come in whom a server lets in: by an interface that has its name, or the
    /// template that it makes interfaces of; by its name when filters use that; else nobody knows
    /// whether the filters of the outer interface see them.
    fn let_in(
        &self,
        node: &Node<'_>,
        config: &DeviceConfig,
        nth: usize,
        server: &RemoteAccess,
    ) -> Arrival {
        let name = &server.name;
        let template = || {
            let all = config.interfaces.iter();
            all.map(|it| &it.name.value).position(|it| it.starts_with("Virtual-Template"))
        };
        let tunnel = || {
            let of = |it: &&Configured| it.kind == server.kind && it.interface.is_some();
            let one = config.tunnels.iter().find(of)?;
            let ready = matches!(one.remote.value, Remote::Any | Remote::Unknown);
            position(config, one.interface.as_deref().filter(|_| ready)?)
        };
        let named = || {
            let by_name = |names: &[String]| names.iter().any(|it| names_interface(it, name));
            let applied = config.applied.iter().any(|it| by_name(&it.interfaces));
            let lines = config.filters.iter().flat_map(|it| &it.lines);
            let mut lines = lines.filter(|it| !it.when.from.is_empty());
            let zones = config.zones.iter().flat_map(|it| &it.interfaces);
            let used = applied
                || lines.any(|it| by_name(&it.when.from))
                || zones.into_iter().any(|it| it.value == *name);
            // A firewall of zones lets in nobody who comes by a name that no line uses.
            let own = server.kind == TunnelKind::SslVpn && name.starts_with("ssl.");
            (used || own).then_some(config.interfaces.len() + nth)
        };
        match position(config, name).or_else(template).or_else(tunnel).or_else(named) {
            Some(at) => Arrival::over(Some(at)),
            None => Arrival { over: self.outer(node, config, server.span), decrypted: true },
        }
    }

    /// The interface by which a path leaves.
    fn outer(&self, node: &Node<'_>, config: &DeviceConfig, span: Span) -> Option<usize> {
        let mut paths = self.topology.paths().iter();
        let path = paths.find(|it| it.device == node.thing && it.span == span)?;
        position(config, path.interface.as_deref()?)
    }

    /// Who stands at the far end: the declared party, else the path itself.
    fn far(&self, node: &Node<'_>, span: Span) -> Far {
        let mut paths = self.topology.paths().iter();
        let path = paths.find(|it| it.device == node.thing && it.span == span);
        let declared = path.and_then(|it| it.declared.as_ref());
        let declared = declared.filter(|it| it.0.kind == EntityKind::Connection);
        let connection = declared.and_then(|it| self.inventory.connections.get(&it.0.id));
        let nobody = || EntityRef::new(EntityKind::Path, node.thing.id.clone());
        Far::Outside(match (connection, path) {
            (Some(connection), _) => party(connection),
            (None, Some(path)) => path.thing.clone(),
            (None, None) => nobody(),
        })
    }
}

fn position(config: &DeviceConfig, name: &str) -> Option<usize> {
    config.interfaces.iter().position(|it| it.name.value == name)
}

fn between(from: AddressSet, to: AddressSet) -> PacketSet {
    PacketSet::of(&from, &to, &[Transport::any()], States::ALL)
}
