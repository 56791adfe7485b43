//! A tunnel or forward is configured with another far end or another target than declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::rules::authority::{control, survey};
use crate::rules::pathways::{device, report};
use crate::rules::question::name as described;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::{Contradiction, Disagreement};

pub(super) static RULE: Rule = Rule {
    id: "peer-contradicts-configuration",
    title: Text::new(
        "台帳と設定で接続先・通信先が違う",
        "the far end or the target differs from the configuration",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13④"), control("13⑪"), control("2②"), survey("Q5")],
    remedy: Text::new(
        "どちらが正しいかを事業者に確かめてください。台帳が古ければ直し、設定が違っていれば、身元の分からない相手として止めてから調べてください。",
        "Ask the party which is right. Mend the ledger if it is out of date; if the device is wrong, stop the path first and find out who that is.",
    ),
    page: include_str!("peer_contradicts_configuration.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in facts.topology.paths().iter().filter(|it| it.enabled) {
        let concerned = |it: &&Contradiction| {
            use Disagreement as D;
            matches!(it.about, D::Peer | D::Sources | D::Target | D::Listen)
        };
        let mut found = path.contradictions.iter().filter(concerned);
        let (Some(first), Some((thing, _))) = (found.next(), &path.declared) else {
            continue;
        };
        let (device, name) = (device(facts, path), &path.name);
        let (declared, about) = (described(facts.inventory, thing), first.about.label());
        let message = text!(
            "「{device}」の{name}は、台帳の「{declared}」と{about}が違います",
            "{name} of `{device}` differs from the declared `{declared}` in its {about}";
            device, name, declared, about
        );
        let report = report(facts, path, message, first.configured.0.clone());
        let report = report.also(first.declared.1, first.declared.0.clone());
        out.push(found.fold(report, |report, it| {
            report
                .also(it.configured.1, it.configured.0.clone())
                .also(it.declared.1, it.declared.0.clone())
        }));
    }
}
