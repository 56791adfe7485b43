//! The device answers SNMP to whoever knows what everybody knows.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::device::{ManagementKind, SecretKind};
use crate::rules::authority::{checklist, control};
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "default-snmp-community",
    title: Text::new("初期値のままのSNMPコミュニティ名", "a default SNMP community"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8⑤"), checklist("2⑧")],
    remedy: Text::new(
        "推測できないコミュニティ名に変更し、応答する相手を監視サーバだけに限ってください。使っていなければSNMPを無効にし、できればSNMPv3にしてください。",
        "Change the community to one that nobody guesses and answer the monitoring server only. Switch SNMP off where it is not used; better, use SNMPv3.",
    ),
    page: include_str!("default_snmp_community.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let config = &configured.config;
    let services = || config.management.iter().filter(|it| it.kind == ManagementKind::Snmp);
    let on = services().any(|it| it.enabled);
    // Whether an agent runs is not known where its configuration does not speak of it.
    if !on && services().next().is_some() {
        return None;
    }
    let known = config.secrets.iter().filter(|it| it.kind == SecretKind::Community && it.guessable);
    let what = text!("誰でも知っている値です", "everybody knows it");
    let mut places = known.map(|it| (it.span, what.clone()));
    let (span, what) = places.next()?;
    let name = facts.inventory.name_of(thing);
    let message = text!(
        "「{name}」のSNMPコミュニティ名が、誰でも知っている値です",
        "the SNMP community of `{name}` is one that everybody knows"
    );
    let report = Report::new(thing.clone(), message, span, what).also_all(places);
    Some(if on { report } else { report.confidence(Confidence::Medium) })
}
