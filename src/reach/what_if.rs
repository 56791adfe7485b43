//! What would be different: a connection, line, device or cable taken away; a line in front of the
//! filters of a device; another configuration. Nothing is changed but copies.
//!
//! Cables are pulled from the network as they are for a cut. A filter line is written into a copy of
//! the configuration, in front of every list that packets through the device meet, so that it is
//! asked first wherever something is asked.

use super::Reach;
use super::cut::Pull;
use super::exposure::{Certainty, Exposure, Services};
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, States, Verdict,
};
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::source::{Span, Spanned};
use std::collections::BTreeSet;

/// A difference in what somebody outside reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Who.
    pub from: EntityRef,
    /// What he reaches, or no longer does.
    pub to: EntityRef,
    /// How surely, before; none when it was ruled out.
    pub before: Option<Certainty>,
    /// How surely, after.
    pub after: Option<Certainty>,
    /// Which services.
    pub services: Services,
}

impl Reach<'_> {
    /// The same network without things: circuits, devices, connections.
    #[must_use]
    pub fn without_things(&self, gone: &[EntityRef], ports: &[Pull]) -> Self {
        let mut pulled: BTreeSet<Pull> = ports.iter().cloned().collect();
        for thing in gone {
            match thing.kind {
                EntityKind::Circuit => {
                    pulled.insert(Pull::Circuit(thing.clone()));
                }
                EntityKind::Device | EntityKind::System => {
                    let node = self.network.node(thing);
                    let own = node.and_then(|it| Some((it, self.network.nodes.get(it)?)));
                    let ports = own.map(|(id, node)| (0..node.ports.len()).map(move |at| (id, at)));
                    pulled.extend(ports.into_iter().flatten().map(|(id, at)| Pull::Port(id, at)));
                }
                _ => {}
            }
        }
        let mut closed = self.closed(&pulled);
        let is_gone = |it: &EntityRef| gone.contains(it);
        let spans: Vec<(EntityRef, Span)> = self
            .topology
            .paths()
            .iter()
            .filter(|it| {
                is_gone(&it.thing) || it.declared.as_ref().is_some_and(|(thing, _)| is_gone(thing))
            })
            .map(|it| (it.device.clone(), it.span))
            .collect();
        for (id, node) in self.network.nodes.iter().enumerate() {
            let all_gone = is_gone(&node.thing);
            for (at, tunnel) in node.tunnels.iter().enumerate() {
                if all_gone || spans.contains(&(node.thing.clone(), tunnel.span)) {
                    closed.tunnels.insert((id, at));
                }
            }
            let entries = self.network.entries.iter().enumerate().filter(|(_, it)| it.node == id);
            for (at, entry) in entries {
                if all_gone || is_gone(&entry.by) || is_gone(&entry.from) {
                    closed.entries.insert(at);
                }
            }
        }
        self.upon(self.network.without(&closed))
    }

    /// The interfaces that are called so, of a device or host: as it is configured or declared.
    pub fn ports_called(&self, owner: &str, name: &str) -> Vec<Pull> {
        let kinds = [EntityKind::Device, EntityKind::System];
        let node = kinds.iter().find_map(|it| self.network.node(&EntityRef::new(*it, owner)));
        let Some((id, node)) = node.and_then(|it| Some((it, self.network.nodes.get(it)?))) else {
            return Vec::new();
        };
        let declared = self.inventory.devices.get(owner).and_then(|it| it.interfaces.get(name));
        let addresses = declared.map(|it| it.addresses.iter().map(|it| it.value.ip()));
        let addresses: Vec<_> = addresses.into_iter().flatten().collect();
        let ports = node.ports.iter().enumerate().filter(|(_, it)| {
            it.name == name || addresses.iter().any(|own| it.addresses.contains(*own))
        });
        ports.map(|(at, _)| Pull::Port(id, at)).collect()
    }
}

