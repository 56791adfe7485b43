//! Where the hospital's half ends is not known.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::PartyKind;
use crate::rules::authority::{control, management, okayama, survey};
use crate::rules::question::{thing, with_internet};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "demarcation-undefined",
    title: Text::new(
        "責任分界点の決まっていない外部接続",
        "a connection without a boundary of duty",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13①"), management("2①"), survey("Q4"), okayama("8.3.4")],
    remedy: Text::new(
        "どの機器のどの口までが病院の責任かを事業者と確認し、契約または覚書と台帳に書いてください。",
        "Settle with the party up to which port of which device the hospital is responsible, and state it in the contract and the inventory.",
    ),
    page: include_str!("demarcation_undefined.md"),
    check: Check::Facts(check),
};

/// What people write when they do not know.
const UNKNOWN: [&str; 6] = ["未定", "不明", "未確認", "undefined", "unknown", "?"];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let stated = connection.demarcation.as_ref();
        let known = stated.is_some_and(|it| !UNKNOWN.contains(&it.trim()));
        let party = facts.inventory.parties.get(connection.party.id());
        // With the hospital's own staff there is no second side.
        let staff = party.is_some_and(|it| it.kind.value == PartyKind::Staff);
        if known || staff {
            continue;
        }
        let name = &connection.name.value;
        let internet = with_internet(facts.inventory, connection);
        let named = Text::same(party.map_or(connection.party.id(), |it| it.name.value.as_str()));
        let other = if internet { Text::new("通信事業者", "the carrier") } else { named };
        let message = text!(
            "外部接続「{name}」で、{other}との責任分界点が決まっていません",
            "the boundary of duty with {other} is not settled for the connection `{name}`"; other
        );
        let span = stated.map_or(connection.id.span, |it| it.span);
        let what = text!("責任分界点（demarcation）", "the boundary (`demarcation`)");
        let subject = thing(EntityKind::Connection, connection);
        let report = Report::new(subject, message, span, what);
        out.push(if internet {
            report.severity(Severity::Low).remedy(Text::new(
                "回線のどこまでが通信事業者の責任か（ふつうはONUまで）を約款または契約で確かめ、その先の機器の口とともに台帳に書いてください。",
                "Look into the carrier's terms how far its responsibility goes, usually to the line terminal, and state it with the port of the device behind it.",
            ))
        } else {
            report
        });
    }
}
