//! What was seen on the wire, for people: who, when, how much, what could not be read; then what an
//! administrator looks for first.

mod csv;
mod json;
mod networks;
mod rows;
mod text;

pub use csv::{conversations_csv, flows_csv, flows_of};
pub use json::json;
pub use networks::{Between, Networks};
pub use text::text;

use crate::locale::Text;
use crate::observation::lines::Facts;
use crate::observation::{Conversation, Exit, Neighbour, Outline, Piece, RoleSeen};
use crate::wire::words::Spoken;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// So many conversations of a kind are told one by one; the rest is counted.
const MOST: usize = 2000;
/// So many pairs of ends are remembered.
const PAIRS: usize = 1 << 16;

/// Conversations of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Through a tunnel, or the tunnel itself.
    Tunnel,
    /// Somebody works on a machine from afar.
    Remote,
    /// With an address of the internet.
    Outside,
    /// Nobody answered, or one side was not seen.
    Unanswered,
    /// Between addresses inside.
    Inside,
}

impl Kind {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 5] =
        [Self::Tunnel, Self::Remote, Self::Outside, Self::Unanswered, Self::Inside];

    /// Short name. Stable.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tunnel => "tunnels",
            Self::Remote => "remote",
            Self::Outside => "outside",
            Self::Unanswered => "unanswered",
            Self::Inside => "inside",
        }
    }

    /// What it is called.
    pub const fn title(self) -> Text {
        match self {
            Self::Tunnel => Text::new("トンネル", "Tunnels"),
            Self::Remote => Text::new("遠隔操作・遠隔接続", "Remote control and remote login"),
            Self::Outside => {
                Text::new("院外のアドレスとの通信", "Conversations with addresses outside")
            }
            Self::Unanswered => Text::new(
                "院外のアドレスとの、応答の見られなかった通信",
                "Attempts with addresses outside that nobody was seen to answer",
            ),
            Self::Inside => Text::new(
                "院内のアドレスどうしの通信（通信量の多い順）",
                "Conversations between addresses inside, the largest first",
            ),
        }
    }

    /// The kinds that a conversation is of.
    fn of(it: &Outline<'_>) -> impl Iterator<Item = Self> {
        const REMOTE: [Spoken; 5] =
            [Spoken::RemoteControl, Spoken::Rdp, Spoken::Vnc, Spoken::Ssh, Spoken::Telnet];
        let spoken = |of: &dyn Fn(Spoken) -> bool| it.speech.iter().any(|it| of(it.spoken));
        let tunnel = spoken(&Spoken::is_tunnel).then_some(Self::Tunnel);
        let remote = spoken(&|it| REMOTE.contains(&it)).then_some(Self::Remote);
        let other = match is_public(it.from) || is_public(it.to) {
            _ if tunnel.or(remote).is_some() || is_group(it.to) => None,
            true if it.answered => Some(Self::Outside),
            true => Some(Self::Unanswered),
            false => Some(Self::Inside),
        };
        [tunnel, remote, other].into_iter().flatten()
    }
}

/// What a conversation is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Recognised by what is said.
    Spoken(Spoken),
    /// A protocol directly over IP that is what its number says.
    Protocol(u8),
    /// Nobody knows.
    Unknown,
}

impl What {
    fn of(it: &Outline<'_>) -> Self {
        match it.speech.first() {
            Some(speech) => Self::Spoken(speech.spoken),
            None if rows::protocol(it.protocol).is_some() => Self::Protocol(it.protocol),
            None => Self::Unknown,
        }
    }
}

/// Conversations of a kind: those with the most bytes.
#[derive(Debug, Default)]
pub struct Told {
    /// Told one by one.
    foremost: Vec<Foremost>,
    /// How many there are in all.
    pub count: usize,
    /// How many of them are more of the same: IKE on both its ports, ESP and AH between the same two ends
    /// are one IPsec.
    pub again: usize,
    ipsec: BTreeSet<(IpAddr, IpAddr)>,
    /// With fewer bytes than this a conversation is only counted.
    least: u64,
}

/// A conversation that may be told, in the order in which it is: the most bytes first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Foremost {
    bytes: Reverse<u64>,
    ends: (IpAddr, IpAddr),
    service: (u8, Option<u16>),
    /// Which piece has it, and at which place.
    piece: usize,
    place: usize,
}

