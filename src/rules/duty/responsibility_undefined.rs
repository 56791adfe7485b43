//! Nobody holds a duty, or nobody wrote down who does.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Device, Entry, Half, Holder, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::PartyKind;
use crate::rules::authority::{control, handa, management, okayama, survey};
use crate::rules::duties::Duty;
use crate::rules::question::{entry_devices, thing, with_internet};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "responsibility-undefined",
    title: Text::new("担当の決まっていない外部接続", "a connection with unassigned duties"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13①"), management("2①"), survey("Q4"), handa("3.4.5"), okayama("8.3.4")],
    remedy: Text::new(
        "接続先の事業者と協議し、院内側と院外側それぞれの担当を契約または覚書に書いてください。特に、更新の適用と緊急時の遮断を誰が行うかを先に決めてください。",
        "Settle with the party who holds each duty on either side and put it into the contract. Begin with who applies updates and who cuts in an emergency.",
    ),
    page: include_str!("responsibility_undefined.md"),
    check: Check::Facts(check),
};

/// What the hospital can settle about the other side.
const OUTSIDE: [Duty; 3] = [Duty::Owner, Duty::Maintainer, Duty::Patches];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        out.extend(judge(facts.inventory, connection));
    }
}

/// A duty without a holder: its name, whether it was asked, and where.
struct Open {
    words: Text,
    asked: Option<Span>,
}

fn judge(inventory: &Inventory, connection: &Entry<Connection>) -> Option<Report> {
    let stated = connection.responsibility.as_ref();
    let devices: Vec<_> = entry_devices(inventory, connection).collect();
    let inside = Duty::ALL
        .into_iter()
        .filter_map(|duty| open(duty, stated.and_then(|it| it.inside.as_ref()), &devices))
        .map(|it| in_half(Text::new("院内側", "inside"), it));
    let outside = OUTSIDE
        .into_iter()
        .filter(|_| negotiable(inventory, connection))
        .filter_map(|duty| open(duty, stated.and_then(|it| it.outside.as_ref()), &[]))
        .map(|it| in_half(Text::new("院外側", "outside"), it));
    let open: Vec<Open> = inside.chain(outside).collect();
    if open.is_empty() {
        return None;
    }
    let name = &connection.name.value;
    let words: Vec<Text> = open.iter().map(|it| it.words.clone()).collect();
    let list = Text::list(&words);
    let message = text!(
        "外部接続「{name}」の担当が決まっていません: {list}",
        "the connection `{name}` has unassigned duties: {list}"; list
    );
    let asked = open.iter().find_map(|it| it.asked);
    let span = asked.or(stated.map(|it| it.span)).unwrap_or(connection.id.span);
    let what = text!("担当を決めて書きます", "settle and state who holds them");
    let report = Report::new(thing(EntityKind::Connection, connection), message, span, what);
    let report = if with_internet(inventory, connection) {
        report.remedy(Text::new(
            "院内側の機器の担当を、院内の担当者と保守を任せている会社（いれば）の間で決め、台帳に書いてください。特に、更新の適用と緊急時の遮断を誰が行うかを先に決めてください。",
            "Settle who looks after the device inside, among the hospital's own staff and whoever maintains it, and state it. Begin with who applies updates and who cuts in an emergency.",
        ))
    } else {
        report
    };
    Some(match asked {
        Some(_) => report.severity(Severity::High),
        None => report,
    })
}

/// A duty that nobody holds. What the half leaves out, the devices may state.
fn open(duty: Duty, half: Option<&Half>, devices: &[&Entry<Device>]) -> Option<Open> {
    let own = half.and_then(|half| duty.holder(half));
    let by_device = || {
        devices.iter().find_map(|device| {
            let owner = device.owner.as_ref().filter(|_| duty == Duty::Owner);
            owner.or_else(|| duty.holder(device.responsibility.as_ref()?))
        })
    };
    match own.or_else(by_device) {
        Some(holder) if holder.value == Holder::Undefined => {
            let duty = duty.label();
            Some(Open {
                words: text!("{duty}（未定）", "{duty} (undefined)"; duty),
                asked: Some(holder.span),
            })
        }
        Some(_) => None,
        None => Some(Open { words: duty.label(), asked: None }),
    }
}

fn in_half(half: Text, open: Open) -> Open {
    let words = open.words;
    Open { words: text!("{half}の{words}", "{half}: {words}"; half, words), asked: open.asked }
}

/// Whether the other side's duties are a matter between the two: not with an authority, the
/// carrier, the internet at large or the hospital's own staff.
fn negotiable(inventory: &Inventory, connection: &Connection) -> bool {
    let party = inventory.parties.get(connection.party.id());
    !party.is_some_and(|it| {
        matches!(
            it.kind.value,
            PartyKind::Authority | PartyKind::Carrier | PartyKind::Internet | PartyKind::Staff
        )
    })
}
