//! Nobody will know who came in.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry, Inventory, Logs};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::LogStore;
use crate::rules::authority::{control, handa, okayama};
use crate::rules::question::{entry_devices, lets_people_in, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "logs-missing-or-volatile",
    title: Text::new("残らない接続記録", "access logs that are not kept"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("10④"), okayama("5.5.1"), handa("4.2")],
    remedy: Text::new(
        "接続記録を機器の外のログサーバへ送り、保管日数と確認する者を決めてください。更新や再起動の前に記録を保全する手順も定めてください。",
        "Send the logs to a server outside the device, decide how long they are kept and who reviews them, and how they are secured before updates and restarts.",
    ),
    page: include_str!("logs_missing_or_volatile.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for device in boundary::devices(inventory) {
        let Some((span, how)) = device.logs.as_ref().and_then(lost) else {
            continue;
        };
        // Connections that log elsewhere do not depend on the device.
        let served: Vec<_> = boundary::connections_at(inventory, &device.id.value)
            .filter(|it| it.logs.is_none())
            .map(|it| thing(EntityKind::Connection, it))
            .collect();
        let name = &device.name.value;
        let message = match served.is_empty() {
            true => text!("「{name}」の記録は{how}", "the logs of `{name}` are {how}"; how),
            false => {
                let list = names(inventory, &served);
                text!(
                    "「{name}」の記録は{how}。影響する外部接続: {list}",
                    "the logs of `{name}` are {how}; connections concerned: {list}"; how, list
                )
            }
        };
        let what = text!("記録の保管先", "where the logs go");
        let subject = thing(EntityKind::Device, device);
        let report = Report::new(subject, message, span, what).exposes(served);
        out.push(match boundary::accepts_access(device) {
            true => report.severity(Severity::High),
            false => report,
        });
    }
    for connection in &inventory.connections {
        out.extend(of_connection(inventory, connection));
    }
}

/// Where a connection states that its logs are lost, or where somebody is let in and neither the
/// connection nor its device states anything.
fn of_connection(inventory: &Inventory, connection: &Entry<Connection>) -> Option<Report> {
    let name = &connection.name.value;
    let subject = thing(EntityKind::Connection, connection);
    let what = text!("アクセスログ", "access logs");
    if let Some(logs) = &connection.logs {
        let (span, how) = lost(logs)?;
        let message = text!(
            "外部接続「{name}」のアクセスログは{how}",
            "the access logs of the connection `{name}` are {how}"; how
        );
        return Some(Report::new(subject, message, span, what).severity(Severity::High));
    }
    let stated = entry_devices(inventory, connection).any(|it| it.logs.is_some());
    let person = lets_people_in(connection.purpose.value);
    (person && !stated).then(|| {
        let message = text!(
            "外部接続「{name}」のアクセスログの保管先が書かれていません",
            "where the access logs of the connection `{name}` are kept is not stated"
        );
        Report::new(subject, message, connection.id.span, what).confidence(Confidence::Medium)
    })
}

fn lost(logs: &Logs) -> Option<(Span, Text)> {
    let how = match logs.store.value {
        LogStore::None => text!("取られていません", "not kept at all"),
        LogStore::Volatile => text!(
            "機器のメモリにしかなく、電源断や上書きで失われます",
            "in the device's memory only, lost at power-off or overwritten"
        ),
        LogStore::Server | LogStore::Device | LogStore::Party => return None,
    };
    Some((logs.store.span, how))
}
