//! What verdicts rest on beside the packets: who speaks for the hospital on a line, who may stand at
//! its far end, and until when a journal can be believed.

use crate::inventory::{Connection, Endpoint, Entry, Holder, Inventory};
use crate::model::{Date, EntityKind, EntityRef, IpNetwork};
use crate::probe::journal::Head;
use crate::probe::scope::embedded;
use jiff::{Timestamp, ToSpan as _, tz};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What is declared of every place that can be asked from. Of an empty one nobody speaks for the
/// hospital, everybody may ask, and every day has come.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    places: BTreeMap<EntityRef, Place>,
    until: Option<Timestamp>,
}

/// One connection, at its far end, or one zone.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The addresses of the hospital's devices that packets from there pass.
    voices: BTreeSet<IpAddr>,
    /// Who may ask from there; everybody when that is not restricted.
    sources: Option<Vec<IpNetwork>>,
}

impl Ground {
    /// Reads the declaration; a journal that began more than a day after `until` proves nothing.
    pub fn new(inventory: &Inventory, until: Option<Date>) -> Self {
        let lines = inventory.connections.iter().map(|it| {
            let place = Place { voices: on_line(inventory, it), sources: sources(inventory, it) };
            (EntityRef::new(EntityKind::Connection, &it.id.value), place)
        });
        // From inside the hospital every device on the way is its own.
        let devices = inventory.devices.iter().filter(|it| !is_of_a_party(it, None));
        let all: BTreeSet<IpAddr> = devices.flat_map(addresses).collect();
        let zones = inventory.zones.iter().map(|it| {
            let place = Place { voices: all.clone(), sources: None };
            (EntityRef::new(EntityKind::Zone, &it.id.value), place)
        });
        let places = lines.chain(zones).collect();
        let end = until.and_then(|it| it.checked_add(2.days()).ok());
        let end = end.and_then(|it| it.to_zoned(tz::TimeZone::fixed(tz::offset(9))).ok());
        Self { places, until: end.map(|it| it.timestamp()) }
    }

    /// The same, where these addresses speak for the hospital on a line.
    #[must_use]
    pub fn with_voices(
        mut self,
        from: &EntityRef,
        voices: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        self.places.entry(from.clone()).or_default().voices.extend(voices);
        self
    }

    /// The same, where none but these may ask from a place.
    #[must_use]
    pub fn with_sources(mut self, from: &EntityRef, sources: Vec<IpNetwork>) -> Self {
        self.places.entry(from.clone()).or_default().sources = Some(sources);
        self
    }

    /// Whether this is the address of a device of the hospital that packets from there pass.
    pub fn speaks_for_the_hospital(&self, from: &EntityRef, by: IpAddr) -> bool {
        self.places.get(from).is_some_and(|it| it.voices.contains(&embedded(by)))
    }

    /// Whether somebody with this address may ask from there.
    pub fn permits(&self, from: &EntityRef, source: IpAddr) -> bool {
        let sources = self.places.get(from).and_then(|it| it.sources.as_ref());
        sources.is_none_or(|all| all.iter().any(|it| it.contains(embedded(source))))
    }

    /// Whether somebody with a private address may be seen at the hospital with one that may ask:
    /// behind a translator, where all that may ask are public.
    pub fn may_be_translated(&self, from: &EntityRef, source: IpAddr) -> bool {
        let is_private = |it: IpAddr| match it {
            IpAddr::V4(it) => it.is_private(),
            IpAddr::V6(it) => it.is_unique_local(),
        };
        let sources = self.places.get(from).and_then(|it| it.sources.as_ref());
        is_private(embedded(source))
            && sources.is_some_and(|all| !all.iter().any(|it| is_private(it.ip())))
    }

    /// Whether a run began on a day that has not come.
    pub(super) fn is_future(&self, head: &Head) -> bool {
        self.until.is_some_and(|until| head.started >= until)
    }
}

/// The addresses of the devices of the hospital through which a connection comes in.
fn on_line(inventory: &Inventory, connection: &Entry<Connection>) -> BTreeSet<IpAddr> {
    let at = connection.at.as_ref().map(|at| at.value.owner.as_str());
    let through = connection.through.iter().map(|it| it.id());
    let devices = at.into_iter().chain(through).filter_map(|id| inventory.devices.get(id));
    let own = devices.filter(|it| !is_of_a_party(it, Some(connection.party.id())));
    own.flat_map(addresses).collect()
}

/// Whether a device belongs to that party, or to any.
fn is_of_a_party(device: &Entry<crate::inventory::Device>, party: Option<&str>) -> bool {
    matches!(device.owner.as_ref().map(|it| &it.value),
        Some(Holder::Party(id)) if party.is_none_or(|it| it == id))
}

fn addresses(device: &Entry<crate::inventory::Device>) -> impl Iterator<Item = IpAddr> + '_ {
    let interfaces = device.interfaces.iter();
    interfaces.flat_map(|it| &it.addresses).map(|it| embedded(it.value.ip()))
}

/// The addresses to which a connection is restricted, as far as they are written down.
fn sources(inventory: &Inventory, connection: &Entry<Connection>) -> Option<Vec<IpNetwork>> {
    let mut all = Vec::new();
    for end in &connection.sources {
        match &end.value {
            Endpoint::Any | Endpoint::Internet => return None,
            Endpoint::Network(it) => all.push(*it),
            Endpoint::Named(id) => {
                let party = inventory.parties.get(id).map(|it| &it.networks);
                let system = inventory.systems.get(id).map(|it| &it.addresses);
                // Of whom no address is written down, anybody may be meant.
                let own = party.or(system).filter(|it| !it.is_empty())?;
                all.extend(own.iter().map(|it| it.value));
            }
        }
    }
    (!all.is_empty()).then_some(all)
}
