//! A party joins several hospitals in one network.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Allow, Connection, Inventory};
use crate::locale::Text;
use crate::model::words::PartyKind;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::{control, nist};
use crate::rules::question::{
    OPERATING, everything, inbound, offers, opened_from_outside, thing, whole_zone,
};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "hub-partner",
    title: Text::new("複数の医療機関をつなぐ接続先", "a party that joins several hospitals"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[nist("CA-3(7)"), control("13⑤")],
    remedy: Text::new(
        "先方の網で医療機関どうしが分離されていることを書面で確認し、病院側でも先方から開ける通信を限ってください。",
        "Have the party confirm in writing that hospitals are kept apart, and limit what it may open on your side.",
    ),
    page: include_str!("hub_partner.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for party in &facts.inventory.parties {
        let hub = party.serves_other_hospitals.as_ref();
        let Some(hub) = hub.filter(|it| it.value == Answer::Yes) else {
            continue;
        };
        // Joining hospitals is what a regional network is for; its gateway is judged elsewhere.
        let network = matches!(
            party.kind.value,
            PartyKind::RegionalNetwork | PartyKind::Authority | PartyKind::Carrier
        );
        let ways_in = facts.inventory.connections.iter().filter(|it| {
            it.party.id() == party.id.value && opened_from_outside(it) && loose(facts.inventory, it)
        });
        let ways_in: Vec<_> = ways_in.collect();
        let Some(first) = ways_in.first().filter(|_| !network) else {
            continue;
        };
        let name = &party.name.value;
        out.push(
            Report::new(
                thing(EntityKind::Party, party),
                text!(
                    "「{name}」は同じ網で他の医療機関ともつながっています",
                    "`{name}` joins other hospitals in the same network"
                ),
                hub.span,
                text!("他の医療機関の被害が届きえます", "harm at another hospital can get here"),
            )
            .also(
                first.id.span,
                text!("この接続で院内に入れます", "it comes inside by this connection"),
            )
            .exposes(ways_in.iter().map(|it| thing(EntityKind::Connection, it))),
        );
    }
}

/// Whether harm at the other end finds its way by itself: the connection is always up and lets
/// somebody operate systems, or anything else, without a relay.
fn loose(inventory: &Inventory, connection: &Connection) -> bool {
    let wide = |allow: &Allow| {
        allow.via.is_none()
            && (whole_zone(inventory, &allow.to.value)
                || everything(&allow.services)
                || offers(&allow.services, &OPERATING).is_some())
    };
    connection.standing.as_ref().is_some_and(|it| it.value)
        && (connection.allow.is_empty() || inbound(connection).any(wide))
}
