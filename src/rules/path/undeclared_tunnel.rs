//! A device is configured with a tunnel that no declared connection is.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, handa, survey};
use crate::rules::pathways::{device, opens, report, severity, told_with_device, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-tunnel",
    title: Text::new("台帳にないトンネル", "a tunnel that nobody declared"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), checklist("2②"), survey("Q5"), handa("3.4.5.3")],
    remedy: Text::new(
        "誰が何のために使う経路かを、設定した事業者と契約書で確かめてください。必要なら外部接続（connections）に書き、不要なら設定を消してください。",
        "Ask whoever configured it, and the contract, who uses it and what for. Declare it under `connections` if it is needed; remove it from the device if not.",
    ),
    page: include_str!("undeclared_tunnel.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    // One that carries Ethernet is told as the bridge that it is.
    let tunnels = undeclared(facts, PathKind::Tunnel).filter(|it| !it.layer2);
    for path in tunnels.filter(|it| !told_with_device(facts, it)) {
        let (device, name) = (device(facts, path), &path.name);
        let opens = opens(facts, path);
        let message = text!(
            "「{device}」に、台帳にない{name}が設定されています{opens}",
            "`{device}` is configured with a path that is not declared: {name}{opens}";
            device, name, opens
        );
        let here = text!("台帳にないトンネル", "a tunnel that nobody declared");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
}
