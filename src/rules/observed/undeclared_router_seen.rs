//! A box that is no declared device gives addresses, announces ways or speaks with routers.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{checklist, control, nist};
use crate::rules::seen::{called, strangers, subject};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::observed::Unknown;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-router-seen",
    title: Text::new(
        "台帳にないDHCPサーバ・ルータの観測",
        "a DHCP server or router that nobody declared was seen",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑤"), control("2②"), checklist("2①"), nist("CM-8(3)")],
    remedy: Text::new(
        "MACアドレスから機器を突き止めてください。持ち込まれたルータなら取り外し、正しい機器なら台帳に書いてください（サーバがDHCPを配るなら services に 67/udp）。スイッチでDHCPスヌーピングとRAガードを有効にできます。",
        "Find the box by its MAC address. Unplug a router that somebody brought; declare a proper one (for a server that gives addresses, 67/udp under `services`). DHCP snooping and RA guard on the switches stop others.",
    ),
    page: include_str!("undeclared_router_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for stranger in strangers(facts, Unknown::Router) {
        let Some((span, more)) = stranger.spans.split_first() else { continue };
        let roles: Vec<Text> = stranger.roles.iter().map(|it| it.label()).collect();
        let (roles, called) = (Text::list(&roles), called(facts, stranger));
        let message = text!(
            "台帳にない機器が{roles}として動いています：{called}",
            "a box that is not declared as one acts as {roles}: {called}"; roles, called
        );
        let here = text!("台帳にない{roles}", "{roles} that nobody declared"; roles);
        let report = Report::new(subject(stranger), message, *span, here.clone());
        let zones = stranger.zones.iter().map(|it| EntityRef::new(EntityKind::Zone, it));
        out.push(report.also_all(more.iter().map(|it| (*it, here.clone()))).exposes(zones));
    }
}
