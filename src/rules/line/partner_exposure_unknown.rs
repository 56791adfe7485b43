//! Nobody knows how exposed the other end is.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::PartyKind;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::{control, nist};
use crate::rules::question::{opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "partner-exposure-unknown",
    title: Text::new("接続先の網の露出が不明", "a party whose own exposure is unknown"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[nist("CA-3(7)"), control("13①")],
    remedy: Text::new(
        "接続先に、その網がインターネットから到達できるか（先方のVPN装置を含む）を書面で確認し、internet_exposed に書いてください。",
        "Ask the party in writing whether its network can be reached from the internet, VPN gateways included, and state it as `internet_exposed`.",
    ),
    page: include_str!("partner_exposure_unknown.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for party in &facts.inventory.parties {
        let own =
            matches!(party.kind.value, PartyKind::Internet | PartyKind::Staff | PartyKind::Carrier);
        let mut comes_in = facts
            .inventory
            .connections
            .iter()
            .filter(|it| it.party.id() == party.id.value && opened_from_outside(it));
        let exposed = party.internet_exposed.as_ref();
        let known = exposed.is_some_and(|it| it.value != Answer::Unknown);
        let Some(connection) = comes_in.next().filter(|_| !own && !known) else {
            continue;
        };
        let name = &party.name.value;
        let report = Report::new(
            thing(EntityKind::Party, party),
            text!(
                "「{name}」の網がインターネットから到達できるかどうか分かっていません",
                "it is not known whether the network of `{name}` can be reached from the internet"
            ),
            exposed.map_or(party.id.span, |it| it.span),
            text!("先方の露出が確認されていません", "its exposure is not confirmed"),
        );
        let report = report.also(
            connection.id.span,
            text!("この接続で院内に入れます", "it comes inside by this connection"),
        );
        out.push(if exposed.is_none() { report.severity(Severity::Low) } else { report });
    }
}
