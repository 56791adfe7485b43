//! Questions about probes that several rules ask: from where was it asked, is the answer permitted,
//! what kind of trespass is it.

use super::Facts;
use super::question::{enabled, entry_devices, name, thing};
use super::reached::way_of;
use crate::finding::Step;
use crate::inventory::{Connection, Device, Endpoint, Entry};
use crate::locale::Text;
use crate::model::words::{Means, Outcome, Purpose, Transport, Verdict};
use crate::model::{AddressSet, Date, EntityKind, EntityRef, Service, Vocabulary as _};
use crate::probe::Expectation;
use crate::reach::ends::End;
use crate::reach::packets::PacketSet;
use crate::reach::paths::{Cause, Question};
use crate::source::{Span, Spanned};
use crate::text;
use crate::topology::probed::{Asked, Run};
use std::collections::BTreeMap;

/// What an answer that nobody permitted is. Each is told by one rule.
#[derive(Clone, Debug)]
pub(super) enum Trespass {
    /// A device answers, where only its management or a VPN can.
    Management,
    /// By the configurations it cannot arrive, and it did: the way to the line that should stop it.
    Contradicts(Vec<Step>, Span),
    /// It arrives where the declaration does not let it.
    Beyond,
    /// The system offers what its declaration does not name.
    Undeclared,
}

/// Everything that arrived and nobody permitted, by the thing that it is told of: a device
/// or system that answers, or the line or zone that lets the question through.
pub(super) fn trespasses<'a>(
    facts: &Facts<'a>,
    wanted: fn(&Trespass) -> bool,
) -> BTreeMap<EntityRef, Vec<(&'a Asked, Trespass)>> {
    let mut found: BTreeMap<EntityRef, Vec<(&Asked, Trespass)>> = BTreeMap::new();
    for asked in facts.topology.probed().asked.iter().filter(|it| it.reaches()) {
        let (Some(trespass), Some(run)) = (trespass(facts, asked), run(facts, asked)) else {
            continue;
        };
        let subject = match trespass {
            Trespass::Management | Trespass::Undeclared => asked.thing().clone(),
            Trespass::Contradicts(..) | Trespass::Beyond => run.from.clone(),
        };
        if wanted(&trespass) {
            found.entry(subject).or_default().push((asked, trespass));
        }
    }
    found
}

/// What is wrong with an answer; nothing when it is permitted, or when nobody can know: of a place
/// that is not declared here, or of somebody else's address.
fn trespass(facts: &Facts<'_>, asked: &Asked) -> Option<Trespass> {
    let run = run(facts, asked)?;
    facts.inventory.span_of(&run.from)?;
    if !asked.owner.realm.is_ours() {
        return None;
    }
    // The plan was made of the declaration as it was then: only what neither permits is told.
    let beyond =
        asked.question.expect == Expectation::NoAnswer && permitted(facts, asked).is_none();
    let undeclared = asked.is_open() && undeclared(facts, asked);
    let of_device = asked.owner.thing.as_ref().is_some_and(|it| it.kind == EntityKind::Device);
    match (beyond, of_device) {
        (true, true) => Some(Trespass::Management),
        (true, false) if run.from.kind == EntityKind::Connection || !undeclared => {
            Some(contradiction(facts, asked).unwrap_or(Trespass::Beyond))
        }
        _ => undeclared.then_some(Trespass::Undeclared),
    }
}

/// The run of a question.
pub(super) fn run<'a>(facts: &Facts<'a>, asked: &Asked) -> Option<&'a Run> {
    facts.topology.probed().run(asked)
}

