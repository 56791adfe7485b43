//! Questions about configured facts that several rules ask: which interfaces face outside, and
//! whether a service of a device answers everybody there.

use super::question::leads_to_internet;
use super::{Facts, Report};
use crate::evidence::Configured;
use crate::inventory::{Device, Entry, Interface as DeclaredInterface};
use crate::locale::Text;
use crate::model::device::{
    Becomes, DeviceConfig, Filter, Hook, Interface, InterfaceKind, Management, Nat, NatKind,
    Transport as DeviceTransport, TunnelKind, Verdict,
};
use crate::model::words::Transport;
use crate::model::{AddressSet, EntityKind, EntityRef, Protocol, Service};
use crate::source::Span;
use crate::text;
use crate::topology::PathKind;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Formats of devices that hand nothing to themselves that comes in over a translated interface
/// unless an entry says so, without a line for it (NEC UNIVERGE IX: NAPT). YAMAHA routers do so too;
/// there a translation says it.
const CLOSED_BY_NAT: [&str; 1] = ["nec-ix"];

/// One report for each thing of which a configuration was read, however many were given of it.
pub(super) fn each<'a>(
    facts: &Facts<'a>,
    mut judge: impl FnMut(&EntityRef, &'a Configured) -> Option<Report>,
) -> BTreeMap<EntityRef, Report> {
    let mut reports: BTreeMap<EntityRef, Report> = BTreeMap::new();
    for (thing, configured) in facts.configured() {
        if let Some(report) = judge(thing, configured) {
            let report = match reports.remove(thing) {
                Some(first) => first.absorb(report),
                None => report,
            };
            reports.insert(thing.clone(), report);
        }
    }
    reports
}

/// Where an interface leads, by the inventory first and the lines of the configuration second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facing {
    /// To the internet.
    Internet,
    /// Outside, over a line that its carrier keeps apart from the internet.
    ClosedLine,
    /// Inside, or nothing shows that it leads outside.
    Inside,
}

/// Where an interface of a device leads.
pub(super) fn facing(facts: &Facts<'_>, thing: &EntityRef, interface: &Interface) -> Facing {
    use InterfaceKind as K;
    if !interface.enabled || matches!(interface.kind, K::Loopback | K::Null | K::Tunnel) {
        return Facing::Inside;
    }
    let declared = declared(facts, thing, interface);
    if let Some(circuit) = declared.and_then(|it| it.circuit.as_ref()) {
        let circuit = facts.inventory.circuits.get(circuit.id());
        return match circuit.is_none_or(|it| leads_to_internet(it.kind.value)) {
            true => Facing::Internet,
            false => Facing::ClosedLine,
        };
    }
    if declared.is_some_and(|it| it.zone.is_some()) {
        return Facing::Inside;
    }
    let mut lines = facts.topology.paths().iter().filter(|it| {
        matches!(it.kind, PathKind::Line | PathKind::Mobile)
            && it.device == *thing
            && it.interface.as_ref() == Some(&interface.name.value)
    });
    let Some(line) = lines.next() else {
        return Facing::Inside;
    };
    let circuit = line.declared.as_ref().filter(|(it, _)| it.kind == EntityKind::Circuit);
    let circuit = circuit.and_then(|(it, _)| facts.inventory.circuits.get(&it.id));
    match circuit.is_none_or(|it| leads_to_internet(it.kind.value)) {
        true => Facing::Internet,
        false => Facing::ClosedLine,
    }
}

/// Whether a configuration has an interface that faces outside.
pub(super) fn facing_outside(
    facts: &Facts<'_>,
    thing: &EntityRef,
    configured: &Configured,
) -> bool {
    let mut interfaces = interfaces(facts, thing, configured).into_iter();
    interfaces.any(|it| facing(facts, thing, &it) != Facing::Inside)
}

/// The interfaces of a device: those of its configuration, and of a host of which only parts were
/// given those that the inventory names besides.
pub(super) fn interfaces<'a>(
    facts: &Facts<'a>,
    thing: &EntityRef,
    configured: &'a Configured,
) -> Vec<Cow<'a, Interface>> {
    let own = &configured.config.interfaces;
    let mut all: Vec<Cow<'a, Interface>> = own.iter().map(Cow::Borrowed).collect();
    let host = configured.files.iter().all(|it| it.format.part);
    let stated = device(facts, thing).filter(|_| host).into_iter().flat_map(|it| &it.interfaces);
    for it in stated {
        if !own.iter().any(|known| is_same(it, known)) {
            let mut interface = Interface::new(it.id.clone(), InterfaceKind::Other);
            interface.addresses.clone_from(&it.addresses);
            all.push(Cow::Owned(interface));
        }
    }
    all
}

fn device<'a>(facts: &Facts<'a>, thing: &EntityRef) -> Option<&'a Entry<Device>> {
    let device = (thing.kind == EntityKind::Device).then_some(thing.id.as_str());
    device.and_then(|id| facts.inventory.devices.get(id))
}

