//! Two places of the inventory name two holders of one duty.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Device, Entry, Half, Holder, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, handa, management};
use crate::rules::duties::{Duty, name_of};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "responsibility-contradictory",
    title: Text::new("食い違っている責任分担", "duties that two places give to two holders"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[control("13①"), management("2①"), handa("3.4.5")],
    remedy: Text::new(
        "契約と実際の運用を双方に確認し、どちらが正しいかを決めて、台帳の両方を同じ内容にしてください。",
        "Ask both sides what the contract says and what is done, decide which is right, and state the same in both places.",
    ),
    page: include_str!("responsibility_contradictory.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let mut connections = boundary::connections_at(facts.inventory, &device.id.value);
        // A device that serves several connections, or a connection that passes several devices,
        // has duties that no single half speaks of.
        let connection = match (connections.next(), connections.next()) {
            (Some(only), None) if only.through.is_empty() => Some(only),
            _ => None,
        };
        let clashes: Vec<Clash<'_>> =
            Duty::ALL.into_iter().filter_map(|duty| clash(device, connection, duty)).collect();
        if let [first, ..] = &clashes[..] {
            let report = report(facts.inventory, device, first, &clashes);
            let with = connection.map(|it| thing(EntityKind::Connection, it));
            out.push(report.exposes(with));
        }
    }
}

/// One duty, what the device says, what another place says, and which place that is.
struct Clash<'a> {
    duty: Duty,
    device: &'a Spanned<Holder>,
    other: &'a Spanned<Holder>,
    place: Text,
}

fn clash<'a>(
    device: &'a Entry<Device>,
    connection: Option<&'a Entry<Connection>>,
    duty: Duty,
) -> Option<Clash<'a>> {
    let half = device.responsibility.as_ref();
    let stated = half.and_then(|half| duty.holder(half));
    let own = device.owner.as_ref().filter(|_| duty == Duty::Owner);
    // Either side may cut: that two are named for it is no contradiction.
    let by_connection = connection
        .filter(|_| duty != Duty::Cuts)
        .and_then(|it| Some((it, half_of(device, it)?)))
        .and_then(|(it, half)| Some((it, duty.holder(half)?)));
    let (device, other, place) = match (stated, own, by_connection) {
        (Some(stated), Some(own), _) if stated.value != own.value => {
            (stated, own, Text::new("機器の owner", "its own `owner`"))
        }
        (Some(said), _, Some((connection, other)))
        | (None, Some(said), Some((connection, other))) => {
            let name = &connection.name.value;
            let place = text!("外部接続「{name}」", "the connection `{name}`");
            (said, other, place)
        }
        _ => return None,
    };
    let defined = device.value != Holder::Undefined && other.value != Holder::Undefined;
    (defined && device.value != other.value).then_some(Clash { duty, device, other, place })
}

/// The half of a connection in which a device stands: the one whose owner is the device's. Where
/// owners are not stated, what the hospital does not own stands outside.
fn half_of<'a>(device: &Device, connection: &'a Connection) -> Option<&'a Half> {
    let halves = connection.responsibility.as_ref()?;
    let stated = device.responsibility.as_ref();
    let owner = stated.and_then(|half| half.owner.as_ref());
    let owner = owner.or(device.owner.as_ref()).map(|it| &it.value);
    let of = |half: &Half| half.owner.as_ref().map(|it| it.value.clone());
    let sides = [halves.inside.as_ref(), halves.outside.as_ref()];
    let same = |half: &&Half| owner.is_some() && of(half).as_ref() == owner;
    let [inside, outside] = sides;
    sides.into_iter().flatten().find(same).or(match owner {
        Some(Holder::Party(_)) => outside.filter(|half| of(half).is_none()),
        _ => inside,
    })
}

fn report(
    inventory: &Inventory,
    device: &Entry<Device>,
    first: &Clash<'_>,
    clashes: &[Clash<'_>],
) -> Report {
    let name = &device.name.value;
    let told: Vec<Text> = clashes
        .iter()
        .map(|it| {
            let duty = it.duty.label();
            let own = name_of(inventory, &it.device.value);
            let (other, place) = (name_of(inventory, &it.other.value), &it.place);
            text!(
                "{duty}（機器では{own}、{place}では{other}）",
                "{duty} ({own} at the device, {other} at {place})"; duty, own, place, other
            )
        })
        .collect();
    let list = Text::list(&told);
    let message = text!(
        "「{name}」の責任分担が、台帳の中で食い違っています: {list}",
        "the duties about `{name}` contradict each other: {list}"; list
    );
    let what = text!("機器に書かれた担当", "as stated at the device");
    let subject = thing(EntityKind::Device, device);
    let report = Report::new(subject, message, first.device.span, what);
    clashes.iter().fold(report, |report, it| {
        let place = &it.place;
        report.also(it.other.span, text!("{place}に書かれた担当", "as stated at {place}"; place))
    })
}
