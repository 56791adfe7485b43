//! Nobody wrote down how to pull the plug.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "cut-procedure-missing",
    title: Text::new("緊急遮断手順のない病院", "no procedure for cutting all lines"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("18①"), control("2⑤")],
    remedy: Text::new(
        "どの機器のどの線を、誰の判断で、どの順に抜くかを紙にまとめ、置き場所を organization の cut_procedure に書いてください。訓練で実際に試してください。",
        "Write on paper which cable of which device is pulled, on whose decision and in what order; state where it is kept as `cut_procedure` of the organization; and rehearse it.",
    ),
    page: include_str!("cut_procedure_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let Some(organization) = &inventory.organization else {
        return;
    };
    if organization.cut_procedure.is_some() || inventory.connections.is_empty() {
        return;
    }
    let (name, count) = (&organization.name.value, inventory.connections.len());
    let message = text!(
        "{name}の外部接続{count}件を緊急に遮断する手順の所在が書かれていません",
        "where the procedure for cutting the {count} connections of {name} is kept is not stated"
    );
    let what = text!("cut_procedure がありません", "no `cut_procedure`");
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    out.push(Report::new(subject, message, organization.name.span, what));
}
