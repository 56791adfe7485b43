//! Live capture: everything that an interface receives, as long as it is asked for. It never sends.

use super::files::Taken;
use super::read::Outcome;
use super::{About, Privilege};
use crate::locale::Text;
use crate::observation::{Header, Interface, Observer, Source, SourceKind};
use crate::text;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use super::{frames::Frames, ring};

/// This source.
pub const ABOUT: About = About {
    id: "live",
    name: Text::new("ライブ取得", "live capture"),
    privilege: Privilege::Packets,
    transmits: false,
};

/// How often limits and the wish to stop are looked at, at least: milliseconds.
#[cfg(target_os = "linux")]
const PACE: i32 = 200;
/// How long the last packets are waited for, which the kernel still has in its hands.
#[cfg(target_os = "linux")]
const LAST: Duration = Duration::from_millis(500);
/// What the kernel keeps of a packet is all of it, up to this.
#[cfg(target_os = "linux")]
const SNAP_LENGTH: u32 = 1 << 18;

/// When capturing ends, and when a piece of evidence does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// After so long.
    pub duration: Option<Duration>,
    /// After so many packets.
    pub packets: Option<u64>,
    /// After so many bytes on the wire.
    pub bytes: Option<u64>,
    /// When the next piece begins.
    pub turn: Turn,
}

/// When the next piece of evidence begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// Never.
    #[default]
    Never,
    /// When another stretch of so many seconds begins, counted from 1970 and moved by the second number.
    Every(u64, i64),
    /// After so many bytes on the wire.
    Bytes(u64),
}

/// What whoever watches may know.
#[derive(Debug, Default)]
pub struct Watch {
    /// Packets so far.
    pub packets: AtomicU64,
    /// Their bytes.
    pub bytes: AtomicU64,
    /// What the kernel lost so far.
    pub dropped: AtomicU64,
}

/// Why an interface cannot be captured.
#[derive(Debug)]
pub enum Closed {
    /// There is none of this name.
    Unknown,
    /// This user may not.
    Forbidden,
    /// Of a kind that is not understood (`ARPHRD_…`).
    Kind(u16),
    /// This system has no ring.
    System,
    /// Something else.
    Io(io::Error),
}

/// An interface that is open.
#[derive(Debug)]
pub struct Live {
    name: String,
    #[cfg(target_os = "linux")]
    ring: ring::Ring,
    #[cfg(target_os = "linux")]
    frames: Frames,
}

#[cfg(not(target_os = "linux"))]
impl Live {
    /// Only Linux has the ring that loses nothing and keeps VLAN tags.
    pub fn open(_: &str) -> Result<Self, Closed> {
        Err(Closed::System)
    }

    /// Nothing was opened.
    pub fn capture(
        &mut self,
        _: &str,
        _: Limits,
        _: &AtomicBool,
        _: &Watch,
        _: impl FnMut(Taken),
    ) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(target_os = "linux")]
