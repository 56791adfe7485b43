//! Over IPv6 the outside gets where IPv4 does not let it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::exposure::Reached;
use crate::rules::authority::{checklist, control};
use crate::rules::question::names;
use crate::rules::reached::{configured, decider, report, who};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "inside-open-over-ipv6-alone",
    title: Text::new("IPv6だけで外部から届く", "reached from outside over IPv6 alone"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬")],
    remedy: Text::new(
        "IPv4と同じフィルタをIPv6にも設定するか、外部側のIPv6を無効にしてください。",
        "Filter IPv6 as IPv4 is filtered, or switch IPv6 off on the outside.",
    ),
    page: include_str!("inside_open_over_ipv6_alone.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let internet = facts.topology.internet();
    let mut devices: BTreeMap<EntityRef, Vec<&Reached>> = BTreeMap::new();
    for (outsider, reached) in configured(facts) {
        let inside = matches!(reached.to.kind, EntityKind::System | EntityKind::Zone);
        if outsider.thing != internet || !reached.only_v6 || !inside {
            continue;
        }
        let basis = reached.basis(facts.reach);
        let Some((device, ..)) = decider(&basis) else { continue };
        // The broad door is told with the line of its filter.
        let told = facts.topology.paths().iter();
        if !told.clone().any(|it| it.kind == PathKind::Ipv6 && it.device == *device) {
            devices.entry(device.clone()).or_default().push(reached);
        }
    }
    for (device, reached) in devices {
        let Some(first) = reached.first() else { continue };
        let systems = reached.iter().filter(|it| it.to.kind == EntityKind::System);
        let mut things: Vec<EntityRef> = systems.map(|it| it.to.clone()).collect();
        if things.is_empty() {
            things = reached.iter().map(|it| it.to.clone()).collect();
        }
        let (who, targets) = (who(facts, &internet), names(facts.inventory, &things));
        let message = text!(
            "{who}から、IPv4では届かない{targets}にIPv6で届きます",
            "{who} reaches {targets} over IPv6, which IPv4 keeps out"; who, targets
        );
        let report = report(device, message, &first.basis(facts.reach), &first.to);
        out.extend(report.map(|it| it.exposes(things)));
    }
}
