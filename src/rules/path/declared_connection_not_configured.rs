//! A declared connection that the configuration of its device does not have.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{checklist, control, survey};
use crate::rules::question::{entry_devices, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Corroboration;

pub(super) static RULE: Rule = Rule {
    id: "declared-connection-not-configured",
    title: Text::new("設定に見当たらない外部接続", "a declared connection that is not configured"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②"), checklist("2②"), survey("Q5")],
    remedy: Text::new(
        "廃止した接続なら台帳から外し、回線の契約も見直してください。使っているなら、本当に通っている機器を調べて at と through を直してください。そこに、誰も見ていない経路があります。",
        "Take it out of the ledger if it was given up, and cancel its line. If it is in use, find out by which device, and mend `at` and `through`: there is a path that nobody has looked at.",
    ),
    page: include_str!("declared_connection_not_configured.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let subject = thing(EntityKind::Connection, connection);
        if facts.topology.configured(&subject) != Corroboration::NotSeen {
            continue;
        }
        let devices: Vec<_> = facts
            .configured()
            .filter(|(it, _)| {
                it.kind == EntityKind::Device
                    && entry_devices(facts.inventory, connection)
                        .any(|device| device.id.value == it.id)
            })
            .collect();
        let unread: usize = devices
            .iter()
            .flat_map(|(_, configured)| &configured.files)
            .map(|file| file.coverage.unrecognized.len())
            .sum();
        let things: Vec<EntityRef> = devices.iter().map(|(it, _)| (*it).clone()).collect();
        let (name, devices) = (&connection.name.value, names(facts.inventory, &things));
        let transport = connection.transport.value.label();
        let sure = match unread {
            0 => Text::default(),
            lines => text!(
                "。ただし、読み取れない行が{lines}行あります",
                "; {lines} lines of it were not understood"
            ),
        };
        let message = text!(
            "外部接続「{name}」（{transport}）は、「{devices}」の設定に見当たりません{sure}",
            "the connection `{name}` ({transport}) is not in the configuration of {devices}{sure}";
            transport, devices, sure
        );
        let here = text!("設定に見当たりません", "not found in the configuration");
        let confidence = if unread == 0 { Confidence::High } else { Confidence::Medium };
        out.push(Report::new(subject, message, connection.id.span, here).confidence(confidence));
    }
}
