//! Questions about declared facts that several rules ask: is this borne by the internet, can it
//! be opened from outside, who may come, what is behind the entry.

use crate::inventory::{
    Allow, Connection, Device, Endpoint, Entry, Inventory, RemoteAccess, System,
};
use crate::locale::Text;
use crate::model::words::{
    Authentication, CircuitKind, Criticality, Direction, PartyKind, Purpose, SystemKind,
};
use crate::model::{EntityKind, EntityRef, Service, contains, is_any};
use crate::source::{Span, Spanned};

/// The reference to a record of a table.
pub(crate) fn thing<T>(kind: EntityKind, entry: &Entry<T>) -> EntityRef {
    EntityRef::new(kind, &entry.id.value)
}

/// The name of a thing in a sentence.
pub(crate) fn name(inventory: &Inventory, thing: &EntityRef) -> Text {
    let undeclared = inventory.span_of(thing).is_none();
    if thing.kind == EntityKind::Party && undeclared {
        return Text::new("インターネット", "the internet");
    }
    Text::same(inventory.name_of(thing))
}

/// The names of things, as people of this hospital know them, for a sentence. Long lists are cut
/// after five with how many there are; the finding itself lists all of them.
pub(crate) fn names(inventory: &Inventory, things: &[EntityRef]) -> Text {
    const SHOWN: usize = 5;
    let shown = things.iter().take(SHOWN);
    let list = Text::list(&shown.map(|it| Text::same(inventory.name_of(it))).collect::<Vec<_>>());
    match things.len().checked_sub(SHOWN) {
        Some(more @ 1..) => crate::text!("{list} ほか{more}件", "{list} and {more} more"; list),
        _ => list,
    }
}

/// The services of a sentence: `RDP 3389/tcp、SSH 22/tcp`, or every service.
pub(crate) fn services(services: &[Spanned<Service>]) -> Text {
    if services.is_empty() || services.iter().any(|it| it.value == Service::Any) {
        return Text::new("すべてのサービス", "every service");
    }
    let described = services.iter().map(|it| Text::same(it.value.described()));
    Text::list(&described.collect::<Vec<_>>())
}

/// How much care depends on a system, and where it says so. What is left out is taken as critical
/// for the systems without which a hospital cannot treat or bill: silence must not pass for safety.
pub(crate) fn criticality(system: &Entry<System>) -> Option<(Criticality, Span)> {
    use SystemKind as K;
    let vital = matches!(
        system.kind.value,
        K::Ehr | K::Ordering | K::Billing | K::Pacs | K::Laboratory | K::Pharmacy
    );
    let stated = system.criticality.as_ref().map(|it| (it.value, it.span));
    stated.or_else(|| vital.then_some((Criticality::Critical, system.kind.span)))
}

/// The words for a system whose criticality was not written down but assumed.
pub(crate) fn assumed_critical<'a>(mut systems: impl Iterator<Item = &'a Entry<System>>) -> Text {
    if systems.any(|it| it.criticality.is_none()) {
        Text::new(
            "。重要度（criticality）が書かれていないものは最重要とみなしました",
            "; where no criticality is stated, it is taken as critical",
        )
    } else {
        Text::new("", "")
    }
}

/// Whether an access from outside is in use.
pub(crate) fn enabled(access: &RemoteAccess) -> bool {
    access.enabled.as_ref().is_none_or(|it| it.value)
}

/// Whether a circuit leads to the internet.
pub(crate) const fn leads_to_internet(kind: CircuitKind) -> bool {
    matches!(kind, CircuitKind::Internet | CircuitKind::MobileInternet)
}

/// Whether a connection crosses the internet: an open transport on anything but a closed line.
pub(crate) fn crosses_internet(inventory: &Inventory, connection: &Connection) -> bool {
    let circuit = connection.circuit.as_ref().and_then(|it| inventory.circuits.get(it.id()));
    !connection.transport.value.is_closed()
        && circuit.is_none_or(|it| leads_to_internet(it.kind.value))
}

/// Whether the other end is the internet at large: there is no second side to agree with, only the
/// carrier of the line.
pub(crate) fn with_internet(inventory: &Inventory, connection: &Connection) -> bool {
    let party = inventory.parties.get(connection.party.id());
    party.is_some_and(|it| it.kind.value == PartyKind::Internet)
}

/// Whether people outside work on systems inside over this connection.
pub(crate) const fn lets_people_in(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::RemoteMaintenance | Purpose::Telework)
}

/// What may be opened from outside.
pub(crate) fn inbound(connection: &Connection) -> impl Iterator<Item = &Allow> {
    let inbound = |it: &&Allow| {
        let direction = it.direction.as_ref().map(|direction| direction.value);
        direction != Some(Direction::Outbound)
    };
    connection.allow.iter().filter(inbound)
}

