//! Something inside talks to somebody outside of whom the ledger knows nothing.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, nist};
use crate::rules::pathways::{report, severity, undeclared};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-peer-seen",
    title: Text::new("台帳にない外部の相手の観測", "a peer outside that nobody declared was seen"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), checklist("2②"), nist("CM-8(3)")],
    remedy: Text::new(
        "どのソフトウェアが何のために通信しているかを調べ、必要なら外部接続（接続先のアドレスを含む）か flows に書き、不要ならファイアウォールで止めてください。",
        "Find out which software talks and what for. Declare it under `connections` with the addresses of the party, or under `flows`; stop it at the firewall if it is not needed.",
    ),
    page: include_str!("undeclared_peer_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::ObservedPeer) {
        let (name, things) = (&path.name, names(facts.inventory, &path.exposes));
        let message = text!(
            "「{things}」が、台帳にない外部の相手と通信しています：{name}",
            "{things} talks to somebody outside who is not declared: {name}"; name, things
        );
        let here = text!("台帳にない相手との通信", "traffic with somebody who is not declared");
        // Sessions that begin inside are a way for data out before they are a way in.
        let severity = match severity(facts, path) {
            Severity::Critical => Severity::High,
            _ => Severity::Medium,
        };
        out.push(report(facts, path, message, here).severity(severity));
    }
}
