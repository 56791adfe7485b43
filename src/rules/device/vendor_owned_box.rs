//! A party's own box stands at the hospital's door.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry, Holder, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::PartyKind;
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::duties::{Duty, name_of};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "vendor-owned-box",
    title: Text::new(
        "事業者が持ち込み、病院が設定を把握していない機器",
        "a party's own box whose configuration the hospital does not hold",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13①"), control("13⑪"), checklist("2①"), okayama("4.2")],
    remedy: Text::new(
        "事業者から設定の写しを受け取り、台帳のこの機器に config: 写しを置いた場所（例: config: settings/ct-router.txt）と書いてください。設定変更・更新・ログ・緊急遮断の担当は文書で取り決め、responsibility に書いてください。病院が管理するVPN装置に集約できるかも検討してください。",
        "Obtain a copy of its configuration and state where it is kept, such as `config: settings/ct-router.txt`. Agree in writing who changes, updates, logs and cuts, and state it under `responsibility`. Consider bringing the connection in through a gateway of the hospital.",
    ),
    page: include_str!("vendor_owned_box.md"),
    check: Check::Facts(check),
};

/// What must be settled about a box of others.
const SETTLED: [Duty; 4] = [Duty::Configuration, Duty::Patches, Duty::Logs, Duty::Cuts];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in boundary::devices(facts.inventory) {
        if let Some(owner) = foreign_owner(facts.inventory, device)
            && device.config.is_empty()
            && holder(device, Duty::Configuration) != Some(&Holder::Hospital)
        {
            out.push(report(facts.inventory, device, owner));
        }
    }
}

/// The party that owns a device. What a carrier provides with its line is the line.
fn foreign_owner<'a>(
    inventory: &Inventory,
    device: &'a Entry<Device>,
) -> Option<&'a Spanned<Holder>> {
    let stated = device.responsibility.as_ref();
    let owner = device.owner.as_ref().or_else(|| stated?.owner.as_ref())?;
    let Holder::Party(id) = &owner.value else {
        return None;
    };
    let carrier =
        inventory.parties.get(id).is_some_and(|party| party.kind.value == PartyKind::Carrier);
    (!carrier).then_some(owner)
}

fn holder(device: &Device, duty: Duty) -> Option<&Holder> {
    let half = device.responsibility.as_ref()?;
    duty.holder(half).map(|it| &it.value)
}

fn report(inventory: &Inventory, device: &Entry<Device>, owner: &Spanned<Holder>) -> Report {
    let (name, party) = (&device.name.value, name_of(inventory, &owner.value));
    let open: Vec<Text> = SETTLED
        .into_iter()
        .filter(|duty| matches!(holder(device, *duty), None | Some(Holder::Undefined)))
        .map(Duty::label)
        .collect();
    let subject = thing(EntityKind::Device, device);
    let what = text!("所有者は病院ではありません", "not owned by the hospital");
    let connections: Vec<_> = boundary::connections_at(inventory, &device.id.value)
        .map(|it| thing(EntityKind::Connection, it))
        .collect();
    let used = match connections.is_empty() {
        true => Text::default(),
        false => {
            let list = names(inventory, &connections);
            text!("（{list}で使用）", " (used by {list})"; list)
        }
    };
    let (message, severity) = if open.is_empty() {
        let message = text!(
            "「{name}」{used}は{party}の所有で、病院は設定を持っていません",
            "`{name}`{used} is owned by {party}, and the hospital does not hold its configuration"; used, party
        );
        (message, Severity::Medium)
    } else {
        let open = Text::list(&open);
        let message = text!(
            "「{name}」{used}は{party}の所有で、病院は設定を持たず、次の担当も決まっていません: {open}",
            "`{name}`{used} is owned by {party}, the hospital does not hold its configuration, and nobody is named for: {open}"; used, party, open
        );
        (message, Severity::High)
    };
    Report::new(subject, message, owner.span, what).severity(severity).exposes(connections)
}
