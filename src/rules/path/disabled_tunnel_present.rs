//! A tunnel that is switched off is still configured.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::control;
use crate::rules::pathways::{device, report};
use crate::rules::question::name as described;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::{Disagreement, PathKind};

pub(super) static RULE: Rule = Rule {
    id: "disabled-tunnel-present",
    title: Text::new(
        "止めてあるだけで残っているトンネル",
        "a tunnel that is switched off but still there",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("8.1"), control("13⑪")],
    remedy: Text::new(
        "使わないトンネルは、鍵と利用者ごと設定から消してください。再開する予定があるなら、外部接続の備考に理由と期限を書いてください。",
        "Remove tunnels that are not used, with their keys and users. If one is to be used again, write why and until when into the notes of its connection.",
    ),
    page: include_str!("disabled_tunnel_present.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in facts.topology.paths() {
        if path.enabled || path.kind != PathKind::Tunnel {
            continue;
        }
        let (device, name) = (device(facts, path), &path.name);
        let enabled = path.contradictions.iter().find(|it| it.about == Disagreement::Enabled);
        match (enabled, &path.declared) {
            (Some(found), Some((thing, _))) => {
                let declared = described(facts.inventory, thing);
                let message = text!(
                    "台帳の「{declared}」は使用中ですが、「{device}」の{name}は止めてあります",
                    "`{declared}` is in use in the ledger, but {name} of `{device}` is switched off";
                    declared, device, name
                );
                let here = found.configured.0.clone();
                out.push(
                    report(facts, path, message, here)
                        .also(found.declared.1, found.declared.0.clone()),
                );
            }
            _ => {
                let message = text!(
                    "「{device}」に、台帳になく止めてある{name}が残っています。1行で再び有効になります",
                    "`{device}` still has a path that is switched off and not declared: {name}; one line brings it back";
                    device, name
                );
                let here = text!("止めてあるトンネル", "a tunnel that is switched off");
                out.push(report(facts, path, message, here));
            }
        }
    }
}
