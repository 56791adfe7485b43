//! Several devices open with the same secret. Compared by digests that exist only while this runs.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::{Digest, Remote, Secret, SecretKind};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::collections::{BTreeMap, HashMap};

pub(super) static RULE: Rule = Rule {
    id: "shared-secret-across-devices",
    title: Text::new(
        "複数の機器に設定された同じパスワード・鍵",
        "the same password or key on several devices",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[checklist("2⑧"), control("8⑤"), okayama("5.5.1")],
    remedy: Text::new(
        "機器ごとに異なるパスワード・鍵へ変更してください。事業者が管理する機器は、他の病院と同じ値を使っていないことも確認してください。",
        "Give every device a password and a key of its own. Of devices that a party administers, ask too whether other hospitals have the same.",
    ),
    page: include_str!("shared_secret_across_devices.md"),
    check: Check::Facts(check),
};

/// A device with the secrets that can be compared.
struct Holder<'a> {
    thing: &'a EntityRef,
    configured: &'a Configured,
    secret: &'a Secret,
}

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    // One password on the same devices for five accounts is one finding.
    let mut found: BTreeMap<Vec<EntityRef>, Vec<Holder<'_>>> = BTreeMap::new();
    for holders in by_secret(facts) {
        let mut things: Vec<EntityRef> = holders.iter().map(|it| it.thing.clone()).collect();
        things.sort();
        things.dedup();
        if things.len() > 1 && !are_ends_of_one_tunnel(&holders) && !is_declared(facts, &things) {
            found.entry(things).or_default().extend(holders);
        }
    }
    for (things, holders) in found {
        out.extend(report(facts, &things, &holders));
    }
}

/// The secrets that have been written comparably and are not known to everybody, by what they are.
fn by_secret<'a>(facts: &Facts<'a>) -> Vec<Vec<Holder<'a>>> {
    let mut groups: Vec<Vec<Holder<'a>>> = Vec::new();
    let mut index: HashMap<(SecretKind, Digest), usize> = HashMap::new();
    for (thing, configured) in facts.configured() {
        for secret in &configured.config.secrets {
            // Monitoring uses one community everywhere; a private key that is the same is one host twice.
            let compared = matches!(
                secret.kind,
                SecretKind::PreSharedKey | SecretKind::Password | SecretKind::Token
            );
            let Some(digest) = secret.digest.filter(|_| compared && !secret.guessable) else {
                continue;
            };
            let at = *index.entry((secret.kind, digest)).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                let of_same_host =
                    |it: &Holder<'_>| it.thing != thing && is_same_host(it.configured, configured);
                if !group.iter().any(of_same_host) {
                    group.push(Holder { thing, configured, secret });
                }
            }
        }
    }
    groups
}

/// Whether two configurations are of one host although nothing joined them: the same name or serial.
fn is_same_host(a: &Configured, b: &Configured) -> bool {
    let name = |it: &Configured| it.config.hostname.as_ref().map(|it| it.value.clone());
    let serial = |it: &Configured| it.config.serial.as_ref().map(|it| it.value.clone());
    name(a).is_some_and(|it| name(b) == Some(it))
        || serial(a).is_some_and(|it| serial(b) == Some(it))
}

/// The pre-shared key of a tunnel between two devices is on both by its nature.
fn are_ends_of_one_tunnel(holders: &[Holder<'_>]) -> bool {
    let [a, b] = holders else {
        return false;
    };
    let leads = |from: &Configured, to: &Configured| {
        let own = |address| {
            let mut addresses = to.config.interfaces.iter().flat_map(|it| &it.addresses);
            addresses.any(|it| it.value.ip() == address)
        };
        let mut remotes = from.config.tunnels.iter().map(|it| &it.remote.value);
        remotes.any(|it| matches!(it, Remote::Address(address) if own(*address)))
    };
    a.secret.kind == SecretKind::PreSharedKey
        && (leads(a.configured, b.configured) || leads(b.configured, a.configured))
}

/// Whether the inventory knows that they share their administrators.
fn is_declared(facts: &Facts<'_>, things: &[EntityRef]) -> bool {
    let group = |thing: &EntityRef| {
        let device = facts.inventory.devices.get(&thing.id);
        let device = device.filter(|_| thing.kind == EntityKind::Device)?;
        Some(device.credential_group.as_ref()?.id().to_owned())
    };
    let mut groups = things.iter().map(group);
    let first = groups.next().flatten();
    first.is_some() && groups.all(|it| it == first)
}

fn report(facts: &Facts<'_>, things: &[EntityRef], holders: &[Holder<'_>]) -> Option<Report> {
    let (subject, others) = things.split_first()?;
    let mut kinds: Vec<SecretKind> = holders.iter().map(|it| it.secret.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    // Two ends of one tunnel whose addresses change cannot be told from two customers of one vendor.
    let keys = things.len() == 2 && kinds == [SecretKind::PreSharedKey];
    let kinds = Text::list(&kinds.into_iter().map(SecretKind::label).collect::<Vec<_>>());
    let list = names(facts.inventory, things);
    let message = text!(
        "{list}に同じ{kinds}が設定されています",
        "{list} are configured with the same {kinds}"; list, kinds
    );
    let what = |it: &Holder<'_>| {
        let name = facts.inventory.name_of(it.thing);
        text!("「{name}」での設定箇所", "on `{name}`")
    };
    let mut places = holders.iter().map(|it| (it.secret.span, what(it)));
    let (span, first) = places.next()?;
    let report = Report::new(subject.clone(), message, span, first).also_all(places);
    let report = others.iter().cloned().fold(report, Report::distinct);
    let report = report.exposes(things.iter().cloned());
    Some(if keys { report.confidence(Confidence::Medium) } else { report })
}