/// The declared interface that has the same name or an address of this one.
fn declared<'a>(
    facts: &Facts<'a>,
    thing: &EntityRef,
    interface: &Interface,
) -> Option<&'a Entry<DeclaredInterface>> {
    device(facts, thing)?.interfaces.iter().find(|it| is_same(it, interface))
}

/// Whether a declared interface is this one: by its name or by an address.
fn is_same(declared: &Entry<DeclaredInterface>, interface: &Interface) -> bool {
    let mut addresses = declared.addresses.iter().map(|it| it.value.ip());
    letters(&declared.id.value).eq(letters(&interface.name.value))
        || addresses.any(|own| interface.addresses.iter().any(|it| it.value.ip() == own))
}

/// Letters and digits, in lower case: an id cannot be written as devices write names of interfaces.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The words of the inventory for what carries a tunnel; none for what only a configuration knows.
pub(super) const fn transports(kind: TunnelKind) -> &'static [Transport] {
    match kind {
        TunnelKind::Ipsec => &[Transport::IpsecIke],
        TunnelKind::L2tpIpsec => &[Transport::L2tpIpsec],
        TunnelKind::L2tp => &[Transport::L2tp],
        TunnelKind::Pptp => &[Transport::Pptp],
        TunnelKind::Gre => &[Transport::Gre],
        TunnelKind::WireGuard => &[Transport::WireGuard],
        TunnelKind::OpenVpn => &[Transport::OpenVpn],
        TunnelKind::SslVpn => &[Transport::SslVpnClient, Transport::SslVpnOther],
        _ => &[],
    }
}

/// Whether a configuration of a thing that was read speaks of tunnels carried like this.
pub(super) fn speaks_of(facts: &Facts<'_>, thing: &EntityRef, transport: Transport) -> bool {
    let mut own = facts.configured().filter(|(it, _)| *it == thing).map(|(_, it)| &it.config);
    own.any(|config| {
        let accepts = config.remote_access.iter().filter(|it| it.enabled).map(|it| it.kind);
        let tunnels = config.tunnels.iter().filter(|it| it.disabled.is_none()).map(|it| it.kind);
        accepts.chain(tunnels).any(|kind| transports(kind).contains(&transport))
    })
}

/// Whether no line speaks of a management service: it is on because its maker ships it so. Readers
/// then point at the line that names the product.
pub(super) fn is_by_default(configured: &Configured, management: &Management) -> bool {
    configured.config.product.as_ref().is_some_and(|it| it.span == management.span)
}

/// Something that a device offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer<'a> {
    /// The line.
    pub(super) span: Span,
    /// The interfaces on which it answers; empty for all.
    pub(super) interfaces: &'a [String],
    /// What it listens on; empty when that is not known.
    pub(super) services: &'a [Service],
    /// Whom it answers by itself.
    pub(super) sources: &'a AddressSet,
    /// Whether all its own limits were understood.
    pub(super) exact: bool,
}

/// Whether it answers everybody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Open {
    /// Nothing on this device limits who.
    Yes,
    /// Something may limit it, but that was not understood or not given.
    Perhaps,
    /// No.
    No,
}

/// The answer with its reasons.
#[derive(Debug)]
pub(super) struct Reach {
    pub(super) open: Open,
    /// Lines of the configuration that show it.
    pub(super) because: Vec<(Span, Text)>,
}

/// Whether everybody outside reaches what a device offers, over an interface that faces one of
/// these ways.
pub(super) fn reach(
    facts: &Facts<'_>,
    thing: &EntityRef,
    configured: &Configured,
    offer: Offer<'_>,
    ways: &[Facing],
) -> Reach {
    let config = &configured.config;
    let mut best = Reach { open: Open::No, because: Vec::new() };
    if !offer.sources.is_anybody() {
        return best;
    }
    for interface in &interfaces(facts, thing, configured) {
        let answers = offer.interfaces.is_empty()
            || offer.interfaces.iter().any(|it| config.means(it, interface));
        if !answers || !ways.contains(&facing(facts, thing, interface)) {
            continue;
        }
        let any = [Service::Any];
        let services = if offer.services.is_empty() { &any } else { offer.services };
        for service in services {
            let came = reach_at(configured, interface, *service, offer);
            if came.open < best.open {
                best = came;
            }
        }
    }
    best
}

