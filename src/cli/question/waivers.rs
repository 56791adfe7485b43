//! `sekisho waivers`: the register of what is accepted for a time.

use super::diff::unknown_format;
use super::{Case, Seen};
use crate::audit::audit;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::locale::Text;
use crate::report::{Report, waivers};
use crate::source::Diagnostic;
use crate::text;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// `sekisho waivers`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 すべて有効、1 期限切れ・期限間近・当てはまる指摘なし・範囲が広すぎるものがある、2 入力の誤り。 / Exit codes: 0 all are in force, 1 one is expired, expires soon, covers nothing or is too wide, 2 wrong input."
)]
pub(in crate::cli) struct Waivers {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 形式。csv は表計算ソフトで開け、pdf は印刷して署名できる。省略すると出力先の拡張子で決まり、出力先もなければ text / format; csv opens in a spreadsheet, pdf is to print and sign; when left out the ending of the output chooses it, and without an output it is text
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Shape>,
    /// 出力先のファイル（省略時は標準出力）。拡張子 txt、csv、json、pdf / the file to write, ending in txt, csv, json or pdf; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    seen: Seen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Text,
    Csv,
    Json,
    Pdf,
}

impl Shape {
    /// What was asked for by name, else what the ending of the file asks for.
    fn asked(named: Option<Self>, output: Option<&Path>) -> Result<Self, Diagnostic> {
        let Some(file) = output.filter(|_| named.is_none()) else {
            return Ok(named.unwrap_or(Self::Text));
        };
        let ending = file.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("txt") => Ok(Self::Text),
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some("pdf") => Ok(Self::Pdf),
            _ => Err(unknown_format(file, "txt, csv, json, pdf")),
        }
    }
}

/// Shows it.
pub(in crate::cli) fn run(args: &Waivers, console: &Console) -> Result<Exit, Stop> {
    let shape = Shape::asked(args.format, args.output.as_deref())?;
    let Case { sources, facts, .. } = Case::open(Some(&args.inventory), &args.seen, console)?;
    // What a waiver covers is known only when every rule has judged.
    let judged = audit(facts.inventory, facts.evidence, facts.as_of);
    let report =
        Report { assessment: &judged, sources: &sources, drawing: None, lang: console.lang() };
    let rows = waivers::rows(&report);
    let mut shown = Vec::new();
    match shape {
        Shape::Text => shown.extend(waivers::text(&report, &rows).into_bytes()),
        Shape::Json => shown.extend(format!("{:#}\n", waivers::json(&rows)).into_bytes()),
        Shape::Csv => shown.extend(waivers::spreadsheet(&report, &rows)),
        Shape::Pdf => shown.extend(waivers::pdf(&report, &rows).map_err(|why| {
            let why = why.text();
            Diagnostic::error("not-made", text!("出力を作れません: {why}", "not made: {why}"; why))
        })?),
    }
    match &args.output {
        None => console.print(&shown)?,
        Some(file) => {
            let mut delivery = Delivery::new(Existing::Replace).sparing(&args.inventory);
            delivery.add(file, &shown)?;
            delivery.finish()?;
        }
    }
    Ok(match waivers::tally(&rows, console.lang()) {
        Some(open) => {
            console.summarize(&Text::same(open));
            Exit::Findings
        }
        None => Exit::Clean,
    })
}