/// The services of the inventory that let a question through from where it was asked: where that is
/// written.
pub(super) fn permitted(facts: &Facts<'_>, asked: &Asked) -> Option<Span> {
    let (run, service) = (run(facts, asked)?, asked.service()?);
    let any = AddressSet::any();
    let to = AddressSet::from(asked.question.to);
    let wanted = |from: &AddressSet| PacketSet::sessions(from, &to, &[service]);
    let declared = &facts.reach.network.declared;
    let book = &facts.reach.network.book;
    let by_device = || of_device(facts, asked, run, service);
    match run.from.kind {
        EntityKind::Connection => {
            // The second half of a way over a relay is the relay's own.
            let own = declared.of(&run.from);
            let mut own = own.filter(|it| !book.inside().includes(&it.packets.sources()));
            let found = own.find(|it| it.packets.with_source(&any).meets(&wanted(&any)));
            found.map(|it| it.span).or_else(by_device)
        }
        EntityKind::Zone => {
            let zone = facts.inventory.zones.get(&run.from.id)?;
            if asked.owner.zone.as_deref() == Some(run.from.id.as_str()) {
                return Some(zone.id.span);
            }
            let from = asked_from(facts, run);
            let mut all = declared.permissions.iter();
            let found = all.find(|it| it.packets.meets(&wanted(&from)));
            found.map(|it| it.span).or_else(by_device)
        }
        _ => None,
    }
}

/// The addresses of a run in its zone; the whole zone where it has none there.
fn asked_from(facts: &Facts<'_>, run: &Run) -> AddressSet {
    let place = facts.reach.network.book.of(&run.from);
    let own: AddressSet = run.addresses.iter().map(|it| AddressSet::from(*it)).collect();
    let own = own.intersection(&place);
    if own.is_empty() { place } else { own }
}

/// What a device says of its own ports: access from outside, forwards, management.
fn of_device(facts: &Facts<'_>, asked: &Asked, run: &Run, service: Service) -> Option<Span> {
    let thing = asked.owner.thing.as_ref().filter(|it| it.kind == EntityKind::Device)?;
    let device = facts.inventory.devices.get(&thing.id)?;
    let allowed = |from: &[Spanned<Endpoint>]| {
        from.is_empty() || from.iter().any(|it| is_run(facts, run, &it.value))
    };
    let within = |services: &[Spanned<Service>]| {
        services.is_empty() || services.iter().any(|it| it.value.includes(service))
    };
    let mut accesses = device.remote_access.iter().filter(|it| enabled(it));
    let access = accesses.find(|it| allowed(&it.from) && within(&it.services)).map(|it| it.span);
    let mut forwards = device.forwards.iter();
    let forward = forwards.find(|it| allowed(&it.from) && it.listen.value.includes(service));
    let managed = device.management.as_ref();
    let managed = managed.filter(|it| !it.from.is_empty() && allowed(&it.from));
    let managed = managed.filter(|it| within(&it.services)).map(|it| it.span);
    access
        .or_else(|| forward.map(|it| it.span))
        .or(managed)
        .or_else(|| terminates(facts, run, device, (&thing.id, service)))
}

/// At which ports tunnels end: IKE, OpenVPN, WireGuard, L2TP, PPTP.
const TUNNELS: [Service; 7] = [
    Service::udp(500),
    Service::udp(4500),
    Service::udp(1194),
    Service::tcp(1194),
    Service::udp(51820),
    Service::udp(1701),
    Service::tcp(1723),
];

/// Whether a line may end its own tunnel at the device, of which nothing else is stated: then it
/// answers to its far end.
fn terminates(
    facts: &Facts<'_>,
    run: &Run,
    device: &Device,
    (id, service): (&str, Service),
) -> Option<Span> {
    let connection = facts.inventory.connections.get(&run.from.id)?;
    let here = connection.at.as_ref().filter(|at| at.value.owner == id)?;
    let over_tls =
        matches!(connection.transport.value, Transport::SslVpnClient | Transport::SslVpnOther)
            && service == Service::tcp(443);
    let own = run.from.kind == EntityKind::Connection && device.remote_access.is_empty();
    (own && (over_tls || TUNNELS.contains(&service))).then_some(here.span)
}

