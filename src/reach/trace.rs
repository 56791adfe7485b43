//! The way of one packet, hop by hop, with the line that decided at each.

mod walk;

use super::device::{Event, Stage};
use super::doubt::{Assumptions, Bound};
use super::flow::Arrivals;
use super::network::Network;
use super::packets::Packet;
use crate::locale::Text;
use crate::model::vocabulary;
use crate::model::{EntityKind, EntityRef};
use crate::text;
pub(super) use walk::{all, one};

vocabulary! {
    /// How the way of a packet ends.
    Disposition("通信の結末", "disposition") {
        Accepted = "accepted" ("到達", "accepted"),
        Delivered = "delivered" ("網に到達（相手は台帳にない）", "delivered to the network"),
        Exits = "exits" ("院外へ出る", "exits"),
        DeniedIn = "denied-in" ("入口で拒否", "denied on coming in"),
        DeniedThrough = "denied-through" ("通過を拒否", "denied on passing through"),
        DeniedOut = "denied-out" ("出口で拒否", "denied on leaving"),
        Discarded = "discarded" ("破棄（経路・変換による）", "thrown away by a route or translation"),
        NoRoute = "no-route" ("経路なし", "no route"),
        NeighbourUnreachable = "neighbour-unreachable" ("次の中継先が不明", "next hop not found"),
        Loop = "loop" ("堂々巡り", "loop"),
        InsufficientInformation = "insufficient-information" ("情報不足", "insufficient information"),
    }
}

impl Disposition {
    /// Whether the packet got somewhere.
    pub const fn arrives(self) -> bool {
        matches!(self, Self::Accepted | Self::Delivered | Self::Exits)
    }

    /// Whether a filter stopped it.
    pub const fn denies(self) -> bool {
        matches!(self, Self::DeniedIn | Self::DeniedThrough | Self::DeniedOut)
    }
}

/// One stage of a way.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The device or host; the zone for the end on a network.
    pub thing: Option<EntityRef>,
    /// The thing, or the place between things, in words.
    pub name: Text,
    /// What happened there, in order.
    pub events: Vec<Event>,
}

/// The way of one packet.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The packet as it set out.
    pub packet: Packet,
    /// The stages.
    pub hops: Vec<Hop>,
    /// How it ends.
    pub end: Disposition,
    /// Where it ends.
    pub at: Option<EntityRef>,
    /// Whether everything on the way is known: no line that was not understood, no device without
    /// configuration.
    pub certain: bool,
    /// What is taken for granted.
    pub assumptions: Assumptions,
}

/// The ways of a packet that arrives on the word of the inventory alone: nothing shows by which
/// devices.
pub(super) fn by_word(network: &Network<'_>, packet: &Packet, arrivals: &Arrivals) -> Vec<Trace> {
    let permission = network.declared.permissions.iter().find(|it| it.packets.contains(packet));
    let Some(permission) = permission else { return Vec::new() };
    let says = text!(
        "台帳の記載により通過（どの機器を通るかは書かれていない）",
        "passes as declared; nothing says by which devices"
    );
    let event = Event { stage: Stage::Word, says, span: Some(permission.span) };
    let of = Hop {
        thing: Some(permission.of.clone()),
        name: Text::same(&permission.of.id),
        events: vec![event],
    };
    let ends = arrivals.at.iter().filter(|it| !it.1.is_empty()).map(|it| it.0);
    let ways = ends.map(|thing| {
        let end =
            Hop { thing: Some(thing.clone()), name: Text::same(&thing.id), events: Vec::new() };
        Trace {
            packet: packet.clone(),
            hops: vec![of.clone(), end],
            end: Disposition::Accepted,
            at: Some(thing.clone()),
            certain: true,
            assumptions: arrivals.assumptions.clone(),
        }
    });
    ways.collect()
}

impl Trace {
    /// Whether it counts on this side of the answer.
    pub fn counts(&self, bound: Bound) -> bool {
        self.end.arrives() && (bound == Bound::Possible || self.certain)
    }

    /// Whether it ends at a thing, or on the network of a zone.
    pub fn reaches(&self, thing: &EntityRef) -> bool {
        let passed = || self.hops.iter().rev().take(2).any(|it| it.thing.as_ref() == Some(thing));
        let zone = thing.kind == EntityKind::Zone;
        self.end.arrives() && (self.at.as_ref() == Some(thing) || zone && passed())
    }
}
