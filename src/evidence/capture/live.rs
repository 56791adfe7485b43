//! Live capture: everything that an interface receives, as long as it is asked for. It never sends.

use super::files::Taken;
use super::read::Outcome;
use super::{About, Privilege};
use crate::locale::Text;
use crate::observation::{Filter, Header, Interface, Observer, Record, Source, SourceKind};
use crate::text;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// This source.
pub const ABOUT: About = About {
    id: "live",
    name: Text::new("ライブ取得", "live capture"),
    privilege: Privilege::Packets,
    transmits: false,
};

/// How often limits and the wish to stop are looked at, at least.
const PACE: Duration = Duration::from_millis(200);
/// How long the last packets are waited for, which the kernel still has in its hands.
const LAST: Duration = Duration::from_millis(500);
/// What the kernel keeps of a packet is all of it, up to this.
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
    /// Nobody counts what is lost.
    pub uncounted: AtomicBool,
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
    /// Of a kind on which nothing can be left out.
    Filter,
    /// This build has no way to capture on this system.
    System,
    /// Something else.
    Io(io::Error),
}

/// Where packets come from, as they come. Nothing here can send.
pub(super) trait Packets: std::fmt::Debug + Send {
    /// What kind of packets they are (`LINKTYPE_…`, tcpdump.org).
    fn link_type(&self) -> u16;

    /// Waits for packets, about so long at the most, and hands over each; whether there were any.
    fn take(&mut self, wait: Duration, each: &mut dyn FnMut(&Record<'_>)) -> io::Result<bool>;

    /// How many were lost since it was last asked; none where nobody counts them.
    fn lost(&mut self) -> io::Result<Option<u64>>;
}

/// An interface that is open.
#[derive(Debug)]
pub struct Live {
    name: String,
    filter: Option<Filter>,
    packets: Box<dyn Packets>,
}

impl Live {
    /// Opens an interface in the best way that this system has. What the filter names is left out.
    ///
    /// # Errors
    /// Why it cannot be captured.
    pub fn open(name: &str, filter: Option<Filter>) -> Result<Self, Closed> {
        #[cfg(target_os = "linux")]
        let packets: Box<dyn Packets> =
            Box::new(super::kernel::Kernel::open(name, filter.as_ref())?);
        #[cfg(all(not(target_os = "linux"), feature = "probe"))]
        let packets: Box<dyn Packets> =
            Box::new(super::datalink::Datalink::open(name, filter.as_ref())?);
        #[cfg(all(not(target_os = "linux"), not(feature = "probe")))]
        let packets: Box<dyn Packets> = return Err(Closed::System);
        Ok(Self { name: name.to_owned(), filter, packets })
    }

    /// Opens an interface in the way of systems without a ring. On Linux nothing offers it: it is there
    /// so that it can be tried.
    ///
    /// # Errors
    /// Why it cannot be captured.
    #[cfg(feature = "probe")]
    pub fn open_datalink(name: &str, filter: Option<Filter>) -> Result<Self, Closed> {
        let packets = Box::new(super::datalink::Datalink::open(name, filter.as_ref())?);
        Ok(Self { name: name.to_owned(), filter, packets })
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
        let is_counted = self.packets.lost()?.is_some();
        watch.uncounted.store(!is_counted, Ordering::Relaxed);
        piece.dropped = is_counted.then_some(0);
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
            let mut done: Vec<Part> = Vec::new();
            let looked = self.packets.take(PACE, &mut |record| {
                if full(packets, bytes) {
                    return;
                }
                if piece.turns(record.time, limits.turn) {
                    let next = Part { dropped: is_counted.then_some(0), ..Part::default() };
                    done.push(std::mem::replace(&mut piece, next));
                }
                packets += 1;
                bytes += u64::from(record.length);
                piece.bytes += u64::from(record.length);
                piece.began.get_or_insert(record.time);
                piece.observer.packet(record);
            });
            watch.packets.store(packets, Ordering::Relaxed);
            watch.bytes.store(bytes, Ordering::Relaxed);
            let lost = self.packets.lost()?;
            dropped += lost.unwrap_or(0);
            piece.dropped = piece.dropped.map(|it| it + lost.unwrap_or(0));
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
            link_type: self.packets.link_type(),
            snap_length: SNAP_LENGTH,
            filter: self.filter.as_ref().map(ToString::to_string).unwrap_or_default(),
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
            dropped: piece.dropped,
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
    /// None where nobody counts it.
    dropped: Option<u64>,
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

/// What became of the privileges that were needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privileges {
    /// They are given up.
    GivenUp,
    /// It is still root, but without a capability, because nobody else may write there.
    Root,
    /// This system has no way to give them up that is known here.
    Kept,
}

/// Gives up every privilege that was needed to open an interface. `folder` is where evidence will be
/// written: its owner, or whoever called `sudo`, is who the process becomes.
#[cfg(target_os = "linux")]
pub fn drop_privileges(folder: &std::path::Path) -> io::Result<Privileges> {
    use std::os::unix::fs::MetadataExt as _;
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok().filter(|it| *it != 0);
    let owner = std::fs::metadata(folder).ok().map(|it| (it.uid(), it.gid()));
    let caller = number("SUDO_UID").zip(number("SUDO_GID"));
    let becomes = caller.or(owner.filter(|(user, _)| *user != 0));
    super::ring::drop_privileges(becomes.filter(|_| super::ring::is_root()))?;
    Ok(match becomes.is_some() || !super::ring::is_root() {
        true => Privileges::GivenUp,
        false => Privileges::Root,
    })
}

/// Whoever may open the interface goes on as what they are.
#[cfg(not(target_os = "linux"))]
pub fn drop_privileges(_: &std::path::Path) -> io::Result<Privileges> {
    Ok(Privileges::Kept)
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
            Self::Filter => (
                text!(
                    "「{interface}」の種類では --filter を使えません（イーサネットと、トンネルのインタフェースだけ）",
                    "--filter does not work on the kind of interface that `{interface}` is, only on Ethernet and tunnels"
                ),
                None,
            ),
            Self::System => (
                Text::new(
                    "送信機能（probe）を外してビルドしたこの実行形式では、Linux以外でのライブ取得はできません",
                    "this build has nothing that could send (no `probe`), and so captures on Linux only",
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
