//! What one tap saw in one stretch, and sets of that.

use super::facts::{Conversation, Exit, Host, Neighbour, RoleSeen, countable};
use crate::model::vocabulary;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the shape of evidence. Additions with a default keep it.
pub const SCHEMA: u32 = 1;

vocabulary! {
    /// What was read.
    SourceKind("観測の方法", "kind of source") {
        File = "file" ("保存済みのキャプチャ", "capture file"),
        Pipe = "pipe" ("パイプ", "pipe"),
        Live = "live" ("ライブ取得", "live capture"),
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// How.
    pub kind: SourceKind,
    /// The name of the file without its folder, or of the interface.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal; empty for live captures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

/// An interface of a capture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interface {
    /// Its name; empty when the capture has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The link type (`LINKTYPE_…`, tcpdump.org).
    pub link_type: u16,
    /// How many bytes of a packet were kept at most; 0 is no limit.
    #[serde(default)]
    pub snap_length: u32,
    /// The filter with which it was captured.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
}

vocabulary! {
    /// Why a packet, or a part of one, gave nothing.
    Reason("読めなかった理由", "reason why nothing was read") {
        LinkType = "link-type" ("未対応のリンク種別", "link type not supported"),
        Truncated = "truncated" ("途中で切れている", "cut short"),
        Malformed = "malformed" ("形式の誤り", "malformed"),
        TooDeep = "too-deep" ("入れ子が深すぎる", "wrapped too deeply"),
        FragmentLost = "fragment-lost" ("断片が揃わない", "fragments missing"),
        NotIp = "not-ip" ("IP以外の未対応プロトコル", "other protocol, not supported"),
        Damaged = "damaged" ("ファイルの破損", "damaged file"),
    }
}

/// How much was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Packets in the capture, understood or not.
    #[serde(deserialize_with = "countable")]
    pub packets: u64,
    /// Their bytes on the wire.
    #[serde(deserialize_with = "countable")]
    pub bytes: u64,
    /// What the kernel dropped; none when the capture does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// Packets that a tap showed again (routed or translated copies).
    #[serde(default, deserialize_with = "countable")]
    pub copies: u64,
    /// Packets that gave nothing, or not everything, by reason. `link-type:147` names which.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub undecoded: BTreeMap<String, u64>,
    /// Flows that were counted together because there were too many to keep apart.
    #[serde(default, deserialize_with = "countable")]
    pub aggregated: u64,
}

vocabulary! {
    /// How it is known that a clock is ahead or behind.
    ClockBy("時計のずれの根拠", "how the offset of a clock is known") {
        Stated = "stated" ("取得した人の申告", "stated by whoever captured"),
    }
}

/// The clock of the host that captured. The times of packets are as that clock told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// By how many milliseconds it was ahead of the time of day; negative when it was behind.
    pub offset_ms: i64,
    /// How that is known.
    pub by: ClockBy,
}

/// What one tap saw in one stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The version of the shape: [`SCHEMA`] when it was written.
    pub schema: u32,
    /// What made it: `sekisho 0.1.0`.
    pub tool: String,
    /// What identifies it: equal ids are equal pieces. SHA-256 in hexadecimal.
    pub id: String,
    /// The name of the tap (観測点), as the inventory calls it.
    pub tap: String,
    /// What was read.
    pub source: Source,
    /// Its interfaces.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// When the first packet was seen.
    #[serde(default)]
    pub first: Option<Timestamp>,
    /// When the last packet was seen.
    #[serde(default)]
    pub last: Option<Timestamp>,
    /// When the tap was at work, where it was not from `first` to `last`: it paused, or pieces with
    /// time between them were put together. In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<(Timestamp, Timestamp)>,
    /// The clock that told these times; none when nobody compared it with another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// How much.
    #[serde(default)]
    pub counts: Counts,
    /// The ids of the pieces that were rolled into this one, sorted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub contains: BTreeSet<String>,
    /// Addresses that were seen to send, sorted.
    #[serde(default)]
    pub hosts: Vec<Host>,
    /// Who talked to whom, sorted.
    #[serde(default)]
    pub conversations: Vec<Conversation>,
    /// Boxes behind which there are other addresses, sorted.
    #[serde(default)]
    pub exits: Vec<Exit>,
    /// What boxes do for the network, sorted.
    #[serde(default)]
    pub roles: Vec<RoleSeen>,
    /// What boxes announce to their neighbours, sorted.
    #[serde(default)]
    pub neighbours: Vec<Neighbour>,
}

impl Piece {
    /// When the tap was at work, in order.
    pub fn stretches(&self) -> Vec<(Timestamp, Timestamp)> {
        match self.watched.is_empty() {
            true => self.first.zip(self.last).into_iter().collect(),
            false => self.watched.clone(),
        }
    }
}

/// Pieces, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The pieces.
    pub pieces: BTreeMap<String, Piece>,
}

impl Observation {
    /// Adds a piece; one that is there already, or inside another one, adds nothing.
    pub fn add(&mut self, piece: Piece) {
        if self.pieces.values().any(|it| it.contains.contains(&piece.id)) {
            return;
        }
        self.pieces.retain(|id, _| !piece.contains.contains(id));
        self.pieces.entry(piece.id.clone()).or_insert(piece);
    }

    /// Both together.
    pub fn merge(&mut self, other: Self) {
        for (_, piece) in other.pieces {
            self.add(piece);
        }
    }

    /// Whether nobody looked.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}
