//! A device is managed by a service in a cloud, and nobody declared that.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control};
use crate::rules::pathways::{device, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-cloud-management",
    title: Text::new("台帳にないクラウド管理", "cloud management that nobody declared"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1"), checklist("2②")],
    remedy: Text::new(
        "誰がそのクラウドの管理者アカウントを持っているかを確かめてください。使っていなければ機能を止め、使うなら外部接続（connections）に、その機器を通信先として書いてください。",
        "Find out who holds the account of that service. Switch it off if nobody uses it; otherwise declare the connection, with the device as its target.",
    ),
    page: include_str!("undeclared_cloud_management.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::Cloud) {
        let (device, name) = (device(facts, path), &path.name);
        let message = text!(
            "「{device}」は、台帳にない{name}を受けています。クラウドの管理者は院外からこの機器の設定を変えられます",
            "`{device}` is under {name} that is not declared; whoever manages it there can change this device from outside";
            device, name
        );
        let here = text!("台帳にないクラウド管理", "cloud management that nobody declared");
        out.push(report(facts, path, message, here));
    }
}
