//! `sekisho observe`: what crosses the wire, from captures and live.

mod clock;
mod live;
mod merge;
mod pcap;
mod progress;
mod show;

use super::Exit;
use super::console::{Console, Stop, reason, unreadable};
use super::deliver::{Delivery, Existing, in_the_way};
use crate::evidence::capture::{Damage, Fifo, How, Outcome, PATIENCE, Refused, file};
use crate::evidence::file::{Evidence, Wrong, is_evidence};
use crate::locale::Text;
use crate::observation::Observation;
use crate::source::Diagnostic;
use crate::text;
use clap::Subcommand;
use std::fs::File;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::AtomicU64;

/// `sekisho observe`
#[derive(Debug, clap::Args)]
pub(super) struct Observe {
    #[command(subcommand)]
    from: From,
}

/// From what.
#[derive(Debug, Subcommand)]
enum From {
    /// 保存済みのキャプチャから / from captures
    Pcap(pcap::Pcap),
    /// 流れている通信から（Linuxのみ。受信するだけで、何も送信しない） / live from an interface (Linux); it only receives
    Live(live::Live),
    /// 証跡ファイルの内容を表示する / show what is in evidence files
    Show(show::Show),
    /// 証跡ファイルを1つにまとめる / put evidence files together
    Merge(merge::Merge),
}

/// Observes.
pub(super) fn run(args: &Observe, console: &Console) -> Result<Exit, Stop> {
    match &args.from {
        From::Pcap(args) => pcap::run(args, console),
        From::Live(args) => live::run(args, console),
        From::Show(args) => show::run(args, console),
        From::Merge(args) => merge::run(args, console),
    }
}

/// Reads one capture, or one evidence file.
pub(super) fn observation(path: &Path, name: &str) -> Result<Observation, Diagnostic> {
    // A pipe cannot be read twice: it is taken for a capture.
    let is_file = std::fs::metadata(path).is_ok_and(|it| it.is_file());
    let opened = is_file.then(|| File::open(path)).transpose();
    if opened.map_err(|error| refused(name, error.into()))?.is_some_and(is_evidence) {
        return evidence(path, name).map(|it| it.observation);
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let how = How { tap: "", hash: true, threads, read: &AtomicU64::new(0) };
    let taken = file(path, &how).map_err(|why| refused(name, why))?;
    let mut observation = Observation::default();
    observation.add(taken.into_piece());
    Ok(observation)
}

/// Refuses, before anything is read, to write evidence where something is already, or under a name
/// that nobody would take for evidence: captures and ledgers cannot be made again.
fn refuse_place(file: &Path) -> Result<(), Diagnostic> {
    let name = file.display().to_string();
    if ![".jsonl", ".jsonl.zst"].iter().any(|it| name.ends_with(it)) {
        return Err(Diagnostic::error(
            "unknown-format",
            text!(
                "「{name}」は証跡ファイルの名前ではありません",
                "`{name}` is no name of an evidence file"
            ),
        )
        .help(text!(
            "末尾が .jsonl.zst または .jsonl の名前を書いてください",
            "write a name that ends with .jsonl.zst or .jsonl"
        )));
    }
    if file.exists() { Err(in_the_way(file)) } else { Ok(()) }
}

/// Writes an evidence file, whole or not at all: packed unless its name ends with `.jsonl`.
fn write(file: &Path, lines: impl Iterator<Item = String>, console: &Console) -> Result<(), Stop> {
    let packed = !file.to_string_lossy().ends_with(".jsonl");
    let mut delivery = Delivery::new(Existing::Replace);
    delivery.add_written(file, |to| crate::evidence::file::write(lines, packed, to))?;
    for file in delivery.finish()? {
        let file = file.display();
        console.remark(&text!("{file} を書きました", "wrote {file}"));
    }
    Ok(())
}

/// Reads one evidence file, and says what there is to say of it.
fn evidence_told(path: &Path, console: &Console) -> Result<Observation, Diagnostic> {
    let name = path.display().to_string();
    let read = evidence(path, &name)?;
    let passed_over = read.passed_over;
    if passed_over > 0 {
        console.complain(&Diagnostic::warning(
            "newer-evidence",
            text!(
                "{name}: 新しい版の sekisho が書いたファイルで、{passed_over}個の項目を読み飛ばしました",
                "{name}: written by a newer sekisho; {passed_over} fields were passed over"
            ),
        ));
    }
    Ok(read.observation)
}

/// Reads one evidence file.
fn evidence(path: &Path, name: &str) -> Result<Evidence, Diagnostic> {
    // What cannot be asked what it is cannot be opened either.
    let is_pipe = std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
    let opened: std::io::Result<Box<dyn std::io::Read>> = match is_pipe {
        true => Fifo::open(path).map(|it| Box::new(it) as _),
        false => File::open(path).map(|it| Box::new(it) as _),
    };
    let opened = opened.map_err(|error| refused(name, error.into()))?;
    crate::evidence::file::read(opened).map_err(|wrong| match wrong {
        Wrong::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            refused(name, Refused::Silent)
        }
        Wrong::Io(error) => refused(name, error.into()),
        Wrong::Lines(mistakes, more) => spoilt(name, mistakes, more),
    })
}

