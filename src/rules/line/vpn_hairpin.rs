//! One device joins several parties and does not keep them apart.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Endpoint};
use crate::locale::Text;
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::{opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "vpn-hairpin",
    title: Text::new(
        "外部接続どうしの折返しが止められていない",
        "external connections that are not kept apart",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑤")],
    remedy: Text::new(
        "VPN装置で外部接続どうしの通信を遮断し、between_connections: no と書いてください。",
        "Block traffic between external connections on the device and state `between_connections: no`.",
    ),
    page: include_str!("vpn_hairpin.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for device in &inventory.devices {
        let stated = device.between_connections.as_ref();
        if stated.is_some_and(|it| it.value == Answer::No) {
            continue;
        }
        let joined: Vec<_> = inventory
            .connections
            .iter()
            .filter(|it| {
                let transport = it.transport.value;
                (transport.is_tunnel() || transport.is_closed()) && enters_at(it, &device.id.value)
            })
            .collect();
        let first = joined.first();
        let several =
            first.is_some_and(|first| joined.iter().any(|it| it.party.id() != first.party.id()));
        if !several || !joined.iter().any(|it| opened_from_outside(it)) {
            continue;
        }
        let name = &device.name.value;
        let (span, what) = match stated {
            Some(it) => (it.span, text!("折返しを止めていません", "turning around is not blocked")),
            None => (
                device.id.span,
                text!("折返しの扱いが書かれていません", "turning around is not spoken of"),
            ),
        };
        let report = Report::new(
            thing(EntityKind::Device, device),
            text!(
                "「{name}」を通じて、外部接続の間で通信が折り返せます",
                "traffic can turn around at `{name}` from one external connection to another"
            ),
            span,
            what,
        );
        let report = joined.iter().fold(report, |report, it| {
            report.also(it.id.span, text!("この接続の入口です", "this connection enters here"))
        });
        let report = report.exposes(joined.iter().map(|it| thing(EntityKind::Connection, it)));
        out.push(match stated.map(|it| it.value) {
            Some(Answer::Yes) => report.severity(Severity::High),
            Some(_) => report.confidence(Confidence::Medium),
            None => report.severity(Severity::Low).confidence(Confidence::Low),
        });
    }
    for (at, flow) in inventory.flows.iter().enumerate() {
        let party = |end: &Endpoint| match end {
            Endpoint::Named(id) => inventory.parties.get(id),
            _ => None,
        };
        let (Some(from), Some(to)) = (party(&flow.from.value), party(&flow.to.value)) else {
            continue;
        };
        let (from, to) = (&from.name.value, &to.name.value);
        let report = Report::new(
            EntityRef::new(EntityKind::Flow, (at + 1).to_string()),
            text!(
                "「{from}」から「{to}」への通信が、院内の機器を経て許されています",
                "`{from}` may open sessions to `{to}` through this hospital"
            ),
            flow.to.span,
            text!("接続先から接続先への通信です", "this leads from one party to another"),
        );
        out.push(report.severity(Severity::High));
    }
}

/// Whether the outermost device of a connection is this one: tunnels end where they enter.
fn enters_at(connection: &Connection, device: &str) -> bool {
    connection.at.as_ref().is_some_and(|at| at.value.owner == device)
}
