//! A device joins the inside with somebody outside as one broadcast domain.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control};
use crate::rules::pathways::{device, opens, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "layer2-bridge-to-outside",
    title: Text::new("外部とのL2接続（同じLANになる接続）", "a layer-2 bridge to the outside"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13⑤"), control("13⑪"), checklist("2②")],
    remedy: Text::new(
        "相手の拠点を突き止め、必要な通信だけを通すL3のトンネルに替えてください。替えるまでの間は、ブリッジから外して切り離してください。必要な接続であれば外部接続（connections）に書いてください。",
        "Find out where the other end is, and replace it with a routed tunnel that passes only what is needed; take it out of the bridge until then. Declare the connection if it is needed.",
    ),
    page: include_str!("layer2_bridge_to_outside.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let tunnels = undeclared(facts, PathKind::Tunnel).filter(|it| it.layer2);
    for path in tunnels.chain(undeclared(facts, PathKind::Bridge)) {
        let (device, name) = (device(facts, path), &path.name);
        let opens = opens(facts, path);
        let message = text!(
            "「{device}」は、台帳にない{name}で院内と外部を同じLANにしています{opens}",
            "`{device}` makes one LAN of the inside and the outside by a path that is not declared: {name}{opens}";
            device, name, opens
        );
        let here = text!("台帳にないL2接続", "a layer-2 path that nobody declared");
        out.push(report(facts, path, message, here).severity(match path.confidence {
            Confidence::High => Severity::Critical,
            _ => Severity::High,
        }));
    }
    // What is declared is approved, and is one LAN all the same.
    let declared = facts.topology.paths().iter().filter(|it| {
        let kind = matches!(it.kind, PathKind::Tunnel | PathKind::Bridge);
        kind && it.layer2 && it.enabled && it.declared.is_some()
    });
    for path in declared {
        let (device, name) = (device(facts, path), &path.name);
        let opens = opens(facts, path);
        let message = text!(
            "「{device}」は、{name}で院内と外部を同じLANにしています（台帳に記載あり）{opens}",
            "`{device}` makes one LAN of the inside and the outside by a declared path: {name}{opens}";
            device, name, opens
        );
        let here = text!("L2接続", "a layer-2 path");
        out.push(report(facts, path, message, here).severity(Severity::High));
    }
}
