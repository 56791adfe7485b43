//! Questions about what was seen that several rules ask: what is known of a connection at work,
//! how bad it is that something stands in a zone, what a box is called.

mod hours;

pub(crate) use hours::{local, stated};

use super::Facts;
use super::question::name;
use crate::inventory::{Connection, Entry};
use crate::locale::Text;
use crate::model::words::ZoneKind;
use crate::model::{EntityKind, EntityRef};
use crate::observation::Conversation;
use crate::text;
use crate::topology::observed::{Stranger, Talk, Unknown, box_of, service};
use crate::wire::words::{Mac, Spoken};

/// A conversation with what it is to the hospital.
pub(super) type Seen<'a> = (&'a Talk, &'a Conversation);

/// The declared connections that were seen at work, each with its conversations.
pub(super) fn at_work<'a>(
    facts: &Facts<'a>,
) -> impl Iterator<Item = (&'a Entry<Connection>, Vec<Seen<'a>>)> {
    let (observed, evidence) = (facts.topology.observed(), facts.evidence);
    facts.inventory.connections.iter().filter_map(move |connection| {
        let seen: Vec<_> = observed.seen(evidence, &connection.id.value).collect();
        (!seen.is_empty()).then_some((connection, seen))
    })
}

/// Every conversation that somebody answered.
pub(super) fn answered<'a>(facts: &Facts<'a>) -> impl Iterator<Item = Seen<'a>> {
    let evidence = facts.evidence;
    let talks = facts.topology.observed().talks.iter();
    let seen = talks.filter_map(move |it| Some((it, it.of(evidence)?.1)));
    seen.filter(|(_, it)| it.answered || it.forth.packets > 0 && it.back.packets > 0)
}

/// Whether care, its devices, its backups or its management stand in a zone.
pub(super) fn grave(facts: &Facts<'_>, zone: &str) -> bool {
    use ZoneKind as Z;
    facts.inventory.zones.get(zone).is_some_and(|it| {
        matches!(
            it.kind.value,
            Z::Clinical | Z::Department | Z::MedicalDevice | Z::Management | Z::Backup
        )
    })
}

/// The thing that a stranger is, or is called by until somebody knows it.
pub(super) fn subject(stranger: &Stranger) -> EntityRef {
    let address = stranger.addresses.iter().next();
    let device = |id: &str| EntityRef::new(EntityKind::Device, id);
    let unknown = || match (stranger.mac, address) {
        (Some(mac), _) => box_of(mac),
        (None, Some(it)) => device(&format!("ip-{}", it.to_string().replace(['.', ':'], "-"))),
        (None, None) => device("unknown"),
    };
    stranger.thing.clone().unwrap_or_else(unknown)
}

/// The box in words: its name in the ledger, else addresses, MAC and what it calls itself.
pub(super) fn called(facts: &Facts<'_>, stranger: &Stranger) -> Text {
    let address = stranger.addresses.iter().take(2).map(ToString::to_string);
    let mac = stranger.mac.map(|it| format!("MAC {it}"));
    let names = stranger.names.iter().take(2).cloned();
    let parts: Vec<String> = address.chain(mac).chain(names).collect();
    let parts = parts.join(", ");
    match &stranger.thing {
        Some(thing) => {
            let name = name(facts.inventory, thing);
            text!("「{name}」（{parts}）", "`{name}` ({parts})"; name)
        }
        None => Text::same(parts),
    }
}

/// Whether the finding about an exit, or about a router, tells of this box already.
pub(super) fn told_as_exit(facts: &Facts<'_>, mac: Option<Mac>) -> bool {
    let gates = &facts.topology.observed().gates;
    let gate = mac.and_then(|it| gates.get(&it));
    gate.is_some_and(|it| !it.declared && !it.spans.is_empty())
}

/// The strangers of a kind, without those that are told as exits.
pub(super) fn strangers<'a>(
    facts: &Facts<'a>,
    what: Unknown,
) -> impl Iterator<Item = &'a Stranger> {
    let strangers = facts.topology.observed().strangers.iter();
    strangers.filter(move |it| it.what == what && !told_as_exit(facts, it.mac))
}

/// What was spoken, in words: `RDP 3389/tcp`.
pub(super) fn spoken(it: &Conversation) -> Text {
    use crate::model::Vocabulary as _;
    let service = service(it);
    let carried = |it: &Spoken| !matches!(it, Spoken::Stun);
    match it.speech.iter().map(|it| it.spoken).find(carried) {
        Some(spoken) => {
            let (label, port) = (spoken.label(), service.to_string());
            text!("{label} {port}", "{label} {port}"; label)
        }
        None => Text::same(service.described()),
    }
}
