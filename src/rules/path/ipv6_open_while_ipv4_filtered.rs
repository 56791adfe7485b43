//! Anybody outside can open sessions to the inside over IPv6, while IPv4 is filtered.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::rules::authority::{checklist, control};
use crate::rules::pathways::{device, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "ipv6-open-while-ipv4-filtered",
    title: Text::new("IPv4だけを守り、IPv6が素通しの回線", "IPv6 open while IPv4 is filtered"),
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    references: &[control("13⑪"), control("8.1"), checklist("2⑬")],
    remedy: Text::new(
        "外側のインタフェースに、IPv6の入り方向のフィルタ（院内から始めた通信の応答だけを通すもの）を設定してください。IPv6を使わないなら、外側と院内側の両方でIPv6を止めてください。",
        "Apply an inbound IPv6 filter on the outside interface that passes only answers to sessions from inside. If IPv6 is not used, switch it off on both sides.",
    ),
    page: include_str!("ipv6_open_while_ipv4_filtered.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::Ipv6) {
        let (device, name) = (device(facts, path), &path.name);
        let sure = match path.confidence {
            Confidence::High | Confidence::Medium => Text::default(),
            _ => Text::new(
                "。ただし、確実には読み取れない行があります",
                "; some lines were not clear",
            ),
        };
        let message = text!(
            "「{device}」は、外側からIPv6で始まる通信を院内へ通します（IPv4は止めています）: {name}{sure}",
            "`{device}` lets sessions from outside pass to the inside over IPv6, although IPv4 is stopped: {name}{sure}";
            device, name, sure
        );
        let here = text!("IPv6がすべて通ります", "everything passes over IPv6");
        let mut report = report(facts, path, message, here);
        let declared = facts.inventory.devices.get(&path.device.id);
        if let Some(stated) = declared.and_then(|it| it.ipv6.as_ref()) {
            let word = stated.value.label();
            report = report
                .also(stated.span, text!("台帳では「{word}」", "the ledger says: {word}"; word));
        }
        out.push(report);
    }
}
