//! A configuration that the inventory names could not be read.

use crate::evidence::Named;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "configuration-not-read",
    title: Text::new("読めなかった機器の設定", "a configuration that could not be read"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②")],
    remedy: Text::new(
        "機器から設定を取り直し、台帳の config にその場所を書いてください。事業者が管理する機器は、設定の写しを求めてください。",
        "Take the configuration from the device again and state where it is under `config`. Of a device that a party administers, ask for a copy.",
    ),
    page: include_str!("configuration_not_read.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut unread: BTreeMap<&str, Vec<(&Named, &Text)>> = BTreeMap::new();
    for it in &facts.evidence.unread {
        if let Some(named) = &it.named {
            unread.entry(&named.device).or_default().push((named, &it.why.message));
        }
    }
    for (device, files) in unread {
        let thing = EntityRef::new(EntityKind::Device, device);
        let name = facts.inventory.name_of(&thing);
        let message = text!(
            "「{name}」の設定を読めなかったため、台帳と突き合わせていません",
            "the configuration of `{name}` could not be read, so nothing was compared with it"
        );
        let mut places = files.into_iter().map(|(named, why)| (named.span, why.clone()));
        out.extend(
            places
                .next()
                .map(|(span, why)| Report::new(thing.clone(), message, span, why).also_all(places)),
        );
    }
}
