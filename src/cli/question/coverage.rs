//! `sekisho coverage`: when each thing was last confirmed, how, and by whom.

use super::{AnswerFormat, Case, Seen};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::pictures::{Picture, Subject};
use crate::confirm::coverage::Coverage as Covered;
use crate::diagram::{self, Request};
use crate::model::EntityKind;
use crate::report::confirm;
use crate::text;
use std::path::PathBuf;

/// `sekisho coverage`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "数えるもの: 台帳と一致した機器の設定、年次再確認（recertified）、事業者の回答、confirmations に記録した抜取確認・観測・疎通確認。終了コード: 0 外部接続のすべてを12か月以内に確認している、1 そうでないものがある、2 入力の誤り。 / What counts: configurations that agree with the inventory, the yearly recertification, answers of parties, and what `confirmations` records. Exit codes: 0 every external connection was confirmed within 12 months, 1 some were not, 2 wrong input."
)]
pub(in crate::cli) struct Coverage {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 確認状況図を書き出すファイル（svg、png、pdf、drawio） / the map to write as well: svg, png, pdf, drawio
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
}

/// Asks, shows the answer, draws the map.
pub(in crate::cli) fn run(args: &Coverage, console: &Console) -> Result<Exit, Stop> {
    let picture = match &args.output {
        Some(file) => {
            let known = Picture::of(file).filter(|it| *it != Picture::Dot);
            Some((known.ok_or_else(|| crate::cli::diagram::unknown_format(file))?, file))
        }
        None => None,
    };
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let report = case.report(console);
    let coverage = Covered::of(report.assessment);
    if let Some((picture, file)) = picture {
        let request =
            Request { lang: console.lang(), coverage: Some(&coverage), ..Request::default() };
        let drawing = diagram::draw(report.assessment, &request);
        let subject = Subject {
            assessment: report.assessment,
            drawing: &drawing,
            lang: console.lang(),
            attached: None,
        };
        let mut delivery = Delivery::new(Existing::Replace).sparing(&args.inventory);
        for (file, bytes) in picture.files(&subject, file)? {
            delivery.add(&file, &bytes)?;
        }
        for file in delivery.finish()? {
            let file = file.display();
            console.remark(&text!("{file} を書きました", "wrote {file}"));
        }
    }
    let shown = match args.format {
        AnswerFormat::Text => confirm::coverage(&report, &coverage, console.layout()),
        AnswerFormat::Json => format!("{:#}\n", confirm::coverage_json(&coverage)),
    };
    console.print(shown.as_bytes())?;
    let share = coverage.share(EntityKind::Connection);
    Ok(if share.confirmed == share.all { Exit::Clean } else { Exit::Findings })
}
