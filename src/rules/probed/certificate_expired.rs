//! A server showed a certificate that is not valid any more, or will soon not be.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{Date, EntityRef};
use crate::rules::authority::control;
use crate::rules::probing::{details, service, subject, told};
use crate::rules::question::name;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::Asked;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "certificate-expired",
    title: Text::new(
        "期限の切れた、または切れそうな証明書",
        "a certificate that has expired or soon will",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13④"), control("13⑥")],
    remedy: Text::new(
        "サーバ証明書を更新し、期限と更新の担当者を台帳か手順書に書いてください。警告を無視して使う習慣は、偽のサーバを見分けられなくします。",
        "Renew the certificate, and write down its end and who renews it. Who is used to warnings does not notice a false server.",
    ),
    page: include_str!("certificate_expired.md"),
    check: Check::Facts(check),
};

/// So many days before its end a certificate should be renewed.
const SOON: i64 = 30;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, Vec<(&Asked, Date)>> = BTreeMap::new();
    let soon = facts.as_of.saturating_add(jiff::Span::new().days(SOON));
    for asked in facts.topology.probed().asked.iter().filter(|it| it.is_open()) {
        let days = details(asked, &["certificate-not-after"]);
        // Of a chain, that of the server alone would be shown; of several, the first to end counts.
        let end = days.filter_map(|it| it.get(..10)?.parse::<Date>().ok()).min();
        if let (Some(end), Some(thing)) = (end.filter(|it| *it <= soon), subject(facts, asked)) {
            found.entry(thing).or_default().push((asked, end));
        }
    }
    for (thing, mut answers) in found {
        answers.sort_by_key(|(it, end)| (*end, it.span));
        let Some((first, end)) = answers.first() else { continue };
        let (name, service, asked) = (name(facts.inventory, &thing), service(first), first.day());
        let (message, severity, sure) = match () {
            () if *end >= facts.as_of => (
                text!(
                    "「{name}」の{service}の証明書は、まもなく期限（{end}）です",
                    "the certificate of {name} at {service} ends soon, on {end}"; name, service
                ),
                Severity::Low,
                Confidence::High,
            ),
            () if *end < asked => (
                text!(
                    "「{name}」の{service}の証明書は、{end}に期限が切れたまま使われています",
                    "the certificate of {name} at {service} expired on {end} and is in use"; name, service
                ),
                Severity::Medium,
                Confidence::High,
            ),
            // It was valid when somebody looked.
            () => (
                text!(
                    "「{name}」の{service}で{asked}に確認した証明書は、{end}に期限を過ぎました。その後に更新したかは確認していません",
                    "the certificate of {name} at {service}, as it was on {asked}, ended on {end}; whether it was renewed since nobody looked";
                    name, service
                ),
                Severity::Low,
                Confidence::Medium,
            ),
        };
        let mut places = answers.iter().map(|(it, _)| told(it));
        if let Some((span, here)) = places.next() {
            let report = Report::new(thing, message, span, here).also_all(places);
            out.push(report.severity(severity).confidence(sure));
        }
    }
}
