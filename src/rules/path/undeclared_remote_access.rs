//! A device lets people in from outside, and nobody declared that.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, handa};
use crate::rules::pathways::{device, opens, report, severity, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::{Contradiction, Disagreement, PathKind};

pub(super) static RULE: Rule = Rule {
    id: "undeclared-remote-access",
    title: Text::new("台帳にない外部からの接続受付", "remote access that nobody declared"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[
        control("13⑪"),
        control("8.1"),
        checklist("2②"),
        checklist("2⑬"),
        handa("3.4.5.3"),
    ],
    remedy: Text::new(
        "使う人がいるかを確かめ、いなければ受付を止めてください。必要なら、機器の remote_access と外部接続（connections）に書き、接続元の限定と二要素認証を確かめてください。",
        "Find out whether anybody uses it, and switch it off if nobody does. If it is needed, declare it under `remote_access` and `connections`, and check its limits of source and its second factor.",
    ),
    page: include_str!("undeclared_remote_access.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::RemoteAccess) {
        let (device, name) = (device(facts, path), &path.name);
        let opens = opens(facts, path);
        let message = text!(
            "「{device}」は、台帳にない{name}を有効にしています{opens}",
            "`{device}` offers remote access that is not declared: {name}{opens}";
            device, name, opens
        );
        let here = text!("台帳にない受付", "remote access that nobody declared");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
    for path in facts.topology.paths() {
        let stopped = path.contradictions.iter().find(|it| it.about == Disagreement::Enabled);
        if path.kind == PathKind::RemoteAccess
            && path.enabled
            && let Some(Contradiction { declared, configured, .. }) = stopped
        {
            let (device, name) = (device(facts, path), &path.name);
            let message = text!(
                "「{device}」の{name}は、台帳では停止ですが、設定では有効です",
                "{name} of `{device}` is switched off in the ledger and on on the device";
                device, name
            );
            let report = report(facts, path, message, configured.0.clone());
            out.push(report.also(declared.1, declared.0.clone()).severity(Severity::High));
        }
    }
}