fn reach_at(
    configured: &Configured,
    interface: &Interface,
    service: Service,
    offer: Offer<'_>,
) -> Reach {
    let config = &configured.config;
    let came = config.admits(interface, service, offer.sources);
    let shut = match translated(configured, interface, service) {
        Before::Passes => None,
        Before::Shut(nat) => Some(nat),
        Before::Elsewhere => return Reach { open: Open::No, because: Vec::new() },
    };
    let mut certain = came.certain.clone();
    if shut.is_some() {
        certain.v4 = Default::default();
    }
    let name = &interface.name.value;
    let mut because = Vec::new();
    let permits = text!(
        "外部側「{name}」からの接続をここで許しています",
        "lets in what comes from outside over `{name}`"
    );
    let open = if !came.possible.is_anybody() {
        return Reach { open: Open::No, because };
    } else if certain.is_anybody() && offer.exact && filters_are_known(configured) {
        Open::Yes
    } else {
        Open::Perhaps
    };
    because.extend(came.permits.iter().map(|it| (*it, permits.clone())));
    if open == Open::Perhaps {
        let unclear = text!(
            "この行の意味を読み取れず、接続元が限られるかどうか判断できません",
            "this line was not understood: it may or may not limit who gets in"
        );
        because.extend(came.unclear.iter().map(|it| (*it, unclear.clone())));
        let partial = text!(
            "条件が合うときだけ通します。接続元が限られるかどうか判断できません",
            "lets in when its conditions are met: it may or may not limit who gets in"
        );
        because.extend(came.partial.iter().map(|it| (*it, partial.clone())));
        because.extend(shut.map(|nat| {
            let what = text!(
                "このNATに静的な登録がないため、外部からは届かない可能性があります",
                "without a static entry of this NAT it may not be reached from outside"
            );
            (nat.span, what)
        }));
        if !offer.exact {
            let what = text!(
                "機器側の制限をすべては読み取れませんでした",
                "not all of its own limits were understood"
            );
            because.push((offer.span, what));
        }
        if !filters_are_known(configured) {
            let what = text!(
                "この機器のフィルタの設定が与えられていません",
                "the filters of this host were not given"
            );
            because.push((offer.span, what));
        }
    }
    Reach { open, because }
}

/// Whether the files of a device say how it filters. Of a host, each file is only a part.
pub(super) fn filters_are_known(configured: &Configured) -> bool {
    let filters = configured.config.applied.iter().any(|it| it.hook != Hook::Selection);
    filters || configured.files.iter().any(|it| !it.format.part)
}

/// What a translation does with sessions to a service before the device itself sees them.
enum Before<'a> {
    /// Nothing.
    Passes,
    /// It hands them to another host.
    Elsewhere,
    /// It throws them away, as far as it is known.
    Shut(&'a Nat),
}

fn translated<'a>(
    configured: &'a Configured,
    interface: &Interface,
    service: Service,
) -> Before<'a> {
    let config = &configured.config;
    let here = |it: &&Nat| {
        it.enabled && it.interface.as_ref().is_none_or(|it| config.means(it, interface))
    };
    let nat = || config.nat.iter().filter(here);
    let about = |it: &&Nat| it.when.transports.iter().any(|it| includes(it, service));
    let mut inbound =
        nat().filter(|it| it.kind != NatKind::Source || it.becomes == Becomes::Discarded);
    match inbound.find(about) {
        Some(it) => match &it.becomes {
            Becomes::Discarded => Before::Shut(it),
            Becomes::Addresses(to)
                if !is_own(configured, to) && it.kind == NatKind::Destination =>
            {
                Before::Elsewhere
            }
            _ => Before::Passes,
        },
        None if configured.files.iter().any(|it| CLOSED_BY_NAT.contains(&it.format.id)) => {
            nat().find(|it| it.kind == NatKind::Source).map_or(Before::Passes, Before::Shut)
        }
        None => Before::Passes,
    }
}

/// Whether the device has one of these addresses.
fn is_own(configured: &Configured, addresses: &AddressSet) -> bool {
    let mut own = configured.config.interfaces.iter().flat_map(|it| &it.addresses);
    own.any(|it| addresses.contains(it.value.ip()))
}

/// Whether a transport is about a service, by its protocol and its first port.
fn includes(transport: &DeviceTransport, service: Service) -> bool {
    let Service::Ports { protocol, first, .. } = service else {
        return transport.is_any();
    };
    let number = match protocol {
        Protocol::Tcp => 6,
        Protocol::Udp => 17,
        Protocol::Icmp => 1,
        Protocol::Esp => 50,
        Protocol::Ah => 51,
        Protocol::Gre => 47,
    };
    transport.protocols.contains(number) && transport.destination_ports.contains(first)
}

/// The filters that take effect: applied, or called by one that is.
pub(super) fn in_effect(config: &DeviceConfig) -> Vec<&Filter> {
    let applied = config.applied.iter().filter(|it| it.hook != Hook::Selection);
    let mut names: Vec<&str> = applied.map(|it| it.filter.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut filters = Vec::new();
    names.reverse();
    while let Some(name) = names.pop() {
        if !seen.insert(name) {
            continue;
        }
        if let Some(filter) = config.filter(name) {
            filters.push(filter);
            names.extend(filter.lines.iter().filter_map(|it| match &it.verdict {
                Verdict::Call(name) | Verdict::Goto(name) => Some(name.as_str()),
                _ => None,
            }));
        }
    }
    filters
}
