//! A device passes packets on from one external connection to another.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::exposure::{Outsider, Reached};
use crate::rules::authority::control;
use crate::rules::question::name;
use crate::rules::reached::{configured, decider, report, who};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "parties-joined-by-configuration",
    title: Text::new(
        "外部接続から別の外部接続への折返し",
        "one external connection reaches another",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑤")],
    remedy: Text::new(
        "VPN装置で外部接続どうしの通信を止めるフィルタを加えてください。",
        "Add a filter on the device that stops traffic between external connections.",
    ),
    page: include_str!("parties_joined_by_configuration.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let internet = facts.topology.internet();
    let mut devices: BTreeMap<EntityRef, Vec<(&Outsider, &Reached)>> = BTreeMap::new();
    for (outsider, reached) in configured(facts) {
        let outside = reached.to.kind == EntityKind::Party;
        // What goes out to the internet is told by rules about who may.
        if !outside || reached.to == internet || outsider.thing == reached.to {
            continue;
        }
        let basis = reached.basis(facts.reach);
        if let Some((device, ..)) = decider(&basis) {
            devices.entry(device.clone()).or_default().push((outsider, reached));
        }
    }
    for (device, pairs) in devices {
        let Some((outsider, first)) = pairs.first() else { continue };
        let (from, to) = (who(facts, &outsider.thing), who(facts, &first.to));
        let at = name(facts.inventory, &device);
        let more = match pairs.len() {
            1 => Text::default(),
            many => text!("（この組を含め{many}組）", " ({many} pairs in all)"),
        };
        let message = text!(
            "{from}から{to}へ、機器「{at}」で折り返して通信できます{more}",
            "{from} reaches {to} by turning around at the device `{at}`{more}"; from, to, at, more
        );
        let mut things: Vec<EntityRef> = Vec::new();
        for thing in pairs.iter().flat_map(|(outsider, it)| [&outsider.thing, &it.to]) {
            if !things.contains(thing) {
                things.push(thing.clone());
            }
        }
        let report = report(device, message, &first.basis(facts.reach), &first.to);
        out.extend(report.map(|it| it.exposes(things)));
    }
}
