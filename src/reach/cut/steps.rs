//! What a person has to know to pull something: where it stands, who does it, whom to call.

use super::pulls::Pull;
use crate::inventory::{Connection, Contact, Entry, Half, Holder};
use crate::model::words::CircuitKind;
use crate::model::{EntityKind, EntityRef};
use crate::reach::Reach;
use crate::reach::network::PlaceKind;
use crate::source::Span;
use std::collections::BTreeSet;

/// One step of a plan.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// What is pulled, by position.
    pub pull: Pull,
    /// The circuit, device or host; the connection when nobody wrote down its line.
    pub thing: EntityRef,
    /// The interface, for a device or host.
    pub port: Option<String>,
    /// What the interface leads to: zones, circuits, the devices on the same cable.
    pub leads: Vec<EntityRef>,
    /// The circuit that is pulled, or that enters here.
    pub circuit: Option<EntityRef>,
    /// Where it stands; none when nobody wrote it down.
    pub location: Option<String>,
    /// Who cuts it in an emergency; empty when nobody wrote it down.
    pub cuts: Vec<Holder>,
    /// Whom to call.
    pub call: Vec<Helper>,
    /// The connections that it carries.
    pub connections: Vec<EntityRef>,
    /// Whether anybody on the internet can send packets to it.
    pub open: bool,
    /// Where it is declared.
    pub span: Option<Span>,
}

/// Somebody to call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Helper {
    /// The desk or person.
    pub name: String,
    /// For whom.
    pub of: EntityRef,
    /// The telephone.
    pub phone: String,
    /// When somebody answers.
    pub hours: Option<String>,
}

/// The steps: what is open to the internet first, then what stands together, in the order of the
/// connections.
pub(super) fn ordered(reach: &Reach<'_>, pulled: &BTreeSet<Pull>) -> Vec<Pulled> {
    let mut steps: Vec<Pulled> = pulled.iter().filter_map(|it| step(reach, it)).collect();
    let numbers = reach.inventory.connection_numbers();
    let number = |it: &Pulled| {
        let positions = it.connections.iter().filter_map(|own| {
            reach.inventory.connections.iter().position(|it| it.id.value == own.id)
        });
        positions.filter_map(|at| numbers.get(at)).min().copied().unwrap_or(u32::MAX)
    };
    steps.sort_by_key(|it| (!it.open, number(it)));
    // A person goes to each place once.
    let places: Vec<(bool, Option<String>)> =
        steps.iter().map(|it| (it.open, it.location.clone())).collect();
    steps.sort_by_key(|it| places.iter().position(|own| *own == (it.open, it.location.clone())));
    steps
}

fn step(reach: &Reach<'_>, pull: &Pull) -> Option<Pulled> {
    let inventory = reach.inventory;
    let connections = carried(reach, pull);
    let over = |circuit: &EntityRef| {
        inventory.circuits.get(&circuit.id).filter(|_| circuit.kind == EntityKind::Circuit)
    };
    let mut step = Pulled {
        pull: pull.clone(),
        thing: EntityRef::new(EntityKind::Path, ""),
        port: None,
        leads: Vec::new(),
        circuit: None,
        location: None,
        cuts: Vec::new(),
        call: Vec::new(),
        connections: connections.iter().map(|it| it.0.clone()).collect(),
        open: false,
        span: None,
    };
    match pull {
        Pull::Circuit(circuit) => {
            step.thing = circuit.clone();
            step.circuit = Some(circuit.clone());
            let onu = over(circuit).and_then(|it| it.onu.as_ref());
            step.location = onu.map(|it| it.value.clone());
            step.leads = devices_at(reach, circuit);
        }
        Pull::Line(line) => step.thing = line.clone(),
        Pull::Port(node, at) => {
            let node = reach.network.nodes.get(*node)?;
            let port = node.ports.get(*at)?;
            step.thing = node.thing.clone();
            step.port = Some(port.name.clone());
            step.leads = leads(reach, &node.thing, port.place);
            step.circuit = reach.circuit_at(port.place);
            let location = match node.thing.kind {
                EntityKind::System => {
                    inventory.systems.get(&node.thing.id).and_then(|it| it.location.as_ref())
                }
                _ => inventory.devices.get(&node.thing.id).and_then(|it| it.location.as_ref()),
            };
            step.location = location.map(|it| it.value.clone());
        }
    }
    step.span = inventory.span_of(&step.thing);
    let circuit = step.circuit.as_ref().and_then(over);
    step.open = circuit.is_some_and(|it| {
        matches!(it.kind.value, CircuitKind::Internet | CircuitKind::MobileInternet)
    });
    step.cuts = who(reach, &step, &connections);
    step.call = call(reach, &step, &connections);
    Some(step)
}

