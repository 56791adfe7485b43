//! A VPN over the internet answers everybody.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Device, Entry, Inventory, RemoteAccess};
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::words::{Authentication, Purpose};
use crate::model::{AddressSet, EntityKind, EntityRef, Service, Vocabulary as _};
use crate::rules::authority::{checklist, control, handa, okayama};
use crate::rules::configured::{
    Facing, Offer, Open, Reach, each, facing, interfaces, reach, speaks_of,
};
use crate::rules::question::{
    Sources, crosses_internet, enabled, entry_devices, inbound, opened_from_outside, sources,
    thing, without_addresses,
};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::{Span, Spanned};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "vpn-open-to-any-source",
    title: Text::new("接続元を限定していないVPN", "a VPN that answers any source"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬"), okayama("8.3.2"), handa("4.2.3")],
    remedy: Text::new(
        "接続先の事業者から接続元アドレスを聞き、VPN装置でそのアドレスだけを許可してください。固定アドレスを用意できない場合は、端末を限定するクライアント証明書を必須にしてください。",
        "Ask the party for the addresses it connects from and let the gateway answer these alone. Where there are no fixed addresses, demand a client certificate that binds the terminal.",
    ),
    page: include_str!("vpn_open_to_any_source.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let mut configured = each(facts, |thing, it| of_config(facts, thing, it));
    for device in &inventory.devices {
        let thing = thing(EntityKind::Device, device);
        // What the ledger leaves open, a configuration that was read answers.
        let answered = |it: &RemoteAccess| {
            !matches!(sources(inventory, &it.from), Sources::Anybody(_))
                && speaks_of(facts, &thing, it.transport.value)
        };
        let open = |it: &&RemoteAccess| open(inventory, device, it);
        let accesses: Vec<_> = device.remote_access.iter().filter(open).collect();
        if let Some(report) = configured.remove(&thing) {
            let places = accesses.into_iter().map(|it| place(inventory, it));
            out.push(places.fold(report, Report::also_at));
            continue;
        }
        let accesses: Vec<_> = accesses.into_iter().filter(|it| !answered(it)).collect();
        if let [first, further @ ..] = &accesses[..] {
            out.push(of_device(inventory, device, first, further));
        }
    }
    out.extend(configured.into_values());
    for connection in &inventory.connections {
        let transport = connection.transport.value;
        let told_by_device = entry_devices(inventory, connection).any(|it| {
            it.remote_access.iter().any(|it| it.transport.value == transport)
                || speaks_of(facts, &thing(EntityKind::Device, it), transport)
        });
        if transport.is_tunnel()
            && crosses_internet(inventory, connection)
            && opened_from_outside(connection)
            && !told_by_device
            && !bound_by_certificate(connection)
        {
            out.extend(of_connection(inventory, connection));
        }
    }
}

/// Something that a configuration makes a device accept.
struct Accepted<'a> {
    kind: TunnelKind,
    /// Whether only terminals with a certificate get in.
    certificate: bool,
    offer: Offer<'a>,
}

/// What IKE listens on.
const IKE: [Service; 2] = [Service::udp(500), Service::udp(4500)];

/// Every access and every tunnel that answers peers whose address is not written down.
fn accepted<'a>(configured: &'a Configured, anybody: &'a AddressSet) -> Vec<Accepted<'a>> {
    let config = &configured.config;
    let accesses = config.remote_access.iter().filter(|it| it.enabled).map(|it| Accepted {
        kind: it.kind,
        certificate: it.authentication.contains(&Authentication::ClientCertificate),
        offer: Offer {
            span: it.span,
            interfaces: &it.interfaces,
            services: &it.services,
            sources: &it.sources,
            exact: true,
        },
    });
    // A tunnel on the line of an access is the end that the access keeps ready.
    let counted = |span| config.remote_access.iter().any(|it| it.span == span);
    let answering = config.tunnels.iter().filter(move |it| {
        it.disabled.is_none()
            && it.remote.value == Remote::Any
            && it.initiates != Some(true)
            && !counted(it.span)
    });
    let tunnels = answering.map(|it| Accepted {
        kind: it.kind,
        certificate: false,
        offer: Offer {
            span: it.remote.span,
            interfaces: &[],
            services: if it.ipsec { &IKE } else { &[] },
            sources: anybody,
            exact: true,
        },
    });
    let dial_up =
        |it: &Accepted<'_>| matches!(it.kind, TunnelKind::DialUp | TunnelKind::DataConnect);
    accesses.chain(tunnels).filter(|it| !dial_up(it)).collect()
}