impl Live {
    /// Opens an interface.
    pub fn open(name: &str) -> Result<Self, Closed> {
        let ring = ring::Ring::open(name).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Closed::Unknown,
            io::ErrorKind::PermissionDenied => Closed::Forbidden,
            _ => Closed::Io(error),
        })?;
        // The kinds of interfaces of Linux (if_arp.h) as link types of captures (tcpdump.org).
        let (link_type, is_loopback) = match ring.hardware {
            1 => (1, false),
            772 => (1, true),
            // Interfaces without a link layer: tun, WireGuard, tunnels of IP in IP.
            65534 | 768 | 769 | 776 | 778 | 823 => (101, false),
            801 => (105, false),
            803 => (127, false),
            other => return Err(Closed::Kind(other)),
        };
        let frames = Frames { link_type, is_loopback, whole: Vec::new() };
        Ok(Self { name: name.to_owned(), ring, frames })
    }

    /// Captures until a limit is reached or somebody wants it to stop. Every piece is handed over when
    /// it is complete; the last one always.
    pub fn capture(
        &mut self,
        tap: &str,
        limits: Limits,
        stop: &AtomicBool,
        watch: &Watch,
        mut taken: impl FnMut(Taken),
    ) -> io::Result<()> {
        let begun = Instant::now();
        let (mut packets, mut bytes, mut dropped) = (0, 0, 0);
        let mut piece = Part::default();
        let mut closing = None;
        // What was there before does not count.
        self.ring.dropped()?;
        let ended = loop {
            let full = |packets: u64, bytes: u64| {
                limits.packets.is_some_and(|it| packets >= it)
                    || limits.bytes.is_some_and(|it| bytes >= it)
            };
            if full(packets, bytes) {
                break Ok(());
            }
            let over = stop.load(Ordering::Relaxed)
                || limits.duration.is_some_and(|it| begun.elapsed() >= it);
            if over && *closing.get_or_insert_with(Instant::now) + LAST <= Instant::now() {
                break Ok(());
            }
            let frames = &mut self.frames;
            let mut done: Vec<Part> = Vec::new();
            let looked = self.ring.block(PACE, |block| {
                frames.each(block, &mut |record| {
                    if full(packets, bytes) {
                        return;
                    }
                    if piece.turns(record.time, limits.turn) {
                        done.push(std::mem::take(&mut piece));
                    }
                    packets += 1;
                    bytes += u64::from(record.length);
                    piece.bytes += u64::from(record.length);
                    piece.began.get_or_insert(record.time);
                    piece.observer.packet(record);
                });
            });
            watch.packets.store(packets, Ordering::Relaxed);
            watch.bytes.store(bytes, Ordering::Relaxed);
            let lost = self.ring.dropped()?;
            dropped += lost;
            piece.dropped += lost;
            watch.dropped.store(dropped, Ordering::Relaxed);
            done.into_iter().for_each(|it| taken(self.finish(it, tap)));
            match looked {
                // Everything that the kernel had in its hands is in ours.
                Ok(false) if over => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        taken(self.finish(piece, tap));
        ended
    }

    fn finish(&self, piece: Part, tap: &str) -> Taken {
        let interface = Interface {
            name: self.name.clone(),
            link_type: self.frames.link_type,
            snap_length: SNAP_LENGTH,
            filter: String::new(),
        };
        let source = Source {
            kind: SourceKind::Live,
            name: self.name.clone(),
            bytes: piece.bytes,
            sha256: String::new(),
        };
        let outcome = Outcome { interfaces: vec![interface.clone()], ..Outcome::default() };
        let header = Header {
            tap: tap.to_owned(),
            source,
            interfaces: vec![interface],
            dropped: Some(piece.dropped),
            damaged: 0,
        };
        Taken { finished: piece.observer.finished(header), outcome }
    }
}

/// What will be one piece.
#[derive(Debug, Default)]
struct Part {
    observer: Observer,
    /// When its first packet was seen.
    began: Option<u64>,
    bytes: u64,
    dropped: u64,
}

impl Part {
    /// Whether a packet of this time belongs to the next piece.
    fn turns(&self, time: u64, turn: Turn) -> bool {
        let Some(began) = self.began else { return false };
        match turn {
            Turn::Never => false,
            Turn::Bytes(most) => self.bytes >= most,
            Turn::Every(seconds, moved) => {
                let stretch = |time: u64| {
                    let seconds_of = i64::try_from(time / 1_000_000_000).unwrap_or(i64::MAX);
                    seconds_of.saturating_add(moved).div_euclid(seconds.max(1).cast_signed())
                };
                stretch(time) != stretch(began)
            }
        }
    }
}

/// Gives up every privilege that was needed to open an interface. `folder` is where evidence will be
/// written: its owner, or whoever called `sudo`, is who the process becomes. None when it stays root,
/// because nobody else may write there.
#[cfg(target_os = "linux")]
pub fn drop_privileges(folder: &std::path::Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok().filter(|it| *it != 0);
    let owner = std::fs::metadata(folder).ok().map(|it| (it.uid(), it.gid()));
    let caller = number("SUDO_UID").zip(number("SUDO_GID"));
    let becomes = caller.or(owner.filter(|(user, _)| *user != 0));
    ring::drop_privileges(becomes.filter(|_| ring::is_root()))?;
    Ok(becomes.is_some() || !ring::is_root())
}

/// Nothing was opened.
#[cfg(not(target_os = "linux"))]
pub fn drop_privileges(_: &std::path::Path) -> io::Result<bool> {
    Ok(true)
}

impl Closed {
    /// What is wrong, and what to do.
    pub fn text(&self, interface: &str) -> (Text, Option<Text>) {
        match self {
            Self::Unknown => (
                text!(
                    "「{interface}」というインタフェースはありません",
                    "there is no interface `{interface}`"
                ),
                Some(Text::new("ip link で名前を確かめてください", "`ip link` lists their names")),
            ),
            Self::Forbidden => (
                text!(
                    "「{interface}」を取得する権限がありません",
                    "no permission to capture on `{interface}`"
                ),
                Some(Text::new(
                    "sudo を付けて実行するか、一度だけ sudo setcap cap_net_raw=ep $(command -v sekisho) で権限を与えてください。開いた後は権限を捨てます",
                    "run it with sudo, or grant the permission once: sudo setcap cap_net_raw=ep $(command -v sekisho). It is given up as soon as the interface is open",
                )),
            ),
            Self::Kind(kind) => (
                text!(
                    "「{interface}」は未対応の種類のインタフェースです（ARPHRD {kind}）",
                    "`{interface}` is of a kind that is not supported (ARPHRD {kind})"
                ),
                None,
            ),
            Self::System => (
                Text::new(
                    "この機種ではライブ取得はできません（Linuxのみ）",
                    "live capture works on Linux only",
                ),
                Some(text!(
                    "tcpdump -i {interface} -w - | sekisho observe pcap - のように、ほかのプログラムから渡してください",
                    "take it from another program: tcpdump -i {interface} -w - | sekisho observe pcap -"
                )),
            ),
            Self::Io(error) => (
                text!("「{interface}」を開けません: {error}", "cannot open `{interface}`: {error}"),
                None,
            ),
        }
    }
}
