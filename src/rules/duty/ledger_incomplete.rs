//! The ledger does not say what is needed when a warning comes in.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::DeviceKind;
use crate::rules::authority::{checklist, management, okayama};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "ledger-incomplete",
    title: Text::new(
        "台帳の項目が足りない外部接続点の機器",
        "a boundary device with gaps in the ledger",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[checklist("2①"), management("9.1"), okayama("5.8.2")],
    remedy: Text::new(
        "挙げられた項目を、機器の画面または保守事業者への確認で調べて台帳に書いてください。",
        "Find out what is missing, from the device or from whoever maintains it, and state it.",
    ),
    page: include_str!("ledger_incomplete.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in boundary::devices(facts.inventory) {
        if device.kind.value == DeviceKind::TerminalAdapter {
            continue;
        }
        let missing = missing(facts.inventory, device);
        if missing.is_empty() {
            continue;
        }
        let (name, list) = (&device.name.value, Text::list(&missing));
        let message = text!(
            "「{name}」の台帳に次の項目がありません: {list}",
            "the ledger does not state about `{name}`: {list}"; list
        );
        let what = text!("この機器", "this device");
        let subject = thing(EntityKind::Device, device);
        out.push(Report::new(subject, message, device.id.span, what));
    }
}

/// The items of the ledger that Okayama introduced after its incident, as far as they are absent.
fn missing(inventory: &Inventory, device: &Entry<Device>) -> Vec<Text> {
    let interfaces = &device.interfaces;
    let addressed = interfaces.iter().any(|it| !it.addresses.is_empty());
    let version = device.os.as_ref().is_some_and(|os| os.version.is_some());
    let items = [
        (
            device.vendor.is_some() && device.model.is_some(),
            Text::new("製造者（vendor）と型番（model）", "maker (`vendor`) and `model`"),
        ),
        (
            addressed,
            Text::new("IPアドレス（interfaces の addresses）", "`addresses` of its interfaces"),
        ),
        (
            limits_destinations(inventory, device),
            Text::new(
                "接続先の制限（config、または外部接続の allow）",
                "limits of destinations (`config`, or `allow` of its connections)",
            ),
        ),
        (
            device.vulnerability_source.is_some(),
            Text::new(
                "脆弱性情報の入手先（vulnerability_source）",
                "source of vulnerability notices (`vulnerability_source`)",
            ),
        ),
        (
            version,
            Text::new("ソフトウェアの版（os の version）", "software version (`version` of `os`)"),
        ),
        (
            device.updated.is_some() || device.installed.is_some(),
            Text::new("更新日（updated）", "date of the last update (`updated`)"),
        ),
        (
            device.support_until.is_some(),
            Text::new("サポート終了日（support_until）", "end of support (`support_until`)"),
        ),
    ];
    let absent = items.into_iter().filter(|(there, _)| !there);
    absent.map(|(_, item)| item).collect()
}

/// Whether the inventory says what may be reached through a device: by its configuration, or by
/// the permissions of everything that enters there.
fn limits_destinations(inventory: &Inventory, device: &Entry<Device>) -> bool {
    let mut entering = boundary::connections_at(inventory, &device.id.value).peekable();
    !device.config.is_empty()
        || (entering.peek().is_some() && entering.all(|it| !it.allow.is_empty()))
}
