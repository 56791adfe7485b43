//! Configured port forwards ↔ declared ones: by the inside host and the service.

use super::Desk;
use crate::inventory::{Connection, Entry, Forward};
use crate::locale::Text;
use crate::model::words::Direction;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::topology::external::{Contradiction, Disagreement, ExternalPath, PathKind};

pub(super) fn settle(desk: &mut Desk<'_>) {
    let mut used = vec![false; desk.ledger.forwards.len()];
    let open: Vec<usize> = (0..desk.paths.len())
        .filter(|at| desk.paths.get(*at).is_some_and(|it| it.kind == PathKind::Forward))
        .collect();
    // First the very same, then another port outside, then another host.
    for pass in [Pass::Same, Pass::OtherPort, Pass::OtherHost] {
        for at in &open {
            let Some(path) = desk.paths.get(*at).filter(|it| it.declared.is_none()) else {
                continue;
            };
            let declared = desk.ledger.forwards.iter().enumerate().find(|(index, forward)| {
                let free = !used.get(*index).copied().unwrap_or(true);
                let host = target(desk, forward);
                let fits = match pass {
                    Pass::Same => host.meets(&path.inside) && listens(path, forward),
                    Pass::OtherPort => host.meets(&path.inside) && free,
                    // Only a host that is known can be another one.
                    Pass::OtherHost => {
                        !host.is_empty()
                            && !path.inside.is_empty()
                            && free
                            && listens(path, forward)
                    }
                };
                fits && serves(path, forward)
            });
            let Some((index, forward)) = declared else { continue };
            let configured = path.span;
            if let Some(slot) = used.get_mut(index) {
                *slot = true;
            }
            desk.declare(*at, desk.ledger.thing.clone(), forward.span);
            desk.seen_forwards.insert(index, configured);
            let contradiction = match pass {
                Pass::Same => continue,
                Pass::OtherPort => Contradiction {
                    about: Disagreement::Listen,
                    declared: (
                        Text::new("台帳の受付ポート", "the port in the ledger"),
                        forward.listen.span,
                    ),
                    configured: (
                        Text::new("設定の受付ポートは別", "another port is configured"),
                        configured,
                    ),
                },
                Pass::OtherHost => Contradiction {
                    about: Disagreement::Target,
                    declared: (
                        Text::new("台帳の転送先", "the target in the ledger"),
                        forward.to.span,
                    ),
                    configured: (
                        Text::new("設定の転送先は別", "another target is configured"),
                        configured,
                    ),
                },
            };
            desk.contradict(*at, contradiction);
        }
    }
    for at in open {
        let Some(path) = desk.paths.get(at).filter(|it| it.declared.is_none()) else { continue };
        let uses = desk.ledger.connections.iter().find(|it| comes_by(desk, path, it)).copied();
        if let Some(connection) = uses {
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            desk.declare(at, thing, connection.id.span);
        }
    }
}

fn target(desk: &Desk<'_>, forward: &Forward) -> AddressSet {
    let system = desk.inventory.systems.get(forward.to.id());
    let addresses = system.into_iter().flat_map(|it| it.attachments().flat_map(|at| at.addresses));
    addresses.map(|it| it.value.ip()).map(AddressSet::from).collect()
}

/// How far a declared forward and a configured one may differ.
#[derive(Clone, Copy)]
enum Pass {
    Same,
    OtherPort,
    OtherHost,
}

/// Whether what is listened on outside is what is declared.
fn listens(path: &ExternalPath, forward: &Forward) -> bool {
    let declared = forward.listen.value;
    let meets = |it: &Service| it.includes(declared) || declared.includes(*it);
    path.listens.is_empty() || path.listens.iter().any(meets)
}

/// Whether the service that reaches the host, or the one outside, is the declared one.
fn serves(path: &ExternalPath, forward: &Forward) -> bool {
    let declared = forward.service.as_ref().unwrap_or(&forward.listen).value;
    let meets = |it: &Service| it.includes(declared) || declared.includes(*it);
    path.services.is_empty() || path.services.iter().any(meets)
}

/// Whether a declared connection is opened from outside to this host without a tunnel, or passes
/// here on its way to the device at which its tunnel ends.
fn comes_by(desk: &Desk<'_>, path: &ExternalPath, connection: &Entry<Connection>) -> bool {
    let through = connection.through.iter().any(|device| {
        let ports = desk.inventory.devices.get(device.id()).into_iter();
        let ports = ports.flat_map(|it| it.interfaces.iter().flat_map(|it| &it.addresses));
        let ports: AddressSet = ports.map(|it| AddressSet::from(it.value.ip())).collect();
        device.id() != desk.ledger.thing.id && ports.meets(&path.inside)
    });
    through
        || !connection.transport.value.is_tunnel()
            && inbound(connection).any(|allow| {
                let to = desk.territory.addresses([&allow.to]);
                let served = allow.services.is_empty()
                    || path.services.is_empty()
                    || allow.services.iter().any(|declared| {
                        path.services
                            .iter()
                            .any(|it| it.includes(declared.value) || declared.value.includes(*it))
                    });
                to.meets(&path.inside) && served
            })
}

/// What may be opened from outside.
pub(super) fn inbound(connection: &Connection) -> impl Iterator<Item = &crate::inventory::Allow> {
    connection.allow.iter().filter(|it| {
        let direction = it.direction.as_ref().map(|it| it.value);
        direction != Some(Direction::Outbound)
    })
}
