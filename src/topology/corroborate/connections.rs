//! Configured tunnels ↔ declared connections: by the far end, by what is carried, by how, and by
//! where it leaves. Never by name.

use super::Desk;
use super::transports::agrees;
use crate::finding::Confidence;
use crate::inventory::{Connection, Endpoint, Entry};
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::words::{CircuitKind, Direction, Transport};
use crate::model::{AddressSet, EntityKind, EntityRef, Vocabulary as _, is_any};
use crate::source::Span;
use crate::text;
use crate::topology::external::{Contradiction, Disagreement, ExternalPath, PathKind};
use crate::topology::ledger::Ledger;
use crate::topology::paths::far_end;
use crate::topology::territory::{is_public, not_public};

/// How well a path fits a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The far end is another than declared; only by what is left over.
    Elsewhere,
    /// Nothing speaks against it, and nothing proves it.
    Possible,
    /// The far end, or what lies beyond it, is declared.
    Identified,
}

/// What the ledger says of the far end of a path, if the path is a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FarEnd {
    /// It is one of the addresses declared.
    Declared,
    /// The ledger or the configuration does not say.
    Unstated,
    /// Inside the closed network of a carrier, or at a device of the hospital that stands between:
    /// its address need not be one of the party.
    Hidden,
    /// The declared addresses are of another kind (private ones only), so that they may be what
    /// lies behind it.
    OfAnotherKind,
    /// The device lets anybody come; the ledger does not.
    Anybody,
    /// Another one.
    Another,
}

/// A path and a connection that may be the same.
#[derive(Clone, Copy, Debug)]
struct Pair {
    path: usize,
    connection: usize,
    fit: Fit,
    score: u8,
    /// Whether it is the same without a doubt; otherwise somebody has to confirm it.
    is_certain: bool,
}

/// Finds the connection of every tunnel: best pairs first, each connection once; then further
/// tunnels to a far end that is declared (a second gateway, a backup); then the one tunnel and the
/// one connection that are left, although the far ends differ.
pub(super) fn settle(desk: &mut Desk<'_>) {
    let mut pairs: Vec<Pair> = Vec::new();
    for (path, it) in desk.paths.iter().enumerate() {
        if it.kind == PathKind::Tunnel || it.kind == PathKind::Routing {
            let all = desk.ledger.connections.iter().enumerate();
            pairs.extend(all.filter_map(|(at, connection)| pair(desk, path, at, connection)));
        }
    }
    pairs.sort_by_key(|it| (std::cmp::Reverse((it.fit, it.score)), it.path, it.connection));
    let mut used = vec![false; desk.ledger.connections.len()];
    let is_used = |used: &[bool], at: usize| used.get(at).copied().unwrap_or(true);
    for pair in pairs.iter().filter(|it| it.fit >= Fit::Possible) {
        if is_free(desk, pair.path) && !is_used(&used, pair.connection) {
            join(desk, pair);
            if let Some(slot) = used.get_mut(pair.connection) {
                *slot = true;
            }
        }
    }
    for pair in pairs.iter().filter(|it| it.fit == Fit::Identified) {
        if is_free(desk, pair.path) {
            join(desk, pair);
        } else if !is_used(&used, pair.connection) {
            // One tunnel carries several connections of one party.
            share(desk, pair);
        }
    }
    left_over(desk, &pairs, &used);
    compete(desk, &pairs);
}

fn is_free(desk: &Desk<'_>, path: usize) -> bool {
    desk.paths.get(path).is_some_and(|it| it.declared.is_none())
}

fn pair(desk: &Desk<'_>, at: usize, index: usize, connection: &Entry<Connection>) -> Option<Pair> {
    let path = desk.paths.get(at)?;
    let outer = declared_far_side(desk, connection);
    let far_end = far_end_of(desk, path, connection);
    let at_peer = far_end == FarEnd::Declared;
    let beyond = outer.meets(&path.beyond);
    let transport = connection.transport.value;
    let alike = match (path.kind, path.encapsulation) {
        // A routing neighbour is no tunnel: any line to that party explains it.
        (PathKind::Routing, _) => true,
        (_, Some(kind)) => transport.is_tunnel() && agrees(kind, desk.is_protected(at), transport),
        (_, None) => false,
    };
    let leaves_there = desk.leaves_at(at, connection);
    let carried = desk.targets(connection).meets(&path.inside);
    let somebody_elses = match path.remote {
        Some(Remote::Address(far)) => desk.territory.party_of(far).is_some(),
        _ => false,
    };
    let ends = ends_here(desk, connection);
    let fit = if at_peer || beyond {
        Fit::Identified
    } else if path.kind == PathKind::Routing || somebody_elses || !ends {
        return None;
    } else if alike || transport.is_closed() && leaves_there {
        match far_end {
            FarEnd::Another | FarEnd::Anybody | FarEnd::OfAnotherKind => {
                // Another far end is no reason to think of this connection: something else must be.
                if !leaves_there && !carried {
                    return None;
                }
                Fit::Elsewhere
            }
            FarEnd::Declared | FarEnd::Unstated | FarEnd::Hidden => Fit::Possible,
        }
    } else {
        return None;
    };
    let score = u8::from(path.enabled) * 64
        + u8::from(at_peer) * 32
        + u8::from(alike) * 16
        + u8::from(beyond) * 8
        + u8::from(leaves_there) * 4
        + u8::from(carried) * 2;
    let is_certain = match far_end {
        FarEnd::Declared | FarEnd::Another => true,
        FarEnd::Unstated => fit == Fit::Identified || carried,
        FarEnd::Anybody => fit == Fit::Identified,
        FarEnd::Hidden | FarEnd::OfAnotherKind => false,
    };
    Some(Pair { path: at, connection: index, fit, score, is_certain })
}

