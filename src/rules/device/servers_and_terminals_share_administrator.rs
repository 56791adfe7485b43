//! One administrator for servers and terminals of the same zone.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::SystemClass;
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::credentials::members;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "servers-and-terminals-share-administrator",
    title: Text::new(
        "サーバと端末で共用している管理者",
        "servers and terminals with one administrator",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8⑤"), checklist("2⑧"), okayama("5.5.1")],
    remedy: Text::new(
        "サーバの管理者と端末の管理者を分けてください。端末のローカル管理者は1台ごとに異なるパスワードにし、利用者を管理者から外してください。",
        "Separate the administrators of servers and terminals, give every terminal a local administrator of its own, and take users out of the administrators.",
    ),
    page: include_str!("servers_and_terminals_share_administrator.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        // A group that is used more widely is told by `shared-credentials-across-zones`.
        let wider = members.open_gateway_and_inside() || members.zones.len() > 1;
        let has = |class| members.systems.iter().any(|it| it.class.value == class);
        if wider || !has(SystemClass::Server) || !has(SystemClass::Terminal) {
            continue;
        }
        let (name, all) = (&group.name.value, members.things());
        let list = names(facts.inventory, &all);
        let report = Report::new(
            thing(EntityKind::CredentialGroup, group),
            text!(
                "資格情報「{name}」で、サーバも端末も管理できます: {list}",
                "the credentials `{name}` administer servers and terminals alike: {list}"; list
            ),
            group.id.span,
            text!("この資格情報を分けます", "split this group"),
        );
        let report = members.spans.iter().fold(report, |report, span| {
            report.also(*span, text!("この資格情報を使っています", "uses it"))
        });
        out.push(report.exposes(all));
    }
}
