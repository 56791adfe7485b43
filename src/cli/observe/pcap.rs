//! `sekisho observe pcap`: from captures.

use super::clock::ClockOffset;
use super::progress::watched;
use super::show::{Shown, show};
use super::{damages, refuse_place, refused, write};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::stop_when_interrupted;
use crate::evidence::capture::{How, Taken, files, series, stream};
use crate::observation::lines::{Facts, of_all};
use crate::source::Diagnostic;
use crate::text;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

/// `sekisho observe pcap`
#[derive(Debug, clap::Args)]
pub(super) struct Pcap {
    /// キャプチャのファイル、それらのフォルダ、パターン（'logs/*.pcap'）。- は標準入力。複数指定できる / captures: files, folders of them, patterns ('logs/*.pcap'), - for standard input; several if need be
    #[arg(value_name = "CAPTURE", required = true)]
    captures: Vec<PathBuf>,
    /// 観測点の名前（台帳での呼び名） / the name of the tap, as the inventory calls it
    #[arg(long, value_name = "NAME", default_value = "")]
    tap: String,
    /// 証跡ファイル（*.jsonl.zst）。省略すると、要約を表示する / evidence file to write (*.jsonl.zst); a summary is shown when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    clock: ClockOffset,
    #[command(flatten)]
    shown: Shown,
}

/// Reads captures; keeps what was seen, or shows it.
pub(super) fn run(args: &Pcap, console: &Console) -> Result<Exit, Stop> {
    args.output.as_deref().map(refuse_place).transpose()?;
    let mut exit = Exit::Clean;
    let mut finished = Vec::new();
    for taken in read(&args.captures, &args.tap, args.output.is_some(), console)? {
        match taken {
            Ok(mut taken) => {
                taken.finished.told_by(args.clock.clock_offset);
                finished.push(taken.finished);
            }
            Err(why) => {
                console.complain(&why);
                exit = Exit::Wrong;
            }
        }
    }
    let pieces: Vec<&dyn Facts> = finished.iter().map(|it| it as &dyn Facts).collect();
    match &args.output {
        // What could not be read is missing in the evidence: nothing is written.
        Some(_) if exit == Exit::Wrong => {}
        Some(file) => write(file, of_all(&pieces), console)?,
        None if pieces.is_empty() => {}
        None => {
            let flows = finished.iter().flat_map(|it| it.flows());
            show(&pieces, flows, &args.shown, console)?;
        }
    }
    // The program ends here: the system takes the memory back at once, not one fact after the other.
    std::mem::forget(finished);
    Ok(exit)
}

/// Reads everything that the arguments stand for, in natural order. What is damaged is said.
pub(super) fn read(
    arguments: &[PathBuf],
    tap: &str,
    hash: bool,
    console: &Console,
) -> Result<Vec<Result<Taken, Diagnostic>>, Stop> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let read = AtomicU64::new(0);
    let how = How { tap, hash, threads, read: &read };
    let mut all = Vec::new();
    for argument in arguments {
        let shown = argument.display().to_string();
        if argument == Path::new("-") {
            let name = text!("標準入力", "standard input");
            // Ctrl-C ends the program that captures too: what it has sent is read to its end.
            stop_when_interrupted();
            let taken =
                watched(console, None, &read, || stream("-", std::io::stdin().lock(), &how));
            all.push((name.get(console.lang()).to_owned(), taken));
            continue;
        }
        let series = series(argument).map_err(|why| refused(&shown, why))?;
        if series.paths.is_empty() {
            return Err(Diagnostic::error(
                "no-capture",
                text!(
                    "フォルダ「{shown}」にキャプチャがありません",
                    "there is no capture in the folder `{shown}`"
                ),
            )
            .into());
        }
        if series.others > 0 {
            let others = series.others;
            console.remark(&text!(
                "{shown}: キャプチャではないファイルが{others}個あり、読みませんでした",
                "{shown}: {others} files are no captures and were not read"
            ));
        }
        let lengths = series.paths.iter().filter_map(|it| Some(std::fs::metadata(it).ok()?.len()));
        let total = read.load(std::sync::atomic::Ordering::Relaxed) + lengths.sum::<u64>();
        let taken = watched(console, Some(total), &read, || files(&series.paths, &how));
        let names = series.paths.iter().map(|it| it.display().to_string());
        all.extend(names.zip(taken));
    }
    Ok(all
        .into_iter()
        .map(|(name, taken)| {
            let taken = taken.map_err(|why| refused(&name, why))?;
            damages(&name, &taken.outcome).iter().for_each(|it| console.complain(it));
            Ok(taken)
        })
        .collect())
}
