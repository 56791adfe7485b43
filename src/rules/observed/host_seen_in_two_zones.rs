//! One box has addresses in two zones.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::names;
use crate::rules::seen::{called, grave, strangers, subject};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::observed::Unknown;

pub(super) static RULE: Rule = Rule {
    id: "host-seen-in-two-zones",
    title: Text::new("2つのゾーンで観測された機器", "a box that was seen in two zones"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[control("13②"), control("13⑪"), nist("SC-7")],
    remedy: Text::new(
        "その機器が2つの網につながっているかを確かめてください。つながっているなら、台帳の interfaces に両方を書くか、一方を外してください。",
        "See whether the box stands in both networks. If it does, state both under its `interfaces`, or take it off one.",
    ),
    page: include_str!("host_seen_in_two_zones.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for stranger in strangers(facts, Unknown::Across) {
        let Some((span, more)) = stranger.spans.split_first() else { continue };
        let zones: Vec<EntityRef> =
            stranger.zones.iter().map(|it| EntityRef::new(EntityKind::Zone, it)).collect();
        let (called, where_) = (called(facts, stranger), names(facts.inventory, &zones));
        let message = text!(
            "{called} が、「{where_}」のアドレスを同時に持っています",
            "{called} has addresses in several zones: {where_}"; called, where_
        );
        let here = text!("このMACアドレスのアドレス", "an address of this MAC address");
        let report = Report::new(subject(stranger), message, *span, here.clone());
        let report = report.also_all(more.iter().map(|it| (*it, here.clone())));
        let apart = stranger.zones.iter().any(|it| grave(facts, it))
            && !stranger.zones.iter().all(|it| grave(facts, it));
        let severity = if apart { Severity::High } else { Severity::Medium };
        out.push(report.exposes(zones).severity(severity));
    }
}
