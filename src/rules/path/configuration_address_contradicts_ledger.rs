//! An interface has another address than declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{checklist, control};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Disagreement;

pub(super) static RULE: Rule = Rule {
    id: "configuration-address-contradicts-ledger",
    title: Text::new(
        "台帳と設定でアドレスが違う機器",
        "addresses of a device differ from its configuration",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("2②"), checklist("2①")],
    remedy: Text::new(
        "機器の設定が正しければ台帳のアドレスを直してください。別の機器の設定を取り違えていないかも確かめてください。",
        "Mend the addresses in the ledger if the device is right. Make sure, too, that it is the configuration of this very device.",
    ),
    page: include_str!("configuration_address_contradicts_ledger.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let subject = thing(EntityKind::Device, device);
        let [first, others @ ..] = facts.topology.differences(&subject) else {
            continue;
        };
        let name = &device.name.value;
        let (ledger, configured) = (&first.declared.0, &first.configured.0);
        let more = match others.len() {
            0 => Text::default(),
            count => text!("、ほか{count}件", ", and {count} more"),
        };
        let message = text!(
            "「{name}」のアドレスが台帳と違います（{ledger}、{configured}{more}）",
            "an address of `{name}` differs: {ledger}, {configured}{more}";
            ledger, configured, more
        );
        let mistaken = first.about == Disagreement::Maker;
        let message = match mistaken {
            false => message,
            true => text!(
                "「{name}」の設定は別の機器のもので、取り違えのおそれがあります（{ledger}、{configured}。同じアドレスもありません）。この設定では台帳の接続を確認していません",
                "the configuration of `{name}` is of another device: {ledger}, {configured}, and no address is the same; it confirms nothing";
                ledger, configured
            ),
        };
        let report = Report::new(subject, message, first.declared.1, ledger.clone());
        let report = report.also(first.configured.1, configured.clone());
        let report = match mistaken {
            true => report.severity(Severity::Medium).confidence(Confidence::Medium),
            false => report,
        };
        out.push(others.iter().fold(report, |report, it| {
            report
                .also(it.declared.1, it.declared.0.clone())
                .also(it.configured.1, it.configured.0.clone())
        }));
    }
}
