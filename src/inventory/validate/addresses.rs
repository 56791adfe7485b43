//! Every address must lie in its zone, and belong to one thing only.

use super::prefixes::{Prefixes, Range};
use super::zones::is_isolated;
use crate::inventory::records::{Inventory, Zone};
use crate::inventory::table::Entry;
use crate::model::{IpNetwork, network_of};
use crate::source::{Diagnostic, Mistakes, Span, Spanned};
use crate::text;
use std::collections::{BTreeMap, HashMap};

/// One address of a system or a device.
#[derive(Clone, Copy)]
struct Placed<'a> {
    owner: &'a Spanned<String>,
    address: &'a Spanned<IpNetwork>,
    /// Where an address must be unique.
    scope: usize,
    kind: Kind,
}

/// What has the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A system.
    Host,
    /// A group of terminals with a network of their own.
    Group,
    /// A network device, which naturally stands in the networks of others.
    Gateway,
}

impl Placed<'_> {
    fn range(&self) -> Range {
        match self.kind {
            Kind::Group => Range::of(self.address.value),
            Kind::Host | Kind::Gateway => Range::host(self.address.value),
        }
    }
}

impl PartialEq for Placed<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.owner == other.owner
    }
}

/// Reports addresses outside their zone, addresses used twice, hosts inside a group of terminals,
/// and addresses of a system of which nobody knows in which zone it stands.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    let mut book = Book::new(inventory);
    for system in inventory.systems.iter() {
        if let (None, Some(address)) = (&system.zone, system.addresses.first()) {
            out.push(without_zone(&system.id, address));
        }
        for attachment in system.attachments() {
            let zone = attachment.zone.map(|zone| zone.id());
            let circuit = attachment.circuit.map(|circuit| circuit.id());
            for address in attachment.addresses {
                let kind = kind_of(address.value);
                book.place(&system.id, address, zone, circuit, kind, out);
            }
        }
    }
    for device in inventory.devices.iter() {
        for interface in &device.interfaces {
            let zone = interface.zone.as_ref().map(|zone| zone.id());
            let circuit = interface.circuit.as_ref().map(|circuit| circuit.id());
            for address in &interface.addresses {
                book.place(&device.id, address, zone, circuit, Kind::Gateway, out);
            }
        }
    }
    let placed = book.placed;
    duplicates(&placed, out);
    groups(&placed, out);
}

/// A system whose address is a network without host bits is a group.
fn kind_of(address: IpNetwork) -> Kind {
    let whole = network_of(address) == address && Range::of(address) != Range::host(address);
    match whole {
        true => Kind::Group,
        false => Kind::Host,
    }
}

/// All addresses, and what is needed to judge one.
struct Book<'a> {
    /// Each zone with its networks and the scope of its addresses.
    zones: HashMap<&'a str, (&'a Entry<Zone>, Prefixes<()>, usize)>,
    /// All networks of zones, for the hint where an address belongs.
    everywhere: Prefixes<&'a str>,
    /// The scopes of circuits.
    circuits: HashMap<&'a str, usize>,
    scopes: usize,
    placed: Vec<Placed<'a>>,
}

impl<'a> Book<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let mut scopes = 0;
        let mut next = || {
            scopes += 1;
            scopes
        };
        let mut sites: HashMap<&str, usize> = HashMap::new();
        let mut zones = HashMap::new();
        let mut everywhere = Vec::new();
        for zone in inventory.zones.iter() {
            let site = zone.site.as_ref().map_or("", |site| site.id());
            let scope = match is_isolated(zone) {
                true => next(),
                false => *sites.entry(site).or_insert_with(&mut next),
            };
            let networks = zone.networks.iter().map(|it| Range::of(it.value));
            everywhere.extend(networks.clone().map(|range| (range, zone.id.value.as_str())));
            let networks = Prefixes::new(networks.map(|range| (range, ())).collect());
            zones.insert(zone.id.value.as_str(), (zone, networks, scope));
        }
        Self {
            zones,
            everywhere: Prefixes::new(everywhere),
            circuits: HashMap::new(),
            scopes,
            placed: Vec::new(),
        }
    }

    /// Takes one address in. What stands nowhere that could be read is not compared.
    fn place(
        &mut self,
        owner: &'a Spanned<String>,
        address: &'a Spanned<IpNetwork>,
        zone: Option<&'a str>,
        circuit: Option<&'a str>,
        kind: Kind,
        out: &mut Mistakes,
    ) {
        let scope = match (zone.and_then(|zone| self.zones.get(zone)), circuit) {
            (Some((_, _, scope)), _) => *scope,
            (None, Some(circuit)) => *self.circuits.entry(circuit).or_insert_with(|| {
                self.scopes += 1;
                self.scopes
            }),
            (None, None) => return,
        };
        let placed = Placed { owner, address, scope, kind };
        if let Some((zone, networks, _)) = zone.and_then(|zone| self.zones.get(zone))
            && !networks.is_empty()
            && networks.containing(placed.range()).next().is_none()
        {
            out.push(self.outside(&placed, zone));
        }
        self.placed.push(placed);
    }

    fn outside(&self, placed: &Placed<'_>, zone: &Entry<Zone>) -> Diagnostic {
        let (id, address) = (&zone.id.value, placed.address.value.ip());
        let mut mistake = Diagnostic::error(
            "outside-zone",
            text!(
                "{address}はゾーン「{id}」のネットワークに入っていません",
                "{address} lies outside the networks of the zone `{id}`"
            ),
        )
        .at(placed.address.span, text!("このアドレス", "this address"));
        // A network of the same family shows best what is wrong.
        let family = |it: &&Spanned<IpNetwork>| it.value.is_ipv4() == address.is_ipv4();
        let same = zone.networks.iter().find(family);
        if let Some(network) = same.or(zone.networks.first()) {
            mistake =
                mistake.at(network.span, text!("「{id}」のネットワーク", "the networks of `{id}`"));
        }
        match (self.everywhere.containing(placed.range()).next(), placed.kind) {
            (Some(other), Kind::Host) => mistake.help(text!(
                "このアドレスはゾーン「{other}」に入ります。zone かアドレスを確かめてください。2つの網につながるシステムなら、interfaces に網ごとのゾーンとアドレスを書きます",
                "it lies in the zone `{other}`: check `zone` and the address; a system in two networks has its zones and addresses under `interfaces`"
            )),
            (Some(other), _) => mistake.help(text!(
                "このアドレスはゾーン「{other}」に入ります。zone かアドレスを確かめてください",
                "it lies in the zone `{other}`: check `zone` and the address"
            )),
            (None, _) => mistake.help(text!(
                "アドレスを確かめるか、ゾーン「{id}」の networks に加えてください",
                "check the address, or add its network to the zone `{id}`"
            )),
        }
    }
}