/// A line in front of the filters of a device.
#[derive(Clone, Debug)]
pub struct FrontLine {
    /// Whether it lets packets pass.
    pub permits: bool,
    /// From whom.
    pub from: AddressSet,
    /// To whom.
    pub to: AddressSet,
    /// For which services; none means any.
    pub services: Vec<Service>,
}

/// Writes a line in front of everything that packets through a device meet.
pub fn in_front(config: &mut DeviceConfig, line: &FrontLine) {
    const NAME: &str = "what-if";
    let span = config.interfaces.first().map_or_else(nowhere, |it| it.name.span);
    let transports = match line.services.as_slice() {
        [] => vec![crate::model::device::Transport::any()],
        services => services.iter().flat_map(|it| it.transports()).collect(),
    };
    let line = FilterLine {
        span,
        label: NAME.to_owned(),
        verdict: if line.permits { Verdict::Permit } else { Verdict::Deny },
        when: Match {
            source: line.from.clone(),
            destination: line.to.clone(),
            transports,
            states: States::ALL,
            ..Match::any()
        },
        enabled: true,
    };
    let through = [Hook::In, Hook::Forward, Hook::Out];
    let asked: BTreeSet<String> = config
        .applied
        .iter()
        .filter(|it| through.contains(&it.hook))
        .map(|it| it.filter.clone())
        .collect();
    for filter in config.filters.iter_mut().filter(|it| asked.contains(&it.name.value)) {
        filter.lines.insert(0, line.clone());
    }
    let forward = config.applied.iter().any(|it| it.hook == Hook::Forward);
    let denies = line.verdict == Verdict::Deny;
    // Where nothing is asked on the way through, the default decides; the line is asked before it.
    if !forward && (denies || asked.is_empty()) && (!denies || config.unfiltered != Verdict::Deny) {
        config.filters.push(Filter {
            name: Spanned { value: NAME.to_owned(), span },
            family: Family::Both,
            lines: vec![line],
            otherwise: match config.unfiltered {
                Verdict::Permit => Verdict::Continue,
                ref other => other.clone(),
            },
        });
        config.applied.push(Applied {
            span,
            filter: NAME.to_owned(),
            hook: Hook::Forward,
            interfaces: Vec::new(),
            answers: Answers::default(),
        });
    }
}

fn nowhere() -> Span {
    Span { file: crate::source::FileId::default(), start: 0, end: 0 }
}

/// What is different between two exposures.
pub fn changes(before: &Exposure, after: &Exposure) -> Vec<Change> {
    let pairs = |it: &Exposure| -> BTreeSet<(EntityRef, EntityRef)> {
        let all = it
            .outsiders
            .iter()
            .flat_map(|own| own.reaches.iter().map(|to| (own.thing.clone(), to.to.clone())));
        all.collect()
    };
    let mut all = Vec::new();
    for (from, to) in pairs(before).union(&pairs(after)) {
        let (old, new) = (levels(before, from, to), levels(after, from, to));
        for (before, ours) in &old {
            for (after, theirs) in &new {
                let services = common(ours, theirs);
                if before != after && !services.is_empty() {
                    let (from, to) = (from.clone(), to.clone());
                    all.push(Change { from, to, before: *before, after: *after, services });
                }
            }
        }
    }
    all
}

/// Every service of a thing by how surely somebody reaches it; none for what he does not.
fn levels(
    exposure: &Exposure,
    from: &EntityRef,
    to: &EntityRef,
) -> Vec<(Option<Certainty>, Services)> {
    let mut all: Vec<(Option<Certainty>, Services)> = Vec::new();
    let mut rest = Services::any();
    for reached in exposure.of(from).into_iter().flat_map(|it| it.to(to)) {
        let own = common(&reached.services, &rest);
        rest = rest.difference(&own);
        match all.iter_mut().find(|it| it.0 == Some(reached.certainty)) {
            Some(known) => known.1 = known.1.union(&own),
            None => all.push((Some(reached.certainty), own)),
        }
    }
    all.push((None, rest));
    all
}

fn common(a: &Services, b: &Services) -> Services {
    a.difference(&a.difference(b))
}
