//! `sekisho observe merge`: evidence of several taps and days in one file.

use super::{evidence_told, refuse_place, write};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::observation::Observation;
use std::path::PathBuf;

/// `sekisho observe merge`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "まとめる順序や回数によらず、結果は同じです。同じ観測が2つのファイルにあっても、1つとして数えます。 / Order and repetition do not matter: the result is the same, and what is in two files counts once."
)]
pub(super) struct Merge {
    /// 証跡ファイル / evidence files
    #[arg(value_name = "EVIDENCE", required = true)]
    evidence: Vec<PathBuf>,
    /// 書き出す証跡ファイル（*.jsonl.zst） / evidence file to write (*.jsonl.zst)
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// 同じ観測点の観測を1つに集約する（小さくなり、以後は元の観測を加えても数え直さない） / roll the pieces of each tap into one: smaller, and what went into it is never counted again
    #[arg(long)]
    roll: bool,
}

/// Reads all and writes one.
pub(super) fn run(args: &Merge, console: &Console) -> Result<Exit, Stop> {
    refuse_place(&args.output)?;
    let mut observation = Observation::default();
    for path in &args.evidence {
        observation.merge(evidence_told(path, console)?);
    }
    if args.roll {
        observation = observation.rolled();
    }
    write(&args.output, observation.lines(), console)?;
    Ok(Exit::Clean)
}
