//! Whether filters let anybody outside open sessions over IPv6, or IPv4, to the inside.
//!
//! The answer is about the broad question alone: anybody, to anywhere behind the interface, by
//! any TCP port. Narrow permissions are no open door. What is not understood makes the answer less
//! certain, never a "no" and never a plain "yes".

use super::sides::View;
use crate::model::AddressSet;
use crate::model::device::{
    Applied, Family, Filter, FilterLine, Hook, Interface, States, Verdict, names_interface,
};
use crate::source::Span;

/// What filters say to a new session from anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// It passes; `at` is the line that says so. Not certain when something before it, or in it, was
    /// not understood.
    Open { certain: bool, at: Option<Span> },
    /// It does not pass, or only for some.
    Shut,
    /// Nobody can tell.
    Unclear,
}

/// How deep lists may call lists.
const DEPTH: usize = 16;

/// What new sessions meet that come in over an interface to pass through the device.
pub(super) fn through(view: &View<'_>, interface: &Interface, family: Family) -> Door {
    let config = view.config;
    let mut door = match config.unfiltered {
        Verdict::Permit => Door::Open { certain: true, at: None },
        Verdict::Deny => Door::Shut,
        _ => Door::Unclear,
    };
    let applied: Vec<&Applied> = config
        .applied
        .iter()
        .filter(|it| matches!(it.hook, Hook::In | Hook::Forward) && concerns(it, interface))
        .filter(|it| {
            let filter = config.filter(&it.filter);
            // A list that does not exist: nobody knows what the device does with it.
            filter.is_none_or(|it| it.family == Family::Both || it.family == family)
        })
        .collect();
    if applied.is_empty() {
        return door;
    }
    door = Door::Open { certain: true, at: None };
    for one in applied {
        let Some(filter) = config.filter(&one.filter) else {
            door = worse(door, Door::Unclear);
            continue;
        };
        let mut walk = Walk { view, interface, family, certain: true };
        door = worse(
            door,
            walk.list(filter, DEPTH).unwrap_or(match filter.otherwise {
                Verdict::Permit => Door::Open { certain: walk.certain, at: Some(filter.name.span) },
                Verdict::Deny => Door::Shut,
                _ => Door::Unclear,
            }),
        );
    }
    door
}

/// Every list must let it pass.
fn worse(a: Door, b: Door) -> Door {
    match (a, b) {
        (Door::Shut, _) | (_, Door::Shut) => Door::Shut,
        (Door::Unclear, _) | (_, Door::Unclear) => Door::Unclear,
        (Door::Open { certain: a, at }, Door::Open { certain: b, at: other }) => {
            Door::Open { certain: a && b, at: other.or(at) }
        }
    }
}

fn concerns(applied: &Applied, interface: &Interface) -> bool {
    let zone = interface.zone.as_ref().map(|it| it.value.as_str());
    let named =
        |it: &String| names_interface(it, &interface.name.value) || Some(it.as_str()) == zone;
    applied.interfaces.is_empty() || applied.interfaces.iter().any(named)
}

struct Walk<'w, 'v> {
    view: &'w View<'v>,
    interface: &'w Interface,
    family: Family,
    certain: bool,
}

impl Walk<'_, '_> {
    /// What a list decides; `None` when it leaves the packet to whoever asked it.
    fn list(&mut self, filter: &Filter, depth: usize) -> Option<Door> {
        for line in filter.lines.iter().filter(|it| it.enabled) {
            if !self.is_broad(line) {
                continue;
            }
            let sure = line.when.is_certain();
            let told = match &line.verdict {
                Verdict::Permit if sure => {
                    Some(Door::Open { certain: self.certain, at: Some(line.span) })
                }
                // Whether it applies is not known, so what comes after it is not certain either.
                Verdict::Permit if line.when.is_exact() => {
                    Some(Door::Open { certain: false, at: Some(line.span) })
                }
                Verdict::Deny if sure => Some(Door::Shut),
                Verdict::Permit => Some(Door::Unclear),
                Verdict::Call(name) | Verdict::Goto(name) => {
                    let called = self.view.config.filter(name);
                    let inner = match (called, depth.checked_sub(1)) {
                        (Some(called), Some(depth)) => self.list(called, depth),
                        _ => Some(Door::Unclear),
                    };
                    match (&line.verdict, inner) {
                        (_, Some(_)) if !sure => Some(Door::Unclear),
                        (Verdict::Goto(_), None) => return None,
                        (_, inner) => inner,
                    }
                }
                Verdict::Return if sure => return None,
                Verdict::Deny | Verdict::Return | Verdict::Unknown => {
                    self.certain = false;
                    None
                }
                Verdict::Continue => None,
            };
            if told.is_some() {
                return told;
            }
        }
        None
    }

    /// Whether a line is about new sessions from anybody to the inside, by every TCP port at least.
    fn is_broad(&self, line: &FilterLine) -> bool {
        let when = &line.when;
        let zone = self.interface.zone.as_ref().map(|it| it.value.as_str());
        let from = when.comes_in_over(Some(&self.interface.name.value))
            || zone.is_some_and(|it| when.from.iter().any(|from| from == it));
        let inside: AddressSet = self.view.inside_networks().collect();
        let (sources, destinations) = match self.family {
            Family::V6 => (
                when.source.v6.is_all(),
                when.destination.v6.is_all()
                    || !inside.v6.is_empty() && when.destination.v6.includes(&inside.v6),
            ),
            _ => (
                when.source.v4.is_all(),
                when.destination.v4.is_all()
                    || !inside.v4.is_empty() && when.destination.v4.includes(&inside.v4),
            ),
        };
        let tcp = when.transports.iter().any(|it| {
            it.protocols.contains(6) && it.source_ports.is_all() && it.destination_ports.is_all()
        });
        from && sources && destinations && tcp && when.states.includes(States::NEW)
    }
}