fn without_zone(system: &Spanned<String>, address: &Spanned<IpNetwork>) -> Diagnostic {
    let id = &system.value;
    Diagnostic::error(
        "address-without-zone",
        text!(
            "システム「{id}」にはアドレスがありますが、ゾーンがありません",
            "the system `{id}` has an address, but no zone"
        ),
    )
    .at(address.span, text!("どのゾーンのアドレスですか", "an address of which zone?"))
    .at(system.span, text!("このシステム", "this system"))
    .help(text!(
        "zone を書くか、interfaces の中にゾーンとアドレスを書いてください",
        "write its `zone`, or put the address with its zone under `interfaces`"
    ))
}

fn duplicates(placed: &[Placed<'_>], out: &mut Mistakes) {
    let hosts = placed.iter().filter(|it| it.kind != Kind::Group);
    let mut sorted: Vec<(usize, Range, &Placed<'_>)> =
        hosts.map(|it| (it.scope, it.range(), it)).collect();
    sorted.sort_by_key(|(scope, range, _)| (*scope, *range));
    let same = |a: &(usize, Range, _), b: &(usize, Range, _)| (a.0, a.1) == (b.0, b.1);
    for twins in sorted.chunk_by(same) {
        let Some(((_, _, first), rest)) = twins.split_first() else {
            continue;
        };
        for (_, _, second) in rest {
            let (address, a, b) =
                (second.address.value.ip(), &second.owner.value, &first.owner.value);
            out.push(
                Diagnostic::error(
                    "duplicate-address",
                    text!(
                        "アドレス{address}が2回書かれています",
                        "the address {address} is given twice"
                    ),
                )
                .at(second.address.span, text!("「{a}」のアドレス", "of `{a}`"))
                .at(first.address.span, text!("「{b}」のアドレス", "of `{b}`"))
                .help(text!(
                    "どちらかを直してください。冗長構成の仮想アドレスは一方にだけ書きます",
                    "correct one of them; a virtual address of a redundant pair is written on one only"
                )),
            );
        }
    }
}

/// Hosts and groups inside the network of a group: one warning a group, however many they are.
fn groups(placed: &[Placed<'_>], out: &mut Mistakes) {
    let mut networks: HashMap<usize, Vec<(Range, Placed<'_>)>> = HashMap::new();
    for group in placed.iter().filter(|it| it.kind == Kind::Group) {
        let scope = networks.entry(group.scope).or_default();
        scope.push((group.range(), *group));
    }
    let networks: HashMap<usize, Prefixes<Placed<'_>>> =
        networks.into_iter().map(|(scope, networks)| (scope, Prefixes::new(networks))).collect();
    let mut inside: BTreeMap<Span, (&str, Vec<&Placed<'_>>)> = BTreeMap::new();
    for it in placed.iter().filter(|it| it.kind != Kind::Gateway) {
        let around = networks.get(&it.scope).and_then(|networks| {
            let mut around = networks.containing(it.range());
            around.find(|group| *group != it && is_before(group, it))
        });
        if let Some(group) = around {
            let (_, members) =
                inside.entry(group.address.span).or_insert((&group.owner.value, Vec::new()));
            members.push(it);
        }
    }
    for (span, (group, members)) in inside {
        if let Some(first) = members.first() {
            out.push(inside_group(span, group, first, members.len() - 1));
        }
    }
}

/// Of two groups with the same network only one contains the other.
fn is_before(group: &Placed<'_>, it: &Placed<'_>) -> bool {
    group.range() != it.range() || group.address.span < it.address.span
}

fn inside_group(span: Span, group: &str, first: &Placed<'_>, more: usize) -> Diagnostic {
    let id = &first.owner.value;
    let address = match first.kind {
        Kind::Group => first.address.value.to_string(),
        Kind::Host | Kind::Gateway => first.address.value.ip().to_string(),
    };
    let label = match more {
        0 => text!("「{id}」のアドレス", "the address of `{id}`"),
        more => text!("「{id}」のアドレス。ほかに{more}件", "the address of `{id}`; {more} more"),
    };
    Diagnostic::warning(
        "address-in-group",
        text!(
            "「{group}」のネットワークの中に、別のシステムのアドレスがあります",
            "the network of `{group}` contains the address of another system"
        ),
    )
    .at(span, text!("この範囲に{address}が入ります", "this range contains {address}"))
    .at(first.address.span, label)
    .help(text!(
        "端末群の範囲を実際の割当て（DHCPの範囲など）に狭めてください",
        "narrow the group to the range that is really assigned, such as the DHCP range"
    ))
}
