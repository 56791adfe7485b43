//! Hosts from which somebody goes on: relays, remote sessions, several networks, shared files.

use super::{Grade, Relay, RelayKind, Stand, stand, stands_of_system};
use crate::inventory::{Entry, System};
use crate::locale::Text;
use crate::model::words::SystemKind;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::reach::network::PlaceId;
use crate::reach::packets::PacketSet;
use crate::reach::{Bound, Flow, Reach};
use crate::source::Span;
use crate::text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What opens a session on a host: SSH, Telnet, RDP, VNC (IANA Service Name and Transport Protocol
/// Port Number Registry).
const SESSIONS: &[Service] =
    &[Service::tcp(22), Service::tcp(23), Service::tcp(3389), Service::tcp(5900)];
/// Where files are left for others: SMB and its older session service, FTP. SFTP is SSH.
const FILES: &[Service] = &[Service::tcp(445), Service::tcp(139), Service::tcp(21)];

pub(super) fn relays(reach: &Reach<'_>) -> Vec<Relay> {
    let mut all = Vec::new();
    for system in &reach.inventory.systems {
        all.extend(of_host(reach, system));
    }
    all.extend(files(reach));
    all
}

/// One host: the surest edge for each set of packets.
fn of_host(reach: &Reach<'_>, system: &Entry<System>) -> Vec<Relay> {
    let thing = EntityRef::new(EntityKind::System, &system.id.value);
    let stands: Arc<[Stand]> = stands_of_system(reach, &thing).into();
    let relay = |kind, grade, services: &[Service], span, says| {
        let packets = to_any(services);
        let certain = matches!(grade, Grade::Sure | Grade::Likely);
        Relay {
            thing: thing.clone(),
            kind,
            grade,
            certain: if certain { packets.clone() } else { PacketSet::none() },
            possible: packets,
            stands: stands.clone(),
            span: Some(span),
            says,
        }
    };
    let mut all = Vec::new();
    let offered: Vec<Service> = system.services.iter().map(|it| it.value).collect();
    if let Some(span) = declared(reach, system) {
        let says =
            Text::new("中継サーバとして、ここから先へ進みます", "goes on from here: a relay");
        all.push(relay(RelayKind::Declared, Grade::Sure, &offered, span, says));
    }
    let several = system.zones().len() > 1 || system.attachments().any(|it| it.circuit.is_some());
    let sessions = offers(&offered, SESSIONS);
    if let Some((first, _)) = sessions.first().zip(all.is_empty().then_some(())) {
        let name = first.brief();
        let span = system.services.first().map_or(system.id.span, |it| it.span);
        let says = match several {
            false => {
                text!("{name} で操作し、ここから先へ進みます", "goes on from here over {name}")
            }
            true => text!(
                "{name} で操作し、つながっている別の網へ進みます（複数接続機器）",
                "goes on over {name} to its other networks (multi-homed)"
            ),
        };
        all.push(relay(RelayKind::Session, Grade::Likely, &sessions, span, says));
    }
    if let Some(software) = system.remote_control.first() {
        let name = &software.value;
        let says = text!(
            "遠隔操作ソフト「{name}」で操作し、ここから先へ進みます",
            "goes on from here over the remote-control software {name}"
        );
        all.push(relay(RelayKind::RemoteControl, Grade::Likely, &[], software.span, says));
    }
    if several {
        let says = Text::new(
            "複数の網につながる機器です。乗っ取られると別の網へ進めます",
            "stands in several networks: whoever takes it over goes on to the others",
        );
        all.push(relay(RelayKind::MultiHomed, Grade::Weak, &[], system.id.span, says));
    }
    if offered.is_empty() && all.is_empty() {
        let says = Text::new(
            "提供するサービスが台帳になく、遠隔操作を受け付けるか分かりません",
            "the inventory does not say what it offers; it may accept remote sessions",
        );
        all.push(relay(RelayKind::Session, Grade::Unknown, SESSIONS, system.id.span, says));
    }
    all
}

/// Where the inventory says that a system is a relay.
fn declared(reach: &Reach<'_>, system: &Entry<System>) -> Option<Span> {
    if system.kind.value == SystemKind::Relay {
        return Some(system.kind.span);
    }
    let mut vias = reach
        .inventory
        .connections
        .iter()
        .flat_map(|it| &it.allow)
        .filter_map(|it| it.via.as_ref());
    vias.find(|it| it.value.id() == system.id.value).map(|it| it.span)
}

/// Which of some services a host offers.
fn offers(offered: &[Service], these: &[Service]) -> Vec<Service> {
    let has = |it: &&Service| offered.iter().any(|own| own.includes(**it));
    these.iter().filter(has).copied().collect()
}

fn to_any(services: &[Service]) -> PacketSet {
    PacketSet::sessions(&AddressSet::any(), &AddressSet::any(), services)
}

/// File services: who leaves a file there reaches everybody who fetches files there.
fn files(reach: &Reach<'_>) -> Vec<Relay> {
    let network = &reach.network;
    let mut servers: Vec<(EntityRef, Vec<Service>, Span)> = Vec::new();
    for system in &reach.inventory.systems {
        let offered: Vec<Service> = system.services.iter().map(|it| it.value).collect();
        let offered = offers(&offered, FILES);
        if !offered.is_empty() {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let span = system.services.first().map_or(system.id.span, |it| it.span);
            servers.push((thing, offered, span));
        }
    }
    if servers.is_empty() {
        return Vec::new();
    }
    // Whoever stands at one place asks all servers of a kind at once.
    let mut offering: BTreeMap<&[Service], AddressSet> = BTreeMap::new();
    for (thing, services, _) in &servers {
        let all = offering.entry(services).or_default();
        *all = all.union(&network.book.of(thing));
    }
    let mut standing: BTreeMap<PlaceId, AddressSet> = BTreeMap::new();
    for host in &network.hosts {
        let all = standing.entry(host.place).or_default();
        *all = all.union(&host.addresses);
    }
    let mut flow = Flow::new(network, Bound::Possible);
    for (place, sources) in &standing {
        for (services, to) in &offering {
            flow.send(*place, &PacketSet::sessions(sources, to, services));
        }
    }
    let arrivals = flow.run();
    let mut known: Vec<(AddressSet, Arc<[Stand]>)> = Vec::new();
    let mut clients = |from: AddressSet| match known.iter().find(|it| it.0 == from) {
        Some((_, stands)) => Arc::clone(stands),
        None => {
            let clients = network.hosts.iter().filter(|it| it.addresses.meets(&from));
            let stands: Arc<[Stand]> = clients.map(stand).collect();
            known.push((from, Arc::clone(&stands)));
            stands
        }
    };
    let relay = |(thing, services, span): (EntityRef, Vec<Service>, Span)| {
        let stands = clients(arrivals.at(&thing).sources());
        let name = services.first().map(|it| it.brief()).unwrap_or_default();
        Relay {
            thing,
            kind: RelayKind::Files,
            grade: Grade::Weak,
            certain: PacketSet::none(),
            possible: to_any(&services),
            stands,
            span: Some(span),
            says: text!(
                "{name} で置かれたファイルを、共用する相手が開きます",
                "files left there over {name} are opened by those who share it"
            ),
        }
    };
    servers.into_iter().map(relay).collect()
}
