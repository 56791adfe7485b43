//! `sekisho observe`: what crosses the wire, from captures and live.

mod pcap;
mod progress;

use super::Exit;
use super::console::{Console, Stop, reason};
use crate::evidence::capture::{Damage, How, Outcome, Refused, Taken, file};
use crate::source::Diagnostic;
use crate::text;
use clap::Subcommand;
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
}

/// Observes.
pub(super) fn run(args: &Observe, console: &Console) -> Result<Exit, Stop> {
    match &args.from {
        From::Pcap(args) => pcap::run(args, console),
    }
}

/// Reads one capture as evidence.
pub(super) fn capture(path: &Path, name: &str, tap: &str) -> Result<Taken, Diagnostic> {
    let how = How { tap, hash: true, threads: 1, read: &AtomicU64::new(0) };
    file(path, &how).map_err(|why| refused(name, why))
}

/// Why a capture was not read.
fn refused(name: &str, why: Refused) -> Diagnostic {
    match why {
        Refused::Io(error) => {
            let why = reason(&error);
            Diagnostic::error(
                "unreadable",
                text!("「{name}」を読めません: {why}", "cannot read `{name}`: {why}"; why),
            )
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
            "「{name}」は機器の設定ではなくキャプチャです",
            "`{name}` is a capture, not a configuration"
        ),
    )
    .help(text!(
        "sekisho observe pcap で内容を調べるか、sekisho audit の --evidence に指定してください",
        "`sekisho observe pcap` shows what is in it; `sekisho audit --evidence` takes it"
    ))
}
