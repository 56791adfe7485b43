//! A party opens many hospitals with one key.

use crate::finding::{Confidence, Severity};
use crate::inventory::Holder;
use crate::locale::Text;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::{checklist, control};
use crate::rules::credentials::members;
use crate::rules::duties::name_of;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "credentials-used-at-other-customers",
    title: Text::new(
        "事業者が他の顧客と共用している資格情報",
        "credentials that a party also uses at other customers",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[checklist("2⑧"), control("8⑤")],
    remedy: Text::new(
        "この病院だけの資格情報に変更するよう事業者に求め、事業者確認用チェックリストで確認してください。",
        "Have the party change them to ones that only this hospital uses, and confirm it through the provider checklist.",
    ),
    page: include_str!("credentials_used_at_other_customers.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let Some(used) = &group.used_by_party else {
            continue;
        };
        let all = members.things();
        let (name, list) = (&group.name.value, names(facts.inventory, &all));
        let holder = group.holder.as_ref().map(|it| &it.value);
        let who = match holder {
            Some(party @ Holder::Party(_)) => name_of(facts.inventory, party),
            _ => Text::new("事業者", "a party"),
        };
        let (message, severity) = match used.value {
            Answer::No => continue,
            Answer::Yes => (
                text!(
                    "資格情報「{name}」を、{who}が他の顧客でも使っています（使用: {list}）",
                    "{who} uses the credentials `{name}` at other customers too (used by: {list})"; who, list
                ),
                Severity::High,
            ),
            Answer::Unknown => (
                text!(
                    "資格情報「{name}」を{who}が他の顧客でも使っていないか、確認されていません（使用: {list}）",
                    "nobody knows whether {who} uses the credentials `{name}` at other customers too (used by: {list})"; who, list
                ),
                Severity::Low,
            ),
        };
        let what = text!("他の顧客から漏れれば使えます", "a leak elsewhere opens this hospital");
        let subject = thing(EntityKind::CredentialGroup, group);
        let report = Report::new(subject, message, used.span, what);
        out.push(report.severity(severity).exposes(all));
    }
}
