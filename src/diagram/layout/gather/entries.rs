//! Connections with their parties and lines, and the devices at the boundary.

use super::{Gatherer, is_backbone, short};
use crate::diagram::layout::content::{DeviceBox, Mark, PartyBox, Row};
use crate::diagram::layout::style::Carriage;
use crate::inventory::{Connection, Holder, Inventory};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::topology::Corroboration;
use crate::topology::observed::box_of;

impl Gatherer<'_> {
    pub(super) fn rows(&mut self) {
        let inventory = self.inventory;
        let numbers = inventory.connection_numbers();
        for (connection, number) in inventory.connections.iter().zip(numbers) {
            if self.one.is_some_and(|one| one != connection.id.value) {
                continue;
            }
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            let party = EntityRef::new(EntityKind::Party, connection.party.id());
            let chain = chain(inventory, connection);
            for id in &chain {
                self.device(id);
            }
            self.content.rows.push(Row {
                alike: Vec::new(),
                number: Some(number),
                party: Some(PartyBox {
                    name: inventory.name_of(&party).to_owned(),
                    about: connection.name.value.clone(),
                    thing: party.clone(),
                }),
                circuit: self.circuit(connection),
                line: connection
                    .circuit
                    .as_ref()
                    .map(|it| EntityRef::new(EntityKind::Circuit, it.id())),
                transport: self.say(&connection.transport.value.label()),
                carriage: Carriage::of(connection.transport.value),
                state: self.state(&thing),
                chain,
                branches: Vec::new(),
                demarcated: connection.demarcation.is_some(),
                mark: self.mark_of_line(&thing, connection),
                party_mark: self.mark(&party),
                thing,
            });
        }
        if self.one.is_some() {
            return;
        }
        for device in &inventory.devices {
            let used = self.content.devices.contains_key(&device.id.value);
            let outside = device.interfaces.iter().any(|it| it.circuit.is_some())
                || !device.remote_access.is_empty()
                || !device.forwards.is_empty();
            if used || !outside || is_backbone(device) {
                continue;
            }
            self.device(&device.id.value);
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            self.content.rows.push(Row {
                alike: Vec::new(),
                number: None,
                party: None,
                circuit: String::new(),
                line: None,
                transport: String::new(),
                carriage: Carriage::Closed,
                state: self.state(&thing),
                chain: vec![device.id.value.clone()],
                branches: Vec::new(),
                demarcated: true,
                mark: Mark::default(),
                party_mark: Mark::default(),
                thing,
            });
        }
    }

    /// The findings of a connection and of the circuit it uses.
    fn mark_of_line(&self, thing: &EntityRef, connection: &Connection) -> Mark {
        let own = self.mark(thing);
        let circuit =
            connection.circuit.as_ref().map(|it| EntityRef::new(EntityKind::Circuit, it.id()));
        own.with(circuit.map(|it| self.mark(&it)).unwrap_or_default())
    }

    pub(super) fn state(&self, thing: &EntityRef) -> Corroboration {
        self.assessment.topology.corroboration(thing)
    }

    pub(super) fn circuit(&self, connection: &Connection) -> String {
        let Some(id) = &connection.circuit else {
            return self.say(&Text::new("回線 未記載", "circuit not declared"));
        };
        let Some(circuit) = self.inventory.circuits.get(id.id()) else {
            return id.id().to_owned();
        };
        match (&circuit.name, &circuit.provider) {
            (Some(name), _) => name.value.clone(),
            (None, Some(provider)) => {
                format!("{} {}", provider, self.say(&circuit.kind.value.label()))
            }
            (None, None) => self.say(&circuit.kind.value.label()),
        }
    }

    /// Makes the box of a device in the lane of entries, also of one that nobody declared.
    pub(super) fn any_device(&mut self, thing: &EntityRef) {
        if self.content.devices.contains_key(&thing.id) {
            return;
        }
        if self.inventory.devices.declares(&thing.id) {
            return self.device(&thing.id);
        }
        let undeclared = Text::new("台帳未記載の機器", "undeclared device");
        let undeclared = match thing.kind {
            EntityKind::System => Text::new("システム", "system"),
            EntityKind::Zone => Text::new("ゾーン", "zone"),
            _ => undeclared,
        };
        let mut gates = self.assessment.topology.observed().gates.values();
        let own = gates.find(|it| box_of(it.mac) == *thing).map(|it| &it.own);
        let addresses: Vec<String> = own.into_iter().flatten().map(ToString::to_string).collect();
        let boxed = DeviceBox {
            thing: thing.clone(),
            name: self.inventory.name_of(thing).to_owned(),
            about: self.configured(thing).into_iter().chain([self.say(&undeclared)]).collect(),
            brief: addresses.iter().take(1).cloned().collect(),
            addresses,
            foreign: None,
            state: self.state(thing),
            mark: self.mark(thing),
        };
        self.content.devices.insert(thing.id.clone(), boxed);
    }

    /// What the configuration of a thing says it is.
    fn configured(&self, thing: &EntityRef) -> Option<String> {
        let assessment = self.assessment;
        let mut joined = assessment.topology.joined().iter().filter(|it| it.thing == *thing);
        let configured = assessment.evidence.devices.get(joined.next()?.configured)?;
        let (config, file) = (&configured.config, configured.files.first()?);
        let product = config.product.as_ref().map(|it| it.value.clone());
        let product = product.unwrap_or_else(|| self.say(&file.format.name));
        let version = config.version.as_ref().map_or("", |it| it.value.as_str());
        Some(format!("{product} {version}").trim_end().to_owned())
    }

    /// How much of the configuration of a device was understood, when one was read.
    fn coverage(&self, thing: &EntityRef) -> Option<String> {
        let assessment = self.assessment;
        let joined = assessment.topology.joined().iter().filter(|it| it.thing == *thing);
        let files: Vec<_> = joined
            .filter_map(|it| assessment.evidence.devices.get(it.configured))
            .flat_map(|it| &it.files)
            .collect();
        if files.is_empty() {
            return None;
        }
        let understood: usize = files.iter().map(|it| it.coverage.understood).sum();
        let unknown: usize = files.iter().map(|it| it.coverage.unrecognized.len()).sum();
        let percent = (understood * 100).checked_div(understood + unknown).unwrap_or(100);
        Some(self.say(&crate::text!("設定確認 {percent}%", "config read, {percent}%")))
    }

    /// Makes the box of a device in the lane of entries.
    pub(super) fn device(&mut self, id: &str) {
        let Some(device) = self.inventory.devices.get(id) else {
            return;
        };
        let thing = EntityRef::new(EntityKind::Device, id);
        let kind = || self.say(&device.kind.value.label());
        let mut about = vec![device.model.as_ref().map_or_else(kind, |it| it.value.clone())];
        about.extend(device.os.as_ref().map(|os| {
            let version = os.version.as_ref().map_or("", |it| it.value.as_str());
            format!("{} {version}", os.name).trim_end().to_owned()
        }));
        about.extend(self.coverage(&thing));
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        for interface in &device.interfaces {
            let zone = interface.zone.as_ref().and_then(|it| self.zone_at.get(it.id()));
            let zone = zone.map(|at| format!("（{}）", short(&self.content.zones[*at].name)));
            let zone = zone.unwrap_or_default();
            let side = if interface.circuit.is_some() { &mut outer } else { &mut inner };
            side.extend(interface.addresses.iter().map(|it| (it.ip().to_string(), zone.clone())));
        }
        let sides =
            [(self.say(&Text::new("外", "out")), outer), (self.say(&Text::new("内", "in")), inner)];
        let (mut addresses, mut brief) = (Vec::new(), Vec::new());
        for (side, list) in sides {
            if let Some((first, _)) = list.first() {
                let more = list.len() - 1;
                let more = if more > 0 { format!(" +{more}") } else { String::new() };
                brief.push(format!("{side} {first}{more}"));
            }
            addresses.extend(list.iter().map(|(address, zone)| format!("{side} {address}{zone}")));
        }
        let foreign = match device.owner.as_ref().map(|it| &it.value) {
            Some(Holder::Party(party)) => {
                let party = EntityRef::new(EntityKind::Party, party);
                Some(self.inventory.name_of(&party).to_owned())
            }
            Some(Holder::Undefined) => Some(self.say(&Text::new("所有者未定", "owner undefined"))),
            Some(Holder::Hospital) | None => None,
        };
        let (mark, state) = (self.mark(&thing), self.state(&thing));
        self.content.devices.insert(
            id.to_owned(),
            DeviceBox {
                thing,
                name: device.name.value.clone(),
                about,
                addresses,
                brief,
                foreign,
                state,
                mark,
            },
        );
    }
}

/// The devices that a connection passes, from the outside in, each once.
fn chain(inventory: &Inventory, connection: &Connection) -> Vec<String> {
    let entry = connection.at.as_ref().map(|at| at.owner.as_str());
    let mut chain: Vec<String> = Vec::new();
    for id in entry.into_iter().chain(connection.through.iter().map(|it| it.id())) {
        if inventory.devices.get(id).is_some() && !chain.iter().any(|known| known == id) {
            chain.push(id.to_owned());
        }
    }
    // The drawing has a lane for the entry and one for what stands behind it. Whatever comes
    // after that stands in its zone.
    chain.truncate(2);
    chain
}