/// What the ledger says of the far end of a path.
fn far_end_of(desk: &Desk<'_>, path: &ExternalPath, connection: &Entry<Connection>) -> FarEnd {
    let outer = declared_far_side(desk, connection);
    let unlimited = connection.sources.iter().any(|it| match &it.value {
        Endpoint::Any | Endpoint::Internet => true,
        Endpoint::Network(network) => is_any(*network),
        Endpoint::Named(_) => false,
    });
    let far: AddressSet = match &path.remote {
        Some(Remote::Address(address)) => (*address).into(),
        Some(Remote::Network(network)) => (*network).into(),
        Some(Remote::Any) if outer.is_empty() || unlimited => return FarEnd::Unstated,
        Some(Remote::Any) => return FarEnd::Anybody,
        Some(Remote::Name(_) | Remote::Telephone(_) | Remote::Unknown) | None => {
            return FarEnd::Unstated;
        }
    };
    let hidden = match &path.remote {
        Some(Remote::Address(address)) => {
            !is_public(*address) && is_over_closed(desk, connection)
                || desk.territory.owners(*address).iter().any(|it| it != desk.ledger.thing)
        }
        _ => false,
    };
    let of_its_kind = match desk.is_known_public(&far) {
        true => outer.difference(&not_public()),
        false => outer.intersection(&not_public()),
    };
    match () {
        () if outer.meets(&far) => FarEnd::Declared,
        () if outer.is_empty() => FarEnd::Unstated,
        () if hidden => FarEnd::Hidden,
        () if of_its_kind.is_empty() && !is_over_closed(desk, connection) => FarEnd::OfAnotherKind,
        () => FarEnd::Another,
    }
}

/// Whether a connection comes over a line that a carrier keeps apart from the internet.
fn is_over_closed(desk: &Desk<'_>, connection: &Connection) -> bool {
    let circuit = connection.circuit.as_ref().and_then(|it| desk.inventory.circuits.get(it.id()));
    connection.transport.value.is_closed()
        || circuit.is_some_and(|it| {
            use CircuitKind as K;
            matches!(it.kind.value, K::IpVpn | K::Dedicated | K::ClosedMobile | K::Isdn)
        })
}

/// Where the other side of a connection is, as far as addresses are declared: the networks of the
/// party, the permitted sources, and the far ends of what is permitted.
fn declared_far_side(desk: &Desk<'_>, connection: &Connection) -> AddressSet {
    let party = desk.inventory.parties.get(connection.party.id());
    let party: AddressSet =
        party.into_iter().flat_map(|it| &it.networks).map(|it| it.value).collect();
    let outbound = |it: &&crate::inventory::Allow| {
        it.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound)
    };
    let far = connection
        .allow
        .iter()
        .filter_map(|it| if outbound(&it) { Some(&it.to) } else { it.from.as_ref() });
    let stated = desk.territory.addresses(connection.sources.iter().chain(far));
    party.union(&stated).difference(desk.territory.inside())
}

/// Whether the tunnel of a connection ends at this box: a connection that passes several ends it
/// at the innermost.
pub(super) fn ends_here(desk: &Desk<'_>, connection: &Connection) -> bool {
    ends_at(desk.ledger, connection)
}

/// The same for any box.
pub(super) fn ends_at(ledger: &Ledger<'_>, connection: &Connection) -> bool {
    match connection.through.last() {
        Some(innermost) => {
            ledger.thing.kind == EntityKind::Device && innermost.id() == ledger.thing.id
        }
        None => true,
    }
}

fn join(desk: &mut Desk<'_>, pair: &Pair) {
    let Some(connection) = desk.ledger.connections.get(pair.connection).copied() else { return };
    let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
    desk.declare(pair.path, thing, connection.id.span);
    let Some(path) = desk.paths.get_mut(pair.path) else { return };
    if !pair.is_certain {
        path.confidence = path.confidence.max(Confidence::Medium);
    }
    let Some(path) = desk.paths.get(pair.path) else { return };
    for contradiction in contradictions(desk, pair, path, connection) {
        desk.contradict(pair.path, contradiction);
    }
}