/// Whether sessions can be opened from outside: an inbound permission, or nothing stated and a
/// purpose that needs it.
pub(crate) fn opened_from_outside(connection: &Connection) -> bool {
    if connection.allow.is_empty() {
        connection.purpose.value.opened_from_outside()
    } else {
        inbound(connection).next().is_some()
    }
}

/// The devices that a connection enters by, from the outside in.
pub(crate) fn entry_devices<'a>(
    inventory: &'a Inventory,
    connection: &'a Connection,
) -> impl Iterator<Item = &'a Entry<Device>> {
    let mount = connection.at.iter().map(|at| at.value.owner.as_str());
    let passed = connection.through.iter().map(|it| it.id());
    mount.chain(passed).filter_map(|id| inventory.devices.get(id))
}

/// What is stated about who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sources {
    /// Nothing.
    Unstated,
    /// Only parties, the first of them here, whose addresses nobody wrote down: no device can be
    /// set up to answer them alone.
    WithoutAddresses(Span),
    /// Everybody, here.
    Anybody(Span),
    /// Somebody in particular.
    Restricted,
}

/// What a list of permitted sources states.
pub(crate) fn sources(inventory: &Inventory, stated: &[Spanned<Endpoint>]) -> Sources {
    let anybody = stated.iter().find(|it| match it.value {
        Endpoint::Any | Endpoint::Internet => true,
        Endpoint::Network(network) => is_any(network),
        Endpoint::Named(_) => false,
    });
    let nowhere = |it: &Spanned<Endpoint>| match &it.value {
        Endpoint::Named(id) => inventory.parties.get(id).is_some_and(|it| it.networks.is_empty()),
        _ => false,
    };
    match (anybody, stated.first()) {
        (Some(it), _) => Sources::Anybody(it.span),
        (None, None) => Sources::Unstated,
        (None, Some(first)) if stated.iter().all(nowhere) => Sources::WithoutAddresses(first.span),
        (None, Some(_)) => Sources::Restricted,
    }
}

/// Why a party alone is no limit of source.
pub(crate) fn without_addresses() -> Text {
    Text::new(
        "この事業者のアドレス（networks）が書かれておらず、限定になりません",
        "the addresses of this party (`networks`) are not stated, so this limits nothing",
    )
}

/// Whether a list of services, as in a permission, means everything.
pub(crate) fn everything(services: &[Spanned<Service>]) -> bool {
    services.is_empty() || services.iter().any(|it| whole(it.value))
}

/// Whether a service is everything, or a whole protocol with ports.
fn whole(service: Service) -> bool {
    match service {
        Service::Any => true,
        Service::Ports { first, last, .. } => first == 0 && last == u16::MAX,
    }
}

/// The first of some services that a list names; a list that means everything names none.
pub(crate) fn offers<'a>(
    stated: &'a [Spanned<Service>],
    wanted: &[Service],
) -> Option<&'a Spanned<Service>> {
    let named = |it: &&Spanned<Service>| {
        !whole(it.value) && wanted.iter().any(|wanted| it.value.includes(*wanted))
    };
    stated.iter().find(named)
}

/// Whether an end of a permission is a zone as a whole, or more.
pub(crate) fn whole_zone(inventory: &Inventory, end: &Endpoint) -> bool {
    match end {
        Endpoint::Any => true,
        Endpoint::Internet => false,
        Endpoint::Named(id) => inventory.zones.declares(id),
        Endpoint::Network(network) => inventory.zones.iter().any(|zone| {
            let mut networks = zone.networks.iter();
            networks.any(|it| contains(*network, it.value))
        }),
    }
}

/// Whether the means of authentication are of two kinds: something known, and something held.
/// Caller ids and pre-shared keys of a site are neither.
pub(crate) fn two_factors(means: &[Spanned<Authentication>]) -> bool {
    let has = |of: &[Authentication]| means.iter().any(|it| of.contains(&it.value));
    use Authentication as A;
    let known = has(&[A::Password, A::PersonalAccount, A::SharedAccount]);
    let held = has(&[A::Otp, A::ClientCertificate, A::MachineCertificate, A::SmartCard]);
    known && held || has(&[A::SmartCard])
}

/// Services by which a person works on a system as if sitting before it: SSH, Telnet, RDP, VNC.
pub(crate) const OPERATING: [Service; 4] =
    [Service::tcp(22), Service::tcp(23), Service::tcp(3389), Service::tcp(5900)];

/// Services that show what they carry to everybody on the way: FTP, Telnet, HTTP, LDAP, VNC.
pub(crate) const PLAINTEXT: [Service; 6] = [
    Service::tcp(21),
    Service::tcp(23),
    Service::tcp(80),
    Service::tcp(389),
    Service::tcp(5900),
    Service::tcp(8080),
];
