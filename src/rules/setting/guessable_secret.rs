//! A configuration holds a password that everybody tries first.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::inventory::CredentialGroup;
use crate::locale::Text;
use crate::model::device::{Secret, SecretKind};
use crate::model::{Answer, EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::configured::{each, facing_outside};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "guessable-secret",
    title: Text::new(
        "設定に書かれた、空または推測しやすいパスワード・鍵",
        "an empty or guessable password or key in a configuration",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("8⑤"), checklist("2⑧"), okayama("5.5.1")],
    remedy: Text::new(
        "推測できない長い値に変更してください。事前共有鍵は相手の事業者と同時に変更します。",
        "Change it to a long value that cannot be guessed; a pre-shared key together with the other end.",
    ),
    page: include_str!("guessable_secret.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let declared = is_declared(facts, thing);
    let concerned = |it: &&Secret| match it.kind {
        // Told by a rule of its own.
        SecretKind::Community => false,
        // Told of the group of credentials.
        SecretKind::Password => it.guessable && !declared,
        _ => it.guessable,
    };
    let known: Vec<&Secret> = configured.config.secrets.iter().filter(concerned).collect();
    let mut kinds: Vec<SecretKind> = known.iter().map(|it| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Text::list(&kinds.into_iter().map(SecretKind::label).collect::<Vec<_>>());
    let name = facts.inventory.name_of(thing);
    let message = text!(
        "「{name}」の設定に、空または推測しやすい{kinds}があります",
        "the configuration of `{name}` holds an empty or guessable {kinds}"; kinds
    );
    let mut places = known.into_iter().map(|it| (it.span, what(it)));
    let (span, first) = places.next()?;
    let outside = facing_outside(facts, thing, configured);
    let report = Report::new(thing.clone(), message, span, first).also_all(places);
    Some(if outside { report.severity(Severity::Critical) } else { report })
}

fn what(secret: &Secret) -> Text {
    let (kind, owner) = (secret.kind.label(), secret.owner.as_str());
    match owner {
        "" => text!("{kind}の変更が必要です", "the {kind} must be changed"; kind),
        _ => {
            text!("{owner} の{kind}の変更が必要です", "the {kind} of {owner} must be changed"; kind)
        }
    }
}

/// Whether the inventory itself says that the credentials of a device are known to everybody.
fn is_declared(facts: &Facts<'_>, thing: &EntityRef) -> bool {
    let yes = |it: &Option<Spanned<Answer>>| it.as_ref().is_some_and(|it| it.value == Answer::Yes);
    let known = |it: &CredentialGroup| yes(&it.factory_default) || yes(&it.guessable);
    let device =
        facts.inventory.devices.get(&thing.id).filter(|_| thing.kind == EntityKind::Device);
    let group = device.and_then(|it| it.credential_group.as_ref());
    let group = group.and_then(|it| facts.inventory.credential_groups.get(it.id()));
    group.is_some_and(|it| known(it))
}
