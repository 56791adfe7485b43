//! A product for remote control was seen at work, and nobody declared it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{control, okayama};
use crate::rules::pathways::{report, severity, undeclared};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-remote-control-seen",
    title: Text::new("台帳にない遠隔操作の観測", "remote control that nobody declared was seen"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1"), okayama("7.5")],
    remedy: Text::new(
        "その端末で製品が動いているかを確かめ、使っている人と目的を聞いてください。不要なら削除し、必要なら外部接続（接続方式 remote-control）として台帳に書き、中継サーバに限ってください。",
        "See whether the product runs on the machine, and ask who uses it and what for. Remove it if it is not needed; otherwise declare it as a connection (transport `remote-control`) and confine it to a relay.",
    ),
    page: include_str!("undeclared_remote_control_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::ObservedRemoteControl) {
        let (name, things) = (&path.name, names(facts.inventory, &path.exposes));
        let message = text!(
            "「{things}」で、台帳にない遠隔操作製品の通信が観測されました：{name}",
            "a remote-control product that nobody declared was seen at work in {things}: {name}";
            name, things
        );
        let here = text!("遠隔操作製品の通信", "traffic of a remote-control product");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
}
