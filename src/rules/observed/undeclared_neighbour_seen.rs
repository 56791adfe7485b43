//! A box that is not ours announced itself on a cable.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, nist};
use crate::rules::seen::{called, strangers, subject};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::observed::{Stranger, Unknown};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-neighbour-seen",
    title: Text::new("台帳にない隣接機器の観測", "a neighbour that nobody declared was seen"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②"), checklist("2①"), nist("CM-8(3)")],
    remedy: Text::new(
        "名乗っている名前とポートから機器を突き止めてください。病院の機器なら台帳に書き（interfaces の addresses か mac があると照合できます）、事業者の機器なら責任分界と契約を確かめてください。",
        "Find the box by the name and port that it announces. Declare it if it is the hospital's, with addresses or MAC so that it is recognised; if it is a party's, check demarcation and contract.",
    ),
    page: include_str!("undeclared_neighbour_seen.md"),
    check: Check::Facts(check),
};

/// So many boxes of one make are told one by one; more (telephones, access points) together.
const FEW: usize = 3;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let hosts: Vec<_> = strangers(facts, Unknown::Host).filter_map(|it| it.mac).collect();
    let mut makes: BTreeMap<String, Vec<&Stranger>> = BTreeMap::new();
    for stranger in strangers(facts, Unknown::Neighbour) {
        // A box that has an address in a zone is told there.
        if stranger.mac.is_some_and(|it| hosts.contains(&it)) {
            continue;
        }
        let make = stranger.names.iter().next_back().cloned().unwrap_or_default();
        makes.entry(make).or_default().push(stranger);
    }
    for group in makes.into_values() {
        let groups: Vec<&[&Stranger]> =
            if group.len() > FEW { vec![&group] } else { group.chunks(1).collect() };
        for boxes in groups {
            out.extend(report(facts, boxes));
        }
    }
}

fn report(facts: &Facts<'_>, boxes: &[&Stranger]) -> Option<Report> {
    let first = boxes.first()?;
    let here = text!("台帳にない隣接機器", "a neighbour that nobody declared");
    let mut places = boxes.iter().flat_map(|it| it.spans.iter().map(|it| (*it, here.clone())));
    let (span, text) = places.next()?;
    let called = called(facts, first);
    let message = match boxes.len() - 1 {
        0 => text!(
            "台帳にない機器が、ケーブルの先で名乗っています：{called}",
            "a box that nobody declared announces itself on a cable: {called}"; called
        ),
        more => text!(
            "台帳にない機器が、ケーブルの先で名乗っています：{called} ほか{more}台",
            "boxes that nobody declared announce themselves on cables: {called} and {more} more"; called
        ),
    };
    Some(Report::new(subject(first), message, span, text).also_all(places))
}
