//! A device passes a port from outside on to an inside host, and nobody declared that.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::pathways::{device, opens, report, severity, undeclared};
use crate::rules::question::OPERATING;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-port-forward",
    title: Text::new("台帳にないポート転送", "a port forward that nobody declared"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1"), checklist("2⑬"), survey("Q5")],
    remedy: Text::new(
        "転送先の機器の担当者に、誰が何のために使うかを確かめてください。不要なら転送の設定を消し、必要ならVPNと中継サーバに替えるか、機器の forwards に書いてください。",
        "Ask whoever is in charge of the target who uses it and what for. Remove it if nobody does; otherwise replace it by a VPN with a relay, or declare it under `forwards`.",
    ),
    page: include_str!("undeclared_port_forward.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::Forward) {
        let (device, name) = (device(facts, path), &path.name);
        let opens = opens(facts, path);
        let from = match path.sources.is_any() {
            true => Text::new("接続元を限定しない", "open to any source"),
            false => Text::new("接続元を限定した", "limited by source"),
        };
        let message = text!(
            "「{device}」に、{from}、台帳にない{name}が設定されています{opens}",
            "`{device}` is configured with a forward that is not declared, {from}: {name}{opens}";
            device, from, name, opens
        );
        let here = text!("台帳にない転送", "a forward that nobody declared");
        let operates = path.services.is_empty()
            || path.services.iter().any(|it| OPERATING.iter().any(|by| it.includes(*by)));
        let severity = match (path.sources.is_any(), operates) {
            (true, true) => Severity::Critical,
            (true, false) => severity(facts, path),
            (false, _) => Severity::Medium,
        };
        out.push(report(facts, path, message, here).severity(severity));
    }
}
