//! Routes lead to undeclared networks by a host inside that is no declared gateway.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{control, survey};
use crate::rules::pathways::{device, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-gateway",
    title: Text::new(
        "院内の機器を経由する、台帳にない外部経路",
        "a route out through an inside host",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑤"), control("13⑪"), control("2②"), survey("Q5")],
    remedy: Text::new(
        "経由する機器が何か（VPNの中継、テザリング、事業者の装置など）を現地で確かめてください。必要なら機器と外部接続として台帳に書き、不要なら経路を消して機器を外してください。",
        "Find out on site what that host is: a VPN relay, a tethered phone, a vendor's box. Declare it with its connection if it is needed; otherwise remove the route and the host.",
    ),
    page: include_str!("undeclared_gateway.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::Gateway) {
        let (device, name) = (device(facts, path), &path.name);
        let sure = match path.confidence {
            Confidence::High => Text::default(),
            _ => Text::new(
                "。院内の未記載のネットワークかもしれず、確認が必要です",
                "; it may be an undeclared network inside, and needs to be confirmed",
            ),
        };
        let message = text!(
            "「{device}」に、台帳にない{name}があります{sure}",
            "`{device}` has {name}, and nobody declared where that leads{sure}";
            device, name, sure
        );
        let here =
            text!("台帳にないネットワークへの経路", "a route to a network that nobody declared");
        out.push(report(facts, path, message, here));
    }
}
