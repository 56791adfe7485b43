//! A device answers on a port of its own to a side that the declaration keeps from it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::probing::{Trespass, place, run, services, told, trespasses};
use crate::rules::question::name;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "management-answers-from-outside",
    title: Text::new(
        "届かないはずの側への機器の応答（管理接続・VPN）",
        "management or VPN that answers to a side that must not reach it",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬"), survey("Q13-1")],
    remedy: Text::new(
        "機器の管理接続とVPNの待受けを、台帳に書いた相手だけに絞ってください。使っていない待受けは止めてください。必要なら、台帳の management や remote_access に書いてください。",
        "Restrict management and VPN of the device to whom the inventory names, and stop what nobody uses. State it under `management` or `remote_access` if it is needed.",
    ),
    page: include_str!("management_answers_from_outside.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (device, answers) in trespasses(facts, |it| matches!(it, Trespass::Management)) {
        let Some((first, _)) = answers.first() else { continue };
        let Some(run) = run(facts, first) else { continue };
        let (name, from) = (name(facts.inventory, &device), place(facts, run));
        let (list, count) = services(answers.iter().map(|(it, _)| *it));
        let message = text!(
            "機器「{name}」が、{from}からの疎通確認に応答しました（{count}件：{list}）。台帳では許していません",
            "the device `{name}` answered probes from {from} on {count} service(s): {list}; the inventory does not permit it";
            name, from, list
        );
        let mut places = answers.iter().map(|(it, _)| told(it));
        let Some((span, here)) = places.next() else { continue };
        let report = Report::new(device.clone(), message, span, here).also_all(places);
        let declared = facts.inventory.devices.get(&device.id);
        let stated = declared.and_then(|it| it.management.as_ref()).map(|it| it.span);
        let stated = stated.map(|it| (it, text!("台帳の管理接続", "declared management")));
        let report = stated.into_iter().fold(report, Report::also_at);
        let inside = run.from.kind == EntityKind::Zone;
        out.push(if inside { report.severity(Severity::Medium) } else { report });
    }
}
