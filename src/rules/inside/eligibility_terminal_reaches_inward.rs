//! The eligibility terminal opens sessions inward.

use crate::finding::{Confidence, Severity};
use crate::inventory::System;
use crate::locale::Text;
use crate::model::words::SystemKind;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "eligibility-terminal-reaches-inward",
    title: Text::new(
        "資格確認端末から院内システムへの通信",
        "the eligibility terminal reaches inward",
    ),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[control("13⑥"), control("13⑪")],
    remedy: Text::new(
        "レセコンや電子カルテから資格確認端末への向きだけを許し、逆向きはステートフルなフィルタで拒否してください。",
        "Permit sessions from billing and records to the terminal only, and refuse the other direction with a stateful filter.",
    ),
    page: include_str!("eligibility_terminal_reaches_inward.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for system in &inventory.systems {
        if system.kind.value != SystemKind::Eligibility {
            continue;
        }
        let terminal = thing(EntityKind::System, system);
        let reached = facts.topology.reached_from(&terminal, Spread::Direct);
        let inward = inventory.systems.iter().filter(|it| is_record(it));
        let inward = inward.map(|it| thing(EntityKind::System, it));
        let inward: Vec<EntityRef> = inward.filter(|it| reached.contains(it)).collect();
        let Some(first) = inward.first() else {
            continue;
        };
        let own_zone = system.zone.as_ref().map_or(system.id.span, |it| it.span);
        let (span, what) = match reached.permission(first) {
            Some(span) => (span, text!("この許可で届きます", "this permission leads there")),
            None => (
                own_zone,
                text!(
                    "同じゾーンにあり、止められません",
                    "it stands in the same zone, where nothing is held back"
                ),
            ),
        };
        let (name, target) = (&system.name.value, names(inventory, &inward));
        out.push(
            Report::new(
                terminal,
                text!(
                    "資格確認の「{name}」から{target}へ通信を開けます",
                    "`{name}` may open sessions to {target}"; target
                ),
                span,
                what,
            )
            .witness(reached.path(first))
            .exposes(inward.clone()),
        );
    }
}

fn is_record(system: &System) -> bool {
    matches!(
        system.kind.value,
        SystemKind::Ehr | SystemKind::Billing | SystemKind::Claims | SystemKind::Ordering
    )
}
