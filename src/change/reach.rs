//! Who outside reaches more or less than before.

use super::kinds::ReachChange;
use super::record::{Exposed, Record};
use super::renames::Renames;
use crate::model::{EntityRef, RangeSet, Service};
use crate::reach::exposure::{Certainty, Services};
use std::collections::BTreeMap;

/// What somebody reaches of one thing, as far as anybody knows.
#[derive(Default)]
struct Reached {
    surest: Option<Certainty>,
    services: Services,
}

/// What changed. `scope`: whether some configuration was looked at in one of the records only.
pub(super) fn changes(
    old: &Record,
    new: &Record,
    renames: &Renames,
    scope: bool,
) -> Vec<ReachChange> {
    let mut all: BTreeMap<(EntityRef, EntityRef), [Reached; 2]> = BTreeMap::new();
    let mut note = |it: &Exposed, which: usize, pair: (EntityRef, EntityRef)| {
        if let Some(reached) = all.entry(pair).or_default().get_mut(which) {
            reached.surest = reached.surest.into_iter().chain([it.certainty]).min();
            reached.services = reached.services.union(&services(&it.services));
        }
    };
    for it in &old.exposed {
        note(it, 0, (renames.thing(&it.party), renames.thing(&it.thing)));
    }
    for it in &new.exposed {
        note(it, 1, (it.party.clone(), it.thing.clone()));
    }
    let all = all.into_iter().filter_map(|((party, thing), [was, is])| {
        let opened = is.services.difference(&was.services).notations();
        let closed = was.services.difference(&is.services).notations();
        let changed = !opened.is_empty() || !closed.is_empty() || was.surest != is.surest;
        changed.then_some(ReachChange {
            party,
            thing,
            was: was.surest,
            is: is.surest,
            opened,
            closed,
            scope,
        })
    });
    all.collect()
}

/// Services from their notation.
fn services(notations: &[String]) -> Services {
    let mut all = Services::default();
    for notation in notations {
        let numbers = notation.strip_prefix("protocol ");
        let one = match (numbers, notation.parse::<Service>()) {
            (Some(numbers), _) => {
                let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
                match (first.parse(), last.parse()) {
                    (Ok(first), Ok(last)) => {
                        Services { others: RangeSet::range(first, last), ..Services::default() }
                    }
                    _ => continue,
                }
            }
            (None, Ok(Service::Any)) => Services::any(),
            (None, Ok(service)) => transports(service),
            (None, Err(_)) => continue,
        };
        all = all.union(&one);
    }
    all
}

fn transports(service: Service) -> Services {
    let mut all = Services::default();
    for transport in service.transports() {
        let ports = &transport.destination_ports;
        match transport.protocols.ranges() {
            [(6, 6)] => all.tcp = all.tcp.union(ports),
            [(17, 17)] => all.udp = all.udp.union(ports),
            _ => all.others = all.others.union(&transport.protocols),
        }
    }
    all
}
