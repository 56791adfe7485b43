//! The facts of an observation.

use crate::model::vocabulary;
use crate::wire::shared::SharedWords;
use crate::wire::words::{Announced, Mac, NamedBy, Role, Speech};
use ipnetwork::IpNetwork;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// When something was seen, in how many packets, and where it can be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// How many packets.
    #[serde(deserialize_with = "countable")]
    pub packets: u64,
    /// The number of the packet in its capture that showed it first, counted from 1 (as Wireshark
    /// counts).
    pub packet: u64,
}

/// An address that was seen to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// The address.
    pub address: IpAddr,
    /// The VLANs in which it is at home, not behind an exit; empty: untagged or not known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub vlans: BTreeSet<u16>,
    /// Hardware addresses that *own* it: from ARP, neighbour discovery or DHCP.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub macs: BTreeSet<Mac>,
    /// Names, with their source.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub names: BTreeSet<HostName>,
    /// Nobody's own: shared by routers (VRRP, HSRP).
    #[serde(default)]
    pub is_virtual: bool,
    /// When it sent.
    pub seen: Sighting,
}

/// A name of a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HostName {
    /// The name.
    pub name: String,
    /// How it was learned.
    pub by: NamedBy,
}

/// What a packet was wrapped in: the kind, with its number where it has one (`vxlan:1`, `pppoe:17`,
/// `mpls:29`, `gre`, `ip:192.0.2.1>198.51.100.1`).
pub type Wrap = String;

vocabulary! {
    /// How it is known who began.
    Guess("開始側の判断", "how it is known who began") {
        Syn = "syn" ("SYNを送った側", "sent the SYN"),
        Said = "said" ("話した内容", "what was said"),
        Port = "port" ("ポート番号", "port numbers"),
        First = "first" ("先に観測された側", "seen first"),
    }
}

/// Packets and bytes of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Packets.
    #[serde(deserialize_with = "countable")]
    pub packets: u64,
    /// Bytes on the wire.
    #[serde(deserialize_with = "countable")]
    pub bytes: u64,
}

/// A number of packets or bytes as evidence may tell it: what no wire can carry in a hundred years is
/// no count, and sums of counts stay far from the end of the numbers.
pub(super) fn countable<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    const MOST: u64 = 1 << 48;
    let count = u64::deserialize(from)?;
    match count <= MOST {
        true => Ok(count),
        false => Err(serde::de::Error::custom(format!("no count of anything: {count}"))),
    }
}

/// In which hours of the week something happened: one word a day (Monday first), one bit an hour,
/// UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours(pub [u32; 7]);

/// Everything that two addresses said to each other about one service: sessions that differ only
/// in the client's port are one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// VLAN tags, outermost first; empty: untagged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vlans: Vec<u16>,
    /// What it was wrapped in, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<Wrap>,
    /// Who began.
    pub from: IpAddr,
    /// With whom.
    pub to: IpAddr,
    /// The IP protocol number.
    pub protocol: u8,
    /// The port at `to`; none for protocols without ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The ports at `from`: `40000-40002,52311`; ends with `…` when there were too many to keep.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_ports: String,
    /// How it is known who began.
    pub guess: Guess,
    /// `to` answered (TCP: with SYN and ACK, or with data). What nobody answered is an attempt, not a way.
    pub answered: bool,
    /// When.
    pub seen: Sighting,
    /// How many sessions.
    #[serde(deserialize_with = "countable")]
    pub sessions: u64,
    /// What `from` sent.
    pub forth: Count,
    /// What `to` sent.
    pub back: Count,
    /// The longest session, in seconds.
    #[serde(default, deserialize_with = "countable")]
    pub longest: u64,
    /// How many sessions stood at the same time.
    #[serde(default)]
    pub parallel: u32,
    /// In which hours of the week.
    #[serde(default)]
    pub hours: Hours,
    /// On how many days something was said: days since 1970-01-01 (UTC), as ranges like `from_ports`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub days: String,
    /// What was spoken, sorted; empty: not recognised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speech: Vec<Speech>,
    /// The hardware addresses between which it crossed the tapped segments, in the direction of
    /// `forth`, sorted. More than one: the tap showed it more than once.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub hops: BTreeSet<(Mac, Mac)>,
    /// The same conversation with other addresses (translated), as `from>to`, sorted. With prefix
    /// lengths: everything between these networks, where there was too much to keep apart.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also_as: BTreeSet<String>,
}

/// A box behind which there are other addresses: the hardware address that carries them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The hardware address.
    pub mac: Mac,
    /// The VLAN in which it was seen; none: untagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// Its own addresses, as far as known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub own: BTreeSet<IpAddr>,
    /// Networks behind it, to which packets were sent through it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub outward: BTreeSet<IpNetwork>,
    /// Networks behind it, from which packets came through it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub inward: BTreeSet<IpNetwork>,
    /// When.
    pub seen: Sighting,
}

/// What a box does for the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSeen {
    /// What.
    pub role: Role,
    /// Its hardware address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac: Option<Mac>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The VLAN; none: untagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// With which words.
    #[serde(default, skip_serializing_if = "SharedWords::is_empty")]
    pub details: SharedWords,
    /// When.
    pub seen: Sighting,
}

/// What a box announces to its neighbour on the cable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its hardware address, as the frame says.
    pub mac: Mac,
    /// The VLAN; none: untagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// What it announces.
    pub announced: Announced,
    /// When.
    pub seen: Sighting,
}