/// The declared connections that come over it.
fn carried<'a>(reach: &Reach<'a>, pull: &Pull) -> Vec<(EntityRef, &'a Entry<Connection>)> {
    let over = |it: &&'a Entry<Connection>| {
        let carriage = reach.carriage_of(it);
        match pull {
            Pull::Circuit(circuit) => carriage.circuit.as_ref() == Some(circuit),
            Pull::Line(line) => carriage.line.as_ref() == Some(line),
            Pull::Port(node, at) => carriage.ports.contains(&(*node, *at)),
        }
    };
    let all = reach.inventory.connections.iter().filter(over);
    all.map(|it| (EntityRef::new(EntityKind::Connection, &it.id.value), it)).collect()
}

/// The devices and hosts at a circuit.
fn devices_at(reach: &Reach<'_>, circuit: &EntityRef) -> Vec<EntityRef> {
    let at = |place| reach.circuit_at(place).as_ref() == Some(circuit);
    let nodes = reach.network.nodes.iter();
    nodes.filter(|it| it.ports.iter().any(|it| at(it.place))).map(|it| it.thing.clone()).collect()
}

/// What stands at the far end of a cable.
fn leads(reach: &Reach<'_>, own: &EntityRef, place: usize) -> Vec<EntityRef> {
    match reach.network.places.get(place).map(|it| &it.kind) {
        Some(PlaceKind::Zone(zone)) => vec![zone.clone()],
        Some(PlaceKind::Outside(circuit)) => circuit.iter().cloned().collect(),
        Some(PlaceKind::Link(_)) => {
            let others = reach.network.on(place).iter();
            let others = others.filter_map(|(node, _)| reach.network.nodes.get(*node));
            others.map(|it| it.thing.clone()).filter(|it| it != own).collect()
        }
        None => Vec::new(),
    }
}

/// Who cuts it: for an interface the device says it first, for a line its connections.
fn who(
    reach: &Reach<'_>,
    step: &Pulled,
    connections: &[(EntityRef, &Entry<Connection>)],
) -> Vec<Holder> {
    let of = |half: Option<&Half>| half?.cuts.as_ref().map(|it| it.value.clone());
    let device = |thing: &EntityRef| match thing.kind {
        EntityKind::Device => of(reach.inventory.devices.get(&thing.id)?.responsibility.as_ref()),
        _ => None,
    };
    let inside = |it: &Connection| of(it.responsibility.as_ref()?.inside.as_ref());
    let named: Vec<Holder> = match step.pull {
        Pull::Port(..) => device(&step.thing).into_iter().collect(),
        _ => connections.iter().filter_map(|(_, it)| inside(it)).collect(),
    };
    let else_named = || match step.pull {
        Pull::Port(..) => connections.iter().filter_map(|(_, it)| inside(it)).collect::<Vec<_>>(),
        _ => step.leads.iter().filter_map(device).collect(),
    };
    let mut all = if named.is_empty() { else_named() } else { named };
    let mut seen = Vec::new();
    all.retain(|it| {
        !seen.contains(it) && {
            seen.push(it.clone());
            true
        }
    });
    all
}

/// Whom to call: who cuts it, the carrier, the party's desk, the hospital's officer.
fn call(
    reach: &Reach<'_>,
    step: &Pulled,
    connections: &[(EntityRef, &Entry<Connection>)],
) -> Vec<Helper> {
    let inventory = reach.inventory;
    let mut all: Vec<Helper> = Vec::new();
    let add = |all: &mut Vec<Helper>, of: &EntityRef, contact: &Contact| {
        if let Some(phone) = &contact.phone
            && all.iter().all(|it| it.phone != phone.value)
        {
            all.push(Helper {
                name: contact.name.value.clone(),
                of: of.clone(),
                phone: phone.value.clone(),
                hours: contact.hours.as_ref().map(|it| it.value.clone()),
            });
        }
    };
    for holder in &step.cuts {
        match holder {
            Holder::Party(id) => {
                let party = EntityRef::new(EntityKind::Party, id);
                let contacts = inventory.parties.get(id).map(|it| it.contacts.iter());
                contacts.into_iter().flatten().for_each(|it| add(&mut all, &party, it));
            }
            Holder::Hospital | Holder::Undefined => {
                let own = EntityRef::new(EntityKind::Organization, "organization");
                let officer = inventory.organization.as_ref();
                if let Some(officer) = officer.and_then(|it| it.security_officer.as_ref()) {
                    add(&mut all, &own, officer);
                }
            }
        }
    }
    let circuit = step.circuit.as_ref();
    if let Some((thing, circuit)) =
        circuit.and_then(|it| Some((it, inventory.circuits.get(&it.id)?)))
        && let Some(phone) = &circuit.phone
        && all.iter().all(|it| it.phone != phone.value)
    {
        let name =
            circuit.provider.as_ref().map_or_else(|| thing.id.clone(), |it| it.value.clone());
        all.push(Helper { name, of: thing.clone(), phone: phone.value.clone(), hours: None });
    }
    for (_, connection) in connections {
        let party = EntityRef::new(EntityKind::Party, connection.party.value.id());
        if let Some(contact) = &connection.contact {
            add(&mut all, &party, contact);
        } else if let Some(party_record) = inventory.parties.get(&party.id) {
            party_record.contacts.iter().for_each(|it| add(&mut all, &party, it));
        }
    }
    all
}
