//! The copy for one party (V6): its own line as it is, everything else under other names and
//! addresses, and nothing that anybody may have written anything into.
//!
//! Pseudonyms and addresses follow from a key of the hospital, so that the same thing is called the
//! same in every copy, today and next year; without the key nobody can tell which is which.
//! Addresses keep the networks around them. What is the party's own: the party, the connection, the
//! ends and the relay of its permissions with the addresses of those that are systems, and the names
//! of circuit and devices that no other party's connection uses.

use crate::confirm::proof::Paper;
use crate::confirm::proof::paper::{Decided, Named, Permitted, Row, Run, ViewFor};
use crate::history::Sha256;
use crate::history::bundle::Addresses;
use crate::inventory::{Endpoint, Inventory, Table};
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What stands instead of sentences that may name anything.
pub(super) const WITHHELD: Text =
    Text::new("（詳しくは病院の控えにあります）", "(in full in the hospital's original)");

/// The copy of a paper for the party of its connection; none for any other party, to whom the line
/// is none of their business. `of` is the digest of the original, `salt` the hospital's.
pub fn view_for(
    paper: &Paper,
    party: &EntityRef,
    inventory: &Inventory,
    of: Sha256,
    salt: [u8; 32],
) -> Option<Paper> {
    if paper.line.party.thing != *party {
        return None;
    }
    let own = own(paper, inventory);
    let others = others(inventory, &own);
    let ends = ends(inventory, &own);
    let view = View { salt, addresses: Addresses { salt }, own, ends, others };
    let mut copy = paper.clone();
    view.redact(&mut copy);
    copy.view = Some(ViewFor { party: paper.line.party.clone(), of: of.to_string() });
    Some(copy)
}

struct View {
    salt: [u8; 32],
    addresses: Addresses,
    own: BTreeSet<EntityRef>,
    /// Their addresses, of those that are systems.
    ends: AddressSet,
    /// What everything else is called.
    others: Vec<String>,
}

/// The addresses under which the party knows its targets: a host's other interfaces are none.
fn ends(inventory: &Inventory, own: &BTreeSet<EntityRef>) -> AddressSet {
    let systems = own.iter().filter(|it| it.kind == EntityKind::System);
    let declared = systems.filter_map(|it| inventory.systems.get(&it.id));
    declared.flat_map(|it| &it.addresses).map(|it| AddressSet::from(it.value)).collect()
}

/// The names and ids of everything that is not the party's own.
fn others(inventory: &Inventory, own: &BTreeSet<EntityRef>) -> Vec<String> {
    fn things<T>(table: &Table<T>, kind: EntityKind) -> impl Iterator<Item = EntityRef> {
        table.iter().map(move |it| EntityRef::new(kind, &it.id.value))
    }
    things(&inventory.sites, EntityKind::Site)
        .chain(things(&inventory.zones, EntityKind::Zone))
        .chain(things(&inventory.parties, EntityKind::Party))
        .chain(things(&inventory.circuits, EntityKind::Circuit))
        .chain(things(&inventory.devices, EntityKind::Device))
        .chain(things(&inventory.systems, EntityKind::System))
        .chain(things(&inventory.connections, EntityKind::Connection))
        .filter(|it| !own.contains(it))
        .flat_map(|it| [inventory.name_of(&it).to_owned(), it.id])
        .collect()
}