/// An evidence file with mistakes in it: each with its line.
fn spoilt(name: &str, mistakes: Vec<(u64, Text)>, more: u64) -> Diagnostic {
    let mut told = mistakes
        .into_iter()
        .map(|(line, what)| text!("{name}:{line}行目: {what}", "{name}:{line}: {what}"; what));
    let first = told.next().unwrap_or_else(|| Text::same(name.to_owned()));
    let mut help = Text::new(
        "このファイルは読みませんでした。元のキャプチャから作り直してください",
        "the file was not read: make it again from the captures",
    );
    for next in told {
        help = text!("{help}\n{next}", "{help}\n{next}"; help, next);
    }
    if more > 0 {
        help =
            text!("{help}\nほか{more}件の誤りがあります", "{help}\nand {more} more mistakes"; help);
    }
    Diagnostic::error("wrong-evidence", first).help(help)
}

/// Why a capture was not read.
fn refused(name: &str, why: Refused) -> Diagnostic {
    match why {
        Refused::Io(error) => unreadable(name, &reason(&error)),
        Refused::Silent => {
            let seconds = PATIENCE.as_secs();
            Diagnostic::error(
                "silent-pipe",
                text!(
                    "パイプ「{name}」に{seconds}秒待っても何も書き込まれません",
                    "nobody wrote into the pipe `{name}` within {seconds} seconds"
                ),
            )
            .help(text!(
                "書き込む側（tcpdumpなど）を先に起動するか、ファイルを指定してください",
                "start what writes into it (tcpdump, say) first, or name a file"
            ))
        }
        Refused::Foreign(what) => {
            let what = what.map(|it| text!("（{it}）", " ({it})"; it)).unwrap_or_default();
            Diagnostic::error(
                "no-capture",
                text!(
                    "「{name}」はキャプチャではありません{what}",
                    "`{name}` is not a capture{what}"; what
                ),
            )
            .help(text!(
                "読める形式: pcap、pcapng（gzip・zstdで圧縮したものも）",
                "formats that are read: pcap, pcapng, also packed with gzip or zstd"
            ))
        }
    }
}

/// What is wrong with a capture that was read all the same.
fn damages(name: &str, outcome: &Outcome) -> Vec<Diagnostic> {
    let told = outcome.damages.iter().map(|it| {
        let Damage { offset, packet, flaw, passed } = it;
        let what = flaw.text();
        let problem = Diagnostic::warning(
            "damaged-capture",
            text!(
                "{name}: {packet}番目のパケットの位置（先頭から{offset}バイト）で壊れています。{what}",
                "{name}: damaged at packet {packet} (byte {offset}): {what}"; what
            ),
        );
        problem.help(match passed {
            Some(passed) => text!(
                "{passed}バイトを飛ばして続きを読みました",
                "{passed} bytes were passed over, and what follows was read"
            ),
            None => {
                let before = packet - 1;
                text!(
                    "ここまでの{before}パケットは読みました",
                    "the {before} packets before it were read"
                )
            }
        })
    });
    let mut told: Vec<Diagnostic> = told.collect();
    let more = outcome.damaged.saturating_sub(told.len() as u64);
    if more > 0 {
        told.push(Diagnostic::warning(
            "damaged-capture",
            text!("{name}: ほかに{more}か所壊れています", "{name}: damaged in {more} more places"),
        ));
    }
    told
}

/// What is said of a capture that stands where a configuration should.
pub(super) fn not_a_configuration(name: &str) -> Diagnostic {
    Diagnostic::error(
        "not-a-configuration",
        text!(
            "「{name}」は機器の設定ではなく、通信の記録です",
            "`{name}` is a capture or made of one, not a configuration"
        ),
    )
    .help(text!(
        "sekisho observe pcap で内容を調べるか、sekisho audit の --evidence に指定してください",
        "`sekisho observe pcap` shows what is in it; `sekisho audit --evidence` takes it"
    ))
}
