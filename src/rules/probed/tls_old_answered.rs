//! A server still speaks a version of TLS that must not be used any more.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::rules::authority::control;
use crate::rules::probing::{details, subject, told};
use crate::rules::question::name;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::Asked;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    id: "tls-old-answered",
    title: Text::new("古い版のTLSに応じるサーバ", "a server that speaks old versions of TLS"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑥")],
    remedy: Text::new(
        "TLS 1.3（できない場合は1.2の高セキュリティ型）だけに応じるよう、古い版を無効にしてください。相手の端末が新しい版に対応しているかを先に確かめます。",
        "Let it speak TLS 1.3 alone, or 1.2 in its high-security setting, after seeing that the clients can.",
    ),
    page: include_str!("tls_old_answered.md"),
    check: Check::Facts(check),
};

/// Versions that nobody may use any more (RFC 7568, RFC 8996).
const OLD: [&str; 5] = ["SSL", "SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, Vec<(&Asked, Vec<&str>)>> = BTreeMap::new();
    for asked in facts.topology.probed().asked.iter().filter(|it| it.is_open()) {
        let old: Vec<&str> = details(asked, &["version"]).filter(|it| OLD.contains(it)).collect();
        if let (false, Some(thing)) = (old.is_empty(), subject(facts, asked)) {
            found.entry(thing).or_default().push((asked, old));
        }
    }
    for (thing, answers) in found {
        let versions: BTreeSet<&str> = answers.iter().flat_map(|(_, it)| it.clone()).collect();
        let versions: Vec<Text> = versions.into_iter().map(Text::same).collect();
        let (name, versions) = (name(facts.inventory, &thing), Text::list(&versions));
        let message = text!(
            "「{name}」は、古い版のTLSに応じます（{versions}）",
            "{name} speaks old versions of TLS: {versions}"; name, versions
        );
        let mut places = answers.iter().map(|(it, _)| told(it));
        if let Some((span, here)) = places.next() {
            out.push(Report::new(thing, message, span, here).also_all(places));
        }
    }
}
