//! A VPN over the internet answers everybody.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Device, Entry, Inventory, RemoteAccess};
use crate::locale::Text;
use crate::model::words::{Authentication, Purpose};
use crate::model::{EntityKind, Vocabulary as _};
use crate::rules::authority::{checklist, control, handa, okayama};
use crate::rules::question::{
    Sources, crosses_internet, enabled, entry_devices, inbound, opened_from_outside, sources,
    thing, tunnels, without_addresses,
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
    for device in &facts.inventory.devices {
        let open = |it: &&RemoteAccess| open(facts.inventory, device, it);
        let accesses: Vec<_> = device.remote_access.iter().filter(open).collect();
        if let [first, further @ ..] = &accesses[..] {
            out.push(of_device(facts.inventory, device, first, further));
        }
    }
    for connection in &facts.inventory.connections {
        let same = |it: &RemoteAccess| it.transport.value == connection.transport.value;
        let told_by_device =
            entry_devices(facts.inventory, connection).any(|it| it.remote_access.iter().any(same));
        if tunnels(connection.transport.value)
            && crosses_internet(facts.inventory, connection)
            && opened_from_outside(connection)
            && !told_by_device
            && !bound_by_certificate(connection)
        {
            out.extend(of_connection(facts.inventory, connection));
        }
    }
}

/// Whether a device lets everybody try.
fn open(inventory: &Inventory, device: &Entry<Device>, access: &RemoteAccess) -> bool {
    let for_staff = inventory.connections.iter().any(|it| {
        entry_devices(inventory, it).any(|at| at.id == device.id) && bound_by_certificate(it)
    });
    enabled(access)
        && tunnels(access.transport.value)
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
