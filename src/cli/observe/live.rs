//! `sekisho observe live`: from an interface, as long as it is asked for.

use super::clock::ClockOffset;
use super::progress::{duration, size};
use super::{refuse_place, write};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop, reason};
use crate::cli::deliver::stop_when_interrupted;
use crate::evidence::capture::Taken;
use crate::evidence::capture::live::{self, Limits, Privileges, Turn, Watch};
use crate::evidence::file::ENDING;
use crate::observation::Filter;
use crate::observation::lines::of_all;
use crate::source::Diagnostic;
use crate::text;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Japan is nine hours ahead of UTC: days begin there.
const JAPAN: i64 = 9 * 3600;

/// `sekisho observe live`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "ミラーポートにつないだインタフェースを指定します。受信するだけで、何も送信しません。止めるには Ctrl-C を押します。そこまでの証跡は残ります。\n権限: インタフェースを開くときだけ必要です（sudo、または一度だけ setcap cap_net_raw=ep）。開いた後は捨てます。 / Name the interface that is plugged into the mirror port. It only receives. Ctrl-C ends it, and what was seen so far is kept.\nPrivilege: needed only to open the interface (sudo, or once setcap cap_net_raw=ep), and given up afterwards."
)]
pub(super) struct Live {
    /// インタフェース（例: eth1） / interface, such as eth1
    #[arg(value_name = "INTERFACE")]
    interface: String,
    /// 観測点の名前（台帳での呼び名） / the name of the tap, as the inventory calls it
    #[arg(long, value_name = "NAME", default_value = "")]
    tap: String,
    /// 取得する時間（例: 90s、10m、8h、7d）。省略すると止めるまで / how long: 90s, 10m, 8h, 7d; until it is stopped when left out
    #[arg(long, value_name = "TIME", value_parser = time)]
    duration: Option<Duration>,
    /// この数のパケットで止める / stop after so many packets
    #[arg(long, value_name = "COUNT")]
    packets: Option<u64>,
    /// この量の通信で止める（例: 500MB、10GB） / stop after so much traffic: 500MB, 10GB
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    size: Option<u64>,
    /// 証跡ファイルを分ける区切り（hour、day、または通信量。例: 10GB） / when the next evidence file begins: hour, day, or so much traffic, such as 10GB
    #[arg(long, value_name = "WHEN", value_parser = turn)]
    rotate: Option<Turn>,
    /// 証跡を書くフォルダ、またはファイル（*.jsonl.zst） / folder for the evidence, or a file (*.jsonl.zst)
    #[arg(long, short, value_name = "PATH")]
    output: PathBuf,
    /// 取得しないもの（例: 'not host 10.10.90.5 and not tcp port 445'）。多すぎる通信を除くときに使います。除いた部分は「確認していない」になります / what is left out, such as 'not host 10.10.90.5 and not tcp port 445', where there is too much; it counts as not looked at
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    filter: Option<Filter>,
    #[command(flatten)]
    clock: ClockOffset,
}