/// Whether an end of a permission is where a run stood.
fn is_run(facts: &Facts<'_>, run: &Run, end: &Endpoint) -> bool {
    let party = facts.inventory.connections.get(&run.from.id).map(|it| it.party.id());
    match end {
        Endpoint::Any => true,
        Endpoint::Internet => false,
        Endpoint::Named(id) if *id == run.from.id => true,
        Endpoint::Named(id) if run.from.kind == EntityKind::Connection => party == Some(id),
        Endpoint::Named(_) | Endpoint::Network(_) => {
            let end = facts.reach.network.book.end(end);
            run.addresses.iter().any(|it| end.contains(*it))
        }
    }
}

/// Whether the system that answers states its services, and neither it nor a permission names this.
fn undeclared(facts: &Facts<'_>, asked: &Asked) -> bool {
    let Some(service @ Service::Ports { .. }) = asked.service() else { return false };
    let system = asked.owner.system(facts.inventory);
    let Some(system) = system.filter(|it| asked.owner.exact && !it.services.is_empty()) else {
        return false;
    };
    let here = |end: &Endpoint| match end {
        Endpoint::Named(id) => {
            let is = |it: &Option<EntityRef>| it.as_ref().is_some_and(|it| it.id == *id);
            is(&asked.owner.thing) || asked.owner.zone.as_ref() == Some(id)
        }
        _ => false,
    };
    let flows = facts.inventory.flows.iter().map(|it| (&it.to, &it.services));
    let allowed = facts.inventory.connections.iter().flat_map(|it| &it.allow);
    let mut permitted = flows.chain(allowed.map(|it| (&it.to, &it.services)));
    asked.question.port != 0
        && !system.services.iter().any(|it| it.value.includes(service))
        && !permitted.any(|(to, services)| {
            here(&to.value) && services.iter().any(|it| it.value.includes(service))
        })
}

/// Whether the configurations stop every packet of this question: where. Only for a run that stood
/// where its addresses say: behind a translation nobody knows what arrived.
fn contradiction(facts: &Facts<'_>, asked: &Asked) -> Option<Trespass> {
    let (run, service) = (run(facts, asked)?, asked.service()?);
    let senders = match run.from.kind {
        EntityKind::Connection => {
            let permissions = facts.reach.network.declared.of(&run.from);
            permissions.map(|it| it.packets.sources()).collect()
        }
        _ => facts.reach.network.book.of(&run.from),
    };
    let placed = run.addresses.iter().any(|it| AddressSet::contains(&senders, *it));
    if !placed || facts.evidence.devices.is_empty() {
        return None;
    }
    let question = Question {
        from: End::Thing(run.from.clone()),
        to: End::Network(asked.question.to.into()),
        services: vec![service],
        at: None,
    };
    let paths = facts.reach.paths(&question);
    let stopped = paths.refusals.iter().find_map(|it| match &it.cause {
        Cause::Stopped(trace) => {
            let steps = way_of(trace, asked.thing());
            let span = steps.iter().rev().find_map(|it| it.span)?;
            Some(Trespass::Contradicts(steps, span))
        }
        _ => None,
    });
    stopped.filter(|_| paths.verdict() == Verdict::Isolated)
}

/// From where a question was asked, in words.
pub(super) fn place(facts: &Facts<'_>, run: &Run) -> Text {
    let name = name(facts.inventory, &run.from);
    match run.from.kind {
        EntityKind::Connection => {
            text!("外部接続「{name}」の相手側", "the far end of the connection `{name}`"; name)
        }
        _ => text!("「{name}」", "`{name}`"; name),
    }
}

/// What was asked for, in words: `RDP 3389/tcp`.
pub(super) fn service(asked: &Asked) -> Text {
    match asked.service() {
        Some(service) if asked.question.port != 0 => Text::same(service.described()),
        _ => asked.question.kind.label(),
    }
}

