//! People come in with one factor only.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Device, Entry, Inventory, RemoteAccess};
use crate::locale::Text;
use crate::model::words::{Authentication, Transport};
use crate::model::{EntityKind, Vocabulary as _};
use crate::rules::authority::{checklist, control};
use crate::rules::question::{
    crosses_internet, enabled, entry_devices, lets_people_in, opened_from_outside, thing,
    two_factors,
};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::{Span, Spanned};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "single-factor-remote-access",
    title: Text::new("単要素認証のリモート接続", "remote access with a single factor"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[checklist("2⑩"), control("13④")],
    remedy: Text::new(
        "ワンタイムパスワードまたはクライアント証明書を加えて二要素認証にしてください。装置が対応しない場合は、二要素認証のある中継サーバを経由させてください。",
        "Add a one-time password or a client certificate. Where the gateway cannot, lead the connection through a relay that asks for two factors.",
    ),
    page: include_str!("single_factor_remote_access.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for device in &inventory.devices {
        let weak = |it: &&RemoteAccess| {
            enabled(it) && person(it.transport.value) && single(&it.authentication)
        };
        let users = |access: &RemoteAccess| {
            let of = |it: &&Entry<Connection>| enters_by(inventory, it, device, access);
            inventory.connections.iter().filter(of).collect::<Vec<_>>()
        };
        // What a connection states about itself is judged there.
        let own = |it: &&RemoteAccess| {
            let users = users(it);
            users.is_empty() || users.iter().any(|user| user.authentication.is_empty())
        };
        let Some(access) = device.remote_access.iter().filter(weak).find(own) else {
            continue;
        };
        let name = &device.name.value;
        let means = means(&access.authentication);
        let report = Report::new(
            thing(EntityKind::Device, device),
            text!(
                "「{name}」には{means}だけで接続できます",
                "`{name}` can be entered with {means} alone"; means
            ),
            place(&access.authentication, access.transport.span),
            text!("二つ目の要素がありません", "there is no second factor"),
        );
        let users = users(access);
        let silent = users.into_iter().filter(|it| it.authentication.is_empty());
        out.push(report.exposes(silent.map(|it| thing(EntityKind::Connection, it))));
    }
    for connection in &inventory.connections {
        let transport = connection.transport.value;
        if lets_people_in(connection.purpose.value)
            && person(transport)
            && crosses_internet(inventory, connection)
            && opened_from_outside(connection)
            && single(&connection.authentication)
        {
            let name = &connection.name.value;
            let means = means(&connection.authentication);
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は{means}だけで利用できます",
                    "the connection `{name}` can be used with {means} alone"; means
                ),
                place(&connection.authentication, transport_span(connection)),
                text!("二つ目の要素がありません", "there is no second factor"),
            ));
        }
    }
}

/// Whether people log in over this transport.
fn person(transport: Transport) -> bool {
    transport.is_tunnel()
        || matches!(transport, Transport::RemoteControl | Transport::Tls | Transport::TlsMtls)
}

/// Whether means are stated, and are not two factors. No authentication at all is another matter.
fn single(means: &[Spanned<Authentication>]) -> bool {
    let none = means.iter().any(|it| it.value == Authentication::None);
    !means.is_empty() && !none && !two_factors(means)
}

fn enters_by(
    inventory: &Inventory,
    connection: &Connection,
    device: &Entry<Device>,
    access: &RemoteAccess,
) -> bool {
    let here = entry_devices(inventory, connection).any(|it| it.id == device.id);
    here && connection.transport.value == access.transport.value
}

fn means(stated: &[Spanned<Authentication>]) -> Text {
    let labels: Vec<Text> = stated.iter().map(|it| it.value.label()).collect();
    Text::list(&labels)
}

fn place(stated: &[Spanned<Authentication>], otherwise: Span) -> Span {
    stated.first().map_or(otherwise, |it| it.span)
}

fn transport_span(connection: &Connection) -> Span {
    connection.transport.span
}