/// Captures and keeps what was seen.
pub(super) fn run(args: &Live, console: &Console) -> Result<Exit, Stop> {
    let place = Place::new(args)?;
    let mut live = live::Live::open(&args.interface, args.filter.clone()).map_err(|why| {
        let (what, help) = why.text(&args.interface);
        let problem = Diagnostic::error("no-live-capture", what);
        help.map_or(problem.clone(), |help| problem.help(help))
    })?;
    match live::drop_privileges(&place.folder).map_err(|error| failed(&error))? {
        Privileges::GivenUp => {}
        Privileges::Root => {
            let folder = place.folder.display();
            console.remark(&text!(
                "{folder} には管理者しか書けないため、管理者のまま（特別な権限はすべて捨てて）続けます",
                "only root may write to {folder}: going on as root, with every capability given up"
            ));
        }
        Privileges::Kept => console.remark(&text!(
            "この機種では、実行した利用者の権限のまま続けます",
            "on this system it goes on with the privileges of whoever started it"
        )),
    }
    let stop = stop_when_interrupted();
    let (watch, begun) = (Watch::default(), Instant::now());
    let limits = Limits {
        duration: args.duration,
        packets: args.packets,
        bytes: args.size,
        turn: args.rotate.unwrap_or_default(),
    };
    let interface = &args.interface;
    console.remark(&text!(
        "{interface} を観測しています（受信のみ）。止めるには Ctrl-C",
        "observing {interface}, receiving only; Ctrl-C ends it"
    ));
    let (pieces, written) = mpsc::channel::<Taken>();
    let captured = std::thread::scope(|scope| {
        let capturing = scope.spawn(|| {
            // Whoever writes may be gone: then everything ends.
            live.capture(&args.tap, limits, stop, &watch, move |it| {
                let _ = pieces.send(it);
            })
        });
        loop {
            match written.recv_timeout(Duration::from_millis(500)) {
                Ok(mut taken) => {
                    taken.finished.told_by(args.clock.clock_offset);
                    if let Err(why) = place.keep(&taken, console) {
                        stop.store(true, Ordering::SeqCst);
                        return Err(why);
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    console.step(&progress(&watch, begun.elapsed()));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        console.settle();
        let ended = capturing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        ended.map_err(|error| failed(&error).into())
    });
    let (packets, dropped) =
        (watch.packets.load(Ordering::Relaxed), watch.dropped.load(Ordering::Relaxed));
    console.summarize(&match watch.uncounted.load(Ordering::Relaxed) {
        false => text!(
            "{packets}パケットを観測しました。取りこぼし{dropped}パケット（カーネルの計数）",
            "{packets} packets observed, {dropped} lost (by the kernel's count)"
        ),
        true => text!(
            "{packets}パケットを観測しました。取りこぼしの数は、この機種では分かりません",
            "{packets} packets observed; how many were lost is not known on this system"
        ),
    });
    captured.map(|()| Exit::Clean)
}

/// Where evidence goes.
struct Place {
    folder: PathBuf,
    /// The one file, when it is one.
    file: Option<PathBuf>,
    /// With what the names of files begin.
    stem: String,
}

impl Place {
    fn new(args: &Live) -> Result<Self, Stop> {
        let is_file = args.output.to_string_lossy().ends_with(ENDING)
            || args.output.extension().is_some_and(|it| it == "jsonl");
        let folder = match (is_file, args.output.parent()) {
            (false, _) => args.output.clone(),
            (true, Some(parent)) if !parent.as_os_str().is_empty() => parent.to_owned(),
            (true, _) => PathBuf::from("."),
        };
        if is_file && args.rotate.is_some() {
            return Err(Diagnostic::error(
                "needs-folder",
                text!(
                    "--rotate を付けるときは、-o にフォルダを指定します",
                    "with --rotate, -o names a folder"
                ),
            )
            .into());
        }
        if is_file {
            refuse_place(&args.output)?;
        }
        std::fs::create_dir_all(&folder).map_err(|error| {
            let (name, why) = (folder.display(), reason(&error));
            Diagnostic::error(
                "unwritable",
                text!("「{name}」に書けません: {why}", "cannot write `{name}`: {why}"; why),
            )
        })?;
        let stem = if args.tap.is_empty() { &args.interface } else { &args.tap };
        let stem = stem.replace(['/', '\\', ':', ' '], "-");
        Ok(Self { folder, file: is_file.then(|| args.output.clone()), stem })
    }

    /// Writes a piece. Nothing that is there is written over, except the one file that was named.
    fn keep(&self, taken: &Taken, console: &Console) -> Result<(), Stop> {
        let target = match &self.file {
            Some(file) => file.clone(),
            None => self.name(taken),
        };
        write(&target, of_all(&[&taken.finished]), console)
    }

    /// `tap-20261122T0500.jsonl.zst`, by the time of the first packet in Japan.
    fn name(&self, taken: &Taken) -> PathBuf {
        let piece = taken.finished.piece();
        let first = piece.first.unwrap_or_else(jiff::Timestamp::now);
        let time = jiff::tz::Offset::constant(9).to_datetime(first).strftime("%Y%m%dT%H%M%S");
        let stem = &self.stem;
        let numbered = |number: usize| match number {
            1 => self.folder.join(format!("{stem}-{time}.{ENDING}")),
            _ => self.folder.join(format!("{stem}-{time}-{number}.{ENDING}")),
        };
        let free = (1..10_000).map(numbered).find(|it: &PathBuf| !Path::exists(it));
        free.unwrap_or_else(|| numbered(10_000))
    }
}

fn progress(watch: &Watch, elapsed: Duration) -> crate::locale::Text {
    let [packets, bytes, dropped] =
        [&watch.packets, &watch.bytes, &watch.dropped].map(|it| it.load(Ordering::Relaxed));
    let rate = packets / elapsed.as_secs().max(1);
    let (bytes, time) = (size(bytes), duration(elapsed.as_secs()));
    text!(
        "{time}　{packets}パケット（毎秒{rate}）　{bytes}　取りこぼし{dropped}",
        "{time}: {packets} packets ({rate}/s), {bytes}, {dropped} lost"; time
    )
}

fn failed(error: &std::io::Error) -> Diagnostic {
    let why = reason(error);
    Diagnostic::error(
        "live-capture-failed",
        text!("取得を続けられません: {why}", "capturing cannot go on: {why}"; why),
    )
    .help(text!("ここまでの証跡は残しました", "what was seen so far was kept"))
}

/// A number with the unit that is written behind it.
fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    number.parse::<u64>().ok()?.checked_mul(*factor).filter(|it| *it > 0)
}

fn time(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 5] = [("", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    with_unit(text, &UNITS).map(Duration::from_secs).ok_or_else(|| {
        "時間は 90s、10m、8h、7d の形で書きます / write a time as 90s, 10m, 8h or 7d".to_owned()
    })
}

fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 5] = [
        ("", 1),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("tb", 1_000_000_000_000),
    ];
    with_unit(text, &UNITS)
        .ok_or_else(|| "量は 500MB、10GB の形で書きます / write a size as 500MB or 10GB".to_owned())
}

fn filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text).map_err(|it| format!("{} / {}", it.ja, it.en))
}

fn turn(text: &str) -> Result<Turn, String> {
    match text {
        "hour" => Ok(Turn::Every(3600, JAPAN)),
        "day" => Ok(Turn::Every(86_400, JAPAN)),
        _ => bytes(text).map(Turn::Bytes).map_err(|_| {
            "hour、day、または 10GB のような量を書きます / write hour, day, or a size such as 10GB"
                .to_owned()
        }),
    }
}