fn share(desk: &mut Desk<'_>, pair: &Pair) {
    let Some(connection) = desk.ledger.connections.get(pair.connection).copied() else { return };
    let Some(path) = desk.paths.get(pair.path) else { return };
    if path.enabled && path.corroboration == crate::topology::Corroboration::Confirmed {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let span = path.span;
        desk.shared.push((thing, span));
    }
}

/// One tunnel and one connection of the same kind are left, something else than the far end speaks
/// for it, and nothing else fits either.
fn left_over(desk: &mut Desk<'_>, pairs: &[Pair], used: &[bool]) {
    let open: Vec<Pair> = pairs
        .iter()
        .filter(|it| it.fit == Fit::Elsewhere && is_free(desk, it.path))
        .filter(|it| used.get(it.connection).is_some_and(|used| !used))
        .filter(|it| desk.paths.get(it.path).is_some_and(|path| path.enabled))
        .copied()
        .collect();
    if let [only] = open.as_slice() {
        join(desk, only);
    }
}

/// A tunnel that is left although it might have been one of those that were joined without an
/// address: that one tunnel is too many is sure, that it is this one is not.
fn compete(desk: &mut Desk<'_>, pairs: &[Pair]) {
    for pair in pairs.iter().filter(|it| it.fit == Fit::Possible) {
        if is_free(desk, pair.path)
            && let Some(path) = desk.paths.get_mut(pair.path)
        {
            path.confidence = path.confidence.max(Confidence::Medium);
        }
    }
}

/// In what the declaration says otherwise.
fn contradictions(
    desk: &Desk<'_>,
    pair: &Pair,
    path: &ExternalPath,
    connection: &Entry<Connection>,
) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let transport = connection.transport.value;
    if let Some(kind) = path.encapsulation
        && path.kind == PathKind::Tunnel
        && !transport.is_closed()
        && !agrees(kind, desk.is_protected(pair.path), transport)
    {
        found.push(transports(connection.transport.span, transport, path, kind));
    }
    if let Some(remote) = &path.remote
        && (pair.fit == Fit::Elsewhere || is_moved(desk, path, connection))
    {
        let far = far_end(remote);
        let party = desk.inventory.parties.get(connection.party.id());
        let stated = connection.sources.first().map(|it| it.span);
        let networks = party.and_then(|it| it.networks.first()).map(|it| it.span);
        found.push(Contradiction {
            about: Disagreement::Peer,
            declared: (
                text!(
                    "台帳にある接続先のアドレスではありません",
                    "not an address of the party in the ledger"
                ),
                stated.or(networks).unwrap_or(connection.id.span),
            ),
            configured: (text!("設定では{far}", "configured: {far}"; far), path.span),
        });
    }
    let targets = desk.targets(connection);
    if !path.inside.is_empty() && !targets.is_empty() && !targets.meets(&path.inside) {
        let span = connection.allow.first().map_or(connection.id.span, |it| it.to.span);
        found.push(Contradiction {
            about: Disagreement::Target,
            declared: (Text::new("台帳で許可している通信先", "what the ledger permits"), span),
            configured: (
                Text::new(
                    "設定で通している院内側は別のネットワーク",
                    "another network inside is let through",
                ),
                path.span,
            ),
        });
    }
    if !path.enabled {
        found.push(enabled(connection.id.span, path.span));
    }
    found
}

/// Whether the networks beyond a tunnel are the declared ones, but its far end is not.
fn is_moved(desk: &Desk<'_>, path: &ExternalPath, connection: &Entry<Connection>) -> bool {
    let far_end = far_end_of(desk, path, connection);
    path.kind == PathKind::Tunnel && matches!(far_end, FarEnd::Another | FarEnd::OfAnotherKind)
}

pub(super) fn transports(
    declared: Span,
    transport: Transport,
    path: &ExternalPath,
    kind: TunnelKind,
) -> Contradiction {
    let (ledger, device) = (transport.label(), kind.label());
    Contradiction {
        about: Disagreement::Transport,
        declared: (text!("台帳では{ledger}", "the ledger says {ledger}"; ledger), declared),
        configured: (text!("設定では{device}", "it is configured as {device}"; device), path.span),
    }
}

/// Declared as in use, switched off on the device.
pub(super) fn enabled(declared: Span, configured: Span) -> Contradiction {
    Contradiction {
        about: Disagreement::Enabled,
        declared: (Text::new("台帳では使用中", "in use, says the ledger"), declared),
        configured: (Text::new("設定では止めてある", "switched off on the device"), configured),
    }
}
