//! `sekisho spotcheck`: connections drawn by lot, to be looked at; and the filled sheet read back.

use super::{Case, Seen};
use crate::cli::Exit;
use crate::cli::args::written;
use crate::cli::bounded::bounded;
use crate::cli::console::{Console, Stop};
use crate::confirm::sheet::{Table, spot_checks};
use crate::confirm::{spotcheck, yaml};
use crate::locale::Text;
use crate::report::confirm;
use crate::source::decode::MAX_BYTES;
use crate::source::{Diagnostic, decode};
use crate::text;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// `sekisho spotcheck`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "抽選値は「種:connections/識別子」の SHA-256（16進）で、小さい順に k 件を選びます。検算: printf '%s' '種:connections/ID' | sha256sum。--record は記入済みの表（CSV）を読み、台帳に加える YAML を表示します: sekisho spotcheck 台帳 --seed 種 -k 件数 --record 表.csv > 台帳/confirmations.yaml。終了コード: 0 すべて想定どおり、1 相違や未確認がある、2 入力の誤り。 / The lot of a connection is the SHA-256 of SEED:connections/ID in hexadecimal; the k smallest are drawn. To redo it: printf '%s' 'SEED:connections/ID' | sha256sum. --record reads the filled sheet and prints YAML to add to the inventory; it needs the seed and the number of the draw. Exit codes: 0 all as expected, 1 something differs or is open, 2 wrong input."
)]
pub(in crate::cli) struct Spotcheck {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 抽選の種。台帳を締め切った後に公表される、誰も選べない文字列（例: その日の株価終値） / the seed: a text that nobody could choose and everybody can read, published after the inventory was closed
    #[arg(long, value_name = "TEXT", value_parser = written)]
    seed: String,
    /// 選ぶ件数 / how many to draw
    #[arg(short, value_name = "N", default_value_t = 3, value_parser = count)]
    k: usize,
    /// 形式。csv は表計算ソフトで記入できる / format; csv is to be filled in with a spreadsheet
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "markdown")]
    format: SheetFormat,
    /// 記入済みの表（CSV）を読み、確認の記録を YAML で表示する。種と件数は抽選のときと同じものを指定する / read a filled sheet (CSV) and print the confirmations as YAML; with the seed and the number of the draw
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(flatten)]
    seen: Seen,
}

fn count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|it| *it > 0);
    count.ok_or_else(|| "1以上の数を書きます / write a number from 1 on".to_owned())
}

/// How a sheet is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum SheetFormat {
    Markdown,
    Csv,
}

/// Draws, or reads back.
pub(in crate::cli) fn run(args: &Spotcheck, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let report = case.report(console);
    let drawn = spotcheck::draw(report.assessment, &args.seed, args.k);
    if let Some(file) = &args.record {
        let (answers, problems) = spot_checks(&table(file)?, report.assessment.as_of, &drawn);
        console.print(yaml(&answers).as_bytes())?;
        return Ok(complain(&confirm::problems(&problems), console));
    }
    let mut shown = Vec::new();
    match args.format {
        SheetFormat::Markdown => {
            shown.extend(confirm::spotcheck_markdown(&report, &args.seed, &drawn).into_bytes());
        }
        // Writing to memory cannot fail.
        SheetFormat::Csv => drop(confirm::spotcheck_csv(&drawn, console.lang(), &mut shown)),
    }
    console.print(&shown)?;
    Ok(Exit::Clean)
}

/// Says what is open or wrong; that is worth an exit code.
pub(super) fn complain(problems: &[Text], console: &Console) -> Exit {
    for it in problems {
        console.summarize(it);
    }
    if problems.is_empty() { Exit::Clean } else { Exit::Findings }
}

/// A filled sheet, in whatever encoding a spreadsheet wrote it.
pub(super) fn table(file: &Path) -> Result<Table, Diagnostic> {
    let name = file.display().to_string();
    let bytes = bounded(file, MAX_BYTES).map_err(|error| {
        let why = crate::cli::console::reason(&error);
        Diagnostic::error(
            "sheet-unreadable",
            text!("記入済みの表 {name} を読めません: {why}", "cannot read the sheet {name}: {why}"; why),
        )
    })?;
    // Spreadsheets in Japan still write Shift_JIS.
    let (_, _, text) = decode::lenient(&bytes);
    Ok(Table::read(&text))
}