/// What a configuration lets everybody on the internet try.
fn of_config(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let for_staff = facts.inventory.connections.iter().any(|it| {
        entry_devices(facts.inventory, it).any(|at| at.id.value == thing.id)
            && bound_by_certificate(it)
    });
    if for_staff {
        return None;
    }
    let anybody = AddressSet::any();
    let open = accepted(configured, &anybody);
    let open = open.into_iter().map(|it| {
        let came = reach_from_internet(facts, thing, configured, it.offer);
        (it, came)
    });
    let open: Vec<_> = open.filter(|(_, it)| it.open != Open::No).collect();
    let worst = open.iter().map(|(_, it)| it.open).min()?;
    let worst: Vec<_> = open.into_iter().filter(|(_, it)| it.open == worst).collect();
    let mut kinds: Vec<TunnelKind> = worst.iter().map(|(it, _)| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Text::list(&kinds.into_iter().map(TunnelKind::label).collect::<Vec<_>>());
    let (name, (first, reach)) = (facts.inventory.name_of(thing), worst.first()?);
    let message = match reach.open {
        Open::Yes => text!(
            "「{name}」は、{kinds}の接続をどのアドレスからでも受け付ける設定です",
            "`{name}` is configured to accept {kinds} from any address"; kinds
        ),
        _ => text!(
            "「{name}」は{kinds}の接続元を限定していません。手前のフィルタで限られているかどうかは、設定からは確認できません",
            "`{name}` accepts {kinds} and does not limit from where; whether a filter before it does cannot be told from its configuration"; kinds
        ),
    };
    let what = text!("接続元を限っていません", "does not limit who may connect");
    let report = Report::new(thing.clone(), message, first.offer.span, what.clone());
    let bound = worst.iter().all(|(it, _)| it.certificate);
    let severity = if bound { Severity::Medium } else { Severity::High };
    let sure = if reach.open == Open::Yes { Confidence::High } else { Confidence::Medium };
    let places: Vec<_> = worst.iter().map(|(it, _)| (it.offer.span, what.clone())).collect();
    let because = worst.into_iter().flat_map(|(_, it)| it.because);
    let report = places.into_iter().chain(because).fold(report, Report::also_at);
    Some(report.severity(severity).confidence(sure))
}

/// A server for people outside faces outside, also where the configuration does not show over which
/// interface.
fn reach_from_internet(
    facts: &Facts<'_>,
    thing: &EntityRef,
    configured: &Configured,
    offer: Offer<'_>,
) -> Reach {
    let faces = |way| {
        let mut interfaces = interfaces(facts, thing, configured).into_iter();
        interfaces.any(|it| facing(facts, thing, &it) == way)
    };
    if faces(Facing::Internet) || faces(Facing::ClosedLine) || !offer.sources.is_anybody() {
        return reach(facts, thing, configured, offer, &[Facing::Internet]);
    }
    let what = text!(
        "どのインタフェースで受け付けるか、フィルタで限られているかは、与えられた設定からは分かりません",
        "the configuration does not show over which interface, nor whether a filter limits it"
    );
    Reach { open: Open::Perhaps, because: vec![(offer.span, what)] }
}

/// Whether a device lets everybody try.
fn open(inventory: &Inventory, device: &Entry<Device>, access: &RemoteAccess) -> bool {
    let for_staff = inventory.connections.iter().any(|it| {
        entry_devices(inventory, it).any(|at| at.id == device.id) && bound_by_certificate(it)
    });
    enabled(access)
        && access.transport.value.is_tunnel()
        && sources(inventory, &access.from) != Sources::Restricted
        && !for_staff
}

/// Staff at home have no fixed address; a client certificate is then what limits the source.
fn bound_by_certificate(connection: &Connection) -> bool {
    let certificate = |it: &Spanned<_>| it.value == Authentication::ClientCertificate;
    connection.purpose.value == Purpose::Telework
        && connection.authentication.iter().any(certificate)
}

fn of_device(
    inventory: &Inventory,
    device: &Entry<Device>,
    first: &RemoteAccess,
    further: &[&RemoteAccess],
) -> Report {
    let (name, transport) = (&device.name.value, first.transport.value.label());
    let message = text!(
        "「{name}」は、{transport}の接続をどのアドレスからでも受け付けます",
        "`{name}` accepts {transport} from any address"; transport
    );
    let (span, what) = place(inventory, first);
    let subject = thing(EntityKind::Device, device);
    further.iter().fold(Report::new(subject, message, span, what), |report, access| {
        let (span, what) = place(inventory, access);
        report.also(span, what)
    })
}

fn place(inventory: &Inventory, access: &RemoteAccess) -> (Span, Text) {
    match sources(inventory, &access.from) {
        Sources::Anybody(span) => (span, text!("どこからでも接続できます", "anybody may connect")),
        Sources::WithoutAddresses(span) => (span, without_addresses()),
        _ => (
            access.transport.span,
            text!("接続元の制限が書かれていません", "no permitted source is stated"),
        ),
    }
}

fn of_connection(inventory: &Inventory, connection: &Entry<Connection>) -> Option<Report> {
    let name = &connection.name.value;
    let transport = connection.transport.value.label();
    // A tunnel whose permissions all name the other end's addresses is restricted by them.
    let by_permissions = inbound(connection).next().is_some()
        && inbound(connection).all(|allow| {
            allow.from.as_ref().is_some_and(|from| {
                sources(inventory, std::slice::from_ref(from)) == Sources::Restricted
            })
        });
    let (span, what) = match sources(inventory, &connection.sources) {
        Sources::Restricted => return None,
        Sources::Unstated | Sources::WithoutAddresses(_) if by_permissions => return None,
        Sources::WithoutAddresses(span) => (span, without_addresses()),
        Sources::Unstated => (
            connection.transport.span,
            text!("接続元の制限が書かれていません", "no permitted source is stated"),
        ),
        Sources::Anybody(span) => (span, text!("どこからでも接続できます", "anybody may connect")),
    };
    Some(Report::new(
        thing(EntityKind::Connection, connection),
        text!(
            "外部接続「{name}」（{transport}）は、接続元を限定していません",
            "the connection `{name}` ({transport}) does not limit where it is opened from"; transport
        ),
        span,
        what,
    ))
}
