//! `sekisho observe show`: what was seen, for people, programs and spreadsheets.

use super::evidence_told;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::observation::lines::Facts;
use crate::observation::{FlowSeen, Observation};
use crate::report::observation::{self, Summary, conversations_csv, flows_csv, flows_of};
use clap::ValueEnum;
use std::path::PathBuf;

/// `sekisho observe show`
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// 証跡ファイル / evidence files
    #[arg(value_name = "EVIDENCE", required = true)]
    evidence: Vec<PathBuf>,
    #[command(flatten)]
    shown: Shown,
}

/// How it is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Shown {
    /// 形式。csvは通信の一覧 / format; csv lists the conversations
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
    /// 通信を5つ組（両端のアドレスとポート、プロトコル）ごとにCSVで一覧にする / list every flow (addresses, ports, protocol) as CSV
    #[arg(long, conflicts_with = "format")]
    flows: bool,
    /// 表を省略せずに表示する / leave nothing out of the tables
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Text,
    Json,
    Csv,
}

/// Shows evidence.
pub(super) fn run(args: &Show, console: &Console) -> Result<Exit, Stop> {
    let mut observation = Observation::default();
    for path in &args.evidence {
        observation.merge(evidence_told(path, console)?);
    }
    let pieces: Vec<&dyn Facts> = observation.pieces.values().map(|it| it as &dyn Facts).collect();
    show(&pieces, flows_of(&pieces), &args.shown, console)?;
    Ok(Exit::Clean)
}

/// Shows pieces.
pub(super) fn show(
    pieces: &[&dyn Facts],
    flows: impl Iterator<Item = FlowSeen>,
    shown: &Shown,
    console: &Console,
) -> Result<(), Stop> {
    let lang = console.lang();
    // Of a table with a million rows, never all at once.
    let mut failed = None;
    let mut each = |bytes: &[u8]| {
        console.print(bytes).map_err(|stop| {
            failed = Some(stop);
            std::io::ErrorKind::BrokenPipe.into()
        })
    };
    let printed = match shown.format {
        _ if shown.flows => flows_csv(flows, lang, &mut each),
        Shape::Csv => conversations_csv(pieces, lang, &mut each),
        Shape::Text | Shape::Json => {
            let mut summary = Summary::default();
            pieces.iter().for_each(|it| summary.add(*it));
            let page = match shown.format {
                Shape::Json => format!("{:#}\n", observation::json(&summary)),
                _ => observation::text(&summary, shown.all, lang),
            };
            each(page.as_bytes())
        }
    };
    match (printed, failed) {
        (Err(_), Some(stop)) => Err(stop),
        _ => Ok(()),
    }
}
