//! Lines for remote maintenance of which nobody has proved with packets that they are isolated.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, management};
use crate::rules::probing::{needs_proof, proof};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::Line;

pub(super) static RULE: Rule = Rule {
    id: "isolation-unproved",
    title: Text::new(
        "分離を疎通確認していない保守回線",
        "maintenance lines whose isolation nobody probed",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("10②"), control("13⑪"), management("9.1")],
    remedy: Text::new(
        "事業者と日時を決め、確認範囲指定書を作り、相手側から届かないはずの先を疎通確認してください（sekisho probe plan → run → isolation）。",
        "Agree on a day with the party, write a scope, and probe from the far end what must not be reached (sekisho probe plan, run, isolation).",
    ),
    page: include_str!("isolation_unproved.md"),
    check: Check::Facts(check),
};

/// How many lines are pointed at.
const SHOWN: usize = 5;

/// One finding for all lines, and only where somebody has begun to probe: until then it says nothing
/// that a hospital does not know.
fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    if !facts.has_probed() {
        return;
    }
    let lines = facts.inventory.connections.iter().filter(|it| needs_proof(it));
    // What was reached is told as that.
    let reached = |it: &Entry<Connection>| {
        let line = facts.topology.probed().line(&thing(EntityKind::Connection, it));
        line.is_some_and(|it| it.reachable > 0)
    };
    let unproved = lines.filter(|it| proof(facts, it).is_none() && !reached(it));
    let unproved: Vec<&Entry<Connection>> = unproved.collect();
    let things: Vec<EntityRef> =
        unproved.iter().map(|it| thing(EntityKind::Connection, it)).collect();
    let (count, list) = (unproved.len(), names(facts.inventory, &things));
    let message = text!(
        "保守の外部接続{count}件は、分離を疎通確認で確かめた記録がありません（{list}）",
        "of {count} maintenance connection(s) nobody has proved the isolation with probes: {list}"; list
    );
    let here = |it: &Entry<Connection>| {
        let line = facts.topology.probed().line(&thing(EntityKind::Connection, it));
        match line {
            None => text!("分離の証明がありません", "no proof of its isolation"),
            Some(Line { on, isolated, undetermined, .. }) => text!(
                "{on}の確認では、分離確認済{isolated}件、判定不能{undetermined}件です",
                "on {on}, {isolated} question(s) were isolated and {undetermined} undetermined"
            ),
        }
    };
    // All of them are exposed; a few places are enough to begin with.
    let mut places = unproved.iter().take(SHOWN).map(|it| (it.id.span, here(it)));
    let Some((span, what)) = places.next() else { return };
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    out.push(Report::new(subject, message, span, what).also_all(places).exposes(things));
}