/// Several of them: each once, the first five.
pub(super) fn services<'a>(all: impl Iterator<Item = &'a Asked>) -> (Text, usize) {
    let mut words: Vec<Text> = Vec::new();
    for it in all.map(service) {
        if !words.contains(&it) {
            words.push(it);
        }
    }
    let count = words.len();
    words.truncate(5);
    (Text::list(&words), count)
}

/// What came back, in words, as the place of a finding.
pub(super) fn told(asked: &Asked) -> (Span, Text) {
    let (address, service, day) = (asked.question.to, service(asked), asked.day());
    let outcome = asked.answer.outcome.label();
    let says = text!(
        "{day} 疎通確認: {address} {service} は{outcome}",
        "{day} probe: {address} {service}: {outcome}"; service, outcome
    );
    (asked.span, says)
}

/// What an answer says of itself under any of some keys.
pub(super) fn details<'a>(asked: &'a Asked, keys: &[&str]) -> impl Iterator<Item = &'a str> {
    let all: Vec<&str> = keys
        .iter()
        .filter_map(|it| asked.answer.details.get(*it))
        .flatten()
        .map(String::as_str)
        .collect();
    all.into_iter()
}

/// Whose answer it is: the declared thing, else the place that was asked from.
pub(super) fn subject(facts: &Facts<'_>, asked: &Asked) -> Option<EntityRef> {
    let declared = |it: &EntityRef| facts.inventory.span_of(it).is_some();
    let from = run(facts, asked).map(|it| it.from.clone());
    let zone = asked.owner.zone.as_ref().map(|it| EntityRef::new(EntityKind::Zone, it));
    asked.owner.thing.clone().into_iter().chain(zone).chain(from).find(declared)
}

/// Whether the isolation of a connection has to be proved: somebody outside works on what is inside.
pub(super) fn needs_proof(connection: &Connection) -> bool {
    connection.purpose.value == Purpose::RemoteMaintenance
}

/// When the isolation of a connection was last proved with packets, and where that stands: a run from
/// its far end after which nothing is left that might have been reached, or a probe that somebody
/// recorded.
pub(super) fn proof(facts: &Facts<'_>, connection: &Entry<Connection>) -> Option<(Date, Span)> {
    let subject = thing(EntityKind::Connection, connection);
    let probed = facts.topology.probed();
    let line = probed.line(&subject).filter(|it| it.verdict() == Verdict::Isolated);
    let line = line.map(|it| (it.on, it.span));
    let recorded = facts.inventory.confirmations.iter().filter(|it| {
        it.thing.value.0.names(&subject)
            && it.how.as_ref().is_some_and(|it| it.value == Means::Probe)
            && it.result.as_ref().is_none_or(|it| it.value == Outcome::AsExpected)
    });
    let recorded = recorded.map(|it| (it.on.value, it.on.span));
    line.into_iter().chain(recorded).filter(|(on, _)| *on <= facts.as_of).max_by_key(|(on, _)| *on)
}

/// When a connection, or a device at which it enters, was last changed, as the inventory records it.
pub(super) fn changed(facts: &Facts<'_>, connection: &Entry<Connection>) -> Option<(Date, Span)> {
    let own = std::iter::once(thing(EntityKind::Connection, connection));
    let devices = entry_devices(facts.inventory, connection);
    let things: Vec<EntityRef> =
        own.chain(devices.map(|it| thing(EntityKind::Device, it))).collect();
    let changes = facts.inventory.changes.iter();
    let concerned = changes.filter(|it| things.iter().any(|thing| it.thing.value.0.names(thing)));
    let days = concerned.filter_map(|it| it.on.as_ref()).map(|it| (it.value, it.span));
    let began = connection.introduced.as_ref().map(|it| (it.value, it.span));
    days.chain(began).filter(|(on, _)| *on <= facts.as_of).max_by_key(|(on, _)| *on)
}
