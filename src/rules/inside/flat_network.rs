//! Servers, terminals and medical devices share one network.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Entry, System, Zone};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::{SystemClass, SystemKind, ZoneKind};
use crate::rules::authority::{control, nist, okayama};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "flat-network",
    title: Text::new(
        "サーバ・端末・医療機器が同居するゾーン",
        "one zone for servers, terminals and devices",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[okayama("7.4.4"), control("13⑪"), nist("SC-7(21)")],
    remedy: Text::new(
        "サーバ、端末、医療機器、バックアップをゾーンに分け、間の通信を必要なものだけに限ってください。まずバックアップと医療機器を分けるのが有効です。",
        "Part servers, terminals, medical devices and backups into zones and permit only what is needed between them; begin with backups and medical devices.",
    ),
    page: include_str!("flat_network.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for zone in &inventory.zones {
        let subject = thing(EntityKind::Zone, zone);
        let members = facts.topology.members_of(&subject);
        let members: Vec<&Entry<System>> = members
            .iter()
            .filter_map(|it| inventory.systems.get(&it.id))
            // A multi-homed host is told by another rule, and lives in its first zone.
            .filter(|it| it.zones().first() == Some(&zone.id.value.as_str()))
            .collect();
        let first = |wanted: fn(&System) -> bool| members.iter().copied().find(|it| wanted(it));
        let servers = first(|it| it.class.value == SystemClass::Server && !keeps_backups(it));
        let terminals = first(|it| it.class.value == SystemClass::Terminal);
        let devices = first(is_medical)
            .or_else(|| first(keeps_backups).filter(|_| !kept_by_administrators(zone)));
        let (Some(server), Some(terminal), Some(device)) = (servers, terminals, devices) else {
            continue;
        };
        let name = &zone.name.value;
        let examples = [server, terminal, device].map(|it| Text::same(it.name.value.as_str()));
        let examples = Text::list(&examples);
        let all = members.iter().map(|it| thing(EntityKind::System, it));
        out.push(
            Report::new(
                subject,
                text!(
                    "ゾーン「{name}」に、サーバ・端末・医療機器（またはバックアップ）が同居しています（{examples}）",
                    "the zone `{name}` holds servers, terminals and medical devices or backups together ({examples})"; examples
                ),
                zone.id.span,
                text!("一台の感染がすべてに広がります", "one infected machine reaches all"),
            )
            .exposes(all),
        );
    }
}

fn is_medical(system: &System) -> bool {
    matches!(system.class.value, SystemClass::MedicalDevice | SystemClass::LifeSupport)
}

fn keeps_backups(system: &System) -> bool {
    system.kind.value == SystemKind::BackupServer
}

/// Whether backups and the administrators' machines are meant to be here.
fn kept_by_administrators(zone: &Zone) -> bool {
    matches!(zone.kind.value, ZoneKind::Management | ZoneKind::Backup)
}
