//! Some devices were looked at, others at the boundary were not.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "device-without-configuration",
    title: Text::new(
        "設定を確認していない外部接続点の機器",
        "boundary devices whose configuration nobody looked at",
    ),
    severity: Severity::Info,
    confidence: Confidence::High,
    references: &[control("2②"), control("13⑪")],
    remedy: Text::new(
        "挙げた機器の設定を取り出し（事業者が管理する機器は写しを求め）、台帳の config に書くか --evidence で指定してください。",
        "Take the configurations of these devices, or ask their administrators for a copy, and name them under `config` or with `--evidence`.",
    ),
    page: include_str!("device_without_configuration.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    // Who gave no configuration at all did not ask for the comparison.
    if facts.evidence.devices.is_empty() {
        return;
    }
    let looked_at = |device: &Entry<Device>| {
        let named = facts.evidence.unread.iter().filter_map(|it| it.named.as_ref());
        let thing = thing(EntityKind::Device, device);
        facts.configured().any(|(it, _)| *it == thing)
            // Told by a rule of its own.
            || named.into_iter().any(|it| it.device == device.id.value)
    };
    let devices = boundary::devices(facts.inventory).into_iter();
    let missing: Vec<_> = devices.filter(|it| !looked_at(it)).collect();
    let Some((first, more)) = missing.split_first() else {
        return;
    };
    let things: Vec<_> = missing.iter().map(|it| thing(EntityKind::Device, it)).collect();
    let (list, count) = (names(facts.inventory, &things), things.len());
    let message = text!(
        "外部接続点の機器{count}台の設定を確認していません: {list}",
        "the configurations of {count} boundary devices were not looked at: {list}"; list
    );
    let what = text!("設定が与えられていません", "no configuration was given");
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    let report = Report::new(subject, message, first.id.span, what.clone());
    let report = report.also_all(more.iter().map(|it| (it.id.span, what.clone())));
    out.push(report.exposes(things));
}
