//! A connection is configured with another encapsulation than declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::TunnelKind;
use crate::rules::authority::control;
use crate::rules::pathways::{device, report};
use crate::rules::question::name as described;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::Disagreement;

pub(super) static RULE: Rule = Rule {
    id: "transport-contradicts-configuration",
    title: Text::new("台帳と設定で接続方式が違う", "the transport differs from the configuration"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13②"), control("13⑥"), control("2②")],
    remedy: Text::new(
        "実際の方式に合わせて台帳の transport を直し、その方式で求められる対策（接続元の限定、二要素認証、暗号の設定）を見直してください。暗号化されない方式になっていれば、IPsecなどに替えてください。",
        "Mend `transport` to what is configured, and review what that transport demands: limits of source, a second factor, ciphers. Replace it where it does not encrypt.",
    ),
    page: include_str!("transport_contradicts_configuration.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in facts.topology.paths().iter().filter(|it| it.enabled) {
        let mut found = path.contradictions.iter();
        let found = found.find(|it| it.about == Disagreement::Transport);
        let (Some(found), Some((thing, _))) = (found, &path.declared) else {
            continue;
        };
        let (device, declared) = (device(facts, path), described(facts.inventory, thing));
        let (ledger, configured) = (&found.declared.0, &found.configured.0);
        let message = text!(
            "外部接続「{declared}」の方式が違います（{ledger}、「{device}」の{configured}）",
            "the transport of `{declared}` differs: {ledger}; on `{device}` {configured}";
            declared, ledger, device, configured
        );
        let report = report(facts, path, message, configured.clone());
        let bare = matches!(
            path.encapsulation,
            Some(
                TunnelKind::Pptp
                    | TunnelKind::L2tp
                    | TunnelKind::Gre
                    | TunnelKind::IpIp
                    | TunnelKind::EtherIp
            )
        );
        let severity = if bare { Severity::High } else { Severity::Medium };
        out.push(report.also(found.declared.1, ledger.clone()).severity(severity));
    }
}
