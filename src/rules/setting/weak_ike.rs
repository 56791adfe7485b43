//! Keys of a tunnel are agreed in a way that can be broken.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::device::{Ike, Tunnel};
use crate::model::words::Authentication;
use crate::rules::authority::control;
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "weak-ike",
    title: Text::new("弱い鍵交換・暗号のIPsec", "IPsec with a weak key exchange or cipher"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13④"), control("13⑥")],
    remedy: Text::new(
        "相手の事業者と同時に、IKEv2（できない場合はメインモード）、AES-256（少なくともAES-128）、SHA-256以上、DHグループ14以上へ変更してください。古い方式は候補からも外してください。",
        "Change together with the other end to IKEv2 (main mode where it cannot), AES-256 or at least AES-128, SHA-256 or better, and group 14 or higher; take the old ones off the list of proposals.",
    ),
    page: include_str!("weak_ike.md"),
    check: Check::Facts(check),
};

/// Diffie-Hellman groups of 1024 bits and less (RFC 2409, RFC 5114; RFC 8247 says not to use them).
const WEAK_GROUPS: [u16; 3] = [1, 2, 22];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let tunnels = configured.config.tunnels.iter().filter(|it| it.disabled.is_none());
    let weak: Vec<_> =
        tunnels.map(|it| (it, weaknesses(it))).filter(|(_, it)| !it.is_empty()).collect();
    let mut places = weak.iter().flat_map(|(_, it)| it).map(|it| (it.span, it.what.clone()));
    let (span, what) = places.next()?;
    let mut names: Vec<&str> = weak.iter().map(|(it, _)| it.name.as_str()).collect();
    names.dedup();
    let names: Vec<_> = names.into_iter().map(Text::same).collect();
    let (name, tunnels) = (facts.inventory.name_of(thing), Text::list(&names));
    let message = text!(
        "「{name}」のIPsec（{tunnels}）は、破られるおそれのある方式を使っています",
        "IPsec of `{name}` ({tunnels}) uses methods that can be broken"; tunnels
    );
    let grave = weak.iter().flat_map(|(_, it)| it).any(|it| it.grave);
    let report = Report::new(thing.clone(), message, span, what).also_all(places);
    Some(if grave { report.severity(Severity::High) } else { report })
}

struct Weakness {
    span: Span,
    what: Text,
    /// Whether it can be broken with the means of one attacker.
    grave: bool,
}

fn weaknesses(tunnel: &Tunnel) -> Vec<Weakness> {
    let Some(ike) = &tunnel.ike else {
        return Vec::new();
    };
    let mut weak: Vec<Weakness> = aggressive(tunnel, ike).into_iter().collect();
    for cipher in &ike.encryption {
        let grave = match cipher.value.as_str() {
            "des" => true,
            "3des" => false,
            _ => continue,
        };
        let name = cipher.value.to_uppercase();
        let what = text!(
            "暗号 {name} は古く、使わないことになっています",
            "the cipher {name} is obsolete"
        );
        weak.push(Weakness { span: cipher.span, what, grave });
    }
    for hash in ike.hash.iter().filter(|it| it.value == "md5") {
        let what = text!("MD5 は古く、使わないことになっています", "MD5 is obsolete");
        weak.push(Weakness { span: hash.span, what, grave: false });
    }
    for group in ike.groups.iter().filter(|it| WEAK_GROUPS.contains(&it.value)) {
        let number = group.value;
        let bits = if number == 1 { 768 } else { 1024 };
        let what = text!(
            "DHグループ{number}（{bits}ビット）は短すぎます",
            "group {number} ({bits} bits) is too short"
        );
        weak.push(Weakness { span: group.span, what, grave: number == 1 });
    }
    weak
}

/// In aggressive mode a pre-shared key can be guessed at leisure by whoever saw, or provoked, one answer.
fn aggressive(tunnel: &Tunnel, ike: &Ike) -> Option<Weakness> {
    let span = ike.aggressive?;
    let other_proof = tunnel.authentication.iter().any(|it| {
        matches!(it, Authentication::MachineCertificate | Authentication::ClientCertificate)
    });
    let what = text!(
        "アグレッシブモードでは、事前共有鍵を手元で推測できる応答が相手に渡ります",
        "in aggressive mode anybody gets an answer from which the pre-shared key can be guessed offline"
    );
    (!other_proof).then_some(Weakness { span, what, grave: true })
}
