//! Equal routes: the device takes one of them, and nobody knows which. For certain is only what
//! arrives whichever it takes, so the question is asked again for every choice.

use super::{Flow, SAME};
use crate::model::EntityRef;
use crate::reach::doubt::{AssumptionKind, Bound};
use crate::reach::network::{Forwarding, Network, NodeId};
use crate::reach::packets::PacketSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many choices are tried; where there are more, nothing that depends on one is certain.
const TRIED: usize = 64;

/// Which of its equal routes each of some nodes takes; none of them when there is no number.
type Choice = Vec<(NodeId, Option<usize>)>;

impl<'n, 'a> Flow<'n, 'a> {
    /// Of what arrived by any of several equal routes, leaves what arrives by each of them.
    pub(super) fn whichever(&mut self) {
        // Where anything may lie beyond every interface, whoever asks takes together what leaves over
        // all of them.
        let anywhere = self.network.places.iter().any(|it| it.networks.is_any());
        if self.asked.bound == Bound::Possible || anywhere {
            return;
        }
        let equal = self.arrivals.assumptions.iter();
        let equal = equal.filter(|it| it.kind == AssumptionKind::EqualRoutes);
        let things: BTreeSet<&EntityRef> = equal.filter_map(|it| it.about.as_ref()).collect();
        let nodes: Vec<NodeId> =
            things.into_iter().filter_map(|it| self.network.node(it)).collect();
        if nodes.is_empty() {
            return;
        }
        let mut always: Option<BTreeMap<EntityRef, PacketSet>> = None;
        for choice in self.network.choices(&nodes) {
            let network = self.network.choosing(&choice);
            let arrived = self.again(&network);
            always = Some(match always {
                None => arrived,
                Some(known) => common(known, &arrived),
            });
        }
        let always = always.unwrap_or_default();
        self.arrived.retain_mut(|it| {
            let stays = always.get(&it.thing).cloned().unwrap_or_default();
            it.packets = it.packets.intersection(&stays);
            !it.packets.is_empty()
        });
    }

    /// The same question, asked of another network.
    fn again(&self, network: &Network<'a>) -> BTreeMap<EntityRef, PacketSet> {
        let mut flow = Flow::new(network, self.asked.bound);
        flow.asked = self.asked;
        for record in self.records.iter().filter(|it| it.from.is_none()) {
            flow.come(record.at.clone(), record.packets.clone(), None, SAME, None);
        }
        flow.move_on();
        flow.at_hosts();
        let mut all: BTreeMap<EntityRef, PacketSet> = BTreeMap::new();
        for it in flow.arrived {
            all.entry(it.thing).or_default().extend(&it.packets);
        }
        all
    }
}

/// What arrived both times.
fn common(
    known: BTreeMap<EntityRef, PacketSet>,
    other: &BTreeMap<EntityRef, PacketSet>,
) -> BTreeMap<EntityRef, PacketSet> {
    let both = known.into_iter().filter_map(|(thing, packets)| {
        let both = packets.intersection(other.get(&thing)?);
        (!both.is_empty()).then_some((thing, both))
    });
    both.collect()
}

impl<'a> Network<'a> {
    /// Every choice that nodes have. A packet meets the equal routes of a node once, so that it is
    /// enough when all of them move on together.
    fn choices(&self, nodes: &[NodeId]) -> Vec<Choice> {
        let mut all: Vec<Choice> = vec![Vec::new()];
        for id in nodes {
            let Some(Forwarding::Configured(machine)) =
                self.nodes.get(*id).map(|it| &it.forwarding)
            else {
                continue;
            };
            let count = machine.choices();
            if all.len().saturating_mul(count) > TRIED {
                return vec![nodes.iter().map(|it| (*it, None)).collect()];
            }
            let with = |choice: Choice| {
                (0..count).map(move |nth| {
                    let own = std::iter::once((*id, Some(nth)));
                    choice.iter().copied().chain(own).collect::<Choice>()
                })
            };
            all = all.into_iter().flat_map(with).collect();
        }
        all
    }

    /// The network in which nodes have made their choice.
    fn choosing(&self, choice: &Choice) -> Self {
        let mut network = self.clone();
        for (id, nth) in choice {
            if let Some(node) = network.nodes.get_mut(*id)
                && let Forwarding::Configured(machine) = &mut node.forwarding
            {
                *machine = Arc::new(machine.choosing(*nth));
            }
        }
        network
    }
}
