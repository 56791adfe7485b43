//! Somebody outside opened a session to the inside, and nobody declared it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::pathways::{report, severity, undeclared};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "inbound-access-seen",
    title: Text::new("外部からの接続の観測", "a session from outside was seen"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1"), checklist("2②"), okayama("7.3.1")],
    remedy: Text::new(
        "入口の機器の設定（ポート転送、フィルタ）を確かめ、必要のない接続はただちに止めてください。接続元が誰か、何をしたかを機器のログで調べ、必要なものは外部接続として台帳に書いてください。",
        "Look at the forwards and filters of the entry, and stop at once what is not needed. Find out from the logs who came and what was done; declare what is needed as a connection.",
    ),
    page: include_str!("inbound_access_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::ObservedInbound) {
        let (name, things) = (&path.name, names(facts.inventory, &path.exposes));
        let message = text!(
            "外部から「{things}」への、台帳にない接続が成立しています：{name}",
            "a session that nobody declared was opened from outside to {things}: {name}";
            name, things
        );
        let here = text!("応答のあった外部からの接続", "a session from outside that was answered");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
}
