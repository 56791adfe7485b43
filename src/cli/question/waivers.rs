//! `sekisho waivers`: the register of what is accepted for a time.

use super::{Case, Seen};
use crate::audit::audit;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::locale::Text;
use crate::report::{Report, waivers};
use clap::ValueEnum;
use std::path::PathBuf;

/// `sekisho waivers`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 すべて有効、1 期限切れ・期限間近・当てはまる指摘なし・範囲が広すぎるものがある、2 入力の誤り。 / Exit codes: 0 all are in force, 1 one is expired, expires soon, covers nothing or is too wide, 2 wrong input."
)]
pub(in crate::cli) struct Waivers {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 形式。csv は表計算ソフトで開ける / format; csv opens in a spreadsheet
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
    #[command(flatten)]
    seen: Seen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Text,
    Csv,
    Json,
}

/// Shows it.
pub(in crate::cli) fn run(args: &Waivers, console: &Console) -> Result<Exit, Stop> {
    let Case { sources, facts, .. } = Case::open(Some(&args.inventory), &args.seen, console)?;
    // What a waiver covers is known only when every rule has judged.
    let judged = audit(facts.inventory, facts.evidence, facts.as_of);
    let report =
        Report { assessment: &judged, sources: &sources, drawing: None, lang: console.lang() };
    let rows = waivers::rows(&report);
    let mut shown = Vec::new();
    match args.format {
        Shape::Text => shown.extend(waivers::text(&report, &rows).into_bytes()),
        Shape::Json => shown.extend(format!("{:#}\n", waivers::json(&rows)).into_bytes()),
        Shape::Csv => shown.extend(waivers::spreadsheet(&report, &rows)),
    }
    console.print(&shown)?;
    Ok(match waivers::tally(&rows, console.lang()) {
        Some(open) => {
            console.summarize(&Text::same(open));
            Exit::Findings
        }
        None => Exit::Clean,
    })
}