impl Told {
    fn add(&mut self, it: &Outline<'_>, piece: usize) {
        const IPSEC: [Spoken; 3] = [Spoken::Ike, Spoken::Esp, Spoken::Ah];
        self.count += 1;
        if it.speech.iter().any(|it| IPSEC.contains(&it.spoken)) && self.ipsec.len() < PAIRS {
            let is_new = self.ipsec.insert((it.from.min(it.to), it.from.max(it.to)));
            self.again += usize::from(!is_new);
        }
        if it.bytes < self.least {
            return;
        }
        self.foremost.push(Foremost {
            bytes: Reverse(it.bytes),
            ends: (it.from, it.to),
            service: (it.protocol, it.port),
            piece,
            place: it.place,
        });
        if self.foremost.len() >= MOST * 2 {
            self.shorten();
        }
    }

    /// Keeps the foremost, in no order.
    fn shorten(&mut self) {
        if self.foremost.len() >= MOST {
            let (_, last, _) = self.foremost.select_nth_unstable(MOST - 1);
            self.least = last.bytes.0;
            self.foremost.truncate(MOST);
        }
    }

    /// Keeps the foremost, in their order.
    fn settle(&mut self) {
        self.shorten();
        self.foremost.sort_unstable();
    }
}

/// What there is to say of observations.
#[derive(Default)]
pub struct Summary<'a> {
    pieces: Vec<&'a dyn Facts>,
    /// How many hosts were seen to send; the same host in two pieces counts twice.
    pub hosts: usize,
    /// How many conversations there were.
    pub conversations: usize,
    /// What is spoken: how many conversations, how many bytes.
    pub spoken: BTreeMap<What, (usize, u64)>,
    /// Which networks inside talk to each other.
    pub networks: Networks,
    /// What to look at.
    pub told: BTreeMap<Kind, Told>,
}

impl<'a> Summary<'a> {
    /// Takes in the facts of a piece, one after the other.
    pub fn add(&mut self, facts: &'a dyn Facts) {
        let piece = self.pieces.len();
        self.pieces.push(facts);
        self.hosts += facts.hosts_len();
        for it in facts.outlines() {
            self.conversations += 1;
            let spoken = self.spoken.entry(What::of(&it)).or_default();
            *spoken = (spoken.0 + 1, spoken.1.saturating_add(it.bytes));
            if !is_public(it.from) && !is_public(it.to) && !is_group(it.to) {
                self.networks.add(&it);
            }
            for kind in Kind::of(&it) {
                self.told.entry(kind).or_default().add(&it, piece);
            }
        }
        self.told.values_mut().for_each(Told::settle);
    }

    /// The pieces; their hosts and conversations may be missing.
    pub fn pieces(&self) -> impl ExactSizeIterator<Item = &Piece> {
        self.pieces.iter().map(|it| it.head())
    }

    /// The conversations of a kind that are told one by one: those with the most bytes.
    pub fn told_of(&self, kind: Kind) -> impl Iterator<Item = Cow<'_, Conversation>> {
        let foremost = self.told.get(&kind).into_iter().flat_map(|it| &it.foremost);
        foremost.filter_map(|it| self.pieces.get(it.piece)?.conversation(it.place))
    }

    /// The boxes behind which there are other addresses.
    pub fn exits(&self) -> impl Iterator<Item = &Exit> {
        self.pieces().flat_map(|it| &it.exits)
    }

    /// What boxes do for the network.
    pub fn roles(&self) -> impl Iterator<Item = &RoleSeen> {
        self.pieces().flat_map(|it| &it.roles)
    }

    /// What boxes announce.
    pub fn neighbours(&self) -> impl Iterator<Item = &Neighbour> {
        self.pieces().flat_map(|it| &it.neighbours)
    }
}

/// Whether an address is one of the internet: none that is for private use, for one cable, for
/// groups, or shared behind a provider (RFC 1918, 3927, 6598, 4193, 4291).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let [a, b, ..] = it.octets();
            !(it.is_private()
                || it.is_loopback()
                || it.is_link_local()
                || (a == 100 && b & 0xc0 == 64)
                || a == 0
                || a >= 224)
        }
        IpAddr::V6(it) => match it.to_ipv4_mapped() {
            Some(inner) => is_public(inner.into()),
            None => it.segments().first().is_some_and(|it| it & 0xe000 == 0x2000),
        },
    }
}

/// Whether an address is of a group or of everybody.
fn is_group(address: IpAddr) -> bool {
    address.is_multicast() || address == IpAddr::V4(std::net::Ipv4Addr::BROADCAST)
}
