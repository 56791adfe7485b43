//! Nobody knows how long it will be supported: neither the inventory nor the dated data says.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::advisories::Product;
use crate::rules::authority::{checklist, control};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "support-end-unknown",
    title: Text::new(
        "サポートの終了日が分からない製品",
        "products whose end of support is not known",
    ),
    severity: Severity::Info,
    confidence: Confidence::High,
    references: &[control("8③"), checklist("2⑥")],
    remedy: Text::new(
        "製造者の案内または保守事業者への問合せで終了日を確かめ、support_until に書いてください。版が書かれていないものは os.version も書いてください。",
        "Find the day in the maker's notices or ask whoever maintains it, and state it as `support_until`; state `os.version` too where it is missing.",
    ),
    page: include_str!("support_end_unknown.md"),
    check: Check::Facts(check),
};

/// How many products a message names.
const SHOWN: usize = 8;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let devices = inventory.devices.iter().filter(|it| it.support_until.is_none()).map(|it| {
        let software = it.os.as_ref().map(|it| it.name.span);
        let named = software.or(it.model.as_ref().map(|it| it.span));
        (thing(EntityKind::Device, it), Product::device(it), named)
    });
    let systems = inventory.systems.iter().filter(|it| it.support_until.is_none());
    let systems = systems.map(|it| {
        let software = it.os.as_ref().map(|it| it.name.span);
        (thing(EntityKind::System, it), Product::system(it), software)
    });
    let unknown = devices.chain(systems).filter_map(|(thing, product, named)| {
        let known = facts.advisories.support_of(product).next().is_some();
        named.filter(|_| !known).map(|span| (thing, product.to_string(), span))
    });
    let unknown: Vec<(EntityRef, String, Span)> = unknown.collect();
    let Some((_, _, first)) = unknown.first() else {
        return;
    };
    let mut products: Vec<&str> = Vec::new();
    for (_, product, _) in &unknown {
        if !products.contains(&product.as_str()) {
            products.push(product);
        }
    }
    let shown = products.iter().take(SHOWN).map(|it| Text::same(*it));
    let list = Text::list(&shown.collect::<Vec<_>>());
    let list = match products.len().checked_sub(SHOWN) {
        Some(more @ 1..) => text!("{list} ほか{more}種", "{list} and {more} more"; list),
        _ => list,
    };
    let dated = facts.advisories.dated.map_or_else(String::new, |it| it.to_string());
    let message = text!(
        "次の製品のサポート終了日は、台帳にも同梱の情報（{dated}時点）にもありません。指摘がないことは、サポート中であることを意味しません: {list}",
        "neither the inventory nor the data of {dated} says until when these are supported; no finding does not mean that they are: {list}"; list
    );
    let what = text!("終了日が分かりません", "until when is not known");
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    let things = unknown.iter().map(|(thing, _, _)| thing.clone());
    out.push(Report::new(subject, message, *first, what).exposes(things));
}
