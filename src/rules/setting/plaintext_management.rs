//! A device is managed in plain text.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::{Management, ManagementKind};
use crate::model::{AddressSet, EntityRef, IpNetwork, Vocabulary as _};
use crate::rules::authority::{checklist, control};
use crate::rules::configured::{each, is_by_default};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    id: "plaintext-management",
    title: Text::new("暗号化しない管理接続", "management in plain text"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬")],
    remedy: Text::new(
        "TelnetとHTTPによる管理を無効にし、SSHとHTTPSだけにしてください。無効にできない機器では、管理端末からだけ接続できるようにしてください。",
        "Switch off management by Telnet and HTTP and use SSH and HTTPS alone. Where that is impossible, permit it from the administrators' terminals only.",
    ),
    page: include_str!("plaintext_management.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let plain: Vec<&Management> =
        configured.config.management.iter().filter(|it| concerned(it)).collect();
    let mut kinds: Vec<ManagementKind> = plain.iter().map(|it| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Text::list(&kinds.into_iter().map(ManagementKind::label).collect::<Vec<_>>());
    let name = facts.inventory.name_of(thing);
    let (first, more) = plain.split_first()?;
    let message = text!(
        "「{name}」は{kinds}で管理でき、パスワードが暗号化されずに流れます",
        "`{name}` can be managed by {kinds}: passwords travel in plain text"; kinds
    );
    let what = |it: &Management| match is_by_default(configured, it) {
        true => text!(
            "記載がないため、製品の初期値（有効）とみなしました",
            "not mentioned: taken as its maker ships it, enabled"
        ),
        false => text!("暗号化されない管理接続が有効です", "management in plain text is enabled"),
    };
    let report = Report::new(thing.clone(), message, first.span, what(first));
    let mut report = report.also_all(more.iter().map(|it| (it.span, what(it))));
    if plain.iter().all(|it| is_by_default(configured, it)) {
        report = report.confidence(Confidence::Medium);
    }
    let few = plain.iter().all(|it| !it.sources.is_anybody());
    Some(if few { report.severity(Severity::Low) } else { report })
}

fn concerned(management: &Management) -> bool {
    let plain = matches!(management.kind, ManagementKind::Telnet | ManagementKind::Http);
    // A console that only the device itself reaches shows nothing to anybody.
    let own = IpNetwork::new(Ipv4Addr::LOCALHOST.into(), 8).map(AddressSet::from);
    let elsewhere = own.is_ok_and(|own| !own.includes(&management.sources));
    management.enabled && plain && elsewhere
}
