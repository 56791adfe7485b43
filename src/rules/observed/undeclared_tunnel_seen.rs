//! A tunnel that nobody declared was seen.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::pathways::{report, severity, undeclared};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-tunnel-seen",
    title: Text::new("台帳にないトンネルの観測", "a tunnel that nobody declared was seen"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), checklist("2②"), survey("Q5")],
    remedy: Text::new(
        "院内側の機器の管理者と、相手のアドレスの持ち主を突き止めてください。必要な接続なら外部接続（connections）として書き、不要ならソフトウェアと鍵を消してください。",
        "Find out who runs the machine inside and whose the other address is. Declare it under `connections` if it is needed; remove the software and its keys if not.",
    ),
    page: include_str!("undeclared_tunnel_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::ObservedTunnel) {
        let (name, things) = (&path.name, names(facts.inventory, &path.exposes));
        let message = text!(
            "「{things}」から、台帳にないトンネルが張られています：{name}",
            "a tunnel that nobody declared ends in {things}: {name}"; name, things
        );
        let here = text!("台帳にないトンネル", "a tunnel that nobody declared");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
}