/// The things that the party may see as they are.
fn own(paper: &Paper, inventory: &Inventory) -> BTreeSet<EntityRef> {
    let line = &paper.line;
    let mut own = BTreeSet::from([line.party.thing.clone(), line.connection.thing.clone()]);
    let party = &line.party.thing.id;
    let others = || inventory.connections.iter().filter(|it| it.party.value.id() != party);
    let used = |thing: &EntityRef| {
        others().any(|it| match thing.kind {
            EntityKind::Circuit => it.circuit.as_ref().is_some_and(|it| it.value.id() == thing.id),
            _ => {
                it.at.as_ref().is_some_and(|it| it.value.owner == thing.id)
                    || it.through.iter().any(|it| it.value.id() == thing.id)
            }
        })
    };
    let between = line.circuit.iter().chain(&line.entry).chain(&line.through);
    own.extend(between.map(|it| it.thing.clone()).filter(|it| !used(it)));
    let Some(declared) = inventory.connections.get(&line.connection.thing.id) else { return own };
    for allow in &declared.allow {
        let via = allow.via.as_ref().map(|it| EntityRef::new(EntityKind::System, it.value.id()));
        own.extend(via);
        let ends = std::iter::once(&allow.to.value).chain(allow.from.as_ref().map(|it| &it.value));
        for end in ends {
            let Endpoint::Named(id) = end else { continue };
            let kinds =
                [EntityKind::System, EntityKind::Device, EntityKind::Zone, EntityKind::Party];
            own.extend(kinds.map(|kind| EntityRef::new(kind, id)));
        }
    }
    own
}

impl View {
    fn redact(&self, paper: &mut Paper) {
        paper.revision = None;
        let line = &mut paper.line;
        if line.circuit.as_ref().is_none_or(|it| !self.own.contains(&it.thing)) {
            line.circuit_id = None;
        }
        line.circuit.iter_mut().chain(&mut line.entry).chain(&mut line.through).for_each(|it| {
            self.named(it);
        });
        for it in &mut line.permitted {
            self.permitted(it);
        }
        let party = line.party.thing.clone();
        paper.runs.iter_mut().for_each(|it| self.run(it, &party));
        paper.rows.iter_mut().for_each(|it| self.row(it));
        for it in &mut paper.assumptions {
            it.about.iter_mut().for_each(|it| self.named(it));
            // What is always taken for granted is ours; everything else quotes.
            if it.about.is_some() || it.place.is_some() {
                it.says = WITHHELD;
            }
            it.place = None;
        }
        let mut told = BTreeSet::new();
        paper
            .assumptions
            .retain(|it| told.insert((it.kind.clone(), it.about.clone(), it.says.clone())));
        for it in &mut paper.not_looked {
            it.of.iter_mut().for_each(|it| self.named(it));
        }
        let boundary = paper.demarcation.boundary.take();
        paper.demarcation.boundary = boundary.map(|it| self.free(it));
        for duty in &mut paper.demarcation.duties {
            for held in duty.inside.iter_mut().chain(&mut duty.outside) {
                let Some(party) = held.party.as_mut().filter(|it| !self.own.contains(it)) else {
                    continue;
                };
                *party = self.pseudonym(party);
                held.name = Text::same(party.id.clone());
            }
        }
        for (at, it) in (1..).zip(&mut paper.sources) {
            it.name = format!("file-{at:03}");
        }
    }

    /// A text that somebody wrote: as it is when it names nothing but the party's own and holds no
    /// address or number; withheld otherwise.
    fn free(&self, text: Text) -> Text {
        let mut digits = 0;
        let numbered = text.ja.chars().any(|it| {
            digits = if it.is_ascii_digit() { digits + 1 } else { 0 };
            digits > 2
        });
        let names = || self.others.iter().any(|it| text.ja.contains(it.as_str()));
        if numbered || names() { WITHHELD } else { text }
    }

    /// Another thing in its place: the same for the same.
    fn pseudonym(&self, thing: &EntityRef) -> EntityRef {
        let digits = self.word(&thing.to_string());
        let kind = match thing.kind {
            EntityKind::Organization => "hospital",
            EntityKind::Site => "site",
            EntityKind::Zone => "zone",
            EntityKind::Party => "party",
            EntityKind::Circuit => "circuit",
            EntityKind::Device => "device",
            EntityKind::System => "system",
            EntityKind::Connection => "connection",
            EntityKind::Path => "path",
            _ => "thing",
        };
        EntityRef::new(thing.kind, format!("{kind}-{digits}"))
    }

