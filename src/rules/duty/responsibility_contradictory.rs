//! Two places of the inventory name two holders of one duty.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry, Holder, Inventory};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, handa, management};
use crate::rules::duties::{Duty, name_of};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "responsibility-contradictory",
    title: Text::new(
        "食い違っている責任分担",
        "duties that two places give to two holders",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13①"), management("2①"), handa("3.4.5")],
    remedy: Text::new(
        "契約と実際の運用を双方に確認し、どちらが正しいかを決めて、台帳の両方を同じ内容にしてください。",
        "Ask both sides what the contract says and what is done, decide which is right, and state the same in both places.",
    ),
    page: include_str!("responsibility_contradictory.md"),
    check: Check::Facts(check),
};

/// One duty, what the device says, what another place says, and which place that is.
struct Clash<'a> {
    duty: Duty,
    device: &'a Spanned<Holder>,
    other: &'a Spanned<Holder>,
    place: Text,
    connection: Option<EntityRef>,
}

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let clashes = clashes(facts.inventory, device);
        if let [first, ..] = &clashes[..] {
            out.push(report(facts.inventory, device, first, &clashes));
        }
    }
}

/// What a device says about a duty.
fn stated(device: &Device, duty: Duty) -> Option<&Spanned<Holder>> {
    let half = device.responsibility.as_ref();
    let owner = device.owner.as_ref().filter(|_| duty == Duty::Owner);
    half.and_then(|half| duty.holder(half)).or(owner)
}

fn clashes<'a>(inventory: &'a Inventory, device: &'a Entry<Device>) -> Vec<Clash<'a>> {
    let clash = |duty, own: &'a Spanned<Holder>, other: &'a Spanned<Holder>, place, connection| {
        let defined = own.value != Holder::Undefined && other.value != Holder::Undefined;
        (defined && own.value != other.value).then_some(Clash {
            duty,
            device: own,
            other,
            place,
            connection,
        })
    };
    let half = device.responsibility.as_ref();
    let two_owners = half
        .and_then(|half| half.owner.as_ref())
        .zip(device.owner.as_ref())
        .and_then(|(own, other)| {
            clash(
                Duty::Owner,
                own,
                other,
                Text::new("機器の owner", "its own `owner`"),
                None,
            )
        });
    let entering = inventory
        .connections
        .iter()
        .filter(|it| it.at.as_ref().is_some_and(|at| at.owner == device.id.value));
    let with_connections = entering.flat_map(|it| {
        let half = it.responsibility.as_ref().and_then(|it| it.inside.as_ref());
        let name = &it.name.value;
        Duty::ALL.into_iter().filter_map(move |duty| {
            let (own, other) = (stated(device, duty)?, duty.holder(half?)?);
            let place = text!("外部接続「{name}」", "the connection `{name}`");
            clash(
                duty,
                own,
                other,
                place,
                Some(thing(EntityKind::Connection, it)),
            )
        })
    });
    two_owners.into_iter().chain(with_connections).collect()
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
    let connections = clashes.iter().filter_map(|it| it.connection.clone());
    clashes
        .iter()
        .fold(report, |report, it| {
            let place = &it.place;
            report.also(
                it.other.span,
                text!("{place}に書かれた担当", "as stated at {place}"; place),
            )
        })
        .exposes(connections)
}
