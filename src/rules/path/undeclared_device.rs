//! A configuration of a device that nobody declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::pathways::told_with_device;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::{JoinedBy, shown_by};

pub(super) static RULE: Rule = Rule {
    id: "undeclared-device",
    title: Text::new(
        "台帳にないネットワーク機器の設定",
        "a configuration of a device that nobody declared",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("2②"), checklist("2①"), survey("Q5")],
    remedy: Text::new(
        "どの機器の設定かを確かめてください。台帳にある機器なら、その機器の config にこのファイルを書くか、インタフェースのアドレスを書いてください。台帳にない機器なら、機器として登録し、設置した人と用途を調べてください。",
        "Find out of which device it is. If it is a declared one, name this file under its `config` or state its interface addresses. If it is not, register it and find out who installed it and what for.",
    ),
    page: include_str!("undeclared_device.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for joined in facts.topology.joined().iter().filter(|it| it.by == JoinedBy::Nothing) {
        let Some(configured) = facts.evidence.devices.get(joined.configured) else {
            continue;
        };
        let Some(span) = shown_by(configured) else {
            continue; // Nothing that could be pointed at says that there is a device.
        };
        let file = &configured.name;
        let product = configured.config.product.as_ref();
        let product = product.map(|it| format!("（{}）", it.value)).unwrap_or_default();
        let paths = facts.topology.paths().iter().filter(|it| it.device == joined.thing);
        let ways = match paths.clone().count() {
            0 => Text::default(),
            count => {
                text!("。外部への経路が{count}件あります", "; it has {count} paths to the outside")
            }
        };
        // A name proves nothing, but it may be what the person needs to hear.
        let hostname = configured.config.hostname.as_ref().map(|it| it.value.as_str());
        let called = facts
            .inventory
            .devices
            .iter()
            .find(|it| hostname.is_some_and(|name| name.eq_ignore_ascii_case(&it.id.value)));
        let maybe = match called {
            Some(device) => {
                let name = &device.name.value;
                text!(
                    "。名前は台帳の「{name}」と同じですが、アドレスからは確かめられません",
                    "; it bears the name of `{name}`, but no address confirms it"
                )
            }
            None => Text::default(),
        };
        let message = text!(
            "{file} は、台帳のどの機器とも一致しない機器{product}の設定です{maybe}{ways}",
            "{file} is the configuration of a device that is not declared{product}{maybe}{ways}";
            maybe, ways
        );
        let here = text!("台帳にない機器", "a device that nobody declared");
        let report = Report::new(joined.thing.clone(), message, span, here);
        let told = paths.clone().filter(|it| it.enabled && told_with_device(facts, it));
        let report = report.also_all(told.map(|it| (it.span, it.name.clone())));
        let confidence = if called.is_some() { Confidence::Medium } else { Confidence::High };
        let severity = if paths.count() > 0 { Severity::High } else { Severity::Medium };
        out.push(report.confidence(confidence).severity(severity));
    }
}