    /// Eight digits that follow from a text and the key.
    fn word(&self, text: &str) -> String {
        let bytes = [&self.salt[..], b"name\n", text.as_bytes()].concat();
        Sha256::of(&bytes).to_string().chars().take(8).collect()
    }

    fn named(&self, it: &mut Named) {
        if !self.own.contains(&it.thing) {
            it.thing = self.pseudonym(&it.thing);
            it.name.clone_from(&it.thing.id);
        }
    }

    /// The ends of its permissions are the party's own; a relay is one of them.
    fn permitted(&self, it: &mut Permitted) {
        it.via.iter_mut().for_each(|it| self.named(it));
    }

    fn run(&self, run: &mut Run, party: &EntityRef) {
        let own = run.party.as_ref().is_some_and(|it| it.thing == *party);
        run.party.iter_mut().for_each(|it| self.named(it));
        for it in &mut run.stopped {
            it.host = it.host.map(|it| self.address(it));
        }
        // Who approves and at which telephone is of the hospital's people: whoever tests has it in
        // the scope, and the original keeps it.
        run.approver = format!("person-{}", self.word(&run.approver));
        run.telephone = None;
        if !own {
            run.tester = format!("person-{}", self.word(&run.tester));
            run.host = format!("host-{}", self.word(&run.host));
            run.addresses.iter_mut().for_each(|it| *it = self.address(*it));
        }
    }

    fn row(&self, row: &mut Row) {
        // A device of the line is known by name; its addresses inside are not the party's business.
        let own = self.own.contains(&row.to.thing) && row.to.thing.kind == EntityKind::System;
        self.named(&mut row.to);
        let known = |it: &str| {
            let network = it.parse::<IpNetwork>().ok();
            own && network.is_some_and(|it| self.ends.includes(&AddressSet::from(it)))
        };
        for it in row.addresses.iter_mut().filter(|it| !known(it)) {
            *it = self.range(it);
        }
        if let Some(it) = &mut row.configuration {
            self.trace(&mut it.trace);
        }
        if let Some(it) = &mut row.packets {
            it.by = it.by.map(|it| self.address(it));
        }
    }

    /// Of a way, only where and how it ends: lines of configurations name whatever they like.
    fn trace(&self, trace: &mut Vec<Decided>) {
        let Some(mut end) = trace.pop() else { return };
        trace.clear();
        if end.place.take().is_some() {
            end.says = WITHHELD;
        }
        end.text = None;
        if let Some(thing) = end.thing.as_mut().filter(|it| !self.own.contains(it)) {
            *thing = self.pseudonym(thing);
            end.at = Text::same(thing.id.clone());
        } else if end.thing.is_none() {
            end.at = Text::default();
        }
        trace.push(end);
    }

    fn address(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(it) => self.addresses.v4(it).into(),
            IpAddr::V6(it) => self.addresses.v6(it).into(),
        }
    }

    /// A notation of addresses: of a network the network, of a range the network around it.
    fn range(&self, notation: &str) -> String {
        if let Ok(address) = notation.parse::<IpAddr>() {
            return self.address(address).to_string();
        }
        let network = notation.parse::<IpNetwork>().ok().or_else(|| {
            let (first, last) = notation.split_once('-')?;
            around(first.parse().ok()?, last.parse().ok()?)
        });
        let Some(network) = network else { return self.word(notation) };
        let other = IpNetwork::new(self.address(network.ip()), network.prefix());
        // A block so large that it has no other stays unsaid.
        let other = other.ok().filter(|it| it.network() != network.network());
        let named = || format!("net-{}", self.word(notation));
        other.map_or_else(named, |it| format!("{}/{}", it.network(), it.prefix()))
    }
}

/// The smallest network that holds both.
fn around(first: IpAddr, last: IpAddr) -> Option<IpNetwork> {
    let length = match (first, last) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        _ => return None,
    };
    let network = IpNetwork::new(first, u8::try_from(length).ok()?).ok()?;
    IpNetwork::new(network.network(), network.prefix()).ok()
}
