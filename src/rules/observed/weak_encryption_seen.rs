//! Broken methods of encryption were seen at work across the border.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::observation::Conversation;
use crate::rules::authority::control;
use crate::rules::question::name;
use crate::rules::seen::answered;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::{Verdict, Way};
use crate::wire::words::{Detail, Spoken};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "weak-encryption-seen",
    title: Text::new("弱い暗号化の観測", "weak encryption was seen"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13④"), control("13⑥")],
    remedy: Text::new(
        "相手と同時に、IPsecはIKEv2とAES・SHA-2・DHグループ14以上へ、TLSは1.3（できない場合は1.2）へ変更し、古い方式は候補からも外してください。",
        "Together with the other end, change IPsec to IKEv2 with AES, SHA-2 and group 14 or higher, and TLS to 1.3 or at least 1.2; take the old ones off the list of proposals.",
    ),
    page: include_str!("weak_encryption_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, Vec<(Span, Text)>> = BTreeMap::new();
    for (talk, it) in answered(facts) {
        let Way::Crossing { verdict, .. } = &talk.way else { continue };
        let weak = weaknesses(it);
        let inner = talk.ends().and_then(|(inner, _)| inner.place());
        let subject = match verdict {
            Verdict::Declared(id) | Verdict::Assumed(id) | Verdict::Beyond(id) => {
                Some(EntityRef::new(EntityKind::Connection, id))
            }
            // The internet at large chooses its own methods; what a browser gets is not ours.
            Verdict::AtLarge(_) => None,
            Verdict::Permitted(_) | Verdict::Undeclared => inner,
        };
        if let (Some(subject), false) = (subject, weak.is_empty()) {
            let places = found.entry(subject).or_default();
            places.extend(weak.into_iter().map(|what| (talk.span, what)));
        }
    }
    for (thing, places) in found {
        let mut kinds: Vec<Text> = Vec::new();
        for (_, what) in &places {
            if !kinds.contains(what) {
                kinds.push(what.clone());
            }
        }
        let (name, kinds) = (name(facts.inventory, &thing), Text::list(&kinds));
        let message = text!(
            "「{name}」で、破られるおそれのある暗号化が使われています（{kinds}）",
            "{name} uses encryption that can be broken: {kinds}"; name, kinds
        );
        let mut places = places
            .into_iter()
            .map(|(span, it)| (span, text!("使われている方式 {it}", "in use: {it}"; it)));
        if let Some((span, here)) = places.next() {
            out.push(Report::new(thing, message, span, here).also_all(places));
        }
    }
}

/// What of a conversation can be broken: of what was chosen, never of what was merely offered.
fn weaknesses(it: &Conversation) -> Vec<Text> {
    let mut weak = Vec::new();
    for speech in &it.speech {
        let values = |detail: Detail| speech.details.get(&detail).into_iter().flatten();
        match speech.spoken {
            Spoken::Tls => {
                let old = values(Detail::Version).filter(|it| {
                    matches!(it.as_str(), "SSL 2.0" | "SSL 3.0" | "TLS 1.0" | "TLS 1.1")
                });
                weak.extend(old.map(|it| Text::same(it.clone())));
                let broken = ["RC4", "3DES", "_DES", "NULL", "EXPORT", "anon"];
                let chosen =
                    values(Detail::Chosen).filter(|it| broken.iter().any(|word| it.contains(word)));
                weak.extend(chosen.map(|it| Text::same(it.clone())));
            }
            Spoken::Ike => {
                if values(Detail::Mode).any(|it| it.contains("aggressive")) {
                    weak.push(Text::new("IKEv1 アグレッシブモード", "IKEv1 aggressive mode"));
                }
                for chosen in values(Detail::Chosen) {
                    let parts = chosen.split(['/', ',']).map(str::trim);
                    let bad = parts.filter(|it| {
                        matches!(*it, "MD5" | "MODP-768" | "MODP-1024" | "MODP-1024-160")
                            || it.starts_with("DES-")
                            || it.starts_with("3DES")
                            || it.contains("HMAC-MD5")
                    });
                    weak.extend(bad.map(|it| Text::same(it.to_owned())));
                }
            }
            Spoken::Pptp => weak.push(Text::same("PPTP")),
            _ => {}
        }
    }
    weak.dedup();
    weak
}
