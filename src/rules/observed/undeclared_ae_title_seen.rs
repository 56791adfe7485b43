//! DICOM was spoken under an AE title that the ledger does not have.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::rules::authority::{control, management};
use crate::rules::question::name;
use crate::rules::seen::answered;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::Owner;
use crate::wire::words::{Detail, Spoken};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-ae-title-seen",
    title: Text::new("台帳にないAEタイトルの観測", "an AE title that nobody declared was seen"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13④"), control("2②"), management("9")],
    remedy: Text::new(
        "装置の設定を確かめ、正しいAEタイトルなら台帳の ae_titles に書いてください。心当たりがなければ、そのアドレスの機器が本当にその装置かを確かめてください。",
        "Look at the setup of the machine. State the title under `ae_titles` if it is right; otherwise see whether the box at that address is the machine at all.",
    ),
    page: include_str!("undeclared_ae_title_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, BTreeMap<String, Span>> = BTreeMap::new();
    for (talk, it) in answered(facts) {
        for speech in it.speech.iter().filter(|it| it.spoken == Spoken::Dicom) {
            let ends = [(&talk.from, Detail::CallingAe), (&talk.to, Detail::CalledAe)];
            for (owner, detail) in ends {
                let titles = speech.details.get(&detail).into_iter().flatten();
                for title in titles.filter(|it| is_strange(facts, owner, it)) {
                    let Some(thing) = owner.thing.clone() else { continue };
                    found.entry(thing).or_default().entry(title.clone()).or_insert(talk.span);
                }
            }
        }
    }
    for (thing, titles) in found {
        let list: Vec<&str> = titles.keys().map(String::as_str).collect();
        let (name, list) = (name(facts.inventory, &thing), list.join(", "));
        let list = Text::same(list);
        let message = text!(
            "「{name}」が、台帳にないAEタイトル {list} でDICOM通信をしています",
            "{name} speaks DICOM under AE titles that are not declared: {list}"; name, list
        );
        let mut places = titles
            .iter()
            .map(|(title, span)| (*span, text!("AEタイトル {title}", "AE title {title}")));
        let Some((span, here)) = places.next() else { continue };
        let stated = facts.inventory.systems.get(&thing.id).and_then(|it| it.ae_titles.first());
        let report = Report::new(thing.clone(), message, span, here).also_all(places);
        let stated = stated.map(|it| (it.span, text!("台帳のAEタイトル", "what is declared")));
        out.push(stated.into_iter().fold(report, Report::also_at));
    }
}

/// Whether a declared system that states its titles does not state this one.
fn is_strange(facts: &Facts<'_>, owner: &Owner, title: &str) -> bool {
    owner.system(facts.inventory).is_some_and(|it| {
        !it.ae_titles.is_empty() && it.ae_titles.iter().all(|it| it.value.trim() != title.trim())
    })
}
